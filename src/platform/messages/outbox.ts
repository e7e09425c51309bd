/**
 * The outbox: what leaves the house is first a row, written in the transaction that causes it, then a job that tries, then
 * a row that says how it went. So a message is never sent for something that did not happen, and never lost.
 *
 * A try is three steps: claim the row (one transaction), send (outside of any), write the outcome (one transaction). A
 * process killed between the second and the third leaves the row claimed; when the lease of the claim has run out the
 * message is sent again with the same id. Receivers therefore get it at least once and can tell a repetition by its id.
 */
import { z } from 'zod'
import { system } from '../../kernel/actor.ts'
import { addMs, type Instant } from '../../kernel/time.ts'
import { type JobHandler, type JobKind, jobHandler, type Platform, type TimerHandler, type Unit } from '../platform.ts'
import type { Vault } from '../vault/vault.ts'
import type { ChannelAdapter, ChannelName, MessageContent, SendResult } from './channel.ts'
import { reasonOf } from './http-post.ts'
import * as store from './store.ts'

/** Pauses before the second, third … try, in ms: some 20 hours in all, so that a night without the receiver is survived. */
export const retryPausesMs: readonly number[] = [
  30_000,
  2 * 60_000,
  10 * 60_000,
  30 * 60_000,
  2 * 3_600_000,
  6 * 3_600_000,
  12 * 3_600_000,
]
export const MOST_TRIES = retryPausesMs.length + 1
/** How long a claim holds without an outcome. Longer than any adapter may take. */
export const LEASE_MS = 120_000
const SEND_MS = 60_000
const STRANDED_MS = 10 * 60_000
const TRY_TIMER = 'outbox.try'

export interface NewDelivery {
  readonly channel: ChannelName
  readonly address: string
  readonly addressMasked: string
  readonly content: MessageContent
  /** True: the content holds a code and is wiped as soon as it is out. */
  readonly secret?: boolean
  readonly owner: string
  readonly reference: string
  readonly topic: string
  /** Not before this moment (quiet hours). */
  readonly notBefore?: Instant | null
}
/** What the poster of a delivery has to say while it is on its way. */
export interface DeliveryOwner {
  /** Asked right before every try. A sentence cancels the delivery with it as the reason; null = send. */
  readonly mayStillSend?: (unit: Unit, delivery: store.DeliveryRow) => Promise<string | null>
  /** Told in the transaction in which a delivery comes to a new state by a try or a callback. */
  readonly changed?: (unit: Unit, delivery: store.DeliveryRow) => Promise<void>
}
export type Outbox = ReturnType<typeof createOutbox>

const sendJob: JobKind<{ deliveryId: string }> = {
  name: 'outbox.send',
  input: z.object({ deliveryId: z.string() }),
}
export const contextOf = (id: string): string => `outbox.address:${id}`
const retryable: readonly store.DeliveryState[] = ['failed', 'given-up', 'cancelled', 'stored']
const stoppable: readonly store.DeliveryState[] = ['queued', 'failed']

type Claim = { readonly row: store.DeliveryRow; readonly number: number; readonly adapter: ChannelAdapter } | null

