import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestPlatform, testPlatform } from '../../../tests/support/platform.ts'
import { CallRefused, type TestServer, testPerson, testServer } from '../../../tests/support/server.ts'
import { type Actor, anonymous, type Person, type Role, roles, system } from '../../kernel/actor.ts'
import type { Decision } from '../../kernel/decision.ts'
import type { BodyOf } from '../../kernel/endpoint.ts'
import type { OrganisationId, PersonId, ProjectId } from '../../kernel/identity.ts'
import { addDays, DAY_MS, daysBetween, type LocalDate, localDateOf } from '../../kernel/time.ts'
import { vaultOf } from '../../platform/vault/vault.ts'
import { createPeople } from '../people/capability.ts'
import { createProjects, type Projects } from './capability.ts'
import * as contract from './contract/site-persons.ts'
import { addParty, endParty, newProjectSchema, type PartyRole } from './contract.ts'
import {
  certificateFaults,
  certificateReminders,
  missingPosts,
  postOf,
  type SitePostRules,
  sitePersonStates,
  sitePostRulesSchema,
} from './model/site-posts.ts'
import { mayDecide, mayEnd, mayNominate, mayWithdraw } from './policy/site-persons.ts'
import { readSitePosts } from './reference.ts'

let test: TestPlatform
let projects: Projects
let server: TestServer
let rules: SitePostRules
let owner: OrganisationId
let builder: OrganisationId
let stranger: OrganisationId
const people: Record<'owner' | 'builder' | 'manager' | 'stranger' | 'inspector' | 'lead' | 'otherInspector', Person> =
  {} as never
beforeAll(async () => {
  test = await testPlatform({ config: { jurisdictionCode: '500157' } })
  const register = createPeople(test.platform, vaultOf(new Uint8Array(32).fill(9)))
  projects = await createProjects(test.platform, register.reader)
  const organisation = (name: string) =>
    test.platform.transact(system('test'), (unit) =>
      register.writer.createOrganisation(unit, { name, kind: 'enterprise' }),
    )
  owner = await organisation('甲置业')
  builder = await organisation('乙建工')
  stranger = await organisation('丙建工')
  server = await testServer({ capabilities: [projects.capability], platform: test.platform })
  rules = await readSitePosts(test.platform.config.dataFolder)
  Object.assign(people, {
    owner: testPerson('建设单位', { role: 'applicant', organisationId: owner }),
    builder: testPerson('施工单位', { role: 'applicant', organisationId: builder }),
    manager: testPerson('现场', { role: 'site-manager', organisationId: builder }),
    stranger: testPerson('外人', { role: 'applicant', organisationId: stranger }),
    inspector: testPerson('检查', { role: 'inspector', department: 'housing' }),
    lead: testPerson('牵头', { role: 'lead', department: 'housing' }),
    otherInspector: testPerson('外部门检查', { role: 'inspector', department: 'planning-resources' }),
  })
})
afterAll(async () => {
  await server.close()
  await test.close()
})

const today = (): LocalDate => localDateOf(test.clock())
const refusal = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work
    return 'done'
  } catch (error) {
    if (error instanceof CallRefused) return `${error.status} ${error.problem.code}`
    throw error
  }
}
/** A project with an owner and a contractor. */
const project = async (more: { readonly roles?: readonly PartyRole[] } = {}): Promise<ProjectId> => {
  const id = await test.platform.transact(system('test'), async (unit) => {
    const made = await projects.writer.register(
      unit,
      newProjectSchema.parse({
        name: '示例住宅',
        projectType: '3',
        investor: 'private',
        land: 'grant',
        purpose: 'housing',
        ownerOrganisationId: owner,
      }),
    )
    await projects.writer.setState(unit, made, 'active', '开始')
    return made
  })
  for (const role of more.roles ?? ['contractor'])
    await server.as(people.owner).call(addParty, {
      params: { projectId: id },
      body: { role, organisationId: builder, responsiblePersonId: null, responsibleName: null },
    })
  return id
}
let serial = 0
/** A valid nomination of a site leader; a test changes what it is about. */
type Nomination = BodyOf<typeof contract.nominatePerson>
const nomination = (more: Partial<Nomination> & { readonly numbers?: readonly string[] } = {}): Nomination => {
  serial += 1
  return {
    post: more.post ?? 'site-leader',
    organisationId: more.organisationId ?? builder,
    personName: more.personName ?? `张示例${serial}`,
    certificates: [
      { kind: 'builder-1', number: more.numbers?.[0] ?? `京100${serial}`, validUntil: addDays(today(), 400) },
      { kind: 'safety-b', number: more.numbers?.[1] ?? `B-00${serial}`, validUntil: addDays(today(), 200) },
    ],
    reason: more.reason ?? '',
  }
}
const nominate = (id: ProjectId, body = nomination(), by: Actor = people.builder) =>
  server.as(by).call(contract.nominatePerson, { params: { projectId: id }, body })
