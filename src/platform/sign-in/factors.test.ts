import fc from 'fast-check'
import { sql } from 'kysely'
import { Secret, TOTP } from 'otpauth'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { softAuthenticator } from '../../../tests/support/authenticator.ts'
import { type TestPlatform, testPlatform } from '../../../tests/support/platform.ts'
import { type TestServer, testPerson, testServer } from '../../../tests/support/server.ts'
import { type Person, type Role, system } from '../../kernel/actor.ts'
import { endpoint } from '../../kernel/endpoint.ts'
import type { PersonId } from '../../kernel/identity.ts'
import { addMs, msOf } from '../../kernel/time.ts'
import type { Problem } from '../http/refusal-reply.ts'
import { route } from '../platform.ts'
import { createAccount, createApiToken, invite, setPassword } from './accounts.ts'
import { stepOfCode } from './factors.ts'
import { FAILURES_UNTIL_LOCK } from './model.ts'
import { nextOwed, recoveryCodeOf, recoveryKey } from './steps.ts'

const password = 'seven green cranes'
const sensitive = endpoint({
  id: 'x.sensitive',
  method: 'POST',
  path: '/api/x',
  summary: 'a sensitive act',
  access: 'signed-in',
  reply: z.object({ done: z.boolean() }),
  sensitive: true,
})
const plain = endpoint({
  id: 'x.plain',
  method: 'GET',
  path: '/api/x',
  summary: 'an ordinary act',
  access: 'signed-in',
  reply: z.object({ done: z.boolean() }),
})

let test: TestPlatform
let server: TestServer
const people = new Map<PersonId, Person>()
beforeAll(async () => {
  test = await testPlatform()
  server = await testServer({
    capabilities: [],
    platform: test.platform,
    machineClock: test.clock,
    policy: { requiredFor: ['administrator'], freshMinutes: 15 },
    routes: [route(sensitive, async () => ({ done: true })), route(plain, async () => ({ done: true }))],
    resolveActor: async (personId) => people.get(personId) ?? { kind: 'anonymous' },
  })
})
afterAll(async () => {
  await server.close()
  await test.close()
})

let counter = 0
const newPerson = async (role: Role = 'clerk') => {
  counter += 1
  const person = testPerson(`人员${counter}`, role)
  people.set(person.personId, person)
  const login = `person-${counter}`
  await test.platform.transact(system('seed'), (unit) =>
    createAccount(unit, { login, password, personId: person.personId }),
  )
  return { login, person }
}
interface Reply {
  readonly statusCode: number
  readonly json: () => Record<string, unknown>
  readonly cookies: readonly { name: string; value: string }[]
}
/** A browser that keeps its cookie. */
const browser = () => {
  let cookie = ''
  const send = async (method: 'GET' | 'POST' | 'DELETE', url: string, payload?: object): Promise<Reply> => {
    const reply = await server.app.inject({
      method,
      url,
      headers: { 'sec-fetch-site': 'same-origin', ...(cookie === '' ? {} : { cookie: `mz_session=${cookie}` }) },
      ...(payload === undefined ? {} : { payload }),
    })
    const set = reply.cookies.find((each) => each.name === 'mz_session')
    if (set !== undefined) cookie = set.value
    return reply as unknown as Reply
  }
  return {
    send,
    enter: (login: string, secret = password) => send('POST', '/api/session', { login, password: secret }),
    cookie: () => cookie,
  }
}
type Browser = ReturnType<typeof browser>
const codeOf = (reply: Reply) => (reply.json() as unknown as Problem).code
const totpAt = (secret: string, ms = msOf(test.clock())) =>
  new TOTP({ secret: Secret.fromBase32(secret), digits: 6, period: 30 }).generate({ timestamp: ms })
