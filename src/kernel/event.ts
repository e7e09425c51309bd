/**
 * A kind of event: the entry of the journal that says what became true. Declared in a capability's contract; recorded by
 * `unit.record` in the transaction that makes it true. The payload never holds personal data: that goes to `personal`.
 */
import type { z } from 'zod'

/** Who may read an entry: everyone, the parties of the project, or the authorities alone. */
export type Visibility = 'public' | 'parties' | 'internal'

export interface EventKind<P = unknown> {
  /** '<capability>.<what happened>', for example 'approvals.decided'. */
  readonly kind: string
  readonly version: number
  readonly visibility: Visibility
  readonly payload: z.ZodType<P>
  /** One sentence in Chinese for timelines, with places for payload facts: '{department}出具意见'. */
  readonly sentence: string
}

export const defineEvent = <P>(event: EventKind<P>): EventKind<P> => event
