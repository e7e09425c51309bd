/** Who may do what on the way to completion. Pure; used by server and desk alike. */
import { type Actor, holds, type Role, roleWords } from '../../kernel/actor.ts'
import { all, allowed, type Decision, refusedBecause } from '../../kernel/decision.ts'
import type { OrganisationId, PersonId } from '../../kernel/identity.ts'
import type { Words } from '../../kernel/words.ts'
import * as refuse from './model/refusals.ts'
import {
  type AcceptanceState,
  acceptanceStateWords,
  type InspectionState,
  inspectionStateWords,
  type PartState,
  partStateWords,
  type RemarkState,
} from './model/states.ts'

export interface ProjectFacts {
  readonly ownerId: OrganisationId
  readonly ownerName: string
  /** Neither closed nor withdrawn. */
  readonly open: boolean
}
export interface Department {
  readonly code: string
  readonly name: string
}
const when = (condition: boolean, refused: () => ReturnType<typeof refuse.notOwner>): Decision =>
  condition ? allowed : refusedBecause(refused())
export const sentence = (decision: Decision): Words | null =>
  decision.allowed ? null : decision.because.refusal.sentence

const isOpen = (facts: ProjectFacts): Decision => when(facts.open, refuse.projectOver)
const applicant = (actor: Actor, facts: ProjectFacts): boolean =>
  holds(actor, 'applicant', { organisationId: facts.ownerId })
const ownSide = (actor: Actor, facts: ProjectFacts): boolean =>
  applicant(actor, facts) || holds(actor, 'site-manager', { organisationId: facts.ownerId })
const byOwner = (actor: Actor, facts: ProjectFacts): Decision =>
  all(when(ownSide(actor, facts), refuse.notOwner), isOpen(facts))

const inDepartment = (actor: Actor, facts: ProjectFacts, department: Department, roles: readonly Role[]): Decision =>
  all(
    when(
      roles.some((role) => holds(actor, role, { department: department.code })),
      () =>
        refuse.notInDepartment({
          department: department.name,
          roles: roles.map((role) => roleWords[role].zh).join('、'),
          rolesEn: roles.map((role) => roleWords[role].en.toLowerCase()).join(' or '),
        }),
    ),
    when(!(actor.kind === 'person' && actor.roles.some((held) => held.organisationId === facts.ownerId)), () =>
      refuse.ownOrganisation({ owner: facts.ownerName }),
    ),
  )
const inspecting: readonly Role[] = ['inspector', 'reviewer', 'lead']
const leading: readonly Role[] = ['reviewer', 'lead', 'approver']

// ------------------------------------------------------------------------------------------ buildings and inspections

export const mayRegisterBuilding = (actor: Actor, facts: ProjectFacts, finalApplied: boolean): Decision =>
  all(
    when(applicant(actor, facts) || holds(actor, 'clerk'), refuse.notApplicant),
    isOpen(facts),
    when(!finalApplied, refuse.finalAppliedFor),
  )
export const mayPlan = (actor: Actor, facts: ProjectFacts, finalApplied: boolean): Decision =>
  all(
    when(ownSide(actor, facts) || inspecting.some((role) => holds(actor, role)), refuse.notOwnerOrOfficer),
    isOpen(facts),
    when(!finalApplied, refuse.finalAppliedFor),
  )
export interface InspectionPolicyFacts {
  readonly state: InspectionState
  readonly required: boolean
  readonly name: string
  readonly basis: string
  readonly rounds: number
  readonly department: Department
}
export const mayRemove = (actor: Actor, facts: ProjectFacts, inspection: InspectionPolicyFacts): Decision =>
  all(
    mayPlan(actor, facts, false),
    when(!inspection.required, () => refuse.inspectionRequired({ name: inspection.name, basis: inspection.basis })),
    when(inspection.state === 'planned' && inspection.rounds === 0, refuse.inspectionUsed),
  )
export const mayBook = (actor: Actor, facts: ProjectFacts, inspection: InspectionPolicyFacts): Decision =>
  all(
    byOwner(actor, facts),
    when(['planned', 'booked', 'failed'].includes(inspection.state), () =>
      refuse.notBookable({
        state: inspectionStateWords[inspection.state].zh,
        stateEn: inspectionStateWords[inspection.state].en,
      }),
    ),
  )
export const mayInspect = (actor: Actor, facts: ProjectFacts, inspection: InspectionPolicyFacts): Decision =>
  all(
    inDepartment(actor, facts, inspection.department, inspecting),
    isOpen(facts),
    when(inspection.state === 'booked', refuse.notBooked),
  )
