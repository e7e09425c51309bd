/**
 * Who may do what in the approvals, and when. Pure: the server refuses by these decisions and the desk disables its
 * buttons by them, with the same sentence.
 *
 * Three separations hold throughout: nobody handles the application of an organisation they belong to (回避); a clerk does
 * not accept what they filled in; the person who drafts neither reviews nor decides (own or delegated authority alike).
 */
import { type Actor, type HeldRole, holds, type Role, roleWords } from '../../kernel/actor.ts'
import { all, allowed, type Decision, refusedBecause } from '../../kernel/decision.ts'
import type { OrganisationId, PersonId } from '../../kernel/identity.ts'
import type { Words } from '../../kernel/words.ts'
import type { ApplicationState, ItemRunState, OpinionTaskState } from './contract.ts'
import { withdrawalPending } from './model/after-refusals.ts'
import { conflictsOpen, opinionsOutdated, proceduresRunning } from './model/consultation/refusals.ts'
import type { OpenFrontCondition } from './model/front.ts'
import type { OpinionJoin } from './model/join.ts'
import { openItemRunStates, openOpinionTaskStates } from './model/lifecycle.ts'
import * as refuse from './model/refusals.ts'
import { applicationStateWords, itemRunStateWords, opinionTaskStateWords } from './model/words.ts'

export interface ApplicationFacts {
  readonly state: ApplicationState
  readonly applicantId: OrganisationId
  readonly applicantName: string
  readonly createdBy: PersonId
  readonly submittedBy: PersonId | null
  /** Submissions so far. */
  readonly round: number
  /** Round after which the one list of corrections was given; null while none was. */
  readonly correctedAfterRound: number | null
  /** Front conditions that block acceptance. */
  readonly blocking: readonly OpenFrontCondition[]
  readonly withdrawing: boolean
}
export interface ItemRunFacts {
  readonly applicationState: ApplicationState
  readonly applicantId: OrganisationId
  readonly applicantName: string
  readonly department: string
  readonly departmentName: string
  readonly state: ItemRunState
  readonly join: OpinionJoin
  /** Ground on which the clocks stand still; null while they run. */
  readonly heldBy: Words | null
  readonly proposedBy: PersonId | null
  readonly draftedBy: PersonId | null
  /** Front conditions that block the decision. */
  readonly blocking: readonly OpenFrontCondition[]
  /** Null: no clock runs for this item. */
  readonly clock: { readonly extensionTimes: number; readonly extensions: number } | null
  readonly openTasks: readonly OpinionTaskFacts[]
  /** The applicant has asked to withdraw, and the window has not answered yet. */
  readonly withdrawing: boolean
}
export interface OpinionTaskFacts {
  readonly applicantId: OrganisationId
  readonly applicantName: string
  readonly department: string
  readonly departmentName: string
  readonly state: OpinionTaskState
}

const because = (refused: ReturnType<typeof refuse.notClerk>): Decision => refusedBecause(refused)
export const when = (condition: boolean, refused: () => ReturnType<typeof refuse.notClerk>): Decision =>
  condition ? allowed : because(refused())

export const rolesOf = (actor: Actor): readonly HeldRole[] => (actor.kind === 'person' ? actor.roles : [])
/** The person, and those for whom the person acts in one of the roles: a delegate is not a second pair of eyes. */
export const personsBehind = (actor: Actor, roles: readonly Role[], department?: string): ReadonlySet<PersonId> => {
  const behind = new Set<PersonId>()
  if (actor.kind !== 'person') return behind
  behind.add(actor.personId)
  for (const held of rolesOf(actor))
    if (roles.includes(held.role) && (department === undefined || held.department === department))
      if (held.onBehalfOf !== undefined) behind.add(held.onBehalfOf)
  return behind
}
/** The person for whom an actor acts in a department, when the role is only held by delegation; else null. */
const actsFor = (actor: Actor, organisationId: OrganisationId): boolean =>
  rolesOf(actor).some((held) => held.organisationId === organisationId)

