/** Who is told of an alarm, when, and again: the ladder as timers of the platform. */
import { type Instant, laterOf } from '../../../../kernel/time.ts'
import type { TimerHandler, Unit } from '../../../../platform/platform.ts'
import { alarmOverdue, alarmTold } from '../../contract/alarm-events.ts'
import type { AlarmId } from '../../contract/alarms.ts'
import { afterQuiet, callsOf, repeatAt, stepOf } from '../../model/alarms/ladder.ts'
import { type Rung, rungs, rungWords } from '../../model/alarms/states.ts'
import { lockAlarm, noteEscalation, noteTold, toldOf } from '../../store/alarms/alarms.ts'
import type { AlarmRecord, SiteFacts } from '../../store/alarms/tables.ts'
import { type AlarmsContext, aboutAlarm, placeOfAlarm, siteOf } from './context.ts'

export const ALARM_TIMER = 'monitoring.alarm'

/** Whose people stand on a rung; where the site names none, the owner of the project does. */
const recipientsOf = async (context: AlarmsContext, unit: Unit, site: SiteFacts, rung: Rung) => {
  const department = site.department ?? context.reference.ladder.department
  if (rung === 'district') return { organisationId: '', department }
  const owner = (await context.projects.project(unit.db, site.project_id))?.ownerOrganisationId ?? ''
  const organisationId = (rung === 'supervision' ? site.supervision_id : site.contractor_id) ?? owner
  return { organisationId, department: '' }
}
const tell = async (
  context: AlarmsContext,
  unit: Unit,
  alarm: AlarmRecord,
  site: SiteFacts,
  rung: Rung,
  repeat: number,
  late: boolean,
): Promise<void> => {
  const recipients = await recipientsOf(context, unit, site, rung)
  const index = rungs.indexOf(rung)
  const isNew = await noteTold(unit.db, {
    alarm_id: alarm.id,
    at: unit.now,
    rung: index,
    repeat,
    organisation_id:
      recipients.organisationId === '' ? null : (recipients.organisationId as SiteFacts['contractor_id']),
    department: recipients.department === '' ? null : recipients.department,
    late,
  })
  if (!isNew) return
  if (index > alarm.escalation) await noteEscalation(unit.db, alarm.id, { escalation: index })
  await unit.record(alarmTold, {
    ...placeOfAlarm(alarm, site),
    payload: {
      ...(await aboutAlarm(unit.db, alarm, site)),
      ...recipients,
      rung,
      rungName: rungWords[rung].zh,
      text: alarm.evidence.text,
      advice: alarm.advice.zh,
      repeat,
      deadlineAt: alarm.deadline_at ?? '',
      late,
    },
  })
  const step = stepOf(context.reference.ladder, alarm.severity)
  const next = rung === 'site' ? repeatAt(step, unit.now, repeat + 1) : null
  if (next !== null) await setTimer(unit, alarm, 'repeat', repeat + 1, next)
}
type What = 'rung' | 'repeat' | 'deadline'
/** The version tells apart the timers of one life of an alarm from those of the next. */
const setTimer = (unit: Unit, alarm: AlarmRecord, what: What, n: number, dueAt: Instant, again = ''): Promise<void> =>
  unit.timers.set({
    kind: ALARM_TIMER,
    subjectId: alarm.id,
    rung: `${what} ${n} v${alarm.version}${again}`,
    dueAt,
    payload: { what, n },
  })

/** Sets what is to come of an alarm, and tells those whose time is now. Safe to repeat: nobody is told twice. */
export const announce = async (
  context: AlarmsContext,
  unit: Unit,
  alarm: AlarmRecord,
  site: SiteFacts,
): Promise<void> => {
  await silenceAlarm(unit, alarm.id)
  const step = stepOf(context.reference.ladder, alarm.severity)
  if (alarm.deadline_at !== null && !alarm.overdue)
    await setTimer(unit, alarm, 'deadline', 0, laterOf(alarm.deadline_at, unit.now))
  if (alarm.state !== 'open' || alarm.incident_id !== null) return
  const told = await toldOf(unit.db, alarm.id)
  const from = laterOf(unit.now, alarm.snoozed_until ?? unit.now)
  const times = told.filter((each) => each.rung === 0).length
  for (const [index, call] of callsOf(step, alarm.opened_at).entries()) {
    if (told.some((each) => each.rung === index)) continue
    const at = afterQuiet(laterOf(call.at, from), step.quiet)
    if (at <= unit.now) await tell(context, unit, alarm, site, call.rung, 0, false)
    else await setTimer(unit, alarm, 'rung', index, at)
  }
  const last = told.filter((each) => each.rung === 0).at(-1)
  const next = last === undefined ? null : repeatAt(step, last.at, times)
  if (next !== null) await setTimer(unit, alarm, 'repeat', times, afterQuiet(laterOf(next, from), step.quiet))
}
export const silenceAlarm = (unit: Unit, id: AlarmId): Promise<void> => unit.timers.cancelAll(ALARM_TIMER, id)

const overdue = async (
  context: AlarmsContext,
  unit: Unit,
  alarm: AlarmRecord,
  site: SiteFacts,
  late: boolean,
): Promise<void> => {
  await noteEscalation(unit.db, alarm.id, { escalation: rungs.length - 1, overdue: true })
  await unit.record(alarmOverdue, {
    ...placeOfAlarm(alarm, site),
    payload: {
      ...(await aboutAlarm(unit.db, alarm, site)),
      ...(await recipientsOf(context, unit, site, 'district')),
      rung: 'district',
      rungName: rungWords.district.zh,
      deadlineAt: alarm.deadline_at ?? '',
      late,
    },
  })
}
const factsOf = (payload: unknown): { readonly what: What; readonly n: number } =>
  payload as { readonly what: What; readonly n: number }

/** Fires what is still true: an alarm that ended, was taken up or sleeps tells nobody. */
export const alarmTimer = (context: AlarmsContext): TimerHandler => ({
  kind: ALARM_TIMER,
  fire: async (unit, timer) => {
    const alarm = await lockAlarm(unit.db, timer.subjectId as AlarmId)
    if (alarm === null || alarm.closed_at !== null || alarm.ended_at !== null) return
    const { what, n } = factsOf(timer.payload)
    const site = await siteOf(unit.db, alarm.site_id)
    if (what === 'deadline') return overdue(context, unit, alarm, site, timer.late)
    if (alarm.state !== 'open' || alarm.incident_id !== null) return
    const step = stepOf(context.reference.ladder, alarm.severity)
    const due = afterQuiet(laterOf(unit.now, alarm.snoozed_until ?? unit.now), step.quiet)
    if (due > unit.now) return setTimer(unit, alarm, what, n, due, ` from ${timer.dueAt}`)
    if (what === 'rung') await tell(context, unit, alarm, site, rungs[n] ?? 'district', 0, timer.late)
    else await tell(context, unit, alarm, site, 'site', n, timer.late)
  },
})
