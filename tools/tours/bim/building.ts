/**
 * A building beside a duct, written as IFC4 with its place on the map turned by 30 degrees; how far each element reaches into
 * the duct, or stands from it, is known.
 */
import { createCheck } from '../../../src/capabilities/bim/contract/checks.ts'
import { readConflict } from '../../../src/capabilities/bim/contract/conflicts.ts'
import { listMissing } from '../../../src/capabilities/bim/contract/versions.ts'
import { definitionSchema } from '../../../src/capabilities/bim/model/definition.ts'
import { conflictKindWords } from '../../../src/capabilities/bim/model/words.ts'
import { globalIdOf } from '../../../src/engines/ifc/guid.ts'
import type { Network, PipeLine, PipePoint } from '../../../src/engines/pipes/model.ts'
import { openModel } from './importing.ts'
import { bring, conflictsOf, ENGINEER, runCheck, type Stage } from './stage.ts'
import { archiveOf } from './street.ts'

const TURN = Math.PI / 6
const AT = { east: 361_900, north: 3_277_500, top: 230 }
/** The duct lies along the x axis of the building, its top at height 0: 0.3 m wide and high, 20 m long. */
const LENGTH = 20

interface Box {
  readonly class: string
  readonly name: string
  /** Middle of the bottom, metres in the building. */
  readonly at: readonly [number, number, number]
  readonly size: readonly [number, number, number]
}
interface Truth extends Box {
  readonly kind: 'hard' | 'clearance' | 'touch' | null
  readonly metres: number
}
const boxes: readonly Truth[] = [
  { class: 'IFCFOOTING', name: '独立基础 J-1', at: [3, 0, -0.1], size: [2, 2, 0.6], kind: 'hard', metres: 0.1 },
  { class: 'IFCWALL', name: '地下室外墙 Q-1', at: [8, 0, -2], size: [0.25, 6, 4], kind: 'hard', metres: 0.25 },
  { class: 'IFCCOLUMN', name: '柱 Z-1', at: [12, 0.5, -1], size: [0.4, 0.4, 3], kind: 'clearance', metres: 0.15 },
  { class: 'IFCSLAB', name: '盖板 B-1', at: [16, 0, 0], size: [1, 1, 0.2], kind: 'touch', metres: 0 },
  { class: 'IFCBEAM', name: '梁 L-1', at: [10, 0, 2.5], size: [10, 0.3, 0.5], kind: null, metres: 0 },
]

const buildingFile = (): Uint8Array => {
  const lines: string[] = []
  const add = (text: string): string => {
    lines.push(`#${lines.length + 1}=${text};`)
    return `#${lines.length}`
  }
  const real = (value: number): string => (Number.isInteger(value) ? `${value}.` : value.toFixed(9).replace(/0+$/, ''))
  const text = (value: string): string =>
    `'${[...value].map((sign) => (sign.charCodeAt(0) < 127 ? sign : `\\X2\\${sign.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}\\X0\\`)).join('')}'`
  const id = (name: string): string => `'${globalIdOf(`tour/${name}`)}'`
  const point = (x: number, y: number, z: number): string =>
    add(`IFCCARTESIANPOINT((${real(x)},${real(y)},${real(z)}))`)
  const placed = (at: string): string => add(`IFCAXIS2PLACEMENT3D(${at},$,$)`)
  const zero = placed(point(0, 0, 0))
  const context = add(`IFCGEOMETRICREPRESENTATIONCONTEXT($,'Model',3,1.E-5,${zero},$)`)
  const unit = add('IFCSIUNIT(*,.LENGTHUNIT.,$,.METRE.)')
  const units = add(`IFCUNITASSIGNMENT((${unit}))`)
  const project = add(`IFCPROJECT(${id('project')},$,${text('社区中心')},$,$,$,$,(${context}),${units})`)
  const crs = add(`IFCPROJECTEDCRS('EPSG:4545',$,$,$,$,$,${unit})`)
  add(
    `IFCMAPCONVERSION(${context},${crs},${real(AT.east)},${real(AT.north)},${real(AT.top)},${real(Math.cos(TURN))},${real(Math.sin(TURN))},1.)`,
  )
  const base = add(`IFCLOCALPLACEMENT($,${zero})`)
  const site = add(`IFCSITE(${id('site')},$,'S',$,$,${base},$,$,.ELEMENT.,$,$,$,$,$)`)
  const building = add(`IFCBUILDING(${id('building')},$,'B',$,$,${base},$,$,.ELEMENT.,$,$,$)`)
  const storey = add(`IFCBUILDINGSTOREY(${id('storey')},$,${text('一层')},$,$,${base},$,$,.ELEMENT.,0.)`)
  add(`IFCRELAGGREGATES(${id('a')},$,$,$,${project},(${site}))`)
  add(`IFCRELAGGREGATES(${id('b')},$,$,$,${site},(${building}))`)
  add(`IFCRELAGGREGATES(${id('c')},$,$,$,${building},(${storey}))`)
  const up = add('IFCDIRECTION((0.,0.,1.))')
  const elements = boxes.map(({ class: type, name, at, size }) => {
    const place = add(`IFCLOCALPLACEMENT(${base},${placed(point(...at))})`)
    const profile = add(`IFCRECTANGLEPROFILEDEF(.AREA.,$,$,${real(size[0])},${real(size[1])})`)
    const solid = add(`IFCEXTRUDEDAREASOLID(${profile},${zero},${up},${real(size[2])})`)
    const shape = add(`IFCSHAPEREPRESENTATION(${context},'Body','SweptSolid',(${solid}))`)
    const product = add(`IFCPRODUCTDEFINITIONSHAPE($,$,(${shape}))`)
    return add(`${type}(${id(name)},$,${text(name)},$,$,${place},${product},$,$)`)
  })
  elements.push(add(`IFCBUILDINGELEMENTPROXY(${id('shapeless')},$,${text('未建模的集水坑')},$,$,${base},$,$,$)`))
  add(`IFCRELCONTAINEDINSPATIALSTRUCTURE(${id('d')},$,$,$,(${elements.join(',')}),${storey})`)
  return new TextEncoder().encode(
    `ISO-10303-21;\nHEADER;\nFILE_DESCRIPTION((''),'2;1');\nFILE_NAME('','2026-03-01T00:00:00',(''),(''),'','','');\nFILE_SCHEMA(('IFC4'));\nENDSEC;\nDATA;\n${lines.join('\n')}\nENDSEC;\nEND-ISO-10303-21;\n`,
  )
}

