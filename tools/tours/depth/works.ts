/** A permit and the start of work under it: three months, extended twice, not a third time. */
import {
  type DecisionDocument,
  decideReport,
  type ReportKind,
  reportSite,
} from '../../../src/capabilities/approvals/contract/after.ts'
import { type ApplicationFile, type ApplicationId } from '../../../src/capabilities/approvals/contract.ts'
import { addDays, addMonths, localDate, localDateOf, weekdayOf } from '../../../src/kernel/time.ts'
import {
  accept,
  applicationsOf,
  finish,
  guidance,
  isFree,
  loginsOf,
  type Registered,
  reread,
} from '../../../src/server/demo/story.ts'
import { refusalOf } from '../checks.ts'
import { documentOf, receive } from './afterwards.ts'
import { enrol, fileOf, goTo, itemOf, later, only, type Stage, submitted, tellTimeline } from './stage.ts'

/** Handles every item of an accepted application. */
const decideAll = async (stage: Stage, file: ApplicationFile): Promise<ApplicationFile> => {
  const open = new Map(file.itemRuns.map((run) => [run.itemRunId, run]))
  for (let round = 0; open.size > 0 && round < 10; round += 1) {
    await later(stage)
    for (const run of open.values()) {
      const now = await reread(stage.driver, run)
      if (!isFree(now)) continue
      await finish(stage.driver, now)
      open.delete(run.itemRunId)
    }
  }
  return fileOf(stage, file.application.applicationId)
}
/** Takes a project through a whole phase without incident; gives its applications. */
export const passPhase = async (
  stage: Stage,
  registered: Registered,
  phase: string,
): Promise<readonly ApplicationFile[]> => {
  const files: ApplicationFile[] = []
  for (const itemIds of applicationsOf(await guidance(stage.driver, registered.project, phase), phase)) {
    const waiting = await submitted(stage, registered, phase, itemIds)
    await later(stage)
    const file = await accept(stage.driver, stage.actors.window, waiting.application.applicationId)
    files.push(await decideAll(stage, file))
    await later(stage)
  }
  return files
}

const siteOf = async (stage: Stage, id: ApplicationId, by: string) => {
  const document = await documentOf(stage, id, 'I-305', by)
  if (document.site === null) throw new Error('the permit says nothing about the start of work')
  return { document, site: document.site }
}
const report = async (stage: Stage, id: ApplicationId, by: string, kind: ReportKind, months?: number) => {
  const document = await documentOf(stage, id, 'I-305', by)
  return stage.driver.call(by, reportSite, {
    params: { certificateId: document.certificateId },
    body: {
      version: document.version,
      kind,
      onDay: localDateOf(stage.driver.now()),
      reason: kind === 'extension' ? '管线迁改尚未完成。' : '已具备开工条件。',
      ...(months === undefined ? {} : { months }),
    },
  })
}
const settle = async (stage: Stage, document: DecisionDocument, id: ApplicationId): Promise<void> => {
  const now = await documentOf(stage, id, 'I-305')
  const open = only(
    now.reports.filter((each) => each.state === 'reported'),
    'report',
  )
  await stage.driver.call(loginsOf(document.department).approver, decideReport, {
    params: { siteReportId: open.siteReportId },
    body: { version: open.version, confirm: true, remark: '' },
  })
}
/** The same day of a later month; a Saturday or Sunday rolls to Monday (no holiday lies there in this story). */
const ownCount = (from: string, months: number): string => {
  let day = addMonths(localDate(from), months)
  while (weekdayOf(day) > 5) day = addDays(day, 1)
  return day
}

/** Gives the project, under construction. */
export const playWorks = async (stage: Stage): Promise<Registered> => {
  const { tour } = stage
  tour.heading('施工许可之后:三个月内开工,延期两次,第三次不予受理')
  await goTo(stage, '2026-04-20')
  const shop = await enrol(stage, '恒远社区便民商业楼')
  const { by } = shop.project
  const passed: ApplicationFile[] = []
  for (const phase of ['ST1', 'ST2', 'ST3']) passed.push(...(await passPhase(stage, shop, phase)))
  tour.expect(
    '三个阶段全部办结',
    passed.every((file) => file.application.state === 'closed'),
    passed.map((file) => `${file.application.caseNumber} ${file.application.state}`).join('; '),
  )
  const withPermit = passed.find((file) => file.itemRuns.some((run) => run.itemId === 'I-305'))
  if (withPermit === undefined) throw new Error('nobody asked for the permit')
  const permit = withPermit.application.applicationId
  await goTo(stage, '2026-04-22')
  await receive(stage, by, await documentOf(stage, permit, 'I-305', by))
  let { document, site } = await siteOf(stage, permit, by)
  tour.line(
    `${document.documentNumber} 签收 ${document.delivery?.on ?? ''},应于 ${site.startBy ?? ''} 前开工(${site.basis})`,
  )
  tour.expect(
    `自领取之日起三个月:${ownCount('2026-04-22', 3)}`,
    site.startBy === ownCount('2026-04-22', 3),
    String(site.startBy),
  )
  for (const [day, times] of [
    ['2026-05-18', 1],
    ['2026-06-16', 2],
  ] as const) {
    await goTo(stage, day)
    const tooLong = await refusalOf(() => report(stage, permit, by, 'extension', 4))
    tour.expect(
      '每次延期不超过三个月',
      tooLong?.problem.code === 'approvals.start-extension-too-long',
      tooLong?.message,
    )
    await report(stage, permit, by, 'extension', 3)
    await settle(stage, document, permit)
    ;({ document, site } = await siteOf(stage, permit, by))
    const wanted = ownCount('2026-04-22', 3 + 3 * times)
    tour.line(`第 ${times} 次延期三个月,应于 ${site.startBy ?? ''} 前开工`)
    tour.expect(
      `第 ${times} 次延期后:${wanted}`,
      site.extensionsUsed === times && site.startBy === wanted,
      `${site.extensionsUsed} ${site.startBy}`,
    )
  }
  const third = await refusalOf(() => report(stage, permit, by, 'extension', 1))
  tour.expect('第三次延期被拒绝', third?.problem.code === 'approvals.start-extensions-used', third?.message)
  tour.line(`拒绝理由:${third?.problem.detail ?? ''}`)
  await goTo(stage, '2026-06-22')
  await report(stage, permit, by, 'start')
  await settle(stage, document, permit)
  ;({ site } = await siteOf(stage, permit, by))
  tour.expect('开工报告确认', site.state === 'started' && site.startedOn === '2026-06-22', site.state)
  const file = await fileOf(stage, permit)
  tellTimeline(stage, file, (kind) => /site|start|report/.test(kind))
  tour.expect('许可事项已决定', itemOf(file, 'I-305').decision !== null)
  return shop
}
