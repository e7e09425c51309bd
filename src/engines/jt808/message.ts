/** Decodes the bodies of the messages that terminals send. Nothing here throws on any octets. */
import type { RawMessage } from './header.ts'
import { gbkText, u16, u32 } from './octets.ts'
import { POSITION_LENGTH, type Position, parsePosition } from './position.ts'
import type { Dialect } from './registry.ts'

export type TerminalMessage =
  | { readonly kind: 'heartbeat' }
  | { readonly kind: 'logout' }
  /** Answer to message `answered` with that serial: 0 done, 1 failed, 2 wrong, 3 not supported. */
  | { readonly kind: 'reply'; readonly serial: number; readonly answered: number; readonly result: number }
  | {
      readonly kind: 'register'
      /** By GB/T 2260: the first two digits, then the other four. */
      readonly province: number
      readonly city: number
      readonly maker: string
      readonly model: string
      readonly terminalId: string
      /** 0 = not registered with the traffic authority; then `plate` is the frame number (VIN). */
      readonly plateColour: number
      readonly plate: string
      readonly edition: '2011' | '2013' | '2019'
    }
  | {
      readonly kind: 'authenticate'
      readonly code: string
      /** Sent since 2019. */
      readonly imei: string | null
      readonly software: string | null
    }
  | { readonly kind: 'position'; readonly position: Position }
  /** `cut`: fewer positions are there than were announced. */
  | {
      readonly kind: 'batch'
      readonly reason: 'regular' | 'no-network'
      readonly positions: readonly Position[]
      readonly cut: boolean
    }
  | {
      readonly kind: 'media'
      readonly id: number
      readonly type: 'image' | 'audio' | 'video' | 'unknown'
      /** 0 JPEG, 1 TIF, 2 MP3, 3 WAV, 4 WMV. */
      readonly format: number
      /** 0 ordered by the platform, 1 timer, 2 robbery, 3 collision, others by model. */
      readonly event: number
      readonly channel: number
      readonly position: Position | null
      readonly data: Uint8Array
    }
  | { readonly kind: 'passthrough'; readonly type: number; readonly data: Uint8Array }
  /** Decoded by the dialect of the model. */
  | { readonly kind: 'vendor'; readonly id: number; readonly values: Readonly<Record<string, unknown>> }
  | { readonly kind: 'encrypted'; readonly id: number }
  | { readonly kind: 'unknown'; readonly id: number }
  /** Too short for what its id says. Answer with result 2. */
  | { readonly kind: 'malformed'; readonly id: number }

/** The widths of the texts of a registration by edition: maker, model, terminal id. */
const REGISTRATIONS = [
  { edition: '2019', widths: [11, 30, 30] },
  { edition: '2013', widths: [5, 20, 7] },
  { edition: '2011', widths: [5, 8, 7] },
] as const

/** The edition shows in the length: 76, 37 and 25 octets before the plate, which never fill the gaps between. */
const register = (body: Uint8Array): TerminalMessage | null => {
  for (const { edition, widths } of REGISTRATIONS) {
    const [maker, model, terminalId] = widths
    const plateAt = 4 + maker + model + terminalId + 1
    if (body.length < plateAt) continue
    return {
      kind: 'register',
      province: u16(body, 0),
      city: u16(body, 2),
      maker: gbkText(body, 4, 4 + maker),
      model: gbkText(body, 4 + maker, 4 + maker + model),
      terminalId: gbkText(body, 4 + maker + model, plateAt - 1),
      plateColour: body[plateAt - 1] as number,
      plate: gbkText(body, plateAt, body.length),
      edition,
    }
  }
  return null
}

const IMEI_LENGTH = 15
const SOFTWARE_LENGTH = 20
const authenticate = (body: Uint8Array): TerminalMessage | null => {
  const [codeLength] = body
  if (codeLength === undefined) return null
  const imeiAt = 1 + codeLength
  const softwareAt = imeiAt + IMEI_LENGTH
  // A code of the older editions that begins with just this octet has another length.
  if (body.length === softwareAt + SOFTWARE_LENGTH)
    return {
      kind: 'authenticate',
      code: gbkText(body, 1, imeiAt),
      imei: gbkText(body, imeiAt, softwareAt),
      software: gbkText(body, softwareAt, body.length),
    }
  return { kind: 'authenticate', code: gbkText(body, 0, body.length), imei: null, software: null }
}

const batch = (body: Uint8Array, dialect: Dialect): TerminalMessage | null => {
  if (body.length < 3) return null
  const count = u16(body, 0)
  const positions: Position[] = []
  for (let at = 3; at + 2 <= body.length && positions.length < count; ) {
    const end = at + 2 + u16(body, at)
    const position = end > body.length ? null : parsePosition(body.subarray(at + 2, end), true, dialect)
    if (position === null) break
    positions.push(position)
    at = end
  }
  const reason = body[2] === 0 ? 'regular' : 'no-network'
  return { kind: 'batch', reason, positions, cut: positions.length < count }
}

const MEDIA_TYPES = ['image', 'audio', 'video'] as const
const media = (body: Uint8Array, dialect: Dialect): TerminalMessage | null => {
  if (body.length < 8) return null
  const dataAt = 8 + POSITION_LENGTH
  return {
    kind: 'media',
    id: u32(body, 0),
    type: MEDIA_TYPES[body[4] as number] ?? 'unknown',
    format: body[5] as number,
    event: body[6] as number,
    channel: body[7] as number,
    // Pictures come minutes later than taken: their position is history.
    position: body.length < dataAt ? null : parsePosition(body.subarray(8, dataAt), true, dialect),
    data: body.subarray(Math.min(dataAt, body.length)),
  }
}

const decodeBody = (id: number, body: Uint8Array, dialect: Dialect): TerminalMessage | null => {
  switch (id) {
    case 0x0001:
      return body.length < 5
        ? null
        : { kind: 'reply', serial: u16(body, 0), answered: u16(body, 2), result: body[4] as number }
    case 0x0002:
      return { kind: 'heartbeat' }
    case 0x0003:
      return { kind: 'logout' }
    case 0x0100:
      return register(body)
    case 0x0102:
      return authenticate(body)
    case 0x0200: {
      const position = parsePosition(body, false, dialect)
      return position === null ? null : { kind: 'position', position }
    }
    case 0x0704:
      return batch(body, dialect)
    case 0x0801:
      return media(body, dialect)
    case 0x0900:
      return body.length < 1 ? null : { kind: 'passthrough', type: body[0] as number, data: body.subarray(1) }
    default:
      return { kind: 'unknown', id }
  }
}

/** Decodes a whole message in the dialect of the terminal's model. */
export const decodeMessage = ({ id, body, encryption }: RawMessage, dialect: Dialect = {}): TerminalMessage => {
  if (encryption !== 0) return { kind: 'encrypted', id }
  const vendor = dialect.messages?.get(id)
  if (vendor === undefined) return decodeBody(id, body, dialect) ?? { kind: 'malformed', id }
  const values = vendor(body)
  return values === null ? { kind: 'malformed', id } : { kind: 'vendor', id, values }
}
