/** From the draft to the decision: draft, review by another, decision by a third or at least not the drafter. */

import { z } from 'zod'
import { require } from '../../../kernel/decision.ts'
import type { PersonId } from '../../../kernel/identity.ts'
import { localDateOf, yearOf } from '../../../kernel/time.ts'
import type { JobKind, Unit } from '../../../platform/platform.ts'
import type { ProjectStage } from '../../projects/contract.ts'
import { closed, decided, drafted, frontConditionMet, reviewed } from '../contract/events.ts'
import type { ItemRunId, ItemRunView, Outcome } from '../contract.ts'
import { outcomeWithDeferral } from '../model/deferral.ts'
import { fulfilled, standingsOf } from '../model/front.ts'
import { joinStage } from '../model/join.ts'
import { openItemRunStates } from '../model/lifecycle.ts'
import { documentNumberOf, documentPrefix, verificationCodeFrom } from '../model/numbers.ts'
import * as refuse from '../model/refusals.ts'
import { outcomeWords } from '../model/words.ts'
import { mayDecide, mayDraft, mayReview } from '../policy.ts'
import { type ApplicationRecord, changeApplication, application as readApplicationRow } from '../store/applications.ts'
import {
  changeItemRun,
  type ItemRunRecord,
  insertCertificate,
  itemRunsOf,
  nextInSeries,
  openItemRunsInProject,
  standingsInProject,
} from '../store/item-runs.ts'
import type { Draft } from '../store/tables.ts'
import { openAfterCheck } from './after-checks.ts'
import {
  type CaseFile,
  type LockedCase,
  lockedFactsOfItemRun,
  lockItemRun,
  requirePerson,
  requireVersion,
} from './case-file.ts'
import type { Context } from './context.ts'
import { aboutApplication, aboutItem, subjectOf } from './event-facts.ts'
import { viewDecided } from './file-view.ts'
import { owedDocument, owedFor } from './waivers.ts'

export const certificateJob: JobKind<{ certificateId: string }> = {
  name: 'approvals.certificate',
  input: z.object({ certificateId: z.string() }),
}

