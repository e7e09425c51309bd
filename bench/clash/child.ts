/**
 * Runs one engine on a tiled scene in a process of its own, so that its memory can be told: `child.js ours|each|peer FILE ACROSS`.
 * Prints one line of JSON.
 */
import { readFileSync } from 'node:fs'
import { deserialize } from 'node:v8'
import { detectClashes } from '../../src/engines/clash/detect.ts'
import type { Scene } from '../../src/engines/clash/model.ts'
import { rule, TOLERANCE_M, tiled } from './models.ts'

export interface Outcome {
  readonly seconds: number
  readonly cpuSeconds: number
  readonly hard: number
  readonly triangles: number
  /** Peak of the whole process, and of the process before the run. */
  readonly peakMb: number
  readonly beforeMb: number
}

const peakMb = (): number => process.resourceUsage().maxRSS / 1024

const measured = async (
  work: () => number | Promise<number>,
): Promise<Pick<Outcome, 'seconds' | 'cpuSeconds' | 'hard'>> => {
  const begin = performance.now()
  const cpu = process.cpuUsage()
  const hard = await work()
  const { user, system } = process.cpuUsage(cpu)
  return { seconds: (performance.now() - begin) / 1_000, cpuSeconds: (user + system) / 1e6, hard }
}

/** The same scene as the peer wants it: every triangle of every placement, in Float32. */
const flatten = (scene: Scene) => {
  const parts = [...scene.partElement.keys()].sort((a, b) => (scene.partElement[a] ?? 0) - (scene.partElement[b] ?? 0))
  const meshOf = (part: number) => scene.meshes[scene.partMesh[part] ?? 0]
  const sum = (size: (part: number) => number): number => parts.reduce((total, part) => total + size(part), 0)
  const positions = new Float32Array(sum((part) => meshOf(part)?.positions.length ?? 0))
  const indices = new Uint32Array(sum((part) => meshOf(part)?.indices.length ?? 0))
  const count = scene.elements.length
  const [positionRanges, indexRanges] = [new Uint32Array(count * 2), new Uint32Array(count * 2)]
  const boxes = new Float32Array(count * 6).map((_, k) => (k % 6 < 3 ? Infinity : -Infinity))
  let [position, index, last, first] = [0, 0, -1, 0]
  for (const part of parts) {
    const element = scene.partElement[part] ?? 0
    const mesh = meshOf(part)
    if (mesh === undefined) continue
    if (element !== last) {
      positionRanges[element * 2] = position
      indexRanges[element * 2] = index
      first = position / 3
      last = element
    }
    const base = position / 3 - first
    const m = scene.matrices.subarray(part * 16, part * 16 + 16)
    for (let v = 0; v < mesh.positions.length; v += 3)
      for (let axis = 0; axis < 3; axis += 1) {
        const value =
          (m[axis] ?? 0) * (mesh.positions[v] ?? 0) +
          (m[4 + axis] ?? 0) * (mesh.positions[v + 1] ?? 0) +
          (m[8 + axis] ?? 0) * (mesh.positions[v + 2] ?? 0) +
          (m[12 + axis] ?? 0)
        positions[position] = value
        position += 1
        boxes[element * 6 + axis] = Math.min(boxes[element * 6 + axis] ?? 0, value)
        boxes[element * 6 + 3 + axis] = Math.max(boxes[element * 6 + 3 + axis] ?? 0, value)
      }
    for (const corner of mesh.indices) {
      indices[index] = corner + base
      index += 1
    }
    positionRanges[element * 2 + 1] = position - (positionRanges[element * 2] ?? 0)
    indexRanges[element * 2 + 1] = index - (indexRanges[element * 2] ?? 0)
  }
  return { positions, positionRanges, indices, indexRanges, boxes }
}

const peer = async (scene: Scene): Promise<Pick<Outcome, 'seconds' | 'cpuSeconds' | 'hard'>> => {
  const { default: init, ClashSession } = await import('@ifc-lite/wasm')
  await init({ module_or_path: readFileSync(new URL(import.meta.resolve('@ifc-lite/wasm/ifc-lite_bg.wasm'))) })
  const { positions, positionRanges, indices, indexRanges, boxes } = flatten(scene)
  const of = (model: string): Uint32Array =>
    Uint32Array.from([...scene.elements.keys()].filter((index) => scene.elements[index]?.model === model))
  const [a, b] = [of('installations'), of('building')]
  return measured(() => {
    const session = new ClashSession()
    session.ingest(positions, positionRanges, indices, indexRanges, boxes)
    const result = session.runRule(a, b, 0, TOLERANCE_M, 0, false)
    return result.a.length
  })
}

const ours = (scene: Scene, judgeEach: boolean): Promise<Pick<Outcome, 'seconds' | 'cpuSeconds' | 'hard'>> =>
  measured(async () => {
    const { clashes } = await detectClashes(scene, [rule], { judgeEach })
    return clashes.filter(({ kind }) => kind === 'hard').length
  })

const [kind, file, across] = process.argv.slice(2)
if (file !== undefined) {
  const scene = tiled(deserialize(readFileSync(file)) as Scene, Number(across))
  let triangles = 0
  for (const mesh of scene.partMesh) triangles += (scene.meshes[mesh]?.indices.length ?? 0) / 3
  const beforeMb = peakMb()
  const run = await (kind === 'peer' ? peer(scene) : ours(scene, kind === 'each'))
  const outcome: Outcome = { ...run, triangles, peakMb: peakMb(), beforeMb }
  process.stdout.write(`${JSON.stringify(outcome)}\n`)
}
