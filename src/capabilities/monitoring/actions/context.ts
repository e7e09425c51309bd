/** What every action of monitoring works with. */
import type { Platform } from '../../../platform/platform.ts'
import type { Vault } from '../../../platform/vault/vault.ts'
import type { PeopleReader } from '../../people/contract.ts'
import type { ProjectReader } from '../../projects/contract.ts'

export interface Context {
  readonly platform: Platform
  readonly vault: Vault
  readonly people: PeopleReader
  readonly projects: ProjectReader
}
