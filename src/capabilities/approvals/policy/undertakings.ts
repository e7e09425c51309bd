/** Who may do what with deferrals, commitments, after-checks and credit records. Pure; shared by server and desk. */
import { type Actor, holds, type Role } from '../../../kernel/actor.ts'
import { all, allowed, type Decision, refusedBecause } from '../../../kernel/decision.ts'
import type { OrganisationId, PersonId } from '../../../kernel/identity.ts'
import type { LocalDate } from '../../../kernel/time.ts'
import { type DeferralState, deferralStateWords } from '../model/deferral.ts'
import * as refuse from '../model/refusals/undertakings.ts'
import * as refuseGeneral from '../model/refusals.ts'
import type { DeferralRule } from '../model/undertaking-rules.ts'
import {
  type AfterCheckState,
  afterCheckStateWords,
  type CreditState,
  creditStateWords,
} from '../model/undertakings.ts'
import { handler, type ItemRunFacts, impartial, inState, notBlocked, personsBehind, when } from '../policy.ts'

export interface DeferralFacts {
  readonly applicantId: OrganisationId
  readonly applicantName: string
  readonly state: DeferralState
  readonly rule: Pick<DeferralRule, 'limit' | 'extension'>
  readonly extended: { readonly days: number; readonly on: LocalDate } | null
  /** Departments of the items that use the document. */
  readonly departments: readonly string[]
  readonly departmentNames: string
}
const officerOf = (actor: Actor, facts: DeferralFacts, roles: readonly Role[]): Decision =>
  all(
    when(
      facts.departments.some((department) => roles.some((role) => holds(actor, role, { department }))),
      () => refuseGeneral.notInDepartment({ department: facts.departmentNames, role: '相应', roleEn: 'officer' }),
    ),
    impartial(actor, facts),
  )
const inStates = (facts: DeferralFacts, states: readonly DeferralState[]): Decision =>
  when(states.includes(facts.state), () =>
    refuse.deferralNotOpen({
      state: deferralStateWords[facts.state].zh,
      stateEn: deferralStateWords[facts.state].en,
    }),
  )
/** The applicant hands the document in, or a clerk takes it at the counter. It may still come after the default. */
export const maySupply = (actor: Actor, facts: DeferralFacts): Decision =>
  all(
    holds(actor, 'applicant', { organisationId: facts.applicantId })
      ? allowed
      : all(when(holds(actor, 'clerk'), refuseGeneral.notApplicant), impartial(actor, facts)),
    inStates(facts, ['running', 'defaulted']),
  )
export const mayExtendDeferral = (actor: Actor, facts: DeferralFacts): Decision =>
  all(
    officerOf(actor, facts, ['approver']),
    inStates(facts, ['running']),
    when(facts.rule.limit.kind === 'days', () => refuse.deferralByEvent({ event: facts.rule.limit.event?.zh ?? '' })),
    when(facts.rule.extension !== null, refuse.deferralNotExtendable),
    when(facts.extended === null, () =>
      refuse.deferralExtended({ at: facts.extended?.on ?? '', days: facts.extended?.days ?? 0 }),
    ),
  )
export const mayReportEvent = (actor: Actor, facts: DeferralFacts): Decision =>
  all(
    officerOf(actor, facts, ['reviewer', 'lead', 'approver']),
    inStates(facts, ['running']),
    when(facts.rule.limit.kind === 'event', refuse.deferralByDays),
  )

/** At once, by the approver alone: what a review would look at was promised, and is checked afterwards. */
export const mayDecideOnCommitment = (
  actor: Actor,
  facts: ItemRunFacts,
  commitment: { readonly signed: boolean; readonly immediate: boolean },
): Decision =>
  all(
    handler(actor, facts, ['approver']),
    inState(facts, ['handling'], '当场作出决定'),
    when(commitment.signed, refuse.commitmentNotSigned),
    when(commitment.immediate, refuse.commitmentNotImmediate),
    when(facts.heldBy === null, () => refuseGeneral.clockPaused({ ground: facts.heldBy?.zh ?? '' })),
    when(facts.join.waiting.length === 0, () =>
      refuseGeneral.opinionsOut({ departments: facts.join.waiting.join('、') }),
    ),
    notBlocked(facts.blocking),
  )

