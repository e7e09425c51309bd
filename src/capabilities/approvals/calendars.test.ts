import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openWindow, type Window } from '../../../tests/support/window.ts'
import type { Person } from '../../kernel/actor.ts'
import { instant, localDate } from '../../kernel/time.ts'
import type { JobProgress } from '../../platform/platform.ts'
import {
  decideCalendar,
  listCalendars,
  type Notice,
  previewCalendar,
  proposeCalendar,
  readCalendarAlarm,
  readCalendarEffect,
} from './contract/clocks.ts'

const progress: JobProgress = { report: async () => undefined, signal: new AbortController().signal }
/** Runs the recomputation that the last publication put into the queue. */
const runJob = async (window: Window): Promise<void> => {
  const job = window.test.jobs.findLast((each) => each.name === 'approvals.recompute-clocks')
  const handler = window.approvals.jobs?.find((each) => each.job.name === 'approvals.recompute-clocks')
  if (job === undefined || handler === undefined) throw new Error('nothing to recompute')
  await handler.handle(window.platform, job.input, progress)
}
const zh = (text: string) => ({ zh: text, en: text })
/** The notice for 2027 as it might be published: five days more around the Spring Festival, with make-up days. */
const notice2027: Notice = {
  year: 2027,
  provisional: false,
  publishedOn: localDate('2026-11-10'),
  basis: '国务院办公厅关于2027年部分节假日安排的通知(示例)',
  certainty: 'C',
  holidays: [
    { name: zh('元旦'), from: localDate('2027-01-01'), to: localDate('2027-01-03') },
    { name: zh('春节'), from: localDate('2027-02-05'), to: localDate('2027-02-12') },
    { name: zh('清明节'), from: localDate('2027-04-03'), to: localDate('2027-04-05') },
    { name: zh('劳动节'), from: localDate('2027-05-01'), to: localDate('2027-05-05') },
    { name: zh('端午节'), from: localDate('2027-06-09'), to: localDate('2027-06-09') },
    { name: zh('中秋节'), from: localDate('2027-09-15'), to: localDate('2027-09-15') },
    { name: zh('国庆节'), from: localDate('2027-10-01'), to: localDate('2027-10-07') },
  ],
  makeupWorkdays: [
    { day: localDate('2027-01-30'), name: zh('春节调休') },
    { day: localDate('2027-02-20'), name: zh('春节调休') },
    { day: localDate('2027-10-09'), name: zh('国庆节调休') },
  ],
}
const extra2026 = (window: Window): Notice => {
  const year = window.calendars().files.find((file) => file.year === 2026)
  if (year === undefined) throw new Error('no 2026')
  return {
    year: 2026,
    provisional: false,
    publishedOn: localDate('2026-03-02'),
    basis: '国务院办公厅关于临时调整2026年放假安排的通知(示例)',
    certainty: 'C',
    holidays: [...year.holidays, { name: zh('临时放假'), from: localDate('2026-03-05'), to: localDate('2026-03-06') }],
    makeupWorkdays: year.makeupWorkdays,
  }
}

let window: Window
let administrator: Person
let second: Person
beforeAll(async () => {
  window = await openWindow()
  administrator = await window.person('管理员一', { role: 'administrator' })
  // A second administrator confirms the first grant of the role elsewhere; here the supervisor is the second pair of eyes.
  second = window.supervisor
})
afterAll(() => window.close())

