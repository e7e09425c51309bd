/**
 * IFC models in the browser: our packed meshes against fragments of That Open, on the same files in the same run. What it costs to
 * make them ready, how large they are over the wire, how long until the whole picture stands in a headless Chromium, how much
 * memory the browser then has, and whether elements keep their names. Linux only: memory is read from /proc.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { chromium } from '@playwright/test'
import { build } from 'vite'
import { writeIfc } from '../src/engines/ifc/write.ts'
import { pipeClassesSchema } from '../src/engines/pipes/classes.ts'
import { makeStreets } from '../src/engines/pipes/sample/street.ts'
import { filesFolder } from './clash/models.ts'
import type { Prepared } from './viewer/prepare.ts'

type Kind = 'ours' | 'fragments'
const kinds: readonly Kind[] = ['ours', 'fragments']
interface Drawn {
  readonly loadMs: number
  readonly pictureMs: number
  readonly triangles: number
  readonly calls: number
  readonly elements: number
  readonly named: number
  readonly picked: string | number | null
}
const root = path.resolve(import.meta.dirname, '../../..')
const entries = { ours: 'own.entry.mjs', fragments: 'fragments.entry.mjs' } as const

/** Scripts of one side, bundled as the product bundles its own. */
const bundle = async (kind: Kind, folder: string): Promise<void> => {
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    build: {
      outDir: path.join(folder, kind),
      emptyOutDir: true,
      minify: true,
      lib: { entry: path.join(root, 'bench/viewer', entries[kind]), formats: ['es'], fileName: 'page' },
    },
  })
}
const scriptSize = (kind: Kind, folder: string): number => {
  const files = readdirSync(path.join(folder, kind)).filter((name) => name.endsWith('.js') || name.endsWith('.mjs'))
  const own = files.reduce((sum, name) => sum + gzipSync(readFileSync(path.join(folder, kind, name))).length, 0)
  return own + (kind === 'ours' ? 0 : gzipSync(workerScript()).length)
}
const workerScript = (): Buffer =>
  readFileSync(
    path.join(path.dirname(createRequire(import.meta.url).resolve('@thatopen/fragments')), 'Worker/worker.mjs'),
  )

const prepare = (kind: Kind, file: string, target: string): Prepared => {
  const script = path.join(import.meta.dirname, 'viewer/prepare.js')
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, kind, file, target], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  })
  const line = stdout.trim().split('\n').at(-1) ?? ''
  if (status !== 0 || !line.startsWith('{')) throw new Error(`${kind}: ${stderr.slice(-2_000)}`)
  return JSON.parse(line) as Prepared
}

/** Resident memory of the processes that draw and compute, MB. */
const memoryOf = (pids: readonly number[]): number =>
  pids.reduce((sum, pid) => {
    const line = readFileSync(`/proc/${pid}/status`, 'utf8')
      .split('\n')
      .find((each) => each.startsWith('VmRSS:'))
    return sum + Number(/\d+/.exec(line ?? '')?.[0] ?? 0) / 1_024
  }, 0)

const draw = async (kind: Kind, folder: string, model: string): Promise<Drawn & { readonly mb: number }> => {
  const page = `<!doctype html><meta charset="utf-8"><style>body{margin:0}#place{width:1280px;height:800px}</style><div id="place"></div><script type="module" src="/page.js"></script>`
  const server = createServer((request, response) => {
    const url = request.url ?? '/'
    const send = (type: string, content: string | Buffer): void =>
      void response.setHeader('content-type', type).end(content)
    const asset = path.join(folder, kind, path.basename(url))
    if (url === '/') send('text/html', page)
    else if (url === '/model') send('application/octet-stream', readFileSync(model))
    else if (url === '/worker.mjs') send('text/javascript', workerScript())
    else if (existsSync(asset)) send('text/javascript', readFileSync(asset))
    else response.writeHead(404).end()
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const browser = await chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
  })
  try {
    const tab = await browser.newPage({ viewport: { width: 1280, height: 800 } })
    await tab.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    await tab.waitForFunction('typeof window.draw === "function"')
    const drawn = (await tab.evaluate('window.draw()')) as Drawn
    const session = await browser.newBrowserCDPSession()
    const { processInfo } = await session.send('SystemInfo.getProcessInfo')
    const pids = processInfo.filter(({ type }) => type === 'renderer' || type === 'GPU').map(({ id }) => id)
    return { ...drawn, mb: Math.round(memoryOf(pids)) }
  } finally {
    await browser.close()
    server.close()
  }
}

