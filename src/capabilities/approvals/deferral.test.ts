import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { guideAnswers, openWindow, type Window } from '../../../tests/support/window.ts'
import { DAY_MS, localDate } from '../../kernel/time.ts'
import { confirmReceipt, readAfter } from './contract/after.ts'
import * as credit from './contract/credit.ts'
import { readRounds } from './contract/rounds.ts'
import * as undertakings from './contract/undertakings.ts'
import * as contract from './contract.ts'

let window: Window
beforeAll(async () => {
  window = await openWindow()
})
afterAll(() => window.close())

const anyone = { kind: 'anonymous' } as const
/** A draft that lacks only what may follow. */
const draftWithout = async (materialId: string, itemIds: readonly string[], stage = 'ST1', projectId?: never) => {
  const draft = await window.draft({ itemIds, stage, ...(projectId === undefined ? {} : { projectId }) })
  const full = await window.complete(draft)
  const document = full.documents.find((each) => each.materialId === materialId)
  if (document === undefined) throw new Error(`no ${materialId}`)
  return window.as(window.applicant).call(contract.removeDocument, {
    params: { applicationId: full.application.applicationId, documentId: document.documentId },
  })
}
const declare = (file: contract.ApplicationFile, materialIds: string[]) =>
  window.as(window.applicant).call(undertakings.declareDeferrals, {
    params: { applicationId: file.application.applicationId },
    body: { version: file.application.version, materialIds, agreed: true, signatory: '' },
  })
const read = (id: contract.ApplicationId) =>
  window.as(window.clerk).call(undertakings.readUndertakings, { params: { applicationId: id } })
const deferralOf = async (id: contract.ApplicationId) => {
  const [deferral] = (await read(id)).deferrals
  if (deferral === undefined) throw new Error('nothing is deferred')
  return deferral
}
const submittedWithout = async (materialId: string, itemIds: readonly string[], stage = 'ST1') => {
  const file = await draftWithout(materialId, itemIds, stage)
  await declare(file, [materialId])
  return window.submit(await window.file(file.application.applicationId, window.applicant))
}
const acceptedWithout = async (materialId: string, itemIds: readonly string[]) =>
  window.accept(await submittedWithout(materialId, itemIds))
const supply = async (id: contract.ApplicationId) => {
  const deferral = await deferralOf(id)
  const { uploadId } = await window.upload(window.applicant)
  return window.as(window.applicant).call(undertakings.supplyDeferred, {
    params: { deferralId: deferral.deferralId },
    body: { version: deferral.version, uploadId },
  })
}
const firstRun = (file: contract.ApplicationFile) => {
  const [run] = file.itemRuns
  if (run === undefined) throw new Error('no item run')
  return run
}

