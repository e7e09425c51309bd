/** Between departments: a question back to the applicant, a contradiction and its minute, an expert review over the festival. */
import {
  answerInformation,
  type Consultation,
  decideProcedure,
  endProcedure,
  proposeProcedure,
  readConsultation,
  resolveConflict,
  sendInformation,
} from '../../../src/capabilities/approvals/contract/consultation.ts'
import {
  type ApplicationFile,
  type ApplicationId,
  explainClockOf,
  giveOpinion,
  type ItemRunView,
  type OpinionCode,
} from '../../../src/capabilities/approvals/contract.ts'
import { addDays, localDate, localDateOf, weekdayOf } from '../../../src/kernel/time.ts'
import { consult, draft, loginsOf, reread } from '../../../src/server/demo/story.ts'
import { refusalOf } from '../checks.ts'
import {
  accepted,
  conclude,
  enrol,
  fileOf,
  goTo,
  itemOf,
  only,
  type Stage,
  statutoryOf,
  teamOf,
  tellClock,
  tellTimeline,
} from './stage.ts'

const give = async (
  { driver }: Stage,
  run: ItemRunView,
  department: string,
  code: OpinionCode,
  text: string,
  anchors: string[] = [],
): Promise<ItemRunView> => {
  const task = run.opinionTasks.findLast((each) => each.department === department)
  if (task === undefined) throw new Error(`${department} was not asked`)
  await driver.call(loginsOf(department).reviewer, giveOpinion, {
    params: { opinionTaskId: task.opinionTaskId },
    body: { version: task.version, code, text, conditions: [], anchors },
  })
  return reread(driver, run)
}
const consultationOf = async (
  { driver }: Stage,
  id: ApplicationId,
  run: ItemRunView,
  login = 'supervisor',
): Promise<Consultation['runs'][number]> => {
  const whole = await driver.call(login, readConsultation, { params: { applicationId: id } })
  return only(
    whole.runs.filter((each) => each.itemRunId === run.itemRunId),
    'consultation',
  )
}

export const playInformation = async (stage: Stage, file: ApplicationFile): Promise<ItemRunView> => {
  const { tour, driver } = stage
  tour.heading('部门需补充信息:转申请人补充,再回到该部门')
  const id = file.application.applicationId
  const by = 'applicant-xinju'
  let run = await consult(driver, itemOf(file, 'I-107'), ['housing', 'ecology'], 5)
  for (const task of run.opinionTasks) if (task.clock !== null) await tellClock(stage, task.clock)
  run = await give(stage, run, 'housing', 'need-information', '请说明总建筑面积是否含架空层。', [
    'field:floorAreaTotal',
  ])
  const before = await consultationOf(stage, id, run, by)
  tour.expect('牵头部门转出之前,申请人看不到内部意见', before.information.length === 0)
  const asked = only((await consultationOf(stage, id, run)).information, 'question')
  await driver.call(teamOf(run).reviewer, sendInformation, {
    params: { informationId: asked.informationId },
    body: { version: asked.version, question: asked.question, anchors: ['field:floorAreaTotal'], days: 5 },
  })
  const sent = only((await consultationOf(stage, id, run, by)).information, 'question')
  if (sent.clock !== null) await tellClock(stage, sent.clock)
  tour.expect('申请人有自己的补充期限,事项计时不停', sent.clock?.kind === 'applicant' && run.hold === null)
  await goTo(stage, '2026-02-05')
  const outside = await refusalOf(() =>
    driver.call(by, answerInformation, {
      params: { informationId: sent.informationId },
      body: { version: sent.version, text: '', answers: { totalInvestment: 1 }, documents: [] },
    }),
  )
  tour.expect('只能改被问到的内容', outside?.problem.code === 'approvals.information-only-anchored', outside?.message)
  await driver.call(by, answerInformation, {
    params: { informationId: sent.informationId },
    body: { version: sent.version, text: '总建筑面积不含架空层。', answers: {}, documents: [] },
  })
  run = await reread(driver, run)
  const again = run.opinionTasks.filter((task) => task.department === 'housing')
  tour.expect(
    '补充后回到同一部门继续出具意见',
    again.length === 2 && again.at(-1)?.state === 'sent' && again.at(-1)?.question.includes('架空层') === true,
    JSON.stringify(again.map((task) => task.state)),
  )
  const waiting = await refusalOf(() => draft(driver, run))
  tour.expect('意见未齐不能拟定决定', waiting?.problem.code === 'approvals.opinions-out', waiting?.message)
  return give(stage, run, 'housing', 'agree', '')
}

