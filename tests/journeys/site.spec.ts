/** The smart site by roles: a site and its device, an alarm, its order, people and rules. */
import { randomBytes } from 'node:crypto'
import { expect, type Locator, type Page, test } from '@playwright/test'
import { registerWorker } from '../../src/capabilities/monitoring/contract/people.ts'
import { listSites } from '../../src/capabilities/monitoring/contract/sites.ts'
import { listOrganisations } from '../../src/capabilities/people/contract.ts'
import { idCheckSign } from '../../src/capabilities/people/model/codes.ts'
import { addParty } from '../../src/capabilities/projects/contract.ts'
import { signWebhook, webhookHeaders } from '../../src/engines/push/webhook.ts'
import { localDateOf, msOf } from '../../src/kernel/time.ts'
import { demoProjects } from '../../src/server/demo/projects.ts'
import { register } from '../../src/server/demo/story.ts'
import { checkPage, openStage, type Stage, signedIn } from './support/journey.ts'

const SITE = '恒远楼一标段'
/** No person has it: nobody living was born in 1900. */
const WORKER = '50010519000101099'
const CRANE = 'journey-crane-1'
/** The smallest picture there is: 1 × 1, PNG. */
const picture = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
)

let stage: Stage
let secret = ''
let sent = 0
test.describe.configure({ mode: 'serial' })
test.beforeAll(async () => {
  stage = await openStage(null)
  const { driver, actors } = stage
  const project = demoProjects.find((each) => each.name === '恒远社区便民商业楼')
  if (project === undefined) throw new Error('no such demo project')
  const { projectId } = await register(driver, actors, project, 1)
  const { rows } = await driver.call('admin', listOrganisations, { query: { search: '渝建示范', limit: 5 } })
  const [contractor] = rows
  if (contractor === undefined) throw new Error('no contractor in the cast')
  await driver.call(project.by, addParty, {
    params: { projectId },
    body: { role: 'contractor', organisationId: contractor.id, responsiblePersonId: null, responsibleName: null },
  })
})
test.afterAll(() => stage.server.stop())

/** Sends a signed report as the crane would; gives the status of the answer. */
const push = async (values: Readonly<Record<string, number>>, key = secret, aheadMs = 0): Promise<number> => {
  const now = stage.driver.now()
  const timestamp = String(msOf(now))
  const nonce = randomBytes(16).toString('hex')
  sent += 1
  const body = JSON.stringify({ ts: msOf(now) + aheadMs, seq: sent, values })
  const reply = await fetch(`${stage.server.url}/v1/telemetry`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-mingzhu-device': CRANE,
      [webhookHeaders.timestamp]: timestamp,
      [webhookHeaders.nonce]: nonce,
      [webhookHeaders.signature]: signWebhook(Buffer.from(key), { timestamp, nonce, body: Buffer.from(body) }),
    },
    body,
  })
  return reply.status
}
/** Long lists draw only what is in sight: the option is typed, as a person would. */
const choose = async (page: Page, label: string | RegExp, option: string): Promise<void> => {
  const box = page.getByRole('combobox', { name: label })
  await box.click()
  await box.fill(option)
  await page.locator('.ant-select-item-option:visible').filter({ hasText: option }).first().click()
}
/** Clicks corners on a drawing map, in pixels from its middle. */
const draw = async (dialog: Locator, corners: readonly (readonly [number, number])[]): Promise<void> => {
  const map = dialog.getByRole('region', { name: /绘制地图/ })
  const box = await map.boundingBox()
  if (box === null) throw new Error('there is no map')
  // The map takes no click before it is drawn.
  for (const [index, [x, y]] of corners.entries())
    await expect(async () => {
      await map.click({ position: { x: box.width / 2 + x, y: box.height / 2 + y } })
      await expect(dialog.getByText(`${index + 1} 个角点`)).toBeVisible({ timeout: 2_000 })
    }).toPass()
}
const square = (half: number): readonly (readonly [number, number])[] => [
  [-half, half],
  [half, half],
  [half, -half],
  [-half, -half],
]
const heading = (page: Page) => page.getByRole('heading', { level: 1 })
const at = (path: string) => `${stage.server.url}/desk${path}`

