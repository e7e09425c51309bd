/** 联合验收: applied for once, examined by all departments at once, concluded by one opinion. */
import { z } from 'zod'
import { require } from '../../../kernel/decision.ts'
import type { PersonId, ProjectId } from '../../../kernel/identity.ts'
import { type LocalDate, yearOf } from '../../../kernel/time.ts'
import { type Words, words } from '../../../kernel/words.ts'
import type { Database, JobKind, Unit } from '../../../platform/platform.ts'
import {
  acceptanceApplied,
  acceptanceConcluded,
  acceptanceWithdrawn,
  partGiven,
  siteDaySet,
} from '../contract/events.ts'
import type { AcceptanceId, BuildingId, PartId, ResultInput } from '../contract.ts'
import * as refuse from '../model/refusals.ts'
import { concerns } from '../model/rules.ts'
import { blockingInspections, resultWords } from '../model/states.ts'
import * as policy from '../policy.ts'
import {
  type AcceptanceRecord,
  acceptBuilding,
  changeAcceptance,
  changePart,
  insertAcceptance,
  insertPart,
  nextInSeries,
  type PartRecord,
} from '../store.ts'
import {
  type Context,
  evidenceOf,
  found,
  lockSite,
  lockSiteOf,
  openly,
  placeOf,
  requirePerson,
  type Site,
} from './context.ts'
import { openFiling } from './filing.ts'
import { addRemarks, requireRemarks } from './inspections.ts'
import {
  aboutAcceptance,
  aboutPart,
  acceptanceOf,
  announcePart,
  kindName,
  reopenPart,
  settleAcceptance,
} from './parts.ts'
import { DUE_TIMER } from './timers.ts'

export const opinionJob: JobKind<{ acceptanceId: string }> = {
  name: 'completion.opinion',
  input: z.object({ acceptanceId: z.string() }),
}
/** Buildings that no acceptance covers yet, or is about to. */
export const freeBuildings = (site: Site): readonly Site['book']['buildings'][number][] => {
  const taken = new Set(
    site.book.acceptances.filter((each) => each.state !== 'withdrawn').flatMap((each) => each.building_ids),
  )
  return site.book.buildings.filter((each) => !taken.has(each.id))
}
/** What stands in the way of an acceptance of buildings, in sentences. */
export const blockingOf = async (
  context: Context,
  db: Database,
  site: Site,
  buildingIds: readonly BuildingId[],
  final: boolean,
  today: LocalDate,
): Promise<readonly Words[]> => {
  const { book } = site
  const inspections = book.inspections.map((row) => ({
    buildingId: row.building_id,
    required: row.required,
    state: row.state,
    label: words(
      `${book.buildings.find((each) => each.id === row.building_id)?.name ?? '整个项目'}“${row.name.zh}”`,
      `${row.name.en}, ${book.buildings.find((each) => each.id === row.building_id)?.name ?? 'whole project'}`,
    ),
  }))
  const found: Words[] = blockingInspections(inspections, buildingIds, final).map(({ label }) => ({
    zh: `必检项目${label.zh}尚未合格`,
    en: `required inspection not passed: ${label.en}`,
  }))
  if (!final) return found
  const reached = await context.approvals.milestonesOf(db, site.project.id)
  if (!reached.has('works-complete'))
    found.push(words('请先在“项目节点”页登记“工程完工”', 'register “works complete” under “Milestones” first'))
  found.push(...(await context.approvals.milestoneNeeds(db, site.project.id, 'completion-accepted', today)))
  for (const condition of await context.approvals.openConditions(db, site.project.id))
    if (condition.blocksNow.includes('completion'))
      found.push(
        words(
          `${condition.documentNumber}的附加条件第${condition.ordinal}项尚未落实`,
          `condition ${condition.ordinal} of ${condition.documentNumber} is not met`,
        ),
      )
  return found
}

