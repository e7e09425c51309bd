/** 容缺受理: declared with a signed promise, granted on acceptance, supplied, extended once, or not kept. */
import { createHash } from 'node:crypto'
import { require } from '../../../kernel/decision.ts'
import type { OrganisationId } from '../../../kernel/identity.ts'
import type { FieldFault } from '../../../kernel/refusal.ts'
import type { LocalDate } from '../../../kernel/time.ts'
import type { Database, Unit } from '../../../platform/platform.ts'
import {
  commitmentSigned,
  commitmentWithdrawn,
  deferralDropped,
  deferralExtended,
  deferralGranted,
  deferralReminded,
  deferralSupplied,
} from '../contract/events-undertakings.ts'
import type { ApplicationId } from '../contract.ts'
import { extendClock } from '../model/clock/commands.ts'
import { planClock } from '../model/clock-plan.ts'
import { calendarOf } from '../model/clock-view.ts'
import {
  type ApplicantStanding,
  type DeferralVerdict,
  deferralRuleOf,
  deferralText,
  deferralVerdict,
  limitWords,
} from '../model/deferral.ts'
import type { MaterialNeed } from '../model/materials.ts'
import * as refuse from '../model/refusals/undertakings.ts'
import * as refuseGeneral from '../model/refusals.ts'
import { mayExtendDeferral, mayReportEvent, maySupply } from '../policy/undertakings.ts'
import { maySave } from '../policy.ts'
import { application as applicationRow, changeApplication, documentsOf, insertDocument } from '../store/applications.ts'
import { dishonestRecord } from '../store/credit.ts'
import {
  applicationOfDeferral,
  barOf,
  changeDeferral,
  insertCommitment,
  insertDeferral,
  supersedeCommitment,
} from '../store/deferrals.ts'
import type { DeferralId, DeferralRecord } from '../store/undertaking-tables.ts'
import {
  type CaseFile,
  factsOfApplication,
  type LockedCase,
  lockCase,
  personOf,
  requirePerson,
  requireVersion,
} from './case-file.ts'
import type { Context } from './context.ts'
import { defaultDeferral } from './deferral-default.ts'
import { aboutDeferral, factsOfDeferral } from './deferral-facts.ts'
import { aboutApplication, subjectOf } from './event-facts.ts'
import { needsOf } from './needs.ts'
import { lawDayOf } from './reconcile.ts'
import { dueOfDeferral, ownDeferrals } from './waivers.ts'

/** Timers of deferrals that end with an event; the subject is the deferral. */
export const DEFERRAL_TIMER = 'approvals.deferral'

// ------------------------------------------------------------------------------------------ who may

export const standingOf = async (
  db: Database,
  organisationId: OrganisationId,
  day: LocalDate,
): Promise<ApplicantStanding> => {
  const record = await dishonestRecord(db, organisationId, day)
  const bar = await barOf(db, organisationId, day)
  const owner = bar === null ? null : await applicationRow(db, bar.application_id)
  return {
    dishonest: record === null ? null : { basis: record.basis, until: record.valid_to },
    barred: bar === null ? null : { caseNumber: owner?.case_number ?? '', until: bar.barred_until },
  }
}
export const verdictsOn = (
  context: Context,
  file: CaseFile,
  needs: readonly MaterialNeed[],
  standing: ApplicantStanding,
  day: LocalDate,
): ReadonlyMap<string, DeferralVerdict> => {
  const { application } = file
  const items = application.item_ids.flatMap((itemId) => {
    const item = context.law.item(itemId, day)
    return item === null
      ? []
      : [{ itemId, name: item.name, safety: item.safety, onTheSpot: item.limit.unit === 'immediate' }]
  })
  const notes = new Map(
    context.law
      .materials(application.item_ids, application.guide_answers, day)
      .map((material) => [material.materialId, material.deferrableNote]),
  )
  const { exclusions } = context.undertakings.deferral
  return new Map(
    needs.map((need) => [
      need.materialId,
      deferralVerdict(need, notes.get(need.materialId) ?? null, items, standing, exclusions),
    ]),
  )
}
/** What stops a submission because a promise that was signed does not hold (any more). */
export const deferralFaults = async (
  context: Context,
  db: Database,
  file: CaseFile,
  needs: readonly MaterialNeed[],
  day: LocalDate,
): Promise<readonly FieldFault[]> => {
  const deferred = needs.filter((need) => need.waiver === 'deferral' && need.required)
  if (deferred.length === 0) return []
  const standing = await standingOf(db, file.application.applicant_id, day)
  const verdicts = verdictsOn(context, file, needs, standing, day)
  return deferred.flatMap((need) => {
    const verdict = verdicts.get(need.materialId)
    return verdict === undefined || verdict.eligible
      ? []
      : [{ path: `materials.${need.materialId}`, message: verdict.reason.zh }]
  })
}

