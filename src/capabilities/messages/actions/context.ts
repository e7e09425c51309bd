/** What the use cases of this capability share. */
import type { AddressGuard } from '../../../platform/messages/addresses.ts'
import type { Outbox } from '../../../platform/messages/outbox.ts'
import type { JournalEntry, JsonValue, Platform } from '../../../platform/platform.ts'
import type { Vault } from '../../../platform/vault/vault.ts'
import type { ApprovalsReader } from '../../approvals/contract/reader.ts'
import type { PeopleReader } from '../../people/contract.ts'
import type { ProjectReader } from '../../projects/contract.ts'
import type { NoticeBook } from '../load.ts'
import type { ContactChannel } from '../model/topics.ts'

export interface Context {
  readonly platform: Platform
  readonly vault: Vault
  readonly people: PeopleReader
  readonly projects: ProjectReader
  readonly approvals: ApprovalsReader
  readonly outbox: Outbox
  readonly guard: AddressGuard
  readonly book: NoticeBook
  /** Secrets with which gateways sign their reports; null = the channel is not connected. */
  readonly gatewaySecret: (channel: ContactChannel) => string | null
}
/** Owners of deliveries: messages of persons, codes that prove an address, and webhooks. */
export const OWN = 'messages'
export const CODES = 'messages.code'
export const HOOKS = 'messages.webhook'

export type Payload = Readonly<Record<string, JsonValue>>
export const payloadOf = (entry: Pick<JournalEntry, 'payload'>): Payload => {
  const { payload } = entry
  return typeof payload === 'object' && payload !== null && !Array.isArray(payload) ? (payload as Payload) : {}
}
export const textIn = (payload: Payload, name: string): string | null => {
  const value = payload[name]
  return typeof value === 'string' ? value : null
}
