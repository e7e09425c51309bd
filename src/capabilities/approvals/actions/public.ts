/** What everyone may read: progress of published projects and whether a document is genuine. Built from allow-lists. */

import type { z } from 'zod'
import type { ReplyOf } from '../../../kernel/endpoint.ts'
import { groupBy } from '../../../kernel/group.ts'
import type { ProjectId } from '../../../kernel/identity.ts'
import { type Instant, type LocalDate, localDateOf } from '../../../kernel/time.ts'
import { fill, words } from '../../../kernel/words.ts'
import { dayOfNumber } from '../../../kernel/working-days.ts'
import type { Database } from '../../../platform/platform.ts'
import { type PublicProject, projectEvents, stageWords } from '../../projects/contract.ts'
import type { CertificateState } from '../contract/after.ts'
import { certificateIssued, decided } from '../contract/events.ts'
import { certificateReplaced, decisionPublished } from '../contract/events-after.ts'
import type {
  ApplicationId,
  CertificateId,
  certificateVerificationSchema,
  ItemRunId,
  PublicProgress,
  verifyReceipt as verifyReceiptEndpoint,
} from '../contract.ts'
import { readLedger } from '../model/clock/spans.ts'
import { leadingAmong, viewClock } from '../model/clock-view.ts'
import { type HolderSpan, holderDays } from '../model/holders.ts'
import { normaliseVerificationCode } from '../model/numbers.ts'
import * as refuse from '../model/refusals.ts'
import { receiptWords } from '../model/rounds.ts'
import type { PublicFact } from '../site/reading.ts'
import { isSuspended } from '../store/after.ts'
import {
  type ApplicationRecord,
  application,
  applicationsOfProject,
  projectOfNumber,
  submissionByReceipt,
} from '../store/applications.ts'
import { successorOf } from '../store/certificates.ts'
import { type ClockRecord, clocksOf } from '../store/clocks.ts'
import { deferralsOf } from '../store/deferrals.ts'
import { certificateByCode, certificatesOf, type ItemRunRecord, itemRunsOf } from '../store/item-runs.ts'
import { handlingSpans } from '../store/lists.ts'
import { receiptByNumber } from '../store/rounds.ts'
import { type DepartmentNames, departmentNames, holdOf, orNull } from './case-file.ts'
import type { Context } from './context.ts'
import { sentenceOf } from './file-view.ts'
import { deferralsByApplication, owedDocuments } from './owed.ts'

type Stages = PublicProgress['stages'][number]
type PublicApplication = Stages['applications'][number]
type PublicItem = PublicApplication['items'][number]

/** The published project that bears a number (its own or the national code). Refuses when there is none. */
const publicProjectOf = async (context: Context, db: Database, number: string): Promise<PublicProject> => {
  const own = await projectOfNumber(db, number)
  const id: ProjectId | null = own ?? (await context.projects.projectsByCode(db, number))[0]?.id ?? null
  if (id !== null) {
    const found = await context.projects.publicProject(db, id)
    if (found !== null) return found
  }
  const found = (await context.projects.publicProjects(db, { search: number, limit: 20 })).find(
    (project) => project.caseNumber === number || project.projectCode === number,
  )
  if (found === undefined) throw refuse.projectMissing()
  return found
}

/** The clock that measures an application as a whole: the stage's, else that of its only item. */
const wholeClock = (clocks: readonly ClockRecord[]): ClockRecord | null =>
  clocks.find((clock) => clock.purpose === 'stage') ??
  (new Set(
    clocks.flatMap((clock) => (clock.purpose === 'item' || clock.purpose === 'promise' ? [clock.item_run_id] : [])),
  ).size === 1
    ? (clocks.find((clock) => clock.purpose === 'item') ?? clocks.find((clock) => clock.purpose === 'promise') ?? null)
    : null)

const spansOf = (
  corrections: readonly { readonly issued_at: Instant; readonly answered_at: Instant | null }[],
  clock: ClockRecord | null,
  end: LocalDate,
  now: Instant,
): readonly HolderSpan[] => [
  // The applicant has the file from the day after the list was given until it is handed in again.
  ...corrections.map(
    (correction): HolderSpan => ({
      from: localDateOf(correction.issued_at),
      to: correction.answered_at === null ? end : localDateOf(correction.answered_at),
      holder: 'applicant',
    }),
  ),
  ...(clock === null
    ? []
    : readLedger(clock.ledger, now).pauses.map(
        (pause): HolderSpan => ({ from: dayOfNumber(pause.from), to: dayOfNumber(pause.to), holder: pause.holder }),
      )),
]

