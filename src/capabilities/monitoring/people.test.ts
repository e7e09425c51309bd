import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { retention } from '../../../tests/support/telemetry.ts'
import { openWindow, type Window } from '../../../tests/support/window.ts'
import { type Actor, anonymous, type Person } from '../../kernel/actor.ts'
import type { Endpoint } from '../../kernel/endpoint.ts'
import { addMs, type Instant, instant, localDate, localDateOf } from '../../kernel/time.ts'
import { newId } from '../../platform/identity.ts'
import { vaultOf } from '../../platform/vault/vault.ts'
import { idCheckSign } from '../people/model/codes.ts'
import { createIngest } from './actions/ingest/ingest.ts'
import { createTelemetryReader } from './actions/ingest/read.ts'
import { createAdmission } from './actions/people/admission.ts'
import * as people from './contract/people.ts'
import * as sites from './contract/sites.ts'
import type { DeviceId, KnownDevice, PositionReport, SiteId } from './model/report.ts'
import { createSites } from './sites-part.ts'

let window: Window
let inspector: Person
let manager: Person
let administrator: Person
let siteId: SiteId
let gate: DeviceId
const START = instant('2026-03-02T04:00:00Z')
const today = localDate('2026-03-02')
beforeAll(async () => {
  window = await openWindow({ startAt: START })
  inspector = await window.person('监督甲', { role: 'inspector', department: 'housing' })
  manager = await window.person('现场甲', { role: 'site-manager', organisationId: window.owner })
  administrator = await window.person('管理员甲', { role: 'administrator' })
  siteId = await site('一标段')
  gate = await device('gate')
})
afterAll(() => window.close())

const site = async (name: string): Promise<SiteId> => {
  const made = await window.as(inspector).call(sites.openSite, {
    body: {
      projectId: await window.project(),
      name,
      address: '',
      department: null,
      contractorId: null,
      supervisionId: null,
      point: null,
      fence: {
        type: 'Polygon',
        coordinates: [
          [
            [106.55, 29.57],
            [106.552, 29.57],
            [106.552, 29.572],
            [106.55, 29.572],
            [106.55, 29.57],
          ],
        ],
      },
    },
  })
  const hours = { spans: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '06:00', to: '22:00' }] }
  await window.as(inspector).call(sites.setWorkingHours, {
    params: { siteId: made.siteId },
    body: { version: made.version, workingHours: hours },
  })
  return made.siteId
}
const device = async (kind: 'gate' | 'tracker' | 'vehicle', on = siteId): Promise<DeviceId> => {
  const id = newId<'device'>()
  await window.test.pool.query(
    `insert into monitoring.device (id, site_id, protocol, external_id, kind, name, profile_id, created_at)
     values ($1, $2, 'http', $3, $4, $5, (select min(id) from monitoring.metric_profile), now())`,
    [id, on, id, kind, `${kind}设备`],
  )
  return id
}
let count = 0
const idNumber = (): string => {
  count += 1
  const first17 = `51022419900101${String(count).padStart(3, '0')}`
  return first17 + idCheckSign(first17)
}
const worker = (more: object = {}) => {
  count += 1
  return {
    name: '张建',
    idNumber: idNumber(),
    phone: null,
    workerRef: `K${count}`,
    organisationId: null,
    team: '木工一班',
    trade: '木工',
    teamLeader: false,
    certificate: '',
    validFrom: today,
    validTo: null,
    informed: true as const,
    ...more,
  }
}
const register = (more: object = {}, by: Actor = manager, on = siteId) =>
  window.as(by).call(people.registerWorker, { params: { siteId: on }, body: worker(more) })
