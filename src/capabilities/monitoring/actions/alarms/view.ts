/** Alarms as people see them. */
import type { Actor } from '../../../../kernel/actor.ts'
import type { QueryOf } from '../../../../kernel/endpoint.ts'
import type { PersonId } from '../../../../kernel/identity.ts'
import { cursorOf, keysAs } from '../../../../kernel/page.ts'
import { addDays, addMs, daysBetween, type Instant, localDateOf, startOfDay } from '../../../../kernel/time.ts'
import type { Database, FileReply } from '../../../../platform/platform.ts'
import type { AlarmId, AlarmRow, AlarmView, alarmStatistics, listAlarms } from '../../contract/alarms.ts'
import * as refuse from '../../model/alarms/refusals.ts'
import { rungs } from '../../model/alarms/states.ts'
import { pictureMissing } from '../../model/devices/refusals.ts'
import type { DeviceId, SiteId } from '../../model/report.ts'
import * as policy from '../../policy/alarms.ts'
import { commentsOf, deviceNames, foldedOf, siteFacts, siteIdsOfProjects, toldOf } from '../../store/alarms/alarms.ts'
import { alarmCounts, alarmsPage, foldedCounts, statistics } from '../../store/alarms/lists.ts'
import type { AlarmRecord, SiteFacts } from '../../store/alarms/tables.ts'
import { commandsOfAlarm } from '../../store/devices/commands.ts'
import { picturesOf } from '../../store/devices/pictures.ts'
import { commandViews } from '../devices/commands.ts'
import { pictureReply, pictureText } from '../devices/pictures.ts'
import { type AlarmsContext, readCase, visibleSites } from './context.ts'

const rowsOf = async (db: Database, alarms: readonly AlarmRecord[]): Promise<AlarmRow[]> => {
  const sites = await siteFacts(db, [...new Set(alarms.map((each) => each.site_id))])
  const devices = await deviceNames(db, [
    ...new Set(alarms.flatMap((each) => (each.device_id === null ? [] : [each.device_id]))),
  ])
  const folded = await foldedCounts(
    db,
    alarms.filter((each) => each.device_id === null).map((each) => each.id),
  )
  return alarms.map((alarm) => rowOf(alarm, sites, devices, folded))
}
const rowOf = (
  alarm: AlarmRecord,
  sites: ReadonlyMap<SiteId, SiteFacts>,
  devices: ReadonlyMap<DeviceId, string>,
  folded: ReadonlyMap<AlarmId, number>,
): AlarmRow => ({
  alarmId: alarm.id,
  siteId: alarm.site_id,
  siteName: sites.get(alarm.site_id)?.name ?? '',
  deviceId: alarm.device_id,
  deviceName: alarm.device_id === null ? null : (devices.get(alarm.device_id) ?? ''),
  ruleKey: alarm.rule_key,
  ruleVersion: alarm.rule_version,
  ruleName: alarm.rule_name,
  severity: alarm.severity,
  state: alarm.state,
  active: alarm.closed_at === null && alarm.ended_at === null,
  occurredAt: alarm.occurred_at,
  openedAt: alarm.opened_at,
  endedAt: alarm.ended_at,
  closedAt: alarm.closed_at,
  deadlineAt: alarm.deadline_at,
  overdue: alarm.overdue,
  escalation: rungs[alarm.escalation] ?? 'district',
  snoozedUntil: alarm.snoozed_until,
  incidentId: alarm.incident_id,
  folded: folded.get(alarm.id) ?? 0,
  repeats: alarm.repeats,
  text: alarm.evidence.text,
  value: alarm.evidence.value,
  limit: alarm.evidence.limit,
  unit: alarm.evidence.unit,
  unverified: alarm.unverified,
  order:
    alarm.order_id === null || alarm.order_number === null
      ? null
      : { orderId: alarm.order_id, number: alarm.order_number },
  version: alarm.version,
})

export const readAlarmView = async (
  context: AlarmsContext,
  db: Database,
  actor: Actor,
  id: AlarmId,
  now: Instant,
): Promise<AlarmView> => {
  const { alarm, site, facts } = await readCase(context, db, actor, id, localDateOf(now))
  const [row] = await rowsOf(db, [alarm])
  if (row === undefined) throw new Error(`alarm ${id} is gone`)
  const comments = await commentsOf(db, id)
  const people = await context.people.personNames(
    db,
    [alarm.acknowledged_by, alarm.disposing_by, alarm.closed_by, ...comments.map((each) => each.by)].flatMap(
      (person): PersonId[] => (person === null ? [] : [person]),
    ),
  )
  const nameOf = (person: PersonId | null): string | null => (person === null ? null : (people.get(person) ?? null))
  const told = await toldOf(db, id)
  const organisations = await context.people.organisations(
    db,
    told.flatMap((each) => (each.organisation_id === null ? [] : [each.organisation_id])),
  )
  const departments = new Map(
    (await context.people.departments(db, localDateOf(now))).map((each) => [each.code, each.name]),
  )
  const { ladder } = context.reference
  return {
    ...row,
    projectId: site.project_id,
    projectName: (await context.projects.project(db, site.project_id))?.name ?? '',
    advice: alarm.advice,
    evidence: alarm.evidence,
    acknowledgedAt: alarm.acknowledged_at,
    acknowledgedBy: nameOf(alarm.acknowledged_by),
    disposingAt: alarm.disposing_at,
    disposingBy: nameOf(alarm.disposing_by),
    closedBy: nameOf(alarm.closed_by),
    reason: alarm.reason,
    reasonText: alarm.reason_text,
    comments: comments.map((each) => ({ at: each.at, by: nameOf(each.by) ?? '', text: each.text })),
    told: told.map((each) => ({
      at: each.at,
      rung: rungs[each.rung] ?? 'district',
      repeat: each.repeat,
      whom:
        each.organisation_id === null
          ? (departments.get(each.department ?? '') ?? each.department ?? '')
          : (organisations.get(each.organisation_id)?.name ?? ''),
      late: each.late,
    })),
    incident: alarm.device_id === null ? await rowsOf(db, await foldedOf(db, id)) : [],
    pictures: await picturesOfAlarm(db, alarm),
    commands: await commandViews(context, db, await commandsOfAlarm(db, id)),
    may: {
      acknowledge: policy.sentence(policy.mayAcknowledge(actor, facts)),
      dispose: policy.sentence(policy.mayDispose(actor, facts)),
      close: policy.sentence(policy.mayClose(actor, facts, ladder)),
      snooze: policy.sentence(policy.maySnooze(actor, facts, ladder)),
      comment: policy.sentence(policy.mayComment(actor, facts)),
      order: policy.sentence(policy.mayOrder(actor, facts)),
    },
  }
}

