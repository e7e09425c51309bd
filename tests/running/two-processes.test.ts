/** Two processes of the product on one PostgreSQL server. */
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { acceptApplication, decide } from '../../src/capabilities/approvals/contract.ts'
import { exchangedKinds } from '../../src/capabilities/exchange/actions/compose.ts'
import { createProject } from '../../src/capabilities/projects/contract.ts'
import { temporaryPostgres } from '../../tools/lib/debian.mjs'
import type { RunningServer } from '../support/running-server.ts'
import {
  APPROVER,
  checkpointSize,
  openStage,
  proveFacts,
  readFileOf,
  type Stage,
  startCast,
  until,
} from './support/stage.ts'

let database: { readonly url: string; readonly stop: () => Promise<void> }
let a: RunningServer
let b: RunningServer
let atA: Stage
let atB: Stage
const folders: string[] = []
const folder = (): string => {
  const made = fs.mkdtempSync(path.join(os.tmpdir(), 'mingzhu-two-'))
  folders.push(made)
  return made
}
const sql = async <Row extends object>(text: string): Promise<readonly Row[]> => {
  const client = new Client({ connectionString: database.url })
  await client.connect()
  try {
    return (await client.query<Row>(text)).rows
  } finally {
    await client.end()
  }
}
/** Processes that hold the lock of the sealer. */
const sealers = async (): Promise<readonly number[]> =>
  (
    await sql<{ pid: number }>(
      `select l.pid from pg_locks l join pg_stat_activity s on s.pid = l.pid
       where l.locktype = 'advisory' and l.granted and s.application_name = 'mingzhu-sealer'`,
    )
  ).map((row) => row.pid)

/** Listens at one process; gives the moments at which it told of entries. */
const listen = async (stage: Stage, login: string) => {
  const stop = new AbortController()
  const reply = await fetch(`${stage.url}/api/live`, {
    headers: { authorization: `Bearer ${await stage.token(login)}` },
    signal: stop.signal,
  })
  const reader = reply.body?.pipeThrough(new TextDecoderStream()).getReader()
  let heard = ''
  const following = (async () => {
    for (;;) {
      const piece = await reader?.read()
      if (piece === undefined || piece.done) return
      heard += piece.value
    }
  })().catch(() => undefined)
  return {
    heard: () => heard,
    seqs: () => [...heard.matchAll(/^id: (\d+)$/gm)].map((found) => Number(found[1])),
    stop: async () => {
      stop.abort()
      await following
    },
  }
}

beforeAll(async () => {
  database = await temporaryPostgres()
  const first = folder()
  const shared = { DATABASE_URL: database.url, MINGZHU_PUBLIC_URL: 'http://mingzhu.example' }
  a = await startCast({ stateFolder: first, env: shared })
  const second = folder()
  fs.cpSync(first, second, { recursive: true })
  // Documents lie in one place for all processes: here a shared folder, elsewhere a bucket.
  fs.mkdirSync(path.join(first, 'files'), { recursive: true })
  fs.rmSync(path.join(second, 'files'), { recursive: true, force: true })
  fs.symlinkSync(path.join(first, 'files'), path.join(second, 'files'))
  b = await startCast({ stateFolder: second, env: shared })
  atA = await openStage(a.url)
  atB = await openStage(b.url)
})
afterAll(async () => {
  await Promise.all([a.stop(), b.stop()])
  await database.stop()
  for (const made of folders) fs.rmSync(made, { recursive: true, force: true })
})

test('exactly one process seals', async () => {
  await until(async () => (await sealers()).length === 1, 'one sealer')
  await Promise.all([atA.project(), atB.project('applicant'), atA.project(), atB.project('applicant')])
  expect(await sealers()).toHaveLength(1)
  const [row] = await until(async () => {
    const rows = await sql<{ entries: number; seals: number; top: number }>(
      `select (select count(*)::int from journal.entry) as entries, count(*)::int as seals, max(seq)::int as top from journal.seal`,
    )
    return rows[0]?.entries === rows[0]?.seals && rows
  }, 'all is sealed')
  expect(row?.top).toBe(row?.seals)
})

test('what is done at one process is told at the other within a second, once', async () => {
  const ear = await listen(atB, 'applicant-private')
  await until(async () => ear.heard() !== '', 'the stream is open')
  const before = ear.seqs().length
  await atA.project()
  const done = performance.now()
  await until(async () => ear.seqs().length > before, 'the other process tells', 5_000)
  expect(performance.now() - done).toBeLessThan(1_000)
  await until(async () => ear.heard().includes('projects.'), 'the registration is told')
  const seqs = ear.seqs()
  expect(new Set(seqs).size).toBe(seqs.length)
  await ear.stop()
})

