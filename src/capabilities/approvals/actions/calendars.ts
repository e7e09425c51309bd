/** Calendars: versions, a yearly notice on its way into force, its effect on open files, the alarm before they end. */
import { z } from 'zod'
import { type Actor, system } from '../../../kernel/actor.ts'
import { require } from '../../../kernel/decision.ts'
import type { PersonId } from '../../../kernel/identity.ts'
import { addDays, type Instant, type LocalDate, localDateOf, startOfDay } from '../../../kernel/time.ts'
import { type Calendar, horizonAlarm } from '../../../kernel/working-days.ts'
import type { Database, JobKind, TimerHandler, Unit } from '../../../platform/platform.ts'
import type {
  calendarAlarmSchema,
  calendarEffectSchema,
  calendarProposalSchema,
  calendarVersionSchema,
  Notice,
} from '../contract/clocks.ts'
import {
  calendarApplied,
  calendarEnding,
  calendarProposed,
  calendarPublished,
  calendarRejected,
} from '../contract/events-clocks.ts'
import { build, type CalendarFile, calendarFileSchema, chosen } from '../model/calendar-data.ts'
import { changedDays, type DayChange, noticeFaults, noticeWarnings, telling } from '../model/calendar-notice.ts'
import { mayDecideCalendar, mayProposeCalendar } from '../model/calendar-policy.ts'
import { deriveUnder } from '../model/clock/derive.ts'
import { calendarOf } from '../model/clock-view.ts'
import * as refuse from '../model/refusals/clocks.ts'
import {
  type CalendarProposalId,
  type CalendarProposalRecord,
  calendarProposal,
  calendarProposals,
  calendarVersions,
  decideProposal,
  insertCalendarVersion,
  insertProposal,
  lockProposal,
  noteApplied,
} from '../store/calendars.ts'
import { openClocks } from '../store/clocks.ts'
import { departmentNames, orNull, requirePerson } from './case-file.ts'
import type { Context } from './context.ts'

export const HORIZON_TIMER = 'approvals.calendar-horizon'
/** Puts open files under the calendar in force, after its publication. */
export const recomputeJob: JobKind<{ proposalId: string; cause: string }> = {
  name: 'approvals.recompute-clocks',
  input: z.object({ proposalId: z.string(), cause: z.string() }),
}

/** What comes into force is known by its version; the newest file says why. */
const causeOf = (files: readonly CalendarFile[]): string =>
  [...files].sort((a, b) => (a.publishedOn < b.publishedOn ? 1 : -1))[0]?.source.basis ?? '工作日历更新'

/**
 * Keeps the calendar in force as a version with its files, unless it is known; records that it rules. Runs at the start:
 * a new data file is a new version too.
 */
export const keepCalendar = async (context: Context): Promise<void> => {
  await context.shelf.refresh(context.platform.db)
  const { current, files } = context.shelf.current()
  if ((await calendarVersions(context.platform.db)).some((row) => row.version === current.version)) return
  await context.platform.transact(system('approvals.calendar'), (unit) =>
    keepVersion(unit, current, chosen(files), causeOf(chosen(files)), null),
  )
  await context.shelf.refresh(context.platform.db)
}
const keepVersion = async (
  unit: Unit,
  calendar: Calendar,
  files: readonly CalendarFile[],
  cause: string,
  proposalId: CalendarProposalId | null,
): Promise<void> => {
  const { version } = calendar
  const isNew = await insertCalendarVersion(unit.db, {
    version,
    in_force_from: unit.now,
    cause,
    files,
    proposal_id: proposalId,
  })
  if (!isNew) return
  await unit.record(calendarPublished, {
    subject: { kind: 'calendar', id: version },
    payload: { calendarVersion: version, cause, proposalId },
  })
}

// ------------------------------------------------------------------------------------------ a notice

