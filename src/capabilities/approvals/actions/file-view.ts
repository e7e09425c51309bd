/** The whole file on one page: a fixed number of queries, whatever is in it. */
import type { Actor } from '../../../kernel/actor.ts'
import type { PersonId } from '../../../kernel/identity.ts'
import { type Instant, localDateOf } from '../../../kernel/time.ts'
import { fill } from '../../../kernel/words.ts'
import type { Database, JournalEntry, Unit } from '../../../platform/platform.ts'
import { approvalsEvents } from '../contract/events.ts'
import type { Answers, ApplicationFile, ApplicationId, CertificateId, ItemRunId, ItemRunView } from '../contract.ts'
import * as refuse from '../model/refusals.ts'
import { applicationMay, isOfficer } from '../policy.ts'
import { type ApplicationRecord, documentsOf, submissionsOf } from '../store/applications.ts'
import { type ClockRecord, clocksOf } from '../store/clocks.ts'
import { applicationOfItemRun, certificatesOf, type ItemRunRecord } from '../store/item-runs.ts'
import { type CaseFile, factsOfApplication, itemRunOf, type LockedCase, readCase } from './case-file.ts'
import type { Context } from './context.ts'
import { placeOf, textAnswer } from './event-facts.ts'
import { isHidden, type Reading, viewItemRun, viewsOf } from './item-run-view.ts'
import { faultsOf, needsOf } from './needs.ts'
import { pointFaults } from './points.ts'
import { precheckFaults } from './precheck.ts'
import { lawDayOf } from './reconcile.ts'

/** How much of an application somebody may read: all, all but contacts, or nothing. */
export type Sight = 'whole' | 'party' | 'none'
export const sightOf = async (
  context: Context,
  db: Database,
  actor: Actor,
  application: ApplicationRecord,
  now: Instant,
): Promise<Sight> => {
  if (actor.kind !== 'person') return 'none'
  const own =
    application.created_by === actor.personId ||
    actor.roles.some((held) => held.role === 'applicant' && held.organisationId === application.applicant_id)
  if (own) return 'whole'
  // A draft is the applicant's own until it is handed in.
  if (application.round === 0) return 'none'
  if (isOfficer(actor)) return 'whole'
  return (await context.projects.maySee(db, actor, application.project_id, localDateOf(now))) ? 'party' : 'none'
}
export const requireSight = async (
  context: Context,
  db: Database,
  actor: Actor,
  application: ApplicationRecord,
  now: Instant,
): Promise<Exclude<Sight, 'none'>> => {
  const sight = await sightOf(context, db, actor, application, now)
  if (sight === 'none') throw refuse.notYours()
  return sight
}

const sentences = new Map(approvalsEvents.map((event) => [event.kind, event.sentence]))
/** The sentence of an entry, or null when the entry is not one of ours. */
export const sentenceOf = (entry: JournalEntry): string | null => {
  const sentence = sentences.get(entry.kind)
  if (sentence === undefined) return null
  const facts =
    typeof entry.payload === 'object' && entry.payload !== null && !Array.isArray(entry.payload) ? entry.payload : {}
  return fill(sentence, facts as Readonly<Record<string, unknown>>)
}
const PERSON = 'person:'
const personIdOf = (actor: string): PersonId | null =>
  actor.startsWith(PERSON) ? (actor.slice(PERSON.length) as PersonId) : null

const peopleIn = (
  file: CaseFile,
  entries: readonly JournalEntry[],
  others: readonly (PersonId | null)[],
): readonly PersonId[] => {
  const ids = new Set<PersonId>()
  const add = (id: PersonId | null): void => {
    if (id !== null) ids.add(id)
  }
  for (const run of file.itemRuns) {
    add(run.decided_by)
    add(run.draft?.draftedBy ?? null)
    add(run.draft?.reviewedBy ?? null)
    add(run.proposal?.proposedBy ?? null)
  }
  for (const task of file.tasks) add(task.given_by)
  for (const correction of file.corrections) add(correction.issued_by)
  for (const entry of entries) add(personIdOf(entry.actor))
  for (const id of others) add(id)
  return [...ids]
}

/** Leaves out the contacts of persons, for parties that are not the applicant. */
const withoutContacts = (context: Context, application: ApplicationRecord): Answers => {
  const contacts = new Set(
    context.law
      .form(application.item_ids, application.catalogue_day)
      .fields.filter((field) => field.type === 'person-contact')
      .map((field) => field.id),
  )
  return Object.fromEntries(Object.entries(application.answers).filter(([id]) => !contacts.has(id)))
}

type CertificateRow = Awaited<ReturnType<typeof certificatesOf>>[number]
const certificatesByRun = (rows: readonly CertificateRow[]): Reading['certificates'] =>
  new Map(rows.map((row) => [row.item_run_id, { id: row.id, code: row.code, publishAt: row.publish_at }]))
/** Clocks of a decision that is not published yet are the authority's own. */
const clocksFor = (
  actor: Actor,
  clocks: readonly ClockRecord[],
  certificates: readonly CertificateRow[],
  now: Instant,
): readonly ClockRecord[] => {
  if (isOfficer(actor)) return clocks
  const hidden = new Set(certificates.filter((row) => row.publish_at > now).map((row) => row.id))
  // A conflict between departments is theirs to settle: its clock is for the authorities.
  return clocks.filter(
    (clock) => clock.purpose !== 'conflict' && (clock.certificate_id === null || !hidden.has(clock.certificate_id)),
  )
}

