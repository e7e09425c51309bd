/** Signals: the rules look at every entry after the fact; people look into what they notice. Nothing is punished by itself. */
import type { z } from 'zod'
import { type Actor, holds } from '../../../kernel/actor.ts'
import { require } from '../../../kernel/decision.ts'
import type { PersonId, ProjectId } from '../../../kernel/identity.ts'
import { cursorOf, keysAs } from '../../../kernel/page.ts'
import { addMs, DAY_MS, type Instant, localDateOf, msOf } from '../../../kernel/time.ts'
import { type Words, words } from '../../../kernel/words.ts'
import type { Database, JournalEntry, JsonValue, Reaction, Unit } from '../../../platform/platform.ts'
import type { signalRowSchema } from '../contract/clocks.ts'
import {
  approvalsEvents,
  correctionsRequested,
  decided,
  documentAttached,
  documentRemoved,
  draftCreated,
  draftDiscarded,
  draftSaved,
  opinionGiven,
  paused,
  submitted,
} from '../contract/events.ts'
import { signalMoved, signalRaised } from '../contract/events-clocks.ts'
import type { ApplicationId, ItemRunId } from '../contract.ts'
import { mayMoveSignal } from '../model/calendar-policy.ts'
import { type SignalCode, signalRule } from '../model/clock-rules.ts'
import { derive, leadingAmong } from '../model/clock-view.ts'
import * as refuse from '../model/refusals/clocks.ts'
import { type ApplicationRecord, application as readApplication } from '../store/applications.ts'
import { type ClockRecord, clocksOf } from '../store/clocks.ts'
import {
  actsOf,
  givenUp,
  lockSignal,
  raiseSignal,
  type SignalEvidence,
  type SignalId,
  type SignalRecord,
  type SignalState,
  moveSignal as saveMove,
  signalById,
  signalCounts,
  signalPage,
} from '../store/signals.ts'
import { departmentNames, orNull, requirePerson } from './case-file.ts'
import type { Context } from './context.ts'
import { textIn } from './stale.ts'

interface Noticed {
  readonly rule: SignalCode
  readonly key: string
  readonly department: string
  readonly facts: Readonly<Record<string, JsonValue>>
  readonly evidence: readonly SignalEvidence[]
}
interface Seen {
  readonly context: Context
  readonly db: Database
  readonly entry: JournalEntry
  readonly application: ApplicationRecord
}
const here = ({ application, entry }: Seen, what: string): SignalEvidence => ({
  applicationId: application.id,
  caseNumber: application.case_number,
  what,
  at: entry.occurredAt,
})
/** Days that a clock still had, today included, just before something happened to it. */
const leftBefore = (context: Context, clock: ClockRecord, at: Instant): number | null =>
  orNull(() => derive(clock, context.calendars(), addMs(at, -1)).remaining)

