/** Worker: what people ask of stored versions: comparison, one object, exports. */
import { type Converter, converterFor } from '../../../../engines/geo/projection.ts'
import { classNameOf, elementTitle } from '../../../../engines/ifc/class-names.ts'
import type { IfcModel } from '../../../../engines/ifc/model.ts'
import { writeIfc } from '../../../../engines/ifc/write.ts'
import { pipesOf } from '../../../../engines/pipes/axis.ts'
import { subjectNames } from '../../../../engines/pipes/checks/describe.ts'
import type { PipeClasses } from '../../../../engines/pipes/classes.ts'
import { compareNetworks } from '../../../../engines/pipes/compare.ts'
import { geoJsonOf } from '../../../../engines/pipes/geojson.ts'
import type { Network, PipeLine, PipePoint, Section } from '../../../../engines/pipes/model.ts'
import { compileRules, factNames, factsOf, type RuleFacts } from '../../../../engines/pipes/rules/lookup.ts'
import type { PipeRules } from '../../../../engines/pipes/rules/schema.ts'
import type { LocalDate } from '../../../../kernel/time.ts'
import type { ModelKind } from '../words.ts'
import { unpackIfc, unpackNetwork } from './content.ts'

export interface ObjectChange {
  readonly id: string
  readonly title: string
  readonly fields: { readonly name: string; readonly before: string; readonly after: string }[]
}
export interface Comparison {
  readonly counts: { readonly added: number; readonly removed: number; readonly changed: number; readonly same: number }
  readonly added: ObjectChange[]
  readonly removed: ObjectChange[]
  readonly changed: ObjectChange[]
}
const MOST = 1000

// ------------------------------------------------------------------------------------------ networks in words

const sizeOf = (section: Section): string =>
  section.shape === 'circle'
    ? `DN${section.nominalMm}`
    : section.shape === 'unknown'
      ? '不明'
      : `${Math.round((section.widthM + 2 * section.wallM) * 1000)}×${Math.round((section.heightM + 2 * section.wallM) * 1000)}`
const lineTitle = (line: PipeLine): string =>
  `${subjectNames[line.kind]} ${sizeOf(line.section)} ${line.start}—${line.end}`
const burialNames = {
  direct: '直埋',
  conduit: '管埋',
  casing: '套管',
  trench: '管沟',
  overhead: '架空',
  surface: '地面',
  jacked: '顶管',
  other: '其他',
} as const
const stateNames = { 'in-use': '在用', abandoned: '废弃', empty: '空管', other: '其他' } as const
const meaningNames = { top: '管外顶', centre: '管中心', invert: '管内底', bottom: '管外底' } as const
/** Codes of materials in `pipe-classes.json`; PE, PVC and what a table wrote itself stand as they are. */
const materialNames: Readonly<Record<string, string>> = {
  concrete: '混凝土',
  'ductile-iron': '球墨铸铁、铸铁',
  steel: '钢',
  copper: '铜',
  fibre: '光纤',
  masonry: '砖石',
}
const pressureNames = {
  low: '低压',
  'medium-b': '中压B',
  'medium-a': '中压A',
  'sub-high-b': '次高压B',
  'sub-high-a': '次高压A',
  high: '高压',
} as const
const metres = (value: number | null): string => (value === null ? '未知' : `${value.toFixed(3)} m`)
const plain = (value: string | number | null): string => (value === null || value === '' ? '—' : String(value))

