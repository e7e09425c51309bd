/** Buildings, the plan of inspections, booking, results with remarks, and the proof that a remark was put right. */
import { require } from '../../../kernel/decision.ts'
import type { ProjectId } from '../../../kernel/identity.ts'
import type { LocalDate } from '../../../kernel/time.ts'
import type { Unit } from '../../../platform/platform.ts'
import {
  buildingRegistered,
  inspectionBooked,
  inspectionDone,
  inspectionPlanned,
  inspectionRemoved,
  remarkJudged,
  remarkProved,
} from '../contract/events.ts'
import type { BuildingId, InspectionId, PartId, RemarkId, ResultInput } from '../contract.ts'
import * as refuse from '../model/refusals.ts'
import { concerns, type InspectionKind } from '../model/rules.ts'
import { resultWords } from '../model/states.ts'
import * as policy from '../policy.ts'
import {
  type BuildingRecord,
  changeInspection,
  changeRemark,
  deleteInspection,
  type InspectionRecord,
  insertBuilding,
  insertInspection,
  insertRemark,
  type RemarkRecord,
} from '../store.ts'
import {
  aboutDepartment,
  aboutProject,
  type Context,
  evidenceOf,
  found,
  lockSite,
  lockSiteOf,
  placeOf,
  requirePerson,
  type Site,
} from './context.ts'
import { reopenPart } from './parts.ts'
import { setDueTimers } from './timers.ts'

export const finalApplied = (site: Site): boolean =>
  site.book.acceptances.some((each) => each.kind === 'final' && each.state !== 'withdrawn')
const buildingName = (site: Site, id: BuildingId | null, part: string): string =>
  [id === null ? '整个项目' : (site.book.buildings.find((each) => each.id === id)?.name ?? ''), part]
    .filter((text) => text !== '')
    .join(' ')
const aboutInspection = (site: Site, row: InspectionRecord, place?: string) => ({
  ...aboutProject(site),
  ...aboutDepartment(site, row.department),
  inspectionId: row.id,
  inspectionName: row.name.zh,
  place: place ?? buildingName(site, row.building_id, row.part),
})
export const factsOfInspection = (site: Site, row: InspectionRecord): policy.InspectionPolicyFacts => ({
  state: row.state,
  required: row.required,
  name: row.name.zh,
  basis: row.source.basis,
  rounds: row.rounds.length,
  department: site.department(row.department),
})

const plan = async (
  unit: Unit,
  site: Site,
  kind: InspectionKind,
  place: { readonly building: Pick<BuildingRecord, 'id' | 'name'> | null; readonly part: string },
): Promise<void> => {
  const row: InspectionRecord = {
    id: unit.newId<'inspection'>(),
    project_id: site.project.id,
    building_id: place.building?.id ?? null,
    part: place.part,
    kind: kind.code,
    name: kind.name,
    department: kind.department,
    // What the rules require is required once for each place; more of it is by choice.
    required: kind.required && place.part === '',
    source: kind.source,
    state: 'planned',
    booked_for: null,
    booked_by: null,
    booking_note: '',
    rounds: [],
    created_at: unit.now,
    created_by: unit.actor.kind === 'person' ? unit.actor.personId : null,
  }
  await insertInspection(unit.db, row)
  const where = [place.building?.name ?? '整个项目', place.part].filter((text) => text !== '').join(' ')
  await unit.record(inspectionPlanned, {
    ...placeOf(site),
    payload: { ...aboutInspection(site, row, where), required: row.required },
  })
}
export const registerBuilding = async (
  context: Context,
  unit: Unit,
  projectId: ProjectId,
  input: { readonly name: string; readonly floorAreaM2: number | null },
): Promise<void> => {
  const person = requirePerson(unit.actor)
  const site = await lockSite(context, unit, projectId)
  require(policy.mayRegisterBuilding(unit.actor, site.facts, finalApplied(site)))
  const building: BuildingRecord = {
    id: unit.newId<'building'>(),
    project_id: projectId,
    name: input.name,
    floor_area_m2: input.floorAreaM2,
    registered_at: unit.now,
    registered_by: person,
    acceptance_id: null,
    accepted_on: null,
    may_be_used: false,
  }
  if (!(await insertBuilding(unit.db, building)))
    throw refuse.buildingNameTaken({ name: input.name }, [{ path: 'name', message: '名称已使用。' }])
  await unit.record(buildingRegistered, {
    ...placeOf(site),
    payload: { ...aboutProject(site), buildingId: building.id, buildingName: building.name },
  })
  const needed = await context.approvals.neededItems(unit.db, projectId)
  const first = site.book.buildings.length === 0
  for (const kind of context.rules.inspectionKinds) {
    if (!kind.required || !concerns(kind, needed)) continue
    if (kind.scope === 'building') await plan(unit, site, kind, { building, part: '' })
    else if (first) await plan(unit, site, kind, { building: null, part: '' })
  }
}
export const planInspection = async (
  context: Context,
  unit: Unit,
  projectId: ProjectId,
  input: { readonly kind: string; readonly buildingId: BuildingId | null; readonly part: string },
): Promise<void> => {
  const site = await lockSite(context, unit, projectId)
  require(policy.mayPlan(unit.actor, site.facts, finalApplied(site)))
  const kind = context.rules.inspectionKinds.find((each) => each.code === input.kind)
  if (kind === undefined) throw refuse.kindUnknown()
  const building =
    input.buildingId === null ? null : found(site.book.buildings.find((each) => each.id === input.buildingId))
  const there = site.book.inspections.some((each) => each.kind === kind.code && each.building_id === input.buildingId)
  await plan(unit, site, there || !kind.required ? { ...kind, required: false } : kind, { building, part: input.part })
}
const inspectionOf = (site: Site, id: InspectionId): InspectionRecord =>
  found(site.book.inspections.find((each) => each.id === id))

