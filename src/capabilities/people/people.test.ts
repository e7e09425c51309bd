import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestPlatform, testPlatform } from '../../../tests/support/platform.ts'
import { type Actor, holds, system } from '../../kernel/actor.ts'
import type { OrganisationId, PersonId } from '../../kernel/identity.ts'
import { isRefused } from '../../kernel/refusal.ts'
import { addMs, DAY_MS, localDate } from '../../kernel/time.ts'
import type { Unit } from '../../platform/platform.ts'
import { vaultOf } from '../../platform/vault/vault.ts'
import { updateOrganisation } from './actions/organisations.ts'
import { revealPerson, updatePerson } from './actions/persons.ts'
import { colleaguesOf, confirmGrant, delegate, endDelegation, grantRole, revokeGrant } from './actions/roles.ts'
import { createPeople, type People } from './capability.ts'
import { readSecurityPolicy } from './reference.ts'
import { findPersons } from './store/persons.ts'

const vault = vaultOf(new Uint8Array(32).fill(3))
const security = readSecurityPolicy(fileURLToPath(new URL('../../../data/', import.meta.url)))
const context = { vault, security, machineClock: () => test.clock() }
let test: TestPlatform
let people: People
beforeAll(async () => {
  test = await testPlatform()
  people = createPeople(test.platform, vault)
  await people.capability.prepare?.()
})
afterAll(() => test.close())

const as = <T>(actor: Actor, work: (unit: Unit) => Promise<T>): Promise<T> => test.platform.transact(actor, work)
const setup = system('test')
const now = () => test.clock()
const actorOf = (id: PersonId) => people.reader.actorOf(test.platform.db, id, now())
const codeOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work
    return 'done'
  } catch (error) {
    if (isRefused(error)) return error.refusal.code
    throw error
  }
}
let count = 0
const newPerson = (name: string): Promise<PersonId> => {
  count += 1
  const phone = `1380000${String(count).padStart(4, '0')}`
  return as(setup, (unit) => people.writer.createPerson(unit, { name, phone }))
}
const newReviewer = async (name: string, department = 'housing'): Promise<PersonId> => {
  const personId = await newPerson(name)
  await as(setup, (unit) => people.writer.grantRole(unit, { personId, role: 'reviewer', department, reason: '入职' }))
  return personId
}
const kindsOf = async (id: string): Promise<readonly string[]> => {
  await test.seal()
  const entries = await test.platform.journal.entriesOf(test.platform.db, { subject: { kind: 'person', id } })
  return entries.map((entry) => entry.kind)
}

describe('departments', () => {
  it('bear the name of the day: Jiangbei until 2025-11-05, Liangjiang from 2025-11-06', async () => {
    const old = await people.reader.department(test.platform.db, 'housing', localDate('2025-11-05'))
    const today = await people.reader.department(test.platform.db, 'housing', localDate('2025-11-06'))
    expect(old).toMatchObject({ jurisdictionCode: '500105', code: 'housing' })
    expect(today).toMatchObject({ jurisdictionCode: '500157', code: 'housing', certainty: 'X' })
    expect(old?.organisationId).not.toBe(today?.organisationId)
  })
  it('are loaded once however often the server starts', async () => {
    const count = async () => (await people.reader.departments(test.platform.db, localDate('2026-03-02'))).length
    const before = await count()
    const sealed = await test.seal()
    await people.capability.prepare?.()
    expect(await test.seal()).toBe(0)
    expect([await count(), sealed >= 0, before > 10]).toEqual([before, true, true])
  })
  it('have no member for a code that nobody declared', async () => {
    expect(await people.reader.department(test.platform.db, 'nothing', localDate('2026-03-02'))).toBeNull()
  })
})

