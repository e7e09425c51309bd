/**
 * Pushes by HTTP. Our own addresses /v1/events, /v1/attendance and /v1/telemetry are signed (HMAC over time, nonce and body);
 * cameras that cannot sign push to an address that holds a token of their own. 2xx only after the commit. Pictures lie in the
 * file store; the report names them.
 */

import { readTelemetry } from '../../../../engines/mqtt/payload.ts'
import { attendanceKey, readAttendance } from '../../../../engines/push/attendance.ts'
import { type DahuaMessage, dahuaCodes, readDahua } from '../../../../engines/push/dahua.ts'
import { folding } from '../../../../engines/push/folding.ts'
import { type HikvisionMessage, readHikvision } from '../../../../engines/push/hikvision.ts'
import { multipartReader, type Part } from '../../../../engines/push/multipart.ts'
import { isPicture } from '../../../../engines/push/pairing.ts'
import { readWebhook, verifyWebhook, WEBHOOK_MAX_BYTES, webhookHeaders } from '../../../../engines/push/webhook.ts'
import { type Instant, instantFromMs, msOf } from '../../../../kernel/time.ts'
import type { PushReply, PushRequest, PushRoute } from '../../../../platform/gateways/http-push.ts'
import type { Files } from '../../../../platform/platform.ts'
import { timingOf } from '../../model/devices/clock.ts'
import { isNumber } from '../../model/devices/numbers.ts'
import * as refuse from '../../model/devices/push-refusals.ts'
import type { RefusalKindOfDevice } from '../../model/devices/words.ts'
import type { DeviceId, Report, SiteId } from '../../model/report.ts'
import { pathTokenOf, sameText } from '../devices/secrets.ts'
import type { Admission } from './gate.ts'
import type { GateDevice } from './registry.ts'
import { telemetryReports } from './reports.ts'
import type { Tools } from './tools.ts'

export interface PushTools extends Tools {
  readonly files: Files
  /** False when the number was used before. */
  readonly useNonce: (
    place: { readonly siteId: SiteId; readonly deviceId: DeviceId },
    nonce: string,
    at: Instant,
  ) => Promise<boolean>
}

/** Header that names the sender; without it the body does. */
export const DEVICE_HEADER = 'x-mingzhu-device'
const PER_MINUTE = 30_000
const MOST_PASSES = 200
/** A push of a camera holds some pictures at most. */
const CAMERA_BYTES = 12 * 1024 * 1024
const MOST_PICTURES = 4
const MOST_BEGUN = 20_000
/** Severity of an event whose sender names none. */
const MIDDLE = 3

const objectOf = (body: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch {
    return null
  }
}
const textAt = (value: unknown, name: string): string | null => {
  const found = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
  return typeof found === 'string' ? found : null
}