const pauseNearDue = async (seen: Seen): Promise<Noticed | null> => {
  const { context, db, entry, application } = seen
  const rule = signalRule(context.clockRules, 'pause-near-due')
  const itemRunId = textIn(entry.payload, 'itemRunId') as ItemRunId | null
  if (rule === null || entry.kind !== paused.kind || itemRunId === null) return null
  const own = (await clocksOf(db, [application.id])).filter(
    (clock) => clock.item_run_id === itemRunId && clock.opinion_task_id === null,
  )
  const leading = leadingAmong(own)
  const left = leading === undefined ? null : leftBefore(context, leading, entry.occurredAt)
  if (left === null || left > rule.atMostDaysLeft) return null
  return {
    rule: rule.code,
    key: entry.id,
    department: textIn(entry.payload, 'department') ?? application.lead_department,
    facts: { left, item: textIn(entry.payload, 'itemName') ?? '' },
    evidence: [here(seen, `停止计时时还剩${left}日:${textIn(entry.payload, 'groundName') ?? ''}`)],
  }
}
const correctionLastDay = async (seen: Seen): Promise<Noticed | null> => {
  const { context, db, entry, application } = seen
  const rule = signalRule(context.clockRules, 'correction-last-day')
  if (rule === null || entry.kind !== correctionsRequested.kind) return null
  const intake = (await clocksOf(db, [application.id])).findLast(
    (clock) =>
      clock.purpose === 'intake' &&
      clock.ledger.some((event) => event.kind === 'stop' && event.occurredAt === entry.occurredAt),
  )
  const left = intake === undefined ? null : leftBefore(context, intake, entry.occurredAt)
  if (left === null || left > rule.atMostDaysLeft) return null
  return {
    rule: rule.code,
    key: entry.id,
    department: application.lead_department,
    facts: { left },
    evidence: [here(seen, left === 0 ? '逾期后告知补正' : '受理期限最后一日告知补正')],
  }
}
const refiled = async (seen: Seen): Promise<Noticed | null> => {
  const { context, db, entry, application } = seen
  const rule = signalRule(context.clockRules, 'refiled')
  if (rule === null || entry.kind !== submitted.kind || application.submitted_at === null) return null
  const earlier = await givenUp(
    db,
    { projectId: application.project_id, stage: application.stage, applicantId: application.applicant_id },
    addMs(entry.occurredAt, -rule.withinDays * DAY_MS),
    entry.occurredAt,
  )
  if (earlier.length === 0) return null
  return {
    rule: rule.code,
    key: application.id,
    department: application.lead_department,
    facts: { times: earlier.length },
    evidence: [
      ...earlier.map((each) => ({
        applicationId: each.id,
        caseNumber: each.case_number,
        what: '撤回或退回',
        at: each.closed_at ?? entry.occurredAt,
      })),
      here(seen, '重新申请'),
    ],
  }
}
const backdated = async (seen: Seen): Promise<Noticed | null> => {
  const { context, entry, application } = seen
  const rule = signalRule(context.clockRules, 'backdated')
  // What the system enters late is marked late by itself; only people enter things afterwards.
  if (rule === null || !entry.actor.startsWith('person:')) return null
  const hours = Math.floor((msOf(entry.recordedAt) - msOf(entry.occurredAt)) / 3_600_000)
  if (hours <= rule.moreThanHours) return null
  return {
    rule: rule.code,
    key: entry.id,
    department: textIn(entry.payload, 'department') ?? application.lead_department,
    facts: { hours },
    evidence: [here(seen, `发生后${hours}小时才录入`)],
  }
}
const burst = async (seen: Seen): Promise<Noticed | null> => {
  const { context, db, entry, application } = seen
  const rule = signalRule(context.clockRules, 'burst')
  const what = entry.kind === decided.kind ? 'decision' : entry.kind === opinionGiven.kind ? 'opinion' : null
  if (rule === null || what === null || !entry.actor.startsWith('person:')) return null
  const person = entry.actor.slice('person:'.length) as PersonId
  const acts = await actsOf(db, person, what, addMs(entry.recordedAt, -rule.withinMinutes * 60_000), entry.recordedAt)
  if (acts.length < rule.atLeast) return null
  return {
    rule: rule.code,
    key: `${what}:${person}:${localDateOf(entry.recordedAt)}`,
    department:
      textIn(entry.payload, what === 'decision' ? 'department' : 'askedDepartment') ?? application.lead_department,
    facts: { count: acts.length, minutes: rule.withinMinutes, what, person },
    evidence: acts.map((act) => ({
      applicationId: act.application_id,
      caseNumber: act.case_number,
      what: what === 'decision' ? '作出决定' : '出具意见',
      at: act.at,
    })),
  }
}
const rules = [pauseNearDue, correctionLastDay, refiled, backdated, burst]

