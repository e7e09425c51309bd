import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { breakLines } from './line-breaking.ts'

const measure = (text: string): number =>
  Array.from(text).reduce((sum, char) => sum + (char.charCodeAt(0) < 256 ? 0.5 : 1), 0)
const texts = (text: string, width: number): readonly string[] =>
  breakLines(text, width, measure).map((line) => line.text)

describe('line breaking', () => {
  it('a closing mark goes to the next line with the character before it', () => {
    expect(texts('甲乙丙丁。戊', 4)).toEqual(['甲乙丙', '丁。戊'])
    for (const mark of '\uff0c\uff1b\uff1a\uff01\uff1f\uff09') expect(texts(`甲乙丙丁${mark}戊`, 4)[0]).toBe('甲乙丙')
  })
  it('an opening mark goes to the next line with what it opens', () => {
    expect(texts('甲乙丙《丁戊》', 4)).toEqual(['甲乙丙', '《丁戊》'])
    expect(texts('甲乙丙\uff08丁戊', 4)).toEqual(['甲乙丙', '\uff08丁戊'])
  })
  it('a word or number is kept whole, and cut only when longer than a line', () => {
    expect(texts('面积12,345.67平方米', 5)).toEqual(['面积', '12,345.67', '平方米'])
    expect(texts('abcdefghij', 2)).toEqual(['abcd', 'efgh', 'ij'])
  })
  it('a line feed ends a paragraph, whose first line leaves room for the indent', () => {
    const lines = breakLines('甲乙丙丁戊\n己', 4, measure, 2)
    expect(lines).toEqual([
      { text: '甲乙', last: false },
      { text: '丙丁戊', last: true },
      { text: '己', last: true },
    ])
  })
  it('every character but spaces is kept in order, and no line is wider than the column', () => {
    const alphabet = fc.constantFrom(...'甲乙丙丁,。《》()ab1 2.%'.split(''))
    fc.assert(
      fc.property(fc.array(alphabet, { maxLength: 200 }), fc.integer({ min: 2, max: 30 }), (chars, width) => {
        const lines = texts(chars.join(''), width)
        expect(lines.join('').replace(/ /g, '')).toBe(chars.join('').replace(/ /g, ''))
        for (const line of lines) expect(measure(line)).toBeLessThanOrEqual(width)
      }),
    )
  })
})