const read = (id: ProjectId, by: Actor = people.inspector) =>
  server.as(by).call(contract.readSitePersons, { params: { projectId: id } })
const only = (view: contract.SitePersons, state: contract.SitePerson['state']): contract.SitePerson => {
  const found = view.rows.filter((row) => row.state === state)
  if (found.length !== 1 || found[0] === undefined) throw new Error(`${found.length} persons are ${state}`)
  return found[0]
}
const decide = (
  person: contract.SitePerson,
  more: { approve?: boolean; checked?: string; remark?: string; exception?: string | null; version?: number } = {},
  by: Actor = people.inspector,
) =>
  server.as(by).call(contract.decideNomination, {
    params: { sitePersonId: person.sitePersonId },
    body: {
      version: person.version,
      approve: true,
      checked: '全国平台查询,信息一致',
      remark: '',
      exception: null,
      ...more,
    },
  })
const approved = async (id: ProjectId, body = nomination()): Promise<contract.SitePerson> =>
  only(await decide(only(await nominate(id, body), 'nominated')), 'approved')
const kinds = async (id: ProjectId): Promise<readonly string[]> => {
  await test.seal()
  return (await test.platform.journal.entriesOf(test.platform.db, { projectId: id })).map((entry) => entry.kind)
}

describe('posts on site as data', () => {
  it('name their certificates, sources and parties, or are not loaded', () => {
    expect(rules.posts.map((post) => post.code)).toContain('site-leader')
    expect(rules.posts.every((post) => post.source.basis.length > 0)).toBe(true)
    const broken = { ...rules, posts: rules.posts.map((post) => ({ ...post, certificates: [['unheard-of']] })) }
    expect(sitePostRulesSchema.safeParse(broken).success).toBe(false)
  })
  it('ask for one certificate of each group, valid today, and each once', () => {
    const post = postOf(rules, 'site-leader')
    if (post === null) throw new Error('no post')
    const day = '2026-05-01' as LocalDate
    const has = (kind: string, number = '1234', validUntil: LocalDate | null = null) => ({ kind, number, validUntil })
    const paths = (...certificates: readonly ReturnType<typeof has>[]) =>
      certificateFaults(rules, post, certificates, day).map((fault) => fault.path)
    expect(paths(has('builder-2'), has('safety-b'))).toEqual([])
    expect(paths(has('builder-1'))).toEqual(['certificates'])
    expect(paths()).toEqual(['certificates', 'certificates'])
    expect(paths(has('builder-1', '1', '2026-04-30' as LocalDate), has('safety-b'))).toEqual([
      'certificates.0.validUntil',
    ])
    expect(paths(has('builder-1', '1', day), has('safety-b'))).toEqual([])
    expect(paths(has('builder-1', '京 1'), has('builder-1', '京1'), has('safety-b'))).toEqual(['certificates.1.number'])
    expect(paths(has('pilot'), has('builder-1'), has('safety-b'))).toEqual(['certificates.0.kind'])
  })
  it('are missing only where their party is there', () => {
    const names = (parties: readonly PartyRole[], held: readonly string[]) =>
      missingPosts(
        rules,
        parties.map((role) => ({ role })),
        held.map((post) => ({ post })),
      ).map((post) => post.code)
    expect(names([], [])).toEqual([])
    expect(names(['owner', 'contractor'], ['owner-leader'])).toEqual(['site-leader', 'safety-officer'])
  })
  it('remind before the last day of a certificate and on the day after it', () => {
    const certificate = { kind: 'safety-b', number: '1', validUntil: '2026-06-30' as LocalDate }
    expect(certificateReminders(rules, [certificate], '2026-05-20' as LocalDate).map((each) => each.on)).toEqual([
      '2026-05-31',
      '2026-07-01',
    ])
    expect(certificateReminders(rules, [{ ...certificate, validUntil: null }], '2026-05-20' as LocalDate)).toEqual([])
  })
})

