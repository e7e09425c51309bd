import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { admittedOf, stale } from '../../../tests/support/admission.ts'
import { openMessages } from '../../../tests/support/messages.ts'
import { METRICS, passage, position, report, retention } from '../../../tests/support/telemetry.ts'
import { openWindow, type Window } from '../../../tests/support/window.ts'
import { type Actor, anonymous, type Person, system } from '../../kernel/actor.ts'
import type { Endpoint } from '../../kernel/endpoint.ts'
import type { OrganisationId, ProjectId } from '../../kernel/identity.ts'
import { addMs, DAY_MS, type Instant, instant, localDateOf, msOf } from '../../kernel/time.ts'
import { newId } from '../../platform/identity.ts'
import { vaultOf } from '../../platform/vault/vault.ts'
import { personKey, type RuleSources } from './actions/alarms/context.ts'
import { createIngest } from './actions/ingest/ingest.ts'
import type { Ingest } from './actions/ingest/types.ts'
import { runBacktest } from './actions/rules/backtest.ts'
import { armSilence } from './actions/rules/timers.ts'
import * as contract from './contract/alarms.ts'
import * as rulesContract from './contract/rules.ts'
import { loadRulesReference } from './load.ts'
import type { DeviceAlarmReport, DeviceKind, KnownDevice, Report, SiteId } from './model/report.ts'
import { type DefinitionInput, definitionSchema } from './model/rules/definition.ts'
import { createRules, type RulesPart } from './rules-part.ts'
import { raiseAlarm } from './store/alarms/alarms.ts'

const MINUTE = 60_000
const START = instant('2026-03-02T01:30:00Z')
let window: Window
let inspector: Person
let lead: Person
let manager: Person
let contractorStaff: Person
let supervisionStaff: Person
let outsider: Person
let contractor: OrganisationId
let supervision: OrganisationId
let projectId: ProjectId
let part: RulesPart
let ingest: Ingest
let profileId: number
let count = 0
const unregistered = new Set<string>()
const square = [
  [106.5, 29.5],
  [106.6, 29.5],
  [106.6, 29.6],
  [106.5, 29.6],
  [106.5, 29.5],
] as const
const sources: RuleSources = {
  zones: async (_db, siteIds) =>
    new Map(
      siteIds.map(
        (id) => [id, [{ zoneId: 'z', kind: 'danger', name: '基坑', floor: null, polygon: [square] }]] as const,
      ),
    ),
  registered: async (_db, people) =>
    new Map(people.map(({ siteId, workerRef }) => [personKey(siteId, workerRef), !unregistered.has(workerRef)])),
}
const base = () => ({
  platform: window.platform,
  vault: vaultOf(new Uint8Array(32).fill(7)),
  people: window.people.reader,
  projects: window.projects.reader,
})

beforeAll(async () => {
  window = await openWindow({ startAt: START })
  const { people, test, platform } = window
  const organisation = (name: string) =>
    platform.transact(system('test'), (unit) => people.writer.createOrganisation(unit, { name, kind: 'enterprise' }))
  contractor = await organisation('示例建工')
  supervision = await organisation('示例监理')
  inspector = await window.person('监督甲', { role: 'inspector', department: 'housing' })
  lead = await window.person('经办甲', { role: 'lead', department: 'housing' })
  projectId = await window.project()
  const owner = (await window.projects.reader.project(platform.db, projectId))?.ownerOrganisationId
  if (owner === undefined) throw new Error('no owner')
  manager = await window.person('项目经理', { role: 'site-manager', organisationId: contractor })
  contractorStaff = await window.person('施工申请人', { role: 'applicant', organisationId: contractor })
  supervisionStaff = await window.person('监理员', { role: 'site-manager', organisationId: supervision })
  outsider = await window.person('外单位', { role: 'site-manager', organisationId: await organisation('无关公司') })
  await test.pool.query(
    `insert into monitoring.metric_profile (id, model, version, name, kind, metrics, factors, created_at)
     values (901, 'test', 1, 'test', 'other', $1, $2, now())`,
    [[...METRICS], METRICS.map(() => 1)],
  )
  profileId = 901
  part = createRules(base(), sources)
  ingest = await createIngest({
    platform,
    retention,
    node: 'test',
    spoolFolder: null,
    afterMs: 1,
    evaluate: part.rules.evaluate,
  })
})
afterAll(async () => {
  await ingest?.stop()
  await window?.close()
})

