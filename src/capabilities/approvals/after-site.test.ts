import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openWindow, type Window } from '../../../tests/support/window.ts'
import { addDays, addMonths, DAY_MS, daysBetween, type LocalDate, localDateOf } from '../../kernel/time.ts'
import type { DecisionDocument, ReportKind } from './contract/after.ts'
import * as after from './contract/after.ts'
import { type DraftExtras, noExtras } from './contract/decision-parts.ts'
import { type ApplicationId, verifyCertificate } from './contract.ts'
import { afterRulesOf } from './model/after-rules.ts'

const data = (name: string): unknown =>
  JSON.parse(readFileSync(join(import.meta.dirname, '../../../data/approvals', name), 'utf8'))
const rules = afterRulesOf(data('after-decision.json'), data('conditions.json'))
/** The rule of the construction permit, tried on an item without front conditions. */
const onePermit = { ...rules, site: rules.site.map((rule) => ({ ...rule, itemId: 'I-106' })) }

let window: Window
beforeAll(async () => {
  window = await openWindow({ after: onePermit })
})
afterAll(() => window.close())

const today = (): LocalDate => localDateOf(window.test.clock())
const until = async (day: LocalDate): Promise<void> => {
  window.test.clock.advance(daysBetween(today(), day) * DAY_MS)
  await window.fireTimers()
}
const read = async (id: ApplicationId): Promise<DecisionDocument> => {
  const [document] = (await window.as(window.applicant).call(after.readAfter, { params: { applicationId: id } }))
    .documents
  if (document === undefined) throw new Error('no document')
  return document
}
/** A permit in the hands of its holder. */
const permit = async (extras?: DraftExtras): Promise<{ id: ApplicationId; document: DecisionDocument }> => {
  const file = await window.accepted({ itemIds: ['I-106'] })
  const [run] = file.itemRuns
  if (run === undefined) throw new Error('no run')
  await window.decidedRun(run, extras === undefined ? 'approved' : 'approved-with-conditions', extras)
  const id = file.application.applicationId
  const document = await read(id)
  await window.as(window.applicant).call(after.confirmReceipt, {
    params: { certificateId: document.certificateId },
    body: { version: document.version },
  })
  return { id, document: await read(id) }
}
const report = async (id: ApplicationId, kind: ReportKind, more: { onDay?: LocalDate; months?: number } = {}) => {
  const document = await read(id)
  return window.as(window.applicant).call(after.reportSite, {
    params: { certificateId: document.certificateId },
    body: { version: document.version, kind, onDay: more.onDay ?? today(), months: more.months, reason: '情况说明' },
  })
}
const settle = async (id: ApplicationId, confirm = true, more: { verified?: boolean } = {}) => {
  const document = await read(id)
  const open = document.reports.find((each) => each.state === 'reported')
  if (open === undefined) throw new Error('no report')
  return window.as((await window.officers(document.department)).approver).call(after.decideReport, {
    params: { siteReportId: open.siteReportId },
    body: { version: open.version, confirm, remark: confirm ? '' : '请补充', ...more },
  })
}
const timeline = async (id: ApplicationId, kind: string) =>
  (await window.file(id)).timeline.filter((row) => row.kind === `approvals.${kind}`)

