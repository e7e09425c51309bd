/** Quotation marks of a finished Chinese text: what is put into a place between “ ” may hold marks of its own. */

/**
 * Turns marks that stand within others into ‘ ’ and, one deeper, into “ ” again (GB/T 15834). A text whose marks are not in
 * pairs stays as it is.
 */
export const nestedQuotes = (text: string): string => {
  let depth = 0
  let nested = ''
  for (const sign of text) {
    if (sign === '”') depth -= 1
    if (depth < 0) return text
    if (sign === '“') nested += depth % 2 === 0 ? '“' : '‘'
    else if (sign === '”') nested += depth % 2 === 0 ? '”' : '’'
    else nested += sign
    if (sign === '“') depth += 1
  }
  return depth === 0 ? nested : text
}
