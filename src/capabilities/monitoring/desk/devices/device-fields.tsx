/** What describes a device: kind, name, model, profile, place, networks, secret. */
import { type ReactElement, useState } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { useRead } from '../../../../desk/queries.ts'
import { NumberField, TextField } from '../../../../desk/ui/inputs.tsx'
import { PointInput } from '../../../../desk/ui/point-input.tsx'
import { listMetricProfiles, type NewDevice } from '../../contract/devices.ts'
import { deviceKindWords } from '../../model/devices/words.ts'
import { type DeviceKind, deviceKinds, type SiteId } from '../../model/report.ts'
import { metricName } from '../metrics.ts'
import { FieldSelect } from '../parts.tsx'
import { useSiteChoices } from '../sites/choices.ts'

export interface DeviceDescription {
  readonly siteId: SiteId | null
  readonly kind: DeviceKind
  readonly name: string
  readonly model: string
  readonly profileId: number | null
  /** One network a line. */
  readonly networks: string
  readonly point: { readonly lon: number; readonly lat: number } | null
  readonly floor: number | null
  /** Empty: one is made. */
  readonly secret: string
}
export const emptyDevice: DeviceDescription = {
  siteId: null,
  kind: 'dust',
  name: '',
  model: '',
  profileId: null,
  networks: '',
  point: null,
  floor: null,
  secret: '',
}
export const networksOf = (text: string): string[] =>
  text
    .split(/[\s,,;;]+/u)
    .map((each) => each.trim())
    .filter((each) => each !== '')
/** The device as the server takes it; null while something is missing. */
export const newDeviceOf = (value: DeviceDescription): NewDevice | null =>
  value.siteId === null || value.name.trim() === '' || value.profileId === null
    ? null
    : {
        siteId: value.siteId,
        kind: value.kind,
        name: value.name.trim(),
        model: value.model.trim(),
        profileId: value.profileId,
        networks: networksOf(value.networks),
        lon: value.point?.lon ?? null,
        lat: value.point?.lat ?? null,
        floor: value.floor,
        ...(value.secret.trim() === '' ? {} : { secret: value.secret.trim() }),
      }
export const useDevice = (initial: DeviceDescription) => {
  const [value, setValue] = useState(initial)
  return { value, set: (part: Partial<DeviceDescription>) => setValue((before) => ({ ...before, ...part })) }
}
interface DeviceFieldsProps {
  readonly value: DeviceDescription
  readonly set: (part: Partial<DeviceDescription>) => void
  readonly tried: boolean
  /** A change of the description alone: no site, place or secret. */
  readonly describingOnly?: boolean
}
export const DeviceFields = ({ value, set, tried, describingOnly = false }: DeviceFieldsProps): ReactElement => {
  const say = useSay()
  const sites = useSiteChoices()
  const profiles = useRead(listMetricProfiles, {})
  const offered = (profiles.data?.rows ?? []).filter(
    (profile) => profile.latest || profile.profileId === value.profileId,
  )
  const chosen = offered.find((profile) => profile.profileId === value.profileId)
  return (
    <>
      {!describingOnly && (
        <FieldSelect
          label={say('工地', 'Site')}
          value={value.siteId}
          options={sites}
          onChange={(siteId) => set({ siteId })}
          required
          fault={tried && value.siteId === null ? say('请选择工地。', 'Choose a site.') : undefined}
        />
      )}
      <div className="form-grid">
        <TextField
          label={say('设备名称', 'Name')}
          value={value.name}
          onChange={(name) => set({ name })}
          maxLength={80}
          required
          fault={tried && value.name.trim() === '' ? say('请填写设备名称。', 'Give a name.') : undefined}
        />
        <FieldSelect
          label={say('类别', 'Kind')}
          value={value.kind}
          options={deviceKinds.map((kind) => ({ value: kind, label: say(deviceKindWords[kind]) }))}
          onChange={(kind) => set({ kind })}
          required
        />
        <TextField
          label={say('型号(可不填)', 'Model (optional)')}
          value={value.model}
          onChange={(model) => set({ model })}
          maxLength={80}
        />
        <FieldSelect
          label={say('指标模板', 'Metric profile')}
          value={value.profileId === null ? null : String(value.profileId)}
          options={offered.map((profile) => ({
            value: String(profile.profileId),
            label: `${profile.name} v${profile.version}`,
          }))}
          onChange={(id) => set({ profileId: Number(id) })}
          required
          fault={tried && value.profileId === null ? say('请选择指标模板。', 'Choose a profile.') : undefined}
        />
      </div>
      {chosen !== undefined && chosen.metrics.length > 0 && (
        <p className="quiet small">
          {say('上报指标', 'Metrics')}:{chosen.metrics.map((metric) => say(metricName(metric))).join('、')}
        </p>
      )}
      {!describingOnly && (
        <>
          <fieldset className="field">
            <legend>{say('位置(可不填)', 'Place (optional)')}</legend>
            <PointInput value={value.point} onChange={(point) => set({ point })} />
          </fieldset>
          <NumberField
            label={say('楼层(可不填)', 'Floor (optional)')}
            value={value.floor}
            onChange={(floor) => set({ floor })}
            min={-20}
            max={200}
            whole
          />
        </>
      )}
      <TextField
        label={say('允许的来源网段(每行一个,不填则不限)', 'Networks it may come from (one a line; none: any)')}
        rows={2}
        value={value.networks}
        onChange={(networks) => set({ networks })}
      />
      {!describingOnly && (
        <TextField
          label={say('设备自带的密钥(可改密钥的设备留空,由平台生成)', 'Its own secret (empty: one is made)')}
          value={value.secret}
          onChange={(secret) => set({ secret })}
          maxLength={64}
          autoComplete="off"
        />
      )}
    </>
  )
}
