import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { detectClashes } from './detect.ts'
import type { Clash, ClashRule, Scene, SceneMesh } from './model.ts'
import { boxMesh, cylinderMesh, openBoxMesh, placed, type SampleElement, sceneOf, torusMesh } from './sample.ts'
import { joinScenes, localMesh } from './scene.ts'

const rule: ClashRule = { id: 'r', a: {}, b: {}, toleranceM: 0.001 }
const cube = boxMesh(1, 1, 1)
const one = (mesh: SceneMesh, matrix: readonly number[], more: Partial<SampleElement> = {}): SampleElement => ({
  ...more,
  parts: [{ mesh, matrix }],
})
const clashesOf = async (scene: Scene, given: Partial<ClashRule> = {}): Promise<readonly Clash[]> =>
  (await detectClashes(scene, [{ ...rule, ...given }])).clashes
const pairOf = (a: SampleElement, b: SampleElement, given: Partial<ClashRule> = {}): Promise<readonly Clash[]> =>
  clashesOf(sceneOf([a, b]), given)

describe('hard clashes', () => {
  it('have the thickness, volume and box of the overlap solid', async () => {
    const [clash, ...rest] = await pairOf(one(cube, placed()), one(cube, placed(0.75, 0.5, 0.5)))
    expect(rest).toEqual([])
    expect(clash).toMatchObject({ kind: 'hard', a: 0, b: 1, distanceM: 0 })
    expect(clash?.depthM).toBeCloseTo(0.25, 5)
    expect(clash?.volumeM3).toBeCloseTo(0.0625, 5)
    expect(clash?.box?.min[0]).toBeCloseTo(0.75, 5)
    expect(clash?.box?.max).toEqual([expect.closeTo(1, 5), expect.closeTo(1, 5), expect.closeTo(1, 5)])
    expect(clash?.point[0]).toBeCloseTo(0.875, 5)
  })
  it('are overlaps thicker than the tolerance; thinner ones are touches', async () => {
    const overlapping = (by: number): Promise<readonly Clash[]> =>
      pairOf(one(cube, placed()), one(cube, placed(1 - by)), { toleranceM: 0.01, touches: true })
    expect((await overlapping(0.0101))[0]?.kind).toBe('hard')
    expect((await overlapping(0.0099))[0]?.kind).toBe('touch')
    expect((await overlapping(0))[0]).toMatchObject({ kind: 'touch', distanceM: 0, depthM: null, volumeM3: null })
    expect((await overlapping(-0.0099))[0]?.kind).toBe('touch')
    expect(await overlapping(-0.0101)).toEqual([])
  })
  it('include a solid wholly inside another, one flush with a face of it, and coaxial boxes with faces in one plane', async () => {
    const small = boxMesh(0.2, 0.2, 0.2)
    const inside = await pairOf(one(cube, placed()), one(small, placed(0.4, 0.4, 0.4)))
    const flush = await pairOf(one(cube, placed()), one(small, placed(0, 0.4, 0.4)))
    const coaxial = await pairOf(one(cube, placed()), one(boxMesh(2, 1, 1), placed(0.5)))
    for (const [clash] of [inside, flush]) {
      expect(clash?.kind).toBe('hard')
      expect(clash?.volumeM3).toBeCloseTo(0.008, 6)
      expect(clash?.depthM).toBeCloseTo(0.2, 5)
    }
    expect(coaxial[0]?.volumeM3).toBeCloseTo(0.5, 5)
  })
  it('do not include the same faces from outside, an edge on a face or a corner on a corner', async () => {
    const turned = placed(1, 0.5, 0, -Math.PI / 4)
    for (const matrix of [placed(1), placed(0, -1, 0), placed(1, 1), placed(1, 1, 1), turned])
      expect(await pairOf(one(cube, placed()), one(cube, matrix))).toEqual([])
  })
  it('do not include a thing in the hole of a ring, but one that hangs in its tube', async () => {
    const ring = one(torusMesh(1, 0.2), placed())
    expect(await pairOf(ring, one(boxMesh(0.2, 0.2, 0.2), placed(-0.1, -0.1, -0.1)))).toEqual([])
    expect((await pairOf(ring, one(boxMesh(0.05, 0.05, 0.05), placed(0.98, 0, 0))))[0]?.kind).toBe('hard')
  })
  it('of two shells that slide into one another are as thick as the wall they share, not as the shell', async () => {
    const tube = (outer: number, inner: number): SceneMesh => {
      const [o, i] = [cylinderMesh(outer, 1, 48), cylinderMesh(inner, 1, 48)]
      const keep = (mesh: SceneMesh): number[] => {
        const kept: number[] = []
        for (let t = 0; t < mesh.indices.length; t += 3) {
          const corners = Array.from(mesh.indices.subarray(t, t + 3))
          if (!corners.includes(0) && !corners.includes(1)) kept.push(...corners)
        }
        return kept
      }
      const turned = keep(i).map(
        (_, k, all) => (all[k - (k % 3) + ([0, 2, 1][k % 3] ?? 0)] ?? 0) + o.positions.length / 3,
      )
      const ends: number[] = []
      const offset = o.positions.length / 3
      for (let k = 0; k < 48; k += 1) {
        const [a, b] = [2 + 2 * k, 2 + 2 * ((k + 1) % 48)]
        ends.push(a, a + offset, b, b, a + offset, b + offset)
        ends.push(a + 1, b + 1, a + 1 + offset, b + 1, b + 1 + offset, a + 1 + offset)
      }
      return {
        positions: Float32Array.from([...o.positions, ...i.positions]),
        indices: Uint32Array.from([...keep(o), ...turned, ...ends]),
      }
    }
    const [clash] = await pairOf(one(tube(0.5, 0.4), placed()), one(tube(0.405, 0.35), placed()))
    expect(clash?.kind).toBe('hard')
    expect(clash?.depthM).toBeGreaterThan(0.003)
    expect(clash?.depthM).toBeLessThan(0.006)
  })
  it('of elements in several parts are those of the parts together', async () => {
    const layers: SampleElement = {
      parts: [
        { mesh: boxMesh(0.1, 1, 1), matrix: placed() },
        { mesh: boxMesh(0.2, 1, 1), matrix: placed(0.1) },
      ],
    }
    const [clash] = await pairOf(layers, one(cube, placed(0.05, 0.5, 0.5)))
    expect(clash?.volumeM3).toBeCloseTo(0.25 * 0.25, 5)
    expect(clash?.depthM).toBeCloseTo(0.25, 5)
  })
  it('stay exact far from the origin, and with scaled and mirrored placements', async () => {
    const far = sceneOf([one(cube, placed()), one(cube, placed(0.999))], [], [361_862.96, 3_277_288.2, 250])
    const [clash] = await clashesOf(far, { toleranceM: 0.0005 })
    expect(clash?.depthM).toBeCloseTo(0.001, 5)
    expect(clash?.point[1]).toBeCloseTo(3_277_288.7, 6)
    const millimetres = boxMesh(1000, 1000, 1000)
    const scaled = [0.001, 0, 0, 0, 0, 0.001, 0, 0, 0, 0, -0.001, 0, 0.9, 0, 1, 1]
    const [mirrored] = await pairOf(one(cube, placed()), one(millimetres, scaled))
    expect(mirrored?.volumeM3).toBeCloseTo(0.1, 5)
  })
})