export const playConflict = async (stage: Stage, file: ApplicationFile, open: ItemRunView): Promise<ItemRunView> => {
  const { tour, driver } = stage
  tour.heading('两个部门意见相反:协调、时限、纪要')
  const id = file.application.applicationId
  const run = await give(stage, open, 'ecology', 'disagree', '距饮用水源保护区边界不足。')
  const conflict = only((await consultationOf(stage, id, run)).conflicts, 'conflict')
  tour.line(
    `分歧:${conflict.opinions.map((each) => `${each.departmentName}${each.code ?? ''}`).join(' / ')},协调人 ${conflict.mediatorName}`,
  )
  const clock = conflict.clock
  if (clock === null) throw new Error('the conflict has no limit')
  const told = await tellClock(stage, clock)
  // Raised on Thursday 5 February: 6, 9 and 10 February.
  tour.expect('协调期限三个工作日:2 月 10 日', told.due === '2026-02-10' && told.budget === 3, String(told.due))
  tour.expect('指明协调人', conflict.mediatorName !== '')
  const blocked = await refusalOf(() => draft(driver, run))
  tour.expect('分歧未解决,不能拟定决定', blocked?.problem.code === 'approvals.conflicts-open', blocked?.message)
  tour.line(`拒绝理由:${blocked?.problem.detail ?? ''}`)
  const body = {
    version: conflict.version,
    heldOn: localDateOf(driver.now()),
    place: '区政务服务中心三楼会议室',
    participants: [
      { organisation: '住房城乡建设部门', names: '审查人员' },
      { organisation: '生态环境部门', names: '审查人员' },
    ],
    discussion: '就保护区边界复测结果交换意见。',
    resolution: '按复测边界退让后同意。',
  }
  const party = await refusalOf(() =>
    driver.call('huanbao-lead', resolveConflict, { params: { conflictId: conflict.conflictId }, body }),
  )
  tour.expect('意见一方不能主持协调', party?.problem.code === 'approvals.not-mediator', party?.message)
  await goTo(stage, '2026-02-06')
  await driver.call(teamOf(run).lead, resolveConflict, {
    params: { conflictId: conflict.conflictId },
    body: { ...body, heldOn: localDateOf(driver.now()) },
  })
  const closed = only((await consultationOf(stage, id, run)).conflicts, 'conflict')
  const paper = await driver.bytes(teamOf(run).lead, `/api/conflicts/${conflict.conflictId}/minute.pdf`)
  tour.expect(
    '形成纪要(PDF),分歧在期限内解决',
    closed.state === 'resolved' &&
      closed.clock?.onTime === true &&
      new TextDecoder().decode(paper.content.slice(0, 5)) === '%PDF-',
    JSON.stringify(closed.clock),
  )
  tellTimeline(stage, await fileOf(stage, id), (kind) => /conflict|information|ready-to-draft/.test(kind))
  return reread(driver, run)
}

// The notice for 2026, written down here once more, so that the tour counts by itself.
const isHoliday = (day: string): boolean => day >= '2026-02-15' && day <= '2026-02-23'
const makeUp: readonly string[] = ['2026-02-14', '2026-02-28']
const worksOn = (day: string): boolean => makeUp.includes(day) || (!isHoliday(day) && weekdayOf(localDate(day)) <= 5)

