/** 未采信上报: devices whose reports are not believed, why, how far their clocks seem to be off, and what to do. */
import { Link } from '@tanstack/react-router'
import { Drawer } from 'antd'
import { type ReactElement, useState } from 'react'
import { z } from 'zod'
import { useFilters } from '../../../../desk/filters.ts'
import { useSay } from '../../../../desk/language.tsx'
import { useRead } from '../../../../desk/queries.ts'
import { CaseTable } from '../../../../desk/ui/case-table.tsx'
import { Loaded } from '../../../../desk/ui/loaded.tsx'
import { Page } from '../../../../desk/ui/page.tsx'
import { type Instant, wallClock } from '../../../../kernel/time.ts'
import { type Words, words } from '../../../../kernel/words.ts'
import { listDevices } from '../../contract/devices.ts'
import { listSetAside, listSetAsideReports, type SetAsideReport, type SetAsideRow } from '../../contract/set-aside.ts'
import { deviceKindWords } from '../../model/devices/words.ts'
import type { SiteId } from '../../model/report.ts'
import { quarantineReasons } from '../../model/telemetry/durable.ts'
import { setAsideAdvice, setAsideWords } from '../../model/telemetry/set-aside.ts'
import { metricName, unitOf, valueText } from '../metrics.ts'
import { Ago, FilterSelect, useMinute } from '../parts.tsx'
import { useSiteChoices } from '../sites/choices.ts'
import { DeviceTable, skewWords } from './device-table.tsx'
import { DeviceTabs } from './tabs.tsx'

const search = z.object({
  siteId: z.uuid().optional().catch(undefined),
  reason: z.enum(quarantineReasons).optional().catch(undefined),
  after: z.string().max(400).optional().catch(undefined),
})
const kindWords: Readonly<Record<string, Words>> = {
  telemetry: words('监测数据', 'Measurement'),
  position: words('定位', 'Position'),
  attendance: words('进出', 'Passage'),
  'device-alarm': words('设备报警', 'Alarm of the device'),
}
/** A moment as a device said it; what is none stands as it came. */
const saidText = (at: string): string => (Number.isNaN(Date.parse(at)) ? at : wallClock(at as Instant))

const Skew = ({ ms }: { readonly ms: number | null }): ReactElement => {
  const say = useSay()
  return ms === null ? (
    <span className="quiet">{say('看不出', 'not known')}</span>
  ) : (
    <span className="clock overdue">{say(skewWords(ms))}</span>
  )
}
const Said = ({ report }: { readonly report: SetAsideReport }): ReactElement => {
  const say = useSay()
  const values = Object.entries(report.values)
  return (
    <>
      {say(kindWords[report.kind] ?? words(report.kind, report.kind))}
      {report.buffered && (
        <>
          {' '}
          <span className="tag">{say('补传', 'sent later')}</span>
        </>
      )}
      {values.length > 0 && (
        <div className="small">
          {values
            .map(([metric, value]) => `${say(metricName(metric))} ${valueText(value)} ${unitOf(metric)}`)
            .join('、')}
        </div>
      )}
      {report.note !== '' && <div className="small quiet">{report.note}</div>}
    </>
  )
}
/** The reports of one device and reason, one by one. */
const Reports = ({ row, onClose }: { readonly row: SetAsideRow; readonly onClose: () => void }): ReactElement => {
  const say = useSay()
  const [after, setAfter] = useState<string | undefined>(undefined)
  const query = useRead(
    listSetAsideReports,
    { params: { deviceId: row.deviceId }, query: { reason: row.reason, after, limit: 50 } },
    { keep: true },
  )
  return (
    <Drawer open size={640} onClose={onClose} title={`${row.deviceName} · ${say(setAsideWords[row.reason])}`}>
      <p className="notice">{say(setAsideAdvice(row.reason, row.skewMs))}</p>
      <Loaded query={query}>
        {(data) => (
          <>
            <CaseTable
              label={say('未采信的上报', 'Reports set aside')}
              rows={data.rows}
              keyOf={(each) => `${each.receivedAt} ${each.saidAt} ${each.kind}`}
              columns={[
                {
                  title: words('设备时间', 'Said'),
                  heads: true,
                  whole: true,
                  show: (each) => saidText(each.saidAt),
                },
                { title: words('接收时间', 'Received'), whole: true, show: (each) => wallClock(each.receivedAt) },
                {
                  title: words('相差', 'Apart'),
                  whole: true,
                  show: (each) => (each.skewMs === null ? '—' : say(skewWords(each.skewMs))),
                },
                { title: words('内容', 'Content'), show: (each) => <Said report={each} /> },
              ]}
            />
            <div className="row" style={{ marginTop: 12 }}>
              {after !== undefined && (
                <button type="button" className="anchor-pick" onClick={() => setAfter(undefined)}>
                  {say('回到第一页', 'First page')}
                </button>
              )}
              {data.next !== null && (
                <button type="button" className="anchor-pick" onClick={() => setAfter(data.next ?? undefined)}>
                  {say('下一页', 'Next page')}
                </button>
              )}
            </div>
          </>
        )}
      </Loaded>
    </Drawer>
  )
}

