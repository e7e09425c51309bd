import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openWindow, type Window } from '../../../tests/support/window.ts'
import type { Actor } from '../../kernel/actor.ts'
import { addDays, addMonths, addMs, DAY_MS, type LocalDate, localDate } from '../../kernel/time.ts'
import type { DecisionDocument } from './contract/after.ts'
import * as after from './contract/after.ts'
import { listEscalations } from './contract/clocks.ts'
import { type ConditionTerm, type DraftExtras, noExtras } from './contract/decision-parts.ts'
import {
  type ApplicationId,
  decide,
  decidePause,
  draftDecision,
  type ItemRunView,
  type Outcome,
  proposePause,
  readCertificate,
  readClockBoard,
  readPublicProgress,
  verifyCertificate,
} from './contract.ts'

let window: Window
beforeAll(async () => {
  window = await openWindow()
})
afterAll(() => window.close())

const readBy = (id: ApplicationId, by: Actor = window.clerk, on: Window = window) =>
  on.as(by).call(after.readAfter, { params: { applicationId: id } })
const onlyDocument = async (id: ApplicationId, by?: Actor): Promise<DecisionDocument> => {
  const [document] = (await readBy(id, by)).documents
  if (document === undefined) throw new Error('no document')
  return document
}
interface Decided {
  readonly applicationId: ApplicationId
  readonly run: ItemRunView
  readonly document: DecisionDocument
}
const decidedItem = async (
  itemId: string,
  outcome: Outcome = 'approved',
  extras?: DraftExtras,
  stage?: string,
): Promise<Decided> => {
  const file = await window.accepted({ itemIds: [itemId], ...(stage === undefined ? {} : { stage }) })
  const [run] = file.itemRuns
  if (run === undefined) throw new Error('no run')
  const decided = await window.decidedRun(run, outcome, extras)
  const { applicationId } = file.application
  return { applicationId, run: decided, document: await onlyDocument(applicationId) }
}
const term = (more: Partial<ConditionTerm> = {}): ConditionTerm => ({
  text: '开工前完成验线。',
  libraryId: null,
  grade: 'lock',
  responsible: 'applicant',
  dueOn: null,
  dueEvent: 'start',
  blocks: ['start'],
  source: '测试',
  ...more,
})
const with_ = (more: Partial<DraftExtras>): DraftExtras => ({ ...noExtras, ...more })
const params = (document: Pick<DecisionDocument, 'certificateId'>) => ({ certificateId: document.certificateId })
const receive = (document: DecisionDocument) =>
  window
    .as(window.applicant)
    .call(after.confirmReceipt, { params: params(document), body: { version: document.version } })
const first = (view: { readonly documents: readonly DecisionDocument[] }): DecisionDocument => {
  const [document] = view.documents
  if (document === undefined) throw new Error('no document')
  return document
}
const days = async (count: number, on: Window = window): Promise<void> => {
  on.test.clock.advance(count * DAY_MS)
  await on.fireTimers()
}

