import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestPlatform, testPlatform } from '../../../tests/support/platform.ts'
import { type TestServer, testPerson, testServer } from '../../../tests/support/server.ts'
import { type Person, system } from '../../kernel/actor.ts'
import { type PersonId } from '../../kernel/identity.ts'
import { DAY_MS } from '../../kernel/time.ts'
import type { Problem } from '../http/refusal-reply.ts'
import { createAccount, createApiToken, setPassword, switchAccount } from './accounts.ts'
import { FAILURES_UNTIL_LOCK } from './model.ts'

const goodPassword = 'seven green cranes'
let test: TestPlatform
let server: TestServer
const people = new Map<PersonId, Person>()

beforeAll(async () => {
  test = await testPlatform()
  server = await testServer({
    capabilities: [],
    platform: test.platform,
    machineClock: test.clock,
    resolveActor: async (personId) => people.get(personId) ?? { kind: 'anonymous' },
  })
})
afterAll(async () => {
  await server.close()
  await test.close()
})

let counter = 0
const newPerson = async (): Promise<{ login: string; person: Person }> => {
  counter += 1
  const person = testPerson(`办事员${counter}`, { role: 'clerk', department: 'housing' })
  people.set(person.personId, person)
  const login = `clerk-${counter}`
  await test.platform.transact(system('seed'), (unit) =>
    createAccount(unit, { login, password: goodPassword, personId: person.personId }),
  )
  return { login, person }
}
const enter = (login: string, password: string, extra: object = {}, headers: Record<string, string> = {}) =>
  server.app.inject({ method: 'POST', url: '/api/session', payload: { login, password, ...extra }, headers })
const cookieOf = (reply: { cookies: { name: string; value: string }[] }) =>
  reply.cookies.find((cookie) => cookie.name === 'mz_session')
const me = async (cookie: string) =>
  (await server.app.inject({ url: '/api/session', headers: { cookie: `mz_session=${cookie}` } })).json<{
    person: Person | null
  }>()
const withCookie = (cookie: string, method: 'GET' | 'POST' | 'DELETE', url: string, payload?: object) =>
  server.app.inject({
    method,
    url,
    headers: { cookie: `mz_session=${cookie}`, 'sec-fetch-site': 'same-origin' },
    ...(payload === undefined ? {} : { payload }),
  })
const codeOf = (reply: { json: () => unknown }) => (reply.json() as Problem).code
const signedInCookie = async (login: string) => cookieOf(await enter(login, goodPassword))?.value ?? ''
const kindsRecorded = async () =>
  (
    await sql<{
      kind: string
      payload: unknown
    }>`select kind, payload from journal.entry order by recorded_at, id`.execute(test.platform.db)
  ).rows

