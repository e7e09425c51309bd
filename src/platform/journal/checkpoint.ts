/** Signed checkpoints of the tree (C2SP tlog-checkpoint): any process that has the key may sign one. */
import type { ClientBase } from 'pg'
import { checkpointText, signNote } from '../../engines/merkle/note.ts'
import type { Instant } from '../../kernel/time.ts'
import type { LogKey } from './log-key.ts'
import { lockTree } from './seal.ts'

export interface SignedCheckpoint {
  readonly size: number
  readonly root: Uint8Array
  /** The signed note. */
  readonly note: string
}

/** The journal was signed by another key before; signing on with this one would break every proof that people keep. */
export class ForeignLogKey extends Error {
  override readonly name = 'ForeignLogKey'
}

/**
 * Signs the tree as it stands, unless a checkpoint of its size exists, and gives the newest checkpoint. The first signer
 * fixes the key of the log for good. Throws `ForeignLogKey` when the log has another key.
 */
export const signCheckpoint = async (client: ClientBase, key: LogKey, now: Instant): Promise<SignedCheckpoint> => {
  await client.query('begin')
  try {
    const { frontier, root, verifierKey } = await lockTree(client)
    if (verifierKey === null) await client.query('update journal.tree set verifier_key = $1', [key.verifierKey])
    else if (verifierKey !== key.verifierKey)
      throw new ForeignLogKey(
        `日志由密钥 ${verifierKey} 签名,与本机密钥不同,请从备份恢复 journal-signing-key.pem 并保持 origin 不变 / the journal is signed by another key: restore its key file`,
      )
    const { rows } = await client.query<{ note: string }>('select note from journal.checkpoint where size = $1', [
      frontier.size,
    ])
    let note = rows[0]?.note
    if (note === undefined) {
      note = await signNote(checkpointText({ origin: key.origin, size: frontier.size, root }), key.key, key.sign)
      await client.query('insert into journal.checkpoint (size, root, note, signed_at) values ($1, $2, $3, $4)', [
        frontier.size,
        root,
        note,
        now,
      ])
    }
    await client.query('commit')
    return { size: frontier.size, root: new Uint8Array(root), note }
  } catch (error) {
    await client.query('rollback').catch(() => undefined)
    throw error
  }
}
