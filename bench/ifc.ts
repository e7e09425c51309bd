/**
 * What it costs to open, mesh and describe IFC files, each in a fresh reader as the product does it: every real file that is at
 * hand, and a generated network of pipes; and how many elements have no geometry.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { readIfc } from '../src/engines/ifc/read.ts'
import { writeIfc } from '../src/engines/ifc/write.ts'
import { pipeClassesSchema } from '../src/engines/pipes/classes.ts'
import { makeStreets } from '../src/engines/pipes/sample/street.ts'
import { filesFolder } from './clash/models.ts'

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN

export const run = async ({ quick }: { readonly quick: boolean }): Promise<void> => {
  const file = path.resolve(import.meta.dirname, '../../../data/standards/pipe-classes.json')
  const classes = pipeClassesSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
  const { network } = makeStreets(classes, { seed: 7, blocks: quick ? 10 : 110, plants: [] })
  const begin = performance.now()
  const written = new TextEncoder().encode(
    writeIfc(network, { projectName: 'bench', writtenAt: '2026-01-01T00:00:00Z', assumedWellSizeM: 1 }),
  )
  const writeMs = performance.now() - begin
  const models: [string, Uint8Array][] = [[`generated ${network.lines.length} pipes`, written]]
  if (existsSync(filesFolder))
    for (const name of readdirSync(filesFolder).filter((each) => each.endsWith('.ifc')))
      models.push([name, readFileSync(path.join(filesFolder, name))])
  let [total, elements, missing, megabytes, readMs, triangles] = [0, 0, 0, 0, 0, 0]
  for (const [name, bytes] of models) {
    const times: number[] = []
    let said = ''
    for (let round = 0; round < (quick ? 1 : 3); round += 1) {
      const start = performance.now()
      const model = await readIfc(bytes)
      times.push(performance.now() - start)
      if (round > 0) continue
      const { scene } = model
      let placed = 0
      for (const mesh of scene.partMesh) placed += (scene.meshes[mesh]?.indices.length ?? 0) / 3
      elements += scene.elements.length
      missing += model.missing.length
      triangles += placed
      said = `${scene.elements.length} elements, ${scene.meshes.length} unique meshes, ${placed} triangles, missing ${model.missing.length} ${JSON.stringify(model.missingByClass)}${model.warnings.length > 0 ? `, ${model.warnings.join(' ')}` : ''}`
    }
    megabytes += bytes.length / 1e6
    total += 1
    readMs += median(times)
    console.log(`${name}: ${(bytes.length / 1e6).toFixed(2)} MB, ${(median(times) / 1_000).toFixed(2)} s, ${said}`)
  }
  console.log(
    `bench ifc: files=${total} read_s=${(readMs / 1_000).toFixed(2)} mb_per_s=${(megabytes / (readMs / 1_000)).toFixed(1)} ` +
      `elements=${elements} missing=${missing} triangles=${triangles} pipes_written=${network.lines.length} write_s=${(writeMs / 1_000).toFixed(2)}`,
  )
}
