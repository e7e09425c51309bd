import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { at, calendar, clockOf, paused, resumed, started, stopped } from '../../../tests/support/clocks.ts'
import { openWindow, type Window } from '../../../tests/support/window.ts'
import type { Person } from '../../kernel/actor.ts'
import { cursorOf } from '../../kernel/page.ts'
import { DAY_MS, instant } from '../../kernel/time.ts'
import { listEscalations, listSignals, moveSignal } from './contract/clocks.ts'
import { submitted } from './contract/events.ts'
import {
  type ApplicationFile,
  askOpinions,
  decidePause,
  type ItemRunView,
  listApplications,
  proposePause,
  readClockBoard,
  readQueue,
  requestCorrections,
} from './contract.ts'
import { rungs } from './model/clock/rungs.ts'
import { escalationSteps, speaksAlone } from './model/escalation.ts'

const query = { limit: 50, show: 'open' } as never
let window: Window
beforeAll(async () => {
  window = await openWindow()
})
afterAll(() => window.close())

const entriesOf = (open: Window, file: ApplicationFile) =>
  open.platform.journal.entriesOf(open.platform.db, {
    subject: { kind: 'application', id: file.application.applicationId },
  })
const escalations = async (open: Window, file: ApplicationFile, run: ItemRunView) =>
  (await entriesOf(open, file)).flatMap((entry) => {
    const payload = entry.payload as { clockId?: string; rung?: string; level?: string; late?: boolean }
    return entry.kind === 'approvals.escalated' && payload.clockId === run.clocks[0]?.clockId
      ? [{ rung: payload.rung, level: payload.level, late: payload.late, at: entry.occurredAt }]
      : []
  })
const onlyRun = (file: ApplicationFile): ItemRunView => {
  const [run] = file.itemRuns
  if (run === undefined) throw new Error('no item run')
  return run
}
const pauseRun = async (open: Window, run: ItemRunView, days: number): Promise<void> => {
  const team = await open.officers(run.department)
  const params = { itemRunId: run.itemRunId }
  const proposed = await open.as(team.reviewer).call(proposePause, {
    params,
    body: {
      version: (await open.itemRun(run.itemRunId)).version,
      ground: 'expert-review',
      reason: '评审',
      expectedDays: days,
    },
  })
  await open
    .as(team.approver)
    .call(decidePause, { params, body: { version: proposed.version, approve: true, remark: '' } })
}

