import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestPlatform, testPlatform } from '../../../tests/support/platform.ts'
import {
  CallRefused,
  permissionMatrix,
  type TestServer,
  testPerson,
  testServer,
} from '../../../tests/support/server.ts'
import { type Actor, anonymous, roles, system } from '../../kernel/actor.ts'
import type { OrganisationId } from '../../kernel/identity.ts'
import { vaultOf } from '../../platform/vault/vault.ts'
import { createPeople } from '../people/capability.ts'
import { createProjects, type Projects } from './capability.ts'
import * as contract from './contract.ts'

let test: TestPlatform
let projects: Projects
let server: TestServer
let own: OrganisationId
let other: OrganisationId
beforeAll(async () => {
  test = await testPlatform({ config: { jurisdictionCode: '500157' } })
  const people = createPeople(test.platform, vaultOf(new Uint8Array(32).fill(9)))
  projects = await createProjects(test.platform, people.reader)
  const organisation = (name: string) =>
    test.platform.transact(system('test'), (unit) =>
      people.writer.createOrganisation(unit, { name, kind: 'enterprise' }),
    )
  own = await organisation('甲置业')
  other = await organisation('乙建工')
  server = await testServer({ capabilities: [projects.capability], platform: test.platform })
})
afterAll(async () => {
  await server.close()
  await test.close()
})

const refusal = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work
    return 'done'
  } catch (error) {
    if (error instanceof CallRefused) return `${error.status} ${error.problem.code}`
    throw error
  }
}
const applicant = () => server.as(testPerson('申请人', { role: 'applicant', organisationId: own }))
const stranger = () => server.as(testPerson('外人', { role: 'applicant', organisationId: other }))
const lead = () => server.as(testPerson('牵头', { role: 'lead', department: 'housing' }))
const bodyOf = (name: string, more: object = {}) => ({
  ...contract.newProjectSchema.parse({
    name,
    projectType: '3',
    investor: 'private',
    land: 'grant',
    purpose: 'housing',
    ownerOrganisationId: own,
    point: [106.57, 29.58],
    ...more,
  }),
})

describe('the gate of every endpoint', () => {
  it('lets in whom the contract names and nobody else', async () => {
    const endpoints = (projects.capability.routes ?? []).map((each) => each.endpoint)
    const actors: Record<string, Actor> = { anonymous }
    for (const role of roles) actors[role] = testPerson(role, role)
    const rows = await permissionMatrix(server, endpoints, actors)
    expect(endpoints.length).toBe(20)
    expect(rows.filter((row) => row.fault !== null)).toEqual([])
  })
})

