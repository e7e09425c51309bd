/** A running product with its demo cast on a simulated clock, and short ways to bring applications to a state. */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type ApplicationFile,
  type ItemRunView,
  type PublicProgress,
  readApplication,
} from '../../../src/capabilities/approvals/contract.ts'
import { getMe } from '../../../src/capabilities/people/contract.ts'
import { bytesOfHex } from '../../../src/engines/merkle/bytes.ts'
import { type LeafEntry, leafHashOf } from '../../../src/engines/merkle/entry-leaf.ts'
import { verifyInclusion } from '../../../src/engines/merkle/verify.ts'
import type { OrganisationId } from '../../../src/kernel/identity.ts'
import { organisations } from '../../../src/server/demo/cast.ts'
import { type DemoProject, demoProjects } from '../../../src/server/demo/projects.ts'
import {
  type Actors,
  accept,
  draft,
  openDraft,
  type Registered,
  register,
  review,
  submit,
} from '../../../src/server/demo/story.ts'
import { type HttpDriver, HttpRefused, httpDriver, type Problem } from '../../support/http-driver.ts'
import { type RunningServer, type RunOptions, startServer } from '../../support/running-server.ts'

export const START = '2026-01-12T09:30:00+08:00'
export const castOnSimulatedClock = (startAt: string = START): Readonly<Record<string, string>> => ({
  MINGZHU_DEMO: 'cast',
  MINGZHU_CLOCK: 'simulated',
  MINGZHU_CLOCK_START: startAt,
  // Every test case may come from an address of its own, so that the limits by address do not hide what is tested.
  MINGZHU_TRUST_PROXY: '127.0.0.1',
})
export const startCast = ({ env = {}, ...rest }: RunOptions = {}): Promise<RunningServer> =>
  startServer({ ...rest, env: { ...castOnSimulatedClock(), ...env } })

/** The item of most tests: decided by one department, waits for no other item. 环境影响报告表审批 */
export const ITEM = 'I-109'
export const APPROVER = 'huanbao-boss'
export const REVIEWER = 'huanbao'

export interface Answer {
  readonly status: number
  readonly type: string
  readonly text: string
  readonly headers: Headers
}
export interface Stage {
  readonly url: string
  readonly driver: HttpDriver
  readonly actors: Actors
  readonly project: (by?: string) => Promise<Registered>
  /** A complete draft with one item, in a project of its own. */
  readonly drafted: (by?: string) => Promise<{ readonly registered: Registered; readonly file: ApplicationFile }>
  readonly submitted: (by?: string) => Promise<{ readonly registered: Registered; readonly file: ApplicationFile }>
  readonly accepted: (by?: string) => Promise<{ readonly registered: Registered; readonly file: ApplicationFile }>
  /** An item whose decision only the approver's click is missing. */
  readonly ready: (by?: string) => Promise<{ readonly registered: Registered; readonly run: ItemRunView }>
  /** Calls an address plainly, as somebody or as nobody. */
  readonly raw: (login: string | null, method: string, path: string, init?: RequestInit) => Promise<Answer>
  readonly token: (login: string) => Promise<string>
  readonly logins: readonly string[]
}

let serial = 0

