/**
 * Joins: when the opinions of an item are complete, and when a stage is. Pure; evaluated in the transaction of every
 * event that can change the answer, so that nothing ever waits for somebody to press a button.
 */
import type { ItemRunState, OpinionCode, OpinionTaskState, Outcome } from '../contract.ts'

export interface OpinionFacts {
  readonly department: string
  readonly departmentName: string
  readonly state: OpinionTaskState
  readonly code: OpinionCode | null
  /** True when a later task to the same department replaced this one. */
  readonly superseded: boolean
}

export interface OpinionJoin {
  /** Departments whose answer is still out. */
  readonly waiting: readonly string[]
  /** Departments that asked for information; a new request to them is needed. */
  readonly needInformation: readonly string[]
  readonly disagreeing: readonly string[]
  /** Departments whose opinions contradict each other and were not mediated yet. */
  readonly conflicts: readonly string[]
  /** Departments whose opinion rests on facts that have changed since. */
  readonly outdated: readonly string[]
  /** Special procedures under way: the decision rests on their result. */
  readonly procedures: readonly string[]
  /** True when a draft may be made: every opinion is in (or deemed, or cancelled) and no question is open. */
  readonly complete: boolean
}

/** What else holds a draft beside the answers themselves. */
export interface Holding {
  readonly conflicts: readonly string[]
  readonly outdated: readonly string[]
  readonly procedures: readonly string[]
}
const nothing: Holding = { conflicts: [], outdated: [], procedures: [] }

/** Gives what the opinions asked for an item say together. No opinions asked = complete. */
export const joinOpinions = (tasks: readonly OpinionFacts[], holding: Holding = nothing): OpinionJoin => {
  const current = tasks.filter((task) => !task.superseded && task.state !== 'cancelled')
  const names = (chosen: (task: OpinionFacts) => boolean): readonly string[] =>
    current.filter(chosen).map((task) => task.departmentName)
  const waiting = names((task) => task.state === 'sent' || task.state === 'opened')
  const needInformation = names((task) => task.state === 'given' && task.code === 'need-information')
  return {
    waiting,
    needInformation,
    disagreeing: names((task) => task.state === 'given' && task.code === 'disagree'),
    ...holding,
    complete: [waiting, needInformation, holding.conflicts, holding.outdated, holding.procedures].every(
      (names) => names.length === 0,
    ),
  }
}

/** When a stage is closed; the values of the catalogue's stage. */
export type StageJoinRule = 'all-items-closed' | 'any' | 'lead-decides'

export interface StageItemFacts {
  readonly state: ItemRunState
  readonly outcome: Outcome | null
  /** The item's department leads the stage. */
  readonly lead: boolean
}
export interface StageJoin {
  readonly closed: boolean
  /** The stage was passed: the project may move on. False when a closing decision was a refusal. */
  readonly passed: boolean
}

/**
 * Says whether an application is closed by the decisions on its items and whether the project may move on.
 * all-items-closed: every item decided or cancelled; passed when none was refused. any: the first decision in favour
 * closes, or the last refusal. lead-decides: the decisions of the lead department close; the others must be in as well.
 * With no item handled by the lead department the rule falls back to all.
 */
export const joinStage = (rule: StageJoinRule, items: readonly StageItemFacts[]): StageJoin => {
  const active = items.filter((item) => item.state !== 'cancelled')
  if (active.length === 0) return { closed: items.length > 0, passed: false }
  const decided = active.filter((item) => item.state === 'decided')
  const all = decided.length === active.length
  const favourable = (list: readonly StageItemFacts[]): boolean =>
    list.length > 0 && list.every((item) => item.outcome !== null && item.outcome !== 'refused')
  if (rule === 'any') {
    const passed = decided.some((item) => item.outcome !== 'refused')
    return { closed: all, passed }
  }
  const leading = active.filter((item) => item.lead)
  if (rule === 'lead-decides' && leading.length > 0) return { closed: all, passed: all && favourable(leading) }
  return { closed: all, passed: all && favourable(active) }
}
