/** Every endpoint of the interface, called as everybody: no errors, and nobody sees what is not theirs. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type ApplicationFile,
  decide,
  type ItemRunView,
  readApplication,
} from '../../src/capabilities/approvals/contract.ts'
import { featuredLogins } from '../../src/server/demo/cast.ts'
import type { RunningServer } from '../support/running-server.ts'
import { type Answer, APPROVER, json, openStage, problemIn, type Stage, startCast, until } from './support/stage.ts'

interface Operation {
  readonly method: string
  readonly path: string
  readonly hasBody: boolean
  /** It gives pages and takes a cursor. */
  readonly pages: boolean
}
let server: RunningServer
let stage: Stage
let operations: readonly Operation[]
let file: ApplicationFile
let run: ItemRunView
const NOBODY = null

beforeAll(async () => {
  server = await startCast()
  stage = await openStage(server.url)
  const document = (await stage.driver.json('/openapi.json')) as {
    paths: Record<
      string,
      Record<string, { requestBody?: unknown; parameters?: readonly { name?: string; in?: string }[] }>
    >
  }
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([method]) => /^(get|post|put|patch|delete)$/.test(method))
      .map(([method, described]) => ({
        method: method.toUpperCase(),
        path,
        hasBody: described.requestBody !== undefined || /^(post|put|patch)$/.test(method),
        pages: (described.parameters ?? []).some((each) => each.in === 'query' && each.name === 'after'),
      })),
  )
  const ready = await stage.ready()
  run = await stage.driver.call(APPROVER, decide, {
    params: { itemRunId: ready.run.itemRunId },
    body: { version: ready.run.version },
  })
  file = await stage.driver.call('window', readApplication, { params: { applicationId: run.applicationId } })
  await until(
    async () => (await stage.raw(APPROVER, 'GET', certificatePath())).status === 200,
    'the certificate is made',
  )
})
afterAll(() => server.stop())

const certificatePath = (): string => `/api/certificates/${run.decision?.certificateId ?? ''}/document`
/** Ids of things that are there, so that a call comes further than to "not found". */
const known = (name: string): string => {
  const ids: Readonly<Record<string, string | undefined>> = {
    applicationId: file.application.applicationId,
    itemRunId: run.itemRunId,
    clockId: run.clocks[0]?.clockId,
    documentId: file.documents[0]?.documentId,
    submissionId: file.submissions[0]?.submissionId,
    certificateId: run.decision?.certificateId ?? undefined,
    projectId: file.project.projectId,
    organisationId: file.applicant.organisationId,
    number: file.project.number,
    code: run.decision?.verificationCode ?? undefined,
    entryId: file.timeline[0]?.entryId,
    receiptNumber: file.submissions[0]?.receiptNumber,
  }
  return encodeURIComponent(ids[name] ?? '01890000-0000-7000-8000-000000000000')
}
const unknownId = (name: string): string => (name.endsWith('Id') ? '01890000-0000-7000-8000-000000000000' : 'x')
const fill = (path: string, value: (name: string) => string): string =>
  path.replace(/\{([^}]+)\}/g, (_, name: string) => value(name))

let address = 0
const call = (
  login: string | null,
  { method, path, hasBody }: Operation,
  value: (name: string) => string,
  body: unknown,
) => {
  address += 1
  // Each call from an address of its own: limits by address are not what is tested here.
  const from = { 'x-forwarded-for': `10.${(address >> 16) & 255}.${(address >> 8) & 255}.${address & 255}` }
  const init = hasBody ? json(body, from) : { headers: from }
  return stage.raw(login, method, fill(path, value), init)
}
/** Ends sessions, or moves the clock of the whole server. */
const disturbs = ({ method, path }: Operation): boolean =>
  (path.startsWith('/api/session') && method !== 'GET') || path === '/api/simulation/clock'
const wrongIn = (operation: Operation, login: string | null, answer: Answer): string | null => {
  const what = `${login ?? 'nobody'} ${operation.method} ${operation.path} ${answer.status}`
  if (answer.status >= 500) return `${what} ${answer.text.slice(0, 200)}`
  if (answer.status >= 400) {
    if (!answer.type.startsWith('application/problem+json')) return `${what} is no problem+json: ${answer.type}`
    if (!/[\u4e00-\u9fff]/.test(problemIn(answer).detail)) return `${what} has no Chinese sentence`
  }
  return null
}

