/** Puts this capability together for `server/capabilities.ts`. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { localDateOf } from '../../kernel/time.ts'
import { type Capability, jobHandler, type Platform } from '../../platform/platform.ts'
import type { CatalogueReader } from '../catalogue/contract.ts'
import type { PeopleReader } from '../people/contract.ts'
import type { ProjectReader, ProjectWriter } from '../projects/contract.ts'
import { lawOf } from './actions/catalogue-law.ts'
import { certificateJob } from './actions/certificate-job.ts'
import type { Context } from './actions/context.ts'
import { makeConditionShelf, namedConditionsOf } from './actions/named-conditions.ts'
import { ensureCertificate } from './actions/papers.ts'
import { publicFact, publicProgress, verifyCertificate, verifyReceipt } from './actions/public.ts'
import { makeLiveShelf } from './actions/shelf.ts'
import { simulateLimit } from './actions/simulation.ts'
import type { NamedConditions } from './contract/conditions.ts'
import { approvalsEvents } from './contract/events.ts'
import type { ApprovalsReader, ApprovalsWriter } from './contract/reader.ts'
import type { CertificateId } from './contract.ts'
import { type AfterRules, afterRulesOf } from './model/after-rules.ts'
import type { CalendarShelf } from './model/calendar-data.ts'
import { clockRulesSchema } from './model/clock-rules.ts'
import { namedConditionRulesSchema } from './model/named-conditions.ts'
import { precheckRulesSchema } from './model/precheck.ts'
import { rulesSchema } from './model/rules.ts'
import { readUndertakingRules } from './model/undertaking-rules.ts'
import { clockJobs, clockReactions, clockTimers, prepareClocks } from './reactions/clocks.ts'
import { undertakingReactions } from './reactions/undertakings.ts'
import { timersOf } from './reactions.ts'
import { makeApprovalsReader, makeApprovalsWriter } from './reader.ts'
import { clockRoutes, withFreshCalendars } from './routes/clocks.ts'
import { milestoneRoutes } from './routes/milestones.ts'
import { undertakingRoutes } from './routes/undertakings.ts'
import { approvalsRoutes } from './routes.ts'
import { approvalPages } from './site/pages.tsx'

/** The working calendars of the data files; what is published in the product comes on top. Asked again on every use. */
export interface CalendarSource {
  readonly current: () => CalendarShelf
}
export interface ApprovalsOptions {
  readonly platform: Platform
  readonly people: PeopleReader
  readonly projects: ProjectReader
  readonly projectWriter: ProjectWriter
  readonly catalogue: CatalogueReader
  readonly calendar: CalendarSource
  /** Default: `approvals/after-decision.json` and `conditions.json` of the data folder. */
  readonly after?: AfterRules
}

/** Reads the rules in `approvals/` of the data folder. Throws an Error when they are missing or wrong. */
export const createApprovals = (
  options: ApprovalsOptions,
): Capability & {
  readonly reader: ApprovalsReader
  readonly writer: ApprovalsWriter
  readonly conditions: NamedConditions
} => {
  const { platform } = options
  const read = (name: string): unknown =>
    JSON.parse(readFileSync(join(platform.config.dataFolder, 'approvals', name), 'utf8'))
  const rules = rulesSchema.parse(read('rules.json'))
  const shelf = makeLiveShelf(options.calendar.current)
  const undertakings = readUndertakingRules((file) =>
    readFileSync(join(platform.config.dataFolder, 'approvals', file), 'utf8'),
  )
  const context: Context = {
    platform,
    people: options.people,
    projects: options.projects,
    projectWriter: options.projectWriter,
    law: lawOf(options.catalogue, rules),
    lawOfTrial: async (on, editionIds) => lawOf(await options.catalogue.trial(on, editionIds), rules),
    calendars: shelf.current,
    shelf,
    rules,
    precheck: precheckRulesSchema.parse(
      JSON.parse(readFileSync(join(platform.config.dataFolder, 'approvals', 'precheck.json'), 'utf8')),
    ),
    clockRules: clockRulesSchema.parse(read('clock-rules.json')),
    undertakings,
    after: options.after ?? afterRulesOf(read('after-decision.json'), read('conditions.json')),
    conditions: makeConditionShelf(namedConditionRulesSchema.parse(read('named-conditions.json'))),
  }
  const { db } = platform
  return {
    name: 'approvals',
    migrations: new URL('./migrations/', import.meta.url),
    events: approvalsEvents,
    routes: withFreshCalendars(context, [
      ...approvalsRoutes(context),
      ...clockRoutes(context),
      ...undertakingRoutes(context),
      ...milestoneRoutes(context),
    ]),
    pages: approvalPages({
      searchProjects: (filter) => options.projects.publicProjects(db, { ...filter, limit: 100 }),
      progress: (number) => publicProgress(context, db, number, platform.clock()),
      certificate: (code) => verifyCertificate(context, db, code, platform.clock()),
      receipt: (number) => verifyReceipt(context, db, number),
      fact: (entryId) => publicFact(context, db, entryId),
      simulate: (input) => simulateLimit(context, input),
      baseMap: options.projects.baseMap,
      today: () => localDateOf(platform.clock()),
    }),
    reactions: [...clockReactions(context), ...undertakingReactions(context)],
    timers: [...timersOf(context), ...clockTimers(context)],
    jobs: [
      jobHandler(certificateJob, async (_platform, input) => {
        await ensureCertificate(context, input.certificateId as CertificateId)
        return undefined
      }),
      ...clockJobs(context),
    ],
    prepare: () => prepareClocks(context),
    reader: makeApprovalsReader(context),
    writer: makeApprovalsWriter(context),
    conditions: namedConditionsOf(context),
  }
}
