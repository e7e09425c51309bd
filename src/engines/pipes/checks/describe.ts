/** From gathered hits to findings: grades, both heights, who should move, and a sentence that says what to do. */
import type { Source } from '../../../kernel/sourced.ts'
import { factNames } from '../rules/lookup.ts'
import type { GroundZone, ObstacleKind, PipeRules, RuleSubject } from '../rules/schema.ts'
import { suggestYielding, type YieldingSuggestion } from '../rules/yielding.ts'
import type { ChamberHit } from './chambers.ts'
import type { Chamber, Doubt, Finding, FindingKind, FindingSide, Outcome, Severity } from './finding.ts'
import { severities } from './finding.ts'
import type { Gathered } from './gather.ts'
import type { CoverHit, ObstacleHit } from './ground.ts'
import type { LayoutHit } from './layout.ts'
import type { Hit } from './pairs.ts'
import type { PipeTable } from './table.ts'

export const subjectNames: Readonly<Record<RuleSubject, string>> = {
  water: '给水管',
  reclaimed: '再生水管',
  sewage: '污水管',
  rain: '雨水管',
  combined: '排水管',
  gas: '燃气管',
  heat: '热力管',
  power: '电力管线',
  telecom: '通信管线',
  industrial: '工业管',
  trench: '管沟',
  unknown: '不明管线',
  building: '建(构)筑物',
  tree: '乔木',
  kerb: '道路侧石',
  railway: '铁路',
  tramway: '有轨电车轨道',
}
export const zoneNames: Readonly<Record<GroundZone, string>> = {
  footway: '人行道及非机动车道',
  carriageway: '机动车道',
  courtyard: '庭院',
  paddy: '水田',
}
export const doubtNames: Readonly<Record<Doubt, string>> = {
  ...factNames,
  elevation: '高程或埋深',
  size: '断面尺寸',
  ground: '地面高程',
  use: '输配用途',
  'chamber-depth': '井底深',
}

/** To a tenth of a millimetre: what differs by less is the same finding. */
const tidy = (value: number): number => Math.round(value * 1e4) / 1e4 + 0
const tidyOrNull = (value: number | null): number | null => (value === null || Number.isNaN(value) ? null : tidy(value))
const metres = (value: number): string => value.toFixed(2)

const grade = (
  rules: PipeRules,
  kind: FindingKind,
  outcome: Outcome,
  required: number | null,
  shortfall: number | null,
  abandoned: boolean,
): Severity => {
  const step =
    outcome !== 'breach' || kind === 'crossing-order' || kind === 'layout-order'
      ? 3
      : kind === 'hard'
        ? 0
        : required !== null && shortfall !== null && shortfall >= required * rules.grading.majorShare
          ? 1
          : 2
  return severities[Math.min(3, step + (abandoned ? 1 : 0))] ?? 'notice'
}

const sideOf = (table: PipeTable, slot: number, s: number): FindingSide => {
  const axis = table.axisAt(slot, s) + table.frame.height
  const extent = table.extent[slot] ?? Number.NaN
  return {
    id: table.pipe(slot).id,
    subject: table.pipe(slot).kind,
    run: table.run(slot).id,
    stationM: tidy(table.stationAt(slot, s)),
    axis: tidyOrNull(axis),
    top: tidyOrNull(axis + extent),
    bottom: tidyOrNull(axis - extent),
  }
}

export const keyOf = (kind: FindingKind, one: string, other: string | null): string =>
  other === null ? `${kind}|${one}` : one < other ? `${kind}|${one}|${other}` : `${kind}|${other}|${one}`
const membersOf = (keys: readonly string[]): readonly string[] => [...new Set(keys)].sort()

interface Judgement {
  readonly requiredM: number | null
  readonly actualM: number | null
  readonly shortfallM: number | null
  readonly ruleId: string | null
  readonly clause: string
  readonly source: Source | null
  readonly verified: boolean
}
const judge = (
  hit: { readonly required: number | null; readonly actual: number | null; readonly outcome: Outcome },
  row: { readonly id: string; readonly clause: string; readonly source: Source; readonly verified: boolean } | null,
): Judgement => {
  const requiredM = tidyOrNull(hit.required)
  const actualM = tidyOrNull(hit.actual)
  return {
    requiredM,
    actualM,
    shortfallM: requiredM === null || actualM === null ? null : tidy(Math.max(0, requiredM - actualM)),
    ruleId: row?.id ?? null,
    clause: row?.clause ?? '',
    source: row?.source ?? null,
    verified: row?.verified ?? true,
  }
}
const cite = ({ clause, verified }: Judgement): string =>
  clause === '' ? '' : `(${clause}${verified ? '' : ',待核对原文'})`
