/** How a decision ends: revoked, lapsed, annulled. The document stays; its state, the cause and the day are added. */
import { endOfDay, type LocalDate, localDateOf } from '../../../../kernel/time.ts'
import type { Unit } from '../../../../platform/platform.ts'
import { certificateLapsed, decisionAnnulled, reopened } from '../../contract/events-after.ts'
import type { CertificateId } from '../../contract.ts'
import * as refuse from '../../model/after-refusals.ts'
import { siteRuleOf } from '../../model/after-rules.ts'
import { remedyKindWords } from '../../model/after-words.ts'
import type { RemedyKind } from '../../model/remedies.ts'
import { voidConditions } from '../../store/after.ts'
import type { CertificateCause } from '../../store/after-tables.ts'
import { changeApplication, openApplicationOf } from '../../store/applications.ts'
import { changeCertificate, documentsOfApplication } from '../../store/certificates.ts'
import { changeItemRun } from '../../store/item-runs.ts'
import { afterPurposes } from '../../store/tables.ts'
import { personOf } from '../case-file.ts'
import type { Context } from '../context.ts'
import { aboutApplication, subjectOf } from '../event-facts.ts'
import { startItemClocks } from '../intake.ts'
import { type AfterCase, aboutDocument, lockDocument } from './case.ts'
import { REMINDER_TIMER, runningFor } from './clocks.ts'
import { requireItem } from './issue.ts'

/** Takes a document out of force: conditions become void, its clocks are cancelled. Does not close the book. */
export const endDocument = async (
  unit: Unit,
  at: AfterCase,
  state: 'revoked' | 'lapsed',
  cause: CertificateCause,
): Promise<void> => {
  await changeCertificate(unit.db, at.document.id, personOf(unit.actor), unit.now, { state, cause })
  await voidConditions(unit.db, at.document.id, unit.now)
  const clocks = at.file.book.open({ purpose: afterPurposes, certificateId: at.document.id })
  await at.file.book.cancel(clocks, cause.name.zh)
  for (const clock of clocks) await unit.timers.cancelAll(REMINDER_TIMER, clock.id)
}

/** A report or request that was made before the last day and still waits for the department keeps the permit alive. */
const waitsInTime = (at: AfterCase, due: LocalDate): boolean =>
  at.reports.some(
    (report) =>
      report.certificate_id === at.document.id &&
      report.state === 'reported' &&
      (report.kind === 'start' || report.kind === 'extension') &&
      report.reported_at <= endOfDay(due),
  )

/**
 * Work has not started in time: the permit lapses by law (建筑法 9: 自行废止), unless a report or a request for an extension
 * was made in time and waits. Called at the end of the period, and again when such a report is turned back.
 */
export const lapseUnlessStarted = async (
  context: Context,
  unit: Unit,
  id: CertificateId,
  late: boolean,
): Promise<void> => {
  const at = await lockDocument(context, unit, id)
  await lapseLocked(context, unit, at, late)
}
export const lapseLocked = async (context: Context, unit: Unit, at: AfterCase, late: boolean): Promise<void> => {
  const clock = runningFor(at.file, 'start', at.document.id)
  const rule = siteRuleOf(context.after, at.run.item_id)
  if (clock === null || rule === null || at.document.state !== 'in-force' || at.document.site_state !== 'waiting')
    return
  const derived = at.file.book.derived(clock)
  if (derived.due === null || derived.overdueBy === 0 || waitsInTime(at, derived.due)) return
  await lapse(context, unit, at, late, {
    ground: 'not-started',
    name: { zh: '逾期未开工,许可证自行废止', en: 'Lapsed: work did not start in time' },
    basis: rule.start.source.basis,
    text: `开工期限于${derived.due}届满。`,
    on: derived.due,
  })
}
export const lapseExpired = async (context: Context, unit: Unit, id: CertificateId, late: boolean): Promise<void> => {
  const at = await lockDocument(context, unit, id)
  const { valid_until: until } = at.document
  if (at.document.state !== 'in-force' || until === null || until >= unit.today) return
  await lapse(context, unit, at, late, {
    ground: 'expired',
    name: { zh: '有效期届满未延续', en: 'Expired without renewal' },
    basis: context.after.expiry.source.basis,
    text: `有效期至${until}。`,
    on: until,
  })
}
const lapse = async (
  context: Context,
  unit: Unit,
  at: AfterCase,
  late: boolean,
  cause: CertificateCause,
): Promise<void> => {
  await endDocument(unit, at, 'lapsed', cause)
  await at.file.book.close()
  await unit.record(certificateLapsed, {
    ...subjectOf(at.file.application),
    payload: { ...aboutDocument(context, at), groundName: cause.name.zh, basis: cause.basis, late },
  })
}

/**
 * A decision is annulled on review or by a court: the document ends, and the item is handled anew with a full period. An
 * application that was closed is open again; refuses when another one of the stage is under way.
 */
export const annul = async (
  context: Context,
  unit: Unit,
  at: AfterCase,
  by: { readonly remedyCaseId: string; readonly kind: RemedyKind; readonly text: string },
): Promise<void> => {
  const { file, run, document } = at
  const kindName = remedyKindWords[by.kind].zh
  const { application } = file
  const reopens = application.state === 'closed'
  if (reopens) {
    const other = await openApplicationOf(unit.db, application.project_id, application.stage)
    if (other !== null) throw refuse.anotherOpen({ caseNumber: other.case_number })
  }
  await endDocument(unit, at, 'revoked', {
    ground: 'annulled',
    name: { zh: `经${kindName}撤销`, en: 'Annulled on review' },
    basis: kindName,
    text: by.text,
    on: localDateOf(unit.now),
  })
  const item = requireItem(context, run)
  if (reopens || application.state === 'accepted') {
    // What was granted for other parts and still stands stays with the run.
    const standing = (await documentsOfApplication(unit.db, application.id)).findLast(
      (row) =>
        row.item_run_id === run.id &&
        row.id !== document.id &&
        row.state === 'in-force' &&
        row.facts.outcome !== 'refused',
    )
    const pointers =
      standing === undefined
        ? {
            outcome: null,
            decision_text: null,
            decision_conditions: null,
            decided_at: null,
            decided_by: null,
            document_number: null,
            certificate_id: null,
          }
        : {
            outcome: 'partially-approved' as const,
            document_number: standing.document_number,
            certificate_id: standing.id,
          }
    if (reopens)
      await changeApplication(unit.db, application.id, personOf(unit.actor), unit.now, {
        state: 'accepted',
        closed_at: null,
      })
    await changeItemRun(unit.db, run.id, personOf(unit.actor), unit.now, {
      ...pointers,
      state: 'handling',
      draft: null,
      proposal: null,
    })
    if (file.book.leading(run.id) === null) await startItemClocks(context, file, item, run.id)
  }
  await file.book.close()
  await unit.record(decisionAnnulled, {
    ...subjectOf(application),
    payload: { ...aboutDocument(context, at), remedyCaseId: by.remedyCaseId, kind: by.kind, kindName },
  })
  if (reopens)
    await unit.record(reopened, {
      ...subjectOf(application),
      payload: { ...aboutApplication(context, application), cause: `${document.document_number}经${kindName}撤销` },
    })
}
