/**
 * Special procedures (行政许可法 45 to 48): hearing, survey, tender, test, expert review. Proposed by one, approved by
 * another, told to the applicant in writing with the days that they take. Where the law lets the clock stand still it does so
 * by the pause engine; a survey on site is no ground of article 45, and the clock runs on.
 */
import { require } from '../../../../kernel/decision.ts'
import { type LocalDate, localDateOf } from '../../../../kernel/time.ts'
import type { TimerHandler, Unit } from '../../../../platform/platform.ts'
import type { ProcedureId, ProcedureKind } from '../../contract/consultation.ts'
import {
  hearingAsked,
  hearingLapsed,
  hearingNoticed,
  hearingOffered,
  procedureEnded,
  procedureEndMissing,
  procedureProposed,
  procedureRejected,
  procedureStarted,
} from '../../contract/events-consultation.ts'
import type { ItemRunId } from '../../contract.ts'
import {
  firstHearingDay,
  type HearingDays,
  type HearingFacts,
  lastHearingDay,
  lastRequestDay,
} from '../../model/consultation/hearing.ts'
import * as words from '../../model/consultation/refusals.ts'
import { procedureKindWords } from '../../model/consultation/words.ts'
import * as refuse from '../../model/refusals.ts'
import {
  mayDecideProcedure,
  mayEndProcedure,
  mayProposeProcedure,
  mayRequestHearing,
  mayScheduleHearing,
  type ProcedureFacts,
} from '../../policy/consultation.ts'
import type { ItemRunFacts } from '../../policy.ts'
import type { ItemRunRecord } from '../../store/item-runs.ts'
import {
  applicationOfProcedure,
  changeProcedure,
  insertProcedure,
  type ProcedureRecord,
  proceduresOf,
} from '../../store/meetings.ts'
import {
  type CaseFile,
  holdOf,
  itemRunOf,
  type LockedCase,
  lockCase,
  lockedFactsOfItemRun,
  lockItemRun,
  requirePerson,
  requireVersion,
} from '../case-file.ts'
import type { Context } from '../context.ts'
import { aboutItem, subjectOf } from '../event-facts.ts'
import { type AllowedGround, allowedGrounds, beginPause, endOf, endPause } from '../pauses.ts'
import { evaluateOpinions } from './ready.ts'

/** Wakes for a procedure: the days to ask for a hearing are over, or its announced end came without one on record. */
export const PROCEDURE_TIMER = 'approvals.procedure'
type Rung = 'request-over' | 'end-missing' | 'end-missing-supervisor'

export interface ProcedureTerms {
  readonly name: { readonly zh: string; readonly en: string }
  readonly maxDays: number
  readonly basis: string
  readonly certainty: string
  /** The ground on which the clock stands still; null where the law lets it run. */
  readonly ground: AllowedGround | null
}
/** What the data says of a kind of procedure for an item: the item's own figure goes before the general one. */
export const termsOfProcedure = (
  context: Context,
  run: ItemRunRecord,
  day: LocalDate,
  kind: ProcedureKind,
): ProcedureTerms => {
  const rule = context.rules.consultation.procedures.find((each) => each.kind === kind)
  const item = context.law.itemVersion(run.item_version_id)
  if (rule === undefined || item === null) throw refuse.groundNotAllowed({ ground: procedureKindWords[kind].zh })
  const ground = allowedGrounds(context, item, day).find((each) => each.id === rule.ground) ?? null
  return {
    name: rule.name,
    maxDays: ground?.maxDays ?? rule.maxDays,
    basis: ground?.basis ?? rule.source.basis,
    certainty: ground?.maxDays === null || ground === null ? rule.source.certainty : ground.certainty,
    ground,
  }
}
export const hearingDays = (context: Context): HearingDays => {
  const { request, hold, notice } = context.rules.consultation.hearing
  return { request: request.days, hold: hold.days, notice: notice.days }
}
export const hearingFacts = (procedure: ProcedureRecord): HearingFacts | null =>
  procedure.kind !== 'hearing' || procedure.decided_at === null
    ? null
    : {
        informedOn: localDateOf(procedure.decided_at),
        onRequest: procedure.on_request,
        requestedOn: procedure.steps.requestedOn ?? null,
        noticedOn: procedure.steps.noticedOn ?? null,
        hearingOn: procedure.steps.hearingOn ?? null,
        heldOn: procedure.steps.heldOn ?? null,
      }
