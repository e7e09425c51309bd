/**
 * One text for one JSON value (RFC 8785, JSON Canonicalization Scheme): members sorted by UTF-16 code units, no spaces,
 * numbers and texts as ECMAScript writes them. Two parties that agree on a value agree on its bytes.
 */

/**
 * Gives the canonical text of a JSON value. Members that are `undefined` are left out, as `JSON.stringify` does.
 * Throws a TypeError on what JSON cannot hold (NaN, functions, bigint) and on texts with half a surrogate pair.
 */
export const canonicalJson = (value: unknown): string => {
  switch (typeof value) {
    case 'string':
      if (/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/.test(value))
        throw new TypeError('a text with half a surrogate pair has no canonical form')
      return JSON.stringify(value)
    case 'number':
      if (!Number.isFinite(value)) throw new TypeError(`${value} has no canonical form`)
      return JSON.stringify(value)
    case 'boolean':
      return value ? 'true' : 'false'
    case 'object': {
      if (value === null) return 'null'
      if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
      const members = Object.entries(value as Record<string, unknown>)
        .filter(([, member]) => member !== undefined)
        .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
        .map(([name, member]) => `${canonicalJson(name)}:${canonicalJson(member)}`)
      return `{${members.join(',')}}`
    }
    default:
      throw new TypeError(`a value of type ${typeof value} has no canonical form`)
  }
}
