/**
 * The approvals as plain data: what a window, its departments and its applicants may do, and what becomes of the files,
 * written down a second time without database, clock engine or policies. The model-based test compares the two.
 */
import type {
  ApplicationId,
  ApplicationState,
  ItemRunState,
  OpinionCode,
  OpinionTaskState,
  Outcome,
} from '../../src/capabilities/approvals/contract.ts'
import { addDays, type LocalDate } from '../../src/kernel/time.ts'
import type { Calendar } from '../../src/kernel/working-days.ts'

export type Side = 'applicant' | 'stranger' | 'clerk' | 'supervisor' | 'reviewer' | 'lead' | 'approver'
export interface Somebody {
  readonly key: string
  readonly side: Side
  /** Only of officers. */
  readonly department: string
}
/** Days that do not count, both ends included. */
interface Span {
  readonly from: LocalDate
  to: LocalDate
}
export interface TaskModel {
  readonly department: string
  state: OpinionTaskState
  code: OpinionCode | null
  readonly sentOn: LocalDate
  readonly days: number
  readonly pauses: Span[]
  superseded: boolean
}
export interface RunModel {
  readonly itemId: string
  readonly department: string
  /** Silence of an asked department counts as no objection. */
  readonly deems: boolean
  /** The day from which its clocks run. */
  readonly since: LocalDate
  state: ItemRunState
  outcome: Outcome | null
  hold: { readonly ground: string; readonly until: LocalDate } | null
  proposal: { readonly by: string; readonly ground: string; readonly days: number } | null
  draft: { readonly by: string; readonly outcome: Outcome } | null
  certificates: number
  readonly tasks: TaskModel[]
  /** Tasks whose opinions contradict each other and were not mediated yet. */
  conflict: readonly TaskModel[] | null
  readonly mediated: (readonly TaskModel[])[]
}
export interface ApplicationModel {
  readonly id: ApplicationId
  readonly project: number
  readonly stage: string
  readonly items: readonly string[]
  readonly createdBy: string
  state: ApplicationState
  round: number
  /** Everything is filled in and attached, as far as the law of this version asks. */
  ready: boolean
  lawOf: string
  submittedBy: string | null
  submittedOn: LocalDate | null
  /** The version that the last submission was made on. */
  submittedSeen: number
  lists: number
  listRound: number
  pointsOpen: boolean
  secondListBy: string | null
  withdrawalBy: string | null
  /** Thrown away before it was ever submitted: nothing is left of it. */
  discarded: boolean
  readonly runs: RunModel[]
}
export interface ItemFacts {
  readonly department: string
  readonly deems: boolean
  readonly clocked: boolean
}
export interface WindowModel {
  applications: ApplicationModel[]
}

export const openStates: readonly ApplicationState[] = ['draft', 'submitted', 'correcting', 'accepted']
export const openRuns: readonly ItemRunState[] = ['handling', 'drafted', 'reviewed']
export const isOpen = (task: TaskModel): boolean => task.state === 'sent' || task.state === 'opened'

// ------------------------------------------------------------------------------------------ who may

export const onApplicantSide = (who: Somebody, application: ApplicationModel): boolean =>
  who.side === 'applicant' || (who.side === 'clerk' && application.createdBy === who.key)
/** The window takes the file in hand: another clerk than the one who filled in or sent it. */
export const atWindow = (who: Somebody, application: ApplicationModel): boolean =>
  who.side === 'clerk' &&
  application.createdBy !== who.key &&
  application.submittedBy !== who.key &&
  application.state === 'submitted' &&
  application.withdrawalBy === null
export const officerOf = (who: Somebody, department: string, sides: readonly Side[]): boolean =>
  sides.includes(who.side) && who.department === department
export const heldNow = (run: RunModel, today: LocalDate): boolean => run.hold !== null && run.hold.until >= today

/** Nothing is waited for, asked for, or in dispute. */
export const opinionsComplete = (run: RunModel): boolean =>
  run.conflict === null &&
  run.tasks
    .filter((task) => !task.superseded && task.state !== 'cancelled')
    .every((task) => !isOpen(task) && !(task.state === 'given' && task.code === 'need-information'))

// ------------------------------------------------------------------------------------------ what becomes of it

export const fanOut = (
  application: ApplicationModel,
  factsOf: (itemId: string) => ItemFacts,
  since: LocalDate,
): void => {
  application.state = 'accepted'
  for (const itemId of application.items)
    application.runs.push({
      itemId,
      department: factsOf(itemId).department,
      deems: factsOf(itemId).deems,
      since,
      state: 'handling',
      outcome: null,
      hold: null,
      proposal: null,
      draft: null,
      certificates: 0,
      tasks: [],
      conflict: null,
      mediated: [],
    })
}

