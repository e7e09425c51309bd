/** Puts this capability together for `server/capabilities.ts`. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { system } from '../../kernel/actor.ts'
import type { OutsideTable } from '../../platform/outside/outside-database.ts'
import { type Capability, jobHandler } from '../../platform/platform.ts'
import { composeEntry, composeFlows, exchangedKinds } from './actions/compose.ts'
import { type Context, outsideTable } from './actions/context.ts'
import { deliver, deliverJob } from './actions/deliver.ts'
import { exchangeEvents } from './contract.ts'
import { type ExchangeStandard, standardSchema } from './model/schema.ts'
import { exchangeRoutes } from './routes.ts'

/** Reads `exchange/national-v3.json` of the data folder. Throws an Error when it is missing or wrong. */
export const readStandard = (dataFolder: string): ExchangeStandard =>
  standardSchema.parse(JSON.parse(readFileSync(join(dataFolder, 'exchange', 'national-v3.json'), 'utf8')))

export const outsideTablesOf = (standard: ExchangeStandard): readonly OutsideTable[] =>
  standard.tables.map(outsideTable)

export const createExchange = (options: Omit<Context, 'standard'>): Capability => {
  const { platform } = options
  const context: Context = { ...options, standard: readStandard(platform.config.dataFolder) }
  return {
    name: 'exchange',
    migrations: new URL('./migrations/', import.meta.url),
    events: exchangeEvents,
    routes: exchangeRoutes(platform, context),
    reactions: [
      {
        listener: 'exchange.compose',
        kinds: exchangedKinds,
        react: (unit, entry) => composeEntry(context, unit, entry),
      },
    ],
    jobs: [jobHandler(deliverJob, async (_platform, _input, progress) => deliver(context, progress))],
    prepare: async () => {
      await platform.transact(system('exchange'), (unit) => composeFlows(context, unit))
    },
  }
}
