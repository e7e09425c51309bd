/** Pauses and extensions: only on a ground of the law, proposed by one and approved by another, told to the applicant. */
import { addDays, type LocalDate, localDateOf, startOfDay } from '../../../kernel/time.ts'
import type { Unit } from '../../../platform/platform.ts'
import { extended, paused, pauseProposed, pauseRejected, resumed } from '../contract/events.ts'
import type { ItemRunId } from '../contract.ts'
import { extendClock } from '../model/clock/commands.ts'
import { groundsFor } from '../model/clock-plan.ts'
import { calendarOf } from '../model/clock-view.ts'
import * as refuse from '../model/refusals.ts'
import { holderOfGround } from '../model/rules.ts'
import { mayDecidePause, mayExtend, mayProposePause, mayResume } from '../policy.ts'
import { changeItemRun, type ItemRunRecord } from '../store/item-runs.ts'
import {
  type LockedCase,
  lockedFactsOfItemRun,
  lockItemRun,
  personOf,
  requirePerson,
  requireStill,
} from './case-file.ts'
import type { Context } from './context.ts'
import { aboutItem, subjectOf } from './event-facts.ts'
import type { ItemTerms } from './law.ts'

/** Wakes when an announced pause is over; the subject is the item run, the rung the notice. */
export const PAUSE_END_TIMER = 'approvals.pause-end'

export interface AllowedGround {
  readonly id: string
  readonly name: { readonly zh: string; readonly en: string }
  readonly basis: string
  readonly certainty: 'A' | 'B' | 'C' | 'D' | 'E' | 'X'
  readonly maxDays: number | null
}
/** The grounds on which the clocks of an item may stand still, with the most days where the law names them. */
export const allowedGrounds = (context: Context, item: ItemTerms, day: LocalDate): readonly AllowedGround[] =>
  groundsFor(context.law.grounds(day), item.itemId).map((ground) => {
    const special = item.limit.excludedDays.find((each) => each.ground === ground.id)
    return {
      id: ground.id,
      name: ground.name,
      basis: special?.citation.basis ?? ground.citation.basis,
      certainty: special?.citation.certainty ?? ground.citation.certainty,
      maxDays: special?.days ?? ground.maxDays,
    }
  })

const itemOf = (context: Context, run: ItemRunRecord): ItemTerms => {
  const item = context.law.itemVersion(run.item_version_id)
  if (item === null) throw refuse.unknownItems({ items: run.item_id })
  return item
}

export const proposePause = async (
  context: Context,
  unit: Unit,
  id: ItemRunId,
  input: { readonly version: number; readonly ground: string; readonly reason: string; readonly expectedDays: number },
): Promise<void> => {
  const person = requirePerson(unit.actor)
  const { file, run } = await lockItemRun(context, unit, id)
  await requireStill(
    context,
    unit,
    mayProposePause(unit.actor, lockedFactsOfItemRun(context, unit, file, run)),
    run,
    input.version,
  )
  const ground = allowedGrounds(context, itemOf(context, run), file.application.catalogue_day).find(
    (each) => each.id === input.ground,
  )
  if (ground === undefined)
    throw refuse.groundNotAllowed({ ground: input.ground }, [{ path: 'ground', message: '请从列出的法定事由中选择。' }])
  if (ground.maxDays !== null && input.expectedDays > ground.maxDays)
    throw refuse.pauseTooLong({ max: ground.maxDays }, [{ path: 'expectedDays', message: `最长${ground.maxDays}日。` }])
  // Refused now rather than at the approval: the calendar must know the announced last day.
  context.calendars().current.addWorkdays(unit.today, input.expectedDays)
  await changeItemRun(unit.db, id, person, unit.now, {
    proposal: {
      proposalId: unit.newId(),
      ground: ground.id,
      label: ground.name,
      reason: input.reason,
      expectedDays: input.expectedDays,
      proposedBy: person,
      proposedAt: unit.now,
    },
  })
  await unit.record(pauseProposed, {
    ...subjectOf(file.application),
    payload: {
      ...aboutItem(context, file, run),
      ground: ground.id,
      groundName: ground.name.zh,
      days: input.expectedDays,
    },
    personal: { reason: input.reason },
  })
}

