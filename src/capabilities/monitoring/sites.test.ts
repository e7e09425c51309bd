import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openWindow, type Window } from '../../../tests/support/window.ts'
import { type Actor, anonymous, type Person } from '../../kernel/actor.ts'
import type { Endpoint } from '../../kernel/endpoint.ts'
import type { ProjectId } from '../../kernel/identity.ts'
import { addDays, addMs, instant, localDateOf, startOfDay } from '../../kernel/time.ts'
import { newId } from '../../platform/identity.ts'
import * as contract from './contract/sites.ts'
import type { DeviceId, SiteId } from './model/report.ts'
import type { Polygon } from './model/sites/shapes.ts'

let window: Window
let inspector: Person
let manager: Person
let otherManager: Person
let projectId: ProjectId
const START = instant('2026-03-02T04:00:00Z')
beforeAll(async () => {
  window = await openWindow({ startAt: START })
  inspector = await window.person('监督甲', { role: 'inspector', department: 'housing' })
  manager = await window.person('现场甲', { role: 'site-manager', organisationId: window.owner })
  otherManager = await window.person('现场乙', { role: 'site-manager', organisationId: window.otherOwner })
  projectId = await window.project()
})
afterAll(() => window.close())

const box = (west: number, south: number, size = 0.002): Polygon => ({
  type: 'Polygon',
  coordinates: [
    [
      [west, south],
      [west + size, south],
      [west + size, south + size],
      [west, south + size],
      [west, south],
    ],
  ],
})
const fence = box(106.55, 29.57)
const describing = {
  name: '示例一标段',
  address: '示例路1号',
  department: 'housing',
  contractorId: null,
  supervisionId: null,
  point: null,
}
const open = (more: object = {}, by: Actor = inspector) =>
  window.as(by).call(contract.openSite, { body: { projectId, ...describing, fence, ...more } })
const read = (siteId: SiteId, by: Actor = inspector) => window.as(by).call(contract.readSite, { params: { siteId } })
const code = async (work: Promise<unknown>) => (await window.refusalOf(work)).code.replace('monitoring.', '')
const kindsOf = async (siteId: SiteId) =>
  (await window.platform.journal.entriesOf(window.platform.db, { subject: { kind: 'site', id: siteId } })).map((each) =>
    each.kind.replace('monitoring.', ''),
  )
const device = async (siteId: SiteId, kind = 'dust', metrics = ['pm10', 'noise', 'wind-speed', 'temperature']) => {
  const id = newId<'device'>()
  const { rows } = await window.test.pool.query<{ id: number }>(
    `insert into monitoring.metric_profile (id, model, version, name, kind, metrics, factors, created_at)
     values ((select coalesce(max(id), 0) + 1 from monitoring.metric_profile), $1, 1, $1, $2, $3, $4, now()) returning id`,
    [id, kind, metrics, metrics.map(() => 1)],
  )
  const profileId = rows[0]?.id ?? 0
  await window.test.pool.query(
    `insert into monitoring.device (id, site_id, protocol, external_id, kind, name, profile_id, created_at)
     values ($1, $2, 'mqtt', $6, $3, $4, $5, now())`,
    [id, siteId, kind, `${kind}设备`, profileId, id],
  )
  return { id, profileId }
}
const say = (siteId: SiteId, { id, profileId }: { id: DeviceId; profileId: number }, at: string, values: number[]) =>
  window.test.pool.query(
    `insert into monitoring.telemetry_last (site_id, device_id, at, received_at, span_s, profile_id, quality, "values", node)
     values ($1, $2, $3, $3, 0, $4, 0, $5, 'test')
     on conflict (site_id, device_id) do update set at = excluded.at, "values" = excluded."values"`,
    [siteId, id, at, profileId, values],
  )

