/**
 * The window, from 立项 to 施工许可: a government-funded school and a small private shop, through the public HTTP API of a
 * running server on a simulated clock, across Spring Festival 2026.
 */
import {
  type ApplicationFile,
  acceptApplication,
  type ItemRunView,
  type PublicProgress,
  readApplication,
  saveDraft,
  submitApplication,
} from '../../src/capabilities/approvals/contract.ts'
import { addMs, instant, localDateOf } from '../../src/kernel/time.ts'
import {
  accept,
  applicationsOf,
  consult,
  correct,
  draft,
  finish,
  guidance,
  isFree,
  issue,
  openDraft,
  opine,
  pause,
  type Registered,
  register,
  reread,
  resume,
  review,
  submit,
} from '../../src/server/demo/story.ts'
import { httpDriver } from '../../tests/support/http-driver.ts'
import { startServer } from '../../tests/support/running-server.ts'
import {
  actorsOf,
  checkClocks,
  checkProofs,
  demoProject,
  hasPhone,
  printClock,
  refusalOf,
  type Stagehand,
} from './checks.ts'
import type { Tour } from './tour.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** Handles all items of an application in the order of their front conditions. */
const decideAll = async ({ driver }: Stagehand, file: ApplicationFile): Promise<ApplicationFile> => {
  const open = new Map(file.itemRuns.filter((run) => run.state !== 'decided').map((run) => [run.itemRunId, run]))
  for (let round = 0; open.size > 0 && round < 15; round += 1) {
    await driver.moveTo(addMs(driver.now(), 4 * HOUR_MS))
    for (const run of open.values()) {
      const now = await reread(driver, run)
      if (!isFree(now)) continue
      await finish(driver, now)
      open.delete(run.itemRunId)
    }
  }
  return driver.call('window', readApplication, { params: { applicationId: file.application.applicationId } })
}

const takeStage = async (
  hand: Stagehand,
  registered: Registered,
  stage: string,
): Promise<readonly ApplicationFile[]> => {
  const { tour, driver, actors } = hand
  const { project } = registered
  const found = await guidance(driver, project, stage)
  const items = found.items.filter((item) => item.stage === stage)
  tour.expect(
    `${stage} 情形引导找到 ${items.length} 个事项,每个都说明理由`,
    items.length > 0 && items.every((item) => item.because.zh.length > 0),
  )
  for (const item of items) tour.line(`${item.itemId} ${item.name.zh}:${item.because.zh}`)
  const files: ApplicationFile[] = []
  for (const itemIds of applicationsOf(found, stage)) {
    const opened = await openDraft(driver, actors, registered, stage, itemIds)
    const { applicationId } = opened.application
    const submitted = await submit(driver, project.by, applicationId)
    tour.line(
      `提交 ${submitted.application.caseNumber}(${itemIds.join('、')}),收件凭证 ${submitted.submissions.at(-1)?.receiptNumber ?? ''}`,
    )
    await driver.moveTo(addMs(driver.now(), DAY_MS))
    const accepted = await accept(driver, actors.window, applicationId)
    for (const run of accepted.itemRuns)
      for (const clock of run.clocks.filter((each) => each.kind === 'statutory'))
        await printClock(tour, driver, 'supervisor', clock)
    const closed = await decideAll(hand, accepted)
    tour.expect(
      `${closed.application.caseNumber}:全部事项已决定,申请自动办结`,
      closed.application.state === 'closed' && closed.itemRuns.every((run) => run.decision !== null),
    )
    await checkClocks(tour, driver, 'supervisor', closed)
    files.push(closed)
    await driver.moveTo(addMs(driver.now(), DAY_MS))
  }
  return files
}

