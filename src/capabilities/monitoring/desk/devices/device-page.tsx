/** One device: what it is, how it is connected, its clock, faults and refused attempts; change, move, disable, new secret. */
import { Link, useParams } from '@tanstack/react-router'
import { type ReactElement, useState } from 'react'
import { addressOf } from '../../../../desk/call.ts'
import { useSay } from '../../../../desk/language.tsx'
import { useAct, useRead } from '../../../../desk/queries.ts'
import { ActButton } from '../../../../desk/ui/act-button.tsx'
import { CaseTable } from '../../../../desk/ui/case-table.tsx'
import { FormDialog } from '../../../../desk/ui/form-dialog.tsx'
import { NumberField, TextField } from '../../../../desk/ui/inputs.tsx'
import { Loaded } from '../../../../desk/ui/loaded.tsx'
import { Card, Page } from '../../../../desk/ui/page.tsx'
import { PointInput } from '../../../../desk/ui/point-input.tsx'
import { wallClock } from '../../../../kernel/time.ts'
import { words } from '../../../../kernel/words.ts'
import {
  type DeviceView,
  listDevicePictures,
  moveDevice,
  readDevice,
  readDevicePicture,
  rotateDeviceSecret,
  setDeviceState,
  updateDevice,
} from '../../contract/devices.ts'
import { listSetAside } from '../../contract/set-aside.ts'
import { deviceKindWords, deviceStateWords, protocolWords, refusalKindWords } from '../../model/devices/words.ts'
import type { DeviceId } from '../../model/report.ts'
import { setAsideAdvice, setAsideWords } from '../../model/telemetry/set-aside.ts'
import { metricName } from '../metrics.ts'
import { Ago, ChannelMark, ConnectionMark, Fact, FieldSelect, useMinute } from '../parts.tsx'
import { Pictures } from '../pictures.tsx'
import { useSiteChoices } from '../sites/choices.ts'
import { endingWords } from '../words.ts'
import { CommandsCard } from './commands-card.tsx'
import { DeviceFields, emptyDevice, networksOf, useDevice } from './device-fields.tsx'
import { ClockSkew, skewWords } from './device-table.tsx'
import { ReasonDialog } from './reason-dialog.tsx'
import { SecretDialog, type SecretOnce } from './secret-dialog.tsx'

