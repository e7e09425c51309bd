import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openWindow, type Window } from '../../../tests/support/window.ts'
import type { Actor } from '../../kernel/actor.ts'
import type { ProjectId } from '../../kernel/identity.ts'
import { addDays, type LocalDate, localDate } from '../../kernel/time.ts'
import * as contract from './contract/milestones.ts'
import { acceptApplication, decide, readApplication } from './contract.ts'
import { lifeOrder, outOfOrder } from './model/milestones.ts'

let window: Window
beforeAll(async () => {
  window = await openWindow()
})
afterAll(() => window.close())

const today = localDate('2026-03-02')
const milestonesOf = (projectId: ProjectId, by: Actor = window.applicant) =>
  window.as(by).call(contract.listMilestones, { params: { projectId } })
const one = async (projectId: ProjectId, milestone: string, by: Actor = window.applicant) => {
  const found = (await milestonesOf(projectId, by)).milestones.find((each) => each.milestone === milestone)
  if (found === undefined) throw new Error(`no milestone ${milestone}`)
  return found
}
const register = (
  projectId: ProjectId,
  milestone: string,
  reachedOn: LocalDate = today,
  by: Actor = window.applicant,
) =>
  window.as(by).call(contract.registerMilestone, {
    params: { projectId, milestone },
    body: { reachedOn, note: '', uploadIds: [] },
  })
const correct = (projectId: ProjectId, milestone: string, reachedOn: LocalDate | null, by: Actor = window.clerk) =>
  window.as(by).call(contract.correctMilestone, {
    params: { projectId, milestone },
    body: { reachedOn, reason: '日期录错', uploadIds: [] },
  })

describe('a milestone that an item waits for', () => {
  it('blocks the acceptance with a sentence that says what to do, until it is registered', async () => {
    const projectId = await window.project()
    const waiting = await window.submitted({ projectId, stage: 'ST4', itemIds: ['I-405'], milestones: 'open' })
    const params = { applicationId: waiting.application.applicationId }
    const refusal = await window.refusalOf(window.accept(waiting))
    expect(refusal.code).toBe('approvals.front-condition-open')
    expect(refusal.sentence.zh).toContain('工程完工')
    expect(refusal.sentence.zh).toContain('项目节点')
    const file = await window.as(window.clerk).call(readApplication, { params })
    expect(file.may['accept']?.zh).toContain('工程完工')
    expect((await one(projectId, 'works-complete')).awaitedBy.map((name) => name.zh)).toContain(
      '建设工程档案验收与移交',
    )
    await register(projectId, 'works-complete')
    const accepted = await window
      .as(window.clerk)
      .call(acceptApplication, { params, body: { version: file.application.version } })
    expect(accepted.application.state).toBe('accepted')
  })
  it('blocks the decision where the law says so, and tells the department when it is reached', async () => {
    const projectId = await window.project()
    await window.closed({ projectId, itemIds: ['I-105'] })
    const file = await window.accepted({ projectId, itemIds: ['I-107'], milestones: 'open' })
    const [run] = file.itemRuns
    if (run === undefined) throw new Error('no run')
    const ready = await window.reviewedRun(run)
    expect(ready.frontConditions.find((each) => each.milestone === 'land-obtained')?.blocks).toBe('before-decision')
    const { approver } = await window.officers(run.department)
    const deciding = () =>
      window.as(approver).call(decide, { params: { itemRunId: run.itemRunId }, body: { version: ready.version } })
    expect((await window.refusalOf(deciding())).sentence.zh).toContain('签订出让合同')
    await register(projectId, 'land-obtained')
    const after = await window.file(file.application.applicationId)
    expect(after.timeline.some((row) => row.kind === 'approvals.front-condition-met')).toBe(true)
    expect((await deciding()).state).toBe('decided')
  })
  it('is reached without registration where the registers or the form prove it', async () => {
    const projectId = await window.project()
    const before = await one(projectId, 'project-code')
    expect(before.reachedOn).toBeNull()
    await window.accepted({ projectId, itemIds: ['I-106'], milestones: 'open' })
    expect(await one(projectId, 'project-code')).toMatchObject({ origin: 'derived', reachedOn: today })
    const coded = await window.project({ projectCode: '2509-320193-89-01-544060' })
    expect((await one(coded, 'project-code')).basis?.zh).toContain('2509-320193-89-01-544060')
    expect((await one(projectId, 'contractor-appointed')).reachedOn).toBeNull()
    await window.platform.transact(window.clerk, (unit) =>
      window.projects.writer.addParty(unit, projectId, {
        role: 'contractor',
        organisationId: window.otherOwner,
        responsiblePersonId: null,
        responsibleName: null,
      }),
    )
    expect(await one(projectId, 'contractor-appointed')).toMatchObject({ origin: 'derived' })
    expect((await window.refusalOf(register(projectId, 'contractor-appointed'))).code).toBe(
      'approvals.milestone-reached',
    )
  })
})

