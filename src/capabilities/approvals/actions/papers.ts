/** Documents for download: handed-in files, receipts, certificates, explanations. */

import type { z } from 'zod'
import { type Actor, system } from '../../../kernel/actor.ts'
import { type Instant, localDateOf } from '../../../kernel/time.ts'
import type { Database, FileReply } from '../../../platform/platform.ts'
import { certificateIssued } from '../contract/events.ts'
import type { ApplicationId, CertificateId, ClockId, explanationSchema, SubmissionId } from '../contract.ts'
import { certificatePdf } from '../documents/certificate.ts'
import { explanationPdf } from '../documents/explanation.ts'
import { receiptPdf } from '../documents/receipt.ts'
import { explainClock } from '../model/clock/explain.ts'
import { calendarOf, viewClock } from '../model/clock-view.ts'
import * as refuse from '../model/refusals.ts'
import { isOfficer } from '../policy.ts'
import {
  type ApplicationRecord,
  documentById,
  lockApplication,
  application as readApplicationRow,
  submission,
} from '../store/applications.ts'
import { type ClockRecord, clock as readClock } from '../store/clocks.ts'
import { type CertificateRecord, noteDigest, certificate as readCertificateRow } from '../store/item-runs.ts'
import type { DocumentId } from '../store/tables.ts'
import { departmentNames } from './case-file.ts'
import type { Context } from './context.ts'
import { aboutApplication, subjectOf } from './event-facts.ts'
import { requireSight } from './file-view.ts'
import { requireReleased } from './owed.ts'
import { PAPER_SCAN } from './paper-intake.ts'
import type { FrozenContent } from './submit.ts'

const visible = async (
  context: Context,
  db: Database,
  actor: Actor,
  id: ApplicationId,
  now: Instant,
): Promise<ApplicationRecord> => {
  const row = await readApplicationRow(db, id)
  if (row === null) throw refuse.applicationMissing()
  await requireSight(context, db, actor, row, now)
  return row
}

export const readDocument = async (
  context: Context,
  db: Database,
  actor: Actor,
  applicationId: ApplicationId,
  documentId: DocumentId,
  now: Instant,
): Promise<FileReply> => {
  await visible(context, db, actor, applicationId, now)
  const row = await documentById(db, applicationId, documentId)
  if (row === null) throw refuse.documentMissing()
  if (row.scan === 'infected') throw refuse.infectedUpload({ file: row.file_name })
  return { fileName: row.file_name, content: await context.platform.files.open(row.sha256) }
}

export const readReceipt = async (
  context: Context,
  db: Database,
  actor: Actor,
  applicationId: ApplicationId,
  submissionId: SubmissionId,
  now: Instant,
): Promise<FileReply> => {
  const owner = await visible(context, db, actor, applicationId, now)
  const row = await submission(db, submissionId)
  if (row === null || row.application_id !== applicationId) throw refuse.submissionMissing()
  const frozen = JSON.parse(row.content) as FrozenContent
  const day = localDateOf(row.submitted_at)
  const names = await departmentNames(context, db, day)
  const materials = new Map(
    context.law
      .materials(
        frozen.items.map((item) => item.itemId),
        frozen.guideAnswers,
        owner.catalogue_day,
      )
      .map((material) => [material.materialId, material.name.zh]),
  )
  const content = await receiptPdf(
    {
      receiptNumber: row.receipt_number,
      caseNumber: frozen.caseNumber,
      round: row.round,
      hash: row.hash,
      submittedAt: row.submitted_at,
      enteredAt: row.entered_at,
      applicantName: frozen.applicantName,
      projectName: owner.project_name,
      projectNumber: frozen.projectNumber,
      stageName: context.law.stage(frozen.stage, day)?.name.zh ?? frozen.stage,
      departmentName: names.name(owner.lead_department),
      intakeDays: context.law.intakeLimit(day).days,
      items: frozen.items.map((item) => {
        const terms = context.law.itemVersion(item.versionId)
        return {
          itemId: item.itemId,
          name: terms?.name.zh ?? item.itemId,
          departmentName: names.name(terms?.department ?? ''),
        }
      }),
      documents: frozen.documents.map((each) => ({
        name: each.materialId === PAPER_SCAN ? '纸质申请扫描件' : (materials.get(each.materialId) ?? each.materialId),
        fileName: each.fileName,
        sha256: each.sha256,
      })),
    },
    context.platform.config.publicUrl,
  )
  return { fileName: `收件凭证-${row.receipt_number}.pdf`, content, inline: true }
}

