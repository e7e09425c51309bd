import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { networkOf } from '../testing.ts'
import { approach, boxOfPipes, pickPipe, pipeGroups, placedPipe, writePipeMatrix } from './pipes.ts'
import { cross, dot, lengthOf, minus, plus, times, unit, type Vec } from './vector.ts'

const none: Vec = [0, 0, 0]
const column = (matrix: Float32Array, k: number): Vec => [
  matrix[k * 4] ?? 0,
  matrix[k * 4 + 1] ?? 0,
  matrix[k * 4 + 2] ?? 0,
]
const coordinate = fc.double({ min: -500, max: 500, noNaN: true })
const point = fc.tuple(coordinate, coordinate, fc.double({ min: -20, max: 20, noNaN: true }))

describe('the matrix of a pipe', () => {
  it('carries the axis of a cylinder of size one from end to end, at right angles and not mirrored', () => {
    fc.assert(
      fc.property(point, point, fc.double({ min: 0.05, max: 4, noNaN: true }), (start, end, size) => {
        fc.pre(lengthOf(minus(end, start)) > 0.01)
        const out = new Float32Array(16)
        writePipeMatrix(out, 0, { start, end, width: size, height: size * 2, heightKnown: true, sizeKnown: true })
        const [across, up, along, middle] = [0, 1, 2, 3].map((k) => column(out, k)) as [Vec, Vec, Vec, Vec]
        expect(lengthOf(minus(plus(middle, times(along, -0.5)), start))).toBeLessThan(1e-3)
        expect(lengthOf(minus(plus(middle, times(along, 0.5)), end))).toBeLessThan(1e-3)
        expect(lengthOf(across)).toBeCloseTo(size, 4)
        expect(lengthOf(up)).toBeCloseTo(size * 2, 4)
        for (const [a, b] of [
          [across, up],
          [up, along],
          [along, across],
        ] as const)
          expect(Math.abs(dot(unit(a), unit(b)))).toBeLessThan(1e-3)
        expect(dot(cross(unit(across), unit(up)), unit(along))).toBeCloseTo(1, 3)
        // The height of a box stands up, whatever its direction.
        expect(up[2]).toBeGreaterThanOrEqual(-1e-4)
      }),
      { seed: 31, numRuns: 300 },
    )
  })
  it('exists for upright pipes and for pipes of no length', () => {
    for (const end of [
      [3, 4, 9],
      [3, 4, 5],
    ] as const) {
      const out = new Float32Array(16)
      writePipeMatrix(out, 0, { start: [3, 4, 5], end, width: 1, height: 1, heightKnown: true, sizeKnown: true })
      expect([...out].every(Number.isFinite)).toBe(true)
    }
  })
  it('keeps millimetres a million metres away from zero', () => {
    const network = networkOf(
      [{ id: 'a', from: [1.234, 2, 3], to: [11.234, 2, 3] }],
      [364_512.789, 3_271_000.123, 231.5],
    )
    const shift = minus(network.origin, [364_500.001, 3_271_000.001, 231])
    expect(placedPipe(network, 0, shift).start[0]).toBeCloseTo(14.022, 3)
    expect(placedPipe(network, 0, shift).start[1]).toBeCloseTo(2.122, 3)
  })
})

describe('what is unknown', () => {
  it('is drawn a metre under the ground, and said to be assumed', () => {
    const network = networkOf([{ id: 'a', from: [0, 0, null], to: [10, 0, null], size: null, ground: [5, 6] }])
    const pipe = placedPipe(network, 0, none)
    expect([pipe.start[2], pipe.end[2]]).toEqual([4, 5])
    expect([pipe.heightKnown, pipe.sizeKnown, pipe.width]).toEqual([false, false, 0.2])
    expect(pipeGroups(network, none)[0]?.assumed[0]).toBe(1)
  })
  it('takes the other end where only one height is known', () => {
    const network = networkOf([{ id: 'a', from: [0, 0, 2], to: [10, 0, null] }])
    expect(placedPipe(network, 0, none)).toMatchObject({ end: [10, 0, 2], heightKnown: false })
  })
})

