/** Persons: registering, changing, revealing; memberships. */
import { require } from '../../../kernel/decision.ts'
import type { OrganisationId, PersonId } from '../../../kernel/identity.ts'
import type { Instant } from '../../../kernel/time.ts'
import type { Database, Unit } from '../../../platform/platform.ts'
import { type PersonalField, personalFields } from '../contract/security.ts'
import type { MaskedPerson, NewPerson, PersonDetail, RoleGrant } from '../contract.ts'
import { joinedOrganisation, leftOrganisation, personCreated, personRevealed, personUpdated } from '../contract.ts'
import { checkIdNumber, checkPhone, maskIdNumber, maskPhone } from '../model/codes.ts'
import { grantStateAt } from '../model/grants.ts'
import { mayDeactivate, mayManagePeople } from '../policy.ts'
import { type GrantRecord, grantsOf } from '../store/grants.ts'
import { insertLook } from '../store/looks.ts'
import { organisationById } from '../store/organisations.ts'
import {
  closeMembership,
  insertPerson,
  lockPerson,
  membershipsOf,
  openMembership,
  type PersonRecord,
  personById,
  personIdBy,
  savePerson,
} from '../store/persons.ts'
import { lockAdministrators } from '../store/tables.ts'
import { administratorsWhoCanEnter } from './administrators.ts'
import {
  actorText,
  changedMeanwhile,
  idNumberInvalid,
  notMember,
  organisationMissing,
  type PeopleContext,
  personKnown,
  personMissing,
  phoneInvalid,
} from './context.ts'

export const maskedOf = (person: PersonRecord): MaskedPerson => ({
  id: person.id,
  name: person.name,
  phoneMasked: person.phone === null ? null : maskPhone(person.phone),
  idNumberMasked: person.idNumber === null ? null : maskIdNumber(person.idNumber),
  active: person.active,
  version: person.version,
})
export const roleGrantOf = (grant: GrantRecord, now: Instant): RoleGrant => ({
  id: grant.id,
  personId: grant.personId,
  role: grant.role,
  department: grant.department,
  organisationId: grant.organisationId,
  from: grant.from,
  to: grant.to,
  grantedBy: grant.grantedBy,
  confirmedBy: grant.confirmedBy,
  revokedBy: grant.revokedBy,
  reason: grant.reason,
  confirmedAt: grant.confirmedAt,
  revokedAt: grant.revokedAt,
  givenEntryId: grant.givenEntry,
  takenEntryId: grant.takenEntry,
  state: grantStateAt(grant, now),
})

const normalPhone = (text: string | null | undefined): string | null => {
  if (text === null || text === undefined || text === '') return null
  const check = checkPhone(text)
  if (!check.valid) throw phoneInvalid({}, [{ path: 'phone', message: '请填写11位手机号' }])
  return check.normalised
}
const normalIdNumber = (text: string | null | undefined): string | null => {
  if (text === null || text === undefined || text === '') return null
  const check = checkIdNumber(text)
  if (!check.valid) throw idNumberInvalid({}, [{ path: 'idNumber', message: '请对照证件重新填写' }])
  return check.normalised
}

/** Registers a person. Refuses wrong numbers and those that belong to somebody already. */
export const createPerson = async (context: PeopleContext, unit: Unit, input: NewPerson): Promise<PersonId> => {
  require(mayManagePeople(unit.actor))
  const person: PersonRecord = {
    id: unit.newId<'person'>(),
    name: input.name.trim(),
    phone: normalPhone(input.phone),
    idNumber: normalIdNumber(input.idNumber),
    active: true,
    version: 1,
  }
  if (!(await insertPerson(unit.db, context.vault, person, unit.now))) throw personKnown()
  await unit.record(personCreated, {
    subject: { kind: 'person', id: person.id },
    payload: { personId: person.id },
    personal: { name: person.name },
  })
  return person.id
}

