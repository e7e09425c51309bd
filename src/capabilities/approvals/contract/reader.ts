/** What later capabilities may ask of the approvals. */
import type { Actor } from '../../../kernel/actor.ts'
import type { OrganisationId, ProjectId } from '../../../kernel/identity.ts'
import type { Instant, LocalDate } from '../../../kernel/time.ts'
import type { Words } from '../../../kernel/words.ts'
import type { Database, Unit } from '../../../platform/platform.ts'
import type {
  ApplicationId,
  ApplicationState,
  CertificateId,
  ClockView,
  ItemRunId,
  Outcome,
  PublicProgress,
} from '../contract.ts'
import type { ExchangeStatus } from '../model/undertaking-rules.ts'
import type { AssessedCheck, AssessedDecision, AssessedMatter, AssessmentSpan, ConfirmedSignal } from './assessment.ts'
import type { ConditionEvent, ConditionGrade } from './decision-parts.ts'

export interface ApplicationSummary {
  readonly applicationId: ApplicationId
  readonly caseNumber: string
  readonly projectId: ProjectId
  readonly applicantId: OrganisationId
  readonly stage: string
  readonly state: ApplicationState
  readonly leadDepartment: string
  readonly itemIds: readonly string[]
  readonly submittedAt: Instant | null
  readonly acceptedAt: Instant | null
  readonly closedAt: Instant | null
  /** Handed in on paper and entered afterwards (后补录入): statistics count it apart. */
  readonly lateEntry: boolean
}
/** Where an item stands in the words of the national exchange (办件状态码). */
export interface HandlingStatus {
  readonly applicationId: ApplicationId
  /** Null before the acceptance. */
  readonly itemRunId: ItemRunId | null
  readonly itemId: string
  readonly status: ExchangeStatus
  /** Null: the standard has no code for it. */
  readonly code: number | null
  readonly name: string
}
export interface DecisionSummary {
  readonly itemRunId: ItemRunId
  readonly applicationId: ApplicationId
  readonly itemId: string
  readonly itemName: Words
  readonly department: string
  readonly outcome: Outcome
  readonly documentNumber: string
  readonly decidedAt: Instant
  readonly certificateId: CertificateId | null
  readonly verificationCode: string | null
}
export interface DecisionInForce {
  readonly certificateId: CertificateId
  readonly itemRunId: ItemRunId
  readonly itemId: string
  readonly itemName: Words
  readonly department: string
  readonly outcome: Outcome
  readonly documentNumber: string
  readonly verificationCode: string
  readonly decidedOn: LocalDate
  readonly deliveredOn: LocalDate | null
  readonly validUntil: LocalDate | null
  /** Parts that were granted; empty = the whole. */
  readonly grantedParts: readonly string[]
  /** An open remedy case suspends its effect. */
  readonly suspended: boolean
  /** The site under a permit with a start rule; null for others and before delivery. */
  readonly siteState: 'waiting' | 'started' | 'stopped' | null
  readonly startedOn: LocalDate | null
}
export interface OpenCondition {
  readonly conditionId: string
  readonly certificateId: CertificateId
  readonly documentNumber: string
  readonly ordinal: number
  readonly text: string
  readonly grade: ConditionGrade
  readonly department: string
  readonly dueOn: LocalDate | null
  /** What may not happen while it stands as it does; empty = nothing is blocked. */
  readonly blocksNow: readonly ConditionEvent[]
}
export interface OpenClock {
  readonly clock: ClockView
  readonly applicationId: ApplicationId
  readonly caseNumber: string
  readonly projectId: ProjectId
  readonly projectName: string
  readonly department: string
  /** Rebuildable hint used for ordering; `clock.due` is the truth. */
  readonly dueHint: LocalDate | null
}

/** One file of the archive of a project. */
export interface ArchivePiece {
  /** Where it lies in the archive, with '/' between folders. */
  readonly path: string
  readonly title: string
  /** Holds personal data: for those alone who may see it. */
  readonly personal: boolean
  readonly content: () => Promise<Uint8Array>
  /** The same without personal data, where that can be told apart. */
  readonly plain?: () => Promise<Uint8Array>
}

