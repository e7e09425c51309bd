import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import Provider from 'oidc-provider'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestPlatform, testPlatform } from '../../../tests/support/platform.ts'
import { type TestServer, testPerson, testServer } from '../../../tests/support/server.ts'
import type { Person, Role } from '../../kernel/actor.ts'
import type { PersonId } from '../../kernel/identity.ts'
import { localReturn, providerDoor } from './provider.ts'

let test: TestPlatform
let server: TestServer
let idp: Server
let issuer = ''
const people = new Map<PersonId, Person>()
const phones = new Map<string, PersonId>()
/** What the provider says of its accounts. */
const accounts: Record<string, Record<string, unknown>> = {
  alice: { phone_number: '13800000001', phone_number_verified: true },
  unverified: { phone_number: '13800000001', phone_number_verified: false },
  nobody: { phone_number: '13999999999', phone_number_verified: true },
  boss: { phone_number: '13800000002', phone_number_verified: true },
  newcomer: { phone_number: '13800000001', phone_number_verified: true },
}
const newPerson = (name: string, role: Role, phone: string): Person => {
  const person = testPerson(name, role)
  people.set(person.personId, person)
  phones.set(phone, person.personId)
  return person
}
let alice: Person
let boss: Person

beforeAll(async () => {
  idp = createServer()
  await new Promise<void>((resolve) => idp.listen(0, '127.0.0.1', resolve))
  issuer = `http://127.0.0.1:${(idp.address() as AddressInfo).port}`
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'mingzhu',
        client_secret: 'a-secret-of-the-test-only',
        redirect_uris: ['http://mingzhu.test/api/session/provider/callback'],
        grant_types: ['authorization_code'],
        response_types: ['code'],
      },
    ],
    pkce: { required: () => true },
    claims: { openid: ['sub'], phone: ['phone_number', 'phone_number_verified'] },
    findAccount: (_context, id) => ({ accountId: id, claims: async () => ({ sub: id, ...accounts[id] }) }),
    cookies: { keys: ['test'] },
  })
  const answer = provider.callback()
  idp.on('request', (request, response) => void answer(request, response))
  test = await testPlatform()
  alice = newPerson('爱丽丝', 'clerk', '13800000001')
  boss = newPerson('主任', 'administrator', '13800000002')
  const options = {
    capabilities: [],
    platform: test.platform,
    policy: { requiredFor: ['administrator' as const], freshMinutes: 15 },
    resolveActor: async (personId: PersonId) => people.get(personId) ?? ({ kind: 'anonymous' } as const),
  }
  // The door needs the sign-in of the server, which is made first.
  const bare = await testServer(options)
  const door = providerDoor({
    doors: bare.signIn.doors,
    config: { issuer, clientId: 'mingzhu', clientSecret: 'a-secret-of-the-test-only', name: '统一认证' },
    findPerson: async ({ phone_number: phone, phone_number_verified: verified }) =>
      verified === true ? (phones.get(String(phone)) ?? null) : null,
  })
  await bare.close()
  server = await testServer({ ...options, routes: door.routes, plugins: [door.plugin] })
})
afterAll(async () => {
  await server.close()
  await test.close()
  await new Promise((resolve) => idp.close(resolve))
})

type Jar = Map<string, string>
const keep = (jar: Jar, lines: readonly string[]): void => {
  for (const line of lines) {
    const [pair = ''] = line.split(';')
    const at = pair.indexOf('=')
    if (/expires=Thu, 01 Jan 1970|max-age=0/i.test(line)) jar.delete(pair.slice(0, at))
    else jar.set(pair.slice(0, at), pair.slice(at + 1))
  }
}
const cookieText = (jar: Jar): string => [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
const ask = async (jar: Jar, url: string, headers: Record<string, string> = {}) => {
  const reply = await server.app.inject({
    url,
    headers: { host: 'mingzhu.test', cookie: cookieText(jar), ...headers },
  })
  const set = reply.headers['set-cookie']
  keep(jar, set === undefined ? [] : Array.isArray(set) ? set : [set])
  return reply
}
/** Signs in at the provider's own pages, as a browser would; gives the address it sends back to. */
const atProvider = async (address: string, account: string): Promise<string> => {
  const jar: Jar = new Map()
  let next = address
  for (let step = 0; step < 12; step += 1) {
    const reply = await fetch(next, { redirect: 'manual', headers: { cookie: cookieText(jar) } })
    keep(jar, reply.headers.getSetCookie())
    const location = reply.headers.get('location')
    if (location !== null) {
      next = new URL(location, next).href
      if (next.startsWith('http://mingzhu.test/')) return next.slice('http://mingzhu.test'.length)
      continue
    }
    const html = await reply.text()
    const prompt = /name="prompt" value="(\w+)"/.exec(html)?.[1] ?? ''
    const action = new URL(/action="([^"]+)"/.exec(html)?.[1] ?? '', next).href
    const form = new URLSearchParams({ prompt, ...(prompt === 'login' ? { login: account, password: 'x' } : {}) })
    const sent = await fetch(action, {
      method: 'POST',
      body: form,
      redirect: 'manual',
      headers: { cookie: cookieText(jar) },
    })
    keep(jar, sent.headers.getSetCookie())
    next = new URL(sent.headers.get('location') ?? '', action).href
  }
  throw new Error('the provider did not send back')
}
const start = async (jar: Jar, query = '') => {
  const reply = await ask(jar, `/api/session/provider/start${query}`)
  expect(reply.statusCode).toBe(303)
  return String(reply.headers.location)
}
const signInBy = async (account: string, jar: Jar = new Map(), query = '') => {
  const back = await atProvider(await start(jar, query), account)
  return { jar, back, reply: await ask(jar, back) }
}
const me = async (jar: Jar) => (await ask(jar, '/api/session')).json<{ person: Person | null; owes: string | null }>()

