/** Advice before submission: asked, answered at fields and materials, withdrawn, turned into an application. */
import { createHash } from 'node:crypto'
import { type Actor, holds } from '../../../kernel/actor.ts'
import { all, allowed, type Decision, refusedBecause, require } from '../../../kernel/decision.ts'
import { cursorOf, keysAs } from '../../../kernel/page.ts'
import { type Instant, type LocalDate, localDateOf } from '../../../kernel/time.ts'
import type { Words } from '../../../kernel/words.ts'
import type { Database, FileReply, JsonValue, Unit } from '../../../platform/platform.ts'
import {
  type AdviceHistory,
  type AdviceId,
  type AdviceView,
  adviceAnswered,
  adviceAsked,
  adviceConverted,
  adviceEnded,
} from '../contract/advice.ts'
import type { ApplicationId, ClockView } from '../contract.ts'
import { canonicalJson } from '../model/canonical.ts'
import { planClock } from '../model/clock-plan.ts'
import { changedFields } from '../model/prefill.ts'
import * as refuse from '../model/refusals/before-submission.ts'
import { documentMissing, infectedUpload, ownOrganisation } from '../model/refusals.ts'
import { maySave } from '../policy.ts'
import {
  type AdviceRecord,
  adviceDraftState,
  adviceOf,
  advicePage,
  advice as adviceRow,
  changeAdvice,
  convertAdviceDraft,
  insertAdvice,
  insertAdviceDraft,
  type Remark,
} from '../store/advice.ts'
import { application as applicationRow, type DocumentRecord, documentsOf } from '../store/applications.ts'
import { clocksOf } from '../store/clocks.ts'
import { type DocumentId, NO_DAY } from '../store/tables.ts'
import {
  type CaseFile,
  departmentNames,
  factsOfApplication,
  type LockedCase,
  lockCase,
  readCase,
  requirePerson,
  requireVersion,
} from './case-file.ts'
import type { Context } from './context.ts'
import { createDraft, type NewDraft } from './drafts.ts'
import { aboutApplication, subjectOf } from './event-facts.ts'
import { viewsOf } from './item-run-view.ts'
import { lawDayOf } from './reconcile.ts'

type About = Pick<AdviceRecord, 'id' | 'round'>
const aboutAdvice = (context: Context, file: CaseFile, row: About) => ({
  ...aboutApplication(context, file.application),
  adviceId: row.id,
  round: row.round,
})
const sentence = (decision: Decision): Words | null => (decision.allowed ? null : decision.because.refusal.sentence)

// ------------------------------------------------------------------------------------------------ the applicant's side

