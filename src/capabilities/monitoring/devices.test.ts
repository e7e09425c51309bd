import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { admittedOf, stale } from '../../../tests/support/admission.ts'
import { openWindow, type Window } from '../../../tests/support/window.ts'
import type { Actor, Person } from '../../kernel/actor.ts'
import { anonymous } from '../../kernel/actor.ts'
import type { ProjectId } from '../../kernel/identity.ts'
import { newId } from '../../platform/identity.ts'
import { vaultOf } from '../../platform/vault/vault.ts'
import { isSecret, openSecret, resealDevices } from './actions/devices/secrets.ts'
import * as contract from './contract/devices.ts'
import type { DeviceId, Protocol, SiteId } from './model/report.ts'
import { deviceById } from './store/devices/devices.ts'
import { countRefusal, writeHealth } from './store/devices/health.ts'
import { MOST_FROM_ADDRESS, recordKnock } from './store/devices/quarantine.ts'

let window: Window
let inspector: Person
let projectId: ProjectId
let siteId: SiteId
let dust: number
const vault = vaultOf(new Uint8Array(32).fill(7))
beforeAll(async () => {
  window = await openWindow()
  inspector = await window.person('监督甲', { role: 'inspector', department: 'housing' })
  projectId = await window.project()
  siteId = await site()
  const { rows } = await window.as(inspector).call(contract.listMetricProfiles, {})
  dust = only(rows.filter((each) => each.model === 'dust-station')).profileId
})
afterAll(() => window.close())

let count = 0
const site = async (state = 'active'): Promise<SiteId> => {
  count += 1
  const id = newId<'site'>()
  await window.test.pool.query(
    `insert into monitoring.site (id, project_id, name, code, state) values ($1, $2, $3, $4, $5)`,
    [id, projectId, `工地${count}`, `S-${count}`, state],
  )
  return id
}
const only = <T>(list: readonly T[]): T => {
  const [value] = list
  if (value === undefined) throw new Error('nothing there')
  return value
}
const number = (): string => {
  count += 1
  return `500157JB${String(count).padStart(16, '0')}`
}
const describing = () => ({
  siteId,
  kind: 'dust' as const,
  name: '1号扬尘',
  model: '示例-X1',
  profileId: dust,
  networks: [],
  lon: 106.57,
  lat: 29.58,
  floor: null,
})
const knock = (externalId: string, more: Partial<Parameters<typeof recordKnock>[1]> = {}) =>
  recordKnock(window.platform.db, {
    id: newId(),
    protocol: 'hj212',
    externalId,
    address: '10.1.2.3',
    at: window.platform.clock(),
    attempts: 1,
    kindHint: 'dust',
    modelHint: '',
    nameHint: '',
    fingerprint: null,
    parentId: null,
    sample: 'ST=39;CN=2011',
    ...more,
  })
const waiting = async (text: string, by: Actor = inspector) =>
  (await window.as(by).call(contract.listQuarantine, { query: { text, limit: 50, state: 'waiting' } })).rows
const claim = (quarantineId: contract.QuarantineId, more: object = {}, by: Actor = inspector) =>
  window.as(by).call(contract.claimDevice, { params: { quarantineId }, body: { ...describing(), ...more } })
const register = (protocol: Protocol, externalId: string, more: object = {}, by: Actor = inspector) =>
  window.as(by).call(contract.registerDevice, { body: { protocol, externalId, ...describing(), ...more } })
const read = (deviceId: DeviceId, by: Actor = inspector) =>
  window.as(by).call(contract.readDevice, { params: { deviceId } })
const code = async (work: Promise<unknown>) => (await window.refusalOf(work)).code.replace('monitoring.', '')

