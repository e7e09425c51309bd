/** Who may do what in consultation, and when. Pure: used by the server and, through the sentences of the reply, by the desk. */
import { type Actor, holds } from '../../../kernel/actor.ts'
import { all, allowed, type Decision } from '../../../kernel/decision.ts'
import type { OrganisationId, PersonId } from '../../../kernel/identity.ts'
import type { LocalDate } from '../../../kernel/time.ts'
import type {
  ConflictState,
  InformationState,
  MeetingState,
  PartState,
  ProcedureState,
} from '../contract/consultation.ts'
import type { ApplicationState } from '../contract.ts'
import * as refuse from '../model/consultation/refusals.ts'
import {
  conflictStateWords,
  informationStateWords,
  meetingStateWords,
  partStateWords,
  procedureStateWords,
} from '../model/consultation/words.ts'
import { openItemRunStates } from '../model/lifecycle.ts'
import { notApplicant, notInDepartment } from '../model/refusals.ts'
import { applicationStateWords, opinionTaskStateWords } from '../model/words.ts'
import {
  answeringRoles,
  draftingRoles,
  handler,
  type ItemRunFacts,
  impartial,
  inDepartment,
  inState,
  isClerkOf,
  mayGiveOpinion,
  type OpinionTaskFacts,
  personsBehind,
  when,
} from '../policy.ts'

interface Applicant {
  readonly applicantId: OrganisationId
  readonly applicantName: string
}

// ------------------------------------------------------------------------------------------ parts of an opinion

/** Whoever may give the opinion may divide it. */
export const mayDelegate = (actor: Actor, task: OpinionTaskFacts): Decision => mayGiveOpinion(actor, task)

export interface PartFacts extends Applicant {
  readonly state: PartState
  readonly department: string
  readonly departmentName: string
  readonly assigneeId: PersonId | null
  readonly assigneeName: string
  readonly task: OpinionTaskFacts
}
const partOpen = (part: PartFacts): Decision =>
  when(part.state === 'open', () =>
    refuse.partClosed({ state: partStateWords[part.state].zh, stateEn: partStateWords[part.state].en }),
  )
/** The person named, or, where nobody is, the department. */
export const mayAnswerPart = (actor: Actor, part: PartFacts): Decision =>
  all(
    inDepartment(actor, part, answeringRoles),
    impartial(actor, part),
    when(part.assigneeId === null || personsBehind(actor, answeringRoles, part.department).has(part.assigneeId), () =>
      refuse.notAssignee({ who: part.assigneeName }),
    ),
    partOpen(part),
  )
export const mayRecallPart = (actor: Actor, part: PartFacts): Decision =>
  all(mayGiveOpinion(actor, part.task), partOpen(part))

// ------------------------------------------------------------------------------------------ changing and asking again

export interface GivenFacts {
  readonly task: OpinionTaskFacts
  readonly superseded: boolean
  readonly changeableUntil: LocalDate | null
  readonly today: LocalDate
  readonly run: ItemRunFacts
}
/** A department may change what it gave until its period ends, while the item is still in review. */
export const mayChangeOpinion = (actor: Actor, facts: GivenFacts): Decision =>
  all(
    inDepartment(actor, facts.task, answeringRoles),
    impartial(actor, facts.task),
    when(facts.task.state === 'given', () =>
      refuse.opinionNotGiven({
        state: opinionTaskStateWords[facts.task.state].zh,
        stateEn: opinionTaskStateWords[facts.task.state].en,
      }),
    ),
    when(!facts.superseded, refuse.opinionReplaced),
    inState(facts.run, ['handling'], '修改意见'),
    when(facts.changeableUntil !== null && facts.today <= facts.changeableUntil, () =>
      refuse.opinionPeriodOver({ due: facts.changeableUntil ?? '' }),
    ),
  )
export interface RedoFacts {
  readonly task: OpinionTaskFacts
  readonly superseded: boolean
  readonly changed: boolean
  readonly run: ItemRunFacts
}
export const mayRedo = (actor: Actor, facts: RedoFacts): Decision =>
  all(
    handler(actor, facts.run, draftingRoles),
    inState(facts.run, ['handling'], '重新征求意见'),
    when(!facts.superseded, refuse.opinionReplaced),
    when(facts.task.state === 'given' || facts.task.state === 'deemed', () =>
      refuse.nothingToRedo({
        state: opinionTaskStateWords[facts.task.state].zh,
        stateEn: opinionTaskStateWords[facts.task.state].en,
      }),
    ),
    when(facts.changed, () => refuse.notChangedSince({ department: facts.task.departmentName })),
  )

