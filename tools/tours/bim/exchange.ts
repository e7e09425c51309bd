/** What leaves the platform, read back: BCF of both versions, Excel, PDF, IFC4X3, GeoJSON; and a BCF file that comes in. */
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { readConflict } from '../../../src/capabilities/bim/contract/conflicts.ts'
import { importBcf } from '../../../src/capabilities/bim/contract/exchange.ts'
import { readModel } from '../../../src/capabilities/bim/contract.ts'
import { readBcf } from '../../../src/engines/bcf/read/read.ts'
import { writeBcf } from '../../../src/engines/bcf/write/write.ts'
import { readIfc } from '../../../src/engines/ifc/read.ts'
import type { GeoFeatures } from '../../../src/engines/pipes/geojson.ts'
import { readExcel } from '../../../src/engines/pipes/import/excel.ts'
import type { Found } from './checking.ts'
import type { Models } from './importing.ts'
import { COMMENT, GROUP, type Kept } from './people.ts'
import { conflictsOf, ENGINEER, type Stage } from './stage.ts'

const keep = ({ tour, folder }: Stage, name: string, content: Uint8Array): void => {
  mkdirSync(folder, { recursive: true })
  const file = path.join(folder, name)
  writeFileSync(file, content)
  tour.line(`${path.relative(process.cwd(), file)} (${(content.byteLength / 1024).toFixed(0)} KB)`)
}

