import { afterAll, describe, expect, it } from 'vitest'
import { isRefused } from '../../kernel/refusal.ts'
import { closeWorkers, runInWorker } from '../../platform/jobs/workers.ts'
import type { drawOverlaps, runClash } from '../clash/run.ts'
import { boxMesh, placed, sceneOf } from '../clash/sample.ts'
import type { readModel } from './run.ts'
import { writeIfc } from './write.ts'

afterAll(closeWorkers)
const clash = new URL('../clash/run.ts', import.meta.url)
const ifc = new URL('./run.ts', import.meta.url)
const cube = boxMesh(1, 1, 1)
const scene = sceneOf(
  [{ parts: [{ mesh: cube, matrix: placed(5) }] }, { parts: [{ mesh: cube, matrix: placed(5.5, 0.25, 0, 0.2) }] }],
  [],
  [361_800, 3_277_200, 0],
)

describe('in a worker thread', () => {
  it('clashes are found, with progress, and overlap solids are drawn', async () => {
    const seen: number[] = []
    const report = await runInWorker<typeof runClash>(
      clash,
      'runClash',
      { scene, rules: [{ id: 'r', a: {}, b: {}, toleranceM: 0.001 }] },
      { onProgress: (done) => seen.push(done) },
    )
    expect(report.clashes).toHaveLength(1)
    expect(seen.at(-1)).toBe(1_000)
    const [solid, none] = await runInWorker<typeof drawOverlaps>(clash, 'drawOverlaps', {
      scene,
      pairs: [
        [0, 1],
        [0, 7],
      ],
    })
    expect(none).toBeNull()
    expect(solid?.volumeM3).toBeCloseTo(report.clashes[0]?.volumeM3 ?? 0, 5)
    const box = report.clashes[0]?.box
    for (const axis of [0, 1, 2] as const) {
      const values = Array.from(solid?.positions ?? []).filter((_, k) => k % 3 === axis)
      expect(Math.min(...values) + (solid?.origin[axis] ?? 0)).toBeCloseTo(box?.min[axis] ?? 0, 4)
      expect(Math.max(...values) + (solid?.origin[axis] ?? 0)).toBeCloseTo(box?.max[axis] ?? 0, 4)
    }
  })
  it('files are read, and refused by a refusal', async () => {
    const text = writeIfc(
      { id: 'n', epsg: 4545, points: [], lines: [] },
      { projectName: '空', writtenAt: '2026-01-01T00:00:00Z' },
    )
    const bytes = new TextEncoder().encode(text)
    const model = await runInWorker<typeof readModel>(ifc, 'readModel', { bytes, model: 'm' })
    expect(model.projectName).toBe('空')
    const broken = runInWorker<typeof readModel>(ifc, 'readModel', { bytes: bytes.subarray(0, 300) })
    await expect(broken).rejects.toSatisfy((error) => isRefused(error) && error.refusal.code === 'ifc.truncated')
  })
})
