/** Issues a decision as a document: number, verification code, everything that stands in it, and when it becomes public. */
import { type Instant, type LocalDate, localDateOf, wallClock, yearOf } from '../../../../kernel/time.ts'
import type { Words } from '../../../../kernel/words.ts'
import type { Unit } from '../../../../platform/platform.ts'
import type { DraftExtras } from '../../contract/decision-parts.ts'
import { decided } from '../../contract/events.ts'
import { decisionPublished, decisionScheduled } from '../../contract/events-after.ts'
import type { CertificateId, Outcome } from '../../contract.ts'
import { documentNumberOf, documentPrefix, verificationCodeFrom } from '../../model/numbers.ts'
import * as refuse from '../../model/refusals.ts'
import { namesOf } from '../../model/scope.ts'
import { outcomeWordsOf } from '../../model/words.ts'
import { type CertificateRecord, changeCertificate } from '../../store/certificates.ts'
import {
  type ItemRunRecord,
  insertCertificate,
  nextInSeries,
  certificate as readCertificateRow,
} from '../../store/item-runs.ts'
import type { CertificateFacts } from '../../store/tables.ts'
import { itemRunOf, type LockedCase, lockCase } from '../case-file.ts'
import type { Context } from '../context.ts'
import { aboutItem, placeOf, subjectOf } from '../event-facts.ts'
import type { ItemTerms } from '../law.ts'

/** Wakes when a decision becomes public; the subject is the certificate. */
export const PUBLISH_TIMER = 'approvals.publish'

export interface Issue {
  readonly outcome: Outcome
  readonly text: string
  readonly conditions: readonly string[]
  readonly extras: DraftExtras
  /** Null = public at once. */
  readonly publishAt: Instant | null
  /** Facts of the document besides. */
  readonly more?: Partial<Pick<CertificateFacts, 'deferred'>>
  /** For a correction or replacement: the facts of the old document, and what the new one says instead. */
  readonly instead?: {
    readonly of: CertificateRecord
    readonly kind: string
    readonly reason: string
    readonly changes: Partial<Pick<CertificateFacts, 'holderName' | 'projectName' | 'projectAddress' | 'text'>>
  }
}
export interface Issued {
  readonly id: CertificateId
  readonly code: string
  readonly documentNumber: string
  readonly decidedOn: LocalDate
  readonly published: boolean
}

const refusalName = (run: ItemRunRecord): Words => ({
  zh: `${run.item_name.zh}不予许可决定书`,
  en: `Refusal: ${run.item_name.en}`,
})
const refusalFacts = (context: Context, extras: DraftExtras): NonNullable<CertificateFacts['refusal']> | null => {
  const { refusal } = extras
  if (refusal === null) return null
  const ground = context.after.refusalGrounds.find((each) => each.id === refusal.ground)
  return ground === undefined
    ? null
    : {
        ground: ground.name,
        basis: ground.source.basis,
        certainty: ground.source.certainty,
        facts: refusal.facts,
      }
}

