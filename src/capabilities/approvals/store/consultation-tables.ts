/** The tables of consultation as Kysely knows them. */
import type { Generated } from 'kysely'
import type { Id, PersonId, ProjectId } from '../../../kernel/identity.ts'
import type { Instant, LocalDate } from '../../../kernel/time.ts'
import type { Database } from '../../../platform/platform.ts'
import type {
  ConflictId,
  ConflictState,
  InformationId,
  InformationState,
  MeetingId,
  MeetingKind,
  MeetingState,
  PartId,
  PartState,
  PhotoId,
  ProcedureId,
  ProcedureKind,
  ProcedureState,
} from '../contract/consultation.ts'
import type { Answers, ApplicationId, ClockId, ItemRunId, OpinionCode, OpinionTaskId } from '../contract.ts'
import type { Departure, FactDigests, Suggestion } from '../model/consultation/rules.ts'

interface Versioned {
  readonly version: Generated<number>
  readonly changed_at: Instant
  readonly changed_by: PersonId | null
}
export interface OpinionRoundTable {
  readonly id: Id<'opinion-round'>
  readonly application_id: ApplicationId
  readonly item_run_id: ItemRunId
  readonly asked_at: Instant
  readonly asked_by: PersonId | null
  readonly cause: 'asked' | 'answered' | 'changed' | 'withdrawn'
  readonly suggested: readonly Suggestion[]
  readonly added: readonly Departure[]
  readonly dropped: readonly Departure[]
}
export interface ConsultedFactsTable {
  readonly opinion_task_id: OpinionTaskId
  readonly application_id: ApplicationId
  readonly round: number
  readonly facts: FactDigests
}
export interface OpinionRevisionTable {
  readonly id: Id<'opinion-revision'>
  readonly opinion_task_id: OpinionTaskId
  readonly application_id: ApplicationId
  readonly code: OpinionCode
  readonly text: string | null
  readonly conditions: readonly string[]
  readonly given_at: Instant
  readonly given_by: PersonId | null
  readonly replaced_at: Instant
}
export interface OpinionPartTable extends Versioned {
  readonly id: PartId
  readonly opinion_task_id: OpinionTaskId
  readonly application_id: ApplicationId
  readonly department: string
  readonly section: string | null
  readonly assignee_id: PersonId | null
  readonly question: string
  readonly days: number
  readonly state: PartState
  readonly answer: string | null
  readonly created_at: Instant
  readonly created_by: PersonId
  readonly closed_at: Instant | null
  readonly recall_reason: string | null
}
export interface InformationAnswer {
  readonly text: string
  readonly before: Answers
  readonly after: Answers
  readonly documents: readonly { readonly materialId: string; readonly fileName: string; readonly sha256: string }[]
}
export interface InformationTable extends Versioned {
  readonly id: InformationId
  readonly application_id: ApplicationId
  readonly item_run_id: ItemRunId
  readonly opinion_task_id: OpinionTaskId
  readonly state: InformationState
  readonly question: string
  readonly anchors: readonly string[]
  readonly created_at: Instant
  readonly sent_at: Instant | null
  readonly sent_by: PersonId | null
  readonly days: number | null
  readonly clock_id: ClockId | null
  readonly answered_at: Instant | null
  readonly answered_by: PersonId | null
  readonly answer: InformationAnswer | null
  readonly withdraw_reason: string | null
}
export interface Minute {
  readonly heldOn: LocalDate
  readonly place: string
  readonly participants: readonly { readonly organisation: string; readonly names: string }[]
  readonly discussion: string
  readonly resolution: string
}
export interface ConflictTable extends Versioned {
  readonly id: ConflictId
  readonly application_id: ApplicationId
  readonly item_run_id: ItemRunId
  readonly kind: 'agree-disagree' | 'conditions'
  readonly task_ids: readonly OpinionTaskId[]
  readonly remark: string
  readonly state: ConflictState
  readonly mediator_department: string
  readonly clock_id: ClockId | null
  readonly raised_at: Instant
  readonly raised_by: PersonId | null
  readonly escalated_at: Instant | null
  readonly closed_at: Instant | null
  readonly closed_by: PersonId | null
  readonly minute: Minute | null
}
export interface Attendance {
  readonly side: 'department' | 'applicant' | 'other'
  readonly organisation: string
  readonly names: string
  readonly present: boolean
}
export interface MeetingTable extends Versioned {
  readonly id: MeetingId
  readonly application_id: ApplicationId
  readonly project_id: ProjectId
  readonly kind: MeetingKind
  readonly title: string
  readonly place: string
  readonly starts_at: Instant
  readonly departments: readonly string[]
  readonly applicant_invited: boolean
  readonly agenda: string
  readonly state: MeetingState
  readonly planned_at: Instant
  readonly planned_by: PersonId
  readonly attendance: readonly Attendance[]
  readonly minute: string | null
  readonly signed_at: Instant | null
  readonly signed_by: PersonId | null
  readonly cancel_reason: string | null
}
export interface FindingTable {
  readonly id: Id<'meeting-finding'>
  readonly meeting_id: MeetingId
  readonly application_id: ApplicationId
  readonly department: string
  readonly text: string
  readonly opinion_task_id: OpinionTaskId | null
  readonly code: OpinionCode | null
  readonly conditions: readonly string[]
  readonly recorded_at: Instant
  readonly recorded_by: PersonId
}
export interface PhotoTable {
  readonly id: PhotoId
  readonly meeting_id: MeetingId
  readonly application_id: ApplicationId
  readonly department: string
  readonly caption: string
  readonly file_name: string
  readonly size_bytes: number
  readonly media_type: string
  readonly sha256: string
  readonly added_at: Instant
  readonly added_by: PersonId
}
export interface HearingSteps {
  readonly requestedOn?: LocalDate
  readonly requestedBy?: string
  readonly noticedOn?: LocalDate
  readonly hearingOn?: LocalDate
  readonly place?: string
  readonly heldOn?: LocalDate
}
export interface ProcedureTable extends Versioned {
  readonly id: ProcedureId
  readonly application_id: ApplicationId
  readonly item_run_id: ItemRunId
  readonly kind: ProcedureKind
  readonly state: ProcedureState
  readonly reason: string
  readonly days: number
  readonly on_request: boolean
  readonly proposed_at: Instant
  readonly proposed_by: PersonId
  readonly decided_at: Instant | null
  readonly decided_by: PersonId | null
  readonly remark: string | null
  readonly notice_id: string | null
  readonly began_at: Instant | null
  readonly ended_at: Instant | null
  readonly ended_by: PersonId | null
  readonly result: string | null
  readonly steps: HearingSteps
}
export type ConsultationTables = {
  'approvals.opinion_round': OpinionRoundTable
  'approvals.consulted_facts': ConsultedFactsTable
  'approvals.opinion_revision': OpinionRevisionTable
  'approvals.opinion_part': OpinionPartTable
  'approvals.information_request': InformationTable
  'approvals.conflict': ConflictTable
  'approvals.meeting': MeetingTable
  'approvals.meeting_finding': FindingTable
  'approvals.meeting_photo': PhotoTable
  'approvals.special_procedure': ProcedureTable
}
export const consultationTables = (db: Database) => db.withTables<ConsultationTables>()
