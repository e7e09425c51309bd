import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestPlatform, testPlatform } from '../../../tests/support/platform.ts'
import { type Agent, CallRefused, type TestServer, testServer } from '../../../tests/support/server.ts'
import { bytesOfHex, hexOf } from '../../engines/merkle/bytes.ts'
import { leafHashOf } from '../../engines/merkle/entry-leaf.ts'
import { rootOf } from '../../engines/merkle/tree.ts'
import { verifyConsistency, verifyInclusion } from '../../engines/merkle/verify.ts'
import { type HeldRole, system } from '../../kernel/actor.ts'
import { addMs, DAY_MS, instant, localDateOf } from '../../kernel/time.ts'
import { openLogKey } from '../../platform/journal/log-key.ts'
import { createProofs, type JournalProofs } from '../../platform/journal/proof.ts'
import { leafEntryOfRow } from '../../platform/journal/reader.ts'
import { nodeSha256 } from '../../platform/journal/seal.ts'
import { createAccount } from '../../platform/sign-in/accounts.ts'
import { vaultOf } from '../../platform/vault/vault.ts'
import { createPeople, type People } from './capability.ts'
import * as contract from './contract/retention.ts'
import * as people from './contract.ts'
import { readRetention } from './reference.ts'

let test: TestPlatform
let made: People
let server: TestServer
let admin: Agent
let keys: string
let proofs: JournalProofs
const vault = vaultOf(new Uint8Array(32).fill(5))
beforeAll(async () => {
  test = await testPlatform()
  made = createPeople(test.platform, vault, test.clock)
  await made.capability.prepare?.()
  server = await testServer({
    capabilities: [made.capability],
    platform: test.platform,
    vault,
    machineClock: test.clock,
    resolveActor: (id) => made.reader.actorOf(test.platform.db, id, test.clock()),
  })
  keys = mkdtempSync(path.join(tmpdir(), 'log-key-'))
  proofs = createProofs({ pool: test.pool, clock: test.clock, logKey: openLogKey(keys, 'mingzhu.test/journal') })
  admin = (await newPerson('管理员甲', {}, { role: 'administrator' })).agent
})
afterAll(async () => {
  await server.close()
  await test.close()
  rmSync(keys, { recursive: true })
})

const newPerson = async (
  name: string,
  numbers: { phone?: string; idNumber?: string },
  ...held: readonly HeldRole[]
) => {
  const personId = await test.platform.transact(system('test'), async (unit) => {
    const id = await made.writer.createPerson(unit, { name, ...numbers })
    for (const role of held) await made.writer.grantRole(unit, { ...role, personId: id, reason: '测试' })
    return id
  })
  return { personId, agent: server.as(await made.reader.actorOf(test.platform.db, personId, test.clock())) }
}
const refusal = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work
    return 'done'
  } catch (error) {
    if (error instanceof CallRefused) return `${error.status} ${error.problem.code}`
    throw error
  }
}
/** Where in the whole database a text stands: names of tables. */
const whereIs = async (text: string): Promise<readonly string[]> => {
  const { rows } = await test.pool.query<{ name: string }>(
    `select quote_ident(table_schema) || '.' || quote_ident(table_name) as name from information_schema.tables
     where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`,
  )
  expect(rows.length).toBeGreaterThan(30)
  const found: string[] = []
  for (const { name } of rows) {
    const hit = await test.pool.query(`select from ${name} t where strpos(t::text, $1) > 0 limit 1`, [text])
    if (hit.rowCount !== 0) found.push(name)
  }
  return found
}
/** Recomputes every leaf and the root from what the tables hold now. */
const treeHolds = async (): Promise<void> => {
  const { rows } = await test.pool.query(
    `select s.leaf_hash, e.* from journal.seal s join journal.entry e on e.id = s.entry_id order by s.seq`,
  )
  const leaves = rows.map((row) => leafHashOf(leafEntryOfRow(row), nodeSha256))
  expect(leaves.map(hexOf)).toEqual(rows.map((row) => hexOf(row.leaf_hash)))
  const tree = await test.pool.query('select root from journal.tree')
  expect(hexOf(rootOf(leaves, nodeSha256))).toBe(hexOf(tree.rows[0].root))
}
const publicEntries = async (): Promise<readonly string[]> =>
  (await test.pool.query(`select id from journal.entry where visibility = 'public' order by ordinal`)).rows.map(
    (row) => row.id,
  )

