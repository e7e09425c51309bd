/** Before an application is received: advice, parts in other hands, new versions, paper, credit. */
import { type Browser, expect, type Page, test } from '@playwright/test'
import { createApplication } from '../../src/capabilities/approvals/contract.ts'
import { draftEdition, publishEdition, readEditionBase } from '../../src/capabilities/catalogue/contract/editions.ts'
import { getMe } from '../../src/capabilities/people/contract.ts'
import { addParty } from '../../src/capabilities/projects/contract.ts'
import { instant, localDate } from '../../src/kernel/time.ts'
import { demoProjects } from '../../src/server/demo/projects.ts'
import { openDraft, type Registered, register } from '../../src/server/demo/story.ts'
import { checkPage, openDesk, openStage, type Stage, signedIn } from './support/journey.ts'

const OWNER = 'applicant-private'
let stage: Stage
const registered: Registered[] = []
test.beforeAll(async () => {
  stage = await openStage()
  for (const [index, name] of ['恒远社区便民商业楼', '恒远洋河路汽修服务站'].entries()) {
    const project = demoProjects.find((each) => each.name === name)
    if (project === undefined) throw new Error(`no demo project ${name}`)
    registered.push(await register(stage.driver, stage.actors, project, index + 1))
  }
})
test.afterAll(() => stage.server.stop())

const projectAt = (index: number): Registered => {
  const found = registered[index]
  if (found === undefined) throw new Error('no such project')
  return found
}
const open = (page: Page, path: string) => openDesk(page, stage, path)
const people = new Map<string, Page>()
/** One window for each person through the whole journey. */
const as = async (browser: Browser, login: string): Promise<Page> => {
  const known = people.get(login)
  if (known !== undefined) return known
  const page = await signedIn(browser, stage, login)
  people.set(login, page)
  return page
}
const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).first().click()
/** Ant Design puts a space between two signs of a button. */
const two = (name: string) => new RegExp(`^${[...name].join('\\s?')}$`)
const shut = (page: Page) => expect(page.getByRole('dialog')).toBeHidden()

test('a question before the application: asked, answered at its place, turned into an application', async ({
  browser,
}) => {
  const page = await as(browser, OWNER)
  await open(page, `/applications/new?projectId=${projectAt(0).projectId}&stage=ST1`)
  // The register answers what it knows, figures included.
  await expect(page.getByLabel(/工程投资额是多少/)).toHaveValue('1150')
  await page.getByRole('radio', { name: '房屋建筑' }).check()
  await page.getByRole('radio', { name: '备案', exact: true }).check()
  const alongside = page.getByRole('checkbox', { name: /农民工工资专用账户/ })
  await expect(alongside).not.toBeChecked()
  await expect(page).toHaveURL(/projectKind/)
  await page.reload()
  await expect(page.getByRole('radio', { name: '房屋建筑' })).toBeChecked()
  await expect(page.getByRole('checkbox', { name: /企业投资项目备案/ })).toBeChecked()
  await checkPage(page, 'before-new')
  await press(page, /先咨询/)
  await press(page, two('送出'))
  await expect(page.getByText('请填写想咨询的问题。')).toBeVisible()
  await checkPage(page, 'before-ask')
  await page.getByLabel('想咨询的问题').fill('是否需要单独办理用地预审?')
  await press(page, two('送出'))
  await expect(page.getByRole('button', { name: '转为申请' })).toBeVisible()
  await checkPage(page, 'before-asked')

  const officer = await as(browser, 'fagai')
  await officer.getByRole('link', { name: '预审答复' }).first().click()
  await expect(officer.locator('tbody th a').first()).toBeVisible()
  await checkPage(officer, 'before-advice-list')
  await officer.locator('tbody th a').first().click()
  await officer.getByLabel('对此项的意见:项目名称').fill('名称请与备案证一致。')
  await officer.getByLabel('总体答复').fill('不需要,按备案办理。')
  await checkPage(officer, 'before-advice')
  await press(officer, '答复(意见 1 条)')
  await expect(officer.getByText('答复(何立新):不需要,按备案办理。')).toBeVisible()
  await checkPage(officer, 'before-advice-answered')

  await expect(page.getByText('名称请与备案证一致。').first()).toBeVisible()
  await press(page, '转为申请')
  await expect(page.getByRole('button', { name: '转为申请' })).toBeHidden()
  await press(page, '开始预检')
  await expect(page.getByText(/核对 \d+ 条规则/)).toBeVisible()
  await checkPage(page, 'before-form')
})