/** Inserts the document. The number series is locked last, after the application. */
export const issueDocument = async (
  context: Context,
  unit: Unit,
  file: LockedCase,
  run: ItemRunRecord,
  item: ItemTerms,
  id: CertificateId,
  issue: Issue,
): Promise<Issued> => {
  const { extras, instead } = issue
  const prefix = documentPrefix(file.departments.shortName(run.department), run.item_kind, issue.outcome)
  const year = yearOf(unit.today)
  const documentNumber = documentNumberOf(prefix, year, await nextInSeries(unit.db, prefix, year))
  const code = verificationCodeFrom(Buffer.from(context.platform.randomToken(32), 'base64url'))
  const decidedOn = localDateOf(unit.now)
  const published = issue.publishAt === null || issue.publishAt <= unit.now
  await insertCertificate(unit.db, {
    id,
    item_run_id: run.id,
    application_id: file.application.id,
    code,
    document_number: documentNumber,
    created_at: unit.now,
    changed_at: unit.now,
    changed_by: null,
    replaces: instead?.of.id ?? null,
    publish_at: published ? unit.now : (issue.publishAt ?? unit.now),
    published_at: published ? unit.now : null,
    valid_until: extras.validUntil,
    facts: {
      projectNumber: file.application.project_number,
      projectName: file.application.project_name,
      projectAddress: placeOf(file.application),
      holderName: file.application.applicant_name,
      outcome: issue.outcome,
      text: issue.text,
      conditions: issue.conditions,
      scope: extras.scope,
      refusal: refusalFacts(context, extras),
      validUntil: extras.validUntil,
      ...issue.more,
      ...instead?.of.facts,
      ...instead?.changes,
      documentNumber,
      code,
      documentName: issue.outcome === 'refused' ? refusalName(run) : item.outputName,
      itemId: run.item_id,
      itemName: run.item_name,
      itemKind: run.item_kind,
      department: run.department,
      departmentName: file.departments.name(run.department),
      legalBasis: item.legalBasis,
      remedy: item.remedy,
      remedies: item.remedies,
      decidedAt: unit.now,
      decidedOn,
      replaces:
        instead === undefined
          ? null
          : { documentNumber: instead.of.document_number, kind: instead.kind, reason: instead.reason },
    },
  })
  if (!published && issue.publishAt !== null)
    await unit.timers.set({
      kind: PUBLISH_TIMER,
      subjectId: id,
      rung: 'publish',
      dueAt: issue.publishAt,
      payload: { applicationId: file.application.id },
    })
  return { id, code, documentNumber, decidedOn, published }
}

/** Records a decision: public when it is published at once; until its publication only the authorities read it. */
export const recordDecided = async (
  context: Context,
  unit: Unit,
  file: LockedCase,
  run: ItemRunRecord,
  issue: Pick<Issue, 'outcome' | 'publishAt' | 'extras'>,
  issued: Issued,
): Promise<void> => {
  const about = aboutItem(context, file, run)
  const granted = namesOf(issue.extras.scope, 'granted')
  await unit.record(decided, {
    ...subjectOf(file.application),
    ...(issued.published ? {} : { visibility: 'internal' as const }),
    payload: {
      ...about,
      outcome: issue.outcome,
      outcomeName: `${outcomeWordsOf(run.item_kind, issue.outcome).zh}${granted === '' ? '' : `(${granted})`}`,
      documentNumber: issued.documentNumber,
      verificationCode: issued.code,
      certificateId: issued.id,
      decidedOn: issued.decidedOn,
    },
  })
  if (!issued.published && issue.publishAt !== null)
    await unit.record(decisionScheduled, {
      ...subjectOf(file.application),
      payload: {
        ...about,
        certificateId: issued.id,
        documentNumber: issued.documentNumber,
        publishAt: wallClock(issue.publishAt),
      },
    })
}

/** The instant of publication has come: says so in public, once. */
export const publishDecision = async (
  context: Context,
  unit: Unit,
  id: CertificateId,
  late: boolean,
): Promise<void> => {
  const before = await readCertificateRow(unit.db, id)
  if (before === null) return
  const file = await lockCase(context, unit, before.application_id)
  const row = await readCertificateRow(unit.db, id)
  if (row === null || row.published_at !== null || row.publish_at > unit.now) return
  const run = itemRunOf(file, row.item_run_id)
  await changeCertificate(unit.db, id, null, unit.now, { published_at: row.publish_at })
  await unit.record(decisionPublished, {
    ...subjectOf(file.application),
    occurredAt: row.publish_at,
    payload: {
      ...aboutItem(context, file, run),
      certificateId: id,
      documentNumber: row.document_number,
      outcome: row.facts.outcome,
      outcomeName: outcomeWordsOf(run.item_kind, row.facts.outcome).zh,
      verificationCode: row.code,
      decidedOn: row.facts.decidedOn,
      late,
    },
  })
}
/** Says whether a document may be read by others than the authorities. */
export const isPublished = (row: Pick<CertificateRecord, 'publish_at'>, now: Instant): boolean => row.publish_at <= now
export const requireItem = (context: Context, run: ItemRunRecord): ItemTerms => {
  const item = context.law.itemVersion(run.item_version_id)
  if (item === null) throw refuse.unknownItems({ items: run.item_id })
  return item
}
