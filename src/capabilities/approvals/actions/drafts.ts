/** Drafts: made, saved, thrown away; documents put in and taken out. The same actions serve the correction state. */

import { require } from '../../../kernel/decision.ts'
import type { ProjectId } from '../../../kernel/identity.ts'
import type { FieldFault } from '../../../kernel/refusal.ts'
import { type LocalDate, yearOf } from '../../../kernel/time.ts'
import type { Words } from '../../../kernel/words.ts'
import type { Unit } from '../../../platform/platform.ts'
import { draftCreated, draftDiscarded, draftSaved } from '../contract/events.ts'
import type { Answers, ApplicationId } from '../contract.ts'
import { caseNumberOf } from '../model/numbers.ts'
import { changedFields, type FactSource, originsAfter, prefill } from '../model/prefill.ts'
import * as refuse from '../model/refusals.ts'
import { applicationStateWords } from '../model/words.ts'
import { mayCreate, mayDiscard, maySave } from '../policy.ts'
import { closeAdviceOf } from '../store/advice.ts'
import {
  changeApplication,
  deleteDraft,
  documentById,
  earlierContents,
  insertApplication,
  nextCaseSequence,
  openApplicationOf,
} from '../store/applications.ts'
import type { DocumentId } from '../store/tables.ts'
import { requireOwnBlocks } from './blocks.ts'
import { factsOfApplication, type LockedCase, lockCase, requirePerson, requireVersion } from './case-file.ts'
import type { Context } from './context.ts'
import { addDocument, takeDocument } from './documents.ts'
import { aboutApplication, subjectOf } from './event-facts.ts'
import { guideSource, organisationSource, projectSource } from './project-facts.ts'
import { lawDayOf } from './reconcile.ts'

const PARALLEL_STAGE = 'ST-P'

/** Refuses items that are not in force on the day or belong to another stage; those alongside go with any stage. */
const requireItems = (context: Context, stage: string, itemIds: readonly string[], day: LocalDate): void => {
  const wrong = itemIds.filter((id) => {
    const item = context.law.item(id, day)
    return item === null || (item.stage !== stage && item.stage !== PARALLEL_STAGE)
  })
  if (wrong.length > 0) throw refuse.unknownItems({ items: wrong.join('、') })
}
const requireStage = (context: Context, stage: string, day: LocalDate): Words => {
  const found = context.law.stage(stage, day)
  if (found === null) throw refuse.unknownStage({ stage })
  return found.name
}
const leadOf = (
  context: Context,
  stage: string,
  guideAnswers: Answers,
  itemIds: readonly string[],
  day: LocalDate,
): string =>
  context.law.leadOf(stage, guideAnswers, day) ??
  itemIds.map((id) => context.law.item(id, day)?.department).find((department) => department !== undefined) ??
  ''

const fromOrigins = {
  'project-register': 'project',
  organisation: 'organisation',
  'earlier-submission': 'submission',
  applicant: 'guide',
} as const

/** What is known already, best first: the registers, then what was submitted before, then the guide. */
const sourcesFor = async (
  context: Context,
  unit: Unit,
  projectId: ProjectId,
  guideAnswers: Answers,
): Promise<readonly FactSource[]> => {
  const project = await context.projects.project(unit.db, projectId)
  if (project === null) throw refuse.projectMissing()
  const parties = await context.projects.parties(unit.db, projectId, unit.today)
  const organisations = await context.people.organisations(unit.db, [
    project.ownerOrganisationId,
    ...parties.map((party) => party.organisationId),
  ])
  const applicant = organisations.get(project.ownerOrganisationId)
  const earlier = await earlierContents(unit.db, projectId)
  return [
    projectSource(project),
    ...(applicant === undefined ? [] : [organisationSource(applicant, parties, organisations, null)]),
    ...earlier.map(
      (row): FactSource => ({
        kind: 'submission',
        label: `${row.case_number} ${row.at.slice(0, 10)} 提交`,
        at: row.at,
        facts: (JSON.parse(row.content) as { answers: Answers }).answers,
      }),
    ),
    guideSource(guideAnswers, unit.now),
  ]
}

