/** People of a site: who is there now, the day's attendance, passages, and the real-name register. */
import { Checkbox, Input } from 'antd'
import { lazy, type ReactElement, Suspense, useId, useMemo } from 'react'
import { today } from '../../../../desk/browser.ts'
import { useFilters } from '../../../../desk/filters.ts'
import { useSay } from '../../../../desk/language.tsx'
import { useRead } from '../../../../desk/queries.ts'
import { CaseTable } from '../../../../desk/ui/case-table.tsx'
import { Loaded } from '../../../../desk/ui/loaded.tsx'
import { Card } from '../../../../desk/ui/page.tsx'
import { DAY_MS, localDateSchema, msOf, startOfDay, wallClock } from '../../../../kernel/time.ts'
import { words } from '../../../../kernel/words.ts'
import { attendanceDay, type DaySummary, listAttendance, whoIsPresent } from '../../contract/people.ts'
import type { SiteView } from '../../contract/sites.ts'
import type { Point } from '../chart/points.ts'
import { Ago, Fact, useMinute } from '../parts.tsx'
import { peopleSearch } from './people-search.ts'
import { directionWords, methodWords } from './people-words.ts'
import { WorkersCard } from './workers-card.tsx'

const Plot = lazy(async () => ({ default: (await import('../chart/plot.tsx')).Plot }))

/** A registration that does not hold must be seen. */
const Valid = ({ valid }: { readonly valid: boolean }): ReactElement => {
  const say = useSay()
  return valid ? (
    <span className="clock normal">{say('已实名', 'Registered')}</span>
  ) : (
    <span className="clock overdue">{say('无有效实名登记', 'Not registered')}</span>
  )
}

const Present = ({ site }: { readonly site: SiteView }): ReactElement => {
  const say = useSay()
  const minute = useMinute()
  const query = useRead(whoIsPresent, { params: { siteId: site.siteId } }, { everyMs: 30_000 })
  return (
    <Card
      title={say('现在在场', 'On the site now')}
      beside={query.data !== undefined && <strong>{query.data.people}</strong>}
    >
      <Loaded query={query}>
        {(data) => (
          <CaseTable
            label={say('现在在场', 'On the site now')}
            rows={data.rows}
            keyOf={(row) => `${row.workerRef} ${row.by}`}
            empty={words('现在没有人在场。', 'Nobody is on the site.')}
            columns={[
              { title: words('姓名', 'Name'), heads: true, show: (row) => row.name ?? row.workerRef },
              { title: words('班组', 'Team'), show: (row) => row.team ?? '—' },
              { title: words('工种', 'Trade'), show: (row) => row.trade ?? '—' },
              { title: words('实名', 'Registration'), show: (row) => <Valid valid={row.valid} /> },
              {
                title: words('进场', 'Since'),
                show: (row) =>
                  row.since === null ? say('仅定位显示', 'by tracker') : <Ago at={row.since} minute={minute} />,
              },
            ]}
          />
        )}
      </Loaded>
    </Card>
  )
}

