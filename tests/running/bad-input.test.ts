/** Wrong codes, garbage and hostile text: clear refusals, and nothing is executed or broken. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readApplication, saveDraft } from '../../src/capabilities/approvals/contract.ts'
import {
  createProject,
  type NewProject,
  newProjectSchema,
  publishProject,
} from '../../src/capabilities/projects/contract.ts'
import type { RunningServer } from '../support/running-server.ts'
import { json, openStage, problemIn, refusalOf, type Stage, startCast } from './support/stage.ts'

let server: RunningServer
let stage: Stage
beforeAll(async () => {
  server = await startCast()
  stage = await openStage(server.url)
})
afterAll(() => server.stop())

const BY = 'applicant-private'
const project = (more: Partial<NewProject> = {}): NewProject => ({
  ...newProjectSchema.parse({
    name: '输入检查项目',
    projectType: '4',
    investor: 'private',
    land: 'grant',
    purpose: 'commercial',
    address: '示例路1号',
    ownerOrganisationId: stage.actors.organisationOf(BY),
  }),
  ...more,
})

describe('national codes', () => {
  test.each(['91500105MA0MW0039Z', '123', '91500105MA0MW003O1', '９１５００'])(
    'the credit code %s is refused with a sentence at its field',
    async (uscc) => {
      const problem = problemIn(
        await stage.raw('admin', 'POST', '/api/organisations', json({ name: '示例单位', kind: 'enterprise', uscc })),
      )
      expect(problem.status).toBe(400)
      expect(problem.errors?.[0]?.path).toMatch(/uscc/)
      expect(problem.errors?.[0]?.message).toMatch(/[\u4e00-\u9fff]{4,}/)
    },
  )
  test.each(['500105199001011234', '50010519901301123X', 'abc', '00000000000000000X'])(
    'the identity number %s is refused with a sentence at its field',
    async (idNumber) => {
      const problem = problemIn(await stage.raw('admin', 'POST', '/api/people', json({ name: '示例人', idNumber })))
      expect(problem.status).toBe(400)
      expect(problem.errors?.[0]?.path).toMatch(/idNumber/)
      expect(problem.errors?.[0]?.message).toMatch(/[\u4e00-\u9fff]{4,}/)
    },
  )
  test('a project code whose check digit is wrong is kept and warned about, since real ones are known that break the rule', async () => {
    const made = await stage.driver.call(BY, createProject, {
      body: project({ projectCode: '2601-500157-04-01-123456' }),
    })
    const right = await stage.project(BY)
    const read = JSON.parse((await stage.raw(BY, 'GET', `/api/projects/${right.projectId}`)).text) as {
      warnings: string[]
    }
    const warned = [made.warnings, read.warnings].map((warnings) => warnings.join(' '))
    expect(warned[0]).toMatch(/校验码不符.*请.*核对/)
    expect(warned[1]).not.toMatch(/校验/)
  })
})

const HOSTILE = [
  `'; drop table projects.project; --`,
  '<script>window.hit=1</script><img src=x onerror="window.hit=1">',
  '"><svg/onload=alert(1)>{{7*7}}${7*7}',
  '\u202e\u0007%00 %s %n ../../etc/passwd',
]
describe('hostile text', () => {
  test.each(HOSTILE)('%j in every text of a project comes out as text', async (text) => {
    const made = await stage.driver
      .call(BY, createProject, {
        body: project({
          name: `名${text}`,
          address: `址${text}`,
          description: `述${text}`,
          streetCode: null,
          projectCode: text.slice(0, 30),
        }),
      })
      .catch(async (cause: unknown) => {
        // A code may be refused as such; the other texts are free.
        expect(String(cause)).toMatch(/ 400 /)
        return stage.driver.call(BY, createProject, {
          body: project({ name: `名${text}`, address: `址${text}`, description: `述${text}` }),
        })
      })
    await stage.driver.call('window', publishProject, {
      params: { projectId: made.id },
      body: { published: true, because: text },
    })
    const pages = [
      '/projects',
      `/projects/${encodeURIComponent(made.caseNumber)}`,
      `/projects?text=${encodeURIComponent(text)}`,
    ]
    for (const path of pages) {
      const page = await stage.raw(null, 'GET', path, { headers: { accept: 'text/html' } })
      expect([path, page.status]).toEqual([path, 200])
      expect(page.text).not.toContain('<script>window.hit')
      expect(page.text).not.toContain('<img src=x')
      expect(page.text).not.toContain('<svg/onload')
      expect(page.headers.get('content-security-policy')).toContain("script-src 'self'")
    }
    const shown = await stage.raw(null, 'GET', pages[1] ?? '', { headers: { accept: 'text/html' } })
    if (text.includes('<script>')) expect(shown.text).toContain('&lt;script&gt;window.hit=1')
    const list = await stage.raw(BY, 'GET', `/api/projects?text=${encodeURIComponent(text)}`)
    expect(list.status).toBeLessThan(500)
  })

  test.each(HOSTILE)('%j in every answer of an application is kept as it is or refused at its field', async (text) => {
    const { file } = await stage.drafted(BY)
    const { applicationId, version, answers } = file.application
    const hostile = Object.fromEntries(
      Object.entries(answers).map(([field, value]) => [field, typeof value === 'string' ? `${value}${text}` : value]),
    )
    const saved = await stage.driver.call(BY, saveDraft, {
      params: { applicationId },
      body: { version, answers: hostile },
    })
    const read = await stage.driver.call(BY, readApplication, { params: { applicationId } })
    expect(read.application.answers).toEqual(saved.application.answers)
    expect(
      Object.values(read.application.answers).some((value) => typeof value === 'string' && value.includes(text.trim())),
    ).toBe(true)
    const found = await stage.raw('window', 'GET', `/api/applications?text=${encodeURIComponent(text)}`)
    expect(found.status).toBe(200)
  })

  test('a character that no database can hold is refused at its field, in every text', async () => {
    const answer = await stage.raw(
      BY,
      'POST',
      '/api/projects',
      json(project({ name: '坏\u0000字', description: 'a\u0000b' })),
    )
    expect(answer.status).toBe(400)
    const { file } = await stage.drafted(BY)
    const { applicationId, version, answers } = file.application
    const problem = await refusalOf(
      stage.driver.call(BY, saveDraft, {
        params: { applicationId },
        body: { version, answers: { ...answers, projectContent: '坏\u0000字' } },
      }),
    )
    expect(problem.status).toBe(400)
    for (const path of [
      '/api/applications?text=%00',
      '/projects?text=%00',
      '/verify/%00',
      '/api/public/certificates/%00',
      '/projects/%00',
    ])
      expect([path, (await stage.raw('window', 'GET', path)).status < 500]).toEqual([path, true])
  })
})

describe('garbage', () => {
  const send = (path: string, body: string, headers: Record<string, string> = {}) =>
    stage.raw(BY, 'POST', path, {
      body,
      headers: { 'content-type': 'application/json', 'idempotency-key': '0123456789abcdef-garbage', ...headers },
    })
  test.each([
    ['malformed JSON', '{"name": ', {}, 400, 'http.malformed-json'],
    ['no JSON at all', '\u0000\u0001', {}, 400, 'http.malformed-json'],
    ['prototype pollution', '{"__proto__": {"admin": true}, "name": "x"}', {}, 400, /./],
    ['a body of 3 MB', `"${'x'.repeat(3_000_000)}"`, {}, 413, 'http.body-too-large'],
    ['a form', 'name=x', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'http.media-type'],
    ['XML', '<x/>', { 'content-type': 'application/xml' }, 415, 'http.media-type'],
    ['deep nesting', `${'['.repeat(20_000)}${']'.repeat(20_000)}`, {}, 400, /./],
    ['a short key', '{}', { 'idempotency-key': 'x' }, 400, 'http.idempotency-key-missing'],
  ])('%s is refused with a problem', async (_what, body, headers, status, code) => {
    const answer = await send('/api/projects', body, headers)
    expect(answer.status).toBe(status)
    if (typeof code === 'string') expect(problemIn(answer).code).toBe(code)
    expect(problemIn(answer).detail).toMatch(/[\u4e00-\u9fff]{4,}/)
  })

  test.each([
    '/api/applications?limit=-1',
    '/api/applications?limit=0',
    '/api/applications?limit=1e9',
    '/api/applications?limit=abc',
    '/api/applications?cursor=%00',
    '/api/applications?cursor=eyJhIjoxfQ',
    '/api/applications?cursor=bm90IGEgY3Vyc29y',
    `/api/applications?cursor=${'A'.repeat(2000)}`,
    '/api/applications?state=%27',
    '/api/applications?limit=1&limit=2',
    '/api/applications?projectId=1',
    '/api/projects?cursor=zzz&limit=-5',
    '/api/people?cursor=zzz',
    '/api/organisations?limit=-1',
    '/api/work/queue?desk=intake&cursor=zzz',
    '/api/supervision/clocks?cursor=zzz&colour=pink',
    '/api/applications/not-a-uuid',
    '/api/applications/01890000-0000-7000-8000-000000000000',
    '/api/item-runs/%2e%2e%2f',
    '/api/clocks/x/explanation.pdf',
    '/api/journal/proof/x',
    '/api/journal/tile/0/x999/../../..',
    '/api/journal/consistency?from=-1',
    '/api/journal/consistency?from=99999999999999999999',
    '/api/public/projects/%F0%9F%98%80/progress',
    '/api/%c0%ae%c0%ae/x',
    '/api/nothing',
  ])('%s is answered below 500, refusals as problem+json', async (path) => {
    for (const login of ['window', 'supervisor', 'admin', null]) {
      const answer = await stage.raw(login, 'GET', path)
      expect([login, answer.status < 500, answer.text.slice(0, 200)]).toEqual([login, true, expect.any(String)])
      if (answer.status >= 400) expect(problemIn(answer).detail).toMatch(/[\u4e00-\u9fff]{4,}/)
    }
  })

  test('cursors that were made up or belong to another list give a page or a refusal, never an error', async () => {
    for (let count = 0; count < 3; count += 1) await stage.submitted(BY)
    const { next } = JSON.parse((await stage.raw('window', 'GET', '/api/applications?limit=1')).text) as {
      next: string | null
    }
    expect(next).not.toBeNull()
    const made = [
      ['x', 'y'],
      ['2026-01-01', 'y'],
      [1, 2],
      [null, null],
      [],
      ['2026-01-12T01:30:00.000Z', "'"],
      ['a', 'b', 'c'],
      [1e308],
      ['x'],
    ]
    const cursors = [next ?? '', ...made.map((keys) => encodeURIComponent(JSON.stringify(keys)))]
    const lists = [
      '/api/applications?limit=2',
      '/api/projects?limit=2',
      '/api/organisations?limit=2',
      '/api/people?limit=2',
      '/api/work/queue?desk=intake',
      '/api/work/queue?desk=department',
      '/api/supervision/clocks?limit=2',
    ]
    const wrong: string[] = []
    for (const list of lists)
      for (const login of ['window', 'supervisor', 'admin', 'huanbao'])
        for (const cursor of cursors) {
          const answer = await stage.raw(login, 'GET', `${list}&cursor=${encodeURIComponent(cursor)}`)
          if (answer.status >= 500) wrong.push(`${login} ${list} ${cursor}: ${answer.status}`)
          else if (answer.status >= 400) expect(problemIn(answer).detail).toMatch(/[\u4e00-\u9fff]{4,}/)
        }
    expect(wrong).toEqual([])
  })
})
