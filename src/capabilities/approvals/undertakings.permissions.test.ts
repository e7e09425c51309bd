import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { admittedOf, stale } from '../../../tests/support/admission.ts'
import { openWindow, type Window } from '../../../tests/support/window.ts'
import { type Actor, anonymous } from '../../kernel/actor.ts'
import { localDate } from '../../kernel/time.ts'
import * as credit from './contract/credit.ts'
import * as rounds from './contract/rounds.ts'
import * as undertakings from './contract/undertakings.ts'
import * as contract from './contract.ts'

let window: Window
let people: Record<string, Actor>
beforeAll(async () => {
  window = await openWindow()
  const own = await window.officers('ecology')
  const water = await window.officers('water')
  const other = await window.officers('housing')
  people = {
    anonymous,
    citizen: await window.person('居民'),
    applicant: window.applicant,
    stranger: window.stranger,
    clerk: window.clerk,
    reviewer: own.reviewer,
    approver: own.approver,
    'water reviewer': water.reviewer,
    'water approver': water.approver,
    'other approver': other.approver,
    supervisor: window.supervisor,
    administrator: await window.person('管理员', { role: 'administrator' }),
  }
})
afterAll(() => window.close())

const admitted = (endpoint: object, input: object) => admittedOf(window, people, endpoint, input)
const version = stale
const readers = [
  'clerk',
  'reviewer',
  'approver',
  'water reviewer',
  'water approver',
  'other approver',
  'supervisor',
  'administrator',
]
const uploadId = '00000000-0000-7000-8000-000000000000'

const deferred = async () => {
  const draft = await window.complete(await window.draft({ itemIds: ['I-109'] }))
  const document = draft.documents.find((each) => each.materialId === 'I-109-M02')
  if (document === undefined) throw new Error('nothing to leave out')
  const without = await window.as(window.applicant).call(contract.removeDocument, {
    params: { applicationId: draft.application.applicationId, documentId: document.documentId },
  })
  const params = { applicationId: draft.application.applicationId }
  await window.as(window.applicant).call(undertakings.declareDeferrals, {
    params,
    body: { version: without.application.version, materialIds: ['I-109-M02'], agreed: true, signatory: '' },
  })
  const accepted = await window.accept(await window.submit(await window.file(params.applicationId, window.applicant)))
  const view = await window.as(window.clerk).call(undertakings.readUndertakings, { params })
  return { accepted, view, params }
}

