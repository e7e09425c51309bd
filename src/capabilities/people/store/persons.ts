/** Persons, with their personal data sealed, and their memberships. */
import { type SqlBool, sql } from 'kysely'
import type { OrganisationId, PersonId } from '../../../kernel/identity.ts'
import type { Instant } from '../../../kernel/time.ts'
import type { Database } from '../../../platform/platform.ts'
import type { Vault } from '../../../platform/vault/vault.ts'
import { type PeopleTables, tables } from './tables.ts'

/** A person as this capability's insides see it; never a reply. */
export interface PersonRecord {
  readonly id: PersonId
  readonly name: string
  readonly phone: string | null
  readonly idNumber: string | null
  readonly active: boolean
  readonly version: number
}

const PHONE = 'people.phone'
const ID_NUMBER = 'people.id-number'
const opened = (vault: Vault, sealed: string | null, purpose: string, id: PersonId): string | null =>
  sealed === null ? null : vault.open(sealed, `${purpose}:${id}`)
const sealedPair = (vault: Vault, text: string | null, purpose: string, id: PersonId) => ({
  sealed: text === null ? null : vault.seal(text, `${purpose}:${id}`),
  digest: text === null ? null : vault.digest(text, purpose),
})

const recordOf = (
  vault: Vault,
  row: Omit<PeopleTables['people.person'], 'created_at' | 'inactive_since' | 'erased_at'>,
): PersonRecord => ({
  id: row.id,
  name: row.name,
  phone: opened(vault, row.phone_sealed, PHONE, row.id),
  idNumber: opened(vault, row.id_number_sealed, ID_NUMBER, row.id),
  active: row.active,
  version: row.version,
})
const rowOf = (vault: Vault, person: PersonRecord) => {
  const phone = sealedPair(vault, person.phone, PHONE, person.id)
  const idNumber = sealedPair(vault, person.idNumber, ID_NUMBER, person.id)
  return {
    name: person.name,
    phone_sealed: phone.sealed,
    phone_digest: phone.digest,
    id_number_sealed: idNumber.sealed,
    id_number_digest: idNumber.digest,
    active: person.active,
    version: person.version,
  }
}

export const personById = async (db: Database, vault: Vault, id: PersonId): Promise<PersonRecord | null> => {
  const row = await tables(db).selectFrom('people.person').selectAll().where('id', '=', id).executeTakeFirst()
  return row === undefined ? null : recordOf(vault, row)
}
export const lockPerson = async (db: Database, vault: Vault, id: PersonId): Promise<PersonRecord | null> => {
  const row = await tables(db)
    .selectFrom('people.person')
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  return row === undefined ? null : recordOf(vault, row)
}
/** Finds whoever has this phone number or identity number, in its normal form. */
export const personIdBy = async (
  db: Database,
  vault: Vault,
  key: { readonly phone: string } | { readonly idNumber: string },
): Promise<PersonId | null> => {
  const query = tables(db).selectFrom('people.person').select('id')
  const row =
    'phone' in key
      ? await query.where('phone_digest', 'in', vault.digests(key.phone, PHONE)).executeTakeFirst()
      : await query.where('id_number_digest', 'in', vault.digests(key.idNumber, ID_NUMBER)).executeTakeFirst()
  return row?.id ?? null
}

export interface PersonFilter {
  readonly search?: string | undefined
  /** Normal forms under which `search` may be a number. */
  readonly phone?: string | undefined
  readonly idNumber?: string | undefined
  readonly before?: PersonId | undefined
  readonly limit: number
}
/** Newest first. Numbers are found only whole: the database holds no part of them. */
export const findPersons = async (
  db: Database,
  vault: Vault,
  filter: PersonFilter,
): Promise<readonly PersonRecord[]> => {
  let query = tables(db).selectFrom('people.person').selectAll().orderBy('id', 'desc').limit(filter.limit)
  if (filter.before !== undefined) query = query.where('id', '<', filter.before)
  const { search, phone, idNumber } = filter
  if (search !== undefined && search !== '')
    query = query.where((eb) =>
      eb.or([
        sql<SqlBool>`strpos(lower(name), lower(${search})) > 0`,
        ...(phone === undefined ? [] : [eb('phone_digest', 'in', vault.digests(phone, PHONE))]),
        ...(idNumber === undefined ? [] : [eb('id_number_digest', 'in', vault.digests(idNumber, ID_NUMBER))]),
      ]),
    )
  return (await query.execute()).map((row) => recordOf(vault, row))
}

