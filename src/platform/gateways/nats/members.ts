/**
 * Who takes which shard: each process says every second that it is there, and all come to the same division by themselves. A
 * division that is not the same everywhere for a moment costs time and nothing else: the stream gives one message of a shard
 * at a time, whoever asks.
 */

/** FNV-1a, 32 bits, mixed once more so that near texts fall far apart. */
export const hashOf = (text: string): number => {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
export const shardOf = (key: string, shards: number): number => hashOf(key) % shards

/**
 * Divides shards among processes: each goes to the one that fits best by hash and has room (none takes more than its equal
 * share, rounded up). When one leaves, few other shards move.
 */
export const divide = (nodes: readonly string[], shards: number): readonly string[] => {
  const most = Math.ceil(shards / Math.max(1, nodes.length))
  const taken = new Map<string, number>()
  return Array.from({ length: shards }, (_, shard) => {
    const [owner = ''] = nodes
      .filter((node) => (taken.get(node) ?? 0) < most)
      .map((node) => ({ node, fit: hashOf(`${shard} ${node}`) }))
      .toSorted((a, b) => b.fit - a.fit || (a.node < b.node ? -1 : 1))
      .map(({ node }) => node)
    taken.set(owner, (taken.get(owner) ?? 0) + 1)
    return owner
  })
}

export interface Members {
  /** A process is there, or says that it leaves. */
  readonly heard: (node: string, leaving: boolean, nowMs: number) => void
  readonly owns: (node: string, shard: number, nowMs: number) => boolean
  readonly present: (nowMs: number) => readonly string[]
}
/** `silentMs`: a process that was not heard of for so long is gone. */
export const createMembers = (shards: number, silentMs: number): Members => {
  const seen = new Map<string, number>()
  let known = ''
  let division: readonly string[] = []
  const present = (nowMs: number): readonly string[] => {
    for (const [node, at] of seen) if (nowMs - at > silentMs) seen.delete(node)
    return [...seen.keys()].toSorted()
  }
  return {
    heard: (node, leaving, nowMs) => {
      if (leaving) seen.delete(node)
      else seen.set(node, nowMs)
    },
    owns: (node, shard, nowMs) => {
      const nodes = present(nowMs)
      const key = nodes.join(' ')
      if (key !== known) {
        known = key
        division = divide(nodes, shards)
      }
      return division[shard] === node
    },
    present,
  }
}