const mayAsk = (context: Context, actor: Actor, file: CaseFile, rows: readonly AdviceRecord[]): Decision => {
  const open = rows.find((row) => row.state === 'asked')
  return all(
    maySave(actor, factsOfApplication(context, file)),
    file.application.state === 'draft' ? allowed : refusedBecause(refuse.adviceOnlyDrafts()),
    open === undefined ? allowed : refusedBecause(refuse.adviceOpen({ round: open.round })),
  )
}
const ask = async (context: Context, unit: Unit, file: LockedCase, question: string): Promise<AdviceId> => {
  const person = requirePerson(unit.actor)
  const { application } = file
  const rows = await adviceOf(unit.db, application.id)
  require(mayAsk(context, unit.actor, file, rows))
  const documents = await documentsOf(unit.db, application.id)
  const content = {
    answers: application.answers,
    guideAnswers: application.guide_answers,
    itemIds: application.item_ids,
    formVersion: application.form_version,
    catalogueDay: lawDayOf(context, application, unit.today),
    documents: documents.map((document) => ({
      documentId: document.id,
      materialId: document.material_id,
      fileName: document.file_name,
      sizeBytes: document.size_bytes,
      sha256: document.sha256,
      scan: document.scan,
    })),
  }
  const { days, unit: counted, source } = context.rules.advice
  const plan = planClock(
    'promise',
    { days, unit: counted, citation: source, extension: null },
    { grounds: [], calendarVersion: context.calendars().current.version, rules: context.rules },
  )
  const clock =
    plan === null
      ? null
      : await file.book.start({
          purpose: 'advice',
          department: application.lead_department,
          label: { zh: '预审答复(非正式)', en: 'Advice (not binding)' },
          plan,
        })
  const row = {
    id: unit.newId<'advice'>(),
    application_id: application.id,
    round: (rows[0]?.round ?? 0) + 1,
    question,
    content,
    hash: createHash('sha256')
      .update(canonicalJson(content as unknown as JsonValue))
      .digest('hex'),
    department: application.lead_department,
    state: 'asked' as const,
    asked_at: unit.now,
    asked_by: person,
    due_hint: clock === null ? NO_DAY : (file.book.derived(clock).due ?? NO_DAY),
  }
  await insertAdvice(unit.db, row)
  await file.book.close()
  await unit.record(adviceAsked, {
    ...subjectOf(application),
    payload: {
      ...aboutAdvice(context, file, row),
      department: row.department,
      departmentName: file.departments.name(row.department),
      hash: row.hash,
    },
  })
  return row.id
}
export const askAdvice = async (
  context: Context,
  unit: Unit,
  id: ApplicationId,
  input: { readonly version: number; readonly question: string },
): Promise<void> => {
  const file = await lockCase(context, unit, id)
  require(maySave(unit.actor, factsOfApplication(context, file)))
  await requireVersion(context, unit, file.application, input.version)
  await ask(context, unit, file, input.question)
}
/** A question before there is an application: a draft is made that waits to be turned into one. */
export const startAdvice = async (
  context: Context,
  unit: Unit,
  input: NewDraft & { readonly question: string },
): Promise<ApplicationId> => {
  const id = await createDraft(context, unit, input)
  await insertAdviceDraft(unit.db, { application_id: id, created_at: unit.now, created_by: requirePerson(unit.actor) })
  await ask(context, unit, await lockCase(context, unit, id), input.question)
  return id
}
export const convertAdvice = async (context: Context, unit: Unit, id: ApplicationId): Promise<void> => {
  const person = requirePerson(unit.actor)
  const file = await lockCase(context, unit, id)
  require(maySave(unit.actor, factsOfApplication(context, file)))
  if ((await adviceDraftState(unit.db, id)) !== 'open') throw refuse.notAdvice()
  await convertAdviceDraft(unit.db, id, person, unit.now)
  await unit.record(adviceConverted, {
    ...subjectOf(file.application),
    payload: aboutApplication(context, file.application),
  })
}

const end = async (
  context: Context,
  unit: Unit,
  file: LockedCase,
  row: AdviceRecord,
  reason: string,
): Promise<void> => {
  await file.book.cancel(file.book.open({ purpose: ['advice'] }), reason)
  await changeAdvice(unit.db, row.id, { state: 'withdrawn', ended_at: unit.now })
  await unit.record(adviceEnded, {
    ...subjectOf(file.application),
    payload: { ...aboutAdvice(context, file, row), reason },
  })
}
/** Ends what still waits for advice; the caller closes the book. */
export const endAdvice = async (context: Context, unit: Unit, file: LockedCase, reason: string): Promise<void> => {
  for (const row of await adviceOf(unit.db, file.application.id))
    if (row.state === 'asked') await end(context, unit, file, row, reason)
}
/** Before a first submission: a mere question is refused, a question that still waits ends. */
export const settleAdvice = async (context: Context, unit: Unit, file: LockedCase): Promise<void> => {
  if ((await adviceDraftState(unit.db, file.application.id)) === 'open') throw refuse.notConverted()
  await endAdvice(context, unit, file, '申请已正式提交')
}
export const withdrawAdvice = async (context: Context, unit: Unit, id: AdviceId): Promise<ApplicationId> => {
  const seen = await adviceRow(unit.db, id)
  if (seen === null) throw refuse.adviceMissing()
  const file = await lockCase(context, unit, seen.application_id)
  require(maySave(unit.actor, factsOfApplication(context, file)))
  const row = await adviceRow(unit.db, id)
  if (row === null || row.state !== 'asked') throw refuse.adviceClosed()
  await end(context, unit, file, row, '申请人撤回')
  await file.book.close()
  return row.application_id
}

