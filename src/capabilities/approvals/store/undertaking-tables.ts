/** Tables of deferrals, commitments, after-checks, credit records, receipts and correction points as Kysely knows them. */
import type { Generated, Selectable } from 'kysely'
import type { Id, OrganisationId, PersonId, ProjectId } from '../../../kernel/identity.ts'
import type { Instant, LocalDate } from '../../../kernel/time.ts'
import type { Words } from '../../../kernel/words.ts'
import type { Database } from '../../../platform/platform.ts'
import type { ApplicationId, ClockId, ItemRunId } from '../contract.ts'
import type { DeferralState } from '../model/deferral.ts'
import type { AfterCheckRule, DeferralRule } from '../model/undertaking-rules.ts'
import type { ApplicationTable, CorrectionPoint, DocumentId } from './tables.ts'

export type CommitmentId = Id<'commitment'>
export type DeferralId = Id<'deferral'>
export type CreditRecordId = Id<'credit-record'>
export type AfterCheckId = Id<'after-check'>
export type ReceiptId = Id<'receipt'>

interface CommitmentTable {
  readonly id: CommitmentId
  readonly application_id: ApplicationId
  readonly kind: 'deferral' | 'substitute'
  readonly item_id: string | null
  readonly material_ids: readonly string[]
  readonly text_version: string
  readonly content: string
  readonly hash: string
  readonly signatory: string
  readonly signed_by: PersonId
  readonly signed_at: Instant
  readonly superseded_at: Instant | null
}
interface DeferralTable {
  readonly id: DeferralId
  readonly application_id: ApplicationId
  readonly project_id: ProjectId
  readonly applicant_id: OrganisationId
  readonly commitment_id: CommitmentId
  readonly material_id: string
  readonly material_name: Words
  readonly item_ids: readonly string[]
  readonly state: DeferralState
  readonly version: Generated<number>
  readonly changed_at: Instant
  readonly changed_by: PersonId | null
  readonly rule: DeferralRule
  readonly clock_id: ClockId | null
  readonly declared_at: Instant
  readonly started_at: Instant | null
  readonly supplied_at: Instant | null
  readonly supplied_by: PersonId | null
  readonly document_id: DocumentId | null
  readonly extension: {
    readonly days: number
    readonly at: Instant
    readonly by: PersonId
    readonly reason: string
  } | null
  readonly event: { readonly occurredOn: LocalDate; readonly basis: string; readonly by: PersonId | null } | null
  readonly defaulted_at: Instant | null
  readonly barred_until: LocalDate | null
  readonly holds_output: boolean
}
interface CreditTable {
  readonly id: CreditRecordId
  readonly organisation_id: OrganisationId
  readonly organisation_name: string
  readonly kind: 'dishonest' | 'deferral-default' | 'false-commitment'
  readonly state: 'proposed' | 'in-force' | 'dismissed' | 'lifted'
  readonly version: Generated<number>
  readonly basis: string
  readonly source: 'entered' | 'deferral' | 'after-check'
  readonly application_id: ApplicationId | null
  readonly source_id: string | null
  readonly valid_from: LocalDate
  readonly valid_to: LocalDate | null
  readonly entered_at: Instant
  readonly entered_by: PersonId | null
  readonly settled_at: Instant | null
  readonly settled_by: PersonId | null
  readonly settled_basis: string | null
  readonly answer: string | null
  readonly answered_at: Instant | null
  readonly answered_by: PersonId | null
}
interface AfterCheckTable {
  readonly id: AfterCheckId
  readonly application_id: ApplicationId
  readonly item_run_id: ItemRunId
  readonly project_id: ProjectId
  readonly commitment_id: CommitmentId
  readonly department: string
  readonly state: 'open' | 'found' | 'answered' | 'settled'
  readonly version: Generated<number>
  readonly changed_at: Instant
  readonly changed_by: PersonId | null
  readonly opened_at: Instant
  readonly clock_id: ClockId | null
  readonly rule: AfterCheckRule
  readonly result: 'true' | 'false' | 'not-kept' | null
  readonly finding: string | null
  readonly measures: readonly string[]
  readonly checked_at: Instant | null
  readonly checked_by: PersonId | null
  readonly answer_until: LocalDate | null
  readonly answer: string | null
  readonly answered_at: Instant | null
  readonly answered_by: PersonId | null
  readonly settlement: 'closed' | 'correct' | 'revoke' | null
  readonly settled_text: string | null
  readonly settled_at: Instant | null
  readonly settled_by: PersonId | null
}
interface ReceiptTable {
  readonly id: ReceiptId
  readonly application_id: ApplicationId
  readonly kind: 'accepted' | 'refused' | 'corrections' | 'delivery'
  readonly number: string
  readonly issued_at: Instant
  readonly issued_by: PersonId | null
  readonly by_silence: boolean
  readonly late: boolean
  /** Everything that stands in it. */
  readonly facts: Readonly<Record<string, unknown>>
}
interface CorrectionPointTable {
  readonly application_id: ApplicationId
  readonly round: number
  readonly ordinal: number
  readonly state: 'answered' | 'met' | 'not-met'
  readonly answer: string | null
  readonly answered_at: Instant | null
  readonly answered_by: PersonId | null
  readonly verdict_remark: string | null
  readonly judged_at: Instant | null
  readonly judged_by: PersonId | null
}
interface CorrectionRequestTable {
  readonly id: Id<'correction-request'>
  readonly application_id: ApplicationId
  readonly after_round: number
  readonly points: readonly CorrectionPoint[]
  readonly reason: string
  readonly state: 'proposed' | 'approved' | 'rejected'
  readonly proposed_at: Instant
  readonly proposed_by: PersonId
  readonly decided_at: Instant | null
  readonly decided_by: PersonId | null
  readonly remark: string | null
}

type UndertakingTables = {
  'approvals.application': ApplicationTable
  'approvals.commitment': CommitmentTable
  'approvals.deferral': DeferralTable
  'approvals.credit_record': CreditTable
  'approvals.after_check': AfterCheckTable
  'approvals.receipt': ReceiptTable
  'approvals.correction_point': CorrectionPointTable
  'approvals.correction_request': CorrectionRequestTable
}
export type CommitmentRecord = Selectable<CommitmentTable>
export type DeferralRecord = Selectable<DeferralTable>
export type CreditRecord = Selectable<CreditTable>
export type AfterCheckRecord = Selectable<AfterCheckTable>
export type ReceiptRecord = Selectable<ReceiptTable>
export type CorrectionPointRecord = Selectable<CorrectionPointTable>
export type CorrectionRequestRecord = Selectable<CorrectionRequestTable>

export const undertakingTables = (db: Database) => db.withTables<UndertakingTables>()
