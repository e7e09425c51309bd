/** The responsible person on site: nominated by the contractor on a phone, approved by the inspector, changed on record. */
import { expect, test } from '@playwright/test'
import { listOrganisations } from '../../src/capabilities/people/contract.ts'
import { addParty } from '../../src/capabilities/projects/contract.ts'
import { organisations } from '../../src/server/demo/cast.ts'
import { demoProjects } from '../../src/server/demo/projects.ts'
import { type Registered, register } from '../../src/server/demo/story.ts'
import { checkPage, openStage, type Stage, signedIn } from './support/journey.ts'

let stage: Stage
let registered: Registered
test.beforeAll(async () => {
  stage = await openStage()
  const project = demoProjects.find((each) => each.name === '恒远社区便民商业楼')
  const contractor = organisations.find((each) => each.key === 'contractor')
  if (project === undefined || contractor === undefined) throw new Error('the demo is not complete')
  registered = await register(stage.driver, stage.actors, project, 1)
  const { rows } = await stage.driver.call('window', listOrganisations, {
    query: { search: contractor.name, limit: 5 } as never,
  })
  const [organisation] = rows
  if (organisation === undefined) throw new Error('no contractor')
  await stage.driver.call('window', addParty, {
    params: { projectId: registered.projectId },
    body: { role: 'contractor', organisationId: organisation.id, responsiblePersonId: null, responsibleName: null },
  })
})
test.afterAll(() => stage.server.stop())

test('a site leader is nominated on a phone, approved after the certificates were checked, and changed on record', async ({
  browser,
}) => {
  const phone = await signedIn(browser, stage, 'site')
  await phone.setViewportSize({ width: 390, height: 844 })
  await phone.goto(`${stage.server.url}/desk/projects/${registered.projectId}`)
  await phone.getByRole('button', { name: '提名或变更' }).click()
  const dialog = phone.getByRole('dialog')
  await dialog.getByRole('button', { name: '提名', exact: true }).click()
  await expect(dialog.getByText('请填写姓名。')).toBeVisible()
  await dialog.getByRole('radio', { name: /项目经理/ }).check()
  await dialog.getByLabel('姓名').fill('示范张经理')
  const numbers = dialog.getByLabel('证书编号')
  await numbers.nth(0).fill('示范建造001')
  await numbers.nth(1).fill('示范安B001')
  const ends = dialog.getByLabel('有效期至(无期限的不填)')
  await ends.nth(0).fill('2025-01-01')
  await ends.nth(1).fill('2026-04-01')
  await checkPage(phone, 'persons-nominate-phone')
  await dialog.getByRole('button', { name: '提名', exact: true }).click()
  // What was refused is in sight, and the cursor in its field: the dialog is longer than the screen of a phone.
  await expect(dialog.getByText(/已于2025-01-01到期/).last()).toBeInViewport()
  await expect(ends.nth(0)).toBeFocused()
  await ends.nth(0).fill('2028-01-01')
  await dialog.getByRole('button', { name: '提名', exact: true }).click()
  await expect(dialog).toBeHidden()
  await expect(phone.getByText('待核准').first()).toBeVisible()
  await checkPage(phone, 'persons-waiting-phone')
  // A nomination is taken back only after a question.
  await phone.getByRole('button', { name: /撤回.*示范张经理/ }).click()
  await expect(phone.getByRole('dialog').getByText(/撤回后留有记录/)).toBeVisible()
  await phone.getByRole('button', { name: '取消' }).click()

  const officer = await signedIn(browser, stage, 'inspector')
  await officer.getByRole('link', { name: '现场责任人核准' }).click()
  await expect(officer.getByText('示范张经理').first()).toBeVisible()
  await checkPage(officer, 'persons-queue')
  await officer.getByRole('button', { name: /核准或退回/ }).click()
  const decide = officer.getByRole('dialog')
  await decide.getByRole('button', { name: '核准', exact: true }).click()
  await expect(decide.getByText('请写明核对方式。')).toBeVisible()
  await decide.getByLabel(/证书怎样核对/).fill('全国建筑市场监管公共服务平台查询,一致')
  await checkPage(officer, 'persons-decide')
  await decide.getByRole('button', { name: '核准', exact: true }).click()
  await expect(decide).toBeHidden()
  await expect(officer.getByText('没有符合条件的提名。')).toBeVisible()
  await officer.goto(`${stage.server.url}/desk/projects/${registered.projectId}`)
  await expect(officer.getByText('在岗').first()).toBeVisible()
  await expect(officer.getByText('即将到期')).toBeVisible()
  await checkPage(officer, 'persons-project')
  await officer.context().close()

  await phone.reload()
  await phone.getByRole('button', { name: '提名或变更' }).click()
  await dialog.getByRole('radio', { name: /项目经理/ }).check()
  await expect(dialog.getByText(/示范张经理在岗/)).toBeVisible()
  await phone.keyboard.press('Escape')
  await phone.context().close()
})