describe('a decision for a part', () => {
  const parts: DraftExtras = with_({
    scope: [
      { name: '1号楼', decision: 'granted', reason: '' },
      { name: '2号楼', decision: 'open', reason: '' },
    ],
  })
  it('issues a document with its scope, leaves the rest in hand, and lets the clock run on', async () => {
    const open = await window.accepted({ itemIds: ['I-106'] })
    const [run] = open.itemRuns
    if (run === undefined) throw new Error('no run')
    const decided = await window.decidedRun(run, 'partially-approved', parts)
    expect(decided.state).toBe('handling')
    expect(decided.decision?.outcome).toBe('partially-approved')
    expect(decided.clocks.filter((clock) => clock.kind === 'statutory' && clock.state === 'running').length).toBe(2)
    const document = await onlyDocument(open.application.applicationId)
    expect(document.scope.map((part) => part.decision)).toEqual(['granted', 'open'])
    const seen = await window
      .as(window.stranger)
      .call(verifyCertificate, { params: { code: document.verificationCode } })
    expect(seen).toMatchObject({ outcome: 'partially-approved', scope: parts.scope })
    // The rest is refused later: the item as a whole stays partially approved, with two documents.
    const rest = await window.decidedRun(decided, 'refused')
    expect(rest).toMatchObject({
      state: 'decided',
      decision: { outcome: 'partially-approved' },
    })
    const all = await readBy(open.application.applicationId)
    expect(all.documents.map((each) => [each.outcome, each.state])).toEqual([
      ['partially-approved', 'in-force'],
      ['refused', 'in-force'],
    ])
    expect((await window.file(open.application.applicationId)).application.state).toBe('closed')
  })
  it('needs a granted part and one that is not, different names, and a reason for what is refused', async () => {
    const [run] = (await window.accepted({ itemIds: ['I-106'] })).itemRuns
    if (run === undefined) throw new Error('no run')
    const team = await window.officers(run.department)
    const draft = (scope: DraftExtras['scope'], outcome: Outcome = 'partially-approved') =>
      window.refusalOf(
        window.as(team.reviewer).call(draftDecision, {
          params: { itemRunId: run.itemRunId },
          body: { version: run.version, outcome, text: '同意。', conditions: [], extras: with_({ scope }) },
        }),
      )
    expect((await draft([])).code).toBe('approvals.scope-faulty')
    expect((await draft([{ name: '1号楼', decision: 'granted', reason: '' }])).code).toBe('approvals.scope-faulty')
    const refused = await draft([
      { name: '1号楼', decision: 'granted', reason: '' },
      { name: '1号楼', decision: 'refused', reason: '' },
    ])
    expect(refused.fields.map((fault) => fault.path)).toEqual(['extras.scope.1.name', 'extras.scope.1.reason'])
    expect((await draft([{ name: '1号楼', decision: 'granted', reason: '' }], 'approved')).code).toBe(
      'approvals.scope-not-allowed',
    )
  })
})

describe('the delivery of a decision', () => {
  const clockOfDelivery = async (id: ApplicationId) => {
    const clocks = (await window.file(id)).itemRuns.flatMap((run) => run.clocks)
    const found = clocks.find((clock) => clock.label.zh.startsWith('送达'))
    if (found?.due === undefined || found.due === null) throw new Error('no clock of delivery')
    return { clockId: found.clockId, due: found.due }
  }
  const entries = async (id: ApplicationId, kind: string, clockId: string) =>
    (await window.platform.journal.entriesOf(window.platform.db, { subject: { kind: 'application', id } })).flatMap(
      (entry) => {
        const payload = entry.payload as { clockId?: string; rung?: string; level?: string; purpose?: string }
        return entry.kind === `approvals.${kind}` && payload.clockId === clockId ? [payload] : []
      },
    )
  it('reminds before its last day, climbs the ladder once a rung, and stands on the board of the supervisor', async () => {
    const { applicationId, document } = await decidedItem('I-106')
    const { clockId, due } = await clockOfDelivery(applicationId)
    for (let passed = 0; passed < 25; passed += 1) {
      await days(1)
      await window.fireTimers()
    }
    expect(await entries(applicationId, 'after-reminder', clockId)).toMatchObject([{ purpose: 'delivery' }])
    expect(
      (await entries(applicationId, 'escalated', clockId)).map(({ rung, level, purpose }) => [rung, level, purpose]),
    ).toEqual([
      ['before-2', 'person', 'delivery'],
      ['due', 'person', 'delivery'],
      ['overdue-1', 'head', 'delivery'],
      ['overdue-3', 'supervisor', 'delivery'],
    ])
    const listed = async (by: Actor) =>
      (await window.as(by).call(listEscalations, { query: { limit: 200, show: 'open' } as never })).rows
        .filter((row) => row.clockId === clockId)
        .map((row) => row.mark.level)
    expect(await listed(window.supervisor)).toEqual(['supervisor', 'head', 'person', 'person'])
    // The window delivers as well as the department does; other departments see nothing of it.
    expect(await listed(window.clerk)).toEqual(['person', 'person'])
    expect(await listed((await window.officers(document.department)).reviewer)).toEqual(['person', 'person'])
    expect(await listed((await window.officers('housing')).approver)).toEqual([])
    const board = await window
      .as(window.supervisor)
      .call(readClockBoard, { query: { limit: 200, colour: 'overdue' } as never })
    expect(board.rows.find((row) => row.clock.clockId === clockId)).toMatchObject({
      waitingFor: { zh: '送达决定' },
      clock: { due, colour: 'overdue' },
      escalation: { code: 'overdue-3', level: 'supervisor' },
    })
    await receive(await onlyDocument(applicationId))
    expect(await listed(window.supervisor)).toEqual([])
  })
  it('says nothing of a decision that was delivered in time', async () => {
    const { applicationId, document } = await decidedItem('I-106')
    const { clockId } = await clockOfDelivery(applicationId)
    await receive(document)
    for (let passed = 0; passed < 25; passed += 1) await days(1)
    expect(await entries(applicationId, 'after-reminder', clockId)).toEqual([])
    expect(await entries(applicationId, 'escalated', clockId)).toEqual([])
  })
})

