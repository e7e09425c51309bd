/** From the decision to the holder: conditions begin, delivery is measured, and with the receipt the periods of the holder. */
import { require } from '../../../../kernel/decision.ts'
import type { PersonId } from '../../../../kernel/identity.ts'
import {
  addDays,
  addMonths,
  endOfDay,
  type Instant,
  type LocalDate,
  localDateOf,
  startOfDay,
} from '../../../../kernel/time.ts'
import type { Unit } from '../../../../platform/platform.ts'
import type { ConditionId, DeliveryWay } from '../../contract/after.ts'
import type { DraftExtras } from '../../contract/decision-parts.ts'
import { decisionDelivered, partlyDecided } from '../../contract/events-after.ts'
import type { CertificateId, Outcome } from '../../contract.ts'
import * as refuse from '../../model/after-refusals.ts'
import { siteRuleOf } from '../../model/after-rules.ts'
import { deliveryWords } from '../../model/after-words.ts'
import { plainTerm } from '../../model/conditions.ts'
import { namesOf } from '../../model/scope.ts'
import { mayConfirmReceipt, mayRecordDelivery } from '../../policy/after.ts'
import { changeCondition, insertConditions } from '../../store/after.ts'
import { changeCertificate } from '../../store/certificates.ts'
import type { ItemRunRecord } from '../../store/item-runs.ts'
import { type LockedCase, requirePerson, requireVersion } from '../case-file.ts'
import type { Context } from '../context.ts'
import { aboutItem, subjectOf } from '../event-facts.ts'
import { requireReleased } from '../owed.ts'
import { type AfterCase, aboutDocument, lockDocument } from './case.ts'
import { runningFor, startAfterClock } from './clocks.ts'
import type { Issued } from './issue.ts'

export const tellRest = async (
  context: Context,
  unit: Unit,
  file: LockedCase,
  run: ItemRunRecord,
  issued: Issued,
  extras: DraftExtras,
): Promise<void> => {
  await unit.record(partlyDecided, {
    ...subjectOf(file.application),
    ...(issued.published ? {} : { visibility: 'internal' as const }),
    payload: {
      ...aboutItem(context, file, run),
      certificateId: issued.id,
      documentNumber: issued.documentNumber,
      open: namesOf(extras.scope, 'open'),
    },
  })
}

/**
 * What begins with a decision: its conditions with their days, the days of delivery, and the end of its validity. Runs
 * before the document is there, because the number of the document is taken last; closing the book is the caller's.
 */
export const beginAfter = async (
  context: Context,
  unit: Unit,
  file: LockedCase,
  run: ItemRunRecord,
  id: CertificateId,
  extras: DraftExtras,
  draft: { readonly outcome: Outcome; readonly conditions: readonly string[] },
): Promise<void> => {
  const rules = context.after
  const own = { department: run.department, itemRunId: run.id, certificateId: id, since: unit.now }
  await startDelivery(context, unit, file, run, id)
  if (draft.outcome === 'refused') return
  await beginConditions(context, unit, file, run, id, extras, draft.conditions)
  if (extras.validUntil !== null)
    await startAfterClock(context, unit, file, {
      ...own,
      purpose: 'expiry',
      kind: 'post-decision',
      label: { zh: `${run.item_name.zh}有效期`, en: `Validity: ${run.item_name.en}` },
      until: extras.validUntil,
      source: rules.expiry.source,
      warnAt: rules.expiry.renewBeforeDays,
      reminders: rules.expiry.reminders,
      rolls: false,
    })
}
/** The days in which a decision must be with its holder (行政许可法 44). */
export const startDelivery = async (
  context: Context,
  unit: Unit,
  file: LockedCase,
  run: ItemRunRecord,
  id: CertificateId,
): Promise<void> => {
  const { delivery } = context.after
  await startAfterClock(context, unit, file, {
    department: run.department,
    itemRunId: run.id,
    certificateId: id,
    since: unit.now,
    purpose: 'delivery',
    kind: 'statutory',
    label: { zh: `送达“${run.item_name.zh}”决定`, en: `Delivery: ${run.item_name.en}` },
    until: delivery.unit === 'workday' ? { workdays: delivery.days } : addDays(unit.today, delivery.days),
    source: delivery.source,
    warnAt: delivery.warnAt,
    reminders: delivery.reminders,
  })
}
const beginConditions = async (
  context: Context,
  unit: Unit,
  file: LockedCase,
  run: ItemRunRecord,
  certificateId: CertificateId,
  extras: DraftExtras,
  conditions: readonly string[],
): Promise<void> => {
  const rows = conditions.map((text, index) => {
    const term = extras.terms[index] ?? plainTerm(text)
    const id: ConditionId = unit.newId<'condition'>()
    return {
      id,
      certificate_id: certificateId,
      item_run_id: run.id,
      application_id: file.application.id,
      project_id: file.application.project_id,
      department: run.department,
      ordinal: index + 1,
      library_id: term.libraryId,
      text,
      grade: term.grade,
      responsible: term.responsible,
      due_on: term.dueOn,
      due_event: term.dueEvent,
      blocks: term.blocks,
      source: term.source,
      state: term.grade === 'notice' ? ('noticed' as const) : ('open' as const),
      changed_at: unit.now,
      changed_by: null,
      waiver: null,
      clock_id: null,
    }
  })
  await insertConditions(unit.db, rows)
  for (const row of rows) {
    if (row.due_on === null || row.grade === 'notice') continue
    const clock = await startAfterClock(context, unit, file, {
      department: run.department,
      itemRunId: run.id,
      certificateId,
      since: unit.now,
      purpose: 'condition',
      kind: 'post-decision',
      label: { zh: `第${row.ordinal}项条件履行`, en: `Condition ${row.ordinal}` },
      until: row.due_on,
      source: context.after.conditions.source,
      warnAt: 7,
      reminders: context.after.conditions.reminders,
      rolls: false,
    })
    if (clock !== null) await changeCondition(unit.db, row.id, null, unit.now, { clock_id: clock.id })
  }
}