/**
 * Makes the document of a certificate unless it was made before, stores it and fixes its digest. Safe to repeat: the same
 * facts give the same bytes, and only the first run notes the digest.
 */
export const ensureCertificate = async (context: Context, id: CertificateId): Promise<Uint8Array> => {
  const row = await readCertificateRow(context.platform.db, id)
  if (row === null) throw refuse.certificateMissing()
  if (row.sha256 !== null) return context.platform.files.read(row.sha256)
  const content = await certificatePdf(row.facts, context.platform.config.publicUrl)
  const stored = await context.platform.files.put(content, 'application/pdf')
  await noteCertificate(context, row, stored.sha256)
  return content
}
const noteCertificate = async (context: Context, row: CertificateRecord, sha256: string): Promise<void> => {
  await context.platform.transact(system('approvals.certificate'), async (unit) => {
    const owner = await lockApplication(unit.db, row.application_id)
    if (owner === null || !(await noteDigest(unit.db, row.id, sha256))) return
    await unit.record(certificateIssued, {
      ...subjectOf(owner),
      ...(row.publish_at > unit.now ? { visibility: 'internal' as const } : {}),
      payload: {
        ...aboutApplication(context, owner),
        itemRunId: row.item_run_id,
        itemId: row.facts.itemId,
        itemName: row.facts.itemName.zh,
        department: row.facts.department,
        departmentName: row.facts.departmentName,
        certificateId: row.id,
        documentNumber: row.document_number,
        verificationCode: row.code,
        sha256,
      },
    })
  })
}
/** A document that was promised and did not come keeps the output back: officers still see it. */
export const requireOutput = async (
  db: Database,
  actor: Actor,
  row: Pick<CertificateRecord, 'application_id' | 'facts'>,
): Promise<void> => {
  if (!isOfficer(actor)) await requireReleased(db, row.application_id, row.facts.itemId)
}
export const readCertificate = async (
  context: Context,
  db: Database,
  actor: Actor,
  id: CertificateId,
  now: Instant,
): Promise<FileReply> => {
  const row = await readCertificateRow(db, id)
  if (row === null) throw refuse.certificateMissing()
  await visible(context, db, actor, row.application_id, now)
  await requireOutput(db, actor, row)
  if (row.publish_at > now && !isOfficer(actor)) throw refuse.certificateMissing()
  return { fileName: `${row.document_number}.pdf`, content: await ensureCertificate(context, id), inline: true }
}

const visibleClock = async (
  context: Context,
  db: Database,
  actor: Actor,
  id: ClockId,
  now: Instant,
): Promise<{ clock: ClockRecord; owner: ApplicationRecord }> => {
  const row = await readClock(db, id)
  if (row === null) throw refuse.clockMissing()
  return { clock: row, owner: await visible(context, db, actor, row.application_id, now) }
}
export const explainClockOf = async (
  context: Context,
  db: Database,
  actor: Actor,
  id: ClockId,
  now: Instant,
): Promise<z.infer<typeof explanationSchema>> => {
  const { clock } = await visibleClock(context, db, actor, id, now)
  return explanationOf(context, clock, now)
}
const explanationOf = (context: Context, clock: ClockRecord, now: Instant): z.infer<typeof explanationSchema> => {
  const calendars = context.calendars()
  const explained = explainClock(clock.terms, clock.ledger, calendarOf(calendars, clock.terms, clock.ledger), now)
  return {
    clock: viewClock(clock, calendars, now),
    summary: explained.summary,
    rows: explained.rows.map((row) => ({
      day: row.day,
      weekday: row.weekday,
      kind: row.kind,
      counted: row.counted,
      number: row.number,
      holder: row.holder,
      reason: row.reason,
    })),
  }
}
export const printExplanation = async (
  context: Context,
  db: Database,
  actor: Actor,
  id: ClockId,
  now: Instant,
): Promise<FileReply> => {
  const { clock, owner } = await visibleClock(context, db, actor, id, now)
  const explanation = explanationOf(context, clock, now)
  const names = await departmentNames(context, db, localDateOf(now))
  const content = await explanationPdf({
    clock: explanation.clock,
    caseNumber: owner.case_number,
    projectName: owner.project_name,
    departmentName: names.name(clock.department),
    summary: explanation.summary.zh,
    asOf: now,
    rows: explanation.rows.map((row) => ({
      day: row.day,
      weekday: row.weekday,
      number: row.number,
      reason: row.reason.zh,
    })),
  })
  return { fileName: `期限计算说明-${owner.case_number}.pdf`, content, inline: true }
}
