import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isRefused } from '../../kernel/refusal.ts'
import { isDateTime } from './said.ts'
import { isSayable, node, parseXml, xmlBytes } from './xml.ts'

const read = (text: string) => parseXml('markup.bcf', text)
const refused = (text: string): string => {
  try {
    read(text)
  } catch (error) {
    if (isRefused(error)) return error.refusal.sentence.zh
    throw error
  }
  return ''
}

describe('XML', () => {
  test('gives back every text that XML can hold, in elements and attributes, signs and ends of lines alike', () => {
    const text = fc.string({ unit: 'binary', minLength: 1 }).filter(isSayable)
    fc.assert(
      fc.property(text, text, (inside, value) => {
        const root = read(new TextDecoder().decode(xmlBytes(node('A', inside, { b: value }))))
        expect([root.text, root.attributes.get('b')]).toEqual([inside, value])
      }),
      { seed: 2, numRuns: 500 },
    )
  })
  test('reads references, CDATA, comments and prefixes as XML defines them', () => {
    const root = read(
      '\ufeff<?xml version="1.0"?><!-- x --><n:A xmlns:n="u" xsi:y="1" n:b=" 1\t&#10;&#x4e2d;"><![CDATA[<&amp;]]>&lt;<!-- c -->&unknown;</n:A>',
    )
    expect([root.name, root.text]).toEqual(['A', '<&amp;<&unknown;'])
    expect([...root.attributes]).toEqual([['b', ' 1 \n中']])
  })
  test('refuses document types, so that no entity can grow or reach out', () => {
    const laughs = '<!DOCTYPE A [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><A>&b;</A>'
    expect(refused(laughs)).toContain('DOCTYPE')
    expect(refused(`<?xml version="1.0"?> <!-- x --> ${laughs}`)).toContain('DOCTYPE')
    expect(refused('<A><![CDATA[<!DOCTYPE x>]]></A>')).toBe('')
  })
  test('refuses what nests deeper than any BCF file', () => {
    expect(refused('<a>'.repeat(20) + '</a>'.repeat(20))).toBe('')
    expect(refused('<a>'.repeat(5_000) + '</a>'.repeat(5_000))).toContain('嵌套过深')
  })
  test.each([
    '',
    'text',
    '<A>',
    '<A></B>',
    '<A/><B/>',
    '<A b="1" b="2"/>',
    '<A b=1/>',
    '<A>&</A>',
    '<__proto__/>',
    '<A __proto__="1"/>',
  ])('refuses %j', (text) => {
    expect(refused(text)).toMatch(/markup\.bcf.*请/)
  })
  test('refuses or reads any text, and never fails', () => {
    const piece = fc.constantFrom(
      '<A>',
      '</A>',
      '<',
      '>',
      '&',
      ';',
      '&#',
      '"',
      "='",
      '<!--',
      '-->',
      '<![CDATA[',
      ']]>',
      '<?',
      '?>',
      '<!',
      'x',
      '#text',
      ':@',
      '/>',
      ' ',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
        refused(pieces.join(''))
        refused(`<A>${pieces.join('')}</A>`)
      }),
      { seed: 9, numRuns: 2_000 },
    )
  })
})

test('a moment of xs:dateTime is a real day and time, with or without a zone', () => {
  for (const good of [
    '2024-02-29T00:00:00',
    '2026-03-02T09:30:00.5+08:00',
    '1999-12-31T23:59:59Z',
    '2026-01-01T00:00:00-14:00',
  ])
    expect([good, isDateTime(good)]).toEqual([good, true])
  for (const bad of [
    '2026-02-29T00:00:00Z',
    '2026-03-02',
    '2026-13-01T00:00:00Z',
    '2026-03-02T24:00:00Z',
    '2026-03-02T09:60:00Z',
    '2026-03-02T09:30:00+15:00',
    '0000-01-01T00:00:00Z',
    'now',
  ])
    expect([bad, isDateTime(bad)]).toEqual([bad, false])
})
