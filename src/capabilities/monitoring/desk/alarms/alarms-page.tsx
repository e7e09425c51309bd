/** 报警处置: the queue of alarms, worked with filters, keys and a drawer; live as they come. */
import { Link } from '@tanstack/react-router'
import { type ReactElement, useCallback, useState } from 'react'
import { useFilters } from '../../../../desk/filters.ts'
import { useSay } from '../../../../desk/language.tsx'
import { useRead } from '../../../../desk/queries.ts'
import { useShortcuts } from '../../../../desk/shortcuts.ts'
import { CaseTable } from '../../../../desk/ui/case-table.tsx'
import { Loaded } from '../../../../desk/ui/loaded.tsx'
import { Page } from '../../../../desk/ui/page.tsx'
import { wallClock } from '../../../../kernel/time.ts'
import { words } from '../../../../kernel/words.ts'
import { type AlarmId, type AlarmRow, listAlarms } from '../../contract/alarms.ts'
import { rungWords, severityWords } from '../../model/alarms/states.ts'
import type { DeviceId, SiteId } from '../../model/report.ts'
import type { Severity } from '../../model/rules/definition.ts'
import { Ago, AlarmStateMark, Deadline, FilterSelect, SeverityMark, useMinute } from '../parts.tsx'
import { useSiteChoices } from '../sites/choices.ts'
import { type Act, AlarmDrawer, type OrderDialog } from './alarm-drawer.tsx'
import { alarmSearch, askedOf, type Show, shows, stepFrom } from './search.ts'
import { AlarmTabs } from './tabs.tsx'

const showWords = {
  active: words('未结束', 'Active'),
  open: words('待确认', 'To acknowledge'),
  overdue: words('超期', 'Overdue'),
  all: words('全部', 'All'),
} satisfies Record<Show, unknown>
const severities = ['1', '2', '3', '4'] as const

/** The alarm of the row in which the focus stands. */
const focusedAlarm = (): string | undefined =>
  document.activeElement?.closest('tr')?.querySelector('[data-alarm]')?.getAttribute('data-alarm') ?? undefined

const Place = ({ row }: { readonly row: AlarmRow }): ReactElement => (
  <>
    <Link to="/sites/$siteId" params={{ siteId: row.siteId }}>
      {row.siteName}
    </Link>
    {row.deviceName !== null && <div className="small">{row.deviceName}</div>}
  </>
)