describe('personal data', () => {
  it('lies in the database only sealed, and is found by the whole number alone', async () => {
    const person = { name: '甲某', phone: '+86 139 1234 5678', idNumber: '11010519491231002x' }
    const id = await as(setup, (unit) => people.writer.createPerson(unit, person))
    const { rows } = await test.pool.query('select p::text as line from people.person p where id = $1', [id])
    expect(rows[0].line).not.toMatch(/13912345678|19491231/)
    expect(await people.reader.personByPhone(test.platform.db, '13912345678')).toBe(id)
    expect(await people.reader.phoneOf(test.platform.db, id)).toBe('13912345678')
    const found = (filter: object) => findPersons(test.platform.db, vault, { limit: 9, ...filter })
    expect((await found({ search: '13912345678', phone: '13912345678' })).map((each) => each.id)).toEqual([id])
    expect(await found({ search: '1391234' })).toEqual([])
  })
  it('never enters the payload of the journal', async () => {
    await test.seal()
    const { rows } = await test.pool.query('select string_agg(payload::text, $1) as all from journal.entry', [' '])
    expect(rows[0].all).not.toMatch(/13912345678|甲某|1949/)
  })
  it('belongs to one person: a second registration is refused', async () => {
    await as(setup, (unit) => people.writer.createPerson(unit, { name: '乙', phone: '13700000001' }))
    const again = as(setup, (unit) => people.writer.createPerson(unit, { name: '丙', phone: '137 0000 0001' }))
    expect(await codeOf(again)).toBe('people.person-known')
  })
  it('is refused when a number is wrong', async () => {
    const bad = (person: object) =>
      codeOf(as(setup, (unit) => people.writer.createPerson(unit, { name: '丁', ...person })))
    expect(await bad({ phone: '12345' })).toBe('people.phone-invalid')
    expect(await bad({ idNumber: '110105194912310021' })).toBe('people.id-number-invalid')
  })
  it('is revealed to an administrator only, with a trace', async () => {
    const id = await newPerson('被查看人')
    const reviewer = await actorOf(await newReviewer('审查员'))
    expect(await codeOf(as(reviewer, (unit) => revealPerson(context, unit, id, '核对身份')))).toBe(
      'people.administrators-only',
    )
    const shown = await as(setup, (unit) => revealPerson(context, unit, id, '核对身份'))
    expect(shown.phone).toMatch(/^1380000/)
    expect(await kindsOf(id)).toContain('people.person-revealed')
  })
  it('keeps a change of the same version from being overwritten', async () => {
    const id = await newPerson('改名前')
    await as(setup, (unit) => updatePerson(context, unit, id, { version: 1, name: '改名后' }))
    const late = as(setup, (unit) => updatePerson(context, unit, id, { version: 1, name: '又改' }))
    expect(await codeOf(late)).toBe('people.changed-meanwhile')
    expect(await people.reader.personName(test.platform.db, id)).toBe('改名后')
  })
})

describe('roles in force', () => {
  it('begin and end by themselves', async () => {
    const personId = await newPerson('临时审查员')
    const from = addMs(now(), DAY_MS)
    const grant = {
      personId,
      role: 'reviewer' as const,
      department: 'water',
      from,
      to: addMs(from, DAY_MS),
      reason: '顶岗',
    }
    await as(setup, (unit) => people.writer.grantRole(unit, grant))
    const at = async (ms: number) =>
      holds(await people.reader.actorOf(test.platform.db, personId, addMs(from, ms)), 'reviewer', {
        department: 'water',
      })
    expect([await at(-1), await at(0), await at(DAY_MS - 1), await at(DAY_MS)]).toEqual([false, true, true, false])
    const members = await people.reader.membersOf(test.platform.db, 'water', 'reviewer', from)
    expect(members.map((each) => each.personId)).toContain(personId)
  })
  it('are not granted in a department that does not exist', async () => {
    const personId = await newPerson('无部门')
    const grant = { personId, role: 'reviewer' as const, department: 'no-such', reason: '测试' }
    expect(await codeOf(as(setup, (unit) => people.writer.grantRole(unit, grant)))).toBe('people.department-unknown')
  })
  it('are gone with the person: an inactive person is nobody', async () => {
    const id = await newReviewer('离职者')
    await as(setup, (unit) => updatePerson(context, unit, id, { version: 1, active: false }))
    expect(await actorOf(id)).toEqual({ kind: 'anonymous' })
    const members = await people.reader.membersOf(test.platform.db, 'housing', 'reviewer', now())
    expect(members.map((each) => each.personId)).not.toContain(id)
  })
  it('for an organisation make the person a member of it', async () => {
    const organisationId = await as(setup, (unit) =>
      people.writer.createOrganisation(unit, {
        name: '示例建设有限公司',
        kind: 'enterprise',
        uscc: '91330100799655058B',
      }),
    )
    const personId = await newPerson('报建员')
    await as(setup, (unit) =>
      people.writer.grantRole(unit, { personId, role: 'applicant', organisationId, reason: '授权' }),
    )
    expect(holds(await actorOf(personId), 'applicant', { organisationId })).toBe(true)
    expect(await kindsOf(personId)).toEqual([
      'people.person-created',
      'people.role-granted',
      'people.joined-organisation',
    ])
  })
})

