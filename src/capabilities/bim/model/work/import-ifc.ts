/** Worker: reads an IFC file and makes what is stored: content for checks, geometry for the viewer, figures, the report. */
import type { Scene } from '../../../../engines/clash/model.ts'
import { type Georeference, type IfcModel, toMap } from '../../../../engines/ifc/model.ts'
import { readIfc } from '../../../../engines/ifc/read.ts'
import type { Issue } from '../../../../engines/pipes/import/sheet.ts'
import type { Statistics } from '../../contract.ts'
import type { IfcGeometry } from '../geometry.ts'
import { pack } from '../packed.ts'
import type { WorkerContext } from '../work.ts'
import { packIfc, packJson } from './content.ts'
import { countIssues, type ImportResult } from './import-network.ts'
import type { Selectable } from './network-parts.ts'

export interface ImportIfcInput {
  readonly name: string
  readonly bytes: Uint8Array
  /** Id of the model. */
  readonly model: string
}
const MANY = 2000

/** Column-major matrix from positions about the scene's origin to the map. */
export const mapMatrix = (georeference: Georeference, origin: IfcModel['scene']['origin']): Float64Array => {
  const at = toMap(georeference, origin)
  const { axisEast: c, axisNorth: s, scale: k } = georeference
  return Float64Array.of(k * c, k * s, 0, 0, -k * s, k * c, 0, 0, 0, 0, k, 0, at[0], at[1], at[2], 1)
}

const geometryOf = ({ scene, colours, georeference }: IfcModel): IfcGeometry => {
  const vertexStarts = new Uint32Array(scene.meshes.length + 1)
  const indexStarts = new Uint32Array(scene.meshes.length + 1)
  for (const [k, mesh] of scene.meshes.entries()) {
    vertexStarts[k + 1] = (vertexStarts[k] ?? 0) + mesh.positions.length / 3
    indexStarts[k + 1] = (indexStarts[k] ?? 0) + mesh.indices.length
  }
  const positions = new Float32Array((vertexStarts.at(-1) ?? 0) * 3)
  const indices = new Uint32Array(indexStarts.at(-1) ?? 0)
  for (const [k, mesh] of scene.meshes.entries()) {
    positions.set(mesh.positions, (vertexStarts[k] ?? 0) * 3)
    indices.set(mesh.indices, indexStarts[k] ?? 0)
  }
  return {
    kind: 'ifc',
    origin: scene.origin,
    toMap: georeference === null ? null : mapMatrix(georeference, scene.origin),
    epsg: georeference?.epsg ?? null,
    elements: scene.elements.map(({ id, class: name, name: title, storey }) => ({
      id,
      class: name,
      name: title,
      storey,
    })),
    meshes: { positions, indices, vertexStarts, indexStarts },
    parts: {
      mesh: scene.partMesh,
      element: scene.partElement,
      matrices: Float32Array.from(scene.matrices),
      colours,
    },
  }
}
const counted = (names: readonly string[]): { class: string; count: number }[] => {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts]
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .map(([name, count]) => ({ class: name, count }))
}
const distinct = (names: readonly string[]): readonly string[] => [...new Set(names)].sort().slice(0, MANY)

const reasons = {
  'not-meshed': '有几何描述但无法生成三维形体',
  'no-body': '没有几何形体',
} as const
const issuesOf = (name: string, model: IfcModel): readonly Issue[] => {
  const place = { file: name, sheet: null, row: null, column: null }
  return [
    ...model.warnings.map((sentence): Issue => ({ rule: 'ifc-warning', severity: 'warning', place, sentence })),
    ...(model.georeference === null
      ? [
          {
            rule: 'ifc-not-georeferenced',
            severity: 'warning',
            place,
            sentence: '文件没有地图坐标(IfcMapConversion),不能与管线模型放在一起检查;请在建模软件中设置后重新导出。',
          } as const,
        ]
      : []),
    ...model.missing.slice(0, MANY).map(
      (each): Issue => ({
        rule: `ifc-${each.reason}`,
        severity: each.reason === 'not-meshed' ? 'error' : 'notice',
        place: { ...place, row: null, column: `#${each.line}` },
        sentence: `${each.class}${each.name === null ? '' : `“${each.name}”`}(#${each.line})${reasons[each.reason]},不参加碰撞检查;请在建模软件中检查该构件。`,
      }),
    ),
    ...(model.missing.length > MANY
      ? [
          {
            rule: 'ifc-missing-many',
            severity: 'warning',
            place,
            sentence: `没有几何的构件共 ${model.missing.length} 个,这里列出前 ${MANY} 个,其余见“缺失构件”。`,
          } as const,
        ]
      : []),
  ]
}
const selectableOf = ({ scene }: IfcModel): Selectable => ({
  classes: distinct(scene.elements.map((each) => each.class)),
  systems: distinct(scene.elements.flatMap((each) => each.systems)),
  storeys: distinct(scene.elements.flatMap((each) => each.storey ?? [])),
})
const statisticsOf = (model: IfcModel): Statistics => ({
  network: null,
  ifc: {
    schema: model.schemaName,
    application: model.application,
    elements: model.scene.elements.length,
    meshes: model.scene.meshes.length,
    triangles: model.scene.partMesh.reduce((sum, mesh) => sum + (model.scene.meshes[mesh]?.indices.length ?? 0) / 3, 0),
    byClass: counted(model.scene.elements.map((each) => each.class)),
    missing: model.missing.length,
    missingByClass: Object.entries(model.missingByClass)
      .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
      .map(([name, count]) => ({ class: name, count })),
    ports: model.ports.length,
    epsg: model.georeference?.epsg ?? null,
    georeferenced: model.georeference !== null,
  },
})

export const importIfc = async (input: ImportIfcInput, { report }: WorkerContext): Promise<ImportResult> => {
  report(0, 6)
  const model = await readIfc(input.bytes, { model: input.model, onProgress: (done) => report(done, 6) })
  const issues = issuesOf(input.name, model)
  const content = packIfc(model)
  report(5, 6)
  return {
    content,
    geometry: pack(geometryOf(model)),
    report: packJson({ issues, missing: model.missing }),
    statistics: statisticsOf(model),
    selectable: selectableOf(model),
    issues: countIssues(issues),
  }
}

/** Lowest and highest point of some parts of a scene. */
export const heightsOf = (
  scene: Scene,
  parts: readonly number[],
): { readonly bottom: number; readonly top: number } | null => {
  let bottom = Infinity
  let top = -Infinity
  for (const k of parts) {
    const mesh = scene.meshes[scene.partMesh[k] ?? 0]
    if (mesh === undefined) continue
    const [a = 0, b = 0, c = 0, d = 0] = [2, 6, 10, 14].map((at) => scene.matrices[k * 16 + at] ?? 0)
    for (let v = 0; v + 2 < mesh.positions.length; v += 3) {
      const z = a * (mesh.positions[v] ?? 0) + b * (mesh.positions[v + 1] ?? 0) + c * (mesh.positions[v + 2] ?? 0) + d
      bottom = Math.min(bottom, z)
      top = Math.max(top, z)
    }
  }
  return bottom > top ? null : { bottom: bottom + scene.origin[2], top: top + scene.origin[2] }
}