const officerRoles: readonly Role[] = ['clerk', 'reviewer', 'lead', 'approver', 'supervisor', 'administrator']
export const isOfficer = (actor: Actor): boolean => rolesOf(actor).some((held) => officerRoles.includes(held.role))
export const isSupervisor = (actor: Actor): boolean => holds(actor, 'supervisor') || holds(actor, 'administrator')

export const stateFacts = (state: ApplicationState): Record<string, string> => ({
  state: applicationStateWords[state].zh,
  stateEn: applicationStateWords[state].en,
})
export const impartial = (actor: Actor, facts: { applicantId: OrganisationId; applicantName: string }): Decision =>
  when(!actsFor(actor, facts.applicantId), () => refuse.ownOrganisation({ applicant: facts.applicantName }))

export const isClerkOf = (actor: Actor, facts: { createdBy: PersonId }): boolean =>
  actor.kind === 'person' && holds(actor, 'clerk') && facts.createdBy === actor.personId

// ------------------------------------------------------------------------------------------ applicant's side

/** A person of the applicant may apply; a clerk may fill in for somebody at the window, but not for their own organisation. */
export const mayCreate = (actor: Actor, applicant: { id: OrganisationId; name: string }): Decision => {
  if (holds(actor, 'applicant', { organisationId: applicant.id })) return allowed
  if (!holds(actor, 'clerk')) return because(refuse.notApplicant())
  return impartial(actor, { applicantId: applicant.id, applicantName: applicant.name })
}
export const onApplicantSide = (actor: Actor, facts: ApplicationFacts): Decision =>
  when(holds(actor, 'applicant', { organisationId: facts.applicantId }) || isClerkOf(actor, facts), refuse.notApplicant)

export const maySave = (actor: Actor, facts: ApplicationFacts): Decision =>
  all(
    onApplicantSide(actor, facts),
    when(facts.state === 'draft' || facts.state === 'correcting', () => refuse.notEditable(stateFacts(facts.state))),
  )
export const maySubmit = (actor: Actor, facts: ApplicationFacts): Decision =>
  all(
    onApplicantSide(actor, facts),
    when(facts.state === 'draft' || facts.state === 'correcting', () => refuse.notSubmittable(stateFacts(facts.state))),
  )
export const mayDiscard = (actor: Actor, facts: ApplicationFacts): Decision =>
  all(
    onApplicantSide(actor, facts),
    when(facts.state === 'draft' && facts.round === 0, () => refuse.notDiscardable()),
  )

// ------------------------------------------------------------------------------------------ intake

export const atIntake = (actor: Actor, facts: ApplicationFacts): Decision => {
  const behind = personsBehind(actor, ['clerk'])
  return all(
    when(holds(actor, 'clerk'), refuse.notClerk),
    impartial(actor, facts),
    when(
      !behind.has(facts.createdBy) && (facts.submittedBy === null || !behind.has(facts.submittedBy)),
      refuse.ownApplication,
    ),
    when(facts.state === 'submitted', () => refuse.notAtIntake(stateFacts(facts.state))),
    when(!facts.withdrawing, withdrawalPending),
  )
}
export const notBlocked = (blocking: readonly OpenFrontCondition[]): Decision => {
  const [first] = blocking
  return first === undefined
    ? allowed
    : because(
        refuse.frontConditionOpen({
          sentence: blocking.map((condition) => condition.sentence.zh).join(' '),
          sentenceEn: blocking.map((condition) => condition.sentence.en).join(' '),
          items: blocking.map((condition) => condition.itemId),
        }),
      )
}
export const mayAccept = (actor: Actor, facts: ApplicationFacts): Decision =>
  all(atIntake(actor, facts), notBlocked(facts.blocking))
