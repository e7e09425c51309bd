/** Puts this capability together for `server/capabilities.ts`. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Capability } from '../../platform/platform.ts'
import type { Context } from './actions/context.ts'
import { dueTimer } from './actions/timers.ts'
import { supervisionReader } from './actions/view.ts'
import { supervisionEvents } from './contract/events.ts'
import type { SupervisionReader } from './contract/reader.ts'
import { supervisionRulesSchema } from './model/rules.ts'
import { supervisionRoutes } from './routes.ts'

/** Reads `supervision/rules.json` of the data folder. Throws an Error when it is missing or wrong. */
export const createSupervision = (
  options: Omit<Context, 'rules'>,
): Capability & { readonly reader: SupervisionReader } => {
  const file = join(options.platform.config.dataFolder, 'supervision', 'rules.json')
  const context: Context = { ...options, rules: supervisionRulesSchema.parse(JSON.parse(readFileSync(file, 'utf8'))) }
  return {
    name: 'supervision',
    migrations: new URL('./migrations/', import.meta.url),
    events: supervisionEvents,
    routes: supervisionRoutes(context),
    timers: [dueTimer(context)],
    reader: supervisionReader,
  }
}