export const run = async ({ quick }: { readonly quick: boolean }): Promise<void> => {
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-viewer-'))
  try {
    for (const kind of kinds) await bundle(kind, folder)
    const classes = pipeClassesSchema.parse(
      JSON.parse(readFileSync(path.join(root, 'data/standards/pipe-classes.json'), 'utf8')),
    )
    const { network } = makeStreets(classes, { seed: 7, blocks: quick ? 3 : 24, plants: [] })
    const generated = path.join(folder, `generated-${network.lines.length}-pipes.ifc`)
    writeFileSync(
      generated,
      writeIfc(network, { projectName: 'bench', writtenAt: '2026-01-01T00:00:00Z', assumedWellSizeM: 1 }),
    )
    const real = existsSync(filesFolder)
      ? readdirSync(filesFolder)
          .filter((name) => name.endsWith('.ifc') && (!quick || name.startsWith('Duplex_A')))
          .map((name) => path.join(filesFolder, name))
      : []
    const sums = {
      ours: { ms: 0, bytes: 0, gzip: 0, picture: 0, mb: 0, peak: 0, elements: 0, named: 0 },
      fragments: { ms: 0, bytes: 0, gzip: 0, picture: 0, mb: 0, peak: 0, elements: 0, named: 0 },
    }
    const files = [...real, generated]
    for (const file of files)
      for (const kind of kinds) {
        const target = path.join(folder, `model-${kind}`)
        const prepared = prepare(kind, file, target)
        const drawn = await draw(kind, folder, target)
        const sum = sums[kind]
        sum.ms += prepared.ms
        sum.bytes += prepared.bytes
        sum.gzip += prepared.gzip
        sum.picture += drawn.pictureMs
        sum.mb += drawn.mb
        sum.peak = Math.max(sum.peak, prepared.peakMb)
        sum.elements += drawn.elements
        sum.named += drawn.named
        console.log(
          `${path.basename(file)} ${kind}: ready in ${(prepared.ms / 1_000).toFixed(2)} s (peak ${prepared.peakMb} MB), ${Math.round(prepared.bytes / 1_024)} KB (gzip ${Math.round(prepared.gzip / 1_024)} KB), picture after ${drawn.pictureMs.toFixed(0)} ms, ${drawn.triangles} triangles in ${drawn.calls} calls, browser ${drawn.mb} MB, ${drawn.elements} elements, ${drawn.named} with id and name, picked ${String(drawn.picked)}`,
        )
      }
    const side = (kind: Kind): string => {
      const { ms, bytes, gzip, picture, mb, peak, elements, named } = sums[kind]
      return [
        `${kind}_ready_s=${(ms / 1_000).toFixed(2)}`,
        `${kind}_kb=${Math.round(bytes / 1_024)}`,
        `${kind}_gzip_kb=${Math.round(gzip / 1_024)}`,
        `${kind}_picture_ms=${picture.toFixed(0)}`,
        `${kind}_browser_mb=${Math.round(mb / files.length)}`,
        `${kind}_peak_mb=${peak}`,
        `${kind}_scripts_gzip_kb=${Math.round(scriptSize(kind, folder) / 1_024)}`,
        `${kind}_elements=${elements}`,
        `${kind}_named=${named}`,
      ].join(' ')
    }
    console.log(`bench viewer-ifc: files=${files.length} ${kinds.map(side).join(' ')}`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