const now = (): Instant => window.platform.clock()
const site = async (more: { readonly contractor?: OrganisationId | null } = {}): Promise<SiteId> => {
  count += 1
  const id = newId<'site'>()
  await window.test.pool.query(
    `insert into monitoring.site (id, project_id, name, code, department, contractor_id, supervision_id)
     values ($1, $2, $3, $4, 'housing', $5, $6)`,
    [
      id,
      projectId,
      `工地${count}`,
      `A-${count}`,
      more.contractor === undefined ? contractor : more.contractor,
      supervision,
    ],
  )
  // The contractor and the supervision unit are parties of the project, as everywhere.
  return id
}
const device = async (siteId: SiteId, kind: DeviceKind = 'other'): Promise<KnownDevice> => {
  count += 1
  const id = newId<'device'>()
  await window.test.pool.query(
    `insert into monitoring.device (id, site_id, protocol, external_id, kind, name, profile_id, created_at, lon, lat)
     values ($1, $2, 'mqtt', $3, $4, $5, $6, $7, 106.55, 29.55)`,
    [id, siteId, `D-${count}`, kind, `设备${count}`, profileId, now()],
  )
  return { siteId, deviceId: id, kind, profileId, metrics: METRICS }
}
const definition = (condition: DefinitionInput['condition'], more: Partial<DefinitionInput> = {}): DefinitionInput => ({
  name: { zh: '测试规则', en: 'Test' },
  advice: { zh: '请处置', en: 'Act' },
  condition,
  appliesTo: { deviceKinds: ['other'] },
  severity: 2,
  source: { basis: '测试', certainty: 'A' },
  ...more,
})
/** Writes and publishes a rule for some sites alone. */
const rule = async (
  siteIds: readonly SiteId[],
  condition: DefinitionInput['condition'],
  more: Partial<DefinitionInput> & { readonly deviceKinds?: readonly DeviceKind[] } = {},
): Promise<string> => {
  count += 1
  const key = `test.rule-${count}`
  const { deviceKinds = ['other'], ...rest } = more
  await window.as(inspector).call(rulesContract.createRule, {
    body: {
      key,
      definition: definitionSchema.parse(
        definition(condition, { ...rest, appliesTo: { deviceKinds: [...deviceKinds], siteIds: [...siteIds] } }),
      ),
    },
  })
  await publish(key, 1)
  return key
}
const publish = (key: string, revision: number, by: Actor = lead) =>
  window.as(by).call(rulesContract.publishRule, { params: { ruleKey: key }, body: { revision, note: '' } })
const say = (to: KnownDevice, pm10: number, at: Instant = now()): Promise<unknown> =>
  ingest.submit(report(to, at, [pm10, 50, 1], { receivedAt: at }))
const submit = (...reports: readonly Report[]) => Promise.all(reports.map((each) => ingest.submit(each)))
const alarms = async (siteId: SiteId, query: object = {}, by: Actor = inspector) =>
  (await window.as(by).call(contract.listAlarms, { query: { siteId, limit: 200, ...query } as never })).rows
const read = (alarmId: contract.AlarmId, by: Actor = inspector) =>
  window.as(by).call(contract.readAlarm, { params: { alarmId } })
const only = <T>(list: readonly T[]): T => {
  const [value, ...more] = list
  if (value === undefined || more.length > 0) throw new Error(`${list.length} instead of one`)
  return value
}
const code = async (work: Promise<unknown>) => (await window.refusalOf(work)).code.replace('monitoring.', '')
const fire = () => window.test.fireTimers([{ timers: part.timers }])
/** Moves the clock minute by minute, firing what comes due. */
const wait = async (minutes: number): Promise<void> => {
  for (let left = minutes; left > 0; left -= 1) {
    window.test.clock.advance(MINUTE)
    await fire()
  }
}
const above = { kind: 'threshold', metric: 'pm10', limit: { value: 150 }, band: 20 } as const
/** A site with a rule and a device that is over its limit. */
const alarmed = async (more: Partial<DefinitionInput> = {}) => {
  const siteId = await site()
  const key = await rule([siteId], above, more)
  const one = await device(siteId)
  await say(one, 200)
  return { siteId, key, one, alarm: only(await alarms(siteId)) }
}
const toldOf = async (alarmId: contract.AlarmId) =>
  (await read(alarmId)).told.map((each) => [each.rung, each.repeat, (msOf(each.at) - msOf(START)) / MINUTE] as const)

