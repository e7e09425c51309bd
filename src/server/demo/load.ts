/**
 * Loads the demo district on a first start. Its past is not written but lived: every act goes through the same endpoints as
 * in the product, on a clock that starts in the past and ends at the present, so that journal, clocks and numbers are right.
 */
import { system } from '../../kernel/actor.ts'
import type { Endpoint } from '../../kernel/endpoint.ts'
import type { OrganisationId, PersonId } from '../../kernel/identity.ts'
import { isRefused } from '../../kernel/refusal.ts'
import { addMs, DAY_MS, type Instant, type LocalDate, localDateOf, msOf } from '../../kernel/time.ts'
import { simulatedClock } from '../../platform/clock.ts'
import type { Platform } from '../../platform/platform.ts'
import { openAccount, prepareAccount } from '../../platform/sign-in/accounts.ts'
import type { DemoAccount } from '../accounts.ts'
import { readCalendars } from '../calendars.ts'
import type { Capabilities } from '../capabilities.ts'
import { featuredLogins, organisations, people } from './cast.ts'
import type { Driver } from './driver.ts'
import { type Plot, plotOf } from './plot.ts'
import type { DemoProject } from './projects.ts'
import { demoSites } from './site-cast.ts'
import { nominateLeaders } from './site-persons.ts'
import { openSites } from './sites.ts'

export interface DemoStage {
  readonly platform: Platform
  readonly capabilities: Capabilities
  /** Finishes an upload of the content for a person; gives its id. */
  readonly upload: (personId: PersonId, fileName: string, content: Uint8Array) => Promise<string>
  /** Seals, runs reactions, jobs and timers until nothing is left to do. */
  readonly settle: () => Promise<void>
  readonly clock: ReturnType<typeof simulatedClock>
  readonly end: Instant
}

interface Cast {
  readonly persons: ReadonlyMap<string, PersonId>
  readonly organisationIds: ReadonlyMap<string, OrganisationId>
  readonly accounts: readonly DemoAccount[]
}

const makeCast = async ({ platform, capabilities }: DemoStage): Promise<Cast> => {
  const { writer } = capabilities.people
  const persons = new Map<string, PersonId>()
  const organisationIds = new Map<string, OrganisationId>()
  const director = system('demo')
  await platform.transact(director, async (unit) => {
    for (const { key, name, kind, uscc } of organisations)
      organisationIds.set(key, await writer.createOrganisation(unit, { name, kind, uscc }))
    for (const person of people) {
      const personId = await writer.createPerson(unit, { name: person.name, phone: person.phone })
      persons.set(person.login, personId)
      const organisationId = person.organisation === undefined ? undefined : organisationIds.get(person.organisation)
      if (organisationId !== undefined) await writer.join(unit, personId, organisationId, person.title ?? '')
      for (const { role, department, ofOrganisation } of person.roles)
        await writer.grantRole(unit, {
          personId,
          role,
          department,
          organisationId: ofOrganisation === true ? organisationId : undefined,
          reason: '演示辖区',
        })
    }
  })
  return { persons, organisationIds, accounts: await makeAccounts(platform, persons) }
}

/** One password for all accounts, made here and now: the demo's is in no file of the project. */
const makeAccounts = async (
  platform: Platform,
  persons: ReadonlyMap<string, PersonId>,
): Promise<readonly DemoAccount[]> => {
  const password = platform.randomToken(9)
  const prepared = await Promise.all(
    [...persons].map(([login, personId]) => prepareAccount({ login, password, personId })),
  )
  await platform.transact(system('demo'), async (unit) => {
    for (const account of prepared) await openAccount(unit, account)
  })
  return people.map(({ login, name, roles, hint }) => ({
    login,
    password,
    name,
    role: roles[0]?.role ?? 'citizen',
    department: roles[0]?.department ?? null,
    hint,
    featured: featuredLogins.includes(login),
  }))
}

const driverOf = (stage: DemoStage, cast: Cast, signal: AbortSignal | undefined): Driver => {
  const { platform, capabilities } = stage
  const routes = new Map(
    capabilities.list.flatMap((capability) => capability.routes ?? []).map((served) => [served.endpoint.id, served]),
  )
  const personOf = (login: string): PersonId => {
    const personId = cast.persons.get(login)
    if (personId === undefined) throw new Error(`nobody in the demo signs in as ${login}`)
    return personId
  }
  const parse = (shape: Endpoint['body'], value: unknown): unknown =>
    shape === undefined ? undefined : shape.parse(value)
  return {
    now: platform.clock,
    upload: (login, fileName, content) => stage.upload(personOf(login), fileName, content),
    call: async (login, endpoint, input) => {
      signal?.throwIfAborted()
      const served = routes.get(endpoint.id)
      if (served === undefined) throw new Error(`no capability serves ${endpoint.id}`)
      const actor = await capabilities.people.reader.actorOf(platform.db, personOf(login), platform.clock())
      try {
        return (await served.handle(
          { actor, traceId: 'demo', language: 'zh', ipAddress: '127.0.0.1', idempotencyKey: platform.newId<'key'>() },
          {
            params: parse(served.endpoint.params, input.params),
            query: parse(served.endpoint.query, input.query ?? {}),
            body: parse(served.endpoint.body, input.body),
          },
        )) as never
      } catch (cause) {
        if (isRefused(cause)) {
          const fields = cause.refusal.fields.map((fault) => `${fault.path}: ${fault.message}`).join('; ')
          throw new Error(`${login} ${endpoint.id}: ${cause.refusal.sentence.zh} ${fields}`, { cause })
        }
        throw cause
      }
    },
  }
}

