/** From the draft to the decision: draft, review by another, decision by a third or at least not the drafter. */

import type { PersonId } from '../../../kernel/identity.ts'
import type { Instant } from '../../../kernel/time.ts'
import type { Unit } from '../../../platform/platform.ts'
import type { ProjectStage } from '../../projects/contract.ts'
import { type DraftExtras, noExtras } from '../contract/decision-parts.ts'
import { closed, drafted, frontConditionMet, reviewed } from '../contract/events.ts'
import type { ItemRunId, ItemRunView, Outcome } from '../contract.ts'
import { outcomeWithDeferral } from '../model/deferral.ts'
import { fulfilled, standingsOf } from '../model/front.ts'
import { joinStage } from '../model/join.ts'
import { openItemRunStates } from '../model/lifecycle.ts'
import * as refuse from '../model/refusals.ts'
import { leavesOpen } from '../model/scope.ts'
import { mayDecide, mayDraft, mayReview } from '../policy.ts'
import { type ApplicationRecord, changeApplication, application as readApplicationRow } from '../store/applications.ts'
import { unpublishedAmong } from '../store/certificates.ts'
import {
  changeItemRun,
  type ItemRunRecord,
  itemRunsOf,
  openItemRunsInProject,
  standingsInProject,
} from '../store/item-runs.ts'
import type { Draft } from '../store/tables.ts'
import { beginAfter, tellRest } from './after/delivery.ts'
import { checkExtras, requirePublishable } from './after/draft-checks.ts'
import { type Issued, issueDocument, recordDecided } from './after/issue.ts'
import { openAfterCheck } from './after-checks.ts'
import {
  type CaseFile,
  type LockedCase,
  lockedFactsOfItemRun,
  lockItemRun,
  requirePerson,
  requireStill,
} from './case-file.ts'
import { certificateJob } from './certificate-job.ts'
import type { Context } from './context.ts'
import { aboutApplication, aboutItem, subjectOf } from './event-facts.ts'
import { viewDecided } from './file-view.ts'
import { PAUSE_END_TIMER } from './pauses.ts'
import { owedDocument, owedFor } from './waivers.ts'

export interface DraftInput {
  readonly version: number
  readonly outcome: Outcome
  readonly text: string
  readonly conditions: readonly string[]
  readonly extras?: DraftExtras | undefined
}
export const draftDecision = async (context: Context, unit: Unit, id: ItemRunId, input: DraftInput): Promise<void> => {
  const person = requirePerson(unit.actor)
  const { file, run } = await lockItemRun(context, unit, id)
  await requireStill(
    context,
    unit,
    mayDraft(unit.actor, lockedFactsOfItemRun(context, unit, file, run)),
    run,
    input.version,
  )
  if (input.outcome === 'approved-with-deferral') throw refuse.deferralNotDrafted()
  const partial = input.outcome === 'partially-approved'
  checkExtras(context, unit, input)
  const conditional = input.outcome === 'approved-with-conditions' || (partial && input.conditions.length > 0)
  if (conditional && input.conditions.length === 0)
    throw refuse.conditionsNeeded({}, [{ path: 'conditions', message: '请至少写明一项条件。' }])
  if (!conditional && input.conditions.length > 0)
    throw refuse.conditionsNotAllowed({}, [{ path: 'conditions', message: '请删除条件,或改选“附条件准予许可”。' }])
  await changeItemRun(unit.db, id, person, unit.now, {
    state: 'drafted',
    draft: {
      outcome: input.outcome,
      text: input.text,
      conditions: input.conditions,
      draftedBy: person,
      draftedAt: unit.now,
      reviewedBy: null,
      reviewRemark: null,
      extras: input.extras ?? noExtras,
    },
  })
  await unit.record(drafted, {
    ...subjectOf(file.application),
    payload: { ...aboutItem(context, file, run), outcome: input.outcome },
  })
}

/** Reviews the draft: accepts it, or sends it back with what is to change. */
export const reviewDraft = async (
  context: Context,
  unit: Unit,
  id: ItemRunId,
  input: { readonly version: number; readonly accept: boolean; readonly remark: string },
): Promise<void> => {
  const person = requirePerson(unit.actor)
  const { file, run } = await lockItemRun(context, unit, id)
  await requireStill(
    context,
    unit,
    mayReview(unit.actor, lockedFactsOfItemRun(context, unit, file, run)),
    run,
    input.version,
  )
  if (run.draft === null) throw refuse.itemRunMissing()
  if (!input.accept && input.remark === '')
    throw refuse.remarkNeeded({}, [{ path: 'remark', message: '请写明退回的理由。' }])
  await changeItemRun(unit.db, id, person, unit.now, {
    state: input.accept ? 'reviewed' : 'handling',
    draft: { ...run.draft, reviewedBy: person, reviewRemark: input.remark === '' ? null : input.remark },
  })
  await unit.record(reviewed, {
    ...subjectOf(file.application),
    payload: { ...aboutItem(context, file, run), accepted: input.accept, result: input.accept ? '同意' : '退回修改' },
  })
}

