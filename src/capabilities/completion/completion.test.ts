import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openWindow, type Window } from '../../../tests/support/window.ts'
import type { Actor, Person } from '../../kernel/actor.ts'
import type { ProjectId } from '../../kernel/identity.ts'
import { addDays, addMs, DAY_MS, localDateOf } from '../../kernel/time.ts'
import { listMilestones } from '../approvals/contract/milestones.ts'
import * as contract from './contract.ts'
import { blockingInspections, partStates, stateOfParts } from './model/states.ts'

let window: Window
let inspector: Record<string, Person>
let approver: Person
beforeAll(async () => {
  window = await openWindow()
  inspector = {}
  for (const department of ['housing', 'planning-resources', 'civil-defence', 'archives'])
    inspector[department] = await window.person(`${department}监督`, { role: 'inspector', department })
  approver = (await window.officers('housing')).approver
})
afterAll(() => window.close())

const today = () => localDateOf(window.platform.clock())
const read = (projectId: ProjectId, by: Actor = window.applicant) =>
  window.as(by).call(contract.readCompletion, { params: { projectId } })
const building = (projectId: ProjectId, name = '1号楼', by: Actor = window.applicant) =>
  window.as(by).call(contract.registerBuilding, { params: { projectId }, body: { name, floorAreaM2: null } })
const of = (department: string): Person => {
  const person = inspector[department]
  if (person === undefined) throw new Error(`nobody inspects for ${department}`)
  return person
}
const pass = { result: 'pass' as const, text: '符合要求', remarks: [], uploadIds: [] }
const book = (inspectionId: contract.InspectionId, by: Actor = window.applicant) =>
  window.as(by).call(contract.bookInspection, { params: { inspectionId }, body: { day: today(), note: '' } })
const record = (inspection: contract.InspectionView, body: contract.ResultInput = pass, by?: Actor) =>
  window
    .as(by ?? of(inspection.department))
    .call(contract.recordInspection, { params: { inspectionId: inspection.inspectionId }, body })
/** Brings every required inspection of a project to its pass. */
const passAll = async (projectId: ProjectId) => {
  for (const each of (await read(projectId)).inspections.filter((one) => one.required && one.state !== 'passed')) {
    await book(each.inspectionId)
    await record(each)
  }
  return read(projectId)
}
const only = <T>(list: readonly T[], at = 0): T => {
  const value = list[at]
  if (value === undefined) throw new Error('nothing there')
  return value
}
const photo = (by: Person = window.applicant) => window.upload(by, '现场.jpg')
const worksComplete = (projectId: ProjectId) =>
  window.platform.transact({ kind: 'system', name: 'test' }, (unit) =>
    window.approvals.writer.reachMilestone(unit, projectId, 'works-complete', { reachedOn: unit.today, note: '' }),
  )
const apply = (
  projectId: ProjectId,
  kind: 'partial' | 'final',
  buildingIds: contract.BuildingId[] = [],
  by: Actor = window.applicant,
) =>
  window.as(by).call(contract.applyAcceptance, {
    params: { projectId },
    body: { kind, buildingIds, statement: '工程已完工', uploadIds: [] },
  })
const siteDay = (acceptanceId: contract.AcceptanceId, by: Actor) =>
  window.as(by).call(contract.setSiteDay, { params: { acceptanceId }, body: { day: today(), note: '' } })
const give = (part: contract.AcceptanceView['parts'][number], body: contract.ResultInput = pass, by?: Actor) =>
  window.as(by ?? of(part.department)).call(contract.giveResult, { params: { partId: part.partId }, body })
const conclude = (acceptanceId: contract.AcceptanceId, by: Actor = approver, usable?: contract.BuildingId[]) =>
  window
    .as(by)
    .call(contract.concludeAcceptance, { params: { acceptanceId }, body: { text: '同意通过联合验收。', usable } })