export const createOutbox = (options: {
  readonly vault: Vault
  readonly adapters: Readonly<Partial<Record<ChannelName, ChannelAdapter>>>
}) => {
  const { vault } = options
  const adapters = new Map(Object.entries(options.adapters) as [ChannelName, ChannelAdapter][])
  const owners = new Map<string, DeliveryOwner>()

  const schedule = async (unit: Unit, id: string, at: Instant, rung: string): Promise<void> => {
    await unit.timers.set({ kind: TRY_TIMER, subjectId: id, rung, dueAt: at, payload: null })
  }
  const enqueue = async (unit: Unit, id: string): Promise<void> => {
    await unit.enqueue(sendJob, { deliveryId: id })
  }

  const claim = (platform: Platform, id: string): Promise<Claim> =>
    platform.transact(system('outbox'), async (unit) => {
      const row = await store.lockDelivery(unit.db, id)
      if (row === null) return null
      if (row.state === 'sending' && row.lease_until !== null && row.lease_until > unit.now) {
        // Somebody sends it now; should that process have died, this looks again when its claim is over.
        await schedule(unit, id, row.lease_until, `lease-${row.attempts}`)
        return null
      }
      if (row.state !== 'queued' && row.state !== 'failed' && row.state !== 'sending') return null
      if (row.not_before !== null && row.not_before > unit.now) return null
      if (row.next_try_at !== null && row.next_try_at > unit.now) return null
      const stop = (await owners.get(row.owner)?.mayStillSend?.(unit, row)) ?? null
      const adapter = adapters.get(row.channel)
      if (stop !== null || adapter === undefined || row.content === null) {
        const state = stop === null ? ('given-up' as const) : ('cancelled' as const)
        const reason = stop ?? (row.content === null ? '内容已清除 / content wiped' : '没有这个通道 / no such channel')
        const change = { state, reason, lease_until: null, next_try_at: null, changed_at: unit.now }
        await store.changeDelivery(unit.db, id, change)
        await owners.get(row.owner)?.changed?.(unit, { ...row, ...change })
        return null
      }
      const number = row.attempts + 1
      await store.changeDelivery(unit.db, id, {
        state: 'sending',
        adapter: adapter.name,
        attempts: number,
        tries_left: row.tries_left - 1,
        next_try_at: null,
        lease_until: addMs(unit.now, LEASE_MS),
        changed_at: unit.now,
      })
      await store.insertAttempt(unit.db, {
        delivery_id: id,
        number,
        channel: row.channel,
        adapter: adapter.name,
        began_at: unit.now,
        ended_at: null,
        outcome: null,
        detail: null,
      })
      return { row, number, adapter }
    })

  const settle = (platform: Platform, id: string, number: number, result: SendResult): Promise<void> =>
    platform.transact(system('outbox'), async (unit) => {
      const row = await store.lockDelivery(unit.db, id)
      const detail = (result.kind === 'failed' ? result.reason : result.detail).slice(0, 1000)
      await store.endAttempt(unit.db, id, number, { ended_at: unit.now, outcome: result.kind, detail })
      // Somebody else took over meanwhile, or a callback was faster than the answer.
      if (row === null || row.state !== 'sending' || row.attempts !== number) return
      const common = { lease_until: null, changed_at: unit.now }
      let change: Partial<store.DeliveryRow>
      if (result.kind === 'failed') {
        const again = !result.permanent && row.tries_left > 0
        const pause = retryPausesMs[MOST_TRIES - row.tries_left - 1] ?? retryPausesMs.at(-1) ?? 0
        const at = addMs(unit.now, pause)
        change = { ...common, state: again ? 'failed' : 'given-up', reason: detail, next_try_at: again ? at : null }
        if (again) await schedule(unit, id, at, `try-${number + 1}`)
      } else
        change = {
          ...common,
          state: result.kind,
          reason: null,
          sent_at: result.kind === 'stored' ? null : unit.now,
          delivered_at: result.kind === 'delivered' ? unit.now : null,
          ...(result.kind === 'stored' ? {} : { provider_id: result.providerId }),
        }
      await store.changeDelivery(unit.db, id, change)
      // A code that only lies on this machine stays readable there: nobody else has it.
      if (row.secret && (result.kind === 'sent' || result.kind === 'delivered')) await store.wipeContent(unit.db, id)
      await owners.get(row.owner)?.changed?.(unit, { ...row, ...change })
    })

  const attempt = async (platform: Platform, id: string, signal: AbortSignal): Promise<void> => {
    const claimed = await claim(platform, id)
    if (claimed === null || claimed.row.content === null) return
    const { row, number, adapter } = claimed
    let result: SendResult
    try {
      const address = vault.open(row.address_sealed, contextOf(id))
      const limit = AbortSignal.any([signal, AbortSignal.timeout(SEND_MS)])
      result = await adapter.send({ ...claimed.row.content, id, address, reference: row.reference }, limit)
    } catch (error) {
      result = { kind: 'failed', reason: reasonOf(error), permanent: false }
    }
    await settle(platform, id, number, result)
  }

  const again = async (unit: Unit, row: store.DeliveryRow, change: Partial<store.DeliveryRow> = {}): Promise<void> => {
    await unit.timers.cancelAll(TRY_TIMER, row.id)
    await store.changeDelivery(unit.db, row.id, {
      ...change,
      state: 'queued',
      reason: null,
      tries_left: MOST_TRIES,
      not_before: null,
      next_try_at: null,
      lease_until: null,
      changed_at: unit.now,
    })
    await enqueue(unit, row.id)
  }

  const jobs: readonly JobHandler[] = [
    jobHandler(sendJob, async (platform, input, progress) => {
      await attempt(platform, input.deliveryId, progress.signal)
      return undefined
    }),
  ]
  const timers: readonly TimerHandler[] = [
    { kind: TRY_TIMER, fire: async (unit, timer) => enqueue(unit, timer.subjectId) },
  ]

  return {
    jobs,
    timers,
    /** Names who answers for the deliveries of an owner. */
    register: (owner: string, answers: DeliveryOwner): void => {
      if (owners.has(owner)) throw new Error(`two owners of deliveries named ${owner}`)
      owners.set(owner, answers)
    },
    /** Adds the way out of a channel. */
    connect: (channel: ChannelName, adapter: ChannelAdapter): void => {
      adapters.set(channel, adapter)
    },
    /** 'local' where a channel only stands in; null where there is none. */
    adapterOf: (channel: ChannelName): string | null => adapters.get(channel)?.name ?? null,
    /** Puts a message into the outbox in the caller's transaction; gives its id. */
    post: async (unit: Unit, wish: NewDelivery): Promise<string> => {
      const id = unit.newId<'delivery'>()
      const notBefore = wish.notBefore ?? null
      await store.insertDelivery(unit.db, {
        id,
        channel: wish.channel,
        address_sealed: vault.seal(wish.address, contextOf(id)),
        address_masked: wish.addressMasked,
        content: wish.content,
        secret: wish.secret ?? false,
        owner: wish.owner,
        reference: wish.reference,
        topic: wish.topic,
        state: 'queued',
        adapter: null,
        attempts: 0,
        tries_left: MOST_TRIES,
        not_before: notBefore,
        next_try_at: null,
        lease_until: null,
        reason: null,
        provider_id: null,
        created_at: unit.now,
        changed_at: unit.now,
        sent_at: null,
        delivered_at: null,
      })
      if (notBefore !== null && notBefore > unit.now) await schedule(unit, id, notBefore, 'first')
      else await enqueue(unit, id)
      return id
    },
    attempt,
    lock: store.lockDelivery,
    /** Sends again from the beginning what failed, was given up, cancelled or only stored. False: not now. */
    retry: async (unit: Unit, row: store.DeliveryRow): Promise<boolean> => {
      if (!retryable.includes(row.state) || row.content === null) return false
      await again(unit, row)
      return true
    },
    /** Sends by another channel to another address. False: it is under way, out, or wiped. */
    move: async (
      unit: Unit,
      row: store.DeliveryRow,
      to: {
        readonly channel: ChannelName
        readonly address: string
        readonly addressMasked: string
        /** In the form of the other channel; absent: as it is. */
        readonly content?: MessageContent
      },
    ): Promise<boolean> => {
      if (row.content === null || !(retryable.includes(row.state) || row.state === 'queued')) return false
      if (to.content !== undefined) await store.changeContent(unit.db, row.id, to.content)
      await again(unit, row, {
        channel: to.channel,
        address_sealed: vault.seal(to.address, contextOf(row.id)),
        address_masked: to.addressMasked,
      })
      return true
    },
    /** Stops what has not gone out. False: too late. */
    cancel: async (unit: Unit, row: store.DeliveryRow, reason: string): Promise<boolean> => {
      if (!stoppable.includes(row.state)) return false
      await unit.timers.cancelAll(TRY_TIMER, row.id)
      await store.changeDelivery(unit.db, row.id, {
        state: 'cancelled',
        reason,
        next_try_at: null,
        changed_at: unit.now,
      })
      return true
    },
    /** A channel reports later how a message fared. False: nothing to report on (unknown, or already known). */
    report: async (
      unit: Unit,
      id: string,
      outcome: { readonly channel: ChannelName; readonly delivered: boolean; readonly reason: string },
    ): Promise<boolean> => {
      const row = await store.lockDelivery(unit.db, id)
      if (row === null || row.channel !== outcome.channel) return false
      if (row.state !== 'sent' && row.state !== 'sending') return false
      const change: Partial<store.DeliveryRow> = outcome.delivered
        ? { state: 'delivered', reason: null, sent_at: row.sent_at ?? unit.now, delivered_at: unit.now }
        : { state: 'given-up', reason: outcome.reason }
      const whole = { ...change, lease_until: null, changed_at: unit.now }
      await store.changeDelivery(unit.db, id, whole)
      await owners.get(row.owner)?.changed?.(unit, { ...row, ...whole })
      return true
    },
    /** Puts what was stranded by a lost process or a lost job back to work; gives how many. Safe to repeat. */
    recover: async (platform: Platform): Promise<number> => {
      const now = platform.clock()
      const ids = await store.strandedIds(platform.db, now, addMs(now, -STRANDED_MS))
      if (ids.length > 0)
        await platform.transact(system('outbox'), async (unit) => {
          for (const id of ids) await enqueue(unit, id)
        })
      return ids.length
    },
    page: store.deliveryPage,
    counts: store.deliveryCounts,
    byId: store.deliveryById,
    attemptsOf: store.attemptsOf,
    deliveriesOf: store.deliveriesOf,
    idsIn: store.idsIn,
    /** Wipes the content of what ended before a moment. */
    wipeBefore: store.wipeBefore,
  }
}