describe('meshes that are not closed', () => {
  it('cross at an unknown depth', async () => {
    const [clash] = await pairOf(one(openBoxMesh(1, 1, 1), placed()), one(cube, placed(0.5, 0.5, -0.5)))
    expect(clash).toMatchObject({ kind: 'crossing', depthM: null, volumeM3: null, box: null })
  })
  it('do not cross what they only touch', async () => {
    const open = one(openBoxMesh(1, 1, 1), placed())
    for (const matrix of [placed(1), placed(0, 0, -1), placed(1, 1), placed(0, 0, 1)])
      expect(await pairOf(open, one(cube, matrix))).toEqual([])
  })
  it('are found inside a solid, and where they cross along the edge between two triangles', async () => {
    const sheet: SceneMesh = {
      positions: Float32Array.of(0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0),
      indices: Uint32Array.of(0, 1, 2, 0, 2, 3),
    }
    expect((await pairOf(one(boxMesh(3, 3, 3), placed(-1, -1, -1)), one(sheet, placed())))[0]?.kind).toBe('crossing')
    const blade = one(sheet, placed(0, 0, -0.5, Math.PI / 4, 0))
    const upright = [Math.SQRT1_2, Math.SQRT1_2, 0, 0, 0, 0, 1, 0, Math.SQRT1_2, -Math.SQRT1_2, 0, 0, 0.1, 0.1, -0.5, 1]
    expect(await pairOf(one(sheet, placed()), blade)).toEqual([])
    expect((await pairOf(one(sheet, placed()), one(sheet, upright)))[0]?.kind).toBe('crossing')
  })
})

