/** Calendars that end, dates that are provisional, and clocks that are set back. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  acceptApplication,
  readApplication,
  readClockBoard,
  readQueue,
  simulateClock,
  submitApplication,
} from '../../src/capabilities/approvals/contract.ts'
import { instant, localDateOf } from '../../src/kernel/time.ts'
import type { RunningServer } from '../support/running-server.ts'
import { openStage, progressOf, proveFacts, refusalOf, type Stage, startCast } from './support/stage.ts'

describe('at the end of the calendar', () => {
  let server: RunningServer
  let stage: Stage
  beforeAll(async () => {
    server = await startCast({ env: { MINGZHU_CLOCK_START: '2027-09-15T09:30:00+08:00' } })
    stage = await openStage(server.url)
  })
  afterAll(() => server.stop())

  test('dates in a year whose notice is not out yet are shown as provisional', async () => {
    const { file, registered } = await stage.accepted()
    const clocks = [...file.clocks, ...file.itemRuns.flatMap((run) => run.clocks)].filter((clock) => clock.due !== null)
    expect(clocks.length).toBeGreaterThan(0)
    expect(clocks.filter((clock) => !clock.provisional)).toEqual([])
    const progress = await progressOf(stage, registered.caseNumber)
    expect(progress.stages.flatMap((each) => each.applications).flatMap((each) => each.items)[0]?.dueProvisional).toBe(
      true,
    )
  })

  test('a calculation that leaves the calendar is refused with what to do', async () => {
    const problem = await refusalOf(
      stage.driver.call('applicant', simulateClock, {
        body: { start: '2027-12-20' as never, budget: 20, unit: 'workday', roll: 'none', pauses: [], extensionDays: 0 },
      }),
    )
    expect([problem.status, problem.code]).toEqual([503, 'calendar.year-unknown'])
    expect(problem.detail).toMatch(/2028年的期限还不能计算.*请换用/)
  })

  test('an application whose due day lies beyond the calendar is not lost: acceptance says what to do, everything else works', async () => {
    const early = await stage.accepted()
    await stage.driver.moveTo(instant('2027-12-24T10:00:00+08:00'))
    const { registered, file } = await stage.drafted()
    const { applicationId, version } = file.application
    const by = registered.project.by
    const submitted = await stage.driver
      .call(by, submitApplication, { params: { applicationId }, body: { version, declared: true } })
      .catch((cause: unknown) => cause)
    const after = await stage.driver.call(by, readApplication, { params: { applicationId } })
    expect(after.application.answers).toEqual(file.application.answers)
    expect(after.documents).toHaveLength(file.documents.length)
    if (submitted instanceof Error) {
      expect(submitted.message).toContain('calendar.year-unknown')
      expect(after.application.state).toBe('draft')
    } else {
      const problem = await refusalOf(
        stage.driver.call('window', acceptApplication, {
          params: { applicationId },
          body: { version: after.application.version },
        }),
      )
      expect([problem.status, problem.code]).toEqual([503, 'calendar.year-unknown'])
      expect(problem.detail).toMatch(/2028年的期限还不能计算.*由系统管理员载入/)
      const still = await stage.driver.call('window', readApplication, { params: { applicationId } })
      expect(still.application.state).toBe('submitted')
      expect(still.application.version).toBe(after.application.version)
    }
    await stage.driver.call('window', readQueue, { query: { desk: 'intake' } as never })
    await stage.driver.call('supervisor', readClockBoard, { query: {} as never })
    await stage.driver.call('window', readApplication, {
      params: { applicationId: early.file.application.applicationId },
    })
  })

  test('when the clock itself passes the calendar, what is recorded can still be read and the server stays up', async () => {
    const before = await stage.submitted().catch(() => null)
    await stage.driver.moveTo(instant('2028-01-05T10:00:00+08:00'))
    for (const [login, path] of [
      ['window', '/api/applications?limit=20'],
      ['window', '/api/work/queue?desk=intake'],
      ['huanbao', '/api/work/queue?desk=department'],
      ['supervisor', '/api/supervision/clocks'],
      [null, '/'],
    ] as const) {
      const answer = await stage.raw(login, 'GET', path)
      expect([path, answer.status]).toEqual([path, 200])
    }
    if (before !== null) {
      const { applicationId } = before.file.application
      const answer = await stage.raw('window', 'GET', `/api/applications/${applicationId}`)
      expect([answer.status, answer.text.slice(0, 200)]).toEqual([200, expect.any(String)])
    }
    expect((await stage.raw(null, 'GET', '/readyz')).status).toBe(200)
  })
})

describe('a clock that is set back', () => {
  let server: RunningServer
  afterAll(() => server.stop())

  test('after a restart with an earlier clock recorded times never go back, a warning is logged, and due days stay', async () => {
    server = await startCast({ env: { MINGZHU_CLOCK_START: '2026-03-02T09:30:00+08:00' } })
    const first = await openStage(server.url)
    const { registered, file } = await first.accepted()
    await first.driver.moveTo(instant('2026-03-12T10:00:00+08:00'))
    const later = await first.submitted()
    const due = file.itemRuns.flatMap((run) => run.clocks).map((clock) => [clock.clockId, clock.due, clock.budget])
    await server.stop({ keep: true })

    server = await startCast({
      stateFolder: server.stateFolder,
      env: { MINGZHU_CLOCK_START: '2026-03-05T09:30:00+08:00' },
    })
    const stage = await openStage(server.url)
    expect(localDateOf(stage.driver.now())).toBe('2026-03-05')
    const accepted = await stage.driver.call('window', acceptApplication, {
      params: { applicationId: later.file.application.applicationId },
      body: { version: later.file.application.version },
    })
    const times = accepted.timeline.map((row) => row.recordedAt)
    expect(times).toEqual([...times].sort())
    const [submission] = later.file.submissions
    expect(String(accepted.application.acceptedAt) >= String(submission?.submittedAt)).toBe(true)
    expect(server.output()).toContain('the clock is behind what was recorded')
    const after = await stage.driver.call('window', readApplication, {
      params: { applicationId: file.application.applicationId },
    })
    expect(
      after.itemRuns.flatMap((run) => run.clocks).map((clock) => [clock.clockId, clock.due, clock.budget]),
    ).toEqual(due)
    await proveFacts(stage, registered.caseNumber)
  })
})
