/** The tables of the message centre as Kysely knows them. */
import { type RawBuilder, sql } from 'kysely'
import type { Role } from '../../../kernel/actor.ts'
import type { OrganisationId, PersonId } from '../../../kernel/identity.ts'
import type { Instant, LocalDate } from '../../../kernel/time.ts'
import type { Language, Words } from '../../../kernel/words.ts'
import type { Database } from '../../../platform/platform.ts'
import type { ContactId, MessageId, WebhookId } from '../contract.ts'
import type { linkPages } from '../model/notices.ts'
import type { ContactChannel, Topic, Wanted } from '../model/topics.ts'

export interface Link {
  readonly page: (typeof linkPages)[number]
  readonly id: string
}
/** The role in which somebody was addressed. */
export interface Basis {
  readonly role: Role
  readonly department?: string | undefined
  readonly organisationId?: OrganisationId | undefined
}
export interface MessageRow {
  readonly id: MessageId
  readonly person_id: PersonId
  readonly entry_id: string
  readonly notice_id: string
  readonly kind: string
  readonly topic: Topic
  readonly statutory: boolean
  readonly title: Words
  readonly body: Words
  readonly link: Link | null
  readonly basis: Basis | null
  readonly project_id: string | null
  readonly shown: boolean
  readonly occurred_at: Instant
  readonly created_at: Instant
  readonly read_at: Instant | null
}
export interface SettingRow {
  readonly person_id: PersonId
  readonly language: Language
  readonly quiet_from: string | null
  readonly quiet_to: string | null
  readonly digest: boolean
  readonly digest_at: string
  readonly wanted: Wanted
  readonly version: number
  readonly changed_at: Instant
}
export interface ContactRow {
  readonly id: ContactId
  readonly person_id: PersonId
  readonly channel: ContactChannel
  readonly address_sealed: string
  readonly address_masked: string
  readonly verified_at: Instant | null
  readonly code_digest: string | null
  readonly code_sent_at: Instant | null
  readonly tries: number
  readonly code_day: LocalDate | null
  readonly codes: number
  readonly removed_at: Instant | null
  readonly created_at: Instant
}
export interface WebhookRow {
  readonly id: WebhookId
  readonly name: string
  readonly url: string
  readonly kinds: readonly string[]
  readonly secret_sealed: string
  readonly state: 'active' | 'paused' | 'removed'
  readonly failures: number
  readonly created_at: Instant
  readonly created_by: PersonId
  readonly changed_at: Instant
  readonly version: number
}
export type MessagesTables = {
  'messages.message': MessageRow
  'messages.setting': SettingRow
  'messages.contact': ContactRow
  'messages.webhook': WebhookRow
}
export const tables = (db: Database) => db.withTables<MessagesTables>()
export const json = <T>(value: T): RawBuilder<T> => sql<T>`${JSON.stringify(value)}::jsonb`
