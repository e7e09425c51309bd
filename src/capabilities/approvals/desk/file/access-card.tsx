/** Who can see this file, since when and by which entry; read only when it is opened. */
import { Button } from 'antd'
import { type ReactElement, useState } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { useRead } from '../../../../desk/queries.ts'
import { CaseTable } from '../../../../desk/ui/case-table.tsx'
import { Loaded } from '../../../../desk/ui/loaded.tsx'
import { Card } from '../../../../desk/ui/page.tsx'
import { roleWords } from '../../../../kernel/actor.ts'
import { wallClock } from '../../../../kernel/time.ts'
import { words } from '../../../../kernel/words.ts'
import { listAccess } from '../../contract/access.ts'
import type { ApplicationId } from '../../contract.ts'

export const AccessCard = ({ applicationId }: { readonly applicationId: ApplicationId }): ReactElement => {
  const say = useSay()
  const [open, setOpen] = useState(false)
  const access = useRead(listAccess, { params: { applicationId } }, { enabled: open })
  return (
    <Card
      title={say('谁能看到本案卷', 'Who can see this file')}
      beside={
        <Button aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? say('收起', 'Hide') : say('查看名单', 'Show')}
        </Button>
      }
    >
      {open && (
        <Loaded query={access}>
          {(data) => (
            <CaseTable
              label={say('谁能看到本案卷', 'Who can see this file')}
              rows={data.rows}
              keyOf={(row) =>
                `${row.personId} ${row.role} ${row.department ?? ''} ${row.organisationName ?? ''} ${row.since}`
              }
              columns={[
                { title: words('人员', 'Person'), heads: true, show: (row) => row.name },
                {
                  title: words('依据', 'By'),
                  show: (row) =>
                    `${say(roleWords[row.role])} ${row.organisationName ?? row.department ?? ''}${
                      row.onBehalfOfName === null
                        ? ''
                        : say(`(代 ${row.onBehalfOfName})`, ` (for ${row.onBehalfOfName})`)
                    }`,
                },
                {
                  title: words('范围', 'What'),
                  show: (row) => (row.sight === 'whole' ? say('全部', 'All') : say('不含联系方式', 'All but contacts')),
                },
                {
                  title: words('起止', 'Period'),
                  show: (row) =>
                    `${wallClock(row.since)} – ${row.until === null ? say('长期', 'open') : wallClock(row.until)}`,
                },
                {
                  title: words('授予日志', 'Entry'),
                  show: (row) =>
                    row.entryId === null ? '—' : <code title={row.entryId}>{row.entryId.slice(-12)}</code>,
                },
              ]}
            />
          )}
        </Loaded>
      )}
    </Card>
  )
}
