/** Start, stop and resumption of work under a permit, and the extension of its start: reported by the holder, confirmed by the department. */
import { require } from '../../../../kernel/decision.ts'
import { addMonths, daysBetween, endOfDay, type LocalDate, localDateOf, startOfDay } from '../../../../kernel/time.ts'
import type { Unit } from '../../../../platform/platform.ts'
import type { ReportKind, SiteReportId } from '../../contract/after.ts'
import { siteConfirmed, siteRejected, siteReported } from '../../contract/events-after.ts'
import type { CertificateId } from '../../contract.ts'
import * as refuse from '../../model/after-refusals.ts'
import { type SiteRule, siteRuleOf } from '../../model/after-rules.ts'
import { reportWords } from '../../model/after-words.ts'
import { extendClock } from '../../model/clock/commands.ts'
import { calendarOf } from '../../model/clock-view.ts'
import * as base from '../../model/refusals.ts'
import { mayDecideReport, mayReport } from '../../policy/after.ts'
import { changeReport, insertReport, ownerOf, reportsOf, type SiteReportRecord } from '../../store/after.ts'
import { changeCertificate } from '../../store/certificates.ts'
import type { ClockRecord } from '../../store/clocks.ts'
import { openConditionsOf, requirePerson, requireVersion } from '../case-file.ts'
import type { Context } from '../context.ts'
import { subjectOf } from '../event-facts.ts'
import { type AfterCase, aboutDocument, found, lockDocument } from './case.ts'
import { runningFor, setReminders, startAfterClock } from './clocks.ts'
import { requireUnblocked } from './conditions.ts'
import { lapseLocked } from './ending.ts'

export interface ReportInput {
  readonly version: number
  readonly kind: ReportKind
  readonly onDay: LocalDate
  readonly months?: number | undefined
  readonly reason: string
}
const extensionsOf = (clock: ClockRecord | null): number =>
  clock?.ledger.filter((event) => event.kind === 'extend').length ?? 0

/** The clock of the start, which must not have run out. */
const startClockOf = (at: AfterCase): ClockRecord => {
  const clock = found(runningFor(at.file, 'start', at.document.id))
  const derived = at.file.book.derived(clock)
  if (derived.overdueBy > 0) throw refuse.startOverdue({ due: derived.due ?? '' })
  return clock
}
const earliestOf = (at: AfterCase, kind: ReportKind): LocalDate => {
  const delivered = at.facts.deliveredOn ?? localDateOf(at.document.created_at)
  if (kind === 'stop') return at.document.started_on ?? delivered
  return kind === 'resume' ? (at.document.stopped_on ?? delivered) : delivered
}

const checkExtension = (at: AfterCase, rule: SiteRule, months: number | undefined): void => {
  const clock = startClockOf(at)
  const { extension } = rule.start
  const facts = { times: extension.times, months: extension.monthsEach, basis: extension.source.basis }
  // A request alone never counts: only extensions that were granted do.
  if (extensionsOf(clock) >= extension.times) throw refuse.extensionsUsed(facts)
  if (months === undefined || months > extension.monthsEach)
    throw refuse.extensionTooManyMonths(facts, [{ path: 'months', message: `最多${extension.monthsEach}个月。` }])
}
const checkStart = async (context: Context, unit: Unit, at: AfterCase): Promise<void> => {
  startClockOf(at)
  await requireUnblocked(unit.db, at.file.application.project_id, 'start')
  const front = openConditionsOf(context, at.file, at.run).filter((each) => each.blocks === 'before-construction')
  if (front.length > 0)
    throw base.frontConditionOpen({
      sentence: front.map((each) => each.sentence.zh).join(' '),
      sentenceEn: front.map((each) => each.sentence.en).join(' '),
      items: front.map((each) => each.itemId),
    })
}

export const reportSite = async (
  context: Context,
  unit: Unit,
  id: CertificateId,
  input: ReportInput,
): Promise<void> => {
  const person = requirePerson(unit.actor)
  const at = await lockDocument(context, unit, id)
  require(mayReport(unit.actor, at.facts, input.kind))
  await requireVersion(context, unit, at.document, input.version)
  const rule = found(siteRuleOf(context.after, at.run.item_id))
  const from = earliestOf(at, input.kind)
  if (input.onDay > unit.today || input.onDay < from)
    throw refuse.reportDayFaulty({ from }, [{ path: 'onDay', message: '请更正日期。' }])
  if (input.kind === 'extension') checkExtension(at, rule, input.months)
  if (input.kind === 'start') await checkStart(context, unit, at)
  const siteReportId = unit.newId<'site-report'>()
  await insertReport(unit.db, {
    id: siteReportId,
    certificate_id: id,
    application_id: at.file.application.id,
    department: at.run.department,
    kind: input.kind,
    state: 'reported',
    on_day: input.onDay,
    months: input.kind === 'extension' ? (input.months ?? null) : null,
    reason: input.reason,
    file: null,
    // A stop is reported within its month (建筑法 10); later counts as late and is shown so.
    late: input.kind === 'stop' && unit.today > addMonths(input.onDay, rule.stop.reportMonths),
    reported_at: unit.now,
    reported_by: person,
  })
  await unit.record(siteReported, {
    ...subjectOf(at.file.application),
    payload: {
      ...aboutDocument(context, at),
      siteReportId,
      kind: input.kind,
      kindName: reportWords[input.kind].zh,
      on: input.onDay,
    },
    personal: { reason: input.reason },
  })
}

