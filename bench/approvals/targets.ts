/** Which reviewed items are decided by whom, and one recorded decision for each kind of item. */
import type { Pool } from 'pg'
import { decide, type ItemRunId } from '../../src/capabilities/approvals/contract.ts'
import { reviewingDepartments } from '../../src/server/demo/cast.ts'
import type { HttpDriver } from '../../tests/support/http-driver.ts'
import type { Approver } from './people.ts'
import { type Recording, recordStatements, transactionWith } from './replay.ts'

export interface Item {
  readonly itemRunId: ItemRunId
  readonly applicationId: string
  readonly department: string
  readonly version: number
}
export interface Target extends Item {
  readonly prefix: string
  readonly recording: Recording
}
/** The end of an identity is the same in every copy. */
const kindOf = (item: Item): string => item.itemRunId.slice(9)

/** One reviewed item of every application that has any, the kinds of items in turn. */
export const reviewedItems = async (pool: Pool): Promise<readonly Item[]> => {
  const { rows } = await pool.query<Item>(
    `select id as "itemRunId", application_id as "applicationId", department, version
     from approvals.item_run where state = 'reviewed' and id::text like '0%' and id::text not like '01%' order by id`,
  )
  const byApplication = new Map<string, Item[]>()
  for (const row of rows) byApplication.set(row.applicationId, [...(byApplication.get(row.applicationId) ?? []), row])
  return [...byApplication.values()].flatMap((items, index) => items[index % items.length] ?? [])
}

const bossOf = (department: string): string => {
  const found = reviewingDepartments.find((each) => each.code === department)
  if (found === undefined) throw new Error(`nobody decides in ${department}`)
  return `${found.login}-boss`
}

/** Decides one item of each kind through the endpoint of this process, listening to its statements. */
export const recordDecisions = async (
  pool: Pool,
  driver: HttpDriver,
  items: readonly Item[],
): Promise<ReadonlyMap<string, Recording>> => {
  const recordings = new Map<string, Recording>()
  for (const item of items) {
    if (recordings.has(kindOf(item))) continue
    const key = `bench-recording-${item.itemRunId}`
    const startedAtMs = Date.now()
    const recorded = await recordStatements(() =>
      driver.callWithKey(
        bossOf(item.department),
        decide,
        { params: { itemRunId: item.itemRunId }, body: { version: item.version } },
        key,
      ),
    )
    const { rows } = await pool.query<{ document_number: string; code: string; owner: string }>(
      `select c.document_number, c.code, 'person:' || r.decided_by as owner
       from approvals.certificate c join approvals.item_run r on r.id = c.item_run_id where r.id = $1`,
      [item.itemRunId],
    )
    const [made] = rows
    if (made === undefined) throw new Error('the recorded decision made no document')
    recordings.set(kindOf(item), {
      statements: transactionWith(recorded, 'approvals.number_series'),
      prefix: item.itemRunId.slice(0, 8),
      documentNumber: made.document_number,
      code: made.code,
      owner: made.owner,
      key,
      startedAtMs,
    })
  }
  return recordings
}

/** Hands out items that were not handed out before: for every approver so many, all of the approver's department. */
export const targetsFor = (
  items: readonly Item[],
  recordings: ReadonlyMap<string, Recording>,
  approvers: readonly Approver[],
): ((each: number) => readonly (readonly Target[])[]) => {
  const waiting = new Map<string, Target[]>()
  for (const item of items) {
    const recording = recordings.get(kindOf(item))
    const prefix = item.itemRunId.slice(0, 8)
    if (recording === undefined || recording.prefix === prefix) continue
    const list = waiting.get(item.department) ?? []
    list.push({ ...item, prefix, recording })
    waiting.set(item.department, list)
  }
  return (each) =>
    approvers.map(({ department }) => {
      const taken = waiting.get(department)?.splice(0, each) ?? []
      if (taken.length < each) throw new Error(`too few reviewed items in ${department}`)
      return taken
    })
}
