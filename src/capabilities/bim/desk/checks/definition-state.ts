/** Definitions of checks while a person works on them. Pure. */
import type { ClashDefinition, PipesDefinition, SelectorInput } from '../../model/definition.ts'

/** What selectors can name in a model. */
export interface Selectable {
  readonly modelId: string
  readonly name: string
  readonly kind: 'network' | 'ifc'
  readonly classes: readonly string[]
  readonly systems: readonly string[]
  readonly storeys: readonly string[]
}
export const emptyPipes: PipesDefinition = {
  kind: 'pipes',
  models: [],
  rules: null,
  defaultZone: 'carriageway',
  zones: [],
  obstacles: [],
  roads: [],
  chambers: true,
  toleranceM: 0,
  existingAmongThemselves: false,
  exclusions: [],
}
export const emptyClash: ClashDefinition = {
  kind: 'clash',
  a: { models: [], selector: {} },
  b: { models: [], selector: {} },
  toleranceM: 0.001,
  clearanceM: null,
  touches: false,
  connected: false,
  exclusions: [],
}
/** Conditions that name nothing are no conditions: they go, so that the selector takes everything. */
export const selectorOf = (given: SelectorInput): SelectorInput =>
  Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined && (value as readonly unknown[]).length > 0),
  ) as SelectorInput
/** A selector in one line. */
export const selectorText = (given: SelectorInput): string => {
  const parts = [
    given.classes,
    given.systems,
    given.storeys,
    given.names,
    given.ids?.length === undefined ? undefined : [`${given.ids.length} 个构件`],
    given.properties?.map((each) => each.name),
  ].flatMap((each) => (each === undefined ? [] : [each.join('、')]))
  return parts.length === 0 ? '全部' : parts.join(' 且 ')
}