describe('a device that nobody knows', () => {
  it('waits in quarantine, counted, until it is claimed; then it stands on its site with a secret shown once', async () => {
    const mn = number()
    await knock(mn)
    await knock(mn, { address: '10.1.2.4', attempts: 3 })
    const row = only(await waiting(mn))
    expect(row).toMatchObject({ externalId: mn, attempts: 4, address: '10.1.2.4', state: 'waiting', kindHint: 'dust' })
    const { deviceId, secret, settings } = await claim(row.quarantineId)
    expect(secret).toMatch(/^[2-9A-HJ-NP-Za-km-z]{6}$/)
    expect(settings.map((each) => each.value)).toEqual([mn, secret])
    expect(await waiting(mn)).toEqual([])
    const device = await read(deviceId)
    expect(device).toMatchObject({ siteId, externalId: mn, connection: 'never', secretWeak: false })
    expect(JSON.stringify(device)).not.toContain(secret)
    const kept = await deviceById(window.platform.db, deviceId)
    expect(JSON.stringify(kept)).not.toContain(secret)
    expect(kept === null ? null : openSecret(vault, deviceId, kept)).toBe(secret)
    expect(await code(claim(row.quarantineId))).toBe('quarantine-missing')
    const entries = await window.platform.journal.entriesOf(window.platform.db, {
      subject: { kind: 'device', id: deviceId },
    })
    expect(entries.map((each) => each.kind)).toEqual(['monitoring.device-registered'])
    expect(entries.map((each) => each.projectId)).toEqual([projectId])
  })
  it('is claimed once when two operators claim it at the same time', async () => {
    const mn = number()
    await knock(mn)
    const { quarantineId } = only(await waiting(mn))
    const both = await Promise.allSettled([claim(quarantineId), claim(quarantineId)])
    expect(both.map((each) => each.status).toSorted()).toEqual(['fulfilled', 'rejected'])
  })
  it('may bring the password that it was delivered with, and is then marked as weak', async () => {
    const mn = number()
    await knock(mn)
    const { deviceId, secret } = await claim(only(await waiting(mn)).quarantineId, { secret: '123456' })
    expect(secret).toBe('123456')
    expect((await read(deviceId)).secretWeak).toBe(true)
  })
  it('that was rejected stays out of the list and cannot be claimed until it is forgotten', async () => {
    const mn = number()
    await knock(mn)
    const { quarantineId } = only(await waiting(mn))
    const params = { quarantineId }
    const reject = () =>
      window.as(inspector).call(contract.rejectQuarantined, { params, body: { reason: '不是本区设备' } })
    await reject()
    expect(await code(reject())).toBe('rejected-already')
    await knock(mn)
    expect(await waiting(mn)).toEqual([])
    expect(await code(claim(quarantineId))).toBe('rejected-already')
    await window.as(inspector).call(contract.forgetQuarantined, { params })
    expect(await code(window.as(inspector).call(contract.forgetQuarantined, { params }))).toBe('quarantine-missing')
    await knock(mn)
    expect(await waiting(mn)).toHaveLength(1)
  })
  it('cannot fill the table: an address has room for a limited number of names', async () => {
    const address = '10.66.0.1'
    const kept: boolean[] = []
    for (let index = 0; index < MOST_FROM_ADDRESS + 3; index += 1) kept.push(await knock(number(), { address }))
    expect(kept.filter(Boolean)).toHaveLength(MOST_FROM_ADDRESS)
    expect(await knock(number(), { address: '10.66.0.2' })).toBe(true)
    await window.test.pool.query(`delete from monitoring.quarantine where address = $1`, [address])
  })
  it('is listed page by page, the latest first, each once', async () => {
    for (let index = 0; index < 5; index += 1) await knock(number(), { address: '10.67.0.1' })
    const seen: string[] = []
    for (let after: string | undefined; ; ) {
      const page = await window.as(inspector).call(contract.listQuarantine, {
        query: { text: '10.67.0.1', limit: 2, state: 'waiting', ...(after === undefined ? {} : { after }) },
      })
      seen.push(...page.rows.map((each) => each.quarantineId))
      if (page.next === null) break
      after = page.next
    }
    expect(seen).toHaveLength(5)
    expect(new Set(seen).size).toBe(5)
    expect(seen.toSorted().toReversed()).toEqual(seen)
  })
})

