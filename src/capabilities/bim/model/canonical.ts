/** JSON with sorted names: the same value gives the same text, wherever it was kept meanwhile. */
const sorted = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(sorted)
    : typeof value === 'object' && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .filter(([, each]) => each !== undefined)
            .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
            .map(([name, each]) => [name, sorted(each)]),
        )
      : value
export const canonical = (value: unknown): string => JSON.stringify(sorted(value))
