import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { admittedOf, stale } from '../../../../../tests/support/admission.ts'
import {
  above,
  alarmed,
  alarms,
  closeAlarmStage,
  code,
  contractorStaff,
  definition,
  device,
  inspector,
  lead,
  MINUTE,
  manager,
  now,
  only,
  openAlarmStage,
  outsider,
  read,
  rule,
  say,
  site,
  window,
} from '../../../../../tests/support/alarms.ts'
import { type Actor, anonymous, type Person } from '../../../../kernel/actor.ts'
import { type Endpoint } from '../../../../kernel/endpoint.ts'
import { addMs, DAY_MS, localDateOf } from '../../../../kernel/time.ts'
import { newId } from '../../../../platform/identity.ts'
import * as contract from '../../contract/alarms.ts'
import * as rulesContract from '../../contract/rules.ts'
import { definitionSchema } from '../../model/rules/definition.ts'

beforeAll(openAlarmStage)
afterAll(closeAlarmStage)

describe('what people do', () => {
  it('acknowledging, disposing and closing follow each other, each as the page showed it', async () => {
    const { alarm } = await alarmed()
    const params = { alarmId: alarm.alarmId }
    const acknowledge = (version: number, by: Actor) =>
      window.as(by).call(contract.acknowledgeAlarm, { params, body: { version, note: '' } })
    expect(await code(acknowledge(alarm.version, outsider))).toBe('alarm-missing')
    expect(await code(acknowledge(alarm.version, window.supervisor))).toBe('not-for-alarm')
    const both = await Promise.allSettled([acknowledge(alarm.version, manager), acknowledge(alarm.version, inspector)])
    expect(both.map((each) => each.status).sort()).toEqual(['fulfilled', 'rejected'])
    const taken = await read(alarm.alarmId)
    expect(taken).toMatchObject({ state: 'acknowledged' })
    expect(await code(acknowledge(taken.version, inspector))).toBe('alarm-taken')
    const disposing = await window
      .as(manager)
      .call(contract.disposeAlarm, { params, body: { version: taken.version, note: '已喷淋' } })
    expect(disposing).toMatchObject({ state: 'disposing', disposingBy: '项目经理' })
    const close = (version: number, by: Actor) =>
      window.as(by).call(contract.closeAlarm, { params, body: { version, reason: 'handled', text: '已处置' } })
    expect(await code(close(taken.version, manager))).toBe('alarm-changed')
    expect(await code(close(disposing.version, manager))).toBe('severe-by-inspector')
    expect(await close(disposing.version, inspector)).toMatchObject({
      state: 'closed',
      reason: 'handled',
      active: false,
    })
    expect(await code(close(disposing.version + 1, inspector))).toBe('alarm-closed')
    expect((await read(alarm.alarmId)).may.close).not.toBeNull()
  })
  it('comments stand with their author; strangers see nothing', async () => {
    const { alarm, siteId } = await alarmed()
    const params = { alarmId: alarm.alarmId }
    const comment = (by: Actor) => window.as(by).call(contract.commentAlarm, { params, body: { text: '正在核查' } })
    await comment(manager)
    expect((await comment(window.supervisor)).comments.map((each) => each.by)).toEqual(['项目经理', '效能监督'])
    expect(await code(comment(outsider))).toBe('alarm-missing')
    expect(await code(read(alarm.alarmId, outsider))).toBe('alarm-missing')
    expect(await alarms(siteId, {}, outsider)).toEqual([])
    expect(await alarms(siteId, {}, contractorStaff)).toHaveLength(1)
  })
  it('one that is closed while it lasts is raised again after its time', async () => {
    const siteId = await site()
    await rule([siteId], { ...above, forSeconds: 60 }, { severity: 3 })
    const one = await device(siteId)
    await say(one, 200)
    window.test.clock.advance(MINUTE)
    await say(one, 200)
    const alarm = only(await alarms(siteId))
    await window.as(manager).call(contract.closeAlarm, {
      params: { alarmId: alarm.alarmId },
      body: { version: alarm.version, reason: 'false-alarm', text: '误报' },
    })
    window.test.clock.advance(MINUTE)
    await say(one, 200)
    expect((await alarms(siteId)).map((each) => each.active)).toEqual([false])
    window.test.clock.advance(MINUTE)
    await say(one, 200)
    expect((await alarms(siteId)).map((each) => each.active)).toEqual([true, false])
  })
  it('lists are filtered and come page by page', async () => {
    const siteId = await site()
    await rule([siteId], above, { severity: 1 })
    await rule([siteId], above, { severity: 4 })
    for (const one of [await device(siteId), await device(siteId)]) await say(one, 200)
    expect(await alarms(siteId)).toHaveLength(4)
    expect((await alarms(siteId, { severity: '1' })).map((each) => each.severity)).toEqual([1, 1])
    expect(await alarms(siteId, { state: 'closed,acknowledged' })).toEqual([])
    expect(await alarms(siteId, { active: 'false' })).toEqual([])
    const page = await window.as(inspector).call(contract.listAlarms, { query: { siteId, limit: 3 } as never })
    expect(page.rows).toHaveLength(3)
    expect(page.counts).toMatchObject({ active: 4, open: 4, severe: 2 })
    expect(await alarms(siteId, { after: page.next, limit: 3 })).toHaveLength(1)
  })
  it('statistics count alarms, false ones and the time they took', async () => {
    const { siteId, alarm } = await alarmed({ severity: 3 })
    window.test.clock.advance(10 * MINUTE)
    await window.as(manager).call(contract.closeAlarm, {
      params: { alarmId: alarm.alarmId },
      body: { version: alarm.version, reason: 'false-alarm', text: '误报' },
    })
    const today = localDateOf(now())
    const ask = (by: Actor, from = today) =>
      window.as(by).call(contract.alarmStatistics, { query: { siteId, from, to: today } as never })
    expect(await ask(inspector)).toMatchObject({
      total: 1,
      closed: 1,
      falseAlarms: 1,
      closeMinutes: 10,
      acknowledgeMinutes: null,
      disposeMinutes: null,
      perDay: [{ day: today, severity: 3, alarms: 1 }],
      perRule: [{ alarms: 1, closed: 1, falseAlarms: 1 }],
      perSite: [{ alarms: 1, severe: 0, closed: 1, falseAlarms: 1 }],
    })
    expect((await ask(outsider)).total).toBe(0)
    // Of another one it is known how long it waited, and it is not judged before it is closed.
    const [other] = [await device(siteId)]
    await say(other, 200)
    const second = only(await alarms(siteId, { active: 'true' }))
    window.test.clock.advance(4 * MINUTE)
    const taken = await window.as(manager).call(contract.acknowledgeAlarm, {
      params: { alarmId: second.alarmId },
      body: { version: second.version, note: '' },
    })
    window.test.clock.advance(3 * MINUTE)
    await window.as(manager).call(contract.disposeAlarm, {
      params: { alarmId: second.alarmId },
      body: { version: taken.version, note: '' },
    })
    expect(await ask(inspector)).toMatchObject({
      total: 2,
      closed: 1,
      falseAlarms: 1,
      acknowledgeMinutes: 4,
      disposeMinutes: 7,
      perSite: [{ alarms: 2, closed: 1, acknowledgeMinutes: 4, disposeMinutes: 7 }],
    })
    expect(await code(ask(inspector, '2020-01-01' as never))).toBe('period-wrong')
  })
})

