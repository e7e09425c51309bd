/**
 * The ten digits of `y=`: 0 live or 1 recorded, digits 4 to 8 of the domain, and a counter of four digits, so at most
 * 10,000 streams for a media node. Devices invent their own or send 0: never tell streams apart by it alone.
 */
export type Ssrc = string
export type StreamKind = 'live' | 'playback'

const COUNTERS = 10_000

export interface SsrcPool {
  /** Null when all numbers are in use. */
  readonly take: (kind: StreamKind) => Ssrc | null
  readonly release: (ssrc: Ssrc) => void
  readonly inUse: () => number
}

export const ssrcOf = (kind: StreamKind, domain: string, counter: number): Ssrc =>
  `${kind === 'live' ? 0 : 1}${domain.slice(3, 8).padStart(5, '0')}${String(counter).padStart(4, '0')}`

/** Numbers go round, so that one just released is not soon given to another stream. */
export const ssrcPool = (domain: string): SsrcPool => {
  if (!/^\d{8,20}$/.test(domain)) throw new RangeError(`not a SIP domain: ${domain}`)
  const used = new Set<number>()
  let next = 0
  return {
    take: (kind) => {
      if (used.size >= COUNTERS) return null
      while (used.has(next)) next = (next + 1) % COUNTERS
      const counter = next
      used.add(counter)
      next = (next + 1) % COUNTERS
      return ssrcOf(kind, domain, counter)
    },
    release: (ssrc) => {
      used.delete(Number(ssrc.slice(-4)))
    },
    inUse: () => used.size,
  }
}