describe('a site', () => {
  it('is opened for a project with a code of its own, and recorded', async () => {
    const site = await open()
    const next = await open({ name: '示例二标段' })
    expect(site).toMatchObject({
      projectId,
      state: 'active',
      people: 0,
      level: 'unknown',
      departmentName: expect.any(String),
    })
    expect(site.code).toMatch(/^GD2026\d{4}$/)
    expect(next.code).not.toBe(site.code)
    // Its point is the middle of its fence.
    expect(site.point?.[0]).toBeCloseTo(106.551, 6)
    expect(await kindsOf(site.siteId)).toEqual(['site-opened'])
    expect(await code(open({ code: site.code }))).toBe('site-code-taken')
    expect(await code(open({ projectId: newId() }))).toBe('project-missing')
    expect(await code(open({ department: 'nowhere' }))).toBe('department-missing')
    expect(await code(open({ contractorId: newId() }))).toBe('organisation-missing')
  })
  it('stands in the street in which its project is registered, and is found by it', async () => {
    const [inStreet, elsewhere] = [
      await window.project({ streetCode: '500105005' }),
      await window.project({ streetCode: null }),
    ]
    const site = await open({ projectId: inStreet, name: '寸滩一标段' })
    const other = await open({ projectId: elsewhere, name: '无街道标段' })
    expect(site.street).toMatchObject({ code: '500105005', name: '寸滩街道' })
    expect(other.street).toBeNull()
    const list = (query: object) =>
      window.as(inspector).call(contract.listSites, { query: { limit: 100, ...query } as never })
    const found = await list({ street: '500105005' })
    expect(found.rows.map((row) => row.siteId)).toEqual([site.siteId])
    expect(found.counts).toEqual({ active: 1, paused: 0, ended: 0 })
    expect(found.streets).toContainEqual({ code: '500105005', name: '寸滩街道', sites: 1 })
    expect((await list({ street: '500105012' })).rows).toEqual([])
    expect((await list({ street: '500105005', state: 'ended' })).rows).toEqual([])
  })
  it('has a fence only if its edges do not cross', async () => {
    const crossing = {
      ...fence,
      coordinates: [
        [
          [106, 29],
          [106.01, 29.01],
          [106.01, 29],
          [106, 29.01],
          [106, 29],
        ],
      ],
    }
    await expect(open({ fence: crossing })).rejects.toThrow('边线相交')
  })
  it('is changed only as its page showed it, and says in the journal what was changed', async () => {
    const site = await open()
    const params = { siteId: site.siteId }
    const changed = await window.as(inspector).call(contract.updateSite, {
      params,
      body: { ...describing, version: site.version, name: '改名标段', contractorId: window.owner },
    })
    expect(changed).toMatchObject({ name: '改名标段', contractor: { organisationId: window.owner }, version: 2 })
    expect(
      await code(
        window.as(inspector).call(contract.updateSite, { params, body: { ...describing, version: site.version } }),
      ),
    ).toBe('site-stale')
    const entries = await window.platform.journal.entriesOf(window.platform.db, {
      subject: { kind: 'site', id: site.siteId },
    })
    expect(entries.at(-1)?.payload).toMatchObject({ changed: ['name', 'contractor_id'] })
    // Nothing differs: nothing is recorded.
    await window.as(inspector).call(contract.setFence, { params, body: { version: 2, fence } })
    expect((await kindsOf(site.siteId)).length).toBe(2)
  })
  it('is paused, resumed, ended and opened again; what has ended is not changed', async () => {
    const site = await open()
    const params = { siteId: site.siteId }
    const step = async (state: 'active' | 'paused' | 'ended') =>
      window.as(inspector).call(contract.setSiteState, {
        params,
        body: { version: (await read(site.siteId)).version, state, reason: '停工整改' },
      })
    expect((await step('paused')).state).toBe('paused')
    expect(await code(step('paused'))).toBe('site-state-step')
    const ended = await step('ended')
    expect(ended).toMatchObject({ state: 'ended', endedAt: START })
    expect(
      await code(
        window.as(inspector).call(contract.setFence, { params, body: { version: ended.version, fence: null } }),
      ),
    ).toBe('site-over')
    expect(await step('active')).toMatchObject({ state: 'active', endedAt: null })
    // The reason is free text: it stands apart from the payload.
    const entries = await window.platform.journal.entriesOf(window.platform.db, {
      subject: { kind: 'site', id: site.siteId },
    })
    expect(JSON.stringify(entries)).not.toContain('停工整改')
  })
})

