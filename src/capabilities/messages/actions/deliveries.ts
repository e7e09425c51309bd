/** The outbox in the hands of operators: see, retry, cancel, change the channel; and reports of gateways. */
import type { Actor } from '../../../kernel/actor.ts'
import { system } from '../../../kernel/actor.ts'
import { require } from '../../../kernel/decision.ts'
import type { BodyOf, QueryOf, ReplyOf } from '../../../kernel/endpoint.ts'
import { isSigned } from '../../../platform/messages/signature.ts'
import type { DeliveryRow } from '../../../platform/messages/store.ts'
import type { Unit } from '../../../platform/platform.ts'
import { deliveriesRetried, deliveryActed } from '../contract/events.ts'
import type { Delivery, DeliveryId, listDeliveries, readDelivery, reportDelivery } from '../contract.ts'
import * as refuse from '../model/refusals.ts'
import { type ContactChannel, wayWords } from '../model/topics.ts'
import { mayCancel, mayManageOutbox, mayMove, mayRetry } from '../policy.ts'
import { messageById } from '../store/messages.ts'
import { verifiedContacts } from '../store/settings.ts'
import { contentFor } from './compose.ts'
import { type Context, HOOKS } from './context.ts'
import { standIns } from './settings.ts'

const viewOf = (row: DeliveryRow): Delivery => ({
  deliveryId: row.id as DeliveryId,
  channel: row.channel,
  address: row.address_masked,
  topic: row.topic,
  owner: row.owner,
  reference: row.reference,
  state: row.state,
  adapter: row.adapter,
  attempts: row.attempts,
  reason: row.reason,
  notBefore: row.not_before,
  nextTryAt: row.next_try_at,
  createdAt: row.created_at,
  sentAt: row.sent_at,
  deliveredAt: row.delivered_at,
})

export const deliveries = async (
  context: Context,
  actor: Actor,
  query: QueryOf<typeof listDeliveries>,
): Promise<ReplyOf<typeof listDeliveries>> => {
  require(mayManageOutbox(actor))
  const { db } = context.platform
  const page = await context.outbox.page(db, {
    state: query.state,
    channel: query.channel,
    after: query.after,
    limit: query.limit,
    ...(query.webhookId === undefined ? {} : { owner: HOOKS, reference: query.webhookId }),
  })
  return {
    rows: page.rows.map(viewOf),
    next: page.next,
    counts: { ...(await context.outbox.counts(db)) },
    standIns: [...standIns(context)],
  }
}

const lock = async (context: Context, unit: Unit, id: DeliveryId): Promise<DeliveryRow> => {
  const row = await context.outbox.lock(unit.db, id)
  if (row === null) throw refuse.deliveryMissing()
  return row
}
const recordAct = (
  unit: Unit,
  row: DeliveryRow,
  action: 'retry' | 'cancel' | 'move' | 'view',
  reason = '',
): Promise<string> =>
  unit.record(deliveryActed, {
    subject: { kind: 'delivery', id: row.id },
    payload: {
      deliveryId: row.id,
      channel: row.channel,
      topic: row.topic,
      owner: row.owner,
      reference: row.reference,
      action,
      reason,
    },
  })
const act = (
  context: Context,
  actor: Actor,
  id: DeliveryId,
  work: (unit: Unit, row: DeliveryRow) => Promise<void>,
): Promise<Delivery> =>
  context.platform.transact(actor, async (unit) => {
    require(mayManageOutbox(actor))
    await work(unit, await lock(context, unit, id))
    return viewOf(await lock(context, unit, id))
  })

