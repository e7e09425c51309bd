/** What comes in: tables of every kind of badness, IFC, cancelling, limits; nothing ends the process, everything is reported. */
import iconv from 'iconv-lite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openWindow, type Window } from '../../../tests/support/window.ts'
import { writeIfc } from '../../engines/ifc/write.ts'
import { makeStreets } from '../../engines/pipes/sample/street.ts'
import type { ProjectId } from '../../kernel/identity.ts'
import type { FileReply } from '../../platform/platform.ts'
import { createCheck, readRun, startRun } from './contract/checks.ts'
import { listConflicts } from './contract/conflicts.ts'
import {
  cancelImport,
  confirmMapping,
  downloadGeoJson,
  downloadIfc,
  downloadReport,
  listMissing,
  readGeometry,
  readMapping,
  readObject,
  readReport,
  startImport,
} from './contract/versions.ts'
import { type ModelId, readModel, type VersionId } from './contract.ts'
import { definitionSchema } from './model/definition.ts'
import type { IfcGeometry, NetworkGeometry } from './model/geometry.ts'
import { unpack } from './model/packed.ts'
import { classes, openRig, type Rig, textBytes } from './rig.testing.ts'

let window: Window
let rig: Rig
let projectId: ProjectId
beforeAll(async () => {
  window = await openWindow()
  rig = openRig(window)
  projectId = await window.project()
})
afterAll(() => window.close())

let names = 0
const model = (kind: 'network' | 'ifc' = 'network'): Promise<ModelId> => {
  names += 1
  return rig.model(projectId, `模型${names}`, { kind })
}
const report = async (versionId: VersionId) =>
  window.as(window.applicant).call(readReport, { params: { versionId }, query: { limit: 200 } })
const rulesOf = async (versionId: VersionId) => (await report(versionId)).byRule.map((each) => each.rule)
const code = async (work: Promise<unknown>) => (await window.refusalOf(work)).code.replace('bim.', '')
const bytesOf = async (file: FileReply): Promise<Uint8Array> => {
  if (file.content instanceof Uint8Array) return file.content
  const chunks: Uint8Array[] = []
  for await (const chunk of file.content) chunks.push(chunk as Uint8Array)
  return Buffer.concat(chunks)
}
const points = (rows: readonly string[], head = '物探点号,X,Y,地面高程,管线类别,特征'): string =>
  [head, ...rows].join('\n')
const lines = (rows: readonly string[]): string =>
  ['起点点号,终点点号,管线类别,起点埋深,终点埋深,材质,管径', ...rows].join('\n')
const good = [
  'JS1,3277200.0,361800.0,230.0,JS,起点',
  'JS2,3277200.0,361830.0,230.1,JS,直线点',
  'JS3,3277230.0,361830.0,230.2,JS,终点',
]
const goodLines = ['JS1,JS2,JS,1.2,1.2,PE,200', 'JS2,JS3,JS,1.2,1.3,PE,200']
const files = (pointRows = good, lineRows = goodLines): readonly (readonly [string, Uint8Array])[] => [
  ['点.csv', textBytes(points(pointRows))],
  ['线.csv', textBytes(lines(lineRows))],
]

