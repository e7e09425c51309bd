/** The reader of this capability, for later ones. */
import { isRefused } from '../../kernel/refusal.ts'
import { localDateOf } from '../../kernel/time.ts'
import { archivePieces } from './actions/archive.ts'
import { assessedChecks, assessedDecisions, assessedMatters, confirmedSignals } from './actions/assessment.ts'
import type { Context } from './actions/context.ts'
import { reportEvent } from './actions/deferral-event.ts'
import { handlingStatuses } from './actions/handling-statuses.ts'
import { viewsOf } from './actions/item-run-view.ts'
import { reachedMilestones } from './actions/milestone-standings.ts'
import { neededInProject, openNeedsOf, reachMilestone } from './actions/milestones.ts'
import { publicProgress } from './actions/public.ts'
import type { ApprovalsReader, ApprovalsWriter } from './contract/reader.ts'
import { simulate } from './model/clock/simulate.ts'
import { blocksNow } from './model/conditions.ts'
import { isSuspended, openConditionsInProject, withdrawalBefore } from './store/after.ts'
import { application, applicationsOfProject } from './store/applications.ts'
import { inForceInProject } from './store/certificates.ts'
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
  assessedDecisions,
  assessedChecks,
  confirmedSignals: (db, span) => confirmedSignals(context, db, span),
  decisionsInForce: async (db, projectId) => {
    const now = context.platform.clock()
    const rows = (await inForceInProject(db, projectId)).filter((row) => row.publish_at <= now)
    return Promise.all(
      rows.map(async (row) => ({
        certificateId: row.id,
        itemRunId: row.item_run_id,
        itemId: row.item_id,
        itemName: row.item_name,
        department: row.department,
        outcome: row.facts.outcome,
        documentNumber: row.document_number,
        verificationCode: row.code,
        decidedOn: row.facts.decidedOn,
        deliveredOn: row.delivery?.on ?? null,
        validUntil: row.valid_until,
        grantedParts: (row.facts.scope ?? []).flatMap((part) => (part.decision === 'granted' ? [part.name] : [])),
        suspended: await isSuspended(db, row.id),
        siteState: row.site_state,
        startedOn: row.started_on,
      })),
    )
  },
  openConditions: async (db, projectId) =>
    (await openConditionsInProject(db, projectId)).map((row) => ({
      conditionId: row.id,
      certificateId: row.certificate_id,
      documentNumber: row.document_number,
      ordinal: row.ordinal,
      text: row.text,
      grade: row.grade,
      department: row.department,
      dueOn: row.due_on,
      blocksNow: blocksNow(row) ? row.blocks : [],
    })),
  refiledOf: async (db, id) => {
    const row = await application(db, id)
    return row === null
      ? null
      : withdrawalBefore(db, { projectId: row.project_id, stage: row.stage, id, before: row.created_at })
  },
  milestonesOf: async (db, projectId) =>
    new Map([...(await reachedMilestones(context, db, projectId))].map(([id, standing]) => [id, standing.reachedOn])),
  milestoneNeeds: (db, projectId, milestone, day) => openNeedsOf(context, db, projectId, milestone, day),
  neededItems: (db, projectId) => neededInProject(context, db, projectId),
  lastDay: (from, limit) => {
    const { current } = context.calendars()
    const { derived } = simulate(
      { start: from, budget: limit.days, unit: limit.unit, pauses: [], extensions: [] },
      current,
    )
    if (derived.due === null) throw new Error(`the calendar ${current.version} gives no day`)
    return { due: derived.due, provisional: derived.provisional, calendarVersion: current.version }
  },
  archivePieces: (db, reader, projectId) => archivePieces(context, db, reader, projectId),
  publicProgress: async (db, number) => {
    try {
      return await publicProgress(context, db, number, context.platform.clock())
    } catch (error) {
      if (isRefused(error) && error.refusal.kind === 'missing') return null
      throw error
    }
  },
})

export const makeApprovalsWriter = (context: Context): ApprovalsWriter => ({
  reachMilestone: (unit, projectId, milestone, input) => reachMilestone(context, unit, projectId, milestone, input),
  reportEvent,
})
