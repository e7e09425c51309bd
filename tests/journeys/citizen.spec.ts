/** What anybody can do without signing in, with and without JavaScript, on a screen and on a phone. */
import { gzipSync } from 'node:zlib'
import { expect, test } from '@playwright/test'
import { readApplication } from '../../src/capabilities/approvals/contract.ts'
import { demoProjects } from '../../src/server/demo/projects.ts'
import { accept, finish, isFree, openDraft, type Registered, register, submit } from '../../src/server/demo/story.ts'
import { checkPage, openStage, type Stage } from './support/journey.ts'

let stage: Stage
let registered: Registered
let code = ''
test.beforeAll(async () => {
  stage = await openStage()
  const project = demoProjects.find((each) => each.name === '恒远社区便民商业楼')
  if (project === undefined) throw new Error('no such demo project')
  const { driver, actors } = stage
  registered = await register(driver, actors, project, 1)
  const draft = await openDraft(driver, actors, registered, 'ST1', ['I-105', 'I-110'])
  await submit(driver, project.by, draft.application.applicationId)
  const file = await accept(driver, actors.window, draft.application.applicationId)
  for (const run of file.itemRuns.filter(isFree)) await finish(driver, run)
  const closed = await driver.call('window', readApplication, {
    params: { applicationId: draft.application.applicationId },
  })
  code = closed.itemRuns.find((run) => run.decision?.verificationCode !== null)?.decision?.verificationCode ?? ''
})
test.afterAll(() => stage.server.stop())

for (const [name, width] of [
  ['screen', 1280],
  ['phone', 390],
] as const)
  test.describe(`without JavaScript on a ${name}`, () => {
    test.use({ javaScriptEnabled: true, viewport: { width, height: 860 } })
    test('every public page works, stays below 60 kB gzip and does not scroll sideways', async ({ page, browser }) => {
      const plain = await browser.newContext({ javaScriptEnabled: false, viewport: { width, height: 860 } })
      const visitor = await plain.newPage()
      const { url } = stage.server
      await visitor.goto(url)
      await visitor.getByLabel('查项目').fill('便民')
      await visitor.getByRole('button', { name: '查询' }).click()
      await visitor.getByRole('link', { name: registered.project.name }).first().click()
      await expect(visitor.getByRole('heading', { level: 1 })).toHaveText(registered.project.name)
      await expect(visitor.getByText('企业投资项目备案').first()).toBeVisible()
      await visitor.getByRole('link', { name: /备案/ }).first().click()
      await expect(visitor.getByRole('heading', { name: '材料' })).toBeVisible()
      await visitor.goto(`${url}/clock`)
      await visitor.getByLabel(/开始日期/).fill('2026-02-13')
      await visitor.getByLabel('期限天数').fill('7')
      await visitor.getByRole('button', { name: '计算' }).click()
      await expect(visitor.getByRole('heading', { name: /到期日: 2026-03-02/ })).toBeVisible()
      await visitor.goto(`${url}/verify`)
      await visitor.getByLabel('验真码或收件凭证号').fill(code)
      await visitor.getByRole('button', { name: '核验' }).click()
      await expect(visitor.getByText('有效')).toBeVisible()
      await plain.close()
      // The same pages with a script-bearing browser, to look at them and to check their accessibility.
      const paths = [
        '/',
        '/projects',
        `/projects/${encodeURIComponent(registered.caseNumber)}`,
        '/catalogue',
        '/catalogue/I-305',
        '/guide',
        '/clock?start=2026-02-13&budget=7&unit=workday',
        '/verify',
        `/verify/${code}`,
      ]
      for (const [index, path] of paths.entries()) {
        await page.goto(url + path)
        await checkPage(page, `citizen-${name}-${index}`)
        const html = await (await fetch(url + path)).text()
        expect(gzipSync(html).byteLength, path).toBeLessThan(60_000)
        const [wide, view] = await page.evaluate(() => [
          document.documentElement.scrollWidth,
          document.documentElement.clientWidth,
        ])
        expect(wide, `${path} scrolls sideways`).toBeLessThanOrEqual(view ?? 0)
      }
    })
  })

test('large print and the language stay when the visitor goes on', async ({ page }) => {
  await page.goto(stage.server.url)
  const before = await page.evaluate(() => getComputedStyle(document.documentElement).fontSize)
  await page.getByRole('link', { name: '大字关怀' }).click()
  await page.getByRole('link', { name: '项目进度' }).first().click()
  const after = await page.evaluate(() => getComputedStyle(document.documentElement).fontSize)
  expect(Number.parseFloat(after)).toBeGreaterThan(Number.parseFloat(before) * 1.2)
  await checkPage(page, 'citizen-large-print')
  await page.getByRole('link', { name: 'English' }).click()
  await page.getByRole('link', { name: 'Service catalogue' }).first().click()
  await expect(page.locator('html')).toHaveAttribute('lang', 'en')
  await checkPage(page, 'citizen-english')
})

test('a visitor’s own browser proves that a published fact stands in the log', async ({ page }) => {
  await page.goto(`${stage.server.url}/projects/${encodeURIComponent(registered.caseNumber)}`)
  await page.getByRole('link', { name: '核验' }).first().click()
  await expect(page.getByText(/已核验:第 \d+ 条/)).toBeVisible()
  await checkPage(page, 'citizen-proof')
})

test('an open project page tells of news without a reload', async ({ page }) => {
  await page.goto(`${stage.server.url}/projects/${encodeURIComponent(registered.caseNumber)}`)
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  const { driver, actors } = stage
  const draft = await openDraft(driver, actors, registered, 'ST2', ['I-203'])
  await submit(driver, registered.project.by, draft.application.applicationId)
  await expect(page.getByRole('link', { name: '本项目有新进展,点此刷新' })).toBeVisible()
  await checkPage(page, 'citizen-live')
})

test('an unknown code is told to be none of ours, and a made-up page is not found', async ({ page }) => {
  await page.goto(`${stage.server.url}/verify/ABCD-EFGH-0000`)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('未查到该编号')
  await checkPage(page, 'citizen-unknown-code')
  await page.goto(`${stage.server.url}/no/such/page`)
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await checkPage(page, 'citizen-not-found')
})
