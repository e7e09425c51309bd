/**
 * The plot of one project: a sequence of acts, each waiting for its moment. The stages before the goal are finished, evenly
 * spread over the project's past; the last application reaches its step shortly before the present.
 */
import type { ApplicationFile } from '../../capabilities/approvals/contract.ts'
import {
  addMs,
  DAY_MS,
  type Instant,
  instantFromMs,
  localDateOf,
  msOf,
  startOfDay as startOfDayIn,
} from '../../kernel/time.ts'
import type { Calendar } from '../../kernel/working-days.ts'
import type { Driver } from './driver.ts'
import type { DemoProject, Step } from './projects.ts'
import {
  type Actors,
  accept,
  applicationsOf,
  consult,
  correct,
  draft,
  finish,
  guidance,
  isFree,
  openDraft,
  opine,
  pause,
  type Registered,
  receive,
  refuse,
  register,
  reread,
  review,
  submit,
} from './story.ts'

export interface Scene {
  readonly driver: Driver
  readonly actors: Actors
  /** The present, at which the demo ends. */
  readonly end: Instant
  readonly calendar: Calendar
}
/** Gives the moments at which the story wants to act. */
export type Plot = AsyncGenerator<Instant, void>

const stageOrder = ['ST1', 'ST2', 'ST3', 'ST4'] as const
/** Days before the present on which the last application is submitted, so that its clocks look alive. */
const lastDays: Readonly<Record<Step, number>> = {
  registered: 0,
  draft: 3,
  submitted: 2,
  correcting: 5,
  refused: 9,
  accepted: 5,
  opinions: 8,
  paused: 16,
  drafted: 12,
  reviewed: 12,
  'partly-decided': 15,
  closed: 24,
}
const HOUR_MS = 3_600_000

/** The first moment of office hours on or after an instant: 09:00 to 17:00 in Shanghai on a working day. */
const inOfficeHours = ({ calendar }: Scene, at: Instant): Instant => {
  const local = msOf(at) + 8 * HOUR_MS
  const startOfDay = Math.floor(local / DAY_MS) * DAY_MS
  const hour = (local - startOfDay) / HOUR_MS
  const opened = hour < 9 ? startOfDay + 9 * HOUR_MS : hour >= 17 ? startOfDay + DAY_MS + 9 * HOUR_MS : local
  const wanted = instantFromMs(Math.round(opened - 8 * HOUR_MS))
  const day = localDateOf(wanted)
  if (calendar.isWorkday(day)) return wanted
  return addMs(startOfDayIn(calendar.nextWorkday(day)), 9 * HOUR_MS)
}
const later = (scene: Scene, at: Instant, days: number): Instant =>
  inOfficeHours(scene, addMs(at, Math.round(days * DAY_MS)))

/** Departments asked for an opinion on the main items. */
const consulted: Readonly<Record<string, readonly string[]>> = {
  'I-107': ['ecology', 'urban-management'],
  'I-203': ['urban-management', 'traffic-police', 'ecology'],
  'I-305': ['urban-management', 'traffic-police'],
  'I-409': ['planning-resources', 'civil-defence'],
}

/** Handles every item of an accepted application until all are decided. */
async function* handle(scene: Scene, registered: Registered, file: ApplicationFile, from: Instant, pace: number): Plot {
  const { driver } = scene
  let at = from
  for (const run of file.itemRuns) {
    const departments = consulted[run.itemId]?.filter((department) => department !== run.department)
    if (departments !== undefined) await consult(driver, run, departments, 3)
  }
  const open = new Map(file.itemRuns.map((run) => [run.itemRunId, run]))
  for (let round = 0; open.size > 0 && round < 12; round += 1) {
    at = later(scene, at, pace)
    yield at
    for (const run of open.values()) {
      const now = await reread(driver, run)
      if (!isFree(now)) continue
      await finish(driver, now)
      open.delete(run.itemRunId)
    }
    await receive(driver, registered.project.by, file.application.applicationId)
  }
  if (open.size > 0)
    throw new Error(
      `${registered.project.name}: ${[...open.values()].map((run) => run.itemId).join(', ')} could not be decided`,
    )
}