describe('the ladder of a clock', () => {
  const ladder = () => window.clockRules.ladder.rungs
  it('speaks two days before, on the last day, on the first and the third day overdue, in workdays', () => {
    const steps = escalationSteps(clockOf({ budget: 10 }), [started('2026-03-02 10:00')], calendar, ladder())
    expect(steps.map((step) => [step.rung.code, step.at])).toEqual([
      ['before-2', at('2026-03-12 00:00')],
      ['due', at('2026-03-16 00:00')],
      ['overdue-1', at('2026-03-17 00:00')],
      ['overdue-3', at('2026-03-19 00:00')],
    ])
  })
  it('is silent to people whom the clock itself tells the same at the same moment', () => {
    // With a warning three days before the end, all but the third day overdue is told by the clock already.
    const alone = (warnAt: number) => {
      const clock = clockOf({ budget: 10, warnAt })
      const ledger = [started('2026-03-02 10:00')]
      return escalationSteps(clock, ledger, calendar, ladder())
        .filter((step) => speaksAlone(step, rungs(clock, ledger, calendar)))
        .map((step) => step.rung.code)
    }
    const warning = rungs(clockOf({ budget: 10, warnAt: 3 }), [started('2026-03-02 10:00')], calendar)[0]
    expect(warning).toMatchObject({ rung: 'warning', at: at('2026-03-12 00:00') })
    expect(alone(3)).toEqual(['overdue-3'])
    expect(alone(5)).toEqual(['before-2', 'overdue-3'])
  })
  it('says nothing before the start, while paused without an end, or after the stop', () => {
    const short = escalationSteps(clockOf({ budget: 1 }), [started('2026-03-02 10:00')], calendar, ladder())
    expect(short.map((step) => step.rung.code)).toEqual(['due', 'overdue-1', 'overdue-3'])
    const start = started('2026-03-02 10:00')
    expect(escalationSteps(clockOf(), [start, paused('2026-03-03 10:00')], calendar, ladder())).toEqual([])
    expect(escalationSteps(clockOf(), [start, stopped('2026-03-03 10:00')], calendar, ladder())).toEqual([])
    expect(escalationSteps(clockOf(), [], calendar, ladder())).toEqual([])
  })
  it('has each rung once, in order of time, whatever was paused', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 20 }), (budget, length) => {
        const ledger = [
          started('2026-03-02 10:00'),
          paused('2026-03-03 10:00'),
          resumed(`2026-03-${String(4 + length).padStart(2, '0')} 10:00`),
        ]
        const steps = escalationSteps(clockOf({ budget }), ledger, calendar, ladder())
        expect(new Set(steps.map((step) => step.key)).size).toBe(steps.length)
        for (const [index, step] of steps.entries())
          if (index > 0) expect(step.at >= (steps[index - 1]?.at ?? step.at)).toBe(true)
        expect(steps.filter((step) => step.rung.offset > 0)).toHaveLength(2)
      }),
    )
  })
  it('fires each rung once at its time, to the person, the head, the supervisor', async () => {
    const open = await openWindow()
    try {
      const file = await open.accepted({ itemIds: ['I-111'] })
      const run = onlyRun(file)
      const due = '2026-03-16'
      expect(run.clocks[0]?.due).toBe(due)
      for (let day = 0; day < 22; day += 1) {
        await open.fireTimers()
        await open.fireTimers()
        open.test.clock.advance(DAY_MS)
      }
      expect((await escalations(open, file, run)).map(({ rung, level }) => [rung, level])).toEqual([
        ['before-2', 'person'],
        ['due', 'person'],
        ['overdue-1', 'head'],
        ['overdue-3', 'supervisor'],
      ])
    } finally {
      await open.close()
    }
  })
  it('catches up after days without a server: every missed rung once, in order, marked late, and on the board', async () => {
    const open = await openWindow()
    try {
      const file = await open.accepted({ itemIds: ['I-111'] })
      const run = onlyRun(file)
      const team = await open.officers(run.department)
      open.test.clock.set(instant('2026-03-20T01:00:00Z'))
      await open.fireTimers()
      await open.fireTimers()
      const spoken = await escalations(open, file, run)
      expect(spoken.map(({ rung, late }) => [rung, late])).toEqual([
        ['before-2', true],
        ['due', true],
        ['overdue-1', true],
        ['overdue-3', true],
      ])
      const times = spoken.map((each) => each.at)
      for (const [index, time] of times.entries()) expect(time >= (times[index - 1] ?? time)).toBe(true)
      const board = await open.as(open.supervisor).call(readClockBoard, { query: { limit: 50 } as never })
      expect(board.rows.find((row) => row.clock.clockId === run.clocks[0]?.clockId)?.escalation).toMatchObject({
        code: 'overdue-3',
        level: 'supervisor',
        late: true,
      })
      const levels = async (person: Person) =>
        (await open.as(person).call(listEscalations, { query })).rows
          .filter((row) => row.clockId === run.clocks[0]?.clockId)
          .map((row) => row.mark.level)
      expect(await levels(open.supervisor)).toEqual(['supervisor', 'head', 'person', 'person'])
      expect(await levels(team.reviewer)).toEqual(['person', 'person'])
      expect(await levels(team.approver)).toEqual(['head', 'person', 'person'])
      expect(await levels((await open.officers('housing')).approver)).toEqual([])
    } finally {
      await open.close()
    }
  })
  it('follows the due day when it moves, and falls silent when the matter is decided', async () => {
    const open = await openWindow()
    try {
      const file = await open.accepted({ itemIds: ['I-111'] })
      const run = onlyRun(file)
      await pauseRun(open, run, 5)
      open.test.clock.set(instant('2026-03-16T01:00:00Z'))
      await open.fireTimers()
      expect(await escalations(open, file, run)).toEqual([])
      open.test.clock.set(instant('2026-03-20T01:00:00Z'))
      await open.fireTimers()
      expect((await escalations(open, file, run)).map((each) => each.rung)).toEqual(['before-2'])
      await open.decidedRun(run)
      open.test.clock.advance(30 * DAY_MS)
      await open.fireTimers()
      expect(await escalations(open, file, run)).toHaveLength(1)
    } finally {
      await open.close()
    }
  })
})

describe('a page of a list', () => {
  it('is refused for a cursor that is not ours, or of another list, with a sentence', async () => {
    const desk = window.as(window.supervisor)
    const other = cursorOf('2026-03-02', 'x')
    for (const after of ['x', other, cursorOf(1, 2, 3)]) {
      const wrong = { limit: 5, after } as never
      const answers = [
        await window.refusalOf(desk.call(readClockBoard, { query: wrong })),
        await window.refusalOf(desk.call(listEscalations, { query: wrong })),
        await window.refusalOf(desk.call(listSignals, { query: wrong })),
        await window.refusalOf(desk.call(listApplications, { query: wrong })),
        await window.refusalOf(
          window.as(window.clerk).call(readQueue, { query: { limit: 5, desk: 'intake', after } as never }),
        ),
      ]
      for (const refusal of answers)
        expect(refusal).toMatchObject({
          kind: 'invalid',
          code: 'page.cursor-invalid',
          sentence: { zh: expect.stringContaining('请从第一页') },
        })
    }
  })
})

