/** After decisions and beside them: part of what was asked, conditions, withdrawal, revocation. */
import {
  answerAct,
  confirmReceipt,
  type DecisionDocument,
  decideAct,
  decideWithdrawal,
  giveEvidence,
  judgeEvidence,
  proposeAct,
  readAfter,
  requestWithdrawal,
} from '../../../src/capabilities/approvals/contract/after.ts'
import { noExtras } from '../../../src/capabilities/approvals/contract/decision-parts.ts'
import {
  type ApplicationFile,
  type ApplicationId,
  createApplication,
  draftDecision,
  type ItemRunView,
} from '../../../src/capabilities/approvals/contract.ts'
import { addDays, localDate, localDateOf } from '../../../src/kernel/time.ts'
import { guideAnswersOf } from '../../../src/server/demo/answers.ts'
import { draft, paperFor, pause, reread } from '../../../src/server/demo/story.ts'
import { clocksOf, refusalOf } from '../checks.ts'
import {
  accepted,
  codeOf,
  conclude,
  enrol,
  fileOf,
  goTo,
  itemOf,
  later,
  only,
  pageOf,
  type Stage,
  statutoryOf,
  teamOf,
  tellClock,
  tellTimeline,
} from './stage.ts'

export const afterOf = ({ driver }: Stage, id: ApplicationId, login = 'window') =>
  driver.call(login, readAfter, { params: { applicationId: id } })
export const documentOf = async (stage: Stage, id: ApplicationId, itemId: string, login = 'window') =>
  only(
    (await afterOf(stage, id, login)).documents.filter((each) => each.itemId === itemId && each.state === 'in-force'),
    `document of ${itemId}`,
  )
export const receive = ({ driver }: Stage, by: string, document: DecisionDocument) =>
  driver.call(by, confirmReceipt, {
    params: { certificateId: document.certificateId },
    body: { version: document.version },
  })

/** Grants one building, leaves the other open, under a condition that is met later. */
const playPart = async (stage: Stage, file: ApplicationFile, run: ItemRunView): Promise<void> => {
  const { tour, driver } = stage
  tour.heading('部分准予:一部分先批,附条件;其余继续办理')
  const id = file.application.applicationId
  const by = 'applicant-xinju'
  await goTo(stage, '2026-03-30')
  await draft(driver, itemOf(await fileOf(stage, id), 'I-105'))
  await conclude(stage, itemOf(await fileOf(stage, id), 'I-105'))
  const dueOn = addDays(localDateOf(driver.now()), 40)
  const text = '1 号地块先行准予;2 号地块待界址复核后另行决定。'
  await driver.call(teamOf(run).reviewer, draftDecision, {
    params: { itemRunId: run.itemRunId },
    body: {
      version: (await reread(driver, run)).version,
      outcome: 'partially-approved',
      text,
      conditions: ['保护区一侧设置界桩并提交影像。'],
      extras: {
        ...noExtras,
        scope: [
          { name: '1 号地块', decision: 'granted', reason: '' },
          { name: '2 号地块', decision: 'open', reason: '' },
        ],
        terms: [
          {
            text: '保护区一侧设置界桩并提交影像。',
            libraryId: null,
            grade: 'required',
            responsible: 'applicant',
            dueOn,
            dueEvent: null,
            blocks: [],
            source: '意见分歧协调纪要',
          },
        ],
      },
    },
  })
  const decided = await conclude(stage, await reread(driver, run))
  const { code } = codeOf(decided)
  const page = await pageOf(stage, code)
  tour.line(
    `决定 ${page.documentNumber}:${page.scope.map((part) => `${part.name}${{ granted: '准予', refused: '不予', open: '另行决定' }[part.decision]}`).join(',')}`,
  )
  tour.expect(
    '证件写明范围,其余部分继续办理、计时继续',
    page.outcome === 'partially-approved' &&
      page.scope.map((part) => part.decision).join() === 'granted,open' &&
      decided.state === 'handling' &&
      statutoryOf(decided).state === 'running',
    `${decided.state} ${statutoryOf(decided).state}`,
  )
  await tellClock(stage, statutoryOf(decided))
  const document = await documentOf(stage, id, run.itemId, by)
  const condition = only(document.conditions, 'condition')
  const clock = clocksOf(await fileOf(stage, id)).find((each) => each.label.zh.includes('条件'))
  if (clock !== undefined) await tellClock(stage, clock)
  tour.expect(`条件限期履行:${dueOn}`, condition.dueOn === dueOn && clock?.due === dueOn, String(clock?.due))
  await receive(stage, by, document)
  await goTo(stage, '2026-04-01')
  const uploadId = await driver.upload(by, '界桩影像.pdf', await paperFor('界桩影像'))
  const given = await driver.call(by, giveEvidence, {
    params: { conditionId: condition.conditionId },
    body: { version: condition.version, note: '界桩已设置。', uploadId },
  })
  const now = given.documents.flatMap((each) => each.conditions).find((each) => each.state === 'evidence-given')
  await driver.call(teamOf(run).lead, judgeEvidence, {
    params: { conditionId: condition.conditionId },
    body: { version: now?.version ?? 0, accept: true, remark: '' },
  })
  const met = only((await documentOf(stage, id, run.itemId)).conditions, 'condition')
  tour.expect('条件核实履行', met.state === 'discharged', met.state)
  await goTo(stage, '2026-04-02')
  await draft(driver, await reread(driver, run))
  const whole = await conclude(stage, await reread(driver, run))
  const closed = await fileOf(stage, id)
  tour.expect(
    '其余部分另行决定后办结,两份证件都在',
    whole.state === 'decided' &&
      closed.application.state === 'closed' &&
      (await afterOf(stage, id)).documents.filter((each) => each.itemId === run.itemId).length === 2,
    `${whole.state} ${closed.application.state}`,
  )
  tellTimeline(stage, closed, (kind) => /decided|condition|deliver|closed/.test(kind))
}

