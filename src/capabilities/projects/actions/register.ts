/** Registering and changing projects; their parties. */
import { require } from '../../../kernel/decision.ts'
import type { ProjectId } from '../../../kernel/identity.ts'
import { type LocalDate, yearOf } from '../../../kernel/time.ts'
import type { Unit } from '../../../platform/platform.ts'
import {
  type NewParty,
  type NewProject,
  type Party,
  partyAdded,
  partyEnded,
  partyRoleWords,
  projectRegistered,
  projectUpdated,
} from '../contract.ts'
import { checkProjectCode } from '../model/code.ts'
import { boundaryFault } from '../model/place.ts'
import { caseNumberOf } from '../model/settings.ts'
import { mayChangeParties, mayRegister, mayUpdate } from '../policy.ts'
import { endPartyRow, insertParty, type PartyRecord, partiesOf } from '../store/parties.ts'
import { insertProject, type ProjectRecord, saveProject } from '../store/projects.ts'
import { nextSerial } from '../store/tables.ts'
import {
  aboutOf,
  boundaryInvalid,
  changedMeanwhile,
  codeInvalid,
  lastOwner,
  lockedProject,
  organisationUnknown,
  type ProjectContext,
  partyKnown,
  partyMissing,
  partyOver,
  partyPeriod,
  personUnknown,
  placeInJournal,
} from './context.ts'
import { leaveWithParty } from './site-persons.ts'

const normalCode = (context: ProjectContext, code: string | null): string | null => {
  if (code === null || code === '') return null
  const check = checkProjectCode(code, context.settings.projectCode.checkMode)
  if (!check.valid)
    throw codeInvalid({ reason: check.warnings[0] ?? '' }, [{ path: 'projectCode', message: check.warnings[0] ?? '' }])
  return check.normalised
}
const checkBoundary = (boundary: ProjectRecord['boundary']): void => {
  const reason = boundary === null ? null : boundaryFault(boundary)
  if (reason !== null) throw boundaryInvalid({ reason }, [{ path: 'boundary', message: reason }])
}

/** Registers a project with a new case number. The owner becomes its first party. */
export const registerProject = async (context: ProjectContext, unit: Unit, input: NewProject): Promise<ProjectId> => {
  require(mayRegister(unit.actor, input.ownerOrganisationId))
  const owner = await context.people.organisation(unit.db, input.ownerOrganisationId)
  if (owner === null) throw organisationUnknown({}, [{ path: 'ownerOrganisationId', message: '请先登记单位再选择' }])
  checkBoundary(input.boundary)
  const year = yearOf(unit.today)
  const projectCode = normalCode(context, input.projectCode)
  const serial = await nextSerial(unit.db, context.jurisdictionCode, year)
  const project: ProjectRecord = {
    ...input,
    id: unit.newId<'project'>(),
    caseNumber: caseNumberOf(context.settings, context.jurisdictionCode, year, serial),
    projectCode,
    jurisdictionCode: context.jurisdictionCode,
    stage: 'land',
    state: 'registered',
    holdReason: null,
    published: false,
    registeredAt: unit.now,
    version: 1,
  }
  await insertProject(unit.db, project)
  await insertParty(unit.db, {
    partyId: unit.newId<'party'>(),
    projectId: project.id,
    role: 'owner',
    organisationId: owner.id,
    responsiblePersonId: null,
    responsibleName: null,
    from: unit.today,
    to: null,
  })
  await unit.record(projectRegistered, {
    ...placeInJournal(project),
    payload: { ...aboutOf(project), ownerOrganisationId: owner.id, projectType: project.projectType },
  })
  return project.id
}

/** What can be changed of a project; absent stays as it is. */
export type ProjectChange = { readonly [K in keyof Changeable]?: Changeable[K] | undefined } & {
  readonly version: number
}
type Changeable = Pick<ProjectRecord, (typeof changeable)[number]>
const changeable = [
  'name',
  'projectCode',
  'projectType',
  'investor',
  'land',
  'purpose',
  'floorAreaM2',
  'siteAreaM2',
  'buildingHeightM',
  'totalInvestmentFen',
  'point',
  'boundary',
  'address',
  'streetCode',
  'description',
] as const
const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

