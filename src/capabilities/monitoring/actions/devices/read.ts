/** What people see of devices. */
import { type Actor } from '../../../../kernel/actor.ts'
import type { QueryOf } from '../../../../kernel/endpoint.ts'
import { cursorOf, keysAs } from '../../../../kernel/page.ts'
import { addMs, type Instant } from '../../../../kernel/time.ts'
import type { Words } from '../../../../kernel/words.ts'
import type { Database } from '../../../../platform/platform.ts'
import type {
  ChannelState,
  ConnectionState,
  DeviceHealth,
  DeviceRow,
  DeviceView,
  listDevices as listEndpoint,
  SiteCameras,
} from '../../contract/devices.ts'
import { isClockWrong, WRONG_MS } from '../../model/devices/clock.ts'
import * as refuse from '../../model/devices/refusals.ts'
import type { DeviceId, SiteId } from '../../model/report.ts'
import { isAuthority, mayOperateDevices } from '../../policy/devices.ts'
import { activeAlarmsOfDevices } from '../../store/alarms/lists.ts'
import {
  childrenOf,
  type DeviceListRow,
  deviceRow,
  findDevices,
  ONLINE_MS,
  siteById,
} from '../../store/devices/devices.ts'
import { connectionsOf, healthOf, refusalsOf } from '../../store/devices/health.ts'
import { profileById } from '../../store/devices/profiles.ts'
import { channelsWaiting } from '../../store/devices/quarantine.ts'
import type { Context } from '../context.ts'
import { ownSites } from './access.ts'
import { lately, requireSight, siteOf } from './common.ts'

const SHOWN = 50

/** Why a person may not manage devices; null: they may. */
export const operateWords = (actor: Actor): Words | null => {
  const decision = mayOperateDevices(actor)
  return decision.allowed ? null : decision.because.refusal.sentence
}
const connectionOf = (lastSeenAt: Instant | null, now: Instant): ConnectionState =>
  lastSeenAt === null ? 'never' : lastSeenAt > addMs(now, -ONLINE_MS) ? 'online' : 'silent'

/** Only what a catalogue said: a channel that was in none has no state. */
const channelOf = (row: DeviceListRow): ChannelState | null =>
  row.parent_id === null || row.protocol !== 'gb28181'
    ? null
    : row.channel_off === true
      ? 'off'
      : row.last_seen_at === null
        ? null
        : 'on'
const rowOf = (row: DeviceListRow, now: Instant): DeviceRow => ({
  deviceId: row.id,
  siteId: row.site_id,
  siteName: row.site_name,
  protocol: row.protocol,
  externalId: row.external_id,
  kind: row.kind,
  model: row.model,
  name: row.name,
  state: row.state,
  siteState: row.site_state,
  connection: connectionOf(row.last_seen_at, now),
  lastSeenAt: row.last_seen_at,
  clockSkewMs: row.clock_skew_ms,
  refusedLately: row.refused_lately,
  faults: row.faults,
  lon: row.lon,
  lat: row.lat,
  floor: row.floor,
  parent: row.parent_id === null ? null : { deviceId: row.parent_id, name: row.parent_name ?? '' },
  channel: channelOf(row),
  profileId: row.profile_id,
  version: row.version,
})

export const listDevices = async (
  context: Context,
  db: Database,
  actor: Actor,
  query: QueryOf<typeof listEndpoint>,
) => {
  const now = context.platform.clock()
  const keys = keysAs(query.after, 'text', 'id')
  const rows = await findDevices(db, {
    siteIds: isAuthority(actor) ? undefined : await ownSites(context, db, actor),
    siteId: query.siteId,
    protocol: query.protocol,
    kind: query.kind,
    state: query.state,
    connection: query.connection,
    refused: query.refused === 'true',
    clockOffMs: query.clock === 'wrong' ? WRONG_MS : undefined,
    text: query.text,
    after: keys ?? undefined,
    limit: query.limit + 1,
    ...lately(now),
  })
  const shown = rows.slice(0, query.limit)
  const last = shown.at(-1)
  return {
    rows: shown.map((row) => rowOf(row, now)),
    next: rows.length > query.limit && last !== undefined ? cursorOf(last.name, last.id) : null,
    may: { operate: operateWords(actor) },
  }
}