/** Names of the fields and materials that an advice can speak about. */
const labelsOf = (context: Context, row: AdviceRecord): ReadonlyMap<string, Words> => {
  const { itemIds, catalogueDay, formVersion, guideAnswers } = row.content
  const form = context.law.formOfVersion(itemIds, formVersion) ?? context.law.form(itemIds, catalogueDay)
  return new Map([
    ...form.fields.map((field): [string, Words] => [`field:${field.id}`, field.label]),
    ...context.law
      .materials(itemIds, guideAnswers, catalogueDay)
      .filter((material) => material.form !== 'form' && material.form !== 'exempt-system-fetched')
      .map((material): [string, Words] => [`material:${material.materialId}`, material.name]),
  ])
}
const labelled = (labels: ReadonlyMap<string, Words>, remark: Remark) => ({
  ...remark,
  label: labels.get(remark.anchor) ?? { zh: remark.anchor, en: remark.anchor },
})
const changedSince = (row: AdviceRecord, file: CaseFile, documents: readonly DocumentRecord[]): ReadonlySet<string> => {
  const digests = (list: readonly { sha256: string }[]) =>
    list
      .map((each) => each.sha256)
      .sort()
      .join(' ')
  const materials = new Set([
    ...row.content.documents.map((each) => each.materialId),
    ...documents.map((each) => each.material_id),
  ])
  return new Set([
    ...changedFields(row.content.answers, file.application.answers).map((id) => `field:${id}`),
    ...[...materials]
      .filter(
        (id) =>
          digests(row.content.documents.filter((each) => each.materialId === id)) !==
          digests(documents.filter((each) => each.material_id === id)),
      )
      .map((id) => `material:${id}`),
  ])
}
const clockOf = (clocks: readonly ClockView[], round: number): ClockView | null => clocks[round - 1] ?? null
const adviceClocks = async (context: Context, db: Database, id: ApplicationId, now: Instant) =>
  viewsOf(
    context,
    (await clocksOf(db, [id])).filter((clock) => clock.purpose === 'advice'),
    now,
  )

export const readAdviceHistory = async (
  context: Context,
  db: Database,
  actor: Actor,
  id: ApplicationId,
  now: Instant,
): Promise<AdviceHistory> => {
  const file = await readCase(context, db, id, now)
  const own =
    actor.kind === 'person' &&
    (file.application.created_by === actor.personId ||
      holds(actor, 'applicant', { organisationId: file.application.applicant_id }))
  if (!own) require(maySave(actor, factsOfApplication(context, file)))
  const rows = await adviceOf(db, id)
  const documents = await documentsOf(db, id)
  const clocks = await adviceClocks(context, db, id, now)
  const people = await context.people.personNames(
    db,
    rows.flatMap((row) => [row.asked_by, ...(row.answered_by === null ? [] : [row.answered_by])]),
  )
  const adviceOnly = (await adviceDraftState(db, id)) === 'open'
  const editing = maySave(actor, factsOfApplication(context, file))
  return {
    adviceOnly,
    rounds: rows.map((row) => {
      const labels = labelsOf(context, row)
      const changed = changedSince(row, file, documents)
      return {
        adviceId: row.id,
        round: row.round,
        state: row.state,
        question: row.question,
        askedAt: row.asked_at,
        askedBy: people.get(row.asked_by) ?? '',
        endedAt: row.ended_at,
        answeredBy: row.answered_by === null ? null : (people.get(row.answered_by) ?? ''),
        summary: row.summary,
        remarks: row.remarks.map((remark) => ({ ...labelled(labels, remark), changed: changed.has(remark.anchor) })),
        clock: row.state === 'withdrawn' ? null : clockOf(clocks, row.round),
      }
    }),
    may: {
      ask: sentence(mayAsk(context, actor, file, rows)),
      withdraw: sentence(rows.some((row) => row.state === 'asked') ? editing : refusedBecause(refuse.adviceClosed())),
      convert: sentence(adviceOnly ? editing : refusedBecause(refuse.notAdvice())),
    },
  }
}

