/** Two processes on one database, between which devices move: each goes on from where the other heard a device last. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { METRICS, report, retention } from '../../../../../tests/support/telemetry.ts'
import { openWindow, type Window } from '../../../../../tests/support/window.ts'
import { addMs, type Instant, instant } from '../../../../kernel/time.ts'
import { newId } from '../../../../platform/identity.ts'
import { vaultOf } from '../../../../platform/vault/vault.ts'
import * as contract from '../../contract/rules.ts'
import type { KnownDevice, SiteId } from '../../model/report.ts'
import { type DefinitionInput, definitionSchema } from '../../model/rules/definition.ts'
import { createRules } from '../../rules-part.ts'
import { createIngest } from '../ingest/ingest.ts'
import type { Ingest } from '../ingest/types.ts'

const START = instant('2026-03-02T01:30:00Z')
let window: Window
let siteId: SiteId
let one: Ingest
let two: Ingest
const open = (node: string): Promise<Ingest> => {
  const base = {
    platform: window.platform,
    vault: vaultOf(new Uint8Array(32).fill(7)),
    people: window.people.reader,
    projects: window.projects.reader,
  }
  const { evaluate } = createRules(base).rules
  return createIngest({ platform: window.platform, retention, node, spoolFolder: null, afterMs: 1, evaluate })
}
beforeAll(async () => {
  window = await openWindow({ startAt: START })
  const lead = await window.person('经办甲', { role: 'lead', department: 'housing' })
  const projectId = await window.project()
  siteId = newId<'site'>()
  await window.test.pool.query(
    `insert into monitoring.metric_profile (id, model, version, name, kind, metrics, factors, created_at)
     values (901, 'test', 1, 'test', 'other', $1, $2, now())`,
    [[...METRICS], METRICS.map(() => 1)],
  )
  await window.test.pool.query(
    `insert into monitoring.site (id, project_id, name, code, department) values ($1, $2, '工地', 'A-1', 'housing')`,
    [siteId, projectId],
  )
  const rule = async (key: string, condition: DefinitionInput['condition']): Promise<void> => {
    const definition = definitionSchema.parse({
      name: { zh: '测试规则', en: 'Test' },
      advice: { zh: '请处置', en: 'Act' },
      condition,
      appliesTo: { deviceKinds: ['other'], siteIds: [siteId] },
      severity: 2,
      source: { basis: '测试', certainty: 'A' },
    })
    await window.as(lead).call(contract.createRule, { body: { key, definition } })
    await window.as(lead).call(contract.publishRule, { params: { ruleKey: key }, body: { revision: 1, note: '' } })
  }
  await rule('test.jump', { kind: 'jump', metric: 'pm10', delta: 35, withinSeconds: 3_600 })
  await rule('test.hold', { kind: 'threshold', metric: 'noise', limit: { value: 70 }, forSeconds: 90 })
  one = await open('one')
  two = await open('two')
})
afterAll(async () => {
  await one?.stop()
  await two?.stop()
  await window?.close()
})
let made = 0
const device = async (): Promise<KnownDevice> => {
  made += 1
  const deviceId = newId<'device'>()
  await window.test.pool.query(
    `insert into monitoring.device (id, site_id, protocol, external_id, kind, name, profile_id, created_at)
     values ($1, $2, 'mqtt', $3, 'other', $3, 901, $4)`,
    [deviceId, siteId, `D-${made}`, START],
  )
  return { siteId, deviceId, kind: 'other', profileId: 901, metrics: METRICS }
}
const alarms = async (of: KnownDevice): Promise<readonly { rule_key: string; occurred_at: Instant }[]> =>
  (
    await window.test.pool.query<{ rule_key: string; occurred_at: Instant }>(
      'select rule_key, occurred_at from monitoring.alarm where device_id = $1 order by opened_at',
      [of.deviceId],
    )
  ).rows
/** One report a minute: which process hears it, PM10 and noise. */
const tell = async (of: KnownDevice, told: readonly (readonly [Ingest, number, number])[]): Promise<void> => {
  for (const [ingest, pm10, noise] of told) {
    window.test.clock.advance(60_000)
    const at = window.platform.clock()
    expect(await ingest.submit(report(of, at, [pm10, noise, 1], { receivedAt: at }))).toBe('stored')
  }
}

it('a device at rest that the other process heard meanwhile is compared with what that one heard, not with older memory', async () => {
  const slow = await device()
  // Each step is small; from the first to the last it is not.
  await tell(slow, [
    [one, 10, 50],
    [two, 30, 50],
    [two, 50, 50],
    [one, 70, 50],
  ])
  expect(await alarms(slow)).toEqual([])
  const fast = await device()
  await tell(fast, [
    [one, 100, 50],
    [two, 50, 50],
    [one, 100, 50],
  ])
  // Both steps were large; the first process knows only of the second one by what the other had heard.
  expect((await alarms(fast)).map((row) => row.rule_key)).toEqual(['test.jump'])
})
it('a condition that must last goes on with the other process, from the moment it began', async () => {
  const loud = await device()
  const from = window.platform.clock()
  await tell(loud, [
    [one, 10, 50],
    [one, 10, 80],
    [two, 10, 80],
    [one, 10, 80],
    [two, 10, 80],
  ])
  expect(await alarms(loud)).toEqual([{ rule_key: 'test.hold', occurred_at: addMs(from, 120_000) }])
})
it('reports of one device at both processes at once raise one alarm', async () => {
  const busy = await device()
  await tell(busy, [[one, 10, 50]])
  window.test.clock.advance(60_000)
  const at = window.platform.clock()
  await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      (index % 2 === 0 ? one : two).submit(
        report(busy, addMs(at, index), [index % 2 === 0 ? 10 : 90, 50, 1], { receivedAt: addMs(at, index) }),
      ),
    ),
  )
  expect((await alarms(busy)).map((row) => row.rule_key)).toEqual(['test.jump'])
})
