/** What waits for somebody after a decision, over all applications: one query for each side. */
import { sql } from 'kysely'
import type { OrganisationId } from '../../../kernel/identity.ts'
import type { Instant, LocalDate } from '../../../kernel/time.ts'
import type { Database } from '../../../platform/platform.ts'
import type { ApplicationId } from '../contract.ts'

export interface AfterWorkRow {
  readonly kind: 'delivery' | 'evidence' | 'waiver' | 'act' | 'report' | 'withdrawal' | 'condition' | 'answer' | 'start'
  readonly application_id: ApplicationId
  readonly case_number: string
  readonly project_name: string
  readonly text: string
  readonly since: Instant | null
  readonly due_on: LocalDate | null
}
const MOST = 200
const delivery = sql`
  select 'delivery' as kind, c.application_id, c.document_number as text, c.publish_at as since,
    (select k.due_hint from approvals.clock k
      where k.certificate_id = c.id and k.purpose = 'delivery' and k.open limit 1) as due_on
  from approvals.certificate c join approvals.item_run r on r.id = c.item_run_id
  where c.delivered_at is null and c.state = 'in-force'`

/** For the authority: of these departments, and with `window` what the window does for all of them. */
export const officersWork = async (
  db: Database,
  of: { readonly departments: readonly string[]; readonly window: boolean; readonly now: Instant },
): Promise<readonly AfterWorkRow[]> => {
  const { rows } = await sql<AfterWorkRow>`
    select w.*, a.case_number, a.project_name from (
      ${delivery} and c.publish_at <= ${of.now} and (${of.window} or r.department = any(${of.departments}))
      union all
      select 'evidence', d.application_id, d.text, d.changed_at, d.due_on from approvals.condition d
        where d.state = 'evidence-given' and d.department = any(${of.departments})
      union all
      select 'waiver', d.application_id, d.text, d.changed_at, d.due_on from approvals.condition d
        where d.state in ('open', 'evidence-given', 'rejected') and d.waiver is not null
          and d.waiver ->> 'decidedBy' is null and d.department = any(${of.departments})
      union all
      select 'act', x.application_id, x.reason, x.proposed_at, x.answer_until from approvals.certificate_act x
        where x.state = 'proposed' and x.department = any(${of.departments})
      union all
      select 'report', s.application_id, s.reason, s.reported_at, null::date from approvals.site_report s
        where s.state = 'reported' and s.department = any(${of.departments})
      union all
      select 'withdrawal', v.application_id, v.reason, v.requested_at, null::date from approvals.withdrawal v
        where v.state = 'requested' and ${of.window}
    ) w join approvals.application a on a.id = w.application_id
    order by w.due_on nulls last, w.since, w.application_id limit ${MOST}`.execute(db)
  return rows
}

/** For the applicant: of these organisations. */
export const holdersWork = async (
  db: Database,
  of: { readonly organisations: readonly OrganisationId[]; readonly now: Instant },
): Promise<readonly AfterWorkRow[]> => {
  const { rows } = await sql<AfterWorkRow>`
    select w.*, a.case_number, a.project_name from (
      ${delivery} and c.publish_at <= ${of.now}
      union all
      select 'condition', d.application_id, d.text, d.changed_at, d.due_on
        from approvals.condition d join approvals.certificate c on c.id = d.certificate_id
        where d.state in ('open', 'rejected') and c.publish_at <= ${of.now}
      union all
      select 'answer', x.application_id, x.reason, x.proposed_at, x.answer_until from approvals.certificate_act x
        where x.state = 'proposed' and x.answer_until is not null and x.answered_at is null
      union all
      select 'start', k.application_id, c.document_number, c.delivered_at, k.due_hint
        from approvals.clock k join approvals.certificate c on c.id = k.certificate_id
        where k.purpose = 'start' and k.open
    ) w join approvals.application a on a.id = w.application_id
    where a.applicant_id = any(${of.organisations})
    order by w.due_on nulls last, w.since, w.application_id limit ${MOST}`.execute(db)
  return rows
}