// ------------------------------------------------------------------------------------------ information

export interface InformationFacts extends Applicant {
  readonly state: InformationState
  readonly createdBy: PersonId
  readonly run: ItemRunFacts
}
const informationIn = (facts: InformationFacts, states: readonly InformationState[], action: string): Decision =>
  when(states.includes(facts.state), () =>
    refuse.informationMoved({
      state: informationStateWords[facts.state].zh,
      stateEn: informationStateWords[facts.state].en,
      action,
    }),
  )
export const maySendInformation = (actor: Actor, facts: InformationFacts): Decision =>
  all(
    handler(actor, facts.run, draftingRoles),
    inState(facts.run, ['handling'], '请申请人补充信息'),
    informationIn(facts, ['proposed'], '发送'),
  )
export const mayWithdrawInformation = (actor: Actor, facts: InformationFacts): Decision =>
  all(
    handler(actor, facts.run, draftingRoles),
    inState(facts.run, ['handling'], '退回部门'),
    informationIn(facts, ['proposed', 'sent'], '退回部门'),
  )
const onApplicantSide = (actor: Actor, facts: { applicantId: OrganisationId; createdBy: PersonId }): Decision =>
  when(holds(actor, 'applicant', { organisationId: facts.applicantId }) || isClerkOf(actor, facts), notApplicant)
export const mayAnswerInformation = (actor: Actor, facts: InformationFacts): Decision =>
  all(
    onApplicantSide(actor, facts),
    inState(facts.run, ['handling'], '补充信息'),
    informationIn(facts, ['sent'], '补充'),
  )

// ------------------------------------------------------------------------------------------ conflicts

export const mayFlagConflict = (actor: Actor, run: ItemRunFacts): Decision =>
  all(handler(actor, run, draftingRoles), inState(run, ['handling'], '标记意见矛盾'))

export interface ConflictFacts extends Applicant {
  readonly state: ConflictState
  readonly mediator: string
  readonly mediatorName: string
  /** Persons who gave one of the opinions. */
  readonly givers: readonly PersonId[]
}
/** The lead department of the stage mediates, or the supervisor; never somebody who gave one of the opinions. */
export const mayResolveConflict = (actor: Actor, facts: ConflictFacts): Decision =>
  all(
    when(
      holds(actor, 'supervisor') ||
        holds(actor, 'lead', { department: facts.mediator }) ||
        holds(actor, 'approver', { department: facts.mediator }),
      () => refuse.notMediator({ department: facts.mediatorName }),
    ),
    impartial(actor, facts),
    when(
      !facts.givers.some((giver) => personsBehind(actor, ['lead', 'approver', 'supervisor']).has(giver)),
      refuse.mediatorIsParty,
    ),
    when(facts.state === 'open', () =>
      refuse.conflictClosed({ state: conflictStateWords[facts.state].zh, stateEn: conflictStateWords[facts.state].en }),
    ),
  )

// ------------------------------------------------------------------------------------------ meetings

export interface GatheringFacts extends Applicant {
  readonly applicationState: ApplicationState
  /** Departments that handle an item of the application, and the one that leads. */
  readonly hosts: readonly string[]
  readonly hostNames: string
}
const accepted = (facts: GatheringFacts, action: string): Decision =>
  when(facts.applicationState === 'accepted', () =>
    refuse.meetingMoved({
      state: applicationStateWords[facts.applicationState].zh,
      stateEn: applicationStateWords[facts.applicationState].en,
      action,
    }),
  )
export const mayPlanMeeting = (actor: Actor, facts: GatheringFacts): Decision =>
  all(
    when(
      facts.hosts.some((department) => draftingRoles.some((role) => holds(actor, role, { department }))),
      () => notInDepartment({ department: facts.hostNames, role: '审查或经办', roleEn: 'reviewer or lead' }),
    ),
    impartial(actor, facts),
    accepted(facts, '安排踏勘或会议'),
  )
