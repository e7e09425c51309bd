/** What every action of the assessment works with. */
import type { PersonId } from '../../../kernel/identity.ts'
import type { Instant, LocalDate } from '../../../kernel/time.ts'
import type { Database, Platform } from '../../../platform/platform.ts'
import type { ApprovalsReader } from '../../approvals/contract/reader.ts'
import type { PeopleReader } from '../../people/contract.ts'
import type { IndicatorRules } from '../model/indicators.ts'

export interface Context {
  readonly platform: Platform
  readonly people: PeopleReader
  readonly approvals: Pick<
    ApprovalsReader,
    'assessedMatters' | 'assessedDecisions' | 'assessedChecks' | 'confirmedSignals'
  >
  /** In force now; a period keeps its own. */
  readonly rules: IndicatorRules
}
/** Names of departments on a day, by code. */
export const departmentNames = async (
  context: Context,
  db: Database,
  day: LocalDate,
): Promise<(code: string) => string> => {
  const names = new Map((await context.people.departments(db, day)).map((each) => [each.code, each.name]))
  return (code) => names.get(code) ?? code
}
export const personNames = (context: Context, db: Database, ids: readonly (PersonId | null)[]) =>
  context.people.personNames(
    db,
    ids.flatMap((id) => (id === null ? [] : [id])),
  )
export interface Reading {
  readonly db: Database
  readonly now: Instant
}