// ------------------------------------------------------------------------------------------ declare and sign

export const sha256 = (content: string): string => createHash('sha256').update(content).digest('hex')
/** Who signs: the person who acts, or the one named on the paper that a clerk enters. */
export const signatoryOf = async (context: Context, unit: Unit, named: string): Promise<string> => {
  if (named !== '') return named
  return (await context.people.personName(unit.db, requirePerson(unit.actor))) ?? ''
}

/** Declares which documents will follow, and signs for them; an empty list takes the promise back. */
export const declareDeferrals = async (
  context: Context,
  unit: Unit,
  id: ApplicationId,
  input: { readonly version: number; readonly materialIds: readonly string[]; readonly signatory: string },
): Promise<void> => {
  const person = requirePerson(unit.actor)
  const file = await lockCase(context, unit, id)
  const { application } = file
  require(maySave(unit.actor, factsOfApplication(context, file)))
  await requireVersion(context, unit, application, input.version)
  const day = lawDayOf(context, application, unit.today)
  const needs = needsOf(context, file, await documentsOf(unit.db, id), day)
  const wanted = needs.filter((need) => input.materialIds.includes(need.materialId) && need.required && !need.present)
  if (wanted.length !== new Set(input.materialIds).size) throw refuseGeneral.unknownMaterial()
  const standing = await standingOf(unit.db, application.applicant_id, day)
  const verdicts = verdictsOn(context, file, needs, standing, day)
  const faults = wanted.flatMap((need): readonly FieldFault[] => {
    const verdict = verdicts.get(need.materialId)
    return verdict === undefined || verdict.eligible
      ? []
      : [{ path: `materials.${need.materialId}`, message: verdict.reason.zh }]
  })
  if (faults.length > 0) throw refuse.notDeferrable({ count: faults.length }, faults)

  await takeBack(context, unit, file)
  await changeApplication(unit.db, id, person, unit.now, {})
  if (wanted.length === 0) return
  const rules = context.undertakings.deferral
  const materials = wanted.map((need) => ({ need, name: need.name, rule: deferralRuleOf(rules, need.usedBy) }))
  const content = deferralText({
    rules,
    applicantName: application.applicant_name,
    projectName: application.project_name,
    caseNumber: application.case_number,
    materials,
  })
  const commitmentId = unit.newId<'commitment'>()
  const hash = sha256(content)
  await insertCommitment(unit.db, {
    id: commitmentId,
    application_id: id,
    kind: 'deferral',
    item_id: null,
    material_ids: wanted.map((need) => need.materialId),
    text_version: rules.text.version,
    content,
    hash,
    signatory: await signatoryOf(context, unit, input.signatory),
    signed_by: person,
    signed_at: unit.now,
    superseded_at: null,
  })
  for (const { need, rule } of materials)
    await insertDeferral(unit.db, {
      id: unit.newId<'deferral'>(),
      application_id: id,
      project_id: application.project_id,
      applicant_id: application.applicant_id,
      commitment_id: commitmentId,
      material_id: need.materialId,
      material_name: need.name,
      item_ids: need.usedBy,
      state: 'declared',
      changed_at: unit.now,
      changed_by: person,
      rule,
      clock_id: null,
      declared_at: unit.now,
      started_at: null,
      supplied_at: null,
      supplied_by: null,
      document_id: null,
      extension: null,
      event: null,
      defaulted_at: null,
      barred_until: null,
      holds_output: false,
    })
  await unit.record(commitmentSigned, {
    ...subjectOf(application),
    payload: {
      ...aboutApplication(context, application),
      commitmentId,
      commitmentKind: 'deferral',
      title: '容缺受理承诺书',
      hash,
    },
  })
}
/** Takes back what was declared and not granted yet, with its paper. */
const takeBack = async (context: Context, unit: Unit, file: LockedCase): Promise<void> => {
  const declared = ownDeferrals(file).filter((deferral) => deferral.state === 'declared')
  for (const deferral of declared)
    await changeDeferral(unit.db, deferral.id, personOf(unit.actor), unit.now, { state: 'dropped' })
  for (const commitmentId of new Set(declared.map((deferral) => deferral.commitment_id))) {
    await supersedeCommitment(unit.db, commitmentId, unit.now)
    await unit.record(commitmentWithdrawn, {
      ...subjectOf(file.application),
      payload: { ...aboutApplication(context, file.application), commitmentId, title: '容缺受理承诺书' },
    })
  }
}

