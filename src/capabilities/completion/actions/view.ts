/** What the page of completion shows, with what the reader may do and why not. */
import type { Actor } from '../../../kernel/actor.ts'
import type { PersonId, ProjectId } from '../../../kernel/identity.ts'
import { type Instant, type LocalDate, localDateOf } from '../../../kernel/time.ts'
import type { Words } from '../../../kernel/words.ts'
import type { Database, FileReply } from '../../../platform/platform.ts'
import type { CompletionReader } from '../contract/reader.ts'
import type { AcceptanceView, CompletionView, Evidence, RemarkView } from '../contract.ts'
import * as refuse from '../model/refusals.ts'
import { concerns } from '../model/rules.ts'
import * as policy from '../policy.ts'
import { type Book, type RemarkRecord, type Round, readBook, toDoOf } from '../store.ts'
import { blockingOf, examinersOf, factsOfPart, freeBuildings } from './acceptance.ts'
import { type Context, readSite, type Site, todayOf } from './context.ts'
import { factsOfInspection, finalApplied } from './inspections.ts'

const say = policy.sentence

const personsIn = (book: Book): readonly PersonId[] => [
  ...new Set([
    ...[...book.inspections, ...book.parts].flatMap((each) => each.rounds.map((round) => round.givenBy)),
    ...book.remarks.flatMap((each) =>
      each.proofs.flatMap((proof) => [proof.givenBy, ...(proof.judgedBy === null ? [] : [proof.judgedBy])]),
    ),
    ...book.acceptances.flatMap((each) => [
      each.applied_by,
      ...(each.concluded_by === null ? [] : [each.concluded_by]),
    ]),
  ]),
]
interface Reading {
  readonly site: Site
  readonly actor: Actor
  readonly today: LocalDate
  readonly name: (id: PersonId) => string
}
const roundOf = ({ name }: Reading, round: Round) => ({
  ...round,
  photos: [...round.photos],
  givenBy: name(round.givenBy),
})
const remarkOf = ({ site, actor, today, name }: Reading, row: RemarkRecord): RemarkView => ({
  remarkId: row.id,
  text: row.text,
  dueOn: row.due_on,
  overdue: row.state !== 'closed' && today > row.due_on,
  state: row.state,
  proofs: row.proofs.map((proof) => ({
    ...proof,
    files: [...proof.files],
    givenBy: name(proof.givenBy),
    judgedBy: proof.judgedBy === null ? null : name(proof.judgedBy),
  })),
  may: {
    prove: say(policy.mayProve(actor, site.facts, row.state)),
    verify: say(policy.mayVerify(actor, site.facts, row.state, site.department(row.department))),
  },
})
const acceptanceOf = (reading: Reading, row: Book['acceptances'][number]): AcceptanceView => {
  const { site, actor, today, name } = reading
  const { book } = site
  const parts = book.parts.filter((part) => part.acceptance_id === row.id)
  return {
    acceptanceId: row.id,
    number: row.number,
    kind: row.kind,
    buildings: book.buildings
      .filter((each) => row.building_ids.includes(each.id))
      .map((each) => ({ buildingId: each.id, name: each.name })),
    state: row.state,
    statement: row.statement,
    files: [...row.files],
    appliedAt: row.applied_at,
    appliedBy: name(row.applied_by),
    dueOn: row.due_on,
    limit: { days: row.rules.days, unit: row.rules.unit, source: row.rules.source },
    siteDay: row.site_day,
    siteNote: row.site_note,
    parts: parts.map((part) => ({
      partId: part.id,
      matter: part.matter,
      name: part.name,
      department: part.department,
      departmentName: site.department(part.department).name,
      source: part.source,
      state: part.state,
      round: part.round,
      dueOn: part.due_on,
      overdue: part.state === 'open' && today > part.due_on,
      rounds: part.rounds.map((round) => roundOf(reading, round)),
      remarks: book.remarks.filter((each) => each.part_id === part.id).map((each) => remarkOf(reading, each)),
      may: { give: say(policy.mayGiveResult(actor, site.facts, factsOfPart(site, part, today))) },
    })),
    opinion:
      row.opinion === null || row.code === null || row.concluded_at === null || row.concluded_by === null
        ? null
        : {
            number: row.number,
            code: row.code,
            text: row.opinion.text,
            concludedAt: row.concluded_at,
            concludedBy: name(row.concluded_by),
            usable: [...row.opinion.usable],
            sha256: row.sha256,
          },
    may: {
      siteDay: say(policy.maySetSiteDay(actor, site.facts, site.lead, row.state)),
      recheck: say(policy.mayAskRecheck(actor, site.facts, parts.filter((part) => part.state === 'failed').length)),
      conclude: say(
        policy.mayConclude(actor, site.facts, site.lead, { state: row.state, examiners: examinersOf(site, row) }),
      ),
      withdraw: say(policy.mayWithdraw(actor, site.facts, row.state)),
    },
  }
}
export const readCompletion = async (
  context: Context,
  db: Database,
  actor: Actor,
  projectId: ProjectId,
  now: Instant,
): Promise<CompletionView> => {
  const today = localDateOf(now)
  const site = await readSite(context, db, actor, projectId, today)
  const { book, facts, project } = site
  const names = await context.people.personNames(db, personsIn(book))
  const reading: Reading = { site, actor, today, name: (id) => names.get(id) ?? '' }
  const needed = await context.approvals.neededItems(db, projectId)
  const free = freeBuildings(site).map((each) => each.id)
  const { filing } = book
  return {
    projectId,
    projectName: project.name,
    projectNumber: project.caseNumber,
    ownerName: project.ownerName,
    worksComplete: (await context.approvals.milestonesOf(db, projectId)).get('works-complete') ?? null,
    kinds: context.rules.inspectionKinds
      .filter((kind) => concerns(kind, needed))
      .map((kind) => ({
        code: kind.code,
        name: kind.name,
        scope: kind.scope,
        required: kind.required,
        departmentName: site.department(kind.department).name,
        source: kind.source,
      })),
    leadName: site.lead.name,
    buildings: book.buildings.map((each) => ({
      buildingId: each.id,
      name: each.name,
      floorAreaM2: each.floor_area_m2,
      acceptedOn: each.accepted_on,
      mayBeUsed: each.may_be_used,
    })),
    inspections: book.inspections.map((row) => {
      const own = factsOfInspection(site, row)
      return {
        inspectionId: row.id,
        buildingId: row.building_id,
        buildingName: book.buildings.find((each) => each.id === row.building_id)?.name ?? null,
        part: row.part,
        kind: row.kind,
        name: row.name,
        department: row.department,
        departmentName: site.department(row.department).name,
        required: row.required,
        source: row.source,
        state: row.state,
        bookedFor: row.booked_for,
        bookingNote: row.booking_note,
        rounds: row.rounds.map((round) => roundOf(reading, round)),
        remarks: book.remarks.filter((each) => each.inspection_id === row.id).map((each) => remarkOf(reading, each)),
        may: {
          book: say(policy.mayBook(actor, facts, own)),
          record: say(policy.mayInspect(actor, facts, own)),
          remove: say(policy.mayRemove(actor, facts, own)),
        },
      }
    }),
    acceptances: [...book.acceptances].reverse().map((row) => acceptanceOf(reading, row)),
    filing:
      filing === null
        ? null
        : {
            acceptedOn: filing.accepted_on,
            dueOn: filing.due_on,
            source: filing.source,
            state: filing.state,
            overdue: filing.state === 'open' && today > filing.due_on,
            files: [...filing.files],
            submittedAt: filing.submitted_at,
            returned: filing.returned,
            number: filing.number,
            filedOn: filing.filed_on,
            basis: filing.basis,
            late: filing.late,
            may: {
              submit: say(policy.maySubmitFiling(actor, facts, filing.state)),
              file: say(policy.mayFile(actor, facts, site.lead, filing.state)),
            },
          },
    blocking: finalApplied(site) ? [] : [...(await blockingOf(context, db, site, free, true, today))],
    may: {
      building: say(policy.mayRegisterBuilding(actor, facts, finalApplied(site))),
      plan: say(policy.mayPlan(actor, facts, finalApplied(site))),
      apply: say(policy.mayApply(actor, facts)),
      dossier: say(policy.mayBuildDossier(actor, facts)),
    },
  }
}
/** Every file that the completion of a project keeps. */
export const evidenceIn = (book: Book): readonly Evidence[] => [
  ...book.inspections.flatMap((each) => each.rounds.flatMap((round) => round.photos)),
  ...book.parts.flatMap((each) => each.rounds.flatMap((round) => round.photos)),
  ...book.remarks.flatMap((each) => each.proofs.flatMap((proof) => proof.files)),
  ...book.acceptances.flatMap((each) => each.files),
  ...(book.filing?.files ?? []),
]
export const readEvidence = async (
  context: Context,
  db: Database,
  actor: Actor,
  projectId: ProjectId,
  sha256: string,
): Promise<FileReply> => {
  const { book } = await readSite(context, db, actor, projectId, todayOf(context))
  const file = evidenceIn(book).find((each) => each.sha256 === sha256)
  if (file === undefined) throw refuse.thingMissing()
  return { fileName: file.fileName, content: await context.platform.files.open(sha256), inline: true }
}