export const removeInspection = async (context: Context, unit: Unit, id: InspectionId): Promise<ProjectId> => {
  const site = await lockSiteOf(context, unit, 'inspection', id)
  const row = inspectionOf(site, id)
  require(policy.mayRemove(unit.actor, site.facts, factsOfInspection(site, row)))
  await deleteInspection(unit.db, id)
  await unit.record(inspectionRemoved, { ...placeOf(site), payload: aboutInspection(site, row) })
  return site.project.id
}
export const bookInspection = async (
  context: Context,
  unit: Unit,
  id: InspectionId,
  input: { readonly day: LocalDate; readonly note: string },
): Promise<ProjectId> => {
  const person = requirePerson(unit.actor)
  const site = await lockSiteOf(context, unit, 'inspection', id)
  const row = inspectionOf(site, id)
  require(policy.mayBook(unit.actor, site.facts, factsOfInspection(site, row)))
  if (input.day < unit.today) throw refuse.dayPast({ today: unit.today }, [{ path: 'day', message: '不能早于今天。' }])
  await changeInspection(unit.db, id, {
    state: 'booked',
    booked_for: input.day,
    booked_by: person,
    booking_note: input.note,
  })
  await unit.record(inspectionBooked, {
    ...placeOf(site),
    payload: { ...aboutInspection(site, row), day: input.day },
    ...(input.note === '' ? {} : { personal: { note: input.note } }),
  })
  return site.project.id
}

// ------------------------------------------------------------------------------------------ results and remarks

/** A result with remarks has at least one, each with a day to come; any other has none. */
export const requireRemarks = (input: ResultInput, today: LocalDate): void => {
  if ((input.result === 'remarks') !== input.remarks.length > 0)
    throw refuse.remarksNeeded({}, [{ path: 'remarks', message: '请逐条写明问题和整改期限。' }])
  const past = input.remarks.findIndex((remark) => remark.dueOn < today)
  if (past !== -1)
    throw refuse.dayPast({ today }, [{ path: `remarks.${past}.dueOn`, message: '整改期限不能早于今天。' }])
}
export const addRemarks = async (
  unit: Unit,
  site: Site,
  department: string,
  on: { readonly inspection: InspectionId } | { readonly part: PartId },
  remarks: ResultInput['remarks'],
): Promise<void> => {
  const person = requirePerson(unit.actor)
  for (const remark of remarks) {
    const id = unit.newId<'remark'>()
    await insertRemark(unit.db, {
      id,
      project_id: site.project.id,
      inspection_id: 'inspection' in on ? on.inspection : null,
      part_id: 'part' in on ? on.part : null,
      department,
      text: remark.text,
      due_on: remark.dueOn,
      state: 'open',
      proofs: [],
      created_at: unit.now,
      created_by: person,
      closed_at: null,
    })
    await setDueTimers(unit, 'remark', id, site.project.id, remark.dueOn)
  }
}
const stateAfter = { pass: 'passed', remarks: 'remarks', fail: 'failed' } as const

