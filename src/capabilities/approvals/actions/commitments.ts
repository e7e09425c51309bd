/** 告知承诺: the applicant chooses to promise instead of proving, and the authority may decide at once. */
import { require } from '../../../kernel/decision.ts'
import type { Unit } from '../../../platform/platform.ts'
import { commitmentSigned, commitmentWithdrawn } from '../contract/events-undertakings.ts'
import type { ApplicationId, ItemRunId } from '../contract.ts'
import * as refuse from '../model/refusals/undertakings.ts'
import { commitmentText, variantOf } from '../model/undertakings.ts'
import { mayDecideOnCommitment } from '../policy/undertakings.ts'
import { maySave } from '../policy.ts'
import { changeApplication } from '../store/applications.ts'
import { dishonestRecord } from '../store/credit.ts'
import { insertCommitment, supersedeCommitment } from '../store/deferrals.ts'
import {
  factsOfApplication,
  lockCase,
  lockedFactsOfItemRun,
  lockItemRun,
  requirePerson,
  requireVersion,
} from './case-file.ts'
import type { Context } from './context.ts'
import { issueDecision } from './decisions.ts'
import { sha256, signatoryOf } from './deferrals.ts'
import { aboutApplication, subjectOf } from './event-facts.ts'
import { lawDayOf } from './reconcile.ts'

/** Signs for an item instead of handing in its evidence, or takes that back. */
export const signCommitment = async (
  context: Context,
  unit: Unit,
  id: ApplicationId,
  itemId: string,
  input: { readonly version: number; readonly chosen: boolean; readonly signatory: string },
): Promise<void> => {
  const person = requirePerson(unit.actor)
  const file = await lockCase(context, unit, id)
  const { application } = file
  require(maySave(unit.actor, factsOfApplication(context, file)))
  await requireVersion(context, unit, application, input.version)
  const day = lawDayOf(context, application, unit.today)
  const rules = context.undertakings.commitments
  const variant = variantOf(rules, itemId)
  const item = application.item_ids.includes(itemId) ? context.law.item(itemId, day) : null
  if (variant === null || item === null) throw refuse.commitmentNotOffered({ item: item?.name.zh ?? itemId })
  const before = file.commitments.find((each) => each.kind === 'substitute' && each.item_id === itemId)
  const title = `“${item.name.zh}”告知承诺书`
  if (before !== undefined) {
    await supersedeCommitment(unit.db, before.id, unit.now)
    await unit.record(commitmentWithdrawn, {
      ...subjectOf(application),
      payload: { ...aboutApplication(context, application), commitmentId: before.id, title },
    })
  }
  await changeApplication(unit.db, id, person, unit.now, {})
  if (!input.chosen) return
  const dishonest = await dishonestRecord(unit.db, application.applicant_id, day)
  if (dishonest !== null) throw refuse.commitmentDishonest({ basis: dishonest.basis })
  const names = new Map(
    context.law
      .materials(application.item_ids, application.guide_answers, day)
      .map((material) => [material.materialId, material.name]),
  )
  const materials = variant.replaces.flatMap((materialId) => {
    const name = names.get(materialId)
    return name === undefined ? [] : [{ materialId, name }]
  })
  const content = commitmentText({
    rules,
    variant,
    applicantName: application.applicant_name,
    projectName: application.project_name,
    caseNumber: application.case_number,
    itemName: item.name,
    materials: materials.map((each) => each.name),
  })
  const commitmentId = unit.newId<'commitment'>()
  const hash = sha256(content)
  await insertCommitment(unit.db, {
    id: commitmentId,
    application_id: id,
    kind: 'substitute',
    item_id: itemId,
    material_ids: materials.map((each) => each.materialId),
    text_version: rules.text.version,
    content,
    hash,
    signatory: await signatoryOf(context, unit, input.signatory),
    signed_by: person,
    signed_at: unit.now,
    superseded_at: null,
  })
  await unit.record(commitmentSigned, {
    ...subjectOf(application),
    payload: { ...aboutApplication(context, application), commitmentId, commitmentKind: 'substitute', title, hash },
  })
}

/** Decides an item in favour on the spot; the check follows afterwards. */
export const decideOnCommitment = async (
  context: Context,
  unit: Unit,
  id: ItemRunId,
  input: { readonly version: number; readonly text: string },
): Promise<ApplicationId> => {
  const person = requirePerson(unit.actor)
  const { file, run } = await lockItemRun(context, unit, id)
  const signed = file.commitments.some((each) => each.kind === 'substitute' && each.item_id === run.item_id)
  const immediate = variantOf(context.undertakings.commitments, run.item_id)?.immediate ?? false
  require(mayDecideOnCommitment(unit.actor, lockedFactsOfItemRun(context, unit, file, run), { signed, immediate }))
  await requireVersion(context, unit, run, input.version)
  await issueDecision(
    context,
    unit,
    file,
    run,
    {
      outcome: 'approved',
      text: input.text,
      conditions: [],
      draftedBy: person,
      draftedAt: unit.now,
      reviewedBy: null,
      reviewRemark: null,
    },
    person,
  )
  return file.application.id
}