const pass = async (workerRef: string, at: Instant, direction: 'in' | 'out', on = siteId, by = gate) => {
  await window.test.pool.query(
    `insert into monitoring.attendance (site_id, device_id, event_id, worker_ref, at, received_at, direction, method, buffered)
     values ($1, $2, $3, $4, $5, $5, $6, 'card', false)`,
    [on, by, newId(), workerRef, at, direction],
  )
}
const code = async (work: Promise<unknown>) => (await window.refusalOf(work)).code.replace('monitoring.', '')
const kindsOf = async (on: SiteId) =>
  (await window.platform.journal.entriesOf(window.platform.db, { subject: { kind: 'site', id: on } })).map((each) =>
    each.kind.replace('monitoring.', ''),
  )
const MINUTE = 60_000

describe('a worker', () => {
  it('is registered with an identity number that is sealed, found by digest, and never shown again', async () => {
    const number = idNumber()
    const made = await register({ idNumber: number, phone: '13911112222' })
    expect(made).toMatchObject({
      name: '张建',
      idNumberMasked: `510*************${number.slice(-2)}`.slice(0, 3) + '*'.repeat(13) + number.slice(-2),
      phoneMasked: '139****2222',
      state: 'valid',
      present: false,
    })
    const { rows } = await window.test.pool.query('select * from monitoring.worker where id = $1', [made.workerId])
    expect(JSON.stringify(rows)).not.toContain(number)
    expect(JSON.stringify(rows)).not.toContain('13911112222')
    const listed = await window.as(inspector).call(people.listWorkers, { params: { siteId }, query: { limit: 200 } })
    expect(JSON.stringify(listed)).not.toContain(number)
    const found = await window
      .as(inspector)
      .call(people.findWorker, { body: { idNumber: number.toLowerCase(), purpose: '核查重名人员' } })
    expect(found.rows).toMatchObject([{ registrationId: made.registrationId, siteName: '一标段' }])
    const journal = await window.platform.journal.entriesOf(window.platform.db, {
      subject: { kind: 'worker', id: made.workerId },
    })
    expect(journal.map((each) => each.payload)).toMatchObject([{ purpose: '核查重名人员', found: 1 }])
    const all = await window.test.pool.query('select payload::text from journal.entry')
    expect(JSON.stringify(all.rows)).not.toMatch(new RegExp(`${number}|张建|13911112222`))
  })
  it('has one registration on a site at a time, a number at the gate of their own, and a true identity number', async () => {
    const body = worker()
    const made = await register(body)
    expect(await code(register({ ...body, workerRef: 'Z1' }))).toBe('registered-already')
    expect(await code(register({ workerRef: body.workerRef }))).toBe('worker-ref-taken')
    expect(await code(register({ ...body, name: '李建', workerRef: 'Z2' }))).toBe('worker-name-differs')
    expect(await code(register({ idNumber: '510224199001010010' }))).toBe('id-number-wrong')
    expect(await code(register({ phone: '12345' }))).toBe('worker-phone-wrong')
    expect(await code(register({ validTo: localDate('2026-03-01') }))).toBe('validity-wrong')
    await expect(register({ workerRef: body.idNumber })).rejects.toThrow('不能使用身份证号码')
    await expect(register({ informed: false })).rejects.toThrow('请先向工人告知')
    // On another site the same person is the same worker.
    const elsewhere = await register({ ...body, workerRef: 'Z3' }, inspector, await site('二标段'))
    expect(elsewhere.workerId).toBe(made.workerId)
  })
  it('is changed, leaves, and may come back', async () => {
    const body = worker()
    const made = await register(body)
    const params = { siteId, registrationId: made.registrationId }
    const { name: _name, idNumber: _id, phone: _phone, informed: _informed, ...described } = body
    const changed = await window.as(manager).call(people.changeRegistration, {
      params,
      body: { ...described, version: made.version, trade: '架子工', validTo: localDate('2026-03-02') },
    })
    expect(changed).toMatchObject({ trade: '架子工', validTo: '2026-03-02', version: 2 })
    const leave = (leftOn: string, version: number) =>
      window
        .as(manager)
        .call(people.leaveSite, { params, body: { version, leftOn: localDate(leftOn), reason: '工程结束' } })
    expect(await code(leave('2026-03-02', 1))).toBe('registration-stale')
    expect(await code(leave('2026-03-01', 2))).toBe('left-before')
    expect(await code(leave('2026-03-03', 2))).toBe('left-before')
    expect((await leave('2026-03-02', 2)).leftOn).toBe('2026-03-02')
    expect(await code(leave('2026-03-02', 3))).toBe('left-already')
    expect((await register({ ...body })).registrationId).not.toBe(made.registrationId)
    expect(await kindsOf(siteId)).toEqual(
      expect.arrayContaining(['worker-registered', 'registration-changed', 'worker-left']),
    )
  })
  it('is sealed anew when the key of the vault changes, and found by the new key', async () => {
    const number = idNumber()
    const made = await register({ idNumber: number, phone: '13911113333' })
    const old = new Uint8Array(32).fill(7)
    const both = vaultOf(new Uint8Array(32).fill(9), old)
    const part = createSites(
      { platform: window.platform, vault: both, people: window.people.reader, projects: window.projects.reader },
      retention,
      createTelemetryReader(window.platform, retention),
    )
    const reseal = (limit: number) => window.platform.transact(administrator, (unit) => part.reseal(unit, limit))
    while ((await reseal(3)) > 0);
    const { rows } = await window.test.pool.query<{ id_number_sealed: string; id_number_digest: string }>(
      'select id_number_sealed, id_number_digest from monitoring.worker where id = $1',
      [made.workerId],
    )
    const only = vaultOf(new Uint8Array(32).fill(9))
    expect(only.open(rows[0]?.id_number_sealed ?? '', `monitoring.worker-id:${made.workerId}`)).toBe(number)
    expect(rows[0]?.id_number_digest).toBe(only.digest(number, 'monitoring.worker-id'))
    // Back to the key of the other tests.
    const back = createSites(
      {
        platform: window.platform,
        vault: vaultOf(old, new Uint8Array(32).fill(9)),
        people: window.people.reader,
        projects: window.projects.reader,
      },
      retention,
      createTelemetryReader(window.platform, retention),
    )
    while ((await window.platform.transact(administrator, (unit) => back.reseal(unit, 50))) > 0);
  })
})