describe('what is drawn on a site', () => {
  it('is kept by its site manager: hours, floors, zones, plan and contacts', async () => {
    const { siteId, version } = await open()
    const params = { siteId }
    const as = window.as(manager)
    await as.call(contract.setWorkingHours, {
      params,
      body: { version, workingHours: { spans: [{ days: [1, 2, 3, 4, 5, 6], from: '06:00', to: '22:00' }] } },
    })
    await as.call(contract.setFloors, {
      params,
      body: {
        version: version + 1,
        floors: [
          { floor: 2, name: '二层', elevationM: 6 },
          { floor: -1, name: '地下一层', elevationM: null },
        ],
      },
    })
    const zoned = await as.call(contract.addZone, {
      params,
      body: { kind: 'danger', name: '基坑临边', floor: -1, polygon: box(106.5505, 29.5705, 0.0005) },
    })
    expect(zoned.floors.map((each) => each.floor)).toEqual([-1, 2])
    const [zone] = zoned.zones
    expect(zone).toMatchObject({ kind: 'danger', name: '基坑临边', people: 0, version: 1 })
    const zoneParams = { siteId, zoneId: zone?.zoneId ?? newId<'zone'>() }
    const polygon = box(106.5505, 29.5705, 0.001)
    const moved = await as.call(contract.changeZone, {
      params: zoneParams,
      body: { version: 1, kind: 'restricted', name: '基坑', floor: null, polygon },
    })
    expect(moved.zones).toMatchObject([{ kind: 'restricted', name: '基坑', floor: null, version: 2 }])
    const upload = await window.test.files.addUpload(new Uint8Array([1, 2, 3]), {
      mediaType: 'image/png',
      fileName: '总平面.png',
      uploadedBy: manager.personId,
    })
    const planned = await as.call(contract.placePlan, {
      params,
      body: { floor: 0, uploadId: upload.uploadId, bounds: [106.55, 29.57, 106.552, 29.572], turnedDeg: 0 },
    })
    expect(planned.plans).toMatchObject([{ floor: 0, fileName: '总平面.png' }])
    const file = await as.download(contract.readPlan, { params: { siteId, floor: 0 } })
    expect(file.fileName).toBe('总平面.png')
    const contacts = [
      { rung: 'contractor' as const, name: '周工', title: '项目经理', phone: '+86 139-0000-1111' },
      { rung: 'site' as const, name: '吴工', title: '安全员', phone: '023-67001234' },
    ]
    const told = await as.call(contract.setContacts, { params, body: { version: planned.version, contacts } })
    expect(told.contacts).toEqual([
      { rung: 'site', name: '吴工', title: '安全员', phone: '023-67001234' },
      { rung: 'contractor', name: '周工', title: '项目经理', phone: '13900001111' },
    ])
    const stored = await window.test.pool.query('select * from monitoring.site_contact where site_id = $1', [siteId])
    expect(JSON.stringify(stored.rows)).not.toContain('13900001111')
    await as.call(contract.removeZone, { params: zoneParams, body: { version: 2, reason: '回填完成' } })
    await as.call(contract.removePlan, { params: { siteId, floor: 0 } })
    expect(await read(siteId)).toMatchObject({ zones: [], plans: [] })
    expect(await kindsOf(siteId)).toEqual([
      'site-opened',
      'site-updated',
      'site-updated',
      'zone-changed',
      'zone-changed',
      'plan-changed',
      'contacts-changed',
      'zone-changed',
      'plan-changed',
    ])
  })
  it('lies inside the fence and on floors that there are; plans are pictures of one’s own', async () => {
    const { siteId } = await open()
    const params = { siteId }
    const as = window.as(manager)
    const zone = { kind: 'danger' as const, name: '吊装区', floor: null, polygon: box(106.6, 29.6, 0.0005) }
    expect(await code(as.call(contract.addZone, { params, body: zone }))).toBe('zone-outside')
    const onFloor = { ...zone, floor: 3, polygon: box(106.5505, 29.5705, 0.0005) }
    expect(await code(as.call(contract.addZone, { params, body: onFloor }))).toBe('floor-unknown')
    const bounds = [106.55, 29.57, 106.552, 29.572] as [number, number, number, number]
    const place = (uploadId: string, floor = 0) =>
      as.call(contract.placePlan, { params, body: { floor, uploadId, bounds, turnedDeg: 0 } })
    const pdf = await window.test.files.addUpload(new Uint8Array([4]), { uploadedBy: manager.personId })
    expect(await code(place(pdf.uploadId))).toBe('plan-kind')
    const foreign = await window.test.files.addUpload(new Uint8Array([5]), {
      mediaType: 'image/png',
      uploadedBy: inspector.personId,
    })
    expect(await code(place(foreign.uploadId))).toBe('upload-missing')
    expect(await code(place(foreign.uploadId, 9))).toBe('floor-unknown')
    expect(await code(as.call(contract.removePlan, { params: { siteId, floor: 0 } }))).toBe('plan-missing')
    expect(await code(as.call(contract.readPlan, { params: { siteId, floor: 0 } }))).toBe('plan-missing')
    expect(
      await code(
        as.call(contract.setContacts, {
          params,
          body: { version: 1, contacts: [{ rung: 'site', name: '某', title: '', phone: 'abcde' }] },
        }),
      ),
    ).toBe('contact-phone')
    expect(
      await code(
        as.call(contract.removeZone, {
          params: { siteId, zoneId: newId<'zone'>() },
          body: { version: 1, reason: '撤销' },
        }),
      ),
    ).toBe('zone-missing')
  })
})