const playSchool = async (hand: Stagehand): Promise<Registered> => {
  const { tour, driver, actors } = hand
  const project = demoProject('明江一小扩建工程')
  tour.heading(`政府投资项目:${project.name}`)
  const registered = await register(driver, actors, project, 1)
  tour.line(`登记 ${registered.caseNumber},项目代码 ${registered.projectCode}`)
  const [opening, whole] = await takeStage(hand, registered, 'ST1')
  const closing = (file: ApplicationFile | undefined): string =>
    file?.timeline.find((row) => row.kind === 'approvals.closed')?.sentence ?? ''
  tour.expect(
    '阶段还有应办事项时,办结一件申请不算阶段通过',
    closing(opening).includes('本阶段还需办理'),
    closing(opening),
  )
  tour.expect('应办事项全部准予后,阶段才通过', closing(whole).includes('本阶段通过'), closing(whole))

  tour.heading('工程建设许可:前置条件、并联意见、跨春节停止计时')
  await driver.moveTo(instant('2026-02-10T09:30:00+08:00'))
  const found = await guidance(driver, project, 'ST2')
  const batches = applicationsOf(found, 'ST2')
  for (const itemIds of batches.slice(0, -1)) {
    const early = await openDraft(driver, actors, registered, 'ST2', itemIds)
    await submit(driver, project.by, early.application.applicationId)
    await decideAll(hand, await accept(driver, actors.window, early.application.applicationId))
  }
  const itemIds = batches.at(-1) ?? []
  const opened = await openDraft(driver, actors, registered, 'ST2', itemIds)
  tour.expect(
    '一表申请:同一事实只问一次,带出的内容写明来源',
    Object.values(opened.application.origins).some((origin) => origin.kind !== 'entered'),
  )
  const { applicationId } = opened.application
  const stale = await refusalOf(() =>
    driver.call(project.by, saveDraft, {
      params: { applicationId },
      body: { version: opened.application.version - 1, answers: opened.application.answers },
    }),
  )
  tour.expect(
    '两人同时改草稿:后保存的人得到说明,不会覆盖',
    stale?.problem.status === 409,
    stale?.message ?? '没有被拒绝',
  )
  const body = { version: opened.application.version, declared: true as const }
  const key = `tour-${applicationId}`
  const [first, second] = await Promise.all([
    driver
      .callWithKey(project.by, submitApplication, { params: { applicationId }, body }, key)
      .catch((cause: unknown) => cause),
    driver
      .callWithKey(project.by, submitApplication, { params: { applicationId }, body }, key)
      .catch((cause: unknown) => cause),
  ])
  const again = await driver.callWithKey(project.by, submitApplication, { params: { applicationId }, body }, key)
  const receipts = new Set(
    [first, second, again].flatMap((reply) =>
      reply instanceof Error ? [] : [(reply as typeof again).submission.receiptNumber],
    ),
  )
  const file = await driver.call(project.by, readApplication, { params: { applicationId } })
  tour.expect(
    '同一提交发送三次只有一份收件凭证',
    receipts.size === 1 && file.submissions.length === 1,
    [...receipts].join(', '),
  )
  const corrected = await correct(driver, actors.window, applicationId)
  tour.expect('补正一次性列出,标到字段', corrected.corrections[0]?.points[0]?.anchor === 'field:projectContent')
  const forbidden = await refusalOf(() =>
    driver.call(project.by, saveDraft, {
      params: { applicationId },
      body: {
        version: corrected.application.version,
        answers: { ...corrected.application.answers, projectName: '改了不该改的' },
      },
    }),
  )
  tour.expect('补正时只能改被指出的内容', forbidden !== null && forbidden.problem.status < 500, '没有被拒绝')
  const answered = await driver.call(project.by, saveDraft, {
    params: { applicationId },
    body: {
      version: corrected.application.version,
      answers: {
        ...corrected.application.answers,
        projectContent: '地上建筑面积 10710 平方米,地下 1890 平方米。(示范数据)',
      },
    },
  })
  await driver.call(project.by, submitApplication, {
    params: { applicationId },
    body: { version: answered.application.version, declared: true },
  })
  const own = await refusalOf(() =>
    driver.call(project.by, acceptApplication, { params: { applicationId }, body: { version: 1 } }),
  )
  tour.expect('申请人不能受理自己的申请', own?.problem.status === 403, own?.message ?? '没有被拒绝')

  await driver.moveTo(instant('2026-02-11T10:00:00+08:00'))
  const accepted = await accept(driver, actors.window, applicationId)
  tour.expect('受理后各部门同时收到事项', accepted.itemRuns.length === itemIds.length)
  const permit = accepted.itemRuns.find((run) => run.itemId === 'I-203')
  if (permit === undefined) throw new Error('the planning permit is not among the items')
  const statutory = permit.clocks.find((clock) => clock.kind === 'statutory')
  if (statutory === undefined) throw new Error('the planning permit has no statutory clock')
  await printClock(tour, driver, 'supervisor', statutory)
  // 2026-02-11 + 20 working days, make-up Saturdays 02-14 and 02-28 counted, Spring Festival 02-15 to 02-23 not.
  tour.expect(
    '建设工程规划许可证法定 20 个工作日,跨春节和两个调休上班日,到期 2026-03-17',
    statutory.due === '2026-03-17',
    String(statutory.due),
  )

  const asked = await consult(driver, permit, ['urban-management', 'traffic-police'], 3)
  tour.expect('同时征求两个部门意见', asked.opinionTasks.length === 2)
  const early = await refusalOf(() => draft(driver, asked))
  tour.expect('意见未齐不能拟定决定,并说明在等谁', early?.problem.status === 409, early?.message ?? '没有被拒绝')
  const opined = await opine(driver, asked, 'agree-with-conditions')
  tour.expect(
    '最后一份意见到达,无需点击即可拟定决定',
    opined.may['draft'] === null,
    JSON.stringify(opined.may['draft']),
  )

  const paused = await pause(driver, opined)
  tour.expect('依法定事由停止计时,状态不变、另记停办原因', paused.hold !== null && paused.state === 'handling')
  await driver.moveTo(instant('2026-02-24T10:00:00+08:00'))
  const resumed = await resume(driver, await reread(driver, paused))
  const after = resumed.clocks.find((clock) => clock.kind === 'statutory')
  if (after !== undefined) await printClock(tour, driver, 'supervisor', after)
  tour.expect(
    '恢复后剩余天数保持不变',
    after?.remaining === 20 && after.state === 'running',
    `${after?.remaining} ${after?.state}`,
  )
  tour.expect(
    '停止期间计入第三方或申请人,三方用时相加等于总历时',
    after !== undefined &&
      after.totals.gross === after.totals.authority + after.totals.applicant + after.totals.thirdParty,
  )

  const drafted = await draft(driver, resumed, ['施工期间保留消防通道。'])
  const selfReview = await refusalOf(() =>
    review(driver, { ...drafted, department: drafted.department }).then(() => undefined),
  )
  tour.expect('拟定人以外的人审核通过', selfReview === null, selfReview?.message ?? '')
  const reviewed = await reread(driver, drafted)
  if (!isFree(reviewed)) {
    const held = await refusalOf(() => issue(driver, reviewed))
    tour.expect('没有人防审核通知书,不能作出规划许可', held?.problem.status === 409, held?.message ?? '没有被拒绝')
    tour.line(`拒绝理由:${held?.problem.detail ?? ''}`)
  } else tour.expect('人防审核应为规划许可的前置条件', false, JSON.stringify(reviewed.frontConditions))
  const closed = await decideAll(hand, await driver.call('window', readApplication, { params: { applicationId } }))
  tour.expect(
    '人防审核作出后规划许可可以决定,阶段自动办结',
    closed.application.state === 'closed',
    closed.application.state,
  )
  await checkClocks(tour, driver, 'supervisor', closed)

  tour.heading('施工许可')
  await checkPapers(hand, await takeStage(hand, registered, 'ST3'))
  return registered
}

