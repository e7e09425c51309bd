/**
 * Cuts a byte stream of JT/T 808 into frames: 0x7E + escaped octets + 0x7E. Inside, 7D 02 stands for 7E and 7D 01 for 7D;
 * the last octet is the XOR of all before it, taken after undoing the escapes.
 *
 * Whatever stands between two marks is tried as a frame, so two frames may share a mark, and after damage reading is
 * right again at the next mark. What comes out depends on the bytes alone, never on where the network cut them.
 */
const MARK = 0x7e
const ESCAPE = 0x7d
/** Octets of the longest frame between its marks: header 21, body 1023, check 1, each possibly escaped. */
export const MAX_FRAME = (21 + 1023 + 1) * 2
/** Octets of the shortest frame, escapes undone: header 12 and check 1. */
const MIN_FRAME = 13
const SAMPLE_LENGTH = 64

/**
 * Why octets were given up: `start` = they came before the first mark; `long`, `short` = no frame has that length;
 * `escape` = 7D is followed by neither 01 nor 02; `check` = the XOR does not fit.
 */
export type FrameFault = 'start' | 'long' | 'short' | 'escape' | 'check'

export type StreamEvent =
  /** Header and body, escapes undone, without the check octet. */
  | { readonly kind: 'frame'; readonly octets: Uint8Array }
  /** `count` octets were given up; `sample` is the first of them as they came. */
  | { readonly kind: 'fault'; readonly reason: FrameFault; readonly count: number; readonly sample: Uint8Array }

export interface FrameSplitter {
  /** Takes the next bytes of the connection and gives what became certain. The bytes may be reused afterwards. */
  readonly feed: (bytes: Uint8Array) => readonly StreamEvent[]
  /** How many octets wait for their closing mark. */
  readonly waiting: () => number
}

export const escape = (octets: Uint8Array): Uint8Array => {
  const out: number[] = []
  for (const octet of octets)
    if (octet === MARK) out.push(ESCAPE, 0x02)
    else if (octet === ESCAPE) out.push(ESCAPE, 0x01)
    else out.push(octet)
  return Uint8Array.from(out)
}

/** Undoes the escapes; null when there is one that does not exist. */
export const unescape = (octets: Uint8Array): Uint8Array | null => {
  if (!octets.includes(ESCAPE)) return octets.slice()
  const out = new Uint8Array(octets.length)
  let length = 0
  for (let at = 0; at < octets.length; at += 1) {
    let octet = octets[at] as number
    if (octet === ESCAPE) {
      at += 1
      const second = octets[at]
      if (second !== 0x01 && second !== 0x02) return null
      octet = second === 0x01 ? ESCAPE : MARK
    }
    out[length] = octet
    length += 1
  }
  return out.slice(0, length)
}

export const xorOf = (octets: Uint8Array): number => {
  let xor = 0
  for (const octet of octets) xor ^= octet
  return xor
}

/** Makes a frame of header and body. */
export const frameOf = (octets: Uint8Array): Uint8Array => {
  const inner = escape(Uint8Array.of(...octets, xorOf(octets)))
  return Uint8Array.of(MARK, ...inner, MARK)
}

/** Makes the splitter of one connection. It keeps at most `maxFrame` octets. */
export const createSplitter = ({ maxFrame = MAX_FRAME }: { readonly maxFrame?: number } = {}): FrameSplitter => {
  const kept = new Uint8Array(maxFrame)
  let length = 0
  /** Octets since the last mark, kept or not. */
  let count = 0
  let started = false

  const close = (events: StreamEvent[]): void => {
    const inside = kept.subarray(0, length)
    const fault = (reason: FrameFault): void => {
      events.push({ kind: 'fault', reason, count, sample: inside.slice(0, SAMPLE_LENGTH) })
    }
    if (count > 0) {
      const plain = !started || count > maxFrame ? null : unescape(inside)
      if (!started) fault('start')
      else if (count > maxFrame) fault('long')
      else if (plain === null) fault('escape')
      else if (plain.length < MIN_FRAME) fault('short')
      else if (xorOf(plain) !== 0) fault('check')
      else events.push({ kind: 'frame', octets: plain.subarray(0, -1) })
    }
    length = 0
    count = 0
    started = true
  }
  const keep = (bytes: Uint8Array): void => {
    const room = bytes.subarray(0, maxFrame - length)
    kept.set(room, length)
    length += room.length
    count += bytes.length
  }

  const feed = (bytes: Uint8Array): readonly StreamEvent[] => {
    const events: StreamEvent[] = []
    for (let at = 0; at < bytes.length; ) {
      const mark = bytes.indexOf(MARK, at)
      keep(bytes.subarray(at, mark < 0 ? bytes.length : mark))
      if (mark < 0) break
      close(events)
      at = mark + 1
    }
    return events
  }
  return { feed, waiting: () => length }
}
