/** What ended in a span of days, and what was open at its end, as it was recorded until a moment. */
import { sql } from 'kysely'
import type { PersonId } from '../../../kernel/identity.ts'
import { endOfDay, type Instant, startOfDay } from '../../../kernel/time.ts'
import type { Words } from '../../../kernel/words.ts'
import type { Database } from '../../../platform/platform.ts'
import type { AssessedDecision, AssessmentSpan } from '../contract/assessment.ts'
import type { ApplicationId, CertificateId, ClockId } from '../contract.ts'
import type { Clock, ClockLedger } from '../model/clock/clock.ts'
import type { SignalCode } from '../model/clock-rules.ts'

export interface AssessedRow {
  readonly id: ClockId
  readonly application_id: ApplicationId
  readonly case_number: string
  readonly project_name: string
  readonly label: Words
  readonly purpose: 'intake' | 'item' | 'promise' | 'opinion'
  readonly department: string
  readonly terms: Clock
  readonly ledger: ClockLedger
  readonly ended_by: PersonId | null
  readonly task_state: string | null
  readonly correction_at: Instant | null
  readonly rounds: number
}
/** Clocks whose stop falls into the span, or that had neither stopped nor been cancelled by its end. */
export const assessedRows = async (
  db: Database,
  { from, to, asOf }: AssessmentSpan,
): Promise<readonly AssessedRow[]> => {
  const first = startOfDay(from)
  const last = endOfDay(to)
  const { rows } = await sql<AssessedRow>`
    with ended as (
      select clock_id, occurred_at, by_person from approvals.clock_event
      where kind = 'stop' and occurred_at between ${first} and ${last} and recorded_at <= ${asOf}
    ), standing as (
      select c.id as clock_id, null::timestamptz as occurred_at, null::uuid as by_person
      from approvals.clock c
      where c.created_at <= ${asOf} and not exists (
        select 1 from approvals.clock_event e where e.clock_id = c.id and e.kind in ('stop', 'cancel')
          and e.occurred_at <= ${last} and e.recorded_at <= ${asOf})
    ), found as (select * from ended union all select * from standing)
    select c.id, c.application_id, a.case_number, a.project_name, c.label, c.purpose, c.department, c.terms,
      (select jsonb_agg(e.event order by e.ordinal) from approvals.clock_event e
        where e.clock_id = c.id and e.recorded_at <= ${asOf}) as ledger,
      coalesce(f.by_person, case when c.purpose = 'opinion' then t.given_by
        when c.purpose in ('item', 'promise') then r.decided_by end) as ended_by,
      t.state as task_state,
      (select k.issued_at from approvals.correction k
        where k.application_id = a.id and k.issued_at = f.occurred_at) as correction_at,
      (select count(*)::int from approvals.correction k
        where k.application_id = a.id and k.issued_at < coalesce(f.occurred_at, ${last})) as rounds
    from found f
    join approvals.clock c on c.id = f.clock_id
    join approvals.application a on a.id = c.application_id
    left join approvals.item_run r on r.id = c.item_run_id
    left join approvals.opinion_task t on t.id = c.opinion_task_id
    where c.purpose in ('intake', 'item', 'promise', 'opinion')
    order by c.id`.execute(db)
  return rows.filter((row) => row.ledger !== null)
}
export interface ConfirmedSignalRow {
  readonly id: string
  readonly rule: SignalCode
  readonly department: string
  readonly application_id: ApplicationId | null
  readonly case_number: string
}
export const confirmedSignalRows = async (
  db: Database,
  { from, to, asOf }: AssessmentSpan,
): Promise<readonly ConfirmedSignalRow[]> => {
  const { rows } = await sql<ConfirmedSignalRow>`
    select id, rule, department, application_id, case_number from approvals.signal
    where state = 'confirmed' and occurred_at between ${startOfDay(from)} and ${endOfDay(to)} and changed_at <= ${asOf}
    order by id`.execute(db)
  return rows
}

export interface AssessedDecisionRow {
  readonly id: CertificateId
  readonly application_id: ApplicationId
  readonly case_number: string
  readonly item_name: Words
  readonly document_number: string
  readonly department: string
  readonly decided_at: Instant
  readonly fell_at: Instant | null
  readonly how: NonNullable<AssessedDecision['fell']>['how'] | null
}
/**
 * Documents of the span that took no other's place, and documents that fell in it. A document falls by the first of: its
 * correction, a revocation on one of the grounds, an annulment or change by review.
 */
export const assessedDecisionRows = async (
  db: Database,
  { from, to, asOf }: AssessmentSpan,
  grounds: readonly string[],
): Promise<readonly AssessedDecisionRow[]> => {
  const first = startOfDay(from)
  const last = endOfDay(to)
  const { rows } = await sql<AssessedDecisionRow>`
    with fault as (
      select certificate_id, decided_at as at, kind as how from approvals.certificate_act
      where state = 'done' and (kind = 'correction' or (kind = 'revocation' and ground = any(${[...grounds]}::text[])))
      union all
      select m.certificate_id, (s->>'at')::timestamptz, s->>'to'
      from approvals.remedy_case m, jsonb_array_elements(m.steps) s where s->>'to' in ('annulled', 'changed')
    ), fell as (
      select distinct on (certificate_id) certificate_id, at, how from fault
      where at <= ${last} and at <= ${asOf} order by certificate_id, at, how
    )
    select c.id, c.application_id, a.case_number, r.item_name, c.document_number, r.department,
      c.created_at as decided_at, f.at as fell_at, f.how
    from approvals.certificate c
    join approvals.item_run r on r.id = c.item_run_id
    join approvals.application a on a.id = c.application_id
    left join fell f on f.certificate_id = c.id
    where c.created_at <= ${asOf}
      and ((c.replaces is null and c.created_at between ${first} and ${last}) or f.at >= ${first})
    order by c.id`.execute(db)
  return rows
}
export interface AssessedCheckRow {
  readonly id: string
  readonly application_id: ApplicationId
  readonly case_number: string
  readonly item_name: Words
  readonly department: string
  readonly settled_at: Instant
  readonly settlement: 'closed' | 'correct' | 'revoke'
}
export const assessedCheckRows = async (
  db: Database,
  { from, to, asOf }: AssessmentSpan,
): Promise<readonly AssessedCheckRow[]> => {
  const { rows } = await sql<AssessedCheckRow>`
    select k.id, k.application_id, a.case_number, r.item_name, k.department, k.settled_at, k.settlement
    from approvals.after_check k
    join approvals.item_run r on r.id = k.item_run_id
    join approvals.application a on a.id = k.application_id
    where k.state = 'settled' and k.settled_at between ${startOfDay(from)} and ${endOfDay(to)}
      and k.settled_at <= ${asOf}
    order by k.id`.execute(db)
  return rows
}
