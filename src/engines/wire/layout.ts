/**
 * Messages of one sender differ in their figures only. Who has read one of them can read the next by its layout: one pass over
 * the bytes, which must be those of the example wherever no figure stands. Everything else is read the general way.
 */

/** Where a figure stands in the example: a decimal number of any length, or so many digits. */
export interface Slot {
  readonly from: number
  readonly to: number
  readonly kind: 'decimal' | 'digits'
}
export interface Layout {
  /** How many figures a message has. */
  readonly slots: number
  /** Whether the bytes from `from` to `to` are the example with other figures; these then stand in `figures`. */
  readonly read: (bytes: Uint8Array, from: number, to: number, figures: Float64Array) => boolean
}

const DASH = 0x2d
const POINT = 0x2e
const ZERO = 0x30
const POWERS = Float64Array.from({ length: 16 }, (_, exponent) => 10 ** exponent)
/** Up to so many digits a decimal number is one division of two exact numbers, so the nearest to what was written. */
const MOST_DIGITS = 15
const DECIMAL = /^-?(0|[1-9]\d*)(\.\d+)?$/

/** Says whether a text is a figure as layouts read it; it means the same in JSON. */
export const isDecimal = (text: string): boolean =>
  DECIMAL.test(text) && text.replace(/[-.]/g, '').length <= MOST_DIGITS

/** The layout of an example; `slots` in the order in which they stand, none of them touching the next. */
export const layoutOf = (example: Uint8Array, slots: readonly Slot[]): Layout => {
  const pieces: number[] = []
  /** Of each slot: where the bytes before it end among `literals`; its width, 0 for a decimal number. */
  const ends: number[] = []
  const widths: number[] = []
  let done = 0
  for (const { from, to, kind } of slots) {
    for (; done < from; done += 1) pieces.push(example[done] ?? 0)
    ends.push(pieces.length)
    widths.push(kind === 'digits' ? to - from : 0)
    done = to
  }
  for (; done < example.length; done += 1) pieces.push(example[done] ?? 0)
  const literals = Uint8Array.from(pieces)
  const literalEnds = Int32Array.from(ends)
  const slotWidths = Int32Array.from(widths)
  const count = slots.length

  const read: Layout['read'] = (bytes, from, to, figures) => {
    let at = from
    let literal = 0
    for (let slot = 0; slot < count; slot += 1) {
      const end = literalEnds[slot] as number
      const width = slotWidths[slot] as number
      if (at + end - literal + width >= to) return false
      for (; literal < end; literal += 1, at += 1) if (bytes[at] !== literals[literal]) return false
      let value = 0
      if (width > 0) {
        for (const until = at + width; at < until; at += 1) {
          const digit = (bytes[at] as number) - ZERO
          if (digit < 0 || digit > 9) return false
          value = value * 10 + digit
        }
        figures[slot] = value
        continue
      }
      const negative = bytes[at] === DASH
      if (negative) at += 1
      const first = at
      let point = -1
      for (; at < to; at += 1) {
        const code = bytes[at] as number
        if (code >= ZERO && code <= ZERO + 9) value = value * 10 + code - ZERO
        else if (code === POINT && point < 0) point = at
        else break
      }
      const whole = (point < 0 ? at : point) - first
      const decimals = point < 0 ? 0 : at - point - 1
      if (whole < 1 || whole + decimals > MOST_DIGITS || (whole > 1 && bytes[first] === ZERO)) return false
      if (point >= 0) {
        if (decimals < 1) return false
        value /= POWERS[decimals] as number
      }
      figures[slot] = negative ? -value : value
    }
    if (to - at !== literals.length - literal) return false
    for (; at < to; literal += 1, at += 1) if (bytes[at] !== literals[literal]) return false
    return true
  }
  return { slots: count, read }
}
