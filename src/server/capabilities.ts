/** The capabilities in the order of their dependence, and how each gets what it needs of those before it. */
import { createAppraisal } from '../capabilities/appraisal/capability.ts'
import { createApprovals } from '../capabilities/approvals/capability.ts'
import { createBim } from '../capabilities/bim/capability.ts'
import { createCatalogue } from '../capabilities/catalogue/capability.ts'
import type { Proofs } from '../capabilities/completion/actions/dossier.ts'
import { createCompletion } from '../capabilities/completion/capability.ts'
import type { ExchangeTarget } from '../capabilities/exchange/actions/context.ts'
import { createExchange } from '../capabilities/exchange/capability.ts'
import { createMessages } from '../capabilities/messages/capability.ts'
import { createMonitoring } from '../capabilities/monitoring/capability.ts'
import { createPeople } from '../capabilities/people/capability.ts'
import { createProjects } from '../capabilities/projects/capability.ts'
import { createSupervision } from '../capabilities/supervision/capability.ts'
import { type GatewaysConfig, noGateways } from '../platform/gateways/config.ts'
import { type MessagesConfig, noChannels } from '../platform/messages/config.ts'
import { connectOutbox } from '../platform/messages/connect.ts'
import type { Capability, Platform } from '../platform/platform.ts'
import type { Vault } from '../platform/vault/vault.ts'
import { readCalendars } from './calendars.ts'

export interface Setup {
  /** How messages leave. */
  readonly config: MessagesConfig
  /** Where stand-ins of channels keep what they would have sent, and reports lie that the database does not take. */
  readonly stateFolder: string
  /** Ports for devices. */
  readonly gateways: GatewaysConfig
}

export const createCapabilities = async (
  platform: Platform,
  vault: Vault,
  exchange: ExchangeTarget | null,
  proofs: Proofs,
  { config = noChannels, stateFolder = '.data', gateways = noGateways }: Partial<Setup> = {},
) => {
  const people = createPeople(platform, vault)
  const projects = await createProjects(platform, people.reader)
  const catalogue = createCatalogue(platform, people.reader)
  const shelf = readCalendars(platform.config.dataFolder)
  const approvals = createApprovals({
    platform,
    people: people.reader,
    projects: projects.reader,
    projectWriter: projects.writer,
    catalogue: catalogue.reader,
    calendar: { current: () => shelf },
  })
  const completion = createCompletion({
    platform,
    people: people.reader,
    projects: projects.reader,
    approvals: approvals.reader,
    approvalsWriter: approvals.writer,
    proofs,
  })
  const reporting = createExchange({
    platform,
    people: people.reader,
    projects: projects.reader,
    catalogue: catalogue.reader,
    approvals: approvals.reader,
    target: exchange,
  })
  const monitoring = createMonitoring({
    platform,
    vault,
    people: people.reader,
    projects: projects.reader,
    gateways,
    stateFolder,
  })
  const supervision = createSupervision({
    platform,
    people: people.reader,
    projects: projects.reader,
    alarms: monitoring.alarms.reader,
    alarmsWriter: monitoring.alarms.writer,
  })
  const bim = createBim({
    platform,
    people: people.reader,
    projects: projects.reader,
    conditions: approvals.conditions,
  })
  const appraisal = createAppraisal({ platform, people: people.reader, approvals: approvals.reader })
  const before: readonly Capability[] = [
    people.capability,
    projects.capability,
    catalogue.capability,
    approvals,
    completion,
  ]
  const after: readonly Capability[] = [monitoring, supervision, bim, reporting, appraisal]
  const messages = createMessages({
    platform,
    vault,
    people: people.reader,
    projects: projects.reader,
    approvals: approvals.reader,
    outbox: connectOutbox({ config, stateFolder, vault, clock: platform.clock }),
    config,
    events: [...before, ...after].flatMap((capability) => capability.events ?? []),
  })
  const list: readonly Capability[] = [...before, messages.capability, ...after]
  return { list, people, projects, catalogue, approvals, completion, messages, monitoring, supervision, bim }
}
export type Capabilities = Awaited<ReturnType<typeof createCapabilities>>
