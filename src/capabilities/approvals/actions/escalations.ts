/** The ladder speaks: once for each rung and due day, in order, marked late when late. */
import type { z } from 'zod'
import { type Actor, type Role, system } from '../../../kernel/actor.ts'
import type { PersonId } from '../../../kernel/identity.ts'
import { cursorOf, keysAs } from '../../../kernel/page.ts'
import { isRefused } from '../../../kernel/refusal.ts'
import { type Instant, localDateOf } from '../../../kernel/time.ts'
import { type Words, words } from '../../../kernel/words.ts'
import type { Database, TimerHandler } from '../../../platform/platform.ts'
import type { escalationMarkSchema, escalationRowSchema } from '../contract/clocks.ts'
import { escalated } from '../contract/events-clocks.ts'
import type { ApplicationId, ClockId } from '../contract.ts'
import { rungs } from '../model/clock/rungs.ts'
import type { LadderLevel } from '../model/clock-rules.ts'
import { calendarOf } from '../model/clock-view.ts'
import { escalationSteps, speaksAlone } from '../model/escalation.ts'
import type { ClockRecord } from '../store/clocks.ts'
import {
  clocksUnderOtherLadder,
  type EscalationRecord,
  type EscalationScope,
  escalationPage,
  insertEscalation,
} from '../store/escalations.ts'
import { departmentNames, type LockedCase, lockCase } from './case-file.ts'
import type { Context } from './context.ts'
import { ESCALATION_TIMER } from './escalation-timers.ts'
import { aboutApplication, subjectOf } from './event-facts.ts'

export const levelWords: Readonly<Record<LadderLevel, Words>> = {
  person: words('经办人', 'the officer'),
  head: words('部门负责人', 'the head of the department'),
  supervisor: words('效能监督', 'the supervisor'),
}
const handlerOf = (file: LockedCase, clock: ClockRecord): PersonId | null => {
  const task = file.tasks.find((each) => each.id === clock.opinion_task_id)
  if (task !== undefined) return task.changed_by === task.sent_by ? null : task.changed_by
  const run = file.itemRuns.find((each) => each.id === clock.item_run_id)
  return run?.draft?.draftedBy ?? run?.changed_by ?? null
}

export const escalationTimer = (context: Context): TimerHandler => ({
  kind: ESCALATION_TIMER,
  fire: async (unit, timer) => {
    const { payload } = timer
    const id =
      typeof payload === 'object' && payload !== null && 'applicationId' in payload ? payload['applicationId'] : null
    if (typeof id !== 'string') return
    const file = await lockCase(context, unit, id as ApplicationId)
    const clock = file.book.get(timer.subjectId as ClockId)
    if (clock === null) return
    const { ladder, version } = context.clockRules
    const calendar = calendarOf(context.calendars(), clock.terms, clock.ledger)
    const step = escalationSteps(clock.terms, clock.ledger, calendar, ladder.rungs).find(
      (each) => each.key === timer.rung,
    )
    // The due day has moved since, or the clock stands still: then this rung has nothing to say.
    if (step === undefined || step.at > unit.now) return
    const { rung } = step
    const isNew = await insertEscalation(unit.db, {
      clock_id: clock.id,
      key: step.key,
      rung: rung.code,
      level: rung.level,
      due: step.due,
      application_id: clock.application_id,
      department: clock.department,
      person_id: handlerOf(file, clock),
      at: step.at,
      recorded_at: unit.now,
      late: timer.late,
      rules_version: version,
    })
    if (!isNew) return
    await unit.record(escalated, {
      ...subjectOf(file.application),
      occurredAt: step.at,
      payload: {
        ...aboutApplication(context, file.application),
        clockId: clock.id,
        clockName: clock.label.zh,
        purpose: clock.purpose,
        department: clock.department,
        departmentName: file.departments.name(clock.department),
        due: step.due,
        rung: rung.code,
        rungName: rung.name.zh,
        level: rung.level,
        levelName: levelWords[rung.level].zh,
        alone: speaksAlone(step, rungs(clock.terms, clock.ledger, calendar)),
        late: timer.late,
        rulesVersion: version,
      },
    })
  },
})