describe('projects over HTTP', () => {
  it('are registered by an applicant of the owner and seen by nobody else outside the authorities', async () => {
    const created = await applicant().call(contract.createProject, { body: bodyOf('甲项目') })
    expect(created).toMatchObject({ name: '甲项目', stage: 'land', ownerName: '甲置业', version: 1 })
    expect(created.parties.map((party) => party.role)).toEqual(['owner'])
    const params = { projectId: created.id }
    expect((await lead().call(contract.getProject, { params })).caseNumber).toBe(created.caseNumber)
    expect(await refusal(stranger().call(contract.getProject, { params }))).toBe('404 projects.missing')
    expect(await refusal(stranger().call(contract.createProject, { body: bodyOf('冒名') }))).toBe(
      '403 projects.not-your-organisation',
    )
  })
  it('are made once for one idempotency key', async () => {
    const idempotencyKey = test.platform.newId()
    const agent = applicant()
    const send = () => agent.call(contract.createProject, { body: bodyOf('只此一个'), idempotencyKey })
    const [one, two] = [await send(), await send()]
    expect(two.id).toBe(one.id)
  })
  it('warn of a wrong check digit and keep the code', async () => {
    const created = await applicant().call(contract.createProject, {
      body: bodyOf('代码有误', { projectCode: '2603-141124-89-05-346949' }),
    })
    expect(created.projectCode).toBe('2603-141124-89-05-346949')
    expect(created.warnings).toHaveLength(1)
    const check = await server.anonymous.call(contract.checkCode, { body: { code: '2603-141124-89-05-346948' } })
    expect(check).toEqual({ form: 'new', valid: true, normalised: '2603-141124-89-05-346948', warnings: [] })
  })
  it('are listed page by page, each for whom it concerns', async () => {
    for (let index = 0; index < 5; index += 1)
      await lead().call(contract.createProject, { body: bodyOf(`列表${index}`, { ownerOrganisationId: other }) })
    const names: string[] = []
    let after: string | undefined
    do {
      const page = await stranger().call(contract.listProjects, {
        query: { limit: 2, ...(after === undefined ? {} : { after }) },
      })
      names.push(...page.rows.map((row) => row.name))
      after = page.next ?? undefined
    } while (after !== undefined)
    expect(names).toEqual(['列表4', '列表3', '列表2', '列表1', '列表0'])
    const hidden = await applicant().call(contract.listProjects, { query: { search: '列表', limit: 9 } })
    expect(hidden.rows).toEqual([])
    const all = await lead().call(contract.listProjects, { query: { search: '列表', organisationId: other, limit: 9 } })
    expect(all.rows).toHaveLength(5)
    const foreign = await applicant().call(contract.listProjects, { query: { organisationId: other, limit: 9 } })
    expect(foreign.rows).toEqual([])
  })
  it('refuse a cursor that is not ours', async () => {
    const cursor = encodeURIComponent('["not-an-id"]')
    expect(await refusal(lead().call(contract.listProjects, { query: { after: cursor, limit: 2 } }))).toMatch(
      /^(400|422) projects.cursor-invalid/,
    )
  })
  it('keep what a change does not name, and refuse a stale version', async () => {
    const created = await applicant().call(contract.createProject, { body: bodyOf('部分修改', { address: '一号' }) })
    const params = { projectId: created.id }
    const changed = await applicant().call(contract.updateProject, { params, body: { version: 1, siteAreaM2: 900 } })
    expect(changed).toMatchObject({ address: '一号', siteAreaM2: 900, point: [106.57, 29.58], version: 2 })
    const stale = applicant().call(contract.updateProject, { params, body: { version: 1, siteAreaM2: 1 } })
    expect(await refusal(stale)).toBe('409 projects.changed-meanwhile')
  })
  it('go their way by hand: stage, hold, resume, state, party', async () => {
    const created = await applicant().call(contract.createProject, { body: bodyOf('全程') })
    const params = { projectId: created.id }
    const because = '依法办理'
    const agent = lead()
    expect(await agent.call(contract.changeStage, { params, body: { stage: 'planning', because } })).toMatchObject({
      stage: 'planning',
      state: 'active',
    })
    expect(await agent.call(contract.holdProject, { params, body: { reason: 'land', because } })).toMatchObject({
      holdReason: 'land',
    })
    expect(await agent.call(contract.resumeProject, { params, body: { because } })).toMatchObject({ holdReason: null })
    expect(await agent.call(contract.changeStage, { params, body: { stage: 'land', because } })).toMatchObject({
      stage: 'land',
    })
    const party = {
      role: 'contractor' as const,
      organisationId: other,
      responsiblePersonId: null,
      responsibleName: null,
    }
    const joined = await applicant().call(contract.addParty, { params, body: party })
    const partyId = joined.parties.find((each) => each.role === 'contractor')?.partyId
    if (partyId === undefined) throw new Error('the party is missing')
    const ended = await applicant().call(contract.endParty, { params: { ...params, partyId }, body: { because } })
    expect(ended.parties.find((each) => each.partyId === partyId)?.to).toBe('2026-03-02')
    expect(await agent.call(contract.changeState, { params, body: { state: 'closed', because } })).toMatchObject({
      state: 'closed',
    })
    const late = applicant().call(contract.updateProject, { params, body: { version: 99, address: '晚' } })
    expect(await refusal(late)).toBe('409 projects.over')
  })
  it('stand on the public map only once they are published, with number, name and stage alone', async () => {
    const created = await applicant().call(contract.createProject, { body: bodyOf('地图项目') })
    const mapped = async () =>
      (await server.anonymous.call(contract.publicMap)).features.filter((feature) => feature.id === created.id)
    expect(await mapped()).toEqual([])
    const params = { projectId: created.id }
    await lead().call(contract.publishProject, { params, body: { published: true, because: '依法公开' } })
    expect(await mapped()).toEqual([
      {
        type: 'Feature',
        id: created.id,
        geometry: { type: 'Point', coordinates: [106.57, 29.58] },
        properties: { number: created.caseNumber, name: '地图项目', stage: 'land', stageName: '立项用地规划许可' },
      },
    ])
    await lead().call(contract.publishProject, { params, body: { published: false, because: '涉密收回' } })
    expect(await mapped()).toEqual([])
  })
})
