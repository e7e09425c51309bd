/** What relations of a file say about its elements, by line number. */
import {
  IFCELEMENTQUANTITY,
  IFCPROPERTYSET,
  IFCRELAGGREGATES,
  IFCRELASSIGNSTOGROUP,
  IFCRELASSOCIATESCLASSIFICATION,
  IFCRELASSOCIATESMATERIAL,
  IFCRELCONNECTSELEMENTS,
  IFCRELCONTAINEDINSPATIALSTRUCTURE,
  IFCRELDEFINESBYPROPERTIES,
  IFCRELDEFINESBYTYPE,
  IFCRELFILLSELEMENT,
  IFCRELNESTS,
  IFCRELVOIDSELEMENT,
} from 'web-ifc'
import type { PropertyValue } from '../clash/model.ts'
import { type Line, type Lines, listOf, refOf, refsOf, textOf, valueOf } from './lines.ts'
import type { Classification } from './model.ts'

export type Properties = Readonly<Record<string, PropertyValue>>

export interface Relations {
  /** Line of the whole, by line of the part (aggregates, nests and voids). */
  readonly wholeOf: ReadonlyMap<number, number>
  readonly hasParts: ReadonlySet<number>
  readonly storeyOf: (line: number) => string | null
  readonly systemsOf: (line: number) => readonly string[]
  readonly propertiesOf: (line: number) => Properties
  readonly typeNameOf: (line: number) => string | null
  readonly materialsOf: (line: number) => readonly string[]
  readonly classificationsOf: (line: number) => readonly Classification[]
  /** Pairs of lines of elements that are joined by a relation: walls in a corner, a door and its wall. */
  readonly joined: readonly (readonly [number, number])[]
}

const multiple = <T>(): {
  readonly add: (key: number, value: T) => void
  readonly get: (key: number) => readonly T[]
} => {
  const map = new Map<number, T[]>()
  return {
    add(key, value) {
      const list = map.get(key)
      if (list === undefined) map.set(key, [value])
      else if (!list.includes(value)) list.push(value)
    },
    get: (key) => map.get(key) ?? [],
  }
}

/** Values of one property set or set of quantities, by property name. Complex ones are opened one level. */
export const propertiesIn = (lines: Lines, set: Line): Properties => {
  const found: Record<string, PropertyValue> = {}
  const put = (name: string | null, value: PropertyValue | null): void => {
    if (name !== null && value !== null && !Object.hasOwn(found, name)) found[name] = value
  }
  const read = (line: Line, deep: boolean): void => {
    const name = textOf(line['Name'])
    put(name, valueOf(line['NominalValue']))
    for (const list of ['EnumerationValues', 'ListValues']) {
      const values = listOf(line[list]).flatMap((each) => valueOf(each) ?? [])
      if (values.length > 0) put(name, values.length === 1 ? (values[0] ?? null) : values.join(', '))
    }
    for (const quantity of ['Length', 'Area', 'Volume', 'Count', 'Weight', 'Time'])
      put(name, valueOf(line[`${quantity}Value`]))
    if (deep)
      for (const each of refsOf(line['HasProperties'] ?? null)) {
        const part = lines.get(each)
        if (part !== null) read(part, false)
      }
  }
  for (const each of [...refsOf(set['HasProperties']), ...refsOf(set['Quantities'])]) {
    const property = lines.get(each)
    if (property !== null) read(property, true)
  }
  return found
}

const materialNames = (lines: Lines, line: number, depth = 0): readonly string[] => {
  const material = depth > 4 ? null : lines.get(line)
  if (material === null) return []
  const name = textOf(material['Name'])
  const inside = [
    'ForLayerSet',
    'ForProfileSet',
    'MaterialLayers',
    'MaterialProfiles',
    'MaterialConstituents',
    'Materials',
    'Material',
  ]
    .flatMap((field) => refsOf(material[field] ?? null))
    .flatMap((part) => materialNames(lines, part, depth + 1))
  return inside.length > 0 ? [...new Set(inside)] : name === null ? [] : [name]
}