describe('who may', () => {
  const facts = {
    state: 'active' as const,
    ownerOrganisationId: 'owner' as OrganisationId,
    parties: ['owner', 'builder'] as OrganisationId[],
    department: 'housing',
    departmentName: '住建',
  }
  const row = (state: contract.SitePerson['state']) => ({
    state,
    organisationId: 'builder' as OrganisationId,
    nominatedBy: 'somebody' as PersonId,
  })
  const actorOf = (role: Role, organisationId?: string, department?: string): Actor => ({
    kind: 'person',
    personId: 'me' as PersonId,
    name: 'me',
    roles: [{ role, organisationId: organisationId as OrganisationId | undefined, department }],
  })
  const codeOf = (decision: Decision): string => (decision.allowed ? 'allowed' : decision.because.refusal.code)
  it('decides: officers of the department alone, who belong to no party and did not nominate', () => {
    const able = roles.filter((role) => mayDecide(actorOf(role, undefined, 'housing'), facts, row('nominated')).allowed)
    expect([...able].sort()).toEqual(['approver', 'inspector', 'lead', 'reviewer'])
    for (const role of roles)
      expect(codeOf(mayDecide(actorOf(role, undefined, 'water'), facts, row('nominated')))).toBe(
        'projects.not-approving-officer',
      )
    const both: Actor = {
      kind: 'person',
      personId: 'me' as PersonId,
      name: 'me',
      roles: [
        { role: 'inspector', department: 'housing' },
        { role: 'applicant', organisationId: 'builder' as OrganisationId },
      ],
    }
    expect(codeOf(mayDecide(both, facts, row('nominated')))).toBe('projects.own-organisation')
    const own = { ...row('nominated'), nominatedBy: 'me' as PersonId }
    expect(codeOf(mayDecide(actorOf('inspector', undefined, 'housing'), facts, own))).toBe('projects.own-organisation')
    expect(codeOf(mayDecide(anonymous, facts, row('nominated')))).toBe('projects.not-approving-officer')
  })
  it('nominates and takes back: the party and the owner, nobody else', () => {
    const able = (organisation: string) =>
      roles.filter((role) => mayNominate(actorOf(role, organisation), facts, 'builder' as OrganisationId).allowed)
    expect([...able('builder')].sort()).toEqual(['applicant', 'site-manager'])
    expect(able('owner')).toEqual(['applicant'])
    expect(able('stranger')).toEqual([])
    expect(mayWithdraw(actorOf('applicant', 'builder'), facts, row('nominated')).allowed).toBe(true)
    expect(codeOf(mayWithdraw(actorOf('inspector', undefined, 'housing'), facts, row('nominated')))).toBe(
      'projects.not-own-side',
    )
  })
  it('acts only in the state that the act is for, and not on a project that is over', () => {
    const inspector = actorOf('inspector', undefined, 'housing')
    for (const state of sitePersonStates) {
      expect(mayDecide(inspector, facts, row(state)).allowed).toBe(state === 'nominated')
      expect(mayEnd(inspector, facts, row(state)).allowed).toBe(state === 'approved')
      expect(mayWithdraw(actorOf('applicant', 'owner'), facts, row(state)).allowed).toBe(state === 'nominated')
    }
    const over = { ...facts, state: 'closed' as const }
    expect(codeOf(mayNominate(actorOf('applicant', 'builder'), over, 'builder' as OrganisationId))).toBe(
      'projects.over',
    )
    expect(codeOf(mayDecide(inspector, over, row('nominated')))).toBe('projects.over')
  })
})

