import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { byteQueue, indexOfBytes } from './byte-queue.ts'
import { decodeText, encodeGb18030 } from './text.ts'
import { deviceInstant, deviceLocalTime } from './time.ts'
import { childOf, escapeXml, numberIn, parseXml, textIn } from './xml.ts'

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)

describe('the queue of bytes', () => {
  test('holds exactly what was appended and not consumed', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.uint8Array({ maxLength: 3000 }), fc.nat({ max: 3000 })), { maxLength: 20 }),
        (steps) => {
          const queue = byteQueue()
          let model: number[] = []
          for (const [bytes, count] of steps) {
            queue.append(bytes)
            model = [...model, ...bytes]
            queue.consume(count)
            model = model.slice(count)
            expect(queue.length()).toBe(model.length)
            expect([...queue.view()]).toEqual(model)
          }
        },
      ),
      { seed: 1, numRuns: 60 },
    )
  })
  test('finds a run of bytes', () => {
    expect(indexOfBytes(utf8('abcabc'), utf8('ca'))).toBe(2)
    expect(indexOfBytes(utf8('abcabc'), utf8('bc'), 2)).toBe(4)
    expect(indexOfBytes(utf8('abc'), utf8('x'))).toBe(-1)
  })
})

describe('text of devices', () => {
  const names = ['1号塔吊', '江北嘴工地东门', '重庆市两江新区', '联通', '塔机作业人员未戴安全帽', '鱼嘴复盛㙓']
  test('is read as GB18030 or UTF-8 whatever was declared', () => {
    for (const name of names) {
      expect(decodeText(encodeGb18030(name))).toBe(name)
      expect(decodeText(encodeGb18030(name), 'UTF-8')).toBe(name)
      expect(decodeText(utf8(name), 'GB2312')).toBe(name)
    }
  })
  test('is never an exception', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => typeof decodeText(bytes) === 'string'))
  })
})

describe('XML of devices', () => {
  test('gives elements with text and attributes, names in any case', () => {
    const root = parseXml(
      utf8('<?xml version="1.0"?><ns:Notify a="1"><Name>a &amp; b &#x4e2d;</Name><info><N>-2.5</N></info></ns:Notify>'),
    )
    expect(root?.name).toBe('Notify')
    expect(root?.attributes).toEqual({ a: '1' })
    expect(textIn(root, 'name')).toBe('a & b 中')
    expect(numberIn(childOf(root, 'Info'), 'N')).toBe(-2.5)
    expect(numberIn(root, 'Name')).toBeNull()
  })
  test('is read in the character set it really has', () => {
    const text = '<?xml version="1.0" encoding="GB2312"?><a>塔机</a>'
    expect(parseXml(encodeGb18030(text))?.text).toBe('塔机')
    expect(parseXml(utf8(text))?.text).toBe('塔机')
    expect(parseXml(utf8(`\uFEFF${text}`))?.text).toBe('塔机')
  })
  test('is refused when it could expand, is too deep or too large', () => {
    expect(parseXml(utf8('<!DOCTYPE a [<!ENTITY x "yyyy">]><a>&x;</a>'))).toBeNull()
    expect(parseXml(utf8('<a>'.repeat(40)))).toBeNull()
    expect(parseXml(utf8(`<a>${'x'.repeat(300_000)}</a>`))).toBeNull()
    expect(parseXml(utf8('<a><__proto__>1</__proto__></a>'))).toBeNull()
    expect(parseXml(utf8('no xml'))).toBeNull()
  })
  test('escapes what it writes, so that it reads back', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), (text) => {
        const kept = escapeXml(text).length > 0 ? text.replace(/[^\x20-\x7e]/g, '').trim() : ''
        expect(parseXml(utf8(`<a>${escapeXml(kept)}</a>`))?.text).toBe(kept)
      }),
    )
  })
  test('is never an exception', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('<a>', '</a>', '<', '>', '&', '<![CDATA[', ']]>', '<?', '?>', '<!--', '"', 'x'), {
          maxLength: 30,
        }),
        (parts) => {
          parseXml(utf8(parts.join('')))
        },
      ),
    )
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void parseXml(bytes)))
  })
})

describe('times of devices', () => {
  test('without a zone are Asia/Shanghai', () => {
    expect(deviceInstant('2026-03-01T08:00:00')).toBe('2026-03-01T00:00:00.000Z')
    expect(deviceInstant('2026-03-01 08:00:00.5')).toBe('2026-03-01T00:00:00.500Z')
    expect(deviceInstant('2026-03-01T08:00:00+09:00')).toBe('2026-02-28T23:00:00.000Z')
    expect(deviceInstant('2026-03-01T08:00:00Z')).toBe('2026-03-01T08:00:00.000Z')
    expect(deviceLocalTime(Date.parse('2026-03-01T00:00:00.000Z'))).toBe('2026-03-01T08:00:00.000')
  })
  test('that do not exist are null', () => {
    for (const text of ['2026-02-30T00:00:00', '2026-03-01T25:00:00', 'now', '', null])
      expect(deviceInstant(text)).toBeNull()
  })
})
