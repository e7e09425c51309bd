/** What can stand or lie around pipes, in the words of people: zones of cover, obstacles, middle lines of roads. */
import type { GroundZone, ObstacleKind } from '../rules/schema.ts'

export type PlaceKind =
  | { readonly what: 'zone'; readonly zone: GroundZone }
  | { readonly what: 'obstacle'; readonly kind: ObstacleKind }
  | { readonly what: 'road' }

/** The first that a text contains counts: 非机动车道 before 机动车道, 电车轨道 before 铁路轨道. */
const words: readonly (readonly [RegExp, PlaceKind])[] = [
  [/中心线|road ?cent|centerline|centreline|^road$/i, { what: 'road' }],
  [/人行|非机动|自行车|footway|sidewalk|cycle/i, { what: 'zone', zone: 'footway' }],
  [/机动车道|车行道|行车道|carriageway/i, { what: 'zone', zone: 'carriageway' }],
  [/庭院|绿地|绿化|草坪|courtyard|green/i, { what: 'zone', zone: 'courtyard' }],
  [/水田|paddy/i, { what: 'zone', zone: 'paddy' }],
  [/电车|tram/i, { what: 'obstacle', kind: 'tramway' }],
  [/铁路|铁轨|railway|rail/i, { what: 'obstacle', kind: 'railway' }],
  [/侧石|路缘|缘石|kerb|curb/i, { what: 'obstacle', kind: 'kerb' }],
  [/乔木|树|tree/i, { what: 'obstacle', kind: 'tree' }],
  [/建筑|构筑|房屋|楼|building|structure/i, { what: 'obstacle', kind: 'building' }],
  [/其他|其它|障碍|other/i, { what: 'obstacle', kind: 'other' }],
]
export const placeKindOf = (text: string): PlaceKind | undefined =>
  words.find(([pattern]) => pattern.test(text.normalize('NFKC')))?.[1]

/** Words that are understood, for sentences. */
export const placeWords = '机动车道、人行道、绿地、水田、建筑、乔木、侧石、铁路、电车、道路中心线'
