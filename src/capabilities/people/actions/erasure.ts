/** Erasure: asked for by the person and decided, or because the time of keeping is over. */
import { require } from '../../../kernel/decision.ts'
import type { Id, PersonId } from '../../../kernel/identity.ts'
import { defineRefusal } from '../../../kernel/refusal.ts'
import { addDays, addMonths, addMs, endOfDay, type Instant, localDateOf, startOfDay } from '../../../kernel/time.ts'
import { forgetReplies } from '../../../platform/http/idempotency.ts'
import { erasePersonalBefore, erasePersonalOf } from '../../../platform/journal/retention.ts'
import { wipeBefore } from '../../../platform/messages/store.ts'
import type { TimerHandler, Unit } from '../../../platform/platform.ts'
import { accountState, eraseAccount } from '../../../platform/sign-in/accounts.ts'
import {
  erasureDecided,
  erasureRequested,
  personErased,
  type Retention,
  retentionApplied,
} from '../contract/retention.ts'
import { grantStateAt } from '../model/grants.ts'
import { mayDecideErasure, mayManagePeople, signInFirst } from '../policy.ts'
import {
  closeErasureRequest,
  type ErasureRow,
  eraseInactiveNumbers,
  erasePersonRow,
  insertErasureRequest,
  lockErasureRequest,
} from '../store/erasure.ts'
import { grantsOf } from '../store/grants.ts'
import { deleteLooksBefore } from '../store/looks.ts'
import { lockPerson } from '../store/persons.ts'
import { lockAdministrators } from '../store/tables.ts'
import { actorText, type PeopleContext, personMissing } from './context.ts'
import { revokeGrant } from './roles.ts'

export interface RetentionContext extends PeopleContext {
  readonly retention: Retention
}

export const requestOpen = defineRefusal('conflict', 'people.erasure-open', {
  zh: '您已有一份待处理的删除申请,请等待答复或先撤回。',
  en: 'A request of yours is open already: wait for the answer, or withdraw it.',
})
export const requestMissing = defineRefusal('missing', 'people.erasure-missing', {
  zh: '没有找到该删除申请,请刷新页面。',
  en: 'No such request: reload the page.',
})
export const requestClosed = defineRefusal('conflict', 'people.erasure-closed', {
  zh: '该删除申请已处理,请刷新页面查看结果。',
  en: 'This request has been answered: reload the page.',
})

type RequestId = Id<'erasure-request'>
const subjectOf = (personId: PersonId) => ({ kind: 'person', id: personId })

/** A person asks for the erasure of personal data; it is to be answered in the days that the data name. */
export const requestErasure = async (context: RetentionContext, unit: Unit, reason: string): Promise<ErasureRow> => {
  if (unit.actor.kind !== 'person') throw signInFirst()
  const { personId } = unit.actor
  const row: ErasureRow = {
    id: unit.newId<'erasure-request'>(),
    personId,
    reason,
    requestedAt: unit.now,
    answerBy: addDays(unit.today, context.retention.answerDays),
    state: 'open',
    decidedAt: null,
    decision: null,
    outcome: null,
  }
  if (!(await insertErasureRequest(unit.db, row))) throw requestOpen()
  await unit.record(erasureRequested, { subject: subjectOf(personId), payload: { requestId: row.id, personId } })
  return row
}

const openRequest = async (unit: Unit, id: RequestId): Promise<ErasureRow> => {
  const row = await lockErasureRequest(unit.db, id)
  if (row === null) throw requestMissing()
  if (row.state !== 'open') throw requestClosed()
  return row
}
const close = async (
  unit: Unit,
  row: ErasureRow,
  state: 'granted' | 'refused' | 'withdrawn',
  decision: string,
  outcome: ErasureRow['outcome'],
): Promise<ErasureRow> => {
  await closeErasureRequest(unit.db, row.id, { state, by: actorText(unit.actor), at: unit.now, decision, outcome })
  await unit.record(erasureDecided, {
    subject: subjectOf(row.personId),
    payload: { requestId: row.id, personId: row.personId, state, reason: decision },
  })
  return { ...row, state, decidedAt: unit.now, decision, outcome }
}
export const withdrawErasure = async (unit: Unit, id: RequestId): Promise<ErasureRow> => {
  const row = await lockErasureRequest(unit.db, id)
  // Somebody else's request does not exist for the caller.
  if (row === null || unit.actor.kind !== 'person' || unit.actor.personId !== row.personId) throw requestMissing()
  if (row.state !== 'open') throw requestClosed()
  return close(unit, row, 'withdrawn', '本人撤回', null)
}

/**
 * Erases what the house holds of a person beyond what the law keeps: numbers, name, account, factors, sessions, and the
 * personal parts of journal entries. The entries themselves and all proofs stay.
 */