const fileOf = (context: Context, notice: Notice): CalendarFile => {
  const same = context.shelf.current().files.filter((file) => file.year === notice.year)
  const version = same.reduce((most, file) => Math.max(most, Number(file.version) || 0), 0) + 1
  const parsed = calendarFileSchema.safeParse({
    id: `cn-${notice.year}-loaded`,
    version: String(version),
    year: notice.year,
    provisional: notice.provisional,
    publishedOn: notice.publishedOn,
    source: { basis: notice.basis, certainty: notice.certainty },
    validity: { validFrom: `${notice.year}-01-01`, validTo: `${notice.year}-12-31` },
    holidays: notice.holidays,
    makeupWorkdays: notice.makeupWorkdays,
  })
  if (!parsed.success)
    throw refuse.noticeFaulty(
      { count: parsed.error.issues.length },
      parsed.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message })),
    )
  return parsed.data
}
/** The calendar with a notice in it. Refuses a notice with faults, each at its line. */
const candidateOf = (context: Context, file: CalendarFile): { calendar: Calendar; files: readonly CalendarFile[] } => {
  const shelf = context.shelf.current()
  const inForce = chosen(shelf.files)
  const faults = noticeFaults(file, inForce)
  if (faults.length > 0) throw refuse.noticeFaulty({ count: faults.length }, faults)
  const files = chosen([...shelf.files, file])
  return { calendar: build(files), files }
}

type Effect = z.infer<typeof calendarEffectSchema>
const SHOWN = 200
const PAGE = 500
/** What would move, clock by clock. Ended clocks never do. */
const effectOf = async (context: Context, db: Database, file: CalendarFile, now: Instant): Promise<Effect> => {
  const { calendar } = candidateOf(context, file)
  const calendars = context.calendars()
  const names = await departmentNames(context, db, localDateOf(now))
  const effect = { openClocks: 0, moved: 0, later: 0, earlier: 0, settled: 0, rows: [] as Effect['rows'] }
  let after: { due: LocalDate; id: string } | undefined
  for (;;) {
    const page = await openClocks(db, {
      limit: PAGE,
      today: localDateOf(now),
      ...(after === undefined ? {} : { after }),
    })
    for (const row of page) {
      effect.openClocks += 1
      const before = orNull(() => deriveUnder(row.terms, row.ledger, calendarOf(calendars, row.terms, row.ledger), now))
      const then = orNull(() => deriveUnder(row.terms, row.ledger, calendar, now))
      if (before?.provisional === true && then?.provisional === false) effect.settled += 1
      const oldDue = before?.due ?? null
      const newDue = then?.due ?? null
      if (oldDue === newDue) continue
      effect.moved += 1
      if (oldDue !== null && newDue !== null) effect[newDue > oldDue ? 'later' : 'earlier'] += 1
      if (effect.rows.length < SHOWN)
        effect.rows.push({
          clockId: row.id,
          applicationId: row.application_id,
          caseNumber: row.case_number,
          projectName: row.project_name,
          label: row.label,
          departmentName: names.name(row.department),
          oldDue,
          newDue,
        })
    }
    const last = page.at(-1)
    if (last === undefined || page.length < PAGE) break
    after = { due: last.due_hint, id: last.id }
  }
  return {
    ...effect,
    changes: [...telling(changedDays(calendars.current, calendar, file.year))],
    warnings: [...noticeWarnings(file)],
  }
}
export const previewCalendar = (context: Context, db: Database, notice: Notice, now: Instant): Promise<Effect> =>
  effectOf(context, db, fileOf(context, notice), now)