const enrol = async (at: Browser): Promise<{ secret: string; recoveryCodes: string[] }> => {
  const begun = await at.send('POST', '/api/session/totp')
  const { secret } = begun.json() as { secret: string }
  const done = await at.send('POST', '/api/session/totp/confirm', { code: totpAt(secret) })
  expect(done.statusCode).toBe(200)
  test.clock.advance(60_000)
  return { secret, ...(done.json() as { recoveryCodes: string[] }) }
}
const withTotp = async (role: Role = 'clerk') => {
  const who = await newPerson(role)
  const at = browser()
  await at.enter(who.login)
  return { ...who, at, ...(await enrol(at)) }
}

describe('the steps of signing in', () => {
  it('never let a password alone change the password or set up another factor', () => {
    fc.assert(
      fc.property(fc.boolean(), fc.boolean(), fc.boolean(), fc.boolean(), (...[hasFactor, factorProven, a, b]) => {
        const owed = nextOwed({ hasFactor, factorProven, mustChange: a, mustHaveFactor: b })
        if (hasFactor && !factorProven) expect(owed).toBe('second-factor')
        else expect(owed).not.toBe('second-factor')
      }),
    )
  })
  it('read a recovery code in whatever way it is typed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
        const code = recoveryCodeOf(bytes)
        expect(code).toMatch(/^([0-9a-z]{4}-){3}[0-9a-z]{4}$/)
        expect(recoveryKey(` ${code.toUpperCase().replaceAll('-', ' ')} `)).toBe(recoveryKey(code))
      }),
    )
  })
})