export const mayRefuse = (actor: Actor, facts: ApplicationFacts): Decision => atIntake(actor, facts)
/** The full list is given once (行政许可法 32: 一次告知). */
export const mayRequestCorrections = (actor: Actor, facts: ApplicationFacts): Decision =>
  all(
    atIntake(actor, facts),
    when(facts.correctedAfterRound === null, () =>
      refuse.secondCorrectionList({ round: facts.correctedAfterRound ?? 0 }),
    ),
  )

// ------------------------------------------------------------------------------------------ handling

export const inDepartment = (
  actor: Actor,
  facts: { department: string; departmentName: string },
  roles: readonly Role[],
): Decision =>
  when(
    roles.some((role) => holds(actor, role, { department: facts.department })),
    () =>
      refuse.notInDepartment({
        department: facts.departmentName,
        role: roles.map((role) => roleWords[role].zh).join('或'),
        roleEn: roles.map((role) => roleWords[role].en.toLowerCase()).join(' or '),
      }),
  )
export const inState = (facts: ItemRunFacts, states: readonly ItemRunState[], action: string): Decision =>
  when(facts.applicationState === 'accepted' && states.includes(facts.state), () =>
    refuse.stateMoved({
      state:
        facts.applicationState === 'accepted'
          ? itemRunStateWords[facts.state].zh
          : applicationStateWords[facts.applicationState].zh,
      stateEn:
        facts.applicationState === 'accepted'
          ? itemRunStateWords[facts.state].en
          : applicationStateWords[facts.applicationState].en,
      action,
    }),
  )
export const handler = (actor: Actor, facts: ItemRunFacts, roles: readonly Role[]): Decision =>
  all(inDepartment(actor, facts, roles), impartial(actor, facts))

export const draftingRoles: readonly Role[] = ['reviewer', 'lead']
export const answeringRoles: readonly Role[] = ['reviewer', 'lead', 'approver']

export const mayAskOpinions = (actor: Actor, facts: ItemRunFacts): Decision =>
  all(handler(actor, facts, draftingRoles), inState(facts, ['handling'], '征求意见'))

export const mayGiveOpinion = (actor: Actor, facts: OpinionTaskFacts): Decision =>
  all(
    inDepartment(actor, facts, answeringRoles),
    impartial(actor, facts),
    when(openOpinionTaskStates.includes(facts.state), () =>
      refuse.opinionClosed({
        state: opinionTaskStateWords[facts.state].zh,
        stateEn: opinionTaskStateWords[facts.state].en,
      }),
    ),
  )
export const mayProposePause = (actor: Actor, facts: ItemRunFacts): Decision =>
  all(
    handler(actor, facts, draftingRoles),
    inState(facts, openItemRunStates, '停止计时'),
    when(facts.clock !== null, refuse.noClock),
    when(facts.heldBy === null, () => refuse.alreadyPaused({ ground: facts.heldBy?.zh ?? '' })),
    when(facts.proposedBy === null, refuse.proposalOpen),
  )
export const mayDecidePause = (actor: Actor, facts: ItemRunFacts): Decision =>
  all(
    handler(actor, facts, ['approver']),
    inState(facts, openItemRunStates, '批准停止计时'),
    when(facts.proposedBy !== null, refuse.noProposal),
    when(
      facts.proposedBy === null || !personsBehind(actor, ['approver'], facts.department).has(facts.proposedBy),
      refuse.sameProposer,
    ),
  )
export const mayResume = (actor: Actor, facts: ItemRunFacts): Decision =>
  all(
    handler(actor, facts, answeringRoles),
    inState(facts, openItemRunStates, '恢复计时'),
    when(facts.heldBy !== null, refuse.notPaused),
  )