type LineField = readonly [name: string, value: (line: PipeLine) => string]
const lineFields: Readonly<Partial<Record<keyof PipeLine, LineField>>> = {
  kind: ['类别', (line) => subjectNames[line.kind]],
  code: ['代码', (line) => line.code],
  section: ['断面', (line) => sizeOf(line.section)],
  material: ['材质', (line) => plain(line.material === null ? null : (materialNames[line.material] ?? line.material))],
  startDepthM: ['起点埋深', (line) => metres(line.startDepthM)],
  endDepthM: ['终点埋深', (line) => metres(line.endDepthM)],
  startElevation: ['起点高程', (line) => metres(line.startElevation)],
  endElevation: ['终点高程', (line) => metres(line.endElevation)],
  meaning: ['高程位置', (line) => meaningNames[line.meaning]],
  burial: ['埋设方式', (line) => (line.burial === null ? '—' : burialNames[line.burial])],
  gasPressure: ['压力级别', (line) => (line.gasPressure === null ? '—' : pressureNames[line.gasPressure])],
  pressureMpa: ['压力(MPa)', (line) => plain(line.pressureMpa)],
  voltageKv: ['电压(kV)', (line) => plain(line.voltageKv)],
  holes: ['总孔数', (line) => plain(line.holes)],
  usedHoles: ['已用孔数', (line) => plain(line.usedHoles)],
  cables: ['电缆条数', (line) => plain(line.cables)],
  flow: ['流向', (line) => (line.flow === null ? '—' : line.flow === 'along' ? '起点至终点' : '终点至起点')],
  state: ['使用状态', (line) => stateNames[line.state]],
  phase: ['现状或设计', (line) => (line.phase === 'design' ? '设计' : '现状')],
  temporary: ['临时', (line) => (line.temporary ? '是' : '否')],
  role: ['主支管', (line) => (line.role === null ? '—' : line.role === 'main' ? '主管' : '支管')],
  owner: ['权属单位', (line) => plain(line.owner)],
  builtOn: ['埋设日期', (line) => plain(line.builtOn)],
  surveyedBy: ['探测单位', (line) => plain(line.surveyedBy)],
  surveyedOn: ['探测日期', (line) => plain(line.surveyedOn)],
}
const placeText = (point: PipePoint | undefined): string =>
  point === undefined ? '点不存在' : `X ${point.north.toFixed(3)}, Y ${point.east.toFixed(3)}`

const compareNetworksInWords = (before: Network, after: Network): Comparison => {
  const changes = compareNetworks(before, after)
  const oldPoints = new Map(before.points.map((point) => [point.no, point]))
  const newPoints = new Map(after.points.map((point) => [point.no, point]))
  const grounds = changes.points.moved.filter((each) => each.byM <= 5e-4)
  const pointChange = (point: PipePoint): ObjectChange => ({ id: point.no, title: `点 ${point.no}`, fields: [] })
  const lineChange = (line: PipeLine): ObjectChange => ({ id: line.id, title: lineTitle(line), fields: [] })
  const changed: ObjectChange[] = [
    ...changes.changed.map(
      ({ before: one, after: other, fields, by }): ObjectChange => ({
        id: other.id,
        title: lineTitle(other),
        fields: [
          ...(by === 'place'
            ? [{ name: '点号', before: `${one.start}—${one.end}`, after: `${other.start}—${other.end}` }]
            : []),
          ...fields.map((field) => {
            if (field === 'place')
              return {
                name: '位置',
                before: `${placeText(oldPoints.get(one.start))}；${placeText(oldPoints.get(one.end))}`,
                after: `${placeText(newPoints.get(other.start))}；${placeText(newPoints.get(other.end))}`,
              }
            const [name, value] = lineFields[field as keyof PipeLine] ?? [
              field,
              (line: PipeLine) => plain(JSON.stringify(line[field as keyof PipeLine])),
            ]
            return { name, before: value(one), after: value(other) }
          }),
        ],
      }),
    ),
    ...grounds.map(
      ({ before: one, after: other }): ObjectChange => ({
        id: other.no,
        title: `点 ${other.no}`,
        fields: [{ name: '地面高程', before: metres(one.ground), after: metres(other.ground) }],
      }),
    ),
  ]
  const added = [...changes.added.map(lineChange), ...changes.points.added.map(pointChange)]
  const removed = [...changes.removed.map(lineChange), ...changes.points.removed.map(pointChange)]
  return {
    counts: { added: added.length, removed: removed.length, changed: changed.length, same: changes.unchanged },
    added: added.slice(0, MOST),
    removed: removed.slice(0, MOST),
    changed: changed.slice(0, MOST),
  }
}

// ------------------------------------------------------------------------------------------ IFC in words

