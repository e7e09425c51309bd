import { describe, expect, it } from 'vitest'
import { moveBy } from './keys.ts'
import { lengthOf, minus } from './vector.ts'

const pose = { position: [0, -10, 5], target: [0, 0, 0] } as const
describe('keys on the picture', () => {
  it('move east with the right arrow when looking north, and ahead with the upper one', () => {
    expect(moveBy('ArrowRight', false, pose)?.target[0]).toBeGreaterThan(0)
    expect(moveBy('ArrowUp', false, pose)?.target[1]).toBeGreaterThan(0)
    expect(moveBy('PageUp', false, pose)?.target[2]).toBeGreaterThan(0)
  })
  it('turn with shift, keep the target, and zoom with plus and minus', () => {
    expect(moveBy('ArrowLeft', true, pose)?.target).toEqual(pose.target)
    const near = moveBy('+', false, pose)
    expect(near === null ? 0 : lengthOf(minus(near.position, near.target))).toBeLessThan(lengthOf(pose.position))
    const far = moveBy('-', false, pose)
    expect(far === null ? 0 : lengthOf(minus(far.position, far.target))).toBeGreaterThan(lengthOf(pose.position))
  })
  it('leave every other key to the page', () => {
    expect(moveBy('x', false, pose)).toBeNull()
    expect(moveBy('Tab', false, pose)).toBeNull()
  })
})
