/** A document that was promised for later: once it comes in time, once it does not. */
import { listCredit } from '../../../src/capabilities/approvals/contract/credit.ts'
import {
  declareDeferrals,
  readUndertakings,
  supplyDeferred,
} from '../../../src/capabilities/approvals/contract/undertakings.ts'
import {
  type ApplicationFile,
  type ApplicationId,
  readPublicProgress,
  removeDocument,
} from '../../../src/capabilities/approvals/contract.ts'
import { listExchangeMessages, readExchangeMessage } from '../../../src/capabilities/exchange/contract.ts'
import { addDays, localDate, localDateOf } from '../../../src/kernel/time.ts'
import { accept, draft, paperFor, type Registered, submit } from '../../../src/server/demo/story.ts'
import { refusalOf } from '../checks.ts'
import {
  codeOf,
  conclude,
  enrol,
  fileOf,
  goTo,
  itemOf,
  later,
  only,
  pageOf,
  ready,
  type Stage,
  statutoryOf,
  tellClock,
  tellTimeline,
} from './stage.ts'

const OWED = 'I-109-M02'
const STEPS = 'SPGL_XMSPSXBLXXXXB_V3'

/** Declares that the document follows later. */
const declare = async (stage: Stage, registered: Registered): Promise<ApplicationFile> => {
  const { driver } = stage
  const { by } = registered.project
  const full = await ready(stage, registered, 'ST1', ['I-109'])
  const params = { applicationId: full.application.applicationId }
  const document = full.documents.find((each) => each.materialId === OWED)
  if (document === undefined) throw new Error(`${OWED} is not among the documents`)
  const open = await driver.call(by, removeDocument, { params: { ...params, documentId: document.documentId } })
  stage.tour.line(`缺 ${open.faults.map((fault) => fault.message).join(';')}`)
  await driver.call(by, declareDeferrals, {
    params,
    body: { version: open.application.version, materialIds: [OWED], agreed: true, signatory: '法定代表人' },
  })
  return open
}
const deferralOf = async ({ driver }: Stage, id: ApplicationId) =>
  only((await driver.call('window', readUndertakings, { params: { applicationId: id } })).deferrals, 'deferral')
const supply = async (stage: Stage, by: string, id: ApplicationId): Promise<void> => {
  const deferral = await deferralOf(stage, id)
  const uploadId = await stage.driver.upload(by, '申请与承诺书.pdf', await paperFor('申请与承诺书'))
  await stage.driver.call(by, supplyDeferred, {
    params: { deferralId: deferral.deferralId },
    body: { version: deferral.version, uploadId },
  })
}
/** States of the steps that were reported to the national system for a project (办件状态). */
const nationalStates = async ({ driver }: Stage, registered: Registered): Promise<readonly number[]> => {
  const { rows } = await driver.call('admin', listExchangeMessages, {
    query: { table: STEPS, projectId: registered.projectId, limit: 100 },
  })
  const states: number[] = []
  for (const row of rows) {
    const { fields } = await driver.call('admin', readExchangeMessage, { params: { messageId: row.messageId } })
    const value = fields.find((field) => field.name === 'blzt')?.value
    if (typeof value === 'number') states.push(value)
  }
  return states
}

const acceptedWithout = async (stage: Stage, registered: Registered): Promise<ApplicationFile> => {
  const open = await declare(stage, registered)
  const file = await submit(stage.driver, registered.project.by, open.application.applicationId)
  stage.tour.line(`提交 ${file.application.caseNumber}(I-109),容缺 ${OWED}`)
  await later(stage)
  return accept(stage.driver, stage.actors.window, file.application.applicationId)
}

