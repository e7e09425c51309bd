/** Frames and helpers that the tests of this folder share. */
import { instant } from '../../kernel/time.ts'
import { bytesOfHex, hexOf } from '../merkle/bytes.ts'
import { type Body, framesOf } from './build.ts'
import { createSplitter, type StreamEvent } from './frames.ts'
import { type Layout, parseHeader, type RawMessage } from './header.ts'
import { decodeMessage, type TerminalMessage } from './message.ts'
import { type Position } from './position.ts'
import { type Dialect } from './registry.ts'

export const now = instant('2026-03-01T00:00:00Z')
export const POSITION =
  '7e02000026123456789012007d02000000010000000200ba7f0e07e4f11c0028003c00001810151010100104000000640202007d01137e'
export const REGISTER_2013 =
  '7e0100002d000123456789000a002800323132333400736d616c6c6368693132330000000000000000004348493132330001d4c14131323334358a7e'
export const REGISTER_REPLY = '7e81000009012345678900000a006400313233343536687e'
export const PLATFORM_REPLY = '7e80010005012345678900000a0064020000617e'
/** Frames in the test suites of public repositories (SmallChi/JT808; hylexus jt-framework), as found there. */
export const REGISTER_2019 =
  '7e010040540100000000000123456789000a00280032303030303030303132333430303030303030303030303030303030303030736d616c6c63686931323330303030303030303030303030303030303030303030303043484931323301d4c1413132333435b27e'
export const WRONG_VERSION_BIT =
  '7e0200406c010030000681090e00000000000c0003026c936f074c794c0004036300d7210625155739010400000000052801cc00210625155739054145bbc91e4145a2fa1141450000004145bbc8194145a1370a4145000000240200002a0200002b04000000003001153101125f0a89860418231870850620757e'
export const CIRCLES =
  '7e86000038013912344323000001020000006f400301d907f2073d336c0000029a241026183956241026203956006f0a000000de000201d907f2073d336c0000029a006f0a0b7e'
export const POLYGON =
  '7e8604002f01391234432300000000006f4003241026183956241026203956006f0a000301d907f2073d336c01d907f3073d336d01d907f4073d336eed7e'

export const eventsOf = (...chunks: readonly Uint8Array[]): StreamEvent[] => {
  const splitter = createSplitter()
  return chunks.flatMap((chunk) => [...splitter.feed(chunk)])
}
export const rawOf = (frame: string | Uint8Array): RawMessage => {
  const [event, ...rest] = eventsOf(typeof frame === 'string' ? bytesOfHex(frame) : frame)
  if (event?.kind !== 'frame' || rest.length > 0) throw new Error(`not one frame: ${JSON.stringify([event, ...rest])}`)
  const raw = parseHeader(event.octets)
  if (raw === null) throw new Error('no header fits')
  return raw
}
export const decoded = (frame: string | Uint8Array, dialect?: Dialect): TerminalMessage =>
  decodeMessage(rawOf(frame), dialect)
export const positionOf = (frame: string | Uint8Array, dialect?: Dialect): Position => {
  const message = decoded(frame, dialect)
  if (message.kind !== 'position') throw new Error(message.kind)
  return message.position
}
export const sent = (body: Body, layout: Layout = '2013', phone = '12345678900', serial = 10): string =>
  framesOf({ layout, phone, serial }, body).map(hexOf).join(' ')
/** Wraps octets in a 2013 envelope. */
export const wrapped = (id: number, body: Uint8Array): Uint8Array =>
  framesOf({ layout: '2013', phone: '1', serial: 1 }, { id, body })[0] as Uint8Array
