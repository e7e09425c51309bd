/** The tables of the approvals as Kysely knows them. */
import { type Generated, type RawBuilder, sql } from 'kysely'
import type { Id, OrganisationId, PersonId, ProjectId } from '../../../kernel/identity.ts'
import type { Certainty } from '../../../kernel/sourced.ts'
import type { Instant, LocalDate } from '../../../kernel/time.ts'
import type { Words } from '../../../kernel/words.ts'
import type { Database } from '../../../platform/platform.ts'
import type { DraftExtras, ScopePart } from '../contract/decision-parts.ts'
import type {
  Answers,
  ApplicationId,
  ApplicationState,
  CertificateId,
  ClockId,
  ItemRunId,
  ItemRunState,
  OpinionCode,
  OpinionTaskId,
  OpinionTaskState,
  Outcome,
  SubmissionId,
} from '../contract.ts'
import type { Clock, ClockEvent, ClockHolder } from '../model/clock/clock.ts'
import type { RemedyTerm } from '../model/remedies.ts'
import type { CertificateCause, Delivery } from './after-tables.ts'

export type DocumentId = Id<'document'>

export interface Origin {
  readonly kind: 'entered' | 'project' | 'organisation' | 'submission' | 'guide'
  readonly label: string
  readonly at: Instant | null
}
export interface CorrectionPoint {
  readonly anchor: string
  readonly reasonCode: string
  readonly text: string
}
/** A receipt on paper that was entered later (后补录入). */
export interface PaperReceipt {
  readonly receivedAt: Instant
  readonly reasonCode: string
  readonly reason: string
  readonly signatory: string
  /** The scanned application. */
  readonly documentId: DocumentId
  readonly enteredAt: Instant
  readonly enteredBy: PersonId
}
export interface Refusal {
  readonly ground: string
  readonly text: string
  readonly competentAuthority: string
}
export interface Hold {
  readonly noticeId: string
  readonly ground: string
  readonly label: Words
  readonly basis: string
  readonly since: Instant
  readonly until: LocalDate | null
  readonly holder: ClockHolder
}
export interface Draft {
  readonly outcome: Outcome
  readonly text: string
  readonly conditions: readonly string[]
  readonly draftedBy: PersonId
  readonly draftedAt: Instant
  readonly reviewedBy: PersonId | null
  readonly reviewRemark: string | null
  /** Scope, terms of conditions, ground of a refusal, validity; absent in drafts from before these were kept. */
  readonly extras?: DraftExtras
}
export interface Proposal {
  readonly proposalId: string
  readonly ground: string
  readonly label: Words
  readonly reason: string
  readonly expectedDays: number
  readonly proposedBy: PersonId
  readonly proposedAt: Instant
}
/** Everything that stands in a certificate. */
export interface CertificateFacts {
  readonly documentNumber: string
  readonly code: string
  readonly documentName: Words
  readonly itemId: string
  readonly itemName: Words
  /** Absent on documents of before it was kept. */
  readonly itemKind?: string
  readonly projectNumber: string
  readonly projectName: string
  readonly projectAddress: string
  readonly holderName: string
  readonly department: string
  readonly departmentName: string
  readonly outcome: Outcome
  readonly text: string
  readonly conditions: readonly string[]
  readonly legalBasis: readonly string[]
  readonly remedy: string
  readonly decidedAt: Instant
  readonly decidedOn: LocalDate
  /** Documents that were still owed on the day of the decision (容缺办结). */
  readonly deferred?: readonly { readonly name: Words; readonly limit: Words; readonly due: LocalDate | null }[]
  /** Parts of a partial approval. */
  readonly scope?: readonly ScopePart[]
  readonly refusal?: {
    readonly ground: Words
    readonly basis: string
    readonly certainty: Certainty
    readonly facts: string
  } | null
  readonly remedies?: readonly RemedyTerm[]
  readonly validUntil?: LocalDate | null
  /** The document that this one takes the place of, and why. */
  readonly replaces?: { readonly documentNumber: string; readonly kind: string; readonly reason: string } | null
}

/** Ordering hints, derived from the clock and never shown. */
interface Hints {
  readonly due_hint: Generated<LocalDate>
  readonly warn_hint: Generated<LocalDate>
  readonly held: Generated<boolean>
}

