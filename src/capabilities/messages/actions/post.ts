/** Puts messages into the centre and on their way: once for each entry, in the transaction of the reaction's cursor. */

import type { PersonId } from '../../../kernel/identity.ts'
import { type Instant, localDateOf, msOf } from '../../../kernel/time.ts'
import type { Words } from '../../../kernel/words.ts'
import type { JournalEntry, Unit } from '../../../platform/platform.ts'
import { deliveryGivenUp, noticeSent, posted } from '../contract/events.ts'
import type { MessageId } from '../contract.ts'
import { type Notice, noticesFor } from '../model/notices.ts'
import { quietUntil } from '../model/quiet.ts'
import { type Audience, type Topic, wants } from '../model/topics.ts'
import { insertMessage, messageById } from '../store/messages.ts'
import { settingsOf, verifiedContacts } from '../store/settings.ts'
import type { Basis, ContactRow, Link, SettingRow } from '../store/tables.ts'
import { audienceFinder, type Receivers, stillHolds } from './audience.ts'
import { contentFor, factsOf, linkOf, textOf, titleOf } from './compose.ts'
import { type Context, OWN } from './context.ts'

/** An entry older than this when it is read (a first start on old data) is put into the centre but not sent out. */
const NEWS_MS = 3 * 86_400_000

export interface NewMessage {
  readonly entryId: string
  readonly noticeId: string
  readonly kind: string
  readonly topic: Topic
  readonly statutory: boolean
  readonly title: Words
  readonly body: Words
  readonly link: Link | null
  readonly projectId: string | null
  readonly occurredAt: Instant
  /** True: only into the centre. */
  readonly stale: boolean
}
const quietOf = (setting: SettingRow | undefined) =>
  setting === undefined || setting.quiet_from === null || setting.quiet_to === null
    ? null
    : { from: setting.quiet_from, to: setting.quiet_to }

const sendOut = async (
  context: Context,
  unit: Unit,
  message: NewMessage,
  id: MessageId,
  contact: ContactRow,
  setting: SettingRow | undefined,
): Promise<void> => {
  await context.outbox.post(unit, {
    channel: contact.channel,
    address: context.vault.open(contact.address_sealed, `messages.contact:${contact.id}`),
    addressMasked: contact.address_masked,
    content: contentFor(context, contact.channel, message, setting?.language ?? 'zh'),
    owner: OWN,
    reference: id,
    topic: message.kind,
    notBefore: quietUntil(quietOf(setting), unit.now),
  })
}

/** Gives every receiver the message, by the ways that each chose; gives how many got it. */
export const postMessage = async (
  context: Context,
  unit: Unit,
  message: NewMessage,
  receivers: Receivers,
): Promise<number> => {
  const ids = [...receivers.keys()]
  const settings = await settingsOf(unit.db, ids)
  const contacts = message.stale ? [] : await verifiedContacts(unit.db, ids)
  let count = 0
  for (const [personId, basis] of receivers) {
    const setting = settings.get(personId)
    const wanted = setting?.wanted ?? {}
    const id = unit.newId<'message'>()
    const isNew = await insertMessage(unit.db, {
      id,
      person_id: personId,
      entry_id: message.entryId,
      notice_id: message.noticeId,
      kind: message.kind,
      topic: message.topic,
      statutory: message.statutory,
      title: message.title,
      body: message.body,
      link: message.link,
      basis: basis as Basis | null,
      project_id: message.projectId,
      shown: wants(wanted, message.topic, 'centre', message.statutory),
      occurred_at: message.occurredAt,
      created_at: unit.now,
      read_at: null,
    })
    if (!isNew) continue
    count += 1
    for (const contact of contacts.filter((each) => each.person_id === personId))
      if (wants(wanted, message.topic, contact.channel, message.statutory))
        await sendOut(context, unit, message, id, contact, setting)
  }
  return count
}

const meets = (when: Readonly<Record<string, unknown>> | undefined, payload: unknown): boolean =>
  Object.entries(when ?? {}).every(
    ([name, value]) => (payload as Readonly<Record<string, unknown>> | null)?.[name] === value,
  )