describe('who may do what', () => {
  it('follows the roles for every endpoint', async () => {
    const site = await open()
    const { siteId, version } = site
    const params = { siteId }
    const body = { version, ...describing }
    const polygon = box(106.5505, 29.5705, 0.0005)
    type Act = readonly [string, Endpoint, object]
    const acts: readonly Act[] = [
      ['see', contract.readSite as Endpoint, { params }],
      ['see', contract.dailyReport as Endpoint, { params, query: {} }],
      ['see', contract.readPlan as Endpoint, { params: { siteId, floor: 0 } }],
      ['operate', contract.openSite as Endpoint, { body: { projectId, ...describing } }],
      ['operate', contract.updateSite as Endpoint, { params, body }],
      ['operate', contract.setFence as Endpoint, { params, body: { version, fence } }],
      ['operate', contract.setSiteState as Endpoint, { params, body: { version, state: 'paused', reason: '检修' } }],
      ['keep', contract.setWorkingHours as Endpoint, { params, body: { version, workingHours: null } }],
      ['keep', contract.setFloors as Endpoint, { params, body: { version, floors: [] } }],
      ['keep', contract.setContacts as Endpoint, { params, body: { version, contacts: [] } }],
      ['keep', contract.addZone as Endpoint, { params, body: { kind: 'work', name: '作业', polygon } }],
      [
        'keep',
        contract.changeZone as Endpoint,
        { params: { siteId, zoneId: newId() }, body: { version, kind: 'work', name: '作业', polygon } },
      ],
      [
        'keep',
        contract.removeZone as Endpoint,
        { params: { siteId, zoneId: newId() }, body: { version, reason: '撤销' } },
      ],
      [
        'keep',
        contract.placePlan as Endpoint,
        { params, body: { floor: 0, uploadId: 'x', bounds: [106, 29, 106.1, 29.1] } },
      ],
      ['keep', contract.removePlan as Endpoint, { params: { siteId, floor: 0 } }],
    ]
    const refusedWith = async (actor: Actor, [, endpoint, input]: Act): Promise<string | null> => {
      try {
        await window.as(actor).download(endpoint, input)
        return null
      } catch (error) {
        return (error as { refusal?: { code: string } }).refusal?.code.replace('monitoring.', '') ?? String(error)
      }
    }
    const lead = await window.person('经办', { role: 'lead', department: 'housing' })
    for (const act of acts) {
      const [what, endpoint] = act
      // Nobody of another project learns that the site exists; whoever is not signed in learns nothing either.
      const hidden =
        endpoint.id === 'monitoring.open-site'
          ? 'not-site-operator'
          : what === 'operate'
            ? 'not-site-operator'
            : 'site-not-found'
      expect([endpoint.id, await refusedWith(otherManager, act)]).toEqual([endpoint.id, hidden])
      expect([endpoint.id, await refusedWith(anonymous, act)]).toEqual([endpoint.id, hidden])
      const forOwner = what === 'operate' ? 'not-site-operator' : 'not-site-keeper'
      if (what !== 'see') {
        expect([endpoint.id, await refusedWith(window.applicant, act)]).toEqual([endpoint.id, forOwner])
        expect([endpoint.id, await refusedWith(lead, act)]).toEqual([endpoint.id, forOwner])
      }
      if (what === 'operate')
        expect([endpoint.id, await refusedWith(manager, act)]).toEqual([endpoint.id, 'not-site-operator'])
    }
    expect((await read(siteId, window.applicant)).may).toMatchObject({
      operate: expect.anything(),
      keep: expect.anything(),
    })
    expect((await read(siteId, manager)).may).toMatchObject({ keep: null, workers: null, positions: null })
  })
  it('lists to the own side its own sites only', async () => {
    const list = (by: Actor) => window.as(by).call(contract.listSites, { query: { limit: 200 } })
    const all = await list(inspector)
    expect(all.rows.length).toBeGreaterThan(0)
    expect((await list(manager)).rows.map((row) => row.siteId)).toEqual(all.rows.map((row) => row.siteId))
    expect(await list(otherManager)).toMatchObject({ rows: [], counts: { active: 0 } })
    expect((await window.as(otherManager).call(contract.liveSites)).totals).toMatchObject({ sites: 0, people: 0 })
    expect(all.may.open).toBeNull()
    expect((await list(manager)).may.open).not.toBeNull()
    const found = await window
      .as(inspector)
      .call(contract.listSites, { query: { limit: 1, text: '改名', state: 'active' } })
    expect(found.rows.map((row) => row.name)).toEqual(['改名标段'])
  })
  it('gives a site to its contractor too', async () => {
    const builder = await window.organisation('承建示例公司')
    const own = await window.person('承建人', { role: 'site-manager', organisationId: builder })
    const site = await open({ contractorId: builder })
    expect((await read(site.siteId, own)).may.keep).toBeNull()
    expect(
      (await window.as(own).call(contract.listSites, { query: { limit: 10 } })).rows.map((row) => row.siteId),
    ).toEqual([site.siteId])
  })
})

