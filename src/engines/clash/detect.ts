/** Runs clash rules on a scene: a tree of boxes finds pairs, `judge` decides on each; congruent pairs are judged once. */
import { judge, LEAST_TOLERANCE_M, pairKey, type Verdict } from './judge.ts'
import { apply, type Matrix } from './matrix.ts'
import type { Clash, ClashOptions, ClashReport, ClashRule, Point, Scene } from './model.ts'
import { excluder, selects } from './select.ts'
import { loadSolids, type Solids } from './solid.ts'
import { boxOf, type Stage, stageOf } from './stage.ts'
import { buildTree, queryTree } from './tree.ts'

/** Verdicts kept for congruent pairs; beyond it the memory begins anew. */
const MOST_VERDICTS = 50_000

const shifted = (point: readonly number[], origin: Point): Point => [
  (point[0] ?? 0) + origin[0],
  (point[1] ?? 0) + origin[1],
  (point[2] ?? 0) + origin[2],
]

const clashOf = (rule: ClashRule, a: number, b: number, home: Matrix, verdict: Verdict, origin: Point): Clash => {
  const box = verdict.outline === null ? null : boxOf(verdict.outline, home)
  return {
    rule: rule.id,
    kind: verdict.kind,
    a,
    b,
    point: shifted(apply(home, ...verdict.point), origin),
    depthM: verdict.depth,
    volumeM3: verdict.volume,
    distanceM: verdict.distance,
    box: box === null ? null : { min: shifted(box.min, origin), max: shifted(box.max, origin) },
  }
}

const boxesMeet = (a: Float64Array, b: Float64Array): boolean => {
  for (let axis = 0; axis < 3; axis += 1)
    if ((a[axis] ?? 0) > (b[axis + 3] ?? 0) || (a[axis + 3] ?? 0) < (b[axis] ?? 0)) return false
  return true
}

interface Tally {
  candidates: number
  excluded: number
  repeated: number
}

/** Joined elements as numbers `smaller * count + greater`. */
const joinsOf = ({ connected, elements }: Scene): ReadonlySet<number> => {
  const joins = new Set<number>()
  for (let k = 0; k + 1 < connected.length; k += 2) {
    const [a, b] = [connected[k] ?? 0, connected[k + 1] ?? 0]
    joins.add(Math.min(a, b) * elements.length + Math.max(a, b))
  }
  return joins
}

interface Run {
  readonly scene: Scene
  readonly stage: Stage
  readonly solids: Solids
  readonly joins: ReadonlySet<number>
  readonly tally: Tally
  readonly isCancelled: () => boolean
  readonly judgeEach: boolean
}

/** Runs one rule; gives false when it was cancelled. */
const runRule = (
  rule: ClashRule,
  { scene, stage, solids, joins, tally, isCancelled, judgeEach }: Run,
  found: (clash: Clash) => void,
  progress: (share: number) => void,
): boolean => {
  const { bodies } = stage
  const inA = scene.elements.map(selects(rule.a))
  const inB = scene.elements.map(selects(rule.b))
  const excluded = excluder(rule.exclusions ?? [], scene.elements)
  const tolerance = Math.max(rule.toleranceM, LEAST_TOLERANCE_M)
  const reach = rule.clearanceM ?? (rule.touches === true ? tolerance : null)
  // Clearance below the tolerance would call touches clear.
  const asked = reach === null ? null : Math.max(reach, rule.touches === true ? tolerance : 0)
  const slack = asked ?? 0
  const others = [...bodies.keys()].filter((index) => inB[index] === true && bodies[index] !== null)
  const boxes = new Float32Array(others.length * 6)
  for (const [k, index] of others.entries())
    for (let side = 0; side < 6; side += 1) {
      const value = bodies[index]?.box[side] ?? 0
      // Float32 rounds: outward, so that no pair is lost.
      const margin = Math.abs(value) * 1.2e-7
      boxes[k * 6 + side] = side < 3 ? value - margin : value + margin
    }
  const tree = buildTree(boxes)
  const verdicts = new Map<string, Verdict | null>()
  const query = new Float64Array(6)
  for (const [a, body] of bodies.entries()) {
    if (body === null || inA[a] !== true) continue
    for (let side = 0; side < 6; side += 1) query[side] = (body.box[side] ?? 0) + (side < 3 ? -slack : slack)
    const hits: number[] = []
    queryTree(tree, query, (item) => {
      const index = others[item] ?? 0
      const box = bodies[index]?.box
      // A leaf holds several boxes.
      if (box !== undefined && boxesMeet(box, query)) hits.push(index)
    })
    for (const b of hits) {
      // A pair that satisfies the rule both ways is looked at once.
      if (b === a || (b < a && inA[b] === true && inB[a] === true)) continue
      const other = bodies[b]
      if (other === null || other === undefined) continue
      const key = Math.min(a, b) * scene.elements.length + Math.max(a, b)
      if ((rule.connected !== true && joins.has(key)) || excluded(a, b)) {
        tally.excluded += 1
        continue
      }
      tally.candidates += 1
      if (tally.candidates % 16 === 0 && isCancelled()) return false
      const alike = judgeEach ? '' : (pairKey(body, other) ?? '')
      let verdict = verdicts.get(alike)
      if (verdict === undefined) {
        verdict = judge(body, other, { tolerance, reach: asked }, solids)
        if (verdicts.size >= MOST_VERDICTS) verdicts.clear()
        if (!judgeEach) verdicts.set(alike, verdict)
        solids.trim()
      } else tally.repeated += 1
      if (verdict === null) continue
      if (verdict.kind === 'touch' && rule.touches !== true) continue
      if (verdict.kind === 'clearance' && !(rule.clearanceM !== undefined && verdict.distance < rule.clearanceM))
        continue
      const home = body.parts[0]?.matrix
      if (home !== undefined) found(clashOf(rule, a, b, home, verdict, scene.origin))
    }
    if (a % 64 === 0) {
      progress(a / bodies.length)
      if (isCancelled()) return false
    }
  }
  return true
}

/** Runs every rule in turn. `onProgress` counts in thousandths of the whole. */
export const detectClashes = async (
  scene: Scene,
  rules: readonly ClashRule[],
  { isCancelled = () => false, onProgress, judgeEach = false }: ClashOptions = {},
): Promise<ClashReport> => {
  const solids = await loadSolids()
  try {
    const stage = stageOf(scene)
    const tally: Tally = { candidates: 0, excluded: 0, repeated: 0 }
    const clashes: Clash[] = []
    const joins = joinsOf(scene)
    const run: Run = { scene, stage, solids, joins, tally, isCancelled, judgeEach }
    let cancelled = isCancelled()
    for (const [index, rule] of rules.entries()) {
      if (cancelled) break
      const progress = (share: number): void =>
        onProgress?.(Math.floor(((index + share) / rules.length) * 1_000), 1_000)
      cancelled = !runRule(rule, run, (clash) => clashes.push(clash), progress)
    }
    if (!cancelled) onProgress?.(1_000, 1_000)
    return { clashes, cancelled, counts: { ...tally, openMeshes: solids.openCount() } }
  } finally {
    solids.free()
  }
}
