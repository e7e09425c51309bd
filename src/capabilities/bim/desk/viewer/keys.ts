/** What a key does on the picture. Pure. */
import { type Pose, panned, turned, zoomed } from './camera.ts'

const STEP = 0.08
const TURN = 0.12
/** The pose after a key that moves the eye; null for other keys. */
export const moveBy = (key: string, shift: boolean, pose: Pose): Pose | null => {
  switch (key) {
    case 'ArrowLeft':
      return shift ? turned(pose, -TURN, 0) : panned(pose, -STEP, 0)
    case 'ArrowRight':
      return shift ? turned(pose, TURN, 0) : panned(pose, STEP, 0)
    case 'ArrowUp':
      return shift ? turned(pose, 0, TURN) : panned(pose, 0, STEP)
    case 'ArrowDown':
      return shift ? turned(pose, 0, -TURN) : panned(pose, 0, -STEP)
    case 'PageUp':
      return panned(pose, 0, 0, STEP)
    case 'PageDown':
      return panned(pose, 0, 0, -STEP)
    case '+':
    case '=':
      return zoomed(pose, 0.8)
    case '-':
    case '_':
      return zoomed(pose, 1.25)
    default:
      return null
  }
}