export const applyAcceptance = async (
  context: Context,
  unit: Unit,
  projectId: ProjectId,
  input: {
    readonly kind: 'partial' | 'final'
    readonly buildingIds: readonly BuildingId[]
    readonly statement: string
    readonly uploadIds: readonly string[]
  },
): Promise<void> => {
  const person = requirePerson(unit.actor)
  const site = await lockSite(context, unit, projectId)
  require(policy.mayApply(unit.actor, site.facts))
  const final = input.kind === 'final'
  if (final && site.book.acceptances.some((each) => each.kind === 'final' && each.state !== 'withdrawn'))
    throw refuse.finalAppliedFor()
  const free = freeBuildings(site)
  const chosen = final ? free.map((each) => each.id) : [...new Set(input.buildingIds)]
  if (site.book.buildings.length === 0 || (!final && chosen.length === 0)) throw refuse.noBuildings()
  for (const id of chosen) {
    const building = found(site.book.buildings.find((each) => each.id === id))
    if (!free.some((each) => each.id === id)) throw refuse.buildingTaken({ name: building.name })
  }
  const blocking = await blockingOf(context, unit.db, site, chosen, final, unit.today)
  if (blocking.length > 0)
    throw refuse.acceptanceBlocked({
      sentence: blocking.map((each) => each.zh).join(';'),
      sentenceEn: blocking.map((each) => each.en).join('; '),
    })
  const files = await evidenceOf(context, unit, input.uploadIds)
  const limit = context.rules.joint
  const { due, calendarVersion } = context.approvals.lastDay(unit.today, limit)
  const year = yearOf(unit.today)
  const sequence = await nextInSeries(unit.db, 'acceptance', year)
  const acceptance: AcceptanceRecord = {
    id: unit.newId<'acceptance'>(),
    project_id: projectId,
    number: `联验〔${year}〕${String(sequence).padStart(4, '0')}号`,
    kind: input.kind,
    building_ids: chosen,
    state: 'examining',
    statement: input.statement,
    files,
    rules: {
      version: context.rules.version,
      days: limit.days,
      unit: limit.unit,
      source: limit.source,
      calendarVersion,
    },
    applied_at: unit.now,
    applied_by: person,
    due_on: due,
    site_day: null,
    site_note: '',
    opinion: null,
    code: null,
    sha256: null,
    concluded_at: null,
    concluded_by: null,
  }
  await insertAcceptance(unit.db, acceptance)
  await unit.record(acceptanceApplied, {
    ...placeOf(site),
    payload: { ...aboutAcceptance(site, acceptance), buildings: chosen.length, dueOn: due },
  })
  const needed = await context.approvals.neededItems(unit.db, projectId)
  for (const matter of context.rules.jointMatters) {
    if (!concerns(matter, needed)) continue
    const part: PartRecord = {
      id: unit.newId<'acceptance-part'>(),
      acceptance_id: acceptance.id,
      project_id: projectId,
      matter: matter.code,
      name: matter.name,
      department: matter.department,
      source: matter.source,
      state: 'open',
      round: 1,
      due_on: due,
      rounds: [],
    }
    await insertPart(unit.db, part)
    await announcePart(unit, site, acceptance, part)
  }
}
export const setSiteDay = async (
  context: Context,
  unit: Unit,
  id: AcceptanceId,
  input: { readonly day: LocalDate; readonly note: string },
): Promise<ProjectId> => {
  const site = await lockSiteOf(context, unit, 'acceptance', id)
  const acceptance = acceptanceOf(site, id)
  require(policy.maySetSiteDay(unit.actor, site.facts, site.lead, acceptance.state))
  if (input.day < unit.today) throw refuse.dayPast({ today: unit.today }, [{ path: 'day', message: '不能早于今天。' }])
  await changeAcceptance(unit.db, id, { site_day: input.day, site_note: input.note })
  await unit.record(siteDaySet, {
    ...placeOf(site),
    payload: { ...aboutAcceptance(site, acceptance), day: input.day },
    ...(input.note === '' ? {} : { personal: { note: input.note } }),
  })
  return site.project.id
}
const stateAfter = { pass: 'passed', remarks: 'remarks', fail: 'failed' } as const

export const factsOfPart = (site: Site, part: PartRecord, today: LocalDate): policy.PartPolicyFacts => {
  const { site_day } = acceptanceOf(site, part.acceptance_id)
  return {
    state: part.state,
    department: site.department(part.department),
    siteDayCome: site_day !== null && site_day <= today,
  }
}
export const giveResult = async (context: Context, unit: Unit, id: PartId, input: ResultInput): Promise<ProjectId> => {
  const person = requirePerson(unit.actor)
  const site = await lockSiteOf(context, unit, 'acceptance_part', id)
  const part = found(site.book.parts.find((each) => each.id === id))
  const acceptance = acceptanceOf(site, part.acceptance_id)
  require(policy.mayGiveResult(unit.actor, site.facts, factsOfPart(site, part, unit.today)))
  requireRemarks(input, unit.today)
  const photos = await evidenceOf(context, unit, input.uploadIds)
  await changePart(unit.db, id, {
    state: stateAfter[input.result],
    rounds: [
      ...part.rounds,
      { round: part.round, result: input.result, text: input.text, photos, givenAt: unit.now, givenBy: person },
    ],
  })
  await unit.timers.cancelAll(DUE_TIMER, id)
  await addRemarks(unit, site, part.department, { part: id }, input.remarks)
  await unit.record(partGiven, {
    ...placeOf(site),
    payload: {
      ...aboutPart(site, acceptance, part),
      round: part.round,
      result: input.result,
      resultName: resultWords[input.result].zh,
      remarks: input.remarks.length,
      late: unit.today > part.due_on,
    },
    personal: { text: input.text },
  })
  await settleAcceptance(unit, site, acceptance)
  return site.project.id
}
export const askRecheck = async (
  context: Context,
  unit: Unit,
  id: AcceptanceId,
  statement: string,
): Promise<ProjectId> => {
  const site = await lockSiteOf(context, unit, 'acceptance', id)
  acceptanceOf(site, id)
  const failed = site.book.parts.filter((part) => part.acceptance_id === id && part.state === 'failed')
  require(policy.mayAskRecheck(unit.actor, site.facts, failed.length))
  for (const part of failed) await reopenPart(context, unit, site, part.id, statement)
  return site.project.id
}
export const withdrawAcceptance = async (
  context: Context,
  unit: Unit,
  id: AcceptanceId,
  reason: string,
): Promise<ProjectId> => {
  const site = await lockSiteOf(context, unit, 'acceptance', id)
  const acceptance = acceptanceOf(site, id)
  require(policy.mayWithdraw(unit.actor, site.facts, acceptance.state))
  await changeAcceptance(unit.db, id, { state: 'withdrawn' })
  for (const part of site.book.parts.filter((each) => each.acceptance_id === id)) {
    if (part.state !== 'passed') await changePart(unit.db, part.id, { state: 'cancelled' })
    await unit.timers.cancelAll(DUE_TIMER, part.id)
  }
  await unit.record(acceptanceWithdrawn, {
    ...placeOf(site),
    payload: aboutAcceptance(site, acceptance),
    personal: { reason },
  })
  return site.project.id
}

