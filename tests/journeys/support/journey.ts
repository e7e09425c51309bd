/** What every journey needs: a product of its own, people who sign in, an accessibility check after each step. */
import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { type Browser, type BrowserContext, expect, type Page } from '@playwright/test'
import { getMe } from '../../../src/capabilities/people/contract.ts'
import type { OrganisationId } from '../../../src/kernel/identity.ts'
import { organisations } from '../../../src/server/demo/cast.ts'
import type { Actors } from '../../../src/server/demo/story.ts'
import { type HttpDriver, httpDriver } from '../../support/http-driver.ts'
import { type RunningServer, startServer } from '../../support/running-server.ts'

const axeSource = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const pictures = path.resolve('artifacts/journeys')

export interface Stage {
  readonly server: RunningServer
  readonly driver: HttpDriver
  readonly actors: Actors
  readonly password: string
}

/** Starts the product with its demo people on a simulated clock; null: by the time of the machine, as devices need it. */
export const openStage = async (clockStart: string | null = '2026-03-02T09:30:00+08:00'): Promise<Stage> => {
  fs.mkdirSync(pictures, { recursive: true })
  const server = await startServer({
    env: {
      MINGZHU_DEMO: 'cast',
      ...(clockStart === null ? {} : { MINGZHU_CLOCK: 'simulated', MINGZHU_CLOCK_START: clockStart }),
    },
  })
  const driver = await httpDriver(server.url)
  const owners = new Map<string, OrganisationId>()
  for (const login of ['applicant-school', 'applicant-private']) {
    const [membership] = (await driver.call(login, getMe, {})).memberships
    if (membership !== undefined) owners.set(login, membership.organisationId)
  }
  const accounts = (await driver.json('/api/demo-accounts')) as readonly { readonly password: string }[]
  return {
    server,
    driver,
    password: accounts[0]?.password ?? '',
    actors: {
      window: 'window',
      organisationOf: (login) => {
        const id = owners.get(login)
        if (id === undefined) throw new Error(`${login} acts for no organisation`)
        return id
      },
      organisations: new Map(organisations.map(({ key, name, uscc }) => [key, { name, uscc }])),
    },
  }
}

let checks = 0
export const axeChecks = (): number => checks

/** Fails when axe finds a violation in what the page shows now, open dialogs included; keeps a picture. */
export const checkPage = async (page: Page, name: string): Promise<void> => {
  // Ant Design fades dialogs in; half-transparent text would be judged for its contrast.
  await page.evaluate(() =>
    Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => undefined))),
  )
  await page.screenshot({ path: path.join(pictures, `${name}.png`), fullPage: true })
  await page.evaluate(axeSource)
  const violations = await page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: {
        run: (
          where: Document,
          options: object,
        ) => Promise<{ violations: { id: string; nodes: { target: string[] }[] }[] }>
      }
    }
    const { violations: found } = await axe.run(document, { resultTypes: ['violations'] })
    return found.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(' | ')}`)
  })
  checks += 1
  expect(violations, `accessibility of ${name}`).toEqual([])
}

/** A browser window in which a person is signed in and sees the first work place. */
export const signedIn = async (browser: Browser, stage: Stage, login: string): Promise<Page> => {
  const context: BrowserContext = await browser.newContext({
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    viewport: { width: 1280, height: 900 },
  })
  const page = await context.newPage()
  await page.goto(`${stage.server.url}/desk/`)
  await page.getByLabel('账号', { exact: true }).fill(login)
  await page.getByLabel('密码', { exact: true }).fill(stage.password)
  await page.getByRole('button', { name: '登录', exact: true }).click()
  await expect(page.getByRole('heading', { level: 1 })).not.toHaveText('登录工作台')
  return page
}
/** Goes to a page of the desk and waits until its lists are there: a list that comes moves what stands below it. */
export const openDesk = async (page: Page, stage: Stage, path: string): Promise<void> => {
  await page.goto(`${stage.server.url}/desk${path}`)
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await expect(page.getByRole('status', { name: '正在读取' })).toHaveCount(0, { timeout: 60_000 })
}
