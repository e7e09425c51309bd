import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestPlatform, testPlatform } from '../../../tests/support/platform.ts'
import { type Actor, system } from '../../kernel/actor.ts'
import type { OrganisationId, PersonId, ProjectId } from '../../kernel/identity.ts'
import { fen } from '../../kernel/money.ts'
import { isRefused } from '../../kernel/refusal.ts'
import { DAY_MS, instant, localDate, localDateOf } from '../../kernel/time.ts'
import type { Unit } from '../../platform/platform.ts'
import { vaultOf } from '../../platform/vault/vault.ts'
import { createPeople, type People } from '../people/capability.ts'
import { endParty, updateProject } from './actions/register.ts'
import { holdByHand, resumeByHand } from './actions/stages.ts'
import { createProjects, type Projects } from './capability.ts'
import { type Boundary, type NewProject, newProjectSchema } from './contract.ts'
import { readBaseMapFile, readProjectSettings, readSitePosts } from './reference.ts'

let test: TestPlatform
let people: People
let projects: Projects
let context: Parameters<typeof updateProject>[0]
let owner: OrganisationId
let builder: OrganisationId
beforeAll(async () => {
  test = await testPlatform({ config: { jurisdictionCode: '500157' } })
  people = createPeople(test.platform, vaultOf(new Uint8Array(32).fill(5)))
  projects = await createProjects(test.platform, people.reader)
  const settings = await readProjectSettings(test.platform.config.dataFolder)
  const baseMap = await readBaseMapFile(test.platform.config.dataFolder)
  const posts = await readSitePosts(test.platform.config.dataFolder)
  context = { people: people.reader, settings, jurisdictionCode: '500157', baseMap, posts }
  owner = await organisation('示例置业有限公司')
  builder = await organisation('示例建工集团')
})
afterAll(() => test.close())

const as = <T>(actor: Actor, work: (unit: Unit) => Promise<T>): Promise<T> => test.platform.transact(actor, work)
const setup = system('test')
const organisation = (name: string): Promise<OrganisationId> =>
  as(setup, (unit) => people.writer.createOrganisation(unit, { name, kind: 'enterprise' }))
const today = () => localDateOf(test.clock())
const db = () => test.platform.db
const newProject = (more: Partial<NewProject> = {}): NewProject => ({
  ...newProjectSchema.parse({
    name: '观音桥示例住宅',
    projectType: '3',
    investor: 'private',
    land: 'grant',
    purpose: 'housing',
    ownerOrganisationId: owner,
  }),
  ...more,
})
const register = (more: Partial<NewProject> = {}): Promise<ProjectId> =>
  as(setup, (unit) => projects.writer.register(unit, newProject(more)))
const read = async (id: ProjectId) => {
  const project = await projects.reader.project(db(), id)
  if (project === null) throw new Error('the project is gone')
  return project
}
const codeOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work
    return 'done'
  } catch (error) {
    if (isRefused(error)) return error.refusal.code
    throw error
  }
}
const entriesOf = async (id: ProjectId) => {
  await test.seal()
  return test.platform.journal.entriesOf(db(), { projectId: id })
}
const square = (lon: number, lat: number, side = 0.002): Boundary => ({
  type: 'Polygon',
  coordinates: [
    [
      [lon, lat],
      [lon + side, lat],
      [lon + side, lat + side],
      [lon, lat + side],
      [lon, lat],
    ],
  ],
})

