/**
 * The quick way of HJ 212: a station that was let in and sends its next message in the layout of one before goes from bytes to
 * the report at once. Whoever was changed meanwhile, tells of faults, or sends anything else goes the general way (hj212.ts).
 */
import { dataReplyFrame } from '../../../../engines/hj212/build.ts'
import type { Measured } from '../../../../engines/hj212/measure.ts'
import type { Message } from '../../../../engines/hj212/message.ts'
import {
  learnQuick,
  type QuickAnswer,
  type QuickLayout,
  quickAnswer,
  quickDataMs,
  quickFigures,
  quickQnClock,
  quickQnDay,
  quickQnMs,
} from '../../../../engines/hj212/quick.ts'
import { msOf } from '../../../../kernel/time.ts'
import type { GatewayConnection } from '../../../../platform/gateways/connection.ts'
import type { Receiver } from '../../../../platform/gateways/group-commit.ts'
import { AHEAD_MS, BUFFERED_MS, OLDEST_MS } from '../../model/devices/clock.ts'
import { fillValues, planValues, type ValuePlan } from '../../model/devices/values.ts'
import type { Report } from '../../model/report.ts'
import { instantOfMs } from '../../model/telemetry/time.ts'
import type { Link } from './gate.ts'
import { isFlagged, measurementOf } from './hj212-measurements.ts'
import { newHand, release, waitFor } from './in-hand.ts'
import type { GateDevice } from './registry.ts'
import type { Tools } from './tools.ts'

export interface QuickWay {
  /** Before the bytes of a piece are read. */
  readonly begin: () => void
  /** Takes a message of a known layout. */
  readonly take: (bytes: Uint8Array, from: number, to: number) => boolean
  /** Learns the layout of a message that was read the general way, of a device that was let in. */
  readonly learn: (device: GateDevice, segment: string, message: Message, measured: Measured) => void
  /** After them; resolves when all that was taken is durable or given up. */
  readonly end: () => Promise<void> | undefined
}

/** What a device sends on its connection, message for message. */
interface Lane {
  /** As it was when it proved itself with this layout. */
  readonly device: GateDevice
  readonly layout: QuickLayout
  readonly plan: ValuePlan
  /** Null: it waits for no answer. */
  readonly answer: QuickAnswer | null
  /** Messages among the bytes in hand, and how far off its clock was at the last of them. */
  messages: number
  skewMs: number
}
interface Upload {
  readonly item: Report
  readonly receiver: Receiver<Report, unknown>
  readonly lane: Lane
  readonly hand: ReturnType<typeof newHand>
  readonly qnDay: number
  readonly qnClock: number
}
const MOST_LANES = 16
/** Layouts that a connection learns at once, and for how many quick messages one more: learning costs more than reading. */
const FIRST_LESSONS = 32
const MESSAGES_A_LESSON = 8

