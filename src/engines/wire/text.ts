/** Text of devices: GB18030 (which includes GB 2312 and GBK) or UTF-8, often declared wrongly or not at all. */
import iconv from 'iconv-lite'

const strictUtf8 = new TextDecoder('utf-8', { fatal: true })

const utf8OrNull = (bytes: Uint8Array): string | null => {
  try {
    return strictUtf8.decode(bytes)
  } catch {
    return null
  }
}

/**
 * Gives the text of bytes; never throws. Bytes that are valid UTF-8 and hold a character of three bytes or more (every Chinese
 * one) are UTF-8 whatever was declared, because Chinese text in GB18030 hardly ever happens to be valid UTF-8; anything else
 * that is not plain ASCII is GB18030, unless UTF-8 was declared and fits.
 */
export const decodeText = (bytes: Uint8Array, declared?: string): string => {
  const utf8 = utf8OrNull(bytes)
  if (utf8 !== null) {
    if (utf8.length === bytes.length || /[\u0800-\uffff]/.test(utf8)) return utf8
    if (declared !== undefined && /utf-?8/i.test(declared)) return utf8
  }
  return iconv.decode(bytes, 'gb18030')
}

/** Writes text as GB18030, the character set of GB/T 28181. */
export const encodeGb18030 = (text: string): Uint8Array => iconv.encode(text, 'gb18030')