describe('registering', () => {
  it('keeps everything that was said', async () => {
    const wanted = newProject({
      projectCode: '26031411248905346948',
      floorAreaM2: 12_345.67,
      siteAreaM2: 38_000,
      buildingHeightM: 98.5,
      totalInvestmentFen: fen(123_456_789_012),
      point: [106.571, 29.581],
      boundary: square(106.57, 29.58),
      address: '示例路1号',
      streetCode: '500105006',
      description: '两栋住宅',
    })
    const id = await as(setup, (unit) => projects.writer.register(unit, wanted))
    expect(await read(id)).toMatchObject({
      ...wanted,
      projectCode: '2603-141124-89-05-346948',
      ownerName: '示例置业有限公司',
      stage: 'land',
      state: 'registered',
      holdReason: null,
      published: false,
      version: 1,
    })
    expect(await projects.reader.parties(db(), id)).toMatchObject([
      { role: 'owner', organisationName: '示例置业有限公司' },
    ])
  })
  it('numbers the cases of a year without gaps, even when many come at once', async () => {
    const ids = await Promise.all(Array.from({ length: 12 }, () => register()))
    const refused = register({
      boundary: {
        type: 'Polygon',
        coordinates: [
          [
            [0, 0],
            [1, 1],
            [1, 0],
            [0, 1],
            [0, 0],
          ],
        ],
      },
    })
    expect(await codeOf(refused)).toBe('projects.boundary-invalid')
    ids.push(await register())
    const serials = await Promise.all(ids.map(async (id) => Number((await read(id)).caseNumber.slice(-4))))
    const sorted = [...serials].sort((a, b) => a - b)
    expect(sorted).toEqual(Array.from({ length: 13 }, (_, index) => (sorted[0] ?? 0) + index))
    expect((await read(ids[0] as ProjectId)).caseNumber).toMatch(/^两江建〔2026〕\d{4}$/)
  })
  it('never makes a national code', async () => {
    expect((await read(await register())).projectCode).toBeNull()
  })
  it('refuses a code of neither form and an owner that nobody registered', async () => {
    expect(await codeOf(register({ projectCode: '12345' }))).toBe('projects.code-invalid')
    const nobody = test.platform.newId<'organisation'>()
    expect(await codeOf(register({ ownerOrganisationId: nobody }))).toBe('projects.organisation-unknown')
  })
})

describe('changing', () => {
  it('needs the version that was read', async () => {
    const id = await register()
    await as(setup, (unit) => updateProject(context, unit, id, { version: 1, address: '新址' }))
    const late = as(setup, (unit) => updateProject(context, unit, id, { version: 1, address: '旧址' }))
    expect(await codeOf(late)).toBe('projects.changed-meanwhile')
    expect(await read(id)).toMatchObject({ address: '新址', version: 2 })
  })
  it('records what changed and nothing when nothing did', async () => {
    const id = await register()
    await as(setup, (unit) =>
      updateProject(context, unit, id, { version: 1, siteAreaM2: 5000, name: '观音桥示例住宅' }),
    )
    await as(setup, (unit) => updateProject(context, unit, id, { version: 2, siteAreaM2: 5000 }))
    const entries = (await entriesOf(id)).filter((entry) => entry.kind === 'projects.updated')
    expect(entries.map((entry) => entry.payload)).toMatchObject([{ fields: ['siteAreaM2'] }])
  })
})