describe('administrators', () => {
  const grantAdmin = (by: Actor, personId: PersonId) =>
    as(by, (unit) => grantRole(context, unit, { personId, role: 'administrator', reason: '管理需要' }))

  it('come by four eyes, and the last one stays', async () => {
    const [one, two, three] = [await newPerson('管一'), await newPerson('管二'), await newPerson('管三')]
    const first = await grantAdmin(setup, one)
    expect(first.state).toBe('in-force')
    expect(await codeOf(as(await actorOf(one), (unit) => revokeGrant(unit, first.id, '离任')))).toBe(
      'people.last-administrator',
    )
    const inactive = as(await actorOf(one), (unit) => updatePerson(context, unit, one, { version: 1, active: false }))
    expect(await codeOf(inactive)).toBe('people.last-administrator')

    const second = await grantAdmin(setup, two)
    expect(await codeOf(grantAdmin(setup, three))).toBe('people.four-eyes')

    const request = await grantAdmin(await actorOf(one), three)
    expect(request.state).toBe('requested')
    expect(holds(await actorOf(three), 'administrator')).toBe(false)
    expect(await codeOf(as(await actorOf(one), (unit) => confirmGrant(unit, request.id)))).toBe('people.four-eyes')
    test.clock.advance(1000)
    const confirmed = await as(await actorOf(two), (unit) => confirmGrant(unit, request.id))
    expect(confirmed).toMatchObject({ state: 'in-force', confirmedBy: `person:${two}`, from: now() })
    expect(holds(await actorOf(three), 'administrator')).toBe(true)
    expect(await kindsOf(three)).toEqual(['people.person-created', 'people.role-requested', 'people.role-granted'])

    await as(await actorOf(one), (unit) => revokeGrant(unit, second.id, '调离'))
    expect(holds(await actorOf(two), 'administrator')).toBe(false)
    const again = as(await actorOf(one), (unit) => revokeGrant(unit, second.id, '调离'))
    expect(await codeOf(again)).toBe('people.grant-already-over')
  })
  it('who remove each other at the same moment leave one', async () => {
    const before = await test.pool.query(
      `select g.id, g.person_id from people.role_grant g where role = 'administrator' and revoked_at is null order by id`,
    )
    expect(before.rows.length).toBe(2)
    const [a, b] = before.rows
    const actors = [await actorOf(a.person_id), await actorOf(b.person_id)]
    const results = await Promise.all([
      codeOf(as(actors[0] as Actor, (unit) => revokeGrant(unit, b.id, '互撤'))),
      codeOf(as(actors[1] as Actor, (unit) => revokeGrant(unit, a.id, '互撤'))),
    ])
    expect([...results].sort()).toEqual(['done', 'people.last-administrator'])
  })
})

describe('delegation', () => {
  it('lends a role for a time, says for whom, and ends with it', async () => {
    const [giver, receiver] = [await newReviewer('科长', 'ecology'), await newReviewer('科员', 'ecology')]
    await as(setup, (unit) =>
      people.writer.grantRole(unit, { personId: giver, role: 'approver', department: 'ecology', reason: '任命' }),
    )
    const wish = {
      toPersonId: receiver,
      role: 'approver' as const,
      department: 'ecology',
      organisationId: null,
      from: now(),
      to: addMs(now(), 3 * DAY_MS),
      reason: '出差',
    }
    const given = await as(await actorOf(giver), (unit) => delegate(unit, wish))
    const acting = await actorOf(receiver)
    expect(acting.kind === 'person' && acting.roles).toContainEqual(
      expect.objectContaining({ role: 'approver', department: 'ecology', onBehalfOf: giver }),
    )
    const members = async () =>
      (await people.reader.membersOf(test.platform.db, 'ecology', 'approver', now())).map((each) => each.personId)
    expect(await members()).toEqual([giver, receiver].sort())
    expect(await codeOf(as(await actorOf(receiver), (unit) => delegate(unit, { ...wish, toPersonId: giver })))).toBe(
      'people.role-not-held',
    )
    await as(await actorOf(receiver), (unit) => endDelegation(unit, given.id))
    expect(holds(await actorOf(receiver), 'approver')).toBe(false)
    expect(await members()).toEqual([giver])
  })
  it('goes to colleagues of the same department only', async () => {
    const [giver, stranger] = [await newReviewer('甲部门', 'housing'), await newReviewer('乙部门', 'water')]
    const actor = await actorOf(giver)
    const wish = { toPersonId: stranger, role: 'reviewer' as const, department: 'housing', organisationId: null }
    const period = { from: now(), to: addMs(now(), DAY_MS), reason: '请假' }
    expect(await codeOf(as(actor, (unit) => delegate(unit, { ...wish, ...period })))).toBe('people.not-a-colleague')
    const names = (await colleaguesOf(test.platform.db, giver, now())).map((each) => each.personId)
    expect(names).not.toContain(stranger)
    expect(names).not.toContain(giver)
  })
})

describe('organisations', () => {
  const create = (organisation: { name: string; uscc?: string }) =>
    as(setup, (unit) => people.writer.createOrganisation(unit, { kind: 'enterprise', ...organisation }))

  it('keep the names they bore', async () => {
    const id: OrganisationId = await create({ name: '旧名工程公司' })
    test.clock.advance(DAY_MS)
    await as(setup, (unit) => updateOrganisation(unit, id, { version: 1, name: '新名工程公司' }))
    const organisation = await people.reader.organisation(test.platform.db, id)
    expect(organisation).toMatchObject({ name: '新名工程公司', version: 2 })
    expect(organisation?.names.map((each) => [each.name, each.to === null])).toEqual([
      ['新名工程公司', true],
      ['旧名工程公司', false],
    ])
    expect(await codeOf(as(setup, (unit) => updateOrganisation(unit, id, { version: 1 })))).toBe(
      'people.changed-meanwhile',
    )
  })
  it('have a code of their own, checked', async () => {
    await create({ name: '甲公司', uscc: '9144030071526726XG' })
    expect(await codeOf(create({ name: '乙公司', uscc: '9144 0300 7152 6726 xg' }))).toBe('people.organisation-known')
    expect(await codeOf(create({ name: '丙公司', uscc: '9144030071526726X1' }))).toBe('people.uscc-invalid')
    expect(await people.reader.organisationByUscc(test.platform.db, '9144030071526726xg')).toMatchObject({
      name: '甲公司',
    })
  })
})
