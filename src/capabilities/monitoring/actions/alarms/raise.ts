/** What the rules found becomes alarms: raised, folded into an incident, said again, ended. */
import { addMs, type Instant, instantFromMs, laterOf } from '../../../../kernel/time.ts'
import type { Unit } from '../../../../platform/platform.ts'
import { alarmEnded, alarmRaised, alarmReopened } from '../../contract/alarm-events.ts'
import type { AlarmId } from '../../contract/alarms.ts'
import { deadlineOf, stepOf } from '../../model/alarms/ladder.ts'
import { evidenceOf } from '../../model/alarms/text.ts'
import type { SiteId } from '../../model/report.ts'
import type { Finding } from '../../model/rules/engine/types.ts'
import {
  activeIncident,
  endAlarm,
  foldedOf,
  foldInto,
  lockAlarmsOfSite,
  noteAgain,
  raiseAlarm,
  silentAlarms,
} from '../../store/alarms/alarms.ts'
import type { AlarmRecord, SiteFacts } from '../../store/alarms/tables.ts'
import { lastValues } from '../../store/rules/around.ts'
import { announce, silenceAlarm } from './announce.ts'
import { type AlarmsContext, aboutAlarm, placeOfAlarm, siteOf } from './context.ts'

export const STORM_KEY = 'site.storm'
const MINUTE_MS = 60_000
/** Values kept as evidence. */
const SAMPLES = 20
/** A moment of a device is never later than now for the product. */
const notLater = (ms: number, now: Instant): Instant => {
  const at = instantFromMs(ms)
  return at > now ? now : at
}
const fresh = (unit: Unit) => ({
  acknowledged_at: null,
  acknowledged_by: null,
  disposing_at: null,
  disposing_by: null,
  ended_at: null,
  closed_at: null,
  closed_by: null,
  reason: null,
  reason_text: '',
  overdue: false,
  escalation: 0,
  snoozed_until: null,
  snooze_reason: '',
  incident_id: null,
  order_id: null,
  order_number: null,
  repeats: 0,
  version: 1,
  state: 'open' as const,
  opened_at: unit.now,
  last_at: unit.now,
  id: unit.newId<'alarm'>(),
})
const rowOf = async (context: AlarmsContext, unit: Unit, finding: Finding): Promise<AlarmRecord> => {
  const { rule, device } = finding
  const { definition } = rule
  const samples =
    finding.metric === null
      ? []
      : await lastValues(unit.db, device.siteId, device.deviceId, finding.metric, instantFromMs(finding.atMs), SAMPLES)
  return {
    ...fresh(unit),
    site_id: device.siteId,
    device_id: device.deviceId,
    rule_key: rule.key,
    rule_version: rule.version,
    rule_name: definition.name,
    advice: definition.advice,
    severity: definition.severity,
    occurred_at: notLater(finding.occurredMs, unit.now),
    evidence: evidenceOf(
      finding,
      samples.map(({ at, value }) => ({ atMs: Date.parse(at), value })),
    ),
    unverified: rule.unverified,
    reopen_minutes: definition.reopenMinutes,
    deadline_at: deadlineOf(stepOf(context.reference.ladder, definition.severity), unit.now),
  }
}

const openIncident = async (context: AlarmsContext, unit: Unit, site: SiteFacts, members: readonly AlarmRecord[]) => {
  const { storm, ladder } = context.reference.ladder
  const first = members.reduce(
    (earliest, each) => (each.occurred_at < earliest ? each.occurred_at : earliest),
    unit.now,
  )
  const step = ladder.find((each) => each.severity === storm.severity)
  const { alarm } = await raiseAlarm(
    unit.db,
    {
      ...fresh(unit),
      site_id: site.id,
      device_id: null,
      rule_key: STORM_KEY,
      rule_version: 1,
      rule_name: storm.name,
      advice: storm.advice,
      severity: storm.severity,
      occurred_at: first,
      evidence: {
        kind: 'stale',
        metric: null,
        unit: null,
        value: null,
        limit: null,
        limitId: null,
        source: context.reference.ladder.source,
        window: null,
        text: `${members.length} 台设备在 ${storm.windowMinutes} 分钟内同时中断,可能是停电或断网`,
        samples: [],
        more: { devices: members.length },
      },
      unverified: false,
      reopen_minutes: 0,
      deadline_at: step === undefined ? null : deadlineOf(step, unit.now),
    },
    unit.now,
  )
  await unit.record(alarmRaised, {
    ...placeOfAlarm(alarm, site),
    payload: { ...(await aboutAlarm(unit.db, alarm, site)), ruleVersion: 1, text: alarm.evidence.text, folded: false },
  })
  await announce(context, unit, alarm, site)
  return alarm.id
}
/** Puts silent devices into an incident of their site, where they are so many; gives those that went in. */
const fold = async (
  context: AlarmsContext,
  unit: Unit,
  site: SiteFacts,
  alarms: readonly AlarmRecord[],
): Promise<ReadonlySet<AlarmId>> => {
  const { storm } = context.reference.ladder
  await lockAlarmsOfSite(unit.db, site.id)
  const running = await activeIncident(unit.db, site.id, STORM_KEY)
  const members = await silentAlarms(unit.db, site.id, addMs(unit.now, -storm.windowMinutes * MINUTE_MS))
  if (running === null && new Set(members.map((each) => each.device_id)).size <= storm.devices) return new Set()
  const incidentId = running?.id ?? (await openIncident(context, unit, site, members))
  const folded = (running === null ? members : alarms).map((each) => each.id)
  await foldInto(unit.db, folded, incidentId)
  for (const id of folded) await silenceAlarm(unit, id)
  return new Set(folded)
}
/** The incident is over when no more devices are silent than would make one; who is left stands for itself. */
const unfold = async (context: AlarmsContext, unit: Unit, site: SiteFacts, incidentId: AlarmId): Promise<void> => {
  await lockAlarmsOfSite(unit.db, site.id)
  const left = (await foldedOf(unit.db, incidentId)).filter((each) => each.ended_at === null && each.closed_at === null)
  if (left.length > context.reference.ladder.storm.devices) return
  const incident = await endAlarm(unit.db, site.id, null, STORM_KEY, unit.now)
  if (incident === null) return
  await ended(unit, incident, site)
  await releaseFolded(context, unit, site, left)
}
export const releaseFolded = async (
  context: AlarmsContext,
  unit: Unit,
  site: SiteFacts,
  alarms: readonly AlarmRecord[],
): Promise<void> => {
  await foldInto(
    unit.db,
    alarms.map((each) => each.id),
    null,
  )
  for (const each of alarms) await announce(context, unit, { ...each, incident_id: null }, site)
}