describe('the three axes', () => {
  it('go forward by the lifecycle, and a second call changes nothing', async () => {
    const id = await register()
    const advance = (stage: 'planning' | 'permit' | 'acceptance') =>
      as(setup, (unit) => projects.writer.advanceStage(unit, id, stage, '办结'))
    expect(await advance('permit')).toBe(true)
    expect(await advance('permit')).toBe(false)
    expect(await advance('planning')).toBe(false)
    expect(await codeOf(advance('acceptance'))).toBe('projects.wrong-step')
    expect(await read(id)).toMatchObject({ stage: 'permit', state: 'active' })
    expect((await entriesOf(id)).map((entry) => entry.kind)).toEqual([
      'projects.registered',
      'projects.state-changed',
      'projects.stage-changed',
    ])
  })
  it('keep a pause apart from stage and state, and stop progress while it lasts', async () => {
    const id = await register()
    await as(setup, (unit) => projects.writer.hold(unit, id, 'funding', '资金未到位'))
    expect(await read(id)).toMatchObject({ stage: 'land', state: 'registered', holdReason: 'funding' })
    const advance = () => as(setup, (unit) => projects.writer.advanceStage(unit, id, 'planning', '办结'))
    expect(await codeOf(advance())).toBe('projects.on-hold')
    expect(await as(setup, (unit) => projects.writer.resume(unit, id, '资金到位'))).toBe(true)
    expect(await as(setup, (unit) => projects.writer.resume(unit, id, '资金到位'))).toBe(false)
    expect(await advance()).toBe(true)
  })
  it('end with the project: closing ends the hold and refuses further moves', async () => {
    const id = await register()
    await as(setup, (unit) => projects.writer.hold(unit, id, 'legal', '诉讼'))
    await as(setup, (unit) => projects.writer.setState(unit, id, 'withdrawn', '撤销立项'))
    expect(await read(id)).toMatchObject({ state: 'withdrawn', holdReason: null })
    expect(await codeOf(as(setup, (unit) => projects.writer.hold(unit, id, 'legal', '诉讼')))).toBe('projects.over')
    expect(await codeOf(as(setup, (unit) => projects.writer.setState(unit, id, 'active', '重启')))).toBe(
      'projects.wrong-step',
    )
  })
  it('let an inspector end only what an inspector may begin', async () => {
    const id = await register()
    const inspector: Actor = {
      kind: 'person',
      personId: 'i' as PersonId,
      name: '检查员',
      roles: [{ role: 'inspector', department: 'housing' }],
    }
    await as(setup, (unit) => projects.writer.hold(unit, id, 'legal', '查封'))
    expect(await codeOf(as(inspector, (unit) => resumeByHand(unit, id, '复工')))).toBe('projects.inspectors-hold')
    expect(await codeOf(as(inspector, (unit) => holdByHand(unit, id, 'safety-stop', '停工')))).toBe(
      'projects.inspectors-hold',
    )
    await as(setup, (unit) => projects.writer.resume(unit, id, '解封'))
    expect(await as(inspector, (unit) => holdByHand(unit, id, 'safety-stop', '停工'))).toBe(true)
    expect(await as(inspector, (unit) => resumeByHand(unit, id, '整改完成'))).toBe(true)
  })
  it('show to the public only for a published project, and never the free text of the reason', async () => {
    const [open, hidden] = [await register(), await register()]
    await as(setup, (unit) => projects.writer.publish(unit, open, true, '依申请公开,经办人甲某'))
    for (const id of [open, hidden])
      await as(setup, (unit) => projects.writer.advanceStage(unit, id, 'planning', '经办人甲某办结'))
    const visible = async (id: ProjectId) => (await entriesOf(id)).filter((entry) => entry.visibility === 'public')
    expect((await visible(open)).map((entry) => entry.kind)).toEqual([
      'projects.published',
      'projects.state-changed',
      'projects.stage-changed',
    ])
    expect(await visible(hidden)).toEqual([])
    expect(JSON.stringify(await visible(open))).not.toContain('甲某')
  })
})

