/** Zones, obstacles and roads of a check while a person works on them. Pure. */
import {
  faultOfShape,
  parsePath,
  pathText,
  type ShapeName,
  tidyPath,
} from '../../../../../engines/pipes/places/shape.ts'
import {
  type GroundZone,
  groundZones,
  type ObstacleKind,
  obstacleKinds,
} from '../../../../../engines/pipes/rules/schema.ts'
import { type Words, words } from '../../../../../kernel/words.ts'
import { mostPlaces, type PipesDefinition } from '../../../model/definition.ts'

export const zoneWords: Readonly<Record<GroundZone, Words>> = {
  carriageway: words('机动车道', 'Carriageway'),
  footway: words('人行道、非机动车道', 'Footway, cycle track'),
  courtyard: words('庭院、绿地', 'Courtyard, green'),
  paddy: words('水田', 'Paddy field'),
}
export const obstacleWords: Readonly<Record<ObstacleKind, Words>> = {
  building: words('建(构)筑物', 'Building'),
  tree: words('乔木', 'Tree'),
  kerb: words('道路侧石', 'Kerb'),
  railway: words('铁路', 'Railway'),
  tramway: words('有轨电车', 'Tramway'),
  other: words('其他', 'Other'),
}
export const shapeWords: Readonly<Record<ShapeName, Words>> = {
  point: words('点', 'Point'),
  line: words('线', 'Line'),
  polygon: words('面', 'Area'),
}

/** What a place is: 'zone:footway', 'obstacle:tree', 'road'. */
export const placeTypes = [
  ...groundZones.map((zone) => `zone:${zone}` as const),
  ...obstacleKinds.map((kind) => `obstacle:${kind}` as const),
  'road',
] as const
export type PlaceType = (typeof placeTypes)[number]
export const typeWords = (type: PlaceType): Words => {
  const [what, kind] = type.split(':')
  return what === 'road'
    ? words('道路(平面次序)', 'Road (order of pipes)')
    : what === 'zone'
      ? words(`覆土分区:${zoneWords[kind as GroundZone].zh}`, `Zone: ${zoneWords[kind as GroundZone].en}`)
      : obstacleWords[kind as ObstacleKind]
}
/** Shapes that a place of this type may have, the usual one first. */
export const shapesFor = (type: PlaceType): readonly ShapeName[] =>
  type === 'road'
    ? ['line']
    : type.startsWith('zone:')
      ? ['polygon']
      : type === 'obstacle:tree'
        ? ['point']
        : type === 'obstacle:building' || type === 'obstacle:other'
          ? ['polygon', 'line', 'point']
          : ['line', 'polygon']

/** One place as the form holds it: everything as typed. */
export interface Draft {
  readonly type: PlaceType
  readonly no: string
  readonly shape: ShapeName
  readonly text: string
  readonly widthM: number | null
  readonly baseElevation: number | null
  /** Inner rings, which the form leaves as they are. */
  readonly holes: PipesDefinition['zones'][number]['rings']
}
export const emptyDraft = (type: PlaceType = 'obstacle:building'): Draft => ({
  type,
  no: '',
  shape: shapesFor(type)[0] ?? 'polygon',
  text: '',
  widthM: type === 'road' ? 24 : null,
  baseElevation: null,
  holes: [],
})
export const ofType = (draft: Draft, type: PlaceType): Draft => {
  const shapes = shapesFor(type)
  return {
    ...draft,
    type,
    shape: shapes.includes(draft.shape) ? draft.shape : (shapes[0] ?? 'polygon'),
    widthM: type === 'road' ? (draft.widthM ?? 24) : null,
    holes: type.startsWith('zone:') ? draft.holes : [],
  }
}

/** A place in lists. */
export interface Place {
  /** Which list of the definition, and where in it. */
  readonly list: 'zones' | 'obstacles' | 'roads'
  readonly at: number
  readonly name: string
  readonly type: PlaceType
  readonly shape: ShapeName
  readonly path: readonly (readonly [number, number])[]
  readonly draft: Draft
}
type Places = Pick<PipesDefinition, 'zones' | 'obstacles' | 'roads'>
export const placesOf = ({ zones, obstacles, roads }: Places): readonly Place[] => [
  ...zones.map(({ zone, rings }, at): Place => {
    const [path = [], ...holes] = rings
    const type = `zone:${zone}` as const
    return {
      list: 'zones',
      at,
      name: `分区 ${at + 1}`,
      type,
      shape: 'polygon',
      path,
      draft: { ...emptyDraft(type), text: pathText(path), holes },
    }
  }),
  ...obstacles.map(({ id, kind, shape, path, baseElevation }, at): Place => {
    const type = `obstacle:${kind}` as const
    return {
      list: 'obstacles',
      at,
      name: id,
      type,
      shape,
      path,
      draft: { ...emptyDraft(type), no: id, shape, text: pathText(path), baseElevation },
    }
  }),
  ...roads.map(
    ({ id, path, widthM }, at): Place => ({
      list: 'roads',
      at,
      name: id,
      type: 'road',
      shape: 'line',
      path,
      draft: { ...emptyDraft('road'), no: id, text: pathText(path), widthM },
    }),
  ),
]

