/** Real models lie beside the repository and never in it; these rules are checked where they are at hand. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { detectClashes } from '../clash/detect.ts'
import type { ClashReport, Scene } from '../clash/model.ts'
import { joinScenes } from '../clash/scene.ts'
import type { IfcModel } from './model.ts'
import { readIfc } from './read.ts'

const folder = path.resolve(import.meta.dirname, '../../../../shared/data/ifc')
const read = (name: string, model: string): Promise<IfcModel> =>
  readIfc(readFileSync(path.join(folder, name)), { model })
const hardOf = ({ clashes }: ClashReport): number => clashes.filter(({ kind }) => kind === 'hard').length

describe.runIf(existsSync(folder))('real models', () => {
  it('are read whole: every element has a mesh, or parts, or is listed', async () => {
    const files = readdirSync(folder).filter((name) => name.endsWith('.ifc'))
    expect(files.length).toBeGreaterThan(0)
    for (const name of files) {
      const { scene, details, missing, warnings } = await read(name, name)
      const meshed = new Set(scene.partElement)
      const listed = new Set(missing.map(({ line }) => line))
      const wholes = new Set(details.map(({ partOf }) => partOf))
      const silent = details.filter(({ line }, index) => !meshed.has(index) && !listed.has(line) && !wholes.has(index))
      expect([name, silent, warnings]).toEqual([name, [], []])
      expect(scene.matrices.every((value) => Number.isFinite(value) && Math.abs(value) < 20_000)).toBe(true)
    }
  })
  it('of two disciplines have the 65 overlaps that they truly have, all deeper than the tolerance', async () => {
    const scene = joinScenes([
      (await read('Duplex_Electrical.ifc', 'electrical')).scene,
      (await read('Duplex_Architecture.ifc', 'architecture')).scene,
    ])
    const rule = { id: 'r', a: { models: ['electrical'] }, b: { models: ['architecture'] }, toleranceM: 0.001 }
    const there = await detectClashes(scene, [rule])
    const back = await detectClashes(scene, [{ ...rule, a: rule.b, b: rule.a }])
    expect(hardOf(there)).toBe(65)
    const names = ({ clashes }: ClashReport): Set<string> =>
      new Set(clashes.filter(({ kind }) => kind === 'hard').map(({ a, b }) => [a, b].sort((x, y) => x - y).join('-')))
    expect(names(back)).toEqual(names(there))
    for (const { depthM, volumeM3 } of there.clashes.filter(({ kind }) => kind === 'hard')) {
      expect(depthM).toBeGreaterThan(0.001)
      expect(volumeM3).toBeGreaterThan(1e-7)
    }
    // A building's own files overlap in nothing but what is not closed.
    expect(there.clashes.filter(({ kind }) => kind === 'crossing').length).toBeLessThanOrEqual(1)
  })
  it('of a drainage network clash nowhere, because pipes enter the wells that they are joined to', async () => {
    const { scene, ports, portJoins } = await read('DrainageSystem-1-2.ifc', 'drainage')
    expect([ports.length, portJoins.length / 2]).toEqual([24, 12])
    const rule = { id: 'r', a: {}, b: {}, toleranceM: 0.001 }
    expect(hardOf(await detectClashes(scene, [{ ...rule, connected: true }]))).toBeGreaterThan(12)
    expect(hardOf(await detectClashes(scene as Scene, [rule]))).toBe(0)
  })
})
