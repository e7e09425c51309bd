/** Importing: a bad table with its report, an upload that breaks off and goes on, the mapping step, both models of the street. */
import iconv from 'iconv-lite'
import {
  compareVersions,
  confirmMapping,
  readMapping,
  readReport,
  startImport,
} from '../../../src/capabilities/bim/contract/versions.ts'
import { createModel, listModels, type ModelId, type VersionView } from '../../../src/capabilities/bim/contract.ts'
import { refusalOf } from '../checks.ts'
import { begin, bring, ENGINEER, OFFICER, type Stage, sha256, versionAfter } from './stage.ts'
import { archiveOf, surveyOf, type Upload } from './street.ts'

export const openModel = async (
  { driver, registered }: Stage,
  name: string,
  kind: 'network' | 'ifc',
  phase: 'existing' | 'design',
): Promise<ModelId> =>
  (
    await driver.call(ENGINEER, createModel, {
      params: { projectId: registered.projectId },
      body: { name, kind, phase },
    })
  ).modelId
const told = ({ statistics }: VersionView): string => {
  const network = statistics?.network
  return network === null || network === undefined
    ? '没有统计'
    : `${network.points} 点、${network.lines} 段、${(network.lengthM / 1_000).toFixed(2)} km`
}

/** GBK, a title, two header rows, zone number 36 before the eastings, NaN and a letter for a height, a lost end, a point twice. */
const badTables = (): readonly Upload[] => {
  const points = [
    '滨江支路管线点成果表,,,,',
    '管线点,坐标,,高程,管线',
    '点号,X,Y,地面,类别',
    'J1,3277200.120,36361800.250,231.500,JS',
    'J2,3277200.120,36361840.250,NaN,JS',
    'J3,3277200.120,36361880.250,23l.900,JS',
    'J3,3277201.000,36361881.000,231.900,JS',
  ]
  const lines = [
    '起点点号,终点点号,管线类别,管径,起点埋深,终点埋深',
    'J1,J2,JS,300,1.2,1.2',
    'J2,J9,JS,300,1.2,1.2',
    'J1,J1,JS,300,1.2,1.2',
  ]
  return [
    { name: '外业点表.csv', bytes: iconv.encode(points.join('\r\n'), 'gbk') },
    { name: '外业线表.csv', bytes: iconv.encode(lines.join('\r\n'), 'gbk') },
  ]
}

