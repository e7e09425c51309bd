/**
 * Reads an IFC file. The geometry comes from web-ifc (its WebAssembly lies in the package); one machine for each file, so that
 * a file that breaks it spoils nothing else. Call it in a worker thread: a large file takes seconds.
 */
import {
  IFCDISTRIBUTIONPORT,
  IFCPROJECT,
  IFCRELCONNECTSPORTS,
  IFCRELCONNECTSPORTTOELEMENT,
  IfcAPI,
  LogLevel,
} from 'web-ifc'
import { isRefused } from '../../kernel/refusal.ts'
import type { Scene, SceneElement } from '../clash/model.ts'
import { geometryOf, originOf, type Placed } from './geometry.ts'
import { georeferenceOf, lengthUnit, siteOf } from './georeference.ts'
import { type Line, type Lines, linesOf, refOf, refsOf, textOf } from './lines.ts'
import type { ElementDetail, IfcModel, MissingGeometry, Port } from './model.ts'
import { broken } from './refusals.ts'
import { type Relations, relationsOf } from './relations.ts'
import { scanStep } from './scan.ts'
import { type Header, MOST_BYTES, openFile } from './sniff.ts'

export interface ReadOptions {
  /** Name that elements carry as their model. */
  readonly model?: string
  readonly limitBytes?: number
  /** Corners of a circle; 24 where absent. Fewer make round things thinner: 12 take 3 % off a radius, 24 take 1 %. */
  readonly circleSegments?: number
  /** Folder of web-ifc's WebAssembly files, ending in '/', where it is not that of the package. */
  readonly wasmFolder?: string
  readonly onProgress?: (done: number, total: number) => void
}

/** Places and voids: they hold things, or take things away, and are no things themselves. */
const SPATIAL =
  /^Ifc(Site|Building|BuildingStorey|Space|SpatialZone|ExternalSpatial(Structure)?Element|Facility\w*|Bridge(Part)?|Road(Part)?|Railway(Part)?|MarineFacility|MarinePart|Opening\w*|VoidingFeature|VirtualElement|\w*Port|Grid|Annotation|Alignment\w*|Referent|Proxy|Project)$/
/** Never made into triangles on purpose. */
const NEVER_MESHED =
  /^Ifc(Space|SpatialZone|Opening\w*|VoidingFeature|VirtualElement|\w*Port|Grid|Annotation|Alignment\w*|Referent|ExternalSpatial\w*)$/
/** Representations that are no bodies. */
const NO_BODY = /^(Axis|FootPrint|Box|Annotation|CoG|Clearance|Lighting|Reference|Profile|Plan|Symbol)\b/i

const hasBody = (lines: Lines, element: Line): boolean => {
  const shape = lines.get(refOf(element['Representation'] ?? null) ?? 0)
  return refsOf(shape?.['Representations'] ?? null).some((number) => {
    const identifier = textOf(lines.get(number)?.['RepresentationIdentifier'] ?? null)
    return identifier === null || !NO_BODY.test(identifier)
  })
}

const elementLines = (api: IfcAPI, model: number, lines: Lines): readonly number[] =>
  api
    .GetAllTypesOfModel(model)
    .flatMap(({ typeID, typeName }) =>
      api.IsIfcElement(typeID) && !NEVER_MESHED.test(typeName) ? lines.ofType(typeID) : [],
    )

interface Elements {
  readonly elements: SceneElement[]
  readonly details: ElementDetail[]
  readonly indexOf: Map<number, number>
  readonly missing: MissingGeometry[]
}