/** What happens to a draft is nobody's measure. */
const quiet = new Set(
  [draftCreated, draftSaved, draftDiscarded, documentAttached, documentRemoved].map((each) => each.kind),
)
/** Looks at every entry about an application, exactly once, after it became true. */
export const signalReaction = (context: Context): Reaction => ({
  listener: 'approvals.signals',
  kinds: approvalsEvents.map((event) => event.kind).filter((kind) => !quiet.has(kind)),
  react: async (unit, entry) => {
    if (entry.subject.kind !== 'application') return
    const application = await readApplication(unit.db, entry.subject.id as ApplicationId)
    if (application === null) return
    await context.shelf.refresh(unit.db)
    for (const rule of rules) {
      const noticed = await rule({ context, db: unit.db, entry, application })
      if (noticed !== null) await raise(context, unit, entry, application, noticed)
    }
  },
})
const nameOfRule = (context: Context, code: SignalCode): Words =>
  signalRule(context.clockRules, code)?.name ?? words(code, code)

const raise = async (
  context: Context,
  unit: Unit,
  entry: JournalEntry,
  application: ApplicationRecord,
  noticed: Noticed,
): Promise<void> => {
  const id = unit.newId<'signal'>()
  const { version } = context.clockRules
  const outcome = await raiseSignal(unit.db, {
    id,
    rule: noticed.rule,
    rules_version: version,
    key: noticed.key,
    department: noticed.department,
    project_id: entry.projectId as ProjectId | null,
    application_id: application.id,
    case_number: application.case_number,
    occurred_at: entry.occurredAt,
    raised_at: unit.now,
    facts: noticed.facts,
    evidence: noticed.evidence,
  })
  if (outcome === 'known') return
  const names = await departmentNames(context, unit.db, unit.today)
  await unit.record(signalRaised, {
    subject: { kind: 'signal', id },
    projectId: entry.projectId,
    payload: {
      signalId: id,
      rule: noticed.rule,
      ruleName: nameOfRule(context, noticed.rule).zh,
      rulesVersion: version,
      caseNumber: application.case_number,
      department: noticed.department,
      departmentName: names.name(noticed.department),
    },
  })
}

// ------------------------------------------------------------------------------------------ people look

export const stateWords: Readonly<Record<SignalState, Words>> = {
  new: words('待查看', 'New'),
  'looked-at': words('已查看', 'Looked at'),
  explained: words('已说明', 'Explained'),
  confirmed: words('已核实', 'Confirmed'),
}
export const moveSignal = async (
  context: Context,
  unit: Unit,
  id: SignalId,
  input: { readonly version: number; readonly state: Exclude<SignalState, 'new'>; readonly note: string },
): Promise<void> => {
  const person = requirePerson(unit.actor)
  const row = await lockSignal(unit.db, id)
  if (row === null) throw refuse.signalMissing()
  require(mayMoveSignal(unit.actor, row, input.state))
  if (row.version !== input.version) throw refuse.signalMoved()
  if (input.state !== 'looked-at' && input.note === '')
    throw refuse.signalNoteMissing({}, [{ path: 'note', message: '请填写说明。' }])
  await saveMove(unit.db, id, {
    state: input.state,
    note: input.note === '' ? row.note : input.note,
    changed_at: unit.now,
    changed_by: person,
  })
  await unit.record(signalMoved, {
    subject: { kind: 'signal', id },
    projectId: row.project_id,
    payload: {
      signalId: id,
      rule: row.rule,
      ruleName: nameOfRule(context, row.rule).zh,
      caseNumber: row.case_number,
      state: input.state,
      stateName: stateWords[input.state].zh,
    },
    ...(input.note === '' ? {} : { personal: { note: input.note } }),
  })
}

