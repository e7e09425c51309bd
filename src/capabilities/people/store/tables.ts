/** The tables of this capability, as Kysely sees them. */
import { type Kysely, sql } from 'kysely'
import type { Role } from '../../../kernel/actor.ts'
import type { OrganisationId, PersonId } from '../../../kernel/identity.ts'
import type { Certainty } from '../../../kernel/sourced.ts'
import type { Instant, LocalDate } from '../../../kernel/time.ts'
import type { Database } from '../../../platform/platform.ts'
import type { DelegationId, GrantId, OrganisationKind } from '../contract.ts'

// A type, not an interface: Kysely wants an index signature.
export type PeopleTables = {
  'people.organisation': {
    id: OrganisationId
    name: string
    uscc: string | null
    kind: OrganisationKind
    address: string | null
    version: number
    created_at: Instant
  }
  'people.organisation_name': {
    organisation_id: OrganisationId
    valid_from: Instant
    valid_to: Instant | null
    name: string
  }
  'people.jurisdiction': {
    code: string
    name: string
    short_name: string
    valid_from: LocalDate | null
    valid_to: LocalDate | null
    basis: string
    certainty: Certainty
  }
  'people.department_role': { code: string; zh: string; en: string; duty: string }
  'people.department': {
    jurisdiction_code: string
    role_code: string
    valid_from: LocalDate
    valid_to: LocalDate | null
    organisation_id: OrganisationId
    name: string
    short_name: string
    basis: string
    certainty: Certainty
  }
  'people.person': {
    id: PersonId
    name: string
    phone_sealed: string | null
    phone_digest: string | null
    id_number_sealed: string | null
    id_number_digest: string | null
    active: boolean
    version: number
    created_at: Instant
    inactive_since: Instant | null
    erased_at: Instant | null
  }
  'people.membership': {
    person_id: PersonId
    organisation_id: OrganisationId
    title: string
    valid_from: Instant
    valid_to: Instant | null
  }
  'people.role_grant': {
    id: GrantId
    person_id: PersonId
    role: Role
    department: string | null
    organisation_id: OrganisationId | null
    valid_from: Instant
    valid_to: Instant | null
    granted_by: string
    granted_at: Instant
    confirmed_by: string | null
    confirmed_at: Instant | null
    revoked_by: string | null
    revoked_at: Instant | null
    revoke_reason: string | null
    reason: string
    given_entry: string | null
    taken_entry: string | null
  }
  'people.delegation': {
    id: DelegationId
    from_person_id: PersonId
    to_person_id: PersonId
    role: Role
    department: string | null
    organisation_id: OrganisationId | null
    valid_from: Instant
    valid_to: Instant
    ended_at: Instant | null
    reason: string
    created_at: Instant
    given_entry: string | null
    taken_entry: string | null
  }
}

/** The connection, knowing the tables of this capability. */
export const tables = (db: Database): Kysely<PeopleTables> => db.withTables<PeopleTables>()

/** Makes changes to who is administrator wait for one another until the transaction ends. */
export const lockAdministrators = async (db: Database): Promise<void> => {
  await sql`select pg_advisory_xact_lock(hashtextextended('people.administrators', 0))`.execute(db)
}
