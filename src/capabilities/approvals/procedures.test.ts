import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openWindow, type Window } from '../../../tests/support/window.ts'
import type { Person } from '../../kernel/actor.ts'
import { addMs, instant, localDate, localDateOf, startOfDay } from '../../kernel/time.ts'
import {
  addFinding,
  addPhoto,
  type Consultation,
  cancelMeeting,
  changeMeeting,
  decideProcedure,
  endProcedure,
  planMeeting,
  printMinute,
  printProcedureNotice,
  proposeProcedure,
  readConsultation,
  readPhoto,
  recordAttendance,
  requestHearing,
  scheduleHearing,
  signMinute,
} from './contract/consultation.ts'
import { askOpinions, draftDecision, type ItemRunView } from './contract.ts'

let window: Window
// Monday 9 February 2026: the week before Spring Festival.
beforeAll(async () => {
  window = await openWindow({ startAt: instant('2026-02-09T01:30:00Z') })
})
afterAll(() => window.close())

const onlyRun = async (): Promise<ItemRunView> => {
  const [run] = (await window.accepted({ itemIds: ['I-106'] })).itemRuns
  if (run === undefined) throw new Error('no item run')
  return run
}
const team = (department: string) => window.officers(department)
const consultation = (run: ItemRunView, by: Person = window.clerk): Promise<Consultation> =>
  window.as(by).call(readConsultation, { params: { applicationId: run.applicationId } })
const lastProcedure = async (run: ItemRunView, by: Person = window.clerk) => {
  const row = (await consultation(run, by)).runs[0]?.procedures.at(-1)
  if (row === undefined) throw new Error('no procedure')
  return row
}
const propose = async (
  run: ItemRunView,
  kind: 'hearing' | 'survey' | 'expert-review',
  days: number,
  onRequest = false,
) => {
  await window.as((await team(run.department)).reviewer).call(proposeProcedure, {
    params: { itemRunId: run.itemRunId },
    body: { kind, reason: '需要核实。', days, onRequest },
  })
  return lastProcedure(run)
}
const approve = async (run: ItemRunView, approver?: Person) => {
  const row = await lastProcedure(run)
  return window.as(approver ?? (await team(run.department)).approver).call(decideProcedure, {
    params: { procedureId: row.procedureId },
    body: { version: row.version, approve: true, remark: '' },
  })
}
const end = async (run: ItemRunView) => {
  const row = await lastProcedure(run)
  return window.as((await team(run.department)).reviewer).call(endProcedure, {
    params: { procedureId: row.procedureId },
    body: { version: row.version, result: '已核实。' },
  })
}
const kindsOf = async (run: ItemRunView) => (await window.file(run.applicationId)).timeline.map((row) => row.kind)
const goTo = async (day: string) => {
  const target = addMs(startOfDay(localDate(day)), 10 * 3_600_000)
  window.test.clock.advance(Math.max(0, Date.parse(target) - Date.parse(window.platform.clock())))
  await window.fireTimers()
}
const dueOf = async (run: ItemRunView) =>
  (await window.itemRun(run.itemRunId)).clocks.find((clock) => clock.kind === 'statutory')?.due

