import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { admittedOf, stale } from '../../../tests/support/admission.ts'
import { openWindow, type Window } from '../../../tests/support/window.ts'
import { type Actor, anonymous } from '../../kernel/actor.ts'
import { addMs, localDate } from '../../kernel/time.ts'
import * as contract from './contract/consultation.ts'
import { askOpinions, giveOpinion, type ItemRunView } from './contract.ts'

let window: Window
let people: Record<string, Actor>
let run: ItemRunView
const officers = [
  'clerk',
  'reviewer',
  'lead',
  'approver',
  'other reviewer',
  'other lead',
  'other approver',
  'supervisor',
]

const admitted = (endpoint: object, input: object) => admittedOf(window, people, endpoint, input)
const body = { version: stale }
const consultation = () =>
  window.as(people['reviewer'] ?? anonymous).call(contract.readConsultation, {
    params: { applicationId: run.applicationId },
  })
const give = async (department: string, code: 'agree' | 'disagree' | 'need-information') => {
  const task = (await window.itemRun(run.itemRunId)).opinionTasks.findLast((each) => each.department === department)
  if (task === undefined) throw new Error('no task')
  await window.as((await window.officers(department)).reviewer).call(giveOpinion, {
    params: { opinionTaskId: task.opinionTaskId },
    body: { version: task.version, code, text: '理由。', conditions: [] },
  })
}

beforeAll(async () => {
  window = await openWindow()
  const own = (await window.accepted()).itemRuns[0]
  if (own === undefined) throw new Error('no run')
  run = own
  const team = await window.officers(run.department)
  const others = await window.officers('housing')
  people = {
    anonymous,
    citizen: await window.person('居民'),
    applicant: window.applicant,
    stranger: window.stranger,
    clerk: window.clerk,
    reviewer: team.reviewer,
    lead: team.lead,
    approver: team.approver,
    'other reviewer': others.reviewer,
    'other lead': others.lead,
    'other approver': others.approver,
    supervisor: window.supervisor,
  }
  await window.as(team.reviewer).call(askOpinions, {
    params: { itemRunId: run.itemRunId },
    body: { departments: ['housing', 'ecology', 'water'], question: '意见', days: 8 },
  })
})
afterAll(() => window.close())

