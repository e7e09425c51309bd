/** Lists of consultation: own parts, open conflicts, suggested departments, colleagues. */
import type { Actor } from '../../../../kernel/actor.ts'
import { require } from '../../../../kernel/decision.ts'
import type { ReplyOf } from '../../../../kernel/endpoint.ts'
import type { Instant } from '../../../../kernel/time.ts'
import { localDateOf } from '../../../../kernel/time.ts'
import type { Database } from '../../../../platform/platform.ts'
import type { listConflicts, readColleagues, readOwnParts, readSuggestions } from '../../contract/consultation.ts'
import type { ApplicationId, ItemRunId, OpinionTaskId } from '../../contract.ts'
import * as refuse from '../../model/refusals.ts'
import { mayDelegate } from '../../policy/consultation.ts'
import { answeringRoles, isSupervisor } from '../../policy.ts'
import { clocksOf } from '../../store/clocks.ts'
import { openConflicts, openPartsOf } from '../../store/consultation.ts'
import { applicationOfItemRun, applicationOfOpinionTask, opinionTasksOf } from '../../store/item-runs.ts'
import { departmentNames, factsOfTask, itemRunOf, readCase } from '../case-file.ts'
import type { Context } from '../context.ts'
import { requireSight } from '../file-view.ts'
import { viewsOf } from '../item-run-view.ts'
import { colleaguesOf } from './parts.ts'
import { askedBefore, suggestionsFor } from './suggest.ts'
import { silenceOf, viewPart, viewSuggestion } from './view.ts'

const departmentsOf = (actor: Actor): readonly string[] =>
  actor.kind !== 'person'
    ? []
    : [
        ...new Set(
          actor.roles.flatMap((held) =>
            answeringRoles.includes(held.role) && held.department !== undefined ? [held.department] : [],
          ),
        ),
      ]

export const readSuggestionsOf = async (
  context: Context,
  db: Database,
  actor: Actor,
  id: ItemRunId,
  now: Instant,
): Promise<ReplyOf<typeof readSuggestions>> => {
  const applicationId = await applicationOfItemRun(db, id)
  if (applicationId === null) throw refuse.itemRunMissing()
  const file = await readCase(context, db, applicationId, now)
  await requireSight(context, db, actor, file.application, now)
  const run = itemRunOf(file, id)
  const asked = askedBefore(file, run)
  return {
    suggestions: (await suggestionsFor(context, db, file, run)).map((each) => ({
      ...viewSuggestion(file, each),
      asked: asked.has(each.department),
    })),
    silence: silenceOf(context, run),
  }
}

export const readColleaguesOf = async (
  context: Context,
  db: Database,
  actor: Actor,
  id: OpinionTaskId,
  now: Instant,
): Promise<ReplyOf<typeof readColleagues>> => {
  const applicationId = await applicationOfOpinionTask(db, id)
  if (applicationId === null) throw refuse.opinionTaskMissing()
  const file = await readCase(context, db, applicationId, now)
  const task = file.tasks.find((each) => each.id === id)
  if (task === undefined) throw refuse.opinionTaskMissing()
  require(mayDelegate(actor, factsOfTask(file, task)))
  const colleagues = await colleaguesOf(context, db, task.department, now)
  return { rows: [...colleagues].map(([personId, name]) => ({ personId, name })) }
}

/** Open parts of the departments in which somebody works, those in their own name first. */
export const readPartsOf = async (
  context: Context,
  db: Database,
  actor: Actor,
  now: Instant,
): Promise<ReplyOf<typeof readOwnParts>> => {
  const parts = await openPartsOf(db, departmentsOf(actor))
  const own = (id: string | null): boolean => actor.kind === 'person' && id === actor.personId
  const files = new Map<ApplicationId, Awaited<ReturnType<typeof readCase>>>()
  for (const id of new Set(parts.map((part) => part.application_id)))
    files.set(id, await readCase(context, db, id, now))
  const clocks = await clocksOf(db, [...files.keys()])
  const names = await context.people.personNames(
    db,
    parts.flatMap((part) => (part.assignee_id === null ? [] : [part.assignee_id])),
  )
  const rows = parts.flatMap((part) => {
    const file = files.get(part.application_id)
    const task = file?.tasks.find((each) => each.id === part.opinion_task_id)
    if (file === undefined || task === undefined) return []
    const reading = { context, file, actor, clocks, now, names }
    return [
      {
        ...viewPart(reading, part, task),
        applicationId: part.application_id,
        caseNumber: file.application.case_number,
        projectName: file.application.project_name,
        itemName: itemRunOf(file, task.item_run_id).item_name,
        mine: own(part.assignee_id),
      },
    ]
  })
  return { rows: [...rows.filter((row) => row.mine), ...rows.filter((row) => !row.mine)] }
}

/** Open conflicts that somebody may mediate: those of their department, or all for the supervisor. */
export const readConflicts = async (
  context: Context,
  db: Database,
  actor: Actor,
  limit: number,
  now: Instant,
): Promise<ReplyOf<typeof listConflicts>> => {
  const rows = await openConflicts(db, isSupervisor(actor) ? null : departmentsOf(actor), limit)
  const ids = [...new Set(rows.map((row) => row.application_id))]
  const tasks = await opinionTasksOf(db, ids)
  const clocks = await clocksOf(db, ids)
  const names = await departmentNames(context, db, localDateOf(now))
  return {
    rows: rows.map((row) => ({
      conflictId: row.id,
      applicationId: row.application_id,
      itemRunId: row.item_run_id,
      caseNumber: row.case_number,
      projectName: row.project_name,
      itemName: row.item_name,
      kind: row.kind,
      departments: [
        ...new Set(tasks.filter((task) => row.task_ids.includes(task.id)).map((task) => names.name(task.department))),
      ],
      mediatorName: names.name(row.mediator_department),
      raisedAt: row.raised_at,
      escalatedAt: row.escalated_at,
      clock:
        viewsOf(
          context,
          clocks.filter((clock) => clock.id === row.clock_id),
          now,
        )[0] ?? null,
    })),
  }
}