/** What a withdrawal must leave alone. */
const standing = (file: ApplicationFile, clockIds: readonly string[]): string =>
  JSON.stringify({
    state: file.application.state,
    runs: file.itemRuns.map((run) => [run.itemId, run.state, run.hold, run.frontConditions]),
    clocks: clocksOf(file).filter((clock) => clockIds.includes(clock.clockId)),
  })

const playWithdrawal = async (stage: Stage): Promise<void> => {
  const { tour, driver, actors } = stage
  tour.heading('撤回申请:不同意的恢复原状,同意的终止办理并与再次申报相连')
  await goTo(stage, '2026-04-03')
  const road = await enrol(stage, '鱼嘴连接道工程')
  const { by } = road.project
  const file = await accepted(stage, road, 'ST1', ['I-106', 'I-109'])
  const id = file.application.applicationId
  const params = { applicationId: id }
  await goTo(stage, '2026-04-07')
  await pause(driver, itemOf(await fileOf(stage, id), 'I-106'))
  const held = await fileOf(stage, id)
  for (const run of held.itemRuns) await tellClock(stage, statutoryOf(run))
  const ids = clocksOf(held).map((clock) => clock.clockId)
  const ask = () => driver.call(by, requestWithdrawal, { params, body: { reason: '建设方案可能调整。' } })
  const settle = async (confirm: boolean) => {
    const pending = (await afterOf(stage, id)).withdrawals.find((each) => each.state === 'requested')
    return driver.call(actors.window, decideWithdrawal, {
      params,
      body: { version: pending?.version ?? 0, confirm, remark: confirm ? '同意撤回。' : '专家评审已经开始,请先商议。' },
    })
  }
  await ask()
  const twice = await refusalOf(ask)
  tour.expect('等待确认时不能重复申请', twice?.problem.code === 'approvals.withdrawal-pending', twice?.message)
  await settle(false)
  const restored = await fileOf(stage, id)
  tour.expect(
    '不同意撤回:状态、停办原因、停止计时和每个计时与申请前完全一致',
    standing(restored, ids) === standing(held, ids),
    `${standing(held, ids)}\n     ${standing(restored, ids)}`,
  )
  await goTo(stage, '2026-04-09')
  await ask()
  await later(stage)
  await settle(true)
  const ended = await fileOf(stage, id)
  tour.expect(
    '同意撤回:申请终止,事项取消,没有计时再走',
    ended.application.state === 'withdrawn' &&
      ended.itemRuns.every((run) => run.state === 'cancelled') &&
      clocksOf(ended).every((clock) => clock.state !== 'running' && clock.state !== 'paused'),
    clocksOf(ended)
      .map((clock) => `${clock.label.zh} ${clock.state}`)
      .join('; '),
  )
  tellTimeline(stage, ended, (kind) => /withdraw|pause|resume/.test(kind))
  const again = await driver.call(by, createApplication, {
    body: {
      projectId: road.projectId,
      stage: 'ST1',
      guideAnswers: guideAnswersOf(road.project),
      itemIds: ['I-106', 'I-109'],
    },
  })
  const { refiledOf } = await afterOf(stage, again.application.applicationId, by)
  tour.expect(
    `再次申报与 ${ended.application.caseNumber} 相连`,
    refiledOf?.applicationId === id,
    JSON.stringify(refiledOf),
  )
}

