/** Who may see and do what in the assessment. Pure; used by server and desk alike. */
import { type Actor, holds } from '../../kernel/actor.ts'
import { all, allowed, type Decision, refusedBecause } from '../../kernel/decision.ts'
import type { PersonId } from '../../kernel/identity.ts'
import type { LocalDate } from '../../kernel/time.ts'
import * as refuse from './model/refusals.ts'

const when = (condition: boolean, refused: () => ReturnType<typeof refuse.notSupervisor>): Decision =>
  condition ? allowed : refusedBecause(refused())

export interface PeriodFacts {
  readonly state: 'draft' | 'published'
  readonly name: string
  readonly to: LocalDate
  /** Day on which it was computed. */
  readonly computedOn: LocalDate
  /** Upheld objections that no edition has taken in yet. */
  readonly toCorrect: number
  /** A newer edition exists. */
  readonly superseded: boolean
}
export const mayCompute = (actor: Actor): Decision => when(holds(actor, 'supervisor'), refuse.notSupervisor)
export const mayRecompute = (actor: Actor, facts: PeriodFacts): Decision =>
  all(
    mayCompute(actor),
    when(facts.state === 'draft' || (facts.toCorrect > 0 && !facts.superseded), () =>
      refuse.periodFrozen({ name: facts.name }),
    ),
  )
export const mayPublish = (actor: Actor, facts: PeriodFacts): Decision =>
  all(
    mayCompute(actor),
    when(facts.state === 'draft', () => refuse.periodFrozen({ name: facts.name })),
    when(facts.computedOn > facts.to, () => refuse.periodNotOver({ name: facts.name, to: facts.to })),
  )

export interface FigureFacts {
  readonly scope: 'department' | 'person'
  readonly department: string
  readonly personId: PersonId | null
}
/** Figures of departments are for all officers; a person's for that person, the head of the department, the supervisors. */
export const maySeeFigure = (actor: Actor, figure: FigureFacts): Decision =>
  when(
    figure.scope === 'department' ||
      holds(actor, 'supervisor') ||
      holds(actor, 'approver', { department: figure.department }) ||
      (actor.kind === 'person' && actor.personId === figure.personId),
    refuse.figureNotYours,
  )
export const mayObject = (
  actor: Actor,
  figure: FigureFacts & {
    readonly state: 'draft' | 'published'
    readonly until: LocalDate | null
    readonly today: LocalDate
    readonly open: boolean
  },
): Decision =>
  all(
    when(
      holds(actor, 'lead', { department: figure.department }) ||
        holds(actor, 'approver', { department: figure.department }),
      refuse.objectionNotYours,
    ),
    maySeeFigure(actor, figure),
    when(figure.state === 'published', refuse.objectionTooEarly),
    when(figure.until === null || figure.today <= figure.until, () =>
      refuse.objectionTooLate({ until: figure.until ?? '' }),
    ),
    when(!figure.open, refuse.objectionOpen),
  )
export const mayAnswer = (actor: Actor, state: 'open' | 'upheld' | 'rejected'): Decision =>
  all(mayCompute(actor), when(state === 'open', refuse.objectionAnsweredAlready))