describe('templates', () => {
  it('that rest on guesses are not put into force, the others are', async () => {
    const { rows } = await window.as(inspector).call(rulesContract.listRules, { query: {} })
    const reference = loadRulesReference(window.platform.config.dataFolder)
    const active = reference.templates.filter((each) => each.active).map((each) => each.key)
    expect(rows.filter((each) => each.published !== null).map((each) => each.key)).toEqual(
      expect.arrayContaining(active),
    )
    expect(rows.some((each) => each.key === 'dust.tsp-shanghai')).toBe(false)
    for (const template of reference.templates.filter((each) => each.active)) {
      const { condition } = template.definition
      const limit =
        'limit' in condition && 'limitId' in condition.limit
          ? reference.limits.limits.find((each) => 'limitId' in condition.limit && each.id === condition.limit.limitId)
          : undefined
      expect((limit?.rows ?? []).filter(({ source }) => source.certainty === 'E' || source.certainty === 'X')).toEqual(
        [],
      )
    }
  })
  it('and limits say which figures are 待核, by date', async () => {
    const on = async (day: string) =>
      only(
        (
          await window.as(inspector).call(rulesContract.listLimits, { query: { on: day as never, metric: 'noise' } })
        ).rows.filter((each) => each.id === 'noise.boundary'),
      )
    expect(await on('2025-12-31')).toMatchObject({ unverified: false, current: [{ value: 70 }, { value: 55 }] })
    expect(await on('2026-01-01')).toMatchObject({ unverified: true, current: [{ value: 70 }, { value: 55 }] })
  })
})

describe('a rule', () => {
  it('is written, changed, published, replaced and retired by those who may', async () => {
    const siteId = await site()
    const key = await rule([siteId], above)
    const params = { ruleKey: key }
    const get = () => window.as(inspector).call(rulesContract.readRule, { params })
    const body = { revision: 0, definition: definitionSchema.parse(definition({ ...above, limit: { value: 300 } })) }
    const save = (revision: number, by: Actor = inspector) =>
      window.as(by).call(rulesContract.saveRuleDraft, { params, body: { ...body, revision } })
    expect(await code(save(0, window.supervisor))).toBe('not-rule-editor')
    expect(await code(publish(key, 1))).toBe('no-draft')
    expect((await save(0)).versions.map((each) => [each.version, each.state])).toEqual([
      [2, 'draft'],
      [1, 'published'],
    ])
    expect(await code(save(0))).toBe('draft-changed')
    expect((await save(1)).versions[0]?.revision).toBe(2)
    expect(await code(publish(key, 1))).toBe('draft-changed')
    expect(await code(publish(key, 2, inspector))).toBe('not-rule-publisher')
    expect((await publish(key, 2)).versions.map((each) => each.state)).toEqual(['published', 'retired'])
    const retire = (by: Actor) => window.as(by).call(rulesContract.retireRule, { params, body: { reason: '不再需要' } })
    expect(await code(retire(inspector))).toBe('not-rule-publisher')
    await retire(lead)
    expect(await code(retire(lead))).toBe('not-published')
    expect((await get()).versions[0]).toMatchObject({ state: 'retired', retireReason: '不再需要', retiredBy: '经办甲' })
    expect(await code(window.as(inspector).call(rulesContract.discardRuleDraft, { params }))).toBe('no-draft')
    expect(await code(window.as(inspector).call(rulesContract.readRule, { params: { ruleKey: 'no.such' } }))).toBe(
      'rule-missing',
    )
  })
  it('that names what is not in the data, or a figure that nobody vouches for, is refused', async () => {
    const create = (limitId: string, key: string) =>
      window.as(inspector).call(rulesContract.createRule, {
        body: { key, definition: definitionSchema.parse(definition({ ...above, limit: { limitId } })) },
      })
    expect(await code(create('no.such', 'test.bad'))).toBe('reference-unknown')
    await create('tsp.hour-warning', 'test.guess')
    expect(await code(create('tsp.hour-warning', 'test.guess'))).toBe('rule-exists')
    expect(await code(publish('test.guess', 1))).toBe('guess-not-published')
    const params = { ruleKey: 'test.guess' }
    expect(await window.as(inspector).call(rulesContract.discardRuleDraft, { params })).toEqual({ rule: null })
  })
  it('goes on with active alarms under new figures, and ends them when it is retired', async () => {
    const { key, siteId, one } = await alarmed()
    const params = { ruleKey: key }
    const changed = definition(
      { ...above, limit: { value: 250 } },
      { appliesTo: { deviceKinds: ['other'], siteIds: [siteId] } },
    )
    await window.as(inspector).call(rulesContract.saveRuleDraft, {
      params,
      body: { revision: 0, definition: definitionSchema.parse(changed) },
    })
    await publish(key, 1)
    expect(only(await alarms(siteId)).active).toBe(true)
    window.test.clock.advance(MINUTE)
    await say(one, 240)
    expect(only(await alarms(siteId)).active).toBe(true)
    await window.as(lead).call(rulesContract.retireRule, { params, body: { reason: '停用' } })
    expect(only(await alarms(siteId)).active).toBe(false)
  })
})

