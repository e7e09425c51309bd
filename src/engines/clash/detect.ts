/** Runs clash rules on a scene: a tree of boxes finds pairs, `judge` decides on each; congruent pairs are judged once. */
import { judge, LEAST_TOLERANCE_M, type Verdict } from './judge.ts'
import type { Clash, ClashOptions, ClashReport, ClashRule, Point, Scene } from './model.ts'
import { Rows } from './rows.ts'
import { excluder, selects } from './select.ts'
import { loadSolids, type Solids } from './solid.ts'
import { boxOf, PAIR_KEY, putPairKey, type Stage, stageOf } from './stage.ts'
import { buildTree, queryTree } from './tree.ts'

/** Verdicts kept for congruent pairs; beyond it the memory begins anew. */
const MOST_VERDICTS = 50_000

const shifted = (point: Point, origin: Point): Point => [
  point[0] + origin[0],
  point[1] + origin[1],
  point[2] + origin[2],
]

/** `home`: where the matrix of the first part of `a` begins. */
const clashOf = (
  rule: ClashRule,
  a: number,
  b: number,
  { matrices: m }: Stage,
  home: number,
  verdict: Verdict,
  origin: Point,
): Clash => {
  const box = verdict.outline === null ? null : boxOf(verdict.outline, m, home)
  const [x, y, z] = verdict.point
  const at = (axis: number): number =>
    (m[home + axis] as number) * x +
    (m[home + 4 + axis] as number) * y +
    (m[home + 8 + axis] as number) * z +
    (m[home + 12 + axis] as number)
  return {
    rule: rule.id,
    kind: verdict.kind,
    a,
    b,
    point: shifted([at(0), at(1), at(2)], origin),
    depthM: verdict.depth,
    volumeM3: verdict.volume,
    distanceM: verdict.distance,
    box: box === null ? null : { min: shifted(box.min, origin), max: shifted(box.max, origin) },
  }
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
  const { elements } = scene
  const { boxes, firstPart } = stage
  const takesA = selects(rule.a)
  const takesB = selects(rule.b)
  const inA = Uint8Array.from(elements, (element) => (takesA(element) ? 1 : 0))
  const inB = Uint8Array.from(elements, (element) => (takesB(element) ? 1 : 0))
  const isEmpty = (element: number): boolean => firstPart[element] === firstPart[element + 1]
  const excluded = excluder(rule.exclusions ?? [], elements)
  const tolerance = Math.max(rule.toleranceM, LEAST_TOLERANCE_M)
  const reach = rule.clearanceM ?? (rule.touches === true ? tolerance : null)
  // Clearance below the tolerance would call touches clear.
  const asked = reach === null ? null : Math.max(reach, rule.touches === true ? tolerance : 0)
  const slack = asked ?? 0
  const question = { tolerance, reach: asked }
  const others: number[] = []
  for (let index = 0; index < elements.length; index += 1) if (inB[index] === 1 && !isEmpty(index)) others.push(index)
  const sides = new Float32Array(others.length * 6)
  for (let k = 0; k < others.length; k += 1) {
    const at = (others[k] as number) * 6
    for (let side = 0; side < 6; side += 1) {
      const value = boxes[at + side] as number
      // Float32 rounds: outward, so that no pair is lost.
      const margin = Math.abs(value) * 1.2e-7
      sides[k * 6 + side] = side < 3 ? value - margin : value + margin
    }
  }
  const tree = buildTree(sides)
  const known = new Rows()
  const verdicts: (Verdict | null)[] = []
  const row = new Float64Array(PAIR_KEY)
  const query = new Float64Array(6)
  const hits: number[] = []
  const keep = (item: number): void => {
    const index = others[item] as number
    // A leaf holds several boxes.
    for (let axis = 0; axis < 3; axis += 1)
      if (
        (boxes[index * 6 + axis] as number) > (query[axis + 3] as number) ||
        (boxes[index * 6 + axis + 3] as number) < (query[axis] as number)
      )
        return
    hits.push(index)
  }
  const joined = (a: number, b: number): boolean =>
    rule.connected !== true && joins.size > 0 && joins.has(Math.min(a, b) * elements.length + Math.max(a, b))
  /** As `judge`; congruent pairs are judged once. */
  const verdictOn = (a: number, b: number): Verdict | null => {
    if (!judgeEach) {
      putPairKey(stage, a, b, row)
      const alike = known.find(row, PAIR_KEY)
      if (alike >= 0) {
        tally.repeated += 1
        return verdicts[alike] ?? null
      }
    }
    const [body, other] = [stage.body(a), stage.body(b)]
    const verdict = body === null || other === null ? null : judge(body, other, question, solids)
    solids.trim()
    if (judgeEach) return verdict
    if (known.size >= MOST_VERDICTS) known.clear()
    verdicts[known.add(row, PAIR_KEY)] = verdict
    return verdict
  }
  for (let a = 0; a < elements.length; a += 1) {
    if (isEmpty(a) || inA[a] !== 1) continue
    for (let side = 0; side < 6; side += 1) query[side] = (boxes[a * 6 + side] as number) + (side < 3 ? -slack : slack)
    hits.length = 0
    queryTree(tree, query, keep)
    for (const b of hits) {
      // A pair that satisfies the rule both ways is looked at once.
      if (b === a || (b < a && inA[b] === 1 && inB[a] === 1)) continue
      if (joined(a, b) || excluded(a, b)) {
        tally.excluded += 1
        continue
      }
      tally.candidates += 1
      if (tally.candidates % 16 === 0 && isCancelled()) return false
      const verdict = verdictOn(a, b)
      if (verdict === null) continue
      if (verdict.kind === 'touch' && rule.touches !== true) continue
      if (verdict.kind === 'clearance' && !(rule.clearanceM !== undefined && verdict.distance < rule.clearanceM))
        continue
      found(clashOf(rule, a, b, stage, (firstPart[a] as number) * 16, verdict, scene.origin))
    }
    if (a % 64 === 0) {
      progress(a / elements.length)
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
