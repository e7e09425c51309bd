/** One application with everything that belongs to it, as an action or a page needs it: loaded in a fixed number of queries. */
import type { Actor } from '../../../kernel/actor.ts'
import { type Decision, require } from '../../../kernel/decision.ts'
import type { PersonId } from '../../../kernel/identity.ts'
import { isRefused } from '../../../kernel/refusal.ts'
import { type Instant, type LocalDate, localDateOf, wallClock } from '../../../kernel/time.ts'
import type { Words } from '../../../kernel/words.ts'
import type { Database, Unit } from '../../../platform/platform.ts'
import type { Department } from '../../people/contract.ts'
import type { ApplicationId, ItemRunId, OpinionTaskId } from '../contract.ts'
import {
  type FrontCondition,
  type ItemStanding,
  type OpenFrontCondition,
  openFrontConditions,
  standingsOf,
} from '../model/front.ts'
import { openOpinionTaskStates } from '../model/lifecycle.ts'
import { openMilestoneConditions } from '../model/milestones.ts'
import * as refuse from '../model/refusals.ts'
import type { ApplicationFacts, ItemRunFacts, OpinionTaskFacts } from '../policy.ts'
import { openWithdrawal, type WithdrawalRecord } from '../store/after.ts'
import {
  type ApplicationRecord,
  type CorrectionRecord,
  correctionsOf,
  lockApplication,
  application as readApplicationRow,
} from '../store/applications.ts'
import { commitmentsOf, deferralsOfProject } from '../store/deferrals.ts'
import {
  applicationOfItemRun,
  applicationOfOpinionTask,
  type ItemRunRecord,
  itemRunsOf,
  type OpinionTaskRecord,
  opinionTasksOf,
  standingsInProject,
} from '../store/item-runs.ts'
import type { CommitmentRecord, DeferralRecord } from '../store/undertaking-tables.ts'
import { ClockBook } from './clock-book.ts'
import { type ConsultationRows, joinOf, loadConsultation } from './consultation/load.ts'
import type { Context } from './context.ts'
import { milestonesFor } from './milestone-standings.ts'
import { namedConditionsFor } from './named-conditions.ts'

/** Names of departments on one day. */
export interface DepartmentNames {
  readonly name: (code: string) => string
  readonly shortName: (code: string) => string
  readonly known: (code: string) => boolean
}
export const departmentNames = async (context: Context, db: Database, day: LocalDate): Promise<DepartmentNames> => {
  const departments = new Map<string, Department>()
  for (const department of await context.people.departments(db, day)) departments.set(department.code, department)
  return {
    name: (code) => departments.get(code)?.name ?? code,
    shortName: (code) => departments.get(code)?.shortName ?? code,
    known: (code) => departments.has(code),
  }
}

export interface CaseFile {
  readonly application: ApplicationRecord
  readonly itemRuns: readonly ItemRunRecord[]
  readonly tasks: readonly OpinionTaskRecord[]
  readonly corrections: readonly CorrectionRecord[]
  /** Every run of an item in the whole project, oldest first. */
  readonly projectRuns: Awaited<ReturnType<typeof standingsInProject>>
  readonly departments: DepartmentNames
  /** Documents that may follow later, of the whole project, and what was signed for this application. */
  readonly deferrals: readonly DeferralRecord[]
  readonly commitments: readonly CommitmentRecord[]
  readonly consultation: ConsultationRows
  /** The withdrawal that waits for the window. */
  readonly withdrawal: WithdrawalRecord | null
  /** Milestones that the project has reached; read only where an item waits for one. */
  readonly milestones: ReadonlySet<string>
  /** Conditions answered by later capabilities that are not met, by item. */
  readonly named: ReadonlyMap<string, readonly OpenFrontCondition[]>
}
export interface LockedCase extends CaseFile {
  readonly book: ClockBook
}

const loadCase = async (
  context: Context,
  db: Database,
  application: ApplicationRecord,
  today: LocalDate,
): Promise<CaseFile> => {
  const ids = [application.id]
  const itemRuns = await itemRunsOf(db, ids)
  const tasks = await opinionTasksOf(db, ids)
  return {
    application,
    itemRuns,
    tasks,
    consultation: await loadConsultation(db, application, itemRuns.length > 0, tasks.length > 0),
    corrections: await correctionsOf(db, application.id),
    projectRuns: await standingsInProject(db, application.project_id),
    departments: await departmentNames(context, db, today),
    deferrals: await deferralsOfProject(db, application.project_id),
    commitments: await commitmentsOf(db, application.id),
    withdrawal: await openWithdrawal(db, application.id),
    milestones: await milestonesFor(context, db, application),
    named: await namedConditionsFor(context, db, application),
  }
}
export const readCase = async (context: Context, db: Database, id: ApplicationId, now: Instant): Promise<CaseFile> => {
  const application = await readApplicationRow(db, id)
  if (application === null) throw refuse.applicationMissing()
  return loadCase(context, db, application, localDateOf(now))
}

