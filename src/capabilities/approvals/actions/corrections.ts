/** Gives out a list of corrections: the first, or a second one that a supervisor let out. */
import type { PersonId } from '../../../kernel/identity.ts'
import type { Unit } from '../../../platform/platform.ts'
import { correctionsRequested } from '../contract/events.ts'
import * as refuse from '../model/refusals.ts'
import { changeApplication, insertCorrection } from '../store/applications.ts'
import type { CorrectionPoint } from '../store/tables.ts'
import { type CaseFile, type LockedCase, personOf } from './case-file.ts'
import type { Context } from './context.ts'
import { aboutApplication, subjectOf } from './event-facts.ts'
import { issueCorrectionNotice } from './receipts.ts'

/** Refuses points that name neither a field of the form nor a material that can be handed in. */
export const requireAnchors = (
  context: Context,
  file: Pick<CaseFile, 'application'>,
  points: readonly CorrectionPoint[],
): void => {
  const { application } = file
  const day = application.catalogue_day
  const anchors = new Set([
    ...context.law.form(application.item_ids, day).fields.map((field) => `field:${field.id}`),
    ...context.law
      .materials(application.item_ids, application.guide_answers, day)
      .filter((material) => material.form !== 'form' && material.form !== 'exempt-system-fetched')
      .map((material) => `material:${material.materialId}`),
  ])
  const faults = points.flatMap((point, index) =>
    anchors.has(point.anchor)
      ? []
      : [{ path: `points.${index}.anchor`, message: '请选择表单中的字段或材料清单中的材料。' }],
  )
  if (faults.length > 0) throw refuse.unknownAnchor({ count: faults.length }, faults)
}

/** The clock of the window ends, the file goes to the applicant, and the written notice with it. */
export const issueCorrections = async (
  context: Context,
  unit: Unit,
  file: LockedCase,
  points: readonly CorrectionPoint[],
  about: { readonly issuedBy: PersonId; readonly secondReason: string | null },
): Promise<void> => {
  const { application, book } = file
  await book.stop(book.open({ purpose: ['intake'] }))
  await insertCorrection(unit.db, {
    application_id: application.id,
    round: application.round,
    issued_at: unit.now,
    issued_by: about.issuedBy,
    answered_at: null,
    points,
  })
  const changed = await changeApplication(unit.db, application.id, personOf(unit.actor), unit.now, {
    state: 'correcting',
  })
  await book.close()
  await unit.record(correctionsRequested, {
    ...subjectOf(changed),
    payload: { ...aboutApplication(context, changed), round: application.round, count: points.length },
  })
  await issueCorrectionNotice(context, unit, file, { points, secondReason: about.secondReason })
}