const code = async (work: Promise<unknown>) => (await window.refusalOf(work)).code.replace('completion.', '')
/** A project with one building, everything inspected, and its final acceptance examined by all departments. */
const examined = async () => {
  const projectId = await window.project()
  await building(projectId)
  await passAll(projectId)
  await worksComplete(projectId)
  const acceptance = only((await apply(projectId, 'final')).acceptances)
  await siteDay(acceptance.acceptanceId, (await window.officers('housing')).lead)
  for (const part of acceptance.parts) await give(part)
  return { projectId, acceptance }
}

describe('inspections during construction', () => {
  it('are planned with the building, required ones with their source, and cannot be removed', async () => {
    const projectId = await window.project()
    const view = await building(projectId)
    expect(view.inspections.filter((each) => each.required).map((each) => each.kind)).toEqual(
      expect.arrayContaining(['setting-out', 'foundation', 'structure', 'energy', 'fire']),
    )
    const required = only(view.inspections)
    expect(required.source.basis).not.toBe('')
    const remove = (inspectionId: contract.InspectionId, by: Actor = window.applicant) =>
      window.as(by).call(contract.removeInspection, { params: { inspectionId } })
    expect(await code(remove(required.inspectionId))).toBe('inspection-required')
    const more = await window.as(of('housing')).call(contract.planInspection, {
      params: { projectId },
      body: { kind: 'special', buildingId: only(view.buildings).buildingId, part: '幕墙' },
    })
    const special = only(more.inspections.filter((each) => each.kind === 'special'))
    expect((await remove(special.inspectionId)).inspections).toHaveLength(view.inspections.length)
    expect(await code(building(projectId))).toBe('building-name-taken')
  })
  it('keep the floor area of a building as it was given', async () => {
    const projectId = await window.project()
    const view = await window.as(window.applicant).call(contract.registerBuilding, {
      params: { projectId },
      body: { name: '1号楼', floorAreaM2: 1_200.5 },
    })
    expect(only(view.buildings).floorAreaM2).toBe(1_200.5)
  })
  it('are booked by the owner, held by the department with photos, and passed', async () => {
    const projectId = await window.project()
    const inspection = only((await building(projectId)).inspections.filter((each) => each.kind === 'foundation'))
    expect(await code(record(inspection))).toBe('not-booked')
    expect(await code(book(inspection.inspectionId, window.clerk))).toBe('not-owner')
    await book(inspection.inspectionId)
    expect(await code(record(inspection, pass, of('archives')))).toBe('not-in-department')
    const { uploadId, sha256 } = await photo(of('housing'))
    const after = await record(inspection, { ...pass, uploadIds: [uploadId] })
    const done = only(after.inspections.filter((each) => each.kind === 'foundation'))
    expect(done).toMatchObject({ state: 'passed' })
    expect(only(done.rounds).photos.map((each) => each.sha256)).toEqual([sha256])
    const file = { params: { projectId, sha256 } }
    expect((await window.as(window.applicant).download(contract.readEvidence, file)).fileName).toBe('现场.jpg')
    expect((await window.refusalOf(window.as(window.stranger).download(contract.readEvidence, file))).kind).toBe(
      'missing',
    )
  })
  it('with remarks pass only when every remark is proved and verified', async () => {
    const projectId = await window.project()
    const inspection = only((await building(projectId)).inspections)
    await book(inspection.inspectionId)
    expect(await code(record(inspection, { ...pass, result: 'remarks' }))).toBe('remarks-needed')
    const dueOn = addDays(today(), 5)
    const body = {
      ...pass,
      result: 'remarks' as const,
      remarks: [
        { text: '缺验线记录', dueOn },
        { text: '标识不清', dueOn },
      ],
    }
    const view = await record(inspection, body)
    const remarks = only(view.inspections).remarks
    const prove = async (remarkId: contract.RemarkId, uploadIds: string[]) =>
      window
        .as(window.applicant)
        .call(contract.proveRemark, { params: { remarkId }, body: { text: '已整改', uploadIds } })
    const judge = (remarkId: contract.RemarkId, accept: boolean, by: Actor = of('planning-resources')) =>
      window.as(by).call(contract.judgeRemark, { params: { remarkId }, body: { accept, text: '' } })
    const [first, second] = [only(remarks).remarkId, only(remarks, 1).remarkId]
    expect(await code(prove(first, []))).toBe('proof-needs-file')
    expect(await code(judge(first, true))).toBe('remark-not-proved')
    await prove(first, [(await photo()).uploadId])
    expect(await code(judge(first, true, window.applicant))).toBe('not-in-department')
    expect(only((await judge(first, false)).inspections).state).toBe('remarks')
    await prove(first, [(await photo()).uploadId])
    expect(only((await judge(first, true)).inspections).state).toBe('remarks')
    await prove(second, [(await photo()).uploadId])
    const closed = only((await judge(second, true)).inspections)
    expect(closed.state).toBe('passed')
    expect(closed.remarks.map((each) => each.proofs.map((proof) => proof.accepted))).toEqual([[false, true], [true]])
  })
  it('that failed are booked again', async () => {
    const projectId = await window.project()
    const inspection = only((await building(projectId)).inspections)
    await book(inspection.inspectionId)
    await record(inspection, { ...pass, result: 'fail' })
    await book(inspection.inspectionId)
    const after = only((await record(inspection)).inspections)
    expect(after.state).toBe('passed')
    expect(after.rounds.map((round) => round.result)).toEqual(['fail', 'pass'])
    expect(await code(book(inspection.inspectionId))).toBe('not-bookable')
  })
})

