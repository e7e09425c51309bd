/** Milestones of a project: what the register and the forms say, what was registered, and what is still missing before. */
import type { Actor } from '../../../kernel/actor.ts'
import { require } from '../../../kernel/decision.ts'
import type { ProjectId } from '../../../kernel/identity.ts'
import { type Instant, type LocalDate, localDateOf } from '../../../kernel/time.ts'
import type { Words } from '../../../kernel/words.ts'
import type { Database, FileReply, Unit } from '../../../platform/platform.ts'
import type { Project } from '../../projects/contract.ts'
import { frontConditionMet } from '../contract/events.ts'
import { milestoneCorrected, milestoneReached, type ProjectMilestones } from '../contract/milestones.ts'
import { fulfilled, standingsOf } from '../model/front.ts'
import { type EvidenceFile, type MilestoneStanding, outOfOrder } from '../model/milestones.ts'
import * as refuse from '../model/refusals/milestones.ts'
import { foreignUpload, infectedUpload, uploadMissing } from '../model/refusals.ts'
import { type MilestoneFacts, mayCorrectMilestone, mayRegisterMilestone } from '../policy/milestones.ts'
import { sentence } from '../policy.ts'
import { applicationsOfProject } from '../store/applications.ts'
import { openItemRunsInProject, standingsInProject } from '../store/item-runs.ts'
import {
  insertMilestone,
  lockMilestones,
  type MilestoneRecord,
  type MilestoneRecordId,
  milestoneRecords,
  milestonesInForce,
} from '../store/milestones.ts'
import { departmentNames, personOf, requirePerson } from './case-file.ts'
import type { Context } from './context.ts'
import { aboutApplication, subjectOf } from './event-facts.ts'
import type { MilestoneTerms } from './law.ts'
import { reachedMilestones } from './milestone-standings.ts'

// ------------------------------------------------------------------------------------------ what it needs and who waits

interface Surroundings {
  readonly project: Project
  readonly reached: ReadonlyMap<string, MilestoneStanding>
  /** Items that the applications of the project need or have. */
  readonly needed: ReadonlySet<string>
  readonly settled: ReadonlySet<string>
}
const surroundingsOf = async (context: Context, db: Database, projectId: ProjectId): Promise<Surroundings | null> => {
  const project = await context.projects.project(db, projectId)
  if (project === null) return null
  const runs = await standingsInProject(db, projectId)
  const standings = standingsOf(runs.map((run) => ({ itemId: run.item_id, state: run.state, outcome: run.outcome })))
  const needed = new Set(runs.map((run) => run.item_id))
  for (const application of await applicationsOfProject(db, projectId))
    for (const itemId of context.law.neededItems(application.guide_answers, application.catalogue_day))
      needed.add(itemId)
  const reached = await reachedMilestones(context, db, projectId)
  const settled = new Set(reached.keys())
  for (const [itemId, standing] of standings) if (fulfilled(standing)) settled.add(itemId)
  return { project, reached, needed, settled }
}
/** The items that the applications of a project need, by its answers in the guide; empty before the first submission. */
export const neededInProject = async (
  context: Context,
  db: Database,
  projectId: ProjectId,
): Promise<ReadonlySet<string>> => (await surroundingsOf(context, db, projectId))?.needed ?? new Set()

/** Decisions that must come before a milestone, in sentences. What the project does not need is no condition. */
export const openNeedsOf = async (
  context: Context,
  db: Database,
  projectId: ProjectId,
  milestone: string,
  day: LocalDate,
): Promise<readonly Words[]> => {
  const around = await surroundingsOf(context, db, projectId)
  return around === null ? [] : needsOf(context, around, milestone, day)
}
const needsOf = (context: Context, around: Surroundings, milestone: string, day: LocalDate): readonly Words[] =>
  context.law.milestoneNeeds(milestone, around.needed, around.settled, day)