describe('a refusal', () => {
  it('needs its ground in law and the facts found', async () => {
    const [run] = (await window.accepted({ itemIds: ['I-106'] })).itemRuns
    if (run === undefined) throw new Error('no run')
    const team = await window.officers(run.department)
    const draft = (extras: DraftExtras) =>
      window.refusalOf(
        window.as(team.reviewer).call(draftDecision, {
          params: { itemRunId: run.itemRunId },
          body: { version: run.version, outcome: 'refused', text: '不同意。', conditions: [], extras },
        }),
      )
    expect((await draft(noExtras)).code).toBe('approvals.refusal-reason-needed')
    expect((await draft(with_({ refusal: { ground: 'mood', facts: '无' } }))).code).toBe('approvals.ground-unknown')
  })
  it('shows on the file until when it can be challenged, from the day of its delivery', async () => {
    const { document, applicationId } = await decidedItem('I-106', 'refused')
    expect(document.refusal?.facts).toBe('经查,不符合法定条件。')
    expect(document.remedies.map((remedy) => [remedy.kind, remedy.certainty, remedy.lastDay])).toEqual([
      ['reconsideration', 'D', null],
      ['litigation', 'D', null],
    ])
    const delivered = first(await receive(document))
    const on = delivered.delivery?.on ?? ('' as LocalDate)
    const [review, court] = delivered.remedies
    expect(review?.lastDay !== null && (review?.lastDay ?? '') >= addDays(on, 60)).toBe(true)
    expect(court?.lastDay !== null && (court?.lastDay ?? '') >= addMonths(on, 6)).toBe(true)
    for (const remedy of delivered.remedies)
      expect(window.calendars().current.isWorkday(remedy.lastDay ?? on)).toBe(true)
    expect((await onlyDocument(applicationId, window.applicant)).delivery?.way).toBe('platform')
  })
})