// ------------------------------------------------------------------------------------------------ the officers' side

const departmentsOf = (context: Context, row: AdviceRecord): readonly string[] => [
  ...new Set([
    row.department,
    ...row.content.itemIds.flatMap((id) => context.law.item(id, row.content.catalogueDay)?.department ?? []),
  ]),
]
interface Applicant {
  readonly applicant_id: CaseFile['application']['applicant_id']
  readonly applicant_name: string
}
/** The window, or a reviewer or lead officer of a department concerned; nobody of the applicant. */
const mayAdvise = (
  context: Context,
  actor: Actor,
  row: AdviceRecord,
  applicant: Applicant,
  nameOf: (code: string) => string,
): Decision => {
  const departments = departmentsOf(context, row)
  const concerned =
    holds(actor, 'clerk') ||
    departments.some((department) => holds(actor, 'reviewer', { department }) || holds(actor, 'lead', { department }))
  if (!concerned) return refusedBecause(refuse.notAdviser({ departments: departments.map(nameOf).join('、') }))
  return actor.kind === 'person' && actor.roles.some((held) => held.organisationId === applicant.applicant_id)
    ? refusedBecause(ownOrganisation({ applicant: applicant.applicant_name }))
    : allowed
}

export const answerAdvice = async (
  context: Context,
  unit: Unit,
  id: AdviceId,
  input: { readonly version: number; readonly summary: string; readonly remarks: readonly Remark[] },
): Promise<void> => {
  const person = requirePerson(unit.actor)
  const seen = await adviceRow(unit.db, id)
  if (seen === null) throw refuse.adviceMissing()
  const file = await lockCase(context, unit, seen.application_id)
  const row = await adviceRow(unit.db, id)
  if (row === null) throw refuse.adviceMissing()
  require(mayAdvise(context, unit.actor, row, file.application, file.departments.name))
  if (row.state !== 'asked') throw refuse.adviceClosed()
  if (row.version !== input.version) throw refuse.adviceStale()
  const labels = labelsOf(context, row)
  const faults = input.remarks.flatMap((remark, index) =>
    labels.has(remark.anchor) ? [] : [{ path: `remarks.${index}.anchor`, message: '请选择表单中的字段或材料。' }],
  )
  if (faults.length > 0) throw refuse.adviceAnchor({ count: faults.length }, faults)
  await file.book.stop(file.book.open({ purpose: ['advice'] }))
  await changeAdvice(unit.db, id, {
    state: 'answered',
    ended_at: unit.now,
    answered_by: person,
    summary: input.summary,
    remarks: input.remarks,
  })
  await file.book.close()
  await unit.record(adviceAnswered, {
    ...subjectOf(file.application),
    payload: { ...aboutAdvice(context, file, row), count: input.remarks.length },
  })
}

