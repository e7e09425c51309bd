/** Grouping rows by a key, in the order in which keys and rows come. */
export const groupBy = <T, K>(rows: readonly T[], key: (row: T) => K): ReadonlyMap<K, readonly T[]> => {
  const groups = new Map<K, T[]>()
  for (const row of rows) {
    const group = groups.get(key(row))
    if (group === undefined) groups.set(key(row), [row])
    else group.push(row)
  }
  return groups
}