export const proposeCalendar = async (context: Context, unit: Unit, notice: Notice): Promise<CalendarProposalId> => {
  const person = requirePerson(unit.actor)
  require(mayProposeCalendar(unit.actor))
  await context.shelf.refresh(unit.db)
  const file = fileOf(context, notice)
  candidateOf(context, file)
  const id = unit.newId<'calendar-proposal'>()
  if (!(await insertProposal(unit.db, { id, year: file.year, file, proposed_at: unit.now, proposed_by: person })))
    throw refuse.noticeWaiting({ year: file.year })
  await unit.record(calendarProposed, { subject: { kind: 'calendar', id }, payload: aboutNotice(id, file) })
  return id
}
const aboutNotice = (proposalId: CalendarProposalId, file: CalendarFile) => ({
  proposalId,
  year: file.year,
  basis: file.source.basis,
  publishedOn: file.publishedOn,
})

/** A second person publishes or rejects. Publication rules from its commit; open files follow by a job, with evidence. */
export const decideCalendar = async (
  context: Context,
  unit: Unit,
  id: CalendarProposalId,
  input: { readonly publish: boolean; readonly remark: string },
): Promise<void> => {
  const person = requirePerson(unit.actor)
  const row = await lockProposal(unit.db, id)
  if (row === null) throw refuse.proposalMissing()
  require(mayDecideCalendar(unit.actor, { state: row.state, proposedBy: row.proposed_by }))
  if (!input.publish && input.remark === '')
    throw refuse.rejectReasonMissing({}, [{ path: 'remark', message: '请写明退回的理由。' }])
  await decideProposal(unit.db, id, {
    state: input.publish ? 'published' : 'rejected',
    decided_at: unit.now,
    decided_by: person,
    remark: input.remark === '' ? null : input.remark,
  })
  if (!input.publish) {
    await unit.record(calendarRejected, { subject: { kind: 'calendar', id }, payload: aboutNotice(id, row.file) })
    return
  }
  const { calendar, files } = candidateOf(context, row.file)
  const cause = row.file.source.basis
  await keepVersion(unit, calendar, files, cause, id)
  await armHorizon(context, unit, calendar)
  await unit.enqueue(recomputeJob, { proposalId: id, cause })
}
/** Notes that open clocks run under the calendar now. */
export const noteRecomputed = (context: Context, proposalId: string, cause: string, moved: number): Promise<void> =>
  context.platform.transact(system('approvals.calendar'), async (unit) => {
    const id = proposalId as CalendarProposalId
    await noteApplied(unit.db, id, moved, unit.now)
    await unit.record(calendarApplied, {
      subject: { kind: 'calendar', id },
      payload: { calendarVersion: context.calendars().current.version, cause, moved },
    })
  })

// ------------------------------------------------------------------------------------------ the horizon

type Alarm = z.infer<typeof calendarAlarmSchema>
export const alarmOn = (context: Context, today: LocalDate): Alarm | null => {
  const { current } = context.calendars()
  const lead = Math.max(...context.clockRules.horizon.leadDays)
  const alarm = horizonAlarm(current, today, lead)
  return alarm === null
    ? null
    : { daysLeft: alarm.daysLeft, horizon: current.horizon ?? current.firstDay, sentence: alarm.sentence }
}
/** Sets an alarm for each lead time before the end of the official calendar; those passed already fire at once. */
export const armHorizon = async (context: Context, unit: Unit, calendar: Calendar): Promise<void> => {
  const { horizon } = calendar
  await unit.timers.cancelAll(HORIZON_TIMER, 'calendar')
  if (horizon === null) return
  for (const days of context.clockRules.horizon.leadDays)
    await unit.timers.set({
      kind: HORIZON_TIMER,
      subjectId: 'calendar',
      rung: `${horizon}-${String(days).padStart(3, '0')}`,
      dueAt: startOfDay(addDays(horizon, -days)),
      payload: { horizon, days },
    })
}
export const horizonTimer = (context: Context): TimerHandler => ({
  kind: HORIZON_TIMER,
  fire: async (unit, timer) => {
    await context.shelf.refresh(unit.db)
    const alarm = alarmOn(context, unit.today)
    const { horizon } = context.calendars().current
    // Another calendar came into force meanwhile: its own alarms are set.
    if (alarm === null || horizon === null || !timer.rung.startsWith(horizon)) return
    await unit.record(calendarEnding, {
      subject: { kind: 'calendar', id: context.calendars().current.version },
      payload: { horizon, daysLeft: alarm.daysLeft, late: timer.late },
    })
  },
})

