/** Connects the channels as the configuration says; what is not configured stands in on this machine. */
import path from 'node:path'
import type { Clock } from '../../kernel/time.ts'
import type { Vault } from '../vault/vault.ts'
import { gatewayAdapter, localAdapter, smtpAdapter } from './adapters.ts'
import type { MessagesConfig } from './config.ts'
import { createOutbox, type Outbox } from './outbox.ts'

export const connectOutbox = (options: {
  readonly config: MessagesConfig
  /** Holds 'outgoing/': what stand-ins keep. */
  readonly stateFolder: string
  readonly vault: Vault
  readonly clock: Clock
}): Outbox => {
  const { config, clock } = options
  const folder = path.join(options.stateFolder, 'outgoing')
  return createOutbox({
    vault: options.vault,
    adapters: {
      email: config.smtp === null ? localAdapter(folder, 'email') : smtpAdapter(config.smtp),
      sms: config.sms === null ? localAdapter(folder, 'sms') : gatewayAdapter('sms', { ...config.sms, clock }),
      wechat:
        config.wechat === null ? localAdapter(folder, 'wechat') : gatewayAdapter('wechat', { ...config.wechat, clock }),
    },
  })
}
