/** Calendars, escalations, signals and the assessment, as administrator and supervisor use them. */
import { expect, test } from '@playwright/test'
import { instant } from '../../src/kernel/time.ts'
import { demoProjects } from '../../src/server/demo/projects.ts'
import { accept, openDraft, register, submit } from '../../src/server/demo/story.ts'
import { checkPage, openStage, type Stage, signedIn } from './support/journey.ts'

let stage: Stage
let caseNumber = ''
test.beforeAll(async () => {
  stage = await openStage('2026-11-02T09:30:00+08:00')
  const { driver, actors } = stage
  const project = demoProjects.find((each) => each.name === '恒远社区便民商业楼')
  if (project === undefined) throw new Error('no such demo project')
  const registered = await register(driver, actors, project, 1)
  const draft = await openDraft(driver, actors, registered, 'ST1', ['I-105', 'I-107', 'I-110'])
  await submit(driver, project.by, draft.application.applicationId)
  const file = await accept(driver, actors.window, draft.application.applicationId)
  caseNumber = file.application.caseNumber
})
test.afterAll(() => stage.server.stop())

const holidays = [
  '元旦 2027-01-01 2027-01-03',
  '春节 2027-02-05 2027-02-12',
  '清明节 2027-04-03 2027-04-05',
  '劳动节 2027-05-01 2027-05-05',
  '端午节 2027-06-09 2027-06-09',
  '中秋节 2027-09-15 2027-09-15',
  '国庆节 2027-10-01 2027-10-07',
]

test('an administrator loads a notice, sees its effect, and a supervisor publishes it', async ({ browser }) => {
  const admin = await signedIn(browser, stage, 'admin')
  await expect(admin.getByText(/正式工作日历只到2026-12-31/).first()).toBeVisible()
  await admin.getByRole('link', { name: '工作日历' }).first().click()
  await expect(admin.getByRole('heading', { level: 1 })).toHaveText('工作日历')
  await checkPage(admin, 'calendars')
  await admin.getByRole('button', { name: '载入放假通知' }).click()
  const dialog = admin.getByRole('dialog')
  await dialog.getByLabel(/通知发布日期/).fill('2026-11-02')
  await dialog.getByLabel(/通知名称和文号/).fill('国务院办公厅关于2027年部分节假日安排的通知(演示)')
  await dialog.getByLabel(/^放假/).fill(holidays.join('\n'))
  await dialog.getByLabel(/^调休上班/).fill('2027-02-24 春节调休')
  await dialog.getByRole('button', { name: '核对并预览影响' }).click()
  await expect(dialog.getByText(/本来就是工作日/)).toBeVisible()
  await checkPage(admin, 'calendar-fault')
  await dialog.getByLabel(/^调休上班/).fill('2027-01-30 春节调休\n2027-02-20 春节调休')
  await dialog.getByRole('button', { name: '核对并预览影响' }).click()
  await expect(dialog.getByText('在办时限')).toBeVisible()
  await checkPage(admin, 'calendar-preview')
  await dialog.getByRole('button', { name: '提交另一人核对' }).click()
  await expect(dialog).toBeHidden()
  await expect(admin.getByText('待核对发布')).toBeVisible()
  await admin.context().close()

  const supervisor = await signedIn(browser, stage, 'supervisor')
  await supervisor.getByRole('link', { name: '工作日历' }).first().click()
  await supervisor.getByRole('button', { name: '核对并发布或退回' }).click()
  const decide = supervisor.getByRole('dialog')
  await decide.getByText('与通知原文一致,发布').click()
  await checkPage(supervisor, 'calendar-decide')
  await decide.getByRole('button', { name: '确定' }).click()
  await expect(decide).toBeHidden()
  await expect(supervisor.getByText('已发布')).toBeVisible()
  await expect(supervisor.getByText(/正式工作日历只到2026-12-31/)).toHaveCount(0)
  await supervisor.context().close()
})

test('days pass, the ladder speaks, and the supervisor computes and publishes a period', async ({ browser }) => {
  await stage.driver.moveTo(instant('2027-01-03T02:00:00Z'))
  const page = await signedIn(browser, stage, 'supervisor')
  await page.getByRole('link', { name: '逐级催办' }).click()
  await expect(page.getByText(caseNumber).first()).toBeVisible()
  await checkPage(page, 'escalations')
  await page.getByRole('link', { name: '计时看板' }).click()
  await checkPage(page, 'board-escalated')
  await page.getByRole('link', { name: '异常提示' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('异常提示')
  await checkPage(page, 'signals')
  await page.getByRole('link', { name: '时效考核' }).click()
  await page.getByRole('button', { name: '计算考核期' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel(/年份/).fill('2026')
  await dialog.getByRole('combobox', { name: '考核期' }).click()
  await page.getByTitle('2026年第四季度').click()
  await checkPage(page, 'assessment-compute')
  await dialog.getByRole('button', { name: '计算' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toContainText('2026年第四季度')
  await checkPage(page, 'assessment-draft')
  await page.getByRole('button', { name: '重新推算核对' }).click()
  await expect(page.getByText(/每个数字和每份办件清单都相同/)).toBeVisible()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: '发布', exact: true }).click()
  await page.getByRole('button', { name: '发布并冻结' }).click()
  await expect(page.getByText('已发布').first()).toBeVisible()
  await page.getByRole('link', { name: /件/ }).first().click()
  await expect(page.getByText(caseNumber).first()).toBeVisible()
  await checkPage(page, 'assessment-figure')
  await page.goto(`${stage.server.url}/appraisal`)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('各部门办件时效')
  await checkPage(page, 'public-assessment')
  await page.context().close()
})