/** Locks the application, then reads the rest: always in this order, so that commands queue up and never deadlock. */
export const lockCase = async (context: Context, unit: Unit, id: ApplicationId): Promise<LockedCase> => {
  const application = await lockApplication(unit.db, id)
  if (application === null) throw refuse.applicationMissing()
  await context.shelf.refresh(unit.db)
  return {
    ...(await loadCase(context, unit.db, application, unit.today)),
    book: await ClockBook.load(context, unit, application),
  }
}
export const lockItemRun = async (
  context: Context,
  unit: Unit,
  id: ItemRunId,
): Promise<{ file: LockedCase; run: ItemRunRecord }> => {
  const applicationId = await applicationOfItemRun(unit.db, id)
  if (applicationId === null) throw refuse.itemRunMissing()
  const file = await lockCase(context, unit, applicationId)
  return { file, run: itemRunOf(file, id) }
}
export const lockOpinionTask = async (
  context: Context,
  unit: Unit,
  id: OpinionTaskId,
): Promise<{ file: LockedCase; run: ItemRunRecord; task: OpinionTaskRecord }> => {
  const applicationId = await applicationOfOpinionTask(unit.db, id)
  if (applicationId === null) throw refuse.opinionTaskMissing()
  const file = await lockCase(context, unit, applicationId)
  const task = file.tasks.find((each) => each.id === id)
  if (task === undefined) throw refuse.opinionTaskMissing()
  return { file, run: itemRunOf(file, task.item_run_id), task }
}
export const itemRunOf = (file: CaseFile, id: ItemRunId): ItemRunRecord => {
  const run = file.itemRuns.find((each) => each.id === id)
  if (run === undefined) throw refuse.itemRunMissing()
  return run
}

// ------------------------------------------------------------------------------------------ facts for the policies

const frontConditionsOf = (
  context: Context,
  file: CaseFile,
  item: {
    readonly itemId: string
    readonly prerequisites: readonly { itemId: string; hold: FrontCondition['hold']; because: Words }[]
  },
  needed: ReadonlySet<string>,
  day: LocalDate,
): readonly FrontCondition[] =>
  item.prerequisites.flatMap((prerequisite) => {
    // What the project does not need, and has not got either, is no condition.
    if (!needed.has(prerequisite.itemId) && !file.projectRuns.some((run) => run.item_id === prerequisite.itemId))
      return []
    const other = context.law.item(prerequisite.itemId, day)
    if (other === null) return []
    return [
      {
        itemId: prerequisite.itemId,
        itemName: other.name,
        departmentName: file.departments.name(other.department),
        hold: prerequisite.hold,
        because: prerequisite.because,
      },
    ]
  })
const standings = (file: CaseFile): ReadonlyMap<string, ItemStanding> =>
  standingsOf(file.projectRuns.map((run) => ({ itemId: run.item_id, state: run.state, outcome: run.outcome })))

/** Front conditions that are open for an item run; those that also block its decision come with it. */
export const openConditionsOf = (
  context: Context,
  file: CaseFile,
  run: ItemRunRecord,
): readonly OpenFrontCondition[] => {
  const item = context.law.itemVersion(run.item_version_id)
  if (item === null || run.state === 'decided' || run.state === 'cancelled') return []
  const day = file.application.catalogue_day
  const needed = context.law.neededItems(file.application.guide_answers, day)
  return [
    ...openFrontConditions(frontConditionsOf(context, file, item, needed, day), standings(file)),
    ...openMilestoneConditions(item.milestones, file.milestones),
    ...(file.named.get(run.item_id) ?? []),
  ]
}
/**
 * Front conditions that stop the acceptance. An item that is applied for in the same application does not stop it: the
 * two are handled side by side, and the first must be decided before the second is.
 */
const blockingAcceptance = (context: Context, file: CaseFile): readonly OpenFrontCondition[] => {
  const { application } = file
  if (application.state !== 'submitted') return []
  const day = application.catalogue_day
  const needed = context.law.neededItems(application.guide_answers, day)
  const known = standings(file)
  const seen = new Set<string>()
  return application.item_ids.flatMap((itemId) => {
    const item = context.law.item(itemId, day)
    if (item === null) return []
    return [
      ...openFrontConditions(frontConditionsOf(context, file, item, needed, day), known),
      ...openMilestoneConditions(item.milestones, file.milestones),
      ...(file.named.get(itemId) ?? []),
    ].filter(
      (condition) =>
        condition.blocks === 'before-acceptance' &&
        !application.item_ids.includes(condition.itemId) &&
        !seen.has(condition.itemId) &&
        seen.add(condition.itemId) !== undefined,
    )
  })
}

/** Documents promised elsewhere in the project that had to come before this: the acceptance waits for them. */
const owedBefore = (file: CaseFile): readonly OpenFrontCondition[] => {
  const { application } = file
  if (application.state !== 'submitted') return []
  return file.deferrals.flatMap((deferral) => {
    const { limit } = deferral.rule
    if (deferral.application_id === application.id || deferral.state !== 'running' || limit.kind !== 'event') return []
    if (limit.eventItem === null || !application.item_ids.includes(limit.eventItem)) return []
    return [
      {
        itemId: limit.eventItem,
        blocks: 'before-acceptance' as const,
        sentence: {
          zh: `项目的容缺材料“${deferral.material_name.zh}”须在${limit.event?.zh ?? ''}前补齐,补齐后方可受理。`,
          en: `“${deferral.material_name.en}” was to follow before the ${limit.event?.en ?? 'event'}; it must be supplied first.`,
        },
      },
    ]
  })
}

