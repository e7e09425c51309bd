/** Writes the bodies of JT/T 808 messages: the platform's answers and commands, and a terminal's reports (for the simulator). */
import type { Instant } from '../../kernel/time.ts'
import { frameOf } from './frames.ts'
import { type HeaderToSend, type Layout, packMessage } from './header.ts'
import { type OctetWriter, octets } from './octets.ts'

/** A message of which only the envelope is missing. */
export interface Body {
  readonly id: number
  readonly body: Uint8Array
}

/** Gives the frames of a message, ready for the wire; several when the body needs parts. */
export const framesOf = (to: Omit<HeaderToSend, 'id'>, { id, body }: Body): readonly Uint8Array[] =>
  packMessage({ ...to, id }, body).map(frameOf)

/** 0 done, 1 failed, 2 message wrong, 3 not supported, 4 alarm confirmed. */
export type Result = 0 | 1 | 2 | 3 | 4

/** Answers a message of a terminal (8001). Send it for positions only when they are durable. */
export const platformReply = (serial: number, answered: number, result: Result): Body => ({
  id: 0x8001,
  body: octets().u16(serial).u16(answered).u8(result).done(),
})

/** Answers a registration (8100): 0 done, 1 vehicle known already, 2 no such vehicle, 3 terminal known, 4 no such terminal. */
export const registerReply = (serial: number, result: Result, code: string): Body => {
  const writer = octets().u16(serial).u8(result)
  return { id: 0x8100, body: (result === 0 ? writer.gbk(code) : writer).done() }
}

/** Answers a picture or recording of which every part arrived (8800): nothing is asked for again. */
export const mediaReply = (mediaId: number): Body => ({ id: 0x8800, body: octets().u32(mediaId).done() })

/** A parameter of a terminal: a number of 1, 2 or 4 octets, or a text. */
export type Parameter =
  | { readonly id: number; readonly width: 1 | 2 | 4; readonly value: number }
  | { readonly id: number; readonly text: string }

const number = (writer: OctetWriter, width: 1 | 2 | 4, value: number): OctetWriter =>
  width === 1 ? writer.u8(value) : width === 2 ? writer.u16(value) : writer.u32(value)

/** Sets parameters (8103). 0x0001 heartbeat seconds, 0x0029 report seconds, 0x0055 top speed km/h. */
export const setParameters = (parameters: readonly Parameter[]): Body => {
  const writer = octets().u8(parameters.length)
  for (const parameter of parameters) {
    const value =
      'text' in parameter
        ? octets().gbk(parameter.text).done()
        : number(octets(), parameter.width, parameter.value).done()
    writer.u32(parameter.id).u8(value.length).raw(value)
  }
  return { id: 0x8103, body: writer.done() }
}

/** Shows or speaks a text (8300). `kind` is sent in the 2019 layout only: 1 notice, 2 service. */
export const sendText = (
  layout: Layout,
  text: string,
  { urgent = false, display = true, speak = false, kind = 1 }: TextOptions = {},
): Body => {
  const writer = octets().u8((urgent ? 1 : 0) | (display ? 4 : 0) | (speak ? 8 : 0))
  if (layout === '2019') writer.u8(kind)
  return { id: 0x8300, body: writer.gbk(text).done() }
}
interface TextOptions {
  readonly urgent?: boolean
  readonly display?: boolean
  readonly speak?: boolean
  readonly kind?: 1 | 2
}

export interface Point {
  /** Degrees, WGS-84, north and east positive. */
  readonly latitude: number
  readonly longitude: number
}
/** What a fence has beside its shape. */
export interface FenceRules {
  readonly id: number
  /** When it holds; always when left out. */
  readonly hours?: { readonly from: Instant; readonly to: Instant }
  /** km/h, and for how many seconds faster until it is reported. `nightSpeed` is sent in the 2019 layout. */
  readonly speed?: { readonly top: number; readonly seconds: number; readonly nightTop?: number }
  readonly alarms?: {
    readonly enterToDriver?: boolean
    readonly enterToPlatform?: boolean
    readonly leaveToDriver?: boolean
    readonly leaveToPlatform?: boolean
  }
  /** The terminal keeps silent inside. */
  readonly silentInside?: boolean
  /** Sent in the 2019 layout. */
  readonly name?: string
}
export interface Circle extends FenceRules {
  readonly centre: Point
  /** Metres. */
  readonly radius: number
}
export interface Rectangle extends FenceRules {
  readonly northWest: Point
  readonly southEast: Point
}
export interface Polygon extends FenceRules {
  readonly points: readonly Point[]
}

