/** Puts this capability together for `server/capabilities.ts`. */
import { system } from '../../kernel/actor.ts'
import type { EventKind } from '../../kernel/event.ts'
import { localDateOf } from '../../kernel/time.ts'
import type { Capability, Platform, Route } from '../../platform/platform.ts'
import type { PeopleReader } from '../people/contract.ts'
import { loadEditions, loadForm, withTrial } from './actions/editions.ts'
import { loadVersions } from './actions.ts'
import {
  editionChanged,
  editionDiscarded,
  editionDrafted,
  editionPublished,
  editionWithdrawn,
  formLoaded,
} from './contract/editions.ts'
import { type CatalogueReader, versionLoaded } from './contract.ts'
import { loadCatalogue } from './load.ts'
import { type LoadedCatalogue, makeCatalogueReader } from './reader.ts'
import { editionRoutes } from './routes/editions.ts'
import { catalogueRoutes } from './routes.ts'
import { cataloguePages } from './site/pages.tsx'
import { newestStamp } from './store/editions.ts'

export interface Catalogue {
  readonly capability: Capability
  readonly reader: CatalogueReader
}

/** `people` names the authors of new versions; without it they stay unnamed. */
export const createCatalogue = (platform: Platform, people?: Pick<PeopleReader, 'personNames'>): Catalogue => {
  let loaded: LoadedCatalogue | null = null
  const held = (): LoadedCatalogue => {
    if (loaded === null) throw new Error('the catalogue is read before it was loaded')
    return loaded
  }
  const { jurisdictionCode } = platform.config
  const freshen: CatalogueReader['freshen'] = async (db) => {
    const { data, files, stamp } = held()
    if ((await newestStamp(db)) !== stamp) loaded = await loadEditions(db, data, files)
  }
  const readerOf = (current: () => LoadedCatalogue): CatalogueReader =>
    makeCatalogueReader(current, jurisdictionCode, {
      freshen,
      trial: async (db, editionIds) => {
        const trial = await withTrial(db, held(), editionIds)
        return readerOf(() => trial)
      },
    })
  const reader = readerOf(held)
  return {
    capability: {
      name: 'catalogue',
      migrations: new URL('./migrations/', import.meta.url),
      events: [
        versionLoaded,
        formLoaded,
        editionDrafted,
        editionChanged,
        editionPublished,
        editionWithdrawn,
        editionDiscarded,
      ] as readonly EventKind[],
      routes: [
        ...catalogueRoutes(platform, reader).map(
          (each): Route => ({
            ...each,
            handle: async (call, input) => {
              await freshen(platform.db)
              return each.handle(call, input)
            },
          }),
        ),
        ...editionRoutes(platform, held, reader, (ids) =>
          people === undefined ? Promise.resolve(new Map()) : people.personNames(platform.db, ids),
        ),
      ],
      pages: cataloguePages(reader, () => localDateOf(platform.clock())).map((page) => ({
        ...page,
        render: async (request) => {
          await freshen(platform.db)
          return page.render(request)
        },
      })),
      prepare: async () => {
        const data = await loadCatalogue(platform.config.dataFolder)
        const files = await platform.transact(system('catalogue.prepare'), async (unit) => {
          await loadForm(unit, data.form)
          return loadVersions(unit, data.items)
        })
        loaded = await loadEditions(platform.db, data, files)
      },
    },
    reader,
  }
}
