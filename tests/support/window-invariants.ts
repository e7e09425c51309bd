/** What must hold in the window at any time: compared with the model, or true by itself. Each check throws what is wrong. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import * as consultation from '../../src/capabilities/approvals/contract/consultation.ts'
import * as contract from '../../src/capabilities/approvals/contract.ts'
import { applicationLife, itemRunLife, opinionTaskLife } from '../../src/capabilities/approvals/model/lifecycle.ts'
import { leafHashOf } from '../../src/engines/merkle/entry-leaf.ts'
import { rootOf } from '../../src/engines/merkle/tree.ts'
import type { Lifecycle } from '../../src/kernel/lifecycle.ts'
import { addDays, type Instant, localDateOf } from '../../src/kernel/time.ts'
import { signCheckpoint } from '../../src/platform/journal/checkpoint.ts'
import { openLogKey } from '../../src/platform/journal/log-key.ts'
import { type EntryRow, leafEntryOfRow } from '../../src/platform/journal/reader.ts'
import { nodeSha256 } from '../../src/platform/journal/seal.ts'
import { heldNow, isOpen, openRuns, type WindowModel } from './window-model.ts'
import { type ApplicationRow, askedDepartments, type Real } from './window-real.ts'

// ------------------------------------------------------------------------------------------ after every step

const pictureOf = (rows: readonly ApplicationRow[]) =>
  rows.map((row) => ({
    id: row.id,
    stage: row.stage,
    state: row.state,
    round: row.round,
    items: row.items,
    withdrawing: row.withdrawal !== null,
    secondList: row.secondList,
    runs: row.runs.map((run) => ({
      itemId: run.itemId,
      department: run.department,
      state: run.state,
      outcome: run.outcome,
      hold: run.hold,
      proposed: run.proposed,
      certificates: run.certificates.length,
      conflict: run.conflict?.tasks.length ?? 0,
      tasks: run.tasks.map(({ department, state, code }) => ({ department, state, code })),
    })),
  }))
const expectedOf = (world: WindowModel): ReturnType<typeof pictureOf> =>
  world.applications.map((each) => ({
    id: each.id,
    stage: each.stage,
    state: each.state,
    round: each.round,
    items: each.items,
    withdrawing: each.withdrawalBy !== null,
    secondList: each.secondListBy !== null,
    runs: each.runs.map((run) => ({
      itemId: run.itemId,
      department: run.department,
      state: run.state,
      outcome: run.outcome,
      hold: run.hold,
      proposed: run.proposal !== null,
      certificates: run.certificates,
      conflict: run.conflict?.length ?? 0,
      tasks: run.tasks.map(({ department, state, code }) => ({ department, state, code })),
    })),
  }))
/** No file is lost or changed by itself: all are there, with the state, round, items, opinions and holds of the model. */
export const expectSamePicture = (world: WindowModel, rows: readonly ApplicationRow[]): void => {
  expect(pictureOf(rows)).toEqual(expectedOf(world))
}

const step = <S extends string>(life: Lifecycle<S>, id: string, from: S | undefined, to: S): void => {
  if (from !== undefined && from !== to && !life.leads(from, to)) throw new Error(`${id} went from ${from} to ${to}`)
}
/** Between two looks everything took at most one step, and one of its lifecycle. */
export const expectLawfulSteps = (before: readonly ApplicationRow[], now: readonly ApplicationRow[]): void => {
  const old = new Map(before.map((row) => [row.id, row]))
  for (const row of now) {
    const was = old.get(row.id)
    step(applicationLife, row.id, was?.state, row.state)
    if (row.version < (was?.version ?? 0)) throw new Error(`${row.id} went back to an older version`)
    for (const run of row.runs) {
      const ran = was?.runs.find((each) => each.id === run.id)
      step(itemRunLife, run.id, ran?.state, run.state)
      for (const task of run.tasks)
        step(opinionTaskLife, task.id, ran?.tasks.find((each) => each.id === task.id)?.state, task.state)
    }
  }
}

// ------------------------------------------------------------------------------------------ now and then