// ------------------------------------------------------------------------------------------ reading

type Version = z.infer<typeof calendarVersionSchema>
type Proposal = z.infer<typeof calendarProposalSchema>

const noticeOf = (file: CalendarFile): Notice => ({
  year: file.year,
  provisional: file.provisional,
  publishedOn: file.publishedOn,
  basis: file.source.basis,
  certainty: file.source.certainty,
  holidays: file.holidays,
  makeupWorkdays: file.makeupWorkdays,
})
const viewProposal = (row: CalendarProposalRecord, names: ReadonlyMap<PersonId, string>, actor: Actor): Proposal => {
  const may = mayDecideCalendar(actor, { state: row.state, proposedBy: row.proposed_by })
  return {
    proposalId: row.id,
    year: row.year,
    state: row.state,
    notice: noticeOf(row.file),
    proposedAt: row.proposed_at,
    proposedBy: names.get(row.proposed_by) ?? '',
    decidedAt: row.decided_at,
    decidedBy: row.decided_by === null ? null : (names.get(row.decided_by) ?? ''),
    remark: row.remark,
    moved: row.applied_at === null ? null : (row.moved ?? 0),
    mayDecide: may.allowed ? null : may.because.refusal.sentence,
  }
}
const namesOf = (context: Context, db: Database, rows: readonly CalendarProposalRecord[]) =>
  context.people.personNames(
    db,
    rows.flatMap((row) => [row.proposed_by, ...(row.decided_by === null ? [] : [row.decided_by])]),
  )
export const readProposal = async (
  context: Context,
  db: Database,
  actor: Actor,
  id: CalendarProposalId,
): Promise<Proposal> => {
  const row = await calendarProposal(db, id)
  if (row === null) throw refuse.proposalMissing()
  return viewProposal(row, await namesOf(context, db, [row]), actor)
}
export const readEffect = async (
  context: Context,
  db: Database,
  id: CalendarProposalId,
  now: Instant,
): Promise<Effect> => {
  const row = await calendarProposal(db, id)
  if (row === null) throw refuse.proposalMissing()
  if (row.state !== 'proposed') throw refuse.proposalDecided()
  return effectOf(context, db, row.file, now)
}

const versionsOf = async (context: Context, db: Database): Promise<Version[]> => {
  const { current } = context.calendars()
  const found: Version[] = []
  let before: { calendar: Calendar; files: readonly CalendarFile[] } | null = null
  for (const row of await calendarVersions(db)) {
    const files = chosen(row.files)
    const calendar = build(files)
    const changes: DayChange[] = []
    const older = before
    if (older !== null)
      for (const file of files)
        if (!older.files.some((each) => each.id === file.id && each.version === file.version))
          changes.push(...telling(changedDays(older.calendar, calendar, file.year)))
    found.push({
      version: row.version,
      current: row.version === current.version,
      inForceFrom: row.in_force_from,
      cause: row.cause,
      years: files.map((file) => ({
        year: file.year,
        provisional: file.provisional,
        publishedOn: file.publishedOn,
        basis: file.source.basis,
        certainty: file.source.certainty,
      })),
      changes,
    })
    before = { calendar, files }
  }
  return found.reverse()
}
export const listCalendars = async (context: Context, db: Database, actor: Actor, now: Instant) => {
  const rows = await calendarProposals(db)
  const names = await namesOf(context, db, rows)
  const may = mayProposeCalendar(actor)
  return {
    versions: await versionsOf(context, db),
    proposals: rows.map((row) => viewProposal(row, names, actor)),
    alarm: alarmOn(context, localDateOf(now)),
    mayPropose: may.allowed ? null : may.because.refusal.sentence,
  }
}
