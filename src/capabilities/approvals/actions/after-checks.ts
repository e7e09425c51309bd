/** 事后核查: what was promised instead of proven is looked at after the decision, and the applicant may answer. */
import { require } from '../../../kernel/decision.ts'
import { addMonths, type LocalDate } from '../../../kernel/time.ts'
import type { Unit } from '../../../platform/platform.ts'
import {
  afterCheckAnswered,
  afterCheckFound,
  afterCheckOpened,
  afterCheckSettled,
  revocationProposed,
} from '../contract/events-undertakings.ts'
import type { Outcome } from '../contract.ts'
import type { Clock } from '../model/clock/clock.ts'
import { startClock } from '../model/clock/commands.ts'
import { deriveClock } from '../model/clock/derive.ts'
import { planClock } from '../model/clock-plan.ts'
import * as refuse from '../model/refusals/undertakings.ts'
import { afterCheckResultWords, settlementWords, variantOf } from '../model/undertakings.ts'
import { type AfterCheckFacts, mayAnswerCheck, mayRecordCheck, maySettleCheck } from '../policy/undertakings.ts'
import { afterCheck, applicationOfAfterCheck, changeAfterCheck, insertAfterCheck } from '../store/after-checks.ts'
import type { ItemRunRecord } from '../store/item-runs.ts'
import type { AfterCheckId, AfterCheckRecord } from '../store/undertaking-tables.ts'
import { type CaseFile, itemRunOf, type LockedCase, lockCase, requirePerson, requireVersion } from './case-file.ts'
import type { Context } from './context.ts'
import { proposeCredit } from './credit.ts'
import { aboutApplication, subjectOf } from './event-facts.ts'

/** On a decision in favour of an item that was applied for by commitment: opens the check with its own clock. */
export const openAfterCheck = async (
  context: Context,
  unit: Unit,
  file: LockedCase,
  run: ItemRunRecord,
  outcome: Outcome,
): Promise<void> => {
  const signed = file.commitments.find((each) => each.kind === 'substitute' && each.item_id === run.item_id)
  const variant = variantOf(context.undertakings.commitments, run.item_id)
  if (outcome === 'refused' || signed === undefined || variant === null) return
  const rule = variant.afterCheck
  const plan = planClock(
    // The department's own duty: its time is the authority's.
    'department',
    { days: rule.days, unit: rule.unit, citation: rule.source, extension: null },
    { grounds: [], calendarVersion: context.calendars().current.version, rules: context.rules },
  )
  const clock =
    plan === null
      ? null
      : await file.book.start({
          purpose: 'after-check',
          department: run.department,
          label: { zh: `事后核查:${run.item_name.zh}`, en: `Check afterwards: ${run.item_name.en}` },
          plan,
        })
  const id = unit.newId<'after-check'>()
  await insertAfterCheck(unit.db, {
    id,
    application_id: file.application.id,
    item_run_id: run.id,
    project_id: run.project_id,
    commitment_id: signed.id,
    department: run.department,
    state: 'open',
    changed_at: unit.now,
    changed_by: null,
    opened_at: unit.now,
    clock_id: clock?.id ?? null,
    rule,
    result: null,
    finding: null,
    measures: [],
    checked_at: null,
    checked_by: null,
    answer_until: null,
    answer: null,
    answered_at: null,
    answered_by: null,
    settlement: null,
    settled_text: null,
    settled_at: null,
    settled_by: null,
  })
  await unit.record(afterCheckOpened, {
    ...subjectOf(file.application),
    payload: {
      ...aboutApplication(context, file.application),
      ...aboutCheck(file, run, id),
      due: clock === null ? null : file.book.derived(clock).due,
    },
  })
}
const aboutCheck = (file: CaseFile, run: ItemRunRecord, id: AfterCheckId) => ({
  afterCheckId: id,
  itemRunId: run.id,
  itemName: run.item_name.zh,
  departmentName: file.departments.name(run.department),
})
export const factsOfCheck = (file: CaseFile, row: AfterCheckRecord, today: LocalDate): AfterCheckFacts => ({
  applicantId: file.application.applicant_id,
  applicantName: file.application.applicant_name,
  department: row.department,
  departmentName: file.departments.name(row.department),
  state: row.state,
  checkedBy: row.checked_by,
  answerUntil: row.answer_until,
  today,
})
const lockCheck = async (
  context: Context,
  unit: Unit,
  id: AfterCheckId,
): Promise<{ file: LockedCase; row: AfterCheckRecord; run: ItemRunRecord }> => {
  const applicationId = await applicationOfAfterCheck(unit.db, id)
  if (applicationId === null) throw refuse.afterCheckMissing()
  const file = await lockCase(context, unit, applicationId)
  const row = await afterCheck(unit.db, id)
  if (row === null) throw refuse.afterCheckMissing()
  return { file, row, run: itemRunOf(file, row.item_run_id) }
}

/** Last day to answer: working days after today. */
const answerUntil = (context: Context, unit: Unit): LocalDate => {
  const { current } = context.calendars()
  const terms: Clock = {
    kind: 'applicant',
    unit: 'workday',
    budget: context.undertakings.commitments.answerDays,
    roll: 'none',
    calendarVersion: current.version,
    warnAt: 0,
    grounds: [],
    extension: null,
    recording: { lateAfterMinutes: 0, backdateDays: 0 },
  }
  const start = startClock(terms, [], current, unit.now, { occurredAt: unit.now })
  return deriveClock(terms, [start], current, unit.now).due ?? unit.today
}