export const mayProve = (actor: Actor, facts: ProjectFacts, state: RemarkState): Decision =>
  all(byOwner(actor, facts), when(state === 'open', refuse.remarkNotOpen))
export const mayVerify = (actor: Actor, facts: ProjectFacts, state: RemarkState, department: Department): Decision =>
  all(inDepartment(actor, facts, department, inspecting), when(state === 'proved', refuse.remarkNotProved))

// ------------------------------------------------------------------------------------------ joint acceptance

export const mayApply = (actor: Actor, facts: ProjectFacts): Decision =>
  all(when(applicant(actor, facts), refuse.notApplicant), isOpen(facts))
const inState = (state: AcceptanceState, states: readonly AcceptanceState[]): Decision =>
  when(states.includes(state), () =>
    refuse.notExamining({ state: acceptanceStateWords[state].zh, stateEn: acceptanceStateWords[state].en }),
  )
export const mayWithdraw = (actor: Actor, facts: ProjectFacts, state: AcceptanceState): Decision =>
  all(mayApply(actor, facts), inState(state, ['examining', 'recheck', 'passed']))
export const maySetSiteDay = (actor: Actor, facts: ProjectFacts, lead: Department, state: AcceptanceState): Decision =>
  all(inDepartment(actor, facts, lead, leading), inState(state, ['examining', 'recheck']))
export interface PartPolicyFacts {
  readonly state: PartState
  readonly department: Department
  /** The site day is set and has come. */
  readonly siteDayCome: boolean
}
export const mayGiveResult = (actor: Actor, facts: ProjectFacts, part: PartPolicyFacts): Decision =>
  all(
    inDepartment(actor, facts, part.department, inspecting),
    when(part.state === 'open', () =>
      refuse.partNotOpen({ state: partStateWords[part.state].zh, stateEn: partStateWords[part.state].en }),
    ),
    when(part.siteDayCome, refuse.siteDayFirst),
  )
export const mayAskRecheck = (actor: Actor, facts: ProjectFacts, failed: number): Decision =>
  all(mayApply(actor, facts), when(failed > 0, refuse.nothingToRecheck))
/** Who examined anything that the opinion rests on, alone or for somebody, does not approve it. */
export const mayConclude = (
  actor: Actor,
  facts: ProjectFacts,
  lead: Department,
  acceptance: { readonly state: AcceptanceState; readonly examiners: ReadonlySet<PersonId> },
): Decision => {
  const behind = new Set<PersonId>()
  if (actor.kind === 'person') {
    behind.add(actor.personId)
    for (const held of actor.roles)
      if (held.role === 'approver' && held.department === lead.code && held.onBehalfOf !== undefined)
        behind.add(held.onBehalfOf)
  }
  return all(
    inDepartment(actor, facts, lead, ['approver']),
    when(acceptance.state === 'passed', refuse.notAllPassed),
    when(
      [...behind].every((person) => !acceptance.examiners.has(person)),
      refuse.inspectedYourself,
    ),
  )
}

// ------------------------------------------------------------------------------------------ filing and archive

export const maySubmitFiling = (actor: Actor, facts: ProjectFacts, state: 'open' | 'submitted' | 'filed'): Decision =>
  all(when(applicant(actor, facts), refuse.notApplicant), when(state === 'open', refuse.filingState))
export const mayFile = (
  actor: Actor,
  facts: ProjectFacts,
  lead: Department,
  state: 'open' | 'submitted' | 'filed',
): Decision => all(inDepartment(actor, facts, lead, leading), when(state === 'submitted', refuse.filingState))

const authorities: readonly Role[] = [
  'clerk',
  'reviewer',
  'lead',
  'approver',
  'supervisor',
  'administrator',
  'inspector',
  'navigator',
]
/** Reads entries that are for the authorities alone. */
export const isAuthority = (actor: Actor): boolean => authorities.some((role) => holds(actor, role))
/** Whether somebody may have a dossier at all, and whether with personal data. */
export const dossierSight = (actor: Actor, facts: ProjectFacts): 'personal' | 'plain' | 'none' => {
  if (applicant(actor, facts)) return 'personal'
  if ((['clerk', 'reviewer', 'lead', 'approver'] as const).some((role) => holds(actor, role))) return 'personal'
  return (['supervisor', 'administrator', 'inspector', 'navigator'] as const).some((role) => holds(actor, role))
    ? 'plain'
    : 'none'
}
export const mayBuildDossier = (actor: Actor, facts: ProjectFacts): Decision =>
  when(dossierSight(actor, facts) !== 'none', refuse.dossierNotYours)
