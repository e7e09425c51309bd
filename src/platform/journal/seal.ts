/**
 * One step of sealing: committed entries that wait get a gapless place in the order and become leaves of the tree.
 * Everything in one transaction under the lock of the tree's row: a crash leaves either all of it or nothing.
 */
import { createHash } from 'node:crypto'
import type { ClientBase } from 'pg'
import { leafHashOf } from '../../engines/merkle/entry-leaf.ts'
import { append, type Frontier, frontierRoot, packFrontier, unpackFrontier } from '../../engines/merkle/tree.ts'
import type { Instant } from '../../kernel/time.ts'
import { type EntryRow, leafEntryOfRow } from './reader.ts'

/** Entries sealed in one transaction at most. */
export const SEAL_BATCH = 1_000
/** Channel on which the newest `seq` is announced after each seal. */
export const SEALED_CHANNEL = 'journal_sealed'
const TILE_HEIGHT = 8

export const nodeSha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest()

export interface TreeState {
  readonly frontier: Frontier
  readonly root: Uint8Array
  readonly verifierKey: string | null
}

/** Reads the tree and locks it until the transaction ends. */
export const lockTree = async (client: ClientBase): Promise<TreeState> => {
  const { rows } = await client.query<{ size: number; root: Buffer; frontier: Buffer; verifier_key: string | null }>(
    'select size, root, frontier, verifier_key from journal.tree for update',
  )
  const [row] = rows
  if (row === undefined) throw new Error('journal.tree has no row: the journal was damaged; restore it from a backup')
  return { frontier: unpackFrontier(row.size, row.frontier), root: row.root, verifierKey: row.verifier_key }
}

type WaitingRow = EntryRow & { readonly ordinal: number }

const waiting = async (client: ClientBase, limit: number): Promise<readonly WaitingRow[]> => {
  const { rows } = await client.query<WaitingRow>({
    name: 'journal-waiting',
    text: `select u.ordinal, e.id, e.kind, e.version, e.subject_kind, e.subject_id, e.project_id, e.actor, e.on_behalf_of, e.actor_salt,
             e.occurred_at, e.recorded_at, e.visibility, e.payload, e.personal_digest
           from (select ordinal, entry_id from journal.unsealed order by ordinal limit $1) u
           join journal.entry e on e.id = u.entry_id
           order by u.ordinal`,
    values: [limit],
  })
  return rows
}

export interface Sealed {
  readonly count: number
  /** Newest `seq` after the step. */
  readonly size: number
}

/** Whether anything waits; one look at an index. */
export const anythingWaits = async (client: ClientBase): Promise<boolean> => {
  const { rowCount } = await client.query({
    name: 'journal-any-waiting',
    // In order of the key: a scan of the table would wade through rows that were emptied and not yet vacuumed.
    text: 'select from journal.unsealed order by ordinal limit 1',
  })
  return rowCount === 1
}

/** Seals at most `limit` waiting entries in a transaction of its own on this connection. */
export const sealOnce = async (client: ClientBase, now: Instant, limit = SEAL_BATCH): Promise<Sealed> => {
  await client.query('begin')
  try {
    const { frontier } = await lockTree(client)
    const rows = await waiting(client, limit)
    if (rows.length === 0) {
      await client.query('commit')
      return { count: 0, size: frontier.size }
    }
    const leaves = rows.map((row) => leafHashOf(leafEntryOfRow(row), nodeSha256))
    const nodes: { level: number; index: number; hash: Uint8Array }[] = []
    const grown = append(frontier, leaves, {
      sha256: nodeSha256,
      onComplete: (level, index, hash) => {
        if (level > 0 && level % TILE_HEIGHT === 0) nodes.push({ level: level / TILE_HEIGHT, index, hash })
      },
    })
    await client.query({
      name: 'journal-seal',
      text: `insert into journal.seal (seq, entry_id, kind, leaf_hash, sealed_at)
             select * from unnest($1::bigint[], $2::uuid[], $3::text[], $4::bytea[], array_fill($5::timestamptz, array[$6::int]))`,
      values: [
        rows.map((_, index) => frontier.size + 1 + index),
        rows.map((row) => row.id),
        rows.map((row) => row.kind),
        leaves,
        now,
        rows.length,
      ],
    })
    await client.query({
      name: 'journal-unqueue',
      text: 'delete from journal.unsealed where ordinal = any($1::bigint[])',
      values: [rows.map((row) => row.ordinal)],
    })
    if (nodes.length > 0)
      await client.query(
        'insert into journal.tree_node (level, index, hash) select * from unnest($1::int[], $2::bigint[], $3::bytea[])',
        [nodes.map((node) => node.level), nodes.map((node) => node.index), nodes.map((node) => node.hash)],
      )
    await client.query({
      name: 'journal-grow',
      text: 'update journal.tree set size = $1, root = $2, frontier = $3',
      values: [grown.size, Buffer.from(frontierRoot(grown, nodeSha256)), Buffer.from(packFrontier(grown))],
    })
    await client.query('select pg_notify($1, $2)', [SEALED_CHANNEL, String(grown.size)])
    await client.query('commit')
    return { count: rows.length, size: grown.size }
  } catch (error) {
    await client.query('rollback').catch(() => undefined)
    throw error
  }
}

/** Seals until nothing waits. */
export const sealAll = async (client: ClientBase, clock: () => Instant): Promise<Sealed> => {
  let count = 0
  for (;;) {
    const step = await sealOnce(client, clock())
    count += step.count
    if (step.count < SEAL_BATCH) return { count, size: step.size }
  }
}
