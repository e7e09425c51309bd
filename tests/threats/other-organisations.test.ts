/** Every endpoint with an id, called by an applicant of another organisation with ids that exist. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ApplicationFile, ItemRunView } from '../../src/capabilities/approvals/contract.ts'
import type { Endpoint } from '../../src/kernel/endpoint.ts'
import { newId } from '../../src/platform/identity.ts'
import { sampleOf } from '../support/sample-input.ts'
import { type Agent, type TestServer, testServer } from '../support/server.ts'
import { openWindow, type Window } from '../support/window.ts'

let window: Window
let server: TestServer
let file: ApplicationFile
let run: ItemRunView
let draft: ApplicationFile
let stranger: Agent
let owner: Agent
let ids: Readonly<Record<string, string | undefined>>
const nowhere = '01890000-0000-7000-8000-000000000000'

beforeAll(async () => {
  window = await openWindow()
  server = await testServer({
    capabilities: window.capabilities,
    platform: window.platform,
    resolveActor: (id) => window.people.reader.actorOf(window.platform.db, id, window.platform.clock()),
  })
  file = await window.closed()
  draft = await window.draft()
  const [first] = file.itemRuns
  if (first === undefined) throw new Error('an item was expected')
  run = await window.itemRun(first.itemRunId)
  stranger = server.as(window.stranger)
  owner = server.as(window.applicant)
  ids = {
    applicationId: file.application.applicationId,
    itemRunId: run.itemRunId,
    clockId: run.clocks[0]?.clockId,
    documentId: file.documents[0]?.documentId,
    submissionId: file.submissions[0]?.submissionId,
    certificateId: run.decision?.certificateId ?? undefined,
    projectId: file.project.projectId,
    personId: window.applicant.personId,
    organisationId: window.owner,
    entryId: file.timeline[0]?.entryId,
    sha256: file.documents[0]?.sha256 ?? '0'.repeat(64),
    floor: '1',
  }
}, 120_000)
afterAll(async () => {
  await server.close()
  await window.close()
})

/** What is for everybody who is signed in, whatever the id: registers and rules, no files. */
const forEverybody = /^(people\.organisation|people\.departments?|catalogue\.|approvals\.simulate|calendar)/
const withId = (): readonly Endpoint[] =>
  server.endpoints.filter((endpoint) => endpoint.access !== 'public' && endpoint.path.includes(':'))
const addressOf = (endpoint: Endpoint, known: Readonly<Record<string, string | undefined>>): string => {
  const path = endpoint.path.replace(/:(\w+)/g, (_place, name: string) => encodeURIComponent(known[name] ?? nowhere))
  const query = endpoint.query === undefined ? {} : (sampleOf(endpoint.query) as Record<string, unknown>)
  const search = new URLSearchParams(
    Object.entries(query).map(([name, value]) => [name, String(value)] as [string, string]),
  ).toString()
  return search === '' ? path : `${path}?${search}`
}
const send = (agent: Agent, endpoint: Endpoint, known = ids) =>
  agent.inject(endpoint.method, addressOf(endpoint, known), {
    ...(endpoint.body === undefined ? {} : { body: sampleOf(endpoint.body) }),
    headers: endpoint.idempotent === true ? { 'idempotency-key': newId() } : {},
  })
const entries = async (): Promise<number> =>
  (await window.test.pool.query('select count(*)::int as count from journal.entry')).rows[0].count

describe('an applicant of another organisation', () => {
  it('finds endpoints to try, and the ids that are tried exist for the owner', async () => {
    expect(withId().length).toBeGreaterThan(30)
    const read = withId().filter(
      (endpoint) => endpoint.id === 'approvals.file' || endpoint.path === '/api/applications/:applicationId',
    )
    expect(read.length).toBeGreaterThan(0)
    for (const endpoint of read.filter((each) => each.method === 'GET'))
      expect((await send(owner, endpoint)).statusCode).toBe(200)
  })
  it('gets 403 or 404 from every endpoint that reads by an id', async () => {
    const wrong: string[] = []
    for (const endpoint of withId().filter((each) => each.method === 'GET' && !forEverybody.test(each.id))) {
      const reply = await send(stranger, endpoint)
      if (![403, 404].includes(reply.statusCode)) wrong.push(`${endpoint.id} ${reply.statusCode}`)
      if (reply.body.includes(file.project.name) || reply.body.includes(file.application.caseNumber))
        wrong.push(`${endpoint.id} tells of the file`)
    }
    expect(wrong).toEqual([])
  })
  it('changes nothing by any endpoint that acts on an id: no success, no journal entry', async () => {
    const before = await entries()
    const wrong: string[] = []
    const reached: string[] = []
    for (const known of [ids, { ...ids, applicationId: draft.application.applicationId }])
      for (const endpoint of withId().filter((each) => each.method !== 'GET')) {
        const reply = await send(stranger, endpoint, known)
        if (reply.statusCode < 400 || reply.statusCode >= 500) wrong.push(`${endpoint.id} ${reply.statusCode}`)
        if ([403, 404].includes(reply.statusCode)) reached.push(endpoint.id)
        if (reply.body.includes(file.project.name)) wrong.push(`${endpoint.id} tells of the file`)
      }
    expect(wrong).toEqual([])
    expect(await entries()).toBe(before)
    // Most calls get as far as the question who asks; the others are turned away for their form.
    expect(new Set(reached).size).toBeGreaterThan(20)
  })
})
