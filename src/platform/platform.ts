/**
 * What the platform gives to the capabilities. Interfaces only: the pieces are built in the folders beside this file and
 * put together by `server/main.ts`. No word of the product appears here.
 */
import type { Kysely, Transaction } from 'kysely'
import type { ReactElement } from 'react'
import type { z } from 'zod'
import type { Actor } from '../kernel/actor.ts'
import type { Endpoint } from '../kernel/endpoint.ts'
import type { EventKind, Visibility } from '../kernel/event.ts'
import type { Id } from '../kernel/identity.ts'
import type { Clock, Instant, LocalDate } from '../kernel/time.ts'
import type { Language } from '../kernel/words.ts'

/** A connection pool without table types: a store adds its own by `db.withTables<Tables>()`. */
// biome-ignore lint/complexity/noBannedTypes: a database that knows no table
export type Database = Kysely<Record<never, never>>
export type DatabaseTransaction = Transaction<Record<never, never>>

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue }

// ---------------------------------------------------------------------------------------------- journal

/** What a transaction says about itself to the journal. */
export interface Recording<P> {
  /** What the entry is about: kind ('application') and identity. */
  readonly subject: { readonly kind: string; readonly id: string }
  readonly projectId?: string | null
  readonly payload: P
  /** Personal data: kept apart and erasable; the entry keeps only its salted digest. */
  readonly personal?: Readonly<Record<string, JsonValue>>
  /** When it happened, if not now (paper intake, late entry). */
  readonly occurredAt?: Instant
  /** Overrides the visibility of the kind. */
  readonly visibility?: Visibility
}

/** A sealed entry as readers see it. */
export interface JournalEntry {
  readonly seq: number
  readonly id: string
  readonly kind: string
  readonly version: number
  readonly subject: { readonly kind: string; readonly id: string }
  readonly projectId: string | null
  /** 'person:<id>', 'system:<name>' or 'anonymous'. */
  readonly actor: string
  readonly onBehalfOf: string | null
  readonly occurredAt: Instant
  readonly recordedAt: Instant
  readonly visibility: Visibility
  readonly payload: JsonValue
}

export interface JournalReader {
  /** Entries of a subject or project in order of `seq` (and unsealed ones after them, with seq 0). */
  readonly entriesOf: (
    db: Database,
    of: { readonly subject?: { readonly kind: string; readonly id: string }; readonly projectId?: string },
    options?: { readonly visibility?: readonly Visibility[]; readonly limit?: number; readonly afterSeq?: number },
  ) => Promise<readonly JournalEntry[]>
  /** One entry by its id; null when there is none. */
  readonly entry: (db: Database, entryId: string) => Promise<JournalEntry | null>
  readonly personalOf: (db: Database, entryId: string) => Promise<Readonly<Record<string, JsonValue>> | null>
}

// ---------------------------------------------------------------------------------------------- unit of work

/** A deadline or other moment at which a capability wants to be woken; unique by (kind, subject, rung). */
export interface TimerKey {
  readonly kind: string
  readonly subjectId: string
  readonly rung: string
}
export interface TimerRow extends TimerKey {
  readonly dueAt: Instant
  readonly payload: JsonValue
}
/** What shall be open of a kind and subject from now on. */
export interface TimerSet {
  readonly kind: string
  readonly subjectId: string
  readonly timers: readonly Omit<TimerRow, 'kind' | 'subjectId'>[]
}
export interface Timers {
  /** Sets or moves a timer that has not fired. A fired timer stays fired. */
  readonly set: (timer: TimerRow) => Promise<void>
  readonly cancel: (key: TimerKey) => Promise<void>
  /** Sets exactly these timers and cancels every other open one of their kinds and subjects, in one statement. */
  readonly replace: (sets: readonly TimerSet[]) => Promise<void>
  /** Cancels every open timer of a kind and subject. */
  readonly cancelAll: (kind: string, subjectId: string) => Promise<void>
}

/** One transaction: state and journal entries become true together or not at all. */
export interface Unit {
  readonly db: DatabaseTransaction
  /** Read once when the transaction began; never earlier than anything recorded before. */
  readonly now: Instant
  readonly today: LocalDate
  readonly actor: Actor
  readonly traceId: string
  readonly newId: <K extends string>() => Id<K>
  /** Writes the entry; gives its id, for rows that point at what made or ended them. */
  readonly record: <P>(kind: EventKind<P>, recording: Recording<P>) => Promise<string>
  /** Puts a job into the queue in this transaction: it runs only if the transaction commits. */
  readonly enqueue: <I>(job: JobKind<I>, input: I) => Promise<string>
  readonly timers: Timers
}

// ---------------------------------------------------------------------------------------------- jobs

/** Heavy or outside work: runs after the commit, retried, with dead letters. */
export interface JobKind<I> {
  readonly name: string
  readonly input: z.ZodType<I>
  readonly retryLimit?: number
}
export interface JobHandler<I = unknown> {
  readonly job: JobKind<I>
  readonly handle: (platform: Platform, input: I, progress: JobProgress) => Promise<JsonValue | undefined>
}
export interface JobProgress {
  readonly report: (done: number, total: number) => Promise<void>
  readonly signal: AbortSignal
}
export const jobHandler = <I>(job: JobKind<I>, handle: JobHandler<I>['handle']): JobHandler =>
  ({ job, handle }) as unknown as JobHandler

// ---------------------------------------------------------------------------------------------- files

