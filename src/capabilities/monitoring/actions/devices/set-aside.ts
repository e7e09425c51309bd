/** Reports that were set aside, as people see them. */
import type { Actor } from '../../../../kernel/actor.ts'
import type { QueryOf } from '../../../../kernel/endpoint.ts'
import { cursorOf, keysAs } from '../../../../kernel/page.ts'
import type { Database } from '../../../../platform/platform.ts'
import type {
  listSetAside as listEndpoint,
  listSetAsideReports as reportsEndpoint,
  SetAsideReport,
} from '../../contract/set-aside.ts'
import * as refuse from '../../model/devices/refusals.ts'
import type { DeviceId } from '../../model/report.ts'
import { skewOf, suggestedSkew } from '../../model/telemetry/set-aside.ts'
import { isAuthority } from '../../policy/devices.ts'
import { deviceById } from '../../store/devices/devices.ts'
import { profileMetrics } from '../../store/telemetry/read.ts'
import { type SetAsideRecord, setAsideGroups, setAsideReports } from '../../store/telemetry/set-aside.ts'
import type { Context } from '../context.ts'
import { ownSites } from './access.ts'
import { requireSight, siteOf } from './common.ts'

export const listSetAside = async (
  context: Context,
  db: Database,
  actor: Actor,
  query: QueryOf<typeof listEndpoint>,
  keptDays: number,
) => {
  const groups = await setAsideGroups(
    db,
    {
      siteIds: isAuthority(actor) ? undefined : await ownSites(context, db, actor),
      siteId: query.siteId,
      deviceId: query.deviceId,
      reason: query.reason,
    },
    keysAs(query.after, 'instant', 'id', 'text'),
    query.limit + 1,
  )
  const shown = groups.slice(0, query.limit)
  const last = shown.at(-1)
  return {
    rows: shown.map((group) => ({
      deviceId: group.device_id,
      deviceName: group.name,
      deviceKind: group.kind,
      externalId: group.external_id,
      siteId: group.site_id,
      siteName: group.site_name,
      reason: group.reason,
      reports: group.reports,
      firstAt: group.first_at,
      lastAt: group.last_at,
      saidAt: group.newest[0]?.at ?? '',
      skewMs: suggestedSkew(group.reason, group.newest),
      note: group.newest[0]?.note ?? '',
    })),
    next:
      groups.length > query.limit && last !== undefined ? cursorOf(last.last_at, last.device_id, last.reason) : null,
    keptDays,
  }
}

const valuesOf = (
  report: SetAsideRecord['report'],
  metrics: ReadonlyMap<number, readonly string[]>,
): SetAsideReport['values'] => {
  const { profileId, values } = report
  const names = typeof profileId === 'number' ? metrics.get(profileId) : undefined
  if (names === undefined || !Array.isArray(values)) return {}
  return Object.fromEntries(
    names.flatMap((name, place) => {
      const value: unknown = values[place]
      return typeof value === 'number' && Number.isFinite(value) ? [[name, Number(value.toPrecision(6))]] : []
    }),
  )
}
export const listSetAsideReports = async (
  context: Context,
  db: Database,
  actor: Actor,
  deviceId: DeviceId,
  query: QueryOf<typeof reportsEndpoint>,
) => {
  const device = await deviceById(db, deviceId)
  if (device === null) throw refuse.deviceMissing()
  await requireSight(context, db, actor, await siteOf(db, device.site_id))
  const found = await setAsideReports(
    db,
    // What it said on another site before belongs to those who see that site.
    { deviceId, siteId: isAuthority(actor) ? undefined : device.site_id, reason: query.reason },
    keysAs(query.after, 'instant', 'text', 'text', 'text'),
    query.limit + 1,
  )
  const shown = found.slice(0, query.limit)
  const last = shown.at(-1)
  const profiles = shown.flatMap(({ report }) => (typeof report['profileId'] === 'number' ? [report['profileId']] : []))
  const metrics = new Map(
    (profiles.length === 0 ? [] : await profileMetrics(db, [...new Set(profiles)])).map((row) => [row.id, row.metrics]),
  )
  return {
    rows: shown.map((row) => {
      const received = typeof row.report['receivedAt'] === 'string' ? row.report['receivedAt'] : row.received_at
      return {
        kind: row.kind,
        reason: row.reason,
        saidAt: row.at,
        receivedAt: row.received_at,
        skewMs: skewOf(row.at, received),
        buffered: row.report['buffered'] === true,
        note: row.note,
        values: row.kind === 'telemetry' ? valuesOf(row.report, metrics) : {},
      }
    }),
    next:
      found.length > query.limit && last !== undefined
        ? cursorOf(last.received_at, last.at, last.kind, last.reason)
        : null,
  }
}
