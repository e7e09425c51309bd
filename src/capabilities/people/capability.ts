/** Puts this capability together for `server/capabilities.ts`. */
import { system } from '../../kernel/actor.ts'
import type { Clock } from '../../kernel/time.ts'
import { systemClock } from '../../platform/clock.ts'
import type { Capability, Platform } from '../../platform/platform.ts'
import type { Vault } from '../../platform/vault/vault.ts'
import { loadDepartments } from './actions/organisations.ts'
import type { SecurityPolicy } from './contract/security.ts'
import { type PeopleReader, type PeopleWriter, peopleEvents } from './contract.ts'
import { makePeopleReader, makePeopleWriter } from './reader.ts'
import { readDepartmentReference, readSecurityPolicy } from './reference.ts'
import { peopleRoutes } from './routes.ts'

export interface People {
  readonly capability: Capability
  readonly reader: PeopleReader
  readonly writer: PeopleWriter
  readonly security: SecurityPolicy
}

export const createPeople = (platform: Platform, vault: Vault, machineClock: Clock = systemClock): People => {
  const security = readSecurityPolicy(platform.config.dataFolder)
  const context = { vault, security, machineClock }
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
    security,
  }
}