describe('what stands still too long', () => {
  const kinds = async (open: Window, file: ApplicationFile) =>
    (await open.file(file.application.applicationId)).timeline.map((row) => row.kind)
  it('reminds of a long pause and ends it by the rule, told to the parties', async () => {
    const open = await openWindow()
    try {
      const file = await open.accepted({ itemIds: ['I-106'] })
      const run = onlyRun(file)
      await pauseRun(open, run, 100)
      await open.test.react([open.approvals])
      open.test.clock.advance(29 * DAY_MS)
      await open.fireTimers()
      expect(await kinds(open, file)).not.toContain('approvals.stale-warned')
      open.test.clock.advance(DAY_MS)
      await open.fireTimers()
      await open.fireTimers()
      expect((await kinds(open, file)).filter((kind) => kind === 'approvals.stale-warned')).toHaveLength(1)
      open.test.clock.advance(61 * DAY_MS)
      await open.fireTimers()
      const after = await kinds(open, file)
      expect(after.filter((kind) => kind === 'approvals.stale-warned')).toHaveLength(2)
      expect(after).toContain('approvals.stale-ended')
      expect(after).toContain('approvals.resumed')
      expect((await open.itemRun(run.itemRunId)).hold).toBeNull()
      const seen = (await open.file(file.application.applicationId, open.applicant)).timeline.map((row) => row.kind)
      expect(seen).toContain('approvals.stale-warned')
      expect(seen).toContain('approvals.stale-ended')
    } finally {
      await open.close()
    }
  })
  it('says nothing about a pause that ended before', async () => {
    const open = await openWindow()
    try {
      const file = await open.accepted({ itemIds: ['I-106'] })
      await pauseRun(open, onlyRun(file), 5)
      await open.test.react([open.approvals])
      open.test.clock.advance(120 * DAY_MS)
      await open.fireTimers()
      expect(await kinds(open, file)).not.toContain('approvals.stale-warned')
    } finally {
      await open.close()
    }
  })
  it('returns an application whose corrections do not come, and notices when it is filed again', async () => {
    const open = await openWindow()
    try {
      const file = await open.submitted()
      await open.as(open.clerk).call(requestCorrections, {
        params: { applicationId: file.application.applicationId },
        body: {
          version: file.application.version,
          points: [{ anchor: 'field:projectName', reasonCode: 'wrong', text: '有误' }],
        },
      })
      await open.test.react([open.approvals])
      open.test.clock.advance(95 * DAY_MS)
      await open.fireTimers()
      const returned = await open.file(file.application.applicationId)
      expect(returned.application.state).toBe('withdrawn')
      expect(returned.timeline.map((row) => row.kind)).toContain('approvals.returned-for-silence')
      const again = await open.submitted({ projectId: file.project.projectId })
      await open.test.react([open.approvals])
      const { rows } = await open.as(open.supervisor).call(listSignals, { query: { limit: 50 } as never })
      const signal = rows.find((row) => row.rule === 'refiled')
      expect(signal?.evidence.map((each) => each.caseNumber)).toEqual([
        file.application.caseNumber,
        again.application.caseNumber,
      ])
    } finally {
      await open.close()
    }
  })
})