describe('signing in by an identity provider', () => {
  it('asks with a code challenge, state and nonce, and returns to the page that was asked for', async () => {
    const address = new URL(await start(new Map()))
    for (const name of ['code_challenge', 'state', 'nonce']) expect(address.searchParams.get(name)).toMatch(/.{20,}/)
    expect(address.searchParams.get('code_challenge_method')).toBe('S256')
    const { jar, reply } = await signInBy('alice', new Map(), '?return=%2Fdesk%2Fqueue%3Fa%3D1')
    expect(reply.headers.location).toBe('/desk/queue?a=1')
    expect((await me(jar)).person?.personId).toBe(alice.personId)
  })
  it('knows the person by the subject from the second time on, and nobody else by the same phone number', async () => {
    await signInBy('alice')
    const { jar } = await signInBy('alice')
    expect((await me(jar)).person?.personId).toBe(alice.personId)
    const recycled = await signInBy('newcomer')
    expect(recycled.reply.headers.location).toBe('/desk/?sign-in=unlinked')
    expect((await me(recycled.jar)).person).toBeNull()
  })
  it('lets nobody in by a phone number that is not verified, or that no person has', async () => {
    for (const account of ['unverified', 'nobody']) {
      const { jar, reply } = await signInBy(account)
      expect(reply.headers.location).toBe('/desk/?sign-in=unlinked')
      expect((await me(jar)).person).toBeNull()
    }
  })
  it('refuses a callback without its cookie, with another state, or a second time', async () => {
    const jar: Jar = new Map()
    const back = await atProvider(await start(jar), 'alice')
    expect((await ask(new Map(), back)).headers.location).toBe('/desk/?sign-in=failed')
    const other: Jar = new Map()
    await start(other)
    expect((await ask(other, back)).headers.location).toBe('/desk/?sign-in=failed')
    expect((await me(other)).person).toBeNull()
    const again = new Map(jar)
    expect((await ask(jar, back)).headers.location).toBe('/desk/')
    expect((await ask(again, back)).headers.location).toBe('/desk/?sign-in=failed')
  })
  it('links those who must have a second factor only from their own signed-in session, and then owes the factor', async () => {
    const { reply } = await signInBy('boss')
    expect(reply.headers.location).toBe('/desk/?sign-in=unlinked')
    const { token } = await server.signIn.openSession(boss.personId, { userAgent: '', ipAddress: '' })
    const jar: Jar = new Map([['mz_session', token]])
    const foreign = await ask(new Map(jar), '/api/session/provider/start?link=1', { 'sec-fetch-site': 'cross-site' })
    expect(foreign.statusCode).toBe(303)
    const begun = await ask(jar, '/api/session/provider/start?link=1&return=%2Fdesk%2Faccount', {
      'sec-fetch-site': 'same-origin',
    })
    const back = await atProvider(String(begun.headers.location), 'boss')
    expect((await ask(jar, back)).headers.location).toBe('/desk/account')
    const later = await signInBy('boss')
    expect(await me(later.jar)).toMatchObject({ person: null, owes: 'enrolment' })
  })
  it('never returns to another site, whatever is asked', () => {
    for (const evil of [
      'https://evil.example/',
      '//evil.example',
      '/\\evil.example',
      '/desk/\\..\\..\\\\evil.example',
      '/desk/../../evil',
      'javascript:alert(1)',
      '/desk/\r\nlocation: https://evil.example',
      undefined,
      7,
    ])
      expect(localReturn(evil)).toBe('/desk/')
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.webUrl(),
          fc.string().map((text) => `/desk/${text}`),
        ),
        (text) => {
          const url = new URL(localReturn(text), 'http://mingzhu.test')
          expect(url.origin).toBe('http://mingzhu.test')
          expect(url.pathname.startsWith('/desk/')).toBe(true)
        },
      ),
    )
  })
})
