/**
 * Worker: checks networks by the rule table. A thread keeps the last checker: when the same check comes again with little
 * changed, only what the change touches is looked at again, with the same answer.
 */

import { globalIdOf } from '../../../../engines/ifc/guid.ts'
import { pipesOf } from '../../../../engines/pipes/axis.ts'
import { chambersOf } from '../../../../engines/pipes/chambers.ts'
import { PipeChecker } from '../../../../engines/pipes/checks/checker.ts'
import { chamberName, doubtNames, subjectNames, zoneNames } from '../../../../engines/pipes/checks/describe.ts'
import {
  type Chamber,
  type Finding,
  type FindingSide,
  findingKinds,
  type Obstacle,
  type Road,
} from '../../../../engines/pipes/checks/finding.ts'
import { compareNetworks } from '../../../../engines/pipes/compare.ts'
import type { Network, Pipe, PipeKind } from '../../../../engines/pipes/model.ts'
import { compileRules } from '../../../../engines/pipes/rules/lookup.ts'
import type { PipeRules } from '../../../../engines/pipes/rules/schema.ts'
import type { LocalDate } from '../../../../kernel/time.ts'
import type { PipesDefinition } from '../definition.ts'
import type { ConflictRecord, Side } from '../record.ts'
import type { RunWay } from '../words.ts'
import type { WorkerContext } from '../work.ts'
import { unpackNetwork } from './content.ts'

export interface RunPart {
  readonly modelId: string
  readonly modelName: string
  readonly sha256: string
  readonly content: Uint8Array
  /** Content of the version that the last run took, where it was another one. */
  readonly before: Uint8Array | null
}
export interface RunPipesInput {
  /** Distinguishes what a thread keeps: check and definition. */
  readonly key: string
  readonly definition: PipesDefinition
  readonly rules: PipeRules
  readonly day: LocalDate
  readonly parts: readonly RunPart[]
  readonly anew: boolean
  readonly most: number
}
export interface RunResult {
  readonly records: readonly ConflictRecord[]
  readonly way: RunWay
  readonly objects: number
  readonly looked: number
  readonly remarks: readonly string[]
  /** Objects that have another name than in the version before: old and new. */
  readonly renames: readonly (readonly [string, string])[]
  /** Lines of the versions before that are in the present ones under no name: '<model>/<line>'. */
  readonly gone: readonly string[]
  readonly readMs: number
  readonly checkMs: number
}

// ------------------------------------------------------------------------------------------ in words

/** '设计给水管 DN200 J1—J2'. */
export const titleOf = (pipe: Pipe): string => {
  const { section } = pipe
  const size =
    section.shape === 'circle'
      ? `DN${section.nominalMm}`
      : pipe.outerWidthM === null || pipe.outerHeightM === null
        ? '断面不明'
        : `${Math.round(pipe.outerWidthM * 1000)}×${Math.round(pipe.outerHeightM * 1000)}`
  const [, ends = ''] = pipe.line.split(':')
  return `${pipe.phase === 'design' ? '设计' : '现状'}${subjectNames[pipe.kind]} ${size} ${ends.replace(/#\d+$/, '').replace('~', '—')}`
}
const shapeOf = (pipe: Pipe): Side['shape'] => ({
  from: [pipe.start.east, pipe.start.north, pipe.startAxis],
  to: [pipe.end.east, pipe.end.north, pipe.endAxis],
  widthM: pipe.outerWidthM,
  heightM: pipe.outerHeightM,
  round: pipe.section.shape === 'circle',
})
/** What the ids of findings stand for. */
interface Objects {
  readonly pipes: ReadonlyMap<string, Pipe>
  readonly chambers: ReadonlyMap<string, Chamber>
}
const sideOf = (side: FindingSide, { pipes, chambers }: Objects): Side => {
  const pipe = pipes.get(side.id)
  const chamber = chambers.get(side.id)
  return {
    id: pipe?.line ?? chamber?.no ?? side.id,
    modelId: pipe?.network ?? chamber?.network ?? null,
    title:
      pipe !== undefined
        ? titleOf(pipe)
        : chamber !== undefined
          ? `${chamber.phase === 'design' ? '设计' : '现状'}${chamberName(chamber)}`
          : `${subjectNames[side.subject]} ${side.id}`,
    subject: side.subject,
    axisM: side.axis,
    topM: side.top,
    bottomM: side.bottom,
    runId: side.run,
    stationM: side.stationM,
    shape: pipe === undefined ? null : shapeOf(pipe),
    ifcGuid: pipe === undefined ? null : globalIdOf(`mingzhu/${pipe.network}/line/${pipe.line}`),
  }
}
const metres = (value: number | null): string => (value === null ? '未知' : value.toFixed(3))

