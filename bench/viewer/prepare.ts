/** One model made ready for a browser, in a process of its own for its memory: `prepare.js ours|fragments FILE TARGET`. */
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { importIfc } from '../../src/capabilities/bim/model/work/import-ifc.ts'

export interface Prepared {
  readonly ms: number
  readonly bytes: number
  readonly gzip: number
  readonly peakMb: number
}
const ours = async (bytes: Uint8Array): Promise<Uint8Array> =>
  (await importIfc({ name: 'model.ifc', bytes, model: 'model' }, { report: () => {} })).geometry
const fragments = async (bytes: Uint8Array): Promise<Uint8Array> => {
  const { IfcImporter } = await import('@thatopen/fragments')
  const importer = new IfcImporter()
  const wasm = createRequire(import.meta.url).resolve('web-ifc/web-ifc-node.wasm')
  importer.wasm = { path: `${path.dirname(wasm)}/`, absolute: true }
  return importer.process({ bytes })
}

const [kind = '', file = '', target = ''] = process.argv.slice(2)
if (kind === 'ours' || kind === 'fragments') {
  const bytes = new Uint8Array(readFileSync(file))
  const begin = performance.now()
  const made = await (kind === 'ours' ? ours(bytes) : fragments(bytes))
  const ms = performance.now() - begin
  writeFileSync(target, made)
  const line = readFileSync('/proc/self/status', 'utf8')
    .split('\n')
    .find((each) => each.startsWith('VmHWM:'))
  const prepared: Prepared = {
    ms,
    bytes: made.length,
    gzip: gzipSync(made).length,
    peakMb: Math.round(Number(/\d+/.exec(line ?? '')?.[0] ?? 0) / 1_024),
  }
  process.stdout.write(`\n${JSON.stringify(prepared)}\n`)
  process.exit(0)
}
