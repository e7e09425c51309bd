/** The stage of the tour window-depth: projects, applications, the passing of days, and what is told about them. */
import {
  type ApplicationFile,
  type ApplicationId,
  type CertificateId,
  type ClockView,
  explainClockOf,
  type ItemRunView,
  readApplication,
  verifyCertificate,
} from '../../../src/capabilities/approvals/contract.ts'
import { addMs, type Instant, instant, wallClock } from '../../../src/kernel/time.ts'
import {
  accept,
  issue,
  loginsOf,
  openDraft,
  type Registered,
  register,
  reread,
  review,
  submit,
} from '../../../src/server/demo/story.ts'
import { demoProject, type Stagehand } from '../checks.ts'

export interface Stage extends Stagehand {
  /** Ends the server and starts it again at a later moment: nothing ran meanwhile. */
  readonly sleepUntil: (at: Instant) => Promise<void>
  /** What the chapters have opened: read again at the end. */
  readonly applications: Set<ApplicationId>
  readonly projects: Map<string, Registered>
}

const PEOPLE_REST_MS = 20 * 60_000
export const at = (day: string, time = '10:00'): Instant => instant(`${day}T${time}:00+08:00`)

/** Moves on to a day; a day that is over already is left alone. */
export const goTo = async ({ tour, driver }: Stage, day: string, time?: string): Promise<void> => {
  const target = at(day, time)
  if (target > driver.now()) await driver.moveTo(target)
  tour.line(`—— ${wallClock(driver.now())} ——`)
}
/** A little later on the same day. */
export const later = ({ driver }: Stage, ms = PEOPLE_REST_MS): Promise<void> => driver.moveTo(addMs(driver.now(), ms))

export const enrol = async (stage: Stage, name: string): Promise<Registered> => {
  const known = stage.projects.get(name)
  if (known !== undefined) return known
  const made = await register(stage.driver, stage.actors, demoProject(name), 100 + stage.projects.size)
  stage.projects.set(name, made)
  stage.tour.line(`登记项目 ${made.caseNumber} ${name}`)
  return made
}

/** A draft that is ready to be submitted. */
export const ready = async (
  stage: Stage,
  registered: Registered,
  phase: string,
  itemIds: readonly string[],
): Promise<ApplicationFile> => {
  const file = await openDraft(stage.driver, stage.actors, registered, phase, itemIds)
  stage.applications.add(file.application.applicationId)
  return file
}
export const submitted = async (
  stage: Stage,
  registered: Registered,
  phase: string,
  itemIds: readonly string[],
): Promise<ApplicationFile> => {
  const { application } = await ready(stage, registered, phase, itemIds)
  const file = await submit(stage.driver, registered.project.by, application.applicationId)
  stage.tour.line(
    `提交 ${file.application.caseNumber}(${itemIds.join('、')}),收件凭证 ${file.submissions.at(-1)?.receiptNumber ?? ''}`,
  )
  return file
}
export const accepted = async (
  stage: Stage,
  registered: Registered,
  phase: string,
  itemIds: readonly string[],
): Promise<ApplicationFile> => {
  const file = await submitted(stage, registered, phase, itemIds)
  await later(stage)
  return accept(stage.driver, stage.actors.window, file.application.applicationId)
}
export const fileOf = (stage: Stage, id: ApplicationId, login = 'window'): Promise<ApplicationFile> =>
  stage.driver.call(login, readApplication, { params: { applicationId: id } })

export const itemOf = (file: ApplicationFile, itemId: string): ItemRunView => {
  const found = file.itemRuns.find((run) => run.itemId === itemId)
  if (found === undefined) throw new Error(`${file.application.caseNumber} has no ${itemId}`)
  return found
}
export const only = <T>(rows: readonly T[], what: string): T => {
  const [first] = rows
  if (first === undefined) throw new Error(`there is no ${what}`)
  return first
}
/** The clock of the item itself; the delivery of its decision has one of its own. */
export const statutoryOf = (run: ItemRunView): ClockView => {
  const found = run.clocks.find((clock) => clock.kind === 'statutory')
  if (found === undefined) throw new Error(`${run.itemId} has no statutory clock`)
  return found
}

/** Reviews and issues what was drafted. */
export const conclude = async ({ driver }: Stage, run: ItemRunView): Promise<ItemRunView> => {
  await review(driver, await reread(driver, run))
  return issue(driver, await reread(driver, run))
}
export const teamOf = (run: { readonly department: string }): ReturnType<typeof loginsOf> => loginsOf(run.department)

/** Tells a clock: what it is, its due day and why. */
export const tellClock = async (
  { tour, driver }: Stage,
  clock: ClockView,
  login = 'supervisor',
): Promise<ClockView> => {
  const told = await driver.call(login, explainClockOf, { params: { clockId: clock.clockId } })
  tour.line(
    `⏱ ${told.clock.label.zh}:到期 ${told.clock.due ?? '—'}${told.clock.provisional ? '(暂定)' : ''} · ${told.summary.zh} · 依据 ${told.clock.basis}${'DEX'.includes(told.clock.certainty) ? '(待核)' : ''}`,
  )
  return told.clock
}
/** Tells the entries of a file that are of interest, as its timeline shows them. */
export const tellTimeline = (
  { tour }: Stage,
  file: ApplicationFile,
  wanted: (kind: string) => boolean,
): ApplicationFile['timeline'] => {
  const rows = file.timeline.filter((row) => wanted(row.kind))
  for (const row of [...rows].sort((a, b) => (a.recordedAt < b.recordedAt ? -1 : 1)))
    tour.line(`${wallClock(row.recordedAt)} ${row.sentence}(${row.by})`)
  return rows
}

/** The public page of a certificate. */
export const pageOf = async ({ driver }: Stage, code: string) =>
  verifyCertificate.reply.parse(await driver.json(`/api/public/certificates/${code}`))
export const codeOf = (run: ItemRunView): { readonly code: string; readonly certificateId: CertificateId } => {
  const { decision } = run
  if (decision === null || decision.verificationCode === null || decision.certificateId === null)
    throw new Error(`${run.itemId} has no certificate`)
  return { code: decision.verificationCode, certificateId: decision.certificateId }
}