test('a part of the form in the hands of the designer, and back', async ({ browser }) => {
  const { driver, actors } = stage
  const [designer] = (await driver.call('applicant-xinju', getMe, {})).memberships
  if (designer === undefined) throw new Error('the designer has no organisation')
  await driver.call(OWNER, addParty, {
    params: { projectId: projectAt(0).projectId },
    body: {
      role: 'design',
      organisationId: designer.organisationId,
      responsiblePersonId: null,
      responsibleName: null,
      from: localDate('2026-03-01'),
    },
  })
  const draft = await openDraft(driver, actors, projectAt(0), 'ST2', ['I-203'])
  const page = await as(browser, OWNER)
  await open(page, `/applications/${draft.application.applicationId}/form`)
  await press(page, /^委托填写\s*设计单位/)
  await press(page, two('委托'))
  await expect(page.getByText('请填写此项。').first()).toBeVisible()
  await checkPage(page, 'before-block-give')
  await page.getByLabel('开始日期').fill('2026-03-02')
  await page.getByLabel(/截止日期/).fill('2026-03-10')
  await press(page, two('委托'))
  await shut(page)
  // What is in other hands can be read, not typed over.
  await expect(page.getByText(/已委托新居房屋开发.*填写\(至 2026-03-10\)/).first()).toBeVisible()
  await expect(page.getByRole('textbox', { name: /设计单位名称/ })).toHaveCount(0)
  await checkPage(page, 'before-block-held')

  const party = await as(browser, 'applicant-xinju')
  await party.getByRole('link', { name: '受托填写' }).first().click()
  await expect(party.locator('tbody th a').first()).toBeVisible()
  await checkPage(party, 'before-blocks')
  await party.locator('tbody th a').first().click()
  await party.getByLabel(/设计单位名称/).fill('新居设计所')
  await press(party, two('保存'))
  await expect(party.getByText('已保存')).toBeVisible()
  await checkPage(party, 'before-block')
  await press(party, '标记已就绪')
  await expect(party.getByText(/已标记就绪/)).toBeVisible()
  await checkPage(party, 'before-block-ready')
  await expect(page.getByText('新居设计所')).toBeVisible()
  await press(page, /^收\s?回/)
  await expect(page.getByRole('textbox', { name: /设计单位名称/ })).toHaveValue('新居设计所')
})

test('a new version while a draft is open: tried, published by another, reconciled without losing an answer', async ({
  browser,
}) => {
  const { driver, actors } = stage
  const draft = await openDraft(driver, actors, projectAt(1), 'ST1', ['I-105', 'I-109', 'I-112'])
  const admin = await as(browser, 'admin')
  await admin.getByRole('link', { name: '清单与表单版本' }).click()
  await press(admin, '拟定新版本')
  await press(admin, /以现行文本为底稿/)
  await expect(admin.getByText('请填写此项。').first()).toBeVisible()
  await checkPage(admin, 'before-edition-new')
  await press(admin, two('取消'))
  const base = await driver.call('admin', readEditionBase, { query: { kind: 'form', subject: 'form' } })
  const form = base.content as { readonly fields: readonly { readonly id: string }[] }
  const edition = await driver.call('admin', draftEdition, {
    body: {
      kind: 'form',
      subject: 'form',
      from: localDate('2026-03-03'),
      note: '分期填写建设规模',
      content: {
        ...form,
        fields: form.fields.map((field) =>
          field.id === 'projectContent'
            ? { ...field, label: { zh: '建设规模和内容(分期)', en: 'Scope by phase' } }
            : field,
        ),
      },
    },
  })
  await admin.getByRole('link', { name: '试用未生效的版本' }).click()
  await admin.getByRole('checkbox', { name: /一张表单/ }).check()
  await admin.getByRole('radio', { name: /社会投资/ }).check()
  await expect(admin.getByText('时限与到期日(试用)')).toBeAttached()
  await admin.getByText('表单(试用)').click()
  await checkPage(admin, 'before-trial')

  const other = await as(browser, 'admin2')
  await open(other, '/editions')
  await checkPage(other, 'before-editions')
  await other.getByRole('link', { name: '一张表单' }).click()
  await expect(other.getByText('建设规模和内容(分期)').first()).toBeVisible()
  await checkPage(other, 'before-edition')
  await press(other, two('发布'))
  await expect(other.getByText('待生效')).toBeVisible()
  await expect(
    driver.call('admin2', publishEdition, {
      params: { editionId: edition.editionId },
      body: { version: edition.version },
    }),
  ).rejects.toThrow(/4\d\d/)
  await driver.moveTo(instant('2026-03-03T01:30:00Z'))

  const page = await as(browser, OWNER)
  await open(page, `/applications/${draft.application.applicationId}/form`)
  await expect(page.getByRole('alert', { name: '版本更新' })).toBeVisible()
  await checkPage(page, 'before-outdated')
  await press(page, '按现行版本核对')
  await press(page, /^沿\s?用/)
  await expect(page.getByLabel(/建设规模和内容\(分期\)/)).toHaveValue(/示范项目/)
  await checkPage(page, 'before-reconciled')
})