describe('the server admits', () => {
  it('to each endpoint those whom policy names, and nobody else', async () => {
    const { alarm, siteId } = await alarmed({ severity: 2 })
    const minor = (await alarmed({ severity: 4 })).alarm
    const key = await rule([siteId], above)
    const approver = (await window.officers('housing')).approver
    const people = {
      inspector,
      lead,
      approver,
      manager,
      contractor: contractorStaff,
      outsider,
      supervisor: window.supervisor,
      clerk: window.clerk,
      nobody: anonymous,
    }
    const own = ['manager', 'contractor']
    const officers = ['inspector', 'lead']
    const authorities = [...officers, 'approver', 'supervisor']
    const params = { alarmId: alarm.alarmId }
    const note = { version: stale, note: '' }
    const close = { version: stale, reason: 'handled', text: '已处置' }
    const today = localDateOf(now())
    // A stale page is what whoever may act is told; who may not is told so, or sees no alarm at all.
    const cases: readonly (readonly [object, object, readonly string[]])[] = [
      [contract.listAlarms, { query: { limit: 1 } }, [...authorities, ...own, 'outsider']],
      [contract.readAlarm, { params }, [...authorities, ...own, 'outsider']],
      [contract.acknowledgeAlarm, { params, body: note }, [...authorities, ...own, 'outsider']],
      [contract.disposeAlarm, { params, body: note }, [...authorities, ...own, 'outsider']],
      [contract.closeAlarm, { params, body: close }, [...authorities, ...own, 'outsider']],
      [contract.commentAlarm, { params, body: { text: '评论' } }, [...authorities, ...own, 'outsider']],
      [contract.alarmStatistics, { query: { from: today, to: today } }, [...authorities, ...own, 'outsider']],
      [rulesContract.listRules, { query: {} }, authorities],
      [rulesContract.readRule, { params: { ruleKey: key } }, authorities],
      [rulesContract.listRuleTemplates, {}, authorities],
      [rulesContract.listLimits, { query: {} }, [...authorities, ...own, 'outsider', 'clerk']],
      [rulesContract.readBacktest, { params: { backtestId: newId() } }, authorities],
      [rulesContract.listBacktests, { params: { ruleKey: key } }, authorities],
      [rulesContract.discardRuleDraft, { params: { ruleKey: key } }, [...officers, 'approver']],
      [rulesContract.publishRule, { params: { ruleKey: key }, body: { revision: 9, note: '' } }, ['lead', 'approver']],
    ]
    for (const [endpoint, input, expected] of cases)
      expect([endpoint, [...(await admittedOf(window, people, endpoint, input))].sort()]).toEqual([
        endpoint,
        [...expected].sort(),
      ])
    // Past the version the policy alone decides.
    const may = async (by: Person, id: contract.AlarmId) => (await read(id, by)).may
    for (const by of [inspector, lead])
      expect(await may(by, alarm.alarmId)).toMatchObject({ acknowledge: null, close: null, order: null })
    for (const by of [manager, contractorStaff]) {
      expect(await may(by, alarm.alarmId)).toMatchObject({
        acknowledge: null,
        dispose: null,
        snooze: null,
        comment: null,
      })
      expect((await may(by, alarm.alarmId)).close).not.toBeNull()
      expect((await may(by, minor.alarmId)).close).toBeNull()
      expect((await may(by, minor.alarmId)).order).not.toBeNull()
    }
    const looksOn = await may(window.supervisor, alarm.alarmId)
    expect([looksOn.acknowledge, looksOn.close, looksOn.order].every((each) => each !== null)).toBe(true)
  })
  it('writes of rules and trials from those who write them, retiring from those who publish', async () => {
    const siteId = await site()
    const housing = await window.officers('housing')
    const people = {
      inspector,
      lead,
      approver: housing.approver,
      administrator: await window.person('系统管理员', { role: 'administrator' }),
      reviewer: housing.reviewer,
      supervisor: window.supervisor,
      clerk: window.clerk,
      manager,
      contractor: contractorStaff,
      outsider,
    }
    const editors = ['inspector', 'lead', 'approver', 'administrator']
    const publishers = ['lead', 'approver', 'administrator']
    const written = definitionSchema.parse(
      definition(above, { appliesTo: { deviceKinds: ['other'], siteIds: [siteId] } }),
    )
    const key = await rule([siteId], above)
    let next = 0
    let saved = 0
    const created = () => {
      next += 1
      return { body: { key: `test.by-role-${next}`, definition: written } }
    }
    const trial = { version: 1, from: addMs(now(), -DAY_MS), to: now(), siteIds: [siteId] }
    // What each does in earnest; who may not is refused before anything is looked at, and the rule stays as it is.
    const cases: readonly (readonly [Endpoint, () => object, readonly string[], string])[] = [
      [rulesContract.createRule as Endpoint, created, editors, 'not-rule-editor'],
      [
        rulesContract.saveRuleDraft as Endpoint,
        () => ({ params: { ruleKey: key }, body: { revision: saved, definition: written } }),
        editors,
        'not-rule-editor',
      ],
      [
        rulesContract.startBacktest as Endpoint,
        () => ({ params: { ruleKey: key }, body: trial }),
        editors,
        'not-rule-editor',
      ],
    ]
    for (const [endpoint, input, allowed, refusal] of cases)
      for (const [name, person] of Object.entries(people)) {
        const may = allowed.includes(name)
        expect([endpoint.id, name, await admittedOf(window, { [name]: person }, endpoint, input())]).toEqual([
          endpoint.id,
          name,
          may ? [name] : [],
        ])
        if (may && endpoint.id === rulesContract.saveRuleDraft.id) saved += 1
        // The policy says no by itself, also where the endpoint names no role.
        if (!may)
          expect([name, await code(window.as(person).call(endpoint, input() as never))]).toEqual([name, refusal])
      }
    const { versions } = await window.as(inspector).call(rulesContract.readRule, { params: { ruleKey: key } })
    expect(versions.map((each) => [each.state, each.revision])).toEqual([
      ['draft', editors.length],
      ['published', 1],
    ])
    const { rows } = await window.as(inspector).call(rulesContract.listBacktests, { params: { ruleKey: key } })
    expect(rows).toHaveLength(editors.length)
    for (const [name, person] of Object.entries(people)) {
      const ruleKey = await rule([siteId], above)
      const retire = { params: { ruleKey }, body: { reason: '不再需要' } }
      const may = publishers.includes(name)
      expect([name, await admittedOf(window, { [name]: person }, rulesContract.retireRule, retire)]).toEqual([
        name,
        may ? [name] : [],
      ])
      if (!may)
        expect([name, await code(window.as(person).call(rulesContract.retireRule, retire))]).toEqual([
          name,
          'not-rule-publisher',
        ])
      const after = await window.as(inspector).call(rulesContract.readRule, { params: { ruleKey } })
      expect([name, after.versions[0]?.state]).toEqual([name, may ? 'retired' : 'published'])
    }
  })
  it('snoozing by officers and the own side: the site not the severest, and not as long', async () => {
    const housing = await window.officers('housing')
    const people = {
      inspector,
      lead,
      reviewer: housing.reviewer,
      manager,
      contractor: contractorStaff,
      approver: housing.approver,
      supervisor: window.supervisor,
      administrator: await window.person('系统管理员', { role: 'administrator' }),
      clerk: window.clerk,
      outsider,
    }
    const snoozed = async (alarmId: contract.AlarmId, minutes: number): Promise<Readonly<Record<string, string>>> => {
      const told: Record<string, string> = {}
      for (const [name, person] of Object.entries(people)) {
        const { version } = await read(alarmId)
        const work = window
          .as(person)
          .call(contract.snoozeAlarm, { params: { alarmId }, body: { version, minutes, reason: '检修' } })
        told[name] = await work.then(
          () => 'ok',
          () => code(work),
        )
        if (told[name] === 'ok') continue
        expect([name, (await read(alarmId)).version]).toEqual([name, version])
      }
      return told
    }
    const officers = (answer: string) => ({ inspector: answer, lead: answer, reviewer: answer })
    const own = (answer: string) => ({ manager: answer, contractor: answer })
    // They see the alarm and leave it to others; whoever is no party sees none.
    const others = {
      approver: 'not-for-alarm',
      supervisor: 'not-for-alarm',
      administrator: 'not-for-alarm',
      clerk: 'alarm-missing',
      outsider: 'alarm-missing',
    }
    const { alarmId } = (await alarmed({ severity: 2 })).alarm
    expect(await snoozed(alarmId, 30)).toEqual({ ...officers('ok'), ...own('ok'), ...others })
    expect(await snoozed(alarmId, 241)).toEqual({ ...officers('ok'), ...own('snooze-too-long'), ...others })
    const severest = (await alarmed({ severity: 1 })).alarm.alarmId
    expect(await snoozed(severest, 30)).toEqual({ ...officers('ok'), ...own('snooze-not-for-severe'), ...others })
    // A clerk has no role that the endpoint names, and is stopped before.
    expect(
      await admittedOf(window, { clerk: window.clerk, anonymous }, contract.snoozeAlarm, {
        params: { alarmId },
        body: { version: stale, minutes: 30, reason: '检修' },
      }),
    ).toEqual([])
  })
})