describe('signing in', () => {
  it('sets a cookie that scripts and other sites cannot use, and says who is in', async () => {
    const { login, person } = await newPerson()
    const reply = await enter(` ${login.toUpperCase()} `, goodPassword)
    expect(reply.statusCode).toBe(200)
    expect(reply.json()).toMatchObject({
      person: { name: person.name, roles: [{ role: 'clerk', department: 'housing' }] },
    })
    expect(reply.json()).not.toHaveProperty('token')
    expect(cookieOf(reply)).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' })
    expect((await me(cookieOf(reply)?.value ?? '')).person?.personId).toBe(person.personId)
  })
  it('marks the cookie for https alone where the site is served by https', async () => {
    const { login } = await newPerson()
    const secure = await testServer({
      capabilities: [],
      platform: { ...test.platform, config: { ...test.platform.config, publicUrl: 'https://mingzhu.test' } },
      machineClock: test.clock,
      resolveActor: async (personId) => people.get(personId) ?? { kind: 'anonymous' },
    })
    const reply = await secure.app.inject({
      method: 'POST',
      url: '/api/session',
      payload: { login, password: goodPassword },
    })
    expect(cookieOf(reply)).toMatchObject({ secure: true })
    await secure.close()
  })
  it('gives a program its token in the reply, only when it asks, and then no cookie', async () => {
    const { login, person } = await newPerson()
    const reply = await enter(login, goodPassword, { token: true })
    const { token } = reply.json<{ token: string }>()
    expect(cookieOf(reply)).toBeUndefined()
    const seen = await server.app.inject({ url: '/api/session', headers: { authorization: `Bearer ${token}` } })
    expect(seen.json()).toMatchObject({ person: { personId: person.personId } })
  })
  it('answers a wrong password and an unknown login in the same words', async () => {
    const { login } = await newPerson()
    const [wrong, unknown] = [await enter(login, 'wrong'), await enter('nobody-at-all', 'wrong')]
    const shown = (reply: { statusCode: number; json: () => unknown }) => {
      const { traceId: _traceId, ...rest } = reply.json() as Problem
      return { status: reply.statusCode, rest }
    }
    expect(shown(wrong)).toEqual(shown(unknown))
    expect(wrong.statusCode).toBe(401)
  })
  it('locks a login after five failures, whether or not it exists, and says until when', async () => {
    const { login } = await newPerson()
    for (const name of [login, `ghost-of-${login}`]) {
      for (let time = 1; time < FAILURES_UNTIL_LOCK; time += 1)
        expect((await enter(name, 'wrong')).statusCode).toBe(401)
      const last = await enter(name, 'wrong')
      expect([last.statusCode, codeOf(last)]).toEqual([429, 'sign-in.locked'])
      expect((last.json() as Problem).detail).toMatch(/请在 2026-\d\d-\d\d \d\d:\d\d 之后重试/)
      expect(Number(last.headers['retry-after'])).toBe(300)
      expect((await enter(name, goodPassword)).statusCode).toBe(429)
    }
    test.clock.advance(5 * 60_000)
    expect((await enter(login, goodPassword)).statusCode).toBe(200)
  })
  it('cannot be guessed by many attempts at once', async () => {
    const { login } = await newPerson()
    await Promise.all(Array.from({ length: 8 }, () => enter(login, 'wrong')))
    expect((await enter(login, goodPassword)).statusCode).toBe(429)
  })
  it('makes a new session every time and ends the one that the browser had', async () => {
    const { login } = await newPerson()
    const first = await signedInCookie(login)
    const second = cookieOf(
      await enter(login, goodPassword, {}, { cookie: `mz_session=${first}`, 'sec-fetch-site': 'same-origin' }),
    )?.value
    expect(second).not.toBe(first)
    expect((await me(first)).person).toBeNull()
    expect((await me(second ?? '')).person).not.toBeNull()
  })
  it('is written down without the login or the address in the open part of the journal', async () => {
    const { login } = await newPerson()
    await enter(login, 'wrong')
    await enter(login, goodPassword)
    const entries = await kindsRecorded()
    expect(entries.map((entry) => entry.kind).slice(-2)).toEqual(['sign_in.failed', 'sign_in.signed-in'])
    expect(JSON.stringify(entries)).not.toContain(login)
    expect(JSON.stringify(entries)).not.toContain('127.0.0.1')
  })
})

describe('a session', () => {
  it('is stored as a digest: the token stands nowhere in the database', async () => {
    const { login } = await newPerson()
    const cookie = await signedInCookie(login)
    const { rows } = await sql<{ text: string }>`select session::text as text from sign_in.session`.execute(
      test.platform.db,
    )
    expect(rows.length).toBeGreaterThan(0)
    expect(rows.some((row) => row.text.includes(cookie))).toBe(false)
  })
  it('ends with signing out, and takes its cookie with it', async () => {
    const { login } = await newPerson()
    const cookie = await signedInCookie(login)
    const out = await withCookie(cookie, 'DELETE', '/api/session')
    expect(out.statusCode).toBe(204)
    expect(cookieOf(out)?.value).toBe('')
    expect((await me(cookie)).person).toBeNull()
  })
  it('ends by itself after its hours', async () => {
    const { login } = await newPerson()
    const cookie = await signedInCookie(login)
    test.clock.advance(DAY_MS)
    expect((await me(cookie)).person).toBeNull()
    await server.signIn.forgetExpired()
    const { rows } = await sql<{ left: number }>`select count(*) as left from sign_in.session`.execute(test.platform.db)
    expect(rows[0]?.left).toBe(0)
  })
  it('is listed to its own person, who can end the others', async () => {
    const { login } = await newPerson()
    const [here, there] = [await signedInCookie(login), await signedInCookie(login)]
    const list = await withCookie(here, 'GET', '/api/session/all')
    const { rows } = list.json<{ rows: { current: boolean }[] }>()
    expect([rows.length, rows.filter((row) => row.current).length]).toEqual([2, 1])
    expect((await withCookie(here, 'DELETE', '/api/session/all')).json()).toEqual({ ended: 1 })
    expect((await me(there)).person).toBeNull()
    expect((await me(here)).person).not.toBeNull()
  })
  it('of another person cannot be ended', async () => {
    const [mine, other] = [await newPerson(), await newPerson()]
    const [here, there] = [await signedInCookie(mine.login), await signedInCookie(other.login)]
    const { rows } = (await withCookie(there, 'GET', '/api/session/all')).json<{ rows: { sessionId: string }[] }>()
    const reply = await withCookie(here, 'DELETE', `/api/session/all?sessionId=${rows[0]?.sessionId}`)
    expect(reply.json()).toEqual({ ended: 0 })
    expect((await me(there)).person).not.toBeNull()
  })
})