export interface ApplicationTable extends Hints {
  readonly id: ApplicationId
  readonly case_number: string
  readonly project_id: ProjectId
  readonly project_number: string
  readonly project_name: string
  readonly project_address: string
  readonly applicant_id: OrganisationId
  readonly applicant_name: string
  readonly stage: string
  readonly lead_department: string
  readonly state: ApplicationState
  readonly version: Generated<number>
  readonly round: Generated<number>
  readonly catalogue_day: LocalDate
  readonly form_version: string
  readonly guide_answers: Answers
  readonly answers: Answers
  readonly origins: Readonly<Record<string, Origin>>
  readonly item_ids: readonly string[]
  readonly created_at: Instant
  readonly created_by: PersonId
  readonly changed_at: Instant
  readonly changed_by: PersonId | null
  readonly submitted_at: Instant | null
  readonly submitted_by: PersonId | null
  readonly accepted_at: Instant | null
  readonly closed_at: Instant | null
  readonly refusal: Refusal | null
  /** Handed in on paper and entered afterwards; null = entered by itself. */
  readonly paper: PaperReceipt | null
}
interface SubmissionTable {
  readonly id: SubmissionId
  readonly application_id: ApplicationId
  readonly round: number
  readonly receipt_number: string
  readonly hash: string
  readonly content: string
  readonly submitted_at: Instant
  readonly submitted_by: PersonId
  /** When it was entered, where that was after the receipt on paper. */
  readonly entered_at: Instant | null
}
interface DocumentTable {
  readonly id: DocumentId
  readonly application_id: ApplicationId
  readonly material_id: string
  readonly file_name: string
  readonly size_bytes: number
  readonly media_type: string
  readonly sha256: string
  readonly scan: 'unscanned' | 'clean' | 'infected'
  readonly added_at: Instant
  readonly added_by: PersonId
  readonly removed_at: Instant | null
}
interface CorrectionTable {
  readonly application_id: ApplicationId
  readonly round: number
  readonly issued_at: Instant
  readonly issued_by: PersonId
  readonly answered_at: Instant | null
  readonly points: readonly CorrectionPoint[]
}
export interface ItemRunTable extends Hints {
  readonly id: ItemRunId
  readonly application_id: ApplicationId
  readonly project_id: ProjectId
  readonly item_id: string
  readonly item_version_id: string
  readonly item_name: Words
  readonly item_kind: string
  readonly department: string
  readonly state: ItemRunState
  readonly version: Generated<number>
  readonly changed_at: Instant
  readonly changed_by: PersonId | null
  readonly hold: Hold | null
  readonly draft: Draft | null
  readonly proposal: Proposal | null
  readonly outcome: Outcome | null
  readonly decision_text: string | null
  readonly decision_conditions: readonly string[] | null
  readonly decided_at: Instant | null
  readonly decided_by: PersonId | null
  readonly document_number: string | null
  readonly certificate_id: CertificateId | null
}
export interface OpinionTaskTable extends Hints {
  readonly id: OpinionTaskId
  readonly item_run_id: ItemRunId
  readonly application_id: ApplicationId
  readonly department: string
  readonly question: string
  readonly state: OpinionTaskState
  readonly version: Generated<number>
  readonly code: OpinionCode | null
  readonly text: string | null
  readonly conditions: readonly string[]
  readonly sent_at: Instant
  readonly sent_by: PersonId | null
  readonly changed_at: Instant
  readonly changed_by: PersonId | null
  readonly given_at: Instant | null
  readonly given_by: PersonId | null
  readonly redo_of: OpinionTaskId | null
}
/** Clocks of a document after the decision. */
export const afterPurposes = ['delivery', 'start', 'reverification', 'expiry', 'condition', 'answer'] as const
/** Clocks of duties that outlive the decision: nothing that ends an item or an application stops them. */
export const lastingPurposes = ['deferral', 'after-check', ...afterPurposes] as const
/** What a clock measures. */
export type ClockPurpose =
  | 'intake'
  | 'correction'
  | 'stage'
  | 'item'
  | 'promise'
  | 'opinion'
  | 'information'
  | 'conflict'
  | 'advice'
  | (typeof lastingPurposes)[number]
export interface ClockTable extends Hints {
  readonly id: ClockId
  readonly application_id: ApplicationId
  readonly item_run_id: ItemRunId | null
  readonly opinion_task_id: OpinionTaskId | null
  readonly project_id: ProjectId
  readonly purpose: ClockPurpose
  readonly department: string
  readonly label: Words
  readonly basis: string
  readonly certainty: Certainty
  readonly terms: Clock
  readonly created_at: Instant
  readonly open: boolean
  readonly calendar_version: string
  /** Version of the ladder by which its timers were set. */
  readonly ladder: Generated<string | null>
  /** The document for which it runs after the decision. */
  readonly certificate_id: CertificateId | null
}
interface ClockEventTable {
  readonly clock_id: ClockId
  readonly ordinal: number
  readonly kind: string
  readonly occurred_at: Instant
  readonly recorded_at: Instant
  readonly event: ClockEvent
  /** Who entered it; null = the system. */
  readonly by_person: Generated<PersonId | null>
}
export interface CertificateTable {
  readonly id: CertificateId
  readonly item_run_id: ItemRunId
  readonly application_id: ApplicationId
  readonly code: string
  readonly document_number: string
  readonly facts: CertificateFacts
  readonly state: Generated<'in-force' | 'revoked' | 'replaced' | 'lapsed'>
  readonly sha256: string | null
  readonly created_at: Instant
  readonly version: Generated<number>
  readonly changed_at: Instant
  readonly changed_by: PersonId | null
  readonly replaces: CertificateId | null
  readonly cause: CertificateCause | null
  /** Public and open to the parties from this instant. */
  readonly publish_at: Instant
  readonly published_at: Instant | null
  readonly delivered_at: Instant | null
  readonly delivery: Delivery | null
  readonly valid_until: LocalDate | null
  readonly site_state: 'waiting' | 'started' | 'stopped' | null
  readonly started_on: LocalDate | null
  readonly stopped_on: LocalDate | null
}

export type ApprovalsTables = {
  'approvals.application': ApplicationTable
  'approvals.submission': SubmissionTable
  'approvals.document': DocumentTable
  'approvals.correction': CorrectionTable
  'approvals.item_run': ItemRunTable
  'approvals.opinion_task': OpinionTaskTable
  'approvals.clock': ClockTable
  'approvals.clock_event': ClockEventTable
  'approvals.certificate': CertificateTable
  'approvals.number_series': { readonly series: string; readonly year: number; readonly last: number }
}

export const tables = (db: Database) => db.withTables<ApprovalsTables>()

/** A value for a jsonb column: the driver would send a list as an SQL array. */
export const json = <T>(value: T): RawBuilder<T> => sql<T>`${JSON.stringify(value)}::jsonb`

/** The last day there is: stands for "no due day" in hints, so that such rows come last. */
export const NO_DAY = '9999-12-31' as LocalDate
