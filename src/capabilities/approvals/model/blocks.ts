/** Blocks of the one form: who fills which part, until when, and how far it is. Pure. */
import type { OrganisationId } from '../../../kernel/identity.ts'
import type { LocalDate } from '../../../kernel/time.ts'
import { type Words, words } from '../../../kernel/words.ts'
import type { FormBlock } from '../../catalogue/contract.ts'

export const readinesses = ['not-started', 'filling', 'ready'] as const
export type Readiness = (typeof readinesses)[number]
export const readinessWords: Readonly<Record<Readiness, Words>> = {
  'not-started': words('未开始', 'Not started'),
  filling: words('填写中', 'Being filled in'),
  ready: words('已就绪', 'Ready'),
}
export const blockWords: Readonly<Record<FormBlock, Words>> = {
  owner: words('建设单位填写部分', 'Part of the owner'),
  survey: words('勘察单位填写部分', 'Part of the surveyor'),
  design: words('设计单位填写部分', 'Part of the designer'),
  contractor: words('施工单位填写部分', 'Part of the contractor'),
  supervision: words('监理单位填写部分', 'Part of the supervisor'),
}
export interface Delegation {
  readonly block: FormBlock
  readonly organisationId: OrganisationId
  readonly organisationName: string
  readonly from: LocalDate
  readonly to: LocalDate
  readonly readiness: Readiness
  readonly ended: boolean
}
/** open 可填写 · not-yet 未到开始日 · over 已结束 */
export type Phase = 'not-yet' | 'open' | 'over'
/** The day alone decides: access ends with the last day, whether or not anything has run since. */
export const phaseOf = (delegation: Pick<Delegation, 'from' | 'to' | 'ended'>, today: LocalDate): Phase =>
  delegation.ended || today > delegation.to ? 'over' : today < delegation.from ? 'not-yet' : 'open'

/** The delegation under which a block is in another party's hands now; null: it is the applicant's. */
export const heldBy = <T extends Delegation>(delegations: readonly T[], block: FormBlock, today: LocalDate): T | null =>
  delegations.find((each) => each.block === block && phaseOf(each, today) === 'open') ?? null

/** Delegations that a submission waits for: given, not over, and not ready. */
export const notReady = <T extends Delegation>(delegations: readonly T[], today: LocalDate): readonly T[] =>
  delegations.filter((each) => phaseOf(each, today) !== 'over' && each.readiness !== 'ready')

/** How far a block is that nobody else has: from what is there and what is missing. */
export const ownReadiness = (filled: number, faults: number): Readiness =>
  faults === 0 ? 'ready' : filled === 0 ? 'not-started' : 'filling'
