/** The two models that are checked against each other: the Duplex where its files are at hand, else a generated building. */
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { Scene } from '../../src/engines/clash/model.ts'
import { boxMesh, cylinderMesh, placed, type SampleElement, sceneOf } from '../../src/engines/clash/sample.ts'
import { joinScenes } from '../../src/engines/clash/scene.ts'
import { readIfc } from '../../src/engines/ifc/read.ts'

/** Real models lie beside the repository, never in it. The built file lies four folders below its root. */
export const filesFolder = path.resolve(import.meta.dirname, '../../../../../shared/data/ifc')

export const TOLERANCE_M = 0.001
export const rule = {
  id: 'installations against building',
  a: { models: ['installations'] },
  b: { models: ['building'] },
  toleranceM: TOLERANCE_M,
}

const duplex = async (): Promise<Scene> => {
  const read = async (file: string, model: string): Promise<Scene> =>
    (await readIfc(readFileSync(path.join(filesFolder, file)), { model, circleSegments: 12 })).scene
  return joinScenes([
    await read('Duplex_Electrical.ifc', 'installations'),
    await read('Duplex_Architecture.ifc', 'building'),
  ])
}

/** As many elements and triangles as the Duplex: walls and slabs, sockets let into them, round terminals beside them. */
const generated = (): Scene => {
  const building: SampleElement[] = Array.from({ length: 215 }, (_, k) => ({
    model: 'building',
    class: k % 5 === 4 ? 'IfcSlab' : 'IfcWall',
    parts: [
      {
        mesh: k % 5 === 4 ? boxMesh(6, 4, 0.2) : cylinderMesh(0.15 + (k % 3) * 0.05, 3, 30 + (k % 20)),
        matrix: placed((k % 15) * 1.3, Math.floor(k / 15) * 1.3, k % 5 === 4 ? 3 : 0),
      },
    ],
  }))
  const terminal = cylinderMesh(0.06, 0.04, 70)
  const installations: SampleElement[] = Array.from({ length: 103 }, (_, k) => ({
    model: 'installations',
    class: 'IfcFlowTerminal',
    parts: [
      {
        mesh: terminal,
        matrix: placed(
          (k % 15) * 1.3 + (k % 3) * 0.13,
          Math.floor(k / 15) * 2.6,
          1.1,
          0,
          k % 2 === 0 ? Math.PI / 2 : 0,
        ),
      },
    ],
  }))
  return sceneOf([...installations, ...building])
}

export const pairOfModels = async (): Promise<{ readonly scene: Scene; readonly real: boolean }> => {
  const real = ['Duplex_Electrical.ifc', 'Duplex_Architecture.ifc'].every((file) =>
    existsSync(path.join(filesFolder, file)),
  )
  return { scene: real ? await duplex() : generated(), real }
}

/** The scene again and again on a grid, 30 m apart; meshes are shared. */
export const tiled = (base: Scene, across: number): Scene => {
  const tiles = across * across
  const parts = base.partMesh.length
  const partElement = new Uint32Array(parts * tiles)
  const partMesh = new Uint32Array(parts * tiles)
  const matrices = new Float64Array(parts * tiles * 16)
  for (let tile = 0; tile < tiles; tile += 1) {
    partMesh.set(base.partMesh, tile * parts)
    matrices.set(base.matrices, tile * parts * 16)
    for (let k = 0; k < parts; k += 1) {
      const part = tile * parts + k
      partElement[part] = (base.partElement[k] ?? 0) + tile * base.elements.length
      matrices[part * 16 + 12] = (matrices[part * 16 + 12] ?? 0) + (tile % across) * 30
      matrices[part * 16 + 13] = (matrices[part * 16 + 13] ?? 0) + Math.floor(tile / across) * 30
    }
  }
  return {
    ...base,
    elements: Array.from({ length: tiles }, () => base.elements).flat(),
    partElement,
    partMesh,
    matrices,
    connected: new Uint32Array(0),
  }
}