const elementsOf = (
  api: IfcAPI,
  model: number,
  lines: Lines,
  relations: Relations,
  placed: readonly Placed[],
  modelName: string | null,
): Elements => {
  const meshed = new Set(placed.map(({ line }) => line))
  const candidates = new Set(elementLines(api, model, lines))
  for (const line of meshed) candidates.add(line)
  const result: Elements = { elements: [], details: [], indexOf: new Map(), missing: [] }
  for (const line of [...candidates].sort((a, b) => a - b)) {
    const entity = lines.get(line)
    if (entity === null) continue
    const className = lines.className(line)
    const element = {
      id: textOf(entity['GlobalId'] ?? null) ?? `#${line}`,
      class: className,
      name: textOf(entity['Name'] ?? null),
    }
    if (!meshed.has(line)) {
      const body = hasBody(lines, entity)
      const reason = body ? 'not-meshed' : 'no-body'
      if (body || !(SPATIAL.test(className) || relations.hasParts.has(line)))
        result.missing.push({ line, ...element, reason })
      // Of a place without geometry there is nothing to show; a thing without it is still a thing.
      if (SPATIAL.test(className)) continue
    }
    result.indexOf.set(line, result.elements.length)
    result.elements.push({
      ...element,
      model: modelName,
      storey: relations.storeyOf(line),
      systems: relations.systemsOf(line),
      properties: relations.propertiesOf(line),
    })
    result.details.push({
      line,
      tag: textOf(entity['Tag'] ?? null),
      predefinedType: textOf(entity['PredefinedType'] ?? null),
      typeName: relations.typeNameOf(line),
      materials: relations.materialsOf(line),
      classifications: relations.classificationsOf(line),
      partOf: null,
    })
  }
  return {
    ...result,
    details: result.details.map((detail) => {
      const whole = relations.wholeOf.get(detail.line)
      return { ...detail, partOf: whole === undefined ? null : (result.indexOf.get(whole) ?? null) }
    }),
  }
}

const FLOWS = ['SOURCE', 'SINK', 'SOURCEANDSINK'] as const

const portsOf = (
  lines: Lines,
  relations: Relations,
  indexOf: ReadonlyMap<number, number>,
): { readonly ports: readonly Port[]; readonly joins: readonly (readonly [number, number])[] } => {
  const owner = new Map<number, number>()
  for (const number of lines.ofType(IFCRELCONNECTSPORTTOELEMENT)) {
    const line = lines.get(number)
    const [port, element] = [refOf(line?.['RelatingPort'] ?? null), refOf(line?.['RelatedElement'] ?? null)]
    if (port !== null && element !== null) owner.set(port, element)
  }
  const portIndex = new Map<number, number>()
  const ports = lines.ofType(IFCDISTRIBUTIONPORT).map((number, index): Port => {
    const line = lines.get(number)
    portIndex.set(number, index)
    const flow = textOf(line?.['FlowDirection'] ?? null)
    return {
      id: textOf(line?.['GlobalId'] ?? null) ?? `#${number}`,
      name: textOf(line?.['Name'] ?? null),
      element: indexOf.get(owner.get(number) ?? relations.wholeOf.get(number) ?? 0) ?? null,
      flow: FLOWS.find((each) => each === flow) ?? null,
    }
  })
  const joins = lines.ofType(IFCRELCONNECTSPORTS).flatMap((number): [number, number][] => {
    const line = lines.get(number)
    const a = portIndex.get(refOf(line?.['RelatingPort'] ?? null) ?? 0)
    const b = portIndex.get(refOf(line?.['RelatedPort'] ?? null) ?? 0)
    return a === undefined || b === undefined ? [] : [[a, b]]
  })
  return { ports, joins }
}

/** Chambers and fittings: what enters them meets inside. */
const MEETING_PLACE = /Chamber|Fitting|JunctionBox/

/**
 * Elements that ports join: those whose ports are joined, directly or one after another in one place, and those that enter
 * the same chamber or fitting.
 */
const joinedByPorts = (
  ports: readonly Port[],
  joins: readonly (readonly [number, number])[],
  elements: readonly SceneElement[],
): readonly (readonly [number, number])[] => {
  const parent = ports.map((_, index) => index)
  const root = (of: number): number => {
    let each = of
    while ((parent[each] ?? each) !== each) each = parent[each] ?? each
    return each
  }
  for (const [a, b] of joins) parent[root(a)] = root(b)
  const places = new Map<number, Set<number>>()
  for (const [index, { element }] of ports.entries()) {
    if (element === null) continue
    const place = root(index)
    places.set(place, (places.get(place) ?? new Set()).add(element))
  }
  const inside = new Map<number, Set<number>>()
  for (const members of places.values())
    for (const host of members)
      if (MEETING_PLACE.test(elements[host]?.class ?? ''))
        for (const member of members) inside.set(host, (inside.get(host) ?? new Set()).add(member))
  const pairs: [number, number][] = []
  for (const group of [...places.values(), ...inside.values()]) {
    const members = [...group]
    for (const [k, a] of members.entries()) for (const b of members.slice(k + 1)) pairs.push([a, b])
  }
  return pairs
}