const publicItem = (
  context: Context,
  run: ItemRunRecord,
  clocks: readonly ClockRecord[],
  names: DepartmentNames,
  certificate: { readonly code: string; readonly publish_at: Instant; readonly state: CertificateState } | null,
  now: Instant,
): PublicItem => {
  const hidden = certificate !== null && certificate.publish_at > now
  const own = clocks.filter((clock) => clock.item_run_id === run.id && clock.opinion_task_id === null)
  const leading = leadingAmong(own)
  const clock = leading === undefined ? null : orNull(() => viewClock(leading, context.calendars(), now))
  const used = clock === null ? null : clock.consumed
  return {
    itemId: run.item_id,
    itemName: run.item_name,
    itemKind: run.item_kind,
    departmentName: names.name(run.department),
    state: hidden && run.state === 'decided' ? 'reviewed' : run.state,
    hold: holdOf(run, localDateOf(now))?.label ?? null,
    due: clock?.due ?? null,
    dueProvisional: clock?.provisional ?? false,
    daysUsed: used,
    budget: clock?.budget ?? null,
    decision:
      hidden || run.decided_at === null || run.outcome === null || run.document_number === null
        ? null
        : {
            outcome: run.outcome,
            decidedOn: localDateOf(run.decided_at),
            documentNumber: run.document_number,
            verificationCode: certificate?.code ?? null,
            documentState: certificate?.state ?? null,
          },
  }
}

/** Names of departments on the day on which each application was accepted: an old file keeps the old names. */
const departmentNamesByDay = async (
  context: Context,
  db: Database,
  applications: readonly ApplicationRecord[],
  today: LocalDate,
): Promise<(application: ApplicationRecord) => DepartmentNames> => {
  const dayOf = (row: ApplicationRecord): LocalDate => (row.accepted_at === null ? today : localDateOf(row.accepted_at))
  const current = await departmentNames(context, db, today)
  const byDay = new Map<LocalDate, DepartmentNames>()
  for (const day of new Set(applications.map(dayOf)))
    byDay.set(day, day === today ? current : await departmentNames(context, db, day))
  return (row) => byDay.get(dayOf(row)) ?? current
}

/** Public progress of a project; refuses as missing for one that is not published. */
export const publicProgress = async (
  context: Context,
  db: Database,
  number: string,
  now: Instant,
): Promise<PublicProgress> => {
  const project = await publicProjectOf(context, db, number)
  const today = localDateOf(now)
  const applications = await applicationsOfProject(db, project.id)
  const ids = applications.map((row) => row.id)
  const runs = groupBy(await itemRunsOf(db, ids), (row): ApplicationId => row.application_id)
  const clocks = groupBy(await clocksOf(db, ids), (row): ApplicationId => row.application_id)
  const certificates = new Map(
    (await certificatesOf(db, ids)).map((row): [ItemRunId, typeof row] => [row.item_run_id, row]),
  )
  const isHidden = (run: ItemRunRecord): boolean => (certificates.get(run.id)?.publish_at ?? now) > now
  const spans = await handlingSpans(db, ids)
  const deferrals = await deferralsByApplication(db, ids)
  const corrections = groupBy(spans.corrections, (row): ApplicationId => row.application_id)
  const namesOn = await departmentNamesByDay(context, db, applications, today)
  const entries = await context.platform.journal.entriesOf(db, { projectId: project.id }, { visibility: ['public'] })
  const viewOf = (row: ApplicationRecord): PublicApplication => {
    const first = spans.first.get(row.id)
    const submittedOn = first === undefined ? null : localDateOf(first)
    const hidden = (runs.get(row.id) ?? []).some(isHidden)
    const end = hidden || row.closed_at === null ? today : localDateOf(row.closed_at)
    const own = clocks.get(row.id) ?? []
    const lists = corrections.get(row.id) ?? []
    return {
      caseNumber: row.case_number,
      state: hidden && row.state === 'closed' ? 'accepted' : row.state,
      submittedOn,
      acceptedOn: row.accepted_at === null ? null : localDateOf(row.accepted_at),
      closedOn: hidden || row.closed_at === null ? null : localDateOf(row.closed_at),
      correctionRounds: lists.length,
      lateEntry: row.paper !== null,
      deferrals: owedDocuments(context, deferrals.get(row.id) ?? [], own, now),
      days:
        submittedOn === null
          ? { gross: 0, authority: 0, applicant: 0, thirdParty: 0 }
          : { ...holderDays(submittedOn, end, spansOf(lists, wholeClock(own), end, now)) },
      items: (runs.get(row.id) ?? []).map((run) =>
        publicItem(context, run, own, namesOn(row), certificates.get(run.id) ?? null, now),
      ),
    }
  }
  const stages = [...groupBy(applications, (row) => row.stage)].sort(([a], [b]) => (a < b ? -1 : 1))
  return {
    project: {
      projectId: project.id,
      number: project.caseNumber,
      name: project.name,
      stage: project.stage,
      stageName: stageWords[project.stage],
      ownerName: project.ownerName,
      address: project.address,
    },
    asOf: now,
    stages: stages.map(([stage, rows]) => ({
      stage,
      stageName: context.law.stage(stage, today)?.name ?? words(stage, stage),
      applications: rows.map(viewOf),
    })),
    facts: entries.flatMap((entry) => {
      const sentence = sentenceOf(entry)
      // The digest of a document is proven on its verification page; here the decision says it all.
      return sentence === null || entry.kind === certificateIssued.kind
        ? []
        : [{ entryId: entry.id, seq: entry.seq, sentence, occurredAt: entry.occurredAt }]
    }),
  }
}