const playBadTables = async (stage: Stage): Promise<void> => {
  const { tour, driver } = stage
  tour.heading('一份有错的外业成果表:GBK、两行表头、多了带号、NaN')
  const modelId = await openModel(stage, '外业成果(试读)', 'network', 'existing')
  const { versionId } = await begin(stage, modelId, badTables())
  await versionAfter(stage, versionId, 'needs-mapping')
  const { suggestion } = await driver.call(ENGINEER, readMapping, { params: { versionId } })
  const [points] = suggestion.previews
  const [sheet] = suggestion.mapping.sheets
  tour.line(`读出的表头:${points?.header.join(' | ') ?? ''};数据从第 ${(sheet?.firstRow ?? 0) + 1} 行开始`)
  for (const remark of suggestion.remarks) tour.line(remark)
  tour.expect(
    'GBK 的两行表头读成中文,点号、X、Y、地面高程各归其列,数据从第 4 行开始',
    sheet?.role === 'points' &&
      sheet.firstRow === 3 &&
      sheet.columns.no === 0 &&
      sheet.columns.north === 1 &&
      sheet.columns.east === 2 &&
      sheet.columns.ground === 3,
    JSON.stringify(sheet),
  )
  tour.expect(
    '横坐标多出的带号 36 被认出并建议读法',
    suggestion.remarks.some((remark) => remark.includes('带号 36')),
    suggestion.remarks.join(';'),
  )
  await driver.call(ENGINEER, confirmMapping, { params: { versionId }, body: suggestion.mapping })
  const version = await versionAfter(stage, versionId, 'ready', 'failed')
  const report = await driver.call(ENGINEER, readReport, { params: { versionId }, query: { limit: 100 } as never })
  for (const row of report.rows)
    tour.line(
      `${row.severity} ${row.file}${row.row === null ? '' : ` 第${row.row}行`}${row.column === null ? '' : ` ${row.column}列`} ${row.rule}:${row.sentence}`,
    )
  const has = (rule: string, file: string, row: number): boolean =>
    report.rows.some((each) => each.rule === rule && each.file === file && each.row === row)
  tour.expect(
    '质量报告指到文件、行、列:数字里混入字母(点表第 6 行 D 列)',
    report.rows.some(
      ({ rule, row, column }) => rule === 'number-format' && row === 6 && column?.startsWith('D') === true,
    ),
  )
  tour.expect('NaN 的高程读作未知并指出(点表第 5 行)', has('ground-unknown', '外业点表.csv', 5))
  tour.expect('重复的点号(点表第 7 行)', has('point-double', '外业点表.csv', 7))
  tour.expect('找不到终点的线(线表第 3 行)', has('point-missing', '外业线表.csv', 3))
  tour.expect(
    '起终点相同的线(线表第 4 行)被报告',
    report.rows.some((each) => each.file === '外业线表.csv' && each.row === 4),
  )
  tour.expect(
    '没有一行被悄悄丢掉:错误计数与报告一致,服务继续运行',
    version.issues.error + version.issues.warning + version.issues.notice === report.total && report.total >= 4,
    `${JSON.stringify(version.issues)} ${report.total}`,
  )
}

/** Breaks off after a piece, sends one at the wrong place, asks how far it came and goes on. */
const uploadBroken = async (stage: Stage, { name, bytes }: Upload): Promise<string> => {
  const { tour, url } = stage
  const accounts = (await (await fetch(`${url}/api/demo-accounts`)).json()) as readonly {
    readonly login: string
    readonly password: string
  }[]
  const account = accounts.find(({ login }) => login === ENGINEER)
  const json = { 'content-type': 'application/json' }
  const session = (await (
    await fetch(`${url}/api/session`, {
      method: 'POST',
      headers: json,
      body: JSON.stringify({ ...account, token: true }),
    })
  ).json()) as { readonly token: string }
  const own = { authorization: `Bearer ${session.token}` }
  const started = (await (
    await fetch(`${url}/api/uploads`, {
      method: 'POST',
      headers: { ...own, ...json },
      body: JSON.stringify({ fileName: name, sizeBytes: bytes.byteLength, sha256: sha256(bytes) }),
    })
  ).json()) as { readonly uploadId: string }
  const at = `${url}/api/uploads/${started.uploadId}`
  const piece = (offset: number, end: number): Promise<Response> =>
    fetch(at, {
      method: 'PATCH',
      headers: { ...own, 'content-type': 'application/offset+octet-stream', 'upload-offset': String(offset) },
      body: bytes.slice(offset, end),
    })
  const third = Math.floor(bytes.byteLength / 3)
  await piece(0, third)
  const wrong = await piece(2 * third, bytes.byteLength)
  const { offset } = (await (await fetch(at, { headers: own })).json()) as { readonly offset: number }
  tour.expect(
    `断点续传:第一段 ${third} 字节后中断,错位的一段被拒绝并告知已收到 ${offset} 字节`,
    wrong.status === 409 && offset === third && wrong.headers.get('upload-offset') === String(third),
    `${wrong.status} ${offset} ${await wrong.text()}`,
  )
  await piece(offset, bytes.byteLength)
  const done = (await (await fetch(`${at}/complete`, { method: 'POST', headers: own })).json()) as {
    readonly sha256: string
  }
  tour.expect('续传后的文件与原文件逐字节相同', done.sha256 === sha256(bytes), JSON.stringify(done))
  return started.uploadId
}