export const decideReport = async (
  context: Context,
  unit: Unit,
  id: SiteReportId,
  input: {
    readonly version: number
    readonly confirm: boolean
    readonly verified?: boolean | undefined
    readonly remark: string
  },
): Promise<void> => {
  const person = requirePerson(unit.actor)
  const applicationId = found(await ownerOf.report(unit.db, id))
  const before = found((await reportsOf(unit.db, applicationId)).find((row) => row.id === id))
  const at = await lockDocument(context, unit, before.certificate_id)
  const report = found(at.reports.find((row) => row.id === id))
  require(mayDecideReport(unit.actor, at.facts, report))
  if (report.version !== input.version) throw refuse.reportClosed()
  if (!input.confirm && input.remark === '')
    throw base.remarkNeeded({}, [{ path: 'remark', message: '请写明退回的理由。' }])
  if (input.confirm && at.document.state !== 'in-force') throw refuse.reportClosed()
  const rule = found(siteRuleOf(context.after, at.run.item_id))
  const due = input.confirm ? await confirm(context, unit, at, rule, report, input.verified === true) : null
  await changeReport(unit.db, id, {
    state: input.confirm ? 'confirmed' : 'rejected',
    decided_at: unit.now,
    decided_by: person,
    remark: input.remark,
  })
  await at.file.book.close()
  const payload = {
    ...aboutDocument(context, at),
    siteReportId: id,
    kind: report.kind,
    kindName: reportWords[report.kind].zh,
    on: report.on_day,
  }
  if (input.confirm)
    await unit.record(siteConfirmed, { ...subjectOf(at.file.application), payload: { ...payload, due } })
  else {
    await unit.record(siteRejected, { ...subjectOf(at.file.application), payload, personal: { remark: input.remark } })
    // What kept an overdue permit alive is gone.
    const reports = at.reports.map((row) => (row.id === id ? { ...row, state: 'rejected' as const } : row))
    await lapseLocked(context, unit, { ...at, reports }, false)
  }
}

/** Makes a report true. Gives the new last day of the start after an extension, else null. */
const confirm = async (
  context: Context,
  unit: Unit,
  at: AfterCase,
  rule: SiteRule,
  report: SiteReportRecord,
  verified: boolean,
): Promise<LocalDate | null> => {
  const { document, file, run } = at
  const person = requirePerson(unit.actor)
  switch (report.kind) {
    case 'start': {
      await requireUnblocked(unit.db, file.application.project_id, 'start')
      const clock = found(runningFor(file, 'start', document.id))
      // The report counts from the moment at which it was made, however long its confirmation took.
      const last = clock.ledger.reduce(
        (at, event) => (event.occurredAt > at ? event.occurredAt : at),
        report.reported_at,
      )
      await at.stop(clock, last)
      await changeCertificate(unit.db, document.id, person, unit.now, {
        site_state: 'started',
        started_on: report.on_day,
      })
      return null
    }
    case 'extension':
      return extendStart(context, unit, at, rule, report)
    case 'stop':
      await changeCertificate(unit.db, document.id, person, unit.now, {
        site_state: 'stopped',
        stopped_on: report.on_day,
      })
      await startAfterClock(context, unit, file, {
        purpose: 'reverification',
        kind: 'post-decision',
        label: { zh: `${run.item_name.zh}停工满一年核验`, en: `Verification after a long stop: ${run.item_name.en}` },
        department: run.department,
        itemRunId: run.id,
        certificateId: document.id,
        until: addMonths(report.on_day, rule.stop.verifyAfterMonths),
        source: rule.stop.source,
        since: startOfDay(report.on_day),
        warnAt: 30,
        reminders: rule.stop.reminders,
        rolls: false,
      })
      return null
    case 'resume': {
      if (mustVerify(rule, document.stopped_on, report.on_day) && !verified)
        throw refuse.verificationNeeded({ months: rule.stop.verifyAfterMonths, basis: rule.stop.source.basis }, [
          { path: 'verified', message: '请核验后勾选。' },
        ])
      const clock = runningFor(file, 'reverification', document.id)
      if (clock !== null) await at.stop(clock, report.reported_at)
      await changeCertificate(unit.db, document.id, person, unit.now, { site_state: 'started', stopped_on: null })
      return null
    }
  }
}
/** A permit is verified again before work goes on after the stop of a year (建筑法 10). */
export const mustVerify = (rule: SiteRule, stoppedOn: LocalDate | null, on: LocalDate): boolean =>
  stoppedOn !== null && on >= addMonths(stoppedOn, rule.stop.verifyAfterMonths)

const extendStart = async (
  context: Context,
  unit: Unit,
  at: AfterCase,
  rule: SiteRule,
  report: SiteReportRecord,
): Promise<LocalDate | null> => {
  const { file } = at
  const clock = found(runningFor(file, 'start', at.document.id))
  const derived = file.book.derived(clock)
  if (derived.due === null || report.reported_at > endOfDay(derived.due))
    throw refuse.startOverdue({ due: derived.due ?? '' })
  const last = derived.nominalDue ?? derived.due
  const calendar = calendarOf(context.calendars(), clock.terms, clock.ledger)
  const extended = await file.book.append(
    clock,
    extendClock(clock.terms, clock.ledger, calendar, unit.now, {
      // It was asked in time: it takes effect then, and never lengthens anything before it is granted.
      occurredAt: report.reported_at,
      lateReason: '按申请时间计',
      days: daysBetween(last, addMonths(last, report.months ?? rule.start.extension.monthsEach)),
      approvedBy: requirePerson(unit.actor),
      level: 'agency-head',
      reason: report.reason,
    }),
  )
  await setReminders(unit, file, extended, rule.start.reminders)
  return file.book.derived(extended).due
}