/** How the value came about, with the numbers. */
const formulaOf = (finding: Finding): string => {
  const { kind, a, b, actualM } = finding
  if (kind === 'cover') return `覆土 = 地面高程 − 管外顶高程(${metres(a.top)}) = ${metres(actualM)} m`
  if (kind === 'crossing' || kind === 'crossing-order') {
    if (b === null || a.bottom === null || b.bottom === null) return '高程或断面不明,垂直净距无法计算'
    const [upper, lower] = (a.axis ?? 0) >= (b.axis ?? 0) ? [a, b] : [b, a]
    return `垂直净距 = 上管外底(${metres(upper.bottom)}) − 下管外顶(${metres(lower.top)}) = ${metres(actualM)} m`
  }
  if (kind === 'layout-order') return '按到道路中心线的距离比较平面次序'
  if (kind === 'chamber') {
    if (b === null || actualM === null) return '井底深、管线高程或断面不明,净距无法计算'
    return a.top !== null && b.bottom !== null && a.top <= b.bottom
      ? `垂直净距 = 井底(${metres(b.bottom)}) − 管外顶(${metres(a.top)}) = ${metres(actualM)} m`
      : `井外缘与外壁间水平净距 = ${metres(actualM)} m`
  }
  if (kind === 'hard') return `外壁间最短距离 = ${metres(actualM)} m(负值为重叠)`
  return `外壁间水平净距 = ${metres(actualM)} m`
}

const headings = {
  hard: '实体碰撞',
  crossing: '交叉净距不足',
  horizontal: '水平净距不足',
  cover: '覆土不足',
  'crossing-order': '交叉上下次序相反',
  obstacle: '与障碍物净距不足',
  'layout-order': '道路内平面次序相反',
  chamber: '检查井净距不足',
} as const satisfies Record<(typeof findingKinds)[number], string>
const heading = ({ kind, outcome }: Finding): string =>
  outcome === 'unknown'
    ? `${headings[kind].replace(/(不足|相反)$/, '')}未知`
    : outcome === 'outside'
      ? `${headings[kind].replace(/不足$/, '')}不在规范表内`
      : headings[kind]

const recordOf = (finding: Finding, objects: Objects): ConflictRecord => {
  const a = sideOf(finding.a, objects)
  const b = finding.b === null ? null : sideOf(finding.b, objects)
  const nameOf = ({ id, subject }: FindingSide): string =>
    objects.chambers.has(id) ? `${subjectNames[subject].replace(/管(线)?$/, '')}井` : subjectNames[subject]
  const names = [nameOf(finding.a), ...(finding.b === null ? [] : [nameOf(finding.b)])]
  const heights = [a.axisM, b?.axisM ?? null].filter((each) => each !== null)
  const { yielding } = finding
  const moves = yielding?.moves === finding.a.id ? 'a' : 'b'
  return {
    key: finding.key,
    members: finding.members,
    kind: finding.kind,
    outcome: finding.outcome,
    severity: finding.severity,
    title: `${names.join('与')}${heading(finding)}`,
    sentence: finding.sentence,
    pair:
      finding.b === null
        ? `${names[0] ?? ''}(${finding.zone === null ? '' : zoneNames[finding.zone]})`
        : names.sort().join(' × '),
    a,
    b,
    at: {
      ...finding.at,
      height: heights.length === 0 ? null : heights.reduce((sum, each) => sum + each, 0) / heights.length,
    },
    run: finding.a.run,
    stationM: finding.a.stationM,
    stretch: finding.stretch,
    requiredM: finding.requiredM,
    actualM: finding.actualM,
    shortfallM: finding.shortfallM,
    ruleId: finding.ruleId,
    clause: finding.clause,
    source: finding.source,
    verified: finding.verified,
    formula: formulaOf(finding),
    doubts: finding.doubts.map((doubt) => doubtNames[doubt]),
    abandoned: finding.abandoned,
    yielding:
      yielding === null
        ? null
        : {
            moves,
            title: (moves === 'a' ? a : b)?.title ?? '',
            reason: yielding.reason,
            clause: yielding.clause,
            verified: yielding.verified,
          },
  }
}

