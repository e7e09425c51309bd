/**
 * Withdrawal of an application: asked by the applicant, confirmed by the window. A refused one leaves everything as it was:
 * holds, pauses and ledgers are not touched, and where the law data lets clocks stand still meanwhile exactly those go on.
 */
import { require } from '../../../../kernel/decision.ts'
import type { Unit } from '../../../../platform/platform.ts'
import { withdrawalRefused, withdrawalRequested, withdrawn } from '../../contract/events-after.ts'
import type { ApplicationId, ClockId } from '../../contract.ts'
import * as refuse from '../../model/after-refusals.ts'
import { pauseClock } from '../../model/clock/commands.ts'
import { calendarOf } from '../../model/clock-view.ts'
import { openItemRunStates, openOpinionTaskStates } from '../../model/lifecycle.ts'
import * as base from '../../model/refusals.ts'
import { mayDecideWithdrawal, mayRequestWithdrawal, type WithdrawalFacts } from '../../policy/after.ts'
import { changeWithdrawal, insertWithdrawal } from '../../store/after.ts'
import { changeApplication } from '../../store/applications.ts'
import { changeItemRun, changeOpinionTask } from '../../store/item-runs.ts'
import { type CaseFile, type LockedCase, lockCase, requirePerson } from '../case-file.ts'
import type { Context } from '../context.ts'
import { aboutApplication, subjectOf } from '../event-facts.ts'
import { PAUSE_END_TIMER } from '../pauses.ts'

/** The ground under which clocks stand still while a withdrawal waits, where the data says that they do. */
const GROUND = 'withdrawal'

export const factsOfWithdrawal = (file: CaseFile): WithdrawalFacts => ({
  applicantId: file.application.applicant_id,
  applicantName: file.application.applicant_name,
  createdBy: file.application.created_by,
  state: file.application.state,
  pendingBy: file.withdrawal?.requested_by ?? null,
})

const pauseAll = async (
  context: Context,
  unit: Unit,
  file: LockedCase,
  withdrawalId: string,
): Promise<readonly ClockId[]> => {
  const { label, source } = context.after.withdrawal
  const ground = { code: GROUND, name: label, basis: source.basis, untilRequired: false }
  const paused: ClockId[] = []
  for (const clock of file.book.open()) {
    if (file.book.derived(clock).overdueBy > 0) continue
    const terms = { ...clock.terms, grounds: [...clock.terms.grounds, ground] }
    const calendar = calendarOf(context.calendars(), clock.terms, clock.ledger)
    await file.book.append(
      clock,
      pauseClock(terms, clock.ledger, calendar, unit.now, {
        occurredAt: unit.now,
        ground: GROUND,
        approvedBy: source.basis,
        noticeId: `withdrawal:${withdrawalId}`,
        holder: 'applicant',
        until: null,
      }),
    )
    paused.push(clock.id)
  }
  await file.book.close()
  return paused
}

export const requestWithdrawal = async (
  context: Context,
  unit: Unit,
  id: ApplicationId,
  reason: string,
): Promise<void> => {
  const person = requirePerson(unit.actor)
  const file = await lockCase(context, unit, id)
  require(mayRequestWithdrawal(unit.actor, factsOfWithdrawal(file)))
  const withdrawalId = unit.newId<'withdrawal'>()
  const paused = context.after.withdrawal.pausesClocks ? await pauseAll(context, unit, file, withdrawalId) : []
  await insertWithdrawal(unit.db, {
    id: withdrawalId,
    application_id: id,
    project_id: file.application.project_id,
    stage: file.application.stage,
    state: 'requested',
    reason,
    requested_at: unit.now,
    requested_by: person,
    paused_clocks: paused,
  })
  await unit.record(withdrawalRequested, {
    ...subjectOf(file.application),
    payload: { ...aboutApplication(context, file.application), withdrawalId },
    personal: { reason },
  })
}

export const decideWithdrawal = async (
  context: Context,
  unit: Unit,
  id: ApplicationId,
  input: { readonly version: number; readonly confirm: boolean; readonly remark: string },
): Promise<void> => {
  const person = requirePerson(unit.actor)
  const file = await lockCase(context, unit, id)
  require(mayDecideWithdrawal(unit.actor, factsOfWithdrawal(file)))
  const { withdrawal } = file
  if (withdrawal === null || withdrawal.version !== input.version) throw refuse.noWithdrawal()
  if (!input.confirm && input.remark === '')
    throw base.remarkNeeded({}, [{ path: 'remark', message: '请写明不同意撤回的理由。' }])
  await changeWithdrawal(unit.db, withdrawal.id, {
    state: input.confirm ? 'confirmed' : 'refused',
    decided_at: unit.now,
    decided_by: person,
    remark: input.remark,
  })
  const payload = { ...aboutApplication(context, file.application), withdrawalId: withdrawal.id }
  if (!input.confirm) {
    for (const clockId of withdrawal.paused_clocks) {
      const clock = file.book.get(clockId)
      const notice = `withdrawal:${withdrawal.id}`
      if (clock !== null && file.book.derived(clock).openPauses.includes(notice)) await file.book.resume(clock, notice)
    }
    await file.book.close()
    await unit.record(withdrawalRefused, {
      ...subjectOf(file.application),
      payload,
      personal: { remark: input.remark },
    })
    return
  }
  await endApplication(context, unit, file)
  await unit.record(withdrawn, {
    ...subjectOf(file.application),
    payload: { ...payload, withdrawnOn: unit.today },
  })
}

/** Everything still open ends; what was decided before stays decided. */
const endApplication = async (_context: Context, unit: Unit, file: LockedCase): Promise<void> => {
  const person = requirePerson(unit.actor)
  await file.book.cancel(file.book.open(), '申请人撤回申请')
  for (const task of file.tasks)
    if (openOpinionTaskStates.includes(task.state))
      await changeOpinionTask(unit.db, task.id, person, unit.now, { state: 'cancelled' })
  for (const run of file.itemRuns) {
    if (!openItemRunStates.includes(run.state)) continue
    await unit.timers.cancelAll(PAUSE_END_TIMER, run.id)
    await changeItemRun(unit.db, run.id, person, unit.now, { state: 'cancelled', hold: null, proposal: null })
  }
  await changeApplication(unit.db, file.application.id, person, unit.now, { state: 'withdrawn', closed_at: unit.now })
  await file.book.close()
}
