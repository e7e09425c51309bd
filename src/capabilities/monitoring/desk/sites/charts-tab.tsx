/** Measured values of a site over any period: device and period in the URL. */
import { Input } from 'antd'
import { type ReactElement, useId, useMemo } from 'react'
import { useFilters } from '../../../../desk/filters.ts'
import { useSay } from '../../../../desk/language.tsx'
import { useRead } from '../../../../desk/queries.ts'
import { Loaded } from '../../../../desk/ui/loaded.tsx'
import { Card } from '../../../../desk/ui/page.tsx'
import { addDays, localDateOf, localDateSchema } from '../../../../kernel/time.ts'
import { listDevices } from '../../contract/devices.ts'
import type { SiteView } from '../../contract/sites.ts'
import { deviceKindWords } from '../../model/devices/words.ts'
import { SeriesChart } from '../chart/series-chart.tsx'
import { knownMetrics, metricName } from '../metrics.ts'
import { FilterSelect, useMinute } from '../parts.tsx'
import { chartSearch, periodOf, spans, spanWords } from './period.ts'

/** Kinds that measure something. */
const measuring: readonly string[] = ['dust', 'noise', 'weather', 'crane', 'hoist', 'other']

export const ChartsTab = ({ site }: { readonly site: SiteView }): ReactElement => {
  const say = useSay()
  const id = useId()
  const minute = useMinute()
  const [filters, change] = useFilters(chartSearch)
  const devices = useRead(listDevices, { query: { siteId: site.siteId, limit: 200 } })
  const span = filters.span ?? '24h'
  const period = useMemo(
    () => periodOf(span, filters.from, filters.to, minute),
    [span, filters.from, filters.to, minute],
  )
  const metrics = useMemo(() => (filters.metric === undefined ? undefined : [filters.metric]), [filters.metric])
  const day = (name: 'from' | 'to', label: string, fallback: string) => (
    <span className="row pair">
      <label htmlFor={`${id}-${name}`}>{label}</label>
      <Input
        id={`${id}-${name}`}
        type="date"
        style={{ width: 160 }}
        value={filters[name] ?? fallback}
        onChange={(event) => {
          const parsed = localDateSchema.safeParse(event.target.value)
          if (parsed.success) change({ [name]: parsed.data })
        }}
      />
    </span>
  )
  return (
    <Loaded query={devices}>
      {(data) => {
        const able = data.rows.filter((device) => measuring.includes(device.kind))
        const device = able.find((each) => each.deviceId === filters.device) ?? able[0]
        return (
          <Card title={say('监测数据', 'Measured values')}>
            {device === undefined ? (
              <p className="quiet">{say('本工地还没有监测设备。', 'No measuring device on this site yet.')}</p>
            ) : (
              <>
                <div className="row" style={{ marginBottom: 12 }}>
                  <FilterSelect
                    label={say('设备', 'Device')}
                    value={device.deviceId}
                    width={240}
                    search
                    options={able.map((each) => ({
                      value: each.deviceId,
                      label: `${each.name}(${say(deviceKindWords[each.kind])})`,
                    }))}
                    all={null}
                    onChange={(value) => change({ device: value })}
                  />
                  <FilterSelect
                    label={say('指标', 'Metric')}
                    value={filters.metric}
                    options={knownMetrics.map((value) => ({ value, label: say(metricName(value)) }))}
                    onChange={(value) => change({ metric: value })}
                  />
                  <FilterSelect
                    label={say('时段', 'Period')}
                    value={span}
                    width={160}
                    options={spans.map((value) => ({ value, label: say(spanWords[value]) }))}
                    all={null}
                    onChange={(value) => change({ span: value })}
                  />
                  {span === 'days' && (
                    <>
                      {day('from', say('从', 'From'), addDays(localDateOf(minute), -6))}
                      {day('to', say('到', 'To'), localDateOf(minute))}
                    </>
                  )}
                </div>
                {period === null ? (
                  <p className="notice warn">{say('结束日期早于开始日期。', 'The last day is before the first.')}</p>
                ) : (
                  <SeriesChart
                    siteId={site.siteId}
                    deviceId={device.deviceId}
                    from={period.from}
                    to={period.to}
                    {...(metrics === undefined ? {} : { metrics })}
                  />
                )}
              </>
            )}
          </Card>
        )
      }}
    </Loaded>
  )
}
