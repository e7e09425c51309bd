/** What an assessment of service may know of the approvals: matters that ended, or stood overdue, in a span of days. */
import type { PersonId } from '../../../kernel/identity.ts'
import type { Instant, LocalDate } from '../../../kernel/time.ts'
import type { Words } from '../../../kernel/words.ts'
import type { ApplicationId, CertificateId, ClockId } from '../contract.ts'

export interface AssessmentSpan {
  /** First and last day, both included. */
  readonly from: LocalDate
  readonly to: LocalDate
  /** Only what was recorded until then is seen: the same question later gives the same answer. */
  readonly asOf: Instant
}
/** One clock that ended in the span, or ran over its due day by the end of it. */
export interface AssessedMatter {
  readonly clockId: ClockId
  readonly applicationId: ApplicationId
  readonly caseNumber: string
  readonly projectName: string
  readonly label: Words
  /** intake 受理 · item 法定时限 · promise 承诺时限 · opinion 征求意见. */
  readonly purpose: 'intake' | 'item' | 'promise' | 'opinion'
  readonly department: string
  /** Who ended it; null = the system, or not known. */
  readonly personId: PersonId | null
  /**
   * answered: ended by an act · corrections: ended by the one list of what is missing · deemed: ended by silence ·
   * overdue: still open and past its due day at the end of the span.
   */
  readonly how: 'answered' | 'corrections' | 'deemed' | 'overdue'
  readonly startedOn: LocalDate
  readonly endedOn: LocalDate | null
  readonly due: LocalDate | null
  /** By the one rule of the clock engine: until the last millisecond of the due day. */
  readonly onTime: boolean
  /** Days used, in the unit of the clock. */
  readonly used: number
  /** Calendar days with the authority. */
  readonly heldDays: number
  /** Lists of corrections given before it ended. */
  readonly rounds: number
  /** Some event of it was entered later than the window allows without remark. */
  readonly lateEntered: boolean
}
/** A decision of the span, and whether it stands; or one of before that fell in the span. */
export interface AssessedDecision {
  readonly certificateId: CertificateId
  readonly applicationId: ApplicationId
  readonly caseNumber: string
  readonly itemName: Words
  readonly documentNumber: string
  readonly department: string
  readonly decidedOn: LocalDate
  /** Corrected for a slip, revoked for a fault of the authority, annulled or changed by review; null = it stands. */
  readonly fell: { readonly on: LocalDate; readonly how: 'correction' | 'revocation' | 'annulled' | 'changed' } | null
}
/** The check of a commitment after the approval that was settled in the span. */
export interface AssessedCheck {
  readonly checkId: string
  readonly applicationId: ApplicationId
  readonly caseNumber: string
  readonly itemName: Words
  readonly department: string
  readonly settledOn: LocalDate
  /** False: something had to be put right or revoked. */
  readonly kept: boolean
}
export interface ConfirmedSignal {
  readonly signalId: string
  readonly ruleName: Words
  readonly department: string
  readonly applicationId: ApplicationId | null
  readonly caseNumber: string
}
