/** Input that is meant to harm: headers, slow patterns, files of two kinds, timing. */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type TestPlatform, testPlatform } from '../../../tests/support/platform.ts'
import { type TestServer, testServer } from '../../../tests/support/server.ts'
import { checkIdNumber, checkPhone, checkUscc, normaliseCode } from '../../capabilities/people/model/codes.ts'
import { system } from '../../kernel/actor.ts'
import { endpoint } from '../../kernel/endpoint.ts'
import { newId } from '../identity.ts'
import { route } from '../platform.ts'
import { createAccount } from '../sign-in/accounts.ts'
import { isCommonPassword, loginKey } from '../sign-in/model.ts'
import { localReturn } from '../sign-in/provider.ts'
import { recoveryKey } from '../sign-in/steps.ts'
import { contentDisposition } from './serve-endpoint.ts'
import { traceIdOf } from './trace.ts'

const document = endpoint({
  id: 'x.document',
  method: 'GET',
  path: '/api/x/:name',
  summary: 'a document',
  access: 'public',
  params: z.object({ name: z.string().max(300) }),
  reply: z.custom<undefined>(),
  produces: 'application/pdf',
})
/** A file that is a PDF to one program and a web page to another. */
const polyglot = Buffer.from('%PDF-1.4\n<html><script>alert(document.cookie)</script></html>\n%%EOF')

let test: TestPlatform
let server: TestServer
beforeAll(async () => {
  test = await testPlatform()
  server = await testServer({
    capabilities: [],
    platform: test.platform,
    routes: [route(document, async (_call, { params }) => ({ fileName: params.name, content: polyglot }))],
    resolveActor: async () => ({ kind: 'anonymous' }),
  })
})
afterAll(async () => {
  await server.close()
  await test.close()
})

describe('a name of a file', () => {
  it('can add no header, whatever its characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.boolean(), (name, inline) => {
        const value = contentDisposition(`${name}\r\nset-cookie: mz_session=x"; filename="y`, inline)
        expect(value).toMatch(/^(inline|attachment); filename="[\w.-]*"; filename\*=UTF-8''[A-Za-z0-9%!#$&+.^_`|~-]*$/)
      }),
    )
  })
  it('in an address with line feeds sets no cookie', async () => {
    const reply = await server.app.inject({ url: `/api/x/${encodeURIComponent('a\r\nset-cookie: mz_session=evil')}` })
    expect(reply.statusCode).toBe(200)
    expect(reply.headers['set-cookie']).toBeUndefined()
  })
})

describe('a file that is of two kinds at once', () => {
  it('is given out as one kind only, in a sandbox, and never guessed at by the browser', async () => {
    const reply = await server.app.inject({ url: '/api/x/plan.html' })
    expect(reply.headers['content-type']).toBe('application/pdf')
    expect(reply.headers['x-content-type-options']).toBe('nosniff')
    expect(reply.headers['content-disposition']).toMatch(/^attachment;/)
    expect(reply.headers['content-security-policy']).toMatch(/default-src 'none'.*sandbox/)
  })
})

describe('a trace id of the caller', () => {
  it('is taken only in its own form, so that nothing can be written into logs or headers', () => {
    for (const evil of ['x\r\nevil: 1', '00-<script>-00', 'a'.repeat(10_000), '']) expect(traceIdOf(evil)).toBeNull()
  })
})

describe('patterns over input', () => {
  it('take no longer than a moment on the longest and worst texts', () => {
    const worst = ['a', 'ab', '1', ' ', '-', '样', '/desk/', 'a@', '0'].flatMap((part) => {
      const text = part.repeat(Math.ceil(100_000 / part.length))
      return [text, `${text}!`, `!${text}`]
    })
    const checks = [
      isCommonPassword,
      loginKey,
      recoveryKey,
      normaliseCode,
      checkPhone,
      checkIdNumber,
      checkUscc,
      localReturn,
      traceIdOf,
      (text: string) => contentDisposition(text, true),
    ]
    for (const [index, check] of checks.entries())
      for (const text of worst) {
        // Passwords are bounded before they are looked at.
        const given = check === isCommonPassword ? text.slice(0, 128) : text
        const begin = performance.now()
        check(given)
        expect([index, performance.now() - begin < 1000]).toEqual([index, true])
      }
  })
})

describe('guessing who has an account', () => {
  it('by the time of the answer fails: an unknown login costs a whole comparison too', async () => {
    await test.platform.transact(system('seed'), (unit) =>
      createAccount(unit, { login: 'timed-person', password: 'seven green cranes', personId: newId() }),
    )
    const time = async (login: string): Promise<number> => {
      const begin = performance.now()
      const reply = await server.app.inject({
        method: 'POST',
        url: '/api/session',
        payload: { login, password: 'a wrong password' },
      })
      expect(reply.statusCode).toBe(401)
      return performance.now() - begin
    }
    const [known, unknown]: [number[], number[]] = [[], []]
    await time('warm-up')
    for (let round = 0; round < 4; round += 1) {
      known.push(await time('timed-person'))
      unknown.push(await time(`unknown-person-${round}`))
    }
    // Without the comparison an unknown login would be answered in a small fraction of the time.
    expect(Math.min(...unknown)).toBeGreaterThan(Math.min(...known) / 3)
  })
})