const factsOf = (context: Context, around: Surroundings, terms: MilestoneTerms, day: LocalDate): MilestoneFacts => ({
  ownerId: around.project.ownerOrganisationId,
  ownerName: around.project.ownerName,
  open: around.project.state === 'registered' || around.project.state === 'active',
  name: terms.name.zh,
  standing: around.reached.get(terms.id) ?? null,
  needs: needsOf(context, around, terms.id, day),
})

// ------------------------------------------------------------------------------------------ pages

const requireSight = async (
  context: Context,
  db: Database,
  actor: Actor,
  projectId: ProjectId,
  day: LocalDate,
): Promise<void> => {
  if (!(await context.projects.maySee(db, actor, projectId, day))) throw refuse.milestoneProjectMissing()
}
export const readMilestones = async (
  context: Context,
  db: Database,
  actor: Actor,
  projectId: ProjectId,
  now: Instant,
): Promise<ProjectMilestones> => {
  const day = localDateOf(now)
  await requireSight(context, db, actor, projectId, day)
  const around = await surroundingsOf(context, db, projectId)
  if (around === null) throw refuse.milestoneProjectMissing()
  const records = await milestoneRecords(db, projectId)
  const names = await context.people.personNames(
    db,
    records.flatMap((row) => (row.recorded_by === null ? [] : [row.recorded_by])),
  )
  const items = [...around.needed].flatMap((itemId) => {
    const item = context.law.item(itemId, day)
    return item === null || around.settled.has(itemId) ? [] : [item]
  })
  return {
    projectId,
    projectName: around.project.name,
    milestones: context.law.milestones().map((terms) => {
      const facts = factsOf(context, around, terms, day)
      return {
        milestone: terms.id,
        name: terms.name,
        stage: terms.stage,
        stageName: terms.stageName,
        reachedOn: facts.standing?.reachedOn ?? null,
        origin: facts.standing?.origin ?? null,
        basis: facts.standing?.basis ?? null,
        awaitedBy: items
          .filter((item) => item.milestones.some((each) => each.milestone === terms.id))
          .map((item) => item.name),
        needs: [...facts.needs],
        records: records
          .filter((row) => row.milestone === terms.id)
          .reverse()
          .map((row) => ({
            recordId: row.id,
            reachedOn: row.reached_on,
            note: row.note,
            files: [...row.files],
            reason: row.reason,
            recordedAt: row.recorded_at,
            recordedBy: row.recorded_by === null ? '系统' : (names.get(row.recorded_by) ?? ''),
          })),
        may: {
          register: sentence(mayRegisterMilestone(actor, facts)),
          correct: sentence(mayCorrectMilestone(actor, facts)),
        },
      }
    }),
  }
}
export const readMilestoneFile = async (
  context: Context,
  db: Database,
  actor: Actor,
  wanted: { readonly projectId: ProjectId; readonly recordId: MilestoneRecordId; readonly sha256: string },
  now: Instant,
): Promise<FileReply> => {
  await requireSight(context, db, actor, wanted.projectId, localDateOf(now))
  const record = (await milestoneRecords(db, wanted.projectId)).find((row) => row.id === wanted.recordId)
  const file = record?.files.find((each) => each.sha256 === wanted.sha256)
  if (file === undefined) throw refuse.milestoneFileMissing()
  return { fileName: file.fileName, content: await context.platform.files.open(file.sha256) }
}

// ------------------------------------------------------------------------------------------ register, correct

