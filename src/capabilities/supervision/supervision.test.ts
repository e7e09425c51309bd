import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { admittedOf, stale } from '../../../tests/support/admission.ts'
import { openMessages } from '../../../tests/support/messages.ts'
import { openWindow, type Window } from '../../../tests/support/window.ts'
import { type Actor, anonymous, type Person, system } from '../../kernel/actor.ts'
import type { Id, OrganisationId, ProjectId } from '../../kernel/identity.ts'
import { addDays, DAY_MS, localDateOf } from '../../kernel/time.ts'
import { newId } from '../../platform/identity.ts'
import { type AlarmId, closeAlarm, listAlarms, readAlarm } from '../monitoring/contract/alarms.ts'
import * as contract from './contract.ts'
import { categoryOfRule } from './model/rules.ts'
import { orderLifecycle, orderStates } from './model/states.ts'

let window: Window
let inspector: Person
let otherInspector: Person
let manager: Person
let outsider: Person
let partial: Person
let contractor: OrganisationId
let projectId: ProjectId
let count = 0
beforeAll(async () => {
  window = await openWindow()
  const organisation = (name: string) =>
    window.platform.transact(system('test'), (unit) =>
      window.people.writer.createOrganisation(unit, { name, kind: 'enterprise' }),
    )
  contractor = await organisation('示例建工')
  inspector = await window.person('监督甲', { role: 'inspector', department: 'housing' })
  otherInspector = await window.person('规划监督', { role: 'inspector', department: 'planning-resources' })
  manager = await window.person('项目经理', { role: 'site-manager', organisationId: contractor })
  outsider = await window.person('外单位', { role: 'site-manager', organisationId: await organisation('无关公司') })
  partial = await window.person(
    '两头兼职',
    { role: 'inspector', department: 'housing' },
    { role: 'applicant', organisationId: contractor },
  )
  projectId = await window.project()
})
afterAll(() => window.close())

const today = () => localDateOf(window.platform.clock())
type SiteId = Id<'site'>
const site = async (state = 'active'): Promise<SiteId> => {
  count += 1
  const id = newId<'site'>()
  await window.test.pool.query(
    `insert into monitoring.site (id, project_id, name, code, state, department, contractor_id)
     values ($1, $2, $3, $4, $5, 'housing', $6)`,
    [id, projectId, `工地${count}`, `O-${count}`, state, contractor],
  )
  return id
}
/** An alarm as the rules leave it. */
const alarm = async (siteId: SiteId, ruleKey = 'dust.pm10-hour-alarm'): Promise<AlarmId> => {
  const id = newId<'alarm'>()
  const evidence = {
    kind: 'daily-count',
    metric: 'pm10',
    unit: 'ug/m3',
    value: 210,
    limit: 200,
    limitId: 'pm10.hour-alarm',
    source: null,
    window: 'all',
    text: 'PM10 60 分钟均值 210 ug/m3',
    samples: [],
    more: {},
  }
  await window.test.pool.query(
    `insert into monitoring.alarm (id, site_id, device_id, rule_key, rule_version, rule_name, advice, severity, state,
       occurred_at, opened_at, last_at, evidence)
     values ($1, $2, null, $3, 1, '{"zh":"PM10 小时均值超标","en":"PM10"}', '{"zh":"停止土方","en":"Stop"}', 2, 'open',
       $4, $4, $4, $5)`,
    [id, siteId, ruleKey, window.platform.clock(), JSON.stringify(evidence)],
  )
  return id
}
const order = (siteId: SiteId, more: object = {}, by: Actor = inspector) =>
  window.as(by).call(contract.raiseOrder, {
    body: {
      siteId,
      alarmId: null,
      category: 'safety',
      title: '临边防护缺失',
      text: '三层东侧临边未设防护栏杆',
      dueOn: addDays(today(), 3),
      uploadIds: [],
      ...more,
    },
  })
const fromAlarm = (alarmId: AlarmId, by: Actor = inspector) =>
  window.as(by).call(contract.raiseOrderFromAlarm, { params: { alarmId }, body: { text: '' } })
