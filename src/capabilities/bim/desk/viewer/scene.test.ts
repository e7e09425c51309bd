import { describe, expect, it } from 'vitest'
import type { IfcGeometry } from '../../model/geometry.ts'
import { networkOf } from '../testing.ts'
import { groundPoints, groundSurface } from './ground.ts'
import { ifcMatrix, originOf, placingDoubts, product, shiftOf } from './placing.ts'

const house = (toMap: Float64Array | null): IfcGeometry => ({
  kind: 'ifc',
  origin: [3, 4, 5],
  toMap,
  epsg: toMap === null ? null : 4545,
  elements: [],
  meshes: {
    positions: new Float32Array(0),
    indices: new Uint32Array(0),
    vertexStarts: new Uint32Array(1),
    indexStarts: new Uint32Array(1),
  },
  parts: {
    mesh: new Uint32Array(0),
    element: new Uint32Array(0),
    matrices: new Float32Array(0),
    colours: new Float32Array(0),
  },
})
const toMap = Float64Array.from([0, 1, 0, 0, -1, 0, 0, 0, 0, 0, 1, 0, 364_510, 3_271_020, 230, 1])

describe('models in one scene', () => {
  const network = networkOf([{ id: 'a', from: [0, 0, 0], to: [1, 0, 0] }], [364_500, 3_271_000, 231])
  it('meet by their map coordinates', () => {
    const all = [house(toMap), network]
    expect(originOf([network, house(toMap)])).toEqual([364_500, 3_271_000, 231])
    const matrix = ifcMatrix(house(toMap), [364_500, 3_271_000, 231], all)
    // The point (2, 0, 0) of the model: turned by a right angle, then ten metres east and twenty north.
    const at = product(matrix, [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 2, 0, 0, 1])
    expect([at[12], at[13], at[14]]).toEqual([10, 22, -1])
    expect(placingDoubts(all.map((geometry) => ({ name: 'x', geometry })))).toEqual({ loose: [], mixed: false })
  })
  it('without a place on the map stand at zero among others, alone at their own origin', () => {
    const loose = house(null)
    expect(shiftOf(loose, originOf([network, loose]), [network, loose])).toEqual([0, 0, 0])
    expect(originOf([loose])).toEqual([3, 4, 5])
    expect(
      placingDoubts([
        { name: '房', geometry: loose },
        { name: '管', geometry: network },
      ]).loose,
    ).toEqual(['房'])
    expect(placingDoubts([{ name: '房', geometry: loose }]).loose).toEqual([])
  })
})

describe('the ground', () => {
  it('stays between the heights of its points and lies only near them', () => {
    const points = [...Array(60).keys()].map((k) => [k * 10, Math.sin(k) * 8, 200 + (k % 5)] as const)
    const surface = groundSurface(points)
    if (surface === null) throw new Error('no surface')
    for (let k = 0; k < surface.positions.length; k += 3) {
      const [x, y, z] = [...surface.positions.subarray(k, k + 3)] as [number, number, number]
      expect(z).toBeGreaterThanOrEqual(200)
      expect(z).toBeLessThanOrEqual(204)
      expect(Math.min(...points.map((point) => Math.hypot(point[0] - x, point[1] - y)))).toBeLessThan(19)
    }
    expect(Math.max(...surface.indices)).toBeLessThan(surface.positions.length / 3)
  })
  it('leaves out points of unknown height, and is nothing for fewer than three', () => {
    const network = networkOf([{ id: 'a', from: [0, 0, 1], to: [5, 0, 1], ground: [2, null] }])
    expect(groundPoints(network, [0, 0, 1])).toEqual([[0, 0, 3]])
    expect(groundSurface(groundPoints(network, [0, 0, 0]))).toBeNull()
  })
  it('follows long pipes between two known grounds', () => {
    const network = networkOf([{ id: 'a', from: [0, 0, 1], to: [48, 0, 1], ground: [2, 4] }])
    const points = groundPoints(network, [0, 0, 0])
    expect(points.map((point) => point[0]).sort((a, b) => a - b)).toEqual([0, 12, 24, 36, 48])
    expect(points.find((point) => point[0] === 24)?.[2]).toBeCloseTo(3)
  })
})