/** Every document number of a series is there once, without a gap; nothing bears the number of another. */
export const expectGaplessNumbers = async ({ window }: Real): Promise<void> => {
  const { rows } = await window.test.pool.query<{ series: string; numbers: string[] }>(
    `select regexp_replace(document_number, '[0-9]+$', '') as series, array_agg(document_number order by document_number) as numbers
     from approvals.certificate group by 1`,
  )
  for (const { series, numbers } of rows)
    expect(numbers).toEqual(numbers.map((_, index) => `${series}${String(index + 1).padStart(4, '0')}`))
  const { rows: doubles } = await window.test.pool.query(
    `select receipt_number as n from approvals.submission group by 1 having count(*) > 1
     union all select case_number from approvals.application group by 1 having count(*) > 1
     union all select number from approvals.receipt group by 1 having count(*) > 1
     union all select code from approvals.certificate group by 1 having count(*) > 1`,
  )
  expect(doubles).toEqual([])
}

/** One decision and one certificate in force for an item run that is decided; none for one that was never decided. */
export const expectOneDecision = (world: WindowModel, rows: readonly ApplicationRow[]): void => {
  for (const row of rows)
    for (const run of row.runs) {
      if (run.state === 'decided') expect(run.certificates.length, run.id).toBeGreaterThan(0)
      if (run.outcome === null) expect(run.certificates, run.id).toEqual([])
    }
  expect(world.applications.flatMap((each) => each.runs).reduce((sum, run) => sum + run.certificates, 0)).toBe(
    rows.flatMap((row) => row.runs).reduce((sum, run) => sum + run.certificates.length, 0),
  )
}

/** No timer waits for a clock that has ended, nor for a pause that is over; every running clock has its last step ahead. */
export const expectTimersOfOpenClocks = async ({ window }: Real): Promise<void> => {
  const { rows: orphans } = await window.test.pool.query(
    `select t.kind, t.rung, c.purpose from journal.timer t join approvals.clock c on c.id::text = t.subject_id
     where t.fired_at is null and t.kind in ('approvals.clock', 'approvals.escalation') and not c.open
     union all
     select t.kind, t.rung, r.state from journal.timer t join approvals.item_run r on r.id::text = t.subject_id
     where t.fired_at is null and t.kind = 'approvals.pause-end'
       and coalesce(r.hold->>'noticeId', '') <> t.rung`,
  )
  expect(orphans).toEqual([])
  const { rows: asleep } = await window.test.pool.query(
    `select c.id, c.purpose from approvals.clock c where c.open and not c.held and not exists
       (select from journal.timer t where t.kind = 'approvals.clock' and t.subject_id = c.id::text and t.rung like 'overdue@%')`,
  )
  expect(asleep).toEqual([])
}

/**
 * Every clock can be explained day by day: the counted days that are over are what is consumed, and each day has one
 * holder. The days after the last one that is over are a forecast.
 */
export const expectExplainedClocks = async ({ window, today }: Real, explained: Map<string, string>): Promise<void> => {
  const { rows } = await window.test.pool.query<{
    id: contract.ClockId
    open: boolean
    events: number
    ended: Instant | null
  }>(
    `select c.id, c.open, (select count(*)::int from approvals.clock_event e where e.clock_id = c.id) as events,
       (select min(e.occurred_at) from approvals.clock_event e where e.clock_id = c.id and e.kind in ('stop', 'cancel')) as ended
     from approvals.clock c order by c.created_at, c.id`,
  )
  for (const { id, open, events, ended } of rows) {
    // An ended clock is explained once: nothing in it can change any more.
    const key = `${open} ${events}`
    if (!open && explained.get(id) === key) continue
    explained.set(id, key)
    const { clock, rows: days } = await window
      .as(window.supervisor)
      .call(contract.explainClockOf, { params: { clockId: id } })
    const { gross, authority, applicant, thirdParty } = clock.totals
    expect(authority + applicant + thirdParty, `holders of ${id}`).toBe(gross)
    const counted = days.filter((day) => day.counted)
    const over = ended === null ? addDays(today(), -1) : localDateOf(ended)
    expect(counted.filter((day) => day.day <= over).length, `days of ${id} ${clock.label.zh}`).toBe(clock.consumed)
    expect(
      counted.map((day) => day.number),
      `numbers of ${id}`,
    ).toEqual(counted.map((_, index) => index + 1))
    if (open) expect(['running', 'paused'], id).toContain(clock.state)
    else expect(['stopped', 'cancelled'], id).toContain(clock.state)
  }
}

