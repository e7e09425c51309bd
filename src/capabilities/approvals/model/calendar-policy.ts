/** Who may load and publish calendars, and who may look into signals. Pure; used by server and desk alike. */
import { type Actor, holds } from '../../../kernel/actor.ts'
import { allowed, type Decision, refusedBecause } from '../../../kernel/decision.ts'
import type { PersonId } from '../../../kernel/identity.ts'
import * as refuse from './refusals/clocks.ts'

export const mayProposeCalendar = (actor: Actor): Decision =>
  holds(actor, 'administrator') ? allowed : refusedBecause(refuse.notAdministrator())

/** The person, and those for whom the person acts: a delegate is not a second pair of eyes. */
const behind = (actor: Actor): ReadonlySet<PersonId> =>
  actor.kind !== 'person'
    ? new Set()
    : new Set([
        actor.personId,
        ...actor.roles.flatMap((held) =>
          (held.role === 'administrator' || held.role === 'supervisor') && held.onBehalfOf !== undefined
            ? [held.onBehalfOf]
            : [],
        ),
      ])
export const mayDecideCalendar = (
  actor: Actor,
  proposal: { readonly state: string; readonly proposedBy: PersonId },
): Decision => {
  if (!holds(actor, 'administrator') && !holds(actor, 'supervisor')) return refusedBecause(refuse.notWatcher())
  if (proposal.state !== 'proposed') return refusedBecause(refuse.proposalDecided())
  return behind(actor).has(proposal.proposedBy) ? refusedBecause(refuse.sameLoader()) : allowed
}

export interface SignalFacts {
  readonly state: 'new' | 'looked-at' | 'explained' | 'confirmed'
  readonly department: string
}
/** A supervisor looks and confirms; the department concerned may explain. */
export const mayMoveSignal = (actor: Actor, signal: SignalFacts, to: SignalFacts['state']): Decision => {
  const own =
    holds(actor, 'lead', { department: signal.department }) ||
    holds(actor, 'approver', { department: signal.department })
  if (!holds(actor, 'supervisor') && !(to === 'explained' && own)) return refusedBecause(refuse.signalNotYours())
  return signal.state === 'confirmed' ? refusedBecause(refuse.signalClosed()) : allowed
}
