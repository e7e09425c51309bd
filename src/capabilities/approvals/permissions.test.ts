import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { admittedOf, mayCall, stale } from '../../../tests/support/admission.ts'
import { openWindow, type Window } from '../../../tests/support/window.ts'
import { type Actor, anonymous, type Person } from '../../kernel/actor.ts'
import type { Endpoint } from '../../kernel/endpoint.ts'
import * as accessContract from './contract/access.ts'
import * as adviceContract from './contract/advice.ts'
import * as after from './contract/after.ts'
import * as blockContract from './contract/blocks.ts'
import * as clockContract from './contract/clocks.ts'
import * as consultation from './contract/consultation.ts'
import * as creditContract from './contract/credit.ts'
import * as milestoneContract from './contract/milestones.ts'
import * as precheckContract from './contract/precheck.ts'
import * as reconciling from './contract/reconcile.ts'
import * as roundContract from './contract/rounds.ts'
import * as trialContract from './contract/trial.ts'
import * as undertakingContract from './contract/undertakings.ts'
import * as contract from './contract.ts'

let window: Window
let people: Record<string, Actor>
beforeAll(async () => {
  window = await openWindow()
  const team = await window.officers('planning-resources')
  const others = await window.officers('housing')
  const plain: Person = await window.person('居民')
  people = {
    anonymous,
    citizen: plain,
    applicant: window.applicant,
    stranger: window.stranger,
    clerk: window.clerk,
    reviewer: team.reviewer,
    lead: team.lead,
    approver: team.approver,
    'other reviewer': others.reviewer,
    'other approver': others.approver,
    supervisor: window.supervisor,
  }
})
afterAll(() => window.close())

const admitted = (endpoint: object, input: object) => admittedOf(window, people, endpoint, input)
const officers = ['clerk', 'reviewer', 'lead', 'approver', 'other reviewer', 'other approver', 'supervisor']

