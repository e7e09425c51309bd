/** Who may see and change sites and the people on them. Pure; used by server and desk alike. */
import { type Actor, holds, type Role } from '../../../kernel/actor.ts'
import { allowed, type Decision, refusedBecause } from '../../../kernel/decision.ts'
import type { OrganisationId } from '../../../kernel/identity.ts'
import type { Refused } from '../../../kernel/refusal.ts'
import * as people from '../model/people/refusals.ts'
import * as sites from '../model/sites/refusals.ts'
import { isAuthority, ownOrganisations } from './devices.ts'

const when = (condition: boolean, refused: () => Refused): Decision => (condition ? allowed : refusedBecause(refused()))
const operators: readonly Role[] = ['inspector', 'administrator']
const operates = (actor: Actor): boolean => operators.some((role) => holds(actor, role))
/** Site manager of an organisation that owns the project or takes part in it. */
const manages = (actor: Actor, parties: readonly OrganisationId[]): boolean =>
  parties.some((organisationId) => holds(actor, 'site-manager', { organisationId }))

/** `parties`: owner and parties of the project today. */
export const maySeeSite = (actor: Actor, parties: readonly OrganisationId[]): Decision =>
  when(isAuthority(actor) || ownOrganisations(actor).some((own) => parties.includes(own)), sites.siteMissing)
/** Opens, moves, ends a site: its fence decides what may be kept of people. */
export const mayOperateSite = (actor: Actor): Decision => when(operates(actor), sites.notSiteOperator)
/** Zones, floors, plans, hours, contacts, workers. */
export const mayKeepSite = (actor: Actor, parties: readonly OrganisationId[]): Decision =>
  when(operates(actor) || manages(actor, parties), sites.notSiteKeeper)
/** Sees where people are, after saying why. */
export const maySeePositions = (actor: Actor, parties: readonly OrganisationId[]): Decision =>
  when(operates(actor) || manages(actor, parties), people.notForPositions)
/** `isOwn`: the actor is the worker. */
export const maySeeLooks = (actor: Actor, isOwn: boolean): Decision =>
  when(isOwn || holds(actor, 'administrator'), people.notForLooks)
export const maySearchWorkers = (actor: Actor): Decision => when(operates(actor), people.notForSearch)