describe('who may call what in consultation', () => {
  it('reads: officers and the applicant; suggestions and conflicts are for officers', async () => {
    const params = { applicationId: run.applicationId }
    expect(await admitted(contract.readConsultation, { params })).toEqual(['applicant', ...officers])
    expect(await admitted(contract.printOpinionSummary, { params })).toEqual(['applicant', ...officers])
    expect(await admitted(contract.readSuggestions, { params: { itemRunId: run.itemRunId } })).toEqual(officers)
    expect(await admitted(contract.listConflicts, { query: {} })).toEqual([
      'lead',
      'approver',
      'other lead',
      'other approver',
      'supervisor',
    ])
    expect(await admitted(contract.readOwnParts, {})).toEqual([
      'reviewer',
      'lead',
      'approver',
      'other reviewer',
      'other lead',
      'other approver',
    ])
  })
  it('parts: the department that was asked', async () => {
    const task = run.itemRunId
    expect(task).toBeDefined()
    const asked = (await window.itemRun(run.itemRunId)).opinionTasks.find((each) => each.department === 'housing')
    const params = { opinionTaskId: asked?.opinionTaskId }
    const others = ['other reviewer', 'other lead', 'other approver']
    expect(
      await admitted(contract.delegateParts, { params, body: { ...body, parts: [{ question: '?', days: 1 }] } }),
    ).toEqual(others)
    expect(await admitted(contract.readColleagues, { params })).toEqual(others)
    const whole = await window.as(people['other lead'] ?? anonymous).call(contract.delegateParts, {
      params: { opinionTaskId: asked?.opinionTaskId ?? ('' as never) },
      body: { version: asked?.version ?? 0, parts: [{ question: '?', days: 1 }] },
    })
    const partId = whole.runs[0]?.tasks.flatMap((each) => each.parts)[0]?.partId
    const part = { params: { partId } }
    expect(await admitted(contract.answerPart, { ...part, body: { ...body, answer: '可' } })).toEqual(others)
    expect(await admitted(contract.recallPart, { ...part, body: { ...body, reason: '收回' } })).toEqual(others)
    await window.as(people['other lead'] ?? anonymous).call(contract.recallPart, {
      params: { partId: partId ?? ('' as never) },
      body: { version: 0, reason: '收回' },
    })
  })
  it('questions to the applicant: the lead sends, the applicant answers', async () => {
    await give('water', 'need-information')
    const request = (await consultation()).runs[0]?.information[0]
    const params = { informationId: request?.informationId }
    const handlers = ['reviewer', 'lead']
    expect(await admitted(contract.sendInformation, { params, body: { ...body, question: '?' } })).toEqual(handlers)
    expect(await admitted(contract.withdrawInformation, { params, body: { ...body, reason: '?' } })).toEqual(handlers)
    expect(await admitted(contract.answerInformation, { params, body: { ...body, text: '答' } })).toEqual(['applicant'])
  })
  it('changing, asking again, flagging: the department, the lead', async () => {
    await give('housing', 'agree')
    const given = (await window.itemRun(run.itemRunId)).opinionTasks.find((each) => each.department === 'housing')
    const params = { opinionTaskId: given?.opinionTaskId }
    expect(await admitted(contract.changeOpinion, { params, body: { ...body, code: 'agree' } })).toEqual([
      'other reviewer',
      'other lead',
      'other approver',
    ])
    expect(await admitted(contract.redoOpinion, { params, body: { ...body, question: '?', days: 1 } })).toEqual([
      'reviewer',
      'lead',
    ])
    const ids = [given?.opinionTaskId, given?.opinionTaskId]
    expect(
      await admitted(contract.flagConflict, {
        params: { itemRunId: run.itemRunId },
        body: { opinionTaskIds: ids, remark: '?' },
      }),
    ).toEqual(['reviewer', 'lead'])
  })
  it('conflicts: the lead department and the supervisor mediate; officers print the minute', async () => {
    await give('ecology', 'disagree')
    const conflict = (await consultation()).runs[0]?.conflicts[0]
    const params = { conflictId: conflict?.conflictId }
    const participants = [
      { organisation: '甲', names: '乙' },
      { organisation: '丙', names: '丁' },
    ]
    const minute = { heldOn: localDate('2026-03-02'), place: '处', participants, discussion: '论', resolution: '结' }
    expect(await admitted(contract.resolveConflict, { params, body: { ...body, ...minute } })).toEqual([
      'lead',
      'approver',
      'supervisor',
    ])
    expect(await admitted(contract.printConflictMinute, { params })).toEqual(officers)
  })
  it('meetings: handlers of the application plan and sign, invited departments record', async () => {
    const plan = {
      kind: 'meeting' as const,
      title: '会',
      place: '处',
      startsAt: addMs(window.platform.clock(), 60_000),
      departments: ['nowhere'],
      applicantInvited: true,
      agenda: '事',
    }
    const params = { applicationId: run.applicationId }
    const hosts = ['reviewer', 'lead']
    expect(await admitted(contract.planMeeting, { params, body: plan })).toEqual(hosts)
    const whole = await window
      .as(people['lead'] ?? anonymous)
      .call(contract.planMeeting, { params, body: { ...plan, departments: ['housing'] } })
    window.test.clock.advance(120_000)
    const meeting = { params: { meetingId: whole.meetings[0]?.meetingId } }
    const later = addMs(window.platform.clock(), 60_000)
    const attendance = [{ side: 'other', organisation: '甲', names: '', present: true }]
    const invited = ['other reviewer', 'other lead', 'other approver']
    for (const [endpoint, more, who] of [
      [contract.changeMeeting, { ...plan, startsAt: later }, hosts],
      [contract.cancelMeeting, { reason: '雨' }, hosts],
      [contract.recordAttendance, { attendance }, hosts],
      [contract.signMinute, { minute: '纪要' }, hosts],
      [contract.addPhoto, { department: 'housing', uploadId: window.platform.newId(), caption: '图' }, invited],
    ] as const)
      expect([endpoint.id, await admitted(endpoint, { ...meeting, body: { ...body, ...more } })]).toEqual([
        endpoint.id,
        who,
      ])
    const asOpinion = { opinionTaskId: window.platform.newId(), version: 0, code: 'agree', conditions: [] }
    expect(
      await admitted(contract.addFinding, {
        ...meeting,
        body: { department: 'housing', text: '情况', opinion: asOpinion },
      }),
    ).toEqual(invited)
    // What does not exist for a reader is missing, not forbidden: the file itself is what is protected.
    expect(await admitted(contract.printMinute, meeting)).toEqual(['applicant', ...officers])
    const photo = { params: { ...meeting.params, photoId: window.platform.newId() } }
    expect(await admitted(contract.readPhoto, photo)).toEqual(['applicant', ...officers])
  })
  it('special procedures: proposed by handlers, decided by the approver', async () => {
    const own = (await window.accepted()).itemRuns[0]
    const params = { itemRunId: own?.itemRunId }
    const tooLong = { kind: 'hearing', reason: '?', days: 365 }
    expect(await admitted(contract.proposeProcedure, { params, body: tooLong })).toEqual(['reviewer', 'lead'])
    const whole = await window.as(people['reviewer'] ?? anonymous).call(contract.proposeProcedure, {
      params: { itemRunId: own?.itemRunId ?? ('' as never) },
      body: { kind: 'hearing', reason: '?', days: 5, onRequest: true },
    })
    const procedure = { params: { procedureId: whole.runs[0]?.procedures[0]?.procedureId } }
    const schedule = { hearingOn: '2026-04-01', place: '处' }
    for (const [endpoint, more, who] of [
      [contract.decideProcedure, { approve: true }, ['approver']],
      [contract.requestHearing, {}, ['applicant', 'reviewer', 'lead']],
      [contract.scheduleHearing, schedule, ['reviewer', 'lead']],
      [contract.endProcedure, { result: '?' }, ['reviewer', 'lead', 'approver']],
    ] as const)
      expect([endpoint.id, await admitted(endpoint, { ...procedure, body: { ...body, ...more } })]).toEqual([
        endpoint.id,
        who,
      ])
    expect(await admitted(contract.printProcedureNotice, procedure)).toEqual(['applicant', ...officers])
  })
})