const missing = (doubts: readonly Doubt[]): string => {
  const names = doubts.map((doubt) => doubtNames[doubt]).join('、')
  return names === '' ? '资料不全' : `${names}不明`
}
const advice = (table: PipeTable, ids: readonly [number, number], yielding: YieldingSuggestion | null): string => {
  if (yielding === null) return '请设计单位核定由哪一方调整。'
  const mover = ids.map((slot) => table.pipe(slot)).find(({ id }) => id === yielding.moves)
  return `建议${subjectNames[mover?.kind ?? 'unknown']}避让:${yielding.reason}。`
}

const pairSentence = (
  table: PipeTable,
  { kind, outcome, i, j, doubts }: Hit,
  judgement: Judgement,
  yielding: YieldingSuggestion | null,
): string => {
  const pair = `${subjectNames[table.pipe(i).kind]}与${subjectNames[table.pipe(j).kind]}`
  const { requiredM, actualM, shortfallM } = judgement
  const cited = cite(judgement)
  if (kind === 'hard') return `${pair}实体相碰,重叠${metres(-(actualM ?? 0))} m。${advice(table, [i, j], yielding)}`
  if (kind === 'crossing-order')
    return `${pair}交叉处上下顺序与规定次序相反${cited}。请核对是否可以调换;不能调换时采取保护措施。`
  const what = kind === 'crossing' ? '交叉垂直净距' : '水平净距'
  if (outcome === 'outside') return `${pair}${what}不在规范表内${cited},请由设计单位按专门标准确定。`
  if (outcome === 'unknown')
    return `${pair}${what}无法判定:${missing(doubts)},要求最大可达${metres(requiredM ?? 0)} m${cited}。请补测或补充资料后重新检查。`
  return `${pair}${what}${metres(actualM ?? 0)} m,要求不小于${metres(requiredM ?? 0)} m,差${metres(shortfallM ?? 0)} m${cited}。${advice(table, [i, j], yielding)}`
}

export const pairFinding = (table: PipeTable, rules: PipeRules, { worst, all, stretch }: Gathered<Hit>): Finding => {
  const { i, j, s, t, kind, outcome } = worst
  const a = table.pipe(i)
  const b = table.pipe(j)
  const abandoned = a.state === 'abandoned' || b.state === 'abandoned'
  const judgement = judge(
    worst,
    kind === 'crossing-order' ? { id: 'crossing-order', ...rules.crossingOrder } : worst.row,
  )
  const yielding = outcome === 'breach' && kind !== 'crossing-order' ? suggestYielding(rules.yielding, a, b) : null
  return {
    key: keyOf(kind, a.id, b.id),
    members: membersOf(all.map((hit) => keyOf(hit.kind, table.pipe(hit.i).id, table.pipe(hit.j).id))),
    kind,
    outcome,
    severity: grade(rules, kind, outcome, judgement.requiredM, judgement.shortfallM, abandoned),
    a: sideOf(table, i, s),
    b: sideOf(table, j, t),
    at: {
      east: tidy((table.eastAt(i, s) + table.eastAt(j, t)) / 2 + table.frame.east),
      north: tidy((table.northAt(i, s) + table.northAt(j, t)) / 2 + table.frame.north),
    },
    stretch: stretch === null ? null : { fromM: tidy(stretch[0]), toM: tidy(stretch[1]) },
    zone: null,
    ...judgement,
    doubts: worst.doubts,
    abandoned,
    yielding,
    sentence: pairSentence(table, worst, judgement, yielding),
  }
}

