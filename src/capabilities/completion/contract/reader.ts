/** What later capabilities may ask about the completion of projects. */
import type { ProjectId } from '../../../kernel/identity.ts'
import type { Instant, LocalDate } from '../../../kernel/time.ts'
import type { Database } from '../../../platform/platform.ts'

export interface BuildingSummary {
  readonly buildingId: string
  readonly name: string
  readonly acceptedOn: LocalDate | null
  readonly mayBeUsed: boolean
}
export interface CompletionSummary {
  readonly buildings: readonly BuildingSummary[]
  /** Inspections, required ones that have not passed, remarks that are not closed. */
  readonly inspections: number
  readonly requiredOpen: number
  readonly remarksOpen: number
  /** The final acceptance; null before it is concluded. */
  readonly acceptedOn: LocalDate | null
  readonly filing: {
    readonly dueOn: LocalDate
    readonly filedOn: LocalDate | null
    readonly number: string | null
    readonly late: boolean | null
  } | null
}
/** An inspection as it was held: for statistics of supervision. */
export interface InspectionRecord {
  readonly inspectionId: string
  readonly kind: string
  readonly department: string
  readonly required: boolean
  readonly result: 'pass' | 'remarks' | 'fail'
  readonly givenAt: Instant
}
/** Every method takes the connection to use: `unit.db` inside a transaction. */
export interface CompletionReader {
  readonly summary: (db: Database, projectId: ProjectId) => Promise<CompletionSummary>
  readonly inspectionsHeld: (db: Database, projectId: ProjectId) => Promise<readonly InspectionRecord[]>
}
