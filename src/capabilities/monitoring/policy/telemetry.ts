/** Who may read the measurements of a site: authorities, and the parties of its project. */
import type { Actor } from '../../../kernel/actor.ts'
import { allowed, type Decision, refusedBecause } from '../../../kernel/decision.ts'
import type { OrganisationId } from '../../../kernel/identity.ts'
import { telemetryForbidden } from '../model/telemetry/refusals.ts'
import { isAuthority, ownOrganisations } from './devices.ts'

/** `parties`: organisations that own the project of the site or are parties of it now. */
export const mayReadTelemetry = (actor: Actor, parties: readonly OrganisationId[]): Decision =>
  isAuthority(actor) || ownOrganisations(actor).some((own) => parties.includes(own))
    ? allowed
    : refusedBecause(telemetryForbidden())