const rowView = async (
  context: Context,
  db: Database,
  row: AdviceRecord,
  now: Instant,
  nameOf: (code: string) => string,
) => {
  const application = await applicationRow(db, row.application_id)
  const stage = application?.stage ?? ''
  return {
    adviceId: row.id,
    caseNumber: application?.case_number ?? '',
    projectName: application?.project_name ?? '',
    applicantName: application?.applicant_name ?? '',
    stageName: context.law.stage(stage, row.content.catalogueDay)?.name ?? { zh: stage, en: stage },
    round: row.round,
    state: row.state,
    question: row.question,
    departmentName: nameOf(row.department),
    askedAt: row.asked_at,
    clock:
      row.state === 'withdrawn' ? null : clockOf(await adviceClocks(context, db, row.application_id, now), row.round),
  }
}
export const listAdvice = async (
  context: Context,
  db: Database,
  query: { readonly state: AdviceRecord['state']; readonly after?: string | undefined; readonly limit: number },
  now: Instant,
) => {
  const after = keysAs(query.after, query.state === 'asked' ? 'day' : 'instant', 'id')
  const found = await advicePage(db, {
    state: query.state,
    after: after === null ? null : [after[0], after[1]],
    limit: query.limit + 1,
  })
  const page = found.slice(0, query.limit)
  const last = page.at(-1)
  const names = await departmentNames(context, db, localDateOf(now))
  const rows = []
  for (const row of page) rows.push(await rowView(context, db, row, now, names.name))
  return {
    rows,
    next:
      found.length > query.limit && last !== undefined
        ? cursorOf(query.state === 'asked' ? last.due_hint : last.asked_at, last.id)
        : null,
  }
}
export const readAdvice = async (
  context: Context,
  db: Database,
  actor: Actor,
  id: AdviceId,
  now: Instant,
): Promise<AdviceView> => {
  const row = await adviceRow(db, id)
  const application = row === null ? null : await applicationRow(db, row.application_id)
  if (row === null || application === null) throw refuse.adviceMissing()
  const today: LocalDate = localDateOf(now)
  const names = await departmentNames(context, db, today)
  const may = mayAdvise(context, actor, row, application, names.name)
  require(may)
  const { itemIds, catalogueDay, guideAnswers, answers, documents } = row.content
  const sections = context.law.sections(itemIds, catalogueDay)
  const contacts = new Set(
    sections
      .flatMap((section) => section.fields)
      .flatMap((field) => (field.type === 'person-contact' ? [field.id] : [])),
  )
  const labels = labelsOf(context, row)
  const people = await context.people.personNames(db, [
    row.asked_by,
    ...(row.answered_by === null ? [] : [row.answered_by]),
  ])
  return {
    ...(await rowView(context, db, row, now, names.name)),
    version: row.version,
    items: itemIds.map((itemId) => ({
      itemId,
      name: context.law.item(itemId, catalogueDay)?.name ?? { zh: itemId, en: itemId },
    })),
    sections: sections
      .map((section) => ({ ...section, fields: section.fields.filter((field) => !contacts.has(field.id)) }))
      .filter((section) => section.fields.length > 0),
    answers: Object.fromEntries(Object.entries(answers).filter(([field]) => !contacts.has(field))),
    materials: context.law
      .materials(itemIds, guideAnswers, catalogueDay)
      .filter((material) => material.needed !== 'no' && labels.has(`material:${material.materialId}`))
      .map((material) => ({
        materialId: material.materialId,
        name: material.name,
        documents: documents
          .filter((document) => document.materialId === material.materialId)
          .map(({ documentId, fileName, sizeBytes }) => ({ documentId, fileName, sizeBytes })),
      })),
    askedBy: people.get(row.asked_by) ?? '',
    endedAt: row.ended_at,
    answeredBy: row.answered_by === null ? null : (people.get(row.answered_by) ?? ''),
    summary: row.summary,
    remarks: row.remarks.map((remark) => labelled(labels, remark)),
    may: { answer: sentence(row.state === 'asked' ? may : refusedBecause(refuse.adviceClosed())) },
  }
}
export const readAdviceDocument = async (
  context: Context,
  db: Database,
  actor: Actor,
  id: AdviceId,
  documentId: DocumentId,
  now: Instant,
): Promise<FileReply> => {
  await readAdvice(context, db, actor, id, now)
  const document = (await adviceRow(db, id))?.content.documents.find((each) => each.documentId === documentId)
  if (document === undefined) throw documentMissing()
  if (document.scan === 'infected') throw infectedUpload({ file: document.fileName })
  return { fileName: document.fileName, content: await context.platform.files.open(document.sha256) }
}