describe('tables', () => {
  it('in GBK with a title and two header rows are read after the columns were confirmed', async () => {
    const modelId = await model()
    const text = `某区管线普查成果\n点号,坐标(m),,高程,类别\n,X,Y,地面,\n${good.map((row) => row.split(',').slice(0, 5).join(',')).join('\n')}`
    const version = await rig.bring(modelId, [
      ['点.csv', iconv.encode(text, 'gb18030')],
      ['线.csv', iconv.encode(lines(goodLines), 'gb18030')],
    ])
    expect(version).toMatchObject({ state: 'ready' })
    expect(version.statistics?.network).toMatchObject({ points: 3, lines: 2, epsg: 4545, lengthM: 60 })
  }, 30_000)
  it('with faults give a report that says file, row, column and what to do; what can be read is kept', async () => {
    const modelId = await model()
    const version = await rig.bring(
      modelId,
      files(
        [...good, 'JS4,NaN,abc,230,JS,', 'JS1,3277200.0,361800.0,230.0,JS,起点'],
        [
          ...goodLines,
          // Reversed twin, start is end, unknown point, no length limit, negative depth.
          'JS2,JS1,JS,1.2,1.2,PE,200',
          'JS3,JS3,JS,1,1,PE,200',
          'JS3,JS9,JS,1,1,PE,200',
          'JS1,JS3,JS,-1,1,PE,怪',
        ],
      ),
    )
    expect(version.state).toBe('ready')
    const { rows, byRule } = await report(version.versionId)
    const rules = byRule.map((each) => each.rule)
    for (const rule of [
      'place-missing',
      'point-double',
      'line-reversed',
      'start-is-end',
      'point-missing',
      'depth-negative',
      'size-unknown',
    ])
      expect(rules).toContain(rule)
    const double = rows.find((row) => row.rule === 'point-double')
    expect(double).toMatchObject({ file: '点.csv', row: 6, severity: 'error' })
    expect(double?.sentence).toContain('请')
    expect(version.issues.error).toBe(
      byRule.filter((each) => each.severity === 'error').reduce((sum, each) => sum + each.count, 0),
    )
    const sheet = await bytesOf(
      await window.as(window.applicant).download(downloadReport, { params: { versionId: version.versionId } }),
    )
    expect(Array.from(sheet.subarray(0, 2))).toEqual([0x50, 0x4b])
  }, 30_000)
  it('of a design whose rows say 现状 are asked about once, and what was chosen is said in the report', async () => {
    const head = '起点点号,终点点号,管线类别,起点埋深,终点埋深,材质,管径,现状或设计'
    const mixed = [
      ['点.csv', textBytes(points(good))],
      ['线.csv', textBytes([head, 'JS1,JS2,JS,1.2,1.2,PE,200,设计', 'JS2,JS3,JS,1.2,1.3,PE,200,现状'].join('\n'))],
    ] as const
    const modelId = await model()
    const upload = async () => Promise.all(mixed.map(([name, content]) => rig.upload(window.applicant, name, content)))
    const begin = async () => {
      const { versionId } = await window.as(window.applicant).call(startImport, {
        params: { modelId },
        body: { uploadIds: await upload(), note: '', sameMapping: true },
      })
      await rig.work()
      return rig.version(versionId)
    }
    const asked = await begin()
    expect(asked.state).toBe('needs-mapping')
    const params = { versionId: asked.versionId }
    const { suggestion } = await window.as(window.applicant).call(readMapping, { params })
    expect(suggestion.phases).toEqual({ model: 'design', existing: 1, design: 1 })
    const decided = { ...suggestion.mapping, phases: 'as-written' } as const
    await window.as(window.applicant).call(confirmMapping, { params, body: decided })
    await rig.work()
    const { rows } = await report(asked.versionId)
    expect(rows.find(({ rule }) => rule === 'phase-differs')).toMatchObject({
      severity: 'warning',
      row: 3,
      column: 'H',
    })
    // The next version has the answer already; another answer gives another model.
    expect((await begin()).state).toBe('ready')
    const network = unpack(
      await bytesOf(await window.as(window.applicant).download(readGeometry, { params })),
    ) as NetworkGeometry
    expect(Array.from(network.pipes.flags, (flags) => flags & 1)).toEqual([1, 0])
  }, 30_000)
  it('give the column of a fault that shows only when points and lines are put together', async () => {
    const modelId = await model()
    const version = await rig.bring(
      modelId,
      files(['JS1,3277200.0,361800.0,NaN,JS,起点', ...good.slice(1)], ['JS1,JS2,JS,1.2,,PE,200', goodLines[1] ?? '']),
    )
    const { rows } = await report(version.versionId)
    expect(rows.find(({ rule }) => rule === 'ground-unknown')).toMatchObject({ file: '点.csv', row: 2, column: 'D' })
    expect(rows.find(({ rule }) => rule === 'depth-unknown')).toMatchObject({ file: '线.csv', row: 2, column: 'E' })
  }, 30_000)
  it('with a coordinate out of the district keep that point and its lines out, and name the wrong column and the prefix', async () => {
    const more = Array.from({ length: 8 }, (_, k) => `JS${k + 4},3277230,${361850 + 20 * k},230,JS,直线点`)
    const moreLines = more.map((_, k) => `JS${k + 3},JS${k + 4},JS,1.2,1.2,PE,200`)
    const version = await rig.bring(
      await model(),
      files(
        [...good, ...more, 'JS12,3277230,35362010,230,JS,终点'],
        [...goodLines, ...moreLines, 'JS11,JS12,JS,1,1,PE,200'],
      ),
    )
    expect(version.statistics?.network).toMatchObject({ points: 11, lines: 10, lengthM: 220 })
    const { rows } = await report(version.versionId)
    const wrong = rows.find(({ rule }) => rule === 'point-outside')
    expect(wrong).toMatchObject({ file: '点.csv', row: 13, column: 'C', severity: 'error' })
    expect(wrong?.sentence).toContain('多了“35”')
    expect(rows.find(({ rule }) => rule === 'line-outside')).toMatchObject({
      file: '线.csv',
      row: 12,
      severity: 'error',
    })
    expect(rows.map(({ rule }) => rule)).not.toContain('length-long')
    // A table of its own with the number of the zone in front: said at each point of it.
    const mixed = await rig.bring(await model(), [
      ...files([...good, ...more], [...goodLines, ...moreLines]),
      ['点2.csv', textBytes(points(['JS12,3277230,36362010,230,JS,终点', 'JS13,3277230,36362030,230,JS,终点']))],
    ])
    const hints = (await report(mixed.versionId)).rows.filter(({ rule }) => rule === 'point-outside')
    expect(hints.map(({ sentence }) => sentence.includes('多了“36”(带号)'))).toEqual([true, true])
  }, 30_000)
  it('of headers alone are refused before anybody is asked about columns', async () => {
    const version = await rig.bring(await model(), files([], []))
    expect(version.state).toBe('failed')
    expect(version.failure).toContain('表中只有表头,没有数据行')
    // One empty table beside full ones is read as it is.
    const full = await rig.bring(await model(), [...files(), ['点2.csv', textBytes(points([]))]])
    expect(full.state).toBe('ready')
  }, 30_000)
  it('whose drains flow in a ring are told so, and the ring is kept', async () => {
    const modelId = await model()
    const head = '物探点号,X,Y,地面高程,管线类别,特征'
    const drains = ['WS1,3277200,361800,230,WS,井', 'WS2,3277200,361830,230,WS,井', 'WS3,3277230,361830,230,WS,井']
    const version = await rig.bring(modelId, [
      ['点.csv', textBytes([head, ...drains].join('\n'))],
      [
        '线.csv',
        textBytes(
          [
            '起点点号,终点点号,管线类别,起点埋深,终点埋深,材质,管径,流向',
            'WS1,WS2,WS,2,2,PE,400,+',
            'WS2,WS3,WS,2,2,PE,400,+',
            'WS3,WS1,WS,2,2,PE,400,+',
          ].join('\n'),
        ),
      ],
    ])
    expect(version.statistics?.network?.lines).toBe(3)
    expect(await rulesOf(version.versionId)).toContain('drain-loop')
  }, 30_000)
  it('with the number of the zone before the easting, or X and Y exchanged, are recognised and converted', async () => {
    for (const [name, turn] of [
      ['zone', (x: string, y: string) => [x, `36${y}`]],
      ['swapped', (x: string, y: string) => [y, x]],
    ] as const) {
      const modelId = await model()
      const turned = good.map((row) => {
        const [no = '', x = '', y = '', ...rest] = row.split(',')
        return [no, ...turn(x, y), ...rest].join(',')
      })
      const uploadIds = await Promise.all(
        files(turned).map(([file, content]) => rig.upload(window.applicant, file, content)),
      )
      const { versionId } = await window
        .as(window.applicant)
        .call(startImport, { params: { modelId }, body: { uploadIds, note: '', sameMapping: true } })
      await rig.work()
      const { suggestion } = await window.as(window.applicant).call(readMapping, { params: { versionId } })
      expect([name, suggestion.mapping.epsg, suggestion.mapping.swapped]).toEqual(
        name === 'zone' ? ['zone', 4524, false] : ['swapped', 4545, true],
      )
      expect(suggestion.remarks.join()).toContain('请')
      await window.as(window.applicant).call(confirmMapping, { params: { versionId }, body: suggestion.mapping })
      await rig.work()
      const box = (await rig.version(versionId)).statistics?.network?.box
      expect(box?.map(Math.round)).toEqual([361800, 3277200, 361830, 3277230])
    }
  }, 30_000)
  it('that hold no pipe make a failed version with its report, never an empty model', async () => {
    const modelId = await model()
    const version = await rig.bring(modelId, files(good, ['JS1,,JS,1,1,PE,200']))
    expect(version).toMatchObject({ state: 'failed' })
    expect(version.failure).toContain('质量报告')
    expect(await rulesOf(version.versionId)).toContain('line-end-missing')
  }, 30_000)
  it('that are broken, empty or foreign are refused with a sentence, and the next import works', async () => {
    const modelId = await model()
    const bad: readonly (readonly [string, Uint8Array])[] = [
      ['空.xlsx', textBytes('PK\u0003\u0004 broken')],
      ['坏.zip', Uint8Array.of(0x50, 0x4b, 3, 4, 1, 2, 3)],
      ['坏.geojson', textBytes('{"type": "Feature')],
      ['噪声.csv', Uint8Array.from({ length: 400 }, (_, k) => (k * 37) % 251)],
    ]
    for (const [name, content] of bad) {
      const version = await rig.bring(modelId, [[name, content]]).catch((error: unknown) => error)
      if (version instanceof Error) expect(version.message).toContain('bim.')
      else expect(version).toMatchObject({ state: 'failed' })
      const [newest] = (await window.as(window.applicant).call(readModel, { params: { modelId } })).versions
      if (newest?.state === 'needs-mapping')
        await window.as(window.applicant).call(cancelImport, { params: { versionId: newest.versionId } })
    }
    const upload = await rig.upload(window.applicant, '图.dwg', textBytes('AC1027'))
    const start = (uploadIds: string[]) =>
      window
        .as(window.applicant)
        .call(startImport, { params: { modelId }, body: { uploadIds, note: '', sameMapping: true } })
    expect(await code(start([upload]))).toBe('wrong-files')
    expect(await code(start(['0195d5d6-0000-7000-8000-000000000000']))).toBe('upload-missing')
    expect(await code(start([await rig.upload(window.stranger, '点.csv', textBytes(points(good)))]))).toBe(
      'upload-missing',
    )
    const huge = (
      await window.test.files.addUpload(textBytes('x'), {
        fileName: '大.csv',
        uploadedBy: window.applicant.personId,
        sizeBytes: 2 * 1024 ** 3,
      })
    ).uploadId
    expect(await code(start([huge]))).toBe('tables-too-large')
    expect(await rig.bring(modelId, files())).toMatchObject({ state: 'ready' })
  }, 60_000)
  it('of the next version are read with the mapping of the one before, without asking again; the same files come from the cache', async () => {
    const modelId = await model()
    expect(await rig.bring(modelId, files())).toMatchObject({ state: 'ready', fromCache: false })
    const uploadIds = await Promise.all(files().map(([name, content]) => rig.upload(window.applicant, name, content)))
    const { versionId } = await window
      .as(window.applicant)
      .call(startImport, { params: { modelId }, body: { uploadIds, note: '', sameMapping: true } })
    await rig.work()
    expect(await rig.version(versionId)).toMatchObject({ state: 'ready', number: 2, fromCache: true })
  }, 30_000)
  it('can be cancelled before and while the thread works; nothing of them is kept', async () => {
    const modelId = await model()
    const begin = async () => {
      const uploadIds = await Promise.all(files().map(([name, content]) => rig.upload(window.applicant, name, content)))
      return (
        await window
          .as(window.applicant)
          .call(startImport, { params: { modelId }, body: { uploadIds, note: '', sameMapping: true } })
      ).versionId
    }
    const cancel = (versionId: VersionId) => window.as(window.applicant).call(cancelImport, { params: { versionId } })
    const waiting = await begin()
    expect((await cancel(waiting)).state).toBe('cancelled')
    await rig.work()
    expect(await rig.version(waiting)).toMatchObject({ state: 'cancelled', statistics: null })
    const running = await begin()
    const working = rig.work()
    await cancel(running)
    await working
    expect(await rig.version(running)).toMatchObject({ state: 'cancelled', statistics: null })
    expect(await code(cancel(running))).toBe('not-importing')
  }, 30_000)
})

