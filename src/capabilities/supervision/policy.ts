/** Who may do what with rectification orders. Pure; used by server and desk alike. */
import { type Actor, holds, type Role } from '../../kernel/actor.ts'
import { all, allowed, type Decision, refusedBecause } from '../../kernel/decision.ts'
import type { OrganisationId } from '../../kernel/identity.ts'
import type { Refused } from '../../kernel/refusal.ts'
import type { Words } from '../../kernel/words.ts'
import * as refuse from './model/refusals.ts'
import { type OrderState, orderStateWords } from './model/states.ts'

export interface SiteFacts {
  readonly department: string
  readonly departmentName: string
  /** Owner and parties of today, contractor and supervision unit. */
  readonly parties: readonly OrganisationId[]
}
const when = (condition: boolean, refused: () => Refused): Decision => (condition ? allowed : refusedBecause(refused()))
export const sentence = (decision: Decision): Words | null =>
  decision.allowed ? null : decision.because.refusal.sentence

const authorities: readonly Role[] = ['inspector', 'reviewer', 'lead', 'approver', 'supervisor', 'administrator']
const officers: readonly Role[] = ['inspector', 'reviewer', 'lead']
const belongs = (actor: Actor, facts: SiteFacts, roles: readonly Role[] | null): boolean =>
  actor.kind === 'person' &&
  actor.roles.some(
    (held) =>
      (roles === null || roles.includes(held.role)) &&
      held.organisationId !== undefined &&
      facts.parties.includes(held.organisationId),
  )
const own: readonly Role[] = ['site-manager', 'applicant']

export const maySee = (actor: Actor, facts: SiteFacts): Decision =>
  when(authorities.some((role) => holds(actor, role)) || belongs(actor, facts, own), refuse.orderMissing)
/** An officer of the department that supervises the site, who is not of its own side. */
const byOfficer = (actor: Actor, facts: SiteFacts): Decision =>
  all(
    when(
      officers.some((role) => holds(actor, role, { department: facts.department })),
      () => refuse.notInspector({ department: facts.departmentName }),
    ),
    when(!belongs(actor, facts, null), refuse.ownOrganisation),
  )
export const mayRaise = byOfficer
const notOver = (state: OrderState): Decision =>
  when(state === 'issued' || state === 'replied', () => refuse.orderOver({ state: orderStateWords[state].zh }))
export const mayReply = (actor: Actor, facts: SiteFacts, state: OrderState): Decision =>
  all(
    when(belongs(actor, facts, own), refuse.notSite),
    when(state === 'issued', () => refuse.notIssued({ state: orderStateWords[state].zh })),
  )
export const mayRecheck = (actor: Actor, facts: SiteFacts, state: OrderState): Decision =>
  all(byOfficer(actor, facts), notOver(state), when(state === 'replied', refuse.notReplied))
export const mayExtend = (actor: Actor, facts: SiteFacts, state: OrderState): Decision =>
  all(byOfficer(actor, facts), notOver(state))
export const mayWithdraw = mayExtend
