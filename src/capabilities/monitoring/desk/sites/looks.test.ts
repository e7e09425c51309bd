import { describe, expect, it } from 'vitest'
import { pictureOf } from './looks.ts'

const box = [106.5, 29.6, 106.502, 29.601] as const
describe('the corners of a plan', () => {
  it('are those of its box when it is not turned', () => {
    expect(pictureOf(box, 0, '/p').corners.map((corner) => corner.map((value) => Number(value.toFixed(9))))).toEqual([
      [106.5, 29.601],
      [106.502, 29.601],
      [106.502, 29.6],
      [106.5, 29.6],
    ])
  })
  it('keep their distance from the middle, in metres, when it is turned', () => {
    const middle = [106.501, 29.6005] as const
    const stretch = Math.cos((middle[1] * Math.PI) / 180)
    const far = ([lon, lat]: readonly [number, number]) => Math.hypot((lon - middle[0]) * stretch, lat - middle[1])
    const straight = pictureOf(box, 0, '/p').corners.map(far)
    for (const corner of pictureOf(box, 37, '/p').corners) expect(far(corner)).toBeCloseTo(straight[0] ?? 0, 9)
  })
  it('turn clockwise: a quarter turn brings the top left corner to the top right of the turned box', () => {
    const [topLeft] = pictureOf(box, 90, '/p').corners
    expect(topLeft[0]).toBeGreaterThan(106.501)
    expect(topLeft[1]).toBeGreaterThan(29.6005)
  })
})
