/** A small district that lives through the endpoints: a few projects whose files stand closed, under way and reviewed. */
import { type ApplicationFile, type ItemRunView } from '../../src/capabilities/approvals/contract.ts'
import { getMe } from '../../src/capabilities/people/contract.ts'
import type { OrganisationId, ProjectId } from '../../src/kernel/identity.ts'
import { addMs } from '../../src/kernel/time.ts'
import { organisations } from '../../src/server/demo/cast.ts'
import { type DemoProject, demoProjects } from '../../src/server/demo/projects.ts'
import {
  type Actors,
  accept,
  applicationsOf,
  consult,
  draft,
  finish,
  guidance,
  isFree,
  openDraft,
  type Registered,
  register,
  reread,
  review,
  submit,
} from '../../src/server/demo/story.ts'
import type { HttpDriver } from '../../tests/support/http-driver.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** How a project's newest file stands: decided and closed, handled by departments, or waiting for decisions. */
export type Standing = 'closed' | 'open' | 'reviewed'
export interface Pattern {
  readonly projectId: ProjectId
  readonly standing: Standing
}

const cast: readonly { readonly name: string; readonly standing: Standing }[] = [
  { name: '恒远社区便民商业楼', standing: 'closed' },
  { name: '新居·江岸里住宅项目', standing: 'open' },
  { name: '明江一小扩建工程', standing: 'reviewed' },
]
const demoProject = (name: string): DemoProject => {
  const found = demoProjects.find((project) => project.name === name)
  if (found === undefined) throw new Error(`the demo has no project ${name}`)
  return found
}

const actorsOf = async (driver: HttpDriver, logins: readonly string[]): Promise<Actors> => {
  const owners = new Map<string, OrganisationId>()
  for (const login of logins) {
    const [membership] = (await driver.call(login, getMe, {})).memberships
    if (membership !== undefined) owners.set(login, membership.organisationId)
  }
  return {
    window: 'window',
    organisationOf: (login) => {
      const id = owners.get(login)
      if (id === undefined) throw new Error(`${login} acts for no organisation`)
      return id
    },
    organisations: new Map(organisations.map(({ key, name, uscc }) => [key, { name, uscc }])),
  }
}

const decideAll = async (driver: HttpDriver, file: ApplicationFile): Promise<void> => {
  const open = new Map(file.itemRuns.map((run) => [run.itemRunId, run]))
  for (let round = 0; open.size > 0 && round < 12; round += 1) {
    await driver.moveTo(addMs(driver.now(), 4 * HOUR_MS))
    for (const run of open.values()) {
      const now = await reread(driver, run)
      if (!isFree(now)) continue
      await finish(driver, now)
      open.delete(run.itemRunId)
    }
  }
}
/** Drafts and reviews every item that waits for nothing: ready for their approvers. */
const reviewAll = async (driver: HttpDriver, file: ApplicationFile): Promise<void> => {
  for (const run of file.itemRuns) {
    const now: ItemRunView = await reread(driver, run)
    if (isFree(now)) await review(driver, await draft(driver, now))
  }
}

const live = async (driver: HttpDriver, actors: Actors, registered: Registered, standing: Standing): Promise<void> => {
  const { project } = registered
  const batches = applicationsOf(await guidance(driver, project, 'ST1'), 'ST1')
  // Closed files are the many small ones: one item each, as many as wait for nothing else.
  const wanted = standing === 'closed' ? (batches[0] ?? []).map((itemId) => [itemId]).slice(0, 1) : batches.slice(0, 1)
  for (const itemIds of wanted) {
    const { application } = await openDraft(driver, actors, registered, 'ST1', itemIds)
    await submit(driver, project.by, application.applicationId)
    await driver.moveTo(addMs(driver.now(), DAY_MS))
    const file = await accept(driver, actors.window, application.applicationId)
    if (standing === 'closed') await decideAll(driver, file)
    if (standing === 'reviewed') await reviewAll(driver, file)
    const first = file.itemRuns.find((run) => run.clocks.some(({ budget }) => budget !== null && budget >= 5))
    if (standing === 'open' && first !== undefined)
      await consult(
        driver,
        first,
        ['ecology', 'urban-management'].filter((code) => code !== first.department),
        3,
      )
  }
}

/** Plays the district on a running server with a simulated clock; the patterns of everything that is multiplied later. */
export const playDistrict = async (driver: HttpDriver): Promise<readonly Pattern[]> => {
  const chosen = cast.map(({ name, standing }) => ({ project: demoProject(name), standing }))
  const actors = await actorsOf(driver, [...new Set(chosen.map(({ project }) => project.by))])
  const patterns: Pattern[] = []
  for (const [index, { project, standing }] of chosen.entries()) {
    const registered = await register(driver, actors, project, index + 1)
    await live(driver, actors, registered, standing)
    patterns.push({ projectId: registered.projectId, standing })
  }
  return patterns
}