describe('a hearing across Spring Festival', () => {
  it('waits for a request, is announced in time, held in time, and its days are not counted', async () => {
    const run = await onlyRun()
    const before = await dueOf(run)
    await propose(run, 'hearing', 20, true)
    await approve(run)
    let row = await lastProcedure(run, window.applicant)
    // The days to ask for it count: they are no hearing yet.
    expect(row).toMatchObject({ state: 'running', beganOn: null })
    expect(row.hearing?.steps[0]).toMatchObject({ step: 'request', due: '2026-02-14' })
    expect((await window.itemRun(run.itemRunId)).hold).toBeNull()

    await goTo('2026-02-12')
    await window.as(window.applicant).call(requestHearing, {
      params: { procedureId: row.procedureId },
      body: { version: row.version, by: '' },
    })
    row = await lastProcedure(run)
    expect(row).toMatchObject({ beganOn: '2026-02-12', until: '2026-03-18', stopsClock: true })
    expect(row.hearing?.steps.find((step) => step.step === 'hold')?.due).toBe('2026-03-18')
    expect((await window.itemRun(run.itemRunId)).hold?.ground).toBe('hearing')

    await goTo('2026-02-13')
    const { reviewer } = await team(run.department)
    const schedule = (hearingOn: string) =>
      window.as(reviewer).call(scheduleHearing, {
        params: { procedureId: row.procedureId },
        body: { version: row.version, hearingOn: localDate(hearingOn), place: '听证室' },
      })
    expect((await window.refusalOf(schedule('2026-02-17'))).code).toBe('approvals.hearing-not-workday')
    expect(await window.refusalOf(schedule('2026-02-28'))).toMatchObject({
      code: 'approvals.hearing-too-soon',
      facts: { first: '2026-03-02' },
    })
    expect((await window.refusalOf(schedule('2026-03-19'))).code).toBe('approvals.hearing-too-late')
    await schedule('2026-03-02')
    expect((await window.refusalOf(end(run))).code).toBe('approvals.hearing-not-held')
    await goTo('2026-03-02')
    await end(run)
    const after = await window.itemRun(run.itemRunId)
    expect(after.hold).toBeNull()
    // Nine workdays from 12 February to 2 March, both included, were not counted.
    const calendar = window.calendars().current
    expect(before).toBeDefined()
    expect(await dueOf(run)).toBe(calendar.addWorkdays(localDate(before ?? ''), 9))
    expect(calendar.workdaysBetween(localDate('2026-02-11'), localDate('2026-03-02'))).toBe(9)
    expect(await kindsOf(run)).toEqual(
      expect.arrayContaining([
        'approvals.hearing-offered',
        'approvals.hearing-requested',
        'approvals.hearing-noticed',
        'approvals.paused',
        'approvals.resumed',
        'approvals.procedure-ended',
      ]),
    )
  })
  it('lapses when nobody asks for it in time, and a late request is refused', async () => {
    const run = await onlyRun()
    await propose(run, 'hearing', 20, true)
    await approve(run)
    const row = await lastProcedure(run)
    const due = row.hearing?.steps[0]?.due ?? ''
    await goTo(window.calendars().current.addWorkdays(localDate(due), 1))
    expect((await lastProcedure(run)).state).toBe('lapsed')
    const refusal = await window.refusalOf(
      window.as(window.applicant).call(requestHearing, {
        params: { procedureId: row.procedureId },
        body: { version: row.version, by: '' },
      }),
    )
    expect(refusal.code).toBe('approvals.procedure-moved')
  })
})