test('an inspector opens a site and draws its fence and a danger zone on the map, corners typed or clicked', async ({
  browser,
}) => {
  const page = await signedIn(browser, stage, 'inspector')
  await expect(heading(page)).toHaveText('报警处置')
  await checkPage(page, 'site-alarms-empty')
  await page.getByRole('link', { name: '工地一张图' }).click()
  await expect(heading(page)).toHaveText('工地一张图')
  await page.getByRole('button', { name: '建立工地' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: '建立', exact: true }).click()
  await expect(dialog.getByText('请选择项目。')).toBeVisible()
  await checkPage(page, 'site-open-fault')
  await choose(page, /项目/, '恒远社区便民商业楼')
  await dialog.getByLabel('工地名称').fill(SITE)
  await dialog.getByLabel('经度').fill('106.55')
  await dialog.getByLabel('纬度').fill('29.57')
  await choose(page, '施工单位', '渝建示范')
  await dialog.getByRole('button', { name: '建立', exact: true }).click()
  await expect(heading(page)).toHaveText(SITE)
  await checkPage(page, 'site-plan-empty')

  await page.getByRole('link', { name: '设置', exact: true }).click()
  await page.getByRole('button', { name: '绘制围栏' }).click()
  const fence = page.getByRole('dialog')
  await fence.getByLabel(/角点/).last().fill('106.549, 29.569\n106.551, 29.569')
  await fence.getByRole('button', { name: '保存围栏' }).click()
  await expect(fence.getByText(/至少需要三个角点/)).toBeVisible()
  await checkPage(page, 'site-fence-fault')
  await fence.getByRole('button', { name: '清空' }).click()
  await draw(fence, square(120))
  await expect(fence.getByLabel(/角点/).last()).toHaveValue(/^106\.5\d+, 29\.5\d+(\n106\.5\d+, 29\.5\d+){3}$/)
  await checkPage(page, 'site-fence-drawn')
  await fence.getByRole('button', { name: '保存围栏' }).click()
  await expect(fence).toBeHidden()
  await expect(page.getByText('4 个角点')).toBeVisible()
  await page.getByRole('button', { name: '划定区域' }).click()
  const zone = page.getByRole('dialog')
  await zone.getByLabel('区域名称').fill('塔吊回转区')
  await draw(zone, square(40))
  await zone.getByRole('button', { name: '保存', exact: true }).click()
  await expect(page.getByRole('rowheader', { name: '塔吊回转区' })).toBeVisible()
  await checkPage(page, 'site-settings')
  await page.context().close()
})

