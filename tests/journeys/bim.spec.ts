/** Models, checks, conflicts and the viewer, as an engineer of the owner and an approver use them. */
import fs from 'node:fs'
import { type Browser, expect, type Page, test } from '@playwright/test'
import { listChecks } from '../../src/capabilities/bim/contract/checks.ts'
import { listConflicts } from '../../src/capabilities/bim/contract/conflicts.ts'
import { listModels } from '../../src/capabilities/bim/contract.ts'
import { networkOf } from '../../src/capabilities/bim/desk/testing.ts'
import { pack } from '../../src/capabilities/bim/model/packed.ts'
import { pipeClassesSchema } from '../../src/engines/pipes/classes.ts'
import type { Network } from '../../src/engines/pipes/model.ts'
import { makeStreets } from '../../src/engines/pipes/sample/street.ts'
import { csvOf, tablesOf } from '../../src/engines/pipes/tables.ts'
import { demoProjects } from '../../src/server/demo/projects.ts'
import { type Registered, register } from '../../src/server/demo/story.ts'
import { checkPage, openStage, type Stage, signedIn } from './support/journey.ts'

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
const open = (page: Page, path: string) => page.goto(`${stage.server.url}/desk${path}`)
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
  await checkPage(page, 'bim-define-check')
  await dialog.getByRole('button', { name: '保存' }).click()
  await page.getByRole('link', { name: '管线综合净距检查' }).click()
  await page.getByRole('button', { name: '运行检查' }).click()
  await expect(page.getByText(/检查 \d+ 个对象/)).toBeVisible({ timeout: 90_000 })
  await expect(page.getByText(/共 \d+ 个冲突/)).toBeVisible()
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
  const address = `/bim/checks/${conflict.checkId}?conflict=%22${conflict.conflictId}%22`
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