export interface DraftInput {
  readonly version: number
  readonly outcome: Outcome
  readonly text: string
  readonly conditions: readonly string[]
}
export const draftDecision = async (context: Context, unit: Unit, id: ItemRunId, input: DraftInput): Promise<void> => {
  const person = requirePerson(unit.actor)
  const { file, run } = await lockItemRun(context, unit, id)
  require(mayDraft(unit.actor, lockedFactsOfItemRun(context, unit, file, run)))
  await requireVersion(context, unit, run, input.version)
  if (input.outcome === 'approved-with-deferral') throw refuse.deferralNotDrafted()
  const conditional = input.outcome === 'approved-with-conditions'
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
  require(mayReview(unit.actor, lockedFactsOfItemRun(context, unit, file, run)))
  await requireVersion(context, unit, run, input.version)
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

const randomBytes = (context: Context): Uint8Array => Buffer.from(context.platform.randomToken(32), 'base64url')

/**
 * Decides an item: state, document number, certificate, public entry, clocks and the closing of the application are one
 * transaction. Locks in one order: application, item (by the application's lock), number series.
 */
export const decideItemRun = async (
  context: Context,
  unit: Unit,
  id: ItemRunId,
  seen: number,
): Promise<ItemRunView> => {
  const person = requirePerson(unit.actor)
  const { file, run } = await lockItemRun(context, unit, id)
  require(mayDecide(unit.actor, lockedFactsOfItemRun(context, unit, file, run)))
  await requireVersion(context, unit, run, seen)
  if (run.draft === null) throw refuse.itemRunMissing()
  return issueDecision(context, unit, file, run, run.draft, person)
}

/** Makes a decision that everything speaks for: the policies have been asked. */
export const issueDecision = async (
  context: Context,
  unit: Unit,
  file: LockedCase,
  run: ItemRunRecord,
  proposed: Draft,
  person: PersonId,
): Promise<ItemRunView> => {
  const { id } = run
  const item = context.law.itemVersion(run.item_version_id)
  if (item === null) throw refuse.itemRunMissing()
  const owed = owedFor(file, run.item_id)
  const draft: Draft = { ...proposed, outcome: outcomeWithDeferral(proposed.outcome, owed.length) }
  await file.book.stop(file.book.open({ itemRunId: id }))
  await file.book.syncStage(null)
  const join = joinAfter(context, file, run, draft.outcome)
  if (join.closed) await file.book.stop(file.book.open())
  await file.book.close()
  const certificateId = unit.newId<'certificate'>()
  await unit.enqueue(certificateJob, { certificateId })

  // The number comes last: all decisions of a department wait for its series until the transaction ends.
  const prefix = documentPrefix(file.departments.shortName(run.department), run.item_kind, draft.outcome)
  const year = yearOf(unit.today)
  const documentNumber = documentNumberOf(prefix, year, await nextInSeries(unit.db, prefix, year))
  const code = verificationCodeFrom(randomBytes(context))
  const decidedOn = localDateOf(unit.now)
  const about = aboutItem(context, file, run)
  await insertCertificate(unit.db, {
    id: certificateId,
    item_run_id: id,
    application_id: file.application.id,
    code,
    document_number: documentNumber,
    created_at: unit.now,
    facts: {
      documentNumber,
      code,
      documentName: draft.outcome === 'refused' ? refusalName(run) : item.outputName,
      itemId: run.item_id,
      itemName: run.item_name,
      projectNumber: file.application.project_number,
      projectName: file.application.project_name,
      projectAddress: file.application.project_address,
      holderName: file.application.applicant_name,
      department: run.department,
      departmentName: about.departmentName,
      outcome: draft.outcome,
      text: draft.text,
      conditions: draft.conditions,
      legalBasis: item.legalBasis,
      remedy: item.remedy,
      decidedAt: unit.now,
      decidedOn,
      ...(draft.outcome === 'approved-with-deferral' ? { deferred: owed.map((each) => owedDocument(file, each)) } : {}),
    },
  })
  const after = await changeItemRun(unit.db, id, person, unit.now, {
    state: 'decided',
    outcome: draft.outcome,
    decision_text: draft.text,
    decision_conditions: draft.conditions,
    decided_at: unit.now,
    decided_by: person,
    document_number: documentNumber,
    certificate_id: certificateId,
    proposal: null,
  })
  await unit.record(decided, {
    ...subjectOf(file.application),
    payload: {
      ...about,
      outcome: draft.outcome,
      outcomeName: outcomeWords[draft.outcome].zh,
      documentNumber,
      verificationCode: code,
      certificateId,
      decidedOn,
    },
  })
  if (draft.outcome !== 'refused') await tellWaiting(context, unit, file, run, documentNumber)
  if (join.closed) await closeStage(context, unit, file, join.passed)
  await openAfterCheck(context, unit, file, run, draft.outcome)
  // Only a check that was opened has touched a clock again.
  await file.book.close()
  return viewDecided(context, unit, withRun(file, after), after, { id: certificateId, code })
}
const withRun = (file: LockedCase, run: ItemRunRecord): LockedCase => ({
  ...file,
  itemRuns: file.itemRuns.map((other) => (other.id === run.id ? run : other)),
  projectRuns: file.projectRuns.map((other) => (other.id === run.id ? run : other)),
})
const refusalName = (run: ItemRunRecord) => ({
  zh: `${run.item_name.zh}不予许可决定书`,
  en: `Refusal: ${run.item_name.en}`,
})

/** Items of the whole project that waited for this decision: their departments see it at once. */
const tellWaiting = async (
  context: Context,
  unit: Unit,
  file: LockedCase,
  run: ItemRunRecord,
  documentNumber: string,
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
      payload: {
        ...aboutItem(context, { ...file, application: other }, waiting),
        metBy: run.item_name.zh,
        documentNumber,
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
