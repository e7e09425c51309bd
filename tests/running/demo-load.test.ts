/** A first start loads the demo: it says how far it is, ends in order on a signal, and begins again when it was cut off. */
import { type ChildProcess, spawn } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { startServer } from '../support/running-server.ts'

const root = path.resolve(import.meta.dirname, '../..')
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'mingzhu-demo-'))
fs.chmodSync(folder, 0o755)
const children: ChildProcess[] = []
afterAll(() => {
  for (const child of children) child.kill('SIGKILL')
  fs.rmSync(folder, { recursive: true, force: true })
})

interface Loading {
  readonly child: ChildProcess
  readonly output: () => string
  /** Resolves once the output has the text. */
  readonly says: (text: RegExp) => Promise<void>
  readonly exited: Promise<number | null>
}
const load = (env: Readonly<Record<string, string>> = {}): Loading => {
  const child = spawn(process.execPath, ['--enable-source-maps', path.join(root, 'dist/server/src/server/main.js')], {
    cwd: root,
    env: {
      ...process.env,
      MINGZHU_STATE_FOLDER: folder,
      MINGZHU_PORT: '0',
      MINGZHU_PUBLIC_URL: 'http://127.0.0.1:1',
      MINGZHU_LOG_LEVEL: 'warn',
      MINGZHU_DEMO: 'true',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.push(child)
  let text = ''
  const waiting = new Set<() => void>()
  const hear = (bytes: Buffer): void => {
    text += bytes.toString()
    for (const look of waiting) look()
  }
  child.stdout.on('data', hear)
  child.stderr.on('data', hear)
  return {
    child,
    output: () => text,
    says: (wanted) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (!wanted.test(text)) return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        child.once('exit', (code) => reject(new Error(`ended with ${code}:\n${text}`)))
        look()
      }),
    exited: new Promise((resolve) => child.once('exit', (code) => resolve(code))),
  }
}
/** Whether a database server of the folder still runs. */
const databaseRuns = (): boolean => fs.existsSync(path.join(folder, 'pg18', 'postmaster.pid'))

test('a load says how far it is; Ctrl-C ends it and the database with it, and says what the next start does', async () => {
  const loading = load()
  await loading.says(/演示数据 demo \d+%/)
  expect(databaseRuns()).toBe(true)
  loading.child.kill('SIGINT')
  expect(await loading.exited).toBe(130)
  expect(loading.output()).toContain('下次启动时重新载入')
  expect(loading.output()).not.toMatch(/\n\s+at /)
  expect(databaseRuns()).toBe(false)
})

test('a load that was cut off is begun again from nothing at the next start', async () => {
  const cutOff = load()
  await cutOff.says(/上次载入演示数据没有完成/)
  await cutOff.says(/演示数据 demo \d+%/)
  cutOff.child.kill('SIGKILL')
  await cutOff.exited
  const server = await startServer({ stateFolder: folder, env: { MINGZHU_DEMO: 'cast' } })
  try {
    expect(server.output()).toContain('上次载入演示数据没有完成')
    const accounts = (await (await fetch(`${server.url}/api/demo-accounts`)).json()) as { login: string }[]
    expect(accounts.length).toBeGreaterThan(5)
    // The cast has no project: nothing of the half-loaded district is left.
    const projects = (await (await fetch(`${server.url}/api/public/projects.geojson`)).json()) as {
      features: unknown[]
    }
    expect(projects.features).toEqual([])
  } finally {
    await server.stop({ keep: true })
  }
  // A load that has ended is not begun again.
  const again = await startServer({ stateFolder: folder, env: { MINGZHU_DEMO: 'cast' } })
  expect(again.output()).not.toContain('没有完成')
  await again.stop({ keep: true })
})

test('a half-loaded demo on a server of one’s own is reported and left alone', async () => {
  fs.writeFileSync(path.join(folder, 'demo-loading'), '')
  const loading = load({ DATABASE_URL: 'postgres://nobody@127.0.0.1:9/none' })
  expect(await loading.exited).toBe(1)
  expect(loading.output()).toContain('请换一个空的数据库')
})
