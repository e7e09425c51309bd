/** Proofs of the journal for everybody: checkpoints, tiles, proofs of inclusion and of consistency. */
import type { Pool } from 'pg'
import { concat, hexOf } from '../../engines/merkle/bytes.ts'
import { type LeafEntry, leafHashOf } from '../../engines/merkle/entry-leaf.ts'
import { consistencyProof, inclusionProof, type NodeAt } from '../../engines/merkle/proof.ts'
import { foldHashes, hashesAtLevel, parseTilePath, placeOfNode, TILE_WIDTH } from '../../engines/merkle/tiles.ts'
import { defineRefusal } from '../../kernel/refusal.ts'
import type { Clock } from '../../kernel/time.ts'
import { ForeignLogKey, type SignedCheckpoint, signCheckpoint } from './checkpoint.ts'
import type { LogKey } from './log-key.ts'
import { type EntryRow, leafEntryOfRow } from './reader.ts'
import { nodeSha256 } from './seal.ts'

export const noPublicEntry = defineRefusal('missing', 'journal.no-public-entry', {
  zh: '没有这条公开记录,请核对记录编号',
  en: 'There is no public entry of this id; check it',
})
export const notSealedYet = defineRefusal('unavailable', 'journal.not-sealed-yet', {
  zh: '该记录刚刚写入,正在封存,请几秒后再试',
  en: 'The entry was just recorded and is being sealed; try again in a few seconds',
})
export const foreignKey = defineRefusal('unavailable', 'journal.foreign-key', {
  zh: '本机的日志签名密钥与日志不符,暂时不能出具证明。请管理员从备份恢复 journal-signing-key.pem 后重启',
  en: 'This server has not the key that signs the journal: an administrator must restore journal-signing-key.pem and restart',
})
export const noSuchTile = defineRefusal('missing', 'journal.no-such-tile', {
  zh: '没有这个日志分片,请核对路径',
  en: 'There is no such tile; check its path',
})
export const noSuchSize = defineRefusal('invalid', 'journal.no-such-size', {
  zh: '日志现有 {size} 条记录,请填写 1 到 {size} 之间的大小',
  en: 'The journal has {size} entries; give a size from 1 to {size}',
})

/** All that is needed to check one entry without trusting this server. Hashes are hexadecimal. */
export interface InclusionEvidence {
  readonly seq: number
  /** What the leaf is made of: `leafOf(entry)` gives its bytes. */
  readonly entry: LeafEntry
  readonly leafHash: string
  readonly size: number
  readonly root: string
  readonly proof: readonly string[]
  /** Signed note over size and root. */
  readonly checkpoint: string
  readonly verifierKey: string
}
export interface ConsistencyEvidence {
  readonly earlierSize: number
  readonly size: number
  readonly proof: readonly string[]
  readonly checkpoint: string
}

/** Proofs of many entries under one checkpoint. */
export interface ProofBundle {
  readonly size: number
  readonly root: string
  readonly checkpoint: string
  readonly verifierKey: string
  readonly entries: readonly {
    readonly seq: number
    readonly entry: LeafEntry
    readonly leafHash: string
    readonly proof: readonly string[]
  }[]
}
export interface JournalProofs {
  /**
   * Proofs of entries of any visibility, for those who may read them anyway: the caller has made sure. They stand under the
   * oldest checkpoint that covers them all, so that the same entries give the same proofs. Throws `notSealedYet`.
   */
  readonly bundle: (entryIds: readonly string[]) => Promise<ProofBundle>
  /** The newest checkpoint; signs one when there is none or when `atLeast` entries must be covered. */
  readonly checkpoint: (atLeast?: number) => Promise<SignedCheckpoint>
  /** Throws the refusals `noPublicEntry` and `notSealedYet`. */
  readonly inclusion: (entryId: string) => Promise<InclusionEvidence>
  /** From an earlier size to the newest checkpoint. Throws the refusal `noSuchSize`. */
  readonly consistency: (earlierSize: number) => Promise<ConsistencyEvidence>
  /** Bytes of a tile by its path ('tile/0/000.p/3'). Throws the refusal `noSuchTile`. */
  readonly tile: (path: string) => Promise<Uint8Array>
  readonly verifierKey: string
}

export interface ProofParts {
  readonly pool: Pool
  readonly clock: Clock
  readonly logKey: LogKey
}