const announceNew = async (
  context: AlarmsContext,
  unit: Unit,
  site: SiteFacts,
  alarm: AlarmRecord,
  folded: boolean,
): Promise<void> => {
  await unit.record(alarmRaised, {
    ...placeOfAlarm(alarm, site),
    payload: {
      ...(await aboutAlarm(unit.db, alarm, site)),
      ruleVersion: alarm.rule_version,
      text: alarm.evidence.text,
      folded,
    },
  })
  if (!folded) await announce(context, unit, alarm, site)
}
/** Gives a new alarm of a silent device: it is told of once it is known how many others are silent. */
const raise = async (
  context: AlarmsContext,
  unit: Unit,
  finding: Finding,
  site: SiteFacts,
): Promise<AlarmRecord | null> => {
  const row = await rowOf(context, unit, finding)
  const since = addMs(unit.now, -row.reopen_minutes * MINUTE_MS)
  const { alarm, how } = await raiseAlarm(unit.db, row, since)
  if (how === 'repeated') return null
  if (how === 'reopened') {
    await unit.record(alarmReopened, {
      ...placeOfAlarm(alarm, site),
      payload: { ...(await aboutAlarm(unit.db, alarm, site)), text: row.evidence.text },
    })
    await announce(context, unit, alarm, site)
    return null
  }
  if (finding.rule.condition.kind === 'stale') return alarm
  await announceNew(context, unit, site, alarm, false)
  return null
}
const ended = async (unit: Unit, alarm: AlarmRecord, site: SiteFacts): Promise<void> => {
  await silenceAlarm(unit, alarm.id)
  const minutes = Math.max(0, Math.round((Date.parse(unit.now) - Date.parse(alarm.opened_at)) / MINUTE_MS))
  await unit.record(alarmEnded, {
    ...placeOfAlarm(alarm, site),
    payload: { ...(await aboutAlarm(unit.db, alarm, site)), minutes },
  })
}
/** Ends what is active by itself; the site's incident with it, when it was the last. */
export const endOf = async (
  context: AlarmsContext,
  unit: Unit,
  site: SiteFacts,
  alarm: Pick<AlarmRecord, 'device_id' | 'rule_key'>,
): Promise<void> => {
  const over = await endAlarm(unit.db, site.id, alarm.device_id, alarm.rule_key, unit.now)
  if (over === null) return
  await ended(unit, over, site)
  if (over.incident_id !== null) await unfold(context, unit, site, over.incident_id)
}

/** Applies findings in one order for all processes, so that two of them cannot wait for each other. */
export const applyFindings = async (
  context: AlarmsContext,
  unit: Unit,
  findings: readonly Finding[],
): Promise<void> => {
  const placed = findings.map((finding, index) => ({ finding, index }))
  const key = ({ finding }: { finding: Finding }): string =>
    `${finding.device.siteId} ${finding.device.deviceId} ${finding.rule.key}`
  placed.sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : a.index - b.index))
  const sites = new Map<SiteId, SiteFacts>()
  const silent = new Map<SiteId, AlarmRecord[]>()
  for (const { finding } of placed) {
    const { siteId, deviceId } = finding.device
    const site = sites.get(siteId) ?? (await siteOf(unit.db, siteId))
    sites.set(siteId, site)
    if (finding.what === 'raise') {
      const alarm = await raise(context, unit, finding, site)
      if (alarm !== null) silent.set(siteId, [...(silent.get(siteId) ?? []), alarm])
    } else if (finding.what === 'again')
      await noteAgain(
        unit.db,
        siteId,
        deviceId,
        finding.rule.key,
        laterOf(notLater(finding.atMs, unit.now), notLater(finding.occurredMs, unit.now)),
      )
    else await endOf(context, unit, site, { device_id: deviceId, rule_key: finding.rule.key })
  }
  for (const [siteId, alarms] of silent) {
    const site = sites.get(siteId) ?? (await siteOf(unit.db, siteId))
    const folded = await fold(context, unit, site, alarms)
    for (const alarm of alarms) await announceNew(context, unit, site, alarm, folded.has(alarm.id))
  }
}