describe('a yearly notice', () => {
  it('is previewed with the files that it moves, and changes nothing by that', async () => {
    const open = await window.accepted({ itemIds: ['I-111'] })
    expect(open.itemRuns[0]?.clocks[0]?.due).toBe('2026-03-16')
    const effect = await window.as(second).call(previewCalendar, { body: extra2026(window) })
    expect(effect.moved).toBeGreaterThan(0)
    expect(effect.later).toBe(effect.moved)
    expect(effect.rows).toContainEqual(
      expect.objectContaining({ caseNumber: open.application.caseNumber, oldDue: '2026-03-16', newDue: '2026-03-18' }),
    )
    expect(effect.changes).toEqual([
      { day: '2026-03-05', before: 'workday', after: 'holiday' },
      { day: '2026-03-06', before: 'workday', after: 'holiday' },
    ])
    expect((await window.file(open.application.applicationId)).itemRuns[0]?.clocks[0]?.due).toBe('2026-03-16')
  })
  it('is refused with every fault at its line', async () => {
    const refusal = await window.refusalOf(
      window.as(administrator).call(proposeCalendar, {
        body: {
          ...notice2027,
          holidays: [
            ...notice2027.holidays,
            { name: zh('重复'), from: localDate('2027-10-07'), to: localDate('2027-10-08') },
          ],
          makeupWorkdays: [
            { day: localDate('2027-02-24'), name: zh('星期三') },
            { day: localDate('2027-01-03'), name: zh('放假日') },
          ],
        },
      }),
    )
    expect(refusal.code).toBe('approvals.calendar-faulty')
    expect(refusal.fields.map((fault) => fault.path)).toEqual(['holidays.7', 'makeupWorkdays.0', 'makeupWorkdays.1'])
    const alone = await window.refusalOf(
      window.as(administrator).call(proposeCalendar, {
        body: {
          ...notice2027,
          year: 2030,
          holidays: [{ name: zh('元旦'), from: localDate('2030-01-01'), to: localDate('2030-01-01') }],
          makeupWorkdays: [],
        },
      }),
    )
    expect(alone.fields.map((fault) => fault.path)).toContain('year')
  })
  it('is loaded by an administrator alone, published by another person, and then rules with evidence', async () => {
    const own = await openWindow()
    try {
      const loader = await own.person('管理员甲', { role: 'administrator' })
      const closed = await own.closed({ itemIds: ['I-111'] })
      const open = await own.accepted({ itemIds: ['I-111'] })
      const body = extra2026(own)
      for (const actor of [own.supervisor, own.clerk])
        expect((await own.refusalOf(own.as(actor).call(proposeCalendar, { body }))).kind).toBe('forbidden')
      const waiting = await own.as(loader).call(proposeCalendar, { body })
      expect(waiting.mayDecide?.zh).toContain('两人')
      const params = { proposalId: waiting.proposalId }
      expect((await own.refusalOf(own.as(loader).call(proposeCalendar, { body }))).code).toBe(
        'approvals.calendar-waiting',
      )
      expect(
        (await own.refusalOf(own.as(loader).call(decideCalendar, { params, body: { publish: true, remark: '' } })))
          .code,
      ).toBe('approvals.calendar-same-person')
      expect((await own.as(own.supervisor).call(readCalendarEffect, { params })).moved).toBeGreaterThan(0)
      const published = await own
        .as(own.supervisor)
        .call(decideCalendar, { params, body: { publish: true, remark: '' } })
      expect(published).toMatchObject({ state: 'published', moved: null })
      // Whoever starts a clock now starts it under the new calendar; running files follow by the job.
      const fresh = await own.accepted({ itemIds: ['I-111'] })
      expect(fresh.itemRuns[0]?.clocks[0]?.due).toBe('2026-03-18')
      await runJob(own)
      const after = await own.file(open.application.applicationId)
      expect(after.itemRuns[0]?.clocks[0]?.due).toBe('2026-03-18')
      const evidence = after.timeline.filter((row) => row.kind === 'approvals.clock-recomputed')
      expect(evidence.map((row) => row.sentence)).toContainEqual(expect.stringContaining('由2026-03-16改为2026-03-18'))
      const old = await own.file(closed.application.applicationId)
      // Its delivery still runs, so that moves; what the decision ended does not.
      const moved = old.timeline.filter((row) => row.kind === 'approvals.clock-recomputed')
      expect(moved.every((row) => row.sentence.includes('送达'))).toBe(true)
      expect(old.clocks.filter((clock) => clock.state === 'stopped').every((clock) => clock.onTime)).toBe(true)

      const list = await own.as(own.clerk).call(listCalendars)
      expect(list.proposals[0]).toMatchObject({ state: 'published' })
      expect(list.proposals[0]?.moved).toBeGreaterThan(0)
      expect(list.versions.map((version) => version.current)).toEqual([true, false])
      expect(list.versions[0]?.changes).toHaveLength(2)
      expect(list.versions[0]?.cause).toContain('临时调整')
      // A process that starts later finds it in the database.
      await own.approvals.prepare?.()
      expect((await own.as(own.clerk).call(listCalendars)).versions).toHaveLength(2)
    } finally {
      await own.close()
    }
  })
  it('is rejected only with a reason, and then another may be loaded', async () => {
    const waiting = await window.as(administrator).call(proposeCalendar, { body: notice2027 })
    const params = { proposalId: waiting.proposalId }
    const reject = (remark: string) =>
      window.as(second).call(decideCalendar, { params, body: { publish: false, remark } })
    expect((await window.refusalOf(reject(''))).code).toBe('approvals.calendar-reason')
    expect(await reject('发布日期有误')).toMatchObject({ state: 'rejected', remark: '发布日期有误' })
    expect((await window.refusalOf(reject('再退'))).code).toBe('approvals.calendar-decided')
    const again = await window.as(administrator).call(proposeCalendar, { body: notice2027 })
    expect(again.state).toBe('proposed')
  })
  it('may be previewed and decided by those who watch, and loaded by administrators', () => {
    const officers = ['clerk', 'reviewer', 'lead', 'approver', 'supervisor', 'administrator']
    expect(listCalendars.access).toEqual({ roles: officers })
    for (const endpoint of [previewCalendar, decideCalendar, readCalendarEffect])
      expect(endpoint.access).toEqual({ roles: ['supervisor', 'administrator'] })
    expect(proposeCalendar.access).toEqual({ roles: ['administrator'] })
  })
})