test('work at both processes at once: numbers are unique and gapless, each certificate is made once', async () => {
  const ready = []
  for (const stage of [atA, atB, atA, atB]) ready.push(await stage.ready())
  const decided = await Promise.all(
    ready.map(({ run }, index) =>
      (index % 2 === 0 ? atB : atA).driver.call(APPROVER, decide, {
        params: { itemRunId: run.itemRunId },
        body: { version: run.version },
      }),
    ),
  )
  const serials = decided
    .map((run) => Number(/〕(\d+)$/.exec(run.decision?.documentNumber ?? '')?.[1]))
    .sort((x, y) => x - y)
  expect(serials).toEqual([1, 2, 3, 4])
  for (const run of decided)
    await until(
      async () =>
        (await atA.raw(APPROVER, 'GET', `/api/certificates/${run.decision?.certificateId ?? ''}/document`)).status ===
        200,
      'the certificate is made',
    )
  const states = () =>
    sql<{ state: string; count: number }>(
      `select state::text as state, count(*)::int as count from jobs.job where name = 'approvals.certificate' group by state`,
    )
  // The document may be read a moment before its job is marked as done.
  await until(async () => (await states()).every((row) => row.state === 'completed'), 'every job is done')
  expect(await states()).toEqual([{ state: 'completed', count: 4 }])
})

test('each reaction and each timer takes effect once, whichever process runs it', async () => {
  const twice = await sql(
    `select kind, subject_id, payload::text from journal.entry where actor like '%system%'
     group by kind, subject_id, payload::text having count(*) > 1`,
  )
  expect(twice).toEqual([])
  const failing = await sql(`select * from journal.cursor where failures > 0`)
  expect(failing).toEqual([])
  const [head] = await sql<{ size: number }>('select size::int as size from journal.tree')
  // A listener moves on with the entries of its kinds; this one follows most of what is written here.
  await until(
    async () =>
      (
        await sql<{ behind: number }>(
          `select count(*)::int as behind from journal.seal s, journal.cursor c
            where c.listener = 'exchange.compose' and s.seq > c.seq and s.seq <= ${head?.size ?? 0}
              and s.kind in (${exchangedKinds.map((kind) => `'${kind}'`).join(', ')})`,
        )
      )[0]?.behind === 0,
    'the listener has followed',
  )
})

test('two clicks on the same thing at two processes: one wins, the other is told', async () => {
  const { file } = await atA.submitted()
  const body = { version: file.application.version }
  const params = { applicationId: file.application.applicationId }
  const results = await Promise.allSettled([
    atA.driver.call('window', acceptApplication, { params, body }),
    atB.driver.call('window2', acceptApplication, { params, body }),
  ])
  expect(results.map((each) => each.status).sort()).toEqual(['fulfilled', 'rejected'])
  const lost = results.find((each) => each.status === 'rejected')
  expect(String(lost?.status === 'rejected' ? lost.reason : '')).toMatch(/ 409 approvals\..*请/)
  expect((await readFileOf(atB, file)).itemRuns).toHaveLength(1)
})

test('the same key at two processes makes one project', async () => {
  const body = { name: '同一次提交', projectType: '4', investor: 'private', land: 'grant', purpose: 'commercial' }
  const key = '0123456789abcdef-two'
  const input = {
    body: { ...body, address: '示例路1号', ownerOrganisationId: atA.actors.organisationOf('applicant-private') },
  }
  const results = await Promise.allSettled(
    [atA, atB, atA, atB].map((stage) =>
      stage.driver.callWithKey('applicant-private', createProject, input as never, key),
    ),
  )
  const ids = new Set(
    results.flatMap((each) => (each.status === 'fulfilled' ? [(each.value as { id: string }).id] : [])),
  )
  expect(ids.size).toBe(1)
  const [count] = await sql<{ count: number }>(
    `select count(*)::int as count from projects.project where name = '同一次提交'`,
  )
  expect(count?.count).toBe(1)
})

test('when the sealing process is killed the other takes over and nothing is lost', async () => {
  const { registered, file } = await atA.submitted()
  const [before] = await sealers()
  // The first process to start leads; it is killed in the middle of work.
  const working = atA.driver
    .call('window', acceptApplication, {
      params: { applicationId: file.application.applicationId },
      body: { version: file.application.version },
    })
    .catch(() => null)
  await working
  await a.kill()
  const now = await until(
    async () => {
      const found = await sealers()
      return found.length === 1 && found[0] !== before && found
    },
    'the other process seals',
    10_000,
  )
  expect(now).toHaveLength(1)
  expect((await readFileOf(atB, file)).application.state).toBe('accepted')
  await atB.project('applicant')
  await proveFacts(atB, registered.caseNumber)
  expect(await checkpointSize(atB)).toBeGreaterThan(0)
  const [row] = await sql<{ seals: number; top: number }>(
    'select count(*)::int as seals, max(seq)::int as top from journal.seal',
  )
  expect(row?.top).toBe(row?.seals)
})
