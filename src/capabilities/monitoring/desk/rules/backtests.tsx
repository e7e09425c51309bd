/** 试算: what a version of a rule would have raised over data of the past, before anybody is bothered with it. */
import { Progress } from 'antd'
import { lazy, type ReactElement, Suspense, useMemo, useState } from 'react'
import { z } from 'zod'
import { today } from '../../../../desk/browser.ts'
import { useFilters } from '../../../../desk/filters.ts'
import { useSay } from '../../../../desk/language.tsx'
import { useAct, useRead } from '../../../../desk/queries.ts'
import { ActButton } from '../../../../desk/ui/act-button.tsx'
import { CaseTable } from '../../../../desk/ui/case-table.tsx'
import { FormDialog } from '../../../../desk/ui/form-dialog.tsx'
import { TextField } from '../../../../desk/ui/inputs.tsx'
import { Loaded } from '../../../../desk/ui/loaded.tsx'
import { Card } from '../../../../desk/ui/page.tsx'
import {
  addDays,
  addMs,
  daysBetween,
  localDateOf,
  localDateSchema,
  msOf,
  startOfDay,
  wallClock,
} from '../../../../kernel/time.ts'
import { type Words, words } from '../../../../kernel/words.ts'
import {
  type BacktestAlarm,
  type BacktestId,
  type BacktestView,
  listBacktests,
  type RuleView,
  readBacktest,
  startBacktest,
} from '../../contract/rules.ts'
import type { SiteId } from '../../model/report.ts'
import { ruleStateWords } from '../../model/rules/states.ts'
import { SeriesChart } from '../chart/series-chart.tsx'
import { lengthOf, unitOf, valueText } from '../metrics.ts'
import { Fact, FieldSelect, FieldSelectMany } from '../parts.tsx'
import { useSiteChoices } from '../sites/choices.ts'

const Plot = lazy(async () => ({ default: (await import('../chart/plot.tsx')).Plot }))
const MOST_DAYS = 31
const POLL_MS = 1500
const stateWords: Readonly<Record<BacktestView['state'], Words>> = {
  queued: words('排队中', 'Waiting'),
  running: words('计算中', 'Running'),
  done: words('已完成', 'Done'),
  failed: words('失败', 'Failed'),
}
const search = z.object({ backtest: z.uuid().optional().catch(undefined) })

const StartDialog = ({
  rule,
  onStarted,
  onClose,
}: {
  readonly rule: RuleView
  readonly onStarted: (id: BacktestId) => void
  readonly onClose: () => void
}): ReactElement => {
  const say = useSay()
  const sites = useSiteChoices()
  const act = useAct(startBacktest, { onDone: (test) => onStarted(test.backtestId) })
  const [version, setVersion] = useState(String(rule.versions[0]?.version ?? 1))
  const [from, setFrom] = useState<string>(addDays(today(), -7))
  const [to, setTo] = useState<string>(today())
  const [siteIds, setSiteIds] = useState<readonly SiteId[]>([])
  const [tried, setTried] = useState(false)
  const first = localDateSchema.safeParse(from)
  const last = localDateSchema.safeParse(to)
  const days = first.success && last.success ? daysBetween(first.data, last.data) + 1 : 0
  return (
    <FormDialog
      open
      title={say('试算规则', 'Try the rule over the past')}
      onClose={onClose}
      onSubmit={() => {
        setTried(true)
        if (first.success && last.success && days >= 1 && days <= MOST_DAYS)
          act.mutate({
            params: { ruleKey: rule.key },
            body: {
              version: Number(version),
              from: startOfDay(first.data),
              to: startOfDay(addDays(last.data, 1)),
              siteIds: [...siteIds],
            },
          })
      }}
      submitLabel={say('开始试算', 'Start')}
      busy={act.isPending}
      error={act.error}
    >
      <FieldSelect
        label={say('版本', 'Version')}
        value={version}
        options={rule.versions.map((each) => ({
          value: String(each.version),
          label: `v${each.version} ${say(ruleStateWords[each.state])}`,
        }))}
        onChange={setVersion}
      />
      <div className="form-grid">
        <TextField label={say('开始日期', 'From')} type="date" value={from} onChange={setFrom} required />
        <TextField
          label={say('结束日期', 'To')}
          type="date"
          value={to}
          onChange={setTo}
          required
          fault={
            tried && (days < 1 || days > MOST_DAYS)
              ? say(`请选择 1 到 ${MOST_DAYS} 天。`, `One to ${MOST_DAYS} days.`)
              : undefined
          }
        />
      </div>
      <FieldSelectMany
        label={say('工地(不选为全部)', 'Sites (none: all)')}
        values={siteIds}
        options={sites}
        onChange={setSiteIds}
      />
    </FormDialog>
  )
}