/**
 * Decides an item: state, document number, certificate, public entry, clocks and the closing of the application are one
 * transaction. Locks in one order: application, item (by the application's lock), number series.
 */
export const decideItemRun = async (
  context: Context,
  unit: Unit,
  id: ItemRunId,
  seen: number,
  publishAt: Instant | null = null,
): Promise<ItemRunView> => {
  const person = requirePerson(unit.actor)
  const { file, run } = await lockItemRun(context, unit, id)
  await requireStill(context, unit, mayDecide(unit.actor, lockedFactsOfItemRun(context, unit, file, run)), run, seen)
  if (run.draft === null) throw refuse.itemRunMissing()
  return issueDecision(context, unit, file, run, run.draft, person, publishAt)
}

/** Makes a decision that everything speaks for: the policies have been asked. */
export const issueDecision = async (
  context: Context,
  unit: Unit,
  file: LockedCase,
  run: ItemRunRecord,
  proposed: Draft,
  person: PersonId,
  publishAt: Instant | null = null,
): Promise<ItemRunView> => {
  const { id } = run
  const item = context.law.itemVersion(run.item_version_id)
  if (item === null) throw refuse.itemRunMissing()
  const owed = owedFor(file, run.item_id)
  const draft: Draft = { ...proposed, outcome: outcomeWithDeferral(proposed.outcome, owed.length) }
  const extras = draft.extras ?? noExtras
  requirePublishable(context, unit, publishAt)
  const rest = leavesOpen(extras.scope)
  // A decision for a part leaves the rest in hand, and its clocks running.
  if (!rest) await file.book.stop(file.book.open({ itemRunId: id }))
  await file.book.syncStage(null)
  const join = joinAfter(context, file, rest ? null : run, draft.outcome)
  if (join.closed) await file.book.stop(file.book.open())
  const certificateId = unit.newId<'certificate'>()
  await beginAfter(context, unit, file, run, certificateId, extras, draft)
  await file.book.close()
  await unit.enqueue(certificateJob, { certificateId })

  // The number comes last: all decisions of a department wait for its series until the transaction ends.
  const deferred =
    owed.length > 0 && draft.outcome !== 'refused' ? { deferred: owed.map((each) => owedDocument(file, each)) } : {}
  const issue = { ...draft, extras, publishAt, more: deferred }
  const issued = await issueDocument(context, unit, file, run, item, certificateId, issue)
  // An announced pause that is over already must not wake up after the decision.
  if (!rest && run.hold !== null) await unit.timers.cancelAll(PAUSE_END_TIMER, id)
  const granted = draft.outcome !== 'refused'
  const after = await changeItemRun(unit.db, id, person, unit.now, {
    state: rest ? 'handling' : 'decided',
    outcome: !granted && run.outcome === 'partially-approved' ? 'partially-approved' : draft.outcome,
    decision_text: draft.text,
    decision_conditions: draft.conditions,
    decided_at: unit.now,
    decided_by: person,
    document_number: issued.documentNumber,
    certificate_id: certificateId,
    ...(rest ? { draft: null } : { proposal: null, hold: null }),
  })
  await recordDecided(context, unit, file, run, issue, issued)
  if (rest) await tellRest(context, unit, file, run, issued, extras)
  if (granted) await tellWaiting(context, unit, file, run, issued)
  if (join.closed) await closeStage(context, unit, file, join.passed)
  await openAfterCheck(context, unit, file, run, draft.outcome)
  // Only a check that was opened has touched a clock again.
  await file.book.close()
  return viewDecided(context, unit, withRun(file, after), after, {
    id: certificateId,
    code: issued.code,
    publishAt: publishAt ?? unit.now,
  })
}
const withRun = (file: LockedCase, run: ItemRunRecord): LockedCase => ({
  ...file,
  itemRuns: file.itemRuns.map((other) => (other.id === run.id ? run : other)),
  projectRuns: file.projectRuns.map((other) => (other.id === run.id ? run : other)),
})
/** Items of the whole project that waited for this decision: their departments see it at once. */
const tellWaiting = async (
  context: Context,
  unit: Unit,
  file: LockedCase,
  run: ItemRunRecord,
  issued: Issued,
): Promise<void> => {
  if (!file.projectRuns.some((other) => other.id !== run.id && openItemRunStates.includes(other.state))) return
  for (const waiting of await openItemRunsInProject(unit.db, run.project_id)) {
    const item = context.law.itemVersion(waiting.item_version_id)
    if (item === null || !item.prerequisites.some((prerequisite) => prerequisite.itemId === run.item_id)) continue
    const other =
      waiting.application_id === file.application.id
        ? file.application
        : await readApplicationRow(unit.db, waiting.application_id)
    if (other === null) continue
    await unit.record(frontConditionMet, {
      ...subjectOf(other),
      ...(issued.published ? {} : { visibility: 'internal' as const }),
      payload: {
        ...aboutItem(context, { ...file, application: other }, waiting),
        metBy: run.item_name.zh,
        documentNumber: issued.documentNumber,
      },
    })
  }
}

