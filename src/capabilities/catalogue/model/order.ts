/** Prerequisites: what may run side by side, what waits for what and why, and which front conditions are still open. */
import type { Words } from '../../../kernel/words.ts'
import type { Citation, HoldKind, ItemVersion, Milestone, Stage } from './schema.ts'

/** One item waits for another. `through` names the milestone by which it does, if not directly. */
export interface Hold {
  readonly item: string
  readonly waitsFor: string
  readonly hold: HoldKind
  readonly because: Words
  readonly citation: Citation
  readonly through: string | null
}
export interface Plan {
  /** Items that may run side by side; a layer waits for results of the layers before it. */
  readonly layers: readonly (readonly string[])[]
  /** Every hold between items of the plan. */
  readonly holds: readonly Hold[]
}

export const milestonesOf = (stages: readonly Stage[]): ReadonlyMap<string, Milestone> =>
  new Map(
    stages.flatMap((stage) => stage.milestones).map((milestone): [string, Milestone] => [milestone.id, milestone]),
  )

/** Gives what an item waits for, milestones resolved into the items that they need. */
export const holdsOf = (item: ItemVersion, milestones: ReadonlyMap<string, Milestone>): readonly Hold[] =>
  item.prerequisites.flatMap((prerequisite): readonly Hold[] => {
    const { hold, because, citation, on } = prerequisite
    if (prerequisite.onKind === 'item')
      return [{ item: item.itemId, waitsFor: on, hold, because, citation, through: null }]
    return (milestones.get(on)?.requires ?? []).map((need) => ({
      item: item.itemId,
      waitsFor: need.item,
      hold,
      because: need.because,
      citation: need.citation,
      through: on,
    }))
  })

const ordersHandling = (hold: HoldKind): boolean => hold === 'before-acceptance' || hold === 'before-decision'

/**
 * Orders items by their prerequisites before acceptance and decision; what only holds the start of construction or of
 * use does not order them. Prerequisites outside the plan are left out. Throws an Error if they wait in a circle.
 */
export const planOrder = (items: readonly ItemVersion[], stages: readonly Stage[]): Plan => {
  const planned = new Set(items.map((item) => item.itemId))
  const milestones = milestonesOf(stages)
  const holds = items.flatMap((item) => holdsOf(item, milestones)).filter((hold) => planned.has(hold.waitsFor))
  const done = new Set<string>()
  const layers: string[][] = []
  while (done.size < planned.size) {
    const layer = [...planned].filter(
      (id) =>
        !done.has(id) &&
        holds.every((hold) => hold.item !== id || !ordersHandling(hold.hold) || done.has(hold.waitsFor)),
    )
    if (layer.length === 0)
      throw new Error(`事项互相等待,形成循环:${[...planned].filter((id) => !done.has(id)).join(', ')}`)
    for (const id of layer) done.add(id)
    layers.push(layer)
  }
  return { layers, holds }
}

export interface OpenCondition {
  readonly on: string
  readonly onKind: 'item' | 'milestone'
  readonly hold: HoldKind
  /** What is missing and what to do. */
  readonly sentence: Words
  readonly citation: Citation
}
export interface FrontContext {
  /** The items of this project: a prerequisite that the project does not need is no condition. */
  readonly plan: readonly ItemVersion[]
  readonly stages: readonly Stage[]
  /** Only holds of these kinds; all where absent. */
  readonly holds?: readonly HoldKind[]
}

/** Gives the prerequisites of an item that are still open. `settled`: ids of decided items and reached milestones. */
export const frontConditions = (
  item: ItemVersion,
  settled: ReadonlySet<string>,
  context: FrontContext,
): readonly OpenCondition[] => {
  const names = new Map<string, Words>()
  for (const planned of context.plan) names.set(planned.itemId, planned.name)
  for (const milestone of milestonesOf(context.stages).values()) names.set(milestone.id, milestone.name)
  return item.prerequisites.flatMap((prerequisite): readonly OpenCondition[] => {
    const { on, onKind, hold, because, citation } = prerequisite
    const name = names.get(on)
    if (settled.has(on) || name === undefined || (context.holds !== undefined && !context.holds.includes(hold)))
      return []
    const todo: Words =
      onKind === 'item'
        ? { zh: `请先办结“${name.zh}”`, en: `first close "${name.en}"` }
        : { zh: `请先完成“${name.zh}”并登记`, en: `first reach and record "${name.en}"` }
    return [
      { on, onKind, hold, citation, sentence: { zh: `${because.zh};${todo.zh}`, en: `${because.en}; ${todo.en}` } },
    ]
  })
}

/** Gives what still holds the start of construction, or of use, for the items of a project. */
export const gate = (
  kind: 'before-construction' | 'before-production',
  settled: ReadonlySet<string>,
  context: FrontContext,
): readonly OpenCondition[] => {
  const open = context.plan.flatMap((item) => frontConditions(item, settled, { ...context, holds: [kind] }))
  const own = milestonesOf(context.stages).get(
    kind === 'before-construction' ? 'construction-start' : 'production-start',
  )
  const planned = new Map(context.plan.map((item): [string, ItemVersion] => [item.itemId, item]))
  const required = (own?.requires ?? []).flatMap((need): readonly OpenCondition[] => {
    const item = planned.get(need.item)
    if (item === undefined || settled.has(need.item)) return []
    const sentence = {
      zh: `${need.because.zh};请先办结“${item.name.zh}”`,
      en: `${need.because.en}; first close "${item.name.en}"`,
    }
    return [{ on: need.item, onKind: 'item', hold: kind, sentence, citation: need.citation }]
  })
  const seen = new Set<string>()
  return [...required, ...open].filter((condition) => !seen.has(condition.on) && seen.add(condition.on) !== undefined)
}