describe('the joint acceptance', () => {
  it('waits for every required inspection, for the end of the works and for the decisions before it', async () => {
    const projectId = await window.project()
    expect(await code(apply(projectId, 'final'))).toBe('no-buildings')
    await building(projectId)
    const refusal = await window.refusalOf(apply(projectId, 'final'))
    expect(refusal.sentence.zh).toContain('地基与基础')
    expect(refusal.sentence.zh).toContain('工程完工')
    await passAll(projectId)
    await worksComplete(projectId)
    await window.accepted({ projectId, stage: 'ST4', itemIds: ['I-405'] })
    expect((await window.refusalOf(apply(projectId, 'final'))).sentence.zh).toContain('规划核实')
    expect((await read(projectId)).blocking.map((each) => each.zh).join()).toContain('规划核实')
  })
  it('fans out to the departments of the rules, with a last day in working days', async () => {
    const { acceptance } = await examined()
    expect(acceptance.parts.map((part) => part.matter)).toEqual([
      'planning',
      'fire',
      'civil-defence',
      'archives',
      'quality',
    ])
    const { due } = window.approvals.reader.lastDay(today(), { days: 10, unit: 'workday' })
    expect(acceptance.dueOn).toBe(due)
    expect(acceptance.parts.every((part) => part.dueOn === due)).toBe(true)
  })
  it('is partial for named buildings first and final for the rest, each with its mark of use', async () => {
    const projectId = await window.project()
    const [one, two] = [
      only((await building(projectId, '1号楼')).buildings),
      only((await building(projectId, '2号楼')).buildings, 1),
    ]
    expect(await code(apply(projectId, 'partial', [one.buildingId]))).toBe('acceptance-blocked')
    await passAll(projectId)
    const partial = only((await apply(projectId, 'partial', [one.buildingId])).acceptances)
    expect(await code(apply(projectId, 'partial', [one.buildingId]))).toBe('building-taken')
    expect(await code(give(only(partial.parts)))).toBe('site-day-first')
    const { lead } = await window.officers('housing')
    await siteDay(partial.acceptanceId, lead)
    for (const part of partial.parts) await give(part)
    const after = await conclude(partial.acceptanceId, approver, [one.buildingId])
    expect(after.buildings.map((each) => [each.acceptedOn !== null, each.mayBeUsed])).toEqual([
      [true, true],
      [false, false],
    ])
    expect(after.filing).toBeNull()
    await worksComplete(projectId)
    const final = only((await apply(projectId, 'final')).acceptances)
    expect(final.buildings.map((each) => each.buildingId)).toEqual([two.buildingId])
    await siteDay(final.acceptanceId, lead)
    for (const part of final.parts) await give(part)
    const done = await conclude(final.acceptanceId, approver, [])
    expect(done.buildings.map((each) => [each.acceptedOn !== null, each.mayBeUsed])).toEqual([
      [true, true],
      [true, false],
    ])
    expect(done.filing).not.toBeNull()
  })
  it('goes through remarks and a recheck before it passes', async () => {
    const projectId = await window.project()
    await building(projectId)
    await passAll(projectId)
    await worksComplete(projectId)
    const acceptance = only((await apply(projectId, 'final')).acceptances)
    const { acceptanceId, parts } = acceptance
    await siteDay(acceptanceId, (await window.officers('housing')).lead)
    const recheck = () =>
      window.as(window.applicant).call(contract.askRecheck, { params: { acceptanceId }, body: { statement: '已整改' } })
    expect(await code(recheck())).toBe('nothing-to-recheck')
    const [planning, fire, ...rest] = [only(parts), only(parts, 1), ...parts.slice(2)]
    await give(planning, { ...pass, result: 'fail' })
    const view = await give(fire, {
      ...pass,
      result: 'remarks',
      remarks: [{ text: '疏散门', dueOn: addDays(today(), 3) }],
    })
    for (const part of rest) await give(part)
    expect(only(view.acceptances).state).toBe('recheck')
    expect(await code(conclude(acceptanceId))).toBe('not-all-passed')
    const again = only((await recheck()).acceptances)
    expect(only(again.parts)).toMatchObject({ state: 'open', round: 2 })
    await give(planning)
    const remark = only(only(again.parts, 1).remarks)
    const params = { remarkId: remark.remarkId }
    await window
      .as(window.applicant)
      .call(contract.proveRemark, { params, body: { text: '已换', uploadIds: [(await photo()).uploadId] } })
    const reopened = await window
      .as(of('housing'))
      .call(contract.judgeRemark, { params, body: { accept: true, text: '' } })
    expect(only(only(reopened.acceptances).parts, 1)).toMatchObject({ state: 'open', round: 2 })
    expect(only((await give(fire)).acceptances).state).toBe('passed')
  })
  it('is concluded by a head who inspected nothing of it, with one document that anybody can verify', async () => {
    const { projectId, acceptance } = await examined()
    const both = await window.person(
      '兼任负责人',
      { role: 'approver', department: 'housing' },
      { role: 'inspector', department: 'housing' },
    )
    const other = await window.project()
    const inspection = only((await building(other)).inspections.filter((each) => each.kind === 'fire'))
    await book(inspection.inspectionId)
    await record(inspection, pass, both)
    // What was inspected in another project does not matter.
    expect((await read(projectId, both)).acceptances.map((each) => each.may.conclude)).toEqual([null])
    expect(await code(conclude(acceptance.acceptanceId, (await window.officers('archives')).approver))).toBe(
      'not-in-department',
    )
    const done = only((await conclude(acceptance.acceptanceId)).acceptances)
    const paper = await window
      .as(window.applicant)
      .download(contract.readOpinion, { params: { acceptanceId: acceptance.acceptanceId } })
    expect(
      Buffer.from(paper.content as Uint8Array)
        .subarray(0, 5)
        .toString(),
    ).toBe('%PDF-')
    const issued = only((await read(projectId)).acceptances).opinion
    expect(issued?.sha256).toMatch(/^[0-9a-f]{64}$/)
    expect(done.opinion?.code).toBe(issued?.code)
    expect(window.test.jobs.some((job) => job.name === 'completion.opinion')).toBe(true)
    const page = (window.completion.pages ?? []).find((each) => each.path === '/acceptance/:code')
    const look = (value: string) =>
      page?.render({
        path: '',
        params: { code: value },
        query: {},
        queryAll: {},
        form: {},
        actor: { kind: 'anonymous' },
        traceId: '',
        language: 'zh',
        ipAddress: '',
      })
    expect((await look(issued?.code ?? ''))?.status).toBeUndefined()
    expect((await look('LYNONE'))?.status).toBe(404)
  })
  it('is not concluded by somebody who examined a part of it', async () => {
    const projectId = await window.project()
    await building(projectId)
    await passAll(projectId)
    await worksComplete(projectId)
    const acceptance = only((await apply(projectId, 'final')).acceptances)
    const both = await window.person(
      '验收并批准',
      { role: 'approver', department: 'housing' },
      { role: 'reviewer', department: 'housing' },
    )
    await siteDay(acceptance.acceptanceId, both)
    for (const part of acceptance.parts)
      await give(part, pass, part.department === 'housing' ? both : of(part.department))
    expect(await code(conclude(acceptance.acceptanceId, both))).toBe('inspected-yourself')
    expect(only((await conclude(acceptance.acceptanceId)).acceptances).state).toBe('concluded')
  })
  it('can be withdrawn and applied for again', async () => {
    const { projectId, acceptance } = await examined()
    const params = { acceptanceId: acceptance.acceptanceId }
    await window.as(window.applicant).call(contract.withdrawAcceptance, { params, body: { reason: '补充材料' } })
    expect((await apply(projectId, 'final')).acceptances.map((each) => each.state)).toEqual(['examining', 'withdrawn'])
  })
})

