/** Seals addresses of persons and secrets of webhooks anew when the key of the vault is changed. */
import type { DatabaseTransaction } from '../../../platform/platform.ts'
import type { Vault } from '../../../platform/vault/vault.ts'
import { changeContact } from './settings.ts'
import { tables } from './tables.ts'
import { saveWebhook } from './webhooks.ts'

/** Gives how many texts were sealed anew; 0 = nothing is left under an old key. */
export const resealMessages = async (db: DatabaseTransaction, vault: Vault, limit: number): Promise<number> => {
  const old = `${vault.currentMark()}%`
  const contacts = await tables(db)
    .selectFrom('messages.contact')
    .select(['id', 'address_sealed'])
    .where('address_sealed', 'not like', old)
    // A removed address is empty.
    .where('address_sealed', '!=', '')
    .limit(limit)
    .forUpdate()
    .execute()
  for (const { id, address_sealed: sealed } of contacts) {
    const context = `messages.contact:${id}`
    await changeContact(db, id, { address_sealed: vault.seal(vault.open(sealed, context), context) })
  }
  const hooks = await tables(db)
    .selectFrom('messages.webhook')
    .select(['id', 'secret_sealed'])
    .where('secret_sealed', 'not like', old)
    .limit(limit)
    .forUpdate()
    .execute()
  for (const { id, secret_sealed: sealed } of hooks) {
    const context = `messages.webhook:${id}`
    await saveWebhook(db, id, { secret_sealed: vault.seal(vault.open(sealed, context), context) })
  }
  return contacts.length + hooks.length
}