describe('a remedy', () => {
  const lodge = (document: DecisionDocument, kind: 'reconsideration' | 'litigation' = 'reconsideration') =>
    window.as(window.applicant).call(after.lodgeRemedy, {
      params: params(document),
      body: {
        kind,
        lodgedOn: document.delivery?.on ?? localDate('2026-03-02'),
        body: '区人民政府',
        bodyNumber: '',
        claim: '请求撤销。',
      },
    })
  const move = async (
    view: DecisionDocument,
    to: after.AfterView['documents'][number]['cases'][number]['state'],
    suspends = false,
  ) => {
    const [remedy] = view.cases
    if (remedy === undefined) throw new Error('no case')
    const team = await window.officers(view.department)
    return window.as(team.lead).call(after.moveRemedy, {
      params: { remedyCaseId: remedy.remedyCaseId },
      body: { version: remedy.version, to, text: '登记', suspends },
    })
  }
  it('runs its steps, suspends the effect where said so, and once annulled opens the item again with a new period', async () => {
    const made = await decidedItem('I-106', 'refused')
    const delivered = first(await receive(made.document))
    let now = first(await lodge(delivered))
    expect((await window.refusalOf(lodge(delivered))).code).toBe('approvals.remedy-open')
    expect((await window.refusalOf(move(now, 'annulled'))).code).toBe('approvals.remedy-step')
    now = first(await move(now, 'admitted', true))
    expect(now.suspended).toBe(true)
    const page = () => window.as(window.stranger).call(verifyCertificate, { params: { code: now.verificationCode } })
    expect((await page()).suspended).toBe(true)
    now = first(await move(now, 'heard', true))
    now = first(await move(now, 'annulled'))
    expect(now).toMatchObject({ state: 'revoked', suspended: false, cause: { text: '登记' } })
    expect(await page()).toMatchObject({ state: 'revoked', suspended: false })
    const file = await window.file(made.applicationId)
    expect(file.application.state).toBe('accepted')
    expect(file.itemRuns[0]).toMatchObject({ state: 'handling', decision: null, draft: null })
    const running = file.itemRuns[0]?.clocks.filter((clock) => clock.state === 'running') ?? []
    expect(running).toHaveLength(1)
    expect(running[0]?.consumed).toBe(0)
    // It is decided anew; the old document stays readable with its history.
    const [run] = file.itemRuns
    if (run === undefined) throw new Error('no run')
    await window.decidedRun(run)
    const all = await readBy(made.applicationId)
    expect(all.documents.map((each) => each.state)).toEqual(['revoked', 'in-force'])
  })
  it('leaves the decision as it is when it is upheld or withdrawn', async () => {
    const { document } = await decidedItem('I-106', 'refused')
    let now = first(await lodge(first(await receive(document)), 'litigation'))
    now = first(await move(now, 'withdrawn'))
    expect(now).toMatchObject({ state: 'in-force', cases: [{ state: 'withdrawn', next: [] }] })
  })
})

describe('publication', () => {
  it('happens at its instant: before it neither page, address, paper nor the parties show the decision', async () => {
    const file = await window.accepted({ itemIds: ['I-106'] })
    const [run] = file.itemRuns
    if (run === undefined) throw new Error('no run')
    const { applicationId } = file.application
    const ready = await window.reviewedRun(run)
    const team = await window.officers(run.department)
    const publishAt = addMs(window.test.clock(), 3 * DAY_MS)
    const decideAt = (at: typeof publishAt) =>
      window.as(team.approver).call(decide, {
        params: { itemRunId: run.itemRunId },
        body: { version: ready.version, publishAt: at },
      })
    expect((await window.refusalOf(decideAt(addMs(window.test.clock(), -1)))).code).toBe('approvals.publish-too-early')
    expect((await window.refusalOf(decideAt(addMs(window.test.clock(), 60 * DAY_MS)))).code).toBe(
      'approvals.publish-too-late',
    )
    const decided = await decideAt(publishAt)
    const code = decided.decision?.verificationCode ?? ''
    const certificateId = decided.decision?.certificateId ?? window.platform.newId<'certificate'>()
    const progress = async () =>
      (
        await window.as(window.stranger).call(readPublicProgress, { params: { number: file.project.number } })
      ).stages.flatMap((stage) =>
        stage.applications.filter((each) => each.caseNumber === file.application.caseNumber),
      )[0]
    const verify = () => window.as(window.stranger).call(verifyCertificate, { params: { code } })
    const officer = await window.file(applicationId)
    expect(officer.application.state).toBe('closed')
    const applicant = await window.file(applicationId, window.applicant)
    expect(applicant.application).toMatchObject({ state: 'accepted', closedAt: null })
    expect(applicant.itemRuns[0]).toMatchObject({ state: 'reviewed', decision: null })
    const number = officer.itemRuns[0]?.decision?.documentNumber ?? 'none'
    expect(JSON.stringify(applicant)).not.toContain(number)
    expect(JSON.stringify(await readBy(applicationId, window.applicant))).not.toContain(number)
    expect(await progress()).toMatchObject({
      state: 'accepted',
      closedOn: null,
      items: [{ decision: null, state: 'reviewed' }],
    })
    expect((await window.refusalOf(verify())).code).toBe('approvals.code-unknown')
    expect(
      (await window.refusalOf(window.as(window.applicant).download(readCertificate, { params: { certificateId } })))
        .kind,
    ).toBe('missing')
    const document = await onlyDocument(applicationId)
    expect((await window.refusalOf(receive(document))).code).toBe('approvals.not-published-yet')
    await days(3)
    expect(await verify()).toMatchObject({ state: 'in-force', documentNumber: number })
    expect((await progress())?.items[0]?.decision?.documentNumber).toBe(number)
    const published = await window.file(applicationId, window.applicant)
    expect(published.timeline.filter((row) => row.kind === 'approvals.decision-published')).toHaveLength(1)
    expect(published.itemRuns[0]?.decision?.documentNumber).toBe(number)
  })
})