describe('the register of devices', () => {
  it('takes a device before it speaks, with the number that its protocol asks for', async () => {
    const made = await register('mqtt', 'crane-7', { kind: 'other', profileId: 1 })
    const kept = await deviceById(window.platform.db, made.deviceId)
    if (kept === null || made.secret === null) throw new Error('nothing kept')
    expect(kept.secret_sealed).toBeNull()
    expect(kept.secret_hash).toMatch(/^[0-9a-f]{64}$/)
    expect(isSecret(vault, made.deviceId, kept, made.secret)).toBe(true)
    expect(isSecret(vault, made.deviceId, kept, `${made.secret}x`)).toBe(false)
    expect(await code(register('mqtt', 'crane-7', { kind: 'other', profileId: 1 }))).toBe('device-known')
    expect(await code(register('mqtt', 'with space', { kind: 'other', profileId: 1 }))).toBe('external-id-wrong')
    expect(await code(register('gb28181', '123', { kind: 'camera', profileId: 1 }))).toBe('external-id-wrong')
    expect(await code(register('mqtt', 'own', { kind: 'other', profileId: 1, secret: 'short' }))).toBe('secret-not-own')
    const terminal = await register('jt808', '013900001234', { kind: 'tracker', profileId: 1 })
    expect((await read(terminal.deviceId)).externalId).toBe('13900001234')
  })
  it('refuses an unknown or ended site, a foreign profile and an address range that is none', async () => {
    const ended = await site('ended')
    expect(await code(register('hj212', number(), { siteId: newId() }))).toBe('site-missing')
    expect(await code(register('hj212', number(), { siteId: ended }))).toBe('site-ended')
    expect(await code(register('hj212', number(), { profileId: 31_000 }))).toBe('profile-missing')
    expect(await code(register('hj212', number(), { kind: 'crane' }))).toBe('profile-other-kind')
    expect(await code(register('hj212', number(), { networks: ['10.0.0.0/8', '10.300.0.0/16'] }))).toBe('network-wrong')
  })
  it('changes a device only as its page showed it, and journals what changed', async () => {
    const { deviceId } = await register('hj212', number())
    const device = await read(deviceId)
    const { siteId: _s, lon: _x, lat: _y, floor: _f, ...rest } = describing()
    const change = (version: number) =>
      window.as(inspector).call(contract.updateDevice, {
        params: { deviceId },
        body: { ...rest, version, name: '东门扬尘', networks: ['10.20.0.0/16', '2001:db8::/32'] },
      })
    const changed = await change(device.version)
    expect(changed).toMatchObject({ name: '东门扬尘', networks: ['10.20.0.0/16', '2001:db8::/32'] })
    expect(await code(change(device.version))).toBe('stale')
    const entries = await window.platform.journal.entriesOf(window.platform.db, {
      subject: { kind: 'device', id: deviceId },
    })
    expect(entries.at(-1)?.payload).toMatchObject({ changed: ['name', 'networks'] })
  })
  it('disables and enables, moves with its health, and gives a new secret that ends the old one', async () => {
    const made = await register('hj212', number())
    const { deviceId } = made
    await writeHealth(window.platform.db, 'node', [
      {
        siteId,
        deviceId,
        connected: true,
        address: '10.1.1.1',
        connectedAt: window.platform.clock(),
        disconnectedAt: null,
        lastSeenAt: window.platform.clock(),
        clockSkewMs: -4_000,
        clockSkewAt: window.platform.clock(),
        reports: 3,
        malformed: 1,
        refused: 0,
        faults: { pm10: { text: 'PM10 传感器故障', since: window.platform.clock() } },
      },
    ])
    expect((await read(deviceId)).health).toMatchObject({ connection: 'online', reports: 3, clockSkewMs: -4000 })
    const params = { deviceId }
    const state = (to: 'active' | 'disabled', version: number) =>
      window.as(inspector).call(contract.setDeviceState, { params, body: { version, state: to, reason: '检修期间' } })
    const off = await state('disabled', 1)
    expect(off).toMatchObject({ state: 'disabled', stateReason: '检修期间' })
    expect(await code(state('disabled', off.version))).toBe('state-same')
    const on = await state('active', off.version)
    const other = await site()
    const moved = await window.as(inspector).call(contract.moveDevice, {
      params,
      body: { version: on.version, siteId: other, lon: null, lat: null, floor: 3, reason: '转场到另一工地' },
    })
    expect(moved).toMatchObject({ siteId: other, floor: 3, faults: 1 })
    expect(moved.health).toMatchObject({ reports: 3, malformed: 1, address: '10.1.1.1' })
    const rotated = await window.as(inspector).call(contract.rotateDeviceSecret, {
      params,
      body: { version: moved.version, reason: '密钥疑似泄露' },
    })
    const kept = await deviceById(window.platform.db, deviceId)
    if (kept === null) throw new Error('gone')
    expect(kept.version).toBe(rotated.version)
    expect(isSecret(vault, deviceId, kept, rotated.secret ?? '')).toBe(true)
    expect(isSecret(vault, deviceId, kept, made.secret ?? '')).toBe(false)
  })
  it('finds devices by site, kind, state, presence, text and refused attempts', async () => {
    const here = await site()
    const { deviceId } = await register('hj212', number(), { siteId: here, name: '100%扬尘_A' })
    await register('hj212', number(), { siteId: here, name: '100x扬尘yA' })
    const list = async (query: object) =>
      (
        await window.as(inspector).call(contract.listDevices, { query: { limit: 50, siteId: here, ...query } })
      ).rows.map((each) => each.name)
    expect(await list({})).toEqual(['100%扬尘_A', '100x扬尘yA'])
    expect(await list({ text: '100%' })).toEqual(['100%扬尘_A'])
    expect(await list({ kind: 'crane' })).toEqual([])
    expect(await list({ connection: 'never', state: 'active', protocol: 'hj212' })).toHaveLength(2)
    expect(await list({ connection: 'online' })).toEqual([])
    expect(await list({ refused: 'true' })).toEqual([])
    const now = window.platform.clock()
    const attempt = (address: string) =>
      window.platform.transact({ kind: 'system', name: 'test' }, (unit) =>
        countRefusal(unit.db, {
          siteId: here,
          deviceId,
          day: unit.today,
          kind: 'wrong-secret',
          address,
          at: now,
          count: 2,
        }),
      )
    expect([await attempt('10.9.9.9'), await attempt('10.9.9.9'), await attempt('10.9.9.8')]).toEqual([
      true,
      false,
      true,
    ])
    expect(await list({ refused: 'true' })).toEqual(['100%扬尘_A'])
    const { health } = await read(deviceId)
    expect(Object.fromEntries(health.refusals.map((each) => [each.address, each.count]))).toEqual({
      '10.9.9.8': 2,
      '10.9.9.9': 4,
    })
    for (let index = 0; index < 30; index += 1) await attempt(`10.8.0.${index}`)
    const after = (await read(deviceId)).health.refusals
    expect(after).toHaveLength(21)
    expect(only(after.filter((each) => each.address === '*')).count).toBe(24)
  })
  it('pages through devices by name, each once', async () => {
    const here = await site()
    for (const name of ['丙', '甲', '乙', '甲', '丁']) await register('hj212', number(), { siteId: here, name })
    const seen: string[] = []
    for (let after: string | undefined; ; ) {
      const page = await window.as(inspector).call(contract.listDevices, {
        query: { limit: 2, siteId: here, ...(after === undefined ? {} : { after }) },
      })
      seen.push(...page.rows.map((each) => each.deviceId))
      if (page.next === null) break
      after = page.next
    }
    expect(new Set(seen).size).toBe(5)
    expect(seen).toHaveLength(5)
  })
  it('seals secrets anew under another key and loses none', async () => {
    const { deviceId, secret } = await register('gb28181', '50015700001320000001', { kind: 'camera', profileId: 1 })
    const [older, newer] = [new Uint8Array(32).fill(7), new Uint8Array(32).fill(8)]
    const next = vaultOf(newer, older)
    const system = { kind: 'system', name: 'test' } as const
    let done = 0
    for (let round = 1; round > 0; done += round)
      round = await window.platform.transact(system, (unit) => resealDevices(unit, next, 3))
    expect(done).toBeGreaterThan(3)
    const kept = await deviceById(window.platform.db, deviceId)
    expect(kept === null ? null : openSecret(vaultOf(newer), deviceId, kept)).toBe(secret)
    const back = vaultOf(older, newer)
    for (let round = 1; round > 0; )
      round = await window.platform.transact(system, (unit) => resealDevices(unit, back, 100))
  })
})