describe('the filing of the completion', () => {
  const submit = async (projectId: ProjectId) =>
    window.as(window.applicant).call(contract.submitFiling, {
      params: { projectId },
      body: { uploadIds: [(await window.upload(window.applicant, '备案表.pdf')).uploadId] },
    })
  const decide = async (projectId: ProjectId, accept: boolean, by?: Actor) =>
    window.as(by ?? (await window.officers('housing')).reviewer).call(contract.decideFiling, {
      params: { projectId },
      body: { accept, reason: accept ? '' : '缺质量保修书' },
    })
  it('is due 15 days after the final acceptance, which makes the completion accepted', async () => {
    const { projectId, acceptance } = await examined()
    const { filing } = await conclude(acceptance.acceptanceId)
    expect(filing).toMatchObject({ state: 'open', acceptedOn: today(), late: null })
    expect(filing?.dueOn).toBe(window.approvals.reader.lastDay(today(), { days: 15, unit: 'calendar-day' }).due)
    expect(filing?.source.certainty).toBe('A')
    const { milestones } = await window.as(window.applicant).call(listMilestones, { params: { projectId } })
    expect(milestones.find((each) => each.milestone === 'completion-accepted')).toMatchObject({
      origin: 'system',
      reachedOn: today(),
    })
    await submit(projectId)
    expect(await code(decide(projectId, true, of('housing')))).toBe('not-in-department')
    expect((await decide(projectId, false)).filing).toMatchObject({
      state: 'open',
      returned: { reason: '缺质量保修书' },
    })
    await submit(projectId)
    const { filing: filed } = await decide(projectId, true)
    expect(filed).toMatchObject({ state: 'filed', late: false, filedOn: today() })
    expect(await window.completion.reader.summary(window.platform.db, projectId)).toMatchObject({
      acceptedOn: filed?.acceptedOn,
      filing: { late: false, number: filed?.number },
    })
  })
  it('is reminded of, told when overdue, and marked late', async () => {
    const { projectId, acceptance } = await examined()
    await conclude(acceptance.acceptanceId)
    const kinds = async () =>
      (await window.platform.journal.entriesOf(window.platform.db, { projectId })).map((entry) => entry.kind)
    window.test.clock.set(addMs(window.platform.clock(), 13 * DAY_MS))
    await window.fireTimers()
    expect((await kinds()).filter((kind) => kind === 'completion.reminded').length).toBeGreaterThan(0)
    expect(await kinds()).not.toContain('completion.overdue')
    window.test.clock.set(addMs(window.platform.clock(), 10 * DAY_MS))
    await window.fireTimers()
    await window.fireTimers()
    expect((await kinds()).filter((kind) => kind === 'completion.overdue')).toHaveLength(1)
    await submit(projectId)
    expect((await decide(projectId, true)).filing).toMatchObject({ late: true })
  })
})