describe('what a version gives', () => {
  it('is geometry for the viewer, objects with their run, IFC4X3 and GeoJSON', async () => {
    const modelId = await model()
    const { versionId } = await rig.bring(modelId, files())
    const params = { versionId }
    const geometry = unpack(
      await bytesOf(await window.as(window.applicant).download(readGeometry, { params })),
    ) as NetworkGeometry
    expect(geometry.pipes.ids).toEqual(['JS:JS1~JS2', 'JS:JS2~JS3'])
    expect((geometry.pipes.axis[0] ?? 0) + geometry.origin[0]).toBeCloseTo(361_800, 2)
    expect(geometry.pipes.size[0]).toBeGreaterThan(0.19)
    const object = await window.as(window.applicant).call(readObject, { params: { versionId, objectId: 'JS:JS1~JS2' } })
    expect(object.run).toEqual(['JS:JS1~JS2', 'JS:JS2~JS3'])
    expect(object.fields.map((field) => field.name)).toContain('材质')
    const ifc = new TextDecoder().decode(
      await bytesOf(await window.as(window.applicant).download(downloadIfc, { params })),
    )
    expect(ifc).toContain('IFC4X3')
    const geo = JSON.parse(
      new TextDecoder().decode(await bytesOf(await window.as(window.applicant).download(downloadGeoJson, { params }))),
    )
    expect(geo.features).toHaveLength(5)
    expect(await code(window.as(window.stranger).download(readGeometry, { params }))).toBe('missing')
  }, 30_000)
})

