/** One application through the hands of all: applicant, window, departments, lead, approver. */
import { expect, type Page, test } from '@playwright/test'
import type { ApplicationFile } from '../../src/capabilities/approvals/contract.ts'
import { readApplication } from '../../src/capabilities/approvals/contract.ts'
import { demoProjects } from '../../src/server/demo/projects.ts'
import { accept, openDraft, type Registered, register, submit } from '../../src/server/demo/story.ts'
import { checkPage, openDesk, openStage, type Stage, signedIn } from './support/journey.ts'

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

const open = (page: Page, path: string) => openDesk(page, stage, path)
const readFile = (applicationId: string): Promise<ApplicationFile> =>
  stage.driver.call('window', readApplication, { params: { applicationId: applicationId as never } })

test('an applicant registers a project and a wrong check digit warns without refusing', async ({ browser }) => {
  const page = await signedIn(browser, stage, 'applicant-private')
  await checkPage(page, 'applicant-home')
  await open(page, '/projects/new')
  await page.getByLabel('项目名称').fill('旅程示范商业楼')
  await page.getByLabel('投资项目代码(可后补)').fill('2603-141124-89-01-346948')
  await expect(page.locator('.notice.warn').first()).toBeVisible()
  await checkPage(page, 'applicant-new-project-code')
  await page.getByLabel('投资项目代码(可后补)').fill('2603-141124-89-05-346948')
  await expect(page.getByText('代码格式和校验位正确。')).toBeVisible()
  await page.getByRole('button', { name: '登记项目' }).click()
  await expect(page.getByText('请选择一项。').first()).toBeVisible()
  await checkPage(page, 'applicant-new-project-faults')
  await page.getByRole('radio', { name: '小型社会投资项目' }).check()
  await page.getByRole('radio', { name: '社会投资', exact: true }).check()
  await page.getByRole('radio', { name: '出让', exact: true }).check()
  await page.getByRole('radio', { name: '商业办公' }).check()
  await page.getByLabel('总建筑面积(平方米)').fill('2400')
  await page.getByLabel('经度').fill('106.565')
  await page.getByLabel('纬度').fill('29.585')
  await page.getByRole('button', { name: '在地图上选点' }).click()
  await expect(page.getByRole('region', { name: '项目位置地图' })).toBeVisible()
  await checkPage(page, 'applicant-new-project-map')
  await page.getByRole('button', { name: '登记项目' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('旅程示范商业楼')
  await checkPage(page, 'applicant-project')
  await page.context().close()
})

test('an applicant finds the items by questions, fills one form with facts reused, submits and is corrected', async ({
  browser,
}) => {
  const { driver, actors } = stage
  const page = await signedIn(browser, stage, 'applicant-private')
  await open(page, `/applications/new?projectId=${registered.projectId}&stage=ST1`)
  await expect(page.getByText('第二步:回答几个问题')).toBeVisible()
  await page
    .getByRole('radio', { name: /社会投资/ })
    .first()
    .check()
  await expect(page.getByText('为什么需要').first()).toBeVisible()
  await checkPage(page, 'applicant-guide')

  const draft = await openDraft(driver, actors, registered, 'ST1', ['I-105', 'I-110'])
  const { applicationId } = draft.application
  await open(page, `/applications/${applicationId}/form`)
  await expect(page.getByRole('navigation', { name: '本表各部分' })).toBeVisible()
  await expect(page.getByText(/来自项目登记|项目登记/).first()).toBeVisible()
  await checkPage(page, 'applicant-form')
  await page.locator('#submit').getByRole('checkbox').check()
  await page.getByRole('button', { name: '提交申请' }).click()
  await expect(page.getByText('收件凭证').first()).toBeVisible()
  await checkPage(page, 'applicant-submitted')

  const clerk = await signedIn(browser, stage, 'window')
  await checkPage(clerk, 'clerk-intake')
  await clerk.getByRole('link', { name: draft.application.caseNumber }).first().click()
  await expect(clerk.getByRole('button', { name: '受理并分送各部门' })).toBeVisible()
  await clerk
    .getByRole('button', { name: /要求补正/ })
    .first()
    .click()
  const dialog = clerk.getByRole('dialog')
  await dialog.getByRole('button', { name: '加入清单' }).click()
  await expect(dialog.getByText('请选择原因。')).toBeVisible()
  await checkPage(clerk, 'clerk-correction-dialog')
  await dialog.getByLabel('原因').click()
  await clerk.keyboard.press('ArrowDown')
  await clerk.keyboard.press('Enter')
  await dialog.getByLabel(/告知申请人的话/).fill('请补充完整后重新提交。')
  await dialog.getByRole('button', { name: '加入清单' }).click()
  await clerk.getByRole('button', { name: '一次性发出补正通知' }).click()
  await expect.poll(async () => (await readFile(applicationId)).application.state).toBe('correcting')
  await checkPage(clerk, 'clerk-corrections-sent')

  await open(page, `/applications/${applicationId}/form`)
  await expect(page.getByText('补正要求').first()).toBeVisible()
  await checkPage(page, 'applicant-correcting')
  await page.context().close()
  await clerk.context().close()
})

test('departments work by keyboard, answer each other live, and a decision needs three persons', async ({
  browser,
}) => {
  const { driver, actors } = stage
  const other = demoProjects.find((each) => each.name === '恒远洋河路汽修服务站')
  if (other === undefined) throw new Error('no such demo project')
  const second = await register(driver, actors, other, 2)
  const draft = await openDraft(driver, actors, second, 'ST1', ['I-105', 'I-107', 'I-110'])
  const { applicationId } = draft.application
  await submit(driver, other.by, applicationId)

  const clerk = await signedIn(browser, stage, 'window')
  await clerk.getByRole('link', { name: draft.application.caseNumber }).first().click()
  await clerk.getByRole('button', { name: '受理并分送各部门' }).click()
  await checkPage(clerk, 'clerk-accept-dialog')
  await clerk.getByRole('dialog').getByRole('button', { name: '确认受理' }).click()
  await expect.poll(async () => (await readFile(applicationId)).application.state).toBe('accepted')
  await clerk.context().close()
  const run = (await readFile(applicationId)).itemRuns.find((each) => each.itemId === 'I-107')
  if (run === undefined) throw new Error('the land permit is not among the items')

  const reviewer = await signedIn(browser, stage, 'guizi')
  await expect(reviewer.getByRole('link', { name: '建设用地规划许可证' }).first()).toBeVisible()
  await checkPage(reviewer, 'reviewer-queue')
  await reviewer.keyboard.press('j')
  await expect(reviewer.locator('tbody th a').first()).toBeFocused()
  await reviewer.keyboard.press('Shift+?')
  await expect(reviewer.getByRole('dialog')).toBeVisible()
  await checkPage(reviewer, 'reviewer-shortcuts')
  await reviewer.keyboard.press('Escape')
  await open(reviewer, `/applications/${applicationId}?run=${run.itemRunId}`)
  await expect(reviewer.getByRole('button', { name: '作出决定' })).toHaveAttribute('aria-disabled', 'true')
  await checkPage(reviewer, 'reviewer-file')
  await reviewer.getByRole('button', { name: '征求意见' }).click()
  const ask = reviewer.getByRole('dialog')
  await ask.getByRole('checkbox').first().check()
  await ask.getByLabel('需要对方回答的问题').fill('请就本项目涉及你部门职责的内容提出意见。')
  await checkPage(reviewer, 'reviewer-ask-opinions')
  await ask.getByRole('button', { name: '发出' }).click()
  await expect
    .poll(async () => (await readFile(applicationId)).itemRuns.flatMap((each) => each.opinionTasks).length)
    .toBe(1)
  const [task] = (await readFile(applicationId)).itemRuns.flatMap((each) => each.opinionTasks)
  const answering = (await import('../../src/server/demo/cast.ts')).reviewingDepartments.find(
    (each) => each.code === task?.department,
  )
  const asked = await signedIn(browser, stage, answering?.login ?? '')
  await open(asked, `/applications/${applicationId}?run=${run.itemRunId}`)
  await asked
    .getByRole('button', { name: /出具意见/ })
    .first()
    .click()
  await asked.getByRole('dialog').getByRole('radio', { name: '同意', exact: true }).check()
  await checkPage(asked, 'reviewer-give-opinion')
  await asked
    .getByRole('dialog')
    .getByRole('button', { name: /出具意见|提交/ })
    .click()
  await expect
    .poll(async () => (await readFile(applicationId)).itemRuns.flatMap((each) => each.opinionTasks)[0]?.state)
    .toBe('given')
  await asked.context().close()
  // The first reviewer's page follows by itself.
  await expect(reviewer.getByRole('cell', { name: /同意/ }).first()).toBeVisible()
  await expect(reviewer.getByRole('button', { name: '拟定决定' })).not.toHaveAttribute('aria-disabled', 'true')
  await reviewer.getByRole('button', { name: '拟定决定' }).click()
  const drafting = reviewer.getByRole('dialog')
  await drafting.getByRole('radio').first().check()
  await drafting.getByLabel('决定理由和依据').fill('经审查,材料齐全,符合法定条件。')
  await checkPage(reviewer, 'reviewer-draft')
  await drafting.getByRole('button', { name: '提交审核' }).click()
  await expect
    .poll(async () => (await readFile(applicationId)).itemRuns.find((each) => each.itemRunId === run.itemRunId)?.state)
    .toBe('drafted')
  await reviewer.context().close()

  const lead = await signedIn(browser, stage, 'guizi-lead')
  await open(lead, `/applications/${applicationId}?run=${run.itemRunId}`)
  await lead.getByRole('button', { name: '审核', exact: true }).click()
  await lead.getByRole('dialog').getByRole('radio', { name: /同意/ }).check()
  await checkPage(lead, 'lead-review')
  await lead.getByRole('dialog').getByRole('button', { name: '确定' }).click()
  await expect
    .poll(async () => (await readFile(applicationId)).itemRuns.find((each) => each.itemRunId === run.itemRunId)?.state)
    .toBe('reviewed')
  await open(lead, `/applications/${applicationId}?view=board`)
  await checkPage(lead, 'lead-board')
  await lead.context().close()

  const approver = await signedIn(browser, stage, 'guizi-boss')
  await open(approver, `/applications/${applicationId}?run=${run.itemRunId}`)
  const decide = approver.getByRole('button', { name: '作出决定', exact: true })
  // The land permit waits for the filing: its button says for what.
  await expect(decide).toHaveAttribute('aria-disabled', 'true')
  await expect(decide).toHaveAttribute('aria-description', /企业投资项目备案/)
  await checkPage(approver, 'approver-front-condition')
  const { finish } = await import('../../src/server/demo/story.ts')
  const filing = (await readFile(applicationId)).itemRuns.find((each) => each.itemId === 'I-105')
  if (filing === undefined) throw new Error('the filing is not among the items')
  await finish(driver, filing)
  await expect(decide).not.toHaveAttribute('aria-disabled', 'true')
  await decide.click()
  await expect(approver.getByRole('button', { name: '作出决定并出具文书' })).toBeVisible()
  await checkPage(approver, 'approver-decide')
  await approver.getByRole('button', { name: '作出决定并出具文书' }).click()
  await expect
    .poll(async () => (await readFile(applicationId)).itemRuns.find((each) => each.itemRunId === run.itemRunId)?.state)
    .toBe('decided')
  await expect(approver.getByRole('link', { name: /查看证件或批复/ })).toBeVisible()
  const paper = await approver.getByRole('link', { name: /查看证件或批复/ }).getAttribute('href')
  const reply = await approver.request.get(stage.server.url + (paper ?? ''))
  expect(reply.headers()['content-type']).toContain('application/pdf')
  await checkPage(approver, 'approver-decided')
  await approver.context().close()
})

test('a person who edits a draft that a colleague changed loses nothing', async ({ browser }) => {
  const { driver, actors } = stage
  const draft = await openDraft(driver, actors, registered, 'ST2', ['I-203'])
  const page = await signedIn(browser, stage, 'applicant-private')
  await open(page, `/applications/${draft.application.applicationId}/form`)
  const field = page.getByLabel('建设规模和内容')
  await expect(field).toBeVisible()
  const { saveDraft } = await import('../../src/capabilities/approvals/contract.ts')
  await driver.call(registered.project.by, saveDraft, {
    params: { applicationId: draft.application.applicationId },
    body: {
      version: draft.application.version,
      answers: { ...draft.application.answers, projectContent: '同事改的内容' },
    },
  })
  await field.fill('我改的内容')
  await expect(page.getByRole('alert', { name: '修改冲突' })).toBeVisible()
  await checkPage(page, 'applicant-conflict')
  await page
    .getByRole('button', { name: /用我的/ })
    .first()
    .click()
  await expect
    .poll(
      async () =>
        (
          await driver.call(registered.project.by, readApplication, {
            params: { applicationId: draft.application.applicationId },
          })
        ).application.answers['projectContent'],
    )
    .toBe('我改的内容')
  await page.context().close()
})

test('the window accepts what the applicant handed in on paper or by herself alike', async () => {
  // Kept beside the clicks: the same act over HTTP, so that both ways stay one.
  const { driver, actors } = stage
  const draft = await openDraft(driver, actors, registered, 'ST3', ['I-301'])
  await submit(driver, registered.project.by, draft.application.applicationId)
  const file = await accept(driver, actors.window, draft.application.applicationId)
  expect(file.application.state).toBe('accepted')
})
