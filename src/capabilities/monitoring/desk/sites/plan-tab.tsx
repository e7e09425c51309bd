/** The site on its plan: fence, zones, devices; positions of people only after saying why. */
import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { lazy, type ReactElement, Suspense, useMemo, useState } from 'react'
import { z } from 'zod'
import { addressOf } from '../../../../desk/call.ts'
import { useFilters } from '../../../../desk/filters.ts'
import { useSay } from '../../../../desk/language.tsx'
import { useAct, useRead } from '../../../../desk/queries.ts'
import { ActButton } from '../../../../desk/ui/act-button.tsx'
import { CaseTable } from '../../../../desk/ui/case-table.tsx'
import { FormDialog } from '../../../../desk/ui/form-dialog.tsx'
import { TextField } from '../../../../desk/ui/inputs.tsx'
import { Loaded } from '../../../../desk/ui/loaded.tsx'
import { Card } from '../../../../desk/ui/page.tsx'
import { RefusalNotice } from '../../../../desk/ui/refusal-notice.tsx'
import { type Instant, wallClock } from '../../../../kernel/time.ts'
import { words } from '../../../../kernel/words.ts'
import { type DeviceRow, listDevices, moveDevice } from '../../contract/devices.ts'
import { beginLook, type LookId, positionsNow } from '../../contract/people.ts'
import { readPlan, type SiteView } from '../../contract/sites.ts'
import { deviceKindWords } from '../../model/devices/words.ts'
import type { DeviceKind } from '../../model/report.ts'
import { hoursText } from '../../model/sites/hours.ts'
import { zoneKindWords } from '../../model/sites/words.ts'
import type { MapSpot } from '../layers-map.tsx'
import { valueText, windName } from '../metrics.ts'
import { Ago, ConnectionMark, Fact, FilterSelect, useMinute } from '../parts.tsx'
import { deviceColour, pictureOf, shapesOf, zoneColour } from './looks.ts'
import { levelBadge, levelWords } from './standing.ts'

const LayersMap = lazy(async () => ({ default: (await import('../layers-map.tsx')).LayersMap }))
const search = z.object({ floor: z.coerce.number().int().optional().catch(undefined) })
const POSITIONS_MS = 15_000
/** They have no place of their own: people and vehicles carry them. */
const carried: readonly DeviceKind[] = ['tracker', 'vehicle']

const LookDialog = ({
  site,
  onLook,
  onClose,
}: {
  readonly site: SiteView
  readonly onLook: (look: { readonly lookId: LookId; readonly until: Instant }) => void
  readonly onClose: () => void
}): ReactElement => {
  const say = useSay()
  const [purpose, setPurpose] = useState('')
  const [tried, setTried] = useState(false)
  const act = useAct(beginLook, {
    onDone: (look) => {
      onLook(look)
      onClose()
    },
  })
  const short = purpose.trim().length < 4
  return (
    <FormDialog
      open
      title={say('查看定位', 'Look at positions')}
      onClose={onClose}
      onSubmit={() => {
        setTried(true)
        if (!short)
          act.mutate({
            params: { siteId: site.siteId },
            body: { purpose: purpose.trim(), registrationId: null, from: null, to: null },
          })
      }}
      submitLabel={say('查看', 'Look')}
      busy={act.isPending}
      error={act.error}
    >
      <p className="notice">
        {say(
          '人员位置属于个人信息。本次查看的人、时间和目的都会记录,工人可以看到;30 分钟内有效。',
          'Positions are personal data. Who looks, when and why is kept and open to the workers. Valid for 30 minutes.',
        )}
      </p>
      <TextField
        label={say('查看目的', 'Purpose')}
        value={purpose}
        onChange={setPurpose}
        maxLength={200}
        required
        fault={tried && short ? say('请写明查看目的,至少 4 个字。', 'Say why, in at least 4 characters.') : undefined}
      />
    </FormDialog>
  )
}

