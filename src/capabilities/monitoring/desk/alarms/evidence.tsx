/** What an alarm stands on: the values around the moment, the limit with its ground, what else the device said. */
import { type ReactElement, useMemo } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { addMs, type Instant, laterOf, msOf, wallClock } from '../../../../kernel/time.ts'
import { type Words, words } from '../../../../kernel/words.ts'
import type { AlarmView } from '../../contract/alarms.ts'
import { SeriesChart } from '../chart/series-chart.tsx'
import { metricName, unitOf, valueText } from '../metrics.ts'
import { Basis, Fact } from '../parts.tsx'

const HOUR = 3_600_000
/** The time that the chart shows: an hour before, and until an hour after its end or until now; at most a day. */
export const aroundOf = (
  occurredAt: Instant,
  endedAt: Instant | null,
  now: Instant,
): { readonly from: Instant; readonly to: Instant } => {
  const from = addMs(occurredAt, -HOUR)
  const latest = Math.min(msOf(addMs(endedAt ?? now, HOUR)), msOf(from) + 24 * HOUR)
  const end = Math.max(latest, msOf(occurredAt) + HOUR)
  return { from, to: addMs(from, end - msOf(from)) }
}
const windowWords = {
  all: words('全天', 'all day'),
  day: words('昼间', 'by day'),
  night: words('夜间', 'by night'),
} as const

/** What a condition or a device says beside the figure; without a name here, it is told by the sentence above. */
const moreWords: Readonly<Record<string, Words>> = {
  zone: words('区域', 'Zone'),
  score: words('偏离分值', 'Score'),
  moving: words('仍在动作', 'Moving'),
  count: words('当日超标次数', 'Exceedances that day'),
  allowed: words('允许次数', 'Allowed'),
  since: words('自', 'Since'),
  devices: words('涉及设备', 'Devices'),
  samples: words('连续次数', 'Times'),
  people: words('人数', 'People'),
  said: words('设备描述', 'Said'),
  code: words('设备报警代码', 'Code'),
  imageRef: words('抓拍编号', 'Picture'),
}

export const EvidenceView = ({
  alarm,
  minute,
}: {
  readonly alarm: AlarmView
  readonly minute: Instant
}): ReactElement => {
  const say = useSay()
  const { evidence, deviceId, siteId, occurredAt, endedAt } = alarm
  const period = useMemo(() => aroundOf(occurredAt, endedAt, minute), [occurredAt, endedAt, minute])
  const unit = evidence.metric === null ? '' : unitOf(evidence.metric)
  const more = Object.entries(evidence.more).flatMap(([key, value]) => {
    const name = moreWords[key]
    if (name === undefined || value === null || value === '') return []
    return [{ name, text: key === 'moving' ? say(metricName(String(value))) : String(value) }]
  })
  const window = evidence.window === 'day' || evidence.window === 'night' ? evidence.window : 'all'
  const { metric, limit } = evidence
  const own = useMemo(
    () =>
      metric === null || limit === null
        ? undefined
        : { metric, name: say('触发限值', 'limit of the alarm'), value: limit },
    [metric, limit, say],
  )
  const marks = useMemo(() => [{ at: occurredAt, name: say('发生', 'began') }], [occurredAt, say])
  const shade = useMemo(
    () => ({ from: occurredAt, to: endedAt ?? laterOf(occurredAt, minute) }),
    [occurredAt, endedAt, minute],
  )
  const metrics = useMemo(() => (metric === null ? [] : [metric]), [metric])
  return (
    <>
      <p>{evidence.text}</p>
      <dl className="facts">
        {metric !== null && (
          <Fact name={words('触发数值', 'Value')}>
            {say(metricName(metric))} {valueText(evidence.value)} {unit}
          </Fact>
        )}
        {limit !== null && (
          <Fact name={words('限值', 'Limit')}>
            {valueText(limit)} {unit} · {say(windowWords[window])}
          </Fact>
        )}
        {evidence.source !== null && (
          <Fact name={words('依据', 'Ground')}>
            <Basis source={evidence.source} />
          </Fact>
        )}
        {more.map(({ name, text }) => (
          <Fact key={name.zh} name={name}>
            {text}
          </Fact>
        ))}
      </dl>
      {deviceId !== null && metric !== null && (
        <SeriesChart
          siteId={siteId}
          deviceId={deviceId}
          from={period.from}
          to={period.to}
          metrics={metrics}
          marks={marks}
          shade={shade}
          height={220}
          {...(own === undefined ? {} : { own })}
        />
      )}
      {evidence.samples.length > 0 && (
        <details>
          <summary>{say('触发前的数值', 'Values before it')}</summary>
          <table className="cases keep">
            <caption className="hidden">{say('触发前的数值', 'Values before it')}</caption>
            <thead>
              <tr>
                <th scope="col">{say('时间', 'Time')}</th>
                <th scope="col">
                  {say('数值', 'Value')} {unit}
                </th>
              </tr>
            </thead>
            <tbody>
              {evidence.samples.map((sample) => (
                <tr key={sample.at}>
                  <th scope="row">{wallClock(sample.at)}</th>
                  <td>{valueText(sample.value)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      )}
    </>
  )
}
