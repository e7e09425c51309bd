/** Which elements a selector takes. */
import type { Exclusion, SceneElement, Selector } from './model.ts'

const hasOne = (wanted: readonly string[] | undefined, value: string | null): boolean =>
  wanted === undefined || (value !== null && wanted.includes(value))

const hasProperty = (element: SceneElement, { name, values }: NonNullable<Selector['properties']>[number]): boolean =>
  Object.entries(element.properties).some(
    ([key, value]) =>
      (key === name || key.endsWith(`.${name}`)) && (values === undefined || values.some((wanted) => wanted === value)),
  )

const lower = (words: readonly string[] | undefined): readonly string[] | undefined =>
  words?.map((word) => word.toLowerCase())

/** Class names are compared without regard to case ('IFCWALL' is 'IfcWall'); everything else exactly. */
export const selects = (selector: Selector): ((element: SceneElement) => boolean) => {
  const classes = lower(selector.classes)
  return (element) =>
    (classes === undefined || hasOne(classes, element.class.toLowerCase())) &&
    hasOne(selector.storeys, element.storey) &&
    hasOne(selector.models, element.model) &&
    hasOne(selector.ids, element.id) &&
    (selector.systems === undefined || selector.systems.some((system) => element.systems.includes(system))) &&
    (selector.names === undefined || selector.names.some((part) => element.name?.includes(part) === true)) &&
    (selector.properties === undefined || selector.properties.every((wanted) => hasProperty(element, wanted)))
}

/** Tells whether a pair is excluded; each selector looks at each element once. */
export const excluder = (
  exclusions: readonly Exclusion[],
  elements: readonly SceneElement[],
): ((a: number, b: number) => boolean) => {
  const flags = (selector: Selector): Uint8Array => {
    const takes = selects(selector)
    return Uint8Array.from(elements, (element) => (takes(element) ? 1 : 0))
  }
  const sides = exclusions.map(({ a, b }) => ({ a: flags(a), b: b === undefined ? null : flags(b) }))
  return (a, b) =>
    sides.some((side) =>
      side.b === null
        ? side.a[a] === 1 || side.a[b] === 1
        : (side.a[a] === 1 && side.b[b] === 1) || (side.a[b] === 1 && side.b[a] === 1),
    )
}
