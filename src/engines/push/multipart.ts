/**
 * Splits multipart bodies of cameras, finite or never-ending. Content-Length of a part is not trusted: parts end where the next
 * boundary begins a line. The boundary is the declared one or, because devices declare it wrongly, the first line that begins
 * with two dashes. Memory is bounded: a part that is too large is dropped to its end and said to be.
 */
import { byteQueue, indexOfBytes } from '../wire/byte-queue.ts'
import { decodeText } from '../wire/text.ts'

export interface Part {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  /** True: the body was larger than the limit and is empty here. */
  readonly tooLarge: boolean
}
export interface MultipartLimits {
  readonly maxHeadBytes: number
  readonly maxPartBytes: number
}
/** Pictures of alarms have some 200 kB; 4 MB is a whole panorama. */
export const multipartLimits: MultipartLimits = { maxHeadBytes: 8 * 1024, maxPartBytes: 4 * 1024 * 1024 }

export interface MultipartReader {
  readonly push: (bytes: Uint8Array) => readonly Part[]
  /** The body ended: gives the last part, which some devices leave without a boundary after it. */
  readonly end: () => readonly Part[]
  /** True once the closing boundary was seen. */
  readonly closed: () => boolean
  readonly waitingBytes: () => number
}

/** The boundary that a Content-Type names; null when it names none. */
export const boundaryOf = (contentType: string | null): string | null => {
  const match = /boundary\s*=\s*(?:"([^"]{1,200})"|([^\s;,]{1,200}))/i.exec(contentType ?? '')
  return match?.[1] ?? match?.[2] ?? null
}

const LF = 10
const CR = 13
const DASH = 45
const MAX_BOUNDARY = 200
/** What may follow a boundary: line end, dashes of the last one, spaces. Anything else is text that only looks like it. */
const AFTER_BOUNDARY: readonly number[] = [CR, LF, DASH, 32, 9]

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text)
const startsWith = (bytes: Uint8Array, start: Uint8Array): boolean =>
  bytes.length >= start.length && start.every((byte, at) => bytes[at] === byte)

const headersOf = (bytes: Uint8Array): Readonly<Record<string, string>> => {
  const headers: Record<string, string> = {}
  for (const line of decodeText(bytes).split(/\r?\n/)) {
    const colon = line.indexOf(':')
    if (colon > 0) headers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim()
  }
  return headers
}

/**
 * `contentType` is that of the whole body. With `complete` a part of text whose declared length has arrived is given at once
 * when it says so of the bytes, instead of when the next boundary comes: on a stream that never ends that may be long after.
 */
