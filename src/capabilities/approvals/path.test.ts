import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openWindow, type Window } from '../../../tests/support/window.ts'
import { readCertificate, readPublicProgress, readReceipt, verifyCertificate, verifyReceipt } from './contract.ts'

let window: Window
beforeAll(async () => {
  window = await openWindow()
})
afterAll(() => window.close())

describe('the whole path', () => {
  it('leads from a draft to a certificate that anybody can verify', async () => {
    const projectId = await window.project()
    await window.closed({ projectId, itemIds: ['I-105'] })
    const draft = await window.draft({ projectId, stage: 'ST2', itemIds: ['I-202a'] })
    expect(draft.application.state).toBe('draft')
    expect(draft.faults.length).toBeGreaterThan(0)
    expect(draft.application.answers.projectName).toBe('观音桥示例住宅')
    expect(draft.application.origins.projectName).toMatchObject({ kind: 'project', label: '项目登记' })

    const ready = await window.complete(draft)
    expect(ready.faults).toEqual([])
    const submitted = await window.submit(ready)
    expect(submitted.application.state).toBe('submitted')
    const [submission] = submitted.submissions
    expect(submission).toMatchObject({ round: 1, submittedBy: '申请人甲' })
    expect(submission?.hash).toMatch(/^[0-9a-f]{64}$/)
    expect(submitted.clocks).toMatchObject([{ kind: 'statutory', budget: 5, due: '2026-03-09', state: 'running' }])

    const accepted = await window.accept(submitted)
    expect(accepted.application.state).toBe('accepted')
    expect(accepted.itemRuns).toMatchObject([{ itemId: 'I-202a', department: 'civil-defence', state: 'handling' }])
    const run = accepted.itemRuns[0]
    if (run === undefined) throw new Error('no item run')
    expect(run.clocks).toMatchObject([{ kind: 'statutory', budget: 5, certainty: 'A' }])

    const decided = await window.decidedRun(run)
    expect(decided.state).toBe('decided')
    expect(decided.decision?.documentNumber).toMatch(/^.+〔2026〕0001$/)
    const closed = await window.file(accepted.application.applicationId)
    expect(closed.application.state).toBe('closed')
    // What is left running is the delivery of the decisions.
    expect(
      closed.clocks.every((clock) => clock.state === 'stopped' || clock.basis.includes('行政许可法 第四十四条')),
    ).toBe(true)

    const code = decided.decision?.verificationCode ?? ''
    const certificateId = decided.decision?.certificateId
    if (certificateId === null || certificateId === undefined) throw new Error('no certificate')
    expect(window.test.jobs).toContainEqual({ name: 'approvals.certificate', input: { certificateId } })
    const paper = await window.as(window.applicant).download(readCertificate, { params: { certificateId } })
    expect(
      Buffer.from(paper.content as Uint8Array)
        .subarray(0, 5)
        .toString(),
    ).toBe('%PDF-')
    const anyone = window.as({ kind: 'anonymous' })
    const verified = await anyone.call(verifyCertificate, { params: { code } })
    expect(verified).toMatchObject({ documentNumber: decided.decision?.documentNumber, state: 'in-force' })
    expect(verified.sha256).toMatch(/^[0-9a-f]{64}$/)
    expect(verified.entryId).not.toBeNull()
    expect(
      await anyone.call(verifyReceipt, { params: { receiptNumber: submission?.receiptNumber ?? '' } }),
    ).toMatchObject({ hash: submission?.hash, state: 'closed' })
    if (submission === undefined) throw new Error('no submission')
    const receipt = await window.as(window.applicant).download(readReceipt, {
      params: { applicationId: accepted.application.applicationId, submissionId: submission.submissionId },
    })
    expect(
      Buffer.from(receipt.content as Uint8Array)
        .subarray(0, 5)
        .toString(),
    ).toBe('%PDF-')

    const progress = await anyone.call(readPublicProgress, { params: { number: closed.project.number } })
    expect(progress.stages[0]?.applications[0]).toMatchObject({ state: 'closed', correctionRounds: 0 })
    expect(progress.facts.map((fact) => fact.sentence).join('\n')).toContain('作出决定')
    expect(JSON.stringify(progress)).not.toMatch(/申请人甲|civil-defence审|1390001/)
  })
})