/** A digest of where and of what shape an element is: to a tenth of a millimetre. */
const bodyOf = ({ scene }: IfcModel): ReadonlyMap<number, string> => {
  const prints = scene.meshes.map(({ positions, indices }) => {
    let hash = 2_166_136_261
    const take = (value: number): void => {
      hash = Math.imul(hash ^ (Math.round(value * 1e4) | 0), 16_777_619)
    }
    for (const value of positions) take(value)
    for (const value of indices) take(value)
    return `${positions.length}.${indices.length}.${hash >>> 0}`
  })
  const bodies = new Map<number, string[]>()
  for (const [k, element] of scene.partElement.entries()) {
    const matrix = [...scene.matrices.subarray(k * 16, k * 16 + 16)]
    const placed = matrix.map((value, at) =>
      Math.round((value + (at >= 12 && at < 15 ? (scene.origin[at - 12] ?? 0) : 0)) * 1e4),
    )
    bodies.set(element, [...(bodies.get(element) ?? []), `${prints[scene.partMesh[k] ?? 0]}@${placed.join(',')}`])
  }
  return new Map([...bodies].map(([element, parts]) => [element, parts.sort().join(';')]))
}
const compareIfc = (before: IfcModel, after: IfcModel): Comparison => {
  const oldBodies = bodyOf(before)
  const newBodies = bodyOf(after)
  const old = new Map(before.scene.elements.map((element, index) => [element.id, index]))
  const title = (model: IfcModel, index: number): string => {
    const element = model.scene.elements[index]
    return element === undefined ? '' : elementTitle(element.class, element.name)
  }
  const added: ObjectChange[] = []
  const changed: ObjectChange[] = []
  let same = 0
  const seen = new Set<string>()
  for (const [index, element] of after.scene.elements.entries()) {
    if (seen.has(element.id)) continue
    seen.add(element.id)
    const was = old.get(element.id)
    if (was === undefined) {
      added.push({ id: element.id, title: title(after, index), fields: [] })
      continue
    }
    const earlier = before.scene.elements[was]
    if (earlier === undefined) continue
    const fields: { name: string; before: string; after: string }[] = []
    const tell = (name: string, one: string | null, other: string | null): void => {
      if (one !== other) fields.push({ name, before: plain(one), after: plain(other) })
    }
    tell('类别', earlier.class, element.class)
    tell('名称', earlier.name, element.name)
    tell('楼层', earlier.storey, element.storey)
    tell('系统', earlier.systems.join('、'), element.systems.join('、'))
    for (const name of new Set([...Object.keys(earlier.properties), ...Object.keys(element.properties)])) {
      const [one, other] = [earlier.properties[name], element.properties[name]]
      tell(name, one === undefined ? null : String(one), other === undefined ? null : String(other))
    }
    if (oldBodies.get(was) !== newBodies.get(index))
      fields.push({ name: '形体或位置', before: '原形体', after: '已改变' })
    if (fields.length === 0) same += 1
    else changed.push({ id: element.id, title: title(after, index), fields })
  }
  const removed = before.scene.elements.flatMap((element, index): ObjectChange[] =>
    seen.has(element.id) ? [] : [{ id: element.id, title: title(before, index), fields: [] }],
  )
  return {
    counts: { added: added.length, removed: removed.length, changed: changed.length, same },
    added: added.slice(0, MOST),
    removed: removed.slice(0, MOST),
    changed: changed.slice(0, MOST),
  }
}

export interface CompareInput {
  readonly kind: ModelKind
  readonly before: Uint8Array
  readonly after: Uint8Array
}
export const compareContents = ({ kind, before, after }: CompareInput): Comparison =>
  kind === 'network'
    ? compareNetworksInWords(unpackNetwork(before), unpackNetwork(after))
    : compareIfc(unpackIfc(before), unpackIfc(after))

// ------------------------------------------------------------------------------------------ one object