export interface Models {
  readonly existing: ModelId
  readonly design: ModelId
}
export const playImports = async (stage: Stage): Promise<Models> => {
  const { tour, driver, street, registered } = stage
  await playBadTables(stage)
  tour.heading('现状管线(每类一张点表、一张线表)和设计管线(一个压缩包)')
  const existing = await openModel(stage, '滨江支路现状管线', 'network', 'existing')
  const files = surveyOf(street.existing, street.classes)
  const surveyed = await bring(stage, existing, files)
  tour.line(`${files.length} 个文件,第 ${surveyed.number} 版:${told(surveyed)}`)
  tour.expect(
    '现状管线的点和线一个不少',
    surveyed.statistics?.network?.points === street.existing.points.length &&
      surveyed.statistics.network.lines === street.existing.lines.length,
    told(surveyed),
  )
  const design = await openModel(stage, '滨江支路设计管线', 'network', 'design')
  const uploadId = await uploadBroken(stage, archiveOf(street.design, street.classes))
  const stranger = await refusalOf(() =>
    driver.call('applicant-school', startImport, {
      params: { modelId: design },
      body: { uploadIds: [uploadId] } as never,
    }),
  )
  tour.expect('别的单位不能向本项目导入', stranger !== null && stranger.problem.status >= 403, '没有被拒绝')
  const started = await driver.call(ENGINEER, startImport, {
    params: { modelId: design },
    body: { uploadIds: [uploadId], note: '方案一' } as never,
  })
  const { versionId } = await versionAfter(stage, started.versionId, 'needs-mapping')
  const { suggestion } = await driver.call(ENGINEER, readMapping, { params: { versionId } })
  tour.line(
    `对应关系:${suggestion.mapping.sheets.map(({ file, role }) => `${file.split('/').at(-1)}=${role === 'points' ? '点表' : '线表'}`).join('、')};坐标 EPSG:${suggestion.mapping.epsg}`,
  )
  tour.expect(
    '对应关系一步:每张表的用途和 EPSG:4545 被认出,由人确认后才导入',
    suggestion.mapping.epsg === 4545 &&
      !suggestion.mapping.swapped &&
      suggestion.mapping.sheets.every(({ role }) => role === 'points' || role === 'lines'),
    JSON.stringify(suggestion.mapping.sheets.map(({ file, role }) => [file, role])),
  )
  await driver.call(ENGINEER, confirmMapping, { params: { versionId }, body: suggestion.mapping })
  const designed = await versionAfter(stage, versionId, 'ready')
  tour.expect(
    '设计管线的线一段不少',
    designed.statistics?.network?.lines === street.design.lines.length,
    told(designed),
  )
  const seen = await driver.call(OFFICER, listModels, {
    params: { projectId: registered.projectId },
    query: { archived: 'false' },
  })
  tour.expect(
    '主管部门能看模型,不能导入',
    seen.models.length >= 3 && seen.models.every(({ may }) => may.import !== null),
    JSON.stringify(seen.models.map(({ name, may }) => [name, may.import])),
  )
  return { existing, design }
}

/** Brings in the next version of the design, and says what differs from the one before. */
export const playNextDesign = async (
  stage: Stage,
  modelId: ModelId,
  before: VersionView,
  file: Upload,
): Promise<VersionView> => {
  const { tour, driver } = stage
  const { versionId } = await begin(stage, modelId, [file])
  const next = await versionAfter(stage, versionId, 'ready', 'needs-mapping')
  tour.expect('列没有变,沿用上一版的对应关系,不再询问', next.state === 'ready', next.state)
  const { counts } = await driver.call(ENGINEER, compareVersions, {
    params: { modelId },
    query: { from: before.versionId, to: next.versionId },
  })
  tour.line(
    `第 ${next.number} 版与第 ${before.number} 版:新增 ${counts.added},删除 ${counts.removed},修改 ${counts.changed},未变 ${counts.same}`,
  )
  return next
}
