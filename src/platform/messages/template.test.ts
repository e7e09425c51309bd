import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { escapeHtml, oneLine, plainText, readTemplate, TemplateError } from './template.ts'

const read = (source: string, ...allowed: string[]) => readTemplate(source, allowed, '示例')

describe('a template', () => {
  it('puts facts into its places and leaves all other text as it is', () => {
    expect(read('“{name}”还剩{days}天', 'name', 'days').render({ name: '示例', days: 0 })).toBe('“示例”还剩0天')
    expect(read('{due}', 'due').render({ due: null })).toBe('—')
  })
  it('is refused when it names a place that does not exist, and says which there are', () => {
    expect(() => read('{secret}', 'name')).toThrow(TemplateError)
    expect(() => read('{secret}', 'name')).toThrow(/示例.*\{secret\}.*name/s)
  })
  it('is refused when a brace stands alone or a place is more than a name', () => {
    for (const broken of ['{name', 'name}', '{}', '{a.b}', '{a()}', '{{name}}', '{ name }', '{#if}', '${{x}'])
      expect(() => read(broken, 'name', 'a', 'x')).toThrow(TemplateError)
  })
  it('never reads what was put in as a template again', () => {
    expect(read('{a}', 'a', 'b').render({ a: '{b}', b: 'secret' })).toBe('{b}')
    expect(read('{a}', 'a').render({ a: '{constructor}' })).toBe('{constructor}')
  })
  it('reaches nothing that is not a fact of its own kind', () => {
    const facts = { name: { toString: () => 'run' } }
    expect(read('{name}', 'name').render(facts)).toBe('—')
    expect(read('{toString}', 'toString').render({})).toBe('—')
  })
  it('escapes all text where the message is HTML', () => {
    const html = read('{name} & co', 'name').render({ name: '<img src=x onerror="alert(1)">' }, escapeHtml)
    expect(html).toBe('&lt;img src=x onerror=&quot;alert(1)&quot;&gt; &amp; co')
  })
  it('leaves no sign of HTML in any text it escapes', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(read('{x}', 'x').render({ x: text }, escapeHtml)).not.toMatch(/[<>"']/)
      }),
    )
  })
})

describe('text of people', () => {
  it('cannot add a header: a subject is one line without controls, whatever it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const line = oneLine(text)
        expect(line).not.toMatch(/[\p{Cc}\u2028\u2029]/u)
        expect([...line].length).toBeLessThanOrEqual(200)
      }),
    )
    expect(oneLine('决定\r\nBcc: all@example.cn')).toBe('决定 Bcc: all@example.cn')
  })
  it('cannot turn the direction of writing or hide signs', () => {
    expect(plainText('a\u202Eb\u200Bc\u0000d\ne')).toBe('abcd\ne')
  })
})