export interface ObjectView {
  readonly id: string
  readonly title: string
  readonly fields: { readonly name: string; readonly value: string }[]
  readonly run: string[]
  /** A point on it, in map or project coordinates; null: unknown. */
  readonly at: { readonly east: number; readonly north: number; readonly height: number | null } | null
  readonly subject: string
}
/** Lines of one class that follow each other through points where exactly two meet, from end to end. */
const runOf = (network: Network, id: string): string[] => {
  const own = network.lines.find((line) => line.id === id)
  if (own === undefined) return []
  const at = new Map<string, PipeLine[]>()
  for (const line of network.lines) {
    if (line.code !== own.code || line.start === line.end) continue
    for (const no of [line.start, line.end]) {
      const there = at.get(no)
      if (there === undefined) at.set(no, [line])
      else there.push(line)
    }
  }
  const follow = (from: PipeLine, over: string): PipeLine[] => {
    const way: PipeLine[] = []
    let line = from
    let no = over
    for (;;) {
      const there = at.get(no) ?? []
      const next = there.length === 2 ? there.find((each) => each !== line) : undefined
      if (next === undefined || next === from || way.includes(next)) return way
      way.push(next)
      no = next.start === no ? next.end : next.start
      line = next
    }
  }
  const ahead = follow(own, own.end)
  const closed = ahead.length > 1 && [ahead.at(-1)?.start, ahead.at(-1)?.end].includes(own.start)
  const behind = closed ? [] : follow(own, own.start).reverse()
  return [...behind, own, ...ahead].map((line) => line.id)
}
const lineView = (network: Network, line: PipeLine): ObjectView => {
  const pipe = pipesOf({ ...network, lines: [line] })[0]
  const length =
    pipe === undefined ? null : Math.hypot(pipe.start.east - pipe.end.east, pipe.start.north - pipe.end.north)
  const points = new Map(network.points.map((point) => [point.no, point]))
  const place = line.place
  const heights = pipe === undefined ? [] : [pipe.startAxis, pipe.endAxis].filter((each) => each !== null)
  return {
    id: line.id,
    title: lineTitle(line),
    subject: line.kind,
    at:
      pipe === undefined
        ? null
        : {
            east: (pipe.start.east + pipe.end.east) / 2,
            north: (pipe.start.north + pipe.end.north) / 2,
            height: heights.length === 2 ? ((heights[0] ?? 0) + (heights[1] ?? 0)) / 2 : null,
          },
    run: runOf(network, line.id),
    fields: [
      { name: '起点', value: `${line.start}(${placeText(points.get(line.start))})` },
      { name: '终点', value: `${line.end}(${placeText(points.get(line.end))})` },
      { name: '水平长度', value: metres(length) },
      { name: '起点轴线高程', value: metres(pipe?.startAxis ?? null) },
      { name: '终点轴线高程', value: metres(pipe?.endAxis ?? null) },
      {
        name: '外轮廓',
        value:
          pipe === undefined || pipe.outerWidthM === null
            ? '未知'
            : `${metres(pipe.outerWidthM)} × ${metres(pipe.outerHeightM)}`,
      },
      ...Object.values(lineFields).map(([name, value]) => ({ name, value: value(line) })),
      ...(place === null
        ? []
        : [
            {
              name: '来源',
              value: `${place.file}${place.sheet === null ? '' : ` ${place.sheet}`}${place.row === null ? '' : ` 第${place.row}行`}`,
            },
          ]),
    ],
  }
}
const pointView = (network: Network, point: PipePoint): ObjectView => ({
  id: point.no,
  title: `${subjectNames[point.kind]}点 ${point.no}`,
  subject: point.kind,
  at: { east: point.east, north: point.north, height: point.ground },
  run: network.lines.filter((line) => line.start === point.no || line.end === point.no).map((line) => line.id),
  fields: [
    { name: '位置', value: placeText(point) },
    { name: '地面高程', value: metres(point.ground) },
    { name: '特征', value: plain(point.feature) },
    { name: '附属物', value: plain(point.appendage) },
    { name: '井底深', value: metres(point.wellDepthM) },
    { name: '井径', value: metres(point.wellSizeM) },
    { name: '备注', value: plain(point.note) },
  ],
})
const elementView = (model: IfcModel, id: string): ObjectView | null => {
  const index = model.scene.elements.findIndex((element) => element.id === id)
  const element = model.scene.elements[index]
  const detail = model.details[index]
  if (element === undefined) return null
  return {
    id,
    title: elementTitle(element.class, element.name),
    subject: element.class,
    at: null,
    run: [],
    fields: [
      { name: '类别', value: `${classNameOf(element.class)}(${element.class})` },
      { name: '名称', value: plain(element.name) },
      { name: '类型', value: plain(detail?.typeName ?? null) },
      { name: '楼层', value: plain(element.storey) },
      { name: '系统', value: plain(element.systems.join('、')) },
      { name: '材料', value: plain(detail?.materials.join('、') ?? null) },
      { name: '标记', value: plain(detail?.tag ?? null) },
      ...Object.entries(element.properties).map(([name, value]) => ({ name, value: String(value) })),
    ],
  }
}
export interface ReadObjectInput {
  readonly kind: ModelKind
  readonly content: Uint8Array
  readonly id: string
}
export const readObject = ({ kind, content, id }: ReadObjectInput): ObjectView | null => {
  if (kind === 'ifc') return elementView(unpackIfc(content), id)
  const network = unpackNetwork(content)
  const line = network.lines.find((each) => each.id === id)
  if (line !== undefined) return lineView(network, line)
  const point = network.points.find((each) => each.no === id)
  return point === undefined ? null : pointView(network, point)
}