interface Waiting {
  readonly at: Instant
  readonly plot: Plot
}

/** How far the load has come. */
export interface Progress {
  /** Day of the story. */
  readonly day: LocalDate
  /** Of the time that the story spans, 0 to 1. */
  readonly share: number
  /** Projects whose story is told to its end. */
  readonly done: number
  readonly of: number
}
/** What has to pass of the story, and how many projects end, between two lines of progress. */
const TELL_SHARE = 0.05
const TELL_PROJECTS = 4

/** Plays all plots on one timeline, always the one whose moment comes next. */
const play = async (stage: DemoStage, plots: readonly Plot[], tell: (progress: Progress) => void): Promise<void> => {
  const waiting: Waiting[] = []
  const advance = async (plot: Plot): Promise<void> => {
    const next = await plot.next()
    if (next.done !== true && next.value <= stage.end) waiting.push({ at: next.value, plot })
  }
  for (const plot of plots) await advance(plot)
  const begin = msOf(stage.clock())
  const span = Math.max(1, msOf(stage.end) - begin)
  let day = ''
  let told = { share: 0, done: 0 }
  while (waiting.length > 0) {
    waiting.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
    const next = waiting.shift()
    if (next === undefined) break
    if (next.at > stage.clock()) stage.clock.set(next.at)
    if (stage.clock().slice(0, 10) !== day) {
      day = stage.clock().slice(0, 10)
      await stage.settle()
    }
    await advance(next.plot)
    const done = plots.length - new Set(waiting.map((each) => each.plot)).size
    const share = Math.min(1, Math.max(0, (msOf(stage.clock()) - begin) / span))
    if (share >= told.share + TELL_SHARE || done >= told.done + TELL_PROJECTS) {
      told = { share, done }
      tell({ day: localDateOf(stage.clock()), share, done, of: plots.length })
    }
  }
}

export interface DemoWish {
  /** The present, at which the demo ends. */
  readonly end: Instant
  readonly projects: readonly DemoProject[]
  /** Told the accounts as soon as they exist, so that a load that is cut off leaves them usable. */
  readonly onAccounts: (accounts: readonly DemoAccount[]) => void
  readonly onProgress?: (progress: Progress) => void
  /** Ends the load before its next act: it throws the reason. */
  readonly signal?: AbortSignal
}

/** Loads the demo. `makeStage` builds a platform on the clock of the story. */
export const loadDemo = async (
  makeStage: (clock: DemoStage['clock'], end: Instant) => Promise<DemoStage>,
  { end, projects, onAccounts, onProgress = () => undefined, signal }: DemoWish,
): Promise<void> => {
  const longest = Math.max(0, ...projects.map((project) => project.daysAgo))
  const clock = simulatedClock({ startAt: addMs(end, -(longest + 3) * DAY_MS) })
  const made = await makeStage(clock, end)
  const stage: DemoStage = {
    ...made,
    settle: async () => {
      signal?.throwIfAborted()
      await made.settle()
    },
  }
  for (const capability of stage.capabilities.list) await capability.prepare?.()
  const cast = await makeCast(stage)
  onAccounts(cast.accounts)
  const driver = driverOf(stage, cast, signal)
  const calendar = readCalendars(stage.platform.config.dataFolder).current
  const keyOf = (login: string): string => people.find((person) => person.login === login)?.organisation ?? ''
  const actors = {
    window: 'window',
    organisationOf: (login: string): OrganisationId => {
      const id = cast.organisationIds.get(keyOf(login))
      if (id === undefined) throw new Error(`${login} acts for no organisation`)
      return id
    },
    organisations: new Map(organisations.map(({ key, name, uscc }) => [key, { name, uscc }])),
  }
  await play(
    stage,
    projects.map((project, index) => plotOf({ driver, actors, end, calendar }, project, index + 1)),
    onProgress,
  )
  const [contractor, supervision] = [cast.organisationIds.get('contractor'), cast.organisationIds.get('supervision')]
  const sites = demoSites(projects)
  if (sites.length > 0 && contractor !== undefined && supervision !== undefined) {
    await nominateLeaders(stage, driver, { sites, organisations: { contractor, supervision } })
    await openSites(stage, driver, { sites, organisations: { contractor, supervision } })
  }
  if (end > clock()) clock.set(end)
  await stage.settle()
}
