/** Who may see and manage devices. Pure; used by server and desk alike. */
import { type Actor, holds, type Role } from '../../../kernel/actor.ts'
import { allowed, type Decision, refusedBecause } from '../../../kernel/decision.ts'
import type { OrganisationId } from '../../../kernel/identity.ts'
import { commandNotPossible, deviceMissing, notACommander, notAnOperator } from '../model/devices/refusals.ts'
import type { Protocol } from '../model/report.ts'

export const deviceAuthorities: readonly Role[] = [
  'inspector',
  'reviewer',
  'lead',
  'approver',
  'supervisor',
  'administrator',
]
export const deviceOperators: readonly Role[] = ['inspector', 'administrator']

export const isAuthority = (actor: Actor): boolean => deviceAuthorities.some((role) => holds(actor, role))
/** Claims, moves, disables devices and gives them secrets. */
export const mayOperateDevices = (actor: Actor): Decision =>
  deviceOperators.some((role) => holds(actor, role)) ? allowed : refusedBecause(notAnOperator())

/** Organisations on whose sites a person works as site manager or applicant. */
export const ownOrganisations = (actor: Actor): readonly OrganisationId[] =>
  actor.kind !== 'person'
    ? []
    : actor.roles.flatMap((held) =>
        (held.role === 'site-manager' || held.role === 'applicant') && held.organisationId !== undefined
          ? [held.organisationId]
          : [],
      )
/** Authorities see every device; the own side those on sites of projects in which it is owner or party today. */
export const maySeeDevice = (actor: Actor, parties: readonly OrganisationId[]): Decision =>
  isAuthority(actor) || ownOrganisations(actor).some((own) => parties.includes(own))
    ? allowed
    : refusedBecause(deviceMissing())
/** Gives orders to a device: operators, and the managers of its site. Only some protocols carry them. */
export const mayCommand = (actor: Actor, protocol: Protocol, parties: readonly OrganisationId[]): Decision =>
  protocol !== 'mqtt'
    ? refusedBecause(commandNotPossible())
    : deviceOperators.some((role) => holds(actor, role)) ||
        parties.some((organisationId) => holds(actor, 'site-manager', { organisationId }))
      ? allowed
      : refusedBecause(notACommander())
