/** Matters for an assessment, each derived by the one clock engine as it stood. */
import { endOfDay, localDateOf } from '../../../kernel/time.ts'
import { words } from '../../../kernel/words.ts'
import type { Database } from '../../../platform/platform.ts'
import type {
  AssessedCheck,
  AssessedDecision,
  AssessedMatter,
  AssessmentSpan,
  ConfirmedSignal,
} from '../contract/assessment.ts'
import { deriveClock } from '../model/clock/derive.ts'
import { signalRule } from '../model/clock-rules.ts'
import { calendarOf } from '../model/clock-view.ts'
import {
  type AssessedRow,
  assessedCheckRows,
  assessedDecisionRows,
  assessedRows,
  confirmedSignalRows,
} from '../store/assessment.ts'
import { orNull } from './case-file.ts'
import type { Context } from './context.ts'

const howOf = (row: AssessedRow, stopped: boolean, onTime: boolean): AssessedMatter['how'] => {
  if (!stopped) return 'overdue'
  if (row.correction_at !== null) return 'corrections'
  if (row.task_state === 'deemed') return 'deemed'
  return row.purpose === 'intake' && row.ended_by === null && !onTime ? 'deemed' : 'answered'
}
export const assessedMatters = async (
  context: Context,
  db: Database,
  span: AssessmentSpan,
): Promise<readonly AssessedMatter[]> => {
  await context.shelf.refresh(db)
  const calendars = context.calendars()
  const last = endOfDay(span.to)
  const end = span.asOf < last ? span.asOf : last
  return (await assessedRows(db, span)).flatMap((row) => {
    const derived = orNull(() => deriveClock(row.terms, row.ledger, calendarOf(calendars, row.terms, row.ledger), end))
    if (derived === null || derived.startedOn === null || derived.state === 'cancelled') return []
    const stopped = derived.state === 'stopped'
    // What still runs in time is nobody's fault and nobody's merit yet.
    if (!stopped && derived.overdueBy === 0) return []
    return [
      {
        clockId: row.id,
        applicationId: row.application_id,
        caseNumber: row.case_number,
        projectName: row.project_name,
        label: row.label,
        purpose: row.purpose,
        department: row.department,
        personId: stopped ? row.ended_by : null,
        how: howOf(row, stopped, derived.onTime === true),
        startedOn: derived.startedOn,
        endedOn: derived.endedOn,
        due: derived.due,
        onTime: derived.onTime === true,
        used: derived.consumed,
        heldDays: derived.totals.calendarDays.authority,
        rounds: row.rounds,
        lateEntered: derived.lateEvents > 0,
      },
    ]
  })
}
export const confirmedSignals = async (
  context: Context,
  db: Database,
  span: AssessmentSpan,
): Promise<readonly ConfirmedSignal[]> =>
  (await confirmedSignalRows(db, span)).map((row) => ({
    signalId: row.id,
    ruleName: signalRule(context.clockRules, row.rule)?.name ?? words(row.rule, row.rule),
    department: row.department,
    applicationId: row.application_id,
    caseNumber: row.case_number,
  }))
export const assessedDecisions = async (
  db: Database,
  span: AssessmentSpan,
  faultGrounds: readonly string[],
): Promise<readonly AssessedDecision[]> =>
  (await assessedDecisionRows(db, span, faultGrounds)).map((row) => ({
    certificateId: row.id,
    applicationId: row.application_id,
    caseNumber: row.case_number,
    itemName: row.item_name,
    documentNumber: row.document_number,
    department: row.department,
    decidedOn: localDateOf(row.decided_at),
    fell: row.fell_at === null || row.how === null ? null : { on: localDateOf(row.fell_at), how: row.how },
  }))
export const assessedChecks = async (db: Database, span: AssessmentSpan): Promise<readonly AssessedCheck[]> =>
  (await assessedCheckRows(db, span)).map((row) => ({
    checkId: row.id,
    applicationId: row.application_id,
    caseNumber: row.case_number,
    itemName: row.item_name,
    department: row.department,
    settledOn: localDateOf(row.settled_at),
    kept: row.settlement === 'closed',
  }))