const playRevocation = async (stage: Stage, id: ApplicationId): Promise<void> => {
  const { tour, driver } = stage
  tour.heading('撤销:先告知并听取陈述申辩,提请与批准分属两人')
  await goTo(stage, '2026-04-10')
  const centre = await enrol(stage, '恒远商务中心')
  const by = centre.project.by
  await draft(driver, itemOf(await fileOf(stage, id), 'I-105'))
  const run = await conclude(stage, itemOf(await fileOf(stage, id), 'I-105'))
  const { code } = codeOf(run)
  tour.expect('决定作出后验真有效', (await pageOf(stage, code)).state === 'in-force')
  await later(stage)
  const document = await documentOf(stage, id, 'I-105')
  await driver.call(teamOf(run).reviewer, proposeAct, {
    params: { certificateId: document.certificateId },
    body: {
      version: document.version,
      kind: 'revocation',
      ground: 'deceit',
      reason: '经查,申报的投资主体与登记信息不符。',
      changes: {},
    },
  })
  const told = only((await documentOf(stage, id, 'I-105', by)).acts, 'notice')
  tour.line(
    `告知持证人:${told.ground?.name.zh ?? ''}(${told.ground?.basis ?? ''}),陈述、申辩至 ${told.answerUntil ?? ''}`,
  )
  // 10 April + 5 working days: 13 to 17 April.
  tour.expect('陈述、申辩期五个工作日:4 月 17 日', told.answerUntil === '2026-04-17', String(told.answerUntil))
  const decideBy = (login: string, version: number) =>
    driver.call(login, decideAct, { params: { actId: told.actId }, body: { version, approve: true, remark: '' } })
  const own = await refusalOf(() => decideBy(teamOf(run).reviewer, told.version))
  tour.expect('提请人不能自己批准', own?.problem.status === 403, own?.message ?? '没有被拒绝')
  const early = await refusalOf(() => decideBy(teamOf(run).approver, told.version))
  tour.expect('未听取申辩、期限未满不能撤销', early?.problem.code === 'approvals.hearing-open', early?.message)
  tour.line(`拒绝理由:${early?.problem.detail ?? ''}`)
  await goTo(stage, '2026-04-14')
  await driver.call(by, answerAct, {
    params: { actId: told.actId },
    body: { version: told.version, answer: '登记变更尚未办结,请予核实。' },
  })
  const answered = only((await documentOf(stage, id, 'I-105')).acts, 'act')
  await decideBy(teamOf(run).approver, answered.version)
  const page = await pageOf(stage, code)
  tour.expect(
    '原验真页写明已撤销、依据和日期',
    page.state === 'revoked' && page.cause?.on === localDate('2026-04-14') && page.cause.basis !== '',
    JSON.stringify(page.cause),
  )
  const site = new TextDecoder().decode((await driver.bytes(null, `/verify/${code}`)).content)
  tour.expect('公开网页同样写明', site.includes('撤销') && site.includes(page.documentNumber))
  tellTimeline(stage, await fileOf(stage, id), (kind) => /decided|revo|act/.test(kind))
}

export const playAfterwards = async (
  stage: Stage,
  file: ApplicationFile,
  mediated: ItemRunView,
  silent: ApplicationId,
): Promise<void> => {
  await playPart(stage, file, mediated)
  await playWithdrawal(stage)
  await playRevocation(stage, silent)
}
