/** What every gateway works with. */
import type { Clock } from '../../../../kernel/time.ts'
import type { GatewayConnection } from '../../../../platform/gateways/connection.ts'
import type { Log } from '../../../../platform/platform.ts'
import type { Deliver } from './deliver.ts'
import type { Gate, Link } from './gate.ts'
import type { Presence } from './presence.ts'
import type { Registry } from './registry.ts'

export interface Tools {
  readonly registry: Registry
  readonly gate: Gate
  readonly presence: Presence
  readonly deliver: Deliver
  readonly clock: Clock
  readonly log: Log
  readonly randomToken: (bytes: number) => string
  /** Takes what went wrong where nobody waits for the result. */
  readonly failed: (error: unknown) => void
}
export const linkOf = (connection: GatewayConnection): Link => ({
  address: connection.remoteAddress,
  isOpen: connection.isOpen,
  close: () => connection.end(),
})