describe('delivery', () => {
  it('does not make a decision look late in public: an item without a limit shows none', async () => {
    // No period is laid down for this item, so that nothing but the delivery ever runs for it.
    const { applicationId, run } = await decidedItem('I-101')
    await days(40)
    const file = await window.file(applicationId)
    expect(file.itemRuns.flatMap((each) => each.clocks.map((clock) => clock.colour))).toContain('overdue')
    const progress = await window
      .as(window.stranger)
      .call(readPublicProgress, { params: { number: file.project.number } })
    const item = progress.stages
      .flatMap((stage) => stage.applications.flatMap((each) => each.items))
      .find((each) => each.itemId === run.itemId)
    expect(item).toMatchObject({ state: 'decided', due: null, budget: null, daysUsed: null })
  })
  it('has ten workdays, is written down once with its evidence, and stops its clock', async () => {
    const { document, applicationId } = await decidedItem('I-106')
    const clock = (await window.file(applicationId)).clocks.find((each) => each.label.zh.startsWith('送达'))
    expect(clock).toMatchObject({ budget: 10, unit: 'workday', certainty: 'A', state: 'running' })
    const record = (on: LocalDate, by: Actor = window.clerk) =>
      window.as(by).call(after.recordDelivery, {
        params: params(document),
        body: { version: document.version, way: 'mail', on, evidence: 'EMS 1234567890123' },
      })
    const today = document.delivery === null ? localDate(clock?.due ?? '2026-03-16') : document.delivery.on
    expect((await window.refusalOf(record(addDays(today, 1)))).code).toBe('approvals.delivery-day-faulty')
    await days(2)
    const made = document.madeAt.slice(0, 10) as LocalDate
    const done = first(await record(addDays(made, 1)))
    expect(done.delivery).toMatchObject({ way: 'mail', evidence: 'EMS 1234567890123', recordedBy: '窗口一' })
    expect((await window.refusalOf(receive(done))).code).toBe('approvals.already-delivered')
    const stopped = (await window.file(applicationId)).clocks.find((each) => each.label.zh.startsWith('送达'))
    expect(stopped).toMatchObject({ state: 'stopped', onTime: true })
  })
})

