import { parse } from 'node:querystring'
import { expect, test } from 'vitest'
import { unstorableText } from './unstorable.ts'

test.each([
  [{ body: { name: 'a\u0000b' } }, 'body.name'],
  [{ body: { list: ['x', { deep: '\ud800' }] } }, 'body.list.1.deep'],
  [{ query: { text: '\udc00x' } }, 'query.text'],
  [{ body: { 'na\u0000me': 1 } }, 'body'],
  [{ body: { name: '明筑 😀 \u0007', n: 1, nothing: null } }, null],
  [{ body: new Date(0), raw: Buffer.from([0]) }, null],
  [{ query: parse('text=%00') }, 'query.text'],
  [undefined, null],
])('%j holds text that cannot be stored at %s', (input, path) => {
  expect(unstorableText(input)).toBe(path)
})
test('nesting of any depth is looked through', () => {
  let deep: unknown = '\u0000'
  for (let level = 0; level < 5_000; level += 1) deep = [deep]
  expect(unstorableText({ body: deep })).toMatch(/^body(\.0){5000}$/)
})
