/** What somebody types as a number, with the full-width signs and the full stop of a Chinese keyboard too. */

const FULL_WIDTH = 0xfee0
const narrow = (text: string): string =>
  text
    .replaceAll(/[\uff01-\uff5e]/gu, (sign) => String.fromCharCode(sign.charCodeAt(0) - FULL_WIDTH))
    .replaceAll('。', '.')
const written = /^[-+]?(\d[\d,]*\.?\d*|\.\d+)(e[-+]?\d+)?$/i

/** Gives the digits that a text means, '' for an empty one, null for what is not a number. */
export const plainNumber = (text: string): string | null => {
  const plain = narrow(text).trim()
  if (plain === '') return ''
  return written.test(plain) ? plain.replaceAll(',', '').replace(/^\+/, '') : null
}
