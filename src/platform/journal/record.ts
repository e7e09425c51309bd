/** Writes entries of the journal in the transaction that makes them true. They get their place in the order later. */
import { createHash, randomBytes } from 'node:crypto'
import { concat, utf8 } from '../../engines/merkle/bytes.ts'
import { canonicalJson } from '../../engines/merkle/canonical.ts'
import type { Actor } from '../../kernel/actor.ts'
import type { EventKind } from '../../kernel/event.ts'
import type { Instant } from '../../kernel/time.ts'
import { newId } from '../identity.ts'
import type { DatabaseTransaction, JsonValue, Recording } from '../platform.ts'
import type { JournalTables } from './tables.ts'

/** Names an actor as the journal does: 'person:<id>', 'system:<name>' or 'anonymous'. */
export const actorName = (actor: Actor): string => {
  switch (actor.kind) {
    case 'person':
      return `person:${actor.personId}`
    case 'system':
      return `system:${actor.name}`
    case 'anonymous':
      return 'anonymous'
  }
}

/** The person for whom somebody acts: known when all roles that the actor holds here were delegated by one person. */
const principalOf = (actor: Actor): string | null => {
  if (actor.kind !== 'person') return null
  const [first, ...others] = new Set(actor.roles.map((held) => held.onBehalfOf))
  return first !== undefined && others.length === 0 ? `person:${first}` : null
}

const SALT_BYTES = 16

export interface RecordContext {
  readonly now: Instant
  readonly actor: Actor
  readonly traceId: string
}

/**
 * Inserts an entry and, apart from it, its personal data; gives the id of the entry. Throws a ZodError when the payload does not fit the kind, and a
 * RangeError when the entry says that it happened later than it was recorded.
 */
export const recordEntry = async <P>(
  db: DatabaseTransaction,
  context: RecordContext,
  kind: EventKind<P>,
  recording: Recording<P>,
): Promise<string> => {
  const occurredAt = recording.occurredAt ?? context.now
  if (occurredAt > context.now)
    throw new RangeError(`${kind.kind}: occurred at ${occurredAt}, which is later than now, ${context.now}`)
  const payload = canonicalJson(kind.payload.parse(recording.payload))
  const tables = db.withTables<JournalTables>()
  const id = newId()
  const salt = recording.personal === undefined ? null : randomBytes(SALT_BYTES)
  const personal = recording.personal === undefined ? null : canonicalJson(recording.personal)
  const digest =
    salt === null || personal === null
      ? null
      : createHash('sha256')
          .update(concat(salt, utf8(personal)))
          .digest()
  await tables
    .insertInto('journal.entry')
    .values({
      id,
      kind: kind.kind,
      version: kind.version,
      subject_kind: recording.subject.kind,
      subject_id: recording.subject.id,
      project_id: recording.projectId ?? null,
      actor: actorName(context.actor),
      on_behalf_of: principalOf(context.actor),
      actor_salt: context.actor.kind === 'person' ? randomBytes(SALT_BYTES) : null,
      occurred_at: occurredAt,
      recorded_at: context.now,
      visibility: recording.visibility ?? kind.visibility,
      payload: payload as JsonValue,
      personal_digest: digest,
      trace_id: context.traceId,
    })
    .execute()
  if (salt !== null && personal !== null)
    await tables
      .insertInto('journal.personal')
      .values({ entry_id: id, salt, data: personal as unknown as Record<string, JsonValue>, erased_at: null })
      .execute()
  return id
}

/**
 * Erases the personal data of an entry together with its salt. The chain stays whole: the entry keeps a digest that no
 * longer says anything. Gives false when there was nothing left to erase.
 */
export const erasePersonal = async (db: DatabaseTransaction, entryId: string, at: Instant): Promise<boolean> => {
  const erased = await db
    .withTables<JournalTables>()
    .updateTable('journal.personal')
    .set({ salt: null, data: null, erased_at: at })
    .where('entry_id', '=', entryId)
    .where('erased_at', 'is', null)
    .executeTakeFirst()
  return erased.numUpdatedRows > 0n
}
