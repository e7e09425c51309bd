/**
 * Checks the grammar of STEP text, byte by byte, before the reader sees it: what breaks the grammar is refused with its line,
 * for the reader itself may loop on it for ever. Says how many entities there are, so that none can be lost unnoticed.
 */
import { broken } from './refusals.ts'

const CODES = { tab: 9, feed: 10, return: 13, space: 32, quote: 39, open: 40, close: 41, star: 42, slash: 47 } as const
const [DOUBLE, HASH, SEMICOLON, EQUALS] = [34, 35, 59, 61]

/** Letters, digits and the signs that may stand outside strings. */
const PLAIN = new Uint8Array(256)
for (const letter of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_$*.,()+-=;#!@&')
  PLAIN[letter.charCodeAt(0)] = 1
const WORD = new Uint8Array(256)
for (const letter of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-') WORD[letter.charCodeAt(0)] = 1

/** Deeper nesting than any schema knows. */
const MOST_DEPTH = 64

export interface Scan {
  /** Entities in the data sections. */
  readonly entities: number
  readonly greatest: number
}

/** Refuses text that breaks the grammar, two entities of one number, and numbers too great for the reader. */
export const scanStep = (bytes: Uint8Array): Scan => {
  let at = 0
  let line = 1
  const fail = (what: string): never => {
    throw broken({ detail: `第 ${line} 行:${what}` })
  }
  /** Spaces and comments. */
  const skip = (): void => {
    for (; at < bytes.length; at += 1) {
      const byte = bytes[at]
      if (byte === CODES.feed) line += 1
      else if (byte === CODES.slash && bytes[at + 1] === CODES.star) {
        const begin = line
        for (at += 2; bytes[at] !== CODES.star || bytes[at + 1] !== CODES.slash; at += 1) {
          if (at >= bytes.length) throw broken({ detail: `第 ${begin} 行:注释没有结尾` })
          if (bytes[at] === CODES.feed) line += 1
        }
        at += 1
      } else if (byte !== CODES.space && byte !== CODES.tab && byte !== CODES.return) return
    }
  }
  const string = (end: number): void => {
    const begin = line
    for (at += 1; at < bytes.length; at += 1) {
      const byte = bytes[at]
      if (byte === CODES.feed) line += 1
      if (byte === 0) fail('文字中有空字节')
      if (byte !== end) continue
      if (bytes[at + 1] !== end) {
        at += 1
        return
      }
      at += 1
    }
    throw broken({ detail: `第 ${begin} 行:引号没有配对` })
  }
  const word = (): string => {
    const from = at
    while (at < bytes.length && WORD[bytes[at] ?? 0] === 1 && at - from < 200) at += 1
    return String.fromCharCode(...bytes.subarray(from, at))
  }
  /** Everything up to and with the next semicolon outside strings; brackets must match. */
  const statement = (): void => {
    let depth = 0
    for (;;) {
      skip()
      if (at >= bytes.length) fail('语句没有结尾')
      const byte = bytes[at] ?? 0
      if (byte === CODES.quote || byte === DOUBLE) {
        string(byte)
        continue
      }
      if (PLAIN[byte] !== 1) fail(`有不该出现的字符(0x${byte.toString(16)})`)
      at += 1
      if (byte === CODES.open) {
        depth += 1
        if (depth > MOST_DEPTH) fail('括号嵌套过深')
      } else if (byte === CODES.close) {
        depth -= 1
        if (depth < 0) fail('括号没有配对')
      } else if (byte === EQUALS) fail('缺少分号')
      else if (byte === SEMICOLON) {
        if (depth !== 0) fail('括号没有配对')
        return
      }
    }
  }
  const numbers = new Set<number>()
  let greatest = 0
  const entity = (): void => {
    at += 1
    const from = at
    let number = 0
    for (; (bytes[at] ?? 0) >= 48 && (bytes[at] ?? 0) <= 57; at += 1) number = number * 10 + (bytes[at] ?? 0) - 48
    if (at === from || number === 0 || number > 0x7fff_ffff) fail('编号不合规定')
    if (numbers.has(number)) fail(`编号 #${number} 重复`)
    numbers.add(number)
    if (number > greatest) greatest = number
    skip()
    if (bytes[at] !== EQUALS) fail(`#${number} 后缺少等号`)
    at += 1
    skip()
    if (bytes[at] !== CODES.open && !/^!?[A-Z]/i.test(word())) fail(`#${number} 缺少实体名称`)
    skip()
    if (bytes[at] !== CODES.open) fail(`#${number} 缺少括号`)
    statement()
  }
  // A byte order mark is not part of the text.
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) at = 3
  let inData = false
  for (;;) {
    skip()
    if (at >= bytes.length) fail('缺少结尾')
    if (bytes[at] === HASH) {
      if (!inData) fail('实体不在 DATA 段内')
      entity()
      continue
    }
    const name = word().toUpperCase()
    if (name === 'DATA') inData = true
    else if (name === 'ENDSEC') inData = false
    else if (name === '' || inData) fail('有不该出现的内容')
    statement()
    if (name === 'END-ISO-10303-21') return { entities: numbers.size, greatest }
  }
}