describe('what waits for a department', () => {
  it('is listed for it alone', async () => {
    const projectId = await window.project()
    const inspection = only((await building(projectId)).inspections.filter((each) => each.kind === 'foundation'))
    await book(inspection.inspectionId)
    const rows = async (by: Actor) =>
      (await window.as(by).call(contract.listToDo)).rows.filter((row) => row.projectId === projectId)
    expect((await rows(of('housing'))).map((row) => row.what)).toEqual(['inspection'])
    expect(await rows(of('archives'))).toEqual([])
  })
})

describe('who may', () => {
  it('see the completion of a project: its parties and the authorities', async () => {
    const projectId = await window.project()
    expect(await code(read(projectId, window.stranger))).toBe('project-missing')
    for (const by of [window.clerk, of('housing'), window.supervisor])
      expect((await read(projectId, by)).projectId).toBe(projectId)
    expect(await code(building(projectId, '3号楼', of('housing')))).toBe('not-applicant')
    expect(await code(apply(projectId, 'final', [], window.clerk))).toBe('not-applicant')
  })
  it('call each endpoint: by role, and the capability serves what it declares', () => {
    const declared = Object.values(contract).flatMap((value: unknown) =>
      typeof value === 'object' && value !== null && 'method' in value && 'id' in value ? [String(value.id)] : [],
    )
    const served = (window.completion.routes ?? []).map((route) => route.endpoint)
    expect(served.map((endpoint) => endpoint.id)).toEqual(expect.arrayContaining(declared))
    expect(contract.concludeAcceptance.access).toEqual({ roles: ['approver'] })
    expect(contract.applyAcceptance.access).toEqual({ roles: ['applicant'] })
    for (const endpoint of served) expect(endpoint.access).not.toBe('public')
  })
})

