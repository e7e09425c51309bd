/** Pieces that the pages of rectification orders share. */
import type { ReactElement } from 'react'
import { addressOf } from '../../../desk/call.ts'
import { useSay } from '../../../desk/language.tsx'
import type { LocalDate } from '../../../kernel/time.ts'
import { type Evidence, type OrderId, readOrderFile } from '../contract.ts'
import { type OrderState, orderStateWords } from '../model/states.ts'

const stateLook: Readonly<Record<OrderState, string>> = {
  issued: 'warning',
  replied: 'paused',
  closed: 'normal',
  withdrawn: 'done',
}
export const OrderStateMark = ({ state }: { readonly state: OrderState }): ReactElement => {
  const say = useSay()
  return <span className={`clock ${stateLook[state]}`}>{say(orderStateWords[state])}</span>
}
export const Due = ({ on, overdue }: { readonly on: LocalDate; readonly overdue: boolean }): ReactElement => {
  const say = useSay()
  return (
    <span className={`clock ${overdue ? 'overdue' : 'normal'}`} style={{ whiteSpace: 'nowrap' }}>
      {on}
      {overdue && say(' 已超期', ' overdue')}
    </span>
  )
}
/** Photos as small pictures that open large; other files as links. */
export const Files = ({
  orderId,
  files,
}: {
  readonly orderId: OrderId
  readonly files: readonly Evidence[]
}): ReactElement | null => {
  const say = useSay()
  if (files.length === 0) return null
  return (
    <ul className="photos" aria-label={say('照片和文件', 'Photos and files')}>
      {files.map((file) => {
        const address = addressOf(readOrderFile, { orderId, sha256: file.sha256 })
        return (
          <li key={file.sha256}>
            <a href={address} target="_blank" rel="noreferrer">
              {file.mediaType.startsWith('image/') ? (
                <img src={address} alt={file.fileName} loading="lazy" />
              ) : (
                file.fileName
              )}
            </a>
          </li>
        )
      })}
    </ul>
  )
}