/** Shows what a message says: personal matters of somebody else, so looking leaves a trace. */
export const viewDelivery = (context: Context, actor: Actor, id: DeliveryId): Promise<ReplyOf<typeof readDelivery>> =>
  context.platform.transact(actor, async (unit) => {
    require(mayManageOutbox(actor))
    const row = await lock(context, unit, id)
    await recordAct(unit, row, 'view')
    const attempts = await context.outbox.attemptsOf(unit.db, id)
    // A code that is really on its way is nobody's business; one that only lies here could not be read otherwise.
    const hidden = row.content === null || (row.secret && row.state !== 'stored')
    const text =
      row.content === null ? '' : row.owner === HOOKS ? JSON.stringify(row.content.data, null, 2) : row.content.text
    return {
      ...viewOf(row),
      content: hidden || row.content === null ? null : { title: row.content.title, text },
      attemptList: attempts.map((each) => ({
        number: each.number,
        channel: each.channel,
        adapter: each.adapter,
        beganAt: each.began_at,
        endedAt: each.ended_at,
        outcome: each.outcome,
        detail: each.detail,
      })),
    }
  })
export const retryDelivery = (context: Context, actor: Actor, id: DeliveryId): Promise<Delivery> =>
  act(context, actor, id, async (unit, row) => {
    require(mayRetry(actor, row))
    if (!(await context.outbox.retry(unit, row))) throw refuse.notRetryable()
    await recordAct(unit, row, 'retry')
  })
export const cancelDelivery = (context: Context, actor: Actor, id: DeliveryId, reason: string): Promise<Delivery> =>
  act(context, actor, id, async (unit, row) => {
    require(mayCancel(actor, row))
    if (!(await context.outbox.cancel(unit, row, reason))) throw refuse.notCancellable()
    await recordAct(unit, row, 'cancel', reason)
  })
export const moveDelivery = (
  context: Context,
  actor: Actor,
  id: DeliveryId,
  channel: ContactChannel,
): Promise<Delivery> =>
  act(context, actor, id, async (unit, row) => {
    require(mayMove(actor, row))
    const message = await messageById(unit.db, row.reference)
    if (message === null) throw refuse.deliveryMissing()
    const contact = (await verifiedContacts(unit.db, [message.person_id])).find((each) => each.channel === channel)
    if (contact === undefined) throw refuse.noSuchContact({ way: wayWords[channel].zh })
    const moved = await context.outbox.move(unit, row, {
      channel,
      address: context.vault.open(contact.address_sealed, `messages.contact:${contact.id}`),
      addressMasked: contact.address_masked,
      content: contentFor(context, channel, message, 'zh'),
    })
    if (!moved) throw refuse.notRetryable()
    await recordAct(unit, row, 'move', channel)
  })

const MOST_AT_ONCE = 500
export const retryAllDeliveries = (
  context: Context,
  actor: Actor,
  channel: Delivery['channel'] | undefined,
): Promise<{ retried: number }> =>
  context.platform.transact(actor, async (unit) => {
    require(mayManageOutbox(actor))
    const ids = await context.outbox.idsIn(unit.db, { states: ['failed', 'given-up'], channel, limit: MOST_AT_ONCE })
    let retried = 0
    for (const id of ids) {
      const row = await context.outbox.lock(unit.db, id)
      if (row !== null && (await context.outbox.retry(unit, row))) retried += 1
    }
    if (retried > 0)
      await unit.record(deliveriesRetried, {
        subject: { kind: 'outbox', id: 'all' },
        payload: { count: retried, channel: channel ?? null },
      })
    return { retried }
  })

/** A gateway says how a message fared. Only whoever holds the channel's secret is believed. */
export const report = async (
  context: Context,
  channel: ContactChannel,
  body: BodyOf<typeof reportDelivery>,
): Promise<{ known: boolean }> => {
  const secret = context.gatewaySecret(channel)
  const signed = {
    id: body.id,
    timestamp: body.timestamp,
    body: `${body.status}.${body.reason}`,
    signature: body.signature,
  }
  if (secret === null || !isSigned(secret, signed, context.platform.clock())) throw refuse.reportUnsigned()
  const known = await context.platform.transact(system(`gateway.${channel}`), (unit) =>
    context.outbox.report(unit, body.id, { channel, delivered: body.status === 'delivered', reason: body.reason }),
  )
  return { known }
}