describe('a second factor by codes', () => {
  it('is asked for after the password, and until then nobody is signed in', async () => {
    const { login, secret } = await withTotp()
    const at = browser()
    const reply = await at.enter(login)
    expect(reply.json()).toMatchObject({ person: null, owes: 'second-factor', ways: ['totp', 'recovery'] })
    const early = await at.send('GET', '/api/x')
    expect([early.statusCode, codeOf(early)]).toEqual([401, 'sign-in.second-factor-owed'])
    const before = at.cookie()
    const second = await at.send('POST', '/api/session/second-factor', { code: totpAt(secret) })
    expect(second.json()).toMatchObject({ owes: null, person: { roles: [{ role: 'clerk' }] } })
    expect(at.cookie()).not.toBe(before)
    expect((await at.send('GET', '/api/x')).statusCode).toBe(200)
  })
  it('does not accept the same code twice, nor an earlier one', async () => {
    const { login, secret } = await withTotp()
    const [one, two] = [browser(), browser()]
    const code = totpAt(secret)
    await one.enter(login)
    await two.enter(login)
    expect((await one.send('POST', '/api/session/second-factor', { code })).statusCode).toBe(200)
    const replay = await two.send('POST', '/api/session/second-factor', { code })
    expect([replay.statusCode, codeOf(replay)]).toEqual([400, 'sign-in.wrong-code'])
    const earlier = totpAt(secret, msOf(test.clock()) - 30_000)
    expect((await two.send('POST', '/api/session/second-factor', { code: earlier })).statusCode).toBe(400)
  })
  it('accepts one time step to either side and no more', () => {
    const secret = new Secret({ size: 20 }).base32
    const now = test.clock()
    const at = (steps: number) => stepOfCode(secret, totpAt(secret, msOf(now) + steps * 30_000), now)
    const here = Math.floor(msOf(now) / 30_000)
    expect([at(-1), at(0), at(1)]).toEqual([here - 1, here, here + 1])
    expect([at(-2), at(2)]).toEqual([null, null])
  })
  it('cannot be guessed: five wrong codes lock it', async () => {
    const { login, secret } = await withTotp()
    const at = browser()
    await at.enter(login)
    const wrong = totpAt(secret) === '000000' ? '111111' : '000000'
    for (let time = 1; time < FAILURES_UNTIL_LOCK; time += 1)
      expect((await at.send('POST', '/api/session/second-factor', { code: wrong })).statusCode).toBe(400)
    expect((await at.send('POST', '/api/session/second-factor', { code: wrong })).statusCode).toBe(429)
    expect((await at.send('POST', '/api/session/second-factor', { code: totpAt(secret) })).statusCode).toBe(429)
  })
  it('can be replaced by a recovery code, once; the codes lie in the database as digests only', async () => {
    const { login, recoveryCodes } = await withTotp()
    expect(recoveryCodes).toHaveLength(10)
    const [code = ''] = recoveryCodes
    const at = browser()
    await at.enter(login)
    const reply = await at.send('POST', '/api/session/second-factor', { code: code.toUpperCase() })
    expect(reply.statusCode).toBe(200)
    const other = browser()
    await other.enter(login)
    expect((await other.send('POST', '/api/session/second-factor', { code })).statusCode).toBe(400)
    const { rows } = await sql<{ text: string }>`select r::text as text from sign_in.recovery_code r`.execute(
      test.platform.db,
    )
    expect(rows.some((row) => row.text.includes(code) || row.text.includes(recoveryKey(code)))).toBe(false)
  })
  it('keeps its secret sealed in the database', async () => {
    const { secret } = await withTotp()
    const { rows } = await sql<{ text: string }>`select t::text as text from sign_in.totp t`.execute(test.platform.db)
    expect(rows.length).toBeGreaterThan(0)
    expect(rows.some((row) => row.text.includes(secret))).toBe(false)
  })
  it('stands before the change of an initial password', async () => {
    const { login, person, secret } = await withTotp()
    await test.platform.transact(system('people'), (unit) =>
      setPassword(unit, {
        personId: person.personId,
        password: 'nine white egrets',
        initialUntil: addMs(test.clock(), 3_600_000),
      }),
    )
    const at = browser()
    expect((await at.enter(login, 'nine white egrets')).json()).toMatchObject({ owes: 'second-factor' })
    const change = { currentPassword: 'nine white egrets', newPassword: 'ten brown owls fly' }
    expect(codeOf(await at.send('POST', '/api/session/password', change))).toBe('sign-in.second-factor-owed')
    const second = await at.send('POST', '/api/session/second-factor', { code: totpAt(secret) })
    expect(second.json()).toMatchObject({ owes: 'new-password' })
    expect((await at.send('POST', '/api/session/password', change)).statusCode).toBe(204)
    expect((await at.send('GET', '/api/x')).statusCode).toBe(200)
  })
  it('must be set up by those whose role demands it, before anything else', async () => {
    const { login } = await newPerson('administrator')
    const at = browser()
    expect((await at.enter(login)).json()).toMatchObject({ person: null, owes: 'enrolment' })
    expect(codeOf(await at.send('GET', '/api/x'))).toBe('sign-in.enrolment-owed')
    await enrol(at)
    expect((await at.send('GET', '/api/x')).statusCode).toBe(200)
  })
})

describe('an initial password', () => {
  const initial = async (hours = 72) => {
    counter += 1
    const person = testPerson(`新人${counter}`, 'clerk')
    people.set(person.personId, person)
    const login = `newcomer-${counter}`
    await test.platform.transact(system('seed'), (unit) =>
      createAccount(unit, {
        login,
        password,
        personId: person.personId,
        initialUntil: addMs(test.clock(), hours * 3_600_000),
      }),
    )
    return { login, person }
  }
  it('serves for nothing but choosing another', async () => {
    const { login } = await initial()
    const at = browser()
    expect((await at.enter(login)).json()).toMatchObject({ person: null, owes: 'new-password' })
    expect(codeOf(await at.send('GET', '/api/x'))).toBe('sign-in.new-password-owed')
    const same = await at.send('POST', '/api/session/password', { currentPassword: password, newPassword: password })
    expect(codeOf(same)).toBe('sign-in.same-password')
    const done = await at.send('POST', '/api/session/password', {
      currentPassword: password,
      newPassword: 'eleven red foxes',
    })
    expect(done.statusCode).toBe(204)
    expect((await at.send('GET', '/api/x')).statusCode).toBe(200)
    expect((await browser().enter(login, 'eleven red foxes')).json()).toMatchObject({ owes: null })
  })
  it('ends after its hours', async () => {
    const { login } = await initial(1)
    test.clock.advance(3_600_000)
    expect(codeOf(await browser().enter(login))).toBe('sign-in.initial-password-over')
  })
})

