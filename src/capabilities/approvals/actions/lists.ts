/** Lists: applications, the queues, the supervisor's board. A page costs a fixed number of queries. */

import type { z } from 'zod'
import type { Actor, Role } from '../../../kernel/actor.ts'
import { groupBy } from '../../../kernel/group.ts'
import type { ProjectId } from '../../../kernel/identity.ts'
import { cursorOf, keysAs } from '../../../kernel/page.ts'
import { type Instant, localDateOf } from '../../../kernel/time.ts'
import { type Words, words } from '../../../kernel/words.ts'
import type { Database } from '../../../platform/platform.ts'
import type {
  ApplicationId,
  ApplicationRow,
  ApplicationState,
  ClockView,
  clockBoardRowSchema,
  WorkRow,
} from '../contract.ts'
import { runningHolder } from '../model/clock/clock.ts'
import { mostPressing } from '../model/clock-view.ts'
import { joinOpinions } from '../model/join.ts'
import { isOfficer } from '../policy.ts'
import { unpublishedAmong } from '../store/certificates.ts'
import { type ClockRecord, clocksOf, openClockCounts, openClocks, openClocksOfItemRuns } from '../store/clocks.ts'
import { lastEscalations } from '../store/escalations.ts'
import { opinionTasksOfItemRuns } from '../store/item-runs.ts'
import {
  applicationPage,
  intakeCounts,
  intakePage,
  itemCounts,
  type WorkRecord,
  workCounts,
  workPage,
} from '../store/lists.ts'
import { departmentNames } from './case-file.ts'
import type { Context } from './context.ts'
import { markOf } from './escalations.ts'
import { viewsOf } from './item-run-view.ts'

type Colour = ClockView['colour']
type BoardRow = z.infer<typeof clockBoardRowSchema>

/** Cuts one row more than asked for off a page and makes the cursor of the next. */
const cut = <T>(
  rows: readonly T[],
  limit: number,
  cursor: (row: T) => string,
): { rows: readonly T[]; next: string | null } => {
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return { rows: page, next: rows.length > limit && last !== undefined ? cursor(last) : null }
}
const byApplication = (clocks: readonly ClockRecord[]) => groupBy(clocks, (clock) => clock.application_id)
const pressing = (context: Context, clocks: readonly ClockRecord[], now: Instant): ClockView | null =>
  mostPressing(viewsOf(context, clocks, now))

export interface ListQuery {
  readonly state?: ApplicationState | undefined
  readonly stage?: string | undefined
  readonly projectId?: ProjectId | undefined
  readonly text?: string | undefined
  readonly after?: string | undefined
  readonly limit: number
}
export const listApplications = async (
  context: Context,
  db: Database,
  actor: Actor,
  query: ListQuery,
  now: Instant,
): Promise<{ rows: ApplicationRow[]; next: string | null }> => {
  if (actor.kind !== 'person') return { rows: [], next: null }
  const after = keysAs(query.after, 'instant', 'id')
  const found = await applicationPage(db, {
    state: query.state,
    stage: query.stage,
    projectId: query.projectId,
    text: query.text,
    viewer: actor.personId,
    own: isOfficer(actor)
      ? null
      : {
          person: actor.personId,
          organisations: actor.roles.flatMap((held) =>
            held.role === 'applicant' && held.organisationId !== undefined ? [held.organisationId] : [],
          ),
        },
    after: after === null ? undefined : { createdAt: after[0], id: after[1] },
    limit: query.limit + 1,
  })
  const page = cut(found, query.limit, (row) => cursorOf(row.created_at, row.id))
  const ids = page.rows.map((row) => row.id)
  const counts = await itemCounts(db, ids)
  const hidden = isOfficer(actor) ? new Map<ApplicationId, number>() : await unpublishedAmong(db, ids, now)
  const clocks = byApplication(await clocksOf(db, ids, 'open'))
  return {
    next: page.next,
    rows: page.rows.map((row) => ({
      applicationId: row.id,
      lateEntry: row.paper !== null,
      caseNumber: row.case_number,
      projectId: row.project_id,
      projectName: row.project_name,
      applicantName: row.applicant_name,
      stage: row.stage,
      stageName: context.law.stage(row.stage, row.catalogue_day)?.name ?? words(row.stage, row.stage),
      state: row.state === 'closed' && hidden.has(row.id) ? 'accepted' : row.state,
      round: row.round,
      submittedAt: row.submitted_at,
      itemsDecided: Math.max(0, (counts.get(row.id)?.decided ?? 0) - (hidden.get(row.id) ?? 0)),
      itemsTotal: counts.get(row.id)?.total ?? row.item_ids.length,
      clock: hidden.has(row.id) ? null : pressing(context, clocks.get(row.id) ?? [], now),
    })),
  }
}

