/** The tables of the time after a decision as Kysely knows them. */
import type { Generated } from 'kysely'
import type { PersonId, ProjectId } from '../../../kernel/identity.ts'
import type { Instant, LocalDate } from '../../../kernel/time.ts'
import type { Words } from '../../../kernel/words.ts'
import type { Database } from '../../../platform/platform.ts'
import type {
  ActId,
  ActKind,
  ConditionId,
  DeliveryWay,
  EvidenceId,
  RemedyCaseId,
  ReportKind,
  SiteReportId,
  WithdrawalId,
} from '../contract/after.ts'
import type { ConditionEvent, ConditionGrade, ConditionTerm } from '../contract/decision-parts.ts'
import type { ApplicationId, CertificateId, ClockId, ItemRunId } from '../contract.ts'
import type { ConditionState } from '../model/conditions.ts'
import type { RemedyKind, RemedyState } from '../model/remedies.ts'
import type { ApprovalsTables } from './tables.ts'

/** A file as it was handed in; its bytes lie under its digest. */
export interface FileFacts {
  readonly fileName: string
  readonly sizeBytes: number
  readonly mediaType: string
  readonly sha256: string
}
export interface Waiver {
  readonly reason: string
  readonly proposedBy: PersonId
  readonly proposedAt: Instant
  readonly decidedBy: PersonId | null
}
export interface RemedyStep {
  readonly to: RemedyState
  readonly text: string
  readonly at: Instant
  readonly by: PersonId | null
}
export interface CertificateCause {
  readonly ground: string
  readonly name: Words
  readonly basis: string
  readonly text: string
  readonly on: LocalDate
}
export interface Delivery {
  readonly way: DeliveryWay
  readonly on: LocalDate
  readonly evidence: string
  readonly recordedBy: PersonId
}
export type ActChanges = Partial<Record<'holderName' | 'projectName' | 'projectAddress' | 'text', string>>

export interface ConditionTable {
  readonly id: ConditionId
  readonly certificate_id: CertificateId
  readonly item_run_id: ItemRunId
  readonly application_id: ApplicationId
  readonly project_id: ProjectId
  readonly department: string
  readonly ordinal: number
  readonly library_id: string | null
  readonly text: string
  readonly grade: ConditionGrade
  readonly responsible: ConditionTerm['responsible']
  readonly due_on: LocalDate | null
  readonly due_event: ConditionEvent | null
  readonly blocks: readonly ConditionEvent[]
  readonly source: string
  readonly state: ConditionState
  readonly version: Generated<number>
  readonly changed_at: Instant
  readonly changed_by: PersonId | null
  readonly waiver: Waiver | null
  readonly clock_id: ClockId | null
}
export interface EvidenceTable {
  readonly id: EvidenceId
  readonly condition_id: ConditionId
  readonly note: string
  readonly file: FileFacts | null
  readonly given_at: Instant
  readonly given_by: PersonId
  readonly verdict: Generated<'pending' | 'accepted' | 'rejected'>
  readonly remark: Generated<string>
  readonly judged_at: Instant | null
  readonly judged_by: PersonId | null
}
export interface ActTable {
  readonly id: ActId
  readonly certificate_id: CertificateId
  readonly application_id: ApplicationId
  readonly department: string
  readonly kind: ActKind
  readonly ground: string | null
  readonly reason: string
  readonly changes: ActChanges
  readonly answer_until: LocalDate | null
  readonly answer: string | null
  readonly answered_at: Instant | null
  readonly answered_by: PersonId | null
  readonly state: 'proposed' | 'done' | 'rejected'
  readonly version: Generated<number>
  readonly proposed_at: Instant
  readonly proposed_by: PersonId
  readonly decided_at: Instant | null
  readonly decided_by: PersonId | null
  readonly remark: Generated<string>
  readonly successor: CertificateId | null
}
export interface RemedyTable {
  readonly id: RemedyCaseId
  readonly certificate_id: CertificateId
  readonly application_id: ApplicationId
  readonly department: string
  readonly kind: RemedyKind
  readonly state: RemedyState
  readonly version: Generated<number>
  readonly lodged_on: LocalDate
  readonly late: boolean
  readonly body: string
  readonly body_number: string
  readonly claim: string
  readonly suspends: Generated<boolean>
  readonly steps: readonly RemedyStep[]
  readonly changed_at: Instant
  readonly changed_by: PersonId | null
}
export interface WithdrawalTable {
  readonly id: WithdrawalId
  readonly application_id: ApplicationId
  readonly project_id: ProjectId
  readonly stage: string
  readonly state: 'requested' | 'confirmed' | 'refused'
  readonly version: Generated<number>
  readonly reason: string
  readonly requested_at: Instant
  readonly requested_by: PersonId
  readonly paused_clocks: readonly ClockId[]
  readonly decided_at: Instant | null
  readonly decided_by: PersonId | null
  readonly remark: Generated<string>
}
export interface SiteReportTable {
  readonly id: SiteReportId
  readonly certificate_id: CertificateId
  readonly application_id: ApplicationId
  readonly department: string
  readonly kind: ReportKind
  readonly state: 'reported' | 'confirmed' | 'rejected'
  readonly version: Generated<number>
  readonly on_day: LocalDate
  readonly months: number | null
  readonly reason: string
  readonly file: FileFacts | null
  readonly late: Generated<boolean>
  readonly reported_at: Instant
  readonly reported_by: PersonId
  readonly decided_at: Instant | null
  readonly decided_by: PersonId | null
  readonly remark: Generated<string>
}

export type AfterTables = ApprovalsTables & {
  'approvals.condition': ConditionTable
  'approvals.condition_evidence': EvidenceTable
  'approvals.certificate_act': ActTable
  'approvals.remedy_case': RemedyTable
  'approvals.withdrawal': WithdrawalTable
  'approvals.site_report': SiteReportTable
}
export const afterTables = (db: Database) => db.withTables<AfterTables>()