describe('metric profiles', () => {
  it('never change: a new version follows the latest, and devices go along when asked', async () => {
    const make = (after: number, factor: number, apply = true) =>
      window.as(inspector).call(contract.createMetricProfile, {
        body: {
          model: 'maker-x',
          after,
          name: '某厂扬尘仪',
          kind: 'dust',
          metrics: [{ metric: 'pm10', factor }],
          note: '',
          apply,
        },
      })
    const first = await make(0, 1)
    const { deviceId } = await register('hj212', number(), { profileId: first.profileId })
    expect(await code(make(0, 1000))).toBe('profile-taken')
    expect(await code(make(4, 1000))).toBe('profile-stale')
    const second = await make(1, 1000)
    expect(second).toMatchObject({ version: 2, devices: 1, latest: true })
    expect((await read(deviceId)).profile).toMatchObject({ version: 2, factors: [1000] })
    await make(2, 1, false)
    expect((await read(deviceId)).profile.version).toBe(2)
    const { rows } = await window.as(inspector).call(contract.listMetricProfiles, {})
    const versions = rows.filter((each) => each.model === 'maker-x').map((each) => [each.version, each.latest])
    expect(versions).toEqual([
      [3, true],
      [2, false],
      [1, false],
    ])
  })
  it('are made one after the other when two people make them at once', async () => {
    const body = { after: 0, name: '并发', kind: 'other' as const, metrics: [], note: '', apply: true }
    const both = await Promise.all(
      ['at-once-a', 'at-once-b'].map((model) =>
        window.as(inspector).call(contract.createMetricProfile, { body: { ...body, model } }),
      ),
    )
    expect(new Set(both.map((each) => each.profileId)).size).toBe(2)
  })
})