/** A level duct like those of the street. */
const ductOf = ({ street }: Stage): Network => {
  const like = street.existing.lines.find(({ section }) => section.shape === 'ducts')
  const [start, end] = [0, LENGTH].map((along, index): PipePoint => {
    const mm = (value: number): number => Math.round(value * 1_000_000) / 1_000_000
    return {
      no: `DLX${index + 1}`,
      code: like?.code ?? 'DL',
      kind: like?.kind ?? 'power',
      east: mm(AT.east + along * Math.cos(TURN)),
      north: mm(AT.north + along * Math.sin(TURN)),
      ground: AT.top + 0.9,
      feature: '直线点',
      appendage: null,
      wellDepthM: null,
      wellSizeM: null,
      note: null,
      place: null,
    }
  })
  if (like === undefined || start === undefined || end === undefined) throw new Error('the street has no duct')
  const line: PipeLine = {
    ...like,
    id: 'duct',
    start: start.no,
    end: end.no,
    meaning: 'top',
    startElevation: AT.top,
    endElevation: AT.top,
    startDepthM: 0.9,
    endDepthM: 0.9,
  }
  return { id: 'duct', epsg: 4545, points: [start, end], lines: [line] }
}

export const playBuilding = async (stage: Stage): Promise<void> => {
  const { tour, driver, street, registered } = stage
  tour.heading('IFC 建筑模型与管线:重叠深度逐个确认')
  const pipes = await openModel(stage, '社区中心旁电力管沟', 'network', 'existing')
  await bring(stage, pipes, [archiveOf(ductOf(stage), street.classes)])
  const modelId = await openModel(stage, '社区中心建筑', 'ifc', 'design')
  const version = await bring(stage, modelId, [{ name: '社区中心.ifc', bytes: buildingFile() }])
  const { statistics, versionId } = version
  tour.line(
    `${statistics?.ifc?.schema ?? ''}:${statistics?.ifc?.elements ?? 0} 个构件,${statistics?.ifc?.triangles ?? 0} 个三角形,EPSG:${statistics?.ifc?.epsg ?? '—'}`,
  )
  const missing = await driver.call(ENGINEER, listMissing, { params: { versionId }, query: { limit: 50 } })
  tour.expect(
    '没有形体的构件不被悄悄丢掉:列出 1 个',
    missing.total === 1 && missing.rows[0]?.name === '未建模的集水坑' && statistics?.ifc?.missing === 1,
    JSON.stringify(missing),
  )
  const check = await driver.call(ENGINEER, createCheck, {
    params: { projectId: registered.projectId },
    body: {
      name: '建筑与管线碰撞',
      gate: false,
      definition: definitionSchema.parse({
        kind: 'clash',
        a: { models: [pipes] },
        b: { models: [modelId] },
        clearanceM: 0.3,
        touches: true,
      }),
    },
  })
  tour.line(check.toleranceSentence)
  await runCheck(stage, check.checkId)
  const rows = await conflictsOf(stage, check.checkId)
  for (const { number, kind, sentence, conflictId } of rows) {
    const { formula } = await driver.call(ENGINEER, readConflict, { params: { conflictId } })
    tour.line(`${number} ${conflictKindWords[kind].zh}:${sentence} ${formula}`)
  }
  const wanted = boxes.filter(({ kind }) => kind !== null)
  const right = wanted.filter(({ name, kind, metres }) =>
    rows.some(
      (row) =>
        row.kind === kind &&
        [row.a.title, row.b?.title ?? ''].some((title) => title.includes(name)) &&
        row.actualM !== null &&
        Math.abs(Math.abs(row.actualM) - metres) < 0.001,
    ),
  )
  tour.expect(
    `碰撞、间距不足、接触:${right.length} / ${wanted.length} 处,深度和距离相差不到 1 mm,多报 ${rows.length - wanted.length}`,
    right.length === wanted.length && rows.length === wanted.length,
    rows.map(({ kind, a, b, actualM }) => `${kind} ${a.title} ${b?.title ?? ''} ${actualM}`).join('; '),
  )
}