export const recordInspection = async (
  context: Context,
  unit: Unit,
  id: InspectionId,
  input: ResultInput,
): Promise<ProjectId> => {
  const person = requirePerson(unit.actor)
  const site = await lockSiteOf(context, unit, 'inspection', id)
  const row = inspectionOf(site, id)
  require(policy.mayInspect(unit.actor, site.facts, factsOfInspection(site, row)))
  requireRemarks(input, unit.today)
  const photos = await evidenceOf(context, unit, input.uploadIds)
  await changeInspection(unit.db, id, {
    state: stateAfter[input.result],
    rounds: [
      ...row.rounds,
      {
        round: row.rounds.length + 1,
        result: input.result,
        text: input.text,
        photos,
        givenAt: unit.now,
        givenBy: person,
      },
    ],
  })
  await addRemarks(unit, site, row.department, { inspection: id }, input.remarks)
  await unit.record(inspectionDone, {
    ...placeOf(site),
    payload: {
      ...aboutInspection(site, row),
      result: input.result,
      resultName: resultWords[input.result].zh,
      remarks: input.remarks.length,
    },
    personal: { text: input.text },
  })
  return site.project.id
}
const remarkOf = (site: Site, id: RemarkId): RemarkRecord => found(site.book.remarks.find((each) => each.id === id))
const aboutRemark = (site: Site, row: RemarkRecord) => ({
  ...aboutProject(site),
  ...aboutDepartment(site, row.department),
  remarkId: row.id,
})
export const proveRemark = async (
  context: Context,
  unit: Unit,
  id: RemarkId,
  input: { readonly text: string; readonly uploadIds: readonly string[] },
): Promise<ProjectId> => {
  const person = requirePerson(unit.actor)
  const site = await lockSiteOf(context, unit, 'remark', id)
  const row = remarkOf(site, id)
  require(policy.mayProve(unit.actor, site.facts, row.state))
  const files = await evidenceOf(context, unit, input.uploadIds)
  if (files.length === 0) throw refuse.proofNeedsFile({}, [{ path: 'uploadIds', message: '请上传整改照片或文件。' }])
  await changeRemark(unit.db, id, {
    state: 'proved',
    proofs: [
      ...row.proofs,
      {
        text: input.text,
        files,
        givenAt: unit.now,
        givenBy: person,
        accepted: null,
        judgement: '',
        judgedAt: null,
        judgedBy: null,
      },
    ],
  })
  await unit.record(remarkProved, {
    ...placeOf(site),
    payload: { ...aboutRemark(site, row), files: files.length },
    personal: { text: input.text },
  })
  return site.project.id
}
export const judgeRemark = async (
  context: Context,
  unit: Unit,
  id: RemarkId,
  input: { readonly accept: boolean; readonly text: string },
): Promise<ProjectId> => {
  const person = requirePerson(unit.actor)
  const site = await lockSiteOf(context, unit, 'remark', id)
  const row = remarkOf(site, id)
  require(policy.mayVerify(unit.actor, site.facts, row.state, site.department(row.department)))
  const last = row.proofs.length - 1
  await changeRemark(unit.db, id, {
    state: input.accept ? 'closed' : 'open',
    proofs: row.proofs.map((proof, index) =>
      index === last
        ? { ...proof, accepted: input.accept, judgement: input.text, judgedAt: unit.now, judgedBy: person }
        : proof,
    ),
    closed_at: input.accept ? unit.now : null,
  })
  await unit.record(remarkJudged, {
    ...placeOf(site),
    payload: {
      ...aboutRemark(site, row),
      accepted: input.accept,
      result: input.accept ? '已整改,销号' : '退回,继续整改',
    },
    ...(input.text === '' ? {} : { personal: { text: input.text } }),
  })
  if (input.accept) await settle(context, unit, site, row)
  return site.project.id
}
/** The last remark is closed: the inspection has passed; a part of the joint acceptance is examined once more. */
const settle = async (context: Context, unit: Unit, site: Site, closed: RemarkRecord): Promise<void> => {
  const left = site.book.remarks.filter(
    (each) =>
      each.id !== closed.id &&
      each.state !== 'closed' &&
      each.inspection_id === closed.inspection_id &&
      each.part_id === closed.part_id,
  )
  if (left.length > 0) return
  if (closed.inspection_id !== null) await changeInspection(unit.db, closed.inspection_id, { state: 'passed' })
  if (closed.part_id !== null) await reopenPart(context, unit, site, closed.part_id)
}