describe('parties', () => {
  const add = (id: ProjectId, role: 'owner' | 'contractor', organisationId: OrganisationId) =>
    as(setup, (unit) =>
      projects.writer.addParty(unit, id, { role, organisationId, responsiblePersonId: null, responsibleName: '乙某' }),
    )
  const end = (id: ProjectId, partyId: string, to = today()) =>
    as(setup, (unit) => endParty(context, unit, id, partyId as never, to, '合同终止'))

  it('come once in a role, leave by their last day and stay on record', async () => {
    const id = await register()
    const partyId = await add(id, 'contractor', builder)
    expect(await codeOf(add(id, 'contractor', builder))).toBe('projects.party-known')
    const mine = async () =>
      (await projects.reader.projectsOfOrganisation(db(), builder, today())).some((each) => each.id === id)
    expect(await mine()).toBe(true)
    expect(await codeOf(end(id, partyId, localDate('2020-01-01')))).toBe('projects.party-period')
    await end(id, partyId)
    expect(await mine()).toBe(true)
    test.clock.advance(DAY_MS)
    expect(await mine()).toBe(false)
    expect(await codeOf(end(id, partyId))).toBe('projects.party-over')
    expect(await projects.reader.parties(db(), id)).toHaveLength(2)
    expect(await projects.reader.parties(db(), id, today())).toHaveLength(1)
  })
  it('always have an owner: the last one leaves only after the next has come', async () => {
    const id = await register()
    const [first] = await projects.reader.parties(db(), id)
    expect(await codeOf(end(id, first?.partyId ?? ''))).toBe('projects.last-owner')
    await add(id, 'owner', builder)
    expect(await read(id)).toMatchObject({ ownerOrganisationId: builder, ownerName: '示例建工集团' })
    await end(id, first?.partyId ?? '')
    expect(await read(id)).toMatchObject({ ownerOrganisationId: builder })
  })
  it('are the only ones beside officers who see an unpublished project', async () => {
    const id = await register()
    const applicant = (organisationId: OrganisationId): Actor => ({
      kind: 'person',
      personId: 'p' as PersonId,
      name: 'p',
      roles: [{ role: 'applicant', organisationId }],
    })
    const sees = (actor: Actor) => projects.reader.maySee(db(), actor, id, today())
    expect([await sees(applicant(owner)), await sees(applicant(builder))]).toEqual([true, false])
    await add(id, 'contractor', builder)
    expect(await sees(applicant(builder))).toBe(true)
  })
})

describe('places', () => {
  it('find the projects whose site contains a point, and no others', async () => {
    const here = await register({ boundary: square(106.8, 29.65) })
    await register({ boundary: square(106.81, 29.65) })
    const found = async (lon: number, lat: number) =>
      (await projects.reader.projectsAt(db(), [lon, lat])).map((each) => each.id)
    expect(await found(106.801, 29.651)).toEqual([here])
    expect(await found(106.805, 29.651)).toEqual([])
  })
})

describe('the public face', () => {
  it('exists for published projects only and names no person', async () => {
    const id = await register({ totalInvestmentFen: fen(99_900), projectCode: null })
    await as(setup, (unit) =>
      projects.writer.addParty(unit, id, {
        role: 'contractor',
        organisationId: builder,
        responsiblePersonId: null,
        responsibleName: '丙某某',
      }),
    )
    expect(await projects.reader.publicProject(db(), id)).toBeNull()
    await as(setup, (unit) => projects.writer.publish(unit, id, true, '公开'))
    const face = await projects.reader.publicProject(db(), id)
    expect(face?.parties).toEqual([
      { role: 'owner', organisationName: '示例置业有限公司' },
      { role: 'contractor', organisationName: '示例建工集团' },
    ])
    expect(JSON.stringify(face)).not.toMatch(/丙某某|99900/)
    const listed = await projects.reader.publicProjects(db(), { search: '观音桥' })
    expect(listed.map((each) => each.id)).toContain(id)
    expect(await projects.reader.publicProjects(db(), { stage: 'in-use' })).toEqual([])
  })
})

describe('a case number of the next year', () => {
  it('begins again at one', async () => {
    const later = await testPlatform({
      startAt: instant('2026-12-31T15:59:00Z'),
      config: { jurisdictionCode: '500157' },
    })
    try {
      const others = createPeople(later.platform, vaultOf(new Uint8Array(32).fill(5)))
      const register27 = await createProjects(later.platform, others.reader)
      const numberNow = () =>
        later.platform.transact(setup, async (unit) => {
          const ownerOrganisationId = await others.writer.createOrganisation(unit, { name: '甲', kind: 'enterprise' })
          const id = await register27.writer.register(unit, newProject({ ownerOrganisationId }))
          return (await register27.reader.project(unit.db, id))?.caseNumber
        })
      expect(await numberNow()).toBe('两江建〔2026〕0001')
      expect(await numberNow()).toBe('两江建〔2026〕0002')
      later.clock.advance(120_000)
      expect(await numberNow()).toBe('两江建〔2027〕0001')
    } finally {
      await later.close()
    }
  })
})