export const mayExtend = (actor: Actor, facts: ItemRunFacts): Decision =>
  all(
    handler(actor, facts, ['approver']),
    inState(facts, openItemRunStates, '延长期限'),
    when(facts.clock !== null, refuse.noClock),
    when(facts.clock === null || facts.clock.extensionTimes > 0, refuse.notExtendable),
    when(facts.clock === null || facts.clock.extensions < facts.clock.extensionTimes, () =>
      refuse.extensionUsed({ times: facts.clock?.extensions ?? 0 }),
    ),
  )
const nothingHolds = (join: OpinionJoin): Decision =>
  all(
    when(join.conflicts.length === 0, () => conflictsOpen({ departments: join.conflicts.join('、') })),
    when(join.outdated.length === 0, () => opinionsOutdated({ departments: join.outdated.join('、') })),
    when(join.procedures.length === 0, () => proceduresRunning({ procedures: join.procedures.join('、') })),
  )
/** A draft waits for every opinion that was asked. A disagreement does not stop it: the draft must weigh it. */
export const mayDraft = (actor: Actor, facts: ItemRunFacts): Decision =>
  all(
    handler(actor, facts, draftingRoles),
    inState(facts, ['handling'], '拟定决定'),
    when(facts.join.waiting.length === 0, () => refuse.opinionsOut({ departments: facts.join.waiting.join('、') })),
    when(facts.join.needInformation.length === 0, () =>
      refuse.informationOut({ departments: facts.join.needInformation.join('、') }),
    ),
    nothingHolds(facts.join),
  )
const notDrafter = (actor: Actor, facts: ItemRunFacts, roles: readonly Role[]): Decision =>
  when(
    facts.draftedBy === null || !personsBehind(actor, roles, facts.department).has(facts.draftedBy),
    refuse.sameDrafter,
  )
export const mayReview = (actor: Actor, facts: ItemRunFacts): Decision =>
  all(
    handler(actor, facts, ['lead', 'approver']),
    inState(facts, ['drafted'], '审核'),
    notDrafter(actor, facts, ['lead', 'approver']),
  )
export const mayDecide = (actor: Actor, facts: ItemRunFacts): Decision =>
  all(
    handler(actor, facts, ['approver']),
    inState(facts, ['reviewed'], '作出决定'),
    notDrafter(actor, facts, ['approver']),
    when(facts.heldBy === null, () => refuse.clockPaused({ ground: facts.heldBy?.zh ?? '' })),
    when(!facts.withdrawing, withdrawalPending),
    notBlocked(facts.blocking),
  )

// ------------------------------------------------------------------------------------------ for the desk

export type May = Readonly<Record<string, Words | null>>
export const sentence = (decision: Decision): Words | null =>
  decision.allowed ? null : decision.because.refusal.sentence

export const applicationMay = (actor: Actor, facts: ApplicationFacts): May => ({
  save: sentence(maySave(actor, facts)),
  submit: sentence(maySubmit(actor, facts)),
  discard: sentence(mayDiscard(actor, facts)),
  accept: sentence(mayAccept(actor, facts)),
  refuse: sentence(mayRefuse(actor, facts)),
  corrections: sentence(mayRequestCorrections(actor, facts)),
})
export const itemRunMay = (actor: Actor, facts: ItemRunFacts): May => {
  const answers = facts.openTasks.map((task) => mayGiveOpinion(actor, task))
  return {
    'ask-opinions': sentence(mayAskOpinions(actor, facts)),
    'give-opinion': sentence(
      answers.find((answer) => answer.allowed) ??
        answers[0] ??
        refusedBecause(refuse.opinionClosed({ state: '没有待办', stateEn: 'not open' })),
    ),
    'propose-pause': sentence(mayProposePause(actor, facts)),
    'decide-pause': sentence(mayDecidePause(actor, facts)),
    resume: sentence(mayResume(actor, facts)),
    extend: sentence(mayExtend(actor, facts)),
    draft: sentence(mayDraft(actor, facts)),
    review: sentence(mayReview(actor, facts)),
    decide: sentence(mayDecide(actor, facts)),
  }
}