describe('registration', () => {
  it('waits for what the law wants decided before', async () => {
    const projectId = await window.project()
    await window.accepted({ projectId, stage: 'ST4', itemIds: ['I-405'] })
    const refusal = await window.refusalOf(register(projectId, 'completion-accepted'))
    expect(refusal.code).toBe('approvals.milestone-needs-decisions')
    expect(refusal.sentence.zh).toContain('规划核实')
    expect((await one(projectId, 'construction-start')).needs.map((need) => need.zh).join()).toContain('施工许可证')
    // What the project does not need is no condition.
    const other = await window.project()
    await register(other, 'completion-accepted')
    expect((await one(other, 'completion-accepted')).reachedOn).toBe(today)
  })
  it('takes no day in the future, and none out of the order of building', async () => {
    const projectId = await window.project()
    expect((await window.refusalOf(register(projectId, 'works-complete', addDays(today, 1)))).code).toBe(
      'approvals.milestone-in-future',
    )
    await register(projectId, 'works-complete', localDate('2026-02-10'))
    expect((await window.refusalOf(register(projectId, 'construction-start', localDate('2026-02-11')))).code).toBe(
      'approvals.milestone-out-of-order',
    )
    await register(projectId, 'construction-start', localDate('2025-02-10'))
    expect((await window.refusalOf(register(projectId, 'nothing'))).code).toBe('approvals.milestone-unknown')
  })
  it('moves a project under construction on to its acceptance, and back when it was a mistake', async () => {
    const projectId = await window.project()
    const stage = async () => (await window.projects.reader.project(window.platform.db, projectId))?.stage
    await window.platform.transact(window.clerk, async (unit) => {
      for (const next of ['planning', 'permit', 'construction'] as const)
        await window.projects.writer.advanceStage(unit, projectId, next, '测试')
    })
    await register(projectId, 'works-complete')
    expect(await stage()).toBe('acceptance')
    await correct(projectId, 'works-complete', null)
    expect(await stage()).toBe('construction')
    expect((await one(projectId, 'works-complete')).records.map((record) => record.reachedOn)).toEqual([null, today])
    await register(projectId, 'works-complete')
    expect(await stage()).toBe('acceptance')
  })
  it('keeps evidence for those who may see the project alone', async () => {
    const projectId = await window.project()
    const { uploadId, sha256 } = await window.upload(window.applicant, '出让合同.pdf')
    const foreign = await window.upload(window.stranger)
    const body = { reachedOn: today, note: '合同已签', uploadIds: [uploadId] }
    const params = { projectId, milestone: 'land-obtained' }
    expect(
      (
        await window.refusalOf(
          window
            .as(window.applicant)
            .call(contract.registerMilestone, { params, body: { ...body, uploadIds: [foreign.uploadId] } }),
        )
      ).code,
    ).toBe('approvals.foreign-upload')
    const after = await window.as(window.applicant).call(contract.registerMilestone, { params, body })
    const [record] = after.milestones.find((each) => each.milestone === 'land-obtained')?.records ?? []
    if (record === undefined) throw new Error('no record')
    const file = { params: { projectId, recordId: record.recordId, sha256 } }
    expect((await window.as(window.clerk).download(contract.readMilestoneFile, file)).fileName).toBe('出让合同.pdf')
    expect((await window.refusalOf(window.as(window.stranger).download(contract.readMilestoneFile, file))).kind).toBe(
      'missing',
    )
  })
})

