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

/** A line on the way of a run as one number: twice its slot, and 1 more where the run goes from its start to its end. */
type Step = number

/** Goes on from a line over one of its nodes until a junction, an end, or the line itself; gives the last node. */
const follow = (table: PipeTable, first: number, over: number, steps: Step[]): number => {
  const { startNode, endNode } = table
  let slot = first
  let node = over
  for (;;) {
    const next = partnerAt(table, node, slot)
    if (next === NONE || next === first) return node
    const forward = startNode[next] === node
    steps.push(forward ? next * 2 + 1 : next * 2)
    slot = next
    node = (forward ? endNode[next] : startNode[next]) as number
  }
}

const turned = (steps: readonly Step[]): Step[] => {
  const back: Step[] = []
  for (let k = steps.length - 1; k >= 0; k -= 1) back.push((steps[k] as Step) ^ 1)
  return back
}

/** `behindIt`: whether another line comes before it. */
const layChain = (table: PipeTable, slot: number, behindIt: boolean, done: Uint8Array): void => {
  const startNode = table.startNode[slot] ?? 0
  const endNode = table.endNode[slot] ?? 0
  const nameAt = (node: number): string => table.nodeNames[node] ?? ''
  const idOf = (step: Step): string => table.pipe(step >> 1).id
  const ahead: Step[] = []
  const behind: Step[] = []
  const last = follow(table, slot, endNode, ahead)
  const closed = ahead.length > 0 && last === startNode && behindIt
  const first = closed ? last : follow(table, slot, startNode, behind)
  let steps = turned(behind)
  steps.push(slot * 2 + 1)
  for (const step of ahead) steps.push(step)
  if (closed) {
    // A ring begins at its smallest point and goes towards the smaller line.
    const beginOf = (step: Step): string =>
      nameAt(((step & 1) === 1 ? table.startNode[step >> 1] : table.endNode[step >> 1]) ?? 0)
    const smallest = steps.map(beginOf).reduce((a, b) => (a < b ? a : b))
    const at = steps.findIndex((step) => beginOf(step) === smallest)
    steps = [...steps.slice(at), ...steps.slice(0, at)]
    if (idOf(steps.at(-1) ?? 0) < idOf(steps[0] ?? 0)) steps = turned(steps)
  } else if (
    nameAt(last) < nameAt(first) ||
    (last === first && idOf(steps.at(-1) ?? slot * 2) < idOf(steps[0] ?? slot * 2))
  )
    steps = turned(steps)
  const slots: number[] = []
  let least = table.pipe(slot).id
  for (const step of steps) {
    slots.push(step >> 1)
    const id = idOf(step)
    if (id < least) least = id
  }
  const run = table.newRun(least, slots)
  let station = 0
  for (const step of steps) {
    table.setRun(step >> 1, run, station, (step & 1) === 1)
    station += table.planLength(step >> 1)
    done[step >> 1] = 1
  }
}

/** Lays the run of a line anew and marks its slots. */
const layRun = (table: PipeTable, slot: number, done: Uint8Array): void => {
  const startNode = table.startNode[slot] ?? 0
  const endNode = table.endNode[slot] ?? 0
  const behind = partnerAt(table, startNode, slot)
  if (behind !== NONE || partnerAt(table, endNode, slot) !== NONE) {
    layChain(table, slot, behind !== NONE, done)
    return
  }
  // Alone, as house drains and planted lines are.
  const forward = !((table.nodeNames[endNode] ?? '') < (table.nodeNames[startNode] ?? ''))
  table.setRun(slot, table.newRun(table.pipe(slot).id, [slot]), 0, forward)
  done[slot] = 1
}

/** Lays the runs of these lines. */
export const layRuns = (table: PipeTable, slots: Iterable<number>): void => {
  const done = new Uint8Array(table.capacity)
  for (const slot of slots) if (done[slot] === 0) layRun(table, slot, done)
}
