/** The alarms of one site that are still going on. */
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { useRead } from '../../../../desk/queries.ts'
import { CaseTable } from '../../../../desk/ui/case-table.tsx'
import { Loaded } from '../../../../desk/ui/loaded.tsx'
import { words } from '../../../../kernel/words.ts'
import { listAlarms } from '../../contract/alarms.ts'
import type { SiteView } from '../../contract/sites.ts'
import { Ago, AlarmStateMark, Deadline, SeverityMark, useMinute } from '../parts.tsx'

export const SiteAlarms = ({ site }: { readonly site: SiteView }): ReactElement => {
  const say = useSay()
  const minute = useMinute()
  const { siteId } = site
  const query = useRead(listAlarms, { query: { siteId, active: true, unfolded: true, limit: 100 } })
  return (
    <>
      <p>
        <Link to="/alarms" search={{ siteId } as never}>
          {say('在报警处置台打开', 'Open in the alarm desk')}
        </Link>{' '}
        ·{' '}
        <Link to="/alarms" search={{ siteId, show: 'all' } as never}>
          {say('本工地全部报警', 'All alarms of this site')}
        </Link>
      </p>
      <Loaded query={query}>
        {(data) => (
          <CaseTable
            label={say('未结束的报警', 'Active alarms')}
            rows={data.rows}
            keyOf={(row) => row.alarmId}
            keys
            empty={words('没有未结束的报警。', 'No active alarms.')}
            columns={[
              {
                title: words('报警', 'Alarm'),
                heads: true,
                show: (row) => (
                  <>
                    <Link to="/alarms" search={{ siteId, alarm: row.alarmId } as never}>
                      {say(row.ruleName)}
                    </Link>
                    <div className="small" style={{ fontWeight: 400 }}>
                      {row.text}
                    </div>
                  </>
                ),
              },
              {
                title: words('级别', 'Severity'),
                whole: true,
                show: (row) => <SeverityMark severity={row.severity} />,
              },
              { title: words('设备', 'Device'), show: (row) => row.deviceName ?? '—' },
              {
                title: words('发生', 'Began'),
                whole: true,
                show: (row) => <Ago at={row.occurredAt} minute={minute} />,
              },
              {
                title: words('状态', 'State'),
                whole: true,
                show: (row) => <AlarmStateMark state={row.state} endedAt={row.endedAt} />,
              },
              {
                title: words('期限', 'Deadline'),
                whole: true,
                show: (row) => <Deadline at={row.deadlineAt} overdue={row.overdue} minute={minute} />,
              },
            ]}
          />
        )}
      </Loaded>
    </>
  )
}
