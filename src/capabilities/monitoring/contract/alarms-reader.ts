/** What later capabilities may ask of alarms, and the little that they may do to them. */
import type { OrganisationId, ProjectId } from '../../../kernel/identity.ts'
import type { Instant } from '../../../kernel/time.ts'
import type { Words } from '../../../kernel/words.ts'
import type { Database, Unit } from '../../../platform/platform.ts'
import type { CloseReason } from '../model/alarms/states.ts'
import type { SiteId } from '../model/report.ts'
import type { Severity } from '../model/rules/definition.ts'
import type { AlarmId } from './alarms.ts'

export interface AlarmSummary {
  readonly alarmId: AlarmId
  readonly siteId: SiteId
  readonly projectId: ProjectId
  readonly ruleKey: string
  readonly ruleName: Words
  readonly text: string
  readonly advice: Words
  readonly severity: Severity
  readonly openedAt: Instant
  readonly endedAt: Instant | null
  readonly closedAt: Instant | null
  readonly orderId: string | null
}
export interface SiteOfAlarms {
  readonly siteId: SiteId
  readonly projectId: ProjectId
  readonly name: string
  readonly state: 'active' | 'paused' | 'ended'
  readonly department: string
  readonly contractorId: OrganisationId | null
  readonly supervisionId: OrganisationId | null
  /** Owner and parties of today, contractor and supervision unit. */
  readonly parties: readonly OrganisationId[]
}
/** Every method takes the connection to use: `unit.db` inside a transaction. */
export interface AlarmsReader {
  readonly alarm: (db: Database, id: AlarmId) => Promise<AlarmSummary | null>
  readonly site: (db: Database, id: SiteId) => Promise<SiteOfAlarms | null>
  /** Sites whose alarms a person may see; null: all. */
  readonly visibleSites: (db: Database, actor: Unit['actor']) => Promise<readonly SiteId[] | null>
  readonly siteNames: (db: Database, ids: readonly SiteId[]) => Promise<ReadonlyMap<SiteId, string>>
}
export interface AlarmsWriter {
  /** An order was raised from the alarm: it is in hand. */
  readonly noteOrder: (
    unit: Unit,
    id: AlarmId,
    order: { readonly orderId: string; readonly number: string },
  ) => Promise<void>
  /** Closes the alarm if it is not closed yet. */
  readonly close: (unit: Unit, id: AlarmId, reason: CloseReason, text: string) => Promise<void>
}
