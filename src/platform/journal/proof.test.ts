import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { type TestPlatform, testPlatform } from '../../../tests/support/platform.ts'
import { bytesOfHex, hexOf, textOf } from '../../engines/merkle/bytes.ts'
import { leafHashOf } from '../../engines/merkle/entry-leaf.ts'
import { openNote, parseCheckpoint, parseVerifierKey } from '../../engines/merkle/note.ts'
import { hashesOfTile } from '../../engines/merkle/tiles.ts'
import { rootOf } from '../../engines/merkle/tree.ts'
import { verifyConsistency, verifyInclusion } from '../../engines/merkle/verify.ts'
import { system } from '../../kernel/actor.ts'
import { defineEvent } from '../../kernel/event.ts'
import { isRefused } from '../../kernel/refusal.ts'
import type { Call, FileReply, Route } from '../platform.ts'
import { signCheckpoint } from './checkpoint.ts'
import { type LogKey, openLogKey, verifyEd25519 } from './log-key.ts'
import { createProofs, type InclusionEvidence, type JournalProofs } from './proof.ts'
import { journalRoutes } from './routes.ts'

const published = defineEvent({
  kind: 'test.published',
  version: 1,
  visibility: 'public',
  payload: z.object({ text: z.string() }),
  sentence: '{text}',
})
const actor = system('test')
const ORIGIN = 'mingzhu.test/journal'

let it: TestPlatform
let keys: string
let logKey: LogKey
let proofs: JournalProofs
beforeAll(async () => {
  it = await testPlatform()
  keys = mkdtempSync(path.join(tmpdir(), 'log-key-'))
  logKey = openLogKey(keys, ORIGIN)
  proofs = createProofs({ pool: it.pool, clock: it.clock, logKey })
})
afterAll(async () => {
  rmSync(keys, { recursive: true })
  await it.close()
})

const say = (count: number, visibility: 'public' | 'internal' = 'public', text = '公告') =>
  it.platform.transact(actor, async (unit) => {
    for (let n = 0; n < count; n += 1)
      await unit.record(published, {
        subject: { kind: 'notice', id: `${text}-${n}` },
        payload: { text },
        personal: { author: '张三' },
        visibility,
      })
  })
const newestId = async (): Promise<string> =>
  (await it.pool.query('select id from journal.entry order by ordinal desc limit 1')).rows[0]?.id
const codeOf = async (work: Promise<unknown>): Promise<string> => {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  )
  return isRefused(error) ? error.refusal.code : String(error)
}

/** What a distrustful visitor does with a proof: nothing of it is believed but the verifier key. */
const check = async (evidence: InclusionEvidence, verifierKey: string): Promise<boolean> => {
  const key = parseVerifierKey(verifierKey)
  const text = key === null ? null : await openNote(evidence.checkpoint, key, verifyEd25519)
  const checkpoint = text === null ? null : parseCheckpoint(text)
  if (checkpoint === null || checkpoint.origin !== ORIGIN) return false
  return verifyInclusion({
    index: evidence.seq - 1,
    size: checkpoint.size,
    root: checkpoint.root,
    leafHash: leafHashOf(evidence.entry),
    proof: evidence.proof.map(bytesOfHex),
  })
}

describe('the key of the journal', () => {
  test('is made once, read again, and readable by its owner alone', () => {
    expect(openLogKey(keys, ORIGIN).verifierKey).toBe(logKey.verifierKey)
    expect(statSync(path.join(keys, 'journal-signing-key.pem')).mode & 0o777).toBe(0o600)
  })
})

describe('a proof of inclusion', () => {
  test('of every public entry verifies while the journal grows past one and two tiles', async () => {
    for (const count of [1, 1, 254, 1, 300]) {
      await say(count)
      await it.seal()
      const { rows } = await it.pool.query<{ id: string }>('select entry_id as id from journal.seal order by seq')
      for (let at = 0; at < rows.length; at += at < 3 || at > rows.length - 4 ? 1 : 37)
        expect(await check(await proofs.inclusion(rows[at]?.id ?? ''), logKey.verifierKey)).toBe(true)
    }
  })

  test('does not verify when the entry was altered, nor under another key', async () => {
    const evidence = await proofs.inclusion(await newestId())
    const altered = { ...evidence, entry: { ...evidence.entry, payload: { text: '公告!' } } }
    expect(await check(altered, logKey.verifierKey)).toBe(false)
    const folder = mkdtempSync(path.join(tmpdir(), 'other-key-'))
    expect(await check(evidence, openLogKey(folder, ORIGIN).verifierKey)).toBe(false)
    rmSync(folder, { recursive: true })
  })

  test('holds no personal data, and still verifies after they were erased', async () => {
    const id = await newestId()
    const before = JSON.stringify(await proofs.inclusion(id))
    expect(before).not.toContain('张三')
    await it.pool.query('update journal.personal set salt = null, data = null, erased_at = now() where entry_id = $1', [
      id,
    ])
    expect(await check(await proofs.inclusion(id), logKey.verifierKey)).toBe(true)
  })

  test('is refused for an internal entry as if there were none, and for one not sealed yet', async () => {
    await say(1, 'internal', '内部意见')
    await it.seal()
    expect(await codeOf(proofs.inclusion(await newestId()))).toBe('journal.no-public-entry')
    expect(await codeOf(proofs.inclusion('0198c0de-0000-7000-8000-000000000001'))).toBe('journal.no-public-entry')
    await say(1)
    expect(await codeOf(proofs.inclusion(await newestId()))).toBe('journal.not-sealed-yet')
    await it.seal()
  })

  test('exposes an entry that was altered behind the journal’s back', async () => {
    await say(1)
    await it.seal()
    const id = await newestId()
    const client = await it.pool.connect()
    await client.query('begin')
    await client.query("set local session_replication_role = 'replica'")
    await client.query('update journal.entry set payload = \'{"text": "forged"}\' where id = $1', [id])
    await client.query('commit')
    client.release()
    expect(await check(await proofs.inclusion(id), logKey.verifierKey)).toBe(false)
  })
})

