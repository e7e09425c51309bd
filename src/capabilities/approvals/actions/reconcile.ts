/** Keeps drafts and the versions of form and catalogue together. */
import type { Actor } from '../../../kernel/actor.ts'
import { require } from '../../../kernel/decision.ts'
import { type Instant, type LocalDate, localDateOf } from '../../../kernel/time.ts'
import type { Words } from '../../../kernel/words.ts'
import type { Database, Unit } from '../../../platform/platform.ts'
import { type DraftStanding, draftReconciled } from '../contract/reconcile.ts'
import type { ApplicationId } from '../contract.ts'
import { originsAfter } from '../model/prefill.ts'
import { type Asked, type Reconciled, type ReconcilePoint, reconcile } from '../model/reconcile.ts'
import { draftOutdated } from '../model/refusals/before-submission.ts'
import { maySave } from '../policy.ts'
import {
  type ApplicationRecord,
  changeApplication,
  type DocumentRecord,
  documentsOf,
  removeDocument,
} from '../store/applications.ts'
import { insertReconciliation, reconciliationsOf } from '../store/reconcile.ts'
import { type CaseFile, factsOfApplication, lockCase, readCase, requirePerson, requireVersion } from './case-file.ts'
import type { Context } from './context.ts'
import { aboutApplication, subjectOf } from './event-facts.ts'

type Draft = Pick<
  ApplicationRecord,
  'state' | 'round' | 'paper' | 'catalogue_day' | 'form_version' | 'item_ids' | 'guide_answers' | 'answers'
>

const versionsOf = (context: Context, itemIds: readonly string[], day: LocalDate): string =>
  itemIds.map((id) => context.law.item(id, day)?.versionId ?? '').join(' ')
/** The day whose law a submission today would stand under: a paper stands under the law of the day it was handed in. */
const dayOfReceipt = (draft: Draft, today: LocalDate): LocalDate =>
  draft.paper === null ? today : localDateOf(draft.paper.receivedAt)

/** Says whether what a draft was last reconciled to is what holds on the day of receipt. */
export const isCurrent = (context: Context, draft: Draft, now: LocalDate): boolean => {
  const today = dayOfReceipt(draft, now)
  return (
    context.law.form(draft.item_ids, today).version === draft.form_version &&
    versionsOf(context, draft.item_ids, today) === versionsOf(context, draft.item_ids, draft.catalogue_day)
  )
}
/** The day whose law an application stands under: a draft moves on by itself only while nothing changed for it. */
export const lawDayOf = (context: Context, draft: Draft, today: LocalDate): LocalDate =>
  draft.state === 'draft' && isCurrent(context, draft, today) ? dayOfReceipt(draft, today) : draft.catalogue_day

const asked = (context: Context, draft: Draft, day: LocalDate, formVersion: string | null): Asked => {
  const form =
    (formVersion === null ? null : context.law.formOfVersion(draft.item_ids, formVersion)) ??
    context.law.form(draft.item_ids, day)
  return {
    questions: form.fields,
    materials: context.law.materials(draft.item_ids, draft.guide_answers, day),
    items: new Map(
      draft.item_ids.flatMap((id): readonly [string, Words][] => {
        const item = context.law.item(id, day)
        return item === null ? [] : [[id, item.name]]
      }),
    ),
  }
}
const plan = (context: Context, draft: Draft, documents: readonly DocumentRecord[], today: LocalDate): Reconciled => {
  // Only wrong values count here: what is empty is simply still to be filled in.
  const faulty = context.law
    .checkAnswers(draft.item_ids, today, draft.answers, { draft: true })
    .map((fault) => fault.path.replace(/^answers\./, ''))
  const before = context.law
    .checkAnswers(draft.item_ids, draft.catalogue_day, draft.answers, { draft: true })
    .map((fault) => fault.path.replace(/^answers\./, ''))
  return reconcile(
    {
      answers: draft.answers,
      itemIds: draft.item_ids,
      documents: new Set(documents.map((document) => document.material_id)),
    },
    asked(context, draft, draft.catalogue_day, draft.form_version),
    asked(context, draft, today, null),
    // What was wrong before is no change of the question: it stays, and is named at submission as ever.
    new Set(faulty.filter((id) => !before.includes(id))),
  )
}

