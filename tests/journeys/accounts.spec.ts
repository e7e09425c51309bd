/** Accounts: opened by an administrator, first sign-in, second factor by codes and by passkey, who looked at my data. */
import { expect, test } from '@playwright/test'
import { Secret, TOTP } from 'otpauth'
import { startServer } from '../support/running-server.ts'
import { checkPage, openStage, type Stage, signedIn } from './support/journey.ts'

let stage: Stage
test.beforeAll(async () => {
  stage = await openStage()
})
test.afterAll(() => stage.server.stop())

test('a new colleague gets an account, chooses a password, and protects it with a second factor', async ({
  browser,
}) => {
  const admin = await signedIn(browser, stage, 'admin')
  await admin.getByRole('button', { name: '登记人员' }).click()
  await admin.getByRole('dialog').getByLabel('姓名').fill('新同事示例')
  await admin
    .getByRole('dialog')
    .getByLabel(/手机号/)
    .fill('13812340000')
  await admin.getByRole('dialog').getByRole('button', { name: '登记', exact: true }).click()
  await admin.getByLabel('查找').fill('新同事示例')
  await admin.keyboard.press('Enter')
  await admin.getByRole('link', { name: '新同事示例' }).click()
  await admin.getByRole('button', { name: '开通账号' }).click()
  await admin.getByRole('dialog').getByLabel('用户名').fill('newcomer')
  await checkPage(admin, 'account-open')
  await admin.getByRole('dialog').getByRole('button', { name: '开通', exact: true }).click()
  await expect(admin.getByText('初始密码', { exact: true })).toBeVisible()
  await checkPage(admin, 'account-handed-over')
  const password = await admin.locator('.notice code').nth(1).innerText()
  await admin.getByRole('button', { name: '查看完整信息' }).click()
  await admin.getByRole('dialog').getByLabel('用途').fill('核对联系电话')
  await admin.getByRole('dialog').getByRole('button', { name: '查看', exact: true }).click()
  await expect(admin.getByRole('dialog').getByText('13812340000')).toBeVisible()
  await admin.goto(`${stage.server.url}/desk/privacy`)
  await expect(admin.getByText('保存期限').first()).toBeVisible()
  await checkPage(admin, 'privacy')
  await admin.context().close()

  const page = await (await browser.newContext({ locale: 'zh-CN', timezoneId: 'Asia/Shanghai' })).newPage()
  await page.goto(`${stage.server.url}/desk/`)
  await page.getByLabel('账号', { exact: true }).fill('newcomer')
  await page.getByLabel('密码', { exact: true }).fill(password)
  await page.getByRole('button', { name: '登录', exact: true }).click()
  await expect(page.getByText('设置自己的密码')).toBeVisible()
  await checkPage(page, 'account-new-password')
  await page.getByLabel(/^新密码/).fill('seven green cranes')
  await page.getByLabel('再输一次新密码').fill('seven green cranes')
  await page.getByRole('button', { name: '保存并继续' }).click()
  await expect(page.getByRole('link', { name: '谁看过我的信息' })).toBeVisible()
  await page.getByRole('link', { name: '谁看过我的信息' }).click()
  await expect(page.getByRole('cell', { name: '核对联系电话' })).toBeVisible()
  await checkPage(page, 'looks')
  await page.goto(`${stage.server.url}/desk/account`)
  await page.getByRole('button', { name: '绑定验证器' }).click()
  await expect(page.getByRole('img', { name: '绑定验证器的二维码' })).toBeVisible()
  await checkPage(page, 'account-totp')
  const secret = await page.locator('form code').first().innerText()
  const totp = new TOTP({ secret: Secret.fromBase32(secret) })
  await page.getByLabel('6 位验证码').fill(totp.generate())
  await page.getByRole('button', { name: '完成绑定' }).click()
  const codes = page.getByRole('region', { name: '恢复码' })
  await expect(codes.getByRole('listitem')).toHaveCount(10)
  const [recovery = ''] = await codes.getByRole('listitem').allInnerTexts()
  await page.getByRole('button', { name: '我已保存恢复码' }).click()
  await page.getByRole('button', { name: '退出', exact: true }).first().click()
  await page.getByLabel('账号', { exact: true }).fill('newcomer')
  await page.getByLabel('密码', { exact: true }).fill('seven green cranes')
  await page.getByRole('button', { name: '登录', exact: true }).click()
  await expect(page.getByRole('heading', { name: '双重验证' })).toBeVisible()
  await checkPage(page, 'account-second-factor')
  await page.getByLabel(/动态验证码或恢复码/).fill(recovery.trim())
  await page.getByRole('button', { name: '验证', exact: true }).click()
  await expect(page.getByRole('link', { name: '谁看过我的信息' })).toBeVisible()
  await page.context().close()
})

test('a passkey signs in by itself', async ({ browser }) => {
  const named = await startServer({ host: 'localhost', env: { MINGZHU_DEMO: 'cast' } })
  const accounts = (await (await fetch(`${named.url}/api/demo-accounts`)).json()) as readonly { password: string }[]
  try {
    const context = await browser.newContext({ locale: 'zh-CN', timezoneId: 'Asia/Shanghai' })
    const page = await context.newPage()
    const devtools = await context.newCDPSession(page)
    await devtools.send('WebAuthn.enable')
    await devtools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    })
    await page.goto(`${named.url}/desk/`)
    await page.getByLabel('账号', { exact: true }).fill('guizi')
    await page.getByLabel('密码', { exact: true }).fill(accounts[0]?.password ?? '')
    await page.getByRole('button', { name: '登录', exact: true }).click()
    await page.getByRole('link', { name: '账号与安全' }).first().click()
    await page.getByLabel(/通行密钥名称/).fill('办公电脑')
    await page.getByRole('button', { name: '添加通行密钥' }).click()
    await page.getByRole('button', { name: '我已保存恢复码' }).click()
    await expect(page.getByRole('rowheader', { name: '办公电脑' })).toBeVisible()
    await checkPage(page, 'account-passkey')
    await page.getByRole('button', { name: '退出', exact: true }).first().click()
    await page.getByRole('button', { name: '使用通行密钥' }).click()
    await expect(page.getByRole('link', { name: '谁看过我的信息' })).toBeVisible()
    await context.close()
  } finally {
    await named.stop()
  }
})