/** What is wrong with a draft, by field; nothing: it can be kept. `editing`: the place that it stands for. */
export const faultsOf = (
  draft: Draft,
  places: Places,
  editing: Pick<Place, 'list' | 'at'> | null,
): { readonly no?: string; readonly text?: string; readonly widthM?: string; readonly all?: string } => {
  const [what = ''] = draft.type.split(':')
  const list = what === 'zone' ? 'zones' : what === 'road' ? 'roads' : 'obstacles'
  const isNew = editing === null || editing.list !== list
  const name = draft.no.trim()
  const taken =
    list !== 'zones' && places[list].some(({ id }, at) => id === name && !(editing?.list === list && editing.at === at))
  const { path, fault } = parsePath(draft.text)
  const shapeFault = fault ?? faultOfShape(tidyPath(path, draft.shape), draft.shape)
  return {
    ...(list === 'zones' ? {} : name === '' ? { no: '请填写编号。' } : taken ? { no: '编号已被使用,请换一个。' } : {}),
    ...(shapeFault === null ? {} : { text: shapeFault }),
    ...(list === 'roads' && (draft.widthM === null || draft.widthM < 3 || draft.widthM > 200)
      ? { widthM: '请填写红线宽度,3到200米。' }
      : {}),
    ...(isNew && places[list].length >= mostPlaces[list] ? { all: `最多${mostPlaces[list]}个,请先删去一些。` } : {}),
  }
}
const without = (places: Places, gone: Pick<Place, 'list' | 'at'> | null): Places =>
  gone === null ? places : { ...places, [gone.list]: places[gone.list].filter((_each, at) => at !== gone.at) }
export const withoutPlace = (definition: PipesDefinition, gone: Pick<Place, 'list' | 'at'>): PipesDefinition => ({
  ...definition,
  ...without(definition, gone),
})
/** Puts a draft without faults into the definition, in the place of what was edited. */
export const withDraft = (
  definition: PipesDefinition,
  draft: Draft,
  editing: Pick<Place, 'list' | 'at'> | null,
): PipesDefinition => {
  const [what = '', kind = ''] = draft.type.split(':')
  const path = tidyPath(parsePath(draft.text).path, draft.shape).map(([east, north]): [number, number] => [east, north])
  const list = what === 'zone' ? 'zones' : what === 'road' ? 'roads' : 'obstacles'
  const item =
    list === 'zones'
      ? { zone: kind as GroundZone, rings: [path, ...draft.holes] }
      : list === 'roads'
        ? { id: draft.no.trim(), path, widthM: draft.widthM ?? 0 }
        : {
            id: draft.no.trim(),
            kind: kind as ObstacleKind,
            shape: draft.shape,
            path,
            baseElevation: draft.baseElevation,
          }
  if (editing !== null && editing.list === list) {
    const changed = (definition[list] as readonly unknown[]).map((each, at) => (at === editing.at ? item : each))
    return { ...definition, [list]: changed } as PipesDefinition
  }
  const rest = without(definition, editing)
  return { ...definition, ...rest, [list]: [...rest[list], item] } as PipesDefinition
}
/** Adds what was read from files; what has the number of something that is there takes its place. */
export const withRead = (definition: PipesDefinition, read: Places): PipesDefinition => {
  const merged = <T extends { readonly id: string }>(old: readonly T[], fresh: readonly T[]): T[] => {
    const ids = new Set(fresh.map(({ id }) => id))
    return [...old.filter(({ id }) => !ids.has(id)), ...fresh]
  }
  const known = new Set(definition.zones.map((zone) => JSON.stringify(zone)))
  return {
    ...definition,
    zones: [...definition.zones, ...read.zones.filter((zone) => !known.has(JSON.stringify(zone)))],
    obstacles: merged(definition.obstacles, read.obstacles),
    roads: merged(definition.roads, read.roads),
  }
}