describe('an erasure that a person asks for', () => {
  const phone = '13912340001'
  const idNumber = '11010519491231002X'
  const name = '欧阳待删除'
  const login = 'ouyang-to-erase'

  it('leaves the text in no table, and every proof, checkpoint and consistency valid', async () => {
    const { personId, agent } = await newPerson(name, { phone, idNumber }, { role: 'citizen' })
    await test.platform.transact(system('test'), (unit) =>
      createAccount(unit, { login, password: 'seven green cranes', personId }),
    )
    const enter = (password: string) =>
      server.app.inject({ method: 'POST', url: '/api/session', payload: { login, password } })
    expect((await enter('wrong')).statusCode).toBe(401)
    expect((await enter('seven green cranes')).statusCode).toBe(200)
    await admin.call(people.revealPerson, { params: { personId }, body: { purpose: '电话核实' } })
    await test.seal()
    const before = await proofs.checkpoint()
    const [sample = ''] = await publicEntries()
    const early = await proofs.inclusion(sample)
    for (const text of [name, login]) expect((await whereIs(text)).length).toBeGreaterThan(0)
    const other = await test.pool.query('select entry_id, data from journal.personal where erased_at is null')

    const asked = await agent.call(contract.requestErasure, { body: { reason: '不再使用本系统' } })
    expect(asked).toMatchObject({ state: 'open', answerBy: localDateOf(addMs(test.clock(), 30 * DAY_MS)) })
    expect(await refusal(agent.call(contract.requestErasure, { body: { reason: '再申请一次' } }))).toBe(
      '409 people.erasure-open',
    )
    const decided = await admin.call(contract.decideErasure, {
      params: { requestId: asked.id },
      body: { accept: true, reason: '符合法定情形' },
    })
    expect(decided).toMatchObject({ state: 'granted', personName: '已删除人员' })
    expect(decided.outcome?.entries).toBeGreaterThanOrEqual(4)

    await test.seal()
    for (const text of [name, phone, idNumber, login]) expect([text, await whereIs(text)]).toEqual([text, []])
    await treeHolds()
    const after = await proofs.checkpoint()
    const { proof } = await proofs.consistency(before.size)
    expect(
      await verifyConsistency({
        earlierSize: before.size,
        earlierRoot: before.root,
        size: after.size,
        root: after.root,
        proof: proof.map(bytesOfHex),
      }),
    ).toBe(true)
    const late = await proofs.inclusion(sample)
    expect(late.leafHash).toBe(early.leafHash)
    for (const { seq, size, root, leafHash, proof: path } of [early, late])
      expect(
        await verifyInclusion({
          index: seq - 1,
          size,
          root: bytesOfHex(root),
          leafHash: bytesOfHex(leafHash),
          proof: path.map(bytesOfHex),
        }),
      ).toBe(true)

    // Nobody else's data went along.
    const kept = await test.pool.query('select entry_id from journal.personal where erased_at is null')
    const left = new Set(kept.rows.map((row) => row.entry_id))
    const wronglyErased = other.rows.filter(
      (row) =>
        !left.has(row.entry_id) && !new RegExp(`${name}|${login}|127\\.0\\.0\\.1`).test(JSON.stringify(row.data)),
    )
    expect(wronglyErased).toEqual([])
    expect((await enter('seven green cranes')).statusCode).toBe(401)
  })
  it('is refused while the person holds an office, decided by nobody for himself, and withdrawn by the person alone', async () => {
    const { agent, personId } = await newPerson('在职审查员', {}, { role: 'reviewer', department: 'housing' })
    const { agent: other } = await newPerson('旁人', {})
    const { id } = await agent.call(contract.requestErasure, { body: { reason: '想删除信息' } })
    const params = { requestId: id }
    const accept = { accept: true, reason: '同意' }
    expect(await refusal(admin.call(contract.decideErasure, { params, body: accept }))).toBe('409 people.roles-first')
    expect(await refusal(other.call(contract.withdrawErasure, { params }))).toBe('404 people.erasure-missing')
    expect((await other.call(contract.ownErasureRequests)).rows).toEqual([])
    const refused = await admin.call(contract.decideErasure, { params, body: { accept: false, reason: '仍在职' } })
    expect(refused).toMatchObject({ state: 'refused', decision: '仍在职', outcome: null })
    expect((await agent.call(contract.ownErasureRequests)).rows).toMatchObject([{ state: 'refused', personId }])
    const own = await admin.call(contract.requestErasure, { body: { reason: '本人申请' } })
    expect(await refusal(admin.call(contract.decideErasure, { params: { requestId: own.id }, body: accept }))).toBe(
      '403 people.not-to-oneself',
    )
    expect((await admin.call(contract.withdrawErasure, { params: { requestId: own.id } })).state).toBe('withdrawn')
  })
})

