/** A silent window: after five working days the system accepts in its place, also when it was down itself. */
import { readRounds } from '../../../src/capabilities/approvals/contract/rounds.ts'
import {
  type ApplicationFile,
  type ApplicationId,
  verifyReceipt,
} from '../../../src/capabilities/approvals/contract.ts'
import { localDateOf } from '../../../src/kernel/time.ts'
import { clocksOf } from '../checks.ts'
import { at, enrol, fileOf, goTo, only, type Stage, submitted, tellClock, tellTimeline } from './stage.ts'

const intakeClockOf = (file: ApplicationFile) => only(clocksOf(file), 'clock of intake')
const lastReceipt = async ({ driver }: Stage, file: ApplicationFile) => {
  const { receipts } = await driver.call('window', readRounds, {
    params: { applicationId: file.application.applicationId },
  })
  const found = receipts.at(-1)
  if (found === undefined) throw new Error('no receipt')
  return { ...found, count: receipts.filter((each) => each.kind === 'accepted').length }
}

/** Gives the first application, that the system accepted in time. */
export const playSilence = async (stage: Stage): Promise<ApplicationId> => {
  const { tour, driver } = stage
  tour.heading('窗口未在五个工作日内告知:视为受理')
  await goTo(stage, '2026-01-12')
  const centre = await enrol(stage, '恒远商务中心')
  const waiting = await submitted(stage, centre, 'ST1', ['I-105'])
  const clock = await tellClock(stage, intakeClockOf(waiting))
  // Monday 12 January is the day of receipt; 13, 14, 15, 16 and 19 January are the five working days.
  tour.expect('收到材料次日起五个工作日:1 月 19 日届满', clock.due === '2026-01-19', String(clock.due))
  await goTo(stage, '2026-01-19', '17:30')
  tour.expect(
    '期限最后一日仍待窗口处理',
    (await fileOf(stage, waiting.application.applicationId)).application.state === 'submitted',
  )
  await goTo(stage, '2026-01-20', '08:30')
  const silent = await fileOf(stage, waiting.application.applicationId)
  tellTimeline(stage, silent, (kind) => /silence|receipt|accepted/.test(kind))
  tour.expect(
    '期满自收到之日起视为受理',
    silent.application.state === 'accepted' && silent.application.acceptedAt === silent.submissions[0]?.submittedAt,
    `${silent.application.state} ${silent.application.acceptedAt}`,
  )
  const receipt = await lastReceipt(stage, silent)
  tour.expect(
    '系统出具并送达受理通知书,写明视为受理',
    receipt.kind === 'accepted' && receipt.bySilence && !receipt.late,
    JSON.stringify(receipt),
  )
  const shown = verifyReceipt.reply.parse(await driver.json(`/api/public/receipts/${receipt.number}`))
  tour.expect(`任何人可查验 ${receipt.number}`, shown.bySilence && shown.caseNumber === silent.application.caseNumber)
  const paper = await driver.bytes('applicant-private', `/api/receipts/${receipt.receiptId}/document`)
  tour.expect('受理通知书为 PDF', new TextDecoder().decode(paper.content.slice(0, 5)) === '%PDF-')

  tour.heading('同样的沉默,系统停机数日')
  const park = await enrol(stage, '恒远软件园二号楼')
  const second = await submitted(stage, park, 'ST1', ['I-105'])
  const due = (await tellClock(stage, intakeClockOf(second))).due
  tour.expect('1 月 20 日收到:1 月 27 日届满', due === '2026-01-27', String(due))
  await goTo(stage, '2026-01-26', '17:00')
  await stage.sleepUntil(at('2026-02-02', '08:30'))
  tour.line('服务器 1 月 26 日停机,2 月 2 日恢复')
  await goTo(stage, '2026-02-02', '08:40')
  const late = await fileOf(stage, second.application.applicationId)
  const fired = tellTimeline(stage, late, (kind) => kind === 'approvals.accepted-by-silence')
  tour.expect('恢复后只发生一次', fired.length === 1, `${fired.length}`)
  const lateReceipt = await lastReceipt(stage, late)
  tour.expect(
    '受理仍自收到之日起,通知书只有一份并标明晚出具',
    late.application.acceptedAt === late.submissions[0]?.submittedAt &&
      lateReceipt.count === 1 &&
      lateReceipt.bySilence &&
      lateReceipt.late,
    JSON.stringify(lateReceipt),
  )
  tour.expect('出具之日如实记为恢复之日', localDateOf(lateReceipt.issuedAt) === '2026-02-02', lateReceipt.issuedAt)
  return silent.application.applicationId
}
