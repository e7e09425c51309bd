/** What became of a report that was submitted, and what the rules are asked in its transaction. */
import type { Unit } from '../../../../platform/platform.ts'
import type { Report } from '../report.ts'

/**
 * stored: committed · duplicate: it was there already · late: committed beside the dropped raw data of its day ·
 * quarantined: kept for operators and not believed · spooled: on the disk of this process, until the database is back ·
 * unkept: a position outside of its site, seen by the rules and kept nowhere.
 * Each of them may be acknowledged to the device.
 */
export type Durable = 'stored' | 'duplicate' | 'late' | 'quarantined' | 'spooled' | 'unkept'

export const quarantineReasons = ['future', 'too-old', 'implausible', 'unstorable'] as const
export type QuarantineReason = (typeof quarantineReasons)[number]

/**
 * Called in the transaction that stores the reports, with those that were really new, in the order in which they came.
 * Work may be run again after a deadlock, so it must have no effect outside of the unit. What it throws does not keep
 * reports from being stored: they are stored without it, and the error is logged.
 */
export type Evaluate = (unit: Unit, fresh: readonly Report[]) => Promise<void>
