/**
 * A clock of the law (期限): a budget of days and a ledger of what happened to it. Nothing else is stored: due day,
 * remaining days and colour are derived (`derive.ts`), so they can never disagree.
 *
 * A clock knows no subject: the same engine runs stage, item, department, deferral and post-decision clocks.
 */
import { z } from 'zod'
import { instantSchema, localDateSchema } from '../../../../kernel/time.ts'
import { wordsSchema } from '../../../../kernel/words.ts'

export const clockKinds = ['statutory', 'promise', 'department', 'applicant', 'deferral', 'post-decision'] as const
export type ClockKind = (typeof clockKinds)[number]

/** The unit in which the budget is given and counted: 工作日 or 自然日. Months are turned into days by `daysOfMonths`. */
export const clockUnits = ['workday', 'calendar-day'] as const
export type ClockUnit = (typeof clockUnits)[number]

/**
 * What happens when the last day of a calendar-day clock is not worked: 'next' moves it to the next workday (民法典 203),
 * 'previous' to the workday before (for advance notices), 'none' leaves it. Workday clocks always end on a workday.
 */
export const clockRolls = ['none', 'next', 'previous'] as const
export type ClockRoll = (typeof clockRolls)[number]

/** Who holds the file: the time totals are published by holder. */
export const clockHolders = ['authority', 'applicant', 'third-party'] as const
export type ClockHolder = (typeof clockHolders)[number]

/** Levels of approval in rising order; a higher level may always approve what a lower one may. */
export const approverLevels = ['officer', 'department-head', 'agency-head', 'government-head'] as const
export type ApproverLevel = (typeof approverLevels)[number]

/** A legal ground on which the clock of this item may stand still (行政许可法 45); comes from the item's data. */
export const pauseGroundSchema = z.object({
  code: z.string().min(1),
  name: wordsSchema,
  /** Law and article. */
  basis: z.string().min(1),
  /** True: the notice to the applicant must name the last day (所需时间书面告知). */
  untilRequired: z.boolean(),
})
export type PauseGround = Readonly<z.infer<typeof pauseGroundSchema>>

export const extensionRuleSchema = z.object({
  maxCount: z.number().int().min(1),
  /** Most days that one extension may add, in the clock's unit. */
  maxDaysEach: z.number().int().min(1),
  approverLevel: z.enum(approverLevels),
  basis: z.string().min(1),
})
export type ExtensionRule = Readonly<z.infer<typeof extensionRuleSchema>>

export const clockSchema = z.object({
  kind: z.enum(clockKinds),
  unit: z.enum(clockUnits),
  /** Days of the unit; 0 = on the spot, due at the end of the start day. */
  budget: z.number().int().min(0).max(3660),
  roll: z.enum(clockRolls),
  /** The calendar under which the clock was made; a recompute event replaces it. */
  calendarVersion: z.string().min(1),
  /** The colour turns to warning when this many days or fewer remain (today included); 0 = never. */
  warnAt: z.number().int().min(0),
  /** Grounds on which this item may be paused; empty = it never pauses. */
  grounds: z.array(pauseGroundSchema).readonly(),
  /** Null = cannot be extended. */
  extension: extensionRuleSchema.nullable(),
  /** How late an event may be entered, and from when on it counts as late entry. */
  recording: z.object({ lateAfterMinutes: z.number().int().min(0), backdateDays: z.number().int().min(0) }),
})
export type Clock = Readonly<z.infer<typeof clockSchema>>

const stamp = {
  /** When it took effect. */
  occurredAt: instantSchema,
  /** When it was entered. */
  recordedAt: instantSchema,
  /** Entered later than the clock's window allows without remark; shown and counted separately. */
  late: z.boolean(),
  lateReason: z.string().nullable(),
}
export const clockEventSchema = z.discriminatedUnion('kind', [
  /** `retroactiveBasis`: the law that sets the start in the past (silence = accepted on receipt); such a start is not late. */
  z.object({ kind: z.literal('start'), ...stamp, retroactiveBasis: z.string().nullable() }),
  z.object({
    kind: z.literal('pause'),
    ...stamp,
    ground: z.string().min(1),
    basis: z.string().min(1),
    approvedBy: z.string().min(1),
    /** The written notice to the applicant; names the pause within the clock. */
    noticeId: z.string().min(1),
    holder: z.enum(clockHolders),
    /** Last day of the pause as announced; the pause ends by itself at its close. Null = until resumed. */
    until: localDateSchema.nullable(),
  }),
  z.object({ kind: z.literal('resume'), ...stamp, noticeId: z.string().min(1) }),
  z.object({
    kind: z.literal('extend'),
    ...stamp,
    days: z.number().int().min(1),
    approvedBy: z.string().min(1),
    level: z.enum(approverLevels),
    reason: z.string().min(1),
  }),
  z.object({ kind: z.literal('stop'), ...stamp }),
  z.object({ kind: z.literal('cancel'), ...stamp, reason: z.string().min(1) }),
  z.object({
    kind: z.literal('recompute'),
    ...stamp,
    calendarVersion: z.string().min(1),
    oldDue: localDateSchema.nullable(),
    newDue: localDateSchema.nullable(),
    cause: z.string().min(1),
  }),
])
export type ClockEvent = Readonly<z.infer<typeof clockEventSchema>>
export type ClockEventOf<K extends ClockEvent['kind']> = Extract<ClockEvent, { kind: K }>
/** Append-only, in the order of recording. */
export type ClockLedger = readonly ClockEvent[]

/** Who holds the file while the clock runs. */
export const runningHolder = (kind: ClockKind): ClockHolder =>
  kind === 'statutory' || kind === 'promise' || kind === 'department' ? 'authority' : 'applicant'

/** The calendar version under which a clock must be derived: that of its last recompute, else the one it was made under. */
export const calendarVersionOf = (clock: Clock, ledger: ClockLedger): string => {
  for (let index = ledger.length - 1; index >= 0; index -= 1) {
    const event = ledger[index]
    if (event?.kind === 'recompute') return event.calendarVersion
  }
  return clock.calendarVersion
}
