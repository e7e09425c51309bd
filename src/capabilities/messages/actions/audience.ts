/** Finds the people of an audience: who holds the role now, by grant or delegation. Whoever lost it is not among them. */
import type { Role } from '../../../kernel/actor.ts'
import { isUuid, type OrganisationId, type PersonId, type ProjectId } from '../../../kernel/identity.ts'
import type { JournalEntry, Unit } from '../../../platform/platform.ts'
import type { ApplicationSummary } from '../../approvals/contract/reader.ts'
import type { Audience } from '../model/topics.ts'
import type { Basis } from '../store/tables.ts'
import { type Context, payloadOf, textIn } from './context.ts'

/** Persons with the role in which they are addressed; null = in person. */
export type Receivers = ReadonlyMap<PersonId, Basis | null>

const officers: readonly Role[] = ['reviewer', 'lead']

/** Finds audiences of one entry; facts are read once. */
export const audienceFinder = (context: Context, unit: Unit, entry: JournalEntry) => {
  const payload = payloadOf(entry)
  const { projectId } = entry
  let known: Promise<ApplicationSummary | null> | undefined
  const application = (): Promise<ApplicationSummary | null> => {
    known ??= (async () => {
      const id = textIn(payload, 'applicationId')
      if (id === null || projectId === null || !isUuid(projectId)) return null
      const all = await context.approvals.applicationsOfProject(unit.db, projectId as ProjectId)
      return all.find((each) => each.applicationId === id) ?? null
    })()
    return known
  }
  /** While a file is a draft nobody but its applicant knows it: then the owner of the project stands for the applicant. */
  const ownerOf = async (): Promise<OrganisationId | null> =>
    projectId === null || !isUuid(projectId)
      ? null
      : ((await context.projects.project(unit.db, projectId as ProjectId))?.ownerOrganisationId ?? null)
  const holders = async (...places: readonly Basis[]): Promise<Receivers> => {
    const found = new Map<PersonId, Basis | null>()
    for (const place of places)
      for (const id of await context.people.holdersOf(unit.db, place, unit.now))
        if (!found.has(id)) found.set(id, place)
    return found
  }
  const inDepartments = (departments: readonly (string | null)[], roles: readonly Role[]): Promise<Receivers> =>
    holders(
      ...[...new Set(departments)].flatMap((department) =>
        department === null ? [] : roles.map((role) => ({ role, department })),
      ),
    )
  const ofOrganisation = (id: string | null): Promise<Receivers> =>
    id === null || !isUuid(id) ? holders() : holders({ role: 'applicant', organisationId: id as OrganisationId })
  const inPerson = async (field: string): Promise<Receivers> => {
    const id = textIn(payload, field)
    return id !== null && isUuid(id) ? new Map([[id as PersonId, null]]) : new Map()
  }
  const handlingDepartments = async (): Promise<readonly string[]> => {
    const file = await application()
    if (file === null) return []
    const clocks = await context.approvals.openClocks(unit.db, { projectId: file.projectId })
    return clocks
      .filter((each) => each.applicationId === file.applicationId && each.clock.subject.kind === 'item-run')
      .map((each) => each.department)
  }
  /**
   * Who holds the ball of a clock: while the file is at the window its clerks, while it is being corrected the applicant,
   * afterwards the department of the clock; a decision is delivered by the department or the window, whoever comes first.
   */
  const responsible = async (): Promise<Receivers> => {
    const purpose = textIn(payload, 'purpose')
    const file =
      textIn(payload, 'subjectKind') === 'application' || purpose === 'correction' ? await application() : null
    if (purpose === 'intake' || file?.state === 'submitted') return holders({ role: 'clerk' })
    if (purpose === 'delivery')
      return new Map([
        ...(await inDepartments([textIn(payload, 'department')], officers)),
        ...(await holders({ role: 'clerk' })),
      ])
    if (purpose === 'correction' || file?.state === 'correcting') return ofOrganisation(file?.applicantId ?? null)
    return inDepartments([textIn(payload, 'department')], officers)
  }
  const find: Readonly<Record<Audience, () => Promise<Receivers>>> = {
    applicant: async () => ofOrganisation((await application())?.applicantId ?? (await ownerOf())),
    window: () => holders({ role: 'clerk' }),
    department: () => inDepartments([textIn(payload, 'department')], officers),
    'department-leads': () => inDepartments([textIn(payload, 'department')], ['lead']),
    'department-approvers': () => inDepartments([textIn(payload, 'department')], ['approver']),
    'asked-department': () => inDepartments([textIn(payload, 'askedDepartment')], officers),
    'lead-department': async () => inDepartments([(await application())?.leadDepartment ?? null], officers),
    'handling-departments': async () => inDepartments(await handlingDepartments(), officers),
    responsible,
    supervisors: () => holders({ role: 'supervisor' }),
    administrators: () => holders({ role: 'administrator' }),
    inspectors: () => inDepartments([textIn(payload, 'department')], ['inspector']),
    'site-managers': async () => {
      const id = textIn(payload, 'organisationId')
      return id === null || !isUuid(id)
        ? holders()
        : holders({ role: 'site-manager', organisationId: id as OrganisationId })
    },
    organisation: () => ofOrganisation(textIn(payload, 'organisationId')),
    person: () => inPerson('personId'),
    'from-person': () => inPerson('fromPersonId'),
    'to-person': () => inPerson('toPersonId'),
  }
  return async (audiences: readonly Audience[]): Promise<Receivers> => {
    const found = new Map<PersonId, Basis | null>()
    for (const audience of audiences)
      for (const [id, basis] of await find[audience]()) if (!found.has(id)) found.set(id, basis)
    return found
  }
}

/** Says whether somebody still holds the role in which they were addressed; in person: whether they are active. */
export const stillHolds = async (
  context: Context,
  unit: Unit,
  personId: PersonId,
  basis: Basis | null,
): Promise<boolean> => {
  const actor = await context.people.actorOf(unit.db, personId, unit.now)
  if (actor.kind !== 'person') return false
  if (basis === null) return true
  return actor.roles.some(
    (held) =>
      held.role === basis.role &&
      (basis.department === undefined || held.department === basis.department) &&
      (basis.organisationId === undefined || held.organisationId === basis.organisationId),
  )
}
