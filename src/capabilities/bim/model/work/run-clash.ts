/** Worker: solids of models against each other. IFC models are placed on the map; pipes become prisms around their section. */
import { detectClashes } from '../../../../engines/clash/detect.ts'
import { multiply } from '../../../../engines/clash/matrix.ts'
import type { Clash, ClashRule, Scene, SceneElement, SceneMesh } from '../../../../engines/clash/model.ts'
import { joinScenes } from '../../../../engines/clash/scene.ts'
import { frameFor } from '../../../../engines/geo/frame.ts'
import { classNameOf, elementTitle } from '../../../../engines/ifc/class-names.ts'
import { globalIdOf } from '../../../../engines/ifc/guid.ts'
import type { IfcModel } from '../../../../engines/ifc/model.ts'
import { PIPE_SET } from '../../../../engines/ifc/words.ts'
import { pipesOf } from '../../../../engines/pipes/axis.ts'
import { subjectNames } from '../../../../engines/pipes/checks/describe.ts'
import type { Network, Pipe, PipeKind } from '../../../../engines/pipes/model.ts'
import type { ClashDefinition, SelectorInput } from '../definition.ts'
import { bySeverity, type ConflictRecord, type Side } from '../record.ts'
import { type ConflictKind, type ConflictSeverity, conflictKindWords, type ModelKind } from '../words.ts'
import type { WorkerContext } from '../work.ts'
import { unpackIfc, unpackNetwork } from './content.ts'
import { heightsOf, mapMatrix } from './import-ifc.ts'
import { type RunPart, type RunResult, titleOf } from './run-pipes.ts'

export interface RunClashInput {
  readonly definition: ClashDefinition
  readonly parts: readonly (RunPart & { readonly kind: ModelKind })[]
  readonly criticalDepthM: number
  readonly most: number
}

// ------------------------------------------------------------------------------------------ scenes

const SIDES = 24
/** Prisms from z = 0 to 1 with sides of 2: round ones enclose the circle, so that no overlap is lost. */
const roundMesh = (): SceneMesh => {
  const positions: number[] = [0, 0, 0, 0, 0, 1]
  const indices: number[] = []
  const reach = 1 / Math.cos(Math.PI / SIDES)
  for (let k = 0; k < SIDES; k += 1) {
    const angle = (2 * Math.PI * k) / SIDES
    const [x, y] = [reach * Math.cos(angle), reach * Math.sin(angle)]
    positions.push(x, y, 0, x, y, 1)
    const [a, b] = [2 + 2 * k, 2 + 2 * ((k + 1) % SIDES)]
    indices.push(0, b, a, 1, a + 1, b + 1, a, b, a + 1, b, b + 1, a + 1)
  }
  return { positions: Float32Array.from(positions), indices: Uint32Array.from(indices) }
}
const boxMesh = (): SceneMesh => ({
  positions: Float32Array.from(
    Array.from({ length: 8 }, (_, v) => [(v & 1) * 2 - 1, ((v >> 1) & 1) * 2 - 1, (v >> 2) & 1]).flat(),
  ),
  indices: Uint32Array.from(
    [
      [0, 2, 1, 1, 2, 3, 4, 5, 6, 5, 7, 6],
      [0, 1, 4, 1, 5, 4, 2, 6, 3, 3, 6, 7],
      [0, 4, 2, 2, 4, 6, 1, 3, 5, 3, 7, 5],
    ].flat(),
  ),
})
type Solid = Pipe & {
  readonly startAxis: number
  readonly endAxis: number
  readonly outerWidthM: number
  readonly outerHeightM: number
}
const isSolid = (pipe: Pipe): pipe is Solid =>
  pipe.startAxis !== null && pipe.endAxis !== null && pipe.outerWidthM !== null && pipe.outerHeightM !== null

/** Places a unit prism along the axis: x across and level, y upwards, z from start to end. */
const placementOf = (pipe: Solid, origin: readonly [number, number, number]): readonly number[] => {
  const from = [pipe.start.east - origin[0], pipe.start.north - origin[1], pipe.startAxis - origin[2]] as const
  const along = [
    pipe.end.east - pipe.start.east,
    pipe.end.north - pipe.start.north,
    pipe.endAxis - pipe.startAxis,
  ] as const
  const length = Math.hypot(...along)
  const plan = Math.hypot(along[0], along[1])
  const z = along.map((each) => each / length) as [number, number, number]
  const x: readonly [number, number, number] = plan > 1e-9 ? [along[1] / plan, -along[0] / plan, 0] : [1, 0, 0]
  const y = [z[1] * x[2] - z[2] * x[1], z[2] * x[0] - z[0] * x[2], z[0] * x[1] - z[1] * x[0]] as const
  const [w, h] = [pipe.outerWidthM / 2, pipe.outerHeightM / 2]
  return [...x.map((each) => each * w), 0, ...y.map((each) => each * h), 0, ...along, 0, ...from, 1]
}

