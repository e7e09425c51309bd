/** Puts this capability together for `server/capabilities.ts`. */
import { system } from '../../kernel/actor.ts'
import type { Clock } from '../../kernel/time.ts'
import { systemClock } from '../../platform/clock.ts'
import type { Capability, Platform, Unit } from '../../platform/platform.ts'
import type { Vault } from '../../platform/vault/vault.ts'
import { retentionTimer, setNight } from './actions/erasure.ts'
import { loadDepartments } from './actions/organisations.ts'
import type { SecurityPolicy } from './contract/security.ts'
import { type PeopleReader, type PeopleWriter, peopleEvents } from './contract.ts'
import { makePeopleReader, makePeopleWriter } from './reader.ts'
import { readDepartmentReference, readRetention, readSecurityPolicy } from './reference.ts'
import { peopleRoutes } from './routes.ts'
import { resealPersons } from './store/erasure.ts'

export interface People {
  readonly capability: Capability
  readonly reader: PeopleReader
  readonly writer: PeopleWriter
  readonly security: SecurityPolicy
  /** Seals numbers anew when the key of the vault is changed. */
  readonly reseal: (unit: Unit, limit: number) => Promise<number>
}

export const createPeople = (platform: Platform, vault: Vault, machineClock: Clock = systemClock): People => {
  const security = readSecurityPolicy(platform.config.dataFolder)
  const retention = readRetention(platform.config.dataFolder)
  const context = { vault, security, machineClock, retention }
  return {
    capability: {
      name: 'people',
      migrations: new URL('./migrations/', import.meta.url),
      events: peopleEvents,
      timers: [retentionTimer(context)],
      routes: peopleRoutes(platform, context),
      prepare: async () => {
        const { roles, profiles, assignments } = await readDepartmentReference(platform.config.dataFolder)
        await platform.transact(system('people.prepare'), (unit) => loadDepartments(unit, roles, profiles, assignments))
        await platform.transact(system('people.prepare'), setNight)
      },
    },
    reader: makePeopleReader(context),
    writer: makePeopleWriter(context),
    security,
    reseal: (unit, limit) => resealPersons(unit.db, vault, limit),
  }
}
