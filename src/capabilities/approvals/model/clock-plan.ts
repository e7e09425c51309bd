/** Makes the terms of a clock from a limit of the catalogue. Pure; every figure comes from the data. */
import type { Certainty } from '../../../kernel/sourced.ts'
import type { Words } from '../../../kernel/words.ts'
import type { ApproverLevel, Clock, ClockKind, ClockUnit, PauseGround } from './clock/clock.ts'
import { type Rules, warnAt } from './rules.ts'

interface Cited {
  readonly basis: string
  readonly certainty: Certainty
}
/** The parts of a catalogue limit that a clock needs. */
export interface LimitTerms {
  readonly days: number | null
  readonly unit: 'workday' | 'calendar-day' | 'immediate'
  /** Days left at which its clock turns to warning; absent: the window's rule. */
  readonly warnDays?: number | undefined
  readonly citation: Cited
  readonly extension: {
    readonly days: number
    readonly times: number
    readonly approver: 'department-head' | 'government-head'
    readonly citation: Cited
  } | null
}
/** The parts of a legal ground that a clock needs. */
export interface GroundTerms {
  readonly id: string
  readonly name: Words
  readonly pausable: boolean
  readonly needsWrittenNotice: boolean
  readonly onlyFor: readonly string[]
  readonly maxDays: number | null
  readonly citation: Cited
}

/** The grounds on which an item may be paused: those for every item, and those for it alone. */
export const groundsFor = (grounds: readonly GroundTerms[], itemId: string): readonly GroundTerms[] =>
  grounds.filter((ground) => ground.pausable && (ground.onlyFor.length === 0 || ground.onlyFor.includes(itemId)))

const pauseGround = (ground: GroundTerms): PauseGround => ({
  code: ground.id,
  name: ground.name,
  basis: ground.citation.basis,
  untilRequired: ground.needsWrittenNotice,
})
const levels: Readonly<Record<'department-head' | 'government-head', ApproverLevel>> = {
  'department-head': 'agency-head',
  'government-head': 'government-head',
}

export interface ClockPlan {
  readonly terms: Clock
  readonly basis: string
  readonly certainty: Certainty
}

/** Gives the clock of a limit, or null when the limit has no known number of days: then nothing runs. */
export const planClock = (
  kind: ClockKind,
  limit: LimitTerms,
  context: { readonly grounds: readonly GroundTerms[]; readonly calendarVersion: string; readonly rules: Rules },
): ClockPlan | null => {
  if (limit.days === null && limit.unit !== 'immediate') return null
  const budget = limit.unit === 'immediate' ? 0 : (limit.days ?? 0)
  const unit: ClockUnit = limit.unit === 'calendar-day' ? 'calendar-day' : 'workday'
  const { extension } = limit
  return {
    basis: limit.citation.basis,
    certainty: limit.citation.certainty,
    terms: {
      kind,
      unit,
      budget,
      roll: unit === 'calendar-day' ? 'next' : 'none',
      calendarVersion: context.calendarVersion,
      warnAt: limit.warnDays === undefined ? warnAt(context.rules, budget) : Math.min(budget, limit.warnDays),
      grounds: context.grounds.map(pauseGround),
      extension:
        extension === null
          ? null
          : {
              maxCount: extension.times,
              maxDaysEach: extension.days,
              approverLevel: levels[extension.approver],
              basis: extension.citation.basis,
            },
      recording: {
        lateAfterMinutes: context.rules.recording.lateAfterMinutes,
        backdateDays: context.rules.recording.backdateDays,
      },
    },
  }
}