describe('attendance', () => {
  it('is listed with names of the registration of that day, summed up by trade, and shown as who is inside', async () => {
    const on = await site('考勤标段')
    const by = await device('gate', on)
    const a = await register({ team: '钢筋班', trade: '钢筋工' }, manager, on)
    await register({ team: '木工班', trade: '木工' }, manager, on)
    await pass(a.workerRef, instant('2026-03-02T00:00:00Z'), 'in', on, by)
    await pass('UNKNOWN', instant('2026-03-02T01:00:00Z'), 'in', on, by)
    await pass('UNKNOWN', instant('2026-03-02T02:00:00Z'), 'out', on, by)
    const params = { siteId: on }
    const list = await window
      .as(manager)
      .call(people.listAttendance, { params, query: { limit: 2, unregistered: 'false' as never } })
    expect(list.rows.map((row) => [row.workerRef, row.direction, row.name, row.valid])).toEqual([
      ['UNKNOWN', 'out', null, false],
      ['UNKNOWN', 'in', null, false],
    ])
    const rest = await window.as(manager).call(people.listAttendance, {
      params,
      query: { limit: 2, unregistered: 'false' as never, after: list.next ?? '' },
    })
    expect(rest).toMatchObject({ rows: [{ name: '张建', trade: '钢筋工', valid: true }], next: null })
    const strangers = await window
      .as(manager)
      .call(people.listAttendance, { params, query: { limit: 10, unregistered: 'true' as never } })
    expect(strangers.rows.length).toBe(2)
    const day = await window.as(manager).call(people.attendanceDay, { params })
    expect(day).toMatchObject({ people: 2, registered: 2, unregistered: 1, passages: 3, hours: 5 })
    expect(day.byTrade).toEqual([
      { trade: '未登记', people: 1, registered: 0, hours: 1 },
      { trade: '钢筋工', people: 1, registered: 1, hours: 4 },
      { trade: '木工', people: 0, registered: 1, hours: 0 },
    ])
    const present = await window.as(manager).call(people.whoIsPresent, { params })
    expect(present).toMatchObject({ people: 1, rows: [{ workerId: a.workerId, by: 'gate', valid: true }] })
    expect(JSON.stringify(present)).not.toMatch(/lon|lat/)
    expect(
      await code(window.as(manager).call(people.attendanceDay, { params, query: { day: localDate('2026-03-03') } })),
    ).toBe('day-ahead')
    const listed = await window.as(manager).call(people.listWorkers, { params, query: { limit: 10, trade: '钢筋工' } })
    expect(listed.rows).toMatchObject([{ present: true }])
    expect(listed.counts).toEqual({ valid: 2, expired: 0, planned: 0, left: 0 })
  })
  it('tells the rules who may be on a site: nobody can be asked where nobody is registered', async () => {
    const part = createSites(
      {
        platform: window.platform,
        vault: vaultOf(new Uint8Array(32).fill(7)),
        people: window.people.reader,
        projects: window.projects.reader,
      },
      retention,
      createTelemetryReader(window.platform, retention),
    )
    const on = await site('登记标段')
    const empty = await site('无登记标段')
    const made = await register({ validTo: localDate('2026-03-03') }, manager, on)
    const ask = (day: string) =>
      part.sources.registered(
        window.platform.db,
        [
          { siteId: on, workerRef: made.workerRef },
          { siteId: on, workerRef: 'NOBODY' },
          { siteId: empty, workerRef: 'NOBODY' },
        ],
        localDate(day),
      )
    expect((await ask('2026-03-03')).size).toBe(2)
    expect((await ask('2026-03-03')).get(`${on} NOBODY`)).toBe(false)
    expect((await ask('2026-03-03')).get(`${on} ${made.workerRef}`)).toBe(true)
    expect([...(await ask('2026-03-04')).values()]).toEqual([false, false])
    const zones = await part.sources.zones(window.platform.db, [on])
    expect(zones.get(on)).toMatchObject([{ kind: 'fence', floor: null }])
  })
})