export interface NewDraft {
  readonly projectId: ProjectId
  readonly stage: string
  readonly guideAnswers: Answers
  readonly itemIds: readonly string[]
}
/** Makes a draft for the owner of the project. One application for a stage at a time: a second is pointed to the first. */
export const createDraft = async (context: Context, unit: Unit, input: NewDraft): Promise<ApplicationId> => {
  const person = requirePerson(unit.actor)
  const stageName = requireStage(context, input.stage, unit.today)
  const project = await context.projects.project(unit.db, input.projectId)
  if (project === null) throw refuse.projectMissing()
  require(mayCreate(unit.actor, { id: project.ownerOrganisationId, name: project.ownerName }))
  const itemIds = [...new Set(input.itemIds)].sort()
  requireItems(context, input.stage, itemIds, unit.today)
  const form = context.law.form(itemIds, unit.today)
  const known = prefill(
    form.fields.map((field) => ({ id: field.id, from: field.origins.map((origin) => fromOrigins[origin]) })),
    await sourcesFor(context, unit, input.projectId, input.guideAnswers),
  )
  const id = unit.newId<'application'>()
  const row = {
    id,
    case_number: caseNumberOf(yearOf(unit.today), await nextCaseSequence(unit.db)),
    project_id: input.projectId,
    project_number: project.caseNumber,
    project_name: project.name,
    project_address: project.address,
    applicant_id: project.ownerOrganisationId,
    applicant_name: project.ownerName,
    stage: input.stage,
    lead_department: leadOf(context, input.stage, input.guideAnswers, itemIds, unit.today),
    state: 'draft' as const,
    catalogue_day: unit.today,
    form_version: form.version,
    guide_answers: input.guideAnswers,
    answers: known.answers,
    origins: known.origins,
    item_ids: itemIds,
    created_at: unit.now,
    created_by: person,
    changed_at: unit.now,
    changed_by: person,
    submitted_at: null,
    submitted_by: null,
    accepted_at: null,
    closed_at: null,
    refusal: null,
  }
  if (!(await insertApplication(unit.db, row))) {
    const first = await openApplicationOf(unit.db, input.projectId, input.stage)
    throw refuse.alreadyOpen({
      stage: stageName.zh,
      caseNumber: first?.case_number ?? '',
      applicationId: first?.id ?? '',
      state: first === null ? '' : applicationStateWords[first.state].zh,
      stateEn: first === null ? '' : applicationStateWords[first.state].en,
    })
  }
  await unit.record(draftCreated, {
    ...subjectOf(row),
    payload: {
      applicationId: id,
      caseNumber: row.case_number,
      projectName: row.project_name,
      stage: row.stage,
      stageName: stageName.zh,
      itemIds,
    },
  })
  return id
}

/** Refuses changes outside the points of the correction list, each at its field. */
const requireListed = (
  file: LockedCase,
  changed: readonly string[],
  kind: 'field' | 'material',
  path: string,
): void => {
  const listed = new Set(file.corrections.at(-1)?.points.map((point) => point.anchor) ?? [])
  const faults = changed
    .filter((id) => !listed.has(`${kind}:${id}`))
    .map((id): FieldFault => ({ path: `${path}.${id}`, message: '此项不在补正告知的内容之内,请恢复原值。' }))
  if (faults.length > 0) throw refuse.notCorrectable({ count: faults.length }, faults)
}

const changedItems = (a: readonly string[], b: readonly string[]): boolean => a.join(' ') !== b.join(' ')

