/**
 * The seed of the one history that is different in every run. `MODEL_SEED=123` repeats a run that failed: the seed stands
 * in its message.
 */
const givenSeed = (): number | null => {
  const text = process.env['MODEL_SEED'] ?? ''
  return /^-?\d+$/.test(text) ? Number(text) : null
}
/** The given seed, or one that nobody chose. */
export const changingSeed = (random: () => number = Math.random): number =>
  givenSeed() ?? Math.floor(random() * 2 ** 31)