const includesAll = (all: readonly TaskModel[], some: readonly TaskModel[]): boolean =>
  some.every((task) => all.includes(task))
/** Opinions changed: a contradiction is raised, kept or gone. One that was mediated is not raised again. */
export const weighOpinions = (run: RunModel): void => {
  const standing = run.tasks.filter((task) => task.state === 'given' && !task.superseded)
  const agree = standing.filter((task) => task.code === 'agree' || task.code === 'agree-with-conditions')
  const disagree = standing.filter((task) => task.code === 'disagree')
  const against = agree.length === 0 || disagree.length === 0 ? [] : [...agree, ...disagree]
  if (against.length === 0) run.conflict = null
  else if (run.conflict !== null || !run.mediated.some((tasks) => includesAll(tasks, against))) run.conflict = against
}
export const ask = (run: RunModel, departments: readonly string[], days: number, today: LocalDate): void => {
  for (const department of departments) {
    for (const task of run.tasks)
      if (task.department === department && task.state !== 'cancelled') task.superseded = true
    const pauses = run.hold !== null && run.hold.until >= today ? [{ from: today, to: run.hold.until }] : []
    run.tasks.push({ department, state: 'sent', code: null, sentOn: today, days, pauses, superseded: false })
  }
  weighOpinions(run)
}
/** The last day on which the department may answer: working days after the request, without those of pauses. */
export const dueOf = (task: TaskModel, calendar: Calendar): LocalDate => {
  let day = task.sentOn
  for (let counted = 0; counted < task.days; ) {
    day = calendar.addWorkdays(day, 1)
    if (!task.pauses.some((pause) => pause.from <= day && day <= pause.to)) counted += 1
  }
  return day
}
export const pause = (run: RunModel, today: LocalDate, calendar: Calendar): void => {
  if (run.proposal === null) throw new Error('nothing was proposed')
  const until = calendar.addWorkdays(today, run.proposal.days)
  run.hold = { ground: run.proposal.ground, until }
  run.proposal = null
  // A request that is overdue already cannot stand still any more.
  for (const task of run.tasks)
    if (isOpen(task) && dueOf(task, calendar) >= today) task.pauses.push({ from: today, to: until })
}
export const resume = (run: RunModel, today: LocalDate): void => {
  run.hold = null
  for (const task of run.tasks) {
    const last = task.pauses.at(-1)
    if (isOpen(task) && last !== undefined && last.to > today) last.to = today
  }
}
export const decide = (application: ApplicationModel, run: RunModel): void => {
  if (run.draft === null) throw new Error('nothing was drafted')
  const { outcome } = run.draft
  run.outcome = outcome === 'refused' && run.outcome === 'partially-approved' ? 'partially-approved' : outcome
  run.certificates += 1
  run.draft = null
  if (outcome === 'partially-approved') {
    // One of the two parts stays in hand.
    run.state = 'handling'
    return
  }
  run.state = 'decided'
  run.proposal = null
  run.hold = null
  if (application.runs.every((each) => each.state === 'decided' || each.state === 'cancelled'))
    application.state = 'closed'
}
export const withdraw = (application: ApplicationModel): void => {
  application.state = 'withdrawn'
  application.withdrawalBy = null
  for (const run of application.runs) {
    if (!openRuns.includes(run.state)) continue
    run.state = 'cancelled'
    run.hold = null
    run.proposal = null
    for (const task of run.tasks) if (isOpen(task)) task.state = 'cancelled'
  }
}

/** What happens by itself when the timers of a day fire: silence of the window, silence of departments, ends of pauses. */
export const passTime = (
  model: WindowModel,
  today: LocalDate,
  calendar: Calendar,
  intakeDays: number,
  factsOf: (itemId: string) => ItemFacts,
): void => {
  for (const application of model.applications) {
    if (application.state === 'submitted' && application.submittedOn !== null)
      if (addDays(calendar.addWorkdays(application.submittedOn, intakeDays), 1) <= today)
        fanOut(application, factsOf, application.submittedOn)
    for (const run of application.runs) {
      if (run.hold !== null && run.hold.until < today) run.hold = null
      for (const task of run.tasks)
        if (isOpen(task) && run.deems && dueOf(task, calendar) < today) task.state = 'deemed'
      if (run.state === 'handling') weighOpinions(run)
    }
  }
}