// ------------------------------------------------------------------------------------------ what is left out

const excludes = ({ exclusions }: PipesDefinition, one: PipeKind | null, other: PipeKind | null): boolean =>
  exclusions.some(({ a, b }) =>
    b === null ? one === a || other === a : (one === a && other === b) || (one === b && other === a),
  )
const keptFindings = (
  findings: readonly Finding[],
  definition: PipesDefinition,
  { pipes, chambers }: Objects,
): { readonly kept: readonly Finding[]; readonly remarks: readonly string[] } => {
  let excluded = 0
  let existing = 0
  let tolerated = 0
  const kept = findings.filter((finding) => {
    const objectOf = (side: FindingSide | null): Pipe | Chamber | undefined =>
      side === null ? undefined : (pipes.get(side.id) ?? chambers.get(side.id))
    const [one, other] = [objectOf(finding.a), objectOf(finding.b)]
    if (excludes(definition, one?.kind ?? null, other?.kind ?? null)) {
      excluded += 1
      return false
    }
    if (
      !definition.existingAmongThemselves &&
      one?.phase === 'existing' &&
      (other === undefined || other.phase === 'existing')
    ) {
      existing += 1
      return false
    }
    if (
      finding.outcome === 'breach' &&
      finding.kind !== 'hard' &&
      finding.shortfallM !== null &&
      finding.kind !== 'crossing-order' &&
      finding.shortfallM <= definition.toleranceM &&
      definition.toleranceM > 0
    ) {
      tolerated += 1
      return false
    }
    return true
  })
  const remarks = [
    ...(existing > 0 ? [`只涉及现状管线的 ${existing} 处未列入(检查设置为不检查现状管线自身)。`] : []),
    ...(excluded > 0 ? [`按排除条件略去 ${excluded} 处。`] : []),
    ...(tolerated > 0 ? [`净距不足但在允许误差内的 ${tolerated} 处未列入。`] : []),
  ]
  return { kept, remarks }
}

const obstaclesOf = ({ obstacles }: PipesDefinition): readonly Obstacle[] =>
  obstacles.map(({ id, kind, shape, path, baseElevation }) => {
    const [first = [0, 0]] = path
    return {
      id,
      kind,
      baseElevation,
      shape:
        shape === 'point'
          ? { type: 'point', at: { east: first[0], north: first[1] } }
          : shape === 'line'
            ? { type: 'line', path }
            : { type: 'polygon', rings: [path] },
    }
  })

const roadsOf = ({ roads }: PipesDefinition): readonly Road[] =>
  roads.map(({ id, path, widthM }) => ({ id, path, halfWidthM: widthM / 2 }))

// ------------------------------------------------------------------------------------------ the run

/** What stands at the points of one model. */
type Standing = ReturnType<typeof chambersOf>
interface Kept {
  readonly key: string
  readonly checker: PipeChecker
  readonly pipes: Map<string, Pipe>
  readonly contents: Map<string, string>
  /** By model. */
  readonly standing: Map<string, Standing>
}
let kept: Kept | null = null

/** Above this share of changed pipes a new check is as fast. */
const MOST_CHANGED = 0.3

const chambersIn = (standing: Kept['standing'], { chambers }: PipesDefinition): readonly Chamber[] =>
  chambers ? [...standing.values()].flatMap((each) => each.chambers) : []

const sameValue = (a: unknown, b: unknown): boolean => {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((each, k) => sameValue(each, b[k]))
  const keys = Object.keys(a)
  const other = b as Readonly<Record<string, unknown>>
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => sameValue((a as Readonly<Record<string, unknown>>)[key], other[key]))
  )
}
/** Whether a pipe is what it was, place, heights, section and all. */
const samePipe = (a: Pipe, b: Pipe): boolean => sameValue(a, b)