export const erasePerson = async (context: RetentionContext, unit: Unit, personId: PersonId) => {
  const person = await lockPerson(unit.db, context.vault, personId)
  if (person === null) throw personMissing()
  const account = await accountState(unit.db, personId, context.machineClock())
  for (const grant of await grantsOf(unit.db, [personId])) {
    const state = grantStateAt(grant, unit.now)
    if (state === 'in-force' || state === 'planned' || state === 'requested')
      await revokeGrant(unit, grant.id, '删除个人信息')
  }
  const accountId = await eraseAccount(unit, personId)
  await erasePersonRow(unit.db, personId, unit.now)
  await forgetReplies(unit.db, `person:${personId}`)
  const { keeps } = context.retention
  const { erased, kept } = await erasePersonalOf(unit.db, {
    subjects: [subjectOf(personId), ...(accountId === null ? [] : [{ kind: 'account', id: accountId }])],
    texts: [person.phone, person.idNumber, account?.login ?? null].filter((text) => text !== null),
    keep: keeps.flatMap((each) => each.kinds),
    at: unit.now,
  })
  await unit.record(personErased, { subject: subjectOf(personId), payload: { personId, entries: erased } })
  return {
    entries: erased,
    kept: keeps
      .filter((each) => kept.some((kind) => each.kinds.some((prefix) => kind.startsWith(prefix))))
      .map((each) => each.words),
  }
}

export const decideErasure = async (
  context: RetentionContext,
  unit: Unit,
  id: RequestId,
  { accept, reason }: { readonly accept: boolean; readonly reason: string },
): Promise<ErasureRow> => {
  require(mayManagePeople(unit.actor))
  await lockAdministrators(unit.db)
  const row = await openRequest(unit, id)
  const held = (await grantsOf(unit.db, [row.personId]))
    .filter((grant) => grantStateAt(grant, unit.now) === 'in-force')
    .map((grant) => grant.role)
  require(mayDecideErasure(unit.actor, row.personId, accept, held))
  if (!accept) return close(unit, row, 'refused', reason, null)
  return close(unit, row, 'granted', reason, await erasePerson(context, unit, row.personId))
}

// ------------------------------------------------------------------------------------------ every night

const TIMER = 'people.retention'
const SUBJECT = 'nightly'
/** When the night's work begins: minutes after midnight in Asia/Shanghai. */
const NIGHT_MINUTES = 150
const BATCH = 500

const nextNight = (now: Instant): Instant => {
  const today = addMs(startOfDay(localDateOf(now)), NIGHT_MINUTES * 60_000)
  return today > now ? today : addMs(startOfDay(addDays(localDateOf(now), 1)), NIGHT_MINUTES * 60_000)
}
/** Sets the timer of the next night; there is one for each day. */
export const setNight = async (unit: Unit): Promise<void> => {
  const dueAt = nextNight(unit.now)
  await unit.timers.set({ kind: TIMER, subjectId: SUBJECT, rung: localDateOf(dueAt), dueAt, payload: {} })
}

/** Erases a batch of what is past its time; gives how many of each purpose. */
export const applyRetention = async (
  context: RetentionContext,
  unit: Unit,
): Promise<{ readonly erased: Record<string, number>; readonly more: boolean }> => {
  const erased: Record<string, number> = {}
  let more = false
  for (const purpose of context.retention.purposes) {
    const before = endOfDay(addMonths(unit.today, -purpose.months))
    const count = await {
      entries: () => erasePersonalBefore(unit.db, { kinds: purpose.kinds, before, at: unit.now, limit: BATCH }),
      looks: () => deleteLooksBefore(unit.db, before, BATCH),
      'inactive-persons': () => eraseInactiveNumbers(unit.db, before, BATCH),
      messages: () => wipeBefore(unit.db, before),
    }[purpose.what]()
    if (count > 0) erased[purpose.id] = count
    more ||= count === BATCH
  }
  return { erased, more }
}
export const retentionTimer = (context: RetentionContext): TimerHandler => ({
  kind: TIMER,
  fire: async (unit, timer) => {
    const { erased, more } = await applyRetention(context, unit)
    if (Object.keys(erased).length > 0)
      await unit.record(retentionApplied, {
        subject: { kind: 'retention', id: localDateOf(unit.now) },
        payload: { erased, late: timer.late },
      })
    const [day = '', round = '0'] = timer.rung.split('#')
    if (more) {
      const rung = `${day}#${Number(round) + 1}`
      await unit.timers.set({ kind: TIMER, subjectId: SUBJECT, rung, dueAt: unit.now, payload: {} })
    } else await setNight(unit)
  },
})
