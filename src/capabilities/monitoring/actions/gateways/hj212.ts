/**
 * HJ 212 over TCP: frames → whose (MN, PW) → measurements → report → durable → answer 9014. A number that nobody knows is told
 * so (QnRtn 4) and waits in quarantine; its connection stays, so that data flow with the next frame after the claim.
 */
import { dataReplyFrame, noticeReplyFrame, requestReplyFrame, setTimeFrame } from '../../../../engines/hj212/build.ts'
import { carriesReadings } from '../../../../engines/hj212/commands.ts'
import { createSplitter, type FrameSink, MAX_SEGMENT, type StreamEvent } from '../../../../engines/hj212/frames.ts'
import { type Measured, measure } from '../../../../engines/hj212/measure.ts'
import { type Message, parseSegment, windowAt } from '../../../../engines/hj212/message.ts'
import { createReassembly } from '../../../../engines/hj212/reassembly.ts'
import { qnOf, wallMsOf } from '../../../../engines/hj212/wall-time.ts'
import { addMs, type Instant, msOf } from '../../../../kernel/time.ts'
import type { ConnectionHandler, GatewayConnection } from '../../../../platform/gateways/connection.ts'
import { BUFFERED_MS, timingOf } from '../../model/devices/clock.ts'
import { isNumber } from '../../model/devices/numbers.ts'
import { valuesOf } from '../../model/devices/values.ts'
import { quality, type Report } from '../../model/report.ts'
import type { Admission, Link } from './gate.ts'
import { metricNameOf, saidOf } from './hj212-measurements.ts'
import { quickWay } from './hj212-quick.ts'
import type { GateDevice } from './registry.ts'
import type { Tools } from './tools.ts'
import { linkOf } from './tools.ts'

/** Faults of a connection that never said anything sensible, after which it is ended; and of one that did. */
const STRANGER_FAULTS = 5
const MOST_FAULTS = 200
/** Bytes outside of frames, after which nobody believes that this is HJ 212. */
const MOST_GARBAGE = 16_384
/** A device that waits for the answer to one part before it sends the next gets it after this time, in ms. */
const PARTS_MS = 5_000
const LOOK_MS = 1_000

const spans: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 }
/**
 * Parts of a message whose other parts never came stand beside each other: told apart by milliseconds, which the protocol does
 * not have.
 */
const INCOMPLETE_PLACE = 10

/** What an operator may see of a stranger's message: no values, no password. */
const sampleOf = (message: Message): string =>
  `ST=${message.st ?? ''};CN=${message.cn};Flag=${message.flag.raw ?? ''};${[...message.readings.keys()].slice(0, 20).join(',')}`
const kindHint = (message: Message) =>
  message.st === '22' || message.st === '31' || message.st === '39'
    ? ('dust' as const)
    : message.st === '23' || message.st === '36'
      ? ('noise' as const)
      : null

/** Makes the report of a message that carries readings; null where the profile knows none of them. */
const telemetryOf = (device: GateDevice, measured: Measured, receivedAt: Instant, place = 0): Report | null => {
  const values = valuesOf(device.known, device.factors, saidOf(measured.measurements))
  if (values === null) return null
  const span = spans[measured.span]
  const timing = timingOf(measured.at, receivedAt, false)
  const late = span === undefined ? timing.buffered : msOf(receivedAt) - msOf(timing.at) > 2 * span + BUFFERED_MS
  return {
    kind: 'telemetry',
    device: device.known,
    at: place === 0 ? timing.at : addMs(timing.at, place),
    receivedAt,
    buffered: late,
    values: values.values,
    quality:
      values.quality |
      (timing.clockReplaced ? quality.clockReplaced : 0) |
      (span === undefined ? 0 : quality.aggregate),
    ...(span === undefined ? {} : { spanSeconds: span / 1000 }),
  }
}

