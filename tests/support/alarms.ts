/**
 * The stage of the tests of rules and alarms: a site manager, a contractor, a supervision unit and officers on a window of
 * their own; rules are written and published through the endpoints, reports go the way of all reports. One stage for each
 * file of tests: `beforeAll(openAlarmStage)`, `afterAll(closeAlarmStage)`.
 */
import type { RuleSources } from '../../src/capabilities/monitoring/actions/alarms/context.ts'
import { personKey } from '../../src/capabilities/monitoring/actions/alarms/context.ts'
import { createIngest } from '../../src/capabilities/monitoring/actions/ingest/ingest.ts'
import type { Ingest } from '../../src/capabilities/monitoring/actions/ingest/types.ts'
import * as contract from '../../src/capabilities/monitoring/contract/alarms.ts'
import * as rulesContract from '../../src/capabilities/monitoring/contract/rules.ts'
import type { DeviceKind, KnownDevice, Report, SiteId } from '../../src/capabilities/monitoring/model/report.ts'
import { type DefinitionInput, definitionSchema } from '../../src/capabilities/monitoring/model/rules/definition.ts'
import { createRules, type RulesPart } from '../../src/capabilities/monitoring/rules-part.ts'
import { type Actor, type Person, system } from '../../src/kernel/actor.ts'
import type { OrganisationId, ProjectId } from '../../src/kernel/identity.ts'
import { addMs, type Instant, instant, msOf } from '../../src/kernel/time.ts'
import { newId } from '../../src/platform/identity.ts'
import { vaultOf } from '../../src/platform/vault/vault.ts'
import { METRICS, report, retention } from './telemetry.ts'
import { openWindow, type Window } from './window.ts'

export const MINUTE = 60_000
export const START = instant('2026-03-02T01:30:00Z')
export let window: Window
export let inspector: Person
export let lead: Person
export let manager: Person
export let contractorStaff: Person
export let supervisionStaff: Person
export let outsider: Person
let contractor: OrganisationId
let supervision: OrganisationId
let projectId: ProjectId
export let part: RulesPart
export let ingest: Ingest
const PROFILE = 901
let count = 0
/** Workers of whom the register says that they may not be there. */
export const unregistered = new Set<string>()
const square = [
  [106.5, 29.5],
  [106.6, 29.5],
  [106.6, 29.6],
  [106.5, 29.6],
  [106.5, 29.5],
] as const
export const sources: RuleSources = {
  zones: async (_db, siteIds) =>
    new Map(
      siteIds.map(
        (id) => [id, [{ zoneId: 'z', kind: 'danger', name: '基坑', floor: null, polygon: [square] }]] as const,
      ),
    ),
  registered: async (_db, people) =>
    new Map(people.map(({ siteId, workerRef }) => [personKey(siteId, workerRef), !unregistered.has(workerRef)])),
}
export const base = () => ({
  platform: window.platform,
  vault: vaultOf(new Uint8Array(32).fill(7)),
  people: window.people.reader,
  projects: window.projects.reader,
})

export const openAlarmStage = async (): Promise<void> => {
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
  part = createRules(base(), sources)
  ingest = await createIngest({
    platform,
    retention,
    node: 'test',
    spoolFolder: null,
    afterMs: 1,
    evaluate: part.rules.evaluate,
  })
}
export const closeAlarmStage = async (): Promise<void> => {
  await ingest?.stop()
  await window?.close()
}

export const now = (): Instant => window.platform.clock()
export const site = async (more: { readonly contractor?: OrganisationId | null } = {}): Promise<SiteId> => {
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
export const device = async (siteId: SiteId, kind: DeviceKind = 'other'): Promise<KnownDevice> => {
  count += 1
  const id = newId<'device'>()
  await window.test.pool.query(
    `insert into monitoring.device (id, site_id, protocol, external_id, kind, name, profile_id, created_at, lon, lat)
     values ($1, $2, 'mqtt', $3, $4, $5, $6, $7, 106.55, 29.55)`,
    [id, siteId, `D-${count}`, kind, `设备${count}`, PROFILE, now()],
  )
  return { siteId, deviceId: id, kind, profileId: PROFILE, metrics: METRICS }
}
export const definition = (
  condition: DefinitionInput['condition'],
  more: Partial<DefinitionInput> = {},
): DefinitionInput => ({
  name: { zh: '测试规则', en: 'Test' },
  advice: { zh: '请处置', en: 'Act' },
  condition,
  appliesTo: { deviceKinds: ['other'] },
  severity: 2,
  source: { basis: '测试', certainty: 'A' },
  ...more,
})
/** Writes and publishes a rule for some sites alone. */
export const rule = async (
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
export const publish = (key: string, revision: number, by: Actor = lead) =>
  window.as(by).call(rulesContract.publishRule, { params: { ruleKey: key }, body: { revision, note: '' } })
export const say = (to: KnownDevice, pm10: number, at: Instant = now()): Promise<unknown> =>
  ingest.submit(report(to, at, [pm10, 50, 1], { receivedAt: at }))
export const submit = (...reports: readonly Report[]) => Promise.all(reports.map((each) => ingest.submit(each)))
export const alarms = async (siteId: SiteId, query: object = {}, by: Actor = inspector) =>
  (await window.as(by).call(contract.listAlarms, { query: { siteId, limit: 200, ...query } as never })).rows
export const read = (alarmId: contract.AlarmId, by: Actor = inspector) =>
  window.as(by).call(contract.readAlarm, { params: { alarmId } })
export const only = <T>(list: readonly T[]): T => {
  const [value, ...more] = list
  if (value === undefined || more.length > 0) throw new Error(`${list.length} instead of one`)
  return value
}
export const code = async (work: Promise<unknown>) => (await window.refusalOf(work)).code.replace('monitoring.', '')
export const fire = () => window.test.fireTimers([{ timers: part.timers }])
/** Moves the clock on, firing each timer at its time. */
export const wait = async (minutes: number): Promise<void> => {
  const end = addMs(now(), minutes * MINUTE)
  for (;;) {
    const { rows } = await window.test.pool.query<{ due: Instant | null }>(
      'select min(due_at) as due from journal.timer where fired_at is null and due_at > $1 and due_at <= $2',
      [now(), end],
    )
    const due = rows[0]?.due ?? null
    if (due === null) break
    window.test.clock.set(due)
    await fire()
  }
  window.test.clock.set(end)
  await fire()
}
export const above = { kind: 'threshold', metric: 'pm10', limit: { value: 150 }, band: 20 } as const
/** A site with a rule and a device that is over its limit. */
export const alarmed = async (more: Partial<DefinitionInput> = {}) => {
  const siteId = await site()
  const key = await rule([siteId], above, more)
  const one = await device(siteId)
  await say(one, 200)
  return { siteId, key, one, alarm: only(await alarms(siteId)) }
}
export const toldOf = async (alarmId: contract.AlarmId) =>
  (await read(alarmId)).told.map((each) => [each.rung, each.repeat, (msOf(each.at) - msOf(START)) / MINUTE] as const)
