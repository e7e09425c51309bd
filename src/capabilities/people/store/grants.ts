/** Role grants and delegations. Rows are never deleted: they end, or are revoked. */
import type { Role } from '../../../kernel/actor.ts'
import type { PersonId } from '../../../kernel/identity.ts'
import type { Instant } from '../../../kernel/time.ts'
import type { Database } from '../../../platform/platform.ts'
import type { DelegationId, GrantId } from '../contract.ts'
import { type DelegationRow, type GrantRow, grantStateAt } from '../model/grants.ts'
import { type PeopleTables, tables } from './tables.ts'

export interface GrantRecord extends GrantRow {
  readonly id: GrantId
  readonly grantedBy: string
  readonly confirmedBy: string | null
  readonly revokedBy: string | null
  readonly reason: string
  /** Journal entries by which the grant came and went; null for grants older than this trace. */
  readonly givenEntry: string | null
  readonly takenEntry: string | null
}
export interface DelegationRecord extends DelegationRow {
  readonly id: DelegationId
  readonly reason: string
  readonly givenEntry: string | null
  readonly takenEntry: string | null
}

const grantOf = (row: PeopleTables['people.role_grant']): GrantRecord => ({
  id: row.id,
  personId: row.person_id,
  role: row.role,
  department: row.department,
  organisationId: row.organisation_id,
  from: row.valid_from,
  to: row.valid_to,
  grantedBy: row.granted_by,
  confirmedBy: row.confirmed_by,
  confirmedAt: row.confirmed_at,
  revokedBy: row.revoked_by,
  revokedAt: row.revoked_at,
  reason: row.reason,
  givenEntry: row.given_entry,
  takenEntry: row.taken_entry,
})
const delegationOf = (row: PeopleTables['people.delegation']): DelegationRecord => ({
  id: row.id,
  fromPersonId: row.from_person_id,
  toPersonId: row.to_person_id,
  role: row.role,
  department: row.department,
  organisationId: row.organisation_id,
  from: row.valid_from,
  to: row.valid_to,
  endedAt: row.ended_at,
  reason: row.reason,
  givenEntry: row.given_entry,
  takenEntry: row.taken_entry,
})

export const grantsOf = async (db: Database, persons: readonly PersonId[]): Promise<readonly GrantRecord[]> => {
  if (persons.length === 0) return []
  const rows = await tables(db)
    .selectFrom('people.role_grant')
    .selectAll()
    .where('person_id', 'in', [...new Set(persons)])
    .orderBy('id')
    .execute()
  return rows.map(grantOf)
}
export const lockGrant = async (db: Database, id: GrantId): Promise<GrantRecord | null> => {
  const row = await tables(db)
    .selectFrom('people.role_grant')
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  return row === undefined ? null : grantOf(row)
}
export const pendingGrants = async (db: Database): Promise<readonly GrantRecord[]> => {
  const rows = await tables(db)
    .selectFrom('people.role_grant')
    .selectAll()
    .where('confirmed_at', 'is', null)
    .where('revoked_at', 'is', null)
    .orderBy('id')
    .execute()
  return rows.map(grantOf)
}
export const insertGrant = async (db: Database, grant: GrantRecord, now: Instant): Promise<void> => {
  await tables(db)
    .insertInto('people.role_grant')
    .values({
      id: grant.id,
      person_id: grant.personId,
      role: grant.role,
      department: grant.department,
      organisation_id: grant.organisationId,
      valid_from: grant.from,
      valid_to: grant.to,
      granted_by: grant.grantedBy,
      granted_at: now,
      confirmed_by: grant.confirmedBy,
      confirmed_at: grant.confirmedAt,
      revoked_by: null,
      revoked_at: null,
      revoke_reason: null,
      reason: grant.reason,
      given_entry: grant.givenEntry,
      taken_entry: null,
    })
    .execute()
}
export const confirmGrantRow = async (
  db: Database,
  id: GrantId,
  by: string,
  from: Instant,
  now: Instant,
  entryId: string,
): Promise<void> => {
  await tables(db)
    .updateTable('people.role_grant')
    .set({ confirmed_by: by, confirmed_at: now, valid_from: from, given_entry: entryId })
    .where('id', '=', id)
    .execute()
}
export const revokeGrantRow = async (
  db: Database,
  id: GrantId,
  by: string,
  reason: string,
  now: Instant,
  entryId: string,
): Promise<void> => {
  await tables(db)
    .updateTable('people.role_grant')
    .set({ revoked_by: by, revoked_at: now, revoke_reason: reason, taken_entry: entryId })
    .where('id', '=', id)
    .execute()
}
/** Persons who are active and administrators in force at `now`. */
export const administratorsAt = async (db: Database, now: Instant): Promise<ReadonlySet<PersonId>> => {
  const rows = await tables(db)
    .selectFrom('people.role_grant as g')
    .innerJoin('people.person as p', 'p.id', 'g.person_id')
    .selectAll('g')
    .where('g.role', '=', 'administrator')
    .where('g.revoked_at', 'is', null)
    .where('p.active', '=', true)
    .execute()
  return new Set(
    rows
      .map(grantOf)
      .filter((grant) => grantStateAt(grant, now) === 'in-force')
      .map((grant) => grant.personId),
  )
}
/** How many persons were ever administrator, confirmed. */
export const administratorsEver = async (db: Database): Promise<number> => {
  const row = await tables(db)
    .selectFrom('people.role_grant')
    .select((eb) => eb.fn.count<number>('person_id').distinct().as('all'))
    .where('role', '=', 'administrator')
    .where('confirmed_at', 'is not', null)
    .executeTakeFirst()
  return Number(row?.all ?? 0)
}
/** Grants of a role, in one department or wherever, that are not revoked. */
export const grantsAt = async (
  db: Database,
  place: { readonly role?: Role; readonly department?: string },
): Promise<readonly GrantRecord[]> => {
  let query = tables(db).selectFrom('people.role_grant').selectAll().where('revoked_at', 'is', null)
  if (place.role !== undefined) query = query.where('role', '=', place.role)
  if (place.department !== undefined) query = query.where('department', '=', place.department)
  return (await query.execute()).map(grantOf)
}

