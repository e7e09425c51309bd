/** A device becomes known: claimed out of quarantine, or registered before it first speaks. */
import { require } from '../../../../kernel/decision.ts'
import type { Unit } from '../../../../platform/platform.ts'
import { deviceRegistered, type NewDevice, type QuarantineId } from '../../contract/devices.ts'
import { isNumber, normalNumber, numberForm } from '../../model/devices/numbers.ts'
import * as refuse from '../../model/devices/refusals.ts'
import { protocolWords } from '../../model/devices/words.ts'
import type { DeviceId, Protocol } from '../../model/report.ts'
import { mayOperateDevices } from '../../policy/devices.ts'
import { deviceByNumber, insertDevice } from '../../store/devices/devices.ts'
import { lockQuarantined, quarantinedByNumber, removeQuarantined } from '../../store/devices/quarantine.ts'
import type { QuarantineRecord } from '../../store/devices/tables.ts'
import type { Context } from '../context.ts'
import { aboutDevice, openSite, personOf, placeOfEvent, profileFor, requireNetworks } from './common.ts'
import { noSecret, pathTokenOf, secretFor } from './secrets.ts'

export interface Registered {
  readonly deviceId: DeviceId
  /** Shown once. */
  readonly secret: string | null
  readonly settings: { readonly name: string; readonly value: string }[]
}

/** What to set on the device so that it is let in. */
export const settingsOf = (
  context: Context,
  protocol: Protocol,
  externalId: string,
  secret: string | null,
): Registered['settings'] => {
  if (secret === null) return [{ name: '国标编码', value: externalId }]
  const address = context.platform.config.publicUrl
  switch (protocol) {
    case 'hj212':
      return [
        { name: 'MN', value: externalId },
        { name: 'PW', value: secret },
      ]
    case 'jt808':
      return [
        { name: '终端手机号', value: externalId },
        { name: '鉴权码(注册时自动下发)', value: secret },
      ]
    case 'gb28181':
      return [
        { name: '设备编码', value: externalId },
        { name: 'SIP认证密码', value: secret },
      ]
    case 'mqtt':
      return [
        { name: 'Client ID', value: externalId },
        { name: 'Username', value: externalId },
        { name: 'Password', value: secret },
        { name: 'Topic', value: `v1/${externalId}/telemetry` },
      ]
    case 'http':
      return [
        { name: '编号 X-Device', value: externalId },
        { name: '签名密钥', value: secret },
        { name: '海康推送地址', value: `${address}/v1/push/hikvision/${externalId}/${pathTokenOf(secret)}` },
        { name: '大华推送地址', value: `${address}/v1/push/dahua/${externalId}/${pathTokenOf(secret)}` },
      ]
  }
}

const register = async (
  context: Context,
  unit: Unit,
  number: { readonly protocol: Protocol; readonly externalId: string },
  input: NewDevice,
  waiting: QuarantineRecord | null,
): Promise<Registered> => {
  const { protocol, externalId } = number
  const site = await openSite(unit.db, input.siteId)
  await profileFor(unit.db, input.profileId, input.kind)
  requireNetworks(input.networks)
  const id = unit.newId<'device'>()
  // A camera behind a recorder never proves anything itself.
  const parentId = waiting?.parent_id ?? null
  const made =
    parentId === null
      ? secretFor({ vault: context.vault, randomToken: context.platform.randomToken }, id, protocol, input.secret)
      : { secret: null, kept: noSecret }
  const row = {
    id,
    site_id: site.id,
    protocol,
    external_id: externalId,
    kind: input.kind,
    model: input.model,
    name: input.name,
    profile_id: input.profileId,
    parent_id: parentId,
    lon: input.lon,
    lat: input.lat,
    floor: input.floor,
    ...made.kept,
    secret_set_at: made.secret === null ? null : unit.now,
    fingerprint: waiting?.fingerprint ?? null,
    networks: input.networks,
    created_at: unit.now,
    created_by: personOf(unit.actor),
  }
  if (!(await insertDevice(unit.db, row))) {
    const known = await deviceByNumber(unit.db, protocol, externalId)
    throw refuse.deviceKnown({ externalId, name: known?.name ?? externalId })
  }
  await unit.record(deviceRegistered, {
    ...placeOfEvent(row, site),
    payload: { ...aboutDevice(row, site), deviceKind: input.kind, claimed: waiting !== null },
  })
  return { deviceId: id, secret: made.secret, settings: settingsOf(context, protocol, externalId, made.secret) }
}

/** Claims what waits in quarantine. What it said of itself there binds it. */
export const claimDevice = async (
  context: Context,
  unit: Unit,
  id: QuarantineId,
  input: NewDevice,
): Promise<Registered> => {
  require(mayOperateDevices(unit.actor))
  const waiting = await lockQuarantined(unit.db, id)
  if (waiting === null) throw refuse.quarantineMissing()
  if (waiting.state === 'rejected') throw refuse.rejectedAlready()
  const number = { protocol: waiting.protocol, externalId: waiting.external_id }
  const done = await register(context, unit, number, input, waiting)
  await removeQuarantined(unit.db, id)
  return done
}
/** Registers a device before it speaks, for those that need their secret first. */
export const registerDevice = async (
  context: Context,
  unit: Unit,
  input: NewDevice & { readonly protocol: Protocol; readonly externalId: string },
): Promise<Registered> => {
  require(mayOperateDevices(unit.actor))
  const externalId = normalNumber(input.protocol, input.externalId)
  if (!isNumber(input.protocol, externalId))
    throw refuse.externalIdWrong(
      { protocol: protocolWords[input.protocol].zh, expected: numberForm(input.protocol).zh },
      [{ path: 'externalId', message: `应为${numberForm(input.protocol).zh}。` }],
    )
  const waiting = await quarantinedByNumber(unit.db, input.protocol, externalId)
  const number = { protocol: input.protocol, externalId }
  const done = await register(context, unit, number, input, waiting)
  if (waiting !== null) await removeQuarantined(unit.db, waiting.id)
  return done
}
