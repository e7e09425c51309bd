/** What later capabilities may ask of rectification orders. */
import type { ProjectId } from '../../../kernel/identity.ts'
import type { Instant, LocalDate } from '../../../kernel/time.ts'
import type { Database } from '../../../platform/platform.ts'
import type { OrderState } from '../model/states.ts'

export interface OrderSummary {
  readonly orderId: string
  readonly number: string
  readonly siteId: string
  readonly projectId: ProjectId
  readonly category: string
  readonly department: string
  readonly state: OrderState
  readonly rounds: number
  readonly raisedAt: Instant
  readonly dueOn: LocalDate
  readonly overdue: boolean
  readonly closedAt: Instant | null
}
/** Public facts of a site: figures, no words that people wrote. */
export interface SiteOrders {
  readonly siteId: string
  readonly open: number
  readonly closed: number
  readonly overdue: number
}
/** Every method takes the connection to use: `unit.db` inside a transaction. */
export interface SupervisionReader {
  readonly ordersOfProject: (db: Database, projectId: ProjectId) => Promise<readonly OrderSummary[]>
  /** Orders raised in a period, oldest first. */
  readonly ordersRaised: (db: Database, from: Instant, to: Instant) => Promise<readonly OrderSummary[]>
  readonly figuresOfSites: (db: Database, siteIds: readonly string[]) => Promise<readonly SiteOrders[]>
}