describe('a responsible person on site', () => {
  it('is nominated by the party, approved by an officer, and shown to the parties and the authorities alone', async () => {
    const id = await project()
    const waiting = only(await nominate(id), 'nominated')
    expect(waiting.certificates.map((each) => each.state)).toEqual(['valid', 'valid'])
    const person = only(await decide(waiting), 'approved')
    expect(person).toMatchObject({ from: today(), to: null, decidedBy: '', checked: '全国平台查询,信息一致' })
    expect((await read(id, people.manager)).rows).toHaveLength(1)
    expect(await refusal(read(id, people.stranger))).toBe('404 projects.missing')
    expect(await refusal(read(id, anonymous))).toMatch(/^401 /)
    expect(await kinds(id)).toEqual(
      expect.arrayContaining(['projects.site-person-nominated', 'projects.site-person-approved']),
    )
    // Names are personal data: the entries do not hold them.
    const entries = await test.platform.journal.entriesOf(test.platform.db, { projectId: id })
    expect(JSON.stringify(entries.map((entry) => entry.payload))).not.toContain(person.personName)
  })
  it('is not nominated by strangers, for a party that is not there, or without certificates', async () => {
    const id = await project()
    expect(await refusal(nominate(id, nomination({ organisationId: stranger }), people.stranger))).toBe(
      '403 projects.not-own-side',
    )
    expect(
      await refusal(nominate(id, { ...nomination({ post: 'design-leader' }), certificates: [] }, people.builder)),
    ).toBe('409 projects.no-party-for-post')
    expect(await refusal(nominate(id, { ...nomination(), certificates: [] }))).toBe('400 projects.certificates-faulty')
    expect(await refusal(nominate(id, nomination({ post: 'unheard-of' })))).toBe('400 projects.post-unknown')
    expect((await read(id)).rows).toEqual([])
  })
  it('is approved with the word how the certificates were checked, and rejected with a reason', async () => {
    const id = await project()
    const waiting = only(await nominate(id), 'nominated')
    expect(await refusal(decide(waiting, {}, people.otherInspector))).toBe('403 projects.not-approving-officer')
    expect(await refusal(decide(waiting, { checked: '' }))).toBe('400 projects.say-how-checked')
    expect(await refusal(decide(waiting, { approve: false }))).toBe('400 projects.say-why-rejected')
    expect(await refusal(decide(waiting, { version: 7 }))).toBe('409 projects.changed-meanwhile')
    const rejected = only(await decide(waiting, { approve: false, remark: '注册单位不一致' }, people.lead), 'rejected')
    expect(rejected.remark).toBe('注册单位不一致')
    expect(await refusal(decide(rejected))).toBe('409 projects.nomination-over')
    expect(only(await nominate(id), 'nominated').version).toBe(0)
  })
  it('is changed on record: the new one takes the place from the day of approval', async () => {
    const id = await project()
    const before = await approved(id)
    test.clock.advance(10 * DAY_MS)
    const change = nomination()
    expect(await refusal(nominate(id, change))).toBe('400 projects.change-needs-reason')
    const waiting = only(await nominate(id, { ...change, reason: '原项目经理离职' }), 'nominated')
    expect(waiting.replaces).toBe(before.personName)
    expect(await refusal(nominate(id, { ...nomination(), reason: '再换' }))).toBe('409 projects.nomination-open')
    const view = await decide(waiting)
    expect(only(view, 'approved')).toMatchObject({ personName: change.personName, from: today() })
    expect(only(view, 'ended')).toMatchObject({
      personName: before.personName,
      to: addDays(today(), -1),
      endReason: '原项目经理离职',
    })
  })
  it('leaves no gap and no negative stay when it is changed on the day of its approval', async () => {
    const id = await project()
    const before = await approved(id)
    const waiting = only(await nominate(id, { ...nomination(), reason: '登记有误' }), 'nominated')
    expect(only(await decide(waiting), 'ended')).toMatchObject({ from: before.from, to: before.from })
  })
  it('may be one of several where the post allows it', async () => {
    const id = await project()
    const officer = () => ({
      ...nomination({ post: 'safety-officer' }),
      certificates: [{ kind: 'safety-c', number: `C-${(serial += 1)}`, validUntil: null }],
    })
    await approved(id, officer())
    const view = await decide(only(await nominate(id, officer()), 'nominated'))
    expect(view.rows.filter((row) => row.state === 'approved')).toHaveLength(2)
  })
  it('is withdrawn by its side, and leaves on a day that lies in its stay', async () => {
    const id = await project()
    const waiting = only(await nominate(id), 'nominated')
    const withdraw = (by: Actor) =>
      server.as(by).call(contract.withdrawNomination, {
        params: { sitePersonId: waiting.sitePersonId },
        body: { version: waiting.version },
      })
    expect(await refusal(withdraw(people.stranger))).toBe('403 projects.not-own-side')
    expect(only(await withdraw(people.owner), 'withdrawn').decidedAt).not.toBeNull()
    const person = await approved(id)
    const leave = (to: LocalDate, by: Actor = people.manager) =>
      server.as(by).call(contract.endSitePerson, {
        params: { sitePersonId: person.sitePersonId },
        body: { version: person.version, to, reason: '调离' },
      })
    expect(await refusal(leave(addDays(today(), 1)))).toBe('400 projects.end-day-faulty')
    expect(await refusal(leave(addDays(today(), -1)))).toBe('400 projects.end-day-faulty')
    expect(await refusal(leave(today(), people.otherInspector))).toBe('403 projects.not-approving-officer')
    expect(only(await leave(today()), 'ended')).toMatchObject({ to: today(), endReason: '调离' })
  })
  it('leaves with its party', async () => {
    const id = await project()
    const person = await approved(id)
    const party = (
      await server.as(people.owner).call((await import('./contract.ts')).getProject, { params: { projectId: id } })
    ).parties.find((each) => each.role === 'contractor')
    if (party === undefined) throw new Error('no contractor')
    await server.as(people.owner).call(endParty, {
      params: { projectId: id, partyId: party.partyId },
      body: { because: '合同解除' },
    })
    const gone = only(await read(id), 'ended')
    expect(gone).toMatchObject({ sitePersonId: person.sitePersonId, to: today() })
    expect(gone.endReason).toContain('合同解除')
  })
  it('does not hold an exclusive post in two open projects without a named exception', async () => {
    const numbers = ['京 9001', 'B-9001']
    await approved(await project(), nomination({ numbers }))
    const second = await project()
    // Blanks and case make no other number.
    const waiting = only(await nominate(second, nomination({ numbers: ['京9001', 'b-9001'] })), 'nominated')
    const seen = only(await read(second), 'nominated')
    expect(seen.elsewhere.map((each) => each.postName.zh)).toEqual(['施工单位项目负责人(项目经理)'])
    expect(only(await read(second, people.builder), 'nominated').elsewhere).toEqual([])
    expect(await refusal(decide(waiting))).toBe('409 projects.person-elsewhere')
    expect(await refusal(decide(waiting, { exception: 'because', remark: '同意' }))).toBe(
      '409 projects.person-elsewhere',
    )
    expect(await refusal(decide(waiting, { exception: 'same-works' }))).toBe('409 projects.person-elsewhere')
    const view = await decide(waiting, { exception: 'same-works', remark: '同一工程分期施工' })
    expect(only(view, 'approved').exceptionName?.zh).toBe('同一工程相邻分段发包或者分期施工')
  })
  it('is seen by the officer in every nomination that waits with the same certificate, before one is approved', async () => {
    const numbers = ['京6001', 'B-6001']
    const [first, second] = [await project(), await project()]
    for (const id of [first, second]) await nominate(id, nomination({ numbers }))
    const elsewhere = async (id: ProjectId, by = people.inspector) => only(await read(id, by), 'nominated').elsewhere
    expect((await elsewhere(first)).map((each) => each.waits)).toEqual([true])
    expect((await elsewhere(second)).map((each) => each.waits)).toEqual([true])
    expect(await elsewhere(second, people.builder)).toEqual([])
    // The first that is approved needs no exception; then the other is no longer equal to it.
    await decide(only(await read(first), 'nominated'))
    expect((await elsewhere(second)).map((each) => each.waits)).toEqual([false])
  })
  it('is approved once only when two officers approve the same person for two projects at one moment', async () => {
    const numbers = ['京7001', 'B-7001']
    const waiting = []
    for (let count = 0; count < 4; count += 1)
      waiting.push(only(await nominate(await project(), nomination({ numbers })), 'nominated'))
    const results = await Promise.all(waiting.map((each) => refusal(decide(each))))
    expect([...results].sort()).toEqual([
      '409 projects.person-elsewhere',
      '409 projects.person-elsewhere',
      '409 projects.person-elsewhere',
      'done',
    ])
  })
  it('is reminded of certificates that end, and no more after leaving', async () => {
    const id = await project()
    const person = await approved(id)
    const until = person.certificates[1]?.validUntil ?? today()
    const count = async () => (await kinds(id)).filter((kind) => kind === 'projects.site-person-certificate').length
    const to = async (day: LocalDate) => {
      test.clock.advance(daysBetween(today(), day) * DAY_MS)
      await test.fireTimers([projects.capability])
    }
    await to(addDays(until, -61))
    expect(await count()).toBe(0)
    await to(addDays(until, -60))
    await to(addDays(until, -30))
    expect(await count()).toBe(2)
    expect(only(await read(id), 'approved').certificates[1]?.state).toBe('expiring')
    await to(addDays(until, 1))
    expect(await count()).toBe(3)
    expect(only(await read(id), 'approved').certificates[1]?.state).toBe('expired')
    await server.as(people.manager).call(contract.endSitePerson, {
      params: { sitePersonId: person.sitePersonId },
      body: { version: person.version, reason: '证书到期' },
    })
    await to(addDays(until, 400))
    expect(await count()).toBe(3)
  })
  it('shows what is missing from the stage of the permit on', async () => {
    const id = await project()
    expect((await read(id)).missing).toEqual([])
    await test.platform.transact(system('test'), (unit) => projects.writer.advanceStage(unit, id, 'planning', '进展'))
    await test.platform.transact(system('test'), (unit) => projects.writer.advanceStage(unit, id, 'permit', '进展'))
    const names = async () => (await read(id)).missing.map((name) => name.zh)
    expect(await names()).toContain('施工单位项目负责人(项目经理)')
    await approved(id)
    expect(await names()).not.toContain('施工单位项目负责人(项目经理)')
  })
  it('stands in the list of the officers, first nominated first, page by page', async () => {
    const wanted: string[] = []
    for (let count = 0; count < 3; count += 1)
      wanted.push(only(await nominate(await project()), 'nominated').sitePersonId)
    const found: string[] = []
    let after: string | undefined
    do {
      const page = await server.as(people.inspector).call(contract.listNominations, {
        query: { state: 'nominated', limit: 2, ...(after === undefined ? {} : { after }) },
      })
      found.push(...page.rows.map((row) => row.sitePersonId))
      after = page.next ?? undefined
    } while (after !== undefined)
    expect(found.filter((each) => wanted.includes(each))).toEqual(wanted)
    expect(await refusal(server.as(people.builder).call(contract.listNominations, { query: {} as never }))).toMatch(
      /^403 /,
    )
    const crooked = { state: 'nominated', limit: 2, after: 'x' } as const
    expect(await refusal(server.as(people.inspector).call(contract.listNominations, { query: crooked }))).toBe(
      '400 projects.cursor-invalid',
    )
  })
})
