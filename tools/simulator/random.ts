/**
 * Chance from a seed. Every figure depends only on the seed, a name and a moment, never on how often it was asked: the same
 * district lives the same day whatever the order and pace of its reports.
 */

/** Hash of a text (FNV-1a with a final mix), 32 bits. */
export const hashOf = (text: string): number => {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
/** 0 <= x < 1. */
export const chance = (seed: number, name: string, n = 0): number => hashOf(`${seed}/${name}/${n}`) / 4_294_967_296

/** -1 <= x <= 1, moving smoothly: independent figures every `everyMs`, with an even way between them. */
export const wander = (seed: number, name: string, ms: number, everyMs: number): number => {
  const place = ms / everyMs
  const from = Math.floor(place)
  const part = place - from
  const [a, b] = [chance(seed, name, from), chance(seed, name, from + 1)]
  return 2 * (a + (b - a) * part * part * (3 - 2 * part)) - 1
}
/** About normal: mean 0, deviation 1. */
export const normal = (seed: number, name: string, n: number): number => {
  let sum = 0
  for (let part = 0; part < 6; part += 1) sum += chance(seed, `${name}.${part}`, n)
  return (sum - 3) * Math.SQRT2
}
export const between = (from: number, to: number, part: number): number => from + (to - from) * part
export const rounded = (value: number, decimals: number): number => Number(value.toFixed(decimals))
