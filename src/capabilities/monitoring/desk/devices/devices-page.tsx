/** 设备: every device that a person may see, and the registration of one beforehand. */
import { type ReactElement, useState } from 'react'
import { z } from 'zod'
import { useFilters } from '../../../../desk/filters.ts'
import { useSay } from '../../../../desk/language.tsx'
import { useAct, useRead } from '../../../../desk/queries.ts'
import { ActButton } from '../../../../desk/ui/act-button.tsx'
import { FormDialog } from '../../../../desk/ui/form-dialog.tsx'
import { TextField } from '../../../../desk/ui/inputs.tsx'
import { Loaded } from '../../../../desk/ui/loaded.tsx'
import { Page } from '../../../../desk/ui/page.tsx'
import { connectionStates, listDevices, registerDevice } from '../../contract/devices.ts'
import { deviceKindWords, deviceStates, deviceStateWords, protocolWords } from '../../model/devices/words.ts'
import { deviceKinds, type Protocol, protocols, type SiteId } from '../../model/report.ts'
import { FieldSelect, FilterSelect, FilterText } from '../parts.tsx'
import { useSiteChoices } from '../sites/choices.ts'
import { connectionWords } from '../words.ts'
import { DeviceFields, emptyDevice, newDeviceOf, useDevice } from './device-fields.tsx'
import { DeviceTable } from './device-table.tsx'
import { SecretDialog, type SecretOnce } from './secret-dialog.tsx'
import { DeviceTabs } from './tabs.tsx'

const search = z.object({
  siteId: z.uuid().optional().catch(undefined),
  protocol: z.enum(protocols).optional().catch(undefined),
  kind: z.enum(deviceKinds).optional().catch(undefined),
  state: z.enum(deviceStates).optional().catch(undefined),
  connection: z.enum(connectionStates).optional().catch(undefined),
  refused: z.enum(['true', 'false']).optional().catch(undefined),
  text: z.string().max(60).optional().catch(undefined),
  after: z.string().max(400).optional().catch(undefined),
})

const RegisterDialog = ({
  onDone,
  onClose,
}: {
  readonly onDone: (once: SecretOnce) => void
  readonly onClose: () => void
}): ReactElement => {
  const say = useSay()
  const act = useAct(registerDevice, { onDone })
  const [protocol, setProtocol] = useState<Protocol>('hj212')
  const [externalId, setExternalId] = useState('')
  const [tried, setTried] = useState(false)
  const { value, set } = useDevice(emptyDevice)
  return (
    <FormDialog
      open
      width={760}
      title={say('预先登记设备', 'Register a device')}
      onClose={onClose}
      onSubmit={() => {
        setTried(true)
        const device = newDeviceOf(value)
        if (device !== null && externalId.trim() !== '')
          act.mutate({ body: { ...device, protocol, externalId: externalId.trim() } })
      }}
      submitLabel={say('登记', 'Register')}
      busy={act.isPending}
      error={act.error}
    >
      <div className="form-grid">
        <FieldSelect
          label={say('接入方式', 'Protocol')}
          value={protocol}
          options={protocols.map((each) => ({ value: each, label: say(protocolWords[each]) }))}
          onChange={setProtocol}
          required
        />
        <TextField
          label={say('设备编号', 'Number')}
          help={say('HJ 212 的 MN、JT/T 808 的终端号、国标编码等', 'MN, terminal number, code …')}
          value={externalId}
          onChange={setExternalId}
          maxLength={64}
          required
          fault={tried && externalId.trim() === '' ? say('请填写设备编号。', 'Give the number.') : undefined}
        />
      </div>
      <DeviceFields value={value} set={set} tried={tried} />
    </FormDialog>
  )
}

export const DevicesPage = (): ReactElement => {
  const say = useSay()
  const sites = useSiteChoices()
  const [filters, change] = useFilters(search)
  const [registering, setRegistering] = useState(false)
  const [once, setOnce] = useState<SecretOnce | null>(null)
  const query = useRead(
    listDevices,
    { query: { ...filters, siteId: filters.siteId as SiteId | undefined, limit: 50 } },
    { keep: true },
  )
  return (
    <Page
      title={say('设备', 'Devices')}
      actions={
        query.data !== undefined && (
          <ActButton because={query.data.may.operate} look={{ type: 'primary' }} onAct={() => setRegistering(true)}>
            {say('预先登记设备', 'Register a device')}
          </ActButton>
        )
      }
    >
      <DeviceTabs />
      <div className="row" style={{ marginBottom: 12 }}>
        <FilterSelect
          label={say('工地', 'Site')}
          value={filters.siteId}
          search
          width={240}
          options={sites}
          onChange={(siteId) => change({ siteId })}
        />
        <FilterSelect
          label={say('接入方式', 'Protocol')}
          value={filters.protocol}
          width={180}
          options={protocols.map((value) => ({ value, label: say(protocolWords[value]) }))}
          onChange={(protocol) => change({ protocol })}
        />
        <FilterSelect
          label={say('类别', 'Kind')}
          value={filters.kind}
          width={130}
          options={deviceKinds.map((value) => ({ value, label: say(deviceKindWords[value]) }))}
          onChange={(kind) => change({ kind })}
        />
        <FilterSelect
          label={say('在线', 'Connection')}
          value={filters.connection}
          width={120}
          options={connectionStates.map((value) => ({ value, label: say(connectionWords[value]) }))}
          onChange={(connection) => change({ connection })}
        />
        <FilterSelect
          label={say('状态', 'State')}
          value={filters.state}
          width={100}
          options={deviceStates.map((value) => ({ value, label: say(deviceStateWords[value]) }))}
          onChange={(state) => change({ state })}
        />
        <FilterSelect
          label={say('冒用', 'Misuse')}
          value={filters.refused === 'true' ? 'true' : undefined}
          width={130}
          options={[{ value: 'true', label: say('七日内被拒绝', 'refused lately') }]}
          onChange={(refused) => change({ refused })}
        />
        <FilterText
          label={say('查找', 'Search')}
          value={filters.text}
          placeholder={say('名称、编号或型号', 'Name, number or model')}
          onChange={(text) => change({ text })}
        />
      </div>
      <Loaded query={query}>
        {(data) => (
          <DeviceTable
            label={say('设备列表', 'Devices')}
            rows={data.rows}
            next={data.next}
            isLaterPage={filters.after !== undefined}
          />
        )}
      </Loaded>
      {registering && (
        <RegisterDialog
          onDone={(secret) => {
            setRegistering(false)
            setOnce(secret)
          }}
          onClose={() => setRegistering(false)}
        />
      )}
      {once !== null && (
        <SecretDialog title={say('设备已登记', 'Registered')} once={once} onClose={() => setOnce(null)} />
      )}
    </Page>
  )
}