describe('positions of workers', () => {
  const known = (deviceId: DeviceId, kind: KnownDevice['kind'], on = siteId): KnownDevice => ({
    siteId: on,
    deviceId,
    kind,
    profileId: 1,
    metrics: [],
  })
  const at = (device: KnownDevice, moment: Instant, lon: number, lat: number): PositionReport => ({
    kind: 'position',
    device,
    at: moment,
    receivedAt: moment,
    buffered: false,
    lon,
    lat,
    floor: null,
    speedMps: null,
    accuracyM: 5,
  })
  it('are stored only inside the fence and within working hours; rules still see who leaves', async () => {
    const admission = createAdmission(window.platform, 10)
    await admission.refresh()
    const judged: string[] = []
    const ingest = await createIngest({
      platform: window.platform,
      retention,
      node: 'test',
      spoolFolder: null,
      afterMs: 5,
      keepPosition: (report) => admission.admit(report) === 'store',
      evaluate: async (_unit, fresh) => void judged.push(...fresh.map((each) => each.at)),
    })
    const tracker = known(await device('tracker'), 'tracker')
    const truck = known(await device('vehicle'), 'vehicle')
    const noon = START
    try {
      expect(await ingest.submit(at(tracker, noon, 106.551, 29.571))).toBe('stored')
      expect(await ingest.submit(at(tracker, addMs(noon, 1000), 106.56, 29.58))).toBe('unkept')
      expect(await ingest.submit(at(truck, noon, 106.56, 29.58))).toBe('stored')
      expect(judged).toEqual([noon, addMs(noon, 1000), noon])
      const night = instant('2026-03-01T18:00:00Z')
      expect(admission.admit(at(tracker, night, 106.551, 29.571))).toBe('drop')
      const { rows } = await window.test.pool.query('select at, lon from monitoring.position where device_id = $1', [
        tracker.deviceId,
      ])
      expect(rows).toEqual([{ at: noon, lon: 106.551 }])
      const last = await window.test.pool.query('select lon from monitoring.position_last where device_id = $1', [
        tracker.deviceId,
      ])
      expect(last.rows).toEqual([{ lon: 106.551 }])
    } finally {
      await ingest.stop()
    }
  })
  it('follow a fence that is changed', async () => {
    const on = await site('改围栏标段')
    const admission = createAdmission(window.platform, 0)
    const report = at(known(newId(), 'tracker', on), START, 106.551, 29.571)
    expect(admission.admit(report)).toBe('drop')
    await admission.refresh()
    expect(admission.admit(report)).toBe('store')
    const { version } = await window.as(inspector).call(sites.readSite, { params: { siteId: on } })
    await window.as(inspector).call(sites.setFence, { params: { siteId: on }, body: { version, fence: null } })
    await admission.refresh()
    expect(admission.admit(report)).toBe('drop')
  })
  it('are shown only after saying why; the look is logged, runs out, and the worker sees it', async () => {
    const on = await site('定位标段')
    const tracker = await device('tracker', on)
    const phone = '13922223333'
    const a = await register({ phone, name: '王工' }, manager, on)
    const params = { siteId: on, registrationId: a.registrationId }
    const bound = await window
      .as(manager)
      .call(people.bindTracker, { params, body: { version: a.version, deviceId: tracker } })
    expect(bound.device).toMatchObject({ deviceId: tracker })
    const other = await register({}, manager, on)
    expect(
      await code(
        window.as(manager).call(people.bindTracker, {
          params: { siteId: on, registrationId: other.registrationId },
          body: { version: other.version, deviceId: tracker },
        }),
      ),
    ).toBe('tracker-taken')
    expect(
      await code(
        window.as(manager).call(people.bindTracker, {
          params: { siteId: on, registrationId: other.registrationId },
          body: { version: other.version, deviceId: gate },
        }),
      ),
    ).toBe('tracker-missing')
    await window.test.pool.query(
      `create table if not exists monitoring.position_rest partition of monitoring.position for values from ('2026-03-03') to ('2026-04-03')`,
    )
    window.test.clock.set(instant('2026-03-03T04:00:00Z'))
    const now = window.platform.clock()
    await window.test.pool.query(
      `insert into monitoring.position (site_id, device_id, at, received_at, lon, lat, buffered)
       select $1, $2, $3::timestamptz + n * interval '1 minute', now(), 106.551, 29.571, false from generate_series(-20, 0) n`,
      [on, tracker, now],
    )
    await window.test.pool.query(
      `insert into monitoring.position_last (site_id, device_id, at, received_at, lon, lat) values ($1, $2, $3, $3, 106.551, 29.571)`,
      [on, tracker, now],
    )
    // Seen by the tracker alone: inside.
    expect((await window.as(manager).call(people.whoIsPresent, { params: { siteId: on } })).rows).toMatchObject([
      { name: '王工', by: 'tracker', since: null },
    ])
    const look = await window.as(manager).call(people.beginLook, {
      params: { siteId: on },
      body: { purpose: '应急疏散清点', registrationId: null, from: null, to: null },
    })
    const seen = await window
      .as(manager)
      .call(people.positionsNow, { params: { siteId: on }, query: { lookId: look.lookId } })
    expect(seen.rows).toMatchObject([{ name: '王工', lon: 106.551, trade: '木工' }])
    // Another person's look, or one for everybody, shows no track.
    expect(
      await code(
        window.as(inspector).call(people.positionsNow, { params: { siteId: on }, query: { lookId: look.lookId } }),
      ),
    ).toBe('look-over')
    expect(
      await code(
        window.as(manager).call(people.workerTrack, { params: { siteId: on }, query: { lookId: look.lookId } }),
      ),
    ).toBe('look-other')
    const track = await window.as(inspector).call(people.beginLook, {
      params: { siteId: on },
      body: {
        purpose: '事故调查取证',
        registrationId: a.registrationId,
        from: addMs(now, -10 * MINUTE),
        to: addMs(now, MINUTE),
      },
    })
    const way = await window
      .as(inspector)
      .call(people.workerTrack, { params: { siteId: on }, query: { lookId: track.lookId } })
    expect(way).toMatchObject({ name: '王工', truncated: false })
    expect(way.points.length).toBe(11)
    const tooLong = {
      purpose: '太长的时段',
      registrationId: a.registrationId,
      from: instant('2026-01-01T00:00:00Z'),
      to: now,
    }
    expect(await code(window.as(inspector).call(people.beginLook, { params: { siteId: on }, body: tooLong }))).toBe(
      'track-period',
    )
    await expect(
      window.as(manager).call(people.beginLook, {
        params: { siteId: on },
        body: { purpose: '看', registrationId: null, from: null, to: null },
      }),
    ).rejects.toThrow('查看目的')

    // Who looked: for an administrator and the worker; nobody else.
    const looks = (by: Actor) => window.as(by).call(people.listLooks, { params })
    expect(
      (await looks(administrator)).rows.map((row) => [row.lookedBy, row.purpose, row.workerId, row.shown]),
    ).toEqual([
      ['监督甲', '事故调查取证', a.workerId, 11],
      ['现场甲', '应急疏散清点', null, 1],
    ])
    expect(await code(looks(manager))).toBe('not-for-looks')
    expect(await code(looks(inspector))).toBe('not-for-looks')
    const own = await window.platform.transact(administrator, (unit) =>
      window.people.writer.createPerson(unit, { name: '王工', phone }),
    )
    const self: Person = { kind: 'person', personId: own, name: '王工', roles: [] }
    expect((await looks(self)).rows.length).toBe(2)
    const record = await window.as(self).call(people.myRecord)
    expect(record.registrations).toMatchObject([{ siteName: '定位标段', trade: '木工' }])
    expect(record.looks.length).toBe(2)
    expect(record.notice).toContain('30天')
    const stranger = await window.as(window.stranger).call(people.myRecord)
    expect(stranger).toMatchObject({ registrations: [], attendance: [], looks: [] })

    const entries = await window.platform.journal.entriesOf(window.platform.db, { subject: { kind: 'site', id: on } })
    expect(
      entries.filter((each) => each.kind === 'monitoring.positions-looked-at').map((each) => each.visibility),
    ).toEqual(['internal', 'internal'])
    window.test.clock.advance(31 * MINUTE)
    expect(
      await code(
        window.as(manager).call(people.positionsNow, { params: { siteId: on }, query: { lookId: look.lookId } }),
      ),
    ).toBe('look-over')
    // Whoever leaves gives the tracker back.
    const left = await window.as(manager).call(people.leaveSite, {
      params,
      body: { version: bound.version, leftOn: localDateOf(window.platform.clock()), reason: '工程结束' },
    })
    expect(left.device).toBeNull()
    const { rows } = await window.test.pool.query('select to_at from monitoring.tracker_period where device_id = $1', [
      tracker,
    ])
    expect(rows).toEqual([{ to_at: window.platform.clock() }])
  })
})

