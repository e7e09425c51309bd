import { createElement } from 'react'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestPlatform, testPlatform } from '../../../tests/support/platform.ts'
import { type TestServer, testPerson, testServer } from '../../../tests/support/server.ts'
import { defineRefusal } from '../../kernel/refusal.ts'
import type { PageRequest, SitePage } from '../platform.ts'

const closed = defineRefusal('conflict', 'pages.closed', {
  zh: '公示期已过,请在回复栏查看结果。',
  en: 'Closed: see the answers.',
})
const seen: PageRequest[] = []
const pages: SitePage[] = [
  {
    path: '/cacheable/:noticeId',
    render: async (request) => {
      seen.push(request)
      return {
        title: '公示',
        body: createElement('h1', null, `公示 ${request.params['noticeId']} ${request.language}`),
      }
    },
  },
  { path: '/private/cacheable', render: async () => ({ title: '私', cacheSeconds: 0, body: createElement('p') }) },
  { path: '/opinion', render: async () => ({ title: '意见', body: createElement('h1', null, '提意见') }) },
  {
    method: 'POST',
    path: '/opinion',
    render: async (request) => {
      seen.push(request)
      if (request.form['text'] === 'late') throw closed()
      return { title: '', body: createElement('p'), redirect: request.form['to'] ?? '/opinion' }
    },
  },
  {
    path: '/broken',
    render: async () => {
      throw new Error('secret detail')
    },
  },
  { path: '/hostile/cacheable', render: async () => ({ title: '<b>', body: createElement('p', null, '<script>') }) },
]
let test: TestPlatform
let server: TestServer
beforeAll(async () => {
  test = await testPlatform()
  server = await testServer({ capabilities: [{ name: 'pages', pages }], platform: test.platform })
})
afterAll(async () => {
  await server.close()
  await test.close()
})
const html = { accept: 'text/html' }

describe('a public page', () => {
  it('is whole HTML, cacheable by anyone for a minute, and not sent again while it is unchanged', async () => {
    const first = await server.anonymous.inject('GET', '/cacheable/7', { headers: html })
    expect(first.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(first.body).toContain('<h1>公示 7 zh</h1>')
    expect(first.headers['cache-control']).toContain('public, max-age=60')
    const again = await server.anonymous.inject('GET', '/cacheable/7', {
      headers: { ...html, 'if-none-match': String(first.headers.etag) },
    })
    expect([again.statusCode, again.body]).toEqual([304, ''])
  })
  it('is never kept by shared caches for a signed-in person, nor when the page says so', async () => {
    const own = await server.as(testPerson('王五', 'citizen')).inject('GET', '/cacheable/7')
    expect(own.headers['cache-control']).toBe('private, no-store')
    expect((await server.anonymous.inject('GET', '/private/cacheable')).headers['cache-control']).toBe(
      'private, no-cache',
    )
  })
  it('changes its language by ?lang=, remembers it in a cookie, and looks at no header', async () => {
    const asked = await server.anonymous.inject('GET', '/cacheable/7?lang=en', { headers: html })
    expect(asked.body).toContain('公示 7 en')
    expect(asked.cookies).toContainEqual(expect.objectContaining({ name: 'lang', value: 'en' }))
    expect(asked.headers['cache-control']).toContain('private')
    const kept = await server.anonymous.inject('GET', '/cacheable/7', { headers: { cookie: 'lang=en' } })
    expect(kept.body).toContain('公示 7 en')
    const header = await server.anonymous.inject('GET', '/cacheable/7', { headers: { 'accept-language': 'en' } })
    expect(header.body).toContain('公示 7 zh')
  })
  it('gives repeated names of the query in full', async () => {
    await server.anonymous.inject('GET', '/cacheable/7?type=a&type=b')
    expect(seen.at(-1)).toMatchObject({ query: { type: 'b' }, queryAll: { type: ['a', 'b'] } })
  })
  it('escapes what people wrote', async () => {
    const { body } = await server.anonymous.inject('GET', '/hostile/cacheable')
    expect(body).toContain('&lt;script&gt;')
    expect(body).not.toContain('<script>')
  })
  it('that does not exist is a page with status 404 that says where to go', async () => {
    const reply = await server.anonymous.inject('GET', '/no/such/page', { headers: html })
    expect(reply.statusCode).toBe(404)
    expect(reply.body).toContain('没有这个地址')
    expect(reply.body).toContain('href="/"')
  })
  it('that fails is a page with the trace id and nothing of the inside', async () => {
    const reply = await server.anonymous.inject('GET', '/broken', { headers: html })
    expect(reply.statusCode).toBe(500)
    expect(reply.body).not.toContain('secret')
    expect(reply.body).toContain(String(reply.headers['trace-id']))
  })
})

describe('a form', () => {
  it('is accepted from our own page, without its token among the fields, and answered with a redirect', async () => {
    const reply = await server.anonymous.submitForm('/opinion', '/opinion', { text: '树要留' })
    expect([reply.statusCode, reply.headers.location]).toEqual([303, '/opinion'])
    expect(seen.at(-1)?.form).toEqual({ text: '树要留' })
  })
  it('is accepted from a signed-in person too', async () => {
    const reply = await server.as(testPerson('赵六', 'citizen')).submitForm('/opinion', '/opinion', { text: '好' })
    expect(reply.statusCode).toBe(303)
    expect(seen.at(-1)?.actor).toMatchObject({ kind: 'person', name: '赵六' })
  })
  it('is refused without the token of the page, with the token of another visitor, and from another site', async () => {
    const send = (payload: string, headers: Record<string, string> = {}) =>
      server.app.inject({
        method: 'POST',
        url: '/opinion',
        payload,
        headers: { host: 'mingzhu.test', 'content-type': 'application/x-www-form-urlencoded', ...html, ...headers },
      })
    const page = await server.anonymous.inject('GET', '/opinion')
    const token = /name="_csrf" value="([^"]+)"/.exec(page.body)?.[1] ?? ''
    const cookie = page.cookies.map((one) => `${one.name}=${one.value}`).join('; ')
    const fields = `text=x&_csrf=${token}`
    expect((await send(fields, { cookie })).statusCode).toBe(303)
    const without = await send('text=x', { cookie })
    expect(without.statusCode).toBe(403)
    expect(without.body).toContain('页面已过期')
    expect((await send(fields, { cookie: 'mz_form=another-visitor' })).statusCode).toBe(403)
    expect((await send(fields)).statusCode).toBe(403)
    expect((await send(fields, { cookie, 'sec-fetch-site': 'cross-site' })).statusCode).toBe(403)
  })
  it('that is refused shows the sentence as a page', async () => {
    const reply = await server.anonymous.submitForm('/opinion', '/opinion', { text: 'late' })
    expect(reply.statusCode).toBe(409)
    expect(reply.body).toContain('公示期已过')
  })
  it('never redirects to another site', async () => {
    expect((await server.anonymous.submitForm('/opinion', '/opinion', { to: '//evil.example' })).statusCode).toBe(500)
  })
  it('makes its page private, because the page holds the token of one visitor', async () => {
    expect((await server.anonymous.inject('GET', '/opinion')).headers['cache-control']).toBe('private, no-store')
  })
})