export interface DeliveryInput {
  readonly version: number
  readonly way: DeliveryWay
  readonly on: LocalDate
  readonly evidence: string
}
export const recordDelivery = async (
  context: Context,
  unit: Unit,
  id: CertificateId,
  input: DeliveryInput,
): Promise<void> => {
  const person = requirePerson(unit.actor)
  const at = await lockDocument(context, unit, id)
  require(mayRecordDelivery(unit.actor, at.facts))
  await requireVersion(context, unit, at.document, input.version)
  if (input.on > unit.today || input.on < localDateOf(at.document.publish_at))
    throw refuse.deliveryDayFaulty({}, [{ path: 'on', message: '请更正日期。' }])
  await deliver(context, unit, at, person, input)
}
export const confirmReceipt = async (
  context: Context,
  unit: Unit,
  id: CertificateId,
  version: number,
): Promise<void> => {
  const person = requirePerson(unit.actor)
  const at = await lockDocument(context, unit, id)
  require(mayConfirmReceipt(unit.actor, at.facts))
  await requireVersion(context, unit, at.document, version)
  await deliver(context, unit, at, person, { way: 'platform', on: unit.today, evidence: '申请人在平台签收' })
}

/** The decision is with the holder: the clock of delivery stops, and what counts from the receipt begins. */
const deliver = async (
  context: Context,
  unit: Unit,
  at: AfterCase,
  person: PersonId,
  delivery: Omit<DeliveryInput, 'version'>,
): Promise<void> => {
  await requireReleased(unit.db, at.file.application.id, at.document.facts.itemId)
  const { file, run, document } = at
  // A delivery of an earlier day is entered later: it took effect at the close of that day.
  const when: Instant = delivery.on === unit.today ? unit.now : laterOf(endOfDay(delivery.on), document.created_at)
  const open = runningFor(file, 'delivery', document.id)
  if (open !== null) await at.stop(open, when)
  await changeCertificate(unit.db, document.id, person, unit.now, {
    delivered_at: when,
    delivery: { way: delivery.way, on: delivery.on, evidence: delivery.evidence, recordedBy: person },
  })
  const rule = siteRuleOf(context.after, run.item_id)
  // A corrected document goes on with the periods of the one whose place it takes.
  if (
    rule !== null &&
    document.state === 'in-force' &&
    document.facts.outcome !== 'refused' &&
    document.site_state === null
  ) {
    await changeCertificate(unit.db, document.id, person, unit.now, { site_state: 'waiting' })
    await startAfterClock(context, unit, file, {
      purpose: 'start',
      kind: 'post-decision',
      label: { zh: `${run.item_name.zh}开工期限`, en: `Start of work: ${run.item_name.en}` },
      department: run.department,
      itemRunId: run.id,
      certificateId: document.id,
      until: addMonths(delivery.on, rule.start.months),
      source: rule.start.source,
      since: delivery.on === unit.today ? unit.now : startOfDay(delivery.on),
      extension: {
        maxCount: rule.start.extension.times,
        // The longest run of that many months: 92 days for three.
        maxDaysEach: rule.start.extension.monthsEach * 31,
        approverLevel: 'agency-head',
        basis: rule.start.extension.source.basis,
      },
      warnAt: 30,
      reminders: rule.start.reminders,
    })
  }
  await file.book.close()
  await unit.record(decisionDelivered, {
    ...subjectOf(file.application),
    payload: {
      ...aboutDocument(context, at),
      way: delivery.way,
      wayName: deliveryWords[delivery.way].zh,
      on: delivery.on,
    },
  })
}
const laterOf = (a: Instant, b: Instant): Instant => (a >= b ? a : b)