describe('IFC models', () => {
  const { network } = makeStreets(classes, { seed: 3, blocks: 1, plants: ['hard'] })
  const ifc = textBytes(
    writeIfc({ ...network, id: 'street' }, { projectName: '示例', writtenAt: '2026-03-01T00:00:00Z' }),
  )
  it('are read with what is missing, and checked against pipes with confirmed depth', async () => {
    const ifcModel = await model('ifc')
    const version = await rig.bring(ifcModel, [['街道.ifc', ifc]])
    expect(version).toMatchObject({ state: 'ready', failure: null })
    expect(version.statistics?.ifc).toMatchObject({ epsg: 4545, georeferenced: true })
    expect(version.statistics?.ifc?.elements).toBeGreaterThan(10)
    const missing = await window
      .as(window.applicant)
      .call(listMissing, { params: { versionId: version.versionId }, query: { limit: 50 } })
    expect(missing.total).toBe(version.statistics?.ifc?.missing)
    const geometry = unpack(
      await bytesOf(
        await window.as(window.applicant).download(readGeometry, { params: { versionId: version.versionId } }),
      ),
    ) as IfcGeometry
    expect(geometry.toMap).not.toBeNull()
    expect(geometry.elements).toHaveLength(version.statistics?.ifc?.elements ?? -1)
    // A pipe through one of the pipes of the model.
    const pipes = await model()
    const placeOf = (no: string) => network.points.find((point) => point.no === no)
    // A sewer along the street, from west to east.
    const hit = network.lines.find(
      (line) =>
        line.kind === 'sewage' && Math.abs((placeOf(line.start)?.north ?? 0) - (placeOf(line.end)?.north ?? 9)) < 0.5,
    )
    const at = network.points.find((point) => point.no === hit?.start)
    const to = network.points.find((point) => point.no === hit?.end)
    if (hit === undefined || at === undefined || to === undefined) throw new Error('the sample has no sewer')
    const [north, east] = [(at.north + to.north) / 2, (at.east + to.east) / 2]
    const invert = ((hit.startElevation ?? 0) + (hit.endElevation ?? 0)) / 2
    await rig.bring(pipes, [
      ['点.csv', textBytes(points([`JS1,${north - 5},${east},230,JS,起点`, `JS2,${north + 5},${east},230,JS,终点`]))],
      [
        '线.csv',
        textBytes(
          [
            '起点点号,终点点号,管线类别,起点高程,终点高程,高程位置,材质,管径',
            `JS1,JS2,JS,${invert + 0.2},${invert + 0.2},管中心,PE,200`,
          ].join('\n'),
        ),
      ],
    ])
    const { checkId } = await window.as(window.applicant).call(createCheck, {
      params: { projectId },
      body: {
        name: '模型碰撞',
        gate: false,
        definition: definitionSchema.parse({ kind: 'clash', a: { models: [pipes] }, b: { models: [ifcModel] } }),
      },
    })
    const { runId } = await window.as(window.applicant).call(startRun, { params: { checkId }, body: { anew: false } })
    await rig.work()
    const run = await window.as(window.applicant).call(readRun, { params: { runId } })
    expect(run).toMatchObject({ state: 'done', failure: null })
    const { rows } = await window
      .as(window.applicant)
      .call(listConflicts, { params: { checkId }, query: { limit: 50 } as never })
    const clash = rows.find((row) => row.kind === 'hard' && row.b?.title.includes(`${hit.start}—${hit.end}`))
    // Kinds and points, not ids: people read it.
    expect(clash?.title).toMatch(/^设计给水管 DN200 JS1—JS2与现状污水管 DN400 .*实体碰撞$/)
    // Each piece of the overlap reaches from the inner wall, at the edge of the water pipe, to the outer wall, at its middle.
    if (hit.section.shape !== 'circle') throw new Error('the sewer is round')
    const [inner, outer, half] = [hit.section.innerM / 2, hit.section.outerM / 2, 0.1]
    expect(clash?.actualM).toBeCloseTo(-(outer - Math.sqrt(inner ** 2 - half ** 2)), 2)
    expect(clash?.a.topM).toBeCloseTo(invert + 0.3, 1)
  }, 60_000)
  it('that are broken, cut off or of a foreign kind fail with a sentence and harm nothing', async () => {
    const modelId = await model('ifc')
    const half = ifc.slice(0, Math.floor(ifc.length / 2))
    const garbled = textBytes(new TextDecoder().decode(ifc).replaceAll('IFCPIPESEGMENT(', 'IFCPIPESEGMENT(('))
    for (const content of [half, garbled, textBytes('ISO-10303-21;'), textBytes('<html></html>'), new Uint8Array(0)]) {
      const version = await rig.bring(modelId, [['坏.ifc', content]])
      if (version.state === 'ready') expect(version.issues.error + version.issues.warning).toBeGreaterThan(0)
      else expect(version.failure).toContain('请')
    }
    expect(await rig.bring(modelId, [['街道.ifc', ifc]])).toMatchObject({ state: 'ready' })
  }, 60_000)
})