const workingRoles: readonly Role[] = ['reviewer', 'lead', 'approver']
const departmentsOf = (actor: Actor): readonly string[] =>
  actor.kind !== 'person'
    ? []
    : [
        ...new Set(
          actor.roles.flatMap((held) =>
            workingRoles.includes(held.role) && held.department !== undefined ? [held.department] : [],
          ),
        ),
      ]

const nextOf = (row: WorkRecord, waiting: readonly string[], needInformation: readonly string[]): Words => {
  if (row.kind === 'opinion-task') return words('出具意见', 'Give the opinion')
  if (row.proposal !== null) return words('批准或驳回停止计时', 'Decide on the pause')
  if (row.hold !== null) return words(`停止计时中:${row.hold.label.zh}`, `Paused: ${row.hold.label.en}`)
  if (row.state === 'drafted') return words('审核拟定的决定', 'Review the draft')
  if (row.state === 'reviewed') return words('作出决定', 'Decide')
  if (waiting.length > 0) return words(`等待${waiting.join('、')}出具意见`, `Waiting for ${waiting.join(', ')}`)
  if (needInformation.length > 0)
    return words(
      `补充信息后重新征求${needInformation.join('、')}意见`,
      `Supply information to ${needInformation.join(', ')}`,
    )
  return words('审查并拟定决定', 'Review and draft')
}

export interface QueueQuery {
  readonly desk: 'intake' | 'department'
  readonly colour?: Colour | undefined
  readonly after?: string | undefined
  readonly limit: number
}
type Counts = { normal: number; warning: number; overdue: number; paused: number }
export const readQueue = async (
  context: Context,
  db: Database,
  actor: Actor,
  query: QueueQuery,
  now: Instant,
): Promise<{ rows: WorkRow[]; next: string | null; counts: Counts }> => {
  const today = localDateOf(now)
  const after = keysAs(query.after, 'day', 'id')
  const filter = {
    colour: query.colour,
    after: after === null ? undefined : { due: after[0], id: after[1] },
    limit: query.limit + 1,
    today,
  }
  if (query.desk === 'intake') {
    if (actor.kind !== 'person' || !actor.roles.some((held) => held.role === 'clerk'))
      return { rows: [], next: null, counts: { normal: 0, warning: 0, overdue: 0, paused: 0 } }
    const page = cut(await intakePage(db, filter), query.limit, (row) => cursorOf(row.due_hint, row.id))
    const clocks = byApplication(
      await clocksOf(
        db,
        page.rows.map((row) => row.id),
        'open',
      ),
    )
    return {
      next: page.next,
      counts: await intakeCounts(db, today),
      rows: page.rows.map((row) => {
        const stage = context.law.stage(row.stage, row.catalogue_day)?.name ?? words(row.stage, row.stage)
        return {
          kind: 'application',
          id: row.id,
          applicationId: row.id,
          caseNumber: row.case_number,
          projectName: row.project_name,
          itemName: words(`${stage.zh}(${row.item_ids.length}个事项)`, `${stage.en} (${row.item_ids.length} items)`),
          department: row.lead_department,
          state: row.state,
          next:
            row.round > 1 ? words('复核补正后受理', 'Check the corrections') : words('受理审查', 'Check and accept'),
          hold: null,
          clock: pressing(context, clocks.get(row.id) ?? [], now),
        }
      }),
    }
  }
  const departments = departmentsOf(actor)
  const page = cut(await workPage(db, departments, filter), query.limit, (row) => cursorOf(row.due_hint, row.id))
  const ids = [...new Set(page.rows.map((row) => row.item_run_id))]
  const clocks = groupBy(await openClocksOfItemRuns(db, ids), (clock) => clock.item_run_id)
  const tasks = groupBy(await opinionTasksOfItemRuns(db, ids), (task) => task.item_run_id)
  const names = await departmentNames(context, db, today)
  const replaced = new Set([...tasks.values()].flat().flatMap((task) => (task.redo_of === null ? [] : [task.redo_of])))
  return {
    next: page.next,
    counts: await workCounts(db, departments, today),
    rows: page.rows.map((row) => {
      const own = (clocks.get(row.item_run_id) ?? []).filter((clock) =>
        row.kind === 'opinion-task' ? clock.opinion_task_id === row.id : clock.opinion_task_id === null,
      )
      const join = joinOpinions(
        (tasks.get(row.item_run_id) ?? []).map((task) => ({
          department: task.department,
          departmentName: names.name(task.department),
          state: task.state,
          code: task.code,
          superseded: replaced.has(task.id),
        })),
      )
      const hold = row.hold !== null && (row.hold.until === null || row.hold.until >= today) ? row.hold : null
      return {
        kind: row.kind,
        id: row.id,
        applicationId: row.application_id,
        itemRunId: row.item_run_id,
        caseNumber: row.case_number,
        projectName: row.project_name,
        itemName: row.item_name,
        department: row.department,
        state: row.state,
        next: nextOf({ ...row, hold }, join.waiting, join.needInformation),
        hold: row.kind === 'item-run' ? (hold?.label ?? null) : null,
        clock: pressing(context, own, now),
      }
    }),
  }
}