describe('the rules', () => {
  const part = fc.record({ state: fc.constantFrom(...partStates), round: fc.integer({ min: 1, max: 3 }) })
  it('let an acceptance pass exactly when all its parts have passed', () => {
    fc.assert(
      fc.property(fc.array(part, { minLength: 1 }), (parts) => {
        expect(stateOfParts(parts) === 'passed').toBe(parts.every((each) => each.state === 'passed'))
      }),
    )
    expect(stateOfParts([])).toBe('examining')
  })
  it('never let a required inspection that has not passed go unseen by the final acceptance of its building', () => {
    const label = { zh: '', en: '' }
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            buildingId: fc.constantFrom(null, 'a', 'b'),
            required: fc.boolean(),
            state: fc.constantFrom(
              'planned' as const,
              'booked' as const,
              'remarks' as const,
              'passed' as const,
              'failed' as const,
            ),
          }),
        ),
        (list) => {
          const inspections = list.map((each) => ({ ...each, label }))
          const open = inspections.filter((each) => each.required && each.state !== 'passed')
          expect(blockingInspections(inspections, ['a', 'b'], true)).toEqual(open)
          expect(blockingInspections(inspections, ['a'], false)).toEqual(open.filter((each) => each.buildingId === 'a'))
        },
      ),
    )
  })
})
