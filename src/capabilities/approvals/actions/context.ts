/** What every action of the approvals works with. */
import type { Database, Platform } from '../../../platform/platform.ts'
import type { EditionId } from '../../catalogue/contract/editions.ts'
import type { PeopleReader } from '../../people/contract.ts'
import type { ProjectReader, ProjectWriter } from '../../projects/contract.ts'
import type { AfterRules } from '../model/after-rules.ts'
import type { ClockRules } from '../model/clock-rules.ts'
import type { Calendars } from '../model/clock-view.ts'
import type { PrecheckRules } from '../model/precheck.ts'
import type { Rules } from '../model/rules.ts'
import type { UndertakingRules } from '../model/undertaking-rules.ts'
import type { Law } from './law.ts'
import type { ConditionShelf } from './named-conditions.ts'
import type { LiveShelf } from './shelf.ts'

export interface Context {
  readonly platform: Platform
  readonly people: PeopleReader
  readonly projects: ProjectReader
  readonly projectWriter: ProjectWriter
  readonly law: Law
  /** The law as it would be with editions that are not in force yet. */
  readonly lawOfTrial: (db: Database, editionIds: readonly EditionId[]) => Promise<Law>
  readonly calendars: () => Calendars
  /** The same calendars with their files; alive. */
  readonly shelf: LiveShelf
  readonly rules: Rules
  readonly precheck: PrecheckRules
  readonly clockRules: ClockRules
  readonly undertakings: UndertakingRules
  /** What holds after a decision. */
  readonly after: AfterRules
  /** Conditions that later capabilities answer. */
  readonly conditions: ConditionShelf
}
