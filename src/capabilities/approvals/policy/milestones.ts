/** Who may register and correct the milestones of a project. Pure. */
import { type Actor, holds } from '../../../kernel/actor.ts'
import { all, type Decision, refusedBecause } from '../../../kernel/decision.ts'
import type { OrganisationId } from '../../../kernel/identity.ts'
import type { MilestoneStanding } from '../model/milestones.ts'
import * as refuse from '../model/refusals/milestones.ts'
import { when } from '../policy.ts'

export interface MilestoneFacts {
  readonly ownerId: OrganisationId
  readonly ownerName: string
  /** The project is neither closed nor withdrawn. */
  readonly open: boolean
  readonly name: string
  readonly standing: MilestoneStanding | null
  /** Decisions that must come first, in one sentence each. */
  readonly needs: readonly { readonly zh: string; readonly en: string }[]
}
const ownSide = (actor: Actor, facts: MilestoneFacts): boolean =>
  actor.kind === 'person' && actor.roles.some((held) => held.organisationId === facts.ownerId)
const impartial = (actor: Actor, facts: MilestoneFacts): Decision =>
  when(!ownSide(actor, facts), () => refuse.milestoneOwnOrganisation({ owner: facts.ownerName }))

export const mayRegisterMilestone = (actor: Actor, facts: MilestoneFacts): Decision => {
  const owner = holds(actor, 'applicant', { organisationId: facts.ownerId })
  if (!owner && !holds(actor, 'clerk')) return refusedBecause(refuse.milestoneNotYours())
  return all(
    when(facts.open, refuse.milestoneProjectOver),
    when(facts.standing === null, () =>
      refuse.milestoneReachedAlready({ name: facts.name, on: facts.standing?.reachedOn ?? '' }),
    ),
    when(facts.needs.length === 0, () =>
      refuse.milestoneNeedsDecisions({
        name: facts.name,
        sentence: facts.needs.map((need) => need.zh).join(';'),
        sentenceEn: facts.needs.map((need) => need.en).join('; '),
      }),
    ),
  )
}
export const mayCorrectMilestone = (actor: Actor, facts: MilestoneFacts): Decision =>
  all(
    when(holds(actor, 'clerk'), refuse.milestoneClerkCorrects),
    impartial(actor, facts),
    when(facts.standing !== null, () => refuse.milestoneNotReached({ name: facts.name })),
    when(facts.standing === null || facts.standing.origin === 'entered', () =>
      refuse.milestoneBySystem({ name: facts.name }),
    ),
  )