/** Replaces all fences of the kind, adds to them, or changes those with the same ids. */
export type FenceChange = 'replace' | 'add' | 'change'
const CHANGES: Readonly<Record<FenceChange, number>> = { replace: 0, add: 1, change: 2 }

const attributeOf = (fence: FenceRules, at: Point): number =>
  (fence.hours === undefined ? 0 : 1) |
  (fence.speed === undefined ? 0 : 2) |
  (fence.alarms?.enterToDriver === true ? 4 : 0) |
  (fence.alarms?.enterToPlatform === true ? 8 : 0) |
  (fence.alarms?.leaveToDriver === true ? 16 : 0) |
  (fence.alarms?.leaveToPlatform === true ? 32 : 0) |
  (at.latitude < 0 ? 64 : 0) |
  (at.longitude < 0 ? 128 : 0) |
  (fence.silentInside === true ? 0x4000 : 0)

const MICRODEGREES = 1_000_000
const putPoint = (writer: OctetWriter, { latitude, longitude }: Point): OctetWriter => {
  if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180)) throw new RangeError('no such place')
  return writer.u32(Math.round(Math.abs(latitude) * MICRODEGREES)).u32(Math.round(Math.abs(longitude) * MICRODEGREES))
}
const putSpeed = (writer: OctetWriter, { speed }: FenceRules): void => {
  if (speed !== undefined) writer.u16(speed.top).u8(speed.seconds)
}
/** What the 2019 edition put behind: the top speed at night and the name. */
const putLater = (writer: OctetWriter, layout: Layout, { speed, name = '' }: FenceRules): void => {
  if (layout !== '2019') return
  if (speed !== undefined) writer.u16(speed.nightTop ?? speed.top)
  const text = octets().gbk(name).done()
  writer.u16(text.length).raw(text)
}
const putHours = (writer: OctetWriter, { hours }: FenceRules): void => {
  if (hours !== undefined) writer.time(hours.from).time(hours.to)
}

/** Sets circular fences (8600). */
export const setCircles = (layout: Layout, change: FenceChange, circles: readonly Circle[]): Body => {
  const writer = octets().u8(CHANGES[change]).u8(circles.length)
  for (const circle of circles) {
    putPoint(writer.u32(circle.id).u16(attributeOf(circle, circle.centre)), circle.centre).u32(circle.radius)
    putHours(writer, circle)
    putSpeed(writer, circle)
    putLater(writer, layout, circle)
  }
  return { id: 0x8600, body: writer.done() }
}

/** Sets rectangular fences (8602). */
export const setRectangles = (layout: Layout, change: FenceChange, rectangles: readonly Rectangle[]): Body => {
  const writer = octets().u8(CHANGES[change]).u8(rectangles.length)
  for (const rectangle of rectangles) {
    writer.u32(rectangle.id).u16(attributeOf(rectangle, rectangle.northWest))
    putPoint(putPoint(writer, rectangle.northWest), rectangle.southEast)
    putHours(writer, rectangle)
    putSpeed(writer, rectangle)
    putLater(writer, layout, rectangle)
  }
  return { id: 0x8602, body: writer.done() }
}

/** Sets one polygonal fence (8604). Throws a RangeError on fewer than three points. */
export const setPolygon = (layout: Layout, polygon: Polygon): Body => {
  const [first] = polygon.points
  if (first === undefined || polygon.points.length < 3) throw new RangeError('a polygon has three points or more')
  const writer = octets().u32(polygon.id).u16(attributeOf(polygon, first))
  putHours(writer, polygon)
  putSpeed(writer, polygon)
  writer.u16(polygon.points.length)
  for (const point of polygon.points) putPoint(writer, point)
  putLater(writer, layout, polygon)
  return { id: 0x8604, body: writer.done() }
}