describe('an invitation', () => {
  it('is looked at without being used up, used once, and ends after its hours', async () => {
    const { login, person } = await newPerson()
    const give = () =>
      test.platform.transact(system('people'), (unit) =>
        invite(unit, { personId: person.personId, now: test.clock(), hours: 72 }),
      )
    const [first, { token }] = [await give(), await give()]
    expect((await browser().enter(login)).statusCode).toBe(401)
    const look = (given: string) => browser().send('POST', '/api/invitations/look', { token: given })
    expect(codeOf(await look(first.token))).toBe('sign-in.invitation-over')
    expect((await look(token)).json()).toMatchObject({ login })
    expect((await look(token)).statusCode).toBe(200)
    const accept = (newPassword: string) => browser().send('POST', '/api/invitations/accept', { token, newPassword })
    expect(codeOf(await accept('short'))).toBe('sign-in.weak-password')
    const both = await Promise.all([accept('twelve blue whales'), accept('thirteen pink pigs')])
    expect(both.map((reply) => reply.statusCode).sort((a, b) => a - b)).toEqual([200, 404])
    const late = await give()
    test.clock.advance(72 * 3_600_000)
    expect(codeOf(await look(late.token))).toBe('sign-in.invitation-over')
  })
})

describe('a sensitive act', () => {
  it('asks for a fresh proof after a while: the password, or the second factor of whoever has one', async () => {
    const { login } = await newPerson()
    const at = browser()
    await at.enter(login)
    expect((await at.send('POST', '/api/x')).statusCode).toBe(200)
    test.clock.advance(15 * 60_000)
    const stale = await at.send('POST', '/api/x')
    expect([stale.statusCode, codeOf(stale)]).toEqual([403, 'sign-in.proof-needed'])
    expect(codeOf(await at.send('POST', '/api/session/proof', { password: 'wrong' }))).toBe('sign-in.wrong-password')
    expect((await at.send('POST', '/api/session/proof', { password })).statusCode).toBe(200)
    expect((await at.send('POST', '/api/x')).statusCode).toBe(200)

    const { secret } = await enrol(at)
    test.clock.advance(15 * 60_000)
    expect(codeOf(await at.send('POST', '/api/session/proof', { password }))).toBe('sign-in.proof-missing')
    expect((await at.send('POST', '/api/session/proof', { code: totpAt(secret) })).statusCode).toBe(200)
    expect((await at.send('POST', '/api/x')).statusCode).toBe(200)
  })
  it('is not for tokens of programs', async () => {
    const { person } = await newPerson()
    const { token } = await test.platform.transact(system('people'), (unit) =>
      createApiToken(unit, { personId: person.personId, name: '报送程序', days: 30, now: test.clock() }),
    )
    const reply = await server.app.inject({
      method: 'POST',
      url: '/api/x',
      headers: { authorization: `Bearer ${token}` },
    })
    expect([reply.statusCode, (reply.json() as Problem).code]).toEqual([403, 'sign-in.programs-excluded'])
  })
})