export const updateProject = async (
  context: ProjectContext,
  unit: Unit,
  id: ProjectId,
  change: ProjectChange,
): Promise<void> => {
  const before = await lockedProject(unit.db, id)
  const { version, ...wanted } = change
  const named = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined))
  const after: ProjectRecord = { ...before, ...named, version: before.version + 1 }
  const code = change.projectCode === undefined ? before.projectCode : normalCode(context, change.projectCode)
  const changed = { ...after, projectCode: code }
  const fields = changeable.filter((field) => !isSame(changed[field], before[field]))
  require(mayUpdate(unit.actor, before, fields))
  if (before.version !== version) throw changedMeanwhile()
  checkBoundary(changed.boundary)
  if (fields.length === 0) return
  await saveProject(unit.db, changed)
  await unit.record(projectUpdated, {
    ...placeInJournal(changed),
    payload: { ...aboutOf(changed), fields },
  })
}

/** Adds a party; a person responsible for it is named by the register of persons or by hand. */
export const addParty = async (
  context: ProjectContext,
  unit: Unit,
  id: ProjectId,
  input: NewParty,
): Promise<Party['partyId']> => {
  const project = await lockedProject(unit.db, id)
  require(mayChangeParties(unit.actor, project))
  const organisation = await context.people.organisation(unit.db, input.organisationId)
  if (organisation === null) throw organisationUnknown({}, [{ path: 'organisationId', message: '请先登记单位再选择' }])
  const registered =
    input.responsiblePersonId === null ? null : await context.people.personName(unit.db, input.responsiblePersonId)
  if (input.responsiblePersonId !== null && registered === null)
    throw personUnknown({}, [{ path: 'responsiblePersonId', message: '请重新选择负责人' }])
  const party: PartyRecord = {
    partyId: unit.newId<'party'>(),
    projectId: id,
    role: input.role,
    organisationId: organisation.id,
    responsiblePersonId: input.responsiblePersonId,
    responsibleName: registered ?? input.responsibleName,
    from: input.from ?? unit.today,
    to: null,
  }
  if (!(await insertParty(unit.db, party))) throw partyKnown({ role: partyRoleWords[party.role].zh })
  if (party.role === 'owner' && party.from <= unit.today) await changeOwner(unit, project, party)
  await unit.record(partyAdded, {
    ...placeInJournal(project),
    payload: {
      ...aboutOf(project),
      partyId: party.partyId,
      role: party.role,
      organisationId: organisation.id,
      organisationName: organisation.name,
      from: party.from,
    },
    ...(party.responsibleName === null ? {} : { personal: { responsibleName: party.responsibleName } }),
  })
  return party.partyId
}
/** The newest owner is the one that answers for the project. */
const changeOwner = (unit: Unit, project: ProjectRecord, owner: PartyRecord): Promise<void> =>
  saveProject(unit.db, { ...project, ownerOrganisationId: owner.organisationId, version: project.version + 1 })

/** Ends a party on a day (its last), keeping the row; its people on site leave with it. The last owner stays. */
export const endParty = async (
  context: ProjectContext,
  unit: Unit,
  id: ProjectId,
  partyId: Party['partyId'],
  to: LocalDate | undefined,
  because: string,
): Promise<void> => {
  const project = await lockedProject(unit.db, id)
  require(mayChangeParties(unit.actor, project))
  const parties = await partiesOf(unit.db, [id])
  const party = parties.find((each) => each.partyId === partyId)
  if (party === undefined) throw partyMissing()
  if (party.to !== null) throw partyOver({ to: party.to })
  const last = to ?? unit.today
  if (last < party.from) throw partyPeriod({ from: party.from }, [{ path: 'to', message: '请改正日期' }])
  const otherOwner = parties.findLast((each) => each.role === 'owner' && each.partyId !== partyId && each.to === null)
  if (party.role === 'owner') {
    if (otherOwner === undefined) throw lastOwner()
    if (project.ownerOrganisationId === party.organisationId) await changeOwner(unit, project, otherOwner)
  }
  await endPartyRow(unit.db, partyId, last)
  await unit.record(partyEnded, {
    ...placeInJournal(project),
    payload: { ...aboutOf(project), partyId, role: party.role, organisationId: party.organisationId, to: last },
    personal: { because },
  })
  await leaveWithParty(context, unit, project, { organisationId: party.organisationId, to: last, because })
}