export const pushRoutes = (tools: PushTools): readonly PushRoute[] => {
  const { registry, gate, presence, clock, deliver } = tools
  const alarms = folding()
  /** The event of each alarm that goes on: its end is told under the same id. */
  const begun = new Map<string, string>()

  const letIn = (admission: Admission): GateDevice => {
    if (admission.kind === 'known') return admission.device
    if (admission.kind === 'unknown') throw refuse.pusherUnknown()
    if (admission.because === 'disabled')
      throw admission.device.siteEnded ? refuse.pusherSiteEnded() : refuse.pusherDisabled()
    throw admission.because === 'wrong-address' ? refuse.pusherElsewhere() : refuse.pusherUnknown()
  }
  const guard = (request: PushRequest): void => {
    if (!gate.mayKnock(request.address)) throw refuse.pushBusy()
  }
  const admit = (
    request: PushRequest,
    externalId: string,
    sample: string,
    proof: (device: GateDevice) => RefusalKindOfDevice | null,
  ): GateDevice => {
    if (!isNumber('http', externalId)) {
      gate.strike('http', request.address)
      throw refuse.pusherUnknown()
    }
    const { address } = request
    return letIn(gate.admit({ protocol: 'http', externalId, address, sample }, { address }, proof))
  }
  /** The device that stands behind a sender under a number; null where it does not. */
  const behind = (sender: GateDevice, externalId: string): GateDevice | null => {
    const found = registry.find('http', externalId)
    return found !== null && found.parentId === sender.known.deviceId && found.state === 'active' ? found : null
  }
  /** The device of which a sender speaks: itself, or one that stands behind it. A stranger is shown for claiming. */
  const about = (request: PushRequest, sender: GateDevice, externalId: string): GateDevice => {
    const found = externalId === sender.externalId ? sender : behind(sender, externalId)
    if (found !== null) return found
    if (isNumber('http', externalId) && registry.find('http', externalId) === null)
      presence.knocked(
        {
          protocol: 'http',
          externalId,
          address: request.address,
          parentId: sender.known.deviceId,
          sample: `named by ${sender.externalId}`,
        },
        clock(),
      )
    throw refuse.pushedForStranger({ device: externalId })
  }
  const settle = async (request: PushRequest, sender: GateDevice, reports: readonly Report[]): Promise<PushReply> => {
    gate.heard(sender, { address: request.address }, reports.length)
    const results = await Promise.all(reports.map((report) => deliver.deliver(report, request.isOpen)))
    if (results.includes('failed')) throw refuse.pushNotStored()
    if (results.includes('refused')) throw refuse.pushMalformed()
    return { status: 200, body: { accepted: results.length } }
  }
  const malformed = (request: PushRequest, sender: GateDevice) => {
    gate.strike('http', request.address, sender)
    return refuse.pushMalformed()
  }

  // ---------------------------------------------------------------------------------------------- signed

  interface Signed {
    readonly sender: GateDevice
    readonly nonce: string
    readonly json: unknown
  }
  const verified = async (request: PushRequest): Promise<Signed> => {
    guard(request)
    const json = objectOf(request.body)
    const externalId = request.headers[DEVICE_HEADER] ?? textAt(json, 'deviceId') ?? ''
    const now = msOf(clock())
    const timestamp = request.headers[webhookHeaders.timestamp] ?? ''
    const signed = {
      timestamp,
      nonce: request.headers[webhookHeaders.nonce] ?? '',
      signature: request.headers[webhookHeaders.signature] ?? '',
      body: request.body,
    }
    let nonce = ''
    let stale = false
    const sender = admit(request, externalId, `POST ${request.body.length} bytes`, (device) => {
      const secret = device.secret()
      const verdict = secret === null ? null : verifyWebhook(new TextEncoder().encode(secret), signed, now)
      if (verdict?.ok === true) {
        nonce = verdict.nonce
        return null
      }
      // A clock that is off is no attack: the signature is right, and the answer tells the time.
      stale = verdict?.because === 'stale'
      return stale ? null : 'wrong-secret'
    })
    if (/^\d{13}$/.test(timestamp)) presence.clock(sender, Number(timestamp) - now, clock())
    if (stale) throw refuse.pusherUnknown()
    if (!(await tools.useNonce(sender.known, nonce, instantFromMs(now)))) throw refuse.pushedBefore()
    return { sender, nonce, json }
  }
  const events = async (request: PushRequest): Promise<PushReply> => {
    const { sender, nonce } = await verified(request)
    const event = readWebhook(request.body, nonce)
    if (event === null) throw malformed(request, sender)
    const device = about(request, sender, event.deviceId)
    const receivedAt = clock()
    const timing = timingOf(event.at, receivedAt)
    const { box } = event
    return settle(request, sender, [
      {
        kind: 'device-alarm',
        device: device.known,
        at: timing.at,
        receivedAt,
        buffered: timing.buffered,
        code: event.type,
        severity: MIDDLE,
        text: event.type,
        active: true,
        eventId: event.eventId,
        evidence: {
          score: event.score,
          imageRef: event.imageRef,
          ...(box === null ? {} : { x: box.x, y: box.y, width: box.width, height: box.height }),
        },
      },
    ])
  }
  const attendance = async (request: PushRequest): Promise<PushReply> => {
    const { sender, json } = await verified(request)
    const list = Array.isArray(json) ? (json as readonly unknown[]) : [json]
    if (list.length === 0 || list.length > MOST_PASSES) throw malformed(request, sender)
    const receivedAt = clock()
    const reports = list.map((each): Report => {
      const pass = readAttendance(each)
      if (pass === null) throw malformed(request, sender)
      const device = about(request, sender, pass.deviceSn)
      const timing = timingOf(pass.at, receivedAt)
      return {
        kind: 'attendance',
        device: device.known,
        at: timing.at,
        receivedAt,
        buffered: timing.buffered,
        workerRef: pass.workerRef,
        direction: pass.direction,
        method: pass.method,
        photoRef: pass.photoRef,
        eventId: (textAt(each, 'eventId') ?? attendanceKey(pass)).slice(0, 200),
      }
    })
    return settle(request, sender, reports)
  }
  const telemetry = async (request: PushRequest): Promise<PushReply> => {
    const { sender } = await verified(request)
    const now = clock()
    const read = readTelemetry(request.body, msOf(now))
    if (read === null) throw malformed(request, sender)
    return settle(request, sender, telemetryReports(presence, sender, read, now))
  }

  // ---------------------------------------------------------------------------------------------- cameras

  const cameraOf = (request: PushRequest): GateDevice => {
    guard(request)
    const token = request.params['token'] ?? ''
    return admit(request, request.params['device'] ?? '', 'camera push', (device) => {
      const secret = device.secret()
      return secret !== null && sameText(pathTokenOf(secret), token) ? null : 'wrong-secret'
    })
  }
  const partsOf = (request: PushRequest): readonly Part[] => {
    const type = request.headers['content-type'] ?? null
    if (type === null || !/^multipart\//i.test(type)) return [{ headers: {}, body: request.body, tooLarge: false }]
    const reader = multipartReader(type)
    return [...reader.push(request.body), ...reader.end()]
  }
  const pictureRefs = async (parts: readonly Part[]): Promise<Record<string, string>> => {
    const refs: Record<string, string> = {}
    for (const [index, part] of parts
      .filter((each) => isPicture(each) && !each.tooLarge)
      .slice(0, MOST_PICTURES)
      .entries()) {
      const { sha256 } = await tools.files.put(part.body, 'image/jpeg')
      refs[index === 0 ? 'picture' : `picture${index + 1}`] = sha256
    }
    return refs
  }
  interface CameraAlarm {
    readonly channel: number
    readonly code: string
    readonly text: string
    readonly active: boolean
    readonly postCount: number
    readonly at: Instant | null
    readonly evidence: Readonly<Record<string, string | number | boolean | null>>
  }
  /** Reports of what began or ended; an alarm that goes on is the same alarm. */
  const alarmReports = async (
    sender: GateDevice,
    found: readonly CameraAlarm[],
    parts: readonly Part[],
  ): Promise<readonly Report[]> => {
    const receivedAt = clock()
    const reports: Report[] = []
    let pictures: Record<string, string> | null = null
    for (const alarm of found) {
      const key = `${sender.known.deviceId} ${alarm.channel} ${alarm.code}`
      const phase = alarms.take({ key, active: alarm.active, postCount: alarm.postCount }, msOf(receivedAt))
      // The end of something that had begun before a restart ends it all the same.
      if (phase === 'continued') continue
      pictures ??= await pictureRefs(parts)
      const device = behind(sender, `${sender.externalId}-${alarm.channel}`) ?? sender
      const timing = timingOf(alarm.at, receivedAt)
      const eventId = (alarm.active ? undefined : begun.get(key)) ?? `${alarm.channel}:${alarm.code}:${timing.at}`
      if (alarm.active) begun.set(key, eventId)
      else begun.delete(key)
      if (begun.size > MOST_BEGUN) begun.delete(begun.keys().next().value ?? '')
      reports.push({
        kind: 'device-alarm',
        device: device.known,
        at: timing.at,
        receivedAt,
        buffered: timing.buffered,
        code: alarm.code,
        severity: MIDDLE,
        text: alarm.text,
        active: alarm.active,
        eventId,
        evidence: { channel: alarm.channel, ...alarm.evidence, ...pictures },
      })
    }
    return reports
  }
  const beatOr = (sender: GateDevice, reports: readonly Report[]): readonly Report[] => {
    const at = clock()
    return reports.length > 0
      ? reports
      : [{ kind: 'heartbeat', device: sender.known, at, receivedAt: at, buffered: false }]
  }
  const hikvision = async (request: PushRequest): Promise<PushReply> => {
    const sender = cameraOf(request)
    const parts = partsOf(request)
    const read = parts.flatMap((part): readonly HikvisionMessage[] => {
      const message = isPicture(part) ? null : readHikvision(part.body)
      return message === null ? [] : [message]
    })
    if (read.length === 0) throw malformed(request, sender)
    const found = read.flatMap((message): readonly CameraAlarm[] => {
      if (message.at !== null) presence.clock(sender, msOf(message.at) - msOf(clock()), clock())
      if (message.kind === 'heartbeat') return []
      const [target] = message.targets
      const box = target?.box ?? null
      return [
        {
          channel: message.channelId,
          code: message.eventType,
          text: message.description === '' ? message.eventType : message.description,
          active: message.active,
          postCount: message.postCount,
          at: message.at,
          evidence: {
            ...(target === undefined ? {} : { target: target.type, targets: message.targets.length }),
            ...(box === null ? {} : { x: box.x, y: box.y, width: box.width, height: box.height }),
          },
        },
      ]
    })
    return settle(request, sender, beatOr(sender, await alarmReports(sender, found, parts)))
  }
  const dahua = async (request: PushRequest): Promise<PushReply> => {
    const sender = cameraOf(request)
    const parts = partsOf(request)
    const read = parts.flatMap((part): readonly DahuaMessage[] => (isPicture(part) ? [] : readDahua(part.body)))
    if (read.length === 0) throw malformed(request, sender)
    const found = read.flatMap((message): readonly CameraAlarm[] =>
      message.kind === 'heartbeat'
        ? []
        : [
            {
              channel: message.index + 1,
              code: message.code,
              text: dahuaCodes[message.code]?.zh ?? message.code,
              active: message.action !== 'stop',
              // A pulse is over as it is told: the next one is another alarm.
              postCount: message.action === 'pulse' ? 1 : 0,
              at: null,
              evidence: {},
            },
          ],
    )
    return settle(request, sender, beatOr(sender, await alarmReports(sender, found, parts)))
  }
  const route = (path: string, maxBytes: number, handle: PushRoute['handle']): PushRoute => ({
    path,
    maxBytes,
    perMinute: PER_MINUTE,
    handle,
  })
  return [
    route('/v1/events', WEBHOOK_MAX_BYTES, events),
    route('/v1/attendance', WEBHOOK_MAX_BYTES, attendance),
    route('/v1/telemetry', WEBHOOK_MAX_BYTES, telemetry),
    route('/v1/push/hikvision/:device/:token', CAMERA_BYTES, hikvision),
    route('/v1/push/dahua/:device/:token', CAMERA_BYTES, dahua),
  ]
}
