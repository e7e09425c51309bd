/** What waits for a person after decisions: as officer of departments, at the window, as holder. */
import type { Actor } from '../../../../kernel/actor.ts'
import type { ReplyOf } from '../../../../kernel/endpoint.ts'
import type { Instant } from '../../../../kernel/time.ts'
import type { Database } from '../../../../platform/platform.ts'
import type { readAfterWork as endpoint } from '../../contract/after.ts'
import { type AfterWorkRow, holdersWork, officersWork } from '../../store/after-work.ts'

export const readAfterWork = async (db: Database, actor: Actor, now: Instant): Promise<ReplyOf<typeof endpoint>> => {
  const roles = actor.kind === 'person' ? actor.roles : []
  const departments = roles.flatMap((held) =>
    (held.role === 'reviewer' || held.role === 'lead' || held.role === 'approver') && held.department !== undefined
      ? [held.department]
      : [],
  )
  const window = roles.some((held) => held.role === 'clerk')
  const organisations = roles.flatMap((held) =>
    held.role === 'applicant' && held.organisationId !== undefined ? [held.organisationId] : [],
  )
  const rows: readonly AfterWorkRow[] = [
    ...(departments.length > 0 || window ? await officersWork(db, { departments, window, now }) : []),
    ...(organisations.length > 0 ? await holdersWork(db, { organisations, now }) : []),
  ]
  return {
    rows: rows.map((row) => ({
      kind: row.kind,
      applicationId: row.application_id,
      caseNumber: row.case_number,
      projectName: row.project_name,
      text: row.text,
      since: row.since,
      dueOn: row.due_on,
    })),
  }
}