/** Sets the timers of open clocks that were made under another ladder, or before there was one. Safe to repeat. */
export const armOpenClocks = async (context: Context): Promise<void> => {
  for (;;) {
    const ids = await clocksUnderOtherLadder(context.platform.db, context.clockRules.version, 200)
    let armed = 0
    for (const id of ids) armed += await armApplication(context, id)
    // Nothing was armed: what is left cannot be now, and says why in the log.
    if (armed === 0) return
  }
}
const armApplication = async (context: Context, id: ApplicationId): Promise<number> => {
  const { version } = context.clockRules
  try {
    await context.platform.transact(system('approvals.ladder'), async (unit) => {
      const file = await lockCase(context, unit, id)
      for (const clock of file.book.all()) if (clock.open && clock.ladder !== version) file.book.touch(clock)
      await file.book.close()
    })
    return 1
  } catch (error) {
    if (!isRefused(error)) throw error
    context.platform.log.error({ applicationId: id, refusal: error.refusal.code }, 'a ladder could not be set')
    return 0
  }
}

type Mark = z.infer<typeof escalationMarkSchema>
export const markOf = (context: Context, row: EscalationRecord): Mark => ({
  code: row.rung,
  name: context.clockRules.ladder.rungs.find((rung) => rung.code === row.rung)?.name ?? words(row.rung, row.rung),
  level: row.level,
  at: row.at,
  late: row.late,
})

const departmentsIn = (actor: Actor, roles: readonly Role[]): readonly string[] =>
  actor.kind !== 'person'
    ? []
    : actor.roles.flatMap((held) =>
        roles.includes(held.role) && held.department !== undefined ? [held.department] : [],
      )
const scopeOf = (actor: Actor): EscalationScope => {
  const has = (role: Role): boolean => actor.kind === 'person' && actor.roles.some((held) => held.role === role)
  return {
    all: has('supervisor') || has('administrator'),
    handling: departmentsIn(actor, ['reviewer', 'lead', 'approver']),
    heading: departmentsIn(actor, ['approver']),
    window: has('clerk'),
  }
}
export const listEscalations = async (
  context: Context,
  db: Database,
  actor: Actor,
  query: {
    readonly level?: LadderLevel | undefined
    readonly show: 'open' | 'all'
    readonly after?: string | undefined
    readonly limit: number
  },
  now: Instant,
): Promise<{
  rows: z.infer<typeof escalationRowSchema>[]
  next: string | null
  ladder: {
    version: string
    basis: string
    certainty: Context['clockRules']['ladder']['source']['certainty']
    rungs: Context['clockRules']['ladder']['rungs']
  }
}> => {
  const after = keysAs(query.after, 'instant', 'id')
  const found = await escalationPage(db, {
    scope: scopeOf(actor),
    level: query.level,
    openOnly: query.show === 'open',
    after: after === null ? undefined : { at: after[0], clockId: after[1] },
    limit: query.limit + 1,
  })
  const rows = found.slice(0, query.limit)
  const last = rows.at(-1)
  const names = await departmentNames(context, db, localDateOf(now))
  const persons = await context.people.personNames(
    db,
    rows.flatMap((row) => (row.person_id === null ? [] : [row.person_id])),
  )
  const { ladder, version } = context.clockRules
  return {
    next: found.length > query.limit && last !== undefined ? cursorOf(last.at, last.clock_id) : null,
    rows: rows.map((row) => ({
      clockId: row.clock_id,
      applicationId: row.application_id,
      caseNumber: row.case_number,
      projectName: row.project_name,
      label: row.label,
      department: row.department,
      departmentName: names.name(row.department),
      person: row.person_id === null ? null : (persons.get(row.person_id) ?? null),
      due: row.due,
      open: row.open,
      mark: markOf(context, row),
    })),
    ladder: { version, basis: ladder.source.basis, certainty: ladder.source.certainty, rungs: ladder.rungs },
  }
}
