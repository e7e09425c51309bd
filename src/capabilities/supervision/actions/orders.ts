/** Raising, answering, rechecking and closing rectification orders. */
import { require } from '../../../kernel/decision.ts'
import { addDays, type LocalDate, yearOf } from '../../../kernel/time.ts'
import type { Unit } from '../../../platform/platform.ts'
import type { AlarmId } from '../../monitoring/contract/alarms.ts'
import {
  orderClosed,
  orderExtended,
  orderIssued,
  orderReplied,
  orderReturned,
  orderWithdrawn,
} from '../contract/events.ts'
import type { Evidence, OrderId } from '../contract.ts'
import * as refuse from '../model/refusals.ts'
import { categoryOfRule } from '../model/rules.ts'
import * as policy from '../policy.ts'
import {
  changeOrder,
  insertOrder,
  lockAlarmOrder,
  nextNumber,
  type OrderRecord,
  orderOfAlarm,
  type Round,
} from '../store.ts'
import {
  aboutOrder,
  type Case,
  type Context,
  entryOf,
  evidenceOf,
  lockCase,
  type Place,
  placeOf,
  requirePerson,
} from './context.ts'
import { ORDER_TIMER, setDueTimers } from './timers.ts'

const requireDue = (context: Context, unit: Unit, dueOn: LocalDate): void => {
  const latest = addDays(unit.today, context.rules.longestDays)
  if (dueOn < unit.today || dueOn > latest)
    throw refuse.duePast({ today: unit.today, latest }, [{ path: 'dueOn', message: '请调整整改期限。' }])
}
interface Wish {
  readonly alarmId: AlarmId | null
  readonly alarmText: string | null
  readonly category: string
  readonly title: string
  readonly text: string
  readonly dueOn: LocalDate
  readonly files: readonly Evidence[]
}
const issue = async (context: Context, unit: Unit, place: Place, wish: Wish): Promise<OrderId> => {
  requireDue(context, unit, wish.dueOn)
  const { site, project } = place
  const year = yearOf(unit.today)
  const row: OrderRecord = {
    id: unit.newId<'rectification-order'>(),
    number: `整改〔${year}〕${String(await nextNumber(unit.db, year)).padStart(4, '0')}`,
    site_id: site.siteId,
    project_id: site.projectId,
    alarm_id: wish.alarmId,
    alarm_text: wish.alarmText,
    category: wish.category,
    title: wish.title,
    text: wish.text,
    files: wish.files,
    department: place.facts.department,
    organisation_id: site.contractorId ?? project.ownerOrganisationId,
    state: 'issued',
    round: 1,
    due_on: wish.dueOn,
    overdue: false,
    rounds: [{ round: 1, dueOn: wish.dueOn, reply: null, recheck: null }],
    raised_at: unit.now,
    raised_by: requirePerson(unit.actor),
    closed_at: null,
    closed_by: null,
    withdrawn_reason: '',
    version: 1,
  }
  await insertOrder(unit.db, row)
  await setDueTimers(unit, row, context.rules.remindDaysBefore)
  const found: Case = { row, ...place }
  await unit.record(orderIssued, {
    ...entryOf(found),
    payload: { ...aboutOrder(context, found), alarmId: row.alarm_id ?? '' },
    personal: { title: row.title, text: row.text },
  })
  if (row.alarm_id !== null)
    await context.alarmsWriter.noteOrder(unit, row.alarm_id, { orderId: row.id, number: row.number })
  return row.id
}
const openPlace = async (context: Context, unit: Unit, siteId: string): Promise<Place> => {
  const place = await placeOf(context, unit.db, siteId, unit.today)
  if (place === null) throw refuse.siteMissing({}, [{ path: 'siteId', message: '请从列表选择工地。' }])
  if (place.site.state === 'ended') throw refuse.siteEnded({ site: place.site.name })
  require(policy.mayRaise(unit.actor, place.facts))
  return place
}
export const raiseOrder = async (
  context: Context,
  unit: Unit,
  input: {
    readonly siteId: string
    readonly alarmId: AlarmId | null
    readonly category: string
    readonly title: string
    readonly text: string
    readonly dueOn: LocalDate
    readonly uploadIds: readonly string[]
  },
): Promise<OrderId> => {
  const place = await openPlace(context, unit, input.siteId)
  if (!context.rules.categories.some((each) => each.code === input.category))
    throw refuse.categoryUnknown({}, [{ path: 'category', message: '请从列表选择。' }])
  const files = await evidenceOf(context, unit, input.uploadIds)
  const { alarmId } = input
  if (alarmId === null) return issue(context, unit, place, { ...input, alarmText: null, files })
  await lockAlarmOrder(unit.db, alarmId)
  const there = await orderOfAlarm(unit.db, alarmId)
  if (there !== null) return there.id
  const alarm = await context.alarms.alarm(unit.db, alarmId)
  if (alarm === null) throw refuse.alarmMissing()
  if (alarm.siteId !== place.site.siteId) throw refuse.alarmOfOtherSite()
  if (alarm.closedAt !== null) throw refuse.alarmClosed()
  return issue(context, unit, place, { ...input, alarmText: alarm.text, files })
}
export const raiseFromAlarm = async (
  context: Context,
  unit: Unit,
  alarmId: AlarmId,
  input: { readonly dueOn?: LocalDate | undefined; readonly text: string },
): Promise<OrderId> => {
  await lockAlarmOrder(unit.db, alarmId)
  const alarm = await context.alarms.alarm(unit.db, alarmId)
  if (alarm === null) throw refuse.alarmMissing()
  const place = await openPlace(context, unit, alarm.siteId)
  const there = await orderOfAlarm(unit.db, alarmId)
  if (there !== null) return there.id
  if (alarm.closedAt !== null) throw refuse.alarmClosed()
  return issue(context, unit, place, {
    alarmId,
    alarmText: alarm.text,
    category: categoryOfRule(context.rules, alarm.ruleKey),
    title: alarm.ruleName.zh,
    text: input.text === '' ? `${alarm.text}。${alarm.advice.zh}` : input.text,
    dueOn: input.dueOn ?? addDays(unit.today, context.rules.defaultDays[alarm.severity]),
    files: [],
  })
}