describe('an alarm', () => {
  it('is raised with its evidence, once, and ends by itself', async () => {
    const { siteId, one, alarm } = await alarmed()
    expect(alarm).toMatchObject({ active: true, state: 'open', severity: 2, value: 200, limit: 150, unit: 'ug/m3' })
    const view = await read(alarm.alarmId)
    expect(view.evidence.samples.map((each) => each.value)).toEqual([200])
    expect(view.evidence.text).toContain('PM10 200')
    window.test.clock.advance(MINUTE)
    await say(one, 210)
    await say(one, 140, addMs(now(), 1000))
    expect(await alarms(siteId)).toHaveLength(1)
    await say(one, 120, addMs(now(), 2000))
    const over = only(await alarms(siteId))
    expect([over.active, over.endedAt !== null]).toEqual([false, true])
    const entries = await window.platform.journal.entriesOf(window.platform.db, {
      subject: { kind: 'alarm', id: alarm.alarmId },
    })
    expect(entries.map((each) => each.kind)).toEqual([
      'monitoring.alarm-raised',
      'monitoring.alarm-told',
      'monitoring.alarm-ended',
    ])
  })
  it('that comes back soon is the same, later another', async () => {
    const { siteId, one } = await alarmed({ reopenMinutes: 10 })
    window.test.clock.advance(MINUTE)
    await say(one, 100)
    window.test.clock.advance(5 * MINUTE)
    await say(one, 200)
    expect(only(await alarms(siteId))).toMatchObject({ active: true, repeats: 1 })
    window.test.clock.advance(MINUTE)
    await say(one, 100)
    window.test.clock.advance(11 * MINUTE)
    await say(one, 200)
    expect((await alarms(siteId)).map((each) => each.active)).toEqual([true, false])
  })
  it('never comes of buffered or old reports', async () => {
    const siteId = await site()
    await rule([siteId], above)
    const one = await device(siteId)
    await submit(
      report(one, addMs(now(), -DAY_MS), [900, 50, 1], { receivedAt: now(), buffered: true }),
      report(one, addMs(now(), -20 * MINUTE), [900, 50, 1], { receivedAt: now() }),
    )
    expect(await alarms(siteId)).toEqual([])
    await say(one, 900)
    expect(await alarms(siteId)).toHaveLength(1)
  })
  it('is one, however many raise it at once on however many connections', async () => {
    const siteId = await site()
    const devices = await Promise.all(Array.from({ length: 50 }, () => device(siteId)))
    const { alarm } = await alarmed()
    const { rows } = await window.test.pool.query('select * from monitoring.alarm where id = $1', [alarm.alarmId])
    const raise = (to: KnownDevice) =>
      window.platform.transact(system('test'), (unit) =>
        raiseAlarm(
          unit.db,
          {
            ...rows[0],
            id: newId<'alarm'>(),
            site_id: siteId,
            device_id: to.deviceId,
            rule_key: 'test.many',
            repeats: 0,
          },
          unit.now,
        ),
      )
    const how = { new: 0, repeated: 0, reopened: 0 }
    let next = 0
    /** Raises as fast as its connection allows; forty of them take turns on the fifty devices. */
    const worker = async (): Promise<void> => {
      while (next < 4000) {
        const to = devices[next % devices.length]
        next += 1
        if (to !== undefined) how[(await raise(to)).how] += 1
      }
    }
    await Promise.all(Array.from({ length: 40 }, worker))
    expect(how).toEqual({ new: 50, repeated: 3950, reopened: 0 })
    const { rows: found } = await window.test.pool.query<{ n: number; repeats: number }>(
      `select count(*)::int as n, sum(repeats)::int as repeats from monitoring.alarm where rule_key = 'test.many'`,
    )
    expect(found).toEqual([{ n: 50, repeats: 3950 }])
  }, 120_000)
  it('is raised once by two processes that get reports of one device in turn', async () => {
    const siteId = await site()
    await rule([siteId], { ...above, forSeconds: 120, maxGapSeconds: 600 })
    const one = await device(siteId)
    const other = createRules(base(), sources)
    const second = await createIngest({
      platform: window.platform,
      retention,
      node: 'second',
      spoolFolder: null,
      afterMs: 1,
      evaluate: other.rules.evaluate,
    })
    try {
      for (let minute = 0; minute < 8; minute += 1) {
        window.test.clock.advance(MINUTE)
        await (minute % 2 === 0 ? ingest : second).submit(report(one, now(), [200, 50, 1]))
      }
      const found = only(await alarms(siteId))
      expect(msOf(found.openedAt) - msOf(found.occurredAt)).toBe(2 * MINUTE)
      window.test.clock.advance(MINUTE)
      await second.submit(report(one, now(), [100, 50, 1]))
      expect(only(await alarms(siteId)).active).toBe(false)
    } finally {
      await second.stop()
    }
  })
  it('is not forgotten when the transaction is rolled back', async () => {
    const siteId = await site()
    await rule([siteId], { ...above, forSeconds: 60 })
    const one = await device(siteId)
    const part2 = createRules(base(), sources)
    const first = report(one, now(), [200, 50, 1])
    const failing = window.platform.transact(system('test'), async (unit) => {
      await part2.rules.evaluate(unit, [first])
      throw new Error('rolled back')
    })
    await expect(failing).rejects.toThrow('rolled back')
    await window.platform.transact(system('test'), (unit) => part2.rules.evaluate(unit, [first]))
    window.test.clock.advance(MINUTE)
    const next = report(one, now(), [200, 50, 1])
    await window.platform.transact(system('test'), (unit) => part2.rules.evaluate(unit, [next]))
    expect(only(await alarms(siteId)).occurredAt).toBe(first.at)
  })
  it('comes of positions, people and devices too', async () => {
    const siteId = await site()
    await rule([siteId], { kind: 'zone', event: 'enter', zoneKinds: ['danger'] }, { deviceKinds: ['tracker'] })
    await rule([siteId], { kind: 'unregistered' }, { deviceKinds: ['gate'] })
    await rule([siteId], { kind: 'device-alarm', codeSet: 'no-helmet' }, { deviceKinds: ['camera'] })
    const [tracker, gate, camera] = [
      await device(siteId, 'tracker'),
      await device(siteId, 'gate'),
      await device(siteId, 'camera'),
    ]
    unregistered.add('W-e2')
    const helmet: DeviceAlarmReport = {
      kind: 'device-alarm',
      device: camera,
      at: now(),
      receivedAt: now(),
      buffered: false,
      code: 'safetyHelmetDetection',
      severity: 3,
      text: '未戴安全帽',
      active: true,
      eventId: 'h1',
      evidence: { score: 0.9 },
    }
    await submit(position(tracker, now(), 106.7, 29.7), passage(gate, now(), 'e1'), {
      ...helmet,
      code: 'videoloss-of-another-maker',
      eventId: 'h0',
    })
    expect((await alarms(siteId)).filter((each) => each.ruleKey.startsWith('test.'))).toEqual([])
    window.test.clock.advance(MINUTE)
    await submit(position(tracker, now(), 106.55, 29.55), passage(gate, now(), 'e2'), {
      ...helmet,
      at: now(),
      receivedAt: now(),
    })
    const found = (await alarms(siteId)).filter((each) => each.ruleKey.startsWith('test.'))
    expect(found.map((each) => each.text).sort()).toEqual(
      ['设备报警:未戴安全帽', '进入“基坑”', '有未实名登记人员进场(1 人)'].sort(),
    )
    expect(JSON.stringify(await Promise.all(found.map((each) => read(each.alarmId))))).not.toContain('W-e2')
  })
})

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
      falseAlarms: 1,
      closeMinutes: 10,
      acknowledgeMinutes: null,
      perDay: [{ day: today, severity: 3, alarms: 1 }],
      perSite: [{ alarms: 1, severe: 0 }],
    })
    expect((await ask(outsider)).total).toBe(0)
    expect(await code(ask(inspector, '2020-01-01' as never))).toBe('period-wrong')
  })
})

