/** What a worker thread calls: plain data in and out. */
import { detectClashes } from './detect.ts'
import type { ClashReport, ClashRule, Scene } from './model.ts'
import { type OverlapSolid, overlapOf } from './overlap.ts'

interface Context {
  readonly report: (done: number, total: number) => void
}

export const runClash = (
  { scene, rules }: { readonly scene: Scene; readonly rules: readonly ClashRule[] },
  { report }: Context,
): Promise<ClashReport> => detectClashes(scene, rules, { onProgress: report })

/** The overlap solids of pairs of elements, for a viewer to draw; null for pairs that have none. */
export const drawOverlaps = async ({
  scene,
  pairs,
}: {
  readonly scene: Scene
  readonly pairs: readonly (readonly [number, number])[]
}): Promise<readonly (OverlapSolid | null)[]> => {
  const drawn: (OverlapSolid | null)[] = []
  for (const [a, b] of pairs) drawn.push(await overlapOf(scene, a, b))
  return drawn
}
