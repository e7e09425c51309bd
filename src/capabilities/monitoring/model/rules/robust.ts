/** Median and median absolute deviation: an outlier moves neither. */

/** 0.75 quantile of the normal distribution: makes MAD comparable with a standard deviation. */
const NORMAL = 0.6745

const middle = (sorted: readonly number[]): number => {
  const half = sorted.length >> 1
  const upper = sorted[half] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? Number.NaN) + upper) / 2
}
/** NaN of nothing. */
export const median = (values: readonly number[]): number => middle([...values].sort((a, b) => a - b))
export interface Usual {
  readonly median: number
  /** Median absolute deviation. */
  readonly deviation: number
}
export const usualOf = (values: readonly number[]): Usual => {
  const center = median(values)
  return { median: center, deviation: median(values.map((value) => Math.abs(value - center))) }
}
/** How many robust deviations a value lies above the median; a deviation below `least` counts as `least`. */
export const robustScore = (value: number, usual: Usual, least: number): number =>
  (NORMAL * (value - usual.median)) / Math.max(usual.deviation, least)
