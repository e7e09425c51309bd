/** One's own messages. */
import type { Actor } from '../../../kernel/actor.ts'
import type { BodyOf, QueryOf, ReplyOf } from '../../../kernel/endpoint.ts'
import { holdsOn } from '../../../kernel/sourced.ts'
import { localDateOf } from '../../../kernel/time.ts'
import { messagesRead } from '../contract/events.ts'
import type { listMessages, listRules, MessageView, markRead } from '../contract.ts'
import { personOf } from '../policy.ts'
import { messagePage, readMessages, unreadOf } from '../store/messages.ts'
import type { MessageRow } from '../store/tables.ts'
import { type Context, OWN } from './context.ts'

type Deliveries = Awaited<ReturnType<Context['outbox']['deliveriesOf']>>
const viewOf = (row: MessageRow, deliveries: Deliveries): MessageView => ({
  messageId: row.id,
  kind: row.kind,
  topic: row.topic,
  statutory: row.statutory,
  title: row.title,
  text: row.body,
  link: row.link,
  occurredAt: row.occurred_at,
  createdAt: row.created_at,
  readAt: row.read_at,
  deliveries: deliveries
    .filter((each) => each.reference === row.id)
    .map((each) => ({ channel: each.channel, state: each.state, address: each.address_masked, at: each.changed_at })),
})

export const ownMessages = async (
  context: Context,
  actor: Actor,
  query: QueryOf<typeof listMessages>,
): Promise<ReplyOf<typeof listMessages>> => {
  const { db } = context.platform
  const { personId } = personOf(actor)
  const page = await messagePage(db, personId, query)
  const deliveries = await context.outbox.deliveriesOf(
    db,
    OWN,
    page.rows.map((row) => row.id),
  )
  return {
    rows: page.rows.map((row) => viewOf(row, deliveries)),
    next: page.next,
    unread: await unreadOf(db, personId),
  }
}
export const unreadCount = async (context: Context, actor: Actor): Promise<{ unread: number }> => ({
  unread: await unreadOf(context.platform.db, personOf(actor).personId),
})
export const readOwn = (
  context: Context,
  actor: Actor,
  body: BodyOf<typeof markRead>,
): Promise<ReplyOf<typeof markRead>> =>
  context.platform.transact(actor, async (unit) => {
    const { personId } = personOf(actor)
    const which = 'all' in body ? { topic: body.topic } : { ids: body.messageIds }
    const read = await readMessages(unit.db, personId, which, unit.now)
    // When a statutory notice was opened is evidence; the rest is only counted.
    if (read.length > 0)
      await unit.record(messagesRead, {
        subject: { kind: 'person', id: personId },
        payload: {
          personId,
          count: read.length,
          statutory: read.filter((each) => each.statutory).map((each) => each.id),
        },
      })
    return { read: read.length, unread: await unreadOf(unit.db, personId) }
  })

export const rules = (context: Context): ReplyOf<typeof listRules> => {
  const today = localDateOf(context.platform.clock())
  return {
    rows: context.book.notices
      .filter((notice) => holdsOn(notice, today))
      .map((notice) => ({
        id: notice.id,
        kind: notice.kind,
        topic: notice.topic,
        statutory: notice.statutory,
        basis: notice.source?.basis ?? null,
        to: [...notice.to],
        title: notice.title,
      })),
  }
}