/** Approves or rejects. Approval is the written notice: every clock of the item stands still until the announced day. */
export const decidePause = async (
  context: Context,
  unit: Unit,
  id: ItemRunId,
  input: { readonly version: number; readonly approve: boolean; readonly remark: string },
): Promise<void> => {
  const person = requirePerson(unit.actor)
  const { file, run } = await lockItemRun(context, unit, id)
  await requireStill(
    context,
    unit,
    mayDecidePause(unit.actor, lockedFactsOfItemRun(context, unit, file, run)),
    run,
    input.version,
  )
  const { proposal } = run
  if (proposal === null) throw refuse.noProposal()
  if (!input.approve) {
    if (input.remark === '') throw refuse.remarkNeeded({}, [{ path: 'remark', message: '请写明不同意的理由。' }])
    await changeItemRun(unit.db, id, person, unit.now, { proposal: null })
    await unit.record(pauseRejected, {
      ...subjectOf(file.application),
      payload: { ...aboutItem(context, file, run), ground: proposal.ground, groundName: proposal.label.zh },
      personal: { remark: input.remark },
    })
    return
  }
  const ground = allowedGrounds(context, itemOf(context, run), file.application.catalogue_day).find(
    (each) => each.id === proposal.ground,
  )
  if (ground === undefined) throw refuse.groundNotAllowed({ ground: proposal.label.zh })
  await beginPause(context, unit, file, run, {
    ground: proposal.ground,
    label: proposal.label,
    basis: ground.basis,
    days: proposal.expectedDays,
  })
}

export interface PauseNotice {
  readonly ground: string
  readonly label: { readonly zh: string; readonly en: string }
  readonly basis: string
  /** Workdays, as told to the applicant. */
  readonly days: number
}
/**
 * Lets every clock of an item stand still on a ground until the announced day, and tells the applicant. Clocks of opinions
 * stand still with the item: they hold on a legal ground only. Gives the notice. The caller has checked who may.
 */
export const beginPause = async (
  context: Context,
  unit: Unit,
  file: LockedCase,
  run: ItemRunRecord,
  notice: PauseNotice,
): Promise<string> => {
  const { id } = run
  const person = requirePerson(unit.actor)
  const noticeId = unit.newId()
  const until = context.calendars().current.addWorkdays(unit.today, notice.days)
  const holder = holderOfGround(context.rules, notice.ground)
  const pause = { ground: notice.ground, approvedBy: person, noticeId, holder, until }
  const clocks = file.book
    .open({ purpose: ['item', 'promise', 'opinion'], itemRunId: id })
    .filter((clock) => clock.purpose !== 'opinion' || clock.terms.grounds.some(({ code }) => code === notice.ground))
  const leading = file.book.leading(id)
  // A promise that is already broken cannot be paused; the clock of the law must be in time.
  for (const clock of clocks)
    if (clock.id === leading?.id || file.book.derived(clock).overdueBy === 0) await file.book.pause(clock, pause)
  await file.book.syncStage(pause)
  await file.book.close()
  await changeItemRun(unit.db, id, person, unit.now, {
    proposal: null,
    hold: {
      noticeId,
      ground: notice.ground,
      label: notice.label,
      basis: notice.basis,
      since: unit.now,
      until,
      holder,
    },
  })
  await unit.timers.set({
    kind: PAUSE_END_TIMER,
    subjectId: id,
    rung: noticeId,
    dueAt: endOf(until),
    payload: { noticeId },
  })
  await unit.record(paused, {
    ...subjectOf(file.application),
    payload: {
      ...aboutItem(context, file, run),
      noticeId,
      ground: notice.ground,
      groundName: notice.label.zh,
      basis: notice.basis,
      days: notice.days,
      from: localDateOf(unit.now),
    },
  })
  return noticeId
}
/** The first instant after a day in Shanghai. */
export const endOf = (day: LocalDate) => startOfDay(addDays(day, 1))

