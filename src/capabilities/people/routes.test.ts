import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestPlatform, testPlatform } from '../../../tests/support/platform.ts'
import {
  type Agent,
  CallRefused,
  permissionMatrix,
  type TestServer,
  testServer,
} from '../../../tests/support/server.ts'
import { type Actor, anonymous, type HeldRole, roles, system } from '../../kernel/actor.ts'
import type { OrganisationId, PersonId } from '../../kernel/identity.ts'
import { addMs, DAY_MS, localDate } from '../../kernel/time.ts'
import { vaultOf } from '../../platform/vault/vault.ts'
import { createPeople, type People } from './capability.ts'
import * as contract from './contract.ts'
import { usccCheckSign } from './model/codes.ts'

let test: TestPlatform
let people: People
let server: TestServer
let first: Agent
let second: Agent
beforeAll(async () => {
  test = await testPlatform()
  people = createPeople(test.platform, vaultOf(new Uint8Array(32).fill(9)))
  await people.capability.prepare?.()
  server = await testServer({
    capabilities: [people.capability],
    platform: test.platform,
    resolveActor: (id) => people.reader.actorOf(test.platform.db, id, test.clock()),
  })
  first = await newAgent('管理员一', { role: 'administrator' })
  second = await newAgent('管理员二', { role: 'administrator' })
})
afterAll(async () => {
  await server.close()
  await test.close()
})

const agents = new Map<Agent, PersonId>()
const newAgent = async (name: string, ...held: readonly HeldRole[]): Promise<Agent> => {
  const personId = await test.platform.transact(system('test'), async (unit) => {
    const id = await people.writer.createPerson(unit, { name })
    for (const role of held) await people.writer.grantRole(unit, { ...role, personId: id, reason: '测试' })
    return id
  })
  const agent = server.as(await people.reader.actorOf(test.platform.db, personId, test.clock()))
  agents.set(agent, personId)
  return agent
}
const idOf = (agent: Agent): PersonId => agents.get(agent) ?? ('' as PersonId)
const refusal = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work
    return 'done'
  } catch (error) {
    if (error instanceof CallRefused) return `${error.status} ${error.problem.code}`
    throw error
  }
}

describe('the gate of every endpoint', () => {
  it('lets in whom the contract names and nobody else', async () => {
    const gate = await testServer({ capabilities: [people.capability], platform: test.platform })
    const endpoints = (people.capability.routes ?? []).map((each) => each.endpoint)
    const actors: Record<string, Actor> = { anonymous }
    for (const role of roles)
      actors[role] = { kind: 'person', personId: test.platform.newId<'person'>(), name: role, roles: [{ role }] }
    const rows = await permissionMatrix(gate, endpoints, actors)
    await gate.close()
    expect(endpoints.length).toBeGreaterThan(18)
    expect(rows.filter((row) => row.fault !== null)).toEqual([])
  })
})

describe('people over HTTP', () => {
  it('are registered, found by the whole number, and shown masked', async () => {
    const body = { name: '丁某', phone: '13911112222', idNumber: '11010519491231002X' }
    const { personId } = await first.call(contract.createPerson, { body })
    const found = await first.call(contract.listPeople, { query: { search: '139 1111 2222', limit: 10 } })
    expect(found.rows).toEqual([
      {
        id: personId,
        name: '丁某',
        phoneMasked: '139****2222',
        idNumberMasked: '110*************2X',
        active: true,
        version: 1,
      },
    ])
    const shown = await first.call(contract.revealPerson, { params: { personId }, body: { purpose: '核对本人身份' } })
    expect(shown).toEqual({ phone: '13911112222', idNumber: '11010519491231002X' })
    expect(await refusal(first.call(contract.revealPerson, { params: { personId }, body: { purpose: '' } }))).toMatch(
      /^(400|422) /,
    )
  })
  it('come in pages without gap or repetition', async () => {
    for (let index = 0; index < 5; index += 1)
      await first.call(contract.createPerson, { body: { name: `翻页${index}` } })
    const names: string[] = []
    let after: string | undefined
    do {
      const page = await first.call(contract.listPeople, {
        query: { search: '翻页', limit: 2, ...(after === undefined ? {} : { after }) },
      })
      names.push(...page.rows.map((row) => row.name))
      after = page.next ?? undefined
    } while (after !== undefined)
    expect(names).toEqual(['翻页4', '翻页3', '翻页2', '翻页1', '翻页0'])
  })
  it('refuse a foreign cursor', async () => {
    expect(await refusal(first.call(contract.listPeople, { query: { after: 'abc', limit: 2 } }))).toMatch(
      /^(400|422) people.cursor-invalid/,
    )
    const notAnId = encodeURIComponent('["x"]')
    expect(await refusal(first.call(contract.listPeople, { query: { after: notAnId, limit: 2 } }))).toMatch(
      /^(400|422) people.cursor-invalid/,
    )
  })
  it('grow to administrators by request and confirmation', async () => {
    const candidate = await newAgent('候选人')
    const params = { personId: idOf(candidate) }
    const body = { role: 'administrator' as const, reason: '接任' }
    const request = await first.call(contract.grantRole, { params, body })
    expect(request.state).toBe('requested')
    const pending = await second.call(contract.listPendingGrants)
    expect(pending.rows.map((row) => [row.id, row.personName])).toEqual([[request.id, '候选人']])
    expect(await refusal(candidate.call(contract.listPeople, { query: { limit: 1 } }))).toBe('403 http.role-required')
    expect(await refusal(first.call(contract.confirmGrant, { params: { grantId: request.id } }))).toBe(
      '403 people.four-eyes',
    )
    await second.call(contract.confirmGrant, { params: { grantId: request.id } })
    expect(await refusal(candidate.call(contract.listPeople, { query: { limit: 1 } }))).toBe('done')
    await first.call(contract.revokeGrant, { params: { grantId: request.id }, body: { reason: '撤回' } })
    expect(await refusal(candidate.call(contract.listPeople, { query: { limit: 1 } }))).toBe('403 http.role-required')
  })
})

