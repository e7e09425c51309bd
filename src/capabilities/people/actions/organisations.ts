/** Organisations: registering and changing; filling the department roles from the reviewed profiles. */
import { require } from '../../../kernel/decision.ts'
import type { OrganisationId } from '../../../kernel/identity.ts'
import type { Unit } from '../../../platform/platform.ts'
import type { Organisation } from '../contract.ts'
import { departmentAssigned, type NewOrganisation, organisationCreated, organisationUpdated } from '../contract.ts'
import { checkUscc } from '../model/codes.ts'
import type { Assignment, DepartmentRole, JurisdictionProfile } from '../model/departments.ts'
import { mayCreateOrganisation, mayUpdateOrganisation } from '../policy.ts'
import {
  lockDepartments,
  type StoredAssignment,
  saveAssignment,
  saveDepartmentRole,
  saveJurisdiction,
  storedAssignments,
} from '../store/departments.ts'
import { insertOrganisation, lockOrganisation, organisationByUscc, saveOrganisation } from '../store/organisations.ts'
import { changedMeanwhile, organisationKnown, organisationMissing, usccInvalid } from './context.ts'

const normalUscc = (text: string | null | undefined): { uscc: string | null; warnings: readonly string[] } => {
  if (text === null || text === undefined || text === '') return { uscc: null, warnings: [] }
  const check = checkUscc(text)
  if (!check.valid) throw usccInvalid({}, [{ path: 'uscc', message: '请对照登记证书重新填写' }])
  return { uscc: check.normalised, warnings: check.warnings }
}
export interface OrganisationReply {
  readonly organisation: Organisation
  readonly warnings: string[]
}

/** Registers an organisation. A wrong code is refused; a wrong organisation code inside it only warns. */
export const createOrganisation = async (unit: Unit, input: NewOrganisation): Promise<OrganisationReply> => {
  require(mayCreateOrganisation(unit.actor))
  const { uscc, warnings } = normalUscc(input.uscc)
  const row = {
    id: unit.newId<'organisation'>(),
    name: input.name.trim(),
    uscc,
    kind: input.kind,
    address: input.address ?? null,
  }
  if (!(await insertOrganisation(unit.db, row, unit.now))) {
    const known = uscc === null ? null : await organisationByUscc(unit.db, uscc)
    throw organisationKnown({ name: known?.name ?? '' })
  }
  await unit.record(organisationCreated, {
    subject: { kind: 'organisation', id: row.id },
    payload: { organisationId: row.id, name: row.name, uscc, kind: row.kind },
  })
  return {
    organisation: { ...row, version: 1, names: [{ name: row.name, from: unit.now, to: null }] },
    warnings: [...warnings],
  }
}

export interface OrganisationChange {
  readonly version: number
  readonly name?: string | undefined
  readonly uscc?: string | null | undefined
  readonly address?: string | null | undefined
}
/** Changes what is named; a new name keeps the old one in the history. */
export const updateOrganisation = async (
  unit: Unit,
  id: OrganisationId,
  change: OrganisationChange,
): Promise<OrganisationReply> => {
  require(mayUpdateOrganisation(unit.actor))
  const before = await lockOrganisation(unit.db, id)
  if (before === null) throw organisationMissing()
  if (before.version !== change.version) throw changedMeanwhile()
  const { uscc, warnings } = change.uscc === undefined ? { uscc: before.uscc, warnings: [] } : normalUscc(change.uscc)
  if (uscc !== null && uscc !== before.uscc) {
    const known = await organisationByUscc(unit.db, uscc)
    if (known !== null) throw organisationKnown({ name: known.name })
  }
  const name = change.name ?? before.name
  const address = change.address === undefined ? before.address : change.address
  await saveOrganisation(unit.db, before, { name, uscc, address }, unit.now)
  await unit.record(organisationUpdated, {
    subject: { kind: 'organisation', id },
    payload: { organisationId: id, name, previousName: before.name },
  })
  const after = await lockOrganisation(unit.db, id)
  if (after === null) throw organisationMissing()
  return { organisation: after, warnings: [...warnings] }
}

const sameAssignment = (a: Assignment, b: StoredAssignment): boolean =>
  a.jurisdictionCode === b.jurisdictionCode &&
  a.name === b.name &&
  a.shortName === b.shortName &&
  a.validTo === b.validTo &&
  a.basis === b.basis &&
  a.certainty === b.certainty

/**
 * Brings roles, jurisdictions and assignments in line with the reviewed profiles. Safe to repeat: what is unchanged is
 * neither written nor recorded. An assignment that comes new gets an organisation of its own.
 */
export const loadDepartments = async (
  unit: Unit,
  roles: readonly DepartmentRole[],
  profiles: readonly JurisdictionProfile[],
  assignments: readonly Assignment[],
): Promise<void> => {
  await lockDepartments(unit.db)
  for (const role of roles) await saveDepartmentRole(unit.db, role)
  for (const profile of profiles) await saveJurisdiction(unit.db, profile)
  const stored = await storedAssignments(unit.db)
  for (const assignment of assignments) {
    const known = stored.find(
      (row) => row.department === assignment.department && row.validFrom === assignment.validFrom,
    )
    if (known !== undefined && sameAssignment(assignment, known)) continue
    const organisationId =
      known !== undefined && known.name === assignment.name
        ? known.organisationId
        : (await createOrganisation(unit, { name: assignment.name, kind: 'authority' })).organisation.id
    await saveAssignment(unit.db, { ...assignment, organisationId })
    await unit.record(departmentAssigned, {
      subject: { kind: 'department', id: assignment.department },
      payload: {
        department: assignment.department,
        name: assignment.name,
        jurisdictionCode: assignment.jurisdictionCode,
        validFrom: assignment.validFrom,
        validTo: assignment.validTo,
      },
    })
  }
}