export interface AfterCheckFacts {
  readonly applicantId: OrganisationId
  readonly applicantName: string
  readonly department: string
  readonly departmentName: string
  readonly state: AfterCheckState
  readonly checkedBy: PersonId | null
  /** Last day on which the applicant may answer. */
  readonly answerUntil: LocalDate | null
  readonly today: LocalDate
}
const checkIn = (facts: AfterCheckFacts, states: readonly AfterCheckState[]): Decision =>
  when(states.includes(facts.state), () =>
    refuse.checkNotOpen({ state: afterCheckStateWords[facts.state].zh, stateEn: afterCheckStateWords[facts.state].en }),
  )
const checkOfficer = (actor: Actor, facts: AfterCheckFacts, roles: readonly Role[]): Decision =>
  all(
    when(
      roles.some((role) => holds(actor, role, { department: facts.department })),
      () => refuseGeneral.notInDepartment({ department: facts.departmentName, role: '相应', roleEn: 'officer' }),
    ),
    impartial(actor, facts),
  )
export const mayRecordCheck = (actor: Actor, facts: AfterCheckFacts): Decision =>
  all(checkOfficer(actor, facts, ['reviewer', 'lead']), checkIn(facts, ['open']))
export const mayAnswerCheck = (actor: Actor, facts: AfterCheckFacts): Decision =>
  all(
    when(holds(actor, 'applicant', { organisationId: facts.applicantId }), refuseGeneral.notApplicant),
    checkIn(facts, ['found']),
    when(facts.answerUntil === null || facts.today <= facts.answerUntil, () =>
      refuse.answerOver({ until: facts.answerUntil ?? '' }),
    ),
  )
/** Nobody settles before the applicant has answered or the time to answer is over, nor on one's own finding. */
export const maySettleCheck = (actor: Actor, facts: AfterCheckFacts): Decision =>
  all(
    checkOfficer(actor, facts, ['approver']),
    checkIn(facts, ['found', 'answered']),
    when(
      facts.checkedBy === null || !personsBehind(actor, ['approver'], facts.department).has(facts.checkedBy),
      refuse.sameChecker,
    ),
    when(facts.state === 'answered' || facts.answerUntil === null || facts.today > facts.answerUntil, () =>
      refuse.answerOpen({ until: facts.answerUntil ?? '' }),
    ),
  )

export interface CreditFacts {
  readonly organisationId: OrganisationId
  readonly organisationName: string
  readonly state: CreditState
}
const creditIn = (facts: CreditFacts, state: CreditState): Decision =>
  when(facts.state === state, () =>
    refuse.creditMoved({ state: creditStateWords[facts.state].zh, stateEn: creditStateWords[facts.state].en }),
  )
const fairTo = (actor: Actor, facts: Omit<CreditFacts, 'state'>): Decision =>
  impartial(actor, { applicantId: facts.organisationId, applicantName: facts.organisationName })
export const mayEnterCredit = (actor: Actor, facts: Omit<CreditFacts, 'state'>): Decision =>
  all(when(holds(actor, 'clerk') || holds(actor, 'administrator'), refuse.notCreditKeeper), fairTo(actor, facts))
export const mayLiftCredit = (actor: Actor, facts: CreditFacts): Decision =>
  all(mayEnterCredit(actor, facts), creditIn(facts, 'in-force'))
export const mayDecideCredit = (actor: Actor, facts: CreditFacts): Decision =>
  all(
    when(holds(actor, 'supervisor') || holds(actor, 'administrator'), refuse.notCreditJudge),
    fairTo(actor, facts),
    creditIn(facts, 'proposed'),
  )
export const mayAnswerCredit = (actor: Actor, facts: CreditFacts): Decision =>
  all(
    when(holds(actor, 'applicant', { organisationId: facts.organisationId }), refuseGeneral.notApplicant),
    facts.state === 'proposed' || facts.state === 'in-force'
      ? allowed
      : refusedBecause(
          refuse.creditMoved({ state: creditStateWords[facts.state].zh, stateEn: creditStateWords[facts.state].en }),
        ),
  )
