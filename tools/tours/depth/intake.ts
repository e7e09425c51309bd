/** Corrections: one list for everything; a second one only for new facts and with a supervisor's approval. */
import {
  decideSecondList,
  judgePoint,
  proposeSecondList,
  readRounds,
} from '../../../src/capabilities/approvals/contract/rounds.ts'
import { type ApplicationFile, requestCorrections, saveDraft } from '../../../src/capabilities/approvals/contract.ts'
import { accept, submit } from '../../../src/server/demo/story.ts'
import { clocksOf, refusalOf } from '../checks.ts'
import { enrol, fileOf, goTo, later, only, type Stage, submitted, tellClock, tellTimeline } from './stage.ts'

/** Two lists of corrections until the application is accepted. */
export const playCorrections = async (stage: Stage): Promise<ApplicationFile> => {
  const { tour, driver, actors } = stage
  tour.heading('补正:一次告知;确有新情况,经监督人员同意再告知一次')
  const homes = await enrol(stage, '新居·江岸里住宅项目')
  const { by } = homes.project
  const filed = await submitted(stage, homes, 'ST1', ['I-105', 'I-107'])
  const id = filed.application.applicationId
  const params = { applicationId: id }
  await driver.call(actors.window, requestCorrections, {
    params,
    body: {
      version: filed.application.version,
      points: [{ anchor: 'field:projectContent', reasonCode: 'unclear', text: '请写明地上、地下建筑面积。' }],
    },
  })
  const answer = async (field: string, text: string): Promise<ApplicationFile> => {
    const open = await fileOf(stage, id, by)
    await driver.call(by, saveDraft, {
      params,
      body: { version: open.application.version, answers: { ...open.application.answers, [field]: text } },
    })
    return submit(driver, by, id)
  }
  await later(stage)
  const again = await answer('projectContent', '地上 73100 平方米,地下 12900 平方米。(示范数据)')
  const judged = await driver.call(actors.window, judgePoint, {
    params: { ...params, round: 1, ordinal: 0 },
    body: { version: again.application.version, met: true, remark: '' },
  })
  const points = [{ anchor: 'field:projectPlace', reasonCode: 'unclear', text: '道路命名调整,请核对门牌。' }]
  const plain = await refusalOf(() =>
    driver.call(actors.window, requestCorrections, { params, body: { version: judged.version, points } }),
  )
  tour.expect('已告知过一次,不能自行再告知', plain !== null && plain.problem.status < 500, '没有被拒绝')
  tour.line(`拒绝理由:${plain?.problem.detail ?? ''}`)
  const proposed = await driver.call(actors.window, proposeSecondList, {
    params,
    body: { version: judged.version, points, reason: '收件后街道公布新的门牌编号,原地址已停用。' },
  })
  tour.expect(
    '批准之前不发给申请人',
    (await fileOf(stage, id)).application.state === 'submitted' && proposed.requests[0]?.state === 'proposed',
  )
  await driver.call('supervisor', decideSecondList, {
    params,
    body: { version: proposed.version, approve: true, remark: '属收件后出现的新情况,同意。' },
  })
  const rounds = await driver.call(by, readRounds, { params })
  tour.expect(
    '第二次补正告知有编号,理由和批准留痕',
    rounds.rounds.map((round) => round.number).join() === '1,2' &&
      (await fileOf(stage, id)).application.state === 'correcting',
    JSON.stringify(rounds.rounds.map((round) => round.number)),
  )
  await later(stage)
  const third = await answer('projectPlace', '大石坝街道江岸路 8 号(新门牌 18 号)')
  await tellClock(stage, only(clocksOf(third), 'clock'))
  const file = await accept(driver, actors.window, id)
  tellTimeline(stage, file, (kind) => /correct|second|receipt|accepted|submitted/.test(kind))
  const receipts = (await driver.call(by, readRounds, { params })).receipts.map((each) => each.title.zh)
  tour.line(`凭证:${receipts.join('、')}`)
  tour.expect('两次补正告知各有凭证', receipts.filter((title) => title.includes('补正')).length === 2, receipts.join())
  await goTo(stage, '2026-02-03')
  return file
}