const actorOfEntry = (entry: JournalEntry): string | null =>
  entry.actor.startsWith('person:') ? entry.actor.slice('person:'.length) : null

/** Audiences outside of the authorities. */
const outsiders: ReadonlySet<Audience> = new Set<Audience>(['applicant', 'organisation', 'site-managers'])
/** Whom a notice names of an entry: what is kept inside (a decision to be published later) is not told outside. */
const audienceOf = (context: Context, notice: Notice, entry: JournalEntry): readonly Audience[] => {
  const kept = entry.visibility === 'internal' && context.book.kindOf(entry.kind)?.visibility !== 'internal'
  return kept ? notice.to.filter((each) => !outsiders.has(each)) : notice.to
}

/** What an entry means for people: every notice of its kind, to its audience. */
export const tellOfEntry = async (context: Context, unit: Unit, entry: JournalEntry): Promise<void> => {
  const notices = noticesFor(
    context.book.notices,
    entry.kind,
    localDateOf(entry.occurredAt),
  ) as typeof context.book.notices
  const fitting = notices.filter((notice) => meets(notice.when, entry.payload))
  if (fitting.length === 0) return
  const find = audienceFinder(context, unit, entry)
  const facts = await factsOf(context, unit, entry)
  const stale = msOf(unit.now) - msOf(entry.recordedAt) > NEWS_MS
  const told = new Set<PersonId>()
  let count = 0
  for (const notice of fitting) {
    const receivers = new Map(await find(audienceOf(context, notice, entry)))
    const actor = actorOfEntry(entry)
    if (actor !== null && !notice.withActor && !notice.statutory) receivers.delete(actor as PersonId)
    // Two notices of one entry may name the same person: the first one says more.
    for (const id of receivers.keys()) if (told.has(id)) receivers.delete(id)
    if (receivers.size === 0) continue
    const message: NewMessage = {
      entryId: entry.id,
      noticeId: notice.id,
      kind: entry.kind,
      topic: notice.topic,
      statutory: notice.statutory,
      title: titleOf(notice, facts),
      body: textOf(notice, facts),
      link: linkOf(notice, entry),
      projectId: entry.projectId,
      occurredAt: entry.occurredAt,
      stale,
    }
    count += await postMessage(context, unit, message, receivers)
    for (const id of receivers.keys()) told.add(id)
  }
  if (count === 0) return
  const [only] = told
  await unit.record(posted, {
    subject: told.size === 1 && only !== undefined ? { kind: 'person', id: only } : { kind: 'notice', id: entry.id },
    projectId: entry.projectId,
    payload: { causeSeq: entry.seq, causeKind: entry.kind, count },
    visibility: entry.projectId === null ? 'internal' : 'parties',
  })
}

/** Answers for deliveries of messages: who lost the role, or the address, gets nothing more. */
export const messageOwner = (context: Context): Parameters<Context['outbox']['register']>[1] => ({
  mayStillSend: async (unit, row) => {
    const message = await messageById(unit.db, row.reference)
    if (message === null) return '消息已删除 / the message is gone'
    if (!(await stillHolds(context, unit, message.person_id, message.basis)))
      return '收件人已不再担任该角色 / the receiver no longer holds the role'
    const contacts = await verifiedContacts(unit.db, [message.person_id])
    const has = contacts.some((each) => each.channel === row.channel && each.address_masked === row.address_masked)
    return has ? null : '收件人已删除或更换该地址 / the receiver removed this address'
  },
  changed: async (unit, row) => {
    const payload = {
      deliveryId: row.id,
      channel: row.channel,
      topic: row.topic,
      owner: row.owner,
      reference: row.reference,
    }
    const subject = { kind: 'delivery', id: row.id }
    if (row.state === 'given-up')
      await unit.record(deliveryGivenUp, { subject, payload: { ...payload, reason: row.reason ?? '' } })
    if (row.state !== 'sent' && row.state !== 'delivered') return
    const message = await messageById(unit.db, row.reference)
    if (message?.statutory === true)
      await unit.record(noticeSent, {
        subject,
        projectId: message.project_id,
        payload: { ...payload, state: row.state },
      })
  },
})