describe('who may do what', () => {
  it('follows the roles for every endpoint', async () => {
    const made = await register()
    const params = { siteId, registrationId: made.registrationId }
    const { name: _name, idNumber: _id, phone: _phone, informed: _informed, ...described } = worker()
    const lookId = newId()
    const acts: readonly (readonly [who: 'see' | 'keep' | 'positions', Endpoint, object])[] = [
      ['see', people.listWorkers as Endpoint, { params, query: {} }],
      ['see', people.listAttendance as Endpoint, { params, query: {} }],
      ['see', people.attendanceDay as Endpoint, { params, query: {} }],
      ['see', people.whoIsPresent as Endpoint, { params }],
      ['keep', people.registerWorker as Endpoint, { params, body: worker() }],
      ['keep', people.changeRegistration as Endpoint, { params, body: { ...described, version: 1 } }],
      ['keep', people.leaveSite as Endpoint, { params, body: { version: 1, leftOn: today, reason: '退场' } }],
      ['keep', people.bindTracker as Endpoint, { params, body: { version: 1, deviceId: null } }],
      [
        'positions',
        people.beginLook as Endpoint,
        { params, body: { purpose: '日常检查', registrationId: null, from: null, to: null } },
      ],
      ['positions', people.positionsNow as Endpoint, { params, query: { lookId } }],
      ['positions', people.workerTrack as Endpoint, { params, query: { lookId } }],
    ]
    const reviewer = await window.person('审查', { role: 'reviewer', department: 'housing' })
    const refusal = { see: null, keep: 'not-site-keeper', positions: 'not-for-positions' } as const
    for (const [who, endpoint, input] of acts) {
      const told = async (actor: Actor) => {
        try {
          await window.as(actor).download(endpoint, input)
          return null
        } catch (error) {
          return (error as { refusal?: { code: string } }).refusal?.code.replace('monitoring.', '') ?? String(error)
        }
      }
      expect([endpoint.id, await told(window.stranger)]).toEqual([endpoint.id, 'site-not-found'])
      expect([endpoint.id, await told(anonymous)]).toEqual([endpoint.id, 'site-not-found'])
      expect([endpoint.id, await told(reviewer)]).toEqual([endpoint.id, refusal[who]])
      expect([endpoint.id, await told(window.applicant)]).toEqual([endpoint.id, refusal[who]])
    }
    const search = { body: { idNumber: idNumber(), purpose: '核查登记' } }
    expect(await code(window.as(manager).call(people.findWorker, search))).toBe('not-for-search')
    expect((await window.as(inspector).call(people.findWorker, search)).rows).toEqual([])
  })
  it('who looked for somebody by identity number is logged: to themselves, to administrators, and to the worker', async () => {
    const number = idNumber()
    await register({ idNumber: number, phone: '13900007777' })
    const other = await window.person('监督乙', { role: 'inspector', department: 'housing' })
    const administrator = await window.person('管理员', { role: 'administrator' })
    const search = (by: Person, purpose: string, wanted = number) =>
      window.as(by).call(people.findWorker, { body: { idNumber: wanted, purpose } })
    await search(inspector, '核查重复登记')
    await search(other, '核查无登记人员', idNumber())
    const log = async (by: Person, limit = 50, after?: string) =>
      window.as(by).call(people.listWorkerSearches, {
        query: { limit, ...(after === undefined ? {} : { after }) } as never,
      })
    expect((await log(other)).rows).toMatchObject([{ by: '监督乙', purpose: '核查无登记人员', found: 0 }])
    const all = (await log(administrator)).rows
    expect(all.slice(0, 2).map((row) => [row.purpose, row.found])).toEqual([
      ['核查无登记人员', 0],
      ['核查重复登记', 1],
    ])
    const first = await log(administrator, 1)
    expect((await log(administrator, 1, first.next ?? '')).rows).toMatchObject([{ purpose: '核查重复登记' }])
    expect(await code(log(manager))).toBe('not-for-search')
    const { rows } = await window.test.pool.query('select * from monitoring.worker_search')
    expect(JSON.stringify(rows)).not.toContain(number)
    const own = await window.platform.transact(administrator, (unit) =>
      window.people.writer.createPerson(unit, { name: '张建', phone: '13900007777' }),
    )
    const self: Person = { kind: 'person', personId: own, name: '张建', roles: [] }
    const record = await window.as(self).call(people.myRecord)
    expect(record.searches).toMatchObject([{ by: '监督甲', purpose: '核查重复登记' }])
  })
})
