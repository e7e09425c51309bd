import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openWindow, type Window } from '../../../tests/support/window.ts'
import { addMs, DAY_MS, type Instant } from '../../kernel/time.ts'
import * as rounds from './contract/rounds.ts'
import * as contract from './contract.ts'

let window: Window
beforeAll(async () => {
  window = await openWindow()
})
afterAll(() => window.close())

const anyone = { kind: 'anonymous' } as const
const point = (anchor: string, text = '请改正。') => ({ anchor, reasonCode: 'wrong', text })
const at = (file: { application: { applicationId: contract.ApplicationId } }) => ({
  applicationId: file.application.applicationId,
})
const correct = async (points = [point('field:projectName')]) => {
  const file = await window.submitted()
  return window.as(window.clerk).call(contract.requestCorrections, {
    params: at(file),
    body: { version: file.application.version, points },
  })
}
const read = (id: contract.ApplicationId, by = window.clerk) =>
  window.as(by).call(rounds.readRounds, { params: { applicationId: id } })
const pdfOf = async (receiptId: string) => {
  const paper = await window.as(window.applicant).download(rounds.readIssuedReceipt, {
    params: { receiptId: receiptId as never },
  })
  return Buffer.from(paper.content as Uint8Array)
}
const renamed = async (file: contract.ApplicationFile, projectName: string) => {
  const open = await window.file(file.application.applicationId, window.applicant)
  return window.as(window.applicant).call(contract.saveDraft, {
    params: at(open),
    body: { version: open.application.version, answers: { ...open.application.answers, projectName } },
  })
}

describe('corrections point by point', () => {
  it('every point is changed or explained before the application comes back', async () => {
    const file = await correct([point('field:projectName'), point('field:projectPlace', '地址不明')])
    // The form lists what is unanswered before anybody tries to submit.
    const pathsOf = async () =>
      (await window.file(file.application.applicationId, window.applicant)).faults.map((fault) => fault.path)
    expect(await pathsOf()).toEqual(['answers.projectName', 'answers.projectPlace'])
    const early = await window.refusalOf(window.submit(await renamed(file, '改后的名称')))
    expect(early.fields).toMatchObject([{ path: 'answers.projectPlace' }])
    const open = await window.file(file.application.applicationId, window.applicant)
    const answered = await window.as(window.applicant).call(rounds.answerPoint, {
      params: { ...at(open), round: 1, ordinal: 1 },
      body: { version: open.application.version, answer: '地址与登记一致,附说明' },
    })
    expect(await pathsOf()).toEqual([])
    expect(answered.rounds[0]?.points.map((each) => [each.state, each.changed])).toEqual([
      ['answered', true],
      ['answered', false],
    ])
    const again = await window.submit(await window.file(file.application.applicationId, window.applicant))
    const judged = await window.as(window.clerk).call(rounds.judgePoint, {
      params: { ...at(again), round: 1, ordinal: 0 },
      body: { version: again.application.version, met: true, remark: '' },
    })
    expect(judged.rounds[0]?.points.map((each) => each.state)).toEqual(['met', 'answered'])
  })

  it('a second list needs new facts and another person who is a supervisor; its number is public', async () => {
    const file = await correct()
    const again = await window.submit(await renamed(file, '第一次改'))
    const propose = (by = window.clerk) =>
      window.as(by).call(rounds.proposeSecondList, {
        params: at(again),
        body: {
          version: again.application.version,
          points: [point('field:projectPlace')],
          reason: '收件后规划调整,地块编号变更',
        },
      })
    const proposed = await propose()
    expect(proposed.requests).toMatchObject([{ state: 'proposed', proposedBy: '窗口一' }])
    expect((await window.refusalOf(propose(window.otherClerk))).code).toBe('approvals.second-list-open')
    const both = await window.person('兼任监督', { role: 'supervisor', department: 'service-hall' })
    const decide = (by: typeof both) =>
      window.as(by).call(rounds.decideSecondList, {
        params: at(again),
        body: { version: proposed.version, approve: true, remark: '情况属实' },
      })
    // Nothing went out before the approval.
    expect((await window.file(again.application.applicationId)).application.state).toBe('submitted')
    const waiting = await window.as(window.supervisor).call(rounds.listSecondLists, { query: { limit: 50 } })
    expect(waiting.rows.map((row) => row.applicationId)).toContain(again.application.applicationId)
    const decided = await decide(both)
    expect(decided.rounds.map((round) => round.number)).toEqual([1, 2])
    const open = await window.file(again.application.applicationId)
    expect(open.application.state).toBe('correcting')
    const progress = await window
      .as(anyone)
      .call(contract.readPublicProgress, { params: { number: open.project.number } })
    expect(progress.stages[0]?.applications[0]?.correctionRounds).toBe(2)
  })

  it('whoever asked for the second list cannot let it out, also not in another role', async () => {
    const both = await window.person(
      '一人两岗',
      { role: 'clerk', department: 'service-hall' },
      { role: 'supervisor', department: 'service-hall' },
    )
    const file = await correct()
    const again = await window.submit(await renamed(file, '第一次改'))
    const proposed = await window.as(both).call(rounds.proposeSecondList, {
      params: at(again),
      body: {
        version: again.application.version,
        points: [point('field:projectPlace')],
        reason: '收件后规划调整,地块编号变更',
      },
    })
    const refusal = await window.refusalOf(
      window.as(both).call(rounds.decideSecondList, {
        params: at(again),
        body: { version: proposed.version, approve: true, remark: '同意' },
      }),
    )
    expect(refusal.code).toBe('approvals.same-correction-proposer')
  })
  it('without a first list there is no second', async () => {
    const file = await window.submitted()
    const refusal = await window.refusalOf(
      window.as(window.clerk).call(rounds.proposeSecondList, {
        params: at(file),
        body: { version: file.application.version, points: [point('field:projectName')], reason: '还没有告知过补正' },
      }),
    )
    expect(refusal.code).toBe('approvals.no-second-list-yet')
  })
})

