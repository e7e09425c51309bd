/**
 * Telemetry over MQTT from payload to PUBACK. A device sends the same names every time, so its next payload is read by the
 * layout of the one before; anything else is read with the schema.
 */
import { learnTelemetry, type QuickTelemetry, quickValues, readTelemetry } from '../../../../engines/mqtt/payload.ts'
import { whyUnreadable } from '../../../../engines/mqtt/unreadable.ts'
import { type Instant, msOf } from '../../../../kernel/time.ts'
import type { GatewayConnection } from '../../../../platform/gateways/connection.ts'
import type { Receiver } from '../../../../platform/gateways/group-commit.ts'
import { AHEAD_MS, BUFFERED_MS } from '../../model/devices/clock.ts'
import { fillValues, planValues, type ValuePlan } from '../../model/devices/values.ts'
import type { Report } from '../../model/report.ts'
import { instantOfMs } from '../../model/telemetry/time.ts'
import { type Hand, newHand, release, waitFor } from './in-hand.ts'
import type { GateDevice } from './registry.ts'
import { telemetryReports } from './reports.ts'
import type { Tools } from './tools.ts'

export interface MqttTelemetry {
  /** Before the bytes of a piece are read. */
  readonly begin: () => void
  /** Hands in what a payload reports; gives how many reports. */
  readonly take: (device: GateDevice, payload: Uint8Array, packetId: number | null) => number
  /** After them: what resolves when the reports in hand are durable or given up; `all`: those of earlier pieces too. */
  readonly end: (all: boolean) => readonly Promise<void>[]
}
/** A publication under way; several reports may be in it. */
interface Group {
  readonly packetId: number | null
  readonly hand: Hand
  left: number
  failed: boolean
}
interface Upload {
  readonly item: Report
  readonly receiver: Receiver<Report, unknown>
  readonly group: Group
}
interface Known {
  readonly device: GateDevice
  readonly layout: QuickTelemetry
  readonly plan: ValuePlan
}
/** A payload that is older than this is not held back by a device without a network: see `clockRule`. */
const OLDEST_MS = 7 * 86_400_000
/** Layouts that a connection learns at once, and for how many quick reports one more: learning costs more than reading. */
const FIRST_LESSONS = 8
const REPORTS_A_LESSON = 8

export const mqttTelemetry = (
  tools: Tools,
  connection: GatewayConnection,
  tell: {
    readonly settled: (packetIds: readonly number[]) => void
    readonly failed: (packetId: number) => void
    /** Reports of a payload, or all of it, are not stored: sent again they would be the same. */
    readonly unreadable: (device: GateDevice, why: string) => void
    /** All of a payload was read. */
    readonly readable: (device: GateDevice) => void
  },
): MqttTelemetry => {
  const { presence, deliver, clock } = tools
  let known: Known | null = null
  let lessons = 0
  let taken = 0
  let nowAt: Instant = clock()
  let nowMs = msOf(nowAt)
  let hand = newHand()
  /** Of earlier pieces, with what waits for them. */
  const open = new Map<Hand, Promise<void>>()
  let settled: number[] = []

  const begin = (): void => {
    nowAt = clock()
    nowMs = msOf(nowAt)
    if (hand.left > 0) hand = newHand()
  }
  /** What resolves when the reports in hand are done. */
  const inHand = (): Promise<void> | undefined => {
    const of = hand
    const waited = waitFor(of)?.then(() => void open.delete(of))
    if (waited !== undefined) open.set(of, waited)
    return waited
  }
  const tellSettled = (): void => {
    const list = settled
    settled = []
    // A session that had paused goes on: what it takes now is in hand too.
    begin()
    tell.settled(list)
    void inHand()
  }
  const settle = (group: Group): void => {
    group.left -= 1
    if (group.left > 0) return
    const { packetId } = group
    if (packetId !== null && group.failed) tell.failed(packetId)
    else if (packetId !== null) {
      // What one commit sets off leaves together.
      if (settled.length === 0) queueMicrotask(tellSettled)
      settled.push(packetId)
    }
    release(group.hand)
  }
  const receiver: Receiver<Report, unknown> = {
    done: (entry) => settle((entry as Upload).group),
    failed: (entry, error) => {
      const { item, group } = entry as Upload
      deliver
        .again(item, connection.isOpen, error)
        .then((delivered) => {
          if (delivered === 'failed') group.failed = true
        })
        .catch((failure: unknown) => {
          group.failed = true
          tools.failed(failure)
        })
        .finally(() => settle(group))
    },
  }
  const push = (item: Report, group: Group): void => {
    const upload: Upload = { item, receiver, group }
    deliver.push(upload)
  }
  const learn = (device: GateDevice, payload: Uint8Array): void => {
    if (lessons > FIRST_LESSONS + taken / REPORTS_A_LESSON) return
    lessons += 1
    const layout = learnTelemetry(payload)
    const plan =
      layout === null
        ? null
        : planValues(device.known, device.factors, (metric) => {
            const slot = layout.slotOf(metric)
            return slot === undefined ? undefined : { slot }
          })
    known = layout === null || plan === null ? null : { device, layout, plan }
  }
  /** The report of a payload in the known layout whose time can stand; null: it is read with the schema. */
  const quick = (device: GateDevice, payload: Uint8Array): Report | null => {
    if (known === null || known.device !== device || !known.layout.read(payload)) return null
    const atMs = known.layout.tsMs()
    const aheadMs = atMs - nowMs
    if (!(aheadMs <= AHEAD_MS && aheadMs >= -OLDEST_MS)) return null
    taken += 1
    const buffered = aheadMs < -BUFFERED_MS
    if (buffered) presence.behind(device, -aheadMs, nowAt)
    else presence.clock(device, aheadMs, nowAt)
    const values = new Float32Array(known.plan.size)
    const bits = fillValues(known.plan, quickValues, values)
    return {
      kind: 'telemetry',
      device: device.known,
      at: instantOfMs(atMs),
      receivedAt: nowAt,
      atMs,
      receivedMs: nowMs,
      buffered,
      values,
      quality: bits,
    }
  }
  return {
    begin,
    take: (device, payload, packetId) => {
      const one = quick(device, payload)
      if (one !== null) {
        tell.readable(device)
        hand.left += 1
        push(one, { packetId, hand, left: 1, failed: false })
        return 1
      }
      const read = readTelemetry(payload, nowMs)
      if (read !== null) learn(device, payload)
      const reports = read === null ? [] : telemetryReports(presence, device, read, nowAt)
      if (read === null) tell.unreadable(device, whyUnreadable('telemetry', payload) ?? '报文格式不符合要求')
      else if (reports.length < read.length) tell.unreadable(device, '上报的指标都不在本设备的档案中')
      else tell.readable(device)
      hand.left += 1
      const group: Group = { packetId, hand, left: 1 + reports.length, failed: false }
      for (const report of reports) push(report, group)
      // Where nothing is to be stored, the payload is settled all the same.
      settle(group)
      return reports.length
    },
    end: (all) => {
      const waited = inHand()
      if (all) return [...open.values()]
      return waited === undefined ? [] : [waited]
    },
  }
}
