/** Commands for pan, tilt, zoom and presets: eight bytes 'A5 0F 01 command p1 p2 p3 checksum', written as hexadecimal. */

const command = (code: number, p1: number, p2: number, high: number): string => {
  const bytes = [0xa5, 0x0f, 0x01, code & 0xff, p1 & 0xff, p2 & 0xff, (high & 0x0f) << 4]
  const sum = bytes.reduce((total, byte) => total + byte, 0) % 256
  return [...bytes, sum]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .toUpperCase()
}
const clamp = (value: number, max: number): number => Math.max(0, Math.min(max, Math.round(Math.abs(value))))

export interface PtzMove {
  /** Speed -255 (left) to 255 (right). */
  readonly pan?: number
  /** Speed -255 (down) to 255 (up). */
  readonly tilt?: number
  /** Speed -15 (out) to 15 (in). */
  readonly zoom?: number
}
/** A move goes on until the next one; all zero is stop. */
export const ptzMove = ({ pan = 0, tilt = 0, zoom = 0 }: PtzMove): string => {
  const code =
    (pan > 0 ? 0x01 : 0) |
    (pan < 0 ? 0x02 : 0) |
    (tilt < 0 ? 0x04 : 0) |
    (tilt > 0 ? 0x08 : 0) |
    (zoom > 0 ? 0x10 : 0) |
    (zoom < 0 ? 0x20 : 0)
  return command(code, clamp(pan, 255), clamp(tilt, 255), clamp(zoom, 15))
}
export const ptzStop = (): string => ptzMove({})

const PRESET = { set: 0x81, call: 0x82, remove: 0x83 } as const
/** Throws a RangeError unless the preset is 1 to 255: zero is reserved. */
export const ptzPreset = (act: keyof typeof PRESET, preset: number): string => {
  if (!Number.isInteger(preset) || preset < 1 || preset > 255) throw new RangeError(`not a preset: ${preset}`)
  return command(PRESET[act], 0, preset, 0)
}