export const readFile = async (
  context: Context,
  db: Database,
  actor: Actor,
  id: ApplicationId,
  now: Instant,
): Promise<ApplicationFile> => {
  const file = await readCase(context, db, id, now)
  const { application } = file
  const sight = await requireSight(context, db, actor, application, now)
  const officer = isOfficer(actor)
  const documents = await documentsOf(db, id)
  const submissions = await submissionsOf(db, id)
  const certificates = await certificatesOf(db, [id])
  const clocks = clocksFor(actor, await clocksOf(db, [id]), certificates, now)
  const entries = await context.platform.journal.entriesOf(
    db,
    { subject: { kind: 'application', id } },
    { visibility: officer ? ['public', 'parties', 'internal'] : ['public', 'parties'] },
  )
  const names = await context.people.personNames(
    db,
    peopleIn(
      file,
      entries,
      submissions.map((row) => row.submitted_by),
    ),
  )
  const project = await context.projects.project(db, application.project_id)
  const applicant = await context.people.organisation(db, application.applicant_id)
  const reading: Reading = {
    actor,
    now,
    names,
    clocks,
    certificates: certificatesByRun(certificates),
  }
  const hidden = file.itemRuns.some((run) => isHidden(reading, run))
  const changing = application.state === 'draft' || application.state === 'correcting'
  const day = lawDayOf(context, application, localDateOf(now))
  const needs = needsOf(context, file, documents, day)
  return {
    application: {
      applicationId: id,
      caseNumber: application.case_number,
      stage: application.stage,
      stageName: context.law.stage(application.stage, day)?.name ?? { zh: application.stage, en: application.stage },
      leadDepartment: application.lead_department,
      leadDepartmentName: file.departments.name(application.lead_department),
      state: hidden && application.state === 'closed' ? 'accepted' : application.state,
      version: application.version,
      round: application.round,
      catalogueDay: day,
      formVersion: context.law.form(application.item_ids, day).version,
      guideAnswers: application.guide_answers,
      answers: sight === 'whole' ? application.answers : withoutContacts(context, application),
      origins: { ...application.origins },
      itemIds: [...application.item_ids],
      createdAt: application.created_at,
      acceptedAt: application.accepted_at,
      closedAt: hidden ? null : application.closed_at,
      refusal: application.refusal,
    },
    project: {
      projectId: application.project_id,
      number: application.project_number,
      name: application.project_name,
      code: project?.projectCode ?? textAnswer(application, 'projectCode'),
      address: placeOf(application),
    },
    applicant: {
      organisationId: application.applicant_id,
      name: application.applicant_name,
      uscc: applicant?.uscc ?? '',
    },
    materials: needs.map((need) => ({ ...need, usedBy: [...need.usedBy] })),
    documents: documents.map((row) => ({
      documentId: row.id,
      materialId: row.material_id,
      fileName: row.file_name,
      sizeBytes: row.size_bytes,
      mediaType: row.media_type,
      sha256: row.sha256,
      scan: row.scan,
      addedAt: row.added_at,
    })),
    submissions: submissions.map((row) => ({
      submissionId: row.id,
      round: row.round,
      receiptNumber: row.receipt_number,
      hash: row.hash,
      submittedAt: row.submitted_at,
      submittedBy: names.get(row.submitted_by) ?? '',
    })),
    corrections: file.corrections.map((row) => ({
      round: row.round,
      issuedAt: row.issued_at,
      issuedBy: names.get(row.issued_by) ?? '',
      answeredAt: row.answered_at,
      points: row.points.map((point) => ({ ...point })),
    })),
    itemRuns: file.itemRuns.map((run) => viewItemRun(context, file, reading, run)),
    clocks: [...viewsOf(context, clocks, now)],
    timeline: entries.flatMap((entry) => {
      const sentence = sentenceOf(entry)
      if (sentence === null) return []
      const person = personIdOf(entry.actor)
      return [
        {
          entryId: entry.id,
          seq: entry.seq,
          kind: entry.kind,
          sentence,
          occurredAt: entry.occurredAt,
          recordedAt: entry.recordedAt,
          by: person === null ? '系统' : (names.get(person) ?? ''),
        },
      ]
    }),
    faults: changing
      ? [
          ...faultsOf(context, application, needs, day),
          ...(await precheckFaults(context, db, application, documents, day)),
          ...(await pointFaults(db, file, documents)),
        ].map((fault) => ({ ...fault }))
      : [],
    may: applicationMay(actor, factsOfApplication(context, file)),
  }
}

export const readItemRunView = async (
  context: Context,
  db: Database,
  actor: Actor,
  id: ItemRunId,
  now: Instant,
): Promise<ItemRunView> => {
  const applicationId = await applicationOfItemRun(db, id)
  if (applicationId === null) throw refuse.itemRunMissing()
  const file = await readCase(context, db, applicationId, now)
  await requireSight(context, db, actor, file.application, now)
  const certificates = await certificatesOf(db, [applicationId])
  const reading: Reading = {
    actor,
    now,
    names: await context.people.personNames(db, peopleIn(file, [], [])),
    clocks: clocksFor(actor, await clocksOf(db, [applicationId]), certificates, now),
    certificates: certificatesByRun(certificates),
  }
  return viewItemRun(context, file, reading, itemRunOf(file, id))
}

/** An item run right after its decision, from what the deciding transaction holds already: one query instead of nine. */
export const viewDecided = async (
  context: Context,
  unit: Unit,
  file: LockedCase,
  run: ItemRunRecord,
  certificate: { readonly id: CertificateId; readonly code: string; readonly publishAt: Instant },
): Promise<ItemRunView> =>
  viewItemRun(
    context,
    file,
    {
      actor: unit.actor,
      now: unit.now,
      names: await context.people.personNames(unit.db, peopleIn(file, [], [])),
      clocks: file.book.all(),
      certificates: new Map([[run.id, certificate]]),
    },
    run,
  )
