/**
 * Addresses of persons. An address is used only after a code that was sent there came back, typed by hand: nothing happens
 * by following a link. Codes are kept as keyed digests, hold ten minutes, and can neither be asked for nor tried at will.
 */
import { createHash } from 'node:crypto'
import type { Actor, Person } from '../../../kernel/actor.ts'
import { localDateOf } from '../../../kernel/time.ts'
import type { Unit } from '../../../platform/platform.ts'
import { contactAdded, contactRemoved, contactVerified } from '../contract/events.ts'
import type { Contact, ContactId } from '../contract.ts'
import { codeHolds, codeRules, codeWait, maskAddress, readAddress } from '../model/contact.ts'
import * as refuse from '../model/refusals.ts'
import { type ContactChannel, wayWords } from '../model/topics.ts'
import { personOf } from '../policy.ts'
import { changeContact, insertContact, lockContact } from '../store/settings.ts'
import type { ContactRow } from '../store/tables.ts'
import { CODES, type Context } from './context.ts'
import { contactView } from './settings.ts'

const addressContext = (id: ContactId): string => `messages.contact:${id}`
const digestOf = (context: Context, id: ContactId, code: string): string =>
  context.vault.digest(code, `messages.code:${id}`)
/** Six digits, each equally likely, made of the platform's randomness. */
const newCode = (context: Context): string => {
  const number = createHash('sha256').update(context.platform.randomToken(32)).digest().readBigUInt64BE()
  return String(number % 10n ** BigInt(codeRules.digits)).padStart(codeRules.digits, '0')
}
const stateOf = (row: ContactRow) => ({
  sentAt: row.code_sent_at,
  tries: row.tries,
  day: row.code_day,
  codes: row.codes,
})

/** Sends a fresh code to the address of a contact. Throws the refusal when it is too soon or too often. */
const sendCode = async (context: Context, unit: Unit, row: ContactRow, address: string): Promise<ContactRow> => {
  const wait = codeWait(stateOf(row), unit.now)
  if (wait.kind === 'seconds') throw refuse.codeTooSoon({ seconds: wait.seconds })
  if (wait.kind === 'tomorrow') throw refuse.codesUsedUp()
  const code = newCode(context)
  const today = localDateOf(unit.now)
  const change = {
    code_digest: digestOf(context, row.id, code),
    code_sent_at: unit.now,
    tries: 0,
    code_day: today,
    codes: row.code_day === today ? row.codes + 1 : 1,
  }
  await changeContact(unit.db, row.id, change)
  const title = `验证码 ${code} / code ${code}`
  const text = `您正在登记接收消息的地址,验证码:${code},10分钟内有效。若非本人操作,请忽略本消息。\nYour code is ${code}; it holds for 10 minutes. If you did not ask for it, ignore this message.`
  await context.outbox.post(unit, {
    channel: row.channel,
    address,
    addressMasked: row.address_masked,
    content: {
      title: row.channel === 'email' ? '接收地址验证码 / verification code' : title,
      text,
      html: null,
      data: null,
    },
    secret: true,
    owner: CODES,
    reference: row.id,
    topic: 'messages.code',
  })
  return { ...row, ...change }
}
const recordContact = (unit: Unit, kind: typeof contactAdded, person: Person, row: ContactRow): Promise<string> =>
  unit.record(kind, {
    subject: { kind: 'person', id: person.personId },
    payload: { personId: person.personId, contactId: row.id, channel: row.channel },
  })

export const addContact = (
  context: Context,
  actor: Actor,
  wish: { readonly channel: ContactChannel; readonly address: string },
): Promise<Contact> =>
  context.platform.transact(actor, async (unit) => {
    const person = personOf(actor)
    const address = readAddress(wish.channel, wish.address)
    if (address === null)
      throw refuse.addressWrong({ way: wayWords[wish.channel].zh }, [{ path: 'address', message: '请核对地址' }])
    const known = await lockContact(unit.db, person.personId, { channel: wish.channel })
    const id = known?.id ?? unit.newId<'contact'>()
    const fresh: ContactRow = {
      id,
      person_id: person.personId,
      channel: wish.channel,
      address_sealed: context.vault.seal(address, addressContext(id)),
      address_masked: maskAddress(wish.channel, address),
      verified_at: null,
      code_digest: null,
      // Another address does not reset the throttle: it would make us flood whomever one likes.
      code_sent_at: known?.code_sent_at ?? null,
      tries: 0,
      code_day: known?.code_day ?? null,
      codes: known?.codes ?? 0,
      removed_at: null,
      created_at: known?.created_at ?? unit.now,
    }
    if (known === null) await insertContact(unit.db, fresh)
    else await changeContact(unit.db, id, fresh)
    const sent = await sendCode(context, unit, fresh, address)
    await recordContact(unit, contactAdded, person, sent)
    return contactView(sent)
  })

const lockOwn = async (unit: Unit, person: Person, id: ContactId): Promise<ContactRow> => {
  const row = await lockContact(unit.db, person.personId, { id })
  if (row === null) throw refuse.contactMissing()
  return row
}
export const resendCode = (context: Context, actor: Actor, id: ContactId): Promise<Contact> =>
  context.platform.transact(actor, async (unit) => {
    const row = await lockOwn(unit, personOf(actor), id)
    if (row.verified_at !== null) throw refuse.contactVerifiedAlready()
    const address = context.vault.open(row.address_sealed, addressContext(id))
    return contactView(await sendCode(context, unit, row, address))
  })

/** Wrong tries are counted although the answer is a refusal, so the count is written before it is thrown. */
export const verifyContact = async (context: Context, actor: Actor, id: ContactId, code: string): Promise<Contact> => {
  const outcome = await context.platform.transact(actor, async (unit) => {
    const person = personOf(actor)
    const row = await lockOwn(unit, person, id)
    if (row.verified_at !== null) throw refuse.contactVerifiedAlready()
    if (row.code_digest === null || !codeHolds(stateOf(row), unit.now)) throw refuse.codeOver()
    if (digestOf(context, id, code) !== row.code_digest) {
      await changeContact(unit.db, id, { tries: row.tries + 1 })
      return { left: codeRules.tries - row.tries - 1 }
    }
    const change = { verified_at: unit.now, code_digest: null, tries: 0 }
    await changeContact(unit.db, id, change)
    await recordContact(unit, contactVerified, person, row)
    return { contact: contactView({ ...row, ...change }) }
  })
  if (outcome.contact === undefined)
    throw refuse.codeWrong({ left: outcome.left }, [{ path: 'code', message: '验证码不正确' }])
  return outcome.contact
}
export const removeContact = (context: Context, actor: Actor, id: ContactId): Promise<{ done: true }> =>
  context.platform.transact(actor, async (unit) => {
    const person = personOf(actor)
    const row = await lockOwn(unit, person, id)
    await changeContact(unit.db, id, {
      address_sealed: '',
      address_masked: '',
      verified_at: null,
      code_digest: null,
      removed_at: unit.now,
    })
    await recordContact(unit, contactRemoved, person, row)
    return { done: true as const }
  })
