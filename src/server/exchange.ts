/** Where the data exchange lays its rows. */
import type { ExchangeTarget } from '../capabilities/exchange/actions/context.ts'
import { outsideTablesOf, readStandard } from '../capabilities/exchange/capability.ts'
import type { Config } from '../platform/config.ts'
import type { PlatformCore } from '../platform/core.ts'
import { openOutsideDatabase, openStandIn } from '../platform/outside/outside-database.ts'
import type { Log } from '../platform/platform.ts'

const STAND_IN = 'mingzhu_exchange'

/**
 * The configured front database; with the embedded database a stand-in beside it, so that what would be reported can be
 * looked at; otherwise nowhere, and the rows wait in the ledger.
 */
export const openExchange = async (
  config: Pick<Config, 'exchangeUrl' | 'dataFolder'>,
  core: Pick<PlatformCore, 'kind' | 'connection'>,
  log: Log,
): Promise<ExchangeTarget | null> => {
  if (config.exchangeUrl !== null)
    return { kind: 'other-side', database: openOutsideDatabase({ connectionString: config.exchangeUrl }, log) }
  if (core.kind !== 'embedded') return null
  const tables = outsideTablesOf(readStandard(config.dataFolder))
  return { kind: 'stand-in', database: await openStandIn(core.connection, STAND_IN, tables, log) }
}