export const multipartReader = (
  contentType: string | null,
  limits: MultipartLimits = multipartLimits,
  complete: (body: Uint8Array) => boolean = () => false,
): MultipartReader => {
  const queue = byteQueue()
  const declared = boundaryOf(contentType)
  let delimiter: Uint8Array | null = null
  let phase: 'preamble' | 'headers' | 'body' | 'skip' | 'closed' = 'preamble'
  let headers: Readonly<Record<string, string>> = {}
  let tooLarge = false
  let early: number | null = null
  /** True when the front of the queue begins a line. */
  let lineStart = true
  /** Bytes of the body that were searched for the boundary already. */
  let searched = 0

  /** Takes one line from the front, without its end; null while it is not whole. */
  const takeLine = (): Uint8Array | null => {
    const bytes = queue.view()
    const end = bytes.indexOf(LF)
    if (end < 0) return null
    const line = bytes.slice(0, end > 0 && bytes[end - 1] === CR ? end - 1 : end)
    queue.consume(end + 1)
    return line
  }
  const isDelimiterLine = (line: Uint8Array): boolean => {
    if (line[0] !== DASH || line[1] !== DASH || line.length < 3 || line.length > MAX_BOUNDARY) return false
    delimiter = chosen(line)
    return true
  }
  /** The declared boundary where the line begins with it, with or without its own dashes; else the line itself. */
  const chosen = (line: Uint8Array): Uint8Array => {
    const known = [declared, declared === null ? null : `--${declared}`]
      .filter((each) => each !== null && each.startsWith('--') && each.length > 2)
      .map((each) => ascii(each ?? ''))
      .sort((a, b) => b.length - a.length)
      .find((each) => startsWith(line, each))
    if (known !== undefined) return known
    let end = line.length
    while (end > 0 && (line[end - 1] === 32 || line[end - 1] === 9)) end -= 1
    return line.slice(0, end)
  }

  /** Where the boundary begins a line, at or after `from`: `body` is where the part ends, `after` where the boundary ends. */
  const boundaryFrom = (bytes: Uint8Array, from: number): { body: number; after: number } | null => {
    if (delimiter === null) return null
    for (let at = indexOfBytes(bytes, delimiter, from); at >= 0; at = indexOfBytes(bytes, delimiter, at + 1)) {
      const next = bytes[at + delimiter.length]
      if (next !== undefined && !AFTER_BOUNDARY.includes(next)) continue
      if (at === 0 && lineStart) return { body: 0, after: delimiter.length }
      if (bytes[at - 1] !== LF) continue
      const cr = at >= 2 && bytes[at - 2] === CR
      return { body: at - (cr ? 2 : 1), after: at + delimiter.length }
    }
    return null
  }

  const part = (body: Uint8Array): Part => ({ headers, body: tooLarge ? new Uint8Array(0) : body, tooLarge })
  const begin = (next: typeof phase): void => {
    phase = next
    searched = 0
  }

  /** One step; 'more' when more bytes are needed. */
  const step = (): Part | 'on' | 'more' => {
    if (phase === 'closed') {
      queue.consume(queue.length())
      return 'more'
    }
    if (phase === 'preamble') {
      const line = takeLine()
      if (line === null) {
        if (queue.length() > limits.maxHeadBytes) queue.consume(queue.length())
        return 'more'
      }
      const bom = startsWith(line, Uint8Array.of(0xef, 0xbb, 0xbf)) ? line.subarray(3) : line
      if (isDelimiterLine(bom)) begin('headers')
      return 'on'
    }
    if (phase === 'headers') return head()
    return body()
  }
  const head = (): 'on' | 'more' => {
    const bytes = queue.view()
    // A part without any header begins with the empty line.
    const empty = bytes[0] === LF ? 1 : bytes[0] === CR && bytes[1] === LF ? 2 : 0
    const end = empty > 0 ? { at: 0, size: empty } : headEnd(bytes)
    lineStart = true
    if (end === null || end.at > limits.maxHeadBytes) {
      if (bytes.length <= limits.maxHeadBytes) return 'more'
      headers = {}
      tooLarge = true
      early = null
      begin('body')
      return 'on'
    }
    headers = headersOf(bytes.subarray(0, end.at))
    queue.consume(end.at + end.size)
    tooLarge = false
    const length = headers['content-length']
    early = length !== undefined && /^\d{1,9}$/.test(length) && Number(length) > 0 ? Number(length) : null
    begin('body')
    return 'on'
  }
  const body = (): Part | 'on' | 'more' => {
    if (phase === 'body' && early !== null) {
      const bytes = queue.view()
      const sooner = bytes.length < early ? boundaryFrom(bytes, 0) : null
      const certain = sooner !== null && sooner.after + 2 <= bytes.length
      if (bytes.length < early && !certain && early <= limits.maxPartBytes) return 'more'
      const first = bytes.slice(0, early)
      const whole = bytes.length >= early && boundaryFrom(first, 0) === null && complete(first)
      const size = early
      early = null
      if (whole) {
        const given = part(trimmed(first))
        queue.consume(size)
        lineStart = first[size - 1] === LF
        begin('skip')
        return given
      }
    }
    const bytes = queue.view()
    const found = boundaryFrom(bytes, Math.max(0, searched - MAX_BOUNDARY - 2))
    if (found === null) {
      searched = bytes.length
      if (bytes.length > limits.maxPartBytes + MAX_BOUNDARY + 4 || phase === 'skip' || tooLarge) {
        if (phase !== 'skip') tooLarge = true
        // Keep what may be the beginning of the boundary.
        const dropped = Math.max(0, bytes.length - MAX_BOUNDARY - 4)
        if (dropped > 0) lineStart = bytes[dropped - 1] === LF
        queue.consume(dropped)
        searched = 0
      }
      return 'more'
    }
    const after = bytes.subarray(found.after, found.after + 2)
    if (after.length < 2 && after[0] !== LF) return 'more'
    const skipped = phase === 'skip'
    const large = tooLarge || found.body > limits.maxPartBytes
    tooLarge = large
    const given = skipped ? null : part(large ? new Uint8Array(0) : bytes.slice(0, found.body))
    if (after[0] === DASH && after[1] === DASH) {
      queue.consume(found.after + 2)
      begin('closed')
      return given ?? 'on'
    }
    const line = bytes.indexOf(LF, found.after)
    if (line < 0 && bytes.length - found.after <= MAX_BOUNDARY) return 'more'
    queue.consume(line < 0 ? found.after : line + 1)
    begin('headers')
    return given ?? 'on'
  }

  const push = (bytes: Uint8Array): readonly Part[] => {
    const parts: Part[] = []
    queue.append(bytes)
    for (let next = step(); next !== 'more'; next = step()) if (next !== 'on') parts.push(next)
    return parts
  }
  return {
    push,
    end: () => {
      // A boundary at the very end shows itself once its line ends.
      early = null
      const parts = push(Uint8Array.of(CR, LF))
      const left = trimmed(queue.view().slice())
      const large = tooLarge || left.length > limits.maxPartBytes
      tooLarge = large
      const last = phase === 'body' && (left.length > 0 || large) ? [part(left)] : []
      queue.consume(queue.length())
      phase = 'closed'
      return [...parts, ...last]
    },
    closed: () => phase === 'closed',
    waitingBytes: () => queue.length(),
  }
}

const headEnd = (bytes: Uint8Array): { readonly at: number; readonly size: number } | null => {
  const strict = indexOfBytes(bytes, Uint8Array.of(CR, LF, CR, LF))
  const bare = indexOfBytes(bytes, Uint8Array.of(LF, LF))
  if (strict >= 0 && (bare < 0 || strict < bare)) return { at: strict, size: 4 }
  return bare < 0 ? null : { at: bare, size: 2 }
}
const trimmed = (bytes: Uint8Array): Uint8Array => {
  let end = bytes.length
  while (end > 0 && (bytes[end - 1] === LF || bytes[end - 1] === CR)) end -= 1
  return bytes.slice(0, end)
}
