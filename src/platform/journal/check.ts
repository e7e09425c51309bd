/** Checks a journal as it stands: its leaves give the root of the tree and that of its newest checkpoint. */
import type { Pool } from 'pg'
import { equalBytes, hexOf } from '../../engines/merkle/bytes.ts'
import { append, emptyFrontier, type Frontier, frontierRoot } from '../../engines/merkle/tree.ts'
import { nodeSha256 } from './seal.ts'

export interface JournalState {
  readonly size: number
  /** Hexadecimal. */
  readonly root: string
  /** Size of the newest signed checkpoint; 0 = none was signed. */
  readonly checkpointSize: number
  /** Verifier key under which the journal is signed; null = not signed yet. */
  readonly verifierKey: string | null
}

const BATCH = 5_000

/** Throws an error that says what disagrees. */
export const checkJournal = async (pool: Pool): Promise<JournalState> => {
  const trees = await pool.query<{ size: number; root: Buffer; key: string | null }>(
    'select size, root, verifier_key as key from journal.tree',
  )
  const signed = await pool.query<{ size: number; root: Buffer }>(
    'select size, root from journal.checkpoint order by size desc limit 1',
  )
  const [tree] = trees.rows
  if (tree === undefined) throw new Error('日志没有树 / the journal has no tree')
  const checkpoint = signed.rows[0] ?? null
  let grown: Frontier = emptyFrontier
  const grow = async (to: number): Promise<void> => {
    while (grown.size < to) {
      const { rows } = await pool.query<{ hash: Buffer }>(
        'select leaf_hash as hash from journal.seal where seq > $1 and seq <= $2 order by seq',
        [grown.size, Math.min(to, grown.size + BATCH)],
      )
      if (rows.length === 0)
        throw new Error(`日志缺少第 ${grown.size + 1} 条 / the journal lacks entry ${grown.size + 1}`)
      grown = append(
        grown,
        rows.map((row) => row.hash),
        { sha256: nodeSha256 },
      )
    }
  }
  if (checkpoint !== null) {
    await grow(checkpoint.size)
    if (grown.size !== checkpoint.size || !equalBytes(frontierRoot(grown, nodeSha256), checkpoint.root))
      throw new Error(
        `日志与检查点 ${checkpoint.size} 不符 / the journal disagrees with its checkpoint ${checkpoint.size}`,
      )
  }
  await grow(tree.size)
  const root = frontierRoot(grown, nodeSha256)
  if (grown.size !== tree.size || !equalBytes(root, tree.root))
    throw new Error(`日志的根与记录不符 / the leaves of the journal do not give its root at ${tree.size}`)
  return { size: tree.size, root: hexOf(root), checkpointSize: checkpoint?.size ?? 0, verifierKey: tree.key }
}
