/** Puts this capability together for `server/capabilities.ts`. */
import { system } from '../../kernel/actor.ts'
import type { EventKind } from '../../kernel/event.ts'
import { webhookAdapter } from '../../platform/messages/adapters.ts'
import { addressGuard } from '../../platform/messages/addresses.ts'
import type { MessagesConfig } from '../../platform/messages/config.ts'
import type { Outbox } from '../../platform/messages/outbox.ts'
import type { Capability, Platform, Unit } from '../../platform/platform.ts'
import type { Vault } from '../../platform/vault/vault.ts'
import type { ApprovalsReader } from '../approvals/contract/reader.ts'
import type { PeopleReader } from '../people/contract.ts'
import type { ProjectReader } from '../projects/contract.ts'
import { type Context, HOOKS, OWN } from './actions/context.ts'
import { messageOwner } from './actions/post.ts'
import { secretOf, webhookOwner } from './actions/webhooks.ts'
import { messagesEvents } from './contract/events.ts'
import type { MessagesReader } from './contract.ts'
import { loadNotices, type NoticeBook } from './load.ts'
import { planHousekeeping, reactionsOf, timersOf } from './reactions.ts'
import { messagesRoutes } from './routes.ts'
import { messagesOfEntry } from './store/messages.ts'
import { resealMessages } from './store/reseal.ts'

export interface MessagesOptions {
  readonly platform: Platform
  readonly vault: Vault
  readonly people: PeopleReader
  readonly projects: ProjectReader
  readonly approvals: ApprovalsReader
  readonly outbox: Outbox
  readonly config: MessagesConfig
  /** The events of all capabilities of the product: notices may name these. */
  readonly events: readonly EventKind[]
}
export interface Messages {
  readonly capability: Capability
  readonly reader: MessagesReader
  readonly book: NoticeBook
  /** Seals addresses and secrets anew when the key of the vault is changed. */
  readonly reseal: (unit: Unit, limit: number) => Promise<number>
}

/** Throws when a notice of `data/messages/` cannot be used: a server that could not tell people does not start. */
export const createMessages = (options: MessagesOptions): Messages => {
  const { platform, vault, outbox, config } = options
  const book = loadNotices(platform.config.dataFolder, [...options.events, ...messagesEvents])
  const guard = addressGuard(config.webhookNetworks)
  const context: Context = {
    platform,
    vault,
    people: options.people,
    projects: options.projects,
    approvals: options.approvals,
    outbox,
    guard,
    book,
    gatewaySecret: (channel) => (channel === 'email' ? null : (config[channel]?.secret ?? null)),
  }
  outbox.connect('webhook', webhookAdapter({ guard, clock: platform.clock, secretOf: secretOf(context) }))
  outbox.register(OWN, messageOwner(context))
  outbox.register(HOOKS, webhookOwner())
  return {
    book,
    reseal: (unit, limit) => resealMessages(unit.db, vault, limit),
    reader: {
      messagesOfEntry: async (db, entryId) =>
        (await messagesOfEntry(db, entryId)).map((row) => ({
          personId: row.person_id,
          noticeId: row.notice_id,
          readAt: row.read_at,
        })),
    },
    capability: {
      name: 'messages',
      migrations: new URL('./migrations/', import.meta.url),
      events: messagesEvents,
      routes: messagesRoutes(context),
      reactions: reactionsOf(context),
      timers: [...timersOf(context), ...outbox.timers],
      jobs: outbox.jobs,
      prepare: async () => {
        await outbox.recover(platform)
        await platform.transact(system('messages.prepare'), planHousekeeping)
      },
    },
  }
}