describe('correction, replacement and revocation', () => {
  const propose = async (document: DecisionDocument, body: object) =>
    window.as((await window.officers(document.department)).reviewer).call(after.proposeAct, {
      params: params(document),
      body: { version: document.version, reason: '笔误', changes: {}, ...body } as never,
    })
  const settle = async (view: DecisionDocument, approve = true) => {
    const act = view.acts.findLast((each) => each.state === 'proposed')
    if (act === undefined) throw new Error('no act')
    return window.as((await window.officers(view.department)).approver).call(after.decideAct, {
      params: { actId: act.actId },
      body: { version: act.version, approve, remark: approve ? '' : '不必要' },
    })
  }
  it('correct by a new document that is linked both ways, overwriting nothing', async () => {
    const { document, applicationId } = await decidedItem('I-106')
    expect((await window.refusalOf(propose(document, { kind: 'correction' }))).code).toBe('approvals.nothing-changes')
    const proposed = first(
      await propose(document, { kind: 'correction', changes: { holderName: '示例置业(集团)有限公司' } }),
    )
    expect((await onlyDocument(applicationId, window.applicant)).acts).toEqual([])
    await settle(proposed)
    const [old, now] = (await readBy(applicationId)).documents
    expect(old).toMatchObject({
      state: 'replaced',
      replacedBy: now?.documentNumber,
      documentNumber: document.documentNumber,
    })
    expect(now).toMatchObject({ state: 'in-force', replaces: old?.documentNumber, delivery: null })
    const page = await window
      .as(window.stranger)
      .call(verifyCertificate, { params: { code: document.verificationCode } })
    expect(page).toMatchObject({
      state: 'replaced',
      holderName: '示例置业有限公司',
      replacedBy: { documentNumber: now?.documentNumber, verificationCode: now?.verificationCode },
    })
    const next = await window
      .as(window.stranger)
      .call(verifyCertificate, { params: { code: now?.verificationCode ?? '' } })
    expect(next).toMatchObject({
      state: 'in-force',
      holderName: '示例置业(集团)有限公司',
      replaces: old?.documentNumber,
    })
    expect((await window.file(applicationId)).itemRuns[0]?.decision?.documentNumber).toBe(now?.documentNumber)
  })
  it('revoke only on a ground of the law, after the holder was heard or had the time, and never by the proposer', async () => {
    const { document, applicationId, run } = await decidedItem('I-106')
    expect((await window.refusalOf(propose(document, { kind: 'revocation', ground: 'mood' }))).code).toBe(
      'approvals.ground-unknown',
    )
    const proposed = first(await propose(document, { kind: 'revocation', ground: 'deceit', reason: '提交虚假材料。' }))
    expect((await window.refusalOf(settle(proposed))).code).toBe('approvals.hearing-open')
    const [act] = (await onlyDocument(applicationId, window.applicant)).acts
    if (act === undefined) throw new Error('the holder was not told')
    expect(act).toMatchObject({ ground: { certainty: 'A' }, may: { 'answer-act': null } })
    const answered = await window
      .as(window.applicant)
      .call(after.answerAct, { params: { actId: act.actId }, body: { version: act.version, answer: '材料真实。' } })
    const done = first(await settle(first(answered)))
    expect(done).toMatchObject({ state: 'revoked', cause: { text: '提交虚假材料。' } })
    const page = await window
      .as(window.stranger)
      .call(verifyCertificate, { params: { code: document.verificationCode } })
    expect(page).toMatchObject({ state: 'revoked', cause: { basis: '行政许可法 第六十九条第二款' } })
    // What is revoked is no front condition met any more.
    expect(run.itemId).toBe('I-106')
    expect(
      await window.approvals.reader.decisionsInForce(
        window.platform.db,
        (await window.file(applicationId)).project.projectId,
      ),
    ).toEqual([])
    const both = await window.person(
      '两职',
      { role: 'reviewer', department: run.department },
      { role: 'approver', department: run.department },
    )
    const other = await decidedItem('I-106')
    const own = first(
      await window.as(both).call(after.proposeAct, {
        params: params(other.document),
        body: {
          version: other.document.version,
          kind: 'revocation',
          ground: 'holder-gone',
          reason: '已注销',
          changes: {},
        },
      }),
    )
    const mine = own.acts[0]
    expect(
      (
        await window.refusalOf(
          window.as(both).call(after.decideAct, {
            params: { actId: mine?.actId ?? window.platform.newId<'certificate-act'>() },
            body: { version: 0, approve: true, remark: '' },
          }),
        )
      ).code,
    ).toBe('approvals.same-act-proposer')
  })
  it('may be decided without an answer once the days of the holder are over', async () => {
    const { document } = await decidedItem('I-106')
    const proposed = first(
      await propose(document, { kind: 'revocation', ground: 'not-eligible', reason: '不具备资格。' }),
    )
    const until = proposed.acts[0]?.answerUntil ?? ('' as LocalDate)
    expect(until).toBe(
      window.calendars().current.addWorkdays(proposed.acts[0]?.proposedAt.slice(0, 10) as LocalDate, 5),
    )
    await days(10)
    expect(first(await settle(proposed)).state).toBe('revoked')
  })
})