describe('documents that may follow later', () => {
  it('a missing deferrable document stops the submission until somebody signs for it', async () => {
    const file = await draftWithout('I-109-M02', ['I-109'])
    expect(file.faults).toMatchObject([{ path: 'materials.I-109-M02' }])
    const before = await read(file.application.applicationId).catch(() => null)
    // A draft is the applicant's own.
    expect(before).toBeNull()
    const own = await window
      .as(window.applicant)
      .call(undertakings.readUndertakings, { params: { applicationId: file.application.applicationId } })
    expect(own.verdicts).toMatchObject([{ materialId: 'I-109-M02', eligible: true }])
    const signed = await declare(file, ['I-109-M02'])
    expect(signed.deferrals).toMatchObject([{ materialId: 'I-109-M02', state: 'declared', due: null }])
    expect(signed.commitments).toMatchObject([{ kind: 'deferral', signatory: '申请人甲' }])
    expect(signed.commitments[0]?.text).toContain('受理后10个工作日内补齐')
    const ready = await window.file(file.application.applicationId, window.applicant)
    expect(ready.faults).toEqual([])
    expect(ready.materials.find((need) => need.materialId === 'I-109-M02')).toMatchObject({ waiver: 'deferral' })
    const paper = await window.as(window.applicant).download(undertakings.readCommitmentDocument, {
      params: { commitmentId: signed.commitments[0]?.commitmentId ?? (window.platform.newId() as never) },
    })
    expect(
      Buffer.from(paper.content as Uint8Array)
        .subarray(0, 5)
        .toString(),
    ).toBe('%PDF-')
  })

  it('key documents and documents of items that concern safety cannot follow later, and the reason is said', async () => {
    const file = await draftWithout('I-109-M01', ['I-109'])
    const refusal = await window.refusalOf(declare(file, ['I-109-M01']))
    expect(refusal.code).toBe('approvals.not-deferrable')
    expect(refusal.fields[0]?.message).toContain('主审要件')
    const safety = await window.refusalOf(
      draftWithout('I-305-M06', ['I-305'], 'ST3').then((open) => declare(open, ['I-305-M06'])),
    )
    expect(safety.fields[0]?.message).toContain('直接涉及安全')
  })

  it('runs its own clock from the acceptance, while the clock of the item goes on', async () => {
    const accepted = await acceptedWithout('I-109-M02', ['I-109'])
    const deferral = await deferralOf(accepted.application.applicationId)
    expect(deferral).toMatchObject({ state: 'running', clock: { kind: 'deferral', budget: 10, state: 'running' } })
    expect(firstRun(accepted).clocks).toMatchObject([{ kind: 'statutory', state: 'running' }])
    const later = await supply(accepted.application.applicationId)
    expect(later.deferrals).toMatchObject([{ state: 'completed', clock: { state: 'stopped' } }])
    expect(firstRun(await window.file(accepted.application.applicationId)).clocks).toMatchObject([{ state: 'running' }])
  })

  it('a decision while a document is owed is one with documents to follow, everywhere', async () => {
    const accepted = await acceptedWithout('I-109-M02', ['I-109'])
    const id = accepted.application.applicationId
    const decided = await window.decidedRun(firstRun(accepted))
    expect(decided.decision?.outcome).toBe('approved-with-deferral')
    const closed = await window.file(id)
    expect(closed.application.state).toBe('closed')
    // The duty outlives the case.
    expect((await deferralOf(id)).clock).toMatchObject({ state: 'running' })
    const verified = await window
      .as(anyone)
      .call(contract.verifyCertificate, { params: { code: decided.decision?.verificationCode ?? '' } })
    expect(verified).toMatchObject({ outcome: 'approved-with-deferral', owed: [{ state: 'running' }] })
    const progress = await window
      .as(anyone)
      .call(contract.readPublicProgress, { params: { number: closed.project.number } })
    expect(progress.stages[0]?.applications[0]?.deferrals).toMatchObject([{ state: 'running' }])
    expect(await window.approvals.reader.handlingStatuses(window.platform.db, closed.project.projectId)).toMatchObject([
      { itemId: 'I-109', status: 'approved-with-deferral', code: 12 },
    ])
    await supply(id)
    const after = await window
      .as(anyone)
      .call(contract.verifyCertificate, { params: { code: decided.decision?.verificationCode ?? '' } })
    expect(after.owed).toMatchObject([{ state: 'completed' }])
  })

  it('may be extended once, with a reason, by an approver of the department', async () => {
    const accepted = await acceptedWithout('I-109-M02', ['I-109'])
    const deferral = await deferralOf(accepted.application.applicationId)
    const { approver } = await window.officers('ecology')
    const extend = (version: number) =>
      window.as(approver).call(undertakings.extendDeferral, {
        params: { deferralId: deferral.deferralId },
        body: { version, days: 5, reason: '材料正在盖章' },
      })
    const extended = await extend(deferral.version)
    expect(extended.deferrals[0]).toMatchObject({ clock: { budget: 15 }, extended: { days: 5 } })
    const again = await window.refusalOf(extend(deferral.version + 1))
    expect(again.code).toBe('approvals.deferral-extended-once')
  })
})