/** Devices that tell a wrong time now: what they report is stored by the time of its arrival. */
const WrongClocks = ({ siteId }: { readonly siteId: SiteId | undefined }): ReactElement => {
  const say = useSay()
  const query = useRead(listDevices, { query: { clock: 'wrong', siteId, limit: 100 } }, { everyMs: 10_000 })
  return (
    <section aria-label={say('时钟不可信的设备', 'Devices with wrong clocks')} style={{ marginTop: 24 }}>
      <h2 className="part">{say('时钟不可信的设备', 'Devices with wrong clocks')}</h2>
      <p className="quiet">
        {say(
          '最近一次上报的设备时间与平台相差两分钟以上。相差五分钟以上或早于一个月的,以到达时间入库并标记。请在设备上校时。',
          'Their last report told a time that is more than two minutes off. Beyond five minutes, times of arrival stand instead. Set their clocks.',
        )}
      </p>
      <Loaded query={query}>
        {(data) => <DeviceTable label={say('时钟不可信的设备', 'Devices with wrong clocks')} rows={data.rows} />}
      </Loaded>
    </section>
  )
}

export const SetAsidePage = (): ReactElement => {
  const say = useSay()
  const minute = useMinute()
  const sites = useSiteChoices()
  const [filters, change] = useFilters(search)
  const [shown, setShown] = useState<SetAsideRow | null>(null)
  const query = useRead(
    listSetAside,
    { query: { ...filters, siteId: filters.siteId as SiteId | undefined, limit: 50 } },
    { keep: true, everyMs: 30_000 },
  )
  return (
    <Page title={say('未采信上报与时钟', 'Reports set aside, and clocks')}>
      <DeviceTabs />
      <p className="quiet">
        {say(
          `设备时间不可信或内容无法保存的上报先隔离,不进入曲线,不触发报警${query.data === undefined ? '' : `,保留 ${query.data.keptDays} 天供查明设备故障`}。设备仍会收到应答,不会反复重发。`,
          'Reports with an impossible time or content are set aside: they are in no chart and raise no alarm.',
        )}
      </p>
      <div className="row" style={{ marginBottom: 12 }}>
        <FilterSelect
          label={say('原因', 'Why')}
          value={filters.reason}
          width={190}
          options={quarantineReasons.map((value) => ({ value, label: say(setAsideWords[value]) }))}
          onChange={(reason) => change({ reason })}
        />
        <FilterSelect
          label={say('工地', 'Site')}
          value={filters.siteId}
          search
          width={260}
          options={sites}
          onChange={(siteId) => change({ siteId })}
        />
      </div>
      <Loaded query={query}>
        {(data) => (
          <CaseTable
            label={say('未采信上报,按设备', 'Reports set aside, by device')}
            rows={data.rows}
            keyOf={(row) => `${row.deviceId} ${row.reason} ${row.siteId}`}
            keys
            next={data.next}
            isLaterPage={filters.after !== undefined}
            empty={words('没有未采信的上报。', 'Nothing was set aside.')}
            columns={[
              {
                title: words('设备', 'Device'),
                heads: true,
                show: (row) => (
                  <>
                    <Link to="/devices/$deviceId" params={{ deviceId: row.deviceId }}>
                      {row.deviceName}
                    </Link>
                    <div className="small quiet" style={{ fontWeight: 400 }}>
                      {say(deviceKindWords[row.deviceKind])} · {row.externalId}
                    </div>
                  </>
                ),
              },
              {
                title: words('工地', 'Site'),
                show: (row) => (
                  <Link to="/sites/$siteId" params={{ siteId: row.siteId }}>
                    {row.siteName}
                  </Link>
                ),
              },
              {
                title: words('原因', 'Why'),
                show: (row) => (
                  <>
                    <span className="clock warning">{say(setAsideWords[row.reason])}</span>
                    <div className="small">
                      {say('设备时间', 'said')} {saidText(row.saidAt)}
                    </div>
                  </>
                ),
              },
              { title: words('时钟偏差', 'Clock'), whole: true, show: (row) => <Skew ms={row.skewMs} /> },
              {
                title: words('条数', 'Reports'),
                whole: true,
                show: (row) => (
                  <>
                    <button type="button" className="anchor-pick" onClick={() => setShown(row)}>
                      {row.reports} {say('条', '')}
                      <span className="hidden">
                        {row.deviceName} {say(setAsideWords[row.reason])}
                      </span>
                    </button>
                    <div className="small quiet">
                      <Ago at={row.lastAt} minute={minute} />
                    </div>
                  </>
                ),
              },
              {
                title: words('怎么办', 'What to do'),
                show: (row) => <span className="small">{say(setAsideAdvice(row.reason, row.skewMs))}</span>,
              },
            ]}
          />
        )}
      </Loaded>
      <WrongClocks siteId={filters.siteId as SiteId | undefined} />
      {shown !== null && <Reports row={shown} onClose={() => setShown(null)} />}
    </Page>
  )
}
