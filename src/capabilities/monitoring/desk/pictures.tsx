/** Pictures of devices and alarms: small ones that open large. */
import type { ReactElement } from 'react'
import { useSay } from '../../../desk/language.tsx'
import { wallClock } from '../../../kernel/time.ts'
import type { Picture } from '../contract/devices.ts'

export const Pictures = ({
  pictures,
  addressOf,
}: {
  readonly pictures: readonly Picture[]
  readonly addressOf: (sha256: string) => string
}): ReactElement => {
  const say = useSay()
  return (
    <ul className="photos" aria-label={say('照片', 'Pictures')}>
      {pictures.map(({ sha256, at, text }) => (
        <li key={`${sha256} ${at}`}>
          <a href={addressOf(sha256)} target="_blank" rel="noreferrer">
            <img src={addressOf(sha256)} alt={`${wallClock(at)} ${text}`} loading="lazy" />
          </a>
          <div className="small quiet">
            {wallClock(at)} {text}
          </div>
        </li>
      ))}
    </ul>
  )
}
