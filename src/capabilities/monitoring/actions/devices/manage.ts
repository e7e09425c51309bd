/** What an operator changes about a device that is known. */
import { require } from '../../../../kernel/decision.ts'
import type { BodyOf } from '../../../../kernel/endpoint.ts'
import type { Unit } from '../../../../platform/platform.ts'
import {
  deviceMoved,
  deviceSecretRotated,
  deviceStateChanged,
  deviceUpdated,
  type moveDevice as moveEndpoint,
  type rotateDeviceSecret as rotateEndpoint,
  type setDeviceState as stateEndpoint,
  type updateDevice as updateEndpoint,
} from '../../contract/devices.ts'
import * as refuse from '../../model/devices/refusals.ts'
import { deviceStateWords } from '../../model/devices/words.ts'
import type { DeviceId } from '../../model/report.ts'
import { mayOperateDevices } from '../../policy/devices.ts'
import { changeDevice, moveHealth } from '../../store/devices/devices.ts'
import type { Context } from '../context.ts'
import { aboutDevice, lockAt, openSite, placeOfEvent, profileFor, requireNetworks, siteOf } from './common.ts'
import { type Registered, settingsOf } from './register.ts'
import { secretFor } from './secrets.ts'

export const updateDevice = async (unit: Unit, id: DeviceId, input: BodyOf<typeof updateEndpoint>): Promise<void> => {
  require(mayOperateDevices(unit.actor))
  const device = await lockAt(unit, id, input.version)
  await profileFor(unit.db, input.profileId, input.kind)
  requireNetworks(input.networks)
  const changed = [
    ...(device.name === input.name ? [] : ['name']),
    ...(device.kind === input.kind ? [] : ['kind']),
    ...(device.model === input.model ? [] : ['model']),
    ...(device.profile_id === input.profileId ? [] : ['profile']),
    ...(JSON.stringify(device.networks) === JSON.stringify(input.networks) ? [] : ['networks']),
  ]
  if (changed.length === 0) return
  await changeDevice(unit.db, id, {
    name: input.name,
    kind: input.kind,
    model: input.model,
    profile_id: input.profileId,
    networks: input.networks,
  })
  const site = await siteOf(unit.db, device.site_id)
  await unit.record(deviceUpdated, {
    ...placeOfEvent(device, site),
    payload: { ...aboutDevice({ ...device, name: input.name }, site), changed },
  })
}

export const setDeviceState = async (unit: Unit, id: DeviceId, input: BodyOf<typeof stateEndpoint>): Promise<void> => {
  require(mayOperateDevices(unit.actor))
  const device = await lockAt(unit, id, input.version)
  if (device.state === input.state) throw refuse.stateSame({ state: deviceStateWords[input.state].zh })
  await changeDevice(unit.db, id, { state: input.state, state_reason: input.reason })
  const site = await siteOf(unit.db, device.site_id)
  await unit.record(deviceStateChanged, {
    ...placeOfEvent(device, site),
    payload: {
      ...aboutDevice(device, site),
      state: input.state,
      stateName: deviceStateWords[input.state].zh,
      reason: input.reason,
    },
  })
}

/** The old secret ends at once; a connection that stands on it is closed by the gateways. */
export const rotateDeviceSecret = async (
  context: Context,
  unit: Unit,
  id: DeviceId,
  input: BodyOf<typeof rotateEndpoint>,
): Promise<Registered & { readonly version: number }> => {
  require(mayOperateDevices(unit.actor))
  const device = await lockAt(unit, id, input.version)
  if (device.parent_id !== null) throw refuse.secretNotOwn()
  const { vault, platform } = context
  const { secret, kept } = secretFor({ vault, randomToken: platform.randomToken }, id, device.protocol, input.secret)
  await changeDevice(unit.db, id, {
    ...kept,
    secret_set_at: unit.now,
    // A terminal binds itself anew with the new code: a replaced unit has another number.
    fingerprint: null,
  })
  const site = await siteOf(unit.db, device.site_id)
  await unit.record(deviceSecretRotated, {
    ...placeOfEvent(device, site),
    payload: { ...aboutDevice(device, site), reason: input.reason },
  })
  return {
    deviceId: id,
    version: device.version + 1,
    secret,
    settings: settingsOf(context, device.protocol, device.external_id, secret),
  }
}

/** What it reported before stays with the old site. */
export const moveDevice = async (unit: Unit, id: DeviceId, input: BodyOf<typeof moveEndpoint>): Promise<void> => {
  require(mayOperateDevices(unit.actor))
  const device = await lockAt(unit, id, input.version)
  const site = await openSite(unit.db, input.siteId)
  await changeDevice(unit.db, id, { site_id: site.id, lon: input.lon, lat: input.lat, floor: input.floor })
  if (device.site_id !== site.id) await moveHealth(unit.db, id, site.id)
  await unit.record(deviceMoved, {
    ...placeOfEvent(device, site),
    payload: { ...aboutDevice(device, site), fromSiteId: device.site_id, reason: input.reason },
  })
}
