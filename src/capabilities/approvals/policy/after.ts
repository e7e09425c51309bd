/**
 * Who may do what after a decision, and when. Pure, like `policy.ts`, and with its separations: nobody acts for the
 * authority on a file of their own organisation, and nobody approves what they proposed.
 */
import { type Actor, holds, type Role } from '../../../kernel/actor.ts'
import { all, type Decision, refusedBecause } from '../../../kernel/decision.ts'
import type { OrganisationId, PersonId } from '../../../kernel/identity.ts'
import type { LocalDate } from '../../../kernel/time.ts'
import type { Words } from '../../../kernel/words.ts'
import type { CertificateState, ReportKind } from '../contract/after.ts'
import type { ApplicationState } from '../contract.ts'
import * as refuse from '../model/after-refusals.ts'
import { certificateStateWords, reportWords, siteStateWords } from '../model/after-words.ts'
import { type ConditionState, conditionStateWords, openConditionStates } from '../model/conditions.ts'
import * as base from '../model/refusals.ts'
import { openRemedyStates, type RemedyState } from '../model/remedies.ts'
import { applicationStateWords } from '../model/words.ts'
import { impartial, inDepartment, personsBehind, when } from '../policy.ts'

export interface DocumentFacts {
  readonly applicantId: OrganisationId
  readonly applicantName: string
  readonly department: string
  readonly departmentName: string
  readonly state: CertificateState
  readonly published: boolean
  readonly deliveredOn: LocalDate | null
  readonly actOpen: boolean
  readonly site: {
    readonly state: 'waiting' | 'started' | 'stopped' | null
    readonly reportsOpen: readonly ReportKind[]
  } | null
}
const handlers: readonly Role[] = ['reviewer', 'lead', 'approver']
const officer = (actor: Actor, facts: DocumentFacts, roles: readonly Role[]): Decision =>
  all(inDepartment(actor, facts, roles), impartial(actor, facts))
const holder = (actor: Actor, facts: { applicantId: OrganisationId }): Decision =>
  when(holds(actor, 'applicant', { organisationId: facts.applicantId }), base.notApplicant)
const inForce = (facts: DocumentFacts): Decision =>
  when(facts.state === 'in-force', () =>
    refuse.notInForce({ state: certificateStateWords[facts.state].zh, stateEn: certificateStateWords[facts.state].en }),
  )
const published = (facts: DocumentFacts): Decision => when(facts.published, refuse.notPublishedYet)

// ------------------------------------------------------------------------------------------ delivery

const toDeliver = (facts: DocumentFacts): Decision =>
  all(
    published(facts),
    when(facts.deliveredOn === null, () => refuse.alreadyDelivered({ on: facts.deliveredOn ?? '' })),
  )
/** The window or the department of the item writes a delivery down. */
export const mayRecordDelivery = (actor: Actor, facts: DocumentFacts): Decision =>
  all(holds(actor, 'clerk') ? impartial(actor, facts) : officer(actor, facts, handlers), toDeliver(facts))
export const mayConfirmReceipt = (actor: Actor, facts: DocumentFacts): Decision =>
  all(holder(actor, facts), toDeliver(facts))

// ------------------------------------------------------------------------------------------ conditions

export interface ConditionCase {
  readonly state: ConditionState
  readonly waiverBy: PersonId | null
}
const conditionOpen = (condition: ConditionCase): Decision =>
  when(openConditionStates.includes(condition.state), () =>
    refuse.conditionClosed({
      state: conditionStateWords[condition.state].zh,
      stateEn: conditionStateWords[condition.state].en,
    }),
  )
export const mayGiveEvidence = (actor: Actor, facts: DocumentFacts, condition: ConditionCase): Decision =>
  all(holder(actor, facts), published(facts), conditionOpen(condition))
export const mayJudgeEvidence = (actor: Actor, facts: DocumentFacts, condition: ConditionCase): Decision =>
  all(
    officer(actor, facts, handlers),
    conditionOpen(condition),
    when(condition.state === 'evidence-given', refuse.nothingToVerify),
  )
export const mayProposeWaiver = (actor: Actor, facts: DocumentFacts, condition: ConditionCase): Decision =>
  all(
    officer(actor, facts, ['reviewer', 'lead']),
    conditionOpen(condition),
    when(condition.waiverBy === null, refuse.waiverOpen),
  )
export const mayDecideWaiver = (actor: Actor, facts: DocumentFacts, condition: ConditionCase): Decision =>
  all(
    officer(actor, facts, ['approver']),
    conditionOpen(condition),
    when(condition.waiverBy !== null, refuse.noWaiver),
    when(
      condition.waiverBy === null || !personsBehind(actor, ['approver'], facts.department).has(condition.waiverBy),
      refuse.sameWaiverProposer,
    ),
  )

// ------------------------------------------------------------------------------------------ acts

export interface ActCase {
  readonly state: 'proposed' | 'done' | 'rejected'
  readonly proposedBy: PersonId
  readonly answerUntil: LocalDate | null
  readonly answered: boolean
  readonly today: LocalDate
}
export const mayProposeAct = (actor: Actor, facts: DocumentFacts): Decision =>
  all(
    officer(actor, facts, ['reviewer', 'lead']),
    inForce(facts),
    published(facts),
    when(!facts.actOpen, refuse.actOpen),
  )
