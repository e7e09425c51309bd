/** The reader and writer of this capability, for others. */
import { anonymous } from '../../kernel/actor.ts'
import type { PersonId } from '../../kernel/identity.ts'
import type { Instant } from '../../kernel/time.ts'
import type { Database } from '../../platform/platform.ts'
import type { PeopleContext } from './actions/context.ts'
import { createOrganisation } from './actions/organisations.ts'
import { createPerson, join } from './actions/persons.ts'
import { grantRole } from './actions/roles.ts'
import type { DepartmentMember, PeopleReader, PeopleWriter, RoleInForce } from './contract.ts'
import { checkPhone, checkUscc } from './model/codes.ts'
import { delegationInForce, grantStateAt, heldRolesOf, type Place, samePlace } from './model/grants.ts'
import { departmentsOn } from './store/departments.ts'
import { delegationsAt, delegationsTo, grantsAt, grantsOf, openDelegations, standingOf } from './store/grants.ts'
import { holdersOf } from './store/holders.ts'
import { organisationById, organisationByUscc, organisationsByIds } from './store/organisations.ts'
import { activePersons, personById, personIdBy, personNames } from './store/persons.ts'

const actorOf = async (db: Database, personId: PersonId, now: Instant) => {
  const standing = await standingOf(db, personId)
  if (standing === null) return anonymous
  const { name } = standing
  const delegations = standing.standsIn ? await delegationsTo(db, personId) : []
  const inForce = delegations.filter((delegation) => delegationInForce(delegation, now))
  const givers = inForce.map((delegation) => delegation.fromPersonId)
  const active = new Set([personId, ...(await activePersons(db, givers)).keys()])
  const grants = [...standing.grants, ...(await grantsOf(db, givers))]
  return { kind: 'person' as const, personId, name, roles: heldRolesOf(personId, grants, inForce, active, now) }
}

const membersOf: PeopleReader['membersOf'] = async (db, department, role, now) => {
  const grants = await grantsAt(db, { role, department })
  const inForce = grants.filter((grant) => grantStateAt(grant, now) === 'in-force').map((grant) => grant.personId)
  const delegations = (await delegationsAt(db, { role, department })).filter((each) => delegationInForce(each, now))
  const active = await activePersons(db, [...inForce, ...delegations.map((each) => each.toPersonId)])
  const holders = new Set(inForce.filter((id) => active.has(id)))
  const receivers = delegations.filter((each) => holders.has(each.fromPersonId)).map((each) => each.toPersonId)
  const members = new Map<PersonId, DepartmentMember>()
  for (const id of [...holders, ...receivers]) {
    const name = active.get(id)
    if (name !== undefined) members.set(id, { personId: id, name })
  }
  return [...members.values()].sort((a, b) => (a.personId < b.personId ? -1 : 1))
}

const rolesInForce: PeopleReader['rolesInForce'] = async (db, now) => {
  const grants = (await grantsAt(db, {})).filter((grant) => grantStateAt(grant, now) === 'in-force')
  const delegations = (await openDelegations(db)).filter(
    (each) =>
      delegationInForce(each, now) &&
      grants.some((grant) => grant.personId === each.fromPersonId && samePlace(grant, each)),
  )
  const active = await activePersons(db, [
    ...grants.map((grant) => grant.personId),
    ...delegations.flatMap((each) => [each.fromPersonId, each.toPersonId]),
  ])
  const rowOf = (
    personId: PersonId,
    held: Place & { readonly from: Instant; readonly to: Instant | null; readonly givenEntry: string | null },
    onBehalfOfName: string | null,
  ): RoleInForce[] => {
    const name = active.get(personId)
    if (name === undefined) return []
    const { role, department, organisationId, from: since, to: until, givenEntry: entryId } = held
    return [{ personId, name, role, department, organisationId, onBehalfOfName, since, until, entryId }]
  }
  return [
    ...grants.flatMap((grant) => rowOf(grant.personId, grant, null)),
    ...delegations.flatMap((each) => {
      const giver = active.get(each.fromPersonId)
      return giver === undefined ? [] : rowOf(each.toPersonId, each, giver)
    }),
  ]
}

export const makePeopleReader = (context: PeopleContext): PeopleReader => ({
  actorOf,
  personName: async (db, id) => (await personNames(db, [id])).get(id) ?? null,
  personNames,
  phoneOf: async (db, id) => (await personById(db, context.vault, id))?.phone ?? null,
  personByPhone: async (db, phone) => {
    const check = checkPhone(phone)
    return check.valid ? personIdBy(db, context.vault, { phone: check.normalised }) : null
  },
  organisation: organisationById,
  organisations: async (db, ids) => new Map((await organisationsByIds(db, ids)).map((each) => [each.id, each])),
  organisationByUscc: (db, uscc) => organisationByUscc(db, checkUscc(uscc).normalised),
  department: async (db, code, day) => (await departmentsOn(db, day, code))[0] ?? null,
  departments: (db, day) => departmentsOn(db, day),
  membersOf,
  holdersOf,
  rolesInForce,
})

export const makePeopleWriter = (context: PeopleContext): PeopleWriter => ({
  createPerson: (unit, person) => createPerson(context, unit, person),
  createOrganisation: async (unit, organisation) => (await createOrganisation(unit, organisation)).organisation.id,
  grantRole: async (unit, grant) => (await grantRole(context, unit, grant)).id,
  join: (unit, personId, organisationId, title) => join(context, unit, personId, organisationId, title),
})
