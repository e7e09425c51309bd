/** One device at two processes on one database: who holds its row, who is told, who is refused. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type GatewayWindow, openGatewayWindow } from '../../../../../tests/support/gateway-window.ts'
import { vaultOf } from '../../../../platform/vault/vault.ts'
import type { DeviceId } from '../../model/report.ts'
import type { Context } from '../context.ts'
import { createGate, type Gate, type Link } from './gate.ts'
import { createPresence, type Presence } from './presence.ts'
import { createRegistry, type GateDevice, type Registry } from './registry.ts'

let district: GatewayWindow
let registry: Registry
beforeAll(async () => {
  district = await openGatewayWindow()
  registry = createRegistry(context())
  await registry.start()
})
afterAll(async () => {
  await registry?.stop()
  await district?.close()
})
const context = (): Context => ({
  platform: district.platform,
  vault: vaultOf(new Uint8Array(32).fill(7)),
  people: district.window.people.reader,
  projects: district.window.projects.reader,
})
interface Process {
  readonly gate: Gate
  readonly presence: Presence
}
const open = (node: string): Process => {
  const presence = createPresence(context(), node)
  return { presence, gate: createGate(context(), registry, presence) }
}
interface Wire extends Link {
  readonly ended: string[]
}
const wireFrom = (address: string): Wire => {
  const ended: string[] = []
  return { address, ended, isOpen: () => ended.length === 0, close: (reason) => ended.push(reason) }
}
let made = 0
let device: GateDevice
let deviceId: DeviceId
let a: Process
let b: Process
beforeEach(async () => {
  made += 1
  const number = `two-${made}`
  ;({ deviceId } = await district.register('mqtt', number))
  await registry.refresh()
  const found = registry.find('mqtt', number)
  if (found === null) throw new Error('not registered')
  device = found
  ;[a, b] = [open(`a${made}`), open(`b${made}`)]
})
/** Some seconds pass; a device speaks at a process, which writes. */
const speaks = async ({ gate, presence }: Process, wire: Link): Promise<void> => {
  district.window.test.clock.advance(2_000)
  gate.heard(device, wire, 1)
  await presence.flush()
}
const row = async () =>
  (
    await district.rows<{ node: string; address: string; connected: boolean; reports: number; refused: number }>(
      `select node, address, connected, reports::int as reports, refused::int as refused
       from monitoring.device_health where device_id = $1`,
      [deviceId],
    )
  )[0]
const refusals = () =>
  district.rows<{ kind: string; address: string; count: number }>(
    'select kind, address, count::int as count from monitoring.device_refusal where device_id = $1',
    [deviceId],
  )

describe('a device that speaks at two processes from two addresses', () => {
  it('is one too many once both went on: the later connection ends, is counted and not let in again', async () => {
    const [first, second] = [wireFrom('10.0.0.1'), wireFrom('10.9.9.9')]
    expect(a.gate.enter(device, first)).toBe(true)
    await speaks(a, first)
    district.window.test.clock.advance(1_000)
    expect(b.gate.enter(device, second)).toBe(true)
    await speaks(b, second)
    // So far the first one may be gone without a word.
    expect(second.ended).toEqual([])
    expect(await row()).toMatchObject({ node: `a${made}`, address: '10.0.0.1', connected: true, reports: 2 })
    await speaks(a, first)
    // It need not speak again to be found out.
    await b.presence.flush()
    expect(second.ended).toEqual(['connected elsewhere'])
    expect(b.gate.enter(device, wireFrom('10.9.9.9'))).toBe(false)
    expect(b.gate.clashes(device, '10.9.9.9')).toBe(true)
    await b.presence.flush()
    expect(await refusals()).toEqual([{ kind: 'second-connection', address: '10.9.9.9', count: 2 }])
    expect(await row()).toMatchObject({ node: `a${made}`, address: '10.0.0.1', connected: true, refused: 2 })
    const entries = await district.platform.journal.entriesOf(district.platform.db, {
      subject: { kind: 'device', id: deviceId },
    })
    expect(entries.filter((entry) => entry.kind === 'monitoring.device-impersonated')).toHaveLength(1)
    await speaks(a, first)
    expect(first.ended).toEqual([])
  })
  it('whose first process learns of it later, all the same: who came first stays', async () => {
    const [first, second] = [wireFrom('10.0.0.1'), wireFrom('10.9.9.9')]
    a.gate.enter(device, first)
    district.window.test.clock.advance(500)
    b.gate.enter(device, second)
    await speaks(b, second)
    expect(await row()).toMatchObject({ node: `b${made}` })
    await speaks(a, first)
    expect(await row()).toMatchObject({ node: `a${made}`, address: '10.0.0.1' })
    await speaks(b, second)
    await speaks(a, first)
    await speaks(b, second)
    expect([first.ended, second.ended]).toEqual([[], ['connected elsewhere']])
  })
})

describe('a device that moved to another process', () => {
  it('from the same address is at home there, and its old connection ends without taking it off', async () => {
    const [before, now] = [wireFrom('10.0.0.1'), wireFrom('10.0.0.1')]
    a.gate.enter(device, before)
    await speaks(a, before)
    district.window.test.clock.advance(1_000)
    b.gate.enter(device, now)
    await speaks(b, now)
    a.gate.left(before, 'closed')
    await a.presence.flush()
    expect(await row()).toMatchObject({ node: `b${made}`, connected: true })
    await speaks(b, now)
    expect([now.ended, await refusals()]).toEqual([[], []])
  })
  it('from another address, after its process died without a word, is let in and stays', async () => {
    const [before, now] = [wireFrom('10.0.0.1'), wireFrom('10.0.0.2')]
    a.gate.enter(device, before)
    await speaks(a, before)
    district.window.test.clock.advance(1_000)
    b.gate.enter(device, now)
    for (let times = 0; times < 70; times += 1) await speaks(b, now)
    expect([now.ended, await refusals()]).toEqual([[], []])
    // The old one has been silent for two minutes: the row is of the new one.
    expect(await row()).toMatchObject({ node: `b${made}`, address: '10.0.0.2', reports: 71 })
  })
})