const windowOpen = (act: ActCase): boolean => act.answerUntil !== null && !act.answered && act.today <= act.answerUntil
export const mayAnswerAct = (actor: Actor, facts: DocumentFacts, act: ActCase): Decision =>
  all(holder(actor, facts), when(act.state === 'proposed', refuse.actClosed), when(windowOpen(act), refuse.noAnswerDue))
export const mayDecideAct = (actor: Actor, facts: DocumentFacts, act: ActCase): Decision =>
  all(
    officer(actor, facts, ['approver']),
    when(act.state === 'proposed', refuse.actClosed),
    when(!personsBehind(actor, ['approver'], facts.department).has(act.proposedBy), refuse.sameActProposer),
    when(!windowOpen(act), () => refuse.hearingOpen({ until: act.answerUntil ?? '' })),
  )

// ------------------------------------------------------------------------------------------ remedies

/** The holder says that a case was lodged, or the authority that was told of it. A replaced document cannot be challenged. */
export const mayLodgeRemedy = (actor: Actor, facts: DocumentFacts): Decision =>
  all(
    holds(actor, 'applicant', { organisationId: facts.applicantId })
      ? published(facts)
      : holds(actor, 'clerk')
        ? impartial(actor, facts)
        : officer(actor, facts, ['lead', 'approver']),
    when(facts.state !== 'replaced', () =>
      refuse.notInForce({ state: certificateStateWords.replaced.zh, stateEn: certificateStateWords.replaced.en }),
    ),
  )
export const mayMoveRemedy = (actor: Actor, facts: DocumentFacts, state: RemedyState): Decision =>
  all(
    officer(actor, facts, ['lead', 'approver']),
    when(openRemedyStates.includes(state), () => refuse.remedyStep({ state: '已结案', to: '其他结果' })),
  )

// ------------------------------------------------------------------------------------------ withdrawal

export interface WithdrawalFacts {
  readonly applicantId: OrganisationId
  readonly applicantName: string
  readonly createdBy: PersonId
  readonly state: ApplicationState
  /** Who asked for the withdrawal that waits; null = none waits. */
  readonly pendingBy: PersonId | null
}
export const mayRequestWithdrawal = (actor: Actor, facts: WithdrawalFacts): Decision =>
  all(
    when(
      holds(actor, 'applicant', { organisationId: facts.applicantId }) ||
        (holds(actor, 'clerk') && actor.kind === 'person' && actor.personId === facts.createdBy),
      base.notApplicant,
    ),
    when(facts.state === 'submitted' || facts.state === 'correcting' || facts.state === 'accepted', () =>
      refuse.notWithdrawable({
        state: applicationStateWords[facts.state].zh,
        stateEn: applicationStateWords[facts.state].en,
      }),
    ),
    when(facts.pendingBy === null, refuse.withdrawalPending),
  )
export const mayDecideWithdrawal = (actor: Actor, facts: WithdrawalFacts): Decision =>
  all(
    when(holds(actor, 'clerk'), base.notClerk),
    impartial(actor, facts),
    when(facts.pendingBy !== null, refuse.noWithdrawal),
    when(facts.pendingBy === null || !personsBehind(actor, ['clerk']).has(facts.pendingBy), refuse.ownWithdrawal),
  )

// ------------------------------------------------------------------------------------------ the site

const allowedIn: Readonly<Record<ReportKind, readonly ('waiting' | 'started' | 'stopped')[]>> = {
  start: ['waiting'],
  extension: ['waiting'],
  stop: ['started'],
  resume: ['stopped'],
}
export const mayReport = (actor: Actor, facts: DocumentFacts, kind: ReportKind): Decision =>
  all(
    holder(actor, facts),
    when(facts.site !== null, refuse.noSiteRule),
    inForce(facts),
    when(facts.deliveredOn !== null, refuse.notDelivered),
    when(
      allowedIn[kind].some((state) => state === facts.site?.state),
      () =>
        refuse.siteStateWrong({
          state: siteStateWords[facts.site?.state ?? 'waiting'].zh,
          stateEn: siteStateWords[facts.site?.state ?? 'waiting'].en,
          kind: reportWords[kind].zh,
        }),
    ),
    when(facts.site === null || !facts.site.reportsOpen.includes(kind), refuse.reportOpen),
  )
/** An extension is for the approver (建筑法 9); the rest for whoever handles the item. */
export const mayDecideReport = (
  actor: Actor,
  facts: DocumentFacts,
  report: { readonly kind: ReportKind; readonly state: string },
): Decision =>
  all(
    officer(actor, facts, report.kind === 'extension' ? ['approver'] : handlers),
    when(report.state === 'reported', refuse.reportClosed),
  )

export const sentenceOf = (decision: Decision): Words | null =>
  decision.allowed ? null : decision.because.refusal.sentence
export const firstOf = (...decisions: readonly Decision[]): Decision =>
  decisions.find((decision) => decision.allowed) ?? decisions[0] ?? refusedBecause(base.notYours())
