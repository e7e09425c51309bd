/** Puts this capability together for `server/capabilities.ts`. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pipeClassesSchema } from '../../engines/pipes/classes.ts'
import { surveyColumnsSchema } from '../../engines/pipes/import/columns.ts'
import { pipeRulesSchema } from '../../engines/pipes/rules/schema.ts'
import { type Capability, jobHandler, type Platform } from '../../platform/platform.ts'
import type { NamedConditions } from '../approvals/contract/conditions.ts'
import type { PeopleReader } from '../people/contract.ts'
import type { ProjectReader } from '../projects/contract.ts'
import { runJob } from './actions/checks.ts'
import type { Context } from './actions/context.ts'
import { GATE, gateCondition, gateOf } from './actions/gate.ts'
import { runImport } from './actions/import-job.ts'
import { importJob } from './actions/imports.ts'
import { dueTimer } from './actions/reminders.ts'
import { runCheck } from './actions/run-job.ts'
import { bimEvents } from './contract/events.ts'
import type { BimReader } from './contract/exchange.ts'
import type { RunId, VersionId } from './contract.ts'
import { settingsSchema } from './model/settings.ts'
import { bimRoutes } from './routes.ts'

export interface BimOptions {
  readonly platform: Platform
  readonly people: PeopleReader
  readonly projects: ProjectReader
  readonly conditions: NamedConditions
}
/**
 * Reads `bim/settings.json` and the tables of pipes in `standards/` of the data folder, and registers its condition with the
 * approvals. Throws an Error when data are missing or wrong.
 */
export const createBim = ({ conditions, ...options }: BimOptions): Capability & { readonly reader: BimReader } => {
  const { platform } = options
  const read = (...path: readonly string[]): unknown =>
    JSON.parse(readFileSync(join(platform.config.dataFolder, ...path), 'utf8'))
  const context: Context = {
    ...options,
    settings: settingsSchema.parse(read('bim', 'settings.json')),
    classes: pipeClassesSchema.parse(read('standards', 'pipe-classes.json')),
    columns: surveyColumnsSchema.parse(read('standards', 'survey-columns.json')),
    rules: pipeRulesSchema.parse(read('standards', 'pipe-clearances.json')),
    askedBy: (db, projectId) => conditions.itemsAsking(db, projectId, GATE),
  }
  conditions.register(gateCondition(context))
  return {
    name: 'bim',
    migrations: new URL('./migrations/', import.meta.url),
    events: bimEvents,
    routes: bimRoutes(context),
    timers: [dueTimer(context)],
    jobs: [
      jobHandler(importJob, (_platform, input, progress) => runImport(context, input.versionId as VersionId, progress)),
      jobHandler(runJob, (_platform, input, progress) => runCheck(context, input.runId as RunId, progress)),
    ],
    reader: { gate: (db, projectId) => gateOf(context, db, projectId) },
  }
}