/** The last day as announced; null before the procedure began. */
export const untilOf = (context: Context, procedure: ProcedureRecord): LocalDate | null =>
  procedure.began_at === null
    ? null
    : context.calendars().current.addWorkdays(localDateOf(procedure.began_at), procedure.days)

export const factsOfProcedure = (file: CaseFile, procedure: ProcedureRecord, run: ItemRunFacts): ProcedureFacts => ({
  applicantId: file.application.applicant_id,
  applicantName: file.application.applicant_name,
  createdBy: file.application.created_by,
  state: procedure.state,
  proposedBy: procedure.proposed_by,
  hearing:
    procedure.kind === 'hearing'
      ? { onRequest: procedure.on_request, requestedBy: procedure.steps.requestedBy ?? null }
      : null,
  run,
})
const about = (
  context: Context,
  file: CaseFile,
  run: ItemRunRecord,
  procedure: { readonly id: ProcedureId; readonly kind: ProcedureKind },
) => ({
  ...aboutItem(context, file, run),
  procedureId: procedure.id,
  procedure: procedure.kind,
  procedureName: procedureKindWords[procedure.kind].zh,
})

export const proposeProcedure = async (
  context: Context,
  unit: Unit,
  id: ItemRunId,
  input: { readonly kind: ProcedureKind; readonly reason: string; readonly days: number; readonly onRequest: boolean },
): Promise<void> => {
  const person = requirePerson(unit.actor)
  const { file, run } = await lockItemRun(context, unit, id)
  require(mayProposeProcedure(unit.actor, lockedFactsOfItemRun(context, unit, file, run)))
  const kindWords = procedureKindWords[input.kind]
  const isOpen = file.consultation.procedures.some(
    (each) =>
      each.item_run_id === id && each.kind === input.kind && (each.state === 'proposed' || each.state === 'running'),
  )
  if (isOpen) throw words.procedureOpen({ kind: kindWords.zh, kindEn: kindWords.en.toLowerCase() })
  const terms = termsOfProcedure(context, run, file.application.catalogue_day, input.kind)
  if (input.days > terms.maxDays)
    throw words.procedureTooLong({ kind: kindWords.zh, max: terms.maxDays, basis: terms.basis }, [
      { path: 'days', message: `最长${terms.maxDays}个工作日。` },
    ])
  const procedure = { id: unit.newId<'special-procedure'>(), kind: input.kind }
  await insertProcedure(unit.db, {
    ...procedure,
    application_id: file.application.id,
    item_run_id: id,
    reason: input.reason,
    days: input.days,
    on_request: input.kind === 'hearing' && input.onRequest,
    proposed_at: unit.now,
    proposed_by: person,
  })
  await unit.record(procedureProposed, {
    ...subjectOf(file.application),
    payload: { ...about(context, file, run, procedure), days: input.days },
    personal: { reason: input.reason },
  })
}

const lockProcedure = async (context: Context, unit: Unit, id: ProcedureId) => {
  const applicationId = await applicationOfProcedure(unit.db, id)
  if (applicationId === null) throw words.procedureMissing()
  const file = await lockCase(context, unit, applicationId)
  const procedure = file.consultation.procedures.find((each) => each.id === id)
  if (procedure === undefined) throw words.procedureMissing()
  const run = itemRunOf(file, procedure.item_run_id)
  return {
    file,
    procedure,
    run,
    facts: factsOfProcedure(file, procedure, lockedFactsOfItemRun(context, unit, file, run)),
  }
}

/** Approves or rejects. Approval begins it, except for a hearing that waits for a request: then the right is told. */
export const decideProcedure = async (
  context: Context,
  unit: Unit,
  id: ProcedureId,
  input: { readonly version: number; readonly approve: boolean; readonly remark: string },
): Promise<void> => {
  const person = requirePerson(unit.actor)
  const { file, procedure, run, facts } = await lockProcedure(context, unit, id)
  require(mayDecideProcedure(unit.actor, facts))
  await requireVersion(context, unit, procedure, input.version)
  const decided = { decided_at: unit.now, decided_by: person, remark: input.remark === '' ? null : input.remark }
  if (!input.approve) {
    if (input.remark === '') throw refuse.remarkNeeded({}, [{ path: 'remark', message: '请写明不同意的理由。' }])
    await changeProcedure(unit.db, id, person, unit.now, { ...decided, state: 'rejected' })
    await unit.record(procedureRejected, {
      ...subjectOf(file.application),
      payload: about(context, file, run, procedure),
      personal: { remark: input.remark },
    })
    await evaluateOpinions(context, unit, file, run)
    return
  }
  await changeProcedure(unit.db, id, person, unit.now, { ...decided, state: 'running' })
  if (!procedure.on_request) return begin(context, unit, file, run, procedure)
  const due = lastRequestDay(context.calendars().current, unit.today, hearingDays(context))
  await setTimer(unit, procedure, 'request-over', due)
  await unit.record(hearingOffered, {
    ...subjectOf(file.application),
    payload: { ...about(context, file, run, procedure), due },
  })
}
const setTimer = (unit: Unit, procedure: ProcedureRecord, rung: Rung, after: LocalDate): Promise<void> =>
  unit.timers.set({
    kind: PROCEDURE_TIMER,
    subjectId: procedure.id,
    rung: `${rung}:${after}`,
    dueAt: endOf(after),
    payload: { applicationId: procedure.application_id },
  })