/** The order of the journal has no gap, and the root that is signed is that of the entries as they stand. */
export const expectWholeJournal = async ({ window }: Real): Promise<void> => {
  await window.test.seal()
  const { rows } = await window.test.pool.query<EntryRow & { seq: number }>(
    'select s.seq, e.* from journal.entry e left join journal.seal s on s.entry_id = e.id order by s.seq',
  )
  expect(rows.map((row) => Number(row.seq))).toEqual(rows.map((_, index) => index + 1))
  const folder = mkdtempSync(join(tmpdir(), 'mingzhu-log-key-'))
  const client = await window.test.pool.connect()
  try {
    await client.query('update journal.tree set verifier_key = null')
    const signed = await signCheckpoint(client, openLogKey(folder, 'model.test'), window.platform.clock())
    expect(signed.size).toBe(rows.length)
    const root = rootOf(
      rows.map((row) => leafHashOf(leafEntryOfRow(row), nodeSha256)),
      nodeSha256,
    )
    expect(Buffer.from(root).toString('hex')).toBe(Buffer.from(signed.root).toString('hex'))
  } finally {
    client.release()
    rmSync(folder, { recursive: true })
  }
}

/** Each queue shows exactly what waits for the desk, with its hold. */
export const expectQueues = async (world: WindowModel, { window, rows, today }: Real): Promise<void> => {
  const intake = await window.as(window.clerk).call(contract.readQueue, { query: { desk: 'intake', limit: 200 } })
  const waiting = world.applications.filter((each) => each.state === 'submitted')
  expect(intake.rows.map((row) => row.id).sort()).toEqual(waiting.map((each) => each.id).sort())
  const { counts } = intake
  expect(counts.normal + counts.warning + counts.overdue + counts.paused).toBe(waiting.length)
  for (const department of askedDepartments) {
    const { approver } = await window.officers(department)
    const queue = await window.as(approver).call(contract.readQueue, { query: { desk: 'department', limit: 200 } })
    const expected = world.applications.flatMap((application) =>
      application.runs.flatMap((run) => {
        const real = rows.find((row) => row.id === application.id)?.runs.find((each) => each.itemId === run.itemId)
        return [
          ...(run.department === department && openRuns.includes(run.state)
            ? [`item-run ${real?.id ?? ''} ${run.state} ${heldNow(run, today()) ? 'held' : 'free'}`]
            : []),
          ...run.tasks.flatMap((task) =>
            task.department === department && isOpen(task)
              ? [
                  `opinion-task ${real?.tasks.find((each) => each.department === department && (each.state === 'sent' || each.state === 'opened'))?.id ?? ''} ${task.state} free`,
                ]
              : [],
          ),
        ]
      }),
    )
    expect(
      queue.rows.map((row) => `${row.kind} ${row.id} ${row.state} ${row.hold === null ? 'free' : 'held'}`).sort(),
    ).toEqual(expected.sort())
  }
}

/** The list of mediation holds every conflict of an item that is still in hand, and no other. */
export const expectConflictsInHand = async ({ window, rows }: Real): Promise<void> => {
  const listed = await window.as(window.supervisor).call(consultation.listConflicts, { query: { limit: 200 } })
  const inHand = rows.flatMap((row) => row.runs).filter((run) => openRuns.includes(run.state))
  expect(listed.rows.map((row) => row.conflictId).sort()).toEqual(
    inHand.flatMap((run) => (run.conflict === null ? [] : [run.conflict.id])).sort(),
  )
}

/** The public page shows what is published and nobody's name. */
export const expectDiscreetPublicPage = async (world: WindowModel, real: Real): Promise<void> => {
  const { window } = real
  const { rows: names } = await window.test.pool.query<{ name: string }>('select name from people.person')
  const { rows: published } = await window.test.pool.query<{ id: string }>(
    `select id from journal.entry where visibility = 'public'`,
  )
  const open = new Set(published.map((row) => row.id))
  for (const [index, { number }] of real.projects.entries()) {
    const page = await window.as({ kind: 'anonymous' }).call(contract.readPublicProgress, { params: { number } })
    const text = JSON.stringify(page)
    for (const { name } of names) expect(text).not.toContain(name)
    for (const fact of page.facts) expect(open.has(fact.entryId), fact.sentence).toBe(true)
    const shown = page.stages.flatMap((stage) => stage.applications)
    const own = world.applications.filter((each) => each.project === index && each.round > 0)
    expect(shown.map((each) => each.state).sort()).toEqual(own.map((each) => each.state).sort())
    expect(shown.flatMap((each) => each.items.map((item) => item.decision?.outcome ?? 'none')).sort()).toEqual(
      own.flatMap((each) => each.runs.map((run) => run.outcome ?? 'none')).sort(),
    )
    for (const each of shown) {
      const { gross, authority, applicant, thirdParty } = each.days
      expect(authority + applicant + thirdParty, each.caseNumber).toBe(gross)
    }
  }
}