const sceneOfNetwork = (
  network: Network,
  modelId: string,
): { readonly scene: Scene; readonly without: number; readonly pipes: readonly Pipe[] } => {
  const all = pipesOf(network)
  const pipes = all
    .filter(isSolid)
    .filter(
      (pipe) =>
        Math.hypot(pipe.end.east - pipe.start.east, pipe.end.north - pipe.start.north, pipe.endAxis - pipe.startAxis) >
        1e-6,
    )
  const frame = frameFor(network.points)
  const origin = [frame.east, frame.north, Math.round((pipes[0]?.startAxis ?? 0) / 10) * 10] as const
  const elements = pipes.map(
    (pipe): SceneElement => ({
      id: pipe.line,
      class: 'IfcPipeSegment',
      name: `${subjectNames[pipe.kind]} ${pipe.line}`,
      storey: null,
      systems: [pipe.code],
      model: modelId,
      properties: {
        'Mingzhu_Pipe.Kind': pipe.kind,
        'Mingzhu_Pipe.Phase': pipe.phase,
        'Mingzhu_Pipe.State': pipe.state,
      },
    }),
  )
  const nodes = new Map<string, number[]>()
  for (const [index, pipe] of pipes.entries())
    for (const node of [pipe.startNode, pipe.endNode, ...pipe.ports]) {
      const there = nodes.get(node)
      if (there === undefined) nodes.set(node, [index])
      else there.push(index)
    }
  const connected = [...nodes.values()].flatMap((there) =>
    there.flatMap((one, k) => there.slice(k + 1).flatMap((other) => [one, other])),
  )
  return {
    pipes,
    without: all.length - pipes.length,
    scene: {
      origin,
      meshes: [roundMesh(), boxMesh()],
      elements,
      partElement: Uint32Array.from(pipes, (_, index) => index),
      partMesh: Uint32Array.from(pipes, (pipe) => (pipe.section.shape === 'circle' ? 0 : 1)),
      matrices: Float64Array.from(pipes.flatMap((pipe) => placementOf(pipe, origin))),
      connected: Uint32Array.from(connected),
    },
  }
}
/** The scene on the map, where the file says where that is. */
const sceneOfIfc = (model: IfcModel): Scene => {
  const { scene, georeference } = model
  if (georeference === null) return scene
  const toMap = mapMatrix(georeference, scene.origin)
  const origin = [toMap[12] ?? 0, toMap[13] ?? 0, toMap[14] ?? 0] as const
  const turn = Float64Array.from(toMap)
  turn.set([0, 0, 0], 12)
  const matrices = new Float64Array(scene.matrices.length)
  for (let k = 0; k < scene.partElement.length; k += 1)
    matrices.set(multiply(turn, scene.matrices.subarray(k * 16, k * 16 + 16)), k * 16)
  return { ...scene, origin, matrices }
}

// ------------------------------------------------------------------------------------------ in words

