/** What people do with conflicts: an issue with somebody responsible and a day, comments, a group by hand, an exception. */
import {
  commentConflict,
  createHandGroup,
  decideException,
  editConflict,
  groupConflicts,
  listAssignable,
  listMine,
  proposeException,
  raiseConflict,
  readConflict,
} from '../../../src/capabilities/bim/contract/conflicts.ts'
import type { ConflictId } from '../../../src/capabilities/bim/contract.ts'
import { addDays, localDateOf } from '../../../src/kernel/time.ts'
import { refusalOf } from '../checks.ts'
import type { Found } from './checking.ts'
import { APPROVER, ENGINEER, OFFICER, type Stage } from './stage.ts'

export const GROUP = '支路口整组调整'
export const COMMENT = '设计单位一周内给出调整方案,先保燃气。'
export interface Kept {
  readonly hard: ConflictId
  readonly horizontal: ConflictId
  readonly excepted: ConflictId
  readonly assigneeId: string
  readonly dueOn: string
}

export const playPeople = async (stage: Stage, found: Found): Promise<Kept> => {
  const { tour, driver, registered } = stage
  const { projectId } = registered
  tour.heading('问题:责任人、期限、意见、人工分组')
  const hard = await found.of('hard')
  const horizontal = await found.of('horizontal')
  const { persons } = await driver.call(ENGINEER, listAssignable, { params: { projectId } })
  const engineer = persons.find(({ place }) => place.includes('城市建设投资'))
  if (engineer === undefined) throw new Error('nobody of the owner can be assigned')
  const dueOn = addDays(localDateOf(driver.now()), 10)
  for (const { conflictId } of [hard, horizontal])
    await driver.call(ENGINEER, editConflict, {
      params: { conflictId },
      body: { assigneeId: engineer.personId, dueOn, status: 'in-progress' },
    })
  await driver.call(OFFICER, commentConflict, {
    params: { conflictId: hard.conflictId },
    body: { text: COMMENT, uploadIds: [] },
  })
  const { rows: mine } = await driver.call(ENGINEER, listMine, { query: { limit: 50 } })
  tour.expect(
    `${hard.number} 交给${engineer.name}(${engineer.place}),期限 ${dueOn},出现在其待办里`,
    mine.some(({ conflictId }) => conflictId === hard.conflictId),
    String(mine.length),
  )
  const past = await refusalOf(() =>
    driver.call(ENGINEER, editConflict, {
      params: { conflictId: hard.conflictId },
      body: { dueOn: '2020-01-01' as never },
    }),
  )
  tour.expect(
    '期限不能早于今天',
    past?.problem.status === 422 || past?.problem.status === 400,
    past?.message ?? '没有被拒绝',
  )
  const closing = await refusalOf(() =>
    driver.call(ENGINEER, editConflict, { params: { conflictId: hard.conflictId }, body: { status: 'closed' } }),
  )
  tour.expect('仍存在的严重冲突不能用手关闭', closing?.problem.status === 409, closing?.message ?? '没有被拒绝')
  tour.line(closing?.problem.detail ?? '')
  const raised = await driver.call(OFFICER, raiseConflict, {
    params: { checkId: found.checkId },
    body: {
      title: '请补充检查井井盖标高',
      text: '设计图未给出检查井井盖标高,请补充。',
      severity: 'minor',
      at: hard.at,
      objects: [],
      uploadIds: [],
    },
  })
  tour.expect(`主管部门可以人工提出问题(${raised.number})`, raised.kind === 'raised' && raised.status === 'open')
  const { groups } = await driver.call(ENGINEER, createHandGroup, {
    params: { checkId: found.checkId },
    body: { name: GROUP, note: '同一路口一起改', conflictIds: [hard.conflictId, horizontal.conflictId] },
  })
  tour.expect(`人工分组“${GROUP}”放入 2 个冲突`, groups.find(({ name }) => name === GROUP)?.conflicts === 2)
  for (const by of ['pair', 'station', 'run'] as const) {
    const { groups: grouped } = await driver.call(ENGINEER, groupConflicts, {
      params: { checkId: found.checkId },
      query: { by, intervalM: 100 } as never,
    })
    tour.line(
      `分组 ${by}:${grouped
        .slice(0, 4)
        .map(({ name, count }) => `${name} ${count}`)
        .join(';')}${grouped.length > 4 ? ' …' : ''}`,
    )
  }
  return {
    hard: hard.conflictId,
    horizontal: horizontal.conflictId,
    excepted: await playException(stage, found),
    assigneeId: engineer.personId,
    dueOn,
  }
}

const playException = async (stage: Stage, found: Found): Promise<ConflictId> => {
  const { tour, driver } = stage
  tour.heading('例外:一人提出理由和保护措施,另一人批准')
  const { conflictId, number, title } = await found.of('crossing')
  const proposed = await driver.call(ENGINEER, proposeException, {
    params: { conflictId },
    body: { reason: '路口标高受限,无法再降低污水管。', measures: '给水管加钢套管,两端各伸出 3 m。', uploadIds: [] },
  })
  const exceptionId = proposed.exceptions.find(({ state }) => state === 'proposed')?.exceptionId
  if (exceptionId === undefined) throw new Error('no exception was proposed')
  const decide = (login: string) =>
    driver.call(login, decideException, {
      params: { exceptionId },
      body: { approve: true, text: '同意按套管措施实施,竣工时提交影像资料。' },
    })
  const own = await refusalOf(() => decide(ENGINEER))
  const other = await refusalOf(() => decide('guizi-boss'))
  tour.expect(
    '提出人和别的部门都不能批准',
    own?.problem.status === 403 && other?.problem.status === 403,
    `${own?.message ?? '没有被拒绝'} ${other?.message ?? '没有被拒绝'}`,
  )
  const decided = await decide(APPROVER)
  const approved = decided.exceptions.find((each) => each.exceptionId === exceptionId)
  tour.expect(
    `${number} ${title}:例外已批准,记下批准人、措施和批准时的净距`,
    decided.excepted &&
      approved?.state === 'approved' &&
      approved.decidedBy !== approved.proposedBy &&
      approved.measures.includes('套管') &&
      approved.actualM !== null,
    JSON.stringify(approved),
  )
  tour.line(
    `要求 ${approved?.requiredM ?? '—'} m,实际 ${approved?.actualM ?? '—'} m,措施:${approved?.measures ?? ''};批准:${approved?.decidedBy ?? ''}`,
  )
  const { excepted } = await driver.call(ENGINEER, readConflict, { params: { conflictId } })
  if (!excepted) throw new Error('the approved exception does not cover its conflict')
  return conflictId
}