// ------------------------------------------------------------------------------------------ submission, acceptance

/** On submission: what came after all is no longer deferred; what the event of another promise is, is told. */
export const settleDeclared = async (
  context: Context,
  unit: Unit,
  file: LockedCase,
  needs: readonly MaterialNeed[],
): Promise<void> => {
  const missing = new Set(needs.filter((need) => need.waiver === 'deferral').map((need) => need.materialId))
  for (const deferral of ownDeferrals(file))
    if (deferral.state === 'declared' && !missing.has(deferral.material_id)) await drop(context, unit, file, deferral)
  for (const deferral of reachedBy(file))
    await unit.timers.set({
      kind: DEFERRAL_TIMER,
      subjectId: deferral.id,
      rung: `near ${file.application.round + 1}`,
      dueAt: unit.now,
      payload: { applicationId: deferral.application_id, step: 'near' },
    })
}
const drop = async (context: Context, unit: Unit, file: LockedCase, deferral: DeferralRecord): Promise<void> => {
  await changeDeferral(unit.db, deferral.id, personOf(unit.actor), unit.now, { state: 'dropped' })
  await unit.record(deferralDropped, {
    ...subjectOf(file.application),
    payload: { ...aboutApplication(context, file.application), ...aboutDeferral(deferral) },
  })
}
/** Promises in the project whose event this application brings about. */
export const reachedBy = (file: Pick<CaseFile, 'application' | 'deferrals'>): readonly DeferralRecord[] =>
  file.deferrals.filter(
    (deferral) =>
      deferral.state === 'running' &&
      deferral.application_id !== file.application.id &&
      deferral.rule.limit.kind === 'event' &&
      deferral.rule.limit.eventItem !== null &&
      file.application.item_ids.includes(deferral.rule.limit.eventItem),
  )

/**
 * On acceptance: each promise gets its own clock, and what this application was the event for is due. The clock runs from
 * the day on which the applicant is told, also where silence puts the acceptance itself back to the receipt.
 */
export const startDeferrals = async (context: Context, unit: Unit, file: LockedCase): Promise<void> => {
  const { application, book } = file
  for (const deferral of ownDeferrals(file)) {
    if (deferral.state !== 'declared') continue
    const { limit, extension } = deferral.rule
    const plan =
      limit.kind === 'event'
        ? null
        : planClock(
            'deferral',
            {
              days: limit.days,
              unit: limit.unit,
              citation: limit.source,
              extension:
                extension === null
                  ? null
                  : { days: extension.days, times: 1, approver: 'department-head', citation: extension.source },
            },
            { grounds: [], calendarVersion: context.calendars().current.version, rules: context.rules },
          )
    const clock =
      plan === null
        ? null
        : await book.start({
            purpose: 'deferral',
            department: departmentOf(context, file, deferral),
            label: {
              zh: `容缺补交:${deferral.material_name.zh}`,
              en: `To follow: ${deferral.material_name.en}`,
            },
            plan,
          })
    const running = await changeDeferral(unit.db, deferral.id, personOf(unit.actor), unit.now, {
      state: 'running',
      started_at: unit.now,
      clock_id: clock?.id ?? null,
    })
    await unit.record(deferralGranted, {
      ...subjectOf(application),
      payload: {
        ...aboutApplication(context, application),
        ...aboutDeferral(deferral),
        limit: limitWords(deferral.rule).zh,
        due: dueOfDeferral(file, running),
      },
    })
  }
  for (const deferral of reachedBy(file))
    await unit.timers.set({
      kind: DEFERRAL_TIMER,
      subjectId: deferral.id,
      rung: 'event',
      dueAt: unit.now,
      payload: { applicationId: deferral.application_id, step: 'event', caseNumber: application.case_number },
    })
}
const departmentOf = (context: Context, file: LockedCase, deferral: DeferralRecord): string =>
  deferral.item_ids
    .map((itemId) => context.law.item(itemId, file.application.catalogue_day)?.department)
    .find((department) => department !== undefined) ?? file.application.lead_department