const waitingWords: Readonly<Record<ClockRecord['purpose'], Words>> = {
  intake: words('窗口受理', 'Acceptance at the window'),
  correction: words('申请人补正', 'Corrections by the applicant'),
  stage: words('各部门办理', 'The departments'),
  item: words('部门办理', 'The department'),
  promise: words('部门办理', 'The department'),
  opinion: words('部门出具意见', 'The opinion of the department'),
  advice: words('预审答复(非正式)', 'Advice (not binding)'),
  deferral: words('申请人补交容缺材料', 'Documents promised by the applicant'),
  'after-check': words('部门事后核查', 'The check of the commitment'),
  information: words('申请人补充信息', 'Information from the applicant'),
  conflict: words('协调部门意见分歧', 'Mediation between departments'),
  delivery: words('送达决定', 'Delivery of the decision'),
  start: words('申请人开工', 'Start of work by the applicant'),
  reverification: words('恢复施工或者核验', 'Resumption or verification'),
  expiry: words('申请人延续', 'Renewal by the applicant'),
  condition: words('申请人履行条件', 'A condition to be met by the applicant'),
  answer: words('持证人陈述申辩', 'The answer of the holder'),
}
const itemWords: Readonly<Record<string, Words>> = {
  drafted: words('审核拟定的决定', 'Review of the draft'),
  reviewed: words('作出决定', 'The decision'),
}

export const readBoard = async (
  context: Context,
  db: Database,
  query: {
    readonly colour?: Colour | undefined
    readonly department?: string | undefined
    readonly after?: string | undefined
    readonly limit: number
  },
  now: Instant,
): Promise<{ rows: BoardRow[]; next: string | null; counts: Counts }> => {
  const today = localDateOf(now)
  const after = keysAs(query.after, 'day', 'id')
  const found = await openClocks(db, {
    colour: query.colour,
    department: query.department,
    after: after === null ? undefined : { due: after[0], id: after[1] },
    limit: query.limit + 1,
    today,
  })
  const page = cut(found, query.limit, (row) => cursorOf(row.due_hint, row.id))
  const names = await departmentNames(context, db, today)
  const escalations = await lastEscalations(
    db,
    page.rows.map((row) => row.id),
  )
  return {
    next: page.next,
    counts: await openClockCounts(db, today, query.department),
    rows: page.rows.flatMap((row) => {
      const [clock] = viewsOf(context, [row], now)
      if (clock === undefined) return []
      const spoken = escalations.get(row.id)
      const pause = clock.state === 'paused' ? row.ledger.findLast((event) => event.kind === 'pause') : undefined
      return [
        {
          clock,
          applicationId: row.application_id,
          caseNumber: row.case_number,
          projectName: row.project_name,
          itemName: row.item_name,
          department: row.department,
          departmentName: names.name(row.department),
          holder: pause?.kind === 'pause' ? pause.holder : runningHolder(row.terms.kind),
          waitingFor:
            pause?.kind === 'pause'
              ? (row.terms.grounds.find((ground) => ground.code === pause.ground)?.name ?? words('停止计时', 'Paused'))
              : row.purpose === 'item' || row.purpose === 'promise'
                ? (itemWords[row.item_run_state ?? ''] ?? waitingWords[row.purpose])
                : waitingWords[row.purpose],
          escalation: spoken === undefined || spoken.due !== clock.due ? null : markOf(context, spoken),
        },
      ]
    }),
  }
}