describe('clearance', () => {
  it('reports pairs nearer than the clearance with their distance, and no touches', async () => {
    const clear = (gap: number): Promise<readonly Clash[]> =>
      pairOf(one(cube, placed()), one(cube, placed(1 + gap, 0.2)), { clearanceM: 0.3 })
    expect((await clear(0.2))[0]).toMatchObject({ kind: 'clearance', distanceM: expect.closeTo(0.2, 6) })
    expect((await clear(0.2))[0]?.point[0]).toBeCloseTo(1.1, 6)
    expect(await clear(0.31)).toEqual([])
    expect(await clear(0)).toEqual([])
    expect((await clear(-0.1))[0]?.kind).toBe('hard')
  })
})

describe('duplicates', () => {
  it('are the same solid in the same place, of the same mesh or another', async () => {
    expect((await pairOf(one(cube, placed(3)), one(cube, placed(3.0001))))[0]?.kind).toBe('duplicate')
    const quarter = one(cube, placed(4, 0, 0, Math.PI / 2))
    expect((await pairOf(one(boxMesh(1, 1, 1), placed(3)), quarter))[0]).toMatchObject({
      kind: 'duplicate',
      volumeM3: expect.closeTo(1, 5),
    })
    expect((await pairOf(one(openBoxMesh(1, 1, 1), placed()), one(openBoxMesh(1, 1, 1), placed())))[0]?.kind).toBe(
      'duplicate',
    )
  })
  it('are not what fills the same box in another way', async () => {
    expect((await pairOf(one(cylinderMesh(0.5, 1, 32), placed(0.5, 0.5)), one(cube, placed())))[0]?.kind).toBe('hard')
  })
})

describe('selection', () => {
  const pipe = { class: 'IfcPipeSegment', systems: ['给水'], properties: { 'Pset_Pipe.材料': 'PE' } }
  const scene = sceneOf(
    [
      one(cube, placed(), pipe),
      one(cube, placed(0.5), { class: 'IfcWall', storey: '1F' }),
      one(cube, placed(0, 0.5), { class: 'IfcSlab', storey: '2F', name: '楼板 120' }),
      one(cube, placed(0, 0, 0.5), { ...pipe, systems: ['燃气'], properties: {} }),
    ],
    [[0, 3]],
  )
  const pairs = async (given: Partial<ClashRule>): Promise<readonly string[]> =>
    (await clashesOf(scene, given)).map(({ a, b }) => `${a}-${b}`).sort()
  it('takes each pair once, its `a` from the first side', async () => {
    expect(await pairs({ connected: true })).toEqual(['0-1', '0-2', '0-3', '1-2', '1-3', '2-3'])
    expect(await pairs({ a: { classes: ['IFCWALL'] } })).toEqual(['1-0', '1-2', '1-3'])
  })
  it('knows class, system, storey, name and property', async () => {
    const a = { classes: ['IfcPipeSegment'] }
    expect(await pairs({ a, b: { storeys: ['1F'] } })).toEqual(['0-1', '3-1'])
    expect(await pairs({ a: { systems: ['燃气'] }, b: { names: ['楼板'] } })).toEqual(['3-2'])
    expect(await pairs({ a: { properties: [{ name: '材料', values: ['PE'] }] }, b: {} })).toEqual(['0-1', '0-2'])
    expect(await pairs({ a: { properties: [{ name: 'Pset_Pipe.材料' }] }, b: { ids: ['e1'] } })).toEqual(['0-1'])
    expect(await pairs({ a: { properties: [{ name: '料' }] }, b: {} })).toEqual([])
  })
  it('leaves out joined elements unless asked, and exclusions of one side and of two', async () => {
    expect(await pairs({})).toEqual(['0-1', '0-2', '1-2', '1-3', '2-3'])
    expect(await pairs({ exclusions: [{ a: { storeys: ['1F'] } }] })).toEqual(['0-2', '2-3'])
    const two = { a: { classes: ['IfcSlab'] }, b: { classes: ['IfcPipeSegment'] } }
    expect(await pairs({ exclusions: [two] })).toEqual(['0-1', '1-2', '1-3'])
  })
})