describe('the live figures of a site', () => {
  it('show the worst of its devices beside the limit in force, and what is too old as such', async () => {
    const { siteId } = await open()
    const [a, b] = [await device(siteId), await device(siteId)]
    await say(siteId, a, START, [160, 52, 3.1, 18])
    await say(siteId, b, START, [210, 71.5, 2.8, 18.4])
    const now = await read(siteId)
    expect(now.figures).toMatchObject([
      { metric: 'pm10', value: 210, warning: 150, limit: 200, level: 'over', deviceId: b.id, unverified: true },
      { metric: 'noise', value: 71.5, limit: 70, level: 'over', unverified: true },
      { metric: 'wind-speed', value: 3.1, level: 'ok' },
    ])
    expect(now).toMatchObject({ level: 'over', devices: { online: 0, total: 2 } })
    expect(now.weather).toMatchObject({ windSpeedMps: expect.any(Number), temperatureC: expect.any(Number) })
    // By night the limit of noise is another.
    const night = instant('2026-03-02T15:00:00Z')
    await say(siteId, a, night, [20, 60, 1, 10])
    window.test.clock.set(night)
    const later = await read(siteId)
    expect(later.figures.find((each) => each.metric === 'noise')).toMatchObject({
      limit: 55,
      level: 'over',
      deviceId: a.id,
    })
    expect(later.figures.find((each) => each.metric === 'pm10')).toMatchObject({ value: 20, level: 'ok' })
    window.test.clock.set(addMs(night, 3_600_000))
    expect((await read(siteId)).level).toBe('stale')
  })
  it('count people by their last passage, devices that speak, and active alarms', async () => {
    const { siteId } = await open()
    const now = window.platform.clock()
    const gate = await device(siteId, 'gate', [])
    const pass = (ref: string, minutesAgo: number, direction: string) =>
      window.test.pool.query(
        `insert into monitoring.attendance (site_id, device_id, event_id, worker_ref, at, received_at, direction, method, buffered)
         values ($1, $2, $3, $4, $5, $5, $6, 'card', false)`,
        [siteId, gate.id, newId(), ref, addMs(now, -minutesAgo * 60_000), direction],
      )
    await pass('w1', 60, 'in')
    await pass('w2', 50, 'in')
    await pass('w2', 40, 'out')
    await pass('w3', 17 * 60, 'in')
    await window.test.pool.query(
      `insert into monitoring.device_health (site_id, device_id, last_seen_at) values ($1, $2, $3)`,
      [siteId, gate.id, now],
    )
    await window.test.pool.query(
      `insert into monitoring.alarm (id, site_id, device_id, rule_key, rule_version, rule_name, advice, severity, state,
         occurred_at, opened_at, last_at, evidence)
       values ($1, $2, $3, 'x', 1, '{}', '{}', 2, 'open', $4, $4, $4, '{}')`,
      [newId(), siteId, gate.id, now],
    )
    window.test.clock.advance(10_000)
    const live = await window.as(inspector).call(contract.liveSites)
    const row = live.rows.find((each) => each.siteId === siteId)
    expect(row).toMatchObject({ people: 1, alarms: { 1: 0, 2: 1, 3: 0, 4: 0 }, devices: { online: 1, total: 1 } })
    expect(live.totals.people).toBe(live.rows.reduce((sum, each) => sum + each.people, 0))
  })
})