interface DeviceDialogProps {
  readonly device: DeviceView
  readonly onClose: () => void
}
const EditDialog = ({ device, onClose }: DeviceDialogProps): ReactElement => {
  const say = useSay()
  const act = useAct(updateDevice, { onDone: onClose })
  const [tried, setTried] = useState(false)
  const { value, set } = useDevice({
    ...emptyDevice,
    siteId: device.siteId,
    kind: device.kind,
    name: device.name,
    model: device.model,
    profileId: device.profileId,
    networks: device.networks.join('\n'),
  })
  return (
    <FormDialog
      open
      width={760}
      title={say('修改设备', 'Change the device')}
      onClose={onClose}
      onSubmit={() => {
        setTried(true)
        if (value.name.trim() === '' || value.profileId === null) return
        act.mutate({
          params: { deviceId: device.deviceId },
          body: {
            version: device.version,
            kind: value.kind,
            name: value.name.trim(),
            model: value.model.trim(),
            profileId: value.profileId,
            networks: networksOf(value.networks),
          },
        })
      }}
      submitLabel={say('保存', 'Save')}
      busy={act.isPending}
      error={act.error}
    >
      <DeviceFields value={value} set={set} tried={tried} describingOnly />
    </FormDialog>
  )
}
const MoveDialog = ({ device, onClose }: DeviceDialogProps): ReactElement => {
  const say = useSay()
  const sites = useSiteChoices()
  const act = useAct(moveDevice, { onDone: onClose })
  const [siteId, setSiteId] = useState(device.siteId)
  const [point, setPoint] = useState(
    device.lon === null || device.lat === null ? null : { lon: device.lon, lat: device.lat },
  )
  const [floor, setFloor] = useState(device.floor)
  return (
    <ReasonDialog
      title={say('移动设备', 'Move the device')}
      submitLabel={say('移动', 'Move')}
      busy={act.isPending}
      error={act.error}
      onClose={onClose}
      onSubmit={(reason) =>
        act.mutate({
          params: { deviceId: device.deviceId },
          body: {
            version: device.version,
            siteId,
            lon: point?.lon ?? null,
            lat: point?.lat ?? null,
            floor,
            reason,
          },
        })
      }
    >
      <FieldSelect label={say('工地', 'Site')} value={siteId} options={sites} onChange={setSiteId} required />
      <fieldset className="field">
        <legend>{say('位置', 'Place')}</legend>
        <PointInput value={point} onChange={setPoint} />
      </fieldset>
      <NumberField label={say('楼层', 'Floor')} value={floor} onChange={setFloor} min={-20} max={200} whole />
    </ReasonDialog>
  )
}
const StateDialog = ({ device, onClose }: DeviceDialogProps): ReactElement => {
  const say = useSay()
  const act = useAct(setDeviceState, { onDone: onClose })
  const disabling = device.state === 'active'
  return (
    <ReasonDialog
      title={disabling ? say('停用设备', 'Disable the device') : say('重新启用设备', 'Enable the device')}
      submitLabel={disabling ? say('停用', 'Disable') : say('启用', 'Enable')}
      danger={disabling}
      busy={act.isPending}
      error={act.error}
      onClose={onClose}
      onSubmit={(reason) =>
        act.mutate({
          params: { deviceId: device.deviceId },
          body: { version: device.version, state: disabling ? 'disabled' : 'active', reason },
        })
      }
    >
      {disabling && (
        <p className="notice warn">
          {say('停用后立即断开连接,不再接收它的数据。', 'It is cut off at once; nothing of it is taken any more.')}
        </p>
      )}
    </ReasonDialog>
  )
}
const RotateDialog = ({
  device,
  onDone,
  onClose,
}: DeviceDialogProps & { readonly onDone: (once: SecretOnce) => void }): ReactElement => {
  const say = useSay()
  const act = useAct(rotateDeviceSecret, { onDone })
  const [secret, setSecret] = useState('')
  return (
    <ReasonDialog
      title={say('更换密钥', 'New secret')}
      submitLabel={say('更换', 'Change')}
      busy={act.isPending}
      error={act.error}
      onClose={onClose}
      onSubmit={(reason) =>
        act.mutate({
          params: { deviceId: device.deviceId },
          body: { version: device.version, reason, ...(secret.trim() === '' ? {} : { secret: secret.trim() }) },
        })
      }
    >
      <p className="notice warn">
        {say('旧密钥立即失效,新密钥只显示一次。', 'The old one ends at once; the new one is shown once.')}
      </p>
      <TextField
        label={say('设备自带的密钥(留空由平台生成)', 'Its own secret (empty: one is made)')}
        value={secret}
        onChange={setSecret}
        maxLength={64}
        autoComplete="off"
      />
    </ReasonDialog>
  )
}

const Health = ({ device }: { readonly device: DeviceView }): ReactElement => {
  const say = useSay()
  const minute = useMinute()
  const { health } = device
  return (
    <Card title={say('接入情况', 'Connection')} beside={<ConnectionMark state={health.connection} />}>
      <dl className="facts">
        <Fact name={words('最近上报', 'Last heard of')}>
          {health.lastSeenAt === null ? '—' : <Ago at={health.lastSeenAt} minute={minute} />}
        </Fact>
        <Fact name={words('连接时间', 'Connected')}>
          {health.connectedAt === null ? '—' : wallClock(health.connectedAt)}
        </Fact>
        {health.disconnectedAt !== null && (
          <Fact name={words('断开时间', 'Disconnected')}>{wallClock(health.disconnectedAt)}</Fact>
        )}
        {health.address !== null && <Fact name={words('来源地址', 'Address')}>{health.address}</Fact>}
        <Fact name={words('时钟偏差', 'Clock')}>
          <ClockSkew ms={health.clockSkewMs} />
          {health.clockWrong && (
            <div className="small">
              {say('时钟不可信,以到达时间为准', 'not believed: times of arrival stand instead')}
            </div>
          )}
        </Fact>
        <Fact name={words('上报 / 错误报文 / 被拒', 'Reports / malformed / refused')}>
          {health.reports} / {health.malformed} / {health.refused}
        </Fact>
      </dl>
      {health.faults.length > 0 && (
        <>
          <h3>{say('设备故障和无法入库的报文', 'Faults, and messages that could not be stored')}</h3>
          <ul>
            {health.faults.map((fault) => (
              <li key={fault.code}>
                {fault.text}({fault.code}) · {say('自', 'since')} {wallClock(fault.since)}
              </li>
            ))}
          </ul>
        </>
      )}
      {health.refusals.length > 0 && (
        <>
          <h3>{say('被拒绝的接入', 'What was refused under its name')}</h3>
          <CaseTable
            label={say('被拒绝的接入', 'What was refused under its name')}
            rows={health.refusals}
            keyOf={(row) => `${row.kind} ${row.address} ${row.firstAt}`}
            columns={[
              { title: words('原因', 'Why'), heads: true, show: (row) => say(refusalKindWords[row.kind]) },
              { title: words('来源', 'From'), show: (row) => row.address },
              { title: words('次数', 'Times'), show: (row) => row.count },
              { title: words('最近', 'Last'), whole: true, show: (row) => wallClock(row.lastAt) },
            ]}
          />
        </>
      )}
      {health.connections.length > 0 && (
        <>
          <h3>{say('最近的连接', 'Connections')}</h3>
          <CaseTable
            label={say('最近的连接', 'Connections')}
            rows={health.connections}
            keyOf={(row) => `${row.openedAt} ${row.address}`}
            columns={[
              { title: words('建立', 'Opened'), heads: true, whole: true, show: (row) => wallClock(row.openedAt) },
              { title: words('断开', 'Closed'), whole: true, show: (row) => wallClock(row.closedAt) },
              { title: words('来源', 'From'), show: (row) => row.address },
              { title: words('上报', 'Reports'), show: (row) => row.reports },
              { title: words('断开原因', 'Why'), show: (row) => say(endingWords(row.reason)) },
            ]}
          />
        </>
      )}
    </Card>
  )
}