export const PlanTab = ({ site }: { readonly site: SiteView }): ReactElement => {
  const say = useSay()
  const minute = useMinute()
  const [filters, change] = useFilters(search)
  const [asking, setAsking] = useState(false)
  const [look, setLook] = useState<{ readonly lookId: LookId; readonly until: Instant } | null>(null)
  const [placing, setPlacing] = useState<DeviceRow | null>(null)
  const place = useAct(moveDevice, { onDone: () => setPlacing(null) })
  const floor = filters.floor ?? 0
  const { siteId } = site
  const devices = useRead(listDevices, { query: { siteId, limit: 200 } })
  const looking = look !== null && look.until > minute
  const positions = useRead(
    positionsNow,
    { params: { siteId }, query: { lookId: look?.lookId ?? ('' as LookId) } },
    { enabled: looking, everyMs: POSITIONS_MS },
  )
  const people = looking ? (positions.data?.rows ?? []) : []
  const shapes = useMemo(() => shapesOf(site, floor), [site, floor])
  const plan = site.plans.find((each) => each.floor === floor)
  const picture = useMemo(
    () =>
      plan === undefined
        ? null
        : pictureOf(
            plan.bounds,
            plan.turnedDeg,
            `${addressOf(readPlan, { siteId, floor: plan.floor })}?v=${plan.sha256.slice(0, 12)}`,
          ),
    [plan, siteId],
  )
  const deviceRows = devices.data?.rows
  const rows = positions.data?.rows
  const spots = useMemo(
    (): readonly MapSpot[] => [
      ...(deviceRows ?? []).flatMap((device) =>
        device.lon === null || device.lat === null || (floor !== 0 && device.floor !== null && device.floor !== floor)
          ? []
          : [
              {
                id: `device ${device.deviceId}`,
                at: [device.lon, device.lat] as const,
                colour: deviceColour[device.connection],
                radius: 6,
                name: `${device.name} · ${say(deviceKindWords[device.kind])}`,
              },
            ],
      ),
      ...(looking ? (rows ?? []) : []).flatMap((each) =>
        floor !== 0 && each.floor !== null && each.floor !== floor
          ? []
          : [
              {
                id: `person ${each.deviceId}`,
                at: [each.lon, each.lat] as const,
                colour: '#ffb000',
                ring: '#1c2733',
                radius: 5,
                name: `${each.name ?? each.deviceName}${each.trade === null ? '' : ` · ${each.trade}`} · ${wallClock(each.at)}`,
              },
            ],
      ),
    ],
    [deviceRows, rows, looking, floor, say],
  )
  const putAt = (device: DeviceRow, [lon, lat]: readonly [number, number]) =>
    place.mutate({
      params: { deviceId: device.deviceId },
      body: {
        version: device.version,
        siteId,
        lon,
        lat,
        floor: floor === 0 ? device.floor : floor,
        reason: '在平面图上放置',
      },
    })
  const floors = [...site.floors].sort((a, b) => b.floor - a.floor)
  const { weather } = site
  return (
    <div className="stack">
      <dl className="facts card totals">
        <Fact name={words('在场人数', 'People inside')}>{site.people}</Fact>
        <Fact name={words('未结束报警', 'Active alarms')}>
          {site.alarms[1] + site.alarms[2] + site.alarms[3] + site.alarms[4]}
        </Fact>
        <Fact name={words('在线设备', 'Devices online')}>
          {site.devices.online}/{site.devices.total}
        </Fact>
        {site.figures.map((figure) => (
          <Fact key={figure.metric} name={figure.name}>
            {valueText(figure.value)} <span className="small">{figure.unit}</span>{' '}
            <span className={`clock ${levelBadge[figure.level]}`}>{say(levelWords[figure.level])}</span>
            {figure.limit !== null && (
              <div className="small quiet" style={{ fontWeight: 400 }}>
                {say('限值', 'limit')} {valueText(figure.limit)}{' '}
                {figure.unverified && <span className="tag">{say('待核', 'unverified')}</span>}
              </div>
            )}
          </Fact>
        ))}
        {weather !== null && (
          <Fact name={words('现场气象', 'Weather')}>
            <span className="small">
              {weather.temperatureC !== null && `${valueText(weather.temperatureC)} ℃ `}
              {weather.windSpeedMps !== null && `${valueText(weather.windSpeedMps)} m/s `}
              {weather.windDirectionDeg !== null && say(windName(weather.windDirectionDeg))}
            </span>
          </Fact>
        )}
      </dl>
      <div className="row">
        {floors.length > 0 && (
          <FilterSelect
            label={say('楼层', 'Floor')}
            value={filters.floor === undefined ? undefined : String(filters.floor)}
            options={floors.map((each) => ({ value: String(each.floor), label: each.name }))}
            all={say('总平面', 'Whole site')}
            onChange={(value) => change({ floor: value === undefined ? undefined : Number(value) })}
          />
        )}
        {looking ? (
          <>
            <span className="notice warn" style={{ margin: 0 }} role="status">
              {say('正在显示定位,已记录;有效至', 'Showing positions, logged; until')} {wallClock(look.until)}
            </span>
            <Button onClick={() => setLook(null)}>{say('停止显示', 'Stop')}</Button>
          </>
        ) : (
          <ActButton because={site.may.positions} onAct={() => setAsking(true)}>
            {say('查看定位', 'Look at positions')}
          </ActButton>
        )}
        <span className="quiet small">
          {say('作业时间', 'Working hours')}:{hoursText(site.workingHours)} · {say('位置保存', 'Positions kept')}{' '}
          {site.positions.keptDays} {say('天', 'days')}({site.positions.basis})
          {site.positions.unverified && <span className="tag">{say('待核', 'unverified')}</span>}
        </span>
      </div>
      <div className="map-and-list">
        <div>
          <RefusalNotice error={place.error} />
          {placing !== null && (
            <div className="row notice" role="status">
              <span>
                {say(`在图上点击“${placing.name}”的位置。`, `Click where ${placing.name} stands.`)}{' '}
                <Link to="/devices/$deviceId" params={{ deviceId: placing.deviceId }}>
                  {say('改为填写经纬度', 'Type it instead')}
                </Link>
              </span>
              <Button size="small" onClick={() => setPlacing(null)}>
                {say('取消放置', 'Cancel')}
              </Button>
            </div>
          )}
          <Suspense fallback={<p className="quiet">{say('正在打开地图…', 'Opening the map…')}</p>}>
            <LayersMap
              label={say('工地平面;右侧列表有相同内容', 'Plan of the site; the lists say the same')}
              shapes={shapes}
              spots={spots}
              picture={picture}
              height={560}
              fitKey={`${siteId} ${floor} ${deviceRows === undefined ? '' : 'devices'}`}
              {...(placing === null ? {} : { onPick: (at) => putAt(placing, at) })}
            />
          </Suspense>
        </div>
        <div>
          <Card title={say('区域', 'Zones')}>
            {site.fence === null && (
              <p className="notice warn">
                {say(
                  '还没有设置围栏:没有围栏就不保存人员位置。',
                  'There is no fence yet: without it no position is kept.',
                )}
              </p>
            )}
            <ul className="site-list">
              {site.zones.map((zone) => (
                <li key={zone.zoneId} className="row" style={{ justifyContent: 'space-between' }}>
                  <span>
                    <i className="swatch" aria-hidden="true" style={{ background: zoneColour[zone.kind] }} />{' '}
                    {zone.name} <span className="quiet small">{say(zoneKindWords[zone.kind])}</span>
                  </span>
                  <span className="small">
                    {zone.people} {say('人', 'people')}
                  </span>
                </li>
              ))}
            </ul>
            {site.zones.length === 0 && <p className="quiet">{say('还没有划定区域。', 'No zones yet.')}</p>}
          </Card>
          <Card title={say('设备位置', 'Devices')}>
            <Loaded query={devices}>
              {(data) =>
                data.rows.length === 0 ? (
                  <p className="quiet">{say('还没有设备。', 'No devices yet.')}</p>
                ) : (
                  <ul className="site-list">
                    {data.rows.map((device) => (
                      <li key={device.deviceId} className="row" style={{ justifyContent: 'space-between' }}>
                        <Link to="/devices/$deviceId" params={{ deviceId: device.deviceId }}>
                          {device.name}
                        </Link>
                        <span className="row">
                          <span className="small quiet">{say(deviceKindWords[device.kind])}</span>
                          <ConnectionMark state={device.connection} />
                          {!carried.includes(device.kind) && (
                            <ActButton
                              because={data.may.operate}
                              look={{ size: 'small' }}
                              onAct={() => setPlacing(device)}
                            >
                              {device.lon === null ? say('放置', 'Place') : say('移位', 'Move')}
                              <span className="hidden">{device.name}</span>
                            </ActButton>
                          )}
                        </span>
                      </li>
                    ))}
                  </ul>
                )
              }
            </Loaded>
          </Card>
        </div>
      </div>
      {looking && (
        <Card title={say('人员和车辆位置', 'Positions')}>
          <Loaded query={positions}>
            {() => (
              <CaseTable
                label={say('人员和车辆位置', 'Positions')}
                rows={people}
                keyOf={(row) => row.deviceId}
                empty={words('现在没有可显示的位置。', 'No positions now.')}
                columns={[
                  { title: words('姓名', 'Name'), heads: true, show: (row) => row.name ?? row.deviceName },
                  { title: words('班组、工种', 'Team, trade'), show: (row) => `${row.team ?? ''} ${row.trade ?? ''}` },
                  { title: words('楼层', 'Floor'), show: (row) => row.floor ?? '—' },
                  {
                    title: words('所在区域', 'Zones'),
                    show: (row) =>
                      site.zones
                        .filter((zone) => row.zoneIds.includes(zone.zoneId))
                        .map((zone) => zone.name)
                        .join('、') || '—',
                  },
                  {
                    title: words('经纬度', 'Place'),
                    whole: true,
                    show: (row) => `${row.lon.toFixed(5)}, ${row.lat.toFixed(5)}`,
                  },
                  { title: words('时间', 'When'), whole: true, show: (row) => <Ago at={row.at} minute={minute} /> },
                ]}
              />
            )}
          </Loaded>
        </Card>
      )}
      {asking && <LookDialog site={site} onLook={setLook} onClose={() => setAsking(false)} />}
    </div>
  )
}