const HOUR = 3_600_000
const Groups = ({
  title,
  rows,
}: {
  readonly title: string
  readonly rows: readonly {
    readonly name: string
    readonly people: number
    readonly registered: number
    readonly hours: number
  }[]
}): ReactElement => {
  const say = useSay()
  return (
    <div style={{ flex: '1 1 300px' }}>
      <h3>{title}</h3>
      <table className="cases keep">
        <caption className="hidden">{title}</caption>
        <thead>
          <tr>
            <th scope="col">{title}</th>
            <th scope="col">{say('到岗', 'Came')}</th>
            <th scope="col">{say('登记', 'Registered')}</th>
            <th scope="col">{say('工时', 'Hours')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.name}>
              <th scope="row">{row.name === '' ? '—' : row.name}</th>
              <td>{row.people}</td>
              <td>{row.registered}</td>
              <td>{row.hours.toFixed(1)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
const Summary = ({ data }: { readonly data: DaySummary }): ReactElement => {
  const say = useSay()
  const start = msOf(startOfDay(data.day))
  const points = useMemo(
    () => data.insideByHour.map((people, hour): Point => [start + (hour + 1) * HOUR, people]),
    [data.insideByHour, start],
  )
  const lines = useMemo(
    () => [{ name: say('在场人数', 'People inside'), points, look: 'value' as const }],
    [points, say],
  )
  const span = useMemo(() => ({ from: start, to: start + DAY_MS }), [start])
  return (
    <>
      <dl className="facts">
        <Fact name={words('到岗人数', 'Came in')}>{data.people}</Fact>
        <Fact name={words('登记人数', 'Registered')}>{data.registered}</Fact>
        <Fact name={words('到岗率', 'Attendance')}>
          {data.registered === 0 ? '—' : `${Math.round((data.people / data.registered) * 100)}%`}
        </Fact>
        <Fact name={words('工时合计', 'Hours')}>{data.hours.toFixed(1)}</Fact>
        <Fact name={words('进出次数', 'Passages')}>{data.passages}</Fact>
        <Fact name={words('未实名进场', 'Not registered')}>
          {data.unregistered > 0 ? <span className="clock overdue">{data.unregistered}</span> : 0}
        </Fact>
      </dl>
      {points.some((point) => point[1] !== null && point[1] > 0) && (
        <Suspense fallback={<div style={{ height: 180 }} />}>
          <Plot
            label={say(
              `${data.day} 每小时末在场人数:${data.insideByHour.map((people, hour) => (people === null ? '' : `${hour + 1}时${people}人`)).join(' ')}`,
              `People inside at the end of each hour of ${data.day}: ${data.insideByHour.map((people) => people ?? '').join(' ')}`,
            )}
            span={span}
            unit={say('人', 'people')}
            lines={lines}
            nights={[]}
            silences={[]}
            marks={[]}
            height={180}
            words={{ night: '', silent: '' }}
          />
        </Suspense>
      )}
      <div className="row" style={{ alignItems: 'flex-start' }}>
        <Groups title={say('工种', 'Trade')} rows={data.byTrade.map((row) => ({ ...row, name: row.trade }))} />
        <Groups title={say('班组', 'Team')} rows={data.byTeam.map((row) => ({ ...row, name: row.team }))} />
      </div>
    </>
  )
}

export const PeopleTab = ({ site }: { readonly site: SiteView }): ReactElement => {
  const say = useSay()
  const id = useId()
  const [filters, change] = useFilters(peopleSearch)
  const { siteId } = site
  const day = filters.day ?? today()
  const unregistered = filters.unregistered ?? false
  const summary = useRead(attendanceDay, { params: { siteId }, query: { day } }, { keep: true })
  const passages = useRead(
    listAttendance,
    { params: { siteId }, query: { day, unregistered, after: filters.after, limit: 50 } },
    { keep: true },
  )
  return (
    <div className="stack">
      <Present site={site} />
      <Card
        title={say('出勤', 'Attendance')}
        beside={
          <span className="row pair">
            <label htmlFor={`${id}-day`}>{say('日期', 'Day')}</label>
            <Input
              id={`${id}-day`}
              type="date"
              style={{ width: 160 }}
              value={day}
              max={today()}
              onChange={(event) => {
                const parsed = localDateSchema.safeParse(event.target.value)
                if (parsed.success) change({ day: parsed.data })
              }}
            />
          </span>
        }
      >
        <Loaded query={summary}>{(data) => <Summary data={data} />}</Loaded>
        <h3>{say('进出记录', 'Passages')}</h3>
        <Checkbox
          checked={unregistered}
          onChange={(event) => change({ unregistered: event.target.checked ? true : undefined })}
        >
          {say('只看无有效实名登记的', 'Only those without a registration that holds')}
        </Checkbox>
        <Loaded query={passages}>
          {(data) => (
            <CaseTable
              label={say('进出记录,最近的在前', 'Passages, newest first')}
              rows={data.rows}
              keyOf={(row) => `${row.deviceId} ${row.eventId}`}
              next={data.next}
              isLaterPage={filters.after !== undefined}
              empty={words('当天没有进出记录。', 'No passages that day.')}
              columns={[
                { title: words('时间', 'When'), heads: true, whole: true, show: (row) => wallClock(row.at) },
                { title: words('姓名', 'Name'), show: (row) => row.name ?? row.workerRef },
                { title: words('班组、工种', 'Team, trade'), show: (row) => `${row.team ?? ''} ${row.trade ?? ''}` },
                { title: words('进出', 'Direction'), show: (row) => say(directionWords[row.direction]) },
                { title: words('方式', 'By'), show: (row) => say(methodWords[row.method]) },
                { title: words('门禁', 'Gate'), show: (row) => row.deviceName },
                {
                  title: words('实名', 'Registration'),
                  show: (row) => (
                    <>
                      <Valid valid={row.valid} />
                      {row.buffered && <span className="tag">{say('补传', 'sent later')}</span>}
                    </>
                  ),
                },
              ]}
            />
          )}
        </Loaded>
      </Card>
      <WorkersCard site={site} />
    </div>
  )
}