describe('a special procedure', () => {
  it('is approved by somebody else than the proposer, and told with its days', async () => {
    const run = await onlyRun()
    const both = await window.person(
      '双岗人员',
      { role: 'reviewer', department: run.department },
      { role: 'approver', department: run.department },
    )
    await window.as(both).call(proposeProcedure, {
      params: { itemRunId: run.itemRunId },
      body: { kind: 'expert-review', reason: '技术复杂。', days: 8, onRequest: false },
    })
    expect((await consultation(run, window.applicant)).runs[0]?.procedures).toEqual([])
    expect((await window.refusalOf(approve(run, both))).code).toBe('approvals.same-procedure-proposer')
    await approve(run)
    expect(await lastProcedure(run, window.applicant)).toMatchObject({
      kind: 'expert-review',
      stopsClock: true,
      days: 8,
    })
    expect((await window.itemRun(run.itemRunId)).hold?.ground).toBe('expert-review')
    const { procedureId } = await lastProcedure(run)
    const paper = await window.as(window.applicant).download(printProcedureNotice, { params: { procedureId } })
    expect((paper.content as Uint8Array).length).toBeGreaterThan(5_000)
  })
  it('may not take longer than the data allows, and runs once at a time', async () => {
    const run = await onlyRun()
    expect(await window.refusalOf(propose(run, 'expert-review', 31))).toMatchObject({
      code: 'approvals.procedure-too-long',
      facts: { max: 30 },
    })
    await propose(run, 'expert-review', 5)
    expect((await window.refusalOf(propose(run, 'expert-review', 5))).code).toBe('approvals.procedure-open')
  })
  it('that is no ground of article 45 lets the clock run: a survey on site', async () => {
    const run = await onlyRun()
    await propose(run, 'survey', 3)
    await approve(run)
    expect((await window.itemRun(run.itemRunId)).hold).toBeNull()
    expect(await lastProcedure(run)).toMatchObject({ state: 'running', stopsClock: false })
  })
  it('holds the draft until its result is recorded', async () => {
    const run = await onlyRun()
    await propose(run, 'survey', 3)
    const draft = async () =>
      window.as((await team(run.department)).reviewer).call(draftDecision, {
        params: { itemRunId: run.itemRunId },
        body: {
          version: (await window.itemRun(run.itemRunId)).version,
          outcome: 'approved',
          text: '同意。',
          conditions: [],
        },
      })
    await approve(run)
    expect((await window.refusalOf(draft())).code).toBe('approvals.procedures-running')
    await end(run)
    expect((await draft()).state).toBe('drafted')
  })
  it('without a recorded end is told to the department, then to the supervisor, each once', async () => {
    const run = await onlyRun()
    await propose(run, 'expert-review', 3)
    await approve(run)
    const calendar = window.calendars().current
    const today = localDateOf(window.platform.clock())
    await goTo(calendar.addWorkdays(today, 4))
    const missing = async () =>
      (await window.file(run.applicationId)).timeline.filter((row) => row.kind === 'approvals.procedure-end-missing')
        .length
    expect(await missing()).toBe(1)
    expect(await lastProcedure(run)).toMatchObject({ endMissing: true, state: 'running' })
    // The clock runs again by itself: the announced day is over.
    expect((await window.itemRun(run.itemRunId)).hold).toBeNull()
    await goTo(calendar.addWorkdays(today, 7))
    await window.fireTimers()
    expect(await missing()).toBe(2)
    await end(run)
    expect(await lastProcedure(run)).toMatchObject({ endMissing: false, state: 'ended' })
  })
})