export const hj212Connection = (tools: Tools, connection: GatewayConnection): ConnectionHandler => {
  const { gate, presence, clock, deliver } = tools
  const link: Link = linkOf(connection)
  const splitter = createSplitter({ maxSegment: MAX_SEGMENT })
  const parts = createReassembly({ waitMs: PARTS_MS, maxOpen: 16 })
  /** Parts whose answer waits for the whole, by MN. */
  const unanswered = new Map<string, Message[]>()
  let good = 0
  let faults = 0
  let garbage = 0

  const way = quickWay(tools, connection, link, () => {
    good += 1
  })
  const answer = (frame: Uint8Array): void => connection.send(frame)
  const fault = (device: GateDevice | null = null): void => {
    faults += 1
    gate.strike('hj212', link.address, device)
    if (faults > (good === 0 ? STRANGER_FAULTS : MOST_FAULTS)) connection.end()
  }
  const admit = (message: Message): Admission => {
    const proof = (device: GateDevice) => (device.isSecret(message.pw ?? '') ? null : ('wrong-secret' as const))
    return gate.admit(
      {
        protocol: 'hj212',
        externalId: message.mn,
        address: link.address,
        // Looked at only where nobody knows the number.
        get sample() {
          return sampleOf(message)
        },
        kindHint: kindHint(message),
      },
      link,
      proof,
    )
  }
  const store = async (
    device: GateDevice,
    measured: Measured,
    answered: readonly Message[],
    place = 0,
  ): Promise<void> => {
    const at = clock()
    const report =
      telemetryOf(device, measured, at, place) ??
      ({ kind: 'heartbeat', device: device.known, at, receivedAt: at, buffered: false } as const)
    if ((await deliver.deliver(report, connection.isOpen)) !== 'durable') return
    for (const each of answered) if (each.flag.answer) answer(dataReplyFrame(each, clock()))
  }
  /** What a device's own marks say about its sensors. */
  const noteFaults = (device: GateDevice, { span, measurements }: Measured, at: Instant): void => {
    if (span !== 'real-time') return
    for (const { metric, quality: said } of measurements) {
      const name = metricNameOf(metric)
      presence.fault(
        device,
        name,
        said === 'fault' || said === 'lost' ? `${name} 传感器${said === 'fault' ? '故障' : '通讯异常'}` : null,
        at,
      )
    }
  }
  const uploaded = (device: GateDevice, message: Message, segment: string): void | Promise<void> => {
    const waiting = unanswered.get(message.mn) ?? []
    const assembled = parts.add(message, clock())
    if (assembled.kind === 'repeated') return undefined
    if (assembled.kind === 'waiting') {
      unanswered.set(message.mn, [...waiting, message].slice(-64))
      return undefined
    }
    const answered = message.flag.split ? [...waiting, message] : [message]
    if (message.flag.split) unanswered.delete(message.mn)
    const measured = measure(assembled.message)
    noteFaults(device, measured, clock())
    if (assembled.message === message) way.learn(device, segment, message, measured)
    return store(device, measured, answered)
  }
  const timeAsked = (device: GateDevice, message: Message): void => {
    const now = clock()
    answer(noticeReplyFrame(message, now))
    const polId = message.params.get('PolId')
    const { st, mn } = message
    const party = { mn, pw: device.secret() ?? '', st: st ?? '91' }
    answer(setTimeFrame({ ...party, qn: qnOf(now), systemTime: now, ...(polId === undefined ? {} : { polId }) }))
  }
  const heard = (message: Message, segment: string): void | Promise<void> => {
    if (!isNumber('hj212', message.mn)) return fault()
    const admission = admit(message)
    if (admission.kind === 'unknown') {
      if (message.flag.answer) answer(requestReplyFrame(message, 4, clock()))
      return undefined
    }
    if (admission.kind === 'refused') {
      if (message.flag.answer) answer(requestReplyFrame(message, admission.because === 'wrong-secret' ? 3 : 2, clock()))
      if (admission.because !== 'disabled') connection.end()
      return undefined
    }
    const { device } = admission
    if (!gate.enter(device, link)) return connection.end()
    good += 1
    const now = clock()
    const said = message.qn === null ? Number.NaN : wallMsOf(message.qn)
    if (!Number.isNaN(said)) presence.clock(device, said - msOf(now), now)
    const uploads = carriesReadings(message.class)
    gate.heard(device, link, uploads ? 1 : 0)
    if (uploads) return uploaded(device, message, segment)
    if (message.class === 'time-request') return timeAsked(device, message)
    if (message.class === 'state' || message.class === 'run-time') return store(device, measure(message), [message])
    if (message.class === 'boot' && message.flag.answer) answer(noticeReplyFrame(message, now))
    return undefined
  }
  const take = (event: StreamEvent): void | Promise<void> => {
    if (event.kind === 'garbage') {
      garbage += event.count
      fault()
      if (garbage > MOST_GARBAGE) connection.end()
      return undefined
    }
    if (event.kind === 'fault') return fault()
    if (event.kind !== 'frame') return undefined
    const parsed = parseSegment(event.segment, windowAt(clock()), event.notes)
    return parsed.kind === 'fault' ? fault() : heard(parsed.message, event.segment)
  }
  const expire = (): void => {
    for (const { mn, parts: found } of parts.expire(clock())) {
      const device = tools.registry.find('hj212', mn)
      const answered = unanswered.get(mn) ?? []
      unanswered.delete(mn)
      if (device === null || device.state === 'disabled') continue
      // Each part stands by itself: a later one brings other readings of the same moment.
      for (const part of found)
        store(
          device,
          measure(part),
          answered.filter((each) => each.pno === part.pno),
          INCOMPLETE_PLACE + (part.pno ?? 0),
        ).catch(tools.failed)
    }
  }
  /** What the bytes in hand began the general way. */
  let work: Promise<void>[] = []
  const sink: FrameSink = {
    quick: way.take,
    event: (event) => {
      if (!connection.isOpen()) return
      const done = take(event)
      if (done !== undefined) work.push(done)
    },
  }
  const timer = setInterval(expire, LOOK_MS)
  timer.unref()
  return {
    receive: (bytes) => {
      way.begin()
      work = []
      splitter.read(bytes, sink)
      const quickly = way.end()
      if (quickly !== undefined) work.push(quickly)
      if (good === 0 && splitter.garbage() > MOST_GARBAGE / 4) {
        fault()
        connection.end()
      }
      return work.length < 2 ? work[0] : Promise.all(work).then(() => undefined)
    },
    closed: (reason) => {
      clearInterval(timer)
      gate.left(link, reason)
    },
  }
}