const kinds: Readonly<Record<Clash['kind'], ConflictKind>> = {
  hard: 'hard',
  duplicate: 'duplicate',
  crossing: 'crossing-surfaces',
  touch: 'touch',
  clearance: 'clearance',
}
const severityOf = (clash: Clash, criticalDepthM: number): ConflictSeverity => {
  switch (clash.kind) {
    case 'hard':
      return (clash.depthM ?? 0) >= criticalDepthM ? 'critical' : 'major'
    case 'crossing':
      return 'major'
    case 'duplicate':
    case 'clearance':
      return 'minor'
    case 'touch':
      return 'notice'
  }
}
/** Elements of pipes that this product wrote say what they are; others by class and name. */
const titleOfElement = ({ class: name, name: title, properties }: SceneElement): string => {
  const told = (key: string): string | undefined => {
    const value = properties[`${PIPE_SET}.${key}`]
    return value === undefined ? undefined : String(value)
  }
  const kind = subjectNames[told('Kind') as PipeKind] as string | undefined
  if (kind === undefined) return elementTitle(name, title)
  const size = told('NominalDiameterMm')
  const ends = [told('StartPoint'), told('EndPoint')].filter((end) => end !== undefined)
  return [
    `${told('Phase') === 'design' ? '设计' : '现状'}${kind}`,
    ...(size === undefined ? [] : [`DN${Math.round(Number(size))}`]),
    ends.join('—'),
  ].join(' ')
}
/** What a side is, for groups by pairs: the kind of a pipe, or the class of an element. */
const subjectOf = (subject: string): string => subjectNames[subject as PipeKind] ?? classNameOf(subject)
const mm = (value: number): string => `${Math.round(value * 10_000) / 10} mm`
const sentenceOf = (clash: Clash, a: string, b: string, clearanceM: number | null): string => {
  switch (clash.kind) {
    case 'hard':
      return `${a}与${b}相互穿插,重叠部分最厚${mm(clash.depthM ?? 0)}${clash.volumeM3 === null ? '' : `,体积${clash.volumeM3.toFixed(4)} m³`}。请调整其中一个构件的位置或尺寸。`
    case 'duplicate':
      return `${a}与${b}在同一位置重复。请删去其中一个。`
    case 'crossing':
      return `${a}与${b}的表面相交,其中有模型不封闭,重叠深度未知。请修复模型后重新检查,或现场核对。`
    case 'touch':
      return `${a}与${b}相接触。如属正常连接,请设置排除条件。`
    case 'clearance':
      return `${a}与${b}间距${mm(clash.distanceM)},要求不小于${mm(clearanceM ?? 0)}。请加大间距。`
  }
}