describe('the ladder', () => {
  it('climbs from the site to the district, repeats until somebody acknowledges, then is silent', async () => {
    window.test.clock.set(instant('2026-03-09T01:30:00Z'))
    const { alarm } = await alarmed({ severity: 1 })
    const from = (msOf(now()) - msOf(START)) / MINUTE
    await wait(31)
    expect(await toldOf(alarm.alarmId)).toEqual(
      [
        ['site', 0, from],
        ['site', 1, from + 10],
        ['contractor', 0, from + 10],
        ['site', 2, from + 20],
        ['supervision', 0, from + 20],
        ['site', 3, from + 30],
        ['district', 0, from + 30],
      ].sort((a, b) => Number(a[2]) - Number(b[2]) || 0) as never,
    )
    const view = await read(alarm.alarmId)
    expect(view).toMatchObject({ escalation: 'district', version: alarm.version })
    expect(view.told.map((each) => each.whom)).toEqual(expect.arrayContaining(['示例建工', '示例监理']))
    await window.as(manager).call(contract.acknowledgeAlarm, {
      params: { alarmId: alarm.alarmId },
      body: { version: view.version, note: '' },
    })
    await wait(28)
    expect(await toldOf(alarm.alarmId)).toHaveLength(7)
    expect((await read(alarm.alarmId)).overdue).toBe(false)
    await wait(2)
    expect((await read(alarm.alarmId)).overdue).toBe(true)
  })
  it('stops when the alarm ends by itself or is closed', async () => {
    const { alarm, one } = await alarmed({ severity: 1 })
    window.test.clock.advance(5 * MINUTE)
    await say(one, 100)
    await wait(70)
    expect(await toldOf(alarm.alarmId)).toHaveLength(1)
    expect((await read(alarm.alarmId)).overdue).toBe(false)
  })
  it('waits while the alarm is snoozed, and as long as the site may', async () => {
    const { alarm } = await alarmed({ severity: 2 })
    const params = { alarmId: alarm.alarmId }
    const snooze = (minutes: number, by: Actor, version = alarm.version) =>
      window.as(by).call(contract.snoozeAlarm, { params, body: { version, minutes, reason: '设备检修' } })
    expect(await code(snooze(241, manager))).toBe('snooze-too-long')
    expect(await code(snooze(60, window.supervisor))).toBe('not-for-alarm')
    const severe = (await alarmed({ severity: 1 })).alarm
    expect(
      await code(
        window.as(manager).call(contract.snoozeAlarm, {
          params: { alarmId: severe.alarmId },
          body: { version: severe.version, minutes: 5, reason: '检修' },
        }),
      ),
    ).toBe('snooze-not-for-severe')
    const asleep = await snooze(60, manager)
    const from = (msOf(now()) - msOf(START)) / MINUTE
    await wait(59)
    expect(await toldOf(alarm.alarmId)).toEqual([['site', 0, from]])
    await wait(2)
    expect((await toldOf(alarm.alarmId)).map(([rung, , at]) => [rung, at - from])).toEqual(
      expect.arrayContaining([
        ['contractor', 60],
        ['supervision', 60],
      ]),
    )
    await snooze(0, manager, asleep.version)
    expect((await read(alarm.alarmId)).snoozedUntil).toBeNull()
  })
  it('leaves people in peace by night for what can wait', async () => {
    window.test.clock.set(instant('2026-03-20T15:00:00Z'))
    const { alarm } = await alarmed({ severity: 4 })
    const urgent = (await alarmed({ severity: 1 })).alarm
    expect(await toldOf(alarm.alarmId)).toEqual([])
    expect(await toldOf(urgent.alarmId)).toHaveLength(1)
    window.test.clock.set(instant('2026-03-20T23:59:00Z'))
    await fire()
    expect(await toldOf(alarm.alarmId)).toEqual([])
    window.test.clock.set(instant('2026-03-21T00:00:00Z'))
    await fire()
    expect((await toldOf(alarm.alarmId)).map(([rung]) => rung)).toEqual(['site'])
  })
  it('tells the people of each rung through the message centre', async () => {
    const centre = await openMessages(window)
    const { alarm } = await alarmed({ severity: 1 })
    await wait(31)
    await window.test.react([...window.capabilities, centre.capability])
    const got = async (by: Person) =>
      (await centre.inbox(by)).filter((each) => each.link?.page === 'alarm' && each.link.id === alarm.alarmId)
    expect((await got(manager)).length).toBeGreaterThan(0)
    expect((await got(contractorStaff)).map((each) => each.title.zh)).toEqual([expect.stringContaining('无人确认')])
    expect(await got(supervisionStaff)).toHaveLength(1)
    expect(await got(inspector)).toHaveLength(1)
    expect(await got(outsider)).toEqual([])
  })
})

