/** What the exchange works with. */
import { holdsOn } from '../../../kernel/sourced.ts'
import type { LocalDate } from '../../../kernel/time.ts'
import type { OutsideDatabase, OutsideTable } from '../../../platform/outside/outside-database.ts'
import type { Database, Platform } from '../../../platform/platform.ts'
import type { ApprovalsReader } from '../../approvals/contract/reader.ts'
import type { CatalogueReader } from '../../catalogue/contract.ts'
import type { PeopleReader } from '../../people/contract.ts'
import type { ProjectReader } from '../../projects/contract.ts'
import type { CodeOf } from '../model/compose.ts'
import type { ExchangeStandard, ExchangeTable } from '../model/schema.ts'
import { codes } from '../store.ts'

export interface ExchangeTarget {
  readonly kind: 'other-side' | 'stand-in'
  readonly database: OutsideDatabase
}
export interface Context {
  readonly platform: Platform
  readonly people: PeopleReader
  readonly projects: ProjectReader
  readonly catalogue: CatalogueReader
  readonly approvals: ApprovalsReader
  readonly standard: ExchangeStandard
  /** Null: nothing is configured; rows wait in the ledger. */
  readonly target: ExchangeTarget | null
}

export const tableOf = (context: Pick<Context, 'standard'>, name: string): ExchangeTable => {
  const table = context.standard.tables.find((each) => each.name === name)
  if (table === undefined) throw new Error(`the exchange standard has no table ${name}`)
  return table
}
export const outsideTable = (table: ExchangeTable): OutsideTable => ({
  name: table.name,
  key: table.key,
  columns: table.fields.map(({ name, type }) => ({ name, type })),
})

/** Codes of the other side on a day: what an operator mapped, else what the data files say, else our own code. */
export const codeOfOn = async (context: Context, db: Database, day: LocalDate): Promise<CodeOf> => {
  const mapped = new Map<string, string>()
  for (const code of context.standard.codes) mapped.set(`${code.set} ${code.ours}`, code.theirs)
  for (const code of await codes(db))
    if (holdsOn({ validFrom: code.valid_from, validTo: null }, day))
      mapped.set(`${code.code_set} ${code.ours}`, code.theirs)
  return (set, ours) => mapped.get(`${set} ${ours}`) ?? ours
}