const termsOf = (context: Context, milestone: string): MilestoneTerms => {
  const terms = context.law.milestones().find((each) => each.id === milestone)
  if (terms === undefined) throw refuse.milestoneUnknown()
  return terms
}
const evidenceOf = async (context: Context, unit: Unit, uploadIds: readonly string[]): Promise<EvidenceFile[]> => {
  const person = requirePerson(unit.actor)
  const files: EvidenceFile[] = []
  for (const uploadId of uploadIds) {
    const upload = await context.platform.files.upload(unit.db, uploadId)
    if (upload === null) throw uploadMissing()
    if (upload.uploadedBy !== null && upload.uploadedBy !== person) throw foreignUpload()
    if (upload.scan === 'infected') throw infectedUpload({ file: upload.fileName })
    const { sha256, fileName, mediaType, sizeBytes } = upload
    files.push({ sha256, fileName, mediaType, sizeBytes })
  }
  return files
}
const requireDay = (
  context: Context,
  terms: MilestoneTerms,
  day: LocalDate,
  today: LocalDate,
  reached: ReadonlyMap<string, MilestoneStanding>,
): void => {
  if (day > today) throw refuse.milestoneInFuture({ today }, [{ path: 'reachedOn', message: '不能晚于今天。' }])
  const wrong = outOfOrder(terms.id, day, new Map([...reached].map(([id, standing]) => [id, standing.reachedOn])))
  if (wrong === null) return
  const other = termsOf(context, wrong.other)
  throw refuse.milestoneOutOfOrder(
    {
      name: terms.name.zh,
      other: other.name.zh,
      otherEn: other.name.en,
      on: wrong.on,
      relation: wrong.earlier ? '不早于' : '不晚于',
      relationEn: wrong.earlier ? 'on or after' : 'on or before',
    },
    [{ path: 'reachedOn', message: `“${other.name.zh}”登记为${wrong.on}。` }],
  )
}
const placeOf = (project: Project) => ({
  subject: { kind: 'project', id: project.id },
  projectId: project.id,
  visibility: project.published ? ('public' as const) : ('parties' as const),
})
const aboutMilestone = (project: Project, terms: MilestoneTerms) => ({
  projectId: project.id,
  projectName: project.name,
  milestone: terms.id,
  milestoneName: terms.name.zh,
})

export const registerMilestone = async (
  context: Context,
  unit: Unit,
  projectId: ProjectId,
  milestone: string,
  input: { readonly reachedOn: LocalDate; readonly note: string; readonly uploadIds: readonly string[] },
): Promise<void> => {
  requirePerson(unit.actor)
  await requireSight(context, unit.db, unit.actor, projectId, unit.today)
  const terms = termsOf(context, milestone)
  await lockMilestones(unit.db, projectId)
  const around = await surroundingsOf(context, unit.db, projectId)
  if (around === null) throw refuse.milestoneProjectMissing()
  require(mayRegisterMilestone(unit.actor, factsOf(context, around, terms, unit.today)))
  requireDay(context, terms, input.reachedOn, unit.today, around.reached)
  const files = await evidenceOf(context, unit, input.uploadIds)
  await record(context, unit, around.project, terms, { ...input, files, origin: 'entered' })
}

interface NewRecord {
  readonly reachedOn: LocalDate
  readonly note: string
  readonly files: readonly EvidenceFile[]
  readonly origin: 'entered' | 'system'
}
/** Registers, moves the project on where the moment does, and tells the departments that waited. */
const record = async (
  context: Context,
  unit: Unit,
  project: Project,
  terms: MilestoneTerms,
  input: NewRecord,
): Promise<void> => {
  await insertMilestone(unit.db, {
    id: unit.newId<'milestone-record'>(),
    project_id: project.id,
    milestone: terms.id,
    reached_on: input.reachedOn,
    note: input.note,
    files: input.files,
    origin: input.origin,
    reason: null,
    recorded_at: unit.now,
    recorded_by: personOf(unit.actor),
  })
  await unit.record(milestoneReached, {
    ...placeOf(project),
    payload: { ...aboutMilestone(project, terms), reachedOn: input.reachedOn, origin: input.origin },
    ...(input.note === '' ? {} : { personal: { note: input.note } }),
  })
  await tellWaiting(context, unit, project.id, terms, input.reachedOn)
  if (terms.id === 'works-complete' && project.stage === 'construction')
    await context.projectWriter.advanceStage(unit, project.id, 'acceptance', `${input.reachedOn}${terms.name.zh}`)
}
const tellWaiting = async (
  context: Context,
  unit: Unit,
  projectId: ProjectId,
  terms: MilestoneTerms,
  on: LocalDate,
): Promise<void> => {
  const waiting = (await openItemRunsInProject(unit.db, projectId)).filter((run) =>
    context.law.itemVersion(run.item_version_id)?.milestones.some((each) => each.milestone === terms.id),
  )
  if (waiting.length === 0) return
  const departments = await departmentNames(context, unit.db, unit.today)
  const applications = await applicationsOfProject(unit.db, projectId)
  for (const run of waiting) {
    const application = applications.find((each) => each.id === run.application_id)
    if (application === undefined) continue
    await unit.record(frontConditionMet, {
      ...subjectOf(application),
      payload: {
        ...aboutApplication(context, application),
        itemRunId: run.id,
        itemId: run.item_id,
        itemName: run.item_name.zh,
        department: run.department,
        departmentName: departments.name(run.department),
        metBy: terms.name.zh,
        documentNumber: on,
      },
    })
  }
}