describe('correction', () => {
  it('is the window’s, with a reason, and keeps what was registered before', async () => {
    const projectId = await window.project()
    await register(projectId, 'land-obtained')
    expect((await window.refusalOf(correct(projectId, 'land-obtained', addDays(today, 3)))).code).toBe(
      'approvals.milestone-in-future',
    )
    await correct(projectId, 'land-obtained', addDays(today, -3))
    const after = await one(projectId, 'land-obtained')
    expect(after.reachedOn).toBe(addDays(today, -3))
    expect(after.records).toHaveLength(2)
    expect(after.records[0]?.reason).toBe('日期录错')
    expect((await window.refusalOf(register(projectId, 'land-obtained'))).code).toBe('approvals.milestone-reached')
  })
  it('does not touch what another finding registered', async () => {
    const projectId = await window.project()
    await window.reachMilestones(projectId, ['I-107'])
    expect((await window.refusalOf(correct(projectId, 'land-obtained', null))).code).toBe(
      'approvals.milestone-by-system',
    )
  })
})

describe('who may', () => {
  it('see, register and correct milestones', async () => {
    const projectId = await window.project()
    const { approver } = await window.officers('housing')
    const codes = async (work: (by: Actor) => Promise<unknown>) => {
      const found: string[] = []
      for (const by of [window.applicant, window.stranger, window.clerk, approver, window.supervisor])
        try {
          await work(by)
          found.push('done')
        } catch {
          found.push((await window.refusalOf(work(by))).code.replace('approvals.', ''))
        }
      return found
    }
    const missing = 'milestone-project-missing'
    expect(await codes((by) => milestonesOf(projectId, by))).toEqual(['done', missing, 'done', 'done', 'done'])
    const future = addDays(today, 1)
    expect(await codes((by) => register(projectId, 'land-obtained', future, by))).toEqual([
      'milestone-in-future',
      missing,
      'milestone-in-future',
      'milestone-not-yours',
      'milestone-not-yours',
    ])
    await register(projectId, 'land-obtained')
    expect(await codes((by) => correct(projectId, 'land-obtained', future, by))).toEqual([
      'milestone-clerk-corrects',
      missing,
      'milestone-in-future',
      'milestone-clerk-corrects',
      'milestone-clerk-corrects',
    ])
    expect(contract.registerMilestone.access).toEqual({ roles: ['applicant', 'clerk'] })
    expect(contract.correctMilestone.access).toEqual({ roles: ['clerk'] })
    const own = await window.person(
      '窗口兼建设单位',
      { role: 'clerk', department: 'service-hall' },
      { role: 'site-manager', organisationId: window.owner },
    )
    expect((await window.refusalOf(correct(projectId, 'land-obtained', today, own))).code).toBe(
      'approvals.milestone-own-organisation',
    )
  })
})

describe('the order of building', () => {
  it('is broken exactly when a moment lies before an earlier or after a later one', () => {
    fc.assert(
      fc.property(
        fc.array(fc.option(fc.integer({ min: 0, max: 30 }), { nil: null }), { minLength: 4, maxLength: 4 }),
        fc.integer({ min: 0, max: 3 }),
        fc.integer({ min: 0, max: 30 }),
        (days, at, day) => {
          const of = (offset: number): LocalDate => addDays(today, offset)
          const reached = new Map(
            lifeOrder.flatMap((id, index) => {
              const known = days[index]
              return known === null || known === undefined || index === at ? [] : [[id, of(known)] as const]
            }),
          )
          const wrong = outOfOrder(lifeOrder[at] ?? '', of(day), reached)
          const breaks = days.some(
            (known, index) => known !== null && index !== at && (index < at ? day < known : day > known),
          )
          expect(wrong !== null).toBe(breaks)
        },
      ),
    )
    expect(outOfOrder('land-obtained', today, new Map([['works-complete', today]]))).toBeNull()
  })
})