/** Refuses to submit a draft that stands under an older form or catalogue. Nothing of it is changed. */
export const requireCurrent = async (context: Context, unit: Unit, application: ApplicationRecord): Promise<void> => {
  if (application.state !== 'draft' || isCurrent(context, application, unit.today)) return
  const { points } = plan(
    context,
    application,
    await documentsOf(unit.db, application.id),
    dayOfReceipt(application, unit.today),
  )
  throw draftOutdated(
    { count: points.length },
    points.map((point) => ({ path: point.anchor, message: point.text.zh })),
  )
}

export const reconcileDraft = async (context: Context, unit: Unit, id: ApplicationId, seen: number): Promise<void> => {
  const person = requirePerson(unit.actor)
  const file = await lockCase(context, unit, id)
  const { application } = file
  require(maySave(unit.actor, factsOfApplication(context, file)))
  await requireVersion(context, unit, application, seen)
  if (application.state !== 'draft' || isCurrent(context, application, unit.today)) return
  const documents = await documentsOf(unit.db, id)
  const to = dayOfReceipt(application, unit.today)
  const done = plan(context, application, documents, to)
  for (const document of documents)
    if (done.detached.includes(document.material_id)) await removeDocument(unit.db, document.id, unit.now)
  const toForm = context.law.form(done.itemIds, to).version
  await insertReconciliation(unit.db, {
    application_id: id,
    ordinal: (await reconciliationsOf(unit.db, id)).length + 1,
    from_day: application.catalogue_day,
    to_day: to,
    from_form: application.form_version,
    to_form: toForm,
    reconciled_at: unit.now,
    reconciled_by: person,
    points: done.points,
  })
  await changeApplication(unit.db, id, person, unit.now, {
    answers: done.answers,
    origins: originsAfter(application.origins, application.answers, done.answers, unit.now),
    item_ids: done.itemIds,
    catalogue_day: to,
    form_version: toForm,
  })
  await unit.record(draftReconciled, {
    ...subjectOf(application),
    payload: {
      ...aboutApplication(context, application),
      fromDay: application.catalogue_day,
      toDay: to,
      fromForm: application.form_version,
      toForm,
      count: done.points.length,
      points: done.points.map(({ anchor, reason }) => ({ anchor, reason })),
    },
  })
}

const isOpen = (file: CaseFile, documents: readonly DocumentRecord[], point: ReconcilePoint): boolean => {
  if (file.application.state !== 'draft') return false
  const [kind, id = ''] = point.anchor.split(':')
  if (point.reason === 'removed' || point.reason === 'material-removed' || kind === 'item') return false
  if (kind === 'material') return !documents.some((document) => document.material_id === id)
  const answer = file.application.answers[id]
  return answer === undefined || answer === null || answer === ''
}
export const readDraftStanding = async (
  context: Context,
  db: Database,
  actor: Actor,
  id: ApplicationId,
  now: Instant,
): Promise<DraftStanding> => {
  const file = await readCase(context, db, id, now)
  const { application } = file
  require(maySave(actor, factsOfApplication(context, file)))
  const documents = await documentsOf(db, id)
  const today = localDateOf(now)
  const current = application.state !== 'draft' || isCurrent(context, application, today)
  const history = await reconciliationsOf(db, id)
  const names = await context.people.personNames(
    db,
    history.map((row) => row.reconciled_by),
  )
  const day = current ? lawDayOf(context, application, today) : dayOfReceipt(application, today)
  const show = (point: ReconcilePoint) => ({ ...point })
  return {
    current,
    reconciledTo: { day: application.catalogue_day, formVersion: application.form_version },
    inForce: { day, formVersion: context.law.form(application.item_ids, day).version },
    points: current ? [] : plan(context, application, documents, day).points.map(show),
    history: history.map((row) => ({
      at: row.reconciled_at,
      by: names.get(row.reconciled_by) ?? '',
      fromDay: row.from_day,
      toDay: row.to_day,
      toForm: row.to_form,
      points: row.points.map((point) => ({ ...show(point), open: isOpen(file, documents, point) })),
    })),
  }
}