export interface DraftContent {
  readonly version: number
  readonly answers: Answers
  readonly guideAnswers?: Answers | undefined
  readonly itemIds?: readonly string[] | undefined
}
export const saveDraft = async (
  context: Context,
  unit: Unit,
  id: ApplicationId,
  input: DraftContent,
): Promise<void> => {
  const person = requirePerson(unit.actor)
  const file = await lockCase(context, unit, id)
  const { application } = file
  require(maySave(unit.actor, factsOfApplication(context, file)))
  await requireVersion(context, unit, application, input.version)
  const isDraft = application.state === 'draft'
  const day = lawDayOf(context, application, unit.today)
  const itemIds = isDraft && input.itemIds !== undefined ? [...new Set(input.itemIds)].sort() : application.item_ids
  const guideAnswers = isDraft && input.guideAnswers !== undefined ? input.guideAnswers : application.guide_answers
  if (isDraft) requireItems(context, application.stage, itemIds, day)
  const kept = changedItems(itemIds, application.item_ids) ? null : application.form_version
  const form = (kept === null ? null : context.law.formOfVersion(itemIds, kept)) ?? context.law.form(itemIds, day)
  // Only facts that the form asks for, or that were there before, are kept: a form cannot be used as a store.
  const askedFor = new Set([...form.fields.map((field) => field.id), ...Object.keys(application.answers)])
  const answers = Object.fromEntries(Object.entries(input.answers).filter(([field]) => askedFor.has(field)))
  const fields = changedFields(application.answers, answers)
  if (!isDraft) requireListed(file, fields, 'field', 'answers')
  await requireOwnBlocks(context, unit, application, { fields })
  await changeApplication(unit.db, id, person, unit.now, {
    answers,
    origins: originsAfter(application.origins, application.answers, answers, unit.now),
    guide_answers: guideAnswers,
    item_ids: itemIds,
    catalogue_day: day,
    form_version: form.version,
    ...(isDraft ? { lead_department: leadOf(context, application.stage, guideAnswers, itemIds, day) } : {}),
  })
  await unit.record(draftSaved, {
    ...subjectOf(application),
    payload: { ...aboutApplication(context, application), fields: [...fields], itemIds: [...itemIds] },
  })
}

export const discardDraft = async (context: Context, unit: Unit, id: ApplicationId): Promise<void> => {
  requirePerson(unit.actor)
  const file = await lockCase(context, unit, id)
  require(mayDiscard(unit.actor, factsOfApplication(context, file)))
  if (file.book.all().length === 0) await deleteDraft(unit.db, id)
  else {
    // What was asked and answered stays in the books: such a draft is closed, not deleted.
    await file.book.cancel(file.book.open(), '草稿已删除')
    await file.book.close()
    await closeAdviceOf(unit.db, id, unit.now)
    await changeApplication(unit.db, id, requirePerson(unit.actor), unit.now, {
      state: 'withdrawn',
      closed_at: unit.now,
    })
  }
  await unit.record(draftDiscarded, {
    ...subjectOf(file.application),
    payload: aboutApplication(context, file.application),
  })
}

export const attachDocument = async (
  context: Context,
  unit: Unit,
  id: ApplicationId,
  input: { readonly materialId: string; readonly uploadId: string },
): Promise<void> => {
  requirePerson(unit.actor)
  const file = await lockCase(context, unit, id)
  const { application } = file
  require(maySave(unit.actor, factsOfApplication(context, file)))
  if (application.state === 'correcting') requireListed(file, [input.materialId], 'material', 'materials')
  await requireOwnBlocks(context, unit, application, { materials: [input.materialId] })
  await addDocument(context, unit, file, input)
}

export const detachDocument = async (
  context: Context,
  unit: Unit,
  id: ApplicationId,
  documentId: DocumentId,
): Promise<void> => {
  requirePerson(unit.actor)
  const file = await lockCase(context, unit, id)
  const { application } = file
  require(maySave(unit.actor, factsOfApplication(context, file)))
  const document = await documentById(unit.db, id, documentId)
  if (document === null || document.removed_at !== null) throw refuse.documentMissing()
  if (application.state === 'correcting') requireListed(file, [document.material_id], 'material', 'materials')
  await requireOwnBlocks(context, unit, application, { materials: [document.material_id] })
  await takeDocument(context, unit, file, document)
}
