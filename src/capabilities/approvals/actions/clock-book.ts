/**
 * The clocks of one application in one transaction: loaded once under the application's lock, changed by appending to
 * ledgers, and put away with their timers and ordering hints.
 */
import type { Instant } from '../../../kernel/time.ts'
import type { Words } from '../../../kernel/words.ts'
import type { TimerSet, Unit } from '../../../platform/platform.ts'
import type { CertificateId, ClockId, ItemRunId, OpinionTaskId } from '../contract.ts'
import { parentPaused } from '../model/clock/checks.ts'
import type { ClockEvent } from '../model/clock/clock.ts'
import { cancelClock, pauseClock, resumeClock, startClock, stopClock } from '../model/clock/commands.ts'
import type { DerivedClock } from '../model/clock/derive.ts'
import { rungs } from '../model/clock/rungs.ts'
import type { ClockPlan } from '../model/clock-plan.ts'
import { calendarOf, derive, hintOf } from '../model/clock-view.ts'
import type { ApplicationRecord } from '../store/applications.ts'
import {
  appendEvent,
  type ClockRecord,
  clocksOf,
  insertClock,
  saveClockHint,
  saveSubjectHint,
} from '../store/clocks.ts'
import { type ClockPurpose, lastingPurposes, NO_DAY } from '../store/tables.ts'
import type { Context } from './context.ts'
import { ladderTimers } from './escalation-timers.ts'

const lasting: readonly ClockPurpose[] = lastingPurposes

/** Timers of clocks; the subject is the clock, the rung its step and due day. */
export const CLOCK_TIMER = 'approvals.clock'

export interface NewClock {
  readonly purpose: ClockPurpose
  readonly department: string
  readonly label: Words
  readonly plan: ClockPlan
  readonly itemRunId?: ItemRunId
  readonly opinionTaskId?: OpinionTaskId
  readonly certificateId?: CertificateId
}

export class ClockBook {
  readonly #context: Context
  readonly #unit: Unit
  readonly #application: Pick<ApplicationRecord, 'id' | 'project_id'>
  readonly #clocks = new Map<ClockId, ClockRecord>()
  readonly #touched = new Set<ClockId>()

  constructor(
    context: Context,
    unit: Unit,
    application: Pick<ApplicationRecord, 'id' | 'project_id'>,
    clocks: readonly ClockRecord[],
  ) {
    this.#context = context
    this.#unit = unit
    this.#application = application
    for (const clock of clocks) this.#clocks.set(clock.id, clock)
  }

  static async load(
    context: Context,
    unit: Unit,
    application: Pick<ApplicationRecord, 'id' | 'project_id'>,
  ): Promise<ClockBook> {
    return new ClockBook(context, unit, application, await clocksOf(unit.db, [application.id]))
  }

