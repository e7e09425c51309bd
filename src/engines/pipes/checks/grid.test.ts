import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Grid } from './grid.ts'

type Box = readonly [west: number, south: number, east: number, north: number]
const overlap = (a: Box, b: Box): boolean => a[0] <= b[2] && a[2] >= b[0] && a[1] <= b[3] && a[3] >= b[1]
const box = fc
  .tuple(
    fc.double({ min: -200, max: 200, noNaN: true }),
    fc.double({ min: -200, max: 200, noNaN: true }),
    fc.oneof(fc.double({ min: 0, max: 40, noNaN: true }), fc.double({ min: 0, max: 4_000, noNaN: true })),
    fc.double({ min: 0, max: 40, noNaN: true }),
  )
  .map(([west, south, width, height]): Box => [west, south, west + width, south + height])

describe('the grid', () => {
  test('finds every pair of overlapping boxes once, and after any changes every box that overlaps another', () => {
    fc.assert(
      fc.property(fc.array(box, { maxLength: 60 }), fc.array(fc.nat(59)), box, (boxes, gone, asked) => {
        const grid = new Grid(1, 1)
        for (const [id, each] of boxes.entries()) grid.add(id, ...each)
        const left = new Map(boxes.map((each, id) => [id, each]))
        for (const id of gone) if (left.delete(id)) grid.remove(id)
        const [first] = gone
        const again = first === undefined ? undefined : boxes[first]
        if (first !== undefined && again !== undefined) {
          grid.add(first, ...again)
          left.set(first, again)
        }
        const pairs: string[] = []
        grid.pairs((a, b) => pairs.push(`${a}-${b}`))
        const truth = [...left].flatMap(([a, one]) =>
          [...left].flatMap(([b, other]) => (a < b && overlap(one, other) ? [`${a}-${b}`] : [])),
        )
        expect(pairs.sort()).toEqual(truth.sort())
        const seen: number[] = []
        grid.query(...asked, (id) => seen.push(id))
        expect(seen.sort((a, b) => a - b)).toEqual(
          [...left].flatMap(([id, each]) => (overlap(each, asked) ? [id] : [])).sort((a, b) => a - b),
        )
      }),
      { seed: 5, numRuns: 300 },
    )
  })
  test('wraps around: boxes very far apart in one cell of the table do not meet', () => {
    const grid = new Grid(1, 4)
    grid.add(0, 0, 0, 0.5, 0.5)
    grid.add(1, 32_768, 32_768, 32_768.5, 32_768.5)
    const pairs: number[] = []
    grid.pairs((a, b) => pairs.push(a, b))
    expect(pairs).toEqual([])
    grid.query(0, 0, 1, 1, (id) => pairs.push(id))
    expect(pairs).toEqual([0])
  })
})
