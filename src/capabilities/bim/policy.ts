/** Who may do what with models, checks and conflicts. Pure; used by server and desk alike. */
import { type Actor, holds, type Role } from '../../kernel/actor.ts'
import { all, allowed, type Decision, refusedBecause } from '../../kernel/decision.ts'
import type { OrganisationId, PersonId } from '../../kernel/identity.ts'
import type { Words } from '../../kernel/words.ts'
import * as refuse from './model/refusals.ts'
import {
  type ConflictKind,
  type ConflictLife,
  type ConflictOutcome,
  type ConflictSeverity,
  type ConflictStatus,
  type ExceptionState,
  exceptionStateWords,
  type RunState,
  type VersionState,
} from './model/words.ts'

const when = (condition: boolean, refused: () => ReturnType<typeof refuse.notOwnSide>): Decision =>
  condition ? allowed : refusedBecause(refused())
export const sentence = (decision: Decision): Words | null =>
  decision.allowed ? null : decision.because.refusal.sentence

export interface ProjectFacts {
  /** The owner and the parties of today. */
  readonly organisations: readonly OrganisationId[]
  /** Neither closed nor withdrawn. */
  readonly open: boolean
  /** Departments whose officers take part. */
  readonly departments: readonly string[]
}
const members: readonly Role[] = ['applicant', 'site-manager']
const officers: readonly Role[] = ['reviewer', 'lead', 'approver', 'inspector']

/** Acts for the owner or a present party: survey and design organisations are parties. */
export const isOwnSide = (actor: Actor, facts: ProjectFacts): boolean =>
  members.some((role) => facts.organisations.some((organisationId) => holds(actor, role, { organisationId })))
export const isAuthority = (actor: Actor, facts: ProjectFacts): boolean =>
  officers.some((role) => facts.departments.some((department) => holds(actor, role, { department })))

const ownSide = (actor: Actor, facts: ProjectFacts): Decision =>
  all(when(isOwnSide(actor, facts), refuse.notOwnSide), when(facts.open, refuse.projectOver))
const concerned = (actor: Actor, facts: ProjectFacts): Decision =>
  all(
    when(isOwnSide(actor, facts) || isAuthority(actor, facts), refuse.notConcerned),
    when(facts.open, refuse.projectOver),
  )

// ------------------------------------------------------------------------------------------ models

export const mayCreateModel = ownSide
export const mayChangeModel = ownSide
export const mayImport = (
  actor: Actor,
  facts: ProjectFacts,
  model: { readonly archived: boolean; readonly importing: number | null },
): Decision =>
  all(
    ownSide(actor, facts),
    when(!model.archived, refuse.modelArchived),
    when(model.importing === null, () => refuse.importOpen({ number: model.importing ?? 0 })),
  )
export const mayMap = (actor: Actor, facts: ProjectFacts, state: VersionState): Decision =>
  all(ownSide(actor, facts), when(state === 'needs-mapping', refuse.notMapping))
export const mayCancelImport = (actor: Actor, facts: ProjectFacts, state: VersionState): Decision =>
  all(ownSide(actor, facts), when(state === 'importing' || state === 'needs-mapping', refuse.notImporting))

// ------------------------------------------------------------------------------------------ checks

export const mayDefineCheck = ownSide
export const mayRun = (
  actor: Actor,
  facts: ProjectFacts,
  check: { readonly archived: boolean; readonly running: number | null },
): Decision =>
  all(
    ownSide(actor, facts),
    when(!check.archived, refuse.checkArchived),
    when(check.running === null, () => refuse.runOpen({ number: check.running ?? 0 })),
  )
export const mayCancelRun = (actor: Actor, facts: ProjectFacts, state: RunState): Decision =>
  all(ownSide(actor, facts), when(state === 'waiting' || state === 'running', refuse.runOver))

// ------------------------------------------------------------------------------------------ conflicts

export interface ConflictFacts {
  readonly number: string
  readonly kind: ConflictKind
  readonly outcome: ConflictOutcome
  readonly severity: ConflictSeverity
  readonly life: ConflictLife
  readonly status: ConflictStatus
  /** An approved exception covers it as it stands. */
  readonly excepted: boolean
}
export const mayEdit = ownSide
export const mayComment = concerned
export const mayRaise = concerned
/**
 * Closing says that nothing is left to do. What a run found critical, major or unknown goes by a new run or an approved
 * exception, never by hand.
 */
export const mayClose = (actor: Actor, facts: ProjectFacts, conflict: ConflictFacts): Decision =>
  all(
    ownSide(actor, facts),
    when(
      conflict.life === 'solved' ||
        conflict.excepted ||
        conflict.kind === 'raised' ||
        (conflict.outcome !== 'unknown' && (conflict.severity === 'minor' || conflict.severity === 'notice')),
      () => refuse.stillStands({ number: conflict.number }),
    ),
  )
export const mayPropose = (
  actor: Actor,
  facts: ProjectFacts,
  conflict: ConflictFacts,
  openException: boolean,
): Decision =>
  all(
    ownSide(actor, facts),
    when(conflict.outcome === 'breach' && conflict.life !== 'solved' && conflict.kind !== 'raised', refuse.notBreach),
    when(!openException, refuse.exceptionOpen),
  )

export interface ExceptionFacts {
  readonly state: ExceptionState
  readonly proposedBy: PersonId
  /** Role code and name of the department that decides. */
  readonly department: string
  readonly departmentName: string
}
/** The persons on whose part somebody acts as approver: themselves, and who delegated the role. */
const behindApprover = (actor: Actor, department: string): ReadonlySet<PersonId> => {
  const behind = new Set<PersonId>()
  if (actor.kind !== 'person') return behind
  behind.add(actor.personId)
  for (const held of actor.roles)
    if (held.role === 'approver' && held.department === department && held.onBehalfOf !== undefined)
      behind.add(held.onBehalfOf)
  return behind
}
const stateIs = (exception: ExceptionFacts, states: readonly ExceptionState[]): Decision =>
  when(states.includes(exception.state), () =>
    refuse.exceptionDecided({ state: exceptionStateWords[exception.state].zh }),
  )
/** An approver of the department; nobody decides on a proposal of their own or of an organisation for which they act. */
export const mayDecide = (actor: Actor, facts: ProjectFacts, exception: ExceptionFacts): Decision =>
  all(
    when(holds(actor, 'approver', { department: exception.department }), () =>
      refuse.notApprover({ department: exception.departmentName }),
    ),
    when(
      !behindApprover(actor, exception.department).has(exception.proposedBy) &&
        !(
          actor.kind === 'person' &&
          actor.roles.some(
            (held) => held.organisationId !== undefined && facts.organisations.includes(held.organisationId),
          )
        ),
      refuse.ownProposal,
    ),
    when(facts.open, refuse.projectOver),
    stateIs(exception, ['proposed']),
  )
/** The own side takes back what it proposed; the approvers also what they approved. */
export const mayWithdraw = (actor: Actor, facts: ProjectFacts, exception: ExceptionFacts): Decision =>
  all(
    when(
      isOwnSide(actor, facts) ||
        (exception.state === 'approved' && holds(actor, 'approver', { department: exception.department })),
      refuse.notOwnSide,
    ),
    when(facts.open, refuse.projectOver),
    stateIs(exception, ['proposed', 'approved']),
  )