  all(): readonly ClockRecord[] {
    return [...this.#clocks.values()]
  }
  get(id: ClockId): ClockRecord | null {
    return this.#clocks.get(id) ?? null
  }
  derived(clock: ClockRecord): DerivedClock {
    return derive(clock, this.#context.calendars(), this.#unit.now)
  }
  /**
   * Clocks that run or are paused, of a purpose, of an item run, of an opinion task. Those of lasting duties only where
   * their purpose is named.
   */
  open(
    of: {
      purpose?: readonly ClockPurpose[]
      itemRunId?: ItemRunId
      opinionTaskId?: OpinionTaskId
      certificateId?: CertificateId
    } = {},
  ): readonly ClockRecord[] {
    return this.all().filter((clock) => {
      if (of.purpose === undefined ? lasting.includes(clock.purpose) : !of.purpose.includes(clock.purpose)) return false
      if (of.itemRunId !== undefined && clock.item_run_id !== of.itemRunId) return false
      if (of.opinionTaskId !== undefined && clock.opinion_task_id !== of.opinionTaskId) return false
      if (of.certificateId !== undefined && clock.certificate_id !== of.certificateId) return false
      const { state } = this.derived(clock)
      return state === 'running' || state === 'paused'
    })
  }
  /** The clock of the law that an item is measured by; its promise where the law gives no number. */
  leading(itemRunId: ItemRunId): ClockRecord | null {
    const own = this.open({ purpose: ['item', 'promise'], itemRunId })
    return own.find((clock) => clock.purpose === 'item') ?? own[0] ?? null
  }

  async start(
    clock: NewClock,
    options: {
      at?: Instant
      retroactiveBasis?: string
      /** Entered afterwards from paper: why, and how far back it may lie. Marked late in the ledger. */
      lateEntry?: { reason: string; windowDays: number }
    } = {},
  ): Promise<ClockRecord> {
    const { now, db } = this.#unit
    const calendar = this.#context.calendars().current
    const row = {
      id: this.#unit.newId<'clock'>(),
      application_id: this.#application.id,
      item_run_id: clock.itemRunId ?? null,
      opinion_task_id: clock.opinionTaskId ?? null,
      project_id: this.#application.project_id,
      purpose: clock.purpose,
      department: clock.department,
      label: clock.label,
      basis: clock.plan.basis,
      certainty: clock.plan.certainty,
      terms: clock.plan.terms,
      created_at: now,
      open: true,
      calendar_version: clock.plan.terms.calendarVersion,
      certificate_id: clock.certificateId ?? null,
    }
    const { lateEntry } = options
    const terms =
      lateEntry === undefined
        ? row.terms
        : { ...row.terms, recording: { ...row.terms.recording, backdateDays: lateEntry.windowDays } }
    const event = startClock(terms, [], calendar, now, {
      occurredAt: options.at ?? now,
      lateReason: lateEntry?.reason ?? null,
      retroactiveBasis: options.retroactiveBasis ?? null,
    })
    await insertClock(db, row)
    const record: ClockRecord = { ...row, due_hint: NO_DAY, warn_hint: NO_DAY, held: false, ladder: null, ledger: [] }
    this.#clocks.set(record.id, record)
    return this.append(record, event)
  }

  async append(clock: ClockRecord, event: ClockEvent): Promise<ClockRecord> {
    const current = this.#clocks.get(clock.id) ?? clock
    const { actor } = this.#unit
    const by = actor.kind === 'person' ? actor.personId : null
    await appendEvent(this.#unit.db, clock.id, current.ledger.length, event, by)
    const next: ClockRecord = { ...current, ledger: [...current.ledger, event] }
    this.#clocks.set(clock.id, next)
    this.#touched.add(clock.id)
    return next
  }

  /** Has timers and hints of a clock set again although its ledger did not change. */
  touch(clock: ClockRecord): void {
    this.#touched.add(clock.id)
  }

  #calendar(clock: ClockRecord) {
    return calendarOf(this.#context.calendars(), clock.terms, clock.ledger)
  }
  async stop(clocks: readonly ClockRecord[]): Promise<void> {
    const { now } = this.#unit
    for (const clock of clocks)
      await this.append(clock, stopClock(clock.terms, clock.ledger, this.#calendar(clock), now, { occurredAt: now }))
  }
  async cancel(clocks: readonly ClockRecord[], reason: string): Promise<void> {
    const { now } = this.#unit
    for (const clock of clocks)
      await this.append(
        clock,
        cancelClock(clock.terms, clock.ledger, this.#calendar(clock), now, { occurredAt: now, reason }),
      )
  }
  async pause(clock: ClockRecord, input: Omit<Parameters<typeof pauseClock>[4], 'occurredAt'>): Promise<void> {
    const { now } = this.#unit
    await this.append(
      clock,
      pauseClock(clock.terms, clock.ledger, this.#calendar(clock), now, { ...input, occurredAt: now }),
    )
  }
  async resume(clock: ClockRecord, noticeId: string): Promise<void> {
    const { now } = this.#unit
    await this.append(
      clock,
      resumeClock(clock.terms, clock.ledger, this.#calendar(clock), now, { occurredAt: now, noticeId }),
    )
  }

  /**
   * Moves the stage clock with its items: it pauses when every open item is paused, and goes on when one is not. One
   * item's pause alone never moves it.
   */
  async syncStage(
    pausedBy: {
      ground: string
      approvedBy: string
      noticeId: string
      holder: 'authority' | 'applicant' | 'third-party'
    } | null,
  ): Promise<void> {
    const [stage] = this.open({ purpose: ['stage'] })
    if (stage === undefined) return
    const items = [
      ...new Set(
        this.all().flatMap((clock) =>
          clock.item_run_id !== null && clock.opinion_task_id === null ? [clock.item_run_id] : [],
        ),
      ),
    ]
    const children = items.flatMap((id) => {
      const leading = this.leading(id)
      return leading === null ? [] : [this.derived(leading)]
    })
    const all = parentPaused(children)
    const derived = this.derived(stage)
    if (all && derived.state === 'running' && derived.overdueBy === 0 && pausedBy !== null) {
      // The pause of the stage ends with the first item's: the earliest announced last day.
      const lastDays = items.flatMap((id) => {
        const leading = this.leading(id)
        const open = leading === null ? [] : this.derived(leading).openPauses
        return leading === null
          ? []
          : leading.ledger.flatMap((event) =>
              event.kind === 'pause' && open.includes(event.noticeId) && event.until !== null ? [event.until] : [],
            )
      })
      const until = lastDays.length === 0 ? null : lastDays.reduce((a, b) => (a < b ? a : b))
      await this.pause(stage, { ...pausedBy, noticeId: `${pausedBy.noticeId}:stage`, until })
    } else if (!all && derived.state === 'paused')
      for (const noticeId of derived.openPauses) await this.resume(stage, noticeId)
  }

  /** Sets timers and hints of what was touched. Called once, at the end of the action. */
  async close(): Promise<void> {
    const calendars = this.#context.calendars()
    const timers: TimerSet[] = []
    const subjects = new Map<
      string,
      { kind: 'application' | 'item-run' | 'opinion-task'; id: string; clocks: ClockRecord[] }
    >()
    for (const id of this.#touched) {
      const clock = this.#clocks.get(id)
      if (clock === undefined) continue
      const calendar = calendarOf(calendars, clock.terms, clock.ledger)
      timers.push(
        {
          kind: CLOCK_TIMER,
          subjectId: clock.id,
          timers: rungs(clock.terms, clock.ledger, calendar).map((rung) => ({
            rung: rung.key,
            dueAt: rung.at,
            payload: { rung: rung.rung, applicationId: this.#application.id },
          })),
        },
        ladderTimers(this.#context, clock, calendar),
      )
      await saveClockHint(this.#unit.db, clock.id, {
        ...hintOf(clock, calendars, this.#unit.now),
        ladder: this.#context.clockRules.version,
      })
      const subject = subjectKey(clock)
      subjects.set(`${subject.kind} ${subject.id}`, { ...subject, clocks: [] })
    }
    await this.#unit.timers.replace(timers)
    for (const clock of this.#clocks.values()) {
      const { kind, id } = subjectKey(clock)
      subjects.get(`${kind} ${id}`)?.clocks.push(clock)
    }
    for (const subject of subjects.values()) {
      const hints = subject.clocks.map((clock) => hintOf(clock, calendars, this.#unit.now)).filter((hint) => hint.open)
      const due = hints.reduce((least, hint) => (hint.due < least ? hint.due : least), NO_DAY)
      const warn = hints.reduce((least, hint) => (hint.warn < least ? hint.warn : least), NO_DAY)
      await saveSubjectHint(this.#unit.db, subject, {
        due,
        warn,
        held: hints.length > 0 && hints.every((hint) => hint.held),
      })
    }
    this.#touched.clear()
  }
}

const subjectKey = (clock: ClockRecord): { kind: 'application' | 'item-run' | 'opinion-task'; id: string } =>
  clock.opinion_task_id !== null
    ? { kind: 'opinion-task', id: clock.opinion_task_id }
    : clock.item_run_id !== null
      ? { kind: 'item-run', id: clock.item_run_id }
      : { kind: 'application', id: clock.application_id }