/** The application ends without a decision on the items: nothing is owed any more. */
export const dropDeferrals = async (context: Context, unit: Unit, file: LockedCase, reason: string): Promise<void> => {
  for (const deferral of ownDeferrals(file)) {
    if (deferral.state !== 'declared' && deferral.state !== 'running') continue
    const clock = deferral.clock_id === null ? null : file.book.get(deferral.clock_id)
    if (clock !== null && deferral.state === 'running') await file.book.cancel([clock], reason)
    await drop(context, unit, file, deferral)
  }
}

// ------------------------------------------------------------------------------------------ supply, extend, event

export const lockDeferral = async (
  context: Context,
  unit: Unit,
  id: DeferralId,
): Promise<{ file: LockedCase; deferral: DeferralRecord }> => {
  const applicationId = await applicationOfDeferral(unit.db, id)
  if (applicationId === null) throw refuse.deferralMissing()
  const file = await lockCase(context, unit, applicationId)
  const deferral = ownDeferrals(file).find((each) => each.id === id)
  if (deferral === undefined) throw refuse.deferralMissing()
  return { file, deferral }
}

/** The document is there: the clock ends, and what was held back is free again. */
export const supplyDeferred = async (
  context: Context,
  unit: Unit,
  id: DeferralId,
  input: { readonly version: number; readonly uploadId: string },
): Promise<ApplicationId> => {
  const person = requirePerson(unit.actor)
  const { file, deferral } = await lockDeferral(context, unit, id)
  require(maySupply(unit.actor, factsOfDeferral(context, file, deferral)))
  await requireVersion(context, unit, deferral, input.version)
  const upload = await context.platform.files.upload(unit.db, input.uploadId)
  if (upload === null) throw refuseGeneral.uploadMissing()
  if (upload.uploadedBy !== null && upload.uploadedBy !== person) throw refuseGeneral.foreignUpload()
  if (upload.scan === 'infected') throw refuseGeneral.infectedUpload({ file: upload.fileName })
  const documentId = unit.newId<'document'>()
  await insertDocument(unit.db, {
    id: documentId,
    application_id: file.application.id,
    material_id: deferral.material_id,
    file_name: upload.fileName,
    size_bytes: upload.sizeBytes,
    media_type: upload.mediaType,
    sha256: upload.sha256,
    scan: upload.scan,
    added_at: unit.now,
    added_by: person,
    removed_at: null,
  })
  const clock = deferral.clock_id === null ? null : file.book.get(deferral.clock_id)
  if (clock !== null && file.book.derived(clock).state === 'running') await file.book.stop([clock])
  await changeDeferral(unit.db, id, person, unit.now, {
    state: 'completed',
    supplied_at: unit.now,
    supplied_by: person,
    document_id: documentId,
    holds_output: false,
  })
  await file.book.close()
  await unit.record(deferralSupplied, {
    ...subjectOf(file.application),
    payload: {
      ...aboutApplication(context, file.application),
      ...aboutDeferral(deferral),
      inTime: deferral.state === 'running',
      sha256: upload.sha256,
    },
  })
  return file.application.id
}

/** More time, once, with a reason. */
export const extendDeferral = async (
  context: Context,
  unit: Unit,
  id: DeferralId,
  input: { readonly version: number; readonly days: number; readonly reason: string },
): Promise<ApplicationId> => {
  const person = requirePerson(unit.actor)
  const { file, deferral } = await lockDeferral(context, unit, id)
  require(mayExtendDeferral(unit.actor, factsOfDeferral(context, file, deferral)))
  await requireVersion(context, unit, deferral, input.version)
  const clock = deferral.clock_id === null ? null : file.book.get(deferral.clock_id)
  const rule = clock?.terms.extension ?? null
  if (clock === null || rule === null) throw refuse.deferralNotExtendable()
  if (input.days > rule.maxDaysEach)
    throw refuseGeneral.extensionTooLong({ max: rule.maxDaysEach }, [
      { path: 'days', message: `最多${rule.maxDaysEach}日。` },
    ])
  const calendar = calendarOf(context.calendars(), clock.terms, clock.ledger)
  await file.book.append(
    clock,
    extendClock(clock.terms, clock.ledger, calendar, unit.now, {
      occurredAt: unit.now,
      days: input.days,
      approvedBy: person,
      level: 'agency-head',
      reason: input.reason,
    }),
  )
  const changed = await changeDeferral(unit.db, id, person, unit.now, {
    extension: { days: input.days, at: unit.now, by: person, reason: input.reason },
  })
  await file.book.close()
  await unit.record(deferralExtended, {
    ...subjectOf(file.application),
    payload: {
      ...aboutApplication(context, file.application),
      ...aboutDeferral(deferral),
      days: input.days,
      due: dueOfDeferral(file, changed),
    },
    personal: { reason: input.reason },
  })
  return file.application.id
}