const playShop = async (hand: Stagehand): Promise<Registered> => {
  const { tour, driver, actors } = hand
  const project = demoProject('恒远社区便民商业楼')
  tour.heading(`小型社会投资项目:${project.name}`)
  const registered = await register(driver, actors, project, 2)
  for (const stage of ['ST1', 'ST2', 'ST3']) await takeStage(hand, registered, stage)
  return registered
}

const certificatesOf = (progress: PublicProgress): readonly { code: string; number: string }[] =>
  progress.stages.flatMap((stage) =>
    stage.applications.flatMap((application) =>
      application.items.flatMap((item) =>
        item.decision === null || item.decision.verificationCode === null
          ? []
          : [{ code: item.decision.verificationCode, number: item.decision.documentNumber }],
      ),
    ),
  )

const checkPublic = async (
  { tour, driver }: Stagehand,
  registered: Registered,
  names: readonly string[],
): Promise<void> => {
  tour.heading(`公开进度:${registered.project.name}`)
  const text = JSON.stringify(
    await driver.json(`/api/public/projects/${encodeURIComponent(registered.caseNumber)}/progress`),
  )
  const progress = JSON.parse(text) as PublicProgress
  tour.expect('公开页列出三个阶段', progress.stages.length === 3, String(progress.stages.length))
  const leaked = names.filter((name) => text.includes(name))
  tour.expect('公开内容没有任何人名、电话', leaked.length === 0 && !hasPhone(text), leaked.join('、'))
  const certificates = certificatesOf(progress)
  const permit = certificates.find(
    (certificate) => certificate.number.includes('住房') || certificate.number.includes('住建'),
  )
  tour.expect(
    '取得施工许可证',
    certificates.length > 3 && permit !== undefined,
    certificates.map((each) => each.number).join(' '),
  )
  for (const { code, number } of certificates.slice(-2)) {
    const verified = (await driver.json(`/api/public/certificates/${code}`)) as {
      documentNumber: string
      state: string
    }
    tour.expect(`${number} 验真有效`, verified.documentNumber === number && verified.state === 'in-force')
  }
  await checkProofs(tour, driver, registered.project.name, progress.facts)
}

const checkPapers = async ({ tour, driver }: Stagehand, files: readonly ApplicationFile[]): Promise<void> => {
  const runs: readonly ItemRunView[] = files.flatMap((file) => file.itemRuns)
  const withPaper = runs.find((run) => (run.decision?.certificateId ?? null) !== null)
  const certificateId = withPaper?.decision?.certificateId ?? null
  if (certificateId === null) return tour.expect('有证件可下载', false)
  const paper = await driver.bytes('zhujian', `/api/certificates/${certificateId}/document`)
  tour.expect(
    '证件为 PDF',
    new TextDecoder().decode(paper.content.slice(0, 5)) === '%PDF-' && paper.mediaType.startsWith('application/pdf'),
  )
}

export const play = async (tour: Tour): Promise<void> => {
  const server = await startServer({
    env: { MINGZHU_DEMO: 'cast', MINGZHU_CLOCK: 'simulated', MINGZHU_CLOCK_START: '2026-01-12T09:30:00+08:00' },
  })
  try {
    const driver = await httpDriver(server.url)
    const actors = await actorsOf(driver)
    const hand: Stagehand = { tour, driver, actors }
    tour.line(`模拟时钟 ${localDateOf(driver.now())}`)
    const school = await playSchool(hand)
    const shop = await playShop(hand)
    const accounts = (await driver.json('/api/demo-accounts')) as readonly { name: string }[]
    const names = accounts.map((account) => account.name)
    await checkPublic(hand, school, names)
    await checkPublic(hand, shop, names)
  } finally {
    await server.stop()
  }
}