describe('conditions', () => {
  const conditional = () =>
    decidedItem(
      'I-106',
      'approved-with-conditions',
      with_({ terms: [term({ dueOn: addDays(today(), 40), dueEvent: null })] }),
    )
  const today = (): LocalDate => window.test.clock().slice(0, 10) as LocalDate
  it('go from evidence to verification, may be turned back, and end discharged with their clock', async () => {
    const made = await conditional()
    const team = await window.officers(made.run.department)
    const [condition] = made.document.conditions
    if (condition === undefined) throw new Error('no condition')
    const conditionId = condition.conditionId
    const judge = (version: number, accept: boolean, remark = '') =>
      window.as(team.lead).call(after.judgeEvidence, { params: { conditionId }, body: { version, accept, remark } })
    expect((await window.refusalOf(judge(condition.version, true))).code).toBe('approvals.nothing-to-verify')
    const upload = await window.upload(window.applicant, '验线成果.pdf')
    const give = (version: number) =>
      window.as(window.applicant).call(after.giveEvidence, {
        params: { conditionId },
        body: { version, note: '已验线。', uploadId: upload.uploadId },
      })
    const stateOf = (view: after.AfterView) => first(view).conditions[0]
    let now = stateOf(await give(condition.version))
    expect(now?.state).toBe('evidence-given')
    expect((await window.refusalOf(judge(now?.version ?? 0, false))).code).toBe('approvals.remark-needed')
    now = stateOf(await judge(now?.version ?? 0, false, '缺少签章。'))
    expect(now).toMatchObject({ state: 'rejected', evidence: [{ verdict: 'rejected', remark: '缺少签章。' }] })
    now = stateOf(await give(now?.version ?? 0))
    now = stateOf(await judge(now?.version ?? 0, true))
    expect(now).toMatchObject({ state: 'discharged', evidence: [{ verdict: 'rejected' }, { verdict: 'accepted' }] })
    const clock = (await window.file(made.applicationId)).clocks.find((each) => each.label.zh.includes('条件'))
    expect(clock).toMatchObject({ state: 'stopped', onTime: true })
  })
  it('are waived only with a reason and by another than the proposer', async () => {
    const made = await conditional()
    const team = await window.officers(made.run.department)
    const [condition] = made.document.conditions
    const conditionId = condition?.conditionId ?? window.platform.newId<'condition'>()
    const proposed = first(
      await window.as(team.lead).call(after.proposeWaiver, {
        params: { conditionId },
        body: { version: condition?.version ?? 0, reason: '规划已调整。' },
      }),
    )
    expect((await onlyDocument(made.applicationId, window.applicant)).conditions[0]?.waiver).toBeNull()
    const version = proposed.conditions[0]?.version ?? 0
    const decided = first(
      await window
        .as(team.approver)
        .call(after.decideWaiver, { params: { conditionId }, body: { version, approve: true } }),
    )
    expect(decided.conditions[0]).toMatchObject({ state: 'waived', waiver: { reason: '规划已调整。' } })
  })
  it('block what they name while they are open', async () => {
    const made = await conditional()
    const { projectId } = (await window.file(made.applicationId)).project
    const open = await window.approvals.reader.openConditions(window.platform.db, projectId)
    expect(open.map((each) => each.blocksNow)).toEqual([['start']])
  })
  it('offer the library of the item with sources', async () => {
    const made = await decidedItem('I-106')
    const team = await window.officers(made.run.department)
    const library = await window
      .as(team.reviewer)
      .call(after.readDecisionLibrary, { params: { itemRunId: made.run.itemRunId } })
    expect(library.conditions.map((each) => each.libraryId)).toEqual(['site-sign'])
    expect(library.refusalGrounds.length).toBeGreaterThan(2)
  })
})

