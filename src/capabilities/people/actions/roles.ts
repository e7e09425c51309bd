/** Granting, confirming and revoking roles; delegating them. */
import type { Actor } from '../../../kernel/actor.ts'
import { require } from '../../../kernel/decision.ts'
import type { PersonId } from '../../../kernel/identity.ts'
import { type Instant, laterOf } from '../../../kernel/time.ts'
import type { Database, Unit } from '../../../platform/platform.ts'
import {
  type Delegation,
  type DelegationId,
  delegationEnded,
  type GrantId,
  type NewGrant,
  type RoleGrant,
  roleDelegated,
  roleGranted,
  roleRequested,
  roleRevoked,
} from '../contract.ts'
import { delegationInForce, grantStateAt, type Place } from '../model/grants.ts'
import { mayConfirm, mayDelegate, mayEndDelegation, mayGrant, mayRevoke, needsConfirmation } from '../policy.ts'
import { isDepartmentRole } from '../store/departments.ts'
import {
  administratorsAt,
  administratorsEver,
  confirmGrantRow,
  type DelegationRecord,
  delegationsOf,
  endDelegationRow,
  type GrantRecord,
  grantsAt,
  grantsOf,
  insertDelegation,
  insertGrant,
  lockDelegation,
  lockGrant,
  revokeGrantRow,
} from '../store/grants.ts'
import { organisationById } from '../store/organisations.ts'
import { activePersons, lockPerson, membershipsOf, membersOfOrganisation, personNames } from '../store/persons.ts'
import { lockAdministrators } from '../store/tables.ts'
import { administratorsWhoCanEnter } from './administrators.ts'
import {
  actorText,
  delegationMissing,
  departmentUnknown,
  grantMissing,
  organisationMissing,
  type PeopleContext,
  personInactive,
  personMissing,
} from './context.ts'
import { addMembership, roleGrantOf } from './persons.ts'

const grantPayload = (grant: GrantRecord) => ({
  grantId: grant.id,
  personId: grant.personId,
  role: grant.role,
  department: grant.department,
  organisationId: grant.organisationId,
})
const subjectOf = (personId: PersonId) => ({ kind: 'person', id: personId })

const checkPlace = async (db: Database, place: Place): Promise<void> => {
  if (place.department !== null && !(await isDepartmentRole(db, place.department)))
    throw departmentUnknown({ code: place.department }, [{ path: 'department', message: '请从部门列表中选择' }])
  if (place.organisationId !== null && (await organisationById(db, place.organisationId)) === null)
    throw organisationMissing({}, [{ path: 'organisationId', message: '请重新选择单位' }])
}

/** Grants a role. An administrator's role is only requested, until a second administrator confirms. */
export const grantRole = async (context: PeopleContext, unit: Unit, input: NewGrant): Promise<RoleGrant> => {
  if (input.role === 'administrator') await lockAdministrators(unit.db)
  const administrators = input.role === 'administrator' ? (await administratorsAt(unit.db, unit.now)).size : 0
  const place: Place = {
    role: input.role,
    department: input.department ?? null,
    organisationId: input.organisationId ?? null,
  }
  const from = input.from === undefined ? unit.now : input.from
  const to = input.to ?? null
  require(mayGrant(unit.actor, { ...place, personId: input.personId, from, to }, unit.now, administrators))
  const person = await lockPerson(unit.db, context.vault, input.personId)
  if (person === null) throw personMissing()
  if (!person.active) throw personInactive()
  await checkPlace(unit.db, place)
  const ever = input.role === 'administrator' ? await administratorsEver(unit.db) : 0
  const waits = needsConfirmation(unit.actor, input.role, context.security.fourEyesRoles, ever)
  const grant: GrantRecord = {
    ...place,
    id: unit.newId<'role-grant'>(),
    personId: input.personId,
    from,
    to,
    grantedBy: actorText(unit.actor),
    confirmedBy: null,
    confirmedAt: waits ? null : unit.now,
    revokedBy: null,
    revokedAt: null,
    reason: input.reason,
    givenEntry: null,
    takenEntry: null,
  }
  const entryId = await unit.record(waits ? roleRequested : roleGranted, {
    subject: subjectOf(grant.personId),
    payload: grantPayload(grant),
  })
  const given = waits ? grant : { ...grant, givenEntry: entryId }
  await insertGrant(unit.db, given, unit.now)
  if (grant.organisationId !== null) await addMembership(unit, grant.personId, grant.organisationId, '')
  return roleGrantOf(given, unit.now)
}

/** A second administrator confirms: the grant is in force from its beginning, or from now if that has passed. */
export const confirmGrant = async (unit: Unit, id: GrantId): Promise<RoleGrant> => {
  await lockAdministrators(unit.db)
  const grant = await lockGrant(unit.db, id)
  if (grant === null) throw grantMissing()
  require(mayConfirm(unit.actor, { ...grant, state: grantStateAt(grant, unit.now) }))
  const from = laterOf(grant.from, unit.now)
  const by = actorText(unit.actor)
  const givenEntry = await unit.record(roleGranted, {
    subject: subjectOf(grant.personId),
    payload: grantPayload(grant),
  })
  await confirmGrantRow(unit.db, id, by, from, unit.now, givenEntry)
  return roleGrantOf({ ...grant, from, confirmedBy: by, confirmedAt: unit.now, givenEntry }, unit.now)
}