describe('silence', () => {
  const silent = { kind: 'stale', afterSeconds: 600 } as const
  it('of a device is noticed without any report, told once, and over when it speaks', async () => {
    const siteId = await site()
    await rule([siteId], silent)
    const one = await device(siteId)
    await say(one, 10)
    const from = now()
    await fire()
    await wait(9)
    expect(await alarms(siteId)).toEqual([])
    await wait(2)
    const found = only(await alarms(siteId))
    expect(found).toMatchObject({ active: true, occurredAt: addMs(from, 10 * MINUTE), deviceId: one.deviceId })
    await wait(5)
    expect(await alarms(siteId)).toHaveLength(1)
    await say(one, 10)
    expect(only(await alarms(siteId)).active).toBe(false)
  })
  it('of a device that never spoke counts from its registration; closing begins anew', async () => {
    const siteId = await site()
    await rule([siteId], silent, { severity: 3 })
    await device(siteId)
    await say(await device(await site()), 1)
    await window.platform.transact(system('test'), armSilence)
    await wait(12)
    const found = only(await alarms(siteId))
    await window.as(manager).call(contract.closeAlarm, {
      params: { alarmId: found.alarmId },
      body: { version: found.version, reason: 'device-fault', text: '待安装' },
    })
    await wait(8)
    expect((await alarms(siteId)).filter((each) => each.active)).toEqual([])
    await wait(4)
    expect((await alarms(siteId)).filter((each) => each.active)).toHaveLength(1)
  })
  it('of many devices of a site is one incident; who is left stands for itself', async () => {
    const siteId = await site()
    await rule([siteId], silent)
    const devices = await Promise.all(Array.from({ length: 6 }, () => device(siteId)))
    for (const one of devices) await say(one, 1)
    await wait(12)
    const unfolded = await alarms(siteId, { unfolded: 'true', active: 'true' })
    const incident = only(unfolded)
    expect(incident).toMatchObject({ deviceId: null, ruleKey: 'site.storm', folded: 6 })
    const view = await read(incident.alarmId)
    expect(view.incident.map((each) => each.active)).toEqual(Array.from({ length: 6 }, () => true))
    expect((await toldOf(incident.alarmId)).length).toBeGreaterThan(0)
    for (const each of view.incident) expect(await toldOf(each.alarmId)).toEqual([])
    await window.as(manager).call(contract.acknowledgeAlarm, {
      params: { alarmId: incident.alarmId },
      body: { version: view.version, note: '停电' },
    })
    expect((await read(incident.alarmId)).incident.every((each) => each.state === 'acknowledged')).toBe(true)
    for (const one of devices.slice(0, 3)) await say(one, 1)
    expect((await read(incident.alarmId)).active).toBe(false)
    const left = (await alarms(siteId, { active: 'true' })).map((each) => each.incidentId)
    expect(left).toEqual([null, null, null])
  })
})