const playKept = async (stage: Stage): Promise<void> => {
  const { tour, driver } = stage
  tour.heading('容缺受理:按时补齐')
  await goTo(stage, '2026-03-04')
  const works = await enrol(stage, '江畔智造一期厂房')
  const file = await acceptedWithout(stage, works)
  const id = file.application.applicationId
  const deferral = await deferralOf(stage, id)
  if (deferral.clock === null) throw new Error('the deferral has no clock')
  await tellClock(stage, deferral.clock)
  await tellClock(stage, statutoryOf(itemOf(file, 'I-109')))
  tour.expect(
    '容缺另有时限,自受理起十个工作日:3 月 18 日;事项照常计时',
    deferral.due === '2026-03-18' && statutoryOf(itemOf(file, 'I-109')).state === 'running',
    String(deferral.due),
  )
  tour.line(`逾期处理:${deferral.consequences.map((each) => each.name.zh).join('、')}`)
  await goTo(stage, '2026-03-09')
  await draft(driver, itemOf(await fileOf(stage, id), 'I-109'))
  const decided = await conclude(stage, itemOf(await fileOf(stage, id), 'I-109'))
  tour.expect('决定为容缺办结', decided.decision?.outcome === 'approved-with-deferral', decided.decision?.outcome)
  const { code, certificateId } = codeOf(decided)
  const page = await pageOf(stage, code)
  tour.expect(
    '验真页写明容缺办结和待补材料',
    page.outcome === 'approved-with-deferral' && page.owed[0]?.state === 'running' && page.owed[0].due === deferral.due,
    JSON.stringify(page.owed),
  )
  const site = new TextDecoder().decode((await driver.bytes(null, `/verify/${code}`)).content)
  tour.expect('公开验真网页也这样写', site.includes('容缺') && site.includes(page.documentNumber))
  const document = await driver.bytes('applicant-industry', `/api/certificates/${certificateId}/document`)
  tour.expect('证件可以下载', new TextDecoder().decode(document.content.slice(0, 5)) === '%PDF-')
  await later(stage)
  const states = await nationalStates(stage, works)
  tour.expect(
    '报送国家系统的办件状态为 12(办结,容缺通过)',
    states.includes(12) && !states.includes(11),
    states.join(','),
  )
  await goTo(stage, '2026-03-12')
  await supply(stage, 'applicant-industry', id)
  const kept = await deferralOf(stage, id)
  tour.expect(
    '补齐后义务了结,按时',
    kept.state === 'completed' && kept.clock?.state === 'stopped' && kept.clock.onTime === true,
    JSON.stringify(kept.clock),
  )
  tour.expect('验真页随之更新', (await pageOf(stage, code)).owed[0]?.state === 'completed')
  tellTimeline(stage, await fileOf(stage, id), (kind) => kind.includes('deferral') || kind === 'approvals.decided')
}

const playBroken = async (stage: Stage): Promise<void> => {
  const { tour, driver } = stage
  tour.heading('容缺受理:逾期未补')
  const by = 'applicant-industry'
  const works = await enrol(stage, '江畔智造二期仓储')
  const file = await acceptedWithout(stage, works)
  const id = file.application.applicationId
  const deferral = await deferralOf(stage, id)
  if (deferral.clock === null || deferral.due === null) throw new Error('the deferral has no clock')
  await tellClock(stage, deferral.clock)
  await goTo(stage, '2026-03-16')
  await draft(driver, itemOf(await fileOf(stage, id), 'I-109'))
  const { certificateId } = codeOf(await conclude(stage, itemOf(await fileOf(stage, id), 'I-109')))
  await goTo(stage, addDays(localDate(deferral.due), 1))
  const broken = await fileOf(stage, id)
  const reminders = tellTimeline(stage, broken, (kind) => kind === 'approvals.deferral-reminded')
  const days = reminders.map((row) => localDateOf(row.occurredAt)).sort()
  tour.expect(
    '按节点催告:临期一次、到期日一次',
    days.length === 2 && (days[0] ?? '') < deferral.due && days[1] === deferral.due,
    days.join('、'),
  )
  const defaults = tellTimeline(stage, broken, (kind) => kind === 'approvals.deferral-defaulted')
  tour.expect('时限届满之后认定逾期,只一次', defaults.length === 1, `${defaults.length}`)
  const now = await deferralOf(stage, id)
  tour.expect('证件暂缓交付', now.state === 'defaulted' && now.holdsOutput)
  const held = await refusalOf(() => driver.bytes(by, `/api/certificates/${certificateId}/document`))
  tour.expect('下载被拒绝并说明原因', held?.problem.code === 'approvals.output-held', held?.message)
  tour.line(`拒绝理由:${held?.problem.detail ?? ''}`)
  const { rows } = await driver.call('supervisor', listCredit, { query: { limit: 50 } })
  const mark = rows.find((row) => row.applicationId === id)
  tour.expect(
    '提请记入信用信息,待核定',
    mark?.state === 'proposed' && mark.kind === 'deferral-default',
    JSON.stringify(mark),
  )
  const progress = readPublicProgress.reply.parse(
    await driver.json(`/api/public/projects/${encodeURIComponent(works.caseNumber)}/progress`),
  )
  tour.expect('信用记录没有公开', !JSON.stringify(progress).includes('信用'))
  const third = await enrol(stage, '江畔智造研发楼')
  const barred = await refusalOf(() => declare(stage, third))
  tour.expect(
    `不再适用容缺,至 ${now.barredUntil ?? ''}`,
    barred?.problem.code === 'approvals.not-deferrable' && now.barredUntil !== null,
    barred?.message,
  )
  tour.line(`拒绝理由:${barred?.problem.errors?.[0]?.message ?? ''}`)
  await later(stage)
  await supply(stage, by, id)
  const released = await driver.bytes(by, `/api/certificates/${certificateId}/document`)
  tour.expect(
    '补齐后恢复交付,限制仍在',
    released.content.length > 0 && (await deferralOf(stage, id)).barredUntil !== null,
  )
}

export const playDeferral = async (stage: Stage): Promise<void> => {
  await playKept(stage)
  await playBroken(stage)
}