const seen = async (context: Context, db: Database, actor: Actor, id: DeviceId): Promise<DeviceListRow> => {
  const row = await deviceRow(db, id, lately(context.platform.clock()))
  if (row === null) throw refuse.deviceMissing()
  await requireSight(context, db, actor, await siteOf(db, row.site_id))
  return row
}
const healthView = async (db: Database, actor: Actor, row: DeviceListRow, now: Instant): Promise<DeviceHealth> => {
  const place = { siteId: row.site_id, deviceId: row.id }
  const health = await healthOf(db, place)
  const official = isAuthority(actor)
  const refusals = official ? await refusalsOf(db, place, SHOWN) : []
  const connections = await connectionsOf(db, place, SHOWN)
  return {
    deviceId: row.id,
    connection: connectionOf(health?.last_seen_at ?? null, now),
    address: official ? (health?.address ?? null) : null,
    connectedAt: health?.connected === true ? health.connected_at : null,
    disconnectedAt: health?.disconnected_at ?? null,
    lastSeenAt: health?.last_seen_at ?? null,
    clockSkewMs: health?.clock_skew_ms ?? null,
    clockSkewAt: health?.clock_skew_at ?? null,
    clockWrong: isClockWrong(health?.clock_skew_ms ?? 0),
    reports: health?.reports ?? 0,
    malformed: health?.malformed ?? 0,
    refused: health?.refused ?? 0,
    faults: Object.entries(health?.faults ?? {}).map(([code, { text, since }]) => ({ code, text, since })),
    refusals: refusals.map((each) => ({
      kind: each.kind,
      address: each.address,
      firstAt: each.first_at,
      lastAt: each.last_at,
      count: each.count,
    })),
    connections: connections.map((each) => ({
      openedAt: each.opened_at,
      closedAt: each.closed_at,
      address: official ? each.address : '',
      reason: each.reason,
      reports: each.reports,
    })),
  }
}
export const readDeviceHealth = async (context: Context, db: Database, actor: Actor, id: DeviceId) =>
  healthView(db, actor, await seen(context, db, actor, id), context.platform.clock())

export const readDevice = async (context: Context, db: Database, actor: Actor, id: DeviceId): Promise<DeviceView> => {
  const now = context.platform.clock()
  const row = await seen(context, db, actor, id)
  const profile = await profileById(db, row.profile_id)
  if (profile === null) throw new Error(`the profile of device ${id} is gone`)
  const children = await childrenOf(db, id)
  return {
    ...rowOf(row, now),
    stateReason: row.state_reason,
    networks: isAuthority(actor) ? [...row.networks] : [],
    secretSetAt: row.secret_set_at,
    secretWeak: row.secret_weak,
    createdAt: row.created_at,
    profile: {
      profileId: profile.id,
      model: profile.model,
      version: profile.version,
      name: profile.name,
      kind: profile.kind,
      metrics: [...profile.metrics],
      factors: [...profile.factors],
      note: profile.note,
    },
    children: children.map((each) => ({ deviceId: each.id, name: each.name, externalId: each.external_id })),
    health: await healthView(db, actor, row, now),
    may: { operate: operateWords(actor) },
  }
}

/** Most cameras of one site on its page. */
const MOST_CAMERAS = 500
export const listSiteCameras = async (
  context: Context,
  db: Database,
  actor: Actor,
  siteId: SiteId,
): Promise<SiteCameras> => {
  const site = await siteById(db, siteId)
  if (site === null) throw refuse.siteMissing()
  await requireSight(context, db, actor, site)
  const now = context.platform.clock()
  const rows = await findDevices(db, { siteId, kind: 'camera', limit: MOST_CAMERAS, ...lately(now) })
  const alarms = await activeAlarmsOfDevices(
    db,
    siteId,
    rows.map((row) => row.id),
  )
  return {
    rows: rows.map((row) => ({ ...rowOf(row, now), alarms: alarms.get(row.id) ?? 0 })),
    waiting: [...(await channelsWaiting(db, siteId))],
  }
}