test('a device that nobody knows waits until the inspector claims it; its secret is shown once', async ({
  browser,
}) => {
  expect(await push({ moment: 50 }, 'not-yet-known-secret')).toBe(401)
  const page = await signedIn(browser, stage, 'inspector')
  await page.goto(at('/device-quarantine'))
  await page.getByRole('button', { name: new RegExp(`认领\\s*${CRANE}`) }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByText(/首次接入/)).toBeVisible()
  await choose(page, /工地/, SITE)
  await dialog.getByLabel('设备名称').fill('一号塔机')
  await choose(page, /类别/, '塔式起重机')
  await choose(page, /指标模板/, '塔式起重机安全监控')
  await checkPage(page, 'site-claim')
  await dialog.getByRole('button', { name: '认领', exact: true }).click()
  const shown = page.getByTestId('secret')
  await expect(shown).toBeVisible()
  secret = (await shown.innerText()).trim()
  await checkPage(page, 'site-secret-once')
  await page.getByRole('button', { name: '我已保存,关闭' }).click()
  await expect(page.getByText(secret)).toHaveCount(0)
  for (const moment of [60, 65, 70]) expect(await push({ moment, load: 2, 'wind-speed': 3 })).toBe(200)
  await page.goto(at('/devices'))
  await page.getByRole('link', { name: SITE }).first().click()
  await page.getByRole('button', { name: /放置\s*一号塔机/ }).click()
  const plan = page.getByRole('region', { name: /工地平面/ })
  await expect(async () => {
    await plan.click()
    await expect(page.getByRole('button', { name: /移位\s*一号塔机/ })).toBeVisible({ timeout: 3_000 })
  }).toPass()
  await checkPage(page, 'site-device-placed')
  // An hour ahead: not believed, and shown where clocks are looked after.
  expect(await push({ moment: 72 }, secret, 3_600_000)).toBe(200)
  // The health of devices is written some seconds later.
  await expect(async () => {
    await page.goto(at('/set-aside-reports'))
    await expect(page.getByText('快 60 分钟')).toBeVisible({ timeout: 4_000 })
  }).toPass()
  await checkPage(page, 'site-clocks')
  expect(await push({ moment: 70, load: 2, 'wind-speed': 3 })).toBe(200)
  await page.getByRole('link', { name: '一号塔机' }).click()
  await expect(page.getByText('在线').first()).toBeVisible()
  await expect(page.getByText(secret)).toHaveCount(0)
  await checkPage(page, 'site-device')
  await page.getByRole('link', { name: '监测数据' }).click()
  await expect(page.getByRole('img', { name: /力矩/ })).toBeVisible()
  await page.getByRole('button', { name: /以表格查看\s*力矩/ }).click()
  await expect(page.getByRole('region', { name: '力矩数值表' }).getByRole('row')).not.toHaveCount(0)
  await checkPage(page, 'site-charts')
  await page.context().close()
})

test('an alarm comes to the open desk by itself, is acknowledged by one key and becomes an order', async ({
  browser,
}) => {
  const page = await signedIn(browser, stage, 'inspector')
  await expect(page.getByText('实时更新中')).toBeVisible()
  expect(await push({ moment: 118, load: 6, 'wind-speed': 4 })).toBe(200)
  const alarm = page.getByRole('rowheader').getByRole('link').first()
  await expect(alarm).toBeVisible()
  await checkPage(page, 'site-alarm-queue')
  await page.keyboard.press('j')
  await expect(alarm).toBeFocused()
  await page.keyboard.press('a')
  const drawer = page.getByRole('dialog')
  await expect(drawer.getByText('已确认')).toBeVisible()
  await expect(drawer.getByRole('img', { name: /力矩/ })).toBeVisible()
  await checkPage(page, 'site-alarm-drawer')
  await drawer.getByRole('button', { name: '下发整改单' }).click()
  const order = page.getByRole('dialog', { name: '下发整改单' })
  await checkPage(page, 'site-alarm-order')
  await order.getByRole('button', { name: '下发', exact: true }).click()
  await expect(drawer.getByRole('link', { name: /整改单/ })).toBeVisible()
  await drawer.getByLabel('写评论').fill('已电话通知项目经理停止吊装')
  await drawer.getByRole('button', { name: '发表' }).click()
  await expect(drawer.getByText('已电话通知项目经理停止吊装')).toBeVisible()
  await checkPage(page, 'site-alarm-comment')
  await page.goto(at('/alarm-statistics'))
  await expect(page.getByRole('rowheader', { name: SITE })).toBeVisible()
  await checkPage(page, 'site-alarm-statistics')
  await page.context().close()
})