const departmentsOf = (actor: Actor): readonly string[] =>
  actor.kind === 'person'
    ? [
        ...new Set(
          actor.roles
            .filter((held) => ['inspector', 'reviewer', 'lead', 'approver'].includes(held.role))
            .flatMap((held) => held.department ?? []),
        ),
      ]
    : []
/** What waits for the departments of an officer, those due first. */
export const listToDo = async (context: Context, db: Database, actor: Actor) => {
  const departments = departmentsOf(actor)
  const lead = departments.includes(context.rules.jointLead) ? context.rules.jointLead : null
  const work = await toDoOf(db, departments, lead)
  const names = new Map((await context.people.departments(db, todayOf(context))).map((each) => [each.code, each.name]))
  const row = (
    what: 'inspection' | 'remark' | 'part' | 'conclude' | 'filing',
    projectId: ProjectId,
    label: Words,
    department: string,
    dueOn: LocalDate | null,
  ) => ({ what, projectId, label, departmentName: names.get(department) ?? department, dueOn })
  const rows = [
    ...work.inspections.map((each) => row('inspection', each.project_id, each.name, each.department, each.booked_for)),
    ...work.remarks.map((each) =>
      row('remark', each.project_id, { zh: '核验整改证明', en: 'Verify a proof' }, each.department, each.due_on),
    ),
    ...work.parts.map((each) => row('part', each.project_id, each.name, each.department, each.due_on)),
    ...work.passed.map((each) =>
      row('conclude', each.project_id, { zh: each.number, en: each.number }, lead ?? '', each.due_on),
    ),
    ...work.filings.map((each) =>
      row('filing', each.project_id, { zh: '竣工验收备案', en: 'Completion filing' }, lead ?? '', each.due_on),
    ),
  ]
  const projects = await context.projects.projects(db, [...new Set(rows.map((each) => each.projectId))])
  return {
    rows: rows
      .map((each) => ({ ...each, projectName: projects.get(each.projectId)?.name ?? '' }))
      .sort((a, b) => ((a.dueOn ?? '9999') < (b.dueOn ?? '9999') ? -1 : 1)),
  }
}
export const makeCompletionReader = (): CompletionReader => ({
  summary: async (db, projectId) => {
    const book = await readBook(db, projectId)
    const final = book.acceptances.find((each) => each.kind === 'final' && each.state === 'concluded')
    return {
      buildings: book.buildings.map((each) => ({
        buildingId: each.id,
        name: each.name,
        acceptedOn: each.accepted_on,
        mayBeUsed: each.may_be_used,
      })),
      inspections: book.inspections.length,
      requiredOpen: book.inspections.filter((each) => each.required && each.state !== 'passed').length,
      remarksOpen: book.remarks.filter((each) => each.state !== 'closed').length,
      acceptedOn: final?.opinion?.concludedOn ?? null,
      filing:
        book.filing === null
          ? null
          : {
              dueOn: book.filing.due_on,
              filedOn: book.filing.filed_on,
              number: book.filing.number,
              late: book.filing.late,
            },
    }
  },
  inspectionsHeld: async (db, projectId) =>
    (await readBook(db, projectId)).inspections.flatMap((each) =>
      each.rounds.map((round) => ({
        inspectionId: each.id,
        kind: each.kind,
        department: each.department,
        required: each.required,
        result: round.result,
        givenAt: round.givenAt,
      })),
    ),
})
