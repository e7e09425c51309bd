/** Whose claims these are: a phone number that the provider says it has verified names the person registered with it. */
import type { PeopleReader } from '../capabilities/people/contract.ts'
import type { PersonId } from '../kernel/identity.ts'
import type { Database } from '../platform/platform.ts'

export const personOfClaims = async (
  db: Database,
  people: Pick<PeopleReader, 'personByPhone'>,
  claims: Readonly<Record<string, unknown>>,
): Promise<PersonId | null> => {
  const { phone_number: phone, phone_number_verified: verified } = claims
  return verified === true && typeof phone === 'string' ? people.personByPhone(db, phone) : null
}