/** The event came, outside of this system: what is not there now was not supplied in time. */
export const reportDeferralEvent = async (
  context: Context,
  unit: Unit,
  id: DeferralId,
  input: { readonly version: number; readonly occurredOn: LocalDate; readonly basis: string },
): Promise<ApplicationId> => {
  const person = requirePerson(unit.actor)
  const { file, deferral } = await lockDeferral(context, unit, id)
  require(mayReportEvent(unit.actor, factsOfDeferral(context, file, deferral)))
  await requireVersion(context, unit, deferral, input.version)
  if (input.occurredOn > unit.today) throw refuse.eventInFuture({}, [{ path: 'occurredOn', message: '不能晚于今天。' }])
  const marked = await changeDeferral(unit.db, id, person, unit.now, {
    event: { occurredOn: input.occurredOn, basis: input.basis, by: person },
  })
  await defaultDeferral(context, unit, file, marked, { late: false, due: input.occurredOn })
  await file.book.close()
  return file.application.id
}

/** The timers of promises that end with an event. */
export const onDeferralTimer = async (
  context: Context,
  unit: Unit,
  applicationId: ApplicationId,
  id: DeferralId,
  step: {
    readonly step: string
    readonly caseNumber: string
    readonly late: boolean
    /** What brought the event about, where it was no application. */
    readonly basis?: string | null
    readonly occurredOn?: LocalDate | null
  },
): Promise<void> => {
  const file = await lockCase(context, unit, applicationId)
  const deferral = ownDeferrals(file).find((each) => each.id === id)
  if (deferral === undefined || deferral.state !== 'running') return
  if (step.step === 'event') {
    const occurredOn = step.occurredOn ?? unit.today
    const marked = await changeDeferral(unit.db, id, null, unit.now, {
      event: { occurredOn, basis: step.basis ?? `申请${step.caseNumber}已受理`, by: null },
    })
    await defaultDeferral(context, unit, file, marked, { late: step.late, due: occurredOn })
    await file.book.close()
    return
  }
  await remind(context, unit, file, deferral, 'near', step.late)
}

const reminderText = (deferral: DeferralRecord, rung: string, due: LocalDate | null): string => {
  const name = `容缺材料“${deferral.material_name.zh}”`
  if (rung === 'near') return `${name}${limitWords(deferral.rule).zh},项目已申请办理该事项,请立即补交`
  if (rung === 'due') return `${name}的补交时限今日(${due ?? ''})到期,请立即补交`
  return `${name}的补交时限${due ?? ''}到期,请尽快补交`
}
const remind = async (
  context: Context,
  unit: Unit,
  file: LockedCase,
  deferral: DeferralRecord,
  rung: string,
  late: boolean,
): Promise<void> => {
  const due = dueOfDeferral(file, deferral)
  await unit.record(deferralReminded, {
    ...subjectOf(file.application),
    payload: {
      ...aboutApplication(context, file.application),
      ...aboutDeferral(deferral),
      due,
      rung,
      late,
      text: reminderText(deferral, rung, due),
    },
  })
}
/** A step of a deferral's clock: reminders before, the default after. */
export const onDeferralRung = async (
  context: Context,
  unit: Unit,
  file: LockedCase,
  clockId: string,
  rung: 'warning' | 'due' | 'overdue',
  late: boolean,
): Promise<void> => {
  const deferral = ownDeferrals(file).find((each) => each.clock_id === clockId)
  if (deferral === undefined || deferral.state !== 'running') return
  if (rung !== 'overdue') return remind(context, unit, file, deferral, rung, late)
  await defaultDeferral(context, unit, file, deferral, { late, due: dueOfDeferral(file, deferral) })
  await file.book.close()
}