/** Orders photographs (8801): how many, seconds apart, kept in the terminal or sent at once; brightness and so on 0 to 255. */
export const takePhotos = (order: {
  readonly channel: number
  readonly count: number
  readonly interval?: number
  readonly keep?: boolean
  /** 1 320x240, 2 640x480, 3 800x600, 4 1024x768. */
  readonly resolution?: number
  /** 1 best to 10 smallest. */
  readonly quality?: number
}): Body => ({
  id: 0x8801,
  body: octets()
    .u8(order.channel)
    .u16(order.count)
    .u16(order.interval ?? 0)
    .u8(order.keep === true ? 1 : 0)
    .u8(order.resolution ?? 2)
    .u8(order.quality ?? 5)
    .u8(127)
    .u8(64)
    .u8(64)
    .u8(127)
    .done(),
})

/** What a terminal tells when it registers (0100). */
export interface Registration {
  readonly province: number
  readonly city: number
  readonly maker: string
  readonly model: string
  readonly terminalId: string
  readonly plateColour: number
  readonly plate: string
}
export const registerBody = (layout: Layout, terminal: Registration): Body => {
  const [maker, model, id] = layout === '2019' ? [11, 30, 30] : [5, 20, 7]
  return {
    id: 0x0100,
    body: octets()
      .u16(terminal.province)
      .u16(terminal.city)
      .gbk(terminal.maker, maker)
      .gbk(terminal.model, model)
      .gbk(terminal.terminalId, id)
      .u8(terminal.plateColour)
      .gbk(terminal.plate)
      .done(),
  }
}

/** Shows the code of the registration (0102); IMEI and software version are sent in the 2019 layout. */
export const authenticateBody = (layout: Layout, code: string, imei = '', software = ''): Body => {
  const text = octets().gbk(code).done()
  const writer = octets()
  if (layout === '2019') writer.u8(text.length).raw(text).gbk(imei, 15).gbk(software, 20)
  else writer.raw(text)
  return { id: 0x0102, body: writer.done() }
}

export const heartbeatBody: Body = { id: 0x0002, body: new Uint8Array() }
/** Answers a command of the platform (0001). */
export const terminalReply = (serial: number, answered: number, result: Result): Body => ({
  id: 0x0001,
  body: octets().u16(serial).u16(answered).u8(result).done(),
})

/** A position as a terminal sends it (0200). */
export interface PositionToSend extends Point {
  readonly at: Instant
  readonly altitude?: number
  /** km/h. */
  readonly speed?: number
  readonly direction?: number
  readonly acc?: boolean
  readonly fixed?: boolean
  readonly alarmBits?: number
  /** Kilometres. */
  readonly mileage?: number
  readonly signal?: number
  readonly satellites?: number
}
export const positionBody = (position: PositionToSend): Body => {
  const status =
    (position.acc === true ? 1 : 0) |
    (position.fixed === false ? 0 : 2) |
    (position.latitude < 0 ? 4 : 0) |
    (position.longitude < 0 ? 8 : 0)
  const writer = putPoint(
    octets()
      .u32(position.alarmBits ?? 0)
      .u32(status),
    position,
  )
    .u16(position.altitude ?? 0)
    .u16(Math.round((position.speed ?? 0) * 10))
    .u16(position.direction ?? 0)
    .time(position.at)
  if (position.mileage !== undefined)
    writer
      .u8(0x01)
      .u8(4)
      .u32(Math.round(position.mileage * 10))
  if (position.signal !== undefined) writer.u8(0x30).u8(1).u8(position.signal)
  if (position.satellites !== undefined) writer.u8(0x31).u8(1).u8(position.satellites)
  return { id: 0x0200, body: writer.done() }
}

/** Sends what was stored without a network (0704). */
export const batchBody = (
  positions: readonly PositionToSend[],
  reason: 'regular' | 'no-network' = 'no-network',
): Body => {
  const writer = octets()
    .u16(positions.length)
    .u8(reason === 'regular' ? 0 : 1)
  for (const position of positions) {
    const { body } = positionBody(position)
    writer.u16(body.length).raw(body)
  }
  return { id: 0x0704, body: writer.done() }
}