const photo = async (by: Person) => (await window.upload(by, '整改.jpg')).uploadId
const reply = async (one: contract.OrderView, by: Person = manager, uploadIds?: string[]) =>
  window.as(by).call(contract.replyOrder, {
    params: { orderId: one.orderId },
    body: { version: one.version, text: '已加设栏杆', uploadIds: uploadIds ?? [await photo(by)] },
  })
const recheck = (one: contract.OrderView, pass: boolean, by: Actor = inspector, more: object = {}) =>
  window.as(by).call(contract.recheckOrder, {
    params: { orderId: one.orderId },
    body: { version: one.version, pass, text: pass ? '已整改' : '仍不符合要求', uploadIds: [], ...more },
  })
const read = (orderId: contract.OrderId, by: Actor = inspector) =>
  window.as(by).call(contract.readOrder, { params: { orderId } })
const code = async (work: Promise<unknown>) => (await window.refusalOf(work)).code.replace('supervision.', '')
const fire = () => window.test.fireTimers([window.supervision])
const entries = async (orderId: string) =>
  window.platform.journal.entriesOf(window.platform.db, { subject: { kind: 'rectification-order', id: orderId } })

describe('the states of an order', () => {
  it('lead to an end from everywhere, and nowhere from there', () => {
    for (const state of orderStates) {
      let reached = [state]
      for (let step = 0; step < 4; step += 1)
        reached = [...new Set([...reached, ...reached.flatMap(orderLifecycle.next)])]
      expect(reached.some((each) => orderLifecycle.isFinal(each))).toBe(true)
    }
    expect(orderLifecycle.isFinal('closed')).toBe(true)
  })
  it('the category of a rule is that of the longest fitting beginning', () => {
    const rules = {
      note: '',
      source: { basis: '', certainty: 'A' as const },
      defaultDays: { 1: 1, 2: 1, 3: 1, 4: 1 },
      longestDays: 9,
      remindDaysBefore: [],
      categories: [
        { code: 'a', name: { zh: 'a', en: 'a' }, rules: ['camera.'] },
        { code: 'b', name: { zh: 'b', en: 'b' }, rules: ['camera.helmet'] },
        { code: 'other', name: { zh: 'o', en: 'o' }, rules: [] },
      ],
    }
    expect(['camera.lost', 'camera.helmet-2', 'x'].map((key) => categoryOfRule(rules, key))).toEqual([
      'a',
      'b',
      'other',
    ])
    fc.assert(
      fc.property(fc.string(), (key) => {
        expect(['a', 'b', 'other']).toContain(categoryOfRule(rules, key))
      }),
    )
  })
})