test('the site replies with a photo; the inspector sends it back once and then closes it', async ({ browser }) => {
  const site = await signedIn(browser, stage, 'site')
  await expect(heading(site)).toHaveText('工地一张图')
  await site.getByRole('link', { name: '整改单' }).click()
  await site.getByRole('rowheader').getByRole('link').first().click()
  const reply = async (text: string, name: string) => {
    await site.getByRole('button', { name: '回复整改情况' }).click()
    const dialog = site.getByRole('dialog')
    await dialog.getByLabel('整改情况').fill(text)
    await dialog.getByLabel('整改后照片').setInputFiles({ name: `${name}.png`, mimeType: 'image/png', buffer: picture })
    await expect(dialog.getByRole('button', { name: new RegExp(`移除.*${name}`) })).toBeVisible()
    await checkPage(site, `site-order-${name}`)
    await dialog.getByRole('button', { name: '提交回复' }).click()
    await expect(site.getByText(text)).toBeVisible()
  }
  await reply('已停止吊装并减载', 'reply-1')
  await checkPage(site, 'site-order-replied')
  const inspector = await signedIn(browser, stage, 'inspector')
  await inspector.goto(site.url())
  const recheck = async (pass: boolean, text: string) => {
    await inspector.getByRole('button', { name: '复查', exact: true }).click()
    const dialog = inspector.getByRole('dialog')
    if (!pass) await dialog.getByLabel('未整改到位,退回再整改').check()
    await dialog.getByLabel('复查意见').fill(text)
    await checkPage(inspector, `site-recheck-${pass ? 'pass' : 'fail'}`)
    await dialog.getByRole('button', { name: '提交复查结论' }).click()
    await expect(inspector.getByText(text)).toBeVisible()
  }
  await recheck(false, '限位器未校准')
  await expect(inspector.getByText('第 2 轮')).toBeVisible()
  await expect(site.getByText('第 2 轮')).toBeVisible()
  await reply('限位器已校准', 'reply-2')
  await recheck(true, '现场复核无误')
  await expect(inspector.getByText('销号').first()).toBeVisible()
  await checkPage(inspector, 'site-order-closed')
  await site.context().close()
  await inspector.context().close()
})

test('a worker is registered, and whoever looks at positions leaves a trace that can be read', async ({ browser }) => {
  const page = await signedIn(browser, stage, 'site')
  await page.getByRole('link', { name: SITE }).click()
  await page.getByRole('link', { name: '人员与考勤' }).click()
  await page.getByRole('button', { name: '登记工人' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: '登记', exact: true }).click()
  await expect(dialog.getByText('请先告知工人。')).toBeVisible()
  await checkPage(page, 'site-worker-fault')
  const { driver } = stage
  const { rows } = await driver.call('site', listSites, { query: { limit: 50 } })
  const site = rows.find((row) => row.name === SITE)
  if (site === undefined) throw new Error('the site manager does not see the site')
  await driver.call('site', registerWorker, {
    params: { siteId: site.siteId },
    body: {
      name: '张大山',
      idNumber: WORKER + idCheckSign(WORKER),
      phone: null,
      workerRef: 'K101',
      organisationId: null,
      team: '钢筋班',
      trade: '钢筋工',
      teamLeader: false,
      certificate: '',
      validFrom: localDateOf(driver.now()),
      validTo: null,
      informed: true,
    },
  })
  await dialog.getByRole('button', { name: '取消' }).click()
  await expect(page.getByRole('rowheader', { name: /张大山/ })).toBeVisible()
  await checkPage(page, 'site-people')
  await page.getByRole('link', { name: '现场', exact: true }).click()
  await page.getByRole('button', { name: '查看定位' }).click()
  const look = page.getByRole('dialog')
  await look.getByRole('button', { name: '查看', exact: true }).click()
  await expect(look.getByText(/请写明查看目的/)).toBeVisible()
  await look.getByLabel('查看目的').fill('点名核对在场人数')
  await checkPage(page, 'site-look-purpose')
  await look.getByRole('button', { name: '查看', exact: true }).click()
  await expect(page.getByText(/正在显示定位,已记录/)).toBeVisible()
  await checkPage(page, 'site-positions')
  await page.getByRole('link', { name: '人员与考勤' }).click()
  const looks = page.getByRole('button', { name: /谁看过\s*张大山/ })
  await expect(looks).toHaveAttribute('aria-description', /只向工人本人和系统管理员开放/)
  await checkPage(page, 'site-looks-refused')
  const people = page.url()
  // On a telephone, as on the site: nothing is wider than the screen.
  await page.setViewportSize({ width: 390, height: 844 })
  for (const [tab, name] of [
    ['人员与考勤', 'people'],
    ['现场', 'plan'],
    ['监测数据', 'charts'],
    ['报警', 'alarms'],
    ['设备', 'devices'],
  ] as const) {
    await page.getByRole('navigation', { name: '工地内容' }).getByRole('link', { name: tab, exact: true }).click()
    await expect(page.getByRole('navigation', { name: '工地内容' }).locator('[aria-current=page]')).toHaveText(tab)
    await page.waitForLoadState('networkidle')
    await checkPage(page, `site-phone-${name}`)
    expect([name, await page.evaluate(() => document.documentElement.scrollWidth)]).toEqual([name, 390])
  }
  await page.context().close()

  const administrator = await signedIn(browser, stage, 'admin')
  await administrator.goto(people)
  await administrator.getByRole('button', { name: /谁看过\s*张大山/ }).click()
  await expect(administrator.getByRole('dialog').getByText('点名核对在场人数')).toBeVisible()
  await checkPage(administrator, 'site-looks')
  await administrator.goto(people)
  await administrator.getByRole('button', { name: '按证件号查找' }).click()
  const find = administrator.getByRole('dialog')
  await find.getByRole('button', { name: '查找', exact: true }).click()
  await expect(find.getByText('请写明查找目的')).toBeVisible()
  await find.getByLabel('证件号码').fill(WORKER + idCheckSign(WORKER))
  await find.getByLabel('查找目的').fill('核查重复登记')
  await find.getByRole('button', { name: '查找', exact: true }).click()
  await expect(find.getByRole('region', { name: '查找结果' }).getByText('张大山')).toBeVisible()
  await expect(find.getByRole('region', { name: '查找记录' }).getByText('核查重复登记')).toBeVisible()
  await checkPage(administrator, 'site-find-worker')
  await administrator.context().close()
})