describe('receipts', () => {
  it('acceptance, non-acceptance and corrections each bring their receipt, which anybody can verify', async () => {
    const accepted = await window.accepted()
    const corrected = await correct()
    const waiting = await window.submitted()
    await window.as(window.clerk).call(contract.refuseApplication, {
      params: at(waiting),
      body: { version: waiting.application.version, text: '不属于本区', competentAuthority: '市局' },
    })
    for (const [file, kind, prefix] of [
      [accepted, 'accepted', 'SL'],
      [corrected, 'corrections', 'BZ'],
      [waiting, 'refused', 'BS'],
    ] as const) {
      const list = (await read(file.application.applicationId)).receipts
      expect(list.map((each) => each.kind)).toEqual(['received', kind])
      const last = list.at(-1)
      expect(last?.number.startsWith(prefix)).toBe(true)
      const pdf = await pdfOf(last?.receiptId ?? '')
      expect(pdf.subarray(0, 5).toString()).toBe('%PDF-')
      expect(Buffer.compare(pdf, await pdfOf(last?.receiptId ?? ''))).toBe(0)
      expect(
        await window.as(anyone).call(contract.verifyReceipt, { params: { receiptNumber: last?.number ?? '' } }),
      ).toMatchObject({ kind, bySilence: false, caseNumber: file.application.caseNumber })
    }
  })
})

describe('a silent window', () => {
  it('after five working days the system accepts and sends the receipt itself; three days down: once, marked late', async () => {
    const own = await openWindow()
    const main = window
    window = own
    try {
      const file = await own.submitted({ itemIds: ['I-106'] })
      // Due Monday 9 March; the jobs are down until Thursday.
      own.test.clock.advance(10 * DAY_MS)
      await own.fireTimers()
      await own.fireTimers()
      const silent = await own.file(file.application.applicationId)
      expect(silent.application.state).toBe('accepted')
      expect(silent.application.acceptedAt).toBe(file.submissions[0]?.submittedAt)
      expect(silent.timeline.filter((row) => row.kind === 'approvals.accepted-by-silence')).toHaveLength(1)
      const receipts = (await read(file.application.applicationId)).receipts
      expect(receipts).toMatchObject([{ kind: 'received' }, { kind: 'accepted', bySilence: true, late: true }])
      const sent = silent.timeline.find((row) => row.kind === 'approvals.receipt-issued')
      expect(sent).toMatchObject({ by: '系统' })
      expect(sent?.sentence).toContain('视为受理')
      expect((await pdfOf(receipts[1]?.receiptId ?? '')).subarray(0, 5).toString()).toBe('%PDF-')
    } finally {
      window = main
      await own.close()
    }
  })
})