describe('an order', () => {
  it('is raised with a number of the year, answered with photos, rechecked in rounds, and closed', async () => {
    const siteId = await site()
    const first = await order(siteId)
    const second = await order(siteId)
    expect(first.number).toMatch(/^整改〔2026〕\d{4}$/)
    expect(Number(second.number.slice(-4))).toBe(Number(first.number.slice(-4)) + 1)
    expect(first).toMatchObject({ state: 'issued', round: 1, raisedBy: '监督甲', departmentName: expect.any(String) })
    expect(await code(recheck(first, true))).toBe('not-replied')
    expect(await code(reply(first, manager, []))).toBe('reply-needs-photo')
    const answered = await reply(first)
    expect(answered).toMatchObject({ state: 'replied', rounds: [{ round: 1, reply: { by: '项目经理', late: false } }] })
    expect(await code(reply(answered))).toBe('not-issued')
    const returned = await recheck(answered, false, inspector, { dueOn: addDays(today(), 2) })
    expect(returned).toMatchObject({ state: 'issued', round: 2, dueOn: addDays(today(), 2) })
    expect(await code(recheck(answered, true))).toBe('order-changed')
    const closed = await recheck(await reply(returned), true)
    expect(closed).toMatchObject({ state: 'closed', closedBy: '监督甲' })
    expect(closed.rounds.map((each) => each.recheck?.pass)).toEqual([false, true])
    expect(await code(recheck(closed, true))).toBe('order-over')
    expect((await entries(first.orderId)).map((each) => each.kind)).toEqual([
      'supervision.order-issued',
      'supervision.order-replied',
      'supervision.order-returned',
      'supervision.order-replied',
      'supervision.order-closed',
    ])
  })
  it('says nothing personal in public: only that it was put right', async () => {
    const one = await order(await site(), { title: '张三未戴安全帽', text: '工人张三(电话 13800000000)未戴安全帽' })
    const closed = await recheck(await reply(one), true)
    const all = await entries(closed.orderId)
    expect(all.filter((each) => each.visibility === 'public').map((each) => each.kind)).toEqual([
      'supervision.order-closed',
    ])
    const text = JSON.stringify(all.map((each) => each.payload))
    for (const secret of ['张三', '13800000000', '项目经理', '监督甲']) expect(text).not.toContain(secret)
  })
  it('keeps its files for those who may see it', async () => {
    const answered = await reply(await order(await site()))
    const sha256 = answered.rounds[0]?.reply?.files[0]?.sha256 ?? ''
    const file = { params: { orderId: answered.orderId, sha256 } }
    expect((await window.as(manager).download(contract.readOrderFile, file)).fileName).toBe('整改.jpg')
    expect(await code(window.as(outsider).download(contract.readOrderFile, file))).toBe('order-missing')
    const wrong = { params: { orderId: answered.orderId, sha256: 'f'.repeat(64) } }
    expect(await code(window.as(inspector).download(contract.readOrderFile, wrong))).toBe('order-missing')
  })
  it('takes only files that the person uploaded', async () => {
    const one = await order(await site())
    expect(await code(reply(one, manager, [await photo(inspector)]))).toBe('upload-missing')
  })
  it('is refused for a site that ended, a day in the past, or an unknown category', async () => {
    const siteId = await site()
    expect(await code(order(await site('ended')))).toBe('site-ended')
    expect(await code(order(newId<'site'>()))).toBe('site-missing')
    expect(await code(order(siteId, { dueOn: addDays(today(), -1) }))).toBe('due-past')
    expect(await code(order(siteId, { dueOn: addDays(today(), 91) }))).toBe('due-past')
    expect(await code(order(siteId, { category: 'no-such' }))).toBe('category-unknown')
  })
  it('is extended and withdrawn by officers, with the reason', async () => {
    const one = await order(await site())
    const params = { orderId: one.orderId }
    const extended = await window.as(inspector).call(contract.extendOrder, {
      params,
      body: { version: one.version, dueOn: addDays(today(), 9), reason: '雨天' },
    })
    expect(extended.dueOn).toBe(addDays(today(), 9))
    const withdraw = (by: Actor) =>
      window.as(by).call(contract.withdrawOrder, { params, body: { version: extended.version, reason: '重复' } })
    expect(await code(withdraw(otherInspector))).toBe('not-inspector')
    expect(await withdraw(inspector)).toMatchObject({ state: 'withdrawn', withdrawnReason: '重复' })
    window.test.clock.advance(20 * DAY_MS)
    await fire()
    expect((await read(one.orderId)).overdue).toBe(false)
  })
  it('reminds before its day, and is overdue after it, once', async () => {
    const one = await order(await site())
    await fire()
    window.test.clock.advance(2 * DAY_MS)
    await fire()
    window.test.clock.advance(2 * DAY_MS)
    await fire()
    await fire()
    expect((await read(one.orderId)).overdue).toBe(true)
    expect((await entries(one.orderId)).map((each) => each.kind)).toEqual([
      'supervision.order-issued',
      'supervision.order-reminded',
      'supervision.order-overdue',
    ])
    const { counts } = await window
      .as(inspector)
      .call(contract.listOrders, { query: { siteId: one.siteId, limit: 10 } as never })
    expect(counts).toEqual({ issued: 1, replied: 0, overdue: 1 })
    const late = await reply(await read(one.orderId))
    expect(late.rounds[0]?.reply?.late).toBe(true)
    expect(await window.supervision.reader.figuresOfSites(window.platform.db, [one.siteId])).toEqual([
      { siteId: one.siteId, open: 1, closed: 0, overdue: 1 },
    ])
  })
})

