/** What a model holds, as rows: layers to show and hide, and every object as text for those who do not see the picture. Pure. */
import type { IfcGeometry, NetworkGeometry, ViewerGeometry } from '../../model/geometry.ts'
import { pipeFlags } from './pipes.ts'

export interface Layer {
  readonly key: string
  readonly kind: 'pipes' | 'elements' | 'wells'
  readonly count: number
}
export const WELL_LAYER = 'wells'
/** The layers of several models, the fullest first. */
export const layersOf = (geometries: readonly ViewerGeometry[]): readonly Layer[] => {
  const counts = new Map<string, { kind: Layer['kind']; count: number }>()
  const count = (key: string, kind: Layer['kind']): void => {
    const there = counts.get(key)
    if (there === undefined) counts.set(key, { kind, count: 1 })
    else there.count += 1
  }
  for (const geometry of geometries)
    if (geometry.kind === 'network') {
      for (const at of geometry.pipes.classOf) count(geometry.classes[at] ?? '', 'pipes')
      for (let k = 0; k < geometry.nodes.ids.length; k += 1)
        if ((geometry.nodes.well[k * 2] ?? Number.NaN) > 0) count(WELL_LAYER, 'wells')
    } else {
      const drawn = new Set(geometry.parts.element)
      for (const element of drawn) count(geometry.elements[element]?.class ?? '', 'elements')
    }
  return [...counts]
    .map(([key, each]): Layer => ({ key, ...each }))
    .sort((a, b) => b.count - a.count || a.key.localeCompare(b.key))
}

export interface ObjectRow {
  readonly id: string
  readonly layer: string
  readonly name: string
  /** Metres; null: unknown. For pipes the plan length and the heights of the axis at both ends. */
  readonly lengthM: number | null
  readonly sizeM: readonly [number | null, number | null]
  readonly heightsM: readonly [number | null, number | null]
  readonly storey: string | null
}
const orNull = (value: number | undefined): number | null => (value === undefined || Number.isNaN(value) ? null : value)
const add = (a: number | null, b: number): number | null => (a === null ? null : a + b)
const pipeRow = (geometry: NetworkGeometry, k: number): ObjectRow => {
  const { axis, size, ids, classOf, flags, ends } = geometry.pipes
  const at = (offset: number): number => axis[k * 6 + offset] ?? 0
  const words = [
    ...((flags[k] ?? 0) & pipeFlags.design ? ['设计'] : []),
    ...((flags[k] ?? 0) & pipeFlags.abandoned ? ['废弃'] : []),
    ...((flags[k] ?? 0) & pipeFlags.temporary ? ['临时'] : []),
  ]
  const node = (end: 0 | 1): string => geometry.nodes.ids[ends[k * 2 + end] ?? 0] ?? ''
  return {
    id: ids[k] ?? '',
    layer: geometry.classes[classOf[k] ?? 0] ?? '',
    name: [`${node(0)}—${node(1)}`, ...words].join(' '),
    lengthM: Math.hypot(at(3) - at(0), at(4) - at(1)),
    sizeM: [orNull(size[k * 2]), orNull(size[k * 2 + 1])],
    heightsM: [add(orNull(axis[k * 6 + 2]), geometry.origin[2]), add(orNull(axis[k * 6 + 5]), geometry.origin[2])],
    storey: null,
  }
}
const elementRow = (geometry: IfcGeometry, k: number): ObjectRow => {
  const element = geometry.elements[k]
  return {
    id: element?.id ?? '',
    layer: element?.class ?? '',
    name: element?.name ?? '',
    lengthM: null,
    sizeM: [null, null],
    heightsM: [null, null],
    storey: element?.storey ?? null,
  }
}
/** Rows whose id, class or name contains a text, from `first` on, at most `most`; `total` counts all that fit. */
export const objectRows = (
  geometry: ViewerGeometry,
  search: string,
  first: number,
  most: number,
): { readonly rows: readonly ObjectRow[]; readonly total: number } => {
  const wanted = search.trim().toLowerCase()
  const count = geometry.kind === 'network' ? geometry.pipes.ids.length : geometry.elements.length
  const rows: ObjectRow[] = []
  let total = 0
  for (let k = 0; k < count; k += 1) {
    const row = geometry.kind === 'network' ? pipeRow(geometry, k) : elementRow(geometry, k)
    if (wanted !== '' && !`${row.id} ${row.layer} ${row.name}`.toLowerCase().includes(wanted)) continue
    if (total >= first && rows.length < most) rows.push(row)
    total += 1
  }
  return { rows, total }
}

/** A geometry with some of its objects only: what an older version has and the newer one lacks. */
export const onlyObjects = (geometry: ViewerGeometry, ids: ReadonlySet<string>): ViewerGeometry => {
  if (geometry.kind === 'ifc') {
    const kept = [...geometry.parts.mesh.keys()].filter((part) =>
      ids.has(geometry.elements[geometry.parts.element[part] ?? 0]?.id ?? ''),
    )
    const some = (array: Float32Array, width: number): Float32Array =>
      Float32Array.from(kept.flatMap((part) => [...array.subarray(part * width, (part + 1) * width)]))
    return {
      ...geometry,
      parts: {
        mesh: Uint32Array.from(kept, (part) => geometry.parts.mesh[part] ?? 0),
        element: Uint32Array.from(kept, (part) => geometry.parts.element[part] ?? 0),
        matrices: some(geometry.parts.matrices, 16),
        colours: some(geometry.parts.colours, 4),
      },
    }
  }
  const { pipes } = geometry
  const kept = [...pipes.ids.keys()].filter((k) => ids.has(pipes.ids[k] ?? ''))
  const floats = (array: Float32Array, width: number): Float32Array =>
    Float32Array.from(kept.flatMap((k) => [...array.subarray(k * width, (k + 1) * width)]))
  return {
    ...geometry,
    pipes: {
      ids: kept.map((k) => pipes.ids[k] ?? ''),
      classOf: Uint16Array.from(kept, (k) => pipes.classOf[k] ?? 0),
      axis: floats(pipes.axis, 6),
      size: floats(pipes.size, 2),
      inner: floats(pipes.inner, 1),
      shape: Uint8Array.from(kept, (k) => pipes.shape[k] ?? 0),
      flags: Uint8Array.from(kept, (k) => pipes.flags[k] ?? 0),
      ground: floats(pipes.ground, 2),
      ends: Uint32Array.from(kept.flatMap((k) => [...pipes.ends.subarray(k * 2, k * 2 + 2)])),
    },
    nodes: {
      ids: geometry.nodes.ids,
      at: geometry.nodes.at,
      labels: geometry.nodes.labels,
      well: new Float32Array(geometry.nodes.well.length).fill(Number.NaN),
    },
  }
}
