/** The laws of docs/architecture.md, read off the source text. */
import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'

const root = path.resolve(import.meta.dirname, '..')
const src = path.join(root, 'src')

const walk = (folder: string): string[] =>
  fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const full = path.join(folder, entry.name)
    return entry.isDirectory() ? walk(full) : [full]
  })
const sources = walk(src).filter((file) => /\.tsx?$/.test(file))
const isTest = (file: string): boolean => /\.test\.tsx?$/.test(file)
const product = sources.filter((file) => !isTest(file))
const name = (file: string): string => path.relative(src, file).split(path.sep).join('/')

interface Import {
  readonly from: string
  readonly to: string
  readonly isPackage: boolean
  readonly typeOnly: boolean
}
const importsOf = (file: string): Import[] => {
  const text = fs.readFileSync(file, 'utf8')
  const found: Import[] = []
  for (const match of text.matchAll(
    /^\s*(?:import|export)\s(type\s)?[^'";]*?from\s+'([^']+)'|^\s*import\s+'([^']+)'|\bimport\('([^']+)'\)/gm,
  )) {
    const target = match[2] ?? match[3] ?? match[4]
    if (target === undefined) continue
    const isPackage = !target.startsWith('.')
    found.push({
      from: name(file),
      to: isPackage ? target : name(path.resolve(path.dirname(file), target)),
      isPackage,
      typeOnly: match[1] !== undefined,
    })
  }
  return found
}
const imports = product.flatMap(importsOf)

/** The capabilities in the order of their dependence: one may read only those before it. */
const order = [
  'people',
  'projects',
  'catalogue',
  'approvals',
  'completion',
  'messages',
  'liaison',
  'monitoring',
  'video',
  'supervision',
  'bim',
  'siting',
  'participation',
  'oversight',
  'opendays',
  'workforce',
  'appraisal',
  'innovation',
  'insight',
  'exchange',
]
const ring = (file: string): string => file.split('/')[0] ?? ''
const capability = (file: string): string | undefined =>
  ring(file) === 'capabilities' ? file.split('/')[1] : undefined
const part = (file: string): string => file.split('/').slice(2).join('/')
const inFolder = (file: string, folder: string): boolean => part(file).startsWith(`${folder}/`)
const isPure = (file: string): boolean =>
  capability(file) !== undefined && /^(contract|model|policy)(\.ts|\/)/.test(part(file))
const isDesk = (file: string): boolean =>
  ring(file) === 'desk' || (capability(file) !== undefined && inFolder(file, 'desk'))
const isSite = (file: string): boolean =>
  ring(file) === 'site' || (capability(file) !== undefined && inFolder(file, 'site'))

const breaches = (broken: (link: Import) => boolean): string[] =>
  imports.filter(broken).map((link) => `${link.from} -> ${link.to}`)

describe('the laws of the architecture', () => {
  it('finds imports to check, so that a silent pass is impossible', () => {
    expect(imports.length).toBeGreaterThan(200)
    expect(imports.some((link) => link.from.startsWith('capabilities/') && link.to.startsWith('kernel/'))).toBe(true)
    expect(imports.some((link) => link.isPackage && link.to === 'zod')).toBe(true)
  })
  it('knows every capability', () => {
    const folders = fs.readdirSync(path.join(src, 'capabilities'))
    expect(folders.filter((folder) => !order.includes(folder))).toEqual([])
  })
  it('lets the kernel import only itself and zod', () => {
    expect(
      breaches(
        (link) => ring(link.from) === 'kernel' && !(link.isPackage ? link.to === 'zod' : ring(link.to) === 'kernel'),
      ),
    ).toEqual([])
  })
  it('lets engines import only kernel, engines and pure packages', () => {
    const impure = /^(node:(?!crypto)|pg$|kysely|fastify|react|pino|@fastify)/
    expect(
      breaches(
        (link) =>
          ring(link.from) === 'engines' &&
          (link.isPackage ? impure.test(link.to) : !['kernel', 'engines'].includes(ring(link.to))),
      ),
    ).toEqual([])
  })
  it('keeps the platform free of the product', () => {
    expect(
      breaches(
        (link) =>
          ring(link.from) === 'platform' &&
          !link.isPackage &&
          !['kernel', 'engines', 'platform'].includes(ring(link.to)),
      ),
    ).toEqual([])
  })
  it('keeps contract, model and policy pure', () => {
    const impure = /^(node:|pg$|kysely|fastify|react|pino|@fastify|antd)/
    expect(
      breaches(
        (link) =>
          isPure(link.from) &&
          !link.typeOnly &&
          (link.isPackage
            ? impure.test(link.to)
            : !(ring(link.to) === 'kernel' || ring(link.to) === 'engines' || isPure(link.to))),
      ),
    ).toEqual([])
  })
  it('lets a capability see another only through its contract, and only one before it', () => {
    const index = (file: string): number => order.indexOf(capability(file) ?? '')
    expect(
      breaches((link) => {
        if (link.isPackage || capability(link.from) === undefined || capability(link.to) === undefined) return false
        if (capability(link.from) === capability(link.to)) return false
        const pureForFaces =
          isDesk(link.from) || isSite(link.from)
            ? isPure(link.to)
            : part(link.to) === 'contract.ts' || part(link.to).startsWith('contract/')
        return !pureForFaces || index(link.to) >= index(link.from)
      }),
    ).toEqual([])
  })
  it('names only its own tables in a store', () => {
    const foreign: string[] = []
    for (const file of product.filter((each) => capability(name(each)) !== undefined)) {
      const own = capability(name(file))
      const text = fs.readFileSync(file, 'utf8')
      for (const other of order)
        if (
          other !== own &&
          new RegExp(`(?:from|into|update|join|table)\\s*\\(?\\s*['"\`]?${other}\\.[a-z_]+`, 'i').test(text) &&
          !isDesk(name(file))
        )
          foreign.push(`${name(file)} names ${other}.*`)
    }
    expect(foreign).toEqual([])
  })
  it('writes SQL only in stores', () => {
    const offenders = product
      .filter((file) => capability(name(file)) !== undefined && !/^store(\.ts|\/)/.test(part(name(file))))
      .filter((file) => /\.(selectFrom|insertInto|updateTable|deleteFrom)\(|\bsql`/.test(fs.readFileSync(file, 'utf8')))
    expect(offenders.map(name)).toEqual([])
  })
  it('lets the desk reach only kernel, contracts, models, policies and its shell', () => {
    expect(
      breaches(
        (link) =>
          isDesk(link.from) &&
          !link.isPackage &&
          !(ring(link.to) === 'kernel' || isPure(link.to) || isDesk(link.to) || ring(link.to) === 'engines'),
      ),
    ).toEqual([])
  })
  it('lets the site reach only kernel, pure parts, platform interfaces and its shell', () => {
    expect(
      breaches(
        (link) =>
          isSite(link.from) &&
          !link.isPackage &&
          !(
            ring(link.to) === 'kernel' ||
            ring(link.to) === 'engines' ||
            isPure(link.to) ||
            isSite(link.to) ||
            link.to === 'platform/platform.ts'
          ),
      ),
    ).toEqual([])
  })
  it('has no import cycle', () => {
    const graph = new Map<string, string[]>()
    for (const link of imports)
      if (!link.isPackage && !link.typeOnly) graph.set(link.from, [...(graph.get(link.from) ?? []), link.to])
    const state = new Map<string, 'open' | 'done'>()
    const cycles: string[] = []
    const visit = (file: string, trail: readonly string[]): void => {
      if (state.get(file) === 'done') return
      if (state.get(file) === 'open') {
        cycles.push([...trail.slice(trail.indexOf(file)), file].join(' -> '))
        return
      }
      state.set(file, 'open')
      for (const next of graph.get(file) ?? []) visit(next, [...trail, file])
      state.set(file, 'done')
    }
    for (const file of graph.keys()) visit(file, [])
    expect(cycles).toEqual([])
  })
  it('reads clock, randomness, environment and console only in the platform', () => {
    const forbidden = /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bprocess\.env\b|\bconsole\.|\bcrypto\.random/
    const offenders = product
      .filter(
        (file) =>
          !['platform', 'server'].includes(ring(name(file))) &&
          !isDesk(name(file)) &&
          !name(file).startsWith('site/enhance/'),
      )
      .filter((file) => forbidden.test(fs.readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')))
    expect(offenders.map(name)).toEqual([])
  })
})