export const openStage = async (url: string): Promise<Stage> => {
  const driver = await httpDriver(url)
  const accounts = (await driver.json('/api/demo-accounts')) as readonly { login: string; password: string }[]
  const applicants = ['applicant', 'applicant-school', 'applicant-private', 'applicant-xinju', 'applicant-industry']
  const owners = new Map<string, OrganisationId>()
  for (const login of applicants) {
    const { memberships } = await driver.call(login, getMe, {})
    const [membership] = memberships
    if (membership !== undefined) owners.set(login, membership.organisationId)
  }
  const actors: Actors = {
    window: 'window',
    organisationOf: (login) => {
      const id = owners.get(login)
      if (id === undefined) throw new Error(`${login} acts for no organisation`)
      return id
    },
    organisations: new Map(organisations.map(({ key, name, uscc }) => [key, { name, uscc }])),
  }
  const tokens = new Map<string, Promise<string>>()
  const signIn = async (login: string): Promise<string> => {
    const account = accounts.find((each) => each.login === login)
    const reply = await fetch(`${url}/api/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ login, password: account?.password ?? '', token: true }),
    })
    const { token } = (await reply.json()) as { token?: string }
    if (token === undefined) throw new Error(`${login} could not sign in: ${reply.status}`)
    return token
  }
  const token: Stage['token'] = (login) => {
    const known = tokens.get(login) ?? signIn(login)
    tokens.set(login, known)
    return known
  }
  const project: Stage['project'] = (by = 'applicant-private') => {
    const model = demoProjects.find((each) => each.by === by && each.stage !== 'ST-P')
    if (model === undefined) throw new Error(`the demo has no project of ${by}`)
    serial += 1
    const named: DemoProject = { ...model, name: `${model.name}之${serial}` }
    return register(driver, actors, named, 100 + serial)
  }
  const drafted: Stage['drafted'] = async (by) => {
    const registered = await project(by)
    return { registered, file: await openDraft(driver, actors, registered, 'ST1', [ITEM]) }
  }
  const submitted: Stage['submitted'] = async (by) => {
    const { registered, file } = await drafted(by)
    return { registered, file: await submit(driver, registered.project.by, file.application.applicationId) }
  }
  const accepted: Stage['accepted'] = async (by) => {
    const { registered, file } = await submitted(by)
    return { registered, file: await accept(driver, 'window', file.application.applicationId) }
  }
  return {
    url,
    driver,
    actors,
    project,
    drafted,
    submitted,
    accepted,
    ready: async (by) => {
      const { registered, file } = await accepted(by)
      const [run] = file.itemRuns
      if (run === undefined) throw new Error('the application has no item')
      return { registered, run: await review(driver, await draft(driver, run)) }
    },
    token,
    raw: async (login, method, path, init = {}) => {
      const headers = new Headers(init.headers)
      if (login !== null) headers.set('authorization', `Bearer ${await token(login)}`)
      const reply = await fetch(url + path, { ...init, method, headers, redirect: 'manual' })
      return {
        status: reply.status,
        type: reply.headers.get('content-type') ?? '',
        text: await reply.text(),
        headers: reply.headers,
      }
    },
    logins: accounts.map((account) => account.login),
  }
}

/** What the server refused; fails when it did not. */
export const refusalOf = async (work: Promise<unknown>): Promise<Problem> => {
  try {
    await work
  } catch (cause) {
    if (cause instanceof HttpRefused) return cause.problem
    throw cause
  }
  throw new Error('nothing was refused')
}
export const problemIn = (answer: Answer): Problem => {
  if (!answer.type.startsWith('application/problem+json'))
    throw new Error(`no problem+json but ${answer.status} ${answer.type}: ${answer.text.slice(0, 300)}`)
  return JSON.parse(answer.text) as Problem
}
export const json = (body: unknown, headers: Readonly<Record<string, string>> = {}): RequestInit => ({
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID(), ...headers },
})

/** Looks until something holds; the limit only ends a test that fails. */
export const until = async <T>(
  look: () => Promise<T | undefined | false>,
  what: string,
  limitMs = 20_000,
): Promise<T> => {
  const end = performance.now() + limitMs
  for (;;) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    if (performance.now() > end) throw new Error(`waited in vain: ${what}`)
    await sleep(25)
  }
}
export const readFileOf = (stage: Stage, file: ApplicationFile, login = 'window'): Promise<ApplicationFile> =>
  stage.driver.call(login, readApplication, { params: { applicationId: file.application.applicationId } })

export const progressOf = async (stage: Stage, caseNumber: string): Promise<PublicProgress> =>
  (await stage.driver.json(`/api/public/projects/${encodeURIComponent(caseNumber)}/progress`)) as PublicProgress

/** Number of entries in the newest signed checkpoint. */
export const checkpointSize = async (stage: Stage): Promise<number> =>
  Number((await stage.raw(null, 'GET', '/api/journal/checkpoint')).text.split('\n')[1])

/** Checks the proof of every public fact of a project; gives their places in the journal. */
export const proveFacts = async (stage: Stage, caseNumber: string): Promise<readonly number[]> => {
  const progress = await until(async () => {
    const found = await progressOf(stage, caseNumber)
    return found.facts.every((fact) => fact.seq > 0) && found
  }, 'every fact is sealed')
  const places: number[] = []
  for (const fact of progress.facts) {
    const answer = await until(async () => {
      const found = await stage.raw(null, 'GET', `/api/journal/proof/${fact.entryId}`)
      return found.status === 200 && found
    }, 'the proof is there')
    const evidence = JSON.parse(answer.text) as {
      seq: number
      entry: LeafEntry
      size: number
      root: string
      proof: readonly string[]
    }
    const genuine = await verifyInclusion({
      index: evidence.seq - 1,
      size: evidence.size,
      leafHash: leafHashOf(evidence.entry),
      proof: evidence.proof.map(bytesOfHex),
      root: bytesOfHex(evidence.root),
    })
    if (!genuine) throw new Error(`the proof of entry ${fact.entryId} does not hold`)
    places.push(evidence.seq)
  }
  return places
}