/** Gives false when the phone or identity number belongs to somebody already. */
export const insertPerson = async (
  db: Database,
  vault: Vault,
  person: PersonRecord,
  now: Instant,
): Promise<boolean> => {
  // While keys are being changed a number may stand under an older digest, which no unique index compares.
  for (const key of [
    ...(person.phone === null ? [] : [{ phone: person.phone }]),
    ...(person.idNumber === null ? [] : [{ idNumber: person.idNumber }]),
  ])
    if ((await personIdBy(db, vault, key)) !== null) return false
  const inserted = await tables(db)
    .insertInto('people.person')
    .values({ id: person.id, ...rowOf(vault, person), created_at: now, inactive_since: null, erased_at: null })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .execute()
  return inserted.length === 1
}
export const savePerson = async (db: Database, vault: Vault, person: PersonRecord, now: Instant): Promise<void> => {
  await tables(db)
    .updateTable('people.person')
    .set((eb) => ({
      ...rowOf(vault, person),
      inactive_since: person.active ? null : eb.fn.coalesce('inactive_since', eb.val(now)),
    }))
    .where('id', '=', person.id)
    .execute()
}

export const personNames = async (db: Database, ids: readonly PersonId[]): Promise<ReadonlyMap<PersonId, string>> => {
  if (ids.length === 0) return new Map()
  const rows = await tables(db)
    .selectFrom('people.person')
    .select(['id', 'name'])
    .where('id', 'in', [...new Set(ids)])
    .execute()
  return new Map(rows.map((row) => [row.id, row.name]))
}
export const activePersons = async (db: Database, ids: readonly PersonId[]): Promise<ReadonlyMap<PersonId, string>> => {
  if (ids.length === 0) return new Map()
  const rows = await tables(db)
    .selectFrom('people.person')
    .select(['id', 'name'])
    .where('id', 'in', [...new Set(ids)])
    .where('active', '=', true)
    .execute()
  return new Map(rows.map((row) => [row.id, row.name]))
}

export interface MembershipRow {
  readonly organisationId: OrganisationId
  readonly name: string
  readonly title: string
}
/** Memberships that are open now. */
export const membershipsOf = async (db: Database, personId: PersonId): Promise<readonly MembershipRow[]> =>
  tables(db)
    .selectFrom('people.membership as m')
    .innerJoin('people.organisation as o', 'o.id', 'm.organisation_id')
    .select(['m.organisation_id as organisationId', 'o.name', 'm.title'])
    .where('m.person_id', '=', personId)
    .where('m.valid_to', 'is', null)
    .orderBy('m.valid_from')
    .execute()
export const membersOfOrganisation = async (
  db: Database,
  organisationId: OrganisationId,
): Promise<readonly PersonId[]> => {
  const rows = await tables(db)
    .selectFrom('people.membership')
    .select('person_id')
    .where('organisation_id', '=', organisationId)
    .where('valid_to', 'is', null)
    .execute()
  return rows.map((row) => row.person_id)
}
/** Gives false when the person is a member already (the title is then brought up to date). */
export const openMembership = async (
  db: Database,
  membership: { personId: PersonId; organisationId: OrganisationId; title: string },
  now: Instant,
): Promise<boolean> => {
  const known = await tables(db)
    .updateTable('people.membership')
    .set((eb) => ({ title: membership.title === '' ? eb.ref('title') : membership.title }))
    .where('person_id', '=', membership.personId)
    .where('organisation_id', '=', membership.organisationId)
    .where('valid_to', 'is', null)
    .returning('person_id')
    .execute()
  if (known.length > 0) return false
  const inserted = await tables(db)
    .insertInto('people.membership')
    .values({
      person_id: membership.personId,
      organisation_id: membership.organisationId,
      title: membership.title,
      valid_from: now,
      valid_to: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('person_id')
    .execute()
  return inserted.length > 0
}
export const closeMembership = async (
  db: Database,
  personId: PersonId,
  organisationId: OrganisationId,
  now: Instant,
): Promise<boolean> => {
  const closed = await tables(db)
    .updateTable('people.membership')
    .set({ valid_to: now })
    .where('person_id', '=', personId)
    .where('organisation_id', '=', organisationId)
    .where('valid_to', 'is', null)
    .returning('person_id')
    .execute()
  return closed.length > 0
}
