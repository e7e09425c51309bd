/** What people do with alarms. */
import { require } from '../../../../kernel/decision.ts'
import { addMs, msOf } from '../../../../kernel/time.ts'
import type { Unit } from '../../../../platform/platform.ts'
import {
  alarmAcknowledged,
  alarmClosed,
  alarmCommented,
  alarmDisposing,
  alarmSnoozed,
} from '../../contract/alarm-events.ts'
import type { AlarmId } from '../../contract/alarms.ts'
import { type CloseReason, closeReasonWords } from '../../model/alarms/states.ts'
import { withoutAlarm } from '../../model/rules/engine/checkpoint.ts'
import * as policy from '../../policy/alarms.ts'
import { changeAlarm, foldedOf, insertComment } from '../../store/alarms/alarms.ts'
import type { AlarmRecord } from '../../store/alarms/tables.ts'
import { readStates, stateVersions, writeStates } from '../../store/rules/states.ts'
import { armSilence } from '../rules/timers.ts'
import { announce, silenceAlarm } from './announce.ts'
import { type AlarmsContext, aboutAlarm, type Case, lockCase, personOf, placeOfAlarm } from './context.ts'

const withNote = (note: string) => (note === '' ? {} : { personal: { note } })
const activeFolded = async (unit: Unit, alarm: AlarmRecord): Promise<readonly AlarmRecord[]> =>
  alarm.device_id === null
    ? (await foldedOf(unit.db, alarm.id)).filter((each) => each.closed_at === null && each.ended_at === null)
    : []

export const acknowledge = async (
  context: AlarmsContext,
  unit: Unit,
  id: AlarmId,
  input: { readonly version: number; readonly note: string },
): Promise<void> => {
  const { alarm, site, facts } = await lockCase(context, unit, id, input.version)
  require(policy.mayAcknowledge(unit.actor, facts))
  const by = personOf(unit.actor)
  const taken = { state: 'acknowledged', acknowledged_at: unit.now, acknowledged_by: by } as const
  const after = await changeAlarm(unit.db, id, taken)
  for (const each of await activeFolded(unit, alarm))
    if (each.state === 'open') await changeAlarm(unit.db, each.id, taken)
  await announce(context, unit, after, site)
  await unit.record(alarmAcknowledged, {
    ...placeOfAlarm(alarm, site),
    payload: await aboutAlarm(unit.db, alarm, site),
    ...withNote(input.note),
  })
}
/** Whoever takes it in hand has acknowledged it. */
const takeInHand = async (context: AlarmsContext, unit: Unit, { alarm, site }: Case, note: string) => {
  const by = personOf(unit.actor)
  const after = await changeAlarm(unit.db, alarm.id, {
    state: 'disposing',
    disposing_at: unit.now,
    disposing_by: by,
    acknowledged_at: alarm.acknowledged_at ?? unit.now,
    acknowledged_by: alarm.acknowledged_by ?? by,
  })
  await announce(context, unit, after, site)
  await unit.record(alarmDisposing, {
    ...placeOfAlarm(alarm, site),
    payload: await aboutAlarm(unit.db, alarm, site),
    ...withNote(note),
  })
}
export const dispose = async (
  context: AlarmsContext,
  unit: Unit,
  id: AlarmId,
  input: { readonly version: number; readonly note: string },
): Promise<void> => {
  const found = await lockCase(context, unit, id, input.version)
  require(policy.mayDispose(unit.actor, found.facts))
  await takeInHand(context, unit, found, input.note)
}

/** The rule looks at the device afresh: what lasts is raised again after its time. */
export const lookAfresh = async (unit: Unit, alarm: AlarmRecord): Promise<void> => {
  if (alarm.device_id === null || alarm.ended_at !== null) return
  const key = { siteId: alarm.site_id, deviceId: alarm.device_id }
  await stateVersions(unit.db, [key], true)
  const stored = (await readStates(unit.db, [key])).get(alarm.device_id)
  if (stored === undefined) return
  const states = withoutAlarm(stored.states, alarm.rule_key, msOf(unit.now))
  if (states !== stored.states) await writeStates(unit.db, [{ ...key, states }])
}
const closeOne = async (
  unit: Unit,
  { alarm, site }: Pick<Case, 'alarm' | 'site'>,
  reason: CloseReason,
  text: string,
): Promise<void> => {
  await lookAfresh(unit, alarm)
  await changeAlarm(unit.db, alarm.id, {
    state: 'closed',
    closed_at: unit.now,
    closed_by: unit.actor.kind === 'person' ? unit.actor.personId : null,
    reason,
    reason_text: text,
    snoozed_until: null,
  })
  await silenceAlarm(unit, alarm.id)
  if (alarm.evidence.kind === 'stale') await armSilence(unit)
  await unit.record(alarmClosed, {
    ...placeOfAlarm(alarm, site),
    payload: { ...(await aboutAlarm(unit.db, alarm, site)), reason, reasonName: closeReasonWords[reason].zh },
    ...(text === '' ? {} : { personal: { text } }),
  })
}
export const closeCase = async (unit: Unit, found: Case, reason: CloseReason, text: string): Promise<void> => {
  const folded = await activeFolded(unit, found.alarm)
  await closeOne(unit, found, reason, text)
  for (const alarm of folded) await closeOne(unit, { alarm, site: found.site }, reason, text)
}
export const close = async (
  context: AlarmsContext,
  unit: Unit,
  id: AlarmId,
  input: { readonly version: number; readonly reason: CloseReason; readonly text: string },
): Promise<void> => {
  const found = await lockCase(context, unit, id, input.version)
  require(policy.mayClose(unit.actor, found.facts, context.reference.ladder))
  await closeCase(unit, found, input.reason, input.text)
}

export const snooze = async (
  context: AlarmsContext,
  unit: Unit,
  id: AlarmId,
  input: { readonly version: number; readonly minutes: number; readonly reason: string },
): Promise<void> => {
  const { alarm, site, facts } = await lockCase(context, unit, id, input.version)
  require(policy.maySnooze(unit.actor, facts, context.reference.ladder, input.minutes))
  const until = input.minutes === 0 ? null : addMs(unit.now, input.minutes * 60_000)
  const after = await changeAlarm(unit.db, id, {
    snoozed_until: until,
    snooze_reason: until === null ? '' : input.reason,
  })
  await announce(context, unit, after, site)
  await unit.record(alarmSnoozed, {
    ...placeOfAlarm(alarm, site),
    payload: { ...(await aboutAlarm(unit.db, alarm, site)), until: until ?? '' },
    personal: { reason: input.reason },
  })
}
export const comment = async (context: AlarmsContext, unit: Unit, id: AlarmId, text: string): Promise<void> => {
  const { alarm, site, facts } = await lockCase(context, unit, id, null)
  require(policy.mayComment(unit.actor, facts))
  await insertComment(unit.db, {
    id: unit.newId<'comment'>(),
    alarm_id: id,
    at: unit.now,
    by: personOf(unit.actor),
    text,
  })
  await unit.record(alarmCommented, {
    ...placeOfAlarm(alarm, site),
    payload: await aboutAlarm(unit.db, alarm, site),
    personal: { text },
  })
}