/** Ends a grant now, or turns a request down. The last administrator stays. */
export const revokeGrant = async (unit: Unit, id: GrantId, reason: string): Promise<RoleGrant> => {
  await lockAdministrators(unit.db)
  const grant = await lockGrant(unit.db, id)
  if (grant === null) throw grantMissing()
  const others = new Set(await administratorsWhoCanEnter(unit.db, unit.now))
  others.delete(grant.personId)
  require(mayRevoke(unit.actor, { ...grant, state: grantStateAt(grant, unit.now) }, others.size))
  const by = actorText(unit.actor)
  const takenEntry = await unit.record(roleRevoked, {
    subject: subjectOf(grant.personId),
    payload: { ...grantPayload(grant), reason },
  })
  await revokeGrantRow(unit.db, id, by, reason, unit.now, takenEntry)
  return roleGrantOf({ ...grant, revokedBy: by, revokedAt: unit.now, takenEntry }, unit.now)
}

/** Active persons who share the place of a role: its department, its organisation, or the role itself. */
const colleaguesAt = async (db: Database, place: Place, now: Instant): Promise<ReadonlyMap<PersonId, string>> => {
  const inForce = (grants: readonly GrantRecord[]): PersonId[] =>
    grants.filter((grant) => grantStateAt(grant, now) === 'in-force').map((grant) => grant.personId)
  if (place.organisationId !== null) return activePersons(db, await membersOfOrganisation(db, place.organisationId))
  const where = place.department === null ? { role: place.role } : { department: place.department }
  return activePersons(db, inForce(await grantsAt(db, where)))
}

export const delegationReply = (row: DelegationRecord, names: ReadonlyMap<PersonId, string>): Delegation => ({
  id: row.id,
  fromPersonId: row.fromPersonId,
  fromName: names.get(row.fromPersonId) ?? '',
  toPersonId: row.toPersonId,
  toName: names.get(row.toPersonId) ?? '',
  role: row.role,
  department: row.department,
  organisationId: row.organisationId,
  from: row.from,
  to: row.to,
  endedAt: row.endedAt,
  reason: row.reason,
})
const delegationPayload = (row: DelegationRecord) => ({
  delegationId: row.id,
  fromPersonId: row.fromPersonId,
  toPersonId: row.toPersonId,
  role: row.role,
  department: row.department,
  from: row.from,
  to: row.to,
})

export interface NewDelegation extends Place {
  readonly toPersonId: PersonId
  readonly from: Instant
  readonly to: Instant
  readonly reason: string
}
/** Hands one of the actor's own roles to a colleague for a time. The giver keeps it too. */
export const delegate = async (unit: Unit, input: NewDelegation): Promise<Delegation> => {
  const colleagues = await colleaguesAt(unit.db, input, unit.now)
  require(mayDelegate(unit.actor, { ...input, colleague: colleagues.has(input.toPersonId) }, unit.now))
  const giver = personIdOf(unit.actor)
  const row: DelegationRecord = {
    id: unit.newId<'delegation'>(),
    fromPersonId: giver,
    toPersonId: input.toPersonId,
    role: input.role,
    department: input.department,
    organisationId: input.organisationId,
    from: input.from,
    to: input.to,
    endedAt: null,
    reason: input.reason,
    givenEntry: null,
    takenEntry: null,
  }
  const givenEntry = await unit.record(roleDelegated, {
    subject: subjectOf(row.toPersonId),
    payload: delegationPayload(row),
  })
  await insertDelegation(unit.db, { ...row, givenEntry }, unit.now)
  return delegationReply(row, await personNames(unit.db, [giver, input.toPersonId]))
}

/** Ends a delegation before its time; ending one that is over already changes nothing. */
export const endDelegation = async (unit: Unit, id: DelegationId): Promise<Delegation> => {
  const row = await lockDelegation(unit.db, id)
  if (row === null) throw delegationMissing()
  require(mayEndDelegation(unit.actor, row))
  const names = await personNames(unit.db, [row.fromPersonId, row.toPersonId])
  const open = delegationInForce(row, unit.now) || (row.endedAt === null && unit.now < row.from)
  if (!open) return delegationReply(row, names)
  const takenEntry = await unit.record(delegationEnded, {
    subject: subjectOf(row.toPersonId),
    payload: delegationPayload(row),
  })
  await endDelegationRow(unit.db, id, unit.now, takenEntry)
  return delegationReply({ ...row, endedAt: unit.now }, names)
}

export const delegationsFor = async (db: Database, personId: PersonId): Promise<readonly Delegation[]> => {
  const rows = await delegationsOf(db, personId)
  const names = await personNames(
    db,
    rows.flatMap((row) => [row.fromPersonId, row.toPersonId]),
  )
  return rows.map((row) => delegationReply(row, names))
}

/** Colleagues of a person in any place where the person holds a role, or in any organisation; not the person. */
export const colleaguesOf = async (
  db: Database,
  personId: PersonId,
  now: Instant,
): Promise<readonly { personId: PersonId; name: string }[]> => {
  const found = new Map<PersonId, string>()
  const own = (await grantsOf(db, [personId])).filter((grant) => grantStateAt(grant, now) === 'in-force')
  for (const place of own) for (const [id, name] of await colleaguesAt(db, place, now)) found.set(id, name)
  for (const { organisationId } of await membershipsOf(db, personId))
    for (const [id, name] of await activePersons(db, await membersOfOrganisation(db, organisationId)))
      found.set(id, name)
  found.delete(personId)
  return [...found].map(([id, name]) => ({ personId: id, name })).sort((a, b) => (a.personId < b.personId ? -1 : 1))
}

/** The person who acts. Only called after a policy has refused everybody else. */
const personIdOf = (actor: Actor): PersonId => {
  if (actor.kind !== 'person') throw new Error('a person was expected to act')
  return actor.personId
}
