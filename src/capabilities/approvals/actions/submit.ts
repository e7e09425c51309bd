/** Submission: the content is checked whole, frozen, hashed and receipted; the window's clock starts. */
import { createHash } from 'node:crypto'
import { require } from '../../../kernel/decision.ts'
import { addDays, type Instant, localDateOf } from '../../../kernel/time.ts'
import type { Database, Unit } from '../../../platform/platform.ts'
import { submitted } from '../contract/events.ts'
import type { Answers, ApplicationId, SubmissionId } from '../contract.ts'
import { canonicalJson } from '../model/canonical.ts'
import { planClock } from '../model/clock-plan.ts'
import { receiptNumberOf } from '../model/numbers.ts'
import { paperTooOld } from '../model/refusals/undertakings.ts'
import * as refuse from '../model/refusals.ts'
import { maySubmit } from '../policy.ts'
import {
  answerCorrection,
  changeApplication,
  documentsOf,
  insertSubmission,
  nextReceiptSequence,
  submissionsOf,
} from '../store/applications.ts'
import type { PaperReceipt } from '../store/tables.ts'
import { settleAdvice } from './advice.ts'
import { settleBlocks } from './blocks.ts'
import { factsOfApplication, lockCase, requirePerson, requireVersion } from './case-file.ts'
import type { ClockBook } from './clock-book.ts'
import type { Context } from './context.ts'
import { deferralFaults, settleDeclared } from './deferrals.ts'
import { aboutApplication, subjectOf } from './event-facts.ts'
import { faultsOf, needsOf } from './needs.ts'
import { pointFaults } from './points.ts'
import { precheckFaults } from './precheck.ts'
import { requireCurrent } from './reconcile.ts'

export interface FrozenContent {
  readonly caseNumber: string
  readonly projectId: string
  readonly projectNumber: string
  readonly applicantId: string
  readonly applicantName: string
  readonly stage: string
  readonly round: number
  readonly receiptNumber: string
  readonly submittedAt: string
  readonly catalogueDay: string
  readonly formVersion: string
  readonly guideAnswers: Answers
  readonly answers: Answers
  readonly items: readonly { readonly itemId: string; readonly versionId: string }[]
  readonly documents: readonly {
    readonly materialId: string
    readonly fileName: string
    readonly sizeBytes: number
    readonly sha256: string
  }[]
  /** When it was entered, where the receipt was on paper before. */
  readonly enteredAt?: string
  /** Promises signed instead of documents; absent in what was submitted before they existed. */
  readonly undertakings?: readonly {
    readonly kind: 'deferral' | 'substitute'
    readonly materialIds: readonly string[]
    readonly hash: string
  }[]
}

/**
 * Submits a draft or the corrected content. Pressing twice gives one receipt: the second call of the same person on the
 * same version gets the submission that the first made.
 */
