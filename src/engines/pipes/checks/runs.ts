/** Runs: chains of lines of one network and class through points where exactly two of them meet. */
import type { PipeTable } from './table.ts'

const NONE = -1
/** The other line of the same class at a node, where exactly two meet; else -1. */
const partnerAt = (table: PipeTable, node: number, slot: number): number => {
  const group = table.group[slot]
  let partner = NONE
  let count = 0
  for (let end = table.head[node] ?? NONE; end >= 0; end = table.nextEnd[end] ?? NONE) {
    const each = end >> 1
    if (table.group[each] !== group) continue
    count += 1
    if (each !== slot) partner = each
  }
  return count === 2 ? partner : NONE
}

interface Step {
  readonly slot: number
  readonly forward: boolean
}

/** Goes on from a line over one of its nodes until a junction, an end, or the line itself. */
const follow = (
  table: PipeTable,
  first: number,
  over: number,
): { readonly steps: readonly Step[]; readonly last: number } => {
  const steps: Step[] = []
  let slot = first
  let node = over
  for (;;) {
    const next = partnerAt(table, node, slot)
    if (next === NONE || next === first) return { steps, last: node }
    const forward = table.startNode[next] === node
    steps.push({ slot: next, forward })
    slot = next
    node = (forward ? table.endNode[next] : table.startNode[next]) ?? 0
  }
}

const turned = (steps: readonly Step[]): readonly Step[] =>
  steps.map(({ slot, forward }) => ({ slot, forward: !forward })).reverse()

/** Lays the run of a line anew and marks its slots. */
const layRun = (table: PipeTable, slot: number, done: Uint8Array): void => {
  const startNode = table.startNode[slot] ?? 0
  const endNode = table.endNode[slot] ?? 0
  if (partnerAt(table, startNode, slot) === NONE && partnerAt(table, endNode, slot) === NONE) {
    // Alone, as house drains and planted lines are.
    const forward = !((table.nodeNames[endNode] ?? '') < (table.nodeNames[startNode] ?? ''))
    table.setRun(slot, table.newRun(table.pipe(slot).id, [slot]), 0, forward)
    done[slot] = 1
    return
  }
  const nameAt = (node: number): string => table.nodeNames[node] ?? ''
  const ahead = follow(table, slot, table.endNode[slot] ?? 0)
  const closed =
    ahead.steps.length > 0 && ahead.last === table.startNode[slot] && partnerAt(table, ahead.last, slot) !== NONE
  const behind = closed ? { steps: [], last: ahead.last } : follow(table, slot, table.startNode[slot] ?? 0)
  let steps: readonly Step[] = [...turned(behind.steps), { slot, forward: true }, ...ahead.steps]
  if (closed) {
    // A ring begins at its smallest point and goes towards the smaller line.
    const beginOf = ({ slot: each, forward }: Step): string =>
      nameAt((forward ? table.startNode[each] : table.endNode[each]) ?? 0)
    const smallest = steps.map(beginOf).reduce((a, b) => (a < b ? a : b))
    const at = steps.findIndex((step) => beginOf(step) === smallest)
    steps = [...steps.slice(at), ...steps.slice(0, at)]
    const first = steps[0]
    const last = steps.at(-1)
    if (first !== undefined && last !== undefined && table.pipe(last.slot).id < table.pipe(first.slot).id)
      steps = turned(steps)
  } else if (
    nameAt(ahead.last) < nameAt(behind.last) ||
    (ahead.last === behind.last && table.pipe(steps.at(-1)?.slot ?? slot).id < table.pipe(steps[0]?.slot ?? slot).id)
  )
    steps = turned(steps)
  const slots = steps.map((step) => step.slot)
  let least = table.pipe(slot).id
  for (const each of slots) {
    const { id } = table.pipe(each)
    if (id < least) least = id
  }
  const run = table.newRun(least, slots)
  let station = 0
  for (const step of steps) {
    table.setRun(step.slot, run, station, step.forward)
    station += table.planLength(step.slot)
    done[step.slot] = 1
  }
}

/** Lays the runs of these lines. */
export const layRuns = (table: PipeTable, slots: Iterable<number>): void => {
  const done = new Uint8Array(table.capacity)
  for (const slot of slots) if (done[slot] === 0) layRun(table, slot, done)
}