/** Begins a procedure: the notice, the pause where the law has one, and the watch over its end. */
const begin = async (
  context: Context,
  unit: Unit,
  file: LockedCase,
  run: ItemRunRecord,
  procedure: ProcedureRecord,
): Promise<void> => {
  const terms = termsOfProcedure(context, run, file.application.catalogue_day, procedure.kind)
  const pauses = terms.ground !== null && file.book.leading(run.id) !== null
  const hold = holdOf(run, unit.today)
  if (pauses && hold !== null) throw refuse.alreadyPaused({ ground: hold.label.zh })
  await unit.record(procedureStarted, {
    ...subjectOf(file.application),
    payload: {
      ...about(context, file, run, procedure),
      days: procedure.days,
      basis: terms.basis,
      effect: pauses ? '期间停止计时' : terms.ground === null ? '期限照常计算' : '本事项不计时',
    },
  })
  const noticeId =
    terms.ground !== null && pauses
      ? await beginPause(context, unit, file, run, {
          ground: terms.ground.id,
          label: terms.ground.name,
          basis: terms.basis,
          days: procedure.days,
        })
      : null
  await changeProcedure(unit.db, procedure.id, requirePerson(unit.actor), unit.now, {
    began_at: unit.now,
    notice_id: noticeId,
  })
  const calendar = context.calendars().current
  const until = calendar.addWorkdays(unit.today, procedure.days)
  await setTimer(unit, procedure, 'end-missing', until)
  await setTimer(
    unit,
    procedure,
    'end-missing-supervisor',
    calendar.addWorkdays(until, context.rules.consultation.endMissing.graceDays),
  )
}

/** Somebody asks for the hearing, within the days of article 47; its own days begin now. */
export const requestHearing = async (
  context: Context,
  unit: Unit,
  id: ProcedureId,
  input: { readonly version: number; readonly by: string },
): Promise<void> => {
  const person = requirePerson(unit.actor)
  const { file, procedure, run, facts } = await lockProcedure(context, unit, id)
  require(mayRequestHearing(unit.actor, facts))
  await requireVersion(context, unit, procedure, input.version)
  const calendar = context.calendars().current
  const days = hearingDays(context)
  const due = lastRequestDay(calendar, localDateOf(procedure.decided_at ?? unit.now), days)
  if (unit.today > due) throw words.hearingRequestLate({ due, days: days.request })
  const byApplicant =
    unit.actor.kind === 'person' &&
    unit.actor.roles.some((held) => held.organisationId === file.application.applicant_id)
  const steps = {
    ...procedure.steps,
    requestedOn: unit.today,
    requestedBy: byApplicant ? file.application.applicant_name : input.by === '' ? '利害关系人' : input.by,
  }
  await changeProcedure(unit.db, id, person, unit.now, { steps })
  await unit.timers.cancelAll(PROCEDURE_TIMER, id)
  await unit.record(hearingAsked, {
    ...subjectOf(file.application),
    payload: { ...about(context, file, run, procedure), due: lastHearingDay(calendar, unit.today, days) },
  })
  await begin(context, unit, file, run, procedure)
}