describe('signals', () => {
  it('notice a pause shortly before the due day, and not an early one', async () => {
    const open = await openWindow()
    try {
      const early = await open.accepted({ itemIds: ['I-111'] })
      const late = await open.accepted({ itemIds: ['I-111'] })
      await pauseRun(open, onlyRun(early), 30)
      open.test.clock.set(instant('2026-03-13T01:00:00Z'))
      await pauseRun(open, onlyRun(late), 5)
      await open.test.react([open.approvals])
      await open.test.react([open.approvals])
      const { rows, counts } = await open.as(open.supervisor).call(listSignals, { query: { limit: 50 } as never })
      expect(rows.filter((row) => row.rule === 'pause-near-due').map((row) => row.caseNumber)).toEqual([
        late.application.caseNumber,
      ])
      expect(counts.new).toBe(1)
      expect(rows[0]?.rulesVersion).toBe(open.clockRules.version)
      expect(rows[0]?.evidence[0]?.applicationId).toBe(late.application.applicationId)
    } finally {
      await open.close()
    }
  })
  it('notice a correction list on the last day of the window, and not on the first', async () => {
    const open = await openWindow()
    try {
      const points = [{ anchor: 'field:projectName', reasonCode: 'wrong' as const, text: '有误' }]
      const ask = (file: ApplicationFile) =>
        open.as(open.clerk).call(requestCorrections, {
          params: { applicationId: file.application.applicationId },
          body: { version: file.application.version, points },
        })
      const first = await open.submitted()
      const last = await open.submitted()
      await ask(first)
      open.test.clock.set(instant('2026-03-09T15:59:59.999Z'))
      await ask(last)
      await open.test.react([open.approvals])
      const { rows } = await open.as(open.supervisor).call(listSignals, { query: { limit: 50 } as never })
      expect(rows.map((row) => [row.rule, row.caseNumber])).toEqual([
        ['correction-last-day', last.application.caseNumber],
      ])
    } finally {
      await open.close()
    }
  })
  it('notice what a person enters long afterwards', async () => {
    const open = await openWindow()
    try {
      const file = await open.submitted()
      const { applicationId, caseNumber } = file.application
      await open.platform.transact(open.clerk, (unit) =>
        unit.record(submitted, {
          subject: { kind: 'application', id: applicationId },
          occurredAt: instant('2026-02-27T01:00:00Z'),
          payload: {
            applicationId,
            caseNumber,
            projectName: '示例',
            stage: 'ST1',
            stageName: '立项',
            receiptNumber: 'SJ',
            round: 1,
            hash: '0',
          },
        }),
      )
      await open.test.react([open.approvals])
      const { rows } = await open
        .as(open.supervisor)
        .call(listSignals, { query: { rule: 'backdated', limit: 5 } as never })
      expect(rows.map((row) => row.caseNumber)).toEqual([caseNumber])
    } finally {
      await open.close()
    }
  })
  it('notice many opinions of one person in a few minutes: one signal that grows until somebody looks', async () => {
    const open = await openWindow()
    try {
      const housing = await open.officers('housing')
      const { giveOpinion } = await import('./contract.ts')
      const answerOne = async () => {
        const run = onlyRun(await open.accepted())
        const asked = await open.as((await open.officers(run.department)).reviewer).call(askOpinions, {
          params: { itemRunId: run.itemRunId },
          body: { departments: ['housing'], question: '意见', days: 3 },
        })
        const task = asked.opinionTasks[0]
        if (task === undefined) throw new Error('no task')
        await open.as(housing.reviewer).call(giveOpinion, {
          params: { opinionTaskId: task.opinionTaskId },
          body: { version: task.version, code: 'agree', text: '' } as never,
        })
      }
      for (let count = 0; count < 9; count += 1) await answerOne()
      await open.test.react([open.approvals])
      const bursts = async () =>
        (await open.as(open.supervisor).call(listSignals, { query: { rule: 'burst', limit: 5 } as never })).rows
      expect(await bursts()).toEqual([])
      await answerOne()
      await open.test.react([open.approvals])
      expect((await bursts()).map((row) => row.evidence.length)).toEqual([10])
      await answerOne()
      await open.test.react([open.approvals])
      const [signal] = await bursts()
      expect(signal?.evidence).toHaveLength(11)
      expect(signal?.department).toBe('housing')

      // The department explains, the supervisor confirms, nobody else.
      if (signal === undefined) throw new Error('no signal')
      const params = { signalId: signal.signalId }
      const move = (by: Person, state: 'looked-at' | 'explained' | 'confirmed', version: number, note = '') =>
        open.as(by).call(moveSignal, { params, body: { version, state, note } })
      const other = await open.officers('planning-resources')
      expect((await open.refusalOf(move(other.approver, 'explained', 0, '说明'))).code).toBe(
        'approvals.signal-not-yours',
      )
      expect((await open.refusalOf(move(housing.approver, 'confirmed', 0, '核实'))).code).toBe(
        'approvals.signal-not-yours',
      )
      expect((await open.refusalOf(move(housing.approver, 'explained', 0))).code).toBe('approvals.signal-note')
      expect(await move(housing.approver, 'explained', 0, '集中会审当日出具')).toMatchObject({ state: 'explained' })
      expect((await open.refusalOf(move(open.supervisor, 'confirmed', 0, '属实'))).code).toBe('approvals.signal-moved')
      expect(await move(open.supervisor, 'confirmed', 1, '已核对会议纪要')).toMatchObject({
        state: 'confirmed',
        note: '已核对会议纪要',
      })
      expect((await open.refusalOf(move(open.supervisor, 'looked-at', 2))).code).toBe('approvals.signal-closed')
      const seen = async (by: Person) =>
        (await open.as(by).call(listSignals, { query: { limit: 5 } as never })).rows.length
      expect(await seen(housing.lead)).toBe(1)
      expect(await seen(other.lead)).toBe(0)
    } finally {
      await open.close()
    }
  })
})
