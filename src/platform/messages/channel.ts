/** What leaves the house: a message for one address by one channel, and what an adapter says after it tried. */
import type { JsonValue } from '../platform.ts'

/** Ways out that reach a person. */
export const personChannels = ['email', 'sms', 'wechat'] as const
export type PersonChannel = (typeof personChannels)[number]
/** Ways out: to persons, or to other systems. */
export type ChannelName = PersonChannel | 'webhook'

export interface MessageContent {
  /** One line. */
  readonly title: string
  readonly text: string
  /** Null: plain text only. */
  readonly html: string | null
  /** For systems: the document that is sent. */
  readonly data: JsonValue
}
export interface Outgoing extends MessageContent {
  /** The same in every try: receivers drop what they had already (at least once, never lost). */
  readonly id: string
  readonly address: string
  /** What the message belongs to in the capability that posted it. */
  readonly reference: string
}

export type SendResult =
  /** Taken over by the next in line; `providerId` is its own number. */
  | { readonly kind: 'sent'; readonly providerId: string | null; readonly detail: string }
  | { readonly kind: 'delivered'; readonly providerId: string | null; readonly detail: string }
  /** Kept on this machine because the channel is not connected: nobody has got it. */
  | { readonly kind: 'stored'; readonly detail: string }
  /** `permanent`: another try would fail the same way. */
  | { readonly kind: 'failed'; readonly reason: string; readonly permanent: boolean }

export interface ChannelAdapter {
  /** 'smtp', 'http', 'local', 'webhook': shown to operators. */
  readonly name: string
  /** Tries once. What it throws counts as a failure that may pass. */
  readonly send: (message: Outgoing, signal: AbortSignal) => Promise<SendResult>
}
