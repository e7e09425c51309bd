/**
 * A binary frame of OUR OWN for tower cranes on narrow links, and the sample for writing codecs of vendors. It is not the frame
 * of GB/T 37366-2019 or GB/T 37537-2019, whose tables were not available.
 *
 *   offset  size  what (numbers big-endian)
 *   0       2     4D 5A ('MZ')
 *   2       1     version, 1
 *   3       1     type: 1 = report of a tower crane
 *   4       2     length of the body, bytes
 *   6       n     body
 *   6+n     2     CRC-16/CCITT-FALSE over offsets 2 to 6+n-1
 *
 * Body of type 1: time u48 ms since 1970 (0 = no clock), seq u32, height i16 dm, radius u16 dm, slew u16 0.1 degree,
 * load i16 0.01 t, moment u16 0.1 %, wind u16 0.1 m/s, tilt i16 0.01 degree, alarms u16, length of the crane's id u8 and the
 * id in ASCII, length of the driver's id u8 and the id. A quantity that is not reported is FFFF (unsigned) or 8000 (signed).
 */

import type { Instant } from '../../kernel/time.ts'
import { msOf } from '../../kernel/time.ts'
import { byteQueue } from '../wire/byte-queue.ts'
import type { LiftingCodec } from './codec.ts'
import { timeOf } from './json.ts'
import { type CraneReport, plausible } from './model.ts'

const HEAD = 6
const TAIL = 2
const FIXED = 26
const MAX_BODY = 160

/** CRC-16/CCITT-FALSE: polynomial 1021, start FFFF, not reflected; '123456789' gives 29B1. */
export const crc16 = (bytes: Uint8Array): number => {
  let register = 0xffff
  for (const byte of bytes) {
    register ^= byte << 8
    for (let bit = 0; bit < 8; bit += 1)
      register = (register & 0x8000) !== 0 ? ((register << 1) ^ 0x1021) & 0xffff : (register << 1) & 0xffff
  }
  return register
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
const ID = /^[\x21-\x7e]{1,64}$/

const readId = (body: Uint8Array, at: number): { readonly text: string; readonly end: number } | null => {
  const length = body[at]
  if (length === undefined || at + 1 + length > body.length) return null
  return { text: String.fromCharCode(...body.subarray(at + 1, at + 1 + length)), end: at + 1 + length }
}

const reportOf = (body: Uint8Array, receivedAt: Instant): CraneReport | null => {
  const crane = body.length > FIXED ? readId(body, FIXED) : null
  const driver = crane === null ? null : readId(body, crane.end)
  if (crane === null || driver === null || driver.end !== body.length || !ID.test(crane.text)) return null
  if (driver.text !== '' && !ID.test(driver.text)) return null
  const view = viewOf(body)
  const unsigned = (at: number, unit: number): number | null =>
    view.getUint16(at) === 0xffff ? null : view.getUint16(at) / unit
  const signed = (at: number, unit: number): number | null =>
    view.getInt16(at) === -0x8000 ? null : view.getInt16(at) / unit
  const ms = view.getUint16(0) * 2 ** 32 + view.getUint32(2)
  return {
    kind: 'crane',
    craneId: crane.text,
    at: timeOf(ms === 0 ? undefined : ms, receivedAt),
    seq: view.getUint32(6),
    heightM: plausible('heightM', signed(10, 10)),
    radiusM: plausible('radiusM', unsigned(12, 10)),
    slewDeg: plausible('slewDeg', unsigned(14, 10)),
    loadT: plausible('loadT', signed(16, 100)),
    momentPercent: plausible('momentPercent', unsigned(18, 10)),
    windMps: plausible('windMps', unsigned(20, 10)),
    tiltDeg: plausible('tiltDeg', signed(22, 100)),
    driverId: driver.text === '' ? null : driver.text,
    alarms: view.getUint16(24),
  }
}

/** Writes a report as a device does. Throws a RangeError when an id does not fit. */
export const encodeFrame = (report: CraneReport): Uint8Array => {
  const driver = report.driverId ?? ''
  if (!ID.test(report.craneId) || (driver !== '' && !ID.test(driver))) throw new RangeError('an id does not fit')
  const ids = new TextEncoder().encode(
    `${String.fromCharCode(report.craneId.length)}${report.craneId}${String.fromCharCode(driver.length)}${driver}`,
  )
  const frame = new Uint8Array(HEAD + FIXED + ids.length + TAIL)
  const view = viewOf(frame)
  frame.set([0x4d, 0x5a, 1, 1])
  view.setUint16(4, FIXED + ids.length)
  const unsigned = (at: number, value: number | null, unit: number): void =>
    view.setUint16(HEAD + at, value === null ? 0xffff : Math.max(0, Math.min(0xfffe, Math.round(value * unit))))
  const signed = (at: number, value: number | null, unit: number): void =>
    view.setInt16(HEAD + at, value === null ? -0x8000 : Math.max(-0x7fff, Math.min(0x7fff, Math.round(value * unit))))
  const ms = msOf(report.at)
  view.setUint16(HEAD, Math.floor(ms / 2 ** 32))
  view.setUint32(HEAD + 2, ms % 2 ** 32)
  view.setUint32(HEAD + 6, report.seq)
  signed(10, report.heightM, 10)
  unsigned(12, report.radiusM, 10)
  unsigned(14, report.slewDeg, 10)
  signed(16, report.loadT, 100)
  unsigned(18, report.momentPercent, 10)
  unsigned(20, report.windMps, 10)
  signed(22, report.tiltDeg, 100)
  view.setUint16(HEAD + 24, report.alarms & 0xffff)
  frame.set(ids, HEAD + FIXED)
  view.setUint16(frame.length - TAIL, crc16(frame.subarray(2, frame.length - TAIL)))
  return frame
}

/** Bytes that are no frame are passed over to the next 'MZ'; every such gap and every frame that fails counts as one fault. */
export const frameCodec: LiftingCodec = {
  name: 'mz-frame-1',
  open: () => {
    const queue = byteQueue()
    /** True while passing over bytes that belong to no frame, so that a gap counts once however it is cut. */
    let lost = false
    return {
      push: (bytes, receivedAt) => {
        queue.append(bytes)
        const reports: CraneReport[] = []
        let faults = 0
        const skip = (count: number): void => {
          if (!lost) faults += 1
          lost = true
          queue.consume(count)
        }
        for (let view = queue.view(); view.length > 0; view = queue.view()) {
          if (view[0] !== 0x4d || (view.length > 1 && view[1] !== 0x5a)) {
            const next = view.indexOf(0x4d, 1)
            skip(next < 0 ? view.length : next)
            continue
          }
          if (view.length < HEAD) break
          const length = viewOf(view).getUint16(4)
          if (view[2] !== 1 || length > MAX_BODY) {
            skip(1)
            continue
          }
          const size = HEAD + length + TAIL
          if (view.length < size) break
          const frame = view.subarray(0, size)
          if (crc16(frame.subarray(2, size - TAIL)) !== viewOf(frame).getUint16(size - TAIL)) {
            skip(1)
            continue
          }
          lost = false
          const report = frame[3] === 1 ? reportOf(frame.subarray(HEAD, size - TAIL), receivedAt) : null
          if (report === null) faults += 1
          else reports.push(report)
          queue.consume(size)
        }
        return { reports, faults }
      },
      waitingBytes: queue.length,
    }
  },
}
