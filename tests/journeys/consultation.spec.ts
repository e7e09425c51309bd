/** Around the opinions of a file: suggestions, a conflict and its minute, a question to the applicant, a visit, a hearing. */
import { expect, test } from '@playwright/test'
import { askOpinions, giveOpinion, type ItemRunView, readItemRun } from '../../src/capabilities/approvals/contract.ts'
import { demoProjects } from '../../src/server/demo/projects.ts'
import { accept, loginsOf, openDraft, register, submit } from '../../src/server/demo/story.ts'
import { checkPage, openStage, type Stage, signedIn } from './support/journey.ts'

let stage: Stage
let run: ItemRunView
test.beforeAll(async () => {
  stage = await openStage()
  const { driver, actors } = stage
  const project = demoProjects.find((each) => each.name === '恒远社区便民商业楼')
  if (project === undefined) throw new Error('no such demo project')
  const registered = await register(driver, actors, project, 1)
  const draft = await openDraft(driver, actors, registered, 'ST1', ['I-105', 'I-107', 'I-110'])
  await submit(driver, project.by, draft.application.applicationId)
  const file = await accept(driver, actors.window, draft.application.applicationId)
  const found = file.itemRuns.find((each) => each.itemId === 'I-107')
  if (found === undefined) throw new Error('the land permit is not among the items')
  run = found
  const { reviewer } = loginsOf(run.department)
  const params = { itemRunId: run.itemRunId }
  const asked = ['ecology', 'water', 'urban-management'] as const
  await driver.call(reviewer, askOpinions, {
    params,
    body: { departments: [...asked], question: '请就本项目涉及你部门职责的内容提出意见。', days: 6 },
  })
  const now = await driver.call(reviewer, readItemRun, { params })
  const codes = { ecology: 'agree', water: 'disagree', 'urban-management': 'need-information' } as const
  for (const department of asked) {
    const task = now.opinionTasks.find((each) => each.department === department)
    if (task === undefined) throw new Error(`${department} was not asked`)
    await driver.call(loginsOf(department).reviewer, giveOpinion, {
      params: { opinionTaskId: task.opinionTaskId },
      body: { version: task.version, code: codes[department], text: '见现场情况。', conditions: [] },
    })
  }
})
test.afterAll(() => stage.server.stop())

test('the lead department sends the question on, plans a visit and proposes a hearing', async ({ browser }) => {
  const page = await signedIn(browser, stage, loginsOf(run.department).reviewer)
  await page.goto(`${stage.server.url}/desk/applications/${run.applicationId}?run=${run.itemRunId}`)
  const card = page.getByRole('region', { name: '征求意见与协调' })
  await expect(card.getByText('意见分歧', { exact: true })).toBeVisible()
  await checkPage(page, 'consultation-file')
  await card.getByRole('button', { name: '转申请人补充' }).click()
  await checkPage(page, 'consultation-send-information')
  await page.getByRole('dialog').getByRole('button', { name: '发送' }).click()
  await expect(card.getByText('等待申请人补充')).toBeVisible()
  await card.getByRole('button', { name: '安排踏勘或会议' }).click()
  const plan = page.getByRole('dialog')
  await plan.getByLabel('名称').fill('用地联合踏勘')
  await plan.getByLabel('时间').fill('2026-03-05T09:30')
  await plan.getByLabel('事由').fill('核对四至和排水。')
  await checkPage(page, 'consultation-plan-visit')
  await plan.getByRole('button', { name: '发出通知' }).click()
  await expect(card.getByText(/用地联合踏勘/).first()).toBeVisible()
  await card.getByRole('region', { name: '建设用地规划许可证' }).getByRole('button', { name: '提请特殊程序' }).click()
  const propose = page.getByRole('dialog')
  await propose.getByLabel('原因').fill('涉及重大利益关系。')
  await propose.getByLabel(/所需时间/).fill('10')
  await checkPage(page, 'consultation-propose-procedure')
  await propose.getByRole('button', { name: '提请', exact: true }).click()
  await expect(card.getByText('待批准')).toBeVisible()
  await page.context().close()
})

test('the applicant answers on the same page and sees the visit', async ({ browser }) => {
  const page = await signedIn(browser, stage, 'applicant-private')
  await page.goto(`${stage.server.url}/desk/applications/${run.applicationId}?run=${run.itemRunId}`)
  const card = page.getByRole('region', { name: '征求意见与协调' })
  await expect(card.getByText(/用地联合踏勘/).first()).toBeVisible()
  await expect(card.getByText('意见分歧', { exact: true })).toHaveCount(0)
  await card.getByRole('button', { name: '补充信息' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('说明').fill('排水接入市政管网。')
  await checkPage(page, 'consultation-applicant-answer')
  await dialog.getByRole('button', { name: '提交补充' }).click()
  await expect(card.getByText('已补充')).toBeVisible()
  await page.context().close()
})

test('the supervisor finds the conflict and writes the minute', async ({ browser }) => {
  const page = await signedIn(browser, stage, 'supervisor')
  await page.goto(`${stage.server.url}/desk/conflicts`)
  await checkPage(page, 'consultation-conflicts')
  await page.getByRole('link', { name: '建设用地规划许可证' }).click()
  const card = page.getByRole('region', { name: '征求意见与协调' })
  await card.getByRole('button', { name: '协调并写纪要' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('协调日期').fill('2026-03-02')
  await dialog.getByLabel('地点').fill('政务服务中心')
  for (const [index, person] of ['示范甲', '示范乙'].entries()) {
    const line = dialog.getByLabel(new RegExp(`参加人员.* ${index + 1}$`))
    await line.fill(`${await line.inputValue()}${person}`)
  }
  await dialog.getByLabel('讨论情况').fill('双方说明了理由。')
  await dialog.getByLabel('协调结论').fill('落实排水方案后同意。')
  await checkPage(page, 'consultation-minute')
  await dialog.getByRole('button', { name: '签发纪要' }).click()
  await expect(card.getByText('已协调')).toBeVisible()
  await page.context().close()
})