/** Takes a whole stage from draft to close. */
async function* finishStage(scene: Scene, registered: Registered, stage: string, from: Instant, days: number): Plot {
  const { driver, actors } = scene
  const { project } = registered
  let at = from
  for (const itemIds of applicationsOf(await guidance(driver, project, stage), stage)) {
    yield at
    const draftFile = await openDraft(driver, actors, registered, stage, itemIds)
    const { applicationId } = draftFile.application
    await submit(driver, project.by, applicationId)
    at = later(scene, at, 1)
    yield at
    const file = await accept(driver, actors.window, applicationId)
    const pace = Math.max(0.5, Math.min(2.2, days / 12))
    for await (const moment of handle(scene, registered, file, at, pace)) {
      at = moment
      yield moment
    }
    at = later(scene, at, 1)
  }
}

/** The last application, taken to its step and left there. */
async function* lastStage(scene: Scene, registered: Registered, from: Instant): Plot {
  const { driver, actors, end } = scene
  const { project } = registered
  const { step, stage } = project
  const batches = applicationsOf(await guidance(driver, project, stage), stage)
  const span = (msOf(end) - msOf(from)) / DAY_MS
  let at = from
  // Earlier applications of the stage are finished first; the last batch is the one left at its step.
  for (const itemIds of batches.slice(0, -1)) {
    yield at
    const { application } = await openDraft(driver, actors, registered, stage, itemIds)
    await submit(driver, project.by, application.applicationId)
    const file = await accept(driver, actors.window, application.applicationId)
    for await (const moment of handle(scene, registered, file, at, Math.max(0.2, span / 40))) {
      at = moment
      yield moment
    }
  }
  const itemIds = batches.at(-1)
  if (itemIds === undefined || step === 'registered') return
  at = later(scene, at, 0.1)
  yield at
  const { application } = await openDraft(driver, actors, registered, stage, itemIds)
  const { applicationId } = application
  if (step === 'draft') return
  await submit(driver, project.by, applicationId)
  if (step === 'submitted') return
  at = later(scene, at, 0.9)
  yield at
  if (step === 'correcting') return void (await correct(driver, actors.window, applicationId))
  if (step === 'refused') return void (await refuse(driver, actors.window, applicationId))
  const file = await accept(driver, actors.window, applicationId)
  if (step === 'accepted') return
  const free = file.itemRuns.filter(isFree)
  const main = file.itemRuns.find((run) => consulted[run.itemId] !== undefined) ?? free[0]
  if (main === undefined) return
  const rest = Math.max(0.3, ((msOf(end) - msOf(at)) / DAY_MS) * 0.18)
  at = later(scene, at, rest)
  yield at
  if (step === 'closed') {
    for await (const moment of handle(scene, registered, file, at, Math.max(0.3, rest / 2))) yield moment
    return
  }
  const others = (consulted[main.itemId] ?? ['ecology', 'urban-management']).filter((code) => code !== main.department)
  const asked = await consult(driver, main, others, 3)
  if (step === 'opinions') return
  at = later(scene, at, rest)
  yield at
  if (step === 'paused') {
    await pause(driver, asked)
    return
  }
  const target = isFree(asked) ? asked : free[0]
  if (target === undefined) return
  await opine(driver, await reread(driver, asked), 'agree-with-conditions')
  at = later(scene, at, rest)
  yield at
  if (step === 'partly-decided') return void (await finish(driver, target))
  const drafted = await draft(driver, await reread(driver, target))
  if (step === 'reviewed') await review(driver, drafted)
}

/** The whole life of a project up to its goal. */
export async function* plotOf(scene: Scene, project: DemoProject, serial: number): Plot {
  const { end } = scene
  const start = inOfficeHours(scene, addMs(end, -project.daysAgo * DAY_MS + serial * 600_000))
  yield start
  const registered = await register(scene.driver, scene.actors, project, serial)
  if (project.step === 'registered') return
  const before = stageOrder.slice(0, stageOrder.indexOf(project.stage as 'ST1'))
  const last = inOfficeHours(scene, addMs(end, -(lastDays[project.step] + 1) * DAY_MS + serial * 400_000))
  const room = (msOf(last) - msOf(start)) / DAY_MS / (before.length + 1)
  for (const [index, stage] of before.entries())
    yield* finishStage(scene, registered, stage, later(scene, start, room * index + 1), room)
  yield* lastStage(scene, registered, last)
}