/** What the device photographed; nothing where it never did. */
const DevicePictures = ({ device }: { readonly device: DeviceView }): ReactElement | null => {
  const say = useSay()
  const { deviceId } = device
  const query = useRead(listDevicePictures, { params: { deviceId } })
  const rows = query.data?.rows ?? []
  if (rows.length === 0) return null
  return (
    <Card title={say('照片', 'Pictures')}>
      <Pictures pictures={rows} addressOf={(sha256) => addressOf(readDevicePicture, { deviceId, sha256 })} />
    </Card>
  )
}

/** What the device sent and nobody believes; nothing where there is none. */
const SetAside = ({ device }: { readonly device: DeviceView }): ReactElement | null => {
  const say = useSay()
  const query = useRead(listSetAside, { query: { deviceId: device.deviceId, limit: 10 } })
  const rows = query.data?.rows ?? []
  if (rows.length === 0) return null
  return (
    <Card title={say('未采信上报', 'Reports set aside')}>
      <ul>
        {rows.map((row) => (
          <li key={`${row.reason} ${row.siteId}`}>
            {say(setAsideWords[row.reason])} · {row.reports} {say('条', 'reports')}
            {row.skewMs !== null && ` · ${say('时钟', 'clock')} ${say(skewWords(row.skewMs))}`} ·{' '}
            {wallClock(row.lastAt)}
            <div className="small">{say(setAsideAdvice(row.reason, row.skewMs))}</div>
          </li>
        ))}
      </ul>
      <p className="small">
        <Link to="/set-aside-reports" search={{ siteId: device.siteId } as never}>
          {say('逐条查看', 'One by one')}
        </Link>
      </p>
    </Card>
  )
}