describe('who may call what about promises', () => {
  it('on a draft: the applicant alone signs and takes back', async () => {
    const draft = await window.draft({ itemIds: ['I-112'] })
    const params = { applicationId: draft.application.applicationId }
    const signed = { version, agreed: true, signatory: '' }
    expect(await admitted(undertakings.declareDeferrals, { params, body: { ...signed, materialIds: [] } })).toEqual([
      'applicant',
    ])
    expect(
      await admitted(undertakings.signCommitment, {
        params: { ...params, itemId: 'I-112' },
        body: { ...signed, chosen: true },
      }),
    ).toEqual(['applicant'])
    expect(await admitted(undertakings.readUndertakings, { params })).toEqual(['applicant'])
    expect(await admitted(rounds.readRounds, { params })).toEqual(['applicant'])
    const paper = { version, receivedAt: window.platform.clock(), reasonCode: 'x', reason: 'x', signatory: 'x' }
    expect(await admitted(rounds.enterPaper, { params, body: { ...paper, uploadId } })).toEqual(
      // A draft of the applicant cannot become paper; the state says so to everybody who could otherwise.
      ['clerk'],
    )
  })

  it('on a promised document: the applicant or a clerk supplies, the department of the item extends and reports', async () => {
    const { view, params } = await deferred()
    const [deferral] = view.deferrals
    const [commitment] = view.commitments
    if (deferral === undefined || commitment === undefined) throw new Error('nothing is deferred')
    const of = { params: { deferralId: deferral.deferralId } }
    expect(await admitted(undertakings.supplyDeferred, { ...of, body: { version, uploadId } })).toEqual([
      'applicant',
      'clerk',
    ])
    expect(await admitted(undertakings.extendDeferral, { ...of, body: { version, days: 1, reason: '盖章' } })).toEqual([
      'approver',
    ])
    expect(
      await admitted(undertakings.reportDeferralEvent, {
        ...of,
        body: { version, occurredOn: localDate('2026-03-02'), basis: '已备案' },
      }),
    ).toEqual(['reviewer', 'approver'])
    expect(await admitted(undertakings.readUndertakings, { params })).toEqual(['applicant', ...readers])
    expect(
      await admitted(undertakings.readCommitmentDocument, { params: { commitmentId: commitment.commitmentId } }),
    ).toEqual(['applicant', ...readers])
  })

  it('on a commitment: its department decides, checks and settles; the applicant answers', async () => {
    const draft = await window.draft({ itemIds: ['I-112'] })
    const params = { applicationId: draft.application.applicationId }
    await window.as(window.applicant).call(undertakings.signCommitment, {
      params: { ...params, itemId: 'I-112' },
      body: { version: draft.application.version, chosen: true, agreed: true, signatory: '' },
    })
    const signed = await window.file(params.applicationId, window.applicant)
    const accepted = await window.accept(await window.submit(await window.complete(signed)))
    const [run] = accepted.itemRuns
    if (run === undefined) throw new Error('no item run')
    const item = { params: { itemRunId: run.itemRunId } }
    expect(await admitted(undertakings.decideOnCommitment, { ...item, body: { version, text: '准予' } })).toEqual([
      'water approver',
    ])
    const water = await window.officers('water')
    const decided = await window
      .as(water.approver)
      .call(undertakings.decideOnCommitment, { ...item, body: { version: run.version, text: '准予许可。' } })
    const [check] = decided.afterChecks
    if (check === undefined) throw new Error('no check')
    const of = { params: { afterCheckId: check.afterCheckId } }
    const result = { version, result: 'true', finding: '属实', measures: [] }
    expect(await admitted(undertakings.recordAfterCheck, { ...of, body: result })).toEqual(['water reviewer'])
    expect(await admitted(undertakings.answerAfterCheck, { ...of, body: { version, text: '申辩' } })).toEqual([
      'applicant',
    ])
    expect(
      await admitted(undertakings.settleAfterCheck, { ...of, body: { version, settlement: 'closed', text: '办结' } }),
    ).toEqual(['water approver'])
    expect(await admitted(undertakings.listAfterChecks, { query: {} })).toEqual(
      readers.filter((name) => name !== 'clerk'),
    )
    const mine = await window.as(water.reviewer).call(undertakings.listAfterChecks, { query: { limit: 20 } })
    expect(mine.rows.map((row) => row.afterCheckId)).toContain(check.afterCheckId)
    const { reviewer } = await window.officers('ecology')
    const others = await window.as(reviewer).call(undertakings.listAfterChecks, { query: { limit: 20 } })
    expect(others.rows).toEqual([])
  })

  it('on credit records: clerks and administrators keep them, supervisors judge, an applicant sees only its own', async () => {
    const dates = { basis: '名单示例', from: localDate('2026-01-01'), to: null }
    const record = await window
      .as(window.clerk)
      .call(credit.enterCredit, { body: { organisationId: window.otherOwner, ...dates } })
    const of = { params: { creditRecordId: record.creditRecordId } }
    expect(await admitted(credit.liftCredit, { ...of, body: { version, basis: '核销依据' } })).toEqual([
      'clerk',
      'administrator',
    ])
    expect(await admitted(credit.decideCredit, { ...of, body: { version, confirm: true, basis: '确认依据' } })).toEqual(
      ['supervisor', 'administrator'],
    )
    expect(await admitted(credit.answerCredit, { ...of, body: { version, text: '申辩' } })).toEqual(['stranger'])
    expect(await admitted(credit.enterCredit, { body: { organisationId: window.platform.newId(), ...dates } })).toEqual(
      ['clerk', 'administrator'],
    )
    const seen = async (actor: Actor) =>
      (await window.as(actor).call(credit.listCredit, { query: { limit: 20 } })).rows.map((row) => row.organisationId)
    expect(await seen(window.applicant)).not.toContain(window.otherOwner)
    expect(await seen(window.stranger)).toEqual([window.otherOwner])
  })

  it('on correction rounds: the applicant answers points, another clerk judges them, a supervisor lets a second list out', async () => {
    const file = await window.submitted()
    const params = { applicationId: file.application.applicationId }
    const points = [{ anchor: 'field:projectName', reasonCode: 'wrong', text: '请改正。' }]
    await window.as(window.clerk).call(contract.requestCorrections, {
      params,
      body: { version: file.application.version, points },
    })
    const place = { ...params, round: 1, ordinal: 0 }
    expect(await admitted(rounds.answerPoint, { params: place, body: { version, answer: '说明' } })).toEqual([
      'applicant',
    ])
    expect(await admitted(rounds.judgePoint, { params: place, body: { version, met: true } })).toEqual(['clerk'])
    expect(
      await admitted(rounds.proposeSecondList, { params, body: { version, points, reason: '收件后规划条件调整' } }),
    ).toEqual(['clerk'])
    expect(
      await admitted(rounds.decideSecondList, { params, body: { version, approve: true, remark: '同意' } }),
    ).toEqual(['supervisor'])
    expect(await admitted(rounds.listSecondLists, { query: {} })).toEqual(['supervisor', 'administrator'])
    expect(await admitted(rounds.readRounds, { params })).toEqual(['applicant', ...readers])
    const { receipts } = await window.as(window.clerk).call(rounds.readRounds, { params })
    expect(
      await admitted(rounds.readIssuedReceipt, { params: { receiptId: receipts.at(-1)?.receiptId ?? '' } }),
    ).toEqual(['applicant', ...readers])
  })
})
