/** Who may do what in the message centre. Own messages and settings are one's own; the way out belongs to administrators. */
import { type Actor, holds, type Person } from '../../kernel/actor.ts'
import { allowed, type Decision, refusedBecause } from '../../kernel/decision.ts'
import type { DeliveryState } from './contract.ts'
import * as refuse from './model/refusals.ts'

export const mayManageOutbox = (actor: Actor): Decision =>
  holds(actor, 'administrator') ? allowed : refusedBecause(refuse.administratorsOnly())
export const mayRetry = (actor: Actor, delivery: { readonly state: DeliveryState }): Decision => {
  const managing = mayManageOutbox(actor)
  if (!managing.allowed) return managing
  return ['failed', 'given-up', 'cancelled', 'stored'].includes(delivery.state)
    ? allowed
    : refusedBecause(refuse.notRetryable())
}
export const mayCancel = (actor: Actor, delivery: { readonly state: DeliveryState }): Decision => {
  const managing = mayManageOutbox(actor)
  if (!managing.allowed) return managing
  return ['queued', 'failed'].includes(delivery.state) ? allowed : refusedBecause(refuse.notCancellable())
}
export const mayMove = (
  actor: Actor,
  delivery: { readonly state: DeliveryState; readonly owner: string },
): Decision => {
  const managing = mayManageOutbox(actor)
  if (!managing.allowed) return managing
  if (delivery.owner !== 'messages') return refusedBecause(refuse.notForPerson())
  return ['queued', 'failed', 'given-up', 'cancelled', 'stored'].includes(delivery.state)
    ? allowed
    : refusedBecause(refuse.notRetryable())
}
/** Gives the signed-in person. Throws the refusal for everybody else. */
export const personOf = (actor: Actor): Person => {
  if (actor.kind !== 'person') throw refuse.signInFirst()
  return actor
}