describe('the end of the official calendar', () => {
  it('alarms once at every lead time, says how late, and falls silent when the notice is published', async () => {
    const own = await openWindow({ startAt: instant('2026-10-20T01:30:00Z') })
    try {
      const loader = await own.person('管理员甲', { role: 'administrator' })
      const alarms = async () =>
        (
          await own.platform.journal.entriesOf(own.platform.db, {
            subject: { kind: 'calendar', id: own.calendars().current.version },
          })
        ).filter((entry) => entry.kind === 'approvals.calendar-ending')
      await own.fireTimers()
      expect(await alarms()).toEqual([])
      expect((await own.as(own.clerk).call(readCalendarAlarm)).alarm).toBeNull()
      own.test.clock.set(instant('2026-10-31T16:00:00Z'))
      await own.fireTimers()
      await own.fireTimers()
      expect((await alarms()).map((entry) => entry.payload)).toEqual([
        { horizon: '2026-12-31', daysLeft: 60, late: false },
      ])
      expect((await own.as(own.clerk).call(readCalendarAlarm)).alarm).toMatchObject({ daysLeft: 60 })
      // Nothing ran over the second lead time: it fires once, late.
      own.test.clock.set(instant('2026-12-10T01:00:00Z'))
      await own.fireTimers()
      expect((await alarms()).map((entry) => entry.payload)).toEqual([
        { horizon: '2026-12-31', daysLeft: 60, late: false },
        { horizon: '2026-12-31', daysLeft: 21, late: true },
      ])
      const open = await own.accepted({ itemIds: ['I-106'] })
      expect(open.itemRuns[0]?.clocks.some((clock) => clock.provisional)).toBe(true)
      const waiting = await own.as(loader).call(proposeCalendar, { body: notice2027 })
      const params = { proposalId: waiting.proposalId }
      expect((await own.as(own.supervisor).call(readCalendarEffect, { params })).settled).toBeGreaterThan(0)
      await own.as(own.supervisor).call(decideCalendar, { params, body: { publish: true, remark: '' } })
      await runJob(own)
      const after = await own.file(open.application.applicationId)
      expect(after.itemRuns[0]?.clocks.some((clock) => clock.provisional)).toBe(false)
      expect((await own.as(own.clerk).call(readCalendarAlarm)).alarm).toBeNull()
      own.test.clock.set(instant('2026-12-31T01:00:00Z'))
      await own.fireTimers()
      expect(await alarms()).toHaveLength(2)
    } finally {
      await own.close()
    }
  })
})
