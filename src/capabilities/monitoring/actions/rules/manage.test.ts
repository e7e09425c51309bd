import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  above,
  alarmed,
  alarms,
  base,
  closeAlarmStage,
  code,
  definition,
  device,
  ingest,
  inspector,
  lead,
  MINUTE,
  now,
  only,
  openAlarmStage,
  publish,
  rule,
  say,
  site,
  sources,
  wait,
  window,
} from '../../../../../tests/support/alarms.ts'
import { report } from '../../../../../tests/support/telemetry.ts'
import { type Actor } from '../../../../kernel/actor.ts'
import { addMs, DAY_MS, type Instant } from '../../../../kernel/time.ts'
import * as rulesContract from '../../contract/rules.ts'
import { loadRulesReference } from '../../load.ts'
import { type SiteId } from '../../model/report.ts'
import { definitionSchema } from '../../model/rules/definition.ts'
import { runBacktest } from './backtest.ts'

beforeAll(openAlarmStage)
afterAll(closeAlarmStage)

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