describe('one click on an alarm', () => {
  it('makes one order, however often and by whomever it is pressed; closing it closes the alarm', async () => {
    const siteId = await site()
    const alarmId = await alarm(siteId)
    const lead = (await window.officers('housing')).lead
    const pressed = await Promise.all([fromAlarm(alarmId), fromAlarm(alarmId, lead), fromAlarm(alarmId)])
    expect(new Set(pressed.map((each) => each.orderId)).size).toBe(1)
    const one = pressed[0] as contract.OrderView
    expect(one).toMatchObject({ category: 'dust', title: 'PM10 小时均值超标', dueOn: addDays(today(), 3) })
    expect(one.text).toContain('停止土方')
    const before = await window.as(inspector).call(readAlarm, { params: { alarmId } })
    expect(before).toMatchObject({ state: 'disposing', order: { orderId: one.orderId, number: one.number } })
    await recheck(await reply(await read(one.orderId)), true)
    const after = await window.as(inspector).call(readAlarm, { params: { alarmId } })
    expect(after).toMatchObject({ state: 'closed', reason: 'rectified', active: false })
    expect(after.reasonText).toContain(one.number)
  })
  it('is for an open alarm of the same site', async () => {
    const siteId = await site()
    const alarmId = await alarm(siteId)
    expect(await code(order(await site(), { alarmId }))).toBe('alarm-of-other-site')
    expect(await code(fromAlarm(newId<'alarm'>()))).toBe('alarm-missing')
    const { version } = await window.as(inspector).call(readAlarm, { params: { alarmId } })
    await window
      .as(inspector)
      .call(closeAlarm, { params: { alarmId }, body: { version, reason: 'false-alarm', text: '误报' } })
    expect(await code(fromAlarm(alarmId))).toBe('alarm-closed')
    const { rows } = await window.as(inspector).call(listAlarms, { query: { siteId, limit: 10 } as never })
    expect(rows.map((each) => each.order)).toEqual([null])
  })
})

describe('who may', () => {
  it('call what is decided by role, department and organisation', async () => {
    const one = await order(await site())
    const alarmId = await alarm(await site())
    const approver = (await window.officers('housing')).approver
    const people = {
      inspector,
      otherInspector,
      partial,
      approver,
      manager,
      outsider,
      supervisor: window.supervisor,
      clerk: window.clerk,
      nobody: anonymous,
    }
    const params = { orderId: one.orderId }
    const seeing = ['inspector', 'otherInspector', 'partial', 'approver', 'supervisor', 'manager', 'outsider']
    const officers = ['inspector', 'otherInspector', 'partial']
    const cases: readonly (readonly [object, object, readonly string[]])[] = [
      [contract.listOrders, { query: { limit: 1 } }, seeing],
      [contract.readOrder, { params }, seeing],
      [
        contract.replyOrder,
        { params, body: { version: stale, text: '已整改', uploadIds: [] } },
        ['manager', 'outsider', 'partial'],
      ],
      [contract.recheckOrder, { params, body: { version: stale, pass: true, text: '通过', uploadIds: [] } }, officers],
      [contract.extendOrder, { params, body: { version: stale, dueOn: today(), reason: '雨天' } }, officers],
      [contract.withdrawOrder, { params, body: { version: stale, reason: '重复' } }, officers],
      [contract.raiseOrderFromAlarm, { params: { alarmId }, body: { text: '' } }, ['inspector']],
    ]
    for (const [endpoint, input, expected] of cases)
      expect([endpoint, [...(await admittedOf(window, people, endpoint, input))].sort()]).toEqual([
        endpoint,
        [...expected].sort(),
      ])
    // Past the version the policy decides: another department, and whoever belongs to the site, does not recheck.
    expect(await code(recheck(one, true, otherInspector))).toBe('not-inspector')
    expect(await code(recheck(one, true, partial))).toBe('own-organisation')
    expect(await code(order(await site(), {}, partial))).toBe('own-organisation')
    expect(await code(read(one.orderId, outsider))).toBe('order-missing')
    expect((await read(one.orderId, manager)).may).toMatchObject({ reply: null })
  })
  it('hear of it through the message centre', async () => {
    const centre = await openMessages(window)
    const one = await order(await site())
    await reply(one)
    await window.test.react([...window.capabilities, centre.capability])
    const got = async (by: Person) =>
      (await centre.inbox(by)).filter((each) => each.link?.page === 'order' && each.link.id === one.orderId)
    expect((await got(manager)).map((each) => each.kind)).toEqual(['supervision.order-issued'])
    expect((await got(inspector)).map((each) => each.kind)).toEqual(['supervision.order-replied'])
    expect(await got(outsider)).toEqual([])
  })
})