describe('a joint site visit', () => {
  const planned = async (departments = ['housing', 'ecology']) => {
    const run = await onlyRun()
    const { reviewer } = await team(run.department)
    const startsAt = addMs(window.platform.clock(), 3_600_000)
    const body = {
      kind: 'site-visit' as const,
      title: '用地现场踏勘',
      place: '示例路1号',
      startsAt,
      departments,
      applicantInvited: true,
      agenda: '核对四至。',
    }
    const after = await window.as(reviewer).call(planMeeting, { params: { applicationId: run.applicationId }, body })
    const meeting = after.meetings.at(-1)
    if (meeting === undefined) throw new Error('no meeting')
    return { run, reviewer, meeting, body }
  }
  const begin = () => window.test.clock.advance(2 * 3_600_000)
  const attendance = [
    { side: 'department' as const, organisation: '住建', names: '甲', present: true },
    { side: 'applicant' as const, organisation: '示例置业', names: '乙', present: false },
  ]
  it('is seen by the applicant when planned, and whole when its minute is signed', async () => {
    const { run, reviewer, meeting } = await planned()
    const params = { meetingId: meeting.meetingId }
    expect((await consultation(run, window.applicant)).meetings[0]).toMatchObject({
      title: '用地现场踏勘',
      applicantInvited: true,
    })
    const early = { params, body: { version: meeting.version, attendance } }
    expect((await window.refusalOf(window.as(reviewer).call(recordAttendance, early))).code).toBe(
      'approvals.meeting-not-yet',
    )
    begin()
    const held = await window.as(reviewer).call(recordAttendance, early)
    const housing = await team('housing')
    await window.as(housing.reviewer).call(addFinding, { params, body: { department: 'housing', text: '场地平整。' } })
    const { uploadId } = await window.test.files.addUpload(new TextEncoder().encode('picture'), {
      fileName: '现场.jpg',
      mediaType: 'image/jpeg',
      uploadedBy: housing.reviewer.personId,
    })
    const withPhoto = await window
      .as(housing.reviewer)
      .call(addPhoto, { params, body: { department: 'housing', uploadId, caption: '东侧' } })
    const photoId = withPhoto.meetings[0]?.photos[0]?.photoId
    if (photoId === undefined) throw new Error('no picture')
    expect((await consultation(run, window.applicant)).meetings[0]).toMatchObject({ findings: [], photos: [] })
    const look = () => window.as(window.applicant).download(readPhoto, { params: { ...params, photoId } })
    expect((await window.refusalOf(look())).code).toBe('approvals.photo-missing')
    await window
      .as(reviewer)
      .call(signMinute, { params, body: { version: held.meetings[0]?.version ?? 0, minute: '现场与图纸一致。' } })
    expect((await consultation(run, window.applicant)).meetings[0]).toMatchObject({
      state: 'signed',
      minute: '现场与图纸一致。',
      findings: [{ text: '场地平整。' }],
    })
    expect((await look()).fileName).toBe('现场.jpg')
    const paper = await window.as(window.applicant).download(printMinute, { params })
    expect((paper.content as Uint8Array).length).toBeGreaterThan(5_000)
    const refusal = await window.refusalOf(
      window.as(housing.reviewer).call(addFinding, { params, body: { department: 'housing', text: '又' } }),
    )
    expect(refusal.code).toBe('approvals.meeting-moved')
  })
  it('may be where a department gives its opinion', async () => {
    const { run, reviewer, meeting } = await planned()
    const asked = await window.as(reviewer).call(askOpinions, {
      params: { itemRunId: run.itemRunId },
      body: { departments: ['housing'], question: '请提出意见。', days: 3 },
    })
    const [task] = asked.opinionTasks
    if (task === undefined) throw new Error('no task')
    begin()
    const housing = await team('housing')
    const finding = (department: string) => ({
      params: { meetingId: meeting.meetingId },
      body: {
        department,
        text: '现场满足要求。',
        opinion: { opinionTaskId: task.opinionTaskId, version: task.version, code: 'agree' as const, conditions: [] },
      },
    })
    const ecology = await team('ecology')
    expect((await window.refusalOf(window.as(ecology.reviewer).call(addFinding, finding('ecology')))).code).toBe(
      'approvals.no-open-task-here',
    )
    await window.as(housing.reviewer).call(addFinding, finding('housing'))
    expect((await window.itemRun(run.itemRunId)).opinionTasks[0]).toMatchObject({
      state: 'given',
      code: 'agree',
      text: '现场满足要求。',
    })
    expect(await kindsOf(run)).toContain('approvals.ready-to-draft')
  })
  it('is moved or cancelled until it begins; only departments that were invited record', async () => {
    const { reviewer, meeting, body } = await planned(['housing'])
    const params = { meetingId: meeting.meetingId }
    const past = { params, body: { ...body, version: meeting.version, startsAt: window.platform.clock() } }
    expect((await window.refusalOf(window.as(reviewer).call(changeMeeting, past))).code).toBe(
      'approvals.meeting-in-past',
    )
    const moved = await window
      .as(reviewer)
      .call(changeMeeting, { params, body: { ...body, version: meeting.version, place: '北门' } })
    expect(moved.meetings[0]).toMatchObject({ place: '北门' })
    begin()
    const water = await team('water')
    const finding = { params, body: { department: 'water', text: '积水。' } }
    expect((await window.refusalOf(window.as(water.reviewer).call(addFinding, finding))).code).toBe(
      'approvals.not-invited',
    )
    const cancelled = await window
      .as(reviewer)
      .call(cancelMeeting, { params, body: { version: moved.meetings[0]?.version ?? 0, reason: '大雨' } })
    expect(cancelled.meetings[0]?.state).toBe('cancelled')
  })
})