const withLast = (rounds: readonly Round[], change: Partial<Round>): readonly Round[] =>
  rounds.map((round, index) => (index === rounds.length - 1 ? { ...round, ...change } : round))

export const replyOrder = async (
  context: Context,
  unit: Unit,
  id: OrderId,
  input: { readonly version: number; readonly text: string; readonly uploadIds: readonly string[] },
): Promise<void> => {
  const found = await lockCase(context, unit, id, input.version)
  const { row } = found
  require(policy.mayReply(unit.actor, found.facts, row.state))
  const files = await evidenceOf(context, unit, input.uploadIds)
  if (files.length === 0) throw refuse.replyNeedsPhoto({}, [{ path: 'uploadIds', message: '请上传整改后的照片。' }])
  const late = unit.today > row.due_on
  const by = requirePerson(unit.actor)
  await changeOrder(unit.db, id, {
    state: 'replied',
    rounds: withLast(row.rounds, { reply: { text: input.text, files, at: unit.now, by, late } }),
  })
  await unit.timers.cancelAll(ORDER_TIMER, id)
  await unit.record(orderReplied, {
    ...entryOf(found),
    payload: { ...aboutOrder(context, found), files: files.length, late },
    personal: { text: input.text },
  })
}
export const recheckOrder = async (
  context: Context,
  unit: Unit,
  id: OrderId,
  input: {
    readonly version: number
    readonly pass: boolean
    readonly text: string
    readonly uploadIds: readonly string[]
    readonly dueOn?: LocalDate | undefined
  },
): Promise<void> => {
  const found = await lockCase(context, unit, id, input.version)
  const { row } = found
  require(policy.mayRecheck(unit.actor, found.facts, row.state))
  const by = requirePerson(unit.actor)
  const files = await evidenceOf(context, unit, input.uploadIds)
  const recheck = { text: input.text, files, at: unit.now, by, pass: input.pass }
  const rounds = withLast(row.rounds, { recheck })
  if (input.pass) return closeOrder(context, unit, found, rounds)
  const dueOn = input.dueOn ?? addDays(unit.today, context.rules.defaultDays[3])
  requireDue(context, unit, dueOn)
  const round = row.round + 1
  const after = await changeOrder(unit.db, id, {
    state: 'issued',
    round,
    due_on: dueOn,
    overdue: false,
    rounds: [...rounds, { round, dueOn, reply: null, recheck: null }],
  })
  await setDueTimers(unit, after, context.rules.remindDaysBefore)
  await unit.record(orderReturned, {
    ...entryOf(found),
    payload: aboutOrder(context, { ...found, row: after }),
    personal: { text: input.text },
  })
}
const closeOrder = async (context: Context, unit: Unit, found: Case, rounds: readonly Round[]): Promise<void> => {
  const { row, project } = found
  await changeOrder(unit.db, row.id, {
    state: 'closed',
    rounds,
    closed_at: unit.now,
    closed_by: requirePerson(unit.actor),
  })
  await unit.timers.cancelAll(ORDER_TIMER, row.id)
  await unit.record(orderClosed, {
    ...entryOf(found),
    visibility: project.published ? 'public' : 'parties',
    payload: {
      ...aboutOrder(context, found),
      late: rounds.some((round) => round.reply?.late === true),
    },
  })
  if (row.alarm_id !== null)
    await context.alarmsWriter.close(unit, row.alarm_id, 'rectified', `整改单 ${row.number} 复查通过`)
}
export const extendOrder = async (
  context: Context,
  unit: Unit,
  id: OrderId,
  input: { readonly version: number; readonly dueOn: LocalDate; readonly reason: string },
): Promise<void> => {
  const found = await lockCase(context, unit, id, input.version)
  require(policy.mayExtend(unit.actor, found.facts, found.row.state))
  requireDue(context, unit, input.dueOn)
  const after = await changeOrder(unit.db, id, {
    due_on: input.dueOn,
    overdue: false,
    rounds: withLast(found.row.rounds, { dueOn: input.dueOn }),
  })
  if (after.state === 'issued') await setDueTimers(unit, after, context.rules.remindDaysBefore)
  await unit.record(orderExtended, {
    ...entryOf(found),
    payload: { ...aboutOrder(context, { ...found, row: after }), before: found.row.due_on },
    personal: { reason: input.reason },
  })
}
export const withdrawOrder = async (
  context: Context,
  unit: Unit,
  id: OrderId,
  input: { readonly version: number; readonly reason: string },
): Promise<void> => {
  const found = await lockCase(context, unit, id, input.version)
  require(policy.mayWithdraw(unit.actor, found.facts, found.row.state))
  await changeOrder(unit.db, id, { state: 'withdrawn', withdrawn_reason: input.reason, overdue: false })
  await unit.timers.cancelAll(ORDER_TIMER, id)
  await unit.record(orderWithdrawn, {
    ...entryOf(found),
    payload: aboutOrder(context, found),
    personal: { reason: input.reason },
  })
}
