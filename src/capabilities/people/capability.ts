/** Puts this capability together for `server/capabilities.ts`. */
import { system } from '../../kernel/actor.ts'
import type { Capability, Platform } from '../../platform/platform.ts'
import type { Vault } from '../../platform/vault/vault.ts'
import { loadDepartments } from './actions/organisations.ts'
import { type PeopleReader, type PeopleWriter, peopleEvents } from './contract.ts'
import { makePeopleReader, makePeopleWriter } from './reader.ts'
import { readDepartmentReference } from './reference.ts'
import { peopleRoutes } from './routes.ts'

export interface People {
  readonly capability: Capability
  readonly reader: PeopleReader
  readonly writer: PeopleWriter
}

export const createPeople = (platform: Platform, vault: Vault): People => {
  const context = { vault }
  return {
    capability: {
      name: 'people',
      migrations: new URL('./migrations/', import.meta.url),
      events: peopleEvents,
      routes: peopleRoutes(platform, context),
      prepare: async () => {
        const { roles, profiles, assignments } = await readDepartmentReference(platform.config.dataFolder)
        await platform.transact(system('people.prepare'), (unit) => loadDepartments(unit, roles, profiles, assignments))
      },
    },
    reader: makePeopleReader(context),
    writer: makePeopleWriter(context),
  }
}