export const relationsOf = (lines: Lines): Relations => {
  const each = (type: number, inherited: boolean, read: (line: Line) => void): void => {
    for (const number of lines.ofType(type, inherited)) {
      const line = lines.get(number)
      if (line !== null) read(line)
    }
  }
  const wholeOf = new Map<number, number>()
  const hasParts = new Set<number>()
  for (const type of [IFCRELAGGREGATES, IFCRELNESTS])
    each(type, false, (line) => {
      const whole = refOf(line['RelatingObject'])
      if (whole === null) return
      for (const part of refsOf(line['RelatedObjects'])) {
        wholeOf.set(part, whole)
        if (type === IFCRELAGGREGATES) hasParts.add(whole)
      }
    })
  const containerOf = new Map<number, number>()
  each(IFCRELCONTAINEDINSPATIALSTRUCTURE, false, (line) => {
    const structure = refOf(line['RelatingStructure'])
    if (structure !== null) for (const element of refsOf(line['RelatedElements'])) containerOf.set(element, structure)
  })
  const hostOf = new Map<number, number>()
  each(IFCRELVOIDSELEMENT, false, (line) => {
    const [host, opening] = [refOf(line['RelatingBuildingElement']), refOf(line['RelatedOpeningElement'])]
    if (host !== null && opening !== null) hostOf.set(opening, host)
  })
  const joined: [number, number][] = []
  each(IFCRELFILLSELEMENT, false, (line) => {
    const [opening, filler] = [refOf(line['RelatingOpeningElement']), refOf(line['RelatedBuildingElement'])]
    const host = opening === null ? undefined : hostOf.get(opening)
    if (filler !== null && host !== undefined) joined.push([host, filler])
  })
  each(IFCRELCONNECTSELEMENTS, true, (line) => {
    const [a, b] = [refOf(line['RelatingElement']), refOf(line['RelatedElement'])]
    if (a !== null && b !== null) joined.push([a, b])
  })
  const systems = multiple<string>()
  each(IFCRELASSIGNSTOGROUP, true, (line) => {
    const group = lines.get(refOf(line['RelatingGroup']) ?? 0)
    const name = group === null ? null : (textOf(group['Name']) ?? textOf(group['LongName']))
    if (name !== null) for (const member of refsOf(line['RelatedObjects'])) systems.add(member, name)
  })

  const sets = new Map<number, { readonly name: string; readonly values: Properties } | null>()
  const setAt = (number: number): { readonly name: string; readonly values: Properties } | null => {
    const known = sets.get(number)
    if (known !== undefined) return known
    const line = lines.get(number)
    const name = line === null ? null : textOf(line['Name'])
    const isSet = line !== null && [IFCPROPERTYSET, IFCELEMENTQUANTITY].includes(Number(line['type']))
    const made = line === null || name === null || !isSet ? null : { name, values: propertiesIn(lines, line) }
    sets.set(number, made)
    return made
  }
  const own = multiple<number>()
  each(IFCRELDEFINESBYPROPERTIES, false, (line) => {
    for (const set of refsOf(line['RelatingPropertyDefinition']))
      for (const element of refsOf(line['RelatedObjects'])) own.add(element, set)
  })
  const typeOf = new Map<number, number>()
  each(IFCRELDEFINESBYTYPE, false, (line) => {
    const type = refOf(line['RelatingType'])
    if (type !== null) for (const element of refsOf(line['RelatedObjects'])) typeOf.set(element, type)
  })
  const types = new Map<number, { readonly name: string | null; readonly sets: readonly number[] }>()
  const typeAt = (line: number): { readonly name: string | null; readonly sets: readonly number[] } => {
    const known = types.get(line)
    if (known !== undefined) return known
    const type = lines.get(line)
    const made = { name: type === null ? null : textOf(type['Name']), sets: refsOf(type?.['HasPropertySets'] ?? null) }
    types.set(line, made)
    return made
  }
  const materials = multiple<string>()
  const named = new Map<number, readonly string[]>()
  each(IFCRELASSOCIATESMATERIAL, false, (line) => {
    const material = refOf(line['RelatingMaterial'])
    if (material === null) return
    const names = named.get(material) ?? materialNames(lines, material)
    named.set(material, names)
    for (const element of refsOf(line['RelatedObjects'])) for (const name of names) materials.add(element, name)
  })
  const classifications = multiple<Classification>()
  each(IFCRELASSOCIATESCLASSIFICATION, false, (line) => {
    const reference = lines.get(refOf(line['RelatingClassification']) ?? 0)
    if (reference === null) return
    const source = lines.get(refOf(reference['ReferencedSource'] ?? null) ?? 0)
    const classification = {
      system: source === null ? null : textOf(source['Name']),
      code: textOf(reference['Identification'] ?? null) ?? textOf(reference['ItemReference'] ?? null),
      name: textOf(reference['Name']),
    }
    for (const element of refsOf(line['RelatedObjects'])) classifications.add(element, classification)
  })

  /** The line itself and the wholes that it is a part of, the nearest first. */
  const upwards = function* (line: number): Generator<number> {
    const seen = new Set<number>()
    for (let at: number | undefined = line; at !== undefined && !seen.has(at); at = wholeOf.get(at)) {
      seen.add(at)
      yield at
    }
  }
  const storeys = new Map<number, string | null>()
  const storeyIn = (structure: number): string | null => {
    const known = storeys.get(structure)
    if (known !== undefined) return known
    let name: string | null = null
    for (const at of upwards(structure)) {
      const line = lines.get(at)
      if (line === null) continue
      const label = textOf(line['Name']) ?? textOf(line['LongName'] ?? null)
      name ??= label
      if (lines.className(at) === 'IfcBuildingStorey') {
        name = label
        break
      }
    }
    storeys.set(structure, name)
    return name
  }
  return {
    wholeOf,
    hasParts,
    storeyOf(line) {
      for (const at of upwards(line)) {
        const container = containerOf.get(at)
        if (container !== undefined) return storeyIn(container)
        if (lines.className(at) === 'IfcBuildingStorey') return storeyIn(at)
      }
      return null
    },
    systemsOf: (line) => [...new Set([...upwards(line)].flatMap((at) => systems.get(at)))],
    propertiesOf(line) {
      const found: Record<string, PropertyValue> = {}
      const type = typeOf.get(line)
      // What is said of the element itself stands above what is said of its type.
      for (const number of [...(type === undefined ? [] : typeAt(type).sets), ...own.get(line)]) {
        const set = setAt(number)
        if (set !== null) for (const [name, value] of Object.entries(set.values)) found[`${set.name}.${name}`] = value
      }
      return found
    },
    typeNameOf(line) {
      const type = typeOf.get(line)
      return type === undefined ? null : typeAt(type).name
    },
    materialsOf(line) {
      const direct = materials.get(line)
      const type = typeOf.get(line)
      return direct.length > 0 || type === undefined ? direct : materials.get(type)
    },
    classificationsOf: (line) => classifications.get(line),
    joined,
  }
}