describe('who may', () => {
  it('see and manage devices: authorities see all, operators manage, the own side sees its own', async () => {
    const cast: Record<string, Actor> = {
      anonymous,
      applicant: window.applicant,
      stranger: window.stranger,
      clerk: window.clerk,
      supervisor: window.supervisor,
      inspector,
      administrator: await window.person('管理员', { role: 'administrator' }),
      manager: await window.person('项目经理', { role: 'site-manager', organisationId: window.owner }),
      citizen: await window.person('居民', { role: 'citizen' }),
    }
    const { deviceId } = await register('hj212', number())
    const mn = number()
    await knock(mn)
    const { quarantineId } = only(await waiting(mn))
    const { siteId: _s, lon: _x, lat: _y, floor: _f, ...rest } = describing()
    const place = { siteId, lon: null, lat: null, floor: null, reason: '理由理由' }
    const admitted = (endpoint: object, input: object) => admittedOf(window, cast, endpoint, input)
    const operators = ['inspector', 'administrator']
    const version = stale
    const params = { deviceId }
    expect(await admitted(contract.updateDevice, { params, body: { ...rest, version } })).toEqual(operators)
    expect(
      await admitted(contract.setDeviceState, { params, body: { version, state: 'disabled', reason: '理由' } }),
    ).toEqual(operators)
    expect(await admitted(contract.rotateDeviceSecret, { params, body: { version, reason: '理由' } })).toEqual(
      operators,
    )
    expect(await admitted(contract.moveDevice, { params, body: { version, ...place } })).toEqual(operators)
    expect(
      await admitted(contract.registerDevice, {
        body: { protocol: 'hj212', externalId: number(), ...describing(), siteId: newId() },
      }),
    ).toEqual(operators)
    const waits = { params: { quarantineId } }
    expect(await admitted(contract.claimDevice, { ...waits, body: { ...describing(), siteId: newId() } })).toEqual(
      operators,
    )
    const none = { params: { quarantineId: newId() } }
    expect(await admitted(contract.rejectQuarantined, { ...none, body: { reason: '理由' } })).toEqual(operators)
    expect(await admitted(contract.forgetQuarantined, none)).toEqual(operators)
    const profile = { model: 'none', after: stale, name: '无', kind: 'other', metrics: [] }
    expect(await admitted(contract.createMetricProfile, { body: profile })).toEqual(operators)
    const authorities = ['supervisor', 'inspector', 'administrator']
    expect(await admitted(contract.listQuarantine, {})).toEqual(authorities)
    expect(await admitted(contract.listGateways, {})).toEqual(authorities)
    const listers = ['applicant', 'stranger', 'supervisor', 'inspector', 'administrator', 'manager']
    expect(await admitted(contract.listMetricProfiles, {})).toEqual(listers)
    expect(await admitted(contract.listDevices, {})).toEqual(listers)
    const sees = async (actor: Actor) =>
      (await window.as(actor).call(contract.listDevices, { query: { limit: 200 } })).rows.length > 0
    expect([await sees(window.applicant), await sees(window.stranger)]).toEqual([true, false])
    for (const endpoint of [contract.readDevice, contract.readDeviceHealth]) {
      const refused = await window.refusalOf(window.as(window.stranger).call(endpoint, { params }))
      expect(refused.kind).toBe('missing')
      expect(await window.as(window.applicant).call(endpoint, { params })).toMatchObject({ deviceId })
      expect(await admitted(endpoint, { params })).toEqual(listers)
    }
  })
  it('learn from where a device comes: the authorities alone', async () => {
    const { deviceId } = await register('hj212', number(), { networks: ['10.20.0.0/16'] })
    expect((await read(deviceId)).networks).toEqual(['10.20.0.0/16'])
    const own = await read(deviceId, window.applicant)
    expect(own.networks).toEqual([])
    expect(own.health.refusals).toEqual([])
    expect(own.may.operate?.zh).toContain('监督检查人员')
  })
})