export const coverFinding = (
  table: PipeTable,
  rules: PipeRules,
  { worst, all, stretch }: Gathered<CoverHit>,
): Finding => {
  const { i, s, kind, outcome, zone } = worst
  const pipe = table.pipe(i)
  const abandoned = pipe.state === 'abandoned'
  const judgement = judge(worst, worst.row)
  const { requiredM, actualM, shortfallM } = judgement
  const where = `${subjectNames[pipe.kind]}在${zoneNames[zone]}下的覆土`
  return {
    key: `${keyOf(kind, pipe.id, null)}|${zone}`,
    members: membersOf(all.map((hit) => `${keyOf(hit.kind, table.pipe(hit.i).id, null)}|${hit.zone}`)),
    kind,
    outcome,
    severity: grade(rules, kind, outcome, requiredM, shortfallM, abandoned),
    a: sideOf(table, i, s),
    b: null,
    at: { east: tidy(table.eastAt(i, s) + table.frame.east), north: tidy(table.northAt(i, s) + table.frame.north) },
    stretch: stretch === null ? null : { fromM: tidy(stretch[0]), toM: tidy(stretch[1]) },
    zone,
    ...judgement,
    doubts: worst.doubts,
    abandoned,
    yielding: null,
    sentence:
      outcome === 'breach'
        ? `${where}${metres(actualM ?? 0)} m,要求不小于${metres(requiredM ?? 0)} m,差${metres(shortfallM ?? 0)} m${cite(judgement)}。请加深埋设,或采取套管、混凝土包封等保护措施。`
        : `${where}无法判定:${missing(worst.doubts)},要求不小于${metres(requiredM ?? 0)} m${cite(judgement)}。请补测后重新检查。`,
  }
}

const obstacleName = (kind: ObstacleKind): string => (kind === 'other' ? '障碍物' : subjectNames[kind])
export const obstacleFinding = (table: PipeTable, rules: PipeRules, { worst, all }: Gathered<ObstacleHit>): Finding => {
  const { i, s, kind, outcome, obstacle, vertical } = worst
  const pipe = table.pipe(i)
  const abandoned = pipe.state === 'abandoned'
  const judgement = judge(worst, worst.row)
  const { requiredM, actualM, shortfallM } = judgement
  const what = `${subjectNames[pipe.kind]}与${obstacleName(obstacle.kind)}${vertical ? '轨底垂直净距' : '水平净距'}`
  const sentence =
    outcome === 'outside'
      ? `${what}不在规范表内${cite(judgement)},请由设计单位按专门标准确定。`
      : outcome === 'unknown'
        ? `${what}无法判定:${missing(worst.doubts)},要求最大可达${metres(requiredM ?? 0)} m${cite(judgement)}。请补充资料后重新检查。`
        : `${what}${metres(actualM ?? 0)} m,要求不小于${metres(requiredM ?? 0)} m,差${metres(shortfallM ?? 0)} m${cite(judgement)}。请调整管位,或采取保护措施并经批准。`
  return {
    key: keyOf(kind, pipe.id, obstacle.id),
    members: membersOf(all.map((hit) => keyOf(hit.kind, table.pipe(hit.i).id, hit.obstacle.id))),
    kind,
    outcome,
    severity: grade(rules, kind, outcome, requiredM, shortfallM, abandoned),
    a: sideOf(table, i, s),
    b: {
      id: obstacle.id,
      subject: obstacle.kind === 'other' ? 'unknown' : obstacle.kind,
      run: null,
      stationM: null,
      axis: null,
      top: null,
      bottom: obstacle.baseElevation,
    },
    at: { east: tidy(table.eastAt(i, s) + table.frame.east), north: tidy(table.northAt(i, s) + table.frame.north) },
    stretch: null,
    zone: null,
    ...judgement,
    doubts: worst.doubts,
    abandoned,
    yielding: null,
    sentence,
  }
}

// ------------------------------------------------------------------------------------------ chambers, order in a road

export const chamberName = ({ kind, no }: Pick<Chamber, 'kind' | 'no'>): string =>
  `${subjectNames[kind].replace(/管(线)?$/, '')}井 ${no}`
