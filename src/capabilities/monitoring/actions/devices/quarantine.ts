/** What waits to be claimed: seen, rejected, forgotten. */
import type { Actor } from '../../../../kernel/actor.ts'
import { require } from '../../../../kernel/decision.ts'
import type { QueryOf } from '../../../../kernel/endpoint.ts'
import { cursorOf, keysAs } from '../../../../kernel/page.ts'
import type { Database, Unit } from '../../../../platform/platform.ts'
import {
  type listQuarantine as listEndpoint,
  type QuarantineId,
  type QuarantineRow,
  quarantineForgotten,
  quarantineRejected,
} from '../../contract/devices.ts'
import * as refuse from '../../model/devices/refusals.ts'
import { mayOperateDevices } from '../../policy/devices.ts'
import { findQuarantined, lockQuarantined, rejectRow, removeQuarantined } from '../../store/devices/quarantine.ts'
import type { QuarantineRecord } from '../../store/devices/tables.ts'
import { personOf } from './common.ts'
import { operateWords } from './read.ts'

const rowOf = (row: QuarantineRecord): QuarantineRow => ({
  quarantineId: row.id,
  protocol: row.protocol,
  externalId: row.external_id,
  state: row.state,
  address: row.address,
  firstSeenAt: row.first_seen_at,
  lastSeenAt: row.last_seen_at,
  attempts: row.attempts,
  kindHint: row.kind_hint,
  modelHint: row.model_hint,
  nameHint: row.name_hint,
  parentId: row.parent_id,
  sample: row.sample,
  reason: row.reason,
  decidedAt: row.decided_at,
})
export const listQuarantine = async (db: Database, actor: Actor, query: QueryOf<typeof listEndpoint>) => {
  const keys = keysAs(query.after, 'instant', 'id')
  const rows = await findQuarantined(db, {
    state: query.state,
    protocol: query.protocol,
    text: query.text,
    after: keys ?? undefined,
    limit: query.limit + 1,
  })
  const shown = rows.slice(0, query.limit)
  const last = shown.at(-1)
  return {
    rows: shown.map(rowOf),
    next: rows.length > query.limit && last !== undefined ? cursorOf(last.last_seen_at, last.id) : null,
    may: { operate: operateWords(actor) },
  }
}

const lock = async (unit: Unit, id: QuarantineId): Promise<QuarantineRecord> => {
  require(mayOperateDevices(unit.actor))
  const row = await lockQuarantined(unit.db, id)
  if (row === null) throw refuse.quarantineMissing()
  return row
}
const facts = (row: QuarantineRecord, reason: string) => ({
  subject: { kind: 'quarantine', id: row.id },
  payload: { quarantineId: row.id, protocol: row.protocol, externalId: row.external_id, reason },
})
export const rejectQuarantined = async (unit: Unit, id: QuarantineId, reason: string): Promise<void> => {
  const row = await lock(unit, id)
  if (row.state === 'rejected') throw refuse.rejectedAlready()
  await rejectRow(unit.db, id, { reason, at: unit.now, personId: personOf(unit.actor) })
  await unit.record(quarantineRejected, facts(row, reason))
}
export const forgetQuarantined = async (unit: Unit, id: QuarantineId): Promise<void> => {
  const row = await lock(unit, id)
  await removeQuarantined(unit.db, id)
  await unit.record(quarantineForgotten, facts(row, row.reason))
}
