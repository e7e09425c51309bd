/** Other systems that are told of public entries: registering them, and telling them. */
import type { Actor } from '../../../kernel/actor.ts'
import { require } from '../../../kernel/decision.ts'
import type { BodyOf, ReplyOf } from '../../../kernel/endpoint.ts'
import { fill } from '../../../kernel/words.ts'
import { newSecret } from '../../../platform/messages/signature.ts'
import type { JournalEntry, JsonValue, Unit } from '../../../platform/platform.ts'
import { webhookChanged, webhookRegistered, webhookStopped } from '../contract/events.ts'
import type { changeWebhook, DeliveryId, listWebhooks, registerWebhook, Webhook, WebhookId } from '../contract.ts'
import * as refuse from '../model/refusals.ts'
import { mayManageOutbox, personOf } from '../policy.ts'
import type { WebhookRow } from '../store/tables.ts'
import { insertWebhook, lockWebhook, saveWebhook, webhookById, webhooks, webhooksFor } from '../store/webhooks.ts'
import { type Context, HOOKS, payloadOf } from './context.ts'

/** So many given up in a row, and a webhook pauses itself. */
export const MOST_FAILURES = 20
const secretContext = (id: string): string => `messages.webhook:${id}`
const viewOf = (row: WebhookRow): Webhook => ({
  webhookId: row.id,
  name: row.name,
  url: row.url,
  kinds: [...row.kinds],
  state: row.state === 'active' ? 'active' : 'paused',
  failures: row.failures,
  createdAt: row.created_at,
  version: row.version,
})

export const allWebhooks = async (context: Context, actor: Actor): Promise<ReplyOf<typeof listWebhooks>> => {
  require(mayManageOutbox(actor))
  return {
    rows: (await webhooks(context.platform.db)).map(viewOf),
    kinds: [...context.book.webhookFields].map(([kind, fields]) => ({
      kind,
      sentence: context.book.kindOf(kind)?.sentence ?? kind,
      fields: [...fields],
    })),
  }
}

/** Checks an address before anything is written: its form, and where its name leads. */
const checkUrl = async (context: Context, text: string): Promise<void> => {
  const fault = [{ path: 'url', message: '请改正接收地址' }]
  if (!URL.canParse(text)) throw refuse.webhookUrlWrong({}, fault)
  const url = new URL(text)
  const isPlain = url.protocol === 'http:'
  if (!(isPlain || url.protocol === 'https:') || url.username !== '' || url.password !== '' || url.hash !== '')
    throw refuse.webhookUrlWrong({}, fault)
  let addresses: readonly string[]
  try {
    addresses = await context.guard.resolve(url.hostname)
  } catch {
    throw refuse.webhookUrlClosed({ host: url.hostname }, fault)
  }
  // Without encryption only inside a network that was allowed by name.
  if (isPlain && !addresses.every(context.guard.isNamed)) throw refuse.webhookUrlWrong({}, fault)
}
const checkKinds = (context: Context, kinds: readonly string[]): void => {
  const wrong = kinds.find((kind) => !context.book.webhookFields.has(kind))
  if (wrong !== undefined) throw refuse.webhookKindWrong({ kind: wrong })
}
const locked = async (unit: Unit, id: WebhookId): Promise<WebhookRow> => {
  const row = await lockWebhook(unit.db, id)
  if (row === null) throw refuse.webhookMissing()
  return row
}
const subjectOf = (id: WebhookId) => ({ kind: 'webhook', id })

export const register = async (
  context: Context,
  actor: Actor,
  body: BodyOf<typeof registerWebhook>,
): Promise<ReplyOf<typeof registerWebhook>> => {
  require(mayManageOutbox(actor))
  checkKinds(context, body.kinds)
  await checkUrl(context, body.url)
  return context.platform.transact(actor, async (unit) => {
    const secret = newSecret()
    const id = unit.newId<'webhook'>()
    const row: WebhookRow = {
      id,
      name: body.name,
      url: body.url,
      kinds: [...new Set(body.kinds)],
      secret_sealed: context.vault.seal(secret, secretContext(id)),
      state: 'active',
      failures: 0,
      created_at: unit.now,
      created_by: personOf(actor).personId,
      changed_at: unit.now,
      version: 1,
    }
    await insertWebhook(unit.db, row)
    await unit.record(webhookRegistered, {
      subject: subjectOf(id),
      payload: { webhookId: id, name: row.name, host: new URL(row.url).host, kinds: [...row.kinds] },
    })
    return { ...viewOf(row), secret }
  })
}
export const change = async (
  context: Context,
  actor: Actor,
  id: WebhookId,
  body: BodyOf<typeof changeWebhook>,
): Promise<Webhook> => {
  require(mayManageOutbox(actor))
  if (body.kinds !== undefined) checkKinds(context, body.kinds)
  if (body.url !== undefined) await checkUrl(context, body.url)
  return context.platform.transact(actor, async (unit) => {
    const row = await locked(unit, id)
    if (row.version !== body.version) throw refuse.webhookChangedMeanwhile()
    const { version: _version, ...wish } = body
    const changed: WebhookRow = {
      ...row,
      name: wish.name ?? row.name,
      url: wish.url ?? row.url,
      kinds: wish.kinds ?? row.kinds,
      state: wish.state ?? row.state,
      failures: wish.state === 'active' ? 0 : row.failures,
      changed_at: unit.now,
      version: row.version + 1,
    }
    await saveWebhook(unit.db, id, changed)
    await unit.record(webhookChanged, {
      subject: subjectOf(id),
      payload: { webhookId: id, name: changed.name, state: changed.state, fields: Object.keys(wish) },
    })
    return viewOf(changed)
  })
}
export const remove = (context: Context, actor: Actor, id: WebhookId): Promise<{ done: true }> =>
  context.platform.transact(actor, async (unit) => {
    require(mayManageOutbox(actor))
    const row = await locked(unit, id)
    await saveWebhook(unit.db, id, { state: 'removed', changed_at: unit.now, version: row.version + 1 })
    await unit.record(webhookChanged, {
      subject: subjectOf(id),
      payload: { webhookId: id, name: row.name, state: 'removed', fields: ['state'] },
    })
    return { done: true as const }
  })
