/** One decision document with its file, locked: what every action after a decision begins with. */

import type { Instant } from '../../../../kernel/time.ts'
import { localDateOf } from '../../../../kernel/time.ts'
import type { Unit } from '../../../../platform/platform.ts'
import type { ReportKind } from '../../contract/after.ts'
import type { CertificateId } from '../../contract.ts'
import * as refuse from '../../model/after-refusals.ts'
import { siteRuleOf } from '../../model/after-rules.ts'
import * as base from '../../model/refusals.ts'
import type { DocumentFacts } from '../../policy/after.ts'
import { type ActRecord, actsOf, ownerOf, reportsOf, type SiteReportRecord } from '../../store/after.ts'
import { type CertificateRecord, documentsOfApplication } from '../../store/certificates.ts'
import type { ClockRecord } from '../../store/clocks.ts'
import type { ItemRunRecord } from '../../store/item-runs.ts'
import { type CaseFile, itemRunOf, type LockedCase, lockCase } from '../case-file.ts'
import type { Context } from '../context.ts'
import { aboutItem } from '../event-facts.ts'
import { stopAt } from './clocks.ts'

export interface AfterCase {
  readonly file: LockedCase
  readonly run: ItemRunRecord
  readonly document: CertificateRecord
  readonly facts: DocumentFacts
  readonly acts: readonly ActRecord[]
  readonly reports: readonly SiteReportRecord[]
  /** Stops a clock as of a moment. */
  readonly stop: (clock: ClockRecord, at: Instant) => Promise<void>
}

export const factsOfDocument = (
  context: Context,
  file: CaseFile,
  run: ItemRunRecord,
  document: CertificateRecord,
  acts: readonly ActRecord[],
  reports: readonly SiteReportRecord[],
  now: Instant,
): DocumentFacts => ({
  applicantId: file.application.applicant_id,
  applicantName: file.application.applicant_name,
  department: run.department,
  departmentName: file.departments.name(run.department),
  state: document.state,
  published: document.publish_at <= now,
  deliveredOn: document.delivered_at === null ? null : localDateOf(document.delivered_at),
  actOpen: acts.some((act) => act.certificate_id === document.id && act.state === 'proposed'),
  site:
    siteRuleOf(context.after, run.item_id) === null || document.facts.outcome === 'refused'
      ? null
      : {
          state: document.site_state,
          reportsOpen: reports
            .filter((report) => report.certificate_id === document.id && report.state === 'reported')
            .map((report): ReportKind => report.kind),
        },
})

/** Locks the application first, then reads the document and all that belongs to it. */
export const lockDocument = async (context: Context, unit: Unit, id: CertificateId): Promise<AfterCase> => {
  const applicationId = await ownerOf.certificate(unit.db, id)
  if (applicationId === null) throw base.certificateMissing()
  const file = await lockCase(context, unit, applicationId)
  const document = (await documentsOfApplication(unit.db, applicationId)).find((row) => row.id === id)
  if (document === undefined) throw base.certificateMissing()
  const run = itemRunOf(file, document.item_run_id)
  const acts = await actsOf(unit.db, applicationId)
  const reports = await reportsOf(unit.db, applicationId)
  return {
    file,
    run,
    document,
    acts,
    reports,
    facts: factsOfDocument(context, file, run, document, acts, reports, unit.now),
    stop: (clock, at) => stopAt(context, unit, file, clock, at),
  }
}
export const aboutDocument = (context: Context, at: Pick<AfterCase, 'file' | 'run' | 'document'>) => ({
  ...aboutItem(context, at.file, at.run),
  certificateId: at.document.id,
  documentNumber: at.document.document_number,
})
export const found = <T>(value: T | undefined | null): T => {
  if (value === undefined || value === null) throw refuse.afterMissing()
  return value
}
