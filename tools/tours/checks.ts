/** What tours have in common: acting as the people of the demo, telling clocks, and the checks that every file must pass. */
import { type ApplicationFile, type ClockView, explainClockOf } from '../../src/capabilities/approvals/contract.ts'
import { getMe } from '../../src/capabilities/people/contract.ts'
import { bytesOfHex } from '../../src/engines/merkle/bytes.ts'
import { type LeafEntry, leafHashOf } from '../../src/engines/merkle/entry-leaf.ts'
import { verifyInclusion } from '../../src/engines/merkle/verify.ts'
import type { OrganisationId } from '../../src/kernel/identity.ts'
import { organisations, people } from '../../src/server/demo/cast.ts'
import { type DemoProject, demoProjects } from '../../src/server/demo/projects.ts'
import type { Actors } from '../../src/server/demo/story.ts'
import { type HttpDriver, HttpRefused } from '../../tests/support/http-driver.ts'
import type { Tour } from './tour.ts'

export interface Stagehand {
  readonly tour: Tour
  readonly driver: HttpDriver
  readonly actors: Actors
}

/** Gives what was refused; null if nothing was. */
export const refusalOf = async (act: () => Promise<unknown>): Promise<HttpRefused | null> => {
  try {
    await act()
    return null
  } catch (cause) {
    if (cause instanceof HttpRefused) return cause
    throw cause
  }
}

/** True where a mobile number stands in a text; digits inside identifiers and digests are none. */
export const hasPhone = (text: string): boolean => /(?<![\da-f])1[3-9]\d{9}(?![\da-f])/.test(text)

export const demoProject = (name: string): DemoProject => {
  const found = demoProjects.find((project) => project.name === name)
  if (found === undefined) throw new Error(`the demo has no project ${name}`)
  return found
}

/** The people of the demo with the organisations that they act for. */
export const actorsOf = async (driver: HttpDriver): Promise<Actors> => {
  const owners = new Map<string, OrganisationId>()
  for (const { login, organisation } of people) {
    if (organisation === undefined) continue
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

/** Every clock of a file, its items and the opinions asked for, each once. */
export const clocksOf = (file: ApplicationFile): readonly ClockView[] => [
  ...new Map(
    [
      ...file.clocks,
      ...file.itemRuns.flatMap((run) => [
        ...run.clocks,
        ...run.opinionTasks.flatMap((task) => (task.clock === null ? [] : [task.clock])),
      ]),
    ].map((clock) => [clock.clockId, clock]),
  ).values(),
]

export const printClock = async (tour: Tour, driver: HttpDriver, login: string, clock: ClockView): Promise<void> => {
  const explanation = await driver.call(login, explainClockOf, { params: { clockId: clock.clockId } })
  tour.line(`⏱ ${clock.label.zh}:到期 ${explanation.clock.due ?? '—'} · ${explanation.summary.zh}`)
}

/** Every clock's totals add up, and its explanation counts as many days as the clock has consumed. */
export const checkClocks = async (
  tour: Tour,
  driver: HttpDriver,
  login: string,
  file: ApplicationFile,
): Promise<void> => {
  const clocks = clocksOf(file)
  const wrong = clocks.filter(({ totals }) => totals.authority + totals.applicant + totals.thirdParty !== totals.gross)
  tour.expect(
    `${file.application.caseNumber}:每个计时的审批、申请人、第三方用时相加等于总历时(${clocks.length} 个)`,
    clocks.length > 0 && wrong.length === 0,
    wrong.map((clock) => `${clock.label.zh} ${JSON.stringify(clock.totals)}`).join('; '),
  )
  const unexplained: string[] = []
  for (const clock of clocks) {
    const {
      rows,
      summary,
      clock: now,
    } = await driver.call(login, explainClockOf, { params: { clockId: clock.clockId } })
    const numbered = rows.filter((row) => row.counted && row.number !== null)
    if (summary.zh === '' || numbered.length < now.consumed)
      unexplained.push(`${clock.label.zh}:逐日说明 ${numbered.length} 日,用时 ${now.consumed} 日`)
  }
  tour.expect(`${file.application.caseNumber}:每个计时都能逐日说明`, unexplained.length === 0, unexplained.join('; '))
}

/** Every public fact lies in the journal at the place that its proof names. */
export const checkProofs = async (
  tour: Tour,
  driver: HttpDriver,
  projectName: string,
  facts: readonly { readonly entryId: string; readonly seq: number }[],
): Promise<void> => {
  let proven = 0
  for (const fact of facts.filter((each) => each.seq > 0)) {
    const evidence = (await driver.json(`/api/journal/proof/${fact.entryId}`)) as {
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
    if (genuine) proven += 1
  }
  tour.expect(
    `${projectName}:每条公开记录(${facts.length} 条)都有可验证的包含证明`,
    proven === facts.length && proven > 0,
    `${proven}`,
  )
}