describe('the start of work', () => {
  it('is due three months after the receipt, may be extended twice by three months, and a third time is refused', async () => {
    const { id, document } = await permit()
    const received = document.delivery?.on ?? today()
    const nominal = addMonths(received, 3)
    expect((document.site?.startBy ?? '') >= nominal).toBe(true)
    expect(document.site).toMatchObject({ state: 'waiting', extensionsUsed: 0, extensionsMost: 2, certainty: 'A' })
    expect((await window.refusalOf(report(id, 'extension', { months: 4 }))).code).toBe(
      'approvals.start-extension-too-long',
    )
    // Only what is granted counts: a request alone moves nothing, and neither does one that is turned back.
    await report(id, 'extension', { months: 3 })
    expect((await read(id)).site).toMatchObject({ startBy: document.site?.startBy, extensionsUsed: 0 })
    expect((await window.refusalOf(report(id, 'extension', { months: 3 }))).code).toBe('approvals.report-open')
    await settle(id, false)
    expect((await read(id)).site).toMatchObject({ startBy: document.site?.startBy, extensionsUsed: 0 })
    await report(id, 'extension', { months: 3 })
    await settle(id)
    const once = (await read(id)).site
    expect((once?.startBy ?? '') >= addMonths(nominal, 3)).toBe(true)
    // Whatever is saved next does not undo it.
    await until(addDays(today(), 20))
    expect((await read(id)).site).toEqual(once)
    // With the extension there is room for a reminder three months before.
    expect(await timeline(id, 'after-reminder')).toEqual([])
    await until(addMonths(once?.startBy ?? today(), -3))
    expect((await timeline(id, 'after-reminder')).map((row) => row.sentence)).toEqual([
      expect.stringContaining(once?.startBy ?? 'none'),
    ])
    await report(id, 'extension', { months: 3 })
    await settle(id)
    expect((await read(id)).site?.extensionsUsed).toBe(2)
    const third = await window.refusalOf(report(id, 'extension', { months: 1 }))
    expect(third).toMatchObject({
      code: 'approvals.start-extensions-used',
      facts: { times: 2, basis: '建筑法 第九条' },
    })
  })
  it('lets the permit lapse by itself when it does not come, in public and once', async () => {
    const { id, document } = await permit()
    const due = document.site?.startBy ?? today()
    await until(due)
    expect((await read(id)).state).toBe('in-force')
    await until(addDays(due, 1))
    await window.fireTimers()
    expect(await read(id)).toMatchObject({ state: 'lapsed', cause: { on: due, basis: '建筑法 第九条' } })
    expect(await timeline(id, 'certificate-lapsed')).toHaveLength(1)
    const page = await window
      .as(window.stranger)
      .call(verifyCertificate, { params: { code: document.verificationCode } })
    expect(page).toMatchObject({ state: 'lapsed', cause: { on: due } })
    expect((await window.refusalOf(report(id, 'start'))).code).toBe('approvals.not-in-force')
  })
  it('waits for the department when it was reported in time, and lapses when that report is turned back later', async () => {
    const kept = await permit()
    const due = kept.document.site?.startBy ?? today()
    const lost = await permit()
    await until(due)
    await report(kept.id, 'start')
    await report(lost.id, 'start')
    await until(addDays(due, 8))
    expect((await read(kept.id)).state).toBe('in-force')
    await settle(kept.id)
    expect((await read(kept.id)).site).toMatchObject({ state: 'started', startedOn: due })
    const clock = (await window.file(kept.id)).clocks.find((each) => each.label.zh.includes('开工'))
    expect(clock).toMatchObject({ state: 'stopped', onTime: true })
    await settle(lost.id, false)
    expect((await read(lost.id)).state).toBe('lapsed')
  })
  it('is stopped by an open lock condition, and by a hold until evidence is given', async () => {
    const condition = (grade: 'lock' | 'hold', text: string) => ({
      text,
      libraryId: null,
      grade,
      responsible: 'applicant' as const,
      dueOn: null,
      dueEvent: 'start' as const,
      blocks: ['start' as const],
      source: '',
    })
    const { id, document } = await permit({
      ...noExtras,
      terms: [condition('lock', '完成验线'), condition('hold', '开设工资专户')],
    })
    const stopped = await window.refusalOf(report(id, 'start'))
    expect(stopped.code).toBe('approvals.blocked-by-conditions')
    expect(stopped.sentence.zh).toContain('完成验线')
    expect(stopped.sentence.zh).toContain('开设工资专户')
    const evidence = async (ordinal: number) => {
      const found = (await read(id)).conditions.find((each) => each.ordinal === ordinal)
      if (found === undefined) throw new Error('no condition')
      await window.as(window.applicant).call(after.giveEvidence, {
        params: { conditionId: found.conditionId },
        body: { version: found.version, note: '已完成' },
      })
      return found.conditionId
    }
    await evidence(2)
    const conditionId = await evidence(1)
    expect((await window.refusalOf(report(id, 'start'))).sentence.zh).not.toContain('开设工资专户')
    await window.as((await window.officers(document.department)).reviewer).call(after.judgeEvidence, {
      params: { conditionId },
      body: { version: 1, accept: true, remark: '' },
    })
    await report(id, 'start')
    await settle(id)
    expect((await read(id)).site?.state).toBe('started')
  })
})

describe('a permit with a last day', () => {
  it('reminds its holder before that day and lapses after it', async () => {
    const file = await window.accepted({ itemIds: ['I-106'] })
    const [run] = file.itemRuns
    if (run === undefined) throw new Error('no run')
    const id = file.application.applicationId
    const last = addDays(today(), 60)
    await window.decidedRun(run, 'approved', { ...noExtras, validUntil: last })
    await until(addDays(today(), 40))
    expect((await timeline(id, 'after-reminder')).map((row) => row.sentence)).toEqual([
      expect.stringContaining(last),
      expect.stringContaining(last),
    ])
    await until(last)
    expect((await read(id)).state).toBe('in-force')
    await until(addDays(last, 1))
    expect(await read(id)).toMatchObject({ state: 'lapsed', cause: { on: last } })
  })
})

describe('a stop of work', () => {
  const started = async () => {
    const made = await permit()
    await report(made.id, 'start')
    await settle(made.id)
    return made
  }
  it('is reported within a month; a later report counts as late', async () => {
    const { id } = await started()
    const day = today()
    await until(addDays(addMonths(day, 1), 1))
    await report(id, 'stop', { onDay: day })
    expect((await read(id)).reports.at(-1)).toMatchObject({ kind: 'stop', late: true })
    await settle(id)
    expect((await read(id)).site).toMatchObject({ state: 'stopped', stoppedOn: day, mustVerify: false })
    expect((await window.refusalOf(report(id, 'stop'))).code).toBe('approvals.site-state-wrong')
    await report(id, 'resume')
    await settle(id)
    expect((await read(id)).site).toMatchObject({ state: 'started', stoppedOn: null })
  })
  it('of a year needs the permit verified again before work goes on', async () => {
    const { id } = await started()
    const day = today()
    await report(id, 'stop')
    await settle(id)
    await until(addMonths(day, 12))
    await report(id, 'resume')
    expect((await read(id)).site?.mustVerify).toBe(true)
    const refused = await window.refusalOf(settle(id))
    expect(refused).toMatchObject({
      code: 'approvals.verification-needed',
      facts: { months: 12, basis: '建筑法 第十条' },
    })
    await settle(id, true, { verified: true })
    expect((await read(id)).site?.state).toBe('started')
  })
})