const HALF_HOUR = 1_800_000
const AlarmChart = ({ alarm }: { readonly alarm: BacktestAlarm }): ReactElement => {
  const say = useSay()
  const period = useMemo(() => {
    const from = addMs(alarm.occurredAt, -HALF_HOUR)
    const to = addMs(alarm.endedAt ?? alarm.raisedAt, HALF_HOUR)
    return { from, to }
  }, [alarm])
  return (
    <SeriesChart
      siteId={alarm.siteId}
      deviceId={alarm.deviceId}
      from={period.from}
      to={period.to}
      {...(alarm.metric === null ? {} : { metrics: [alarm.metric] })}
      {...(alarm.metric !== null && alarm.limit !== null
        ? { own: { metric: alarm.metric, name: say('触发限值', 'limit'), value: alarm.limit } }
        : {})}
      marks={[{ at: alarm.raisedAt, name: say('报警', 'raised') }]}
      shade={{ from: alarm.occurredAt, to: alarm.endedAt ?? alarm.raisedAt }}
      height={220}
    />
  )
}

const Result = ({ test }: { readonly test: BacktestView }): ReactElement => {
  const say = useSay()
  const [shown, setShown] = useState<BacktestAlarm | null>(null)
  const span = useMemo(() => ({ from: msOf(test.from), to: msOf(test.to) }), [test.from, test.to])
  const lines = useMemo(
    () => [
      {
        name: say('每日报警', 'alarms a day'),
        points: test.perDay.map((each) => [msOf(startOfDay(each.day)) + 43_200_000, each.alarms] as const),
        look: 'value' as const,
      },
    ],
    [test.perDay, say],
  )
  const marks = useMemo(() => test.rows.slice(0, 60).map((row) => ({ at: msOf(row.raisedAt), name: '' })), [test.rows])
  if (test.state === 'failed') return <p className="notice bad">{test.problem ?? say('试算失败。', 'It failed.')}</p>
  if (test.state !== 'done')
    return (
      <div role="status">
        {say(stateWords[test.state])} {test.done}/{test.total}
        <Progress
          percent={test.total === 0 ? 0 : Math.round((test.done / test.total) * 100)}
          aria-label={say('试算进度', 'Progress')}
        />
      </div>
    )
  return (
    <>
      <dl className="facts">
        <Fact name={words('会报警', 'Would have raised')}>
          <strong>{test.alarms}</strong> {say('次', 'alarms')}
        </Fact>
        <Fact name={words('现行版本实际报警', 'The published version raised')}>
          {test.published === null ? '—' : test.published.alarms}
        </Fact>
        <Fact name={words('涉及设备', 'Devices')}>{test.devices}</Fact>
        <Fact name={words('涉及天数', 'Days')}>{test.days}</Fact>
        <Fact name={words('报警总时长', 'Together')}>{say(lengthOf(test.activeMinutes * 60_000))}</Fact>
        <Fact name={words('计算的上报', 'Reports read')}>{test.reports}</Fact>
      </dl>
      {test.alarms > 0 && (
        <Suspense fallback={<div style={{ height: 200 }} />}>
          <Plot
            label={say(
              `每日报警数:${test.perDay.map((each) => `${each.day} ${each.alarms} 次`).join(',')}`,
              `Alarms a day: ${test.perDay.map((each) => `${each.day} ${each.alarms}`).join(', ')}`,
            )}
            span={span}
            unit={say('次', 'alarms')}
            lines={lines}
            nights={[]}
            silences={[]}
            marks={marks}
            height={200}
            words={{ night: '', silent: '' }}
          />
        </Suspense>
      )}
      <CaseTable
        label={say('会发出的报警', 'Alarms that would have been raised')}
        rows={test.rows}
        keyOf={(row) => `${row.deviceId} ${row.raisedAt}`}
        empty={words('这一时段不会报警。', 'Nothing would have been raised.')}
        columns={[
          { title: words('发生', 'Began'), heads: true, whole: true, show: (row) => wallClock(row.occurredAt) },
          { title: words('工地、设备', 'Site, device'), show: (row) => `${row.siteName} · ${row.deviceName}` },
          {
            title: words('数值 / 限值', 'Value / limit'),
            show: (row) =>
              `${valueText(row.value)} / ${valueText(row.limit)} ${row.metric === null ? '' : unitOf(row.metric)}`,
          },
          {
            title: words('持续', 'Lasted'),
            show: (row) =>
              row.endedAt === null
                ? say('至结束', 'to the end')
                : say(lengthOf(msOf(row.endedAt) - msOf(row.occurredAt))),
          },
          {
            title: words('图', 'Chart'),
            show: (row) => (
              <ActButton because={null} look={{ size: 'small' }} onAct={() => setShown(row === shown ? null : row)}>
                {row === shown ? say('收起', 'Hide') : say('看曲线', 'Chart')}
                <span className="hidden">{wallClock(row.raisedAt)}</span>
              </ActButton>
            ),
          },
        ]}
      />
      {test.rows.length < test.alarms && (
        <p className="quiet small">{say('只列出前 500 条。', 'Only the first 500 are listed.')}</p>
      )}
      {shown !== null && (
        <section aria-label={say('报警曲线', 'Chart of the alarm')}>
          <h3>
            {shown.siteName} · {shown.deviceName} · {wallClock(shown.raisedAt)}
          </h3>
          <AlarmChart alarm={shown} />
        </section>
      )}
    </>
  )
}

