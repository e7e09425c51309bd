// Small pieces shared by the commands of package.json. Plain JavaScript: they run before anything is installed or built.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..')
export const inRoot = (...parts) => path.join(root, ...parts)

/** Runs a command in the project's root and gives its exit code; output goes to the terminal. */
export const run = (command, args, options = {}) =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', ...options })
    child.once('error', reject)
    child.once('exit', (code, signal) => resolve(code ?? (signal === null ? 1 : 128)))
  })

/** Runs a command and stops the whole program with its exit code if it fails. */
export const must = async (command, args, options = {}) => {
  const code = await run(command, args, options)
  if (code !== 0) {
    process.stderr.write(`失败 failed (${code}): ${command} ${args.join(' ')}\n`)
    process.exit(code)
  }
}

/** Path of a program installed by npm; run with the current Node. */
export const bin = (name) => inRoot('node_modules', '.bin', process.platform === 'win32' ? `${name}.cmd` : name)

export const requireNode = () => {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return
  process.stderr.write(
    `需要 Node.js 20.19 或更新版本,当前为 ${process.versions.node}。Please install Node.js 20.19 or newer.\n`,
  )
  process.exit(1)
}

const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
const digest = (text) => createHash('sha256').update(text).digest('hex')

/** Installs the packages of package-lock.json unless exactly these are installed already. */
export const ensureInstalled = async () => {
  requireNode()
  const wanted = digest(fs.readFileSync(inRoot('package-lock.json'), 'utf8'))
  const stamp = inRoot('node_modules', '.mingzhu-installed')
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === wanted) return
  process.stdout.write('正在安装依赖 installing packages …\n')
  await must(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'])
  fs.writeFileSync(stamp, wanted)
}

const walk = function* (folder) {
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const full = path.join(folder, entry.name)
    if (entry.isDirectory()) yield* walk(full)
    else yield full
  }
}

/** A digest over everything the build reads. */
export const sourceDigest = () => {
  const hash = createHash('sha256')
  const files = [
    'package-lock.json',
    'tsconfig.base.json',
    'tsconfig.server.json',
    'tsconfig.web.json',
    'vite.config.ts',
    'vite.site.config.ts',
  ]
    .map((name) => inRoot(name))
    .filter((file) => fs.existsSync(file))
  for (const folder of ['src', 'bench', 'tools', 'tests/support']) files.push(...walk(inRoot(folder)))
  for (const file of files.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)))
    hash.update(path.relative(root, file)).update('\0').update(fs.readFileSync(file)).update('\0')
  return hash.digest('hex')
}

/** Builds unless dist/ was built from exactly these sources. */
export const ensureBuilt = async () => {
  const wanted = sourceDigest()
  const stamp = inRoot('dist', '.mingzhu-built')
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === wanted) return
  process.stdout.write('正在构建 building …\n')
  fs.rmSync(stamp, { force: true })
  await build()
  fs.writeFileSync(stamp, wanted)
}

const copyAssets = () => {
  for (const file of walk(inRoot('src'))) {
    if (!/\.(sql|css|svg|json)$/.test(file)) continue
    const target = inRoot('dist', 'server', path.relative(root, file))
    fs.mkdirSync(path.dirname(target), { recursive: true })
    fs.copyFileSync(file, target)
  }
}

/** Compiles the server and bundles the two faces. */
export const build = async () => {
  fs.rmSync(inRoot('dist', 'server'), { recursive: true, force: true })
  fs.rmSync(inRoot('dist', 'server.tsbuildinfo'), { force: true })
  await must(bin('tsc'), ['-p', 'tsconfig.server.json'])
  copyAssets()
  if (fs.existsSync(inRoot('src', 'desk', 'index.html'))) await must(bin('vite'), ['build', '--logLevel', 'warn'])
  if (fs.existsSync(inRoot('src', 'site', 'enhance')))
    await must(bin('vite'), ['build', '--config', 'vite.site.config.ts', '--logLevel', 'warn'])
}