const changesOf = (
  memory: Kept,
  parts: readonly RunPart[],
  read: (part: RunPart) => Network,
): { readonly remove: string[]; readonly put: Pipe[]; readonly standing: Map<string, Standing> } => {
  const remove: string[] = []
  const put: Pipe[] = []
  const standing = new Map(memory.standing)
  for (const part of parts) {
    if (memory.contents.get(part.modelId) === part.sha256) continue
    const seen = new Set<string>()
    const network = read(part)
    const pipes = pipesOf(network)
    standing.set(part.modelId, chambersOf(network, pipes))
    for (const pipe of pipes) {
      seen.add(pipe.id)
      const known = memory.pipes.get(pipe.id)
      if (known === undefined || !samePipe(known, pipe)) put.push(pipe)
    }
    for (const id of memory.pipes.keys()) if (id.startsWith(`${part.modelId}/`) && !seen.has(id)) remove.push(id)
  }
  return { remove, put, standing }
}

interface Differences {
  readonly renames: readonly (readonly [string, string])[]
  readonly gone: readonly string[]
  readonly remarks: readonly string[]
}
const linesByKind = ({ lines }: Network): ReadonlyMap<PipeKind, number> => {
  const counts = new Map<PipeKind, number>()
  for (const { kind } of lines) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  return counts
}
/** Whole kinds that a model had in the last run and has no more: what concerned them is gone, not solved. */
const lostKinds = (name: string, before: Network, after: Network): readonly string[] => {
  const now = linesByKind(after)
  const lost = [...linesByKind(before)].filter(([kind]) => !now.has(kind))
  if (lost.length === 0) return []
  const list = lost.map(([kind, count]) => `${subjectNames[kind]} ${count} 段`).join('、')
  return [`“${name}”比上一次检查少了:${list};请核对新版本是否漏传了表格。`]
}
/** What became of the lines of the versions that the last run took. */
const differencesOf = (parts: readonly RunPart[], read: (part: RunPart) => Network): Differences => {
  const renames: [string, string][] = []
  const gone: string[] = []
  const remarks: string[] = []
  for (const part of parts) {
    if (part.before === null) continue
    const [before, after] = [unpackNetwork(part.before), read(part)]
    remarks.push(...lostKinds(part.modelName, before, after))
    // Only what is gone can have come again under another name.
    const [old, now] = [before, after].map(({ lines }) => new Set(lines.map(({ id }) => id)))
    const left = before.lines.filter(({ id }) => now?.has(id) !== true)
    const come = after.lines.filter(({ id }) => old?.has(id) !== true)
    const renamed =
      left.length === 0 || come.length === 0
        ? []
        : compareNetworks({ ...before, lines: left }, { ...after, lines: come }).renamed
    const again = new Set(renamed.map((each) => each.before))
    for (const each of renamed) renames.push([`${part.modelId}/${each.before}`, `${part.modelId}/${each.after}`])
    for (const { id } of left) if (!again.has(id)) gone.push(`${part.modelId}/${id}`)
  }
  return { renames, gone, remarks }
}

