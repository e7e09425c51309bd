/** The tables of the journal as Kysely knows them. Only files of this folder name them. */
import type { Generated } from 'kysely'
import type { Visibility } from '../../kernel/event.ts'
import type { Instant } from '../../kernel/time.ts'
import type { JsonValue } from '../platform.ts'

type EntryTable = {
  readonly ordinal: Generated<number>
  readonly id: string
  readonly kind: string
  readonly version: number
  readonly subject_kind: string
  readonly subject_id: string
  readonly project_id: string | null
  readonly actor: string
  readonly on_behalf_of: string | null
  readonly actor_salt: Buffer | null
  readonly occurred_at: Instant
  readonly recorded_at: Instant
  readonly visibility: Visibility
  readonly payload: JsonValue
  readonly personal_digest: Uint8Array | null
  readonly trace_id: string
}
type PersonalTable = {
  readonly entry_id: string
  readonly salt: Uint8Array | null
  readonly data: Readonly<Record<string, JsonValue>> | null
  readonly erased_at: Instant | null
}
type SealTable = {
  readonly seq: number
  readonly entry_id: string
  readonly kind: string
  readonly leaf_hash: Uint8Array
  readonly sealed_at: Instant
}
type TreeTable = {
  readonly singleton: Generated<boolean>
  readonly size: number
  readonly root: Uint8Array
  readonly frontier: Uint8Array
  readonly verifier_key: string | null
}
type CheckpointTable = {
  readonly size: number
  readonly root: Uint8Array
  readonly note: string
  readonly signed_at: Instant
}
type CursorTable = {
  readonly listener: string
  readonly seq: number
  readonly failures: number
  readonly last_error: string | null
  readonly retry_at: Instant | null
  readonly updated_at: Instant
}
type SkippedTable = {
  readonly listener: string
  readonly seq: number
  readonly reason: string
  readonly error: string | null
  readonly skipped_by: string
  readonly skipped_at: Instant
}
type TimerTable = {
  readonly kind: string
  readonly subject_id: string
  readonly rung: string
  readonly due_at: Instant
  readonly payload: JsonValue
  readonly fired_at: Instant | null
  readonly late: boolean | null
  readonly failures: Generated<number>
  readonly last_error: string | null
  readonly retry_at: Instant | null
}

/** A type and not an interface: Kysely's `withTables` asks for an index signature. */
export type JournalTables = {
  'journal.entry': EntryTable
  'journal.personal': PersonalTable
  'journal.unsealed': { readonly ordinal: number; readonly entry_id: string }
  'journal.seal': SealTable
  'journal.tree_node': { readonly level: number; readonly index: number; readonly hash: Uint8Array }
  'journal.tree': TreeTable
  'journal.checkpoint': CheckpointTable
  'journal.cursor': CursorTable
  'journal.skipped': SkippedTable
  'journal.timer': TimerTable
}