/** A terminal sends a picture some minutes after it took it; one of so long before or after belongs to an alarm, ms. */
const BEFORE_MS = 2 * 60_000
const AFTER_MS = 10 * 60_000
const MOST_PICTURES = 12
const isDigest = (value: unknown): value is string => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)
/** Pictures that came with the alarm, then those that its device took about then. */
const picturesOfAlarm = async (db: Database, alarm: AlarmRecord): Promise<AlarmView['pictures']> => {
  const own = Object.entries(alarm.evidence.more).flatMap(([key, value]) =>
    /^picture\d*$/.test(key) && isDigest(value)
      ? [{ sha256: value, at: alarm.occurred_at, text: alarm.evidence.text }]
      : [],
  )
  if (alarm.device_id === null) return own
  const around = await picturesOf(
    db,
    { siteId: alarm.site_id, deviceId: alarm.device_id },
    { from: addMs(alarm.occurred_at, -BEFORE_MS), to: addMs(alarm.ended_at ?? alarm.occurred_at, AFTER_MS) },
    MOST_PICTURES,
  )
  const known = new Set(own.map((each) => each.sha256))
  return [
    ...own,
    ...around
      .filter((each) => !known.has(each.sha256))
      .map((each) => ({ sha256: each.sha256, at: each.at, text: pictureText(each) })),
  ]
}
export const readAlarmPicture = async (
  context: AlarmsContext,
  db: Database,
  actor: Actor,
  id: AlarmId,
  sha256: string,
  now: Instant,
): Promise<FileReply> => {
  const { alarm } = await readCase(context, db, actor, id, localDateOf(now))
  if (!(await picturesOfAlarm(db, alarm)).some((each) => each.sha256 === sha256)) throw pictureMissing()
  return pictureReply(context, sha256)
}

const within = (visible: readonly SiteId[] | null, wanted: readonly SiteId[] | null): readonly SiteId[] | null =>
  visible === null ? wanted : wanted === null ? visible : visible.filter((id) => wanted.includes(id))
const sitesOf = async (
  context: AlarmsContext,
  db: Database,
  actor: Actor,
  query: { readonly siteId?: SiteId | undefined; readonly projectId?: string | undefined },
  now: Instant,
): Promise<readonly SiteId[] | null> => {
  const visible = await visibleSites(context, db, actor, localDateOf(now))
  const ofProject = query.projectId === undefined ? null : await siteIdsOfProjects(db, [query.projectId])
  return within(within(visible, ofProject), query.siteId === undefined ? null : [query.siteId])
}
export const listAlarmRows = async (
  context: AlarmsContext,
  db: Database,
  actor: Actor,
  query: QueryOf<typeof listAlarms>,
  now: Instant,
) => {
  const siteIds = await sitesOf(context, db, actor, query, now)
  const keys = keysAs(query.after, 'instant', 'id')
  const after = keys === null ? null : { openedAt: keys[0], id: keys[1] as AlarmId }
  const alarms = await alarmsPage(db, { ...query, siteIds }, after, query.limit + 1)
  const shown = alarms.slice(0, query.limit)
  const last = shown.at(-1)
  return {
    rows: await rowsOf(db, shown),
    next: alarms.length > query.limit && last !== undefined ? cursorOf(last.opened_at, last.id) : null,
    counts: await alarmCounts(db, siteIds),
  }
}

/** Longest period of one statistic, days. */
const MOST_DAYS = 366
const rounded = (value: number | null): number | null => (value === null ? null : Math.round(value * 10) / 10)
const timesRounded = <T extends { readonly acknowledgeMinutes: number | null; readonly disposeMinutes: number | null }>(
  row: T,
): T => ({
  ...row,
  acknowledgeMinutes: rounded(row.acknowledgeMinutes),
  disposeMinutes: rounded(row.disposeMinutes),
})
export const readStatistics = async (
  context: AlarmsContext,
  db: Database,
  actor: Actor,
  query: QueryOf<typeof alarmStatistics>,
  now: Instant,
) => {
  const days = daysBetween(query.from, query.to)
  if (days < 0 || days >= MOST_DAYS) throw refuse.periodWrong({ days: MOST_DAYS })
  const siteIds = await sitesOf(context, db, actor, query, now)
  const found = await statistics(db, { siteIds, from: startOfDay(query.from), to: startOfDay(addDays(query.to, 1)) })
  const sites = await siteFacts(
    db,
    found.perSite.map((each) => each.siteId),
  )
  return {
    ...timesRounded(found.total),
    closeMinutes: rounded(found.total.closeMinutes),
    perDay: found.perDay,
    perRule: found.perRule.map(timesRounded),
    perSite: found.perSite.map((each) => ({ ...timesRounded(each), siteName: sites.get(each.siteId)?.name ?? '' })),
  }
}
