/**
 * The law as the approvals need it: what the catalogue holds on a day, in the shapes of this capability. Every figure comes
 * from the catalogue; this file only passes it on.
 */
import type { z } from 'zod'
import type { FieldFault } from '../../../kernel/refusal.ts'
import type { Certainty } from '../../../kernel/sourced.ts'
import type { LocalDate } from '../../../kernel/time.ts'
import type { Words } from '../../../kernel/words.ts'
import type { Database } from '../../../platform/platform.ts'
import type { Condition, FormBlock, formReplySchema } from '../../catalogue/contract.ts'
import type { Answers } from '../contract.ts'
import type { GroundTerms, LimitTerms } from '../model/clock-plan.ts'
import type { FrontHold } from '../model/front.ts'
import type { StageJoinRule } from '../model/join.ts'
import type { MaterialTerms } from '../model/materials.ts'
import type { RemedyTerm } from '../model/remedies.ts'

interface Cited {
  readonly basis: string
  readonly certainty: Certainty
}
export interface StageTerms {
  readonly id: string
  readonly name: Words
  readonly join: StageJoinRule
  /** The limit of joint handling; null where nothing is handled jointly. */
  readonly clock: LimitTerms | null
}
export interface PrerequisiteTerms {
  readonly itemId: string
  readonly hold: FrontHold
  readonly because: Words
}
/** A moment of the project on which an item waits. */
export interface MilestonePrerequisite {
  readonly milestone: string
  readonly name: Words
  readonly hold: FrontHold
  readonly because: Words
}
export interface MilestoneTerms {
  readonly id: string
  readonly name: Words
  readonly stage: string
  readonly stageName: Words
}
export interface ItemTerms {
  readonly versionId: string
  readonly itemId: string
  readonly name: Words
  readonly stage: string
  readonly kind: string
  readonly department: string
  /** Departments that the catalogue names beside it. */
  readonly alsoDepartments: readonly string[]
  /** Runs alongside the stages (environment, water conservation, …) and holds none of them. */
  readonly alongside: boolean
  readonly safety: boolean
  readonly deemedOnSilence: boolean
  readonly limit: LimitTerms & {
    readonly excludedDays: readonly {
      readonly ground: string
      readonly days: number | null
      readonly citation: Cited
    }[]
  }
  readonly promise: Pick<LimitTerms, 'days' | 'unit' | 'warnDays' | 'citation'>
  readonly prerequisites: readonly PrerequisiteTerms[]
  readonly milestones: readonly MilestonePrerequisite[]
  readonly legalBasis: readonly string[]
  readonly outputName: Words
  readonly remedy: string
  /** The single ways of the remedy with their lengths. */
  readonly remedies: readonly RemedyTerm[]
}
export interface FieldTerms {
  readonly id: string
  readonly label: Words
  readonly type: string
  readonly unit: Words | null
  readonly required: boolean
  readonly choices: readonly { readonly value: string; readonly label: Words }[]
  /** Whose part of the form it is: 'owner', 'design', … */
  readonly block: FormBlock
  readonly origins: readonly ('project-register' | 'organisation' | 'earlier-submission' | 'applicant')[]
}
export interface FormTerms {
  readonly version: string
  readonly fields: readonly FieldTerms[]
}
export type FormSections = z.infer<typeof formReplySchema>['sections']

export interface Law {
  /** Takes in versions that other servers have published meanwhile. */
  readonly freshen: (db: Database) => Promise<void>
  readonly stage: (stageId: string, day: LocalDate) => StageTerms | null
  /** The department that leads a stage for these answers of the guide; the first item's department where none is named. */
  readonly leadOf: (stageId: string, guideAnswers: Answers, day: LocalDate) => string | null
  readonly item: (itemId: string, day: LocalDate) => ItemTerms | null
  readonly itemVersion: (versionId: string) => ItemTerms | null
  /** The milestones of all stages, in the order of life. */
  readonly milestones: () => readonly MilestoneTerms[]
  /** What must be decided before a milestone, of what the project needs and has not settled, in sentences. */
  readonly milestoneNeeds: (
    milestone: string,
    neededItems: ReadonlySet<string>,
    settled: ReadonlySet<string>,
    day: LocalDate,
  ) => readonly Words[]
  /** Items that a project with these answers of the guide needs: a prerequisite outside of them is no condition. */
  readonly neededItems: (guideAnswers: Answers, day: LocalDate) => ReadonlySet<string>
  /** The materials of items, each with whether it is needed for these answers. */
  readonly materials: (itemIds: readonly string[], guideAnswers: Answers, day: LocalDate) => readonly MaterialTerms[]
  /** Whether a condition holds: over answers of the guide and further facts by name. */
  readonly truth: (condition: Condition, guideAnswers: Answers, facts: Answers) => 'yes' | 'no' | 'unknown'
  readonly form: (itemIds: readonly string[], day: LocalDate) => FormTerms
  /** The same form by sections, whole. */
  readonly sections: (itemIds: readonly string[], day: LocalDate) => FormSections
  /** The form that bore a version tag, also one that no longer holds; null: never served. */
  readonly formOfVersion: (itemIds: readonly string[], version: string) => FormTerms | null
  /** With `draft`, what is still empty is no fault. */
  readonly checkAnswers: (
    itemIds: readonly string[],
    day: LocalDate,
    answers: Answers,
    options?: { readonly draft?: boolean },
  ) => readonly FieldFault[]
  readonly grounds: (day: LocalDate) => readonly GroundTerms[]
  /** Days of the window to accept, refuse or tell what is missing. */
  readonly intakeLimit: (day: LocalDate) => LimitTerms
}
