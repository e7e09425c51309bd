/** `npm ci` refuses a lock file that lacks a platform's optional package, even on machines that never install it. */
import fs from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'

interface Locked {
  readonly version?: string
  readonly resolved?: string
  readonly integrity?: string
  readonly optional?: boolean
  readonly optionalDependencies?: Readonly<Record<string, string>>
}
const lock = JSON.parse(fs.readFileSync(path.resolve(import.meta.dirname, '../package-lock.json'), 'utf8')) as {
  readonly packages: Readonly<Record<string, Locked>>
}
const entries = Object.entries(lock.packages)

const isLocked = (from: string, name: string): boolean => {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    if (lock.packages[`${folder === '' ? '' : `${folder}/`}node_modules/${name}`] !== undefined) return true
    if (folder === '') return false
  }
}

it('locks the optional packages of every platform', () => {
  const missing = entries.flatMap(([from, each]) =>
    Object.keys(each.optionalDependencies ?? {}).filter((name) => !isLocked(from, name)),
  )
  expect(entries.length).toBeGreaterThan(300)
  expect(missing).toEqual([])
})
it('names no registry, and the content of everything that this platform installs', () => {
  expect(entries.filter(([, each]) => each.resolved !== undefined)).toEqual([])
  const unsealed = entries.filter(
    ([name, each]) => name !== '' && each.optional !== true && each.integrity === undefined,
  )
  expect(unsealed.map(([name]) => name)).toEqual([])
})
