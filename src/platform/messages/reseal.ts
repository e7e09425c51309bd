/** Seals the addresses of messages anew when the key of the vault is changed. */
import type { Unit } from '../platform.ts'
import type { Vault } from '../vault/vault.ts'
import { contextOf } from './outbox.ts'

type Tables = { 'outbox.delivery': { id: string; address_sealed: string } }

export const resealAddresses = async (unit: Unit, vault: Vault, limit: number): Promise<number> => {
  const tables = unit.db.withTables<Tables>()
  const rows = await tables
    .selectFrom('outbox.delivery')
    .select(['id', 'address_sealed'])
    .where('address_sealed', 'not like', `${vault.currentMark()}%`)
    .limit(limit)
    .forUpdate()
    .execute()
  for (const row of rows) {
    const address = vault.open(row.address_sealed, contextOf(row.id))
    await tables
      .updateTable('outbox.delivery')
      .set({ address_sealed: vault.seal(address, contextOf(row.id)) })
      .where('id', '=', row.id)
      .execute()
  }
  return rows.length
}
