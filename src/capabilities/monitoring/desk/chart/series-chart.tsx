/** The values of a device over a period: one chart a metric with its limit, nights and silences, and the same as a table. */
import { Button } from 'antd'
import { lazy, type ReactElement, Suspense, useMemo, useState } from 'react'
import { now } from '../../../../desk/browser.ts'
import { useSay } from '../../../../desk/language.tsx'
import { useRead } from '../../../../desk/queries.ts'
import { Loaded } from '../../../../desk/ui/loaded.tsx'
import { needsVerification } from '../../../../kernel/sourced.ts'
import { type Instant, msOf, wallClock } from '../../../../kernel/time.ts'
import { words } from '../../../../kernel/words.ts'
import { type LimitView, listLimits } from '../../contract/rules.ts'
import { type Resolution, readSeries, type SeriesMetric, type SeriesView } from '../../contract/telemetry.ts'
import type { DeviceId, SiteId } from '../../model/report.ts'
import { metricName, unitOf, valueText } from '../metrics.ts'
import type { PlotLine } from './plot.tsx'
import { limitSteps, type NightHours, nightsIn, pointsOf, silences, thinned } from './points.ts'

const Plot = lazy(async () => ({ default: (await import('./plot.tsx')).Plot }))

export const resolutionWords = {
  raw: words('逐次上报', 'as reported'),
  '1m': words('分钟均值', 'means of a minute'),
  '1h': words('小时均值', 'means of an hour'),
  '1d': words('日均值', 'means of a day'),
} satisfies Record<Resolution, unknown>
const MOST_ROWS = 200

export interface ChartMark {
  readonly at: Instant
  readonly name: string
}
/** A limit to draw beside those of the standards: that of an alarm. */
export interface OwnLimit {
  readonly metric: string
  readonly name: string
  readonly value: number
}
interface SeriesChartProps {
  readonly siteId: SiteId
  readonly deviceId: DeviceId
  readonly from: Instant
  readonly to: Instant
  /** Absent: every metric of the device. */
  readonly metrics?: readonly string[]
  readonly own?: OwnLimit
  readonly marks?: readonly ChartMark[]
  readonly shade?: { readonly from: Instant; readonly to: Instant }
  readonly height?: number
}