describe('a passkey', () => {
  const optionsFor = async (at: Browser, url: string) =>
    (await at.send('POST', url)).json() as { challengeId: string; options: Record<string, unknown> }
  const added = async () => {
    const who = await newPerson()
    const at = browser()
    await at.enter(who.login)
    const device = softAuthenticator()
    const { challengeId, options } = await optionsFor(at, '/api/session/passkeys/options')
    const body = { challengeId, name: '办公电脑', response: device.register(options) }
    const reply = await at.send('POST', '/api/session/passkeys', body)
    expect(reply.statusCode).toBe(200)
    expect((reply.json() as { recoveryCodes: string[] }).recoveryCodes).toHaveLength(10)
    return { ...who, at, device, body }
  }
  const answer = async (at: Browser, device: ReturnType<typeof softAuthenticator>, how = {}) => {
    const { challengeId, options } = await optionsFor(at, '/api/session/passkey/options')
    const body = { challengeId, response: device.answer(options, how) }
    return { body, reply: await at.send('POST', '/api/session/passkey', body) }
  }
  it('signs in by itself, without password or code', async () => {
    const { person, device } = await added()
    const at = browser()
    const { reply, body } = await answer(at, device)
    expect(reply.json()).toMatchObject({ owes: null, person: { personId: person.personId } })
    const replay = await browser().send('POST', '/api/session/passkey', body)
    expect([replay.statusCode, codeOf(replay)]).toEqual([400, 'sign-in.passkey-refused'])
  })
  it('is refused from another site, without unlocking the device, and with a counter that fell back', async () => {
    const { device } = await added()
    expect((await answer(browser(), device, { origin: 'https://mingzhu.test.evil.example' })).reply.statusCode).toBe(
      400,
    )
    expect((await answer(browser(), device, { verified: false })).reply.statusCode).toBe(400)
    expect((await answer(browser(), device, { counter: 9 })).reply.statusCode).toBe(200)
    expect((await answer(browser(), device, { counter: 5 })).reply.statusCode).toBe(400)
  })
  it('of an unknown device signs nobody in', async () => {
    const stranger = softAuthenticator()
    stranger.register({ user: { id: '' }, challenge: '', rp: { id: 'mingzhu.test' } })
    expect((await answer(browser(), stranger)).reply.statusCode).toBe(400)
  })
  it('is the second factor after a password', async () => {
    const { login, device } = await added()
    const at = browser()
    expect((await at.enter(login)).json()).toMatchObject({ owes: 'second-factor', ways: ['passkey', 'recovery'] })
    expect((await answer(at, device)).reply.json()).toMatchObject({ owes: null })
    expect((await at.send('GET', '/api/x')).statusCode).toBe(200)
  })
  it('proves once more who one is, before a sensitive act', async () => {
    const { at, device } = await added()
    test.clock.advance(16 * 60_000)
    expect((await at.send('POST', '/api/x')).statusCode).toBe(403)
    await answer(at, device)
    expect((await at.send('POST', '/api/x')).statusCode).toBe(200)
  })
  it('is listed to its owner and can be removed by nobody else', async () => {
    const { at, device, login } = await added()
    const list = (await at.send('GET', '/api/session/factors')).json() as { passkeys: { passkeyId: string }[] }
    const passkeyId = list.passkeys[0]?.passkeyId ?? ''
    const other = await newPerson()
    const stranger = browser()
    await stranger.enter(other.login)
    expect((await stranger.send('DELETE', `/api/session/passkeys/${passkeyId}`)).statusCode).toBe(404)
    expect((await at.send('DELETE', `/api/session/passkeys/${passkeyId}`)).statusCode).toBe(204)
    expect((await answer(browser(), device)).reply.statusCode).toBe(400)
    expect((await browser().enter(login)).json()).toMatchObject({ owes: null })
  })
  it('cannot be added with the challenge of another person', async () => {
    const [one, two] = [await newPerson(), await newPerson()]
    const [a, b] = [browser(), browser()]
    await a.enter(one.login)
    await b.enter(two.login)
    const { challengeId, options } = await optionsFor(a, '/api/session/passkeys/options')
    const body = { challengeId, name: 'x', response: softAuthenticator().register(options) }
    expect((await b.send('POST', '/api/session/passkeys', body)).statusCode).toBe(400)
  })
})