export const resumeItemRun = async (
  context: Context,
  unit: Unit,
  id: ItemRunId,
  input: { readonly version: number; readonly reason: string },
): Promise<void> => {
  requirePerson(unit.actor)
  const { file, run } = await lockItemRun(context, unit, id)
  await requireStill(
    context,
    unit,
    mayResume(unit.actor, lockedFactsOfItemRun(context, unit, file, run)),
    run,
    input.version,
  )
  await endPause(context, unit, file, run, { reason: input.reason })
}

/** Ends the hold of an item, by a person or because the announced last day is over. */
export const endPause = async (
  context: Context,
  unit: Unit,
  file: LockedCase,
  run: ItemRunRecord,
  personal: Readonly<Record<string, string>> | null,
): Promise<void> => {
  const { hold } = run
  if (hold === null) throw refuse.notPaused()
  for (const clock of file.book.open({ purpose: ['item', 'promise', 'opinion'], itemRunId: run.id }))
    if (file.book.derived(clock).openPauses.includes(hold.noticeId)) await file.book.resume(clock, hold.noticeId)
    else file.book.touch(clock)
  await file.book.syncStage(null)
  await changeItemRun(unit.db, run.id, personOf(unit.actor), unit.now, { hold: null })
  await unit.timers.cancel({ kind: PAUSE_END_TIMER, subjectId: run.id, rung: hold.noticeId })
  const leading = file.book.leading(run.id)
  await file.book.close()
  await unit.record(resumed, {
    ...subjectOf(file.application),
    payload: {
      ...aboutItem(context, file, run),
      noticeId: hold.noticeId,
      groundName: hold.label.zh,
      on: unit.today,
      due: leading === null ? null : file.book.derived(leading).due,
    },
    ...(personal === null ? {} : { personal }),
  })
}

/** The announced last day is over: the clocks run again by themselves; this clears the hold and tells the applicant. */
export const endAnnouncedPause = async (
  context: Context,
  unit: Unit,
  id: ItemRunId,
  noticeId: string,
): Promise<void> => {
  const { file, run } = await lockItemRun(context, unit, id)
  if (run.hold === null || run.hold.noticeId !== noticeId) return
  if (run.hold.until === null || run.hold.until >= unit.today) return
  await endPause(context, unit, file, run, null)
}

/** Extends the limit once, by the head of the authority, with reasons to the applicant (行政许可法 42). */
export const extendItemRun = async (
  context: Context,
  unit: Unit,
  id: ItemRunId,
  input: { readonly version: number; readonly days: number; readonly reason: string },
): Promise<void> => {
  const person = requirePerson(unit.actor)
  const { file, run } = await lockItemRun(context, unit, id)
  await requireStill(
    context,
    unit,
    mayExtend(unit.actor, lockedFactsOfItemRun(context, unit, file, run)),
    run,
    input.version,
  )
  const leading = file.book.leading(id)
  if (leading === null) throw refuse.noClock()
  const rule = leading.terms.extension
  if (rule === null) throw refuse.notExtendable()
  if (input.days > rule.maxDaysEach)
    throw refuse.extensionTooLong({ max: rule.maxDaysEach }, [{ path: 'days', message: `最多${rule.maxDaysEach}日。` }])
  const extension = {
    occurredAt: unit.now,
    days: input.days,
    approvedBy: person,
    level: 'agency-head',
    reason: input.reason,
  } as const
  for (const clock of file.book.open({ purpose: ['item', 'promise'], itemRunId: id })) {
    const broken = clock.id !== leading.id && file.book.derived(clock).overdueBy > 0
    if (broken || clock.terms.extension === null) continue
    const calendar = calendarOf(context.calendars(), clock.terms, clock.ledger)
    await file.book.append(clock, extendClock(clock.terms, clock.ledger, calendar, unit.now, extension))
  }
  await file.book.close()
  await changeItemRun(unit.db, id, person, unit.now, {})
  const now = file.book.get(leading.id)
  await unit.record(extended, {
    ...subjectOf(file.application),
    payload: {
      ...aboutItem(context, file, run),
      days: input.days,
      basis: rule.basis,
      due: now === null ? null : file.book.derived(now).due,
    },
    personal: { reason: input.reason },
  })
}