describe('paper entered afterwards', () => {
  const enter = async (file: contract.ApplicationFile, receivedAt: Instant, by = window.clerk) => {
    const { uploadId } = await window.upload(by, '申请表扫描.pdf')
    return window.as(by).call(rounds.enterPaper, {
      params: at(file),
      body: {
        version: file.application.version,
        receivedAt,
        reasonCode: 'counter',
        reason: '系统升级期间窗口收取',
        signatory: '张示例',
        uploadId,
      },
    })
  }
  const draftByClerk = async () => window.complete(await window.draft({ by: window.clerk }), window.clerk)
  it('the clocks run from the receipt on paper, and the late entry is marked everywhere', async () => {
    const now = window.platform.clock()
    const received = addMs(now, -2 * DAY_MS)
    const draft = await draftByClerk()
    const entered = await enter(draft, received)
    expect(entered.paper).toMatchObject({ receivedAt: received, enteredBy: '窗口一', signatory: '张示例' })
    const file = await window.submit(await window.file(draft.application.applicationId, window.clerk), window.clerk)
    const id = file.application.applicationId
    expect(file.submissions[0]?.submittedAt).toBe(received)
    const plain = await window.submitted()
    const [paperDue, plainDue] = [file.clocks[0]?.due ?? '', plain.clocks[0]?.due ?? '']
    expect(paperDue < plainDue).toBe(true)
    const receipt = await window.as(anyone).call(contract.verifyReceipt, {
      params: { receiptNumber: file.submissions[0]?.receiptNumber ?? '' },
    })
    expect(receipt.receivedAt).toBe(received)
    expect(receipt.enteredAt).not.toBeNull()
    expect(receipt.late).toBe(true)
    const rows = await window.as(window.clerk).call(contract.listApplications, { query: { limit: 100 } })
    expect(rows.rows.find((row) => row.applicationId === id)?.lateEntry).toBe(true)
    expect(rows.rows.find((row) => row.applicationId === plain.application.applicationId)?.lateEntry).toBe(false)
    const summaries = await window.approvals.reader.applicationsOfProject(window.platform.db, file.project.projectId)
    expect(summaries).toMatchObject([{ lateEntry: true }])
    const progress = await window
      .as(anyone)
      .call(contract.readPublicProgress, { params: { number: file.project.number } })
    expect(progress.stages[0]?.applications[0]?.lateEntry).toBe(true)
    // Somebody else accepts; the receipt of the acceptance names both times too.
    const accepted = await window.accept(file, window.otherClerk)
    expect((await read(accepted.application.applicationId)).receipts.map((each) => each.kind)).toEqual([
      'received',
      'accepted',
    ])
  })
  it('a receipt on paper lies within the window, not in the future, and only a clerk enters it', async () => {
    const now = window.platform.clock()
    const draft = await draftByClerk()
    expect((await window.refusalOf(enter(draft, addMs(now, -12 * DAY_MS)))).code).toBe('approvals.paper-too-old')
    expect((await window.refusalOf(enter(draft, addMs(now, DAY_MS)))).code).toBe('approvals.paper-in-future')
    expect((await window.refusalOf(enter(draft, now, window.otherClerk))).code).toBe('approvals.paper-not-by-clerk')
    const own = await window.draft()
    expect((await window.refusalOf(enter(own, now))).code).toBe('approvals.paper-not-by-clerk')
  })
  it('paper that lay longer than the window may be silent is accepted as soon as it is entered', async () => {
    const draft = await draftByClerk()
    await enter(draft, addMs(window.platform.clock(), -9 * DAY_MS))
    const file = await window.submit(await window.file(draft.application.applicationId, window.clerk), window.clerk)
    await window.fireTimers()
    const silent = await window.file(file.application.applicationId)
    expect(silent.application.state).toBe('accepted')
    expect((await read(file.application.applicationId)).receipts.at(-1)).toMatchObject({ bySilence: true, late: true })
  })
})
