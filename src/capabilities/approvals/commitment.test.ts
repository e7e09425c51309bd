import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openWindow, type Window } from '../../../tests/support/window.ts'
import { DAY_MS } from '../../kernel/time.ts'
import * as credit from './contract/credit.ts'
import * as undertakings from './contract/undertakings.ts'
import type * as contract from './contract.ts'

let window: Window
beforeAll(async () => {
  window = await openWindow()
})
afterAll(() => window.close())

const sign = (file: contract.ApplicationFile, chosen = true) =>
  window.as(window.applicant).call(undertakings.signCommitment, {
    params: { applicationId: file.application.applicationId, itemId: 'I-112' },
    body: { version: file.application.version, chosen, agreed: true, signatory: '' },
  })
const acceptedByPromise = async () => {
  const draft = await window.draft({ itemIds: ['I-112'] })
  await sign(draft)
  const signed = await window.file(draft.application.applicationId, window.applicant)
  return window.accept(await window.submit(await window.complete(signed)))
}
const read = (id: contract.ApplicationId) =>
  window.as(window.clerk).call(undertakings.readUndertakings, { params: { applicationId: id } })
const decideNow = async (file: contract.ApplicationFile) => {
  const [run] = file.itemRuns
  if (run === undefined) throw new Error('no item run')
  const { approver } = await window.officers(run.department)
  return window.as(approver).call(undertakings.decideOnCommitment, {
    params: { itemRunId: run.itemRunId },
    body: { version: run.version, text: '依据告知承诺准予许可。' },
  })
}
const checkOf = async (id: contract.ApplicationId) => {
  const [check] = (await read(id)).afterChecks
  if (check === undefined) throw new Error('no check')
  return check
}
const record = async (id: contract.ApplicationId, result: 'true' | 'false', measures: ('revoke' | 'credit-mark')[]) => {
  const check = await checkOf(id)
  const { reviewer } = await window.officers(check.department)
  return window.as(reviewer).call(undertakings.recordAfterCheck, {
    params: { afterCheckId: check.afterCheckId },
    body: { version: check.version, result, finding: '现场核查', measures },
  })
}

describe('a commitment instead of evidence', () => {
  it('stands in for the document, and may be taken back before the submission', async () => {
    const draft = await window.draft({ itemIds: ['I-112'] })
    const needs = (file: contract.ApplicationFile) => file.materials.find((need) => need.materialId === 'I-112-M02')
    expect(needs(draft)).toMatchObject({ waiver: null, present: false })
    const signed = await sign(draft)
    expect(signed.offers).toMatchObject([{ itemId: 'I-112', signed: true, immediate: true }])
    expect(signed.commitments[0]?.text).toContain('征占地面积不足5公顷')
    const file = await window.file(draft.application.applicationId, window.applicant)
    expect(needs(file)).toMatchObject({ waiver: 'commitment' })
    await sign(file, false)
    expect(needs(await window.file(draft.application.applicationId, window.applicant))).toMatchObject({ waiver: null })
  })

  it('lets the approver decide at once; without a commitment the ordinary procedure holds', async () => {
    const plain = await window.accepted({ itemIds: ['I-112'] })
    const refusal = await window.refusalOf(decideNow(plain))
    expect(refusal.code).toBe('approvals.commitment-not-signed')
    const accepted = await acceptedByPromise()
    const after = await decideNow(accepted)
    const file = await window.file(accepted.application.applicationId)
    expect(file.itemRuns[0]).toMatchObject({ state: 'decided', decision: { outcome: 'approved' } })
    expect(file.application.state).toBe('closed')
    expect(after.afterChecks).toMatchObject([{ state: 'open', clock: { state: 'running', budget: 20 } }])
  })

  it('a check that finds the promise true ends there', async () => {
    const accepted = await acceptedByPromise()
    await decideNow(accepted)
    const settled = await record(accepted.application.applicationId, 'true', [])
    expect(settled).toMatchObject({ state: 'settled', result: 'true', settlement: 'closed' })
    expect(settled.clock?.state).toBe('stopped')
  })

  it('after an untrue promise the applicant may answer before anybody settles; a mark is only proposed', async () => {
    const accepted = await acceptedByPromise()
    const id = accepted.application.applicationId
    await decideNow(accepted)
    const found = await record(id, 'false', ['revoke', 'credit-mark'])
    expect(found).toMatchObject({ state: 'found', answerUntil: '2026-03-09' })
    const { approver } = await window.officers(found.department)
    const settle = (version: number) =>
      window.as(approver).call(undertakings.settleAfterCheck, {
        params: { afterCheckId: found.afterCheckId },
        body: { version, settlement: 'revoke', text: '承诺不实' },
      })
    expect((await window.refusalOf(settle(found.version))).code).toBe('approvals.answer-open')
    const answered = await window.as(window.applicant).call(undertakings.answerAfterCheck, {
      params: { afterCheckId: found.afterCheckId },
      body: { version: found.version, text: '面积测算有误,已更正' },
    })
    expect(answered.state).toBe('answered')
    const settled = await settle(answered.version)
    expect(settled).toMatchObject({ state: 'settled', settlement: 'revoke' })
    const file = await window.file(id)
    expect(file.timeline.map((row) => row.kind)).toContain('approvals.revocation-proposed')
    const marks = await window.as(window.applicant).call(credit.listCredit, { query: { limit: 20 } })
    const mark = marks.rows.find((row) => row.applicationId === id)
    expect(mark).toMatchObject({ state: 'proposed', kind: 'false-commitment', may: { answer: null } })
    if (mark === undefined) throw new Error('no mark')
    const dismissed = await window.as(window.supervisor).call(credit.decideCredit, {
      params: { creditRecordId: mark.creditRecordId },
      body: { version: mark.version, confirm: false, basis: '已及时改正,不予记入' },
    })
    expect(dismissed.state).toBe('dismissed')
  })

  it('without an answer the check may be settled once the time to answer is over', async () => {
    const own = await openWindow()
    const main = window
    window = own
    try {
      const accepted = await acceptedByPromise()
      await decideNow(accepted)
      const found = await record(accepted.application.applicationId, 'false', ['revoke'])
      own.test.clock.advance(10 * DAY_MS)
      const late = await own.refusalOf(
        own.as(own.applicant).call(undertakings.answerAfterCheck, {
          params: { afterCheckId: found.afterCheckId },
          body: { version: found.version, text: '迟到的申辩' },
        }),
      )
      expect(late.code).toBe('approvals.answer-over')
      const { approver } = await own.officers(found.department)
      const settled = await own.as(approver).call(undertakings.settleAfterCheck, {
        params: { afterCheckId: found.afterCheckId },
        body: { version: found.version, settlement: 'correct', text: '限期整改' },
      })
      expect(settled.settlement).toBe('correct')
    } finally {
      window = main
      await own.close()
    }
  })
})
