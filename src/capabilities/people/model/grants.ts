/** Rules of role grants and delegations: scopes, validity, and the last administrator. Pure. */
import type { HeldRole, Role } from '../../../kernel/actor.ts'
import type { OrganisationId, PersonId } from '../../../kernel/identity.ts'
import type { Instant } from '../../../kernel/time.ts'
import type { GrantState } from '../contract.ts'

/** Where a role holds: 'needed' must be named, 'may' can be, 'none' must not be. */
export interface RoleScope {
  readonly department: 'needed' | 'may' | 'none'
  readonly organisation: 'needed' | 'none'
  /** An administrator's and a citizen's role cannot be handed to another. */
  readonly delegable: boolean
}
const officer: RoleScope = { department: 'needed', organisation: 'none', delegable: true }
const floating: RoleScope = { department: 'may', organisation: 'none', delegable: true }
const forOrganisation: RoleScope = { department: 'none', organisation: 'needed', delegable: true }
const personal: RoleScope = { department: 'none', organisation: 'none', delegable: false }
export const roleScopes: Readonly<Record<Role, RoleScope>> = {
  applicant: forOrganisation,
  clerk: floating,
  reviewer: officer,
  lead: officer,
  approver: officer,
  supervisor: floating,
  administrator: personal,
  navigator: floating,
  'site-manager': forOrganisation,
  inspector: officer,
  'committee-member': personal,
  citizen: personal,
}

/** Times of a grant; `from` is the first instant in force, `to` the first no longer in force. */
export interface GrantTimes {
  readonly from: Instant
  readonly to: Instant | null
  readonly confirmedAt: Instant | null
  readonly revokedAt: Instant | null
}
export const grantStateAt = (grant: GrantTimes, now: Instant): GrantState => {
  if (grant.revokedAt !== null && grant.revokedAt <= now) return 'revoked'
  if (grant.confirmedAt === null || grant.confirmedAt > now) return 'requested'
  if (now < grant.from) return 'planned'
  return grant.to !== null && grant.to <= now ? 'ended' : 'in-force'
}

export interface Place {
  readonly role: Role
  readonly department: string | null
  readonly organisationId: OrganisationId | null
}
export const samePlace = (a: Place, b: Place): boolean =>
  a.role === b.role && a.department === b.department && a.organisationId === b.organisationId

/** A grant as far as these rules look at it. */
export interface GrantRow extends Place, GrantTimes {
  readonly personId: PersonId
}
export interface DelegationRow extends Place {
  readonly fromPersonId: PersonId
  readonly toPersonId: PersonId
  readonly from: Instant
  readonly to: Instant
  readonly endedAt: Instant | null
}
export const delegationInForce = (delegation: DelegationRow, now: Instant): boolean =>
  delegation.from <= now && now < delegation.to && (delegation.endedAt === null || now < delegation.endedAt)

const held = (place: Place, onBehalfOf?: PersonId): HeldRole => ({
  role: place.role,
  department: place.department ?? undefined,
  organisationId: place.organisationId ?? undefined,
  onBehalfOf,
})

/**
 * Gives the roles a person holds at `now`: own grants in force, and delegated roles whose giver still holds them then.
 * `grants` are those of the person and of everyone who delegated to the person.
 */
export const heldRolesOf = (
  personId: PersonId,
  grants: readonly GrantRow[],
  delegations: readonly DelegationRow[],
  activePersons: ReadonlySet<PersonId>,
  now: Instant,
): readonly HeldRole[] => {
  const inForce = grants.filter((grant) => grantStateAt(grant, now) === 'in-force')
  const roles: HeldRole[] = []
  for (const grant of inForce) {
    if (grant.personId !== personId) continue
    if (!roles.some((role) => samePlace(placeOf(role), grant))) roles.push(held(grant))
  }
  for (const delegation of delegations) {
    if (delegation.toPersonId !== personId || !delegationInForce(delegation, now)) continue
    if (!activePersons.has(delegation.fromPersonId)) continue
    const stillHeld = inForce.some(
      (grant) => grant.personId === delegation.fromPersonId && samePlace(grant, delegation),
    )
    if (stillHeld) roles.push(held(delegation, delegation.fromPersonId))
  }
  return roles
}
export const placeOf = (role: HeldRole): Place => ({
  role: role.role,
  department: role.department ?? null,
  organisationId: role.organisationId ?? null,
})
