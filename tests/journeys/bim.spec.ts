/** Models, checks, conflicts and the viewer, as an engineer of the owner and an approver use them. */
import fs from 'node:fs'
import { type Browser, expect, type Page, test } from '@playwright/test'
import { listChecks } from '../../src/capabilities/bim/contract/checks.ts'
import { listConflicts } from '../../src/capabilities/bim/contract/conflicts.ts'
import { listModels } from '../../src/capabilities/bim/contract.ts'
import { networkOf } from '../../src/capabilities/bim/desk/testing.ts'
import { pack } from '../../src/capabilities/bim/model/packed.ts'
import { readBcf } from '../../src/engines/bcf/read/read.ts'
import { writeIfc } from '../../src/engines/ifc/write.ts'
import { pipeClassesSchema } from '../../src/engines/pipes/classes.ts'
import type { Network, PipePoint } from '../../src/engines/pipes/model.ts'
import { makeStreets } from '../../src/engines/pipes/sample/street.ts'
import { csvOf, tablesOf } from '../../src/engines/pipes/tables.ts'
import { demoProjects } from '../../src/server/demo/projects.ts'
import { type Registered, register } from '../../src/server/demo/story.ts'
import { checkPage, openDesk, openStage, type Stage, signedIn } from './support/journey.ts'

const ENGINEER = 'applicant-private'
const APPROVER = 'zhujian-boss'
test.describe.configure({ mode: 'serial' })
let stage: Stage
let registered: Registered
test.beforeAll(async () => {
  stage = await openStage()
  const project = demoProjects.find((each) => each.name === '恒远社区便民商业楼')
  if (project === undefined) throw new Error('no such demo project')
  registered = await register(stage.driver, stage.actors, project, 1)
})
test.afterAll(() => stage.server.stop())