export const createProofs = ({ pool, clock, logKey }: ProofParts): JournalProofs => {
  /** Hashes of a level of tiles, counted from the start of the level. Rows never change, so any size may read them. */
  const hashes = async (level: number, from: number, count: number): Promise<readonly Uint8Array[]> => {
    const { rows } =
      level === 0
        ? await pool.query<{ hash: Buffer }>(
            'select leaf_hash as hash from journal.seal where seq > $1 and seq <= $2 order by seq',
            [from, from + count],
          )
        : await pool.query<{ hash: Buffer }>(
            'select hash from journal.tree_node where level = $1 and index >= $2 and index < $3 order by index',
            [level, from, from + count],
          )
    if (rows.length !== count) throw new Error(`the journal lacks hashes of level ${level} from ${from}: restore it`)
    return rows.map((row) => row.hash)
  }

  /** Reads nodes, each tile once for one proof. */
  const nodeReader = (size: number): NodeAt => {
    const tiles = new Map<string, Promise<readonly Uint8Array[]>>()
    return async (level, index) => {
      const place = placeOfNode(level, index)
      const key = `${place.tileLevel}/${place.tileIndex}`
      const first = place.tileIndex * TILE_WIDTH
      const width = Math.min(TILE_WIDTH, hashesAtLevel(place.tileLevel, size) - first)
      const tile = tiles.get(key) ?? hashes(place.tileLevel, first, width)
      tiles.set(key, tile)
      return foldHashes((await tile).slice(place.from, place.from + place.count), nodeSha256)
    }
  }

  const newest = async (): Promise<SignedCheckpoint | null> => {
    const { rows } = await pool.query<{ size: number; root: Buffer; note: string }>(
      'select size, root, note from journal.checkpoint order by size desc limit 1',
    )
    const [row] = rows
    return row === undefined ? null : { size: row.size, root: new Uint8Array(row.root), note: row.note }
  }

  const checkpoint: JournalProofs['checkpoint'] = async (atLeast = 0) => {
    const found = await newest()
    if (found !== null && found.size >= atLeast) return found
    const client = await pool.connect()
    try {
      return await signCheckpoint(client, logKey, clock())
    } catch (error) {
      throw error instanceof ForeignLogKey ? foreignKey() : error
    } finally {
      client.release()
    }
  }

  return {
    verifierKey: logKey.verifierKey,
    checkpoint,
    inclusion: async (entryId) => {
      const { rows } = await pool.query<EntryRow & { seq: number | null }>(
        `select e.id, e.kind, e.version, e.subject_kind, e.subject_id, e.project_id, e.actor, e.on_behalf_of, e.actor_salt, e.occurred_at,
           e.recorded_at, e.visibility, e.payload, e.personal_digest, s.seq
         from journal.entry e left join journal.seal s on s.entry_id = e.id
         where e.id = $1 and e.visibility = 'public'`,
        [entryId],
      )
      const [row] = rows
      if (row === undefined) throw noPublicEntry()
      if (row.seq === null) throw notSealedYet()
      const { size, root, note } = await checkpoint(row.seq)
      const entry = leafEntryOfRow(row)
      const path = await inclusionProof(row.seq - 1, size, nodeReader(size), nodeSha256)
      return {
        seq: row.seq,
        entry,
        leafHash: hexOf(leafHashOf(entry, nodeSha256)),
        size,
        root: hexOf(root),
        proof: path.map(hexOf),
        checkpoint: note,
        verifierKey: logKey.verifierKey,
      }
    },
    bundle: async (entryIds) => {
      const { rows } = await pool.query<EntryRow & { seq: number | null }>(
        `select e.id, e.kind, e.version, e.subject_kind, e.subject_id, e.project_id, e.actor, e.on_behalf_of, e.actor_salt, e.occurred_at,
           e.recorded_at, e.visibility, e.payload, e.personal_digest, s.seq
         from journal.entry e left join journal.seal s on s.entry_id = e.id
         where e.id = any($1::uuid[]) order by s.seq`,
        [[...entryIds]],
      )
      const sealed = rows.map((row) => {
        if (row.seq === null) throw notSealedYet()
        return { seq: row.seq, entry: leafEntryOfRow(row) }
      })
      const last = sealed.at(-1)?.seq ?? 0
      await checkpoint(last)
      const covering = await pool.query<{ size: number; root: Buffer; note: string }>(
        'select size, root, note from journal.checkpoint where size >= $1 order by size limit 1',
        [Math.max(last, 1)],
      )
      const [found] = covering.rows
      if (found === undefined) throw notSealedYet()
      const nodes = nodeReader(found.size)
      const entries: ProofBundle['entries'][number][] = []
      for (const { seq, entry } of sealed) {
        const path = await inclusionProof(seq - 1, found.size, nodes, nodeSha256)
        entries.push({ seq, entry, leafHash: hexOf(leafHashOf(entry, nodeSha256)), proof: path.map(hexOf) })
      }
      return {
        size: found.size,
        root: hexOf(new Uint8Array(found.root)),
        checkpoint: found.note,
        verifierKey: logKey.verifierKey,
        entries,
      }
    },
    consistency: async (earlierSize) => {
      const { size, note } = await checkpoint()
      if (!Number.isSafeInteger(earlierSize) || earlierSize < 1 || earlierSize > size) throw noSuchSize({ size })
      const path = await consistencyProof(earlierSize, size, nodeReader(size), nodeSha256)
      return { earlierSize, size, proof: path.map(hexOf), checkpoint: note }
    },
    tile: async (path) => {
      const wanted = parseTilePath(path)
      if (wanted === null) throw noSuchTile()
      const { size } = await checkpoint()
      const first = wanted.index * TILE_WIDTH
      if (first + wanted.width > hashesAtLevel(wanted.level, size)) throw noSuchTile()
      return concat(...(await hashes(wanted.level, first, wanted.width)))
    },
  }
}