export const submitApplication = async (
  context: Context,
  unit: Unit,
  id: ApplicationId,
  seen: number,
): Promise<SubmissionId> => {
  const person = requirePerson(unit.actor)
  const file = await lockCase(context, unit, id)
  const { application, book } = file
  if (application.state === 'submitted' && application.version === seen + 1 && application.submitted_by === person) {
    const last = (await submissionsOf(unit.db, id)).at(-1)
    if (last !== undefined) return last.id
  }
  require(maySubmit(unit.actor, factsOfApplication(context, file)))
  await requireVersion(context, unit, application, seen)
  await requireCurrent(context, unit, application)
  if (application.state === 'draft') {
    await settleBlocks(context, unit, application)
    await settleAdvice(context, unit, file)
  }
  // The law of the day on which the authority first receives the application holds for it.
  const { paper } = application
  const receivedAt = application.round === 0 && paper !== null ? paper.receivedAt : unit.now
  const day = application.round === 0 ? localDateOf(receivedAt) : application.catalogue_day
  const { windowDays } = context.undertakings.paper
  if (day < addDays(unit.today, -windowDays) && receivedAt !== unit.now) throw paperTooOld({ days: windowDays })
  const items = application.item_ids.map((itemId) => ({ itemId, version: context.law.item(itemId, day) }))
  const gone = items.filter((item) => item.version === null)
  if (gone.length > 0) throw refuse.unknownItems({ items: gone.map((item) => item.itemId).join('、') })
  const documents = await documentsOf(unit.db, id)
  const needs = needsOf(context, file, documents, day)
  const faults = [
    ...faultsOf(context, application, needs, day),
    ...(await deferralFaults(context, unit.db, file, needs, day)),
    ...(await precheckFaults(context, unit.db, application, documents, day)),
    ...(await pointFaults(unit.db, file, documents)),
  ]
  if (faults.length > 0) throw refuse.faulty({ count: faults.length }, faults)

  const project = await context.projects.project(unit.db, application.project_id)
  const applicant = await context.people.organisation(unit.db, application.applicant_id)
  const names = {
    project_number: project?.caseNumber ?? application.project_number,
    project_name: project?.name ?? application.project_name,
    project_address: project?.address ?? application.project_address,
    applicant_name: applicant?.name ?? application.applicant_name,
  }
  const form = context.law.form(application.item_ids, day)
  const round = application.round + 1
  const receiptNumber = receiptNumberOf(
    unit.today,
    await nextReceiptSequence(unit.db),
    Buffer.from(context.platform.randomToken(24), 'base64url'),
  )
  const frozen: FrozenContent = {
    caseNumber: application.case_number,
    projectId: application.project_id,
    projectNumber: names.project_number,
    applicantId: application.applicant_id,
    applicantName: names.applicant_name,
    stage: application.stage,
    round,
    receiptNumber,
    submittedAt: receivedAt,
    ...(receivedAt === unit.now ? {} : { enteredAt: unit.now }),
    catalogueDay: day,
    formVersion: form.version,
    guideAnswers: application.guide_answers,
    answers: application.answers,
    items: items.map((item) => ({ itemId: item.itemId, versionId: item.version?.versionId ?? '' })),
    documents: documents.map((document) => ({
      materialId: document.material_id,
      fileName: document.file_name,
      sizeBytes: document.size_bytes,
      sha256: document.sha256,
    })),
    undertakings: file.commitments.map((each) => ({
      kind: each.kind,
      materialIds: each.material_ids,
      hash: each.hash,
    })),
  }
  const content = canonicalJson({ ...frozen })
  const hash = createHash('sha256').update(content).digest('hex')
  const submissionId = unit.newId<'submission'>()
  await insertSubmission(unit.db, {
    id: submissionId,
    application_id: id,
    round,
    receipt_number: receiptNumber,
    hash,
    content,
    submitted_at: receivedAt,
    submitted_by: person,
    entered_at: receivedAt === unit.now ? null : unit.now,
  })
  if (application.state === 'correcting') await answerCorrection(unit.db, id, unit.now)
  const changed = await changeApplication(unit.db, id, person, unit.now, {
    ...names,
    state: 'submitted',
    round,
    submitted_at: receivedAt,
    submitted_by: person,
    catalogue_day: day,
    form_version: form.version,
  })
  const plan = planClock('statutory', context.law.intakeLimit(day), {
    grounds: [],
    calendarVersion: context.calendars().current.version,
    rules: context.rules,
  })
  if (plan !== null)
    await book.start(
      {
        purpose: 'intake',
        department: application.lead_department,
        label: { zh: '受理审查', en: 'Acceptance' },
        plan,
      },
      lateStart(context, receivedAt, unit.now, paper),
    )
  await settleDeclared(context, unit, file, needs)
  await book.close()
  await unit.record(submitted, {
    ...subjectOf(changed),
    payload: { ...aboutApplication(context, changed), receiptNumber, round, hash },
  })
  return submissionId
}

/** A clock that runs from the receipt on paper: marked late in its ledger, with the reason. */
const lateStart = (
  context: Context,
  receivedAt: Instant,
  now: Instant,
  paper: PaperReceipt | null,
): Parameters<ClockBook['start']>[1] =>
  receivedAt === now || paper === null
    ? {}
    : {
        at: receivedAt,
        lateEntry: {
          reason: `纸质申请后补录入:${paper.reason}`,
          windowDays: context.undertakings.paper.windowDays + 1,
        },
      }

export const latestSubmission = async (db: Database, id: ApplicationId) => (await submissionsOf(db, id)).at(-1) ?? null
