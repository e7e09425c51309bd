/** Who may answer and judge points, ask for a second list, approve it, and enter paper. Pure. */
import { type Actor, holds } from '../../../kernel/actor.ts'
import { all, type Decision } from '../../../kernel/decision.ts'
import type { PersonId } from '../../../kernel/identity.ts'
import * as refuse from '../model/refusals/undertakings.ts'
import { notAtIntake } from '../model/refusals.ts'
import {
  type ApplicationFacts,
  atIntake,
  impartial,
  onApplicantSide,
  personsBehind,
  stateFacts,
  when,
} from '../policy.ts'

export const mayAnswerPoint = (actor: Actor, facts: ApplicationFacts): Decision =>
  all(
    onApplicantSide(actor, facts),
    when(facts.state === 'correcting', () => refuse.notCorrecting(stateFacts(facts.state))),
  )
export const mayJudgePoint = (actor: Actor, facts: ApplicationFacts): Decision => atIntake(actor, facts)

/** A second list is for new facts alone, and only a supervisor lets it out. */
export const mayProposeSecondList = (actor: Actor, facts: ApplicationFacts, waiting: boolean): Decision =>
  all(
    atIntake(actor, facts),
    when(facts.correctedAfterRound !== null, refuse.noSecondListYet),
    when(!waiting, refuse.secondListOpen),
  )
export const mayDecideSecondList = (actor: Actor, facts: ApplicationFacts, proposedBy: PersonId | null): Decision =>
  all(
    when(holds(actor, 'supervisor'), refuse.notSupervisor),
    impartial(actor, facts),
    when(proposedBy !== null, refuse.noSecondListOpen),
    when(proposedBy === null || !personsBehind(actor, ['supervisor']).has(proposedBy), refuse.sameProposer),
    when(facts.state === 'submitted', () => notAtIntake(stateFacts(facts.state))),
  )
/** Only in a draft that the clerk fills in for somebody, before the first submission. */
export const mayEnterPaper = (actor: Actor, facts: ApplicationFacts): Decision =>
  all(
    when(actor.kind === 'person' && holds(actor, 'clerk') && facts.createdBy === actor.personId, refuse.notByClerk),
    impartial(actor, facts),
    when(facts.state === 'draft' && facts.round === 0, refuse.notByClerk),
  )