const classes = pipeClassesSchema.parse(JSON.parse(fs.readFileSync('data/standards/pipe-classes.json', 'utf8')))
const street = makeStreets(classes, { seed: 20_26, blocks: 1 })
/** A later survey: one pipe is gone, one has another size. */
const later: Network = {
  ...street.network,
  lines: street.network.lines
    .slice(1)
    .map((line, index) => (index === 3 ? { ...line, material: line.material === 'PE' ? '球墨铸铁' : 'PE' } : line)),
}
const filesOf = (network: Network) => {
  const { points, lines } = tablesOf(network, classes)
  return [
    { name: '管点成果表.csv', mimeType: 'text/csv', buffer: Buffer.from(csvOf(points)) },
    { name: '管线成果表.csv', mimeType: 'text/csv', buffer: Buffer.from(csvOf(lines)) },
  ]
}
/** Two chambers of a design: one stands on the water main, the other 0.2 m beside the reclaimed water; a culvert joins them. */
const chamberAt = (no: string, east: number, north: number): PipePoint => ({
  no,
  code: 'YS',
  kind: 'rain',
  east,
  north,
  ground: 230.5,
  feature: null,
  appendage: '检查井',
  wellDepthM: 3,
  wellSizeM: 1.4,
  note: null,
  place: null,
})
const structures = (): Network => {
  const like = street.network.lines.find(({ code, section }) => code === 'YS' && section.shape === 'circle')
  if (like === undefined) throw new Error('the street has no rain pipe')
  return {
    id: 'structures',
    epsg: 4545,
    points: [chamberAt('S1', 361_910, 3_277_197.2), chamberAt('S2', 361_950, 3_277_191.589)],
    lines: [
      {
        ...like,
        id: 'YS:S1~S2',
        start: 'S1',
        end: 'S2',
        phase: 'design',
        section: { shape: 'box', widthM: 1, heightM: 0.8, wallM: 0.2, wall: 'given' },
        meaning: 'invert',
        startElevation: 227.8,
        endElevation: 227.7,
        startDepthM: null,
        endDepthM: null,
      },
    ],
  }
}
/** What stands and lies around the street, as a drawing; the third has a kind that nobody knows. */
const surroundings = {
  name: '周边环境.geojson',
  mimeType: 'application/geo+json',
  buffer: Buffer.from(
    JSON.stringify({
      type: 'FeatureCollection',
      features: [
        {
          type: 'Feature',
          properties: { 类型: '人行道' },
          geometry: {
            type: 'Polygon',
            coordinates: [
              [
                [361_790, 3_277_196],
                [362_210, 3_277_196],
                [362_210, 3_277_202],
                [361_790, 3_277_202],
              ],
            ],
          },
        },
        {
          type: 'Feature',
          properties: { 类型: '道路中心线', 编号: '滨江支路', 红线宽度: 50 },
          geometry: {
            type: 'LineString',
            coordinates: [
              [361_790, 3_277_180],
              [362_210, 3_277_180],
            ],
          },
        },
        {
          type: 'Feature',
          properties: { 类型: '池塘' },
          geometry: { type: 'Point', coordinates: [361_900, 3_277_150] },
        },
      ],
    }),
  ),
}
const open = (page: Page, path: string) => openDesk(page, stage, path)
const modelId = async (): Promise<string> => {
  const { models } = await stage.driver.call(ENGINEER, listModels, {
    params: { projectId: registered.projectId as never },
    query: {} as never,
  })
  return models[0]?.modelId ?? ''
}
const checkId = async (): Promise<string> => {
  const { checks } = await stage.driver.call(ENGINEER, listChecks, {
    params: { projectId: registered.projectId as never },
    query: {} as never,
  })
  return checks[0]?.checkId ?? ''
}
const importFiles = async (page: Page, network: Network): Promise<void> => {
  await page.getByRole('button', { name: '导入新版本' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('文件', { exact: true }).setInputFiles(filesOf(network))
  await expect(dialog.getByText('管线成果表.csv').first()).toBeVisible()
  await expect(dialog.getByRole('button', { name: /移除/ })).toHaveCount(2)
  await checkPage(page, 'bim-import')
  await dialog.getByRole('button', { name: '开始导入' }).click()
  await expect(dialog).toBeHidden()
}
/** Waits until the picture shows the models. */
const drawn = async (page: Page): Promise<void> => {
  const picture = page.getByRole('application')
  await expect(picture).toHaveAttribute('aria-busy', 'false')
  await expect.poll(async () => Number((await picture.getAttribute('data-triangles')) ?? 0)).toBeGreaterThan(500)
}
/** Waits until the picture stands still: two looks alike, a quarter of a second apart. */
const settled = async (page: Page): Promise<void> => {
  const look = () => page.evaluate(() => document.querySelector('canvas')?.toDataURL() ?? '')
  await expect(async () => {
    const before = await look()
    await page.evaluate(() => new Promise((resolve) => window.setTimeout(resolve, 250)))
    expect(await look()).toBe(before)
  }).toPass()
}
/** How many colours a part of the picture has: an empty one has one. */
const coloursOf = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const canvas = document.querySelector('canvas')
    if (canvas === null) return 0
    const copy = document.createElement('canvas')
    copy.width = 160
    copy.height = 100
    const pen = copy.getContext('2d')
    pen?.drawImage(canvas, 0, 0, 160, 100)
    const pixels = pen?.getImageData(0, 0, 160, 100).data ?? new Uint8ClampedArray()
    const seen = new Set<number>()
    for (let k = 0; k < pixels.length; k += 4)
      seen.add(((pixels[k] ?? 0) >> 4) * 256 + ((pixels[k + 1] ?? 0) >> 4) * 16 + ((pixels[k + 2] ?? 0) >> 4))
    return seen.size
  })