describe('withdrawal', () => {
  const ask = (id: ApplicationId, on: Window = window) =>
    on.as(on.applicant).call(after.requestWithdrawal, { params: { applicationId: id }, body: { reason: '方案调整。' } })
  const settle = async (id: ApplicationId, confirm: boolean, on: Window = window) => {
    const pending = (await readBy(id, on.clerk, on)).withdrawals.find((each) => each.state === 'requested')
    return on.as(on.clerk).call(after.decideWithdrawal, {
      params: { applicationId: id },
      body: { version: pending?.version ?? 0, confirm, remark: confirm ? '' : '已近办结。' },
    })
  }
  const pauseRun = async (run: ItemRunView, on: Window): Promise<void> => {
    const team = await on.officers(run.department)
    const itemRunId = run.itemRunId
    const proposed = await on.as(team.reviewer).call(proposePause, {
      params: { itemRunId },
      body: { version: run.version, ground: 'expert-review', reason: '评审', expectedDays: 30 },
    })
    await on.as(team.approver).call(decidePause, {
      params: { itemRunId },
      body: { version: proposed.version, approve: true, remark: '' },
    })
  }
  it.each([false, true])(
    'refused leaves holds, pauses and clocks as they were (clocks stand still meanwhile: %s)',
    async (pausesClocks) => {
      const rules = { ...window.after, withdrawal: { ...window.after.withdrawal, pausesClocks } }
      const own = await openWindow({ after: rules })
      try {
        const file = await own.accepted({ itemIds: ['I-106', 'I-107'] })
        const id = file.application.applicationId
        const [held, running] = file.itemRuns
        if (held === undefined || running === undefined) throw new Error('no runs')
        await pauseRun(held, own)
        const before = await own.file(id)
        await ask(id, own)
        const pending = await own.file(id)
        const open = pending.clocks.filter((clock) => clock.state !== 'stopped')
        expect(open.every((clock) => clock.state === 'paused')).toBe(pausesClocks)
        if (!pausesClocks) expect(pending.clocks).toEqual(before.clocks)
        await settle(id, false, own)
        const afterwards = await own.file(id)
        expect(afterwards.itemRuns.map((run) => [run.state, run.hold])).toEqual(
          before.itemRuns.map((run) => [run.state, run.hold]),
        )
        const brief = (view: typeof before) =>
          view.clocks.map((clock) => [clock.clockId, clock.state, clock.consumed, clock.budget])
        expect(brief(afterwards)).toEqual(brief(before))
      } finally {
        await own.close()
      }
    },
  )
  it('waits for the window, stops decisions meanwhile, ends everything when confirmed, and links a new filing to the old', async () => {
    const file = await window.accepted({ itemIds: ['I-106'] })
    const id = file.application.applicationId
    const [run] = file.itemRuns
    if (run === undefined) throw new Error('no run')
    const ready = await window.reviewedRun(run)
    await ask(id)
    expect((await window.refusalOf(ask(id))).code).toBe('approvals.withdrawal-pending')
    const team = await window.officers(run.department)
    const deciding = window.as(team.approver).call(decide, {
      params: { itemRunId: run.itemRunId },
      body: { version: ready.version },
    })
    expect((await window.refusalOf(deciding)).code).toBe('approvals.withdrawal-pending')
    await settle(id, true)
    const ended = await window.file(id)
    expect(ended.application.state).toBe('withdrawn')
    expect(ended.itemRuns.map((each) => each.state)).toEqual(['cancelled'])
    expect(ended.clocks.filter((clock) => clock.state === 'running' || clock.state === 'paused')).toEqual([])
    expect((await window.refusalOf(ask(id))).code).toBe('approvals.not-withdrawable')
    const again = await window.draft({ itemIds: ['I-106'], projectId: file.project.projectId })
    const view = await readBy(again.application.applicationId, window.applicant)
    expect(view.refiledOf).toMatchObject({ applicationId: id, caseNumber: file.application.caseNumber })
    expect(await window.approvals.reader.refiledOf(window.platform.db, again.application.applicationId)).toMatchObject({
      applicationId: id,
    })
  })
})

describe('scope and reminders', () => {
  it('reminds only where there is room between today and the due day', async () => {
    const { remindersBefore } = await import('./model/reminders.ts')
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 400 }),
        fc.array(
          fc.oneof(
            fc.record({ months: fc.integer({ min: 1, max: 12 }) }),
            fc.record({ days: fc.integer({ min: 0, max: 60 }) }),
          ),
          { maxLength: 5 },
        ),
        (length, offsets) => {
          const from = localDate('2026-03-02')
          const due = addDays(from, length)
          const found = remindersBefore(due, offsets, from)
          for (const [index, each] of found.entries()) {
            expect(each.on > from && each.on < due).toBe(true)
            expect(each.key.endsWith(`@${due}`)).toBe(true)
            expect((found[index - 1]?.on ?? from) <= each.on).toBe(true)
          }
          if (length > 370)
            expect(found.length).toBe(offsets.filter((each) => !('days' in each && each.days === 0)).length)
        },
      ),
    )
  })
})
