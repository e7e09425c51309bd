/** Markup in names and texts stays text: on public pages, in problem pages, in printed documents. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { renderDocument } from '../../src/site/layout.tsx'
import { type TestServer, testServer } from '../support/server.ts'
import { openWindow, type Window } from '../support/window.ts'

const markup = '住宅<img src=x onerror=alert(1)>"\'</title><script>alert(2)</script>&amp;'
let window: Window
let server: TestServer
beforeAll(async () => {
  window = await openWindow()
  server = await testServer({
    capabilities: window.capabilities,
    platform: window.platform,
    document: ({ view, request, session, largeText }) =>
      renderDocument({
        view,
        request,
        assets: { style: '/assets/style.css', script: () => undefined },
        session,
        jurisdiction: { zh: '示例区', en: 'Example' },
        care: largeText,
      }),
  })
})
afterAll(async () => {
  await server.close()
  await window.close()
})
const page = async (url: string) => server.app.inject({ url, headers: { accept: 'text/html' } })
const isHarmless = (html: string): void => {
  expect(html).not.toMatch(/<img src=x/i)
  expect(html).not.toContain('<script>alert')
  expect(html.match(/<\/title>/g)?.length).toBe(1)
}

describe('markup that somebody stored', () => {
  it('in the name of a project is shown as text on every public page', async () => {
    const projectId = await window.project({ name: markup.slice(0, 110) })
    const file = await window.submitted({ projectId })
    const list = await page('/projects')
    expect(list.statusCode).toBe(200)
    isHarmless(list.body)
    const progress = await page(`/projects/${encodeURIComponent(file.project.number)}`)
    expect(progress.statusCode).toBe(200)
    expect(progress.body).toContain('&lt;img src=x onerror=alert(1)&gt;')
    isHarmless(progress.body)
    const receipt = await page(`/verify/receipt/${encodeURIComponent(file.submissions[0]?.receiptNumber ?? '')}`)
    isHarmless(receipt.body)
  })
  it('in an address or a search is shown as text, not run', async () => {
    for (const url of [
      `/projects?search=${encodeURIComponent(markup)}`,
      `/verify/${encodeURIComponent('<script>alert(1)</script>')}`,
      `/nowhere/${encodeURIComponent('<script>alert(1)</script>')}`,
    ])
      isHarmless((await page(url)).body)
  })
  it('in a printed document is drawn as text: the file holds no script and opens no address by itself', async () => {
    const projectId = await window.project({ name: markup.slice(0, 110) })
    const file = await window.submitted({ projectId })
    const reply = await server
      .as(window.applicant)
      .inject(
        'GET',
        `/api/applications/${file.application.applicationId}/submissions/${file.submissions[0]?.submissionId}/receipt`,
      )
    expect([reply.statusCode, reply.headers['content-type']]).toEqual([200, 'application/pdf'])
    const text = reply.rawPayload.toString('latin1')
    expect(text.startsWith('%PDF-')).toBe(true)
    expect(text).not.toMatch(/\/(JavaScript|JS|Launch|OpenAction|SubmitForm)\b/)
    expect(reply.headers['content-security-policy']).toContain('sandbox')
    expect(reply.headers['x-content-type-options']).toBe('nosniff')
  })
})
