/**
 * Puts back into `package-lock.json` what an installation from an incomplete mirror left out: the entries of other
 * platforms' optional packages (docs/decisions/0003), as the last committed lock file had them. Run it after a change of
 * dependencies: `node tools/lock.mjs`.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'

const before = JSON.parse(
  execFileSync('git', ['show', 'HEAD:package-lock.json'], { encoding: 'utf8', maxBuffer: 1 << 28 }),
)
const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'))
const wanted = new Map()
for (const entry of Object.values(lock.packages))
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) wanted.set(name, version)

const restored = []
for (const [path, entry] of Object.entries(before.packages)) {
  if (lock.packages[path] !== undefined || !entry.optional) continue
  const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
  if (wanted.get(name) === undefined) continue
  lock.packages[path] = entry
  restored.push(`${name}@${entry.version}`)
}
for (const entry of Object.values(lock.packages)) delete entry.resolved
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
writeFileSync('package-lock.json', `${JSON.stringify(lock, null, 2)}\n`)
process.stdout.write(`${restored.length} entries put back\n`)