export interface MeetingFacts extends GatheringFacts {
  readonly state: MeetingState
  readonly begun: boolean
  readonly startsAt: string
  readonly invited: readonly string[]
}
const meetingIn = (facts: MeetingFacts, states: readonly MeetingState[], action: string): Decision =>
  when(states.includes(facts.state), () =>
    refuse.meetingMoved({
      state: meetingStateWords[facts.state].zh,
      stateEn: meetingStateWords[facts.state].en,
      action,
    }),
  )
const begun = (facts: MeetingFacts): Decision => when(facts.begun, () => refuse.meetingNotYet({ at: facts.startsAt }))

export const mayChangeMeeting = (actor: Actor, facts: MeetingFacts): Decision =>
  all(mayPlanMeeting(actor, facts), meetingIn(facts, ['planned'], '调整'))
export const mayRecordAttendance = (actor: Actor, facts: MeetingFacts): Decision =>
  all(mayPlanMeeting(actor, facts), meetingIn(facts, ['planned', 'held'], '登记到会情况'), begun(facts))
export const maySignMinute = (actor: Actor, facts: MeetingFacts): Decision =>
  all(mayPlanMeeting(actor, facts), meetingIn(facts, ['held'], '签发纪要'))
/** A finding or picture of a department that was there. */
export const mayAddFinding = (
  actor: Actor,
  facts: MeetingFacts,
  department: { readonly department: string; readonly departmentName: string },
): Decision =>
  all(
    inDepartment(actor, department, answeringRoles),
    impartial(actor, facts),
    when(facts.invited.includes(department.department), () =>
      refuse.notInvited({ department: department.departmentName }),
    ),
    meetingIn(facts, ['planned', 'held'], '登记现场情况'),
    accepted(facts, '登记现场情况'),
    begun(facts),
  )

// ------------------------------------------------------------------------------------------ special procedures

export const mayProposeProcedure = (actor: Actor, run: ItemRunFacts): Decision =>
  all(handler(actor, run, draftingRoles), inState(run, ['handling'], '提请特殊程序'))

export interface ProcedureFacts extends Applicant {
  readonly state: ProcedureState
  readonly proposedBy: PersonId
  readonly hearing: { readonly onRequest: boolean; readonly requestedBy: string | null } | null
  readonly createdBy: PersonId
  readonly run: ItemRunFacts
}
const procedureIn = (facts: ProcedureFacts, states: readonly ProcedureState[], action: string): Decision =>
  when(states.includes(facts.state), () =>
    refuse.procedureMoved({
      state: procedureStateWords[facts.state].zh,
      stateEn: procedureStateWords[facts.state].en,
      action,
    }),
  )
/** Approved by somebody else than the proposer (own and delegated authority alike). */
export const mayDecideProcedure = (actor: Actor, facts: ProcedureFacts): Decision =>
  all(
    handler(actor, facts.run, ['approver']),
    inState(facts.run, openItemRunStates, '批准特殊程序'),
    procedureIn(facts, ['proposed'], '批准'),
    when(!personsBehind(actor, ['approver'], facts.run.department).has(facts.proposedBy), refuse.sameProcedureProposer),
  )
/** The applicant asks; the request of another interested person is entered by the department. */
export const mayRequestHearing = (actor: Actor, facts: ProcedureFacts): Decision => {
  const { hearing } = facts
  return all(
    holds(actor, 'applicant', { organisationId: facts.applicantId })
      ? allowed
      : holds(actor, 'reviewer') || holds(actor, 'lead')
        ? handler(actor, facts.run, draftingRoles)
        : onApplicantSide(actor, facts),
    procedureIn(facts, hearing?.onRequest === true ? ['running'] : [], '申请听证'),
    when(hearing?.requestedBy === null, () => refuse.hearingRequested({ by: hearing?.requestedBy ?? '' })),
  )
}
export const mayScheduleHearing = (actor: Actor, facts: ProcedureFacts): Decision =>
  all(
    handler(actor, facts.run, draftingRoles),
    procedureIn(facts, facts.hearing === null ? [] : ['running'], '通知听证'),
    when(facts.hearing?.onRequest !== true || facts.hearing.requestedBy !== null, refuse.hearingNotRequested),
  )
export const mayEndProcedure = (actor: Actor, facts: ProcedureFacts): Decision =>
  all(
    handler(actor, facts.run, answeringRoles),
    procedureIn(facts, ['running'], '登记结果'),
    when(
      facts.hearing === null || !facts.hearing.onRequest || facts.hearing.requestedBy !== null,
      refuse.hearingNotRequested,
    ),
  )