describe('who may call what', () => {
  it('on a draft: the applicant alone', async () => {
    const draft = await window.draft()
    const params = { applicationId: draft.application.applicationId }
    for (const [endpoint, body] of [
      [contract.readApplication, undefined],
      [contract.saveDraft, { version: stale, answers: {} }],
      [contract.submitApplication, { version: stale, declared: true }],
      [contract.attachDocument, { materialId: 'none', uploadId: window.platform.newId() }],
      [precheckContract.runPrecheck, {}],
      [reconciling.readDraftStanding, undefined],
      [reconciling.reconcileDraft, { version: stale }],
    ] as const)
      expect([endpoint.id, await admitted(endpoint as Endpoint, { params, body })]).toEqual([
        endpoint.id,
        ['applicant'],
      ])
    const remove = { params: { ...params, documentId: window.platform.newId() } }
    expect(await admitted(contract.removeDocument as Endpoint, remove)).toEqual(['applicant'])
    expect(
      await admitted(contract.createApplication as Endpoint, {
        body: { projectId: draft.project.projectId, stage: 'ST1', guideAnswers: {}, itemIds: ['I-106'] },
      }),
    ).toEqual(['applicant', 'clerk'])
  })
  it('at the window: the clerk alone', async () => {
    const submitted = await window.submitted()
    const params = { applicationId: submitted.application.applicationId }
    const points = [{ anchor: 'field:projectName', reasonCode: 'wrong', text: '有误' }]
    for (const [endpoint, body] of [
      [contract.acceptApplication, { version: stale }],
      [contract.refuseApplication, { version: stale, text: '不属于', competentAuthority: '市局' }],
      [contract.requestCorrections, { version: stale, points }],
    ] as const)
      expect([endpoint.id, await admitted(endpoint as Endpoint, { params, body })]).toEqual([endpoint.id, ['clerk']])
    expect(await admitted(contract.readApplication as Endpoint, { params })).toEqual(['applicant', ...officers])
    const paper = { params: { ...params, submissionId: submitted.submissions[0]?.submissionId } }
    for (const who of ['stranger', 'citizen', 'anonymous'])
      expect(await mayCall(window, people[who] ?? anonymous, contract.readReceipt as Endpoint, paper)).toBe(false)
    expect(
      await mayCall(window, window.applicant, contract.readItemRun as Endpoint, {
        params: { itemRunId: window.platform.newId() },
      }),
    ).toBe(true)
  })
  it('in handling: the department of the item by role', async () => {
    const accepted = await window.accepted()
    const [run] = accepted.itemRuns
    if (run === undefined) throw new Error('no run')
    const params = { itemRunId: run.itemRunId }
    const expected: readonly (readonly [Endpoint, object, readonly string[]])[] = [
      [contract.askOpinions as Endpoint, { departments: ['nowhere'], question: '意见', days: 3 }, ['reviewer', 'lead']],
      [
        contract.proposePause as Endpoint,
        { version: stale, ground: 'hearing', reason: '听证', expectedDays: 5 },
        ['reviewer', 'lead'],
      ],
      [contract.decidePause as Endpoint, { version: stale, approve: true }, ['approver']],
      [contract.resumeItemRun as Endpoint, { version: stale, reason: '结束' }, ['reviewer', 'lead', 'approver']],
      [contract.extendItemRun as Endpoint, { version: stale, days: 5, reason: '复杂' }, ['approver']],
      [
        contract.draftDecision as Endpoint,
        { version: stale, outcome: 'approved', text: '同意', conditions: [] },
        ['reviewer', 'lead'],
      ],
      [contract.reviewDraft as Endpoint, { version: stale, accept: true }, ['lead', 'approver']],
      [contract.decide as Endpoint, { version: stale }, ['approver']],
    ]
    for (const [endpoint, body, who] of expected)
      expect([endpoint.id, await admitted(endpoint, { params, body })]).toEqual([endpoint.id, who])
    expect(await admitted(contract.readItemRun as Endpoint, { params })).toEqual(['applicant', ...officers])
    expect(await admitted(contract.readLegalGrounds as Endpoint, { params })).toEqual(officers)
    const clockId = run.clocks[0]?.clockId
    expect(await admitted(contract.explainClockOf as Endpoint, { params: { clockId } })).toEqual([
      'applicant',
      ...officers,
    ])
  })
  it('on an opinion: the department that was asked', async () => {
    const [run] = (await window.accepted()).itemRuns
    if (run === undefined) throw new Error('no run')
    const asked = await window.as(people.reviewer ?? anonymous).call(contract.askOpinions, {
      params: { itemRunId: run.itemRunId },
      body: { departments: ['housing'], question: '意见', days: 3 },
    })
    const params = { opinionTaskId: asked.opinionTasks[0]?.opinionTaskId }
    for (const [endpoint, body] of [
      [contract.openOpinionTask, { version: stale }],
      [contract.giveOpinion, { version: stale, code: 'agree' }],
    ] as const)
      expect([endpoint.id, await admitted(endpoint as Endpoint, { params, body })]).toEqual([
        endpoint.id,
        ['other reviewer', 'other approver'],
      ])
  })
  it('on lists: each sees their own side', async () => {
    await window.submitted()
    const rowsOf = async (who: string) =>
      (await window.as(people[who] ?? anonymous).call(contract.listApplications, { query: {} as never })).rows.length
    expect(await rowsOf('stranger')).toBe(0)
    expect(await rowsOf('citizen')).toBe(0)
    expect(await rowsOf('applicant')).toBeGreaterThan(0)
    expect(await rowsOf('supervisor')).toBeGreaterThan(0)
    const queue = { query: { desk: 'intake' } }
    expect(await admitted(contract.readQueue as Endpoint, queue)).toEqual(
      officers.filter((who) => who !== 'supervisor'),
    )
    const seen = await window
      .as(people.reviewer ?? anonymous)
      .call(contract.readQueue, { query: { desk: 'intake' } as never })
    expect(seen.rows).toEqual([])
    expect(await admitted(contract.readClockBoard as Endpoint, { query: {} })).toEqual([
      'lead',
      'approver',
      'other approver',
      'supervisor',
    ])
  })
  it('in public: everybody, and only what is public', async () => {
    const simulation = { body: { start: '2026-03-02', budget: 20, unit: 'workday' } }
    expect(await admitted(contract.simulateClock as Endpoint, simulation)).toEqual(Object.keys(people))
    const hidden = await window.project({ name: '未公开项目' })
    await window.platform.transact({ kind: 'system', name: 'test' }, (unit) =>
      window.projects.writer.publish(unit, hidden, false, '撤下'),
    )
    const file = await window.submitted({ projectId: hidden })
    const refusal = await window.refusalOf(
      window.as(anonymous).call(contract.readPublicProgress, { params: { number: file.project.number } }),
    )
    expect(refusal).toMatchObject({ kind: 'missing', code: 'approvals.project-missing' })
    expect(
      (
        await window.refusalOf(
          window.as(anonymous).call(contract.verifyCertificate, { params: { code: 'AAAA-AAAA-AAAA' } }),
        )
      ).code,
    ).toBe('approvals.code-unknown')
    expect(
      (await window.refusalOf(window.as(anonymous).call(contract.verifyReceipt, { params: { receiptNumber: 'SJ-1' } })))
        .code,
    ).toBe('approvals.receipt-unknown')
  })
  it('covers every endpoint that the capability serves', () => {
    const values: readonly unknown[] = [
      contract,
      precheckContract,
      accessContract,
      adviceContract,
      trialContract,
      blockContract,
      clockContract,
      consultation,
      creditContract,
      milestoneContract,
      reconciling,
      roundContract,
      undertakingContract,
      after,
    ].flatMap((each) => Object.values(each))
    const declared = values.flatMap((value) =>
      typeof value === 'object' && value !== null && 'method' in value && 'id' in value ? [String(value.id)] : [],
    )
    const served = (window.approvals.routes ?? []).map((route) => route.endpoint.id)
    expect(new Set(served)).toEqual(new Set(declared))
    expect(served).toHaveLength(declared.length)
  })
})
