/** Puts this capability together for `server/capabilities.ts`. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { localDateOf } from '../../kernel/time.ts'
import { type Capability, jobHandler, type Platform } from '../../platform/platform.ts'
import type { CatalogueReader } from '../catalogue/contract.ts'
import type { PeopleReader } from '../people/contract.ts'
import type { ProjectReader, ProjectWriter } from '../projects/contract.ts'
import { lawOf } from './actions/catalogue-law.ts'
import type { Context } from './actions/context.ts'
import { certificateJob } from './actions/decisions.ts'
import { ensureCertificate } from './actions/papers.ts'
import { publicProgress, verifyCertificate, verifyReceipt } from './actions/public.ts'
import { simulateLimit } from './actions/simulation.ts'
import { approvalsEvents } from './contract/events.ts'
import type { ApprovalsReader } from './contract/reader.ts'
import type { CertificateId } from './contract.ts'
import type { Calendars } from './model/clock-view.ts'
import { rulesSchema } from './model/rules.ts'
import { recomputeOpenClocks, timersOf } from './reactions.ts'
import { makeApprovalsReader } from './reader.ts'
import { approvalsRoutes } from './routes.ts'
import { approvalPages } from './site/pages.tsx'

/** The working calendars: the one in force, and those before it by version. Asked again on every use. */
export interface CalendarSource {
  readonly current: () => Calendars
}
export interface ApprovalsOptions {
  readonly platform: Platform
  readonly people: PeopleReader
  readonly projects: ProjectReader
  readonly projectWriter: ProjectWriter
  readonly catalogue: CatalogueReader
  readonly calendar: CalendarSource
}

/** Reads `approvals/rules.json` of the data folder. Throws an Error when it is missing or wrong. */
export const createApprovals = (options: ApprovalsOptions): Capability & { readonly reader: ApprovalsReader } => {
  const { platform } = options
  const rules = rulesSchema.parse(
    JSON.parse(readFileSync(join(platform.config.dataFolder, 'approvals', 'rules.json'), 'utf8')),
  )
  const context: Context = {
    platform,
    people: options.people,
    projects: options.projects,
    projectWriter: options.projectWriter,
    law: lawOf(options.catalogue, rules),
    calendars: options.calendar.current,
    rules,
  }
  const { db } = platform
  return {
    name: 'approvals',
    migrations: new URL('./migrations/', import.meta.url),
    events: approvalsEvents,
    routes: approvalsRoutes(context),
    pages: approvalPages({
      searchProjects: (filter) => options.projects.publicProjects(db, { ...filter, limit: 100 }),
      progress: (number) => publicProgress(context, db, number, platform.clock()),
      certificate: (code) => verifyCertificate(context, db, code),
      receipt: (number) => verifyReceipt(context, db, number),
      simulate: (input) => simulateLimit(context, input),
      baseMap: options.projects.baseMap,
      today: () => localDateOf(platform.clock()),
    }),
    timers: timersOf(context),
    jobs: [
      jobHandler(certificateJob, async (_platform, input) => {
        await ensureCertificate(context, input.certificateId as CertificateId)
        return undefined
      }),
    ],
    prepare: async () => {
      await recomputeOpenClocks(context, '工作日历更新')
    },
    reader: makeApprovalsReader(context),
  }
}
