/** The reader of this capability, for later ones. */
import { isRefused } from '../../kernel/refusal.ts'
import { localDateOf } from '../../kernel/time.ts'
import { assessedMatters, confirmedSignals } from './actions/assessment.ts'
import type { Context } from './actions/context.ts'
import { handlingStatuses } from './actions/handling-statuses.ts'
import { viewsOf } from './actions/item-run-view.ts'
import { publicProgress } from './actions/public.ts'
import type { ApprovalsReader } from './contract/reader.ts'
import { applicationsOfProject } from './store/applications.ts'
import { openClocks } from './store/clocks.ts'
import { decisionsInProject } from './store/item-runs.ts'

export const makeApprovalsReader = (context: Context): ApprovalsReader => ({
  applicationsOfProject: async (db, projectId) =>
    (await applicationsOfProject(db, projectId)).map((row) => ({
      applicationId: row.id,
      caseNumber: row.case_number,
      projectId: row.project_id,
      applicantId: row.applicant_id,
      stage: row.stage,
      state: row.state,
      leadDepartment: row.lead_department,
      itemIds: row.item_ids,
      submittedAt: row.submitted_at,
      acceptedAt: row.accepted_at,
      closedAt: row.closed_at,
      lateEntry: row.paper !== null,
    })),
  handlingStatuses: (db, projectId) => handlingStatuses(context, db, projectId),
  decisionsOfProject: async (db, projectId) =>
    (await decisionsInProject(db, projectId)).flatMap((row) =>
      row.outcome === null || row.document_number === null || row.decided_at === null
        ? []
        : [
            {
              itemRunId: row.id,
              applicationId: row.application_id,
              itemId: row.item_id,
              itemName: row.item_name,
              department: row.department,
              outcome: row.outcome,
              documentNumber: row.document_number,
              decidedAt: row.decided_at,
              certificateId: row.certificate_id,
              verificationCode: row.verification_code,
            },
          ],
    ),
  openClocks: async (db, filter = {}) => {
    const now = context.platform.clock()
    const rows = await openClocks(db, {
      department: filter.department,
      projectId: filter.projectId,
      limit: filter.limit ?? 500,
      today: localDateOf(now),
    })
    return rows.flatMap((row) => {
      const [clock] = viewsOf(context, [row], now)
      return clock === undefined
        ? []
        : [
            {
              clock,
              applicationId: row.application_id,
              caseNumber: row.case_number,
              projectId: row.project_id,
              projectName: row.project_name,
              department: row.department,
              dueHint: row.due_hint,
            },
          ]
    })
  },
  assessedMatters: (db, span) => assessedMatters(context, db, span),
  confirmedSignals: (db, span) => confirmedSignals(context, db, span),
  publicProgress: async (db, number) => {
    try {
      return await publicProgress(context, db, number, context.platform.clock())
    } catch (error) {
      if (isRefused(error) && error.refusal.kind === 'missing') return null
      throw error
    }
  },
})