test('an engineer imports a survey after confirming what its columns mean, and reads its quality', async ({
  browser,
}) => {
  const page = await signedIn(browser, stage, ENGINEER)
  await page.getByRole('link', { name: '管线与碰撞' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('管线与碰撞')
  await checkPage(page, 'bim-home')
  await page.getByRole('link', { name: '恒远社区便民商业楼', exact: true }).click()
  await expect(page.getByText('还没有模型。', { exact: false })).toBeVisible()
  await checkPage(page, 'bim-project-empty')
  await page.getByRole('button', { name: '新建模型' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: '新建', exact: true }).click()
  await expect(dialog.getByText('请填写名称。')).toBeVisible()
  await dialog.getByLabel('名称').fill('现状综合管线')
  await checkPage(page, 'bim-new-model')
  await dialog.getByRole('button', { name: '新建', exact: true }).click()
  await page.getByRole('link', { name: '现状综合管线' }).click()
  await importFiles(page, street.network)
  await expect(page.getByRole('button', { name: '确认并导入' })).toBeVisible()
  await expect(page.getByRole('rowheader', { name: '物探点号' }).first()).toBeVisible()
  await checkPage(page, 'bim-mapping')
  await page.getByRole('button', { name: '确认并导入' }).click()
  await expect(page.getByRole('cell', { name: /可用/ })).toBeVisible({ timeout: 60_000 })
  await checkPage(page, 'bim-versions')
  await page.getByRole('link', { name: '质量报告' }).first().click()
  await expect(page.getByRole('table', { name: '质量问题' })).toBeVisible()
  await checkPage(page, 'bim-quality')
  await page.context().close()
})

test('a check says which clause is not met, by how much and who should yield', async ({ browser }) => {
  const page = await signedIn(browser, stage, ENGINEER)
  await open(page, `/projects/${registered.projectId}/bim`)
  await page.getByRole('button', { name: '定义检查' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('名称').fill('管线综合净距检查')
  await dialog.getByRole('button', { name: '保存' }).click()
  await expect(dialog.getByRole('alert')).toBeVisible()
  await dialog.getByLabel('管线模型').click()
  await page.locator('.ant-select-item-option').filter({ hasText: '现状综合管线' }).click()
  await page.keyboard.press('Escape')
  await dialog.getByLabel('允许误差(m)').fill('0.02')
  await expect(dialog.getByText(/20 mm 以内视为测量误差/)).toBeVisible()
  await dialog.getByText('现状管线之间也检查').click()
  await dialog.getByRole('button', { name: '编辑' }).click()
  await dialog.getByLabel('从文件读入').setInputFiles([surroundings])
  await dialog.getByRole('button', { name: '读入所选文件' }).click()
  await expect(dialog.getByText('读入分区 1 个、建(构)筑物等 0 个、道路 1 条。')).toBeVisible()
  await expect(dialog.getByText(/类型“池塘”无法识别/)).toBeVisible()
  // Drawn by a click on the plan, and typed wrong, then right.
  await dialog.getByRole('button', { name: '新增(绘制或填写)' }).click()
  await dialog.getByRole('img', { name: /平面图/ }).click({ position: { x: 200, y: 60 } })
  await expect(dialog.getByRole('textbox', { name: '坐标' })).not.toHaveValue('')
  await dialog.getByRole('textbox', { name: '坐标' }).fill('361850 3277203\n361870 3277203')
  await dialog.getByRole('textbox', { name: '编号' }).fill('3号楼')
  await dialog.getByRole('button', { name: '确定该项' }).click()
  await expect(dialog.getByText(/像是 X、Y 写反了/)).toBeVisible()
  await checkPage(page, 'bim-places-fault')
  await dialog
    .getByRole('textbox', { name: '坐标' })
    .fill('3277200.4 361850\n3277200.4 361870\n3277210 361870\n3277210 361850')
  await dialog.getByRole('button', { name: '确定该项' }).click()
  await expect(dialog.getByRole('rowheader', { name: '3号楼' })).toBeVisible()
  await checkPage(page, 'bim-places')
  await checkPage(page, 'bim-define-check')
  await dialog.getByRole('button', { name: '保存' }).click()
  await page.getByRole('link', { name: '管线综合净距检查' }).click()
  await page.getByRole('button', { name: '运行检查' }).click()
  await expect(page.getByText(/检查 \d+ 个对象/)).toBeVisible({ timeout: 90_000 })
  await expect(page.getByText(/共 \d+ 个冲突/)).toBeVisible()
  await expect(page.getByText('没有设置道路中心线', { exact: false })).toHaveCount(0)
  await expect(page.getByRole('link', { name: /道路内平面次序相反/ }).first()).toBeVisible()
  await expect(page.getByRole('link', { name: /建\(构\)筑物与障碍物净距不足|与障碍物净距不足/ }).first()).toBeVisible()
  await checkPage(page, 'bim-conflicts')
  await page.getByRole('combobox', { name: '分组' }).click()
  await page.locator('.ant-select-item-option').filter({ hasText: '按专业组合' }).click()
  await expect(page).toHaveURL(/by=pair/)
  await checkPage(page, 'bim-conflicts-grouped')
  await page
    .getByRole('link', { name: /^C-\d+ .*交叉净距不足/ })
    .first()
    .click()
  const drawer = page.getByRole('dialog')
  await expect(drawer.getByText('计算:')).toBeVisible()
  await expect(drawer.getByText(/依据:/)).toBeVisible()
  await checkPage(page, 'bim-conflict')
  await drawer.getByRole('button', { name: '发表意见' }).click()
  const comment = page.getByRole('dialog').last()
  await comment.getByLabel('意见').fill('请设计单位核对管底高程。')
  await comment.getByRole('button', { name: '发表', exact: true }).click()
  await expect(drawer.getByText('请设计单位核对管底高程。').first()).toBeVisible()
  await drawer.getByLabel('状态').click()
  await page.locator('.ant-select-item-option').filter({ hasText: '处理中' }).click()
  await expect(drawer.getByText('处理中').first()).toBeVisible()
  await checkPage(page, 'bim-conflict-handled')
  await page.goto(`${stage.server.url}/desk/bim/checks/${await checkId()}?tab=exchange`)
  await checkPage(page, 'bim-exchange')
  for (const name of ['下载 PDF 报告', '下载 Excel 报告', '下载 BCF']) {
    const href = (await page.getByRole('link', { name }).getAttribute('href')) ?? ''
    const reply = await page.request.get(stage.server.url + href)
    expect(reply.status(), name).toBe(200)
    expect((await reply.body()).length, name).toBeGreaterThan(1000)
  }
  await open(page, '/bim/rules')
  await expect(page.getByText('待核对原文').first()).toBeVisible()
  await checkPage(page, 'bim-rules')
  await page.context().close()
})

test('an exception with measures is proposed by the engineer and approved by somebody else', async ({ browser }) => {
  const { rows } = await stage.driver.call(ENGINEER, listConflicts, {
    params: { checkId: (await checkId()) as never },
    query: { kind: 'crossing' } as never,
  })
  const conflict = rows.find((row) => row.outcome === 'breach')
  if (conflict === undefined) throw new Error('no crossing that breaches')
  const address = `/bim/checks/${conflict.checkId}?conflict=${conflict.conflictId}`
  const page = await signedIn(browser, stage, ENGINEER)
  await open(page, address)
  const drawer = page.getByRole('dialog')
  await drawer.getByRole('button', { name: '申请例外' }).click()
  const proposal = page.getByRole('dialog').last()
  await proposal.getByLabel('为什么不能满足要求').fill('路口标高受限,无法再降低。')
  await proposal.getByLabel('采取的保护措施').fill('加钢套管,两端各伸出 3 m。')
  await checkPage(page, 'bim-exception-proposal')
  await proposal.getByRole('button', { name: '提交申请' }).click()
  await expect(drawer.getByText('待批准')).toBeVisible()
  await expect(drawer.getByRole('button', { name: '批准例外' })).toHaveAttribute('aria-disabled', 'true')
  await page.context().close()

  const second = await signedIn(browser, stage, APPROVER)
  await open(second, address)
  const other = second.getByRole('dialog')
  await other.getByRole('button', { name: '批准例外' }).click()
  const decision = second.getByRole('dialog').last()
  await decision.getByLabel('理由').fill('同意按措施实施。')
  await decision.getByRole('button', { name: '确认' }).click()
  await expect(other.getByText('已批准例外').first()).toBeVisible()
  await checkPage(second, 'bim-exception-approved')
  await second.context().close()
})

test('the viewer flies to conflicts, cuts, measures, draws the long section and keeps a snapshot', async ({
  browser,
}) => {
  const page = await signedIn(browser, stage, ENGINEER)
  await open(page, `/projects/${registered.projectId}/bim/view`)
  await drawn(page)
  const picture = page.getByRole('application')
  expect(await coloursOf(page)).toBeGreaterThan(8)
  expect(Number(await picture.getAttribute('data-calls'))).toBeLessThan(80)
  await checkPage(page, 'bim-viewer')
  await page.getByRole('button', { name: /C-\d+/ }).first().click()
  await expect(page).toHaveURL(/conflict=/)
  await expect(page.getByRole('link', { name: '打开冲突详情' })).toBeVisible()
  await settled(page)
  await checkPage(page, 'bim-viewer-conflict')
  await page.getByRole('button', { name: '保存截图到冲突' }).click()
  await expect(page.getByText('截图已保存。')).toBeVisible()
  // The table holds what the picture holds: an object is chosen there as well.
  await page.getByText('数据表:全部对象').click()
  await page.getByRole('table').last().getByRole('button').first().click()
  await expect(page.getByRole('heading', { name: '属性' })).toBeVisible()
  await page.getByRole('button', { name: /^纵断面/ }).click()
  await expect(page.getByRole('img', { name: /纵断面/ })).toBeVisible()
  // Required clearances stand at every crossing, also where nothing is wrong, and inverts at every point.
  await expect(page.getByRole('columnheader', { name: '管内底' })).toBeVisible()
  await expect(page.getByRole('cell', { name: '满足', exact: true }).first()).toBeVisible()
  await settled(page)
  await checkPage(page, 'bim-viewer-section')
  await page.getByLabel('只看盒内').click()
  await page.getByRole('slider', { name: '高程 上限' }).focus()
  for (let k = 0; k < 40; k += 1) await page.keyboard.press('ArrowLeft')
  await picture.focus()
  await page.keyboard.press('Home')
  await settled(page)
  await checkPage(page, 'bim-viewer-box')
  await page.getByLabel('只看盒内').click()
  await page.getByRole('button', { name: '测量' }).click()
  await picture.focus()
  for (const key of ['n', 'm', 'n', 'm']) {
    await page.keyboard.press(key)
    await settled(page)
  }
  await expect(page.getByText('空间距离')).toBeVisible()
  await checkPage(page, 'bim-viewer-measure')
  // Leaving gives the memory of the graphics card back.
  await page.getByRole('link', { name: '模型与检查' }).click()
  await expect(page.locator('canvas')).toHaveCount(0)
  await page.context().close()
})

test('the next version shows what was added, removed and changed, in the list and in colours', async ({ browser }) => {
  const page = await signedIn(browser, stage, ENGINEER)
  await open(page, `/bim/models/${await modelId()}`)
  await importFiles(page, later)
  await expect(page.getByRole('cell', { name: /可用/ })).toHaveCount(2, { timeout: 60_000 })
  await page.getByRole('link', { name: '版本比较' }).click()
  await expect(page.getByRole('button', { name: /修改 1/ })).toBeVisible()
  await checkPage(page, 'bim-comparison')
  await page.getByRole('link', { name: '在三维中用颜色查看' }).click()
  await drawn(page)
  await checkPage(page, 'bim-comparison-viewer')
  await page.context().close()
})

test('an IFC model with chambers is checked against the pipes, flown to, and leaves as BCF', async ({ browser }) => {
  const page = await signedIn(browser, stage, ENGINEER)
  await open(page, `/projects/${registered.projectId}/bim`)
  await page.getByRole('button', { name: '新建模型' }).click()
  let dialog = page.getByRole('dialog')
  await dialog.getByLabel('名称').fill('拟建雨水箱涵及检查井')
  await dialog.getByText('IFC 模型').click()
  await dialog.getByText('设计', { exact: true }).click()
  await dialog.getByRole('button', { name: '新建', exact: true }).click()
  await page.getByRole('link', { name: '拟建雨水箱涵及检查井' }).click()
  await page.getByRole('button', { name: '导入新版本' }).click()
  dialog = page.getByRole('dialog')
  const written = writeIfc(structures(), { projectName: '滨江支路', writtenAt: '2026-03-01T00:00:00Z' })
  await dialog
    .getByLabel('文件', { exact: true })
    .setInputFiles([{ name: '箱涵.ifc', mimeType: 'application/x-step', buffer: Buffer.from(written) }])
  await expect(dialog.getByRole('button', { name: /移除/ })).toHaveCount(1)
  await dialog.getByRole('button', { name: '开始导入' }).click()
  await expect(page.getByRole('cell', { name: /可用/ })).toBeVisible({ timeout: 60_000 })
  await checkPage(page, 'bim-ifc-version')

  await open(page, `/projects/${registered.projectId}/bim`)
  await page.getByRole('button', { name: '定义检查' }).click()
  dialog = page.getByRole('dialog')
  await dialog.getByLabel('名称').fill('检查井与现状管线碰撞')
  await dialog.getByText('模型碰撞检查').click()
  const choose = async (label: string, ...options: readonly string[]): Promise<void> => {
    await dialog.getByLabel(label, { exact: true }).click()
    for (const option of options)
      await page
        .locator('.ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option')
        .filter({ hasText: new RegExp(`^${option}$`) })
        .click()
    await page.keyboard.press('Escape')
  }
  await choose('甲方模型', '拟建雨水箱涵及检查井')
  await choose('甲方类别', 'IfcDistributionChamberElement')
  await choose('乙方模型', '现状综合管线')
  await choose('乙方系统', 'JS', 'ZS')
  await dialog.getByLabel('允许重叠(m)').fill('0.005')
  await dialog.getByLabel(/最小间距/).fill('0.3')
  await expect(dialog.getByText(/超过 5 mm 才算碰撞/)).toBeVisible()
  await checkPage(page, 'bim-define-clash')
  await dialog.getByRole('button', { name: '保存' }).click()
  await page.getByRole('link', { name: '检查井与现状管线碰撞' }).click()
  await page.getByRole('button', { name: '运行检查' }).click()
  await expect(page.getByText('共 2 个冲突')).toBeVisible({ timeout: 90_000 })
  // People read kinds and names, not ids.
  const hard = page.getByRole('link', { name: /检查井“.*S1.*”与现状给水管 DN300 .*实体碰撞/ })
  await expect(hard).toBeVisible()
  await expect(page.getByRole('link', { name: /检查井“.*S2.*”与现状再生水管 DN200 .*间距不足/ })).toBeVisible()
  await checkPage(page, 'bim-clash-conflicts')
  await hard.click()
  await expect(page).toHaveURL(/conflict=[0-9a-f-]{36}/)
  const drawer = page.getByRole('dialog')
  await drawer.getByRole('link', { name: '在三维中定位' }).click()
  await drawn(page)
  await expect(page.getByRole('link', { name: '打开冲突详情' })).toBeVisible()
  await settled(page)
  expect(await coloursOf(page)).toBeGreaterThan(8)
  await checkPage(page, 'bim-clash-viewer')
  await page.getByRole('button', { name: '保存截图到冲突' }).click()
  await expect(page.getByText('截图已保存。')).toBeVisible()
  await page.getByRole('link', { name: '打开冲突详情' }).click()
  await expect(page.getByRole('dialog').getByText('实体碰撞').first()).toBeVisible()
  const address = new URL(page.url())
  const conflictId = address.searchParams.get('conflict')?.replaceAll('"', '') ?? ''
  // The short address, as notices give it.
  await open(page, `/bim/conflicts/${conflictId}`)
  await expect(page.getByRole('dialog').getByText('实体碰撞').first()).toBeVisible()
  await page.goto(`${stage.server.url}${address.pathname}?tab=exchange`)
  const href = (await page.getByRole('link', { name: '下载 BCF' }).getAttribute('href')) ?? ''
  const reply = await page.request.get(stage.server.url + href)
  expect(reply.status()).toBe(200)
  const { bcf } = readBcf(await reply.body())
  expect(bcf.topics).toHaveLength(2)
  const topic = bcf.topics.find(({ title }) => title.includes('实体碰撞'))
  expect(topic?.viewpoints.some(({ camera, snapshot }) => camera !== undefined && snapshot !== undefined)).toBe(true)
  expect(topic?.viewpoints.flatMap(({ components }) => components?.selection ?? []).length).toBeGreaterThan(1)
  await page.context().close()
})

const phone = async (browser: Browser): Promise<Page> => {
  const context = await browser.newContext({ locale: 'zh-CN', viewport: { width: 390, height: 844 }, hasTouch: true })
  const page = await context.newPage()
  await page.goto(`${stage.server.url}/desk/`)
  await page.getByLabel('账号', { exact: true }).fill(ENGINEER)
  await page.getByLabel('密码', { exact: true }).fill(stage.password)
  await page.getByRole('button', { name: '登录', exact: true }).click()
  await expect(page.getByRole('heading', { level: 1 })).not.toHaveText('登录工作台')
  return page
}
test('a phone shows the same in low detail', async ({ browser }) => {
  const page = await phone(browser)
  await open(page, `/projects/${registered.projectId}/bim/view`)
  await drawn(page)
  await expect(page.getByText('低精度显示')).toBeVisible()
  expect(await coloursOf(page)).toBeGreaterThan(8)
  await checkPage(page, 'bim-viewer-phone')
  await open(page, `/bim/checks/${await checkId()}`)
  await expect(page.getByText(/共 \d+ 个冲突/)).toBeVisible()
  await checkPage(page, 'bim-conflicts-phone')
  await page.context().close()
})

test('a hundred thousand pipes are drawn by few calls and answer to keys', async ({ browser }) => {
  const page = await signedIn(browser, stage, ENGINEER)
  const side = 317
  const codes = ['JS', 'WS', 'YS', 'RQ', 'DL', 'DX']
  const city = networkOf(
    Array.from({ length: 100_000 }, (_none, k) => {
      const [east, north] = [(k % side) * 20, Math.floor(k / side) * 20]
      return {
        id: `P${k}`,
        from: [east, north, -1 - (k % 6) * 0.4] as const,
        to: [east + 16, north + (k % 5), -1.1 - (k % 6) * 0.4] as const,
        ground: [0, 0] as const,
        code: codes[k % 6] ?? 'JS',
      }
    }),
    [362_000, 3_277_000, 230],
  )
  const body = Buffer.from(pack(city))
  await page.route('**/geometry', (route) => route.fulfill({ body, contentType: 'application/octet-stream' }))
  const begun = performance.now()
  await open(page, `/projects/${registered.projectId}/bim/view`)
  const picture = page.getByRole('application')
  await expect.poll(async () => Number((await picture.getAttribute('data-calls')) ?? 0)).toBeGreaterThan(5)
  const shownMs = performance.now() - begun
  expect(await coloursOf(page)).toBeGreaterThan(8)
  expect(Number(await picture.getAttribute('data-calls'))).toBeLessThan(400)
  await picture.focus()
  const moved = performance.now()
  for (let k = 0; k < 5; k += 1) {
    await page.keyboard.press('+')
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
  }
  const frameMs = (performance.now() - moved) / 5
  await checkPage(page, 'bim-viewer-city')
  test.info().annotations.push({ type: 'figures', description: `shown ${shownMs} ms, a step ${frameMs} ms` })
  process.stdout.write(`100,000 pipes: shown after ${Math.round(shownMs)} ms, a step takes ${Math.round(frameMs)} ms\n`)
  await page.getByText('数据表:全部对象').click()
  await page.getByLabel('查找', { exact: true }).fill('P99999')
  await page.getByRole('button', { name: 'P99999', exact: true }).click()
  await expect(page).toHaveURL(/object=P99999/)
  await page.context().close()
})