export interface CheckResult {
  readonly version: number
  readonly result: 'true' | 'false' | 'not-kept'
  readonly finding: string
  readonly measures: readonly ('correct' | 'revoke' | 'credit-mark')[]
}
/** Enters what was found. A true commitment ends here; otherwise the applicant is told and may answer. */
export const recordAfterCheck = async (
  context: Context,
  unit: Unit,
  id: AfterCheckId,
  input: CheckResult,
): Promise<void> => {
  const person = requirePerson(unit.actor)
  const { file, row, run } = await lockCheck(context, unit, id)
  require(mayRecordCheck(unit.actor, factsOfCheck(file, row, unit.today)))
  await requireVersion(context, unit, row, input.version)
  const kept = input.result === 'true'
  if (!kept && input.measures.length === 0)
    throw refuse.measuresNeeded({}, [{ path: 'measures', message: '请至少选择一项。' }])
  if (kept && input.measures.length > 0)
    throw refuse.measuresNotAllowed({}, [{ path: 'measures', message: '请取消选择。' }])
  const until = kept ? null : answerUntil(context, unit)
  const clock = row.clock_id === null ? null : file.book.get(row.clock_id)
  if (clock !== null && file.book.derived(clock).state === 'running') await file.book.stop([clock])
  await changeAfterCheck(unit.db, id, person, unit.now, {
    state: kept ? 'settled' : 'found',
    result: input.result,
    finding: input.finding,
    measures: [...new Set(input.measures)],
    checked_at: unit.now,
    checked_by: person,
    answer_until: until,
    ...(kept ? { settlement: 'closed', settled_at: unit.now, settled_by: person, settled_text: '承诺属实' } : {}),
  })
  await file.book.close()
  await unit.record(afterCheckFound, {
    ...subjectOf(file.application),
    payload: {
      ...aboutApplication(context, file.application),
      ...aboutCheck(file, run, id),
      result: input.result,
      resultName: `${afterCheckResultWords[input.result].zh}${until === null ? '' : `,可以在${until}前陈述、申辩`}`,
      measures: [...input.measures],
      answerUntil: until,
    },
    personal: { finding: input.finding },
  })
}
export const answerAfterCheck = async (
  context: Context,
  unit: Unit,
  id: AfterCheckId,
  input: { readonly version: number; readonly text: string },
): Promise<void> => {
  const person = requirePerson(unit.actor)
  const { file, row, run } = await lockCheck(context, unit, id)
  require(mayAnswerCheck(unit.actor, factsOfCheck(file, row, unit.today)))
  await requireVersion(context, unit, row, input.version)
  await changeAfterCheck(unit.db, id, person, unit.now, {
    state: 'answered',
    answer: input.text,
    answered_at: unit.now,
    answered_by: person,
  })
  await unit.record(afterCheckAnswered, {
    ...subjectOf(file.application),
    payload: { ...aboutApplication(context, file.application), ...aboutCheck(file, run, id) },
    personal: { text: input.text },
  })
}
/** Settles after the applicant was heard: nothing, putting right, or a proposal to revoke; a mark is only ever proposed. */
export const settleAfterCheck = async (
  context: Context,
  unit: Unit,
  id: AfterCheckId,
  input: { readonly version: number; readonly settlement: 'closed' | 'correct' | 'revoke'; readonly text: string },
): Promise<void> => {
  const person = requirePerson(unit.actor)
  const { file, row, run } = await lockCheck(context, unit, id)
  require(maySettleCheck(unit.actor, factsOfCheck(file, row, unit.today)))
  await requireVersion(context, unit, row, input.version)
  await changeAfterCheck(unit.db, id, person, unit.now, {
    state: 'settled',
    settlement: input.settlement,
    settled_text: input.text,
    settled_at: unit.now,
    settled_by: person,
  })
  await unit.record(afterCheckSettled, {
    ...subjectOf(file.application),
    payload: {
      ...aboutApplication(context, file.application),
      ...aboutCheck(file, run, id),
      settlement: input.settlement,
      settlementName: settlementWords[input.settlement].zh,
    },
    personal: { text: input.text },
  })
  if (input.settlement === 'closed') return
  const found = row.result === null ? '' : afterCheckResultWords[row.result].zh
  const reason = `告知承诺事后核查${found}`
  if (input.settlement === 'revoke' && run.document_number !== null)
    await unit.record(revocationProposed, {
      ...subjectOf(file.application),
      payload: {
        ...aboutApplication(context, file.application),
        itemRunId: run.id,
        itemName: run.item_name.zh,
        documentNumber: run.document_number,
        reason,
        basis: '行政许可法 第六十九条',
      },
    })
  if (row.measures.includes('credit-mark'))
    await proposeCredit(context, unit, file, {
      kind: 'false-commitment',
      source: 'after-check',
      sourceId: row.id,
      basis: `${file.application.case_number}“${run.item_name.zh}”${reason}(重庆市优化营商环境条例 第五十条)`,
      from: unit.today,
      to: addMonths(unit.today, context.undertakings.commitments.creditMonths),
    })
}