export const AlarmsPage = ({ Order }: { readonly Order: OrderDialog }): ReactElement => {
  const say = useSay()
  const minute = useMinute()
  const sites = useSiteChoices()
  const [filters, change] = useFilters(alarmSearch)
  const [wanted, setWanted] = useState<Act | null>(null)
  const { show, severity, siteId, deviceId, ruleKey, alarm, after } = filters
  const query = useRead(
    listAlarms,
    {
      query: {
        ...askedOf(show),
        severity: severity === undefined ? undefined : [Number(severity) as Severity],
        siteId: siteId as SiteId | undefined,
        deviceId: deviceId as DeviceId | undefined,
        ruleKey,
        after,
        unfolded: true,
        limit: 50,
      },
    },
    { keep: true },
  )
  const rows = query.data?.rows ?? []
  const ids = rows.map((row) => row.alarmId)
  // Opening or leaving the drawer keeps the page of the list.
  const choose = (id: string | undefined) => change({ alarm: id, after })
  const done = useCallback(() => setWanted(null), [])
  const want = (act: Act) => {
    const id = focusedAlarm() ?? ids[0]
    if (id === undefined) return
    setWanted(act)
    choose(id)
  }
  useShortcuts([
    { key: 'a', what: words('确认报警', 'Acknowledge the alarm'), run: () => want('acknowledge') },
    { key: 'd', what: words('开始处置', 'Begin to dispose'), run: () => want('dispose') },
    { key: 's', what: words('暂缓提醒', 'Snooze'), run: () => want('snooze') },
    { key: 'o', what: words('下发整改单', 'Rectification order'), run: () => want('order') },
    { key: 'c', what: words('关闭报警', 'Close the alarm'), run: () => want('close') },
  ])
  return (
    <Page title={say('报警处置', 'Alarms')}>
      <AlarmTabs />
      {query.data !== undefined && (
        <div className="counts">
          {shows.map((one) => {
            const { counts } = query.data
            const number = { active: counts.active, open: counts.open, overdue: counts.overdue, all: null }[one]
            return (
              <Link
                key={one}
                to="."
                activeOptions={{ exact: true, includeSearch: true }}
                search={(before: object) => ({ ...before, show: one === 'active' ? undefined : one, after: undefined })}
                {...((show ?? 'active') === one ? { 'aria-current': true as const } : {})}
              >
                <span
                  className={`clock ${(one === 'overdue' || one === 'open') && number !== 0 ? 'overdue' : 'paused'}`}
                >
                  {say(showWords[one])} {number ?? ''}
                </span>
              </Link>
            )
          })}
          {query.data.counts.severe > 0 && (
            <span className="clock overdue">
              {say('一、二级', 'Severity 1 and 2')} {query.data.counts.severe}
            </span>
          )}
        </div>
      )}
      <div className="row" style={{ marginBottom: 12 }}>
        <FilterSelect
          label={say('级别', 'Severity')}
          value={severity}
          options={severities.map((value) => ({
            value,
            label: say(severityWords[Number(value) as Severity]),
          }))}
          onChange={(value) => change({ severity: value, alarm: undefined })}
        />
        <FilterSelect
          label={say('工地', 'Site')}
          value={siteId}
          search
          width={260}
          options={sites}
          onChange={(value) => change({ siteId: value, alarm: undefined })}
        />
        {(deviceId !== undefined || ruleKey !== undefined) && (
          <Link to="." search={(before: object) => ({ ...before, deviceId: undefined, ruleKey: undefined })}>
            {say('取消按设备或规则筛选', 'All devices and rules')}
          </Link>
        )}
        <span className="quiet small">
          {say('按键:', 'Keys:')} <kbd>j</kbd>/<kbd>k</kbd> {say('移动', 'move')} <kbd>a</kbd>{' '}
          {say('确认', 'acknowledge')} <kbd>d</kbd> {say('处置', 'dispose')} <kbd>s</kbd> {say('暂缓', 'snooze')}{' '}
          <kbd>o</kbd> {say('整改单', 'order')} <kbd>c</kbd> {say('关闭', 'close')}
        </span>
      </div>
      <Loaded query={query}>
        {(data) => (
          <CaseTable
            label={say('报警队列', 'Alarms')}
            rows={data.rows}
            keyOf={(row) => row.alarmId}
            keys
            empty={words('没有符合条件的报警。', 'No alarms here.')}
            next={data.next}
            isLaterPage={after !== undefined}
            columns={[
              {
                title: words('报警', 'Alarm'),
                heads: true,
                show: (row) => (
                  <>
                    <Link
                      to="."
                      data-alarm={row.alarmId}
                      search={(before: object) => ({ ...before, alarm: row.alarmId })}
                      resetScroll={false}
                    >
                      {say(row.ruleName)}
                    </Link>
                    <div className="small" style={{ fontWeight: 400 }}>
                      {row.text}
                      {row.unverified && (
                        <>
                          {' '}
                          <span className="tag">{say('待核', 'unverified')}</span>
                        </>
                      )}
                      {row.folded > 0 && ` · ${say(`合并 ${row.folded} 条`, `${row.folded} folded`)}`}
                    </div>
                  </>
                ),
              },
              {
                title: words('级别', 'Severity'),
                whole: true,
                show: (row) => <SeverityMark severity={row.severity} />,
              },
              { title: words('工地、设备', 'Site, device'), show: (row) => <Place row={row} /> },
              {
                title: words('发生', 'Began'),
                whole: true,
                show: (row) => (
                  <>
                    <Ago at={row.occurredAt} minute={minute} />
                    <div className="small quiet">{wallClock(row.occurredAt)}</div>
                  </>
                ),
              },
              {
                title: words('状态', 'State'),
                whole: true,
                show: (row) => (
                  <>
                    <AlarmStateMark state={row.state} endedAt={row.endedAt} />
                    {row.order !== null && (
                      <div className="small">
                        <Link to="/orders/$orderId" params={{ orderId: row.order.orderId }}>
                          {row.order.number}
                        </Link>
                      </div>
                    )}
                  </>
                ),
              },
              {
                title: words('处置期限', 'Deadline'),
                whole: true,
                show: (row) =>
                  row.closedAt === null ? <Deadline at={row.deadlineAt} overdue={row.overdue} minute={minute} /> : '—',
              },
              { title: words('通知到', 'Told'), whole: true, show: (row) => say(rungWords[row.escalation]) },
            ]}
          />
        )}
      </Loaded>
      {alarm !== undefined && (
        <AlarmDrawer
          alarmId={alarm as AlarmId}
          minute={minute}
          wanted={wanted}
          onActed={done}
          onClose={() => choose(undefined)}
          onOpen={choose}
          onStep={(step) => choose(stepFrom(ids, alarm, step))}
          Order={Order}
        />
      )}
    </Page>
  )
}