/** A closed stage of the approvals moves the project from one stage of its life to the next. */
const projectSteps: Readonly<Record<string, { from: ProjectStage; to: ProjectStage }>> = {
  ST1: { from: 'land', to: 'planning' },
  ST2: { from: 'planning', to: 'permit' },
  ST3: { from: 'permit', to: 'construction' },
  ST4: { from: 'acceptance', to: 'in-use' },
}

/** Names of the items that the project needs for this stage and that are not decided in its favour yet. */
const stillNeeded = async (
  context: Context,
  unit: Unit,
  application: ApplicationRecord,
): Promise<readonly string[]> => {
  const day = application.catalogue_day
  const runs = await standingsInProject(unit.db, application.project_id)
  const standings = standingsOf(runs.map((run) => ({ itemId: run.item_id, state: run.state, outcome: run.outcome })))
  return [...context.law.neededItems(application.guide_answers, day)].flatMap((itemId) => {
    const item = context.law.item(itemId, day)
    if (item === null || item.stage !== application.stage || item.alongside) return []
    return fulfilled(standings.get(itemId)) ? [] : [item.name.zh]
  })
}
const resultOf = (passed: boolean, open: readonly string[]): string => {
  if (!passed) return '全部事项已作出决定,有事项未获批准'
  return open.length === 0 ? '全部事项已作出决定,本阶段通过' : `全部事项已作出决定;本阶段还需办理:${open.join('、')}`
}

/** The join rule of the stage as it stands with this decision; asked in the transaction of every decision. */
const joinAfter = (context: Context, file: CaseFile, decided: ItemRunRecord | null, outcome: Outcome | null) => {
  const { application } = file
  const stage = context.law.stage(application.stage, application.catalogue_day)
  return joinStage(
    stage?.join ?? 'all-items-closed',
    file.itemRuns.map((run) => ({
      state: run.id === decided?.id ? 'decided' : run.state,
      outcome: run.id === decided?.id ? outcome : run.outcome,
      lead: run.department === application.lead_department,
    })),
  )
}
/** After items ended without a decision: closes the application where nothing is left to decide. */
export const evaluateStage = async (context: Context, unit: Unit, file: LockedCase): Promise<void> => {
  const now = { ...file, itemRuns: await itemRunsOf(unit.db, [file.application.id]) }
  const join = joinAfter(context, now, null, null)
  if (!join.closed) return
  await file.book.stop(file.book.open())
  await closeStage(context, unit, file, join.passed)
}
/** Closes the application and moves the project where the stage is passed. Its clocks were stopped before. */
const closeStage = async (context: Context, unit: Unit, file: LockedCase, passed: boolean): Promise<void> => {
  const { application } = file
  const stage = context.law.stage(application.stage, application.catalogue_day)
  const changed: ApplicationRecord = await changeApplication(unit.db, application.id, null, unit.now, {
    state: 'closed',
    closed_at: unit.now,
  })
  const open = passed ? await stillNeeded(context, unit, changed) : []
  await unit.record(closed, {
    ...subjectOf(changed),
    // While a decision waits for its publication nobody outside reads that all are made.
    ...((await unpublishedAmong(unit.db, [application.id], unit.now)).size === 0
      ? {}
      : { visibility: 'internal' as const }),
    payload: {
      ...aboutApplication(context, changed),
      passed: passed && open.length === 0,
      result: resultOf(passed, open),
      closedOn: unit.today,
    },
  })
  const step = projectSteps[application.stage]
  if (!passed || open.length > 0 || step === undefined) return
  const project = await context.projects.project(unit.db, application.project_id)
  if (project === null || project.stage !== step.from) return
  if (project.state !== 'registered' && project.state !== 'active') return
  await context.projectWriter.advanceStage(
    unit,
    application.project_id,
    step.to,
    `“${stage?.name.zh ?? application.stage}”阶段申请${application.case_number}办结`,
  )
}