const sentenceOf = (row: SignalRecord, person: string): Words => {
  const fact = (name: string): string => {
    const value = row.facts[name]
    return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
  }
  switch (row.rule) {
    case 'pause-near-due':
      return words(
        `“${fact('item')}”还剩${fact('left')}日时停止计时`,
        `Paused with ${fact('left')} days left: ${fact('item')}`,
      )
    case 'correction-last-day':
      return fact('left') === '0'
        ? words('受理期限届满后才告知补正', 'Corrections asked for after the limit')
        : words('受理期限的最后一日才告知补正', 'Corrections asked for on the last day')
    case 'refiled':
      return words(`撤回或退回${fact('times')}次后重新申请`, `Filed again after being given up ${fact('times')} times`)
    case 'backdated':
      return words(`发生${fact('hours')}小时后才录入`, `Entered ${fact('hours')} hours afterwards`)
    case 'burst':
      return words(
        `${person}在${fact('minutes')}分钟内${fact('what') === 'decision' ? '作出决定' : '出具意见'}${fact('count')}件`,
        `${person}: ${fact('count')} ${fact('what')}s within ${fact('minutes')} minutes`,
      )
  }
}
type Row = z.infer<typeof signalRowSchema>
const viewOf = async (context: Context, db: Database, actor: Actor, rows: readonly SignalRecord[], now: Instant) => {
  const departments = await departmentNames(context, db, localDateOf(now))
  const personIn = (row: SignalRecord): PersonId[] => {
    const { person } = row.facts
    return typeof person === 'string' ? [person as PersonId] : []
  }
  const names = await context.people.personNames(
    db,
    rows.flatMap((row) => [...personIn(row), ...(row.changed_by === null ? [] : [row.changed_by])]),
  )
  return rows.map((row): Row => {
    const may = (to: Exclude<SignalState, 'new'>) => {
      const decision = mayMoveSignal(actor, row, to)
      return decision.allowed ? null : decision.because.refusal.sentence
    }
    return {
      signalId: row.id,
      rule: row.rule,
      ruleName: nameOfRule(context, row.rule),
      rulesVersion: row.rules_version,
      department: row.department,
      departmentName: departments.name(row.department),
      applicationId: row.application_id,
      caseNumber: row.case_number,
      occurredAt: row.occurred_at,
      raisedAt: row.raised_at,
      sentence: sentenceOf(row, personIn(row).flatMap((id) => names.get(id) ?? [])[0] ?? '同一人'),
      evidence: [...row.evidence],
      state: row.state,
      note: row.note,
      version: row.version,
      changedAt: row.changed_at,
      changedBy: row.changed_by === null ? null : (names.get(row.changed_by) ?? ''),
      may: { 'looked-at': may('looked-at'), explained: may('explained'), confirmed: may('confirmed') },
    }
  })
}
export const readSignal = async (
  context: Context,
  db: Database,
  actor: Actor,
  id: SignalId,
  now: Instant,
): Promise<Row> => {
  const row = await signalById(db, id)
  const [view] = row === null ? [] : await viewOf(context, db, actor, [row], now)
  if (view === undefined) throw refuse.signalMissing()
  return view
}
export const listSignals = async (
  context: Context,
  db: Database,
  actor: Actor,
  query: {
    readonly state?: SignalState | undefined
    readonly rule?: SignalCode | undefined
    readonly after?: string | undefined
    readonly limit: number
  },
  now: Instant,
) => {
  const all = holds(actor, 'supervisor') || holds(actor, 'administrator')
  const departments = all
    ? null
    : actor.kind !== 'person'
      ? []
      : actor.roles.flatMap((held) =>
          (held.role === 'lead' || held.role === 'approver') && held.department !== undefined ? [held.department] : [],
        )
  const after = keysAs(query.after, 'instant', 'id')
  const found = await signalPage(db, {
    departments,
    state: query.state,
    rule: query.rule,
    after: after === null ? undefined : { at: after[0], id: after[1] },
    limit: query.limit + 1,
  })
  const rows = found.slice(0, query.limit)
  const last = rows.at(-1)
  const { signals, version } = context.clockRules
  return {
    rows: await viewOf(context, db, actor, rows, now),
    next: found.length > query.limit && last !== undefined ? cursorOf(last.raised_at, last.id) : null,
    counts: await signalCounts(db, departments),
    rules: {
      version,
      basis: signals.source.basis,
      certainty: signals.source.certainty,
      list: signals.rules.map(({ code, name }) => ({ code, name })),
    },
  }
}