export const playExpertReview = async (stage: Stage): Promise<void> => {
  const { tour, driver } = stage
  tour.heading('专家评审跨春节:停止计时,逐日说明')
  await goTo(stage, '2026-02-09')
  const school = await enrol(stage, '寸滩幼儿园新建工程')
  const file = await accepted(stage, school, 'ST1', ['I-106'])
  let run = itemOf(file, 'I-106')
  const id = file.application.applicationId
  const before = await tellClock(stage, statutoryOf(run))
  await goTo(stage, '2026-02-12')
  await driver.call(teamOf(run).reviewer, proposeProcedure, {
    params: { itemRunId: run.itemRunId },
    body: { kind: 'expert-review', reason: '选址方案需组织专家评审。', days: 12, onRequest: false },
  })
  const proposed = only((await consultationOf(stage, id, run)).procedures, 'procedure')
  await driver.call(teamOf(run).approver, decideProcedure, {
    params: { procedureId: proposed.procedureId },
    body: { version: proposed.version, approve: true, remark: '同意。' },
  })
  run = await reread(driver, run)
  const running = only((await consultationOf(stage, id, run, 'applicant-school')).procedures, 'procedure')
  tour.line(`书面告知申请人:${running.name.zh} ${running.days} 个工作日,至 ${running.until ?? ''}(${running.basis})`)
  tour.expect('停止计时是停办原因,不是状态', run.hold?.ground === 'expert-review' && run.state === 'handling')
  await goTo(stage, '2026-03-03')
  const open = only((await consultationOf(stage, id, run)).procedures, 'procedure')
  await driver.call(teamOf(run).reviewer, endProcedure, {
    params: { procedureId: open.procedureId },
    body: { version: open.version, result: '专家组同意选址方案。' },
  })
  run = await reread(driver, run)
  const { rows, clock: after } = await driver.call('supervisor', explainClockOf, {
    params: { clockId: statutoryOf(run).clockId },
  })
  await tellClock(stage, after)
  for (const row of rows)
    tour.line(
      `   ${row.day} 周${'一二三四五六日'.charAt(row.weekday - 1)} ${row.counted ? `第 ${row.number} 日` : '不计'} ${row.reason.zh}`,
    )
  // Own count: from the day after 9 February; working days from 12 February to 3 March, both included, do not count.
  let due = '2026-02-09'
  let counted = 0
  let unpaused = '2026-02-09'
  for (let left = after.budget; left > 0; ) {
    unpaused = addDays(localDate(unpaused), 1)
    if (worksOn(unpaused)) left -= 1
  }
  while (counted < after.budget) {
    due = addDays(localDate(due), 1)
    if (worksOn(due) && !(due >= '2026-02-12' && due <= '2026-03-03')) counted += 1
  }
  tour.expect(`停止前的到期日与自行计算一致:${unpaused}`, before.due === unpaused, String(before.due))
  tour.expect(`恢复后的到期日与自行计算一致:${due}`, after.due === due, String(after.due))
  const shown = new Map(rows.map((row) => [String(row.day), row]))
  const wrong: string[] = []
  for (let day = localDate('2026-02-10'); day <= '2026-03-04'; day = addDays(day, 1)) {
    const row = shown.get(day)
    const counts = worksOn(day) && (day < '2026-02-12' || day > '2026-03-03')
    if (row !== undefined && row.counted !== counts) wrong.push(day)
  }
  tour.expect('春节、调休上班日和评审期间逐日与自行计算一致', wrong.length === 0, wrong.join('、'))
  const { totals } = after
  tour.expect(
    '评审期间由第三方占用,三方用时相加等于总历时',
    totals.thirdParty > 0 && totals.gross === totals.authority + totals.applicant + totals.thirdParty,
    JSON.stringify(totals),
  )
  await draft(driver, run)
  await conclude(stage, run)
}