export interface PersonChange {
  readonly version: number
  readonly name?: string | undefined
  readonly phone?: string | null | undefined
  readonly idNumber?: string | null | undefined
  readonly active?: boolean | undefined
}
/** Changes what is named; absent stays, null empties. Making the last administrator inactive is refused. */
export const updatePerson = async (
  context: PeopleContext,
  unit: Unit,
  personId: PersonId,
  change: PersonChange,
): Promise<MaskedPerson> => {
  require(mayManagePeople(unit.actor))
  if (change.active === false) await lockAdministrators(unit.db)
  const before = await lockPerson(unit.db, context.vault, personId)
  if (before === null) throw personMissing()
  if (before.version !== change.version) throw changedMeanwhile()
  if (before.active && change.active === false) {
    const administrators = await administratorsWhoCanEnter(unit.db, unit.now)
    const isOne = administrators.has(personId)
    require(mayDeactivate(unit.actor, isOne, administrators.size - (isOne ? 1 : 0)))
  }
  const after: PersonRecord = {
    ...before,
    name: change.name ?? before.name,
    phone: change.phone === undefined ? before.phone : normalPhone(change.phone),
    idNumber: change.idNumber === undefined ? before.idNumber : normalIdNumber(change.idNumber),
    active: change.active ?? before.active,
    version: before.version + 1,
  }
  for (const key of ['phone', 'idNumber'] as const) {
    const value = after[key]
    if (value === null || value === before[key]) continue
    const known = await personIdBy(unit.db, context.vault, key === 'phone' ? { phone: value } : { idNumber: value })
    if (known !== null && known !== personId) throw personKnown()
  }
  const fields = (['name', 'phone', 'idNumber', 'active'] as const).filter((key) => after[key] !== before[key])
  await savePerson(unit.db, context.vault, after, unit.now)
  await unit.record(personUpdated, {
    subject: { kind: 'person', id: personId },
    payload: { personId, fields, active: after.active },
    ...(fields.includes('name') ? { personal: { name: after.name } } : {}),
  })
  return maskedOf(after)
}

/** Gives the full numbers that were asked for, and leaves a trace, open to the person, of who looked, at what and why. */
export const revealPerson = async (
  context: PeopleContext,
  unit: Unit,
  personId: PersonId,
  purpose: string,
  fields: readonly PersonalField[] = personalFields,
): Promise<{ phone: string | null; idNumber: string | null }> => {
  require(mayManagePeople(unit.actor))
  const person = await personById(unit.db, context.vault, personId)
  if (person === null) throw personMissing()
  const entryId = await unit.record(personRevealed, {
    subject: { kind: 'person', id: personId },
    payload: { personId, purpose, fields: [...fields] },
  })
  const lookedBy = actorText(unit.actor)
  await insertLook(unit.db, { lookId: unit.newId(), personId, lookedBy, purpose, fields, at: unit.now, entryId })
  return {
    phone: fields.includes('phone') ? person.phone : null,
    idNumber: fields.includes('idNumber') ? person.idNumber : null,
  }
}

export const personDetail = async (
  context: PeopleContext,
  db: Database,
  personId: PersonId,
  now: Instant,
): Promise<PersonDetail> => {
  const person = await personById(db, context.vault, personId)
  if (person === null) throw personMissing()
  return {
    ...maskedOf(person),
    grants: (await grantsOf(db, [personId])).map((grant) => roleGrantOf(grant, now)),
    memberships: [...(await membershipsOf(db, personId))],
  }
}

/** Makes a person a member of an organisation, without a question of policy: for use by actions that have asked. */
export const addMembership = async (
  unit: Unit,
  personId: PersonId,
  organisationId: OrganisationId,
  title: string,
): Promise<void> => {
  if (!(await openMembership(unit.db, { personId, organisationId, title }, unit.now))) return
  await unit.record(joinedOrganisation, {
    subject: { kind: 'person', id: personId },
    payload: { personId, organisationId },
  })
}
export const join = async (
  context: PeopleContext,
  unit: Unit,
  personId: PersonId,
  organisationId: OrganisationId,
  title: string,
): Promise<void> => {
  require(mayManagePeople(unit.actor))
  if ((await lockPerson(unit.db, context.vault, personId)) === null) throw personMissing()
  if ((await organisationById(unit.db, organisationId)) === null) throw organisationMissing()
  await addMembership(unit, personId, organisationId, title)
}
export const leave = async (unit: Unit, personId: PersonId, organisationId: OrganisationId): Promise<void> => {
  require(mayManagePeople(unit.actor))
  if (!(await closeMembership(unit.db, personId, organisationId, unit.now))) throw notMember()
  await unit.record(leftOrganisation, {
    subject: { kind: 'person', id: personId },
    payload: { personId, organisationId },
  })
}
