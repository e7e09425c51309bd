/** Accounts at the first start: the demo's, or one administrator so that somebody can sign in at all. */
import fs from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import type { PeopleWriter } from '../capabilities/people/contract.ts'
import { roleSchema, system } from '../kernel/actor.ts'
import { endpoint } from '../kernel/endpoint.ts'
import { defineRefusal } from '../kernel/refusal.ts'
import { type Platform, type Route, route } from '../platform/platform.ts'
import { openAccount, prepareAccount } from '../platform/sign-in/accounts.ts'

const demoAccountSchema = z.object({
  login: z.string(),
  password: z.string(),
  name: z.string(),
  role: roleSchema,
  department: z.string().nullable(),
  hint: z.string(),
  featured: z.boolean(),
})
export type DemoAccount = z.infer<typeof demoAccountSchema>
const fileOf = (stateFolder: string): string => path.join(stateFolder, 'demo-accounts.json')

/** The accounts of the demo district with their passwords; null where no demo was loaded. */
export const readDemoAccounts = (stateFolder: string): readonly DemoAccount[] | null => {
  const file = fileOf(stateFolder)
  return fs.existsSync(file) ? z.array(demoAccountSchema).parse(JSON.parse(fs.readFileSync(file, 'utf8'))) : null
}
export const writeDemoAccounts = (stateFolder: string, accounts: readonly DemoAccount[]): void => {
  fs.writeFileSync(fileOf(stateFolder), `${JSON.stringify(accounts, null, 2)}\n`, { mode: 0o600 })
}

export const demoAccountsEndpoint = endpoint({
  id: 'demo.accounts',
  method: 'GET',
  path: '/api/demo-accounts',
  summary: '演示账号(仅演示辖区有)',
  access: 'public',
  reply: z.array(demoAccountSchema),
})
const noDemo = defineRefusal('missing', 'demo.none', {
  zh: '本系统没有载入演示数据,请向系统管理员申请账号。',
  en: 'No demo is loaded here: ask the administrator for an account.',
})
export const demoRoutes = (stateFolder: string, demo: boolean): readonly Route[] => [
  route(demoAccountsEndpoint, async () => {
    const accounts = demo ? readDemoAccounts(stateFolder) : null
    if (accounts === null) throw noDemo()
    return [...accounts]
  }),
]

/** Makes the first administrator of an empty installation and gives the password once. */
export const createFirstAdministrator = async (
  platform: Platform,
  people: PeopleWriter,
): Promise<{ readonly login: string; readonly password: string }> => {
  const login = 'admin'
  const password = platform.randomToken(15)
  const starting = system('first-start')
  const personId = await platform.transact(starting, async (unit) => {
    const person = await people.createPerson(unit, { name: '系统管理员' })
    await people.grantRole(unit, { personId: person, role: 'administrator', reason: '首次启动' })
    return person
  })
  const account = await prepareAccount({ login, password, personId })
  await platform.transact(starting, (unit) => openAccount(unit, account))
  return { login, password }
}