const SeriesTable = ({
  series,
  metric,
}: {
  readonly series: SeriesView
  readonly metric: SeriesMetric
}): ReactElement => {
  const say = useSay()
  const places = thinned(
    series.at.map((at, index) => ({ at, index })),
    MOST_ROWS,
  )
  const name = say(metricName(metric.metric))
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <div
      style={{ maxHeight: 320, overflow: 'auto' }}
      tabIndex={0}
      role="region"
      aria-label={`${name}${say('数值表', ' table')}`}
    >
      <table className="cases keep">
        <caption className="hidden">{name}</caption>
        <thead>
          <tr>
            <th scope="col">{say('时间', 'Time')}</th>
            <th scope="col">
              {say('均值', 'Mean')}({unitOf(metric.metric)})
            </th>
            <th scope="col">{say('最小', 'Least')}</th>
            <th scope="col">{say('最大', 'Most')}</th>
          </tr>
        </thead>
        <tbody>
          {places.map(({ at, index }) => (
            <tr key={at}>
              <th scope="row">{wallClock(at)}</th>
              <td>{valueText(metric.mean[index])}</td>
              <td>{valueText(metric.min[index])}</td>
              <td>{valueText(metric.max[index])}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {places.length < series.at.length && (
        <p className="quiet small">
          {say(
            `共 ${series.at.length} 行,均匀列出 ${places.length} 行;缩短时段可看全部。`,
            `${places.length} of ${series.at.length} rows, evenly taken: a shorter period shows all.`,
          )}
        </p>
      )}
    </div>
  )
}

const limitsOf = (metric: string, limits: readonly LimitView[]) => limits.filter((limit) => limit.metric === metric)

interface OneProps extends Omit<SeriesChartProps, 'siteId' | 'deviceId' | 'metrics'> {
  readonly series: SeriesView
  readonly metric: SeriesMetric
  readonly limits: readonly LimitView[]
  readonly night: NightHours
}
const OneChart = ({ series, metric, limits, night, own, marks = [], shade, height }: OneProps): ReactElement => {
  const say = useSay()
  const [asTable, setAsTable] = useState(false)
  const name = say(metricName(metric.metric))
  const unit = unitOf(metric.metric)
  const span = useMemo(() => ({ from: msOf(series.from), to: msOf(series.to) }), [series.from, series.to])
  const drawn = useMemo(() => {
    const unverified = say('(待核)', ' (unverified)')
    const values = pointsOf(series, metric, 'mean')
    const lines: PlotLine[] = [{ name, points: values, look: 'value' }]
    if (series.resolution !== 'raw')
      lines.push({ name: say('最大', 'most'), points: pointsOf(series, metric, 'max'), look: 'range' })
    for (const limit of limitsOf(metric.metric, limits)) {
      const points = limitSteps(limit.rows, span, night)
      if (points.some((point) => point[1] !== null))
        lines.push({ name: `${say(limit.name)}${limit.unverified ? unverified : ''}`, points, look: 'limit' })
    }
    if (own?.metric === metric.metric)
      lines.push({
        name: own.name,
        points: [
          [span.from, own.value],
          [span.to, own.value],
        ],
        look: 'limit',
      })
    return lines
  }, [series, metric, limits, night, own, name, span, say])
  const nights = useMemo(() => nightsIn(span, night), [span, night])
  const silent = useMemo(() => silences(series, msOf(now())), [series])
  const figures = metric.mean.filter((value): value is number => value !== null)
  const summary =
    figures.length === 0
      ? say(`${name}:该时段没有数据`, `${name}: no data in this period`)
      : say(
          `${name}(${unit}):${wallClock(series.from)} 至 ${wallClock(series.to)},最小 ${valueText(Math.min(...figures))},最大 ${valueText(Math.max(...figures))},中断 ${silent.length} 次`,
          `${name} (${unit}): ${wallClock(series.from)} to ${wallClock(series.to)}, least ${valueText(Math.min(...figures))}, most ${valueText(Math.max(...figures))}, ${silent.length} gaps`,
        )
  return (
    <section aria-label={name} style={{ marginBottom: 16 }}>
      <div className="row">
        <h3 style={{ margin: 0 }}>{name}</h3>
        <span className="quiet small">{say(resolutionWords[series.resolution])}</span>
        <Button size="small" onClick={() => setAsTable((shown) => !shown)} aria-expanded={asTable}>
          {asTable ? say('收起表格', 'Hide the table') : say('以表格查看', 'As a table')}
          <span className="hidden">{name}</span>
        </Button>
      </div>
      {figures.length === 0 ? (
        <p className="quiet">{say('该时段没有数据。', 'No data in this period.')}</p>
      ) : (
        <Suspense fallback={<div style={{ height: height ?? 240 }} />}>
          <Plot
            label={summary}
            span={span}
            unit={unit}
            lines={drawn}
            nights={nights}
            silences={silent}
            marks={marks.map((mark) => ({ at: msOf(mark.at), name: mark.name }))}
            {...(shade === undefined ? {} : { shades: [{ from: msOf(shade.from), to: msOf(shade.to) }] })}
            {...(height === undefined ? {} : { height })}
            words={{ night: say('夜间', 'night'), silent: say('没有数据', 'no data') }}
          />
        </Suspense>
      )}
      {asTable && <SeriesTable series={series} metric={metric} />}
    </section>
  )
}

const lawfulNight: NightHours = { from: '22:00', to: '06:00' }
const none: readonly LimitView[] = []
/** Draws the series of a device; waits for it and says why when it may not be read. */
export const SeriesChart = (props: SeriesChartProps): ReactElement => {
  const say = useSay()
  const limits = useRead(listLimits, { query: {} })
  const series = useRead(
    readSeries,
    {
      params: { siteId: props.siteId, deviceId: props.deviceId },
      query: {
        from: props.from,
        to: props.to,
        ...(props.metrics === undefined || props.metrics.length === 0 ? {} : { metrics: [...props.metrics] }),
      },
    },
    { keep: true },
  )
  const shown = (series.data?.metrics ?? []).map(({ metric }) => metric)
  const unverified = (limits.data?.rows ?? none)
    .filter((limit) => shown.includes(limit.metric))
    .flatMap((limit) => limit.current)
    .filter((row) => needsVerification(row.source.certainty))
    .map((row) => row.source.basis)
  return (
    <Loaded query={series}>
      {(data) => (
        <>
          {data.truncated && (
            <p className="notice warn">
              {say('数据太多,时段末尾没有显示。请缩短时段。', 'Too much for one answer: take a shorter period.')}
            </p>
          )}
          {data.metrics.length === 0 && <p className="quiet">{say('该时段没有数据。', 'No data in this period.')}</p>}
          {data.metrics.map((metric) => (
            <OneChart
              key={metric.metric}
              {...props}
              series={data}
              metric={metric}
              limits={props.own?.metric === metric.metric ? none : (limits.data?.rows ?? none)}
              night={limits.data?.night ?? lawfulNight}
            />
          ))}
          {unverified.length > 0 && props.own === undefined && (
            <p className="quiet small">
              <span className="tag">{say('待核', 'unverified')}</span> {[...new Set(unverified)].join(';')}
            </p>
          )}
        </>
      )}
    </Loaded>
  )
}