export const runClash = async (input: RunClashInput, { report }: WorkerContext): Promise<RunResult> => {
  const begun = performance.now()
  const { definition } = input
  report(0, 1_000)
  const remarks: string[] = []
  const scenes: Scene[] = []
  const sources: { readonly first: number; readonly part: RunPart }[] = []
  const pipes = new Map<string, Pipe>()
  const placed: boolean[] = []
  let first = 0
  for (const part of input.parts) {
    let scene: Scene
    if (part.kind === 'network') {
      const made = sceneOfNetwork(unpackNetwork(part.content), part.modelId)
      scene = made.scene
      for (const pipe of made.pipes) pipes.set(`${part.modelId}/${pipe.line}`, pipe)
      if (made.without > 0)
        remarks.push(`“${part.modelName}”有 ${made.without} 段管线高程或断面不明,没有形体,未参加碰撞检查。`)
      placed.push(true)
    } else {
      const model = unpackIfc(part.content)
      scene = sceneOfIfc(model)
      placed.push(model.georeference !== null)
      if (model.missing.length > 0)
        remarks.push(`“${part.modelName}”有 ${model.missing.length} 个构件没有形体,未参加碰撞检查。`)
    }
    sources.push({ first, part })
    first += scene.elements.length
    scenes.push(scene)
  }
  if (placed.includes(true) && placed.includes(false))
    remarks.push('有的模型没有地图坐标,按其项目原点放置,与其他模型的相对位置可能不对;请设置坐标后重新导出。')
  const scene = joinScenes(scenes)
  const readMs = performance.now() - begun
  const side = (models: readonly string[], selector: SelectorInput): ClashRule['a'] => ({
    ...(selector as ClashRule['a']),
    models: selector.models === undefined ? models : models.filter((each) => selector.models?.includes(each)),
  })
  const rule: ClashRule = {
    id: 'clash',
    a: side(definition.a.models, definition.a.selector),
    b: side(definition.b.models, definition.b.selector),
    toleranceM: definition.toleranceM,
    ...(definition.clearanceM === null ? {} : { clearanceM: definition.clearanceM }),
    touches: definition.touches,
    connected: definition.connected,
    exclusions: definition.exclusions.map(({ a, b }) => ({
      a: a as ClashRule['a'],
      ...(b === null ? {} : { b: b as ClashRule['a'] }),
    })),
  }
  const { clashes, counts } = await detectClashes(scene, [rule], {
    onProgress: (done, total) => report(done, total + 10),
  })
  const checkMs = performance.now() - begun - readMs
  if (counts.openMeshes > 0) remarks.push(`有 ${counts.openMeshes} 个形体不封闭,与它们的重叠无法算出深度。`)
  if (counts.excluded > 0) remarks.push(`已相连或按排除条件略去 ${counts.excluded} 对。`)
  const partsOf = new Map<number, number[]>()
  for (const [k, element] of scene.partElement.entries()) {
    const there = partsOf.get(element)
    if (there === undefined) partsOf.set(element, [k])
    else there.push(k)
  }
  const heights = new Map<number, { readonly bottom: number; readonly top: number } | null>()
  const sideOf = (index: number): Side => {
    const element = scene.elements[index]
    const source = sources.findLast((each) => each.first <= index)
    const modelId = source?.part.modelId ?? null
    const id = element?.id ?? ''
    const pipe = pipes.get(`${modelId}/${id}`)
    let range = heights.get(index)
    if (range === undefined) {
      range = heightsOf(scene, partsOf.get(index) ?? [])
      heights.set(index, range)
    }
    return {
      id,
      modelId,
      title: pipe !== undefined ? titleOf(pipe) : element === undefined ? id : titleOfElement(element),
      subject: pipe?.kind ?? element?.class ?? '',
      axisM: null,
      topM: range?.top ?? null,
      bottomM: range?.bottom ?? null,
      runId: null,
      stationM: null,
      shape:
        pipe === undefined
          ? null
          : {
              from: [pipe.start.east, pipe.start.north, pipe.startAxis],
              to: [pipe.end.east, pipe.end.north, pipe.endAxis],
              widthM: pipe.outerWidthM,
              heightM: pipe.outerHeightM,
              round: pipe.section.shape === 'circle',
            },
      ifcGuid:
        pipe === undefined
          ? /^[0-3][0-9A-Za-z_$]{21}$/.test(id)
            ? id
            : null
          : globalIdOf(`mingzhu/${pipe.network}/line/${pipe.line}`),
    }
  }
  const records = clashes.map((clash): ConflictRecord => {
    const [a, b] = [sideOf(clash.a), sideOf(clash.b)]
    const names = [`${a.modelId}/${a.id}`, `${b.modelId}/${b.id}`].sort((one, other) => (one < other ? -1 : 1))
    const key = `solid|${names.join('|')}`
    const kind = kinds[clash.kind]
    const requiredM = clash.kind === 'clearance' ? definition.clearanceM : clash.kind === 'hard' ? 0 : null
    const actualM =
      clash.kind === 'hard' || clash.kind === 'duplicate'
        ? clash.depthM === null
          ? null
          : -clash.depthM
        : clash.kind === 'crossing'
          ? null
          : clash.distanceM
    const subjects = [a, b].map((each) => subjectOf(each.subject)).sort()
    return {
      key,
      members: [key],
      kind,
      outcome: 'breach',
      severity: severityOf(clash, input.criticalDepthM),
      title: `${a.title}与${b.title}${conflictKindWords[kind].zh}`.slice(0, 200),
      sentence: sentenceOf(clash, a.title, b.title, definition.clearanceM),
      pair: subjects.join(' × '),
      a,
      b,
      at: { east: clash.point[0], north: clash.point[1], height: clash.point[2] },
      run: null,
      stationM: null,
      stretch: null,
      requiredM,
      actualM,
      shortfallM: requiredM === null || actualM === null ? null : Math.max(0, requiredM - actualM),
      ruleId: null,
      clause: '',
      source: null,
      verified: true,
      formula:
        clash.kind === 'hard'
          ? `重叠体最厚处 = ${(clash.depthM ?? 0).toFixed(4)} m${clash.volumeM3 === null ? '' : `,体积 = ${clash.volumeM3.toFixed(5)} m³`}`
          : `表面间最短距离 = ${clash.distanceM.toFixed(4)} m`,
      doubts: clash.kind === 'crossing' ? ['重叠深度'] : [],
      abandoned: [a, b].some((each) => pipes.get(`${each.modelId}/${each.id}`)?.state === 'abandoned'),
      yielding: null,
    }
  })
  // The same two elements may be found twice (ids that occur twice in a file): the worse one stands.
  const unique = new Map<string, ConflictRecord>()
  for (const record of records) {
    const known = unique.get(record.key)
    if (known === undefined || bySeverity[record.severity] < bySeverity[known.severity]) unique.set(record.key, record)
  }
  const all = [...unique.values()].sort(
    (one, other) => bySeverity[one.severity] - bySeverity[other.severity] || (one.key < other.key ? -1 : 1),
  )
  if (all.length > input.most)
    remarks.push(`共发现 ${all.length} 处,超过一次可保存的 ${input.most} 处,只保存较重的部分;请缩小检查范围。`)
  report(1_010, 1_010)
  return {
    records: all.slice(0, input.most),
    way: 'full',
    objects: scene.elements.length,
    looked: scene.elements.length,
    remarks,
    renames: [],
    gone: [],
    readMs,
    checkMs,
  }
}
