/** Money in whole fen (分): a safe integer, never a fraction. */
import { z } from 'zod'

declare const fenBrand: unique symbol
export type Fen = number & { readonly [fenBrand]: true }

export const fenSchema = z
  .number()
  .int()
  .min(-Number.MAX_SAFE_INTEGER)
  .max(Number.MAX_SAFE_INTEGER)
  .transform((value) => value as Fen)
export const fen = (value: number): Fen => {
  if (!Number.isSafeInteger(value)) throw new RangeError(`not whole fen: ${value}`)
  return value as Fen
}
/** Gives fen of an amount in 万元, rounded to the nearest fen. */
export const fenOfWan = (wan: number): Fen => fen(Math.round(wan * 1_000_000))
export const wanOf = (amount: Fen): number => amount / 1_000_000
/** Shows an amount in yuan with two decimals and thousands separators. */
export const yuanText = (amount: Fen): string => {
  const [whole, part] = (Math.abs(amount) / 100).toFixed(2).split('.')
  return `${amount < 0 ? '-' : ''}${(whole ?? '').replace(/\B(?=(\d{3})+$)/g, ',')}.${part}`
}
/** Splits an amount by weights into parts that add up to it exactly; the largest remainders get the odd fen. */
export const allocate = (amount: Fen, weights: readonly number[]): readonly Fen[] => {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  if (!(total > 0) || weights.some((weight) => weight < 0)) throw new RangeError('weights must be positive in sum')
  const exact = weights.map((weight) => (amount * weight) / total)
  const floors = exact.map(Math.floor)
  let rest = amount - floors.reduce((sum, part) => sum + part, 0)
  const order = exact.map((value, index) => ({ index, fraction: value - Math.floor(value) }))
  order.sort((a, b) => b.fraction - a.fraction || a.index - b.index)
  for (const { index } of order) {
    if (rest <= 0) break
    floors[index] = (floors[index] ?? 0) + 1
    rest -= 1
  }
  return floors.map(fen)
}