describe('the public pages and the daily report', () => {
  const page = async (path: string, params: Record<string, string> = {}, query: Record<string, string> = {}) => {
    const found = (window.monitoring.pages ?? []).find((each) => each.path === path)
    if (found === undefined) throw new Error(`no page ${path}`)
    const { renderToStaticMarkup } = await import('react-dom/server')
    const view = await found.render({
      actor: anonymous,
      traceId: 't',
      language: 'zh',
      ipAddress: '',
      path,
      params,
      query,
      queryAll: {},
      form: {},
    })
    return { status: view.status ?? 200, html: renderToStaticMarkup(view.body) }
  }
  const rollup = async (
    siteId: SiteId,
    { id, profileId }: { id: DeviceId; profileId: number },
    table: string,
    at: string,
    pm10: number,
    noise: number,
  ) =>
    window.test.pool.query(
      `insert into monitoring.${table} (site_id, device_id, at, profile_id, n, sum, min, max, last)
       values ($1, $2, $3, $4, '{1,1,0,0}', $5::float8[], $5::float8[], $5::float8[], $5::float8[])`,
      [siteId, id, at, profileId, [pm10, noise, 0, 0]],
    )
  it('show dust and noise by hour and day beside the limits, nothing personal, in less than 60 kB', async () => {
    const site = await open({ name: '公开标段' })
    const { siteId } = site
    const today = localDateOf(window.platform.clock())
    await window.test.pool.query(
      `create table if not exists monitoring.rollup_1m_all partition of monitoring.rollup_1m for values from (minvalue) to (maxvalue)`,
    )
    const dust = await device(siteId)
    const first = startOfDay(today)
    for (let hour = 0; hour < 22; hour += 1) {
      await rollup(
        siteId,
        dust,
        'rollup_1m',
        addMs(first, hour * 3_600_000),
        hour === 9 ? 230 : 80 + hour,
        hour === 3 ? 61 : 50,
      )
      await rollup(
        siteId,
        dust,
        'rollup_1h',
        addMs(first, hour * 3_600_000),
        hour === 9 ? 230 : 80 + hour,
        hour === 3 ? 61 : 50,
      )
    }
    await rollup(siteId, dust, 'rollup_1h', startOfDay(addDays(today, -1)), 99, 49)
    await say(siteId, dust, window.platform.clock(), [95, 52, 2, 15])
    const index = await page('/sites')
    expect(index.html).toContain('公开标段')
    expect(index.html).toContain(`/sites/${site.code}`)
    const { html, status } = await page('/sites/:code', { code: site.code })
    expect(status).toBe(200)
    expect(Buffer.byteLength(html)).toBeLessThan(60_000)
    expect(html).not.toMatch(/<script|style=/)
    expect(html).toContain('<svg')
    expect(html).toMatch(/role="img" aria-label="PM10[^"]+"/)
    expect(html).toContain('<th scope="row">09:00</th><td>230</td><td>200</td><td>超限</td>')
    // 61 dB(A) at three in the morning is above the limit of the night, at day it would not be.
    expect(html).toContain('<th scope="row">03:00</th><td>61</td><td>55</td><td>超限</td>')
    expect(html).toContain('限值待核')
    // 95 at the moment is compared with nothing: the limit is one of an hour's mean, and taken from another city.
    const plain = (said: string): string => said.replaceAll(/<!-- -->|<[^>]+>/g, '').replaceAll(/\s+/g, ' ')
    expect(plain(index.html)).toContain('PM10 瞬时值 95 μg/m³')
    expect(plain(index.html)).not.toMatch(/PM10 瞬时值 95 μg\/m³ (达标|接近限值|超过限值)/)
    const later = addMs(first, 10.5 * 3_600_000)
    window.test.clock.set(later)
    await say(siteId, dust, later, [95, 52, 2, 15])
    expect(plain((await page('/sites/:code', { code: site.code })).html)).toContain(
      'PM10 小时均值 230 μg/m³ 超过限值 限值待核',
    )
    expect(html).not.toMatch(/监督甲|现场甲|1390/)
    const filtered = await page('/sites', {}, { project: '没有的编号' })
    expect(filtered.html).toContain('该项目没有公开的在线监测工地')
  })
  it('hide what is not published and what has ended', async () => {
    const hidden = await window.project()
    await window.platform.transact(inspector, async (unit) => {
      await window.projects.writer.publish(unit, hidden, false, '撤下')
    })
    const site = await open({ projectId: hidden, name: '未公开标段' })
    expect((await page('/sites/:code', { code: site.code })).status).toBe(404)
    expect((await page('/sites')).html).not.toContain('未公开标段')
    const over = await open({ name: '已结束标段' })
    await window.as(inspector).call(contract.setSiteState, {
      params: { siteId: over.siteId },
      body: { version: over.version, state: 'ended', reason: '完工' },
    })
    expect((await page('/sites/:code', { code: over.code })).status).toBe(404)
    expect((await page('/sites/:code', { code: 'NONE' })).status).toBe(404)
  })
  it('make a PDF of a day that has come, and none of one that has not', async () => {
    const { siteId } = await open({ name: '日报标段' })
    const day = localDateOf(window.platform.clock())
    const file = await window.as(manager).download(contract.dailyReport, { params: { siteId }, query: { day } })
    const bytes = file.content as Uint8Array
    expect(new TextDecoder().decode(bytes.slice(0, 5))).toBe('%PDF-')
    expect(file.fileName).toBe(`日报标段日报${day}.pdf`)
    expect(
      await code(
        window.as(manager).call(contract.dailyReport, { params: { siteId }, query: { day: addDays(day, 1) } }),
      ),
    ).toBe('day-ahead')
  })
})