/** For other capabilities: what they found is registered. False when it was registered before. Asks no policy. */
export const reachMilestone = async (
  context: Context,
  unit: Unit,
  projectId: ProjectId,
  milestone: string,
  input: { readonly reachedOn: LocalDate; readonly note: string },
): Promise<boolean> => {
  const terms = termsOf(context, milestone)
  await lockMilestones(unit.db, projectId)
  const project = await context.projects.project(unit.db, projectId)
  if (project === null) throw refuse.milestoneProjectMissing()
  const known = (await milestonesInForce(unit.db, projectId)).find((row) => row.milestone === milestone)
  if (known !== undefined && known.reached_on !== null) return false
  await record(context, unit, project, terms, { ...input, files: [], origin: 'system' })
  return true
}

export const correctMilestone = async (
  context: Context,
  unit: Unit,
  projectId: ProjectId,
  milestone: string,
  input: { readonly reachedOn: LocalDate | null; readonly reason: string; readonly uploadIds: readonly string[] },
): Promise<void> => {
  const person = requirePerson(unit.actor)
  await requireSight(context, unit.db, unit.actor, projectId, unit.today)
  const terms = termsOf(context, milestone)
  await lockMilestones(unit.db, projectId)
  const around = await surroundingsOf(context, unit.db, projectId)
  if (around === null) throw refuse.milestoneProjectMissing()
  const facts = factsOf(context, around, terms, unit.today)
  require(mayCorrectMilestone(unit.actor, facts))
  if (facts.standing === null) throw refuse.milestoneNotReached({ name: terms.name.zh })
  const others = new Map([...around.reached].filter(([id]) => id !== terms.id))
  if (input.reachedOn !== null) requireDay(context, terms, input.reachedOn, unit.today, others)
  const row: Omit<MilestoneRecord, 'superseded_at'> = {
    id: unit.newId<'milestone-record'>(),
    project_id: projectId,
    milestone,
    reached_on: input.reachedOn,
    note: '',
    files: await evidenceOf(context, unit, input.uploadIds),
    origin: 'entered',
    reason: input.reason,
    recorded_at: unit.now,
    recorded_by: person,
  }
  await insertMilestone(unit.db, row)
  await unit.record(milestoneCorrected, {
    ...placeOf(around.project),
    payload: {
      ...aboutMilestone(around.project, terms),
      before: facts.standing.reachedOn,
      reachedOn: input.reachedOn,
      result: input.reachedOn ?? '撤销登记',
    },
    personal: { reason: input.reason },
  })
  if (terms.id === 'works-complete' && input.reachedOn === null && around.project.stage === 'acceptance')
    await context.projectWriter.returnToStage(unit, projectId, 'construction', `撤销“${terms.name.zh}”的登记`)
}