const One = ({ backtestId }: { readonly backtestId: BacktestId }): ReactElement => {
  const [running, setRunning] = useState(true)
  const query = useRead(readBacktest, { params: { backtestId } }, running ? { everyMs: POLL_MS } : {})
  const state = query.data?.state
  const going = state === undefined || state === 'queued' || state === 'running'
  if (going !== running) setRunning(going)
  return <Loaded query={query}>{(test) => <Result test={test} />}</Loaded>
}

export const Backtests = ({ rule }: { readonly rule: RuleView }): ReactElement => {
  const say = useSay()
  const [filters, change] = useFilters(search)
  const [starting, setStarting] = useState(false)
  const [going, setGoing] = useState(false)
  const list = useRead(listBacktests, { params: { ruleKey: rule.key } }, going ? { everyMs: POLL_MS } : {})
  const unfinished = list.data?.rows.some((row) => row.state === 'queued' || row.state === 'running') ?? false
  if (unfinished !== going) setGoing(unfinished)
  return (
    <Card
      title={say('试算', 'Backtests')}
      beside={
        <ActButton because={rule.may.backtest} onAct={() => setStarting(true)}>
          {say('用过去的数据试算', 'Try over the past')}
        </ActButton>
      }
    >
      <Loaded query={list}>
        {(data) => (
          <CaseTable
            label={say('最近的试算', 'Latest backtests')}
            rows={data.rows}
            keyOf={(row) => row.backtestId}
            empty={words('还没有试算过。', 'Not tried yet.')}
            columns={[
              {
                title: words('时段', 'Period'),
                heads: true,
                show: (row) => (
                  <button
                    type="button"
                    className="anchor-pick"
                    aria-expanded={filters.backtest === row.backtestId}
                    onClick={() =>
                      change({ backtest: filters.backtest === row.backtestId ? undefined : row.backtestId })
                    }
                  >
                    {localDateOf(row.from)} — {localDateOf(addMs(row.to, -1))}
                  </button>
                ),
              },
              { title: words('版本', 'Version'), show: (row) => `v${row.version}` },
              { title: words('状态', 'State'), show: (row) => say(stateWords[row.state]) },
              { title: words('会报警', 'Alarms'), show: (row) => (row.state === 'done' ? row.alarms : '—') },
              {
                title: words('试算人', 'By'),
                show: (row) => `${row.askedBy ?? ''} ${wallClock(row.askedAt)}`,
              },
            ]}
          />
        )}
      </Loaded>
      {filters.backtest !== undefined && (
        <section aria-label={say('试算结果', 'Result')} style={{ marginTop: 16 }}>
          <One key={filters.backtest} backtestId={filters.backtest as BacktestId} />
        </section>
      )}
      {starting && (
        <StartDialog
          rule={rule}
          onStarted={(id) => {
            setStarting(false)
            change({ backtest: id })
          }}
          onClose={() => setStarting(false)}
        />
      )}
    </Card>
  )
}