export type ScanState = 'unscanned' | 'clean' | 'infected'
export interface StoredFile {
  /** SHA-256 of the content, hex: its address. */
  readonly sha256: string
  readonly sizeBytes: number
  /** Sniffed from the content, not taken from the sender. */
  readonly mediaType: string
  readonly scan: ScanState
}
export interface Upload extends StoredFile {
  readonly uploadId: string
  readonly fileName: string
  readonly uploadedBy: string | null
}
export interface Files {
  /** Stores bytes that the product made itself (a certificate). Never called inside a transaction. */
  readonly put: (content: Uint8Array, mediaType: string) => Promise<StoredFile>
  readonly read: (sha256: string) => Promise<Uint8Array>
  readonly open: (sha256: string) => Promise<NodeJS.ReadableStream>
  /** Gives a finished upload, or null; the caller checks who uploaded it. */
  readonly upload: (db: Database, uploadId: string) => Promise<Upload | null>
}

// ---------------------------------------------------------------------------------------------- platform

export interface Log {
  readonly debug: (facts: Record<string, unknown>, message: string) => void
  readonly info: (facts: Record<string, unknown>, message: string) => void
  readonly warn: (facts: Record<string, unknown>, message: string) => void
  readonly error: (facts: Record<string, unknown>, message: string) => void
}

export interface Platform {
  readonly config: PublicConfig
  readonly clock: Clock
  readonly log: Log
  readonly db: Database
  readonly journal: JournalReader
  readonly files: Files
  /** Runs work in one transaction; retries it on serialization failures and deadlocks only. */
  readonly transact: <T>(actor: Actor, work: (unit: Unit) => Promise<T>, options?: { traceId?: string }) => Promise<T>
  /** Random text for tokens and public verification numbers (URL-safe). */
  readonly randomToken: (bytes: number) => string
  readonly newId: <K extends string>() => Id<K>
}
/** What capabilities may know of the configuration. */
export interface PublicConfig {
  /** Where people reach this server, without a slash at the end; used in QR codes. */
  readonly publicUrl: string
  readonly jurisdictionCode: string
  /** Folder with the reviewed reference data. */
  readonly dataFolder: string
  readonly demo: boolean
}

// ---------------------------------------------------------------------------------------------- capability

/** What a handler knows of the call besides its input. */
export interface Call {
  readonly actor: Actor
  readonly traceId: string
  readonly language: Language
  readonly ipAddress: string
  /** Present on idempotent endpoints. */
  readonly idempotencyKey?: string
}
/** A document instead of JSON. */
export interface FileReply {
  readonly fileName: string
  readonly content: Uint8Array | NodeJS.ReadableStream
  readonly inline?: boolean
}

export interface Route {
  readonly endpoint: Endpoint
  readonly handle: (call: Call, input: { params: unknown; query: unknown; body: unknown }) => Promise<unknown>
}
/** Binds an endpoint to its handler, with the types of its shapes. */
export const route = <P, Q, B, R>(
  endpoint: Endpoint<P, Q, B, R>,
  handle: (call: Call, input: { params: P; query: Q; body: B }) => Promise<R | FileReply>,
): Route => ({ endpoint: endpoint as Endpoint, handle: handle as Route['handle'] })

/** A public page, rendered on the server; it works without JavaScript. */
export interface PageView {
  readonly title: string
  readonly description?: string
  readonly body: ReactElement
  /** 200 where absent. */
  readonly status?: number
  /** Names of enhancement scripts of `src/site/enhance/` to load ('map', 'proof'). */
  readonly scripts?: readonly string[]
  /** Seconds for shared caches; 0 = private. Default 60 for GET without session. */
  readonly cacheSeconds?: number
  /** Answer with a redirect instead. */
  readonly redirect?: string
}
export interface PageRequest extends Call {
  readonly path: string
  readonly params: Readonly<Record<string, string>>
  /** Query of GET; repeated names give the last value in `query`, all in `queryAll`. */
  readonly query: Readonly<Record<string, string>>
  readonly queryAll: Readonly<Record<string, readonly string[]>>
  /** Body of a POST form (application/x-www-form-urlencoded), CSRF-checked. */
  readonly form: Readonly<Record<string, string>>
}
export interface SitePage {
  readonly method?: 'GET' | 'POST'
  readonly path: string
  readonly render: (request: PageRequest) => Promise<PageView>
}

/** What a capability does on the events of others (and its own), in the order of `seq`, exactly once in effect. */
export interface Reaction {
  /** Unique and stable: the name of its cursor, '<capability>.<what>'. */
  readonly listener: string
  readonly kinds: readonly string[]
  readonly react: (unit: Unit, entry: JournalEntry) => Promise<void>
}
/** What a capability does when a timer of a kind comes due. `late` is true when it fires well after its time. */
export interface TimerHandler {
  readonly kind: string
  readonly fire: (unit: Unit, timer: TimerRow & { readonly late: boolean }) => Promise<void>
}

export interface Capability {
  readonly name: string
  /** Folder of `.sql` migrations, as a file URL of the source module: `new URL('./migrations/', import.meta.url)`. */
  readonly migrations?: URL
  readonly events?: readonly EventKind[]
  readonly routes?: readonly Route[]
  readonly pages?: readonly SitePage[]
  readonly reactions?: readonly Reaction[]
  readonly timers?: readonly TimerHandler[]
  readonly jobs?: readonly JobHandler[]
  /** Runs after migrations and before the first request: loads reference data. Must be safe to repeat. */
  readonly prepare?: () => Promise<void>
}