/** Every method takes the connection to use: `unit.db` inside a transaction. */
export interface ApprovalsReader {
  /** All applications of a project, drafts left out, newest first. */
  readonly applicationsOfProject: (db: Database, projectId: ProjectId) => Promise<readonly ApplicationSummary[]>
  /** Decisions in a project over all its applications, oldest first. */
  readonly decisionsOfProject: (db: Database, projectId: ProjectId) => Promise<readonly DecisionSummary[]>
  /** Every item applied for in a project with its status code; drafts left out. */
  readonly handlingStatuses: (db: Database, projectId: ProjectId) => Promise<readonly HandlingStatus[]>
  /** Clocks that run or are paused, those that press most first. */
  readonly openClocks: (
    db: Database,
    filter?: { readonly department?: string; readonly projectId?: ProjectId; readonly limit?: number },
  ) => Promise<readonly OpenClock[]>
  /** Matters that ended in a span of days or stood overdue at its end; the same for the same `asOf`. */
  readonly assessedMatters: (db: Database, span: AssessmentSpan) => Promise<readonly AssessedMatter[]>
  /**
   * Decisions of a span and those that fell in it; the same for the same `asOf`. A revocation counts on the grounds named:
   * deceit by the holder is no fault of the department.
   */
  readonly assessedDecisions: (
    db: Database,
    span: AssessmentSpan,
    faultGrounds: readonly string[],
  ) => Promise<readonly AssessedDecision[]>
  /** Checks of commitments that were settled in the span. */
  readonly assessedChecks: (db: Database, span: AssessmentSpan) => Promise<readonly AssessedCheck[]>
  /** Signals of the span that a supervisor confirmed. */
  readonly confirmedSignals: (db: Database, span: AssessmentSpan) => Promise<readonly ConfirmedSignal[]>
  /** Documents in force in a project, published and in the applicant's favour: what may be built on. */
  readonly decisionsInForce: (db: Database, projectId: ProjectId) => Promise<readonly DecisionInForce[]>
  /** Conditions of decisions in force that are not discharged, with what they block now ('start', 'completion', 'use'). */
  readonly openConditions: (db: Database, projectId: ProjectId) => Promise<readonly OpenCondition[]>
  /** The withdrawn application of which this one is a new filing; null when it is none. */
  readonly refiledOf: (
    db: Database,
    id: ApplicationId,
  ) => Promise<{
    readonly applicationId: ApplicationId
    readonly caseNumber: string
    readonly withdrawnAt: Instant
  } | null>
  /** Milestones that the project has reached, with the day. */
  readonly milestonesOf: (db: Database, projectId: ProjectId) => Promise<ReadonlyMap<string, LocalDate>>
  /** Decisions that must come before a milestone and are missing, in sentences. */
  readonly milestoneNeeds: (
    db: Database,
    projectId: ProjectId,
    milestone: string,
    day: LocalDate,
  ) => Promise<readonly Words[]>
  /** Items that a project needs by its answers in the guide, or has; empty before its first submission. */
  readonly neededItems: (db: Database, projectId: ProjectId) => Promise<ReadonlySet<string>>
  /** The last day of a limit that begins on a day, counted by the clock of the approvals under the calendar in force. */
  readonly lastDay: (
    from: LocalDate,
    limit: { readonly days: number; readonly unit: 'workday' | 'calendar-day' },
  ) => { readonly due: LocalDate; readonly provisional: boolean; readonly calendarVersion: string }
  /** Everything handed in, answered and issued in a project, for its archive; asks whether the reader may see it. */
  readonly archivePieces: (db: Database, reader: Actor, projectId: ProjectId) => Promise<readonly ArchivePiece[]>
  /** The public face by project number; null when the project is not public. */
  readonly publicProgress: (db: Database, projectNumber: string) => Promise<PublicProgress | null>
}

/** Use cases for later capabilities to run inside their own transaction. They ask no policy: the caller has made sure. */
export interface ApprovalsWriter {
  /**
   * Registers a milestone that the caller found reached, and moves the project on where the moment does. False when it was
   * registered before.
   */
  readonly reachMilestone: (
    unit: Unit,
    projectId: ProjectId,
    milestone: string,
    input: { readonly reachedOn: LocalDate; readonly note: string },
  ) => Promise<boolean>
  /**
   * The event of an item (the completion filing is that of I-408) came about otherwise than by its application: documents
   * that were to follow before it are due now. Gives how many promises it concerns.
   */
  readonly reportEvent: (
    unit: Unit,
    projectId: ProjectId,
    eventItem: string,
    event: { readonly occurredOn: LocalDate; readonly basis: string },
  ) => Promise<number>
}