test('the window enters an application on paper and a credit record that the applicant may answer', async ({
  browser,
}) => {
  const { driver } = stage
  const clerk = await as(browser, 'window')
  const { application } = await driver.call('window', createApplication, {
    body: { projectId: projectAt(1).projectId, stage: 'ST2', guideAnswers: {}, itemIds: ['I-203'] },
  })
  await open(clerk, `/applications/${application.applicationId}/form`)
  await press(clerk, '登记纸质收件')
  await expect(clerk.getByText('请填写此项。').first()).toBeVisible()
  await clerk.getByLabel('纸质收件时间').fill('2026-02-27T10:00')
  await clerk.getByLabel('补录原因').click()
  await clerk.keyboard.press('ArrowDown')
  await clerk.keyboard.press('Enter')
  await clerk.getByLabel('情况说明').fill('系统停用期间收件')
  await clerk.getByLabel('纸质申请的签字人').fill('刘强')
  await clerk.getByLabel('纸质申请扫描件').setInputFiles({
    name: '扫描件.pdf',
    mimeType: 'application/pdf',
    buffer: Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF'),
  })
  await expect(clerk.getByText(/已上传 扫描件/)).toBeVisible()
  await checkPage(clerk, 'before-paper')
  await press(clerk, '登记纸质收件')
  await expect(clerk.getByText(/已登记:2026-02-27 10:00/)).toBeVisible()
  await checkPage(clerk, 'before-paper-entered')

  await clerk.getByRole('link', { name: '信用记录' }).click()
  await press(clerk, '登记失信记录')
  const dialog = clerk.getByRole('dialog')
  await dialog.getByLabel('单位').fill('恒远')
  await clerk
    .getByTitle(/恒远置业/)
    .first()
    .click()
  await dialog.getByLabel(/^依据/).fill('示范区信用办认定书〔2026〕1号')
  await dialog.getByLabel('起始日期').fill('2026-03-01')
  await checkPage(clerk, 'before-credit-enter')
  await dialog.getByRole('button', { name: two('登记') }).click()
  await shut(clerk)
  const page = await as(browser, OWNER)
  await open(page, '/credit')
  await press(page, '陈述、申辩')
  await page.getByLabel('申辩内容').fill('已改')
  await page.getByRole('dialog').getByRole('button', { name: '陈述、申辩' }).click()
  await expect(page.getByText('申辩:已改')).toBeVisible()
  await checkPage(page, 'before-credit')
  await press(clerk, two('核销'))
  await clerk.getByRole('dialog').getByLabel('依据').fill('信用修复完成')
  await checkPage(clerk, 'before-credit-lift')
  await clerk
    .getByRole('dialog')
    .getByRole('button', { name: two('核销') })
    .click()
  await expect(clerk.getByText('信用修复完成')).toBeVisible()
})
