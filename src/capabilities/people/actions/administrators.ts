/** Administrators who can act: in force, active, and not locked out. */
import type { PersonId } from '../../../kernel/identity.ts'
import type { Instant } from '../../../kernel/time.ts'
import type { Database } from '../../../platform/platform.ts'
import { lockedPersons } from '../../../platform/sign-in/store.ts'
import { administratorsAt } from '../store/grants.ts'

export const administratorsWhoCanEnter = async (db: Database, now: Instant): Promise<ReadonlySet<PersonId>> => {
  const inForce = await administratorsAt(db, now)
  const locked = await lockedPersons(db, [...inForce])
  return new Set([...inForce].filter((id) => !locked.has(id)))
}
