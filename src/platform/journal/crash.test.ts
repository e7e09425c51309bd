import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bytesOfHex, hexOf } from '../../engines/merkle/bytes.ts'
import { openNote, parseCheckpoint } from '../../engines/merkle/note.ts'
import { rootOf } from '../../engines/merkle/tree.ts'
import { verifyConsistency } from '../../engines/merkle/verify.ts'
import { systemClock } from '../clock.ts'
import { createPlatformCore, type PlatformCore } from '../core.ts'
import { openLogKey, verifyEd25519 } from './log-key.ts'

const support = fileURLToPath(new URL('../../../tests/support/', import.meta.url))
const ORIGIN = 'mingzhu.test/journal'
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

let folder: string
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'crash-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Recorder {
  readonly child: ChildProcess
  readonly acked: string[]
  readonly checkpoints: string[]
  readonly until: (count: number) => Promise<void>
  readonly kill: () => Promise<void>
}

const startRecorder = (): Recorder => {
  const child = spawn(
    process.execPath,
    [path.join(support, 'run-typescript.mjs'), path.join(support, 'recording-process.ts'), folder],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const acked: string[] = []
  const checkpoints: string[] = []
  let wake = (): void => {}
  let rest = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const [word, value = ''] = line.split(' ')
      if (word === 'ack') acked.push(value)
      if (word === 'checkpoint') checkpoints.push(Buffer.from(value, 'base64').toString())
    }
    wake()
  })
  const ended = new Promise<void>((done) => child.once('close', () => done()))
  return {
    child,
    acked,
    checkpoints,
    until: (count) =>
      new Promise((done, fail) => {
        wake = () => {
          if (acked.length >= count) done()
        }
        child.once('exit', () => fail(new Error('the process ended by itself')))
        wake()
      }),
    kill: async () => {
      child.kill('SIGKILL')
      await ended
    },
  }
}

/** Kills the server and all its backends at once, as a power cut of the process tree. */
const killServer = (): void => {
  const data = readdirSync(folder).find((name) => /^pg\d+$/.test(name)) ?? ''
  const postmaster = Number(readFileSync(path.join(folder, data, 'postmaster.pid'), 'utf8').split('\n')[0])
  const children = readdirSync('/proc').filter((name) => {
    if (!/^\d+$/.test(name)) return false
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
      return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === postmaster
    } catch {
      return false
    }
  })
  for (const pid of [postmaster, ...children.map(Number)]) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // a backend that ended meanwhile
    }
  }
}

const open = (): Promise<PlatformCore> =>
  createPlatformCore({ stateFolder: folder, poolSize: 4, origin: ORIGIN, clock: systemClock, log: silent })

/** Everything that must hold after whatever happened. */
const checkWhole = async (acked: readonly string[], checkpoints: readonly string[]): Promise<number> => {
  const core = await open()
  try {
    await expect
      .poll(async () => (await core.pool.query('select count(*) as n from journal.unsealed')).rows[0]?.n, {
        timeout: 10_000,
      })
      .toBe(0)
    const { rows: entries } = await core.pool.query<{ subject: string; seals: number }>(
      `select e.subject_id as subject, count(s.seq) as seals from journal.entry e
       left join journal.seal s on s.entry_id = e.id group by 1`,
    )
    const seals = new Map(entries.map((row) => [row.subject, row.seals]))
    expect(acked.filter((id) => seals.get(id) !== 1)).toEqual([])
    expect([...seals.values()].filter((count) => count !== 1)).toEqual([])
    const { rows } = await core.pool.query<{ seq: number; hash: string }>(
      `select seq, encode(leaf_hash, 'hex') as hash from journal.seal order by seq`,
    )
    expect(rows.map((row) => row.seq)).toEqual(rows.map((_, index) => index + 1))
    const leaves = rows.map((row) => bytesOfHex(row.hash))
    const last = await core.proofs.checkpoint(rows.length)
    expect(hexOf(last.root)).toBe(hexOf(rootOf(leaves)))
    const key = openLogKey(folder, ORIGIN).key
    for (const note of checkpoints) {
      const earlier = parseCheckpoint((await openNote(note, key, verifyEd25519)) ?? '')
      if (earlier === null) throw new Error('a checkpoint that was shown does not open')
      if (earlier.size === 0) continue
      const { proof } = await core.proofs.consistency(earlier.size)
      const claim = { earlierSize: earlier.size, earlierRoot: earlier.root, size: last.size, root: last.root }
      expect(await verifyConsistency({ ...claim, proof: proof.map(bytesOfHex) })).toBe(true)
    }
    return rows.length
  } finally {
    await core.close()
  }
}

test.skipIf(process.platform !== 'linux')(
  'after kill -9 of the program, the server or both, every acknowledged entry is there, sealed once, in an order without holes',
  async () => {
    const acked: string[] = []
    const checkpoints: string[] = []
    const round = async (harm: (recorder: Recorder) => Promise<void>): Promise<void> => {
      const recorder = startRecorder()
      await recorder.until(60)
      await harm(recorder)
      acked.push(...recorder.acked)
      checkpoints.push(...new Set(recorder.checkpoints))
    }
    await round(async (recorder) => recorder.kill())
    await round(async (recorder) => {
      killServer()
      await recorder.until(recorder.acked.length + 60) // the supervisor brings the server back by itself
      await recorder.kill()
    })
    await round(async (recorder) => {
      killServer()
      await recorder.kill()
    })
    expect(acked.length).toBeGreaterThanOrEqual(240)
    expect(checkpoints.length).toBeGreaterThan(0)
    expect(await checkWhole(acked, checkpoints)).toBeGreaterThanOrEqual(acked.length)
  },
  90_000,
)
