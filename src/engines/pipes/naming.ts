/** The identity of a line in its network: class, both point numbers in order, and a count where lines lie double. */
export const lineId = (code: string, one: string, other: string, count = 1): string =>
  `${code}:${one < other ? `${one}~${other}` : `${other}~${one}`}${count === 1 ? '' : `#${count}`}`