/** Everybody whose examination the opinion rests on. */
export const examinersOf = (site: Site, acceptance: AcceptanceRecord): ReadonlySet<PersonId> => {
  const rounds = [
    ...site.book.parts.filter((part) => part.acceptance_id === acceptance.id),
    ...site.book.inspections.filter(
      (each) => each.building_id === null || acceptance.building_ids.includes(each.building_id),
    ),
  ].flatMap((each) => each.rounds)
  return new Set(rounds.map((round) => round.givenBy))
}
/** Approves the one opinion: buildings are accepted; the final one makes the completion accepted and opens the filing. */
export const concludeAcceptance = async (
  context: Context,
  unit: Unit,
  id: AcceptanceId,
  input: { readonly text: string; readonly usable?: readonly BuildingId[] | undefined },
): Promise<ProjectId> => {
  const person = requirePerson(unit.actor)
  const site = await lockSiteOf(context, unit, 'acceptance', id)
  const acceptance = acceptanceOf(site, id)
  const examiners = examinersOf(site, acceptance)
  require(policy.mayConclude(unit.actor, site.facts, site.lead, { state: acceptance.state, examiners }))
  const final = acceptance.kind === 'final'
  const blocking = await blockingOf(context, unit.db, site, acceptance.building_ids, final, unit.today)
  if (blocking.length > 0)
    throw refuse.acceptanceBlocked({
      sentence: blocking.map((each) => each.zh).join(';'),
      sentenceEn: blocking.map((each) => each.en).join('; '),
    })
  const buildings = site.book.buildings.filter((each) => acceptance.building_ids.includes(each.id))
  const usable = buildings.filter((each) => input.usable === undefined || input.usable.includes(each.id))
  for (const building of buildings)
    await acceptBuilding(unit.db, building.id, {
      acceptance_id: id,
      accepted_on: unit.today,
      may_be_used: usable.includes(building),
    })
  const code = `LY${context.platform
    .randomToken(12)
    .replace(/[^A-Za-z0-9]/g, 'X')
    .toUpperCase()}`
  const parts = site.book.parts.filter((each) => each.acceptance_id === id)
  await changeAcceptance(unit.db, id, {
    state: 'concluded',
    code,
    concluded_at: unit.now,
    concluded_by: person,
    opinion: {
      text: input.text,
      buildings: buildings.map((each) => each.name),
      usable: usable.map((each) => each.name),
      concludedOn: unit.today,
      projectName: site.project.name,
      projectNumber: site.project.caseNumber,
      projectAddress: site.project.address,
      ownerName: site.project.ownerName,
      leadName: site.lead.name,
      parts: parts.map((part) => ({
        name: part.name.zh,
        departmentName: site.department(part.department).name,
        on: unit.today,
        rounds: part.rounds.length,
      })),
    },
  })
  await unit.record(acceptanceConcluded, {
    ...placeOf(site),
    ...openly(site),
    payload: {
      ...aboutAcceptance(site, acceptance),
      code,
      buildings: buildings.map((each) => each.name).join('、'),
      usable: usable.map((each) => each.name).join('、'),
      on: unit.today,
    },
  })
  await unit.enqueue(opinionJob, { acceptanceId: id })
  if (!final) return site.project.id
  const { approvalsWriter } = context
  const note = `${kindName(acceptance.kind)}${acceptance.number}`
  await approvalsWriter.reachMilestone(unit, site.project.id, 'completion-accepted', { reachedOn: unit.today, note })
  await openFiling(context, unit, site, acceptance)
  return site.project.id
}
