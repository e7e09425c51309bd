/**
 * Events of Hikvision cameras (EventNotificationAlert in XML or JSON). A heartbeat looks like video loss that is inactive; an
 * alarm that goes on is posted again every second with a growing activePostCount and is folded into one.
 */
import type { Instant } from '../../kernel/time.ts'
import { decodeText } from '../wire/text.ts'
import { deviceInstant } from '../wire/time.ts'
import { childOf, childrenOf, numberIn, parseXml, textIn, type XmlElement } from '../wire/xml.ts'

/** A box in the picture as fractions of its width and height, from the upper left corner. */
export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}
export interface HikvisionAlert {
  readonly kind: 'alert'
  /** Address that the camera says it has; behind a NAT it names nothing. */
  readonly ipAddress: string | null
  readonly deviceId: string | null
  readonly channelId: number
  readonly channelName: string | null
  readonly eventType: string
  readonly active: boolean
  /** How often this one alarm was posted, from 1; 0 where the camera does not count. */
  readonly postCount: number
  readonly at: Instant | null
  readonly description: string
  readonly targets: readonly { readonly type: string; readonly box: Box | null }[]
}
export interface HikvisionHeartbeat {
  readonly kind: 'heartbeat'
  readonly ipAddress: string | null
  readonly at: Instant | null
}
export type HikvisionMessage = HikvisionAlert | HikvisionHeartbeat

/** Ten seconds apart; after thirty the camera counts as gone. Firmware up to 5.5.0 beats every 300 ms. */
export const HIKVISION_DEAD_MS = 30_000
const MAX_TARGETS = 50

const isHeartbeat = (eventType: string, active: boolean): boolean =>
  /^heart_?beat$/i.test(eventType) || (/^videoloss$/i.test(eventType) && !active)

const messageOf = (alert: Omit<HikvisionAlert, 'kind'>): HikvisionMessage =>
  isHeartbeat(alert.eventType, alert.active)
    ? { kind: 'heartbeat', ipAddress: alert.ipAddress, at: alert.at }
    : { kind: 'alert', ...alert }

/** Boxes come as fractions or, from some firmware, as thousandths. */
const boxOf = (x: number, y: number, width: number, height: number): Box | null => {
  const scale = Math.max(x, y, width, height) > 1 ? 1000 : 1
  const box = { x: x / scale, y: y / scale, width: width / scale, height: height / scale }
  const inside = Object.values(box).every((value) => value >= 0 && value <= 1)
  return inside && width > 0 && height > 0 ? box : null
}

const targetsInXml = (root: XmlElement): HikvisionAlert['targets'] => {
  const regions = childrenOf(childOf(root, 'DetectionRegionList'), 'DetectionRegionEntry')
  return regions.slice(0, MAX_TARGETS).map((region) => {
    const rect = childOf(region, 'TargetRect')
    const [x, y, width, height] = ['X', 'Y', 'width', 'height'].map((name) => numberIn(rect, name))
    const whole = x !== null && y !== null && width !== null && height !== null
    const box = whole ? boxOf(x ?? 0, y ?? 0, width ?? 0, height ?? 0) : null
    return { type: textIn(region, 'detectionTarget') ?? 'unknown', box }
  })
}

/** Reads an alert in XML; null when it is none. */
export const readHikvisionXml = (body: Uint8Array): HikvisionMessage | null => {
  const root = parseXml(body)
  const eventType = textIn(root, 'eventType')
  if (root === null || !/^EventNotificationAlert$/i.test(root.name) || eventType === null) return null
  return messageOf({
    ipAddress: textIn(root, 'ipAddress') ?? textIn(root, 'ipv6Address'),
    deviceId: textIn(root, 'deviceID'),
    channelId: numberIn(root, 'channelID') ?? numberIn(root, 'dynChannelID') ?? 1,
    channelName: textIn(root, 'channelName'),
    eventType,
    active: /^active$/i.test(textIn(root, 'eventState') ?? ''),
    postCount: numberIn(root, 'activePostCount') ?? 0,
    at: deviceInstant(textIn(root, 'dateTime')),
    description: (textIn(root, 'eventDescription') ?? '').slice(0, 500),
    targets: targetsInXml(root),
  })
}

type Json = Readonly<Record<string, unknown>>
const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
const textAt = (json: Json, name: string): string | null => {
  const value = json[name]
  return typeof value === 'string' && value !== '' ? value : null
}
const numberAt = (json: Json, name: string): number | null => {
  const value = json[name]
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}
/** Gives the box of a target, wherever inside it firmware has put the rectangle. */
const rectangleIn = (json: Json, depth: number): Box | null => {
  const [x, y] = [numberAt(json, 'X') ?? numberAt(json, 'x'), numberAt(json, 'Y') ?? numberAt(json, 'y')]
  const [width, height] = [numberAt(json, 'width'), numberAt(json, 'height')]
  if (x !== null && y !== null && width !== null && height !== null) return boxOf(x, y, width, height)
  if (depth === 0) return null
  for (const inner of Object.values(json)) {
    const found = isJson(inner) ? rectangleIn(inner, depth - 1) : null
    if (found !== null) return found
  }
  return null
}

/** Reads an alert in JSON, as safetyHelmetDetection comes; null when it is none. */
export const readHikvisionJson = (body: Uint8Array): HikvisionMessage | null => {
  let parsed: unknown
  try {
    parsed = JSON.parse(decodeText(body).replace(/^\uFEFF/, ''))
  } catch {
    return null
  }
  const inner = isJson(parsed) && isJson(parsed['EventNotificationAlert']) ? parsed['EventNotificationAlert'] : parsed
  if (!isJson(inner)) return null
  const eventType = textAt(inner, 'eventType')
  if (eventType === null) return null
  const listed = Array.isArray(inner['Target']) ? (inner['Target'] as readonly unknown[]) : []
  return messageOf({
    ipAddress: textAt(inner, 'ipAddress') ?? textAt(inner, 'ipv6Address'),
    deviceId: textAt(inner, 'deviceID'),
    channelId: numberAt(inner, 'channelID') ?? 1,
    channelName: textAt(inner, 'channelName'),
    eventType,
    active: /^active$/i.test(textAt(inner, 'eventState') ?? ''),
    postCount: numberAt(inner, 'activePostCount') ?? 0,
    at: deviceInstant(textAt(inner, 'dateTime')),
    description: (textAt(inner, 'eventDescription') ?? '').slice(0, 500),
    targets: listed
      .filter(isJson)
      .slice(0, MAX_TARGETS)
      .map((target) => ({ type: textAt(target, 'recognitionType') ?? 'unknown', box: rectangleIn(target, 3) })),
  })
}

/** Reads a part whichever form it has. */
export const readHikvision = (body: Uint8Array): HikvisionMessage | null => {
  const first = body.find((byte) => byte > 32 && byte < 128)
  return first === 0x7b ? readHikvisionJson(body) : readHikvisionXml(body)
}