describe('a run', () => {
  const row = sceneOf(Array.from({ length: 40 }, (_, k) => one(cube, placed(k * 0.9))))
  it('judges congruent pairs once and gives each its own place', async () => {
    const { clashes, counts } = await detectClashes(row, [rule])
    expect(clashes).toHaveLength(39)
    expect(counts.repeated).toBeGreaterThanOrEqual(36)
    const each = await detectClashes(row, [rule], { judgeEach: true })
    expect(each.counts.repeated).toBe(0)
    for (const [k, clash] of each.clashes.entries()) {
      expect([clash.a, clash.b]).toEqual([clashes[k]?.a, clashes[k]?.b])
      expect(clash.depthM).toBeCloseTo(clashes[k]?.depthM ?? 0, 5)
      expect(clash.point[0]).toBeCloseTo(clashes[k]?.point[0] ?? 0, 5)
    }
    expect(clashes.map(({ point }) => point[0]).sort((x, y) => x - y)[20]).toBeCloseTo(20.95 - 2 + 0, 4)
  })
  it('ends early when cancelled and says so', async () => {
    let asked = 0
    const report = await detectClashes(row, [rule], { isCancelled: () => (asked += 1) > 2 })
    expect(report.cancelled).toBe(true)
    expect(report.clashes.length).toBeLessThan(39)
  })
  it('tells its progress up to the end', async () => {
    const seen: number[] = []
    await detectClashes(row, [rule, { ...rule, id: 's' }], { onProgress: (done) => seen.push(done) })
    expect(seen.at(-1)).toBe(1_000)
    expect([...seen].sort((x, y) => x - y)).toEqual(seen)
  })
  it('survives meshes and placements that are broken', async () => {
    const broken: SceneMesh = {
      positions: Float32Array.of(0, Number.NaN, 0, 1, 1, 1),
      indices: Uint32Array.of(0, 1, 9),
    }
    const flat = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]
    const scene = sceneOf([
      one(broken, placed()),
      one(cube, flat),
      one(cube, placed()),
      one(cube, placed(0.5)),
      { parts: [] },
    ])
    expect(await clashesOf(scene)).toHaveLength(1)
  })
  it('joins scenes with origins of their own', async () => {
    const a = sceneOf([one(cube, placed())], [], [1_000, 2_000, 0])
    const b = sceneOf([one(cube, placed(0, 0, 0.5)), one(cube, placed(9))], [[0, 1]], [999.5, 2_000, 0])
    const joined = joinScenes([a, b])
    expect(joined.connected).toEqual(Uint32Array.of(1, 2))
    const [clash, ...rest] = await clashesOf(joined)
    expect(rest).toEqual([])
    expect(clash?.volumeM3).toBeCloseTo(0.25, 5)
    expect(clash?.box?.min).toEqual([expect.closeTo(1_000), expect.closeTo(2_000), expect.closeTo(0.5)])
  })
  it('keeps large coordinates exact by taking their middle out', () => {
    const { mesh, shift } = localMesh(Float64Array.of(361_862.961, 3_277_288.201, 250.1), Uint32Array.of(0, 0, 0))
    expect(shift).toEqual([361_863, 3_277_288, 250])
    expect((mesh.positions[1] ?? 0) + shift[1]).toBeCloseTo(3_277_288.201, 6)
  })
})