describe('what happens when a promised document does not come', () => {
  it('holds the output, proposes a credit mark without publishing it, and bars further deferrals', async () => {
    const own = await openWindow()
    const main = window
    window = own
    try {
      const accepted = await acceptedWithout('I-109-M02', ['I-109'])
      const id = accepted.application.applicationId
      const decided = await own.decidedRun(firstRun(accepted))
      const certificateId = decided.decision?.certificateId ?? (own.platform.newId() as never)
      // Three days without a job, well after the due day: the rungs fire once each, in order, marked late.
      own.test.clock.advance(40 * DAY_MS)
      await own.fireTimers()
      await own.fireTimers()
      const deferral = await deferralOf(id)
      expect(deferral).toMatchObject({ state: 'defaulted', holdsOutput: true })
      expect(deferral.barredUntil).not.toBeNull()
      const file = await own.file(id)
      const defaults = file.timeline.filter((row) => row.kind === 'approvals.deferral-defaulted')
      expect(defaults).toHaveLength(1)
      expect(file.timeline.filter((row) => row.kind === 'approvals.deferral-reminded').length).toBe(2)

      const held = await own.refusalOf(
        own.as(own.applicant).download(contract.readCertificate, { params: { certificateId } }),
      )
      expect(held.code).toBe('approvals.output-held')
      const document = async () => {
        const view = await own
          .as(own.clerk)
          .call(readAfter, { params: { applicationId: file.application.applicationId } })
        const found = view.documents.find((each) => each.certificateId === certificateId)
        if (found === undefined) throw new Error('no document')
        return found
      }
      const confirm = async () =>
        own.as(own.applicant).call(confirmReceipt, {
          params: { certificateId },
          body: { version: (await document()).version },
        })
      expect((await own.refusalOf(confirm())).code).toBe('approvals.output-held')
      const records = await own.as(own.supervisor).call(credit.listCredit, { query: { limit: 20 } })
      expect(records.rows).toMatchObject([{ state: 'proposed', kind: 'deferral-default', enteredBy: '系统' }])
      const progress = await own
        .as(anyone)
        .call(contract.readPublicProgress, { params: { number: file.project.number } })
      expect(JSON.stringify(progress)).not.toContain('信用')

      const next = await draftWithout('I-107-M06', ['I-107'])
      const barred = await own.refusalOf(declare(next, ['I-107-M06']))
      expect(barred.fields[0]?.message).toContain('逾期未补齐')
      // The document may still come: the output is free again, the bar stays.
      await supply(id)
      expect(await deferralOf(id)).toMatchObject({ state: 'completed', holdsOutput: false })
      await own.as(own.applicant).download(contract.readCertificate, { params: { certificateId } })
      await confirm()
      await own.test.react([own.approvals])
      const { receipts } = await own
        .as(own.applicant)
        .call(readRounds, { params: { applicationId: file.application.applicationId } })
      expect(receipts.at(-1)).toMatchObject({ kind: 'delivery' })
    } finally {
      window = main
      await own.close()
    }
  })

  it('ends an item where its rule says so, and the application with it', async () => {
    const own = await openWindow()
    const main = window
    window = own
    try {
      // The window is silent: accepted from the receipt, but the promise runs from the day the applicant is told.
      const accepted = await submittedWithout('I-308-M05', ['I-308'], 'ST3')
      own.test.clock.advance(8 * DAY_MS)
      await own.fireTimers()
      expect(await deferralOf(accepted.application.applicationId)).toMatchObject({ state: 'running' })
      own.test.clock.advance(15 * DAY_MS)
      await own.fireTimers()
      const file = await own.file(accepted.application.applicationId)
      expect(firstRun(file).state).toBe('cancelled')
      expect(file.application.state).toBe('closed')
      expect(file.timeline.map((row) => row.kind)).toContain('approvals.item-ended')
    } finally {
      window = main
      await own.close()
    }
  })
})

describe('a promise that ends with an event', () => {
  it('is due when a later capability reports the event, and not before', async () => {
    const answers = { ...guideAnswers, eia: 'report' }
    const open = await window.complete(await window.draft({ itemIds: ['I-108'], guideAnswers: answers }))
    const document = open.documents.find((each) => each.materialId === 'I-108-M02')
    const { applicationId } = open.application
    if (document !== undefined)
      await window
        .as(window.applicant)
        .call(contract.removeDocument, { params: { applicationId, documentId: document.documentId } })
    await declare(await window.file(applicationId, window.applicant), ['I-108-M02'])
    await window.accept(await window.submit(await window.file(applicationId, window.applicant)))
    expect(await deferralOf(applicationId)).toMatchObject({ state: 'running' })
    const { projectId } = open.project
    const report = (item: string) =>
      window.platform.transact(window.clerk, (unit) =>
        window.approvals.writer.reportEvent(unit, projectId, item, {
          occurredOn: unit.today,
          basis: '竣工验收备案竣备1号',
        }),
      )
    expect(await report('I-409')).toBe(0)
    expect(await report('I-408')).toBe(1)
    await window.fireTimers()
    expect((await deferralOf(applicationId)).state).not.toBe('running')
  })
})

describe('credit records', () => {
  it('a dishonest applicant cannot defer; lifting the record with a basis makes it eligible again', async () => {
    const own = await openWindow()
    const main = window
    window = own
    try {
      const file = await draftWithout('I-109-M02', ['I-109'])
      const record = await own.as(own.clerk).call(credit.enterCredit, {
        body: {
          organisationId: own.owner,
          basis: '失信被执行人名单(2026)示例1号',
          from: localDate('2026-01-01'),
          to: null,
        },
      })
      const refusal = await own.refusalOf(declare(file, ['I-109-M02']))
      expect(refusal.fields[0]?.message).toContain('失信记录')
      const lifted = await own.as(own.clerk).call(credit.liftCredit, {
        params: { creditRecordId: record.creditRecordId },
        body: { version: record.version, basis: '已履行完毕,移出名单' },
      })
      expect(lifted.state).toBe('lifted')
      expect((await declare(file, ['I-109-M02'])).deferrals).toHaveLength(1)
    } finally {
      window = main
      await own.close()
    }
  })
})