export const factsOfApplication = (context: Context, file: CaseFile): ApplicationFacts => {
  const { application } = file
  return {
    state: application.state,
    applicantId: application.applicant_id,
    applicantName: application.applicant_name,
    createdBy: application.created_by,
    submittedBy: application.submitted_by,
    round: application.round,
    correctedAfterRound: file.corrections[0]?.round ?? null,
    blocking: [...blockingAcceptance(context, file), ...owedBefore(file)],
    withdrawing: file.withdrawal !== null,
  }
}
export const factsOfTask = (file: CaseFile, task: OpinionTaskRecord): OpinionTaskFacts => ({
  applicantId: file.application.applicant_id,
  applicantName: file.application.applicant_name,
  department: task.department,
  departmentName: file.departments.name(task.department),
  state: task.state,
})
/** The hold of an item as it stands: an announced pause ends by itself. */
export const holdOf = (run: ItemRunRecord, today: LocalDate): ItemRunRecord['hold'] =>
  run.hold !== null && run.hold.until !== null && run.hold.until < today ? null : run.hold

export const factsOfItemRun = (
  context: Context,
  file: CaseFile,
  run: ItemRunRecord,
  clock: { readonly times: number; readonly used: number } | null,
  today: LocalDate,
): ItemRunFacts => {
  const { application } = file
  const refusing = run.draft?.outcome === 'refused'
  return {
    applicationState: application.state,
    applicantId: application.applicant_id,
    applicantName: application.applicant_name,
    department: run.department,
    departmentName: file.departments.name(run.department),
    state: run.state,
    join: joinOf(context, file, run),
    heldBy: holdOf(run, today)?.label ?? null,
    proposedBy: run.proposal?.proposedBy ?? null,
    draftedBy: run.draft?.draftedBy ?? null,
    // A refusal may be given while a front condition is open: then it is often the reason.
    blocking: refusing
      ? []
      : openConditionsOf(context, file, run).filter(
          ({ blocks }) => blocks === 'before-decision' || blocks === 'before-acceptance',
        ),
    clock: clock === null ? null : { extensionTimes: clock.times, extensions: clock.used },
    openTasks: file.tasks
      .filter((task) => task.item_run_id === run.id && openOpinionTaskStates.includes(task.state))
      .map((task) => factsOfTask(file, task)),
    withdrawing: file.withdrawal !== null,
  }
}
export const lockedFactsOfItemRun = (
  context: Context,
  unit: Unit,
  file: LockedCase,
  run: ItemRunRecord,
): ItemRunFacts => {
  const leading = file.book.leading(run.id)
  return factsOfItemRun(
    context,
    file,
    run,
    leading === null
      ? null
      : {
          times: leading.terms.extension?.maxCount ?? 0,
          used: leading.ledger.filter((event) => event.kind === 'extend').length,
        },
    unit.today,
  )
}

// ------------------------------------------------------------------------------------------ small helpers

export const personOf = (actor: Actor): PersonId | null => (actor.kind === 'person' ? actor.personId : null)
/** The person that acts. Endpoints admit only signed-in persons to commands, so a missing one is a refusal. */
export const requirePerson = (actor: Actor): PersonId => {
  if (actor.kind !== 'person') throw refuse.notYours()
  return actor.personId
}
/** Refuses when somebody changed the thing since it was read; names who and when, and loses nothing. */
export const requireVersion = async (
  context: Context,
  unit: Unit,
  row: { readonly version: number; readonly changed_by: PersonId | null; readonly changed_at: Instant },
  seen: number,
): Promise<void> => {
  if (row.version === seen) return
  const by = row.changed_by === null ? null : await context.people.personName(unit.db, row.changed_by)
  throw refuse.staleVersion({ by: by ?? '系统', at: wallClock(row.changed_at), current: row.version, seen })
}
/**
 * Requires that something may be done to what was read. What the state forbids is first of all a page that is out of date:
 * then who changed it and when is said, rather than only how it stands now.
 */
export const requireStill = async (
  context: Context,
  unit: Unit,
  decision: Decision,
  row: Parameters<typeof requireVersion>[2],
  seen: number,
): Promise<void> => {
  if (!decision.allowed && decision.because.refusal.kind === 'conflict') await requireVersion(context, unit, row, seen)
  require(decision)
  await requireVersion(context, unit, row, seen)
}
/** Gives a value or null where it is refused: for pages, where a missing calendar must not hide the rest. */
export const orNull = <T>(read: () => T): T | null => {
  try {
    return read()
  } catch (error) {
    if (isRefused(error)) return null
    throw error
  }
}