/** Gives notice of time and place, so many workdays before (article 48), within the days of article 47. */
export const scheduleHearing = async (
  context: Context,
  unit: Unit,
  id: ProcedureId,
  input: { readonly version: number; readonly hearingOn: LocalDate; readonly place: string },
): Promise<void> => {
  const person = requirePerson(unit.actor)
  const { file, procedure, run, facts } = await lockProcedure(context, unit, id)
  require(mayScheduleHearing(unit.actor, facts))
  await requireVersion(context, unit, procedure, input.version)
  const calendar = context.calendars().current
  const days = hearingDays(context)
  const first = firstHearingDay(calendar, unit.today, days)
  const fault = [{ path: 'hearingOn', message: `请选择${first}以后的工作日。` }]
  if (!calendar.isWorkday(input.hearingOn)) throw words.hearingNotWorkday({ day: input.hearingOn }, fault)
  if (input.hearingOn < first) throw words.hearingTooSoon({ days: days.notice, first }, fault)
  const since = procedure.steps.requestedOn ?? localDateOf(procedure.decided_at ?? unit.now)
  const last = lastHearingDay(calendar, since, days)
  if (input.hearingOn > last) throw words.hearingTooLate({ days: days.hold, last }, fault)
  await changeProcedure(unit.db, id, person, unit.now, {
    steps: { ...procedure.steps, noticedOn: unit.today, hearingOn: input.hearingOn, place: input.place },
  })
  await unit.record(hearingNoticed, {
    ...subjectOf(file.application),
    payload: { ...about(context, file, run, procedure), on: input.hearingOn, place: input.place },
  })
}

/** Records the result: the procedure is over, and the clock runs again from now if it still stood still for it. */
export const endProcedure = async (
  context: Context,
  unit: Unit,
  id: ProcedureId,
  input: { readonly version: number; readonly result: string },
): Promise<void> => {
  const person = requirePerson(unit.actor)
  const { file, procedure, run, facts } = await lockProcedure(context, unit, id)
  require(mayEndProcedure(unit.actor, facts))
  await requireVersion(context, unit, procedure, input.version)
  const { hearingOn } = procedure.steps
  if (procedure.kind === 'hearing') {
    if (hearingOn === undefined) throw words.hearingNotScheduled()
    if (hearingOn > unit.today) throw words.hearingNotHeld({ day: hearingOn })
  }
  await changeProcedure(unit.db, id, person, unit.now, {
    state: 'ended',
    ended_at: unit.now,
    ended_by: person,
    result: input.result,
    ...(hearingOn === undefined ? {} : { steps: { ...procedure.steps, heldOn: hearingOn } }),
  })
  await unit.timers.cancelAll(PROCEDURE_TIMER, id)
  await unit.record(procedureEnded, {
    ...subjectOf(file.application),
    payload: about(context, file, run, procedure),
  })
  const hold = holdOf(run, unit.today)
  if (hold !== null && hold.noticeId === procedure.notice_id) await endPause(context, unit, file, run, null)
  await evaluateOpinions(context, unit, file, run)
}

/** Nobody asked for the hearing in time: it lapses. The announced end is over: told to the department, then the supervisor. */
export const procedureTimer = (context: Context): TimerHandler => ({
  kind: PROCEDURE_TIMER,
  fire: async (unit, timer) => {
    const id = timer.subjectId as ProcedureId
    const applicationId = await applicationOfProcedure(unit.db, id)
    if (applicationId === null) return
    const file = await lockCase(context, unit, applicationId)
    const procedure = (await proceduresOf(unit.db, applicationId)).find((each) => each.id === id)
    if (procedure === undefined || procedure.state !== 'running') return
    const run = itemRunOf(file, procedure.item_run_id)
    const rung = timer.rung.slice(0, timer.rung.indexOf(':')) as Rung
    if (rung === 'request-over') {
      if (procedure.steps.requestedOn !== undefined || procedure.decided_at === null) return
      const due = lastRequestDay(context.calendars().current, localDateOf(procedure.decided_at), hearingDays(context))
      if (due >= unit.today) return setTimer(unit, procedure, 'request-over', due)
      await changeProcedure(unit.db, id, null, unit.now, { state: 'lapsed', ended_at: unit.now })
      await unit.record(hearingLapsed, {
        ...subjectOf(file.application),
        payload: { ...about(context, file, run, procedure), due },
      })
      await evaluateOpinions(context, unit, file, run)
      return
    }
    const until = untilOf(context, procedure)
    if (until === null) return
    // The calendar moved the announced end on: the watch moves with it.
    if (rung === 'end-missing' && until >= unit.today) return setTimer(unit, procedure, rung, until)
    await unit.record(procedureEndMissing, {
      ...subjectOf(file.application),
      payload: { ...about(context, file, run, procedure), until, rung, late: timer.late },
    })
  },
})