describe('groups of pipes', () => {
  it('hold every pipe once, by class and form', () => {
    const network = networkOf(
      Array.from({ length: 200 }, (_none, k) => ({
        id: `p${k}`,
        from: [k, 0, 1] as const,
        to: [k + 1, 0, 1] as const,
        code: k % 2 === 0 ? 'JS' : 'WS',
        box: k % 4 === 1,
      })),
    )
    const groups = pipeGroups(network, none)
    expect(groups.map((group) => `${group.code} ${group.form}`).sort()).toEqual(['JS round', 'WS box', 'WS round'])
    expect(groups.flatMap((group) => [...group.pipes]).sort((a, b) => a - b)).toEqual([...Array(200).keys()])
    for (const group of groups)
      for (const [place, index] of group.pipes.entries()) {
        const matrix = group.matrices.subarray(place * 16, place * 16 + 16)
        expect(matrix[12]).toBeCloseTo(index + 0.5)
        expect(lengthOf(minus(column(matrix, 3), group.centre))).toBeLessThanOrEqual(group.radius)
      }
  })
  it('of 100,000 pipes are few: draw calls do not grow with pipes', () => {
    const side = 317
    const network = networkOf(
      Array.from({ length: 100_000 }, (_none, k) => {
        const [x, y] = [(k % side) * 20, Math.floor(k / side) * 20]
        return {
          id: `p${k}`,
          from: [x, y, 1] as const,
          to: [x + 15, y + 5, 1.2] as const,
          code: ['JS', 'WS', 'YS', 'RQ', 'DL', 'DX'][k % 6] ?? 'JS',
        }
      }),
    )
    expect(pipeGroups(network, none).length).toBeLessThan(200)
    const box = boxOfPipes(network, none)
    expect(box?.min).toEqual([0, 0, 1])
    expect(box?.max[0]).toBe((side - 1) * 20 + 15)
  })
})

describe('picking', () => {
  const network = networkOf([
    { id: 'far', from: [-5, 0, -4], to: [5, 0, -4] },
    { id: 'near', from: [-5, 0, -1], to: [5, 0, -1] },
    { id: 'aside', from: [-5, 3, -1], to: [5, 3, -1] },
  ])
  const down = { from: [0, 0.1, 10], along: [0, 0, -1] } as const
  it('takes the pipe that the ray meets first, through what is hidden', () => {
    const all = pickPipe(network, none, down, 0, () => true)
    expect(network.pipes.ids[all?.index ?? -1]).toBe('near')
    const second = pickPipe(network, none, down, 0, (index) => network.pipes.ids[index] !== 'near')
    expect(network.pipes.ids[second?.index ?? -1]).toBe('far')
    expect(second?.point[2]).toBeCloseTo(-4)
  })
  it('gives nothing beside all pipes, and something with slack', () => {
    const beside = { from: [0, 1.2, 10], along: [0, 0, -1] } as const
    expect(pickPipe(network, none, beside, 0, () => true)).toBeNull()
    expect(pickPipe(network, none, beside, 0.2, () => true)).not.toBeNull()
  })
  it('never measures more than the distance to any sampled point of the stretch', () => {
    fc.assert(
      fc.property(point, point, point, point, (from, toward, start, end) => {
        fc.pre(lengthOf(minus(toward, from)) > 0.1)
        const ray = { from, along: unit(minus(toward, from)) }
        const { apart } = approach(ray, start, end)
        for (let k = 0; k <= 40; k += 1) {
          const sample = plus(start, times(minus(end, start), k / 40))
          const along = Math.max(0, dot(minus(sample, from), ray.along))
          expect(apart).toBeLessThanOrEqual(lengthOf(minus(sample, plus(from, times(ray.along, along)))) + 1e-6)
        }
      }),
      { seed: 7, numRuns: 200 },
    )
  })
})
