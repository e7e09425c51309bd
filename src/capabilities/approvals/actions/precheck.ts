/** The machine's check before submission. Files are looked into outside of transactions, once for each content. */
import type { Actor } from '../../../kernel/actor.ts'
import { system } from '../../../kernel/actor.ts'
import { require } from '../../../kernel/decision.ts'
import type { FieldFault } from '../../../kernel/refusal.ts'
import { type Instant, type LocalDate, localDateOf } from '../../../kernel/time.ts'
import type { Database } from '../../../platform/platform.ts'
import type { PrecheckReply } from '../contract/precheck.ts'
import type { ApplicationId } from '../contract.ts'
import { type Finding, findingFaults, keyOfFinding, orderKey, type PdfFacts, precheck } from '../model/precheck.ts'
import { maySave, maySubmit } from '../policy.ts'
import { type ApplicationRecord, type DocumentRecord, documentsOf } from '../store/applications.ts'
import { insertInspection, inspections } from '../store/inspections.ts'
import { factsOfApplication, readCase } from './case-file.ts'
import type { Context } from './context.ts'
import { faultsOf, needsOf } from './needs.ts'
import { pdfFacts } from './pdf-facts.ts'
import { lawDayOf } from './reconcile.ts'

/** Larger files are not looked into: their reading would hold up others. */
const MOST_BYTES = 32 * 1_048_576
const PDF = 'application/pdf'

const lookInto = async (context: Context, document: DocumentRecord): Promise<PdfFacts | null> => {
  if (document.media_type !== PDF || document.size_bytes > MOST_BYTES || document.scan === 'infected') return null
  try {
    return pdfFacts(await context.platform.files.read(document.sha256))
  } catch (error) {
    // The reference stays although the file is gone: the submission must not fail on it, the log must say it.
    context.platform.log.warn({ sha256: document.sha256, error: String(error) }, 'a document could not be looked into')
    return null
  }
}
/** Looks into the documents of an application that were not looked into yet. Never called inside a transaction. */
export const inspectDocuments = async (context: Context, id: ApplicationId): Promise<void> => {
  const { platform } = context
  const documents = await documentsOf(platform.db, id)
  const known = await inspections(
    platform.db,
    documents.map((document) => document.sha256),
  )
  for (const document of documents) {
    if (known.has(document.sha256)) continue
    const pdf = await lookInto(context, document)
    await platform.transact(system('approvals.precheck'), (unit) =>
      insertInspection(unit.db, { sha256: document.sha256, pdf, inspected_at: unit.now }),
    )
  }
}

/** Looks into the documents of whoever may submit now; nobody else makes the server read files. */
export const inspectBeforeSubmission = async (
  context: Context,
  db: Database,
  actor: Actor,
  id: ApplicationId,
  now: Instant,
): Promise<void> => {
  const file = await readCase(context, db, id, now)
  if (maySubmit(actor, factsOfApplication(context, file)).allowed) await inspectDocuments(context, id)
}

export const findingsOf = async (
  context: Context,
  db: Database,
  application: ApplicationRecord,
  documents: readonly DocumentRecord[],
  day: LocalDate,
): Promise<readonly Finding[]> => {
  const seen = await inspections(
    db,
    documents.map((document) => document.sha256),
  )
  const project = await context.projects.project(db, application.project_id)
  const applicant = await context.people.organisation(db, application.applicant_id)
  const names = new Map(
    context.law
      .materials(application.item_ids, application.guide_answers, day)
      .map((material) => [material.materialId, material.name]),
  )
  return precheck(context.precheck, {
    answers: application.answers,
    fields: new Set(context.law.form(application.item_ids, day).fields.map((field) => field.id)),
    guideAnswers: application.guide_answers,
    registers: { 'applicant-uscc': applicant?.uscc ?? null, 'project-code': project?.projectCode ?? null },
    files: documents.map((document) => ({
      materialId: document.material_id,
      materialName: names.get(document.material_id) ?? { zh: document.material_id, en: document.material_id },
      fileName: document.file_name,
      sizeBytes: document.size_bytes,
      mediaType: document.media_type,
      sha256: document.sha256,
      pdf: seen.get(document.sha256) ?? null,
    })),
  })
}
/** Pairs of dates whose order the form checks by itself. */
const ordersOfForm = (context: Context, application: ApplicationRecord, day: LocalDate): ReadonlyMap<string, string> =>
  new Map(
    context.law
      .sections(application.item_ids, day)
      .flatMap((section) => section.fields)
      .flatMap((field) =>
        field.notBefore === null ? [] : [[orderKey(field.notBefore, field.id), `answers.${field.id}`] as const],
      ),
  )
/** What the machine found that stops a first submission. Later rounds may change only what was listed: they are not stopped. */
export const precheckFaults = async (
  context: Context,
  db: Database,
  application: ApplicationRecord,
  documents: readonly DocumentRecord[],
  day: LocalDate,
): Promise<readonly FieldFault[]> =>
  application.state === 'draft'
    ? findingFaults(
        await findingsOf(context, db, application, documents, day),
        new Set(ordersOfForm(context, application, day).keys()),
      )
    : []

export const runPrecheck = async (
  context: Context,
  db: Database,
  actor: Actor,
  id: ApplicationId,
  now: Instant,
): Promise<PrecheckReply> => {
  const file = await readCase(context, db, id, now)
  require(maySave(actor, factsOfApplication(context, file)))
  await inspectDocuments(context, id)
  const documents = await documentsOf(db, id)
  const day = lawDayOf(context, file.application, localDateOf(now))
  const findings = await findingsOf(context, db, file.application, documents, day)
  // What is among the findings is not counted once more among the faults of the form.
  const orders = ordersOfForm(context, file.application, day)
  const found = new Set(findings.flatMap((finding) => orders.get(keyOfFinding(finding)) ?? []))
  return {
    checkedAt: now,
    rules: context.precheck.rules.length + context.precheck.files.length,
    findings: findings.map((finding) => ({ ...finding, anchors: [...finding.anchors] })),
    faults: faultsOf(context, file.application, needsOf(context, file, documents, day), day)
      .filter((fault) => !found.has(fault.path))
      .map((fault) => ({ ...fault })),
  }
}