describe('changing a password', () => {
  const change = (cookie: string, currentPassword: string, newPassword: string) =>
    withCookie(cookie, 'POST', '/api/session/password', { currentPassword, newPassword })
  it('needs the current one, refuses a weak one, and ends all other sessions', async () => {
    const { login } = await newPerson()
    const [here, there] = [await signedInCookie(login), await signedInCookie(login)]
    expect(codeOf(await change(here, 'wrong', 'eight grey herons'))).toBe('sign-in.wrong-password')
    const weak = await change(here, goodPassword, 'password2026')
    expect(weak.json()).toMatchObject({ code: 'sign-in.weak-password', errors: [{ path: 'newPassword' }] })
    expect((await change(here, goodPassword, 'eight grey herons')).statusCode).toBe(204)
    expect((await me(there)).person).toBeNull()
    expect((await me(here)).person).not.toBeNull()
    expect((await enter(login, goodPassword)).statusCode).toBe(401)
    expect((await enter(login, 'eight grey herons')).statusCode).toBe(200)
  })
  it('counts wrong current passwords like failures to sign in', async () => {
    const { login } = await newPerson()
    const here = await signedInCookie(login)
    for (let time = 0; time < FAILURES_UNTIL_LOCK; time += 1) await change(here, 'wrong', 'eight grey herons')
    expect((await change(here, goodPassword, 'eight grey herons')).statusCode).toBe(429)
  })
  it('by an administrator frees a locked login and ends its sessions', async () => {
    const { login, person } = await newPerson()
    const here = await signedInCookie(login)
    for (let time = 0; time < FAILURES_UNTIL_LOCK; time += 1) await enter(login, 'wrong')
    await test.platform.transact(system('people'), (unit) =>
      setPassword(unit, { personId: person.personId, password: 'nine white egrets' }),
    )
    expect((await me(here)).person).toBeNull()
    expect((await enter(login, 'nine white egrets')).statusCode).toBe(200)
  })
})

describe('an account', () => {
  it('has a login of its own, whatever its case', async () => {
    const { login } = await newPerson()
    const again = test.platform.transact(system('seed'), (unit) =>
      createAccount(unit, { login: login.toUpperCase(), password: goodPassword, personId: unit.newId<'person'>() }),
    )
    await expect(again).rejects.toMatchObject({ refusal: { code: 'sign-in.login-taken' } })
  })
  it('that is disabled lets nobody in, and its sessions and program tokens end', async () => {
    const { login, person } = await newPerson()
    const here = await signedInCookie(login)
    const { token } = await test.platform.transact(system('people'), (unit) =>
      createApiToken(unit, { personId: person.personId, name: '报送程序', days: 30, now: test.clock() }),
    )
    const byToken = () => server.app.inject({ url: '/api/session', headers: { authorization: `Bearer ${token}` } })
    expect((await byToken()).json()).toMatchObject({ person: { personId: person.personId } })
    const turn = (disabled: boolean) =>
      test.platform.transact(system('people'), (unit) => switchAccount(unit, { personId: person.personId, disabled }))
    await turn(true)
    expect((await me(here)).person).toBeNull()
    expect((await byToken()).statusCode).toBe(401)
    expect((await enter(login, goodPassword)).statusCode).toBe(401)
    await turn(false)
    expect((await enter(login, goodPassword)).statusCode).toBe(200)
  })
})