const extract = (api: IfcAPI, model: number, header: Header, entities: number, options: ReadOptions): IfcModel => {
  const { onProgress } = options
  const warnings: string[] = []
  const lines = linesOf(api, model)
  const lost = entities - api.GetAllLines(model).size()
  if (lost > 0) warnings.push(`${lost} 行不属于 ${header.schemaName},未能读取。`)
  const { meshes, placed } = geometryOf(api, model, () => elementLines(api, model, lines))
  onProgress?.(2, 4)
  const relations = relationsOf(lines)
  onProgress?.(3, 4)
  const modelName = options.model ?? null
  const { elements, details, indexOf, missing } = elementsOf(api, model, lines, relations, placed, modelName)
  const kept = placed.filter(({ line }) => indexOf.has(line))
  const origin = originOf(kept)
  const matrices = new Float64Array(kept.length * 16)
  for (const [k, { matrix }] of kept.entries()) {
    matrices.set(matrix, k * 16)
    for (const axis of [0, 1, 2] as const)
      matrices[k * 16 + 12 + axis] = (matrices[k * 16 + 12 + axis] ?? 0) - origin[axis]
  }
  const { ports, joins } = portsOf(lines, relations, indexOf)
  const pairs: (readonly [number | null | undefined, number | null | undefined])[] = [
    ...joinedByPorts(ports, joins, elements),
    ...relations.joined.map(([a, b]) => [indexOf.get(a), indexOf.get(b)] as const),
    ...details.map(({ partOf }, index) => [index, partOf] as const),
  ]
  const connected = pairs.flatMap(([a, b]) => (typeof a !== 'number' || typeof b !== 'number' || a === b ? [] : [a, b]))
  const scene: Scene = {
    origin,
    meshes,
    elements,
    partElement: Uint32Array.from(kept, ({ line }) => indexOf.get(line) ?? 0),
    partMesh: Uint32Array.from(kept, ({ mesh }) => mesh),
    matrices,
    connected: Uint32Array.from(connected),
  }
  const coarse = meshes.filter(({ positions }) => positions.some((value) => Math.abs(value) > 1e5)).length
  if (coarse > 0)
    warnings.push(`${coarse} 个构件的顶点坐标离自身原点过远,精度可能不足 1 厘米;请以项目原点附近的坐标导出。`)
  const unitM = lengthUnit(lines)
  const missingByClass: Record<string, number> = {}
  for (const each of missing) missingByClass[each.class] = (missingByClass[each.class] ?? 0) + 1
  const project = lines.get(lines.ofType(IFCPROJECT)[0] ?? 0)
  const georeference = georeferenceOf(lines, unitM, (text) => warnings.push(text))
  if (lines.unreadable() > 0) warnings.push(`${lines.unreadable()} 行内容无法读取,相应信息缺失。`)
  if (elements.length === 0) warnings.push('文件中没有构件。')
  onProgress?.(4, 4)
  return {
    schema: header.schema,
    schemaName: header.schemaName,
    application: header.application,
    writtenAt: header.writtenAt,
    projectName: textOf(project?.['Name'] ?? null) ?? textOf(project?.['LongName'] ?? null),
    unitM,
    scene,
    details,
    colours: Float32Array.from(kept.flatMap(({ colour }) => colour)),
    ports,
    portJoins: Uint32Array.from(joins.flat()),
    georeference,
    site: siteOf(lines),
    missing,
    missingByClass,
    warnings,
  }
}

/** Refuses what cannot be read; never ends the process. */
export const readIfc = async (file: Uint8Array, options: ReadOptions = {}): Promise<IfcModel> => {
  const { bytes, header } = openFile(file, options.limitBytes ?? MOST_BYTES)
  const { entities } = scanStep(bytes)
  const api = new IfcAPI()
  if (options.wasmFolder !== undefined) api.SetWasmPath(options.wasmFolder, true)
  await api.Init()
  api.SetLogLevel(LogLevel.LOG_LEVEL_OFF)
  try {
    const model = api.OpenModel(bytes, { COORDINATE_TO_ORIGIN: false, CIRCLE_SEGMENTS: options.circleSegments ?? 24 })
    if (model < 0) throw broken({ detail: '无法解析' })
    options.onProgress?.(1, 4)
    const read = extract(api, model, header, entities, options)
    api.CloseModel(model)
    return read
  } catch (error) {
    if (isRefused(error)) throw error
    throw broken({ detail: error instanceof Error ? error.message.slice(0, 120) : '内容自相矛盾' })
  }
}
