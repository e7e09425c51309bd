/**
 * Breaks text into lines by the Chinese rules (避头尾, JIS X 4051 and CLREQ 3.1.3): no line begins with a closing mark, none
 * ends with an opening one, a Latin word or a number is not cut unless it is longer than a line.
 */

/** Full-width marks by code point, since editors and keyboards like to turn them into their narrow twins. */
const WIDE_CLOSING = '\uff0c\uff0e\uff1a\uff1b\uff1f\uff01\uff09\uff3d\uff5d\uff05\uff5e'
const WIDE_OPENING = '\uff08\uff3b\uff5b\uffe5\uff04'
/** Marks that never begin a line. */
const NEVER_FIRST = new Set(`${WIDE_CLOSING}、。,.:;?!)》」』】〕〉]}〗〞’”…—·~%‰℃°²³々>/`)
/** Marks that never end a line. */
const NEVER_LAST = new Set(`${WIDE_OPENING}《「『【〔〈〖〝‘“¥$([{<№`)
const LATIN = /[A-Za-z0-9À-ɏ.,@#&_+\-=:/%'"]/

/** The smallest piece that must stay whole: one Chinese character, one Latin word, one run of spaces. */
const piecesOf = (text: string): readonly string[] => {
  const pieces: string[] = []
  for (const char of text) {
    const last = pieces.at(-1)
    if (last !== undefined && LATIN.test(char) && LATIN.test(last.at(-1) ?? '')) pieces[pieces.length - 1] = last + char
    else if (last !== undefined && char === ' ' && last.endsWith(' ')) pieces[pieces.length - 1] = last + char
    else pieces.push(char)
  }
  return pieces
}

/** Joins pieces that no line end may part. */
const unbreakable = (pieces: readonly string[]): readonly string[] => {
  const runs: string[] = []
  let open = false
  for (const piece of pieces) {
    const first = piece[0] ?? ''
    if (runs.length > 0 && (open || NEVER_FIRST.has(first))) runs[runs.length - 1] += piece
    else runs.push(piece)
    open = NEVER_LAST.has(piece.at(-1) ?? '')
  }
  return runs
}

const chopped = (run: string, width: number, measure: (text: string) => number): readonly string[] => {
  if (measure(run) <= width) return [run]
  const parts: string[] = []
  let part = ''
  for (const char of run) {
    if (part !== '' && measure(part + char) > width) {
      parts.push(part)
      part = ''
    }
    part += char
  }
  return part === '' ? parts : [...parts, part]
}

export interface Line {
  readonly text: string
  /** True on the last line of a paragraph: it is not stretched to the full width. */
  readonly last: boolean
}

/**
 * Gives the lines of a text in a column of a width, both in the unit of `measure`. A line feed ends a paragraph.
 * `firstIndent` is kept free at the start of each paragraph. Every character of the text but spaces at line ends is kept.
 */
export const breakLines = (
  text: string,
  width: number,
  measure: (text: string) => number,
  firstIndent = 0,
): readonly Line[] =>
  text.split('\n').flatMap((paragraph) => {
    const lines: string[] = []
    let line = ''
    const room = (): number => (lines.length === 0 ? width - firstIndent : width)
    for (const run of unbreakable(piecesOf(paragraph)))
      for (const part of chopped(run, room(), measure)) {
        if (line !== '' && measure((line + part).trimEnd()) > room()) {
          lines.push(line.trimEnd())
          line = part.trimStart()
        } else line += part
      }
    lines.push(line.trimEnd())
    return lines.map((content, index) => ({ text: content, last: index === lines.length - 1 }))
  })