export const playExchange = async (stage: Stage, models: Models, found: Found, kept: Kept): Promise<void> => {
  const { tour, driver, street } = stage
  tour.heading('导出:BCF 2.1、BCF 3.0,再读回')
  const at = `/api/bim/checks/${found.checkId}`
  const rows = await conflictsOf(stage, found.checkId)
  const hard = rows.find(({ conflictId }) => conflictId === kept.hard)
  for (const version of ['2.1', '3.0'] as const) {
    const { content } = await driver.bytes(ENGINEER, `${at}/bcf?version=${version}`)
    keep(stage, `conflicts-${version}.bcf`, content)
    const { version: read, bcf, notes } = readBcf(content)
    const topic = bcf.topics.find(({ serverAssignedId, title }) =>
      version === '3.0' ? serverAssignedId === hard?.number : hard !== undefined && title.includes(hard.title),
    )
    tour.expect(
      `BCF ${version}:${rows.length} 个议题全部读回,没有丢弃任何内容`,
      read === version && bcf.topics.length === rows.length && notes.length === 0,
      `${read} ${bcf.topics.length} ${JSON.stringify(notes)}`,
    )
    tour.expect(
      `BCF ${version}:责任人、期限、状态、分组、意见、视点和构件编号都在议题里`,
      topic?.assignedTo === hard?.assignee?.name &&
        topic?.dueDate?.startsWith(kept.dueOn) === true &&
        topic.status === '处理中' &&
        topic.labels.includes(GROUP) &&
        topic.comments.some(({ text }) => text === COMMENT) &&
        topic.viewpoints[0]?.camera !== undefined &&
        topic.viewpoints[0].components?.selection.every(({ ifcGuid }) => ifcGuid?.length === 22) === true,
      JSON.stringify(topic, (key, value: unknown) => (key === 'bytes' ? '…' : value)),
    )
    if (version !== '3.0' || topic === undefined) continue
    // The design office answers in its own software and sends the file back.
    const text = '已在设计软件中处理,请复核。'
    const answered = {
      ...topic,
      status: '已答复待复核',
      comments: [
        ...topic.comments,
        { guid: '6f1d0a52-5c2e-4c53-9a0e-3a4f5b6c7d8e', date: '2026-03-03T09:00:00+08:00', author: '设计院', text },
      ],
    }
    const { bytes: back } = writeBcf({ ...bcf, topics: [answered] }, version, {
      at: '2026-03-03T09:00:00+08:00',
      author: '设计院',
      type: '冲突',
      status: '待处理',
    })
    const uploadId = await driver.upload(ENGINEER, '设计院回复.bcf', back)
    const reply = await driver.call(ENGINEER, importBcf, { params: { checkId: found.checkId }, body: { uploadId } })
    const conflict = await driver.call(ENGINEER, readConflict, { params: { conflictId: kept.hard } })
    tour.expect(
      '设计院回复的 BCF 导入后更新原冲突,不另立新问题',
      reply.updated === 1 &&
        reply.raised === 0 &&
        conflict.status === 'answered' &&
        conflict.remarks.some((remark) => remark.text === text && remark.imported),
      JSON.stringify(reply),
    )
  }

  tour.heading('导出:Excel、PDF、IFC4X3、GeoJSON,再读回')
  const excel = await driver.bytes(ENGINEER, `${at}/report.xlsx`)
  keep(stage, 'report.xlsx', excel.content)
  const { sheets } = await readExcel('report.xlsx', excel.content)
  const cells = sheets.flatMap((sheet) => sheet.rows.flat().map(String))
  tour.expect(
    `Excel 报告列出全部 ${rows.length} 个冲突`,
    rows.every(({ number }) => cells.includes(number)),
    sheets.map(({ sheet, rows: lines }) => `${sheet} ${lines.length}`).join(', '),
  )
  const pdf = await driver.bytes(ENGINEER, `${at}/report.pdf`)
  keep(stage, 'report.pdf', pdf.content)
  tour.expect(
    'PDF 报告带图',
    new TextDecoder().decode(pdf.content.slice(0, 5)) === '%PDF-' && pdf.content.byteLength > 20_000,
  )
  const { model } = await driver.call(ENGINEER, readModel, { params: { modelId: models.design } })
  const version = model.ready
  if (version === null) throw new Error('the design has no version that is ready')
  const ifc = await driver.bytes(ENGINEER, `/api/bim/versions/${version.versionId}/model.ifc`)
  keep(stage, 'design.ifc', ifc.content)
  const read = await readIfc(ifc.content)
  const segments = read.scene.elements.filter(
    (element) => element.class === 'IfcPipeSegment' || element.class === 'IfcCableCarrierSegment',
  )
  const classes = new Map<string, number>()
  for (const element of read.scene.elements) classes.set(element.class, (classes.get(element.class) ?? 0) + 1)
  tour.line(
    `${read.schemaName}:${[...classes].map(([name, count]) => `${name} ${count}`).join('、')};无形体 ${read.missing.length};${read.georeference?.name ?? '没有坐标'}`,
  )
  const unknown = street.design.lines.filter(({ startElevation }) => startElevation === null).length
  tour.expect(
    'IFC4X3 读回:每段管线一个构件,坐标 EPSG:4545;高程不明的没有形体,但在清单里',
    read.schema === 'IFC4X3' &&
      read.georeference?.epsg === 4545 &&
      segments.length === street.design.lines.length &&
      read.missing.length === unknown &&
      unknown > 0,
    `${segments.length} ${street.design.lines.length} ${unknown}`,
  )
  const geojson = await driver.bytes(ENGINEER, `/api/bim/versions/${version.versionId}/model.geojson`)
  keep(stage, 'design.geojson', geojson.content)
  const { features } = JSON.parse(new TextDecoder().decode(geojson.content)) as GeoFeatures
  const inDistrict = features.every(({ geometry }) =>
    (geometry.type === 'Point' ? [geometry.coordinates] : geometry.coordinates).every(
      ([longitude, latitude]) => longitude > 106.3 && longitude < 107.1 && latitude > 29.4 && latitude < 30.2,
    ),
  )
  tour.expect(
    'GeoJSON 读回:点线齐全,经纬度都在本区',
    inDistrict &&
      features.filter(({ geometry }) => geometry.type === 'LineString').length === street.design.lines.length,
    String(features.length),
  )
}
