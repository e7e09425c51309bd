/** The threat model names a test for every threat, and every named test exists. */
import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'

const root = path.resolve(import.meta.dirname, '../..')
const walk = (folder: string): readonly string[] =>
  fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const full = path.join(folder, entry.name)
    return entry.isDirectory() ? walk(full) : [full]
  })
/** Titles of all tests, read off the source text. */
const titles = (): ReadonlySet<string> => {
  const files = [...walk(path.join(root, 'src')), ...walk(path.join(root, 'tests'))].filter((file) =>
    /\.(test|spec)\.tsx?$/.test(file),
  )
  return new Set(
    files.flatMap((file) =>
      [...fs.readFileSync(file, 'utf8').matchAll(/\b(?:it|test)\(\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")/g)].map(
        (match) => (match[1] ?? match[2] ?? '').replace(/\\(.)/g, '$1'),
      ),
    ),
  )
}
interface Threat {
  readonly name: string
  readonly kind: string
  readonly test: string | null
}
const threatsIn = (text: string): readonly Threat[] => {
  const [, section = ''] = text.split('## Threats')
  const [table = ''] = section.split('\n## ')
  return table
    .split('\n')
    .filter((line) => /^\| \d /.test(line))
    .map((line) => {
      const [, name = '', kind = '', , test = ''] = line.split('|').map((cell) => cell.trim())
      return { name, kind, test: /^`(.+)`$/.exec(test)?.[1] ?? null }
    })
}
const threats = threatsIn(fs.readFileSync(path.join(root, 'docs/threat-model.md'), 'utf8'))
const missing = (list: readonly Threat[], known: ReadonlySet<string>): readonly string[] =>
  list.filter((threat) => threat.test === null || !known.has(threat.test)).map((threat) => threat.name)

describe('the threat model', () => {
  it('names for every threat a test that exists', () => {
    expect(threats.length).toBeGreaterThan(50)
    expect(missing(threats, titles())).toEqual([])
  })
  it('would be refused if it named a test that does not exist, or none', () => {
    const invented = [
      { name: 'a', kind: 'S', test: 'no test has this title' },
      { name: 'b', kind: 'S', test: null },
    ]
    expect(missing(invented, titles())).toEqual(['a', 'b'])
  })
  it('looks at every trust boundary and at every kind of threat', () => {
    const boundaries = new Set(threats.map((threat) => threat.name.charAt(0)))
    expect([...boundaries].sort()).toEqual(['1', '2', '3', '4', '5', '6', '7', '8'])
    expect(new Set(threats.map((threat) => threat.kind))).toEqual(new Set(['S', 'T', 'R', 'I', 'D', 'E']))
  })
})