test('a lead drafts a rule, tries it over the past and publishes it; the supervisor may only read', async ({
  browser,
}) => {
  const page = await signedIn(browser, stage, 'zhujian-lead')
  await page.goto(at('/monitoring-rules'))
  await page.getByRole('button', { name: '新建规则' }).click()
  const form = page.getByRole('dialog')
  await form.getByLabel('规则代码').fill('crane.moment-site')
  await form.getByLabel('名称', { exact: false }).first().fill('本地塔机力矩提醒')
  await choose(page, '指标', '力矩')
  await form.getByLabel(/^数值/).fill('68')
  await form.getByLabel(/^处置建议(?!英文)/).fill('减载后再起吊')
  await form.getByLabel('依据').fill('内部管理要求')
  await choose(page, '适用设备', '塔式起重机')
  await form.getByLabel('依据').click()
  await checkPage(page, 'site-rule-form')
  await form.getByRole('button', { name: '保存草稿' }).click()
  await expect(heading(page)).toHaveText('本地塔机力矩提醒')
  await page.getByRole('button', { name: '用过去的数据试算' }).click()
  await page.getByRole('dialog').getByRole('button', { name: '开始试算' }).click()
  await expect(page.getByText('计算的上报')).toBeVisible()
  await checkPage(page, 'site-backtest')
  await page.getByRole('button', { name: '发布草稿' }).click()
  await checkPage(page, 'site-publish')
  await page.getByRole('dialog').getByRole('button', { name: '发布', exact: true }).click()
  await expect(page.getByText('已发布').first()).toBeVisible()
  await page.getByRole('link', { name: '返回规则列表' }).click()
  await page.getByRole('link', { name: '限值与依据' }).click()
  await expect(page.getByText('待核').first()).toBeVisible()
  await checkPage(page, 'site-limits')
  await page.context().close()

  const supervisor = await signedIn(browser, stage, 'supervisor')
  await supervisor.goto(at('/devices'))
  const may = supervisor.getByRole('button', { name: '预先登记设备' })
  await expect(may).toHaveAttribute('aria-disabled', 'true')
  await expect(may).toHaveAttribute('aria-description', /.+/)
  await checkPage(supervisor, 'site-supervisor-devices')
  await supervisor.goto(at('/my-site-record'))
  await checkPage(supervisor, 'site-my-record')
  await supervisor.context().close()
})