export const quickWay = (tools: Tools, connection: GatewayConnection, link: Link, onGood: () => void): QuickWay => {
  const { registry, gate, presence, deliver, clock } = tools
  const lanes: Lane[] = []
  /** Where the next message is looked for first. */
  let expected = 0
  let lessons = 0
  let taken = 0
  let nowAt = clock()
  let nowMs = msOf(nowAt)
  let hand = newHand()
  let answered: Upload[] = []

  const noteHeard = (lane: Lane): void => {
    if (lane.messages === 0) return
    gate.heard(lane.device, link, lane.messages)
    presence.clock(lane.device, lane.skewMs, nowAt)
    lane.messages = 0
  }
  const forget = (place: number): void => {
    for (const lane of lanes.splice(place, 1)) noteHeard(lane)
    expected = 0
  }
  const learn: QuickWay['learn'] = (device, segment, message, measured) => {
    if (lessons > FIRST_LESSONS + taken / MESSAGES_A_LESSON) return
    lessons += 1
    // Faults that a device tells of its sensors are noted the general way.
    if (measured.measurements.some(({ quality: said }) => said === 'fault' || said === 'lost')) return
    const layout = learnQuick(segment, message)
    if (layout === null || message.qn === null) return
    const of = measurementOf(measured.measurements)
    const plan = planValues(device.known, device.factors, (metric) => {
      const found = of(metric)
      const slot = found === undefined ? undefined : layout.slotOf(found.code)
      return found === undefined || slot === undefined ? undefined : { slot, flagged: isFlagged(found) }
    })
    const answer = message.flag.answer ? quickAnswer(dataReplyFrame(message, nowAt), message.qn) : null
    if (plan === null || (message.flag.answer && answer === null)) return
    if (lanes.length >= MOST_LANES) forget(0)
    lanes.push({ device, layout, plan, answer, messages: 0, skewMs: 0 })
  }
  const placeOf = (bytes: Uint8Array, from: number, to: number): number => {
    const { length } = lanes
    for (let turn = 0; turn < length; turn += 1) {
      const place = (expected + turn) % length
      if ((lanes[place] as Lane).layout.read(bytes, from, to)) return place
    }
    return -1
  }
  const answerAll = (): void => {
    const list = answered
    answered = []
    let length = 0
    for (const { lane } of list) length += lane.answer?.length ?? 0
    const bytes = Buffer.allocUnsafe(length)
    let at = 0
    for (const { lane, qnDay, qnClock } of list) {
      if (lane.answer === null) continue
      lane.answer.write(bytes, at, qnDay, qnClock)
      at += lane.answer.length
    }
    connection.send(bytes)
  }
  const acknowledge = (upload: Upload): void => {
    if (upload.lane.answer === null) return
    // What one commit sets off leaves together.
    if (answered.length === 0) queueMicrotask(answerAll)
    answered.push(upload)
  }
  const receiver: Receiver<Report, unknown> = {
    done: (entry) => {
      acknowledge(entry as Upload)
      release((entry as Upload).hand)
    },
    failed: (entry, error) => {
      const upload = entry as Upload
      deliver
        .again(upload.item, connection.isOpen, error)
        .then((delivered) => {
          if (delivered === 'durable') acknowledge(upload)
        })
        .catch(tools.failed)
        .finally(() => release(upload.hand))
    },
  }
  const take: QuickWay['take'] = (bytes, from, to) => {
    // What comes after the end is nothing to anybody.
    if (!connection.isOpen()) return true
    const place = placeOf(bytes, from, to)
    if (place < 0) return false
    const lane = lanes[place] as Lane
    const { device, plan } = lane
    expected = place + 1
    if (registry.byId(device.known.deviceId) !== device || presence.hasFaults(device)) {
      forget(place)
      return false
    }
    const qnMs = quickQnMs()
    const atMs = quickDataMs()
    const aheadMs = atMs - nowMs
    // A time that cannot stand is judged the general way.
    if (!(aheadMs <= AHEAD_MS && aheadMs >= -OLDEST_MS) || Number.isNaN(qnMs)) return false
    if (!gate.enter(device, link)) {
      connection.end()
      return true
    }
    onGood()
    taken += 1
    lane.messages += 1
    lane.skewMs = qnMs - nowMs
    const values = new Float32Array(plan.size)
    const bits = fillValues(plan, quickFigures, values)
    const item: Report = {
      kind: 'telemetry',
      device: device.known,
      at: instantOfMs(atMs),
      receivedAt: nowAt,
      atMs,
      receivedMs: nowMs,
      buffered: aheadMs < -BUFFERED_MS,
      values,
      quality: bits,
    }
    hand.left += 1
    const upload: Upload = { item, receiver, lane, hand, qnDay: quickQnDay(), qnClock: quickQnClock() }
    deliver.push(upload)
    return true
  }
  return {
    begin: () => {
      nowAt = clock()
      nowMs = msOf(nowAt)
      if (hand.left > 0) hand = newHand()
    },
    take,
    learn,
    end: () => {
      for (const lane of lanes) noteHeard(lane)
      return waitFor(hand)
    },
  }
}