describe('any two boxes', () => {
  const size = fc.double({ min: 0.1, max: 2, noNaN: true })
  const shift = fc.double({ min: -1.5, max: 1.5, noNaN: true })
  const angle = fc.double({ min: -3, max: 3, noNaN: true })
  const boxes = fc.tuple(size, size, size, shift, shift, shift)
  type Box = readonly [number, number, number, number, number, number]
  const elementOf = ([w, d, h, x, y, z]: Box): SampleElement => one(boxMesh(w, d, h), placed(x, y, z))
  it('side by side to the axes overlap by the product of their shared extents, whichever comes first', async () => {
    await fc.assert(
      fc.asyncProperty(boxes, boxes, async (a, b) => {
        const shares = [0, 1, 2].map(
          (k) =>
            Math.min((a[k + 3] ?? 0) + (a[k] ?? 0), (b[k + 3] ?? 0) + (b[k] ?? 0)) -
            Math.max(a[k + 3] ?? 0, b[k + 3] ?? 0),
        )
        const least = Math.min(...shares)
        fc.pre(Math.abs(least - 0.001) > 1e-5)
        const [ab] = await pairOf(elementOf(a), elementOf(b))
        const [ba] = await pairOf(elementOf(b), elementOf(a))
        expect(ab?.kind).toBe(ba?.kind)
        if (least < 0.001) {
          expect(ab).toBeUndefined()
          return
        }
        expect(ab?.depthM).toBeCloseTo(least, 4)
        expect(ab?.volumeM3).toBeCloseTo((shares[0] ?? 0) * (shares[1] ?? 0) * (shares[2] ?? 0), 4)
        expect(ba?.volumeM3).toBeCloseTo(ab?.volumeM3 ?? -1, 5)
      }),
      { seed: 7, numRuns: 60 },
    )
  })
  it('clash alike wherever both are moved and turned', async () => {
    await fc.assert(
      fc.asyncProperty(boxes, boxes, angle, angle, shift, async (a, b, z, x, by) => {
        const meshes = [boxMesh(a[0], a[1], a[2]), boxMesh(b[0], b[1], b[2])] as const
        const own = [placed(a[3], a[4], a[5], z / 2), placed(b[3], b[4], b[5], x, z)] as const
        const move = placed(by * 100, -by * 50, by, z, x)
        const moved = own.map((m) =>
          Array.from({ length: 16 }, (_, k) =>
            [0, 1, 2, 3].reduce((sum, n) => sum + (move[n * 4 + (k % 4)] ?? 0) * (m[(k >> 2) * 4 + n] ?? 0), 0),
          ),
        )
        const [here] = await pairOf(one(meshes[0], own[0]), one(meshes[1], own[1]), { clearanceM: 0.5, touches: true })
        const [there] = await pairOf(one(meshes[0], moved[0] ?? []), one(meshes[1], moved[1] ?? []), {
          clearanceM: 0.5,
          touches: true,
        })
        fc.pre(here === undefined || here.depthM === null || Math.abs(here.depthM - 0.001) > 1e-4)
        expect(there?.kind).toBe(here?.kind)
        if (here === undefined || there === undefined) return
        expect(there.volumeM3 ?? 0).toBeCloseTo(here.volumeM3 ?? 0, 4)
        expect(there.depthM ?? 0).toBeCloseTo(here.depthM ?? 0, 3)
        expect(there.distanceM).toBeCloseTo(here.distanceM, 5)
      }),
      { seed: 11, numRuns: 60 },
    )
  })
})
