/** Where an item stands, in the words of the national exchange (办件状态码). Pure; the codes are data. */
import type { ApplicationState, ItemRunState, Outcome } from '../contract.ts'
import type { ExchangeRules, ExchangeStatus } from './undertaking-rules.ts'

export interface StandingFacts {
  readonly applicationState: ApplicationState
  /** Times the application was handed in. */
  readonly round: number
  /** Null before the acceptance. */
  readonly itemState: ItemRunState | null
  readonly outcome: Outcome | null
  /** The clock stands still on a legal ground. */
  readonly held: boolean
  /** The item's document was revoked. */
  readonly revoked: boolean
}

const atTheWindow = (facts: StandingFacts): ExchangeStatus => {
  switch (facts.applicationState) {
    case 'withdrawn':
      return 'withdrawn'
    case 'refused':
      return 'refused-at-intake'
    case 'correcting':
      return 'correcting'
    case 'submitted':
      return facts.round > 1 ? 'corrected' : 'received'
    default:
      return 'accepted'
  }
}
/** The status of one item; a decision with documents to follow is a status of its own (12). */
export const exchangeStatusOf = (facts: StandingFacts): ExchangeStatus => {
  if (facts.revoked) return 'revoked'
  if (facts.itemState === 'decided') {
    if (facts.outcome === 'refused') return 'refused'
    return facts.outcome === 'approved-with-deferral' ? 'approved-with-deferral' : 'approved'
  }
  if (facts.applicationState === 'withdrawn') return 'withdrawn'
  if (facts.itemState === 'cancelled') return 'recalled'
  if (facts.itemState === null) return atTheWindow(facts)
  return facts.held ? 'special-procedure' : 'handling'
}
/** The code of a status; null where the data has none. */
export const exchangeCode = (
  rules: ExchangeRules,
  status: ExchangeStatus,
): { readonly code: number; readonly name: string } | null => rules.codes.find((each) => each.status === status) ?? null