describe('checkpoints', () => {
  test('are consistent with every later one', async () => {
    const roots: { size: number; root: Uint8Array }[] = []
    for (const count of [3, 1, 250, 7]) {
      await say(count)
      await it.seal()
      const { rows } = await it.pool.query<{ size: number }>('select size from journal.tree')
      roots.push(await proofs.checkpoint(rows[0]?.size ?? 0))
    }
    for (const { size, root } of roots) {
      const evidence = await proofs.consistency(size)
      const last = parseCheckpoint((await openNote(evidence.checkpoint, logKey.key, verifyEd25519)) ?? '')
      expect(last?.size).toBe(roots.at(-1)?.size)
      const claim = { earlierSize: size, earlierRoot: root, size: evidence.size, root: last?.root ?? root }
      expect(await verifyConsistency({ ...claim, proof: evidence.proof.map(bytesOfHex) })).toBe(true)
    }
    expect(await codeOf(proofs.consistency(0))).toBe('journal.no-such-size')
    expect(await codeOf(proofs.consistency(1_000_000))).toBe('journal.no-such-size')
  })

  test('are not signed by a process with another key', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'other-key-'))
    const client = await it.pool.connect()
    await expect(signCheckpoint(client, openLogKey(folder, ORIGIN), it.clock())).rejects.toThrow(/由密钥 .* 签名/)
    client.release()
    rmSync(folder, { recursive: true })
  })
})

describe('what everybody may fetch', () => {
  const call = { actor: { kind: 'anonymous' }, traceId: '', language: 'zh', ipAddress: '' } satisfies Call
  const fetch = async (id: string, params: unknown = {}, query: unknown = {}): Promise<unknown> => {
    const found = journalRoutes(proofs).find((route: Route) => route.endpoint.id === id)
    if (found === undefined) throw new Error(`no route ${id}`)
    return found.handle(call, { params, query, body: undefined })
  }
  const bytesOf = async (id: string, params?: unknown): Promise<Uint8Array> =>
    ((await fetch(id, params)) as FileReply).content as Uint8Array

  test('is enough to compute the root of the checkpoint from tiles alone', async () => {
    const verifierKey = parseVerifierKey(textOf(await bytesOf('journal.key')).trim())
    if (verifierKey === null) throw new Error('no key')
    const text = await openNote(textOf(await bytesOf('journal.checkpoint')), verifierKey, verifyEd25519)
    const checkpoint = parseCheckpoint(text ?? '')
    const size = checkpoint?.size ?? 0
    expect(size).toBeGreaterThan(512)
    const leaves: Uint8Array[] = []
    for (let index = 0; index * 256 < size; index += 1) {
      const width = Math.min(256, size - index * 256)
      const name = `${String(index).padStart(3, '0')}${width === 256 ? '' : `.p/${width}`}`
      leaves.push(...hashesOfTile(await bytesOf('journal.tile', { '*': `0/${name}` })))
    }
    expect(hexOf(rootOf(leaves))).toBe(hexOf(checkpoint?.root ?? new Uint8Array()))
    const above = hashesOfTile(await bytesOf('journal.tile', { '*': `1/000.p/${Math.floor(size / 256)}` }))
    expect(above.map(hexOf)).toEqual(above.map((_, at) => hexOf(rootOf(leaves.slice(at * 256, (at + 1) * 256)))))
  })

  test('has no tiles beyond the tree, no entry bundles, and no other ways to write a path', async () => {
    for (const wrong of ['0/999', '1/000', '5/000.p/1', 'entries/000', '../key', '0/000.p/256', '0/0'])
      expect(await codeOf(fetch('journal.tile', { '*': wrong }))).toBe('journal.no-such-tile')
  })

  test('gives proofs in the shape of the contract', async () => {
    await say(1)
    await it.seal()
    const id = await newestId()
    const reply = await fetch('journal.proof', { entryId: id })
    const found = journalRoutes(proofs).find((route) => route.endpoint.id === 'journal.proof')
    expect(found?.endpoint.reply.parse(reply)).toEqual(reply)
    expect(await codeOf(fetch('journal.proof', { entryId: 'x' }))).toBe('journal.no-public-entry')
    expect(await fetch('journal.consistency', {}, { from: 2 })).toMatchObject({ earlierSize: 2 })
  })
})