export interface Standing {
  readonly name: string
  readonly grants: readonly GrantRecord[]
  /** Whether anybody ever let this person stand in: their delegations are then to be read too. */
  readonly standsIn: boolean
}
/** What a request asks of its caller, in one query; null for persons who are unknown or no longer active. */
export const standingOf = async (db: Database, personId: PersonId): Promise<Standing | null> => {
  const rows = await tables(db)
    .selectFrom('people.person as p')
    .leftJoin('people.role_grant as g', 'g.person_id', 'p.id')
    .selectAll('g')
    .select((eb) => [
      'p.name as name_of_person',
      eb
        .exists(eb.selectFrom('people.delegation as d').select('d.id').whereRef('d.to_person_id', '=', 'p.id'))
        .as('stands_in'),
    ])
    .where('p.id', '=', personId)
    .where('p.active', '=', true)
    .orderBy('g.id')
    .execute()
  const [first] = rows
  if (first === undefined) return null
  return {
    name: first.name_of_person,
    grants: rows.flatMap((row) => (row.id === null ? [] : [grantOf(row as PeopleTables['people.role_grant'])])),
    standsIn: first.stands_in === true,
  }
}

export const delegationsTo = async (db: Database, personId: PersonId): Promise<readonly DelegationRecord[]> => {
  const rows = await tables(db)
    .selectFrom('people.delegation')
    .selectAll()
    .where('to_person_id', '=', personId)
    .orderBy('id')
    .execute()
  return rows.map(delegationOf)
}
/** Delegations that a person gave or received, newest first. */
export const delegationsOf = async (db: Database, personId: PersonId): Promise<readonly DelegationRecord[]> => {
  const rows = await tables(db)
    .selectFrom('people.delegation')
    .selectAll()
    .where((eb) => eb.or([eb('from_person_id', '=', personId), eb('to_person_id', '=', personId)]))
    .orderBy('id', 'desc')
    .limit(200)
    .execute()
  return rows.map(delegationOf)
}
export const delegationsAt = async (
  db: Database,
  place: { readonly role: Role; readonly department: string },
): Promise<readonly DelegationRecord[]> => {
  const rows = await tables(db)
    .selectFrom('people.delegation')
    .selectAll()
    .where('role', '=', place.role)
    .where('department', '=', place.department)
    .where('ended_at', 'is', null)
    .execute()
  return rows.map(delegationOf)
}
/** Delegations that nobody has ended; some are not yet, or no longer, in force. */
export const openDelegations = async (db: Database): Promise<readonly DelegationRecord[]> =>
  (await tables(db).selectFrom('people.delegation').selectAll().where('ended_at', 'is', null).execute()).map(
    delegationOf,
  )
export const lockDelegation = async (db: Database, id: DelegationId): Promise<DelegationRecord | null> => {
  const row = await tables(db)
    .selectFrom('people.delegation')
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  return row === undefined ? null : delegationOf(row)
}
export const insertDelegation = async (db: Database, row: DelegationRecord, now: Instant): Promise<void> => {
  await tables(db)
    .insertInto('people.delegation')
    .values({
      id: row.id,
      from_person_id: row.fromPersonId,
      to_person_id: row.toPersonId,
      role: row.role,
      department: row.department,
      organisation_id: row.organisationId,
      valid_from: row.from,
      valid_to: row.to,
      ended_at: null,
      reason: row.reason,
      created_at: now,
      given_entry: row.givenEntry,
      taken_entry: null,
    })
    .execute()
}
export const endDelegationRow = async (
  db: Database,
  id: DelegationId,
  now: Instant,
  entryId: string,
): Promise<void> => {
  await tables(db)
    .updateTable('people.delegation')
    .set({ ended_at: now, taken_entry: entryId })
    .where('id', '=', id)
    .execute()
}
