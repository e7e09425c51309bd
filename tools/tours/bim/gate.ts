/** The gate in the one window: the planning permit waits while a serious conflict is open. */
import {
  type ApplicationFile,
  type ItemRunView,
  readApplication,
} from '../../../src/capabilities/approvals/contract.ts'
import { readGate } from '../../../src/capabilities/bim/contract/exchange.ts'
import { addMs } from '../../../src/kernel/time.ts'
import {
  accept,
  applicationsOf,
  draft,
  finish,
  guidance,
  isFree,
  issue,
  openDraft,
  opine,
  reread,
  review,
  submit,
} from '../../../src/server/demo/story.ts'
import { refusalOf } from '../checks.ts'
import { ENGINEER, type Stage } from './stage.ts'

const PERMIT = 'I-203'
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** Handles what is free to be decided; leaves `but` alone. */
const decideFree = async ({ driver }: Stage, file: ApplicationFile, but: string | null): Promise<void> => {
  const open = new Map(
    file.itemRuns
      .filter((run) => run.state !== 'decided' && run.itemId !== but)
      .map((run) => [run.itemRunId, run] as const),
  )
  for (let round = 0; open.size > 0 && round < 15; round += 1) {
    await driver.moveTo(addMs(driver.now(), 4 * HOUR_MS))
    for (const run of open.values()) {
      const now = await reread(driver, run)
      if (!isFree(now)) continue
      await finish(driver, now)
      open.delete(run.itemRunId)
    }
  }
  if (open.size > 0)
    throw new Error(`items were not decided: ${[...open.values()].map((run) => run.itemId).join(', ')}`)
}
const apply = async (stage: Stage, phase: string, itemIds: readonly string[]): Promise<ApplicationFile> => {
  const { driver, actors, registered } = stage
  const { application } = await openDraft(driver, actors, registered, phase, itemIds)
  await submit(driver, registered.project.by, application.applicationId)
  await driver.moveTo(addMs(driver.now(), DAY_MS))
  return accept(driver, actors.window, application.applicationId)
}

/** Takes the project to the planning permit: all that stands before it is decided, the permit drafted and reviewed. */
export const openPermit = async (stage: Stage): Promise<ItemRunView> => {
  const { tour, driver, registered } = stage
  tour.heading('一窗受理:项目办到建设工程规划许可证')
  for (const phase of ['ST1', 'ST2']) {
    const found = await guidance(driver, registered.project, phase)
    for (const itemIds of applicationsOf(found, phase)) {
      const file = await apply(stage, phase, itemIds)
      await decideFree(stage, file, PERMIT)
      tour.line(`${file.application.caseNumber}:${itemIds.join('、')}`)
      if (!itemIds.includes(PERMIT)) continue
      const again = await driver.call('window', readApplication, {
        params: { applicationId: file.application.applicationId },
      })
      const permit = again.itemRuns.find((run) => run.itemId === PERMIT)
      if (permit === undefined) break
      const drafted = await draft(driver, await opine(driver, await reread(driver, permit)))
      await review(driver, drafted)
      return reread(driver, permit)
    }
  }
  throw new Error(`the project has no ${PERMIT}`)
}

export const playClosedGate = async (stage: Stage, permit: ItemRunView): Promise<void> => {
  const { tour, driver, registered } = stage
  tour.heading('关口:有未解决的严重冲突,规划许可不能作出')
  const gate = await driver.call(ENGINEER, readGate, { params: { projectId: registered.projectId } })
  for (const reason of gate.reasons) tour.line(reason.zh)
  tour.expect(
    `关口关闭,要求它的事项:${gate.askedBy.map(({ zh }) => zh).join('、')}`,
    !gate.open && gate.askedBy.length > 0 && gate.checks.some(({ serious }) => serious > 0),
    JSON.stringify(gate),
  )
  const held = await refusalOf(async () => issue(driver, await reread(driver, permit)))
  tour.expect(
    '审批决定人作出决定时被拒绝,理由写明还有几个严重冲突、怎么办',
    held?.problem.status === 409 && held.problem.detail.includes('严重冲突'),
    held?.message ?? '没有被拒绝',
  )
  tour.line(`拒绝理由:${held?.problem.detail ?? ''}`)
}

export const playOpenGate = async (stage: Stage, permit: ItemRunView): Promise<void> => {
  const { tour, driver, registered } = stage
  tour.heading('关口:严重冲突全部消除或经批准,规划许可作出')
  const gate = await driver.call(ENGINEER, readGate, { params: { projectId: registered.projectId } })
  tour.expect(
    `关口打开(例外 ${gate.checks[0]?.excepted ?? 0} 处,未知 ${gate.checks[0]?.unknown ?? 0} 处照实列出)`,
    gate.open && gate.checks.every(({ serious, outdated }) => serious === 0 && !outdated),
    JSON.stringify(gate.reasons),
  )
  const decided = await issue(driver, await reread(driver, permit))
  tour.expect('规划许可作出', decided.state === 'decided' && decided.decision !== null, decided.state)
}