export const renewSecret = (context: Context, actor: Actor, id: WebhookId): Promise<{ secret: string }> =>
  context.platform.transact(actor, async (unit) => {
    require(mayManageOutbox(actor))
    const row = await locked(unit, id)
    const secret = newSecret()
    await saveWebhook(unit.db, id, {
      secret_sealed: context.vault.seal(secret, secretContext(id)),
      changed_at: unit.now,
      version: row.version + 1,
    })
    await unit.record(webhookChanged, {
      subject: subjectOf(id),
      payload: { webhookId: id, name: row.name, state: row.state, fields: ['secret'] },
    })
    return { secret }
  })

/** The address without its query, which often holds a key. */
const masked = (text: string): string => {
  const url = new URL(text)
  return `${url.origin}${url.pathname}${url.search === '' ? '' : '?…'}`
}
const send = (context: Context, unit: Unit, hook: WebhookRow, kind: string, data: JsonValue): Promise<string> =>
  context.outbox.post(unit, {
    channel: 'webhook',
    address: hook.url,
    addressMasked: masked(hook.url),
    content: { title: kind, text: '', html: null, data },
    owner: HOOKS,
    reference: hook.id,
    topic: kind,
  })
export const test = (context: Context, actor: Actor, id: WebhookId): Promise<{ deliveryId: DeliveryId }> =>
  context.platform.transact(actor, async (unit) => {
    require(mayManageOutbox(actor))
    const hook = await locked(unit, id)
    const data = { kind: 'messages.test', sentence: '测试推送', occurredAt: unit.now, facts: {} }
    const deliveryId = (await send(context, unit, hook, 'messages.test', data)) as DeliveryId
    await unit.record(webhookChanged, {
      subject: subjectOf(id),
      payload: { webhookId: id, name: hook.name, state: hook.state, fields: ['test'] },
    })
    return { deliveryId }
  })

/** What other systems are told of an entry: an allow-list of its facts; null when it is not public. */
export const publicBody = (context: Context, entry: JournalEntry): JsonValue | null => {
  const fields = context.book.webhookFields.get(entry.kind)
  if (fields === undefined || entry.visibility !== 'public') return null
  const payload = payloadOf(entry)
  const facts = Object.fromEntries(
    fields.flatMap((name) => (payload[name] === undefined ? [] : [[name, payload[name]]])),
  ) as Record<string, JsonValue>
  const sentence = fill(context.book.kindOf(entry.kind)?.sentence ?? '', facts)
  return {
    id: entry.id,
    seq: entry.seq,
    kind: entry.kind,
    version: entry.version,
    occurredAt: entry.occurredAt,
    recordedAt: entry.recordedAt,
    subject: { kind: entry.subject.kind, id: entry.subject.id },
    projectId: entry.projectId,
    sentence: /\{\w+\}/.test(sentence) ? null : sentence,
    facts,
    proof: `${context.platform.config.publicUrl}/api/journal/proof/${entry.id}`,
  }
}
/** Tells every webhook that wants this kind and was there when the entry was recorded. */
export const tellSystems = async (context: Context, unit: Unit, entry: JournalEntry): Promise<void> => {
  const data = publicBody(context, entry)
  if (data === null) return
  for (const hook of await webhooksFor(unit.db, entry.kind))
    if (hook.created_at <= entry.recordedAt) await send(context, unit, hook, entry.kind, data)
}

export const secretOf =
  (context: Pick<Context, 'platform' | 'vault'>) =>
  async (id: string): Promise<string | null> => {
    const row = await webhookById(context.platform.db, id)
    return row === null ? null : context.vault.open(row.secret_sealed, secretContext(id))
  }
/** Answers for deliveries to other systems. */
export const webhookOwner = (): Parameters<Context['outbox']['register']>[1] => ({
  mayStillSend: async (unit, row) => {
    const hook = await webhookById(unit.db, row.reference)
    if (hook === null) return '系统推送已删除 / the webhook was removed'
    if (hook.state !== 'active' && row.topic !== 'messages.test') return '系统推送已暂停 / the webhook is paused'
    return null
  },
  changed: async (unit, row) => {
    if (row.state !== 'delivered' && row.state !== 'given-up') return
    const hook = await lockWebhook(unit.db, row.reference as WebhookId)
    if (hook === null) return
    const failures = row.state === 'delivered' ? 0 : hook.failures + 1
    const stops = hook.state === 'active' && failures >= MOST_FAILURES
    if (failures !== hook.failures || stops)
      await saveWebhook(unit.db, hook.id, { failures, ...(stops ? { state: 'paused' as const } : {}) })
    if (stops)
      await unit.record(webhookStopped, {
        subject: subjectOf(hook.id),
        payload: { webhookId: hook.id, name: hook.name, failures },
      })
  },
})