export const runPipes = (input: RunPipesInput, { report }: WorkerContext): RunResult => {
  const begun = performance.now()
  report(0, 4)
  const networks = new Map<string, Network>()
  const read = (part: RunPart): Network => {
    const known = networks.get(part.modelId)
    if (known !== undefined) return known
    const network = unpackNetwork(part.content)
    networks.set(part.modelId, network)
    return network
  }
  const remarks: string[] = []
  const fitting =
    !input.anew &&
    kept?.key === input.key &&
    kept.contents.size === input.parts.length &&
    input.parts.every(({ modelId }) => kept?.contents.has(modelId) === true)
      ? kept
      : null
  const changes = fitting === null ? null : changesOf(fitting, input.parts, read)
  const small =
    fitting !== null &&
    changes !== null &&
    changes.remove.length + changes.put.length <= Math.max(50, fitting.pipes.size * MOST_CHANGED)
  let memory: Kept
  let looked: number
  let readMs: number
  if (fitting !== null && changes !== null && small) {
    readMs = performance.now() - begun
    report(1, 4)
    // A thread that is ended in the middle of this forgets all of it.
    kept = null
    const { remove, put, standing } = changes
    looked = fitting.checker.update({ remove, put, chambers: chambersIn(standing, input.definition) }).looked
    for (const id of remove) {
      fitting.pipes.delete(id)
    }
    for (const pipe of put) {
      fitting.pipes.set(pipe.id, pipe)
    }
    memory = { ...fitting, standing, contents: new Map(input.parts.map(({ modelId, sha256 }) => [modelId, sha256])) }
  } else {
    kept = null
    const pipes = new Map<string, Pipe>()
    const standing = new Map<string, Standing>()
    for (const part of input.parts) {
      const network = read(part)
      const own = pipesOf(network)
      for (const pipe of own) pipes.set(pipe.id, pipe)
      standing.set(part.modelId, chambersOf(network, own))
    }
    readMs = performance.now() - begun
    report(1, 4)
    const list = [...pipes.values()]
    memory = {
      key: input.key,
      checker: new PipeChecker(list, {
        rules: compileRules(input.rules, input.day),
        obstacles: obstaclesOf(input.definition),
        zones: input.definition.zones,
        defaultZone: input.definition.defaultZone,
        chambers: chambersIn(standing, input.definition),
        roads: roadsOf(input.definition),
      }),
      pipes,
      standing,
      contents: new Map(input.parts.map(({ modelId, sha256 }) => [modelId, sha256])),
    }
    looked = list.length
  }
  const objects: Objects = {
    pipes: memory.pipes,
    chambers: new Map([...memory.standing.values()].flatMap(({ chambers }) => chambers.map((each) => [each.id, each]))),
  }
  const { kept: findings, remarks: leftOut } = keptFindings(memory.checker.findings(), input.definition, objects)
  const checkMs = performance.now() - begun - readMs
  report(2, 4)
  kept = memory
  const unknownSize = [...memory.pipes.values()].filter(({ outerWidthM }) => outerWidthM === null).length
  const unknownHeight = [...memory.pipes.values()].filter(
    ({ startAxis, endAxis }) => startAxis === null || endAxis === null,
  ).length
  if (unknownHeight > 0) remarks.push(`${unknownHeight} 段管线高程或埋深不明,相关净距只能判为未知。`)
  if (unknownSize > 0) remarks.push(`${unknownSize} 段管线断面尺寸不明,相关净距只能判为未知。`)
  const unsized = [...memory.standing.values()].reduce((sum, each) => sum + each.unsized, 0)
  if (input.definition.chambers && unsized > 0)
    remarks.push(`${unsized} 座检查井没有外径(井径),未检查与相邻管线的净距;请在点表中补“井径”列。`)
  remarks.push(
    input.definition.roads.length === 0
      ? '没有设置道路中心线和红线宽度,未检查道路内的平面次序。'
      : '给水管和未注明压力的燃气管,平面次序按配送管判断;如为输送干管,请另行核对。',
  )
  remarks.push(...leftOut)
  if (findings.length > input.most)
    remarks.push(`共发现 ${findings.length} 处,超过一次可保存的 ${input.most} 处,只保存较重的部分;请缩小检查范围。`)
  const rank = { critical: 0, major: 1, minor: 2, notice: 3 } as const
  const chosen =
    findings.length <= input.most
      ? findings
      : [...findings]
          .sort((a, b) => rank[a.severity] - rank[b.severity] || (a.key < b.key ? -1 : 1))
          .slice(0, input.most)
  const records = chosen.map((finding) => recordOf(finding, objects))
  report(3, 4)
  // Where nothing went, nothing can have another name: the version before need not be read.
  const differences: Differences =
    small && changes?.remove.length === 0 ? { renames: [], gone: [], remarks: [] } : differencesOf(input.parts, read)
  return {
    records,
    way: small ? 'incremental' : 'full',
    objects: memory.pipes.size,
    looked,
    remarks: [...differences.remarks, ...remarks],
    renames: differences.renames,
    gone: differences.gone,
    readMs,
    checkMs,
  }
}
