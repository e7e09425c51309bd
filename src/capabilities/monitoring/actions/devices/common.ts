/** What the actions of devices share. */
import type { Actor } from '../../../../kernel/actor.ts'
import { require } from '../../../../kernel/decision.ts'
import type { PersonId } from '../../../../kernel/identity.ts'
import { addDays, type Instant, localDateOf } from '../../../../kernel/time.ts'
import type { Database, Unit } from '../../../../platform/platform.ts'
import { isNetwork } from '../../model/devices/numbers.ts'
import * as refuse from '../../model/devices/refusals.ts'
import type { DeviceId, DeviceKind, SiteId } from '../../model/report.ts'
import { maySeeDevice } from '../../policy/devices.ts'
import { lockDevice, siteById } from '../../store/devices/devices.ts'
import { profileById } from '../../store/devices/profiles.ts'
import type { DeviceRecord, ProfileRecord, SiteRecord } from '../../store/devices/tables.ts'
import type { Context } from '../context.ts'
import { partiesOfSite } from './access.ts'

/** Days back for which refused attempts are shown in lists. */
const LATELY_DAYS = 7

export const personOf = (actor: Actor): PersonId | null => (actor.kind === 'person' ? actor.personId : null)
export const lately = (now: Instant) => ({ now, refusedFrom: addDays(localDateOf(now), 1 - LATELY_DAYS) })

export const openSite = async (db: Database, id: SiteId): Promise<SiteRecord> => {
  const site = await siteById(db, id)
  if (site === null) throw refuse.siteMissing({}, [{ path: 'siteId', message: '请从列表中选择工地。' }])
  if (site.state === 'ended') throw refuse.siteEnded({ site: site.name })
  return site
}
export const siteOf = async (db: Database, id: SiteId): Promise<SiteRecord> => {
  const site = await siteById(db, id)
  if (site === null) throw new Error(`site ${id} is gone`)
  return site
}
/** The own side sees devices of a site whose project it owns or takes part in today; everybody else learns nothing. */
export const requireSight = async (context: Context, db: Database, actor: Actor, site: SiteRecord): Promise<void> =>
  require(maySeeDevice(actor, (await partiesOfSite(context, db, site.id)) ?? []))
export const profileFor = async (db: Database, id: number, kind: DeviceKind): Promise<ProfileRecord> => {
  const profile = await profileById(db, id)
  if (profile === null) throw refuse.profileMissing({}, [{ path: 'profileId', message: '请从列表中选择模板。' }])
  if (profile.kind !== kind && profile.kind !== 'other')
    throw refuse.profileOtherKind({ profile: profile.name }, [{ path: 'profileId', message: '请选择同类设备的模板。' }])
  return profile
}
export const requireNetworks = (networks: readonly string[]): void => {
  const wrong = networks.findIndex((each) => !isNetwork(each))
  if (wrong >= 0)
    throw refuse.networkWrong({ network: networks[wrong] }, [
      { path: `networks.${wrong}`, message: '请按 10.20.0.0/16 的格式填写。' },
    ])
}
/** Locks a device as its page showed it. */
export const lockAt = async (unit: Unit, id: DeviceId, version: number): Promise<DeviceRecord> => {
  const device = await lockDevice(unit.db, id)
  if (device === null) throw refuse.deviceMissing()
  if (device.version !== version) throw refuse.stalePage()
  return device
}
export const aboutDevice = (
  device: Pick<DeviceRecord, 'id' | 'name' | 'protocol' | 'external_id'>,
  site: SiteRecord,
) => ({
  deviceId: device.id,
  siteId: site.id,
  siteName: site.name,
  name: device.name,
  protocol: device.protocol,
  externalId: device.external_id,
})
export const placeOfEvent = (device: Pick<DeviceRecord, 'id'>, site: SiteRecord) => ({
  subject: { kind: 'device', id: device.id },
  projectId: site.project_id,
})
