/** The end of the works: inspections, joint acceptance of one building first and of the rest with a recheck, and the filing. */
import { registerMilestone } from '../../../src/capabilities/approvals/contract/milestones.ts'
import {
  type AcceptanceView,
  applyAcceptance,
  askRecheck,
  bookInspection,
  type CompletionView,
  concludeAcceptance,
  decideFiling,
  giveResult,
  type ResultInput,
  readCompletion,
  recordInspection,
  registerBuilding,
  setSiteDay,
  submitFiling,
} from '../../../src/capabilities/completion/contract.ts'
import { localDateOf } from '../../../src/kernel/time.ts'
import type { Words } from '../../../src/kernel/words.ts'
import { finish, loginsOf, paperFor, type Registered } from '../../../src/server/demo/story.ts'
import { refusalOf } from '../checks.ts'
import { accepted, goTo, itemOf, only, type Stage } from './stage.ts'

const pass: ResultInput = { result: 'pass', text: '符合要求。', remarks: [], uploadIds: [] }

const stateWords: Readonly<Record<AcceptanceView['parts'][number]['state'], string>> = {
  open: '待验收',
  remarks: '整改中',
  passed: '合格',
  failed: '不合格',
  cancelled: '取消',
}

export const playCompletion = async (stage: Stage, registered: Registered): Promise<void> => {
  const { tour, driver } = stage
  const { by } = registered.project
  const params = { projectId: registered.projectId }
  const today = () => localDateOf(driver.now())
  const read = (login = by): Promise<CompletionView> => driver.call(login, readCompletion, { params })
  const told = (words: readonly Words[]): string => words.map((each) => each.zh).join(';')
  const inspect = async (name: string): Promise<number> => {
    const open = (await read()).inspections.filter(
      (each) => each.required && each.state !== 'passed' && (each.buildingName ?? name) === name,
    )
    for (const { inspectionId, department } of open) {
      await driver.call(by, bookInspection, { params: { inspectionId }, body: { day: today(), note: '' } })
      await driver.call(loginsOf(department).reviewer, recordInspection, { params: { inspectionId }, body: pass })
    }
    return open.length
  }
  const apply = (kind: 'partial' | 'final', buildingIds: CompletionView['buildings'][number]['buildingId'][] = []) =>
    driver.call(by, applyAcceptance, {
      params,
      body: { kind, buildingIds, statement: '已按图施工完毕,资料齐全。', uploadIds: [] },
    })
  const newest = (view: CompletionView, kind: 'partial' | 'final'): AcceptanceView =>
    only(
      view.acceptances.filter((each) => each.kind === kind && each.state !== 'withdrawn'),
      'acceptance',
    )
  const examine = async (acceptance: AcceptanceView, results: Readonly<Record<string, ResultInput>> = {}) => {
    for (const part of acceptance.parts.filter((each) => each.state === 'open'))
      await driver.call(loginsOf(part.department).reviewer, giveResult, {
        params: { partId: part.partId },
        body: results[part.matter] ?? pass,
      })
  }
  const tell = (acceptance: AcceptanceView): void => {
    tour.line(
      `${acceptance.number} ${acceptance.buildings.map((each) => each.name).join('、')}:应于 ${acceptance.dueOn} 前完成(${acceptance.limit.days} 个工作日,${acceptance.limit.source.basis}${'DEX'.includes(acceptance.limit.source.certainty) ? ',待核' : ''})`,
    )
    for (const part of acceptance.parts)
      tour.line(
        `   ${part.departmentName} ${part.name.zh}:第 ${part.round} 轮${stateWords[part.state]},至 ${part.dueOn}(${part.source.basis})`,
      )
  }
  const lead = loginsOf('housing')
  const siteDay = ({ acceptanceId }: AcceptanceView) =>
    driver.call(lead.lead, setSiteDay, { params: { acceptanceId }, body: { day: today(), note: '' } })
  const conclude = ({ acceptanceId }: AcceptanceView) =>
    driver.call(lead.approver, concludeAcceptance, {
      params: { acceptanceId },
      body: { text: '各专项验收合格,同意通过联合验收。' },
    })

  tour.heading('联合验收:先分期、后最终,一次复验,竣工验收备案')
  await goTo(stage, '2026-10-12')
  for (const name of ['1号楼', '2号楼'])
    await driver.call(by, registerBuilding, { params, body: { name, floorAreaM2: 1_200 } })
  const early = await refusalOf(async () => apply('partial', [only((await read()).buildings, 'building').buildingId]))
  tour.expect('必检项目未合格不能申请验收', early?.problem.code === 'completion.acceptance-blocked', early?.message)
  tour.line(`拒绝理由:${early?.problem.detail ?? ''}`)
  tour.expect('1号楼必检项目逐项合格', (await inspect('1号楼')) > 3)
  const first = only((await read()).buildings, 'building')
  const partial = newest(await apply('partial', [first.buildingId]), 'partial')
  tell(partial)
  const departments = new Set(partial.parts.map((part) => part.department))
  // Monday 12 October + 10 working days.
  tour.expect(
    '一次申请,各部门同时验收,十个工作日:10 月 26 日',
    departments.size > 2 && partial.dueOn === '2026-10-26',
    `${[...departments].join()} ${partial.dueOn}`,
  )
  await goTo(stage, '2026-10-15')
  await siteDay(partial)
  await examine(partial)
  const inUse = await conclude(partial)
  tour.expect(
    '分期验收通过:1号楼可以使用,2号楼不可以;尚不起算备案',
    inUse.buildings.map((each) => each.mayBeUsed).join() === 'true,false' && inUse.filing === null,
    JSON.stringify(inUse.buildings),
  )

  await goTo(stage, '2026-11-02')
  await inspect('2号楼')
  const waiting = (await read()).blocking
  tour.line(`最终验收之前:${told(waiting)}`)
  tour.expect('未登记工程完工不能申请最终验收', told(waiting).includes('工程完工'), told(waiting))
  await driver.call(by, registerMilestone, {
    params: { ...params, milestone: 'works-complete' },
    body: { reachedOn: today(), note: '', uploadIds: [] },
  })
  const unchecked = await refusalOf(() => apply('final'))
  tour.expect(
    '未经规划核实不得组织竣工验收',
    unchecked?.problem.code === 'completion.acceptance-blocked' && unchecked.problem.detail.includes('规划核实'),
    unchecked?.message ?? '没有被拒绝',
  )
  tour.line(`拒绝理由:${unchecked?.problem.detail ?? ''}`)
  const check = await accepted(stage, registered, 'ST4', ['I-401'])
  await finish(driver, itemOf(check, 'I-401'))
  const final = newest(await apply('final'), 'final')
  tell(final)
  tour.expect('最终验收只含其余单体', final.buildings.map((each) => each.name).join() === '2号楼')
  await goTo(stage, '2026-11-05')
  await siteDay(final)
  await examine(final, { fire: { ...pass, result: 'fail', text: '防火门闭门器缺失。' } })
  const failed = newest(await read(), 'final')
  tour.expect('一项不合格,等待复验', failed.state === 'recheck', failed.state)
  const hasty = await refusalOf(() => conclude(final))
  tour.expect('未全部合格不能出具意见', hasty?.problem.code === 'completion.not-all-passed', hasty?.message)
  tour.line(`拒绝理由:${hasty?.problem.detail ?? ''}`)
  await driver.call(by, askRecheck, {
    params: { acceptanceId: final.acceptanceId },
    body: { statement: '闭门器已补装。' },
  })
  const again = newest(await read(), 'final')
  tell(again)
  const fire = again.parts.filter((part) => part.state === 'open')
  // Thursday 5 November + 5 working days.
  tour.expect(
    '只复验不合格事项,五个工作日:11 月 12 日',
    fire.map((part) => `${part.matter} ${part.round} ${part.dueOn}`).join() === 'fire 2 2026-11-12',
    fire.map((part) => `${part.matter} ${part.round} ${part.dueOn}`).join(),
  )
  await goTo(stage, '2026-11-09')
  await examine(again)
  const examiner = await refusalOf(() =>
    driver.call(lead.reviewer, concludeAcceptance, {
      params: { acceptanceId: final.acceptanceId },
      body: { text: '同意。' },
    }),
  )
  tour.expect('验收人员不能自己出具意见', examiner?.problem.status === 403, examiner?.message ?? '没有被拒绝')
  const done = await conclude(final)
  const { opinion } = newest(done, 'final')
  tour.line(`联合验收意见 ${opinion?.number ?? ''}`)
  const page = new TextDecoder().decode((await driver.bytes(null, `/acceptance/${opinion?.code ?? ''}`)).content)
  const paper = await driver.bytes(by, `/api/acceptances/${final.acceptanceId}/opinion`)
  tour.expect(
    '一份意见(PDF),任何人可查验',
    opinion !== null &&
      page.includes(opinion.number) &&
      new TextDecoder().decode(paper.content.slice(0, 5)) === '%PDF-',
  )
  tour.line(
    `竣工验收 ${done.filing?.acceptedOn ?? ''},应于 ${done.filing?.dueOn ?? ''} 前备案(${done.filing?.source.basis ?? ''})`,
  )
  // 9 November + 15 days, a Tuesday.
  tour.expect('自最终验收合格之日起十五日内备案:11 月 24 日', done.filing?.dueOn === '2026-11-24', done.filing?.dueOn)
  await goTo(stage, '2026-11-16')
  const file = async () =>
    driver.call(by, submitFiling, {
      params,
      body: { uploadIds: [await driver.upload(by, '竣工验收备案表.pdf', await paperFor('竣工验收备案表'))] },
    })
  const decide = (accept: boolean) =>
    driver.call(lead.reviewer, decideFiling, { params, body: { accept, reason: accept ? '' : '缺工程质量保修书。' } })
  await file()
  const returned = await decide(false)
  tour.expect('材料不齐退回并写明理由', returned.filing?.returned?.reason === '缺工程质量保修书。')
  await goTo(stage, '2026-11-18')
  await file()
  const { filing } = await decide(true)
  tour.expect(
    `按期备案 ${filing?.number ?? ''}`,
    filing?.state === 'filed' && filing.late === false,
    JSON.stringify(filing),
  )
}