const chamberSide = ({ id, kind, ground, bottom }: Chamber): FindingSide => ({
  id,
  subject: kind,
  run: null,
  stationM: null,
  axis: null,
  top: tidyOrNull(ground),
  bottom: tidyOrNull(bottom),
})
const chamberSentence = (hit: ChamberHit, judgement: Judgement, beside: string): string => {
  const well = chamberName(hit.chamber)
  const { requiredM, actualM, shortfallM } = judgement
  const cited = cite(judgement)
  if (hit.kind === 'hard') return `${beside}穿入${well},重叠${metres(-(actualM ?? 0))} m。请调整井位或管位。`
  const what = hit.vertical ? `${well}底与下方${beside}的垂直净距` : `${well}外缘与${beside}的净距`
  if (hit.outcome === 'unknown')
    return `${what}无法判定:${missing(hit.doubts)},要求最大可达${metres(requiredM ?? 0)} m${cited}。请补测后重新检查。`
  return `${what}${metres(actualM ?? 0)} m,要求不小于${metres(requiredM ?? 0)} m,差${metres(shortfallM ?? 0)} m${cited}。请调整井位、改用较小的井,或移动管线。`
}
/** `slots`: all lines of the run that are too near. */
export const chamberFinding = (
  table: PipeTable,
  rules: PipeRules,
  hit: ChamberHit,
  slots: readonly number[],
): Finding => {
  const { chamber, other, kind, outcome, doubts } = hit
  const judgement = judge(hit, hit.row)
  const pipe = 'slot' in other ? table.pipe(other.slot) : null
  const ids = 'slot' in other ? slots.map((slot) => table.pipe(slot).id) : [other.id]
  const name = 'slot' in other ? subjectNames[table.pipe(other.slot).kind] : chamberName(other)
  const abandoned = pipe?.state === 'abandoned'
  return {
    key: keyOf(kind, pipe?.id ?? ids[0] ?? '', chamber.id),
    members: membersOf(ids.map((id) => keyOf(kind, id, chamber.id))),
    kind,
    outcome,
    severity: grade(rules, kind, outcome, judgement.requiredM, judgement.shortfallM, abandoned),
    a: 'slot' in other ? sideOf(table, other.slot, other.s) : chamberSide(other),
    b: chamberSide(chamber),
    at:
      'slot' in other
        ? {
            east: tidy(table.eastAt(other.slot, other.s) + table.frame.east),
            north: tidy(table.northAt(other.slot, other.s) + table.frame.north),
          }
        : { east: tidy(chamber.at.east), north: tidy(chamber.at.north) },
    stretch: null,
    zone: null,
    ...judgement,
    doubts,
    abandoned,
    yielding: null,
    sentence: chamberSentence(hit, judgement, name),
  }
}

/** `all`: every pair of lines on this stretch of the road that lies the wrong way round. */
export const layoutFinding = (
  table: PipeTable,
  rules: PipeRules,
  { i, j, s, t, outcome, outerM, innerM, road }: LayoutHit,
  all: readonly LayoutHit[],
): Finding => {
  const kind = 'layout-order'
  const [a, b] = [table.pipe(i), table.pipe(j)]
  const abandoned = a.state === 'abandoned' || b.state === 'abandoned'
  const judgement = judge({ required: null, actual: null, outcome }, { id: kind, ...rules.layoutOrder })
  const from = Math.min(...all.map(({ fromM }) => fromM))
  const to = Math.max(...all.map(({ toM }) => toM))
  const doubts: readonly Doubt[] = outcome === 'unknown' ? ['use'] : []
  const pair = `道路“${road}”中心线里程 ${from.toFixed(0)}—${to.toFixed(0)} m,${subjectNames[a.kind]}(距道路中心线 ${metres(outerM)} m)与${subjectNames[b.kind]}(${metres(innerM)} m)`
  return {
    key: keyOf(kind, a.id, b.id),
    members: membersOf(all.map((hit) => keyOf(kind, table.pipe(hit.i).id, table.pipe(hit.j).id))),
    kind,
    outcome,
    severity: grade(rules, kind, outcome, null, null, abandoned),
    a: sideOf(table, i, s),
    b: sideOf(table, j, t),
    at: {
      east: tidy((table.eastAt(i, s) + table.eastAt(j, t)) / 2 + table.frame.east),
      north: tidy((table.northAt(i, s) + table.northAt(j, t)) / 2 + table.frame.north),
    },
    stretch: null,
    zone: null,
    ...judgement,
    doubts,
    abandoned,
    yielding: null,
    sentence:
      outcome === 'breach'
        ? `${pair}自道路红线向中心线的平面次序与规定相反${cite(judgement)}。请核对是否可以调换;不能调换时说明理由。`
        : `${pair}的平面次序无法判定:${missing(doubts)}${cite(judgement)}。请查明是输送干管还是配送管。`,
  }
}