// ------------------------------------------------------------------------------------------ rules at crossings

export interface CrossingRulesInput {
  readonly contents: Readonly<Record<string, Uint8Array>>
  readonly pairs: readonly {
    readonly a: { readonly versionId: string; readonly id: string }
    readonly b: { readonly versionId: string; readonly id: string }
  }[]
  readonly rules: PipeRules
  readonly day: LocalDate
}
export interface CrossingRule {
  readonly leastM: number | null
  readonly mostM: number | null
  readonly clause: string
  readonly verified: boolean
  readonly doubts: string[]
}
export const crossingRules = ({ contents, pairs, rules, day }: CrossingRulesInput): (CrossingRule | null)[] => {
  const compiled = compileRules(rules, day)
  const wanted = new Map<string, Set<string>>()
  for (const { a, b } of pairs)
    for (const { versionId, id } of [a, b]) wanted.set(versionId, (wanted.get(versionId) ?? new Set()).add(id))
  const facts = new Map<string, RuleFacts>()
  for (const [versionId, ids] of wanted) {
    const content = contents[versionId]
    if (content === undefined) continue
    const network = unpackNetwork(content)
    for (const pipe of pipesOf({ ...network, lines: network.lines.filter((line) => ids.has(line.id)) }))
      facts.set(`${versionId} ${pipe.line}`, factsOf(pipe))
  }
  return pairs.map(({ a, b }) => {
    const [one, other] = [facts.get(`${a.versionId} ${a.id}`), facts.get(`${b.versionId} ${b.id}`)]
    if (one === undefined || other === undefined) return null
    const { least, most, doubts } = compiled.crossing(one, other)
    const row = most ?? least
    return {
      leastM: least?.valueM ?? null,
      mostM: most?.valueM ?? null,
      clause: row?.clause ?? '',
      verified: (least?.verified ?? true) && (most?.verified ?? true),
      doubts: doubts.map((doubt) => factNames[doubt]),
    }
  })
}

// ------------------------------------------------------------------------------------------ exports

export interface ExportInput {
  readonly content: Uint8Array
  readonly classes: PipeClasses
  readonly projectName: string
  readonly writtenAt: string
}
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
export const exportIfc = ({ content, classes, projectName, writtenAt }: ExportInput): Uint8Array =>
  bytesOf(
    writeIfc(unpackNetwork(content), {
      projectName,
      writtenAt,
      verticalDatum: '1985国家高程基准',
      geodeticDatum: 'CGCS2000',
      classes: new Map(classes.classes.map(({ code, name, colour }) => [code, { name: name.zh, colour }])),
    }),
  )
/** Null: no known coordinate system. */
export const exportGeoJson = ({ content }: Pick<ExportInput, 'content'>): Uint8Array | null => {
  const network = unpackNetwork(content)
  const converter: Converter | undefined = network.epsg === null ? undefined : converterFor(network.epsg)
  return converter === undefined ? null : bytesOf(JSON.stringify(geoJsonOf(network)))
}