describe('my own roles over HTTP', () => {
  it('name department, organisation and the person for whom I act', async () => {
    const [boss, clerk] = [
      await newAgent('科长', { role: 'approver', department: 'housing' }),
      await newAgent('经办', { role: 'reviewer', department: 'housing' }),
    ]
    const colleagues = await boss.call(contract.listColleagues)
    expect(colleagues.rows.map((row) => row.name)).toEqual(['经办'])
    const from = test.clock()
    const body = {
      toPersonId: idOf(clerk),
      role: 'approver' as const,
      department: 'housing',
      from,
      to: addMs(from, DAY_MS),
      reason: '休假',
    }
    const delegation = await boss.call(contract.createDelegation, { body })
    const me = await clerk.call(contract.getMe)
    expect(me.roles).toContainEqual(
      expect.objectContaining({
        role: 'approver',
        department: 'housing',
        onBehalfOf: idOf(boss),
        onBehalfOfName: '科长',
      }),
    )
    expect(me.roles[0]?.departmentName).toBeTruthy()
    expect((await boss.call(contract.listDelegations)).rows).toHaveLength(1)
    await boss.call(contract.endDelegation, { params: { delegationId: delegation.id } })
    expect((await clerk.call(contract.getMe)).roles).toHaveLength(1)
  })
})

describe('organisations and departments over HTTP', () => {
  it('keep former names, find by them, and hold one code for one organisation', async () => {
    const innerWrong = `91330100799655050${usccCheckSign('91330100799655050')}`
    const body = { name: '内码不符公司', kind: 'enterprise' as const, uscc: innerWrong }
    const created = await first.call(contract.createOrganisation, { body })
    expect(created.warnings).toHaveLength(1)
    test.clock.advance(1000)
    const organisationId: OrganisationId = created.organisation.id
    test.clock.advance(60_000)
    const renamed = await first.call(contract.updateOrganisation, {
      params: { organisationId },
      body: { version: 1, name: '改名后的公司' },
    })
    expect(renamed.organisation.names.map((each) => each.name)).toContain('内码不符公司')
    const search = await first.call(contract.listOrganisations, { query: { search: '内码不符', limit: 5 } })
    expect(search.rows.map((row) => row.name)).toEqual(['改名后的公司'])
    const again = first.call(contract.createOrganisation, { body: { ...body, name: '另一家' } })
    expect(await refusal(again)).toBe('409 people.organisation-known')
  })
  it('give everyone the departments of a day', async () => {
    const of = async (day: string) =>
      (await server.anonymous.call(contract.listDepartments, { query: { day: localDate(day) } })).rows
    expect(new Set((await of('2025-11-05')).map((row) => row.jurisdictionCode))).toEqual(new Set(['500105']))
    expect(new Set((await of('2025-11-06')).map((row) => row.jurisdictionCode))).toEqual(new Set(['500157']))
  })
})
