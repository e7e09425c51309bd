/** Orders as people see them. */
import type { Actor } from '../../../kernel/actor.ts'
import type { QueryOf } from '../../../kernel/endpoint.ts'
import type { PersonId } from '../../../kernel/identity.ts'
import { cursorOf, keysAs } from '../../../kernel/page.ts'
import { type Instant, localDateOf } from '../../../kernel/time.ts'
import type { Database, FileReply } from '../../../platform/platform.ts'
import type { SiteOfAlarms } from '../../monitoring/contract/alarms-reader.ts'
import type { SupervisionReader } from '../contract/reader.ts'
import type { listOrders, OrderId, OrderRow, OrderView } from '../contract.ts'
import * as refuse from '../model/refusals.ts'
import * as policy from '../policy.ts'
import * as store from '../store.ts'
import { type Context, categoryName, readCase } from './context.ts'

const rowsOf = async (
  context: Context,
  db: Database,
  orders: readonly store.OrderRecord[],
  now: Instant,
): Promise<OrderRow[]> => {
  const siteIds = [...new Set(orders.map((each) => each.site_id))] as SiteOfAlarms['siteId'][]
  const sites = await context.alarms.siteNames(db, siteIds)
  const projects = await context.projects.projects(db, [...new Set(orders.map((each) => each.project_id))])
  const departments = new Map(
    (await context.people.departments(db, localDateOf(now))).map((each) => [each.code, each.name]),
  )
  return orders.map((row) => ({
    orderId: row.id,
    number: row.number,
    siteId: row.site_id as SiteOfAlarms['siteId'],
    siteName: sites.get(row.site_id as SiteOfAlarms['siteId']) ?? '',
    projectId: row.project_id,
    projectName: projects.get(row.project_id)?.name ?? '',
    category: row.category,
    categoryName: categoryName(context, row.category),
    title: row.title,
    state: row.state,
    round: row.round,
    dueOn: row.due_on,
    overdue: row.overdue,
    raisedAt: row.raised_at,
    department: row.department,
    departmentName: departments.get(row.department) ?? row.department,
    alarmId: row.alarm_id,
    closedAt: row.closed_at,
    version: row.version,
  }))
}
export const readOrderView = async (
  context: Context,
  db: Database,
  actor: Actor,
  id: OrderId,
  now: Instant,
): Promise<OrderView> => {
  const { row, facts } = await readCase(context, db, actor, id, localDateOf(now))
  const [shown] = await rowsOf(context, db, [row], now)
  if (shown === undefined) throw new Error(`order ${id} is gone`)
  const people = await context.people.personNames(
    db,
    [
      row.raised_by,
      row.closed_by,
      ...row.rounds.flatMap(({ reply, recheck }) => [reply?.by ?? null, recheck?.by ?? null]),
    ].flatMap((person): PersonId[] => (person === null ? [] : [person])),
  )
  const said = <T extends store.Said>({ by, ...rest }: T) => ({ ...rest, by: people.get(by) ?? '' })
  return {
    ...shown,
    text: row.text,
    files: [...row.files],
    raisedBy: people.get(row.raised_by) ?? '',
    alarmText: row.alarm_text,
    rounds: row.rounds.map(({ round, dueOn, reply, recheck }) => ({
      round,
      dueOn,
      reply: reply === null ? null : { ...said(reply), files: [...reply.files] },
      recheck: recheck === null ? null : { ...said(recheck), files: [...recheck.files] },
    })),
    closedBy: row.closed_by === null ? null : (people.get(row.closed_by) ?? null),
    withdrawnReason: row.withdrawn_reason,
    may: {
      reply: policy.sentence(policy.mayReply(actor, facts, row.state)),
      recheck: policy.sentence(policy.mayRecheck(actor, facts, row.state)),
      extend: policy.sentence(policy.mayExtend(actor, facts, row.state)),
      withdraw: policy.sentence(policy.mayWithdraw(actor, facts, row.state)),
    },
  }
}
export const listOrderRows = async (
  context: Context,
  db: Database,
  actor: Actor,
  query: QueryOf<typeof listOrders>,
  now: Instant,
) => {
  const filter = { ...query, siteIds: await context.alarms.visibleSites(db, actor) }
  const keys = keysAs(query.after, 'instant', 'id')
  const after = keys === null ? null : { raisedAt: keys[0], id: keys[1] as OrderId }
  const orders = await store.ordersPage(db, filter, after, query.limit + 1)
  const shown = orders.slice(0, query.limit)
  const last = shown.at(-1)
  return {
    rows: await rowsOf(context, db, shown, now),
    next: orders.length > query.limit && last !== undefined ? cursorOf(last.raised_at, last.id) : null,
    counts: await store.orderCounts(db, filter),
    categories: context.rules.categories.map(({ code, name }) => ({ code, name })),
    defaultDays: context.rules.defaultDays,
  }
}
export const readFile = async (
  context: Context,
  db: Database,
  actor: Actor,
  id: OrderId,
  sha256: string,
): Promise<FileReply> => {
  const { row } = await readCase(context, db, actor, id, localDateOf(context.platform.clock()))
  const files = [
    ...row.files,
    ...row.rounds.flatMap(({ reply, recheck }) => [...(reply?.files ?? []), ...(recheck?.files ?? [])]),
  ]
  const file = files.find((each) => each.sha256 === sha256)
  if (file === undefined) throw refuse.orderMissing()
  return { fileName: file.fileName, content: await context.platform.files.open(sha256) }
}

const summaryOf = (row: store.OrderRecord) => ({
  orderId: row.id,
  number: row.number,
  siteId: row.site_id,
  projectId: row.project_id,
  category: row.category,
  department: row.department,
  state: row.state,
  rounds: row.round,
  raisedAt: row.raised_at,
  dueOn: row.due_on,
  overdue: row.overdue,
  closedAt: row.closed_at,
})
export const supervisionReader: SupervisionReader = {
  ordersOfProject: async (db, projectId) => (await store.ordersOfProject(db, projectId)).map(summaryOf),
  ordersRaised: async (db, from, to) => (await store.ordersRaised(db, from, to)).map(summaryOf),
  figuresOfSites: async (db, siteIds) =>
    (await store.figuresOfSites(db, siteIds)).map(({ site_id, ...figures }) => ({ siteId: site_id, ...figures })),
}