type Act = 'edit' | 'move' | 'state' | 'rotate'
const DeviceBody = ({ device }: { readonly device: DeviceView }): ReactElement => {
  const say = useSay()
  const [acting, setActing] = useState<Act | null>(null)
  const [once, setOnce] = useState<SecretOnce | null>(null)
  const close = () => setActing(null)
  const because = device.may.operate
  return (
    <>
      <div className="row" style={{ marginBottom: 12 }}>
        <ActButton because={because} onAct={() => setActing('edit')}>
          {say('修改', 'Change')}
        </ActButton>
        <ActButton because={because} onAct={() => setActing('move')}>
          {say('移动', 'Move')}
        </ActButton>
        <ActButton because={because} onAct={() => setActing('rotate')}>
          {say('更换密钥', 'New secret')}
        </ActButton>
        <ActButton because={because} look={{ danger: device.state === 'active' }} onAct={() => setActing('state')}>
          {device.state === 'active' ? say('停用', 'Disable') : say('重新启用', 'Enable')}
        </ActButton>
      </div>
      {device.state === 'disabled' && (
        <p className="notice warn">
          {say('已停用', 'Disabled')}:{device.stateReason}
        </p>
      )}
      {device.siteState === 'ended' && (
        <p className="notice warn">
          {say(
            '所在工地已结束:连接已断开,上报被拒绝并计数。工地恢复在建,或把设备移到在建工地后自动恢复接收。',
            'Its site has ended: it was cut off, and what it says is refused and counted. It is taken again once the site goes on or the device is moved.',
          )}
        </p>
      )}
      {device.secretWeak && (
        <p className="notice warn">
          {say(
            '密钥过短或为常见口令。设备支持的,请更换。',
            'The secret is short or well known: change it where the device allows.',
          )}
        </p>
      )}
      <Card title={say('登记', 'Registration')}>
        <dl className="facts">
          <Fact name={words('工地', 'Site')}>
            <Link to="/sites/$siteId" params={{ siteId: device.siteId }}>
              {device.siteName}
            </Link>
          </Fact>
          <Fact name={words('类别', 'Kind')}>{say(deviceKindWords[device.kind])}</Fact>
          <Fact name={words('型号', 'Model')}>{device.model || '—'}</Fact>
          <Fact name={words('接入方式', 'Protocol')}>{say(protocolWords[device.protocol])}</Fact>
          <Fact name={words('设备编号', 'Number')}>
            <code>{device.externalId}</code>
          </Fact>
          <Fact name={words('指标模板', 'Profile')}>
            {device.profile.name} v{device.profile.version}
            <div className="small quiet">
              {device.profile.metrics.map((metric) => say(metricName(metric))).join('、')}
            </div>
          </Fact>
          {device.parent !== null && (
            <Fact name={words('接入于', 'Behind')}>
              <Link to="/devices/$deviceId" params={{ deviceId: device.parent.deviceId }}>
                {device.parent.name}
              </Link>{' '}
              <ChannelMark channel={device.channel} />
            </Fact>
          )}
          <Fact name={words('位置', 'Place')}>
            {device.lon === null || device.lat === null ? '—' : `${device.lon.toFixed(5)}, ${device.lat.toFixed(5)}`}
            {device.floor !== null && ` · ${device.floor}F`}
          </Fact>
          <Fact name={words('来源网段', 'Networks')}>
            {device.networks.length === 0 ? say('不限', 'any') : device.networks.join('、')}
          </Fact>
          <Fact name={words('密钥设置于', 'Secret set')}>
            {device.secretSetAt === null ? '—' : wallClock(device.secretSetAt)}
          </Fact>
          <Fact name={words('登记于', 'Registered')}>{wallClock(device.createdAt)}</Fact>
        </dl>
        <p>
          <Link
            to="/sites/$siteId"
            params={{ siteId: device.siteId }}
            search={{ tab: 'charts', device: device.deviceId }}
          >
            {say('监测数据', 'Measured values')}
          </Link>{' '}
          ·{' '}
          <Link to="/alarms" search={{ deviceId: device.deviceId, show: 'all' }}>
            {say('报警', 'Alarms')}
          </Link>
        </p>
        {device.children.length > 0 && (
          <>
            <h3>{say('下级设备', 'Devices behind it')}</h3>
            <ul>
              {device.children.map((child) => (
                <li key={child.deviceId}>
                  <Link to="/devices/$deviceId" params={{ deviceId: child.deviceId }}>
                    {child.name}
                  </Link>{' '}
                  <code>{child.externalId}</code>
                </li>
              ))}
            </ul>
          </>
        )}
      </Card>
      <Health device={device} />
      <SetAside device={device} />
      {device.protocol === 'mqtt' && <CommandsCard device={device} />}
      <DevicePictures device={device} />
      {acting === 'edit' && <EditDialog device={device} onClose={close} />}
      {acting === 'move' && <MoveDialog device={device} onClose={close} />}
      {acting === 'state' && <StateDialog device={device} onClose={close} />}
      {acting === 'rotate' && (
        <RotateDialog
          device={device}
          onClose={close}
          onDone={(secret) => {
            close()
            setOnce(secret)
          }}
        />
      )}
      {once !== null && <SecretDialog title={say('新密钥', 'New secret')} once={once} onClose={() => setOnce(null)} />}
    </>
  )
}

export const DevicePage = (): ReactElement => {
  const say = useSay()
  const { deviceId } = useParams({ strict: false }) as { readonly deviceId: DeviceId }
  const query = useRead(readDevice, { params: { deviceId } }, { everyMs: 5_000 })
  return (
    <Page
      title={query.data?.name ?? say('设备', 'Device')}
      beside={
        query.data !== undefined && (
          <>
            <span className="tag">{say(deviceKindWords[query.data.kind])}</span>
            <span className={`clock ${query.data.state === 'active' ? 'normal' : 'done'}`}>
              {say(deviceStateWords[query.data.state])}
            </span>
          </>
        )
      }
    >
      <p className="small">
        <Link to="/devices">{say('返回设备列表', 'Back to the devices')}</Link>
      </p>
      <Loaded query={query}>{(device) => <DeviceBody device={device} />}</Loaded>
    </Page>
  )
}