describe('every endpoint', () => {
  test('the description of the interface has endpoints to call', () => {
    expect(operations.length).toBeGreaterThan(60)
  })
  test.each([NOBODY, ...featuredLogins])(
    'as %s with known ids, unknown ids, an empty body: never an error',
    async (login) => {
      const wrong: string[] = []
      for (const operation of operations) {
        if (disturbs(operation)) continue
        // What changes something is not called with known ids alone: the roles after this one want to find it.
        const calls: [(name: string) => string, unknown][] = [
          operation.method === 'GET' ? [known, undefined] : operation.hasBody ? [known, {}] : [unknownId, {}],
        ]
        // Nonsense is read before anybody asks who it comes from: three roles are enough.
        if (login === NOBODY || login === 'admin' || login === 'zhujian') {
          calls.push([unknownId, {}], [() => "x'%00--", { version: 'x' }])
          if (operation.hasBody) calls.push([known, []], [known, null])
        }
        for (const [value, body] of calls) {
          const fault = wrongIn(operation, login, await call(login, operation, value, body))
          if (fault !== null) wrong.push(fault)
        }
      }
      expect(wrong).toEqual([])
    },
  )
})

describe('every list', () => {
  test.each(['%5B%22x%22%5D', 'zzz', '%7B%7D'])('refuses the cursor %s, which is not its own', async (cursor) => {
    const lists = operations.filter(({ method, pages }) => method === 'GET' && pages)
    expect(lists.length).toBeGreaterThan(15)
    const wrong: string[] = []
    let refused = 0
    for (const list of lists)
      for (const login of ['admin', 'zhujian', 'supervisor']) {
        const answer = await call(login, { ...list, path: `${list.path}?after=${cursor}` }, known, undefined)
        if (answer.status === 400) refused += 1
        else if (![401, 403, 404].includes(answer.status)) wrong.push(`${login} ${list.path} ${answer.status}`)
      }
    expect(wrong).toEqual([])
    expect(refused).toBeGreaterThan(lists.length / 2)
  })
})

describe('nobody who has not signed in', () => {
  test('gets an answer only from what is public, and no personal data', async () => {
    const accounts = (await stage.driver.json('/api/demo-accounts')) as readonly { name: string }[]
    const open: string[] = []
    const leaks: string[] = []
    for (const operation of operations.filter(({ method }) => method === 'GET')) {
      const answer = await call(NOBODY, operation, known, undefined)
      if (answer.status !== 200) continue
      open.push(operation.path)
      if (operation.path === '/api/demo-accounts') continue
      const named = accounts.filter(({ name }) => answer.text.includes(name)).map(({ name }) => name)
      // An identity may end in eleven digits that look like a telephone.
      const text = answer.text.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '')
      if (named.length > 0 || /(?<!\d)1[3-9]\d{9}(?!\d)/.test(text)) leaks.push(`${operation.path} ${named.join()}`)
    }
    expect(leaks).toEqual([])
    const inside = open.filter((path) =>
      /^\/api\/(applications|item-runs|opinion-tasks|clocks|certificates|work|supervision|people|me|grants|jobs|projects)(\/|$)/.test(
        path,
      ),
    )
    expect(inside).toEqual([])
    expect(open).toContain('/api/public/projects/{number}/progress')
  })
})

describe('an applicant of another organisation', () => {
  test.each(['applicant', 'applicant-xinju'])(
    '%s cannot read file, documents, receipts, clocks, explanations or certificates',
    async (login) => {
      const { applicationId } = file.application
      const paths = [
        `/api/applications/${applicationId}`,
        ...file.documents.map(({ documentId }) => `/api/applications/${applicationId}/documents/${documentId}/content`),
        ...file.submissions.map(
          ({ submissionId }) => `/api/applications/${applicationId}/submissions/${submissionId}/receipt`,
        ),
        `/api/item-runs/${run.itemRunId}`,
        ...run.clocks.flatMap(({ clockId }) => [
          `/api/clocks/${clockId}/explanation`,
          `/api/clocks/${clockId}/explanation.pdf`,
        ]),
        certificatePath(),
      ]
      expect(file.documents.length).toBeGreaterThan(0)
      expect(run.clocks.length).toBeGreaterThan(0)
      for (const path of paths) {
        const own = await stage.raw('applicant-private', 'GET', path)
        expect([path, own.status]).toEqual([path, 200])
        const answer = await stage.raw(login, 'GET', path)
        expect([path, [403, 404].includes(answer.status)]).toEqual([path, true])
        expect(problemIn(answer).detail).not.toContain(file.project.name)
      }
      const list = await stage.raw(login, 'GET', '/api/applications?limit=100')
      expect(list.status).toBe(200)
      expect(list.text).not.toContain(file.application.caseNumber)
    },
  )
})