describe('a backtest', () => {
  const over = async (key: string, siteIds: readonly SiteId[], from: Instant, to: Instant) => {
    const started = await window.as(inspector).call(rulesContract.startBacktest, {
      params: { ruleKey: key },
      body: { version: 1, from, to, siteIds: [...siteIds] },
    })
    expect(started.state).toBe('queued')
    const progress: number[] = []
    await runBacktest(
      { ...base(), sources, reference: loadRulesReference(window.platform.config.dataFolder) },
      started.backtestId,
      { report: async (done) => void progress.push(done) },
    )
    expect(progress.at(-1)).toBe(started.total === 0 ? progress.at(-1) : started.total)
    return window.as(window.supervisor).call(rulesContract.readBacktest, { params: { backtestId: started.backtestId } })
  }
  it('finds exactly what was raised live over the same data', async () => {
    const siteId = await site()
    const keys = [
      await rule([siteId], { ...above, forSeconds: 120, clearSeconds: 60 }, { reopenMinutes: 0 }),
      await rule(
        [siteId],
        { kind: 'daily-count', metric: 'pm10', minutes: 5, limit: { value: 150 }, allowed: 2 },
        { reopenMinutes: 0 },
      ),
      await rule(
        [siteId],
        { kind: 'jump', metric: 'pm10', delta: 90, withinSeconds: 120, clearSeconds: 120 },
        { reopenMinutes: 0 },
      ),
      await rule([siteId], { kind: 'stale', afterSeconds: 300 }, { reopenMinutes: 0 }),
    ]
    const devices = [await device(siteId), await device(siteId)]
    // The last reports before the period count for what is silent at its beginning.
    for (const one of devices) await say(one, 100)
    await wait(2)
    const from = now()
    let seed = 7
    const random = (): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
      return seed / 2_147_483_648
    }
    let level = 120
    for (let minute = 0; minute < 120; minute += 1) {
      await wait(1)
      level = Math.max(60, Math.min(240, level + (random() - 0.5) * 60))
      // A break of eight minutes, as when the power fails.
      if (minute >= 60 && minute < 68) continue
      for (const [index, one] of devices.entries()) {
        const values = [level + index * 20 + (random() < 0.05 ? 100 : 0), 50, 1]
        const buffered = random() < 0.05
        await ingest.submit(
          report(one, addMs(now(), buffered ? -15 * MINUTE - 7 : -index), values, {
            receivedAt: addMs(now(), -index),
            buffered,
          }),
        )
      }
    }
    const to = addMs(now(), 1)
    for (const key of keys) {
      const live = (await alarms(siteId, { ruleKey: key })).filter((each) => each.deviceId !== null)
      const { rows, alarms: total, reports, state, published } = await over(key, [siteId], from, to)
      expect([key, state, reports > 200]).toEqual([key, 'done', true])
      expect([key, rows.map((each) => `${each.deviceId} ${each.occurredAt}`).sort()]).toEqual([
        key,
        live.map((each) => `${each.deviceId} ${each.occurredAt}`).sort(),
      ])
      expect(total).toBe(live.length)
      expect(published?.alarms).toBe(live.length)
      expect(total).toBeGreaterThan(0)
    }
  }, 120_000)
  it('is asked for by those who write rules, for a month at most', async () => {
    const key = await rule([await site()], above)
    const start = (by: Actor, days: number, version = 1) =>
      window.as(by).call(rulesContract.startBacktest, {
        params: { ruleKey: key },
        body: { version, from: addMs(now(), -days * DAY_MS), to: now(), siteIds: [] },
      })
    expect(await code(start(window.supervisor, 1))).toBe('not-rule-editor')
    expect(await code(start(inspector, 32))).toBe('period-wrong')
    expect(await code(start(inspector, 1, 9))).toBe('rule-missing')
    await start(inspector, 1)
    const { rows } = await window.as(inspector).call(rulesContract.listBacktests, { params: { ruleKey: key } })
    expect(rows).toHaveLength(1)
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
