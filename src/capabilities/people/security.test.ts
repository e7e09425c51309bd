import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestPlatform, testPlatform } from '../../../tests/support/platform.ts'
import { type Agent, CallRefused, type TestServer, testServer } from '../../../tests/support/server.ts'
import { type HeldRole, system } from '../../kernel/actor.ts'
import type { PersonId } from '../../kernel/identity.ts'
import { vaultOf } from '../../platform/vault/vault.ts'
import { createPeople, type People } from './capability.ts'
import * as contract from './contract/security.ts'
import * as people from './contract.ts'

let test: TestPlatform
let made: People
let server: TestServer
let first: Agent
let second: Agent
const vault = vaultOf(new Uint8Array(32).fill(9))
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
  first = (await newAgent('管理员一', { role: 'administrator' })).agent
  second = (await newAgent('管理员二', { role: 'administrator' })).agent
})
afterAll(async () => {
  await server.close()
  await test.close()
})

const newAgent = async (name: string, ...held: readonly HeldRole[]): Promise<{ agent: Agent; personId: PersonId }> => {
  const personId = await test.platform.transact(system('test'), async (unit) => {
    const id = await made.writer.createPerson(unit, { name })
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
const enter = (login: string, password: string) =>
  server.app.inject({ method: 'POST', url: '/api/session', payload: { login, password } })
let count = 0
const newLogin = () => {
  count += 1
  return `login-${count}`
}

describe('an account', () => {
  it('is opened by an administrator with a password that is shown once and must be changed', async () => {
    const { personId } = await newAgent('新同事', { role: 'reviewer', department: 'housing' })
    const params = { personId }
    expect((await first.call(contract.readAccount, { params })).account).toBeNull()
    const login = newLogin()
    const handed = await first.call(contract.openLogin, { params, body: { login, way: 'password' } })
    expect(handed).toMatchObject({ login, link: null })
    expect((await enter(login, handed.password ?? '')).json()).toMatchObject({ owes: 'new-password' })
    const { account } = await first.call(contract.readAccount, { params })
    expect(account).toMatchObject({ login, mustChange: true, hasPassword: true, disabled: false })
    const again = first.call(contract.openLogin, { params, body: { login: newLogin(), way: 'password' } })
    expect(await refusal(again)).toBe('409 sign-in.login-taken')
    const { rows } = await test.pool.query(`select e::text as line from journal.entry e`)
    expect(rows.some((row) => row.line.includes(handed.password))).toBe(false)
  })
  it('is opened by an invitation, whose link keeps the token after the hash sign', async () => {
    const { personId } = await newAgent('受邀人')
    const login = newLogin()
    const handed = await first.call(contract.openLogin, { params: { personId }, body: { login, way: 'invitation' } })
    const [address = '', token = ''] = (handed.link ?? '').split('#')
    expect(address).toBe('http://mingzhu.test/desk/invitation')
    const accepted = await server.app.inject({
      method: 'POST',
      url: '/api/invitations/accept',
      payload: { token, newPassword: 'seven green cranes' },
    })
    expect(accepted.json()).toEqual({ login })
    expect((await enter(login, 'seven green cranes')).json()).toMatchObject({ owes: null, person: { personId } })
  })
  it('that is locked lets nobody in until it is unlocked', async () => {
    const { personId } = await newAgent('被锁人')
    const login = newLogin()
    const params = { personId }
    const body = { reason: '借调离岗' }
    const { password } = await first.call(contract.openLogin, { params, body: { login, way: 'password' } })
    expect((await first.call(contract.lockLogin, { params, body })).account).toMatchObject({
      disabled: true,
      disabledBecause: '借调离岗',
    })
    expect((await enter(login, password ?? '')).statusCode).toBe(401)
    await first.call(contract.unlockLogin, { params, body })
    expect((await enter(login, password ?? '')).statusCode).toBe(200)
  })
  it('is reset by an administrator: the old password and all sessions end', async () => {
    const { personId } = await newAgent('忘记密码的人')
    const login = newLogin()
    const params = { personId }
    const opened = await first.call(contract.openLogin, { params, body: { login, way: 'password' } })
    const reset = await first.call(contract.resetLogin, { params, body: { way: 'password', reason: '本人申请' } })
    expect((await enter(login, opened.password ?? '')).statusCode).toBe(401)
    expect((await enter(login, reset.password ?? '')).json()).toMatchObject({ owes: 'new-password' })
  })
  it('of an administrator is not taken over by another administrator alone', async () => {
    const { personId } = await newAgent('将任管理员')
    const params = { personId }
    const login = newLogin()
    await first.call(contract.openLogin, { params, body: { login, way: 'password' } })
    const request = await first.call(people.grantRole, { params, body: { role: 'administrator', reason: '接任' } })
    await second.call(people.confirmGrant, { params: { grantId: request.id } })
    const body = { way: 'password' as const, reason: '冒用' }
    expect(await refusal(first.call(contract.resetLogin, { params, body }))).toBe('403 people.administrator-reset')
    const factors = first.call(contract.resetSecondFactors, { params, body: { reason: '冒用' } })
    expect(await refusal(factors)).toBe('403 people.administrator-reset')
    await first.call(people.revokeGrant, { params: { grantId: request.id }, body: { reason: '遗失验证器' } })
    expect(await refusal(first.call(contract.resetLogin, { params, body }))).toBe('done')
  })
})

describe('a role with four eyes', () => {
  it('comes into force by the second administrator, and names the entries that gave and took it', async () => {
    const { personId, agent } = await newAgent('拟任审批人')
    const params = { personId }
    const asked = await first.call(people.grantRole, {
      params,
      body: { role: 'approver', department: 'housing', reason: '任命' },
    })
    expect(asked).toMatchObject({ state: 'requested', givenEntryId: null })
    expect((await agent.call(people.getMe)).roles).toEqual([])
    expect(await refusal(first.call(people.confirmGrant, { params: { grantId: asked.id } }))).toBe(
      '403 people.four-eyes',
    )
    test.clock.advance(1000)
    const given = await second.call(people.confirmGrant, { params: { grantId: asked.id } })
    expect(given).toMatchObject({ state: 'in-force', confirmedAt: test.clock() })
    test.clock.advance(1000)
    const taken = await first.call(people.revokeGrant, { params: { grantId: asked.id }, body: { reason: '调离' } })
    await test.seal()
    const entries = await test.platform.journal.entriesOf(test.platform.db, {
      subject: { kind: 'person', id: personId },
    })
    const kindOf = (id: string | null) => entries.find((entry) => entry.id === id)?.kind
    expect(kindOf(taken.givenEntryId)).toBe('people.role-granted')
    expect(kindOf(taken.takenEntryId)).toBe('people.role-revoked')
    const { grants } = await first.call(people.getPerson, { params })
    expect(grants[0]).toMatchObject({ givenEntryId: given.givenEntryId, takenEntryId: taken.takenEntryId })
  })
  it('is a matter of data: a role that the policy does not name is granted at once', async () => {
    expect(made.security.fourEyesRoles).toEqual(['administrator', 'approver'])
    const { personId } = await newAgent('普通审查员')
    const body = { role: 'reviewer' as const, department: 'housing', reason: '入职' }
    const granted = await first.call(people.grantRole, { params: { personId }, body })
    expect(granted.state).toBe('in-force')
    expect(granted.givenEntryId).not.toBeNull()
  })
})

describe('a look at personal data', () => {
  it('gives only the fields asked for, and the person sees who looked, when, why and at what', async () => {
    const { personId, agent } = await newAgent('被查询人')
    await test.platform.transact(system('test'), async (unit) => {
      const { updatePerson } = await import('./actions/persons.ts')
      const context = { vault, security: made.security, machineClock: test.clock }
      await updatePerson(context, unit, personId, { version: 1, phone: '13700001111', idNumber: '11010519491231002X' })
    })
    const shown = await first.call(people.revealPerson, {
      params: { personId },
      body: { purpose: '电话核实材料', fields: ['phone'] },
    })
    expect(shown).toEqual({ phone: '13700001111', idNumber: null })
    const { rows } = await agent.call(contract.listLooks)
    expect(rows).toMatchObject([{ byName: '管理员一', purpose: '电话核实材料', fields: ['phone'], at: test.clock() }])
    const other = await newAgent('旁人')
    expect((await other.agent.call(contract.listLooks)).rows).toEqual([])
  })
  it('and the granting of roles ask for a fresh proof of identity', async () => {
    const { personId } = await newAgent('某人')
    test.clock.advance(16 * 60_000)
    const params = { personId }
    expect(await refusal(first.call(people.revealPerson, { params, body: { purpose: '核对身份' } }))).toBe(
      '403 sign-in.proof-needed',
    )
    const body = { role: 'citizen' as const, reason: '登记' }
    expect(await refusal(first.call(people.grantRole, { params, body }))).toBe('403 sign-in.proof-needed')
    expect(
      await refusal(first.call(contract.openLogin, { params, body: { login: newLogin(), way: 'password' } })),
    ).toBe('403 sign-in.proof-needed')
  })
})

describe('the last administrator', () => {
  it('who can enter is neither locked nor revoked', async () => {
    const others = await test.pool.query(
      `select distinct g.person_id as id from people.role_grant g join people.person p on p.id = g.person_id
       where g.role = 'administrator' and g.revoked_at is null and p.name in ('管理员一', '管理员二') order by 1`,
    )
    const ids = others.rows.map((row) => row.id as PersonId)
    const [one, two] = ids
    if (one === undefined || two === undefined) throw new Error('two administrators were expected')
    await test.platform.transact(system('test'), async (unit) => {
      for (const personId of ids) {
        const { createAccount } = await import('../../platform/sign-in/accounts.ts')
        await createAccount(unit, { login: newLogin(), password: 'seven green cranes', personId })
      }
    })
    const body = { reason: '测试' }
    expect(await refusal(first.call(contract.lockLogin, { params: { personId: two }, body }))).toBe('done')
    expect(await refusal(first.call(contract.lockLogin, { params: { personId: one }, body }))).toBe(
      '409 people.last-administrator',
    )
    const grant = (await first.call(people.getPerson, { params: { personId: one } })).grants[0]
    const revoke = first.call(people.revokeGrant, { params: { grantId: grant?.id ?? ('' as never) }, body })
    expect(await refusal(revoke)).toBe('409 people.last-administrator')
    await first.call(contract.unlockLogin, { params: { personId: two }, body })
  })
})