describe('the time of keeping', () => {
  it('is data with a source for every purpose', () => {
    const retention = readRetention(test.platform.config.dataFolder)
    expect(retention.purposes.map((purpose) => purpose.id)).toContain('sign-in-log')
    expect(new Set(retention.purposes.map((purpose) => purpose.id)).size).toBe(retention.purposes.length)
    for (const purpose of retention.purposes) expect(purpose.source.basis.length).toBeGreaterThan(5)
  })
  it('is kept every night: what is past it goes, what is not stays, proofs hold, and the next night is set', async () => {
    const login = 'night-person'
    const { personId } = await newPerson('夜间清除人', { phone: '13912340002' })
    await test.platform.transact(system('test'), (unit) =>
      createAccount(unit, { login, password: 'seven green cranes', personId }),
    )
    await server.app.inject({ method: 'POST', url: '/api/session', payload: { login, password: 'wrong' } })
    const failed = async () =>
      (
        await test.pool.query(
          `select count(*)::int as count from journal.personal p join journal.entry e on e.id = p.entry_id
           where e.kind = 'sign_in.failed' and p.erased_at is null`,
        )
      ).rows[0].count
    const before = await failed()
    expect(before).toBeGreaterThan(0)
    await test.platform.transact(system('test'), async (unit) => {
      const { updatePerson } = await import('./actions/persons.ts')
      const context = { vault, security: made.security, machineClock: test.clock }
      await updatePerson(context, unit, personId, { version: 1, active: false })
    })
    test.clock.set(instant('2027-02-20T00:00:00Z'))
    await test.fireTimers([made.capability])
    expect(await failed()).toBe(before)
    expect(await whereIs('夜间清除人')).toContain('journal.personal')
    test.clock.set(instant('2027-04-01T00:00:00Z'))
    await test.fireTimers([made.capability])
    expect(await failed()).toBe(0)
    const phones = async () =>
      (await test.pool.query('select phone_sealed from people.person where id = $1', [personId])).rows[0].phone_sealed
    expect(await phones()).not.toBeNull()
    test.clock.set(instant('2029-04-01T00:00:00Z'))
    await test.fireTimers([made.capability])
    expect(await phones()).toBeNull()
    expect(await made.reader.personByPhone(test.platform.db, '13912340002')).toBeNull()
    const next = await test.pool.query(
      `select due_at from journal.timer where kind = 'people.retention' and fired_at is null`,
    )
    expect(next.rows).toEqual([{ due_at: '2029-04-01T18:30:00.000Z' }])
    await test.seal()
    await treeHolds()
  })
  it('fires once for all nights that were missed', async () => {
    const count = async () =>
      (await test.pool.query(`select count(*)::int as count from journal.timer where kind = 'people.retention'`))
        .rows[0].count
    const before = await count()
    test.clock.advance(30 * DAY_MS)
    await test.fireTimers([made.capability])
    expect(await count()).toBe(before + 1)
  })
})
