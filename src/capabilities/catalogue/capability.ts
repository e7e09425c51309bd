/** Puts this capability together for `server/capabilities.ts`. */
import { system } from '../../kernel/actor.ts'
import { localDateOf } from '../../kernel/time.ts'
import type { Capability, Platform } from '../../platform/platform.ts'
import { loadVersions } from './actions.ts'
import { type CatalogueReader, versionLoaded } from './contract.ts'
import { loadCatalogue } from './load.ts'
import { type LoadedCatalogue, makeCatalogueReader } from './reader.ts'
import { catalogueRoutes } from './routes.ts'
import { cataloguePages } from './site/pages.tsx'

export interface Catalogue {
  readonly capability: Capability
  readonly reader: CatalogueReader
}

export const createCatalogue = (platform: Platform): Catalogue => {
  let loaded: LoadedCatalogue | null = null
  const reader = makeCatalogueReader(() => {
    if (loaded === null) throw new Error('the catalogue is read before it was loaded')
    return loaded
  }, platform.config.jurisdictionCode)
  return {
    capability: {
      name: 'catalogue',
      migrations: new URL('./migrations/', import.meta.url),
      events: [versionLoaded],
      routes: catalogueRoutes(platform, reader),
      pages: cataloguePages(reader, () => localDateOf(platform.clock())),
      prepare: async () => {
        const data = await loadCatalogue(platform.config.dataFolder)
        const held = await platform.transact(system('catalogue.prepare'), (unit) => loadVersions(unit, data.items))
        loaded = { data, held }
      },
    },
    reader,
  }
}