const projectSentences = new Map(projectEvents.map((event) => [event.kind, event.sentence]))
/** A public entry in words, for the page of its proof; null for an unknown entry and one that is not for everyone. */
export const publicFact = async (context: Context, db: Database, entryId: string): Promise<PublicFact | null> => {
  const entry = await context.platform.journal.entry(db, entryId)
  if (entry === null || entry.visibility !== 'public') return null
  const own = projectSentences.get(entry.kind)
  const facts =
    typeof entry.payload === 'object' && entry.payload !== null && !Array.isArray(entry.payload) ? entry.payload : {}
  const project =
    entry.projectId === null ? null : await context.projects.publicProject(db, entry.projectId as ProjectId)
  return {
    entryId: entry.id,
    sentence:
      sentenceOf(entry) ?? (own === undefined ? entry.kind : fill(own, facts as Readonly<Record<string, unknown>>)),
    occurredAt: entry.occurredAt,
    project: project === null ? null : { number: project.caseNumber, name: project.name },
  }
}

export type CertificateVerification = z.infer<typeof certificateVerificationSchema>
/** Says what stands behind a verification code. A code with a misread character is told apart without a look-up. */
export const verifyCertificate = async (
  context: Context,
  db: Database,
  typed: string,
  now: Instant,
): Promise<CertificateVerification> => {
  const code = normaliseVerificationCode(typed)
  const row = code === null ? null : await certificateByCode(db, code)
  // Until its publication the address of a decision is as unknown as any other.
  if (row === null || row.publish_at > now) throw refuse.codeUnknown()
  const successor = await successorOf(db, row.id)
  const entries = await context.platform.journal.entriesOf(
    db,
    { subject: { kind: 'application', id: row.application_id } },
    { visibility: ['public'] },
  )
  const entry = entries.find(
    (each) =>
      ((each.kind === decided.kind || each.kind === decisionPublished.kind) &&
        certificateOf(each.payload) === row.id) ||
      (each.kind === certificateReplaced.kind && newCertificateOf(each.payload) === row.id),
  )
  const { facts } = row
  return {
    documentNumber: row.document_number,
    documentName: facts.documentName,
    projectName: facts.projectName,
    holderName: facts.holderName,
    departmentName: facts.departmentName,
    outcome: facts.outcome,
    itemKind: facts.itemKind ?? null,
    decidedOn: facts.decidedOn,
    state: row.state,
    sha256: row.sha256,
    entryId: entry?.id ?? null,
    owed:
      facts.deferred === undefined
        ? []
        : owedDocuments(
            context,
            (await deferralsOf(db, [row.application_id])).filter((each) => each.item_ids.includes(facts.itemId)),
            await clocksOf(db, [row.application_id]),
            context.platform.clock(),
          ),
    scope: [...(facts.scope ?? [])],
    validUntil: row.valid_until,
    suspended: await isSuspended(db, row.id),
    cause: row.cause === null ? null : { name: row.cause.name, basis: row.cause.basis, on: row.cause.on },
    replacedBy:
      successor === null || successor.publish_at > now
        ? null
        : { documentNumber: successor.document_number, verificationCode: successor.code },
    replaces: facts.replaces?.documentNumber ?? null,
  }
}
const newCertificateOf = (payload: unknown): string | null =>
  typeof payload === 'object' &&
  payload !== null &&
  'newCertificateId' in payload &&
  typeof payload.newCertificateId === 'string'
    ? payload.newCertificateId
    : null
const certificateOf = (payload: unknown): CertificateId | null =>
  typeof payload === 'object' &&
  payload !== null &&
  'certificateId' in payload &&
  typeof payload.certificateId === 'string'
    ? (payload.certificateId as CertificateId)
    : null

export const verifyReceipt = async (
  _context: Context,
  db: Database,
  receiptNumber: string,
): Promise<ReplyOf<typeof verifyReceiptEndpoint>> => {
  const number = receiptNumber.trim().toUpperCase()
  const row = await submissionByReceipt(db, number)
  const issued = row === null ? await receiptByNumber(db, number) : null
  const id = row?.application_id ?? issued?.application_id ?? null
  const owner = id === null ? null : await application(db, id)
  if (owner === null) throw refuse.receiptUnknown()
  const common = { caseNumber: owner.case_number, projectName: owner.project_name, state: owner.state }
  if (row !== null)
    return {
      ...common,
      receiptNumber: row.receipt_number,
      receivedAt: row.submitted_at,
      round: row.round,
      hash: row.hash,
      kind: 'received',
      kindName: receiptWords.received,
      enteredAt: row.entered_at,
      bySilence: false,
      late: row.entered_at !== null,
    }
  if (issued === null) throw refuse.receiptUnknown()
  return {
    ...common,
    receiptNumber: issued.number,
    receivedAt: issued.issued_at,
    round: owner.round,
    hash: typeof issued.facts['digest'] === 'string' ? issued.facts['digest'] : '',
    kind: issued.kind,
    kindName: receiptWords[issued.kind],
    enteredAt: null,
    bySilence: issued.by_silence,
    late: issued.late,
  }
}
