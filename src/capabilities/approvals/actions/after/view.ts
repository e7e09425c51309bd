/** The whole picture after the decisions of an application, to this reader. */
import type { Actor } from '../../../../kernel/actor.ts'
import type { PersonId } from '../../../../kernel/identity.ts'
import { type Instant, type LocalDate, localDateOf } from '../../../../kernel/time.ts'
import type { Database } from '../../../../platform/platform.ts'
import type { AfterView, ConditionView, DecisionDocument } from '../../contract/after.ts'
import type { ApplicationId } from '../../contract.ts'
import { siteRuleOf } from '../../model/after-rules.ts'
import { derive } from '../../model/clock-view.ts'
import { openConditionStates } from '../../model/conditions.ts'
import { openRemedyStates, remedyLife } from '../../model/remedies.ts'
import * as may from '../../policy/after.ts'
import { isOfficer } from '../../policy.ts'
import {
  type ActRecord,
  actsOf,
  type ConditionRecord,
  conditionsOf,
  type EvidenceRecord,
  evidenceOf,
  type RemedyRecord,
  remediesOf,
  reportsOf,
  type SiteReportRecord,
  withdrawalBefore,
  withdrawalsOf,
} from '../../store/after.ts'
import { type CertificateRecord, documentsOfApplication } from '../../store/certificates.ts'
import { type ClockRecord, clocksOf } from '../../store/clocks.ts'
import { type CaseFile, itemRunOf, orNull, readCase } from '../case-file.ts'
import type { Context } from '../context.ts'
import { requireSight } from '../file-view.ts'
import { actCase } from './acts.ts'
import { factsOfDocument } from './case.ts'
import { windowsOf } from './remedies.ts'
import { mustVerify } from './site-reports.ts'
import { factsOfWithdrawal } from './withdrawal.ts'

interface Loaded {
  readonly actor: Actor
  readonly now: Instant
  readonly today: LocalDate
  readonly officer: boolean
  readonly file: CaseFile
  readonly documents: readonly CertificateRecord[]
  readonly conditions: readonly ConditionRecord[]
  readonly evidence: readonly EvidenceRecord[]
  readonly acts: readonly ActRecord[]
  readonly cases: readonly RemedyRecord[]
  readonly reports: readonly SiteReportRecord[]
  readonly clocks: readonly ClockRecord[]
  readonly name: (id: PersonId | null) => string
}
const say = may.sentenceOf

const viewCondition = (own: Loaded, facts: may.DocumentFacts, row: ConditionRecord): ConditionView => {
  const state = {
    state: row.state,
    waiverBy: row.waiver?.decidedBy === null ? row.waiver.proposedBy : null,
  }
  return {
    conditionId: row.id,
    ordinal: row.ordinal,
    text: row.text,
    grade: row.grade,
    responsible: row.responsible,
    dueOn: row.due_on,
    dueEvent: row.due_event,
    blocks: [...row.blocks],
    source: row.source,
    state: row.state,
    overdue: row.due_on !== null && row.due_on < own.today && openConditionStates.includes(row.state),
    version: row.version,
    // A waiver that is only proposed is the authority's own matter.
    waiver:
      row.waiver === null || (!own.officer && row.waiver.decidedBy === null)
        ? null
        : {
            reason: row.waiver.reason,
            proposedBy: own.name(row.waiver.proposedBy),
            decidedBy: row.waiver.decidedBy === null ? null : own.name(row.waiver.decidedBy),
          },
    evidence: own.evidence
      .filter((each) => each.condition_id === row.id)
      .map((each) => ({
        evidenceId: each.id,
        note: each.note,
        file:
          each.file === null
            ? null
            : { fileName: each.file.fileName, sizeBytes: each.file.sizeBytes, mediaType: each.file.mediaType },
        givenAt: each.given_at,
        givenBy: own.name(each.given_by),
        verdict: each.verdict,
        remark: each.remark,
        judgedAt: each.judged_at,
        judgedBy: each.judged_by === null ? null : own.name(each.judged_by),
      })),
    may: {
      'give-evidence': say(may.mayGiveEvidence(own.actor, facts, state)),
      'judge-evidence': say(may.mayJudgeEvidence(own.actor, facts, state)),
      'propose-waiver': say(may.mayProposeWaiver(own.actor, facts, state)),
      'decide-waiver': say(may.mayDecideWaiver(own.actor, facts, state)),
    },
  }
}

const viewAct = (
  context: Context,
  own: Loaded,
  facts: may.DocumentFacts,
  row: ActRecord,
): DecisionDocument['acts'][number] => {
  const ground = context.after.revocationGrounds.find((each) => each.id === row.ground)
  const state = actCase(row, own.today)
  return {
    actId: row.id,
    kind: row.kind,
    ground:
      ground === undefined
        ? null
        : {
            id: ground.id,
            name: ground.name,
            basis: ground.source.basis,
            certainty: ground.source.certainty,
          },
    reason: row.reason,
    changes: { ...row.changes },
    answerUntil: row.answer_until,
    answer: row.answer,
    state: row.state,
    version: row.version,
    proposedAt: row.proposed_at,
    proposedBy: own.name(row.proposed_by),
    decidedAt: row.decided_at,
    decidedBy: row.decided_by === null ? null : own.name(row.decided_by),
    remark: row.remark,
    may: {
      'answer-act': say(may.mayAnswerAct(own.actor, facts, state)),
      'decide-act': say(may.mayDecideAct(own.actor, facts, state)),
    },
  }
}

const viewCase = (own: Loaded, facts: may.DocumentFacts, row: RemedyRecord): DecisionDocument['cases'][number] => ({
  remedyCaseId: row.id,
  kind: row.kind,
  state: row.state,
  version: row.version,
  lodgedOn: row.lodged_on,
  late: row.late,
  body: row.body,
  bodyNumber: row.body_number,
  claim: row.claim,
  suspends: row.suspends,
  steps: row.steps.map((step) => ({ to: step.to, text: step.text, at: step.at, by: own.name(step.by) })),
  next: [...remedyLife.next(row.state)],
  may: { 'move-remedy': say(may.mayMoveRemedy(own.actor, facts, row.state)) },
})

const viewSite = (context: Context, own: Loaded, row: CertificateRecord, itemId: string): DecisionDocument['site'] => {
  const rule = siteRuleOf(context.after, itemId)
  if (rule === null || row.site_state === null) return null
  const clock = own.clocks.find((each) => each.purpose === 'start' && each.certificate_id === row.id)
  const derived = clock === undefined ? null : orNull(() => derive(clock, context.calendars(), own.now))
  return {
    state: row.site_state,
    startedOn: row.started_on,
    stoppedOn: row.stopped_on,
    startBy: row.site_state === 'waiting' ? (derived?.due ?? null) : null,
    extensionsUsed: clock?.ledger.filter((event) => event.kind === 'extend').length ?? 0,
    extensionsMost: rule.start.extension.times,
    monthsEach: rule.start.extension.monthsEach,
    mustVerify: row.site_state === 'stopped' && mustVerify(rule, row.stopped_on, own.today),
    basis: rule.start.source.basis,
    certainty: rule.start.source.certainty,
  }
}

const viewDocument = (context: Context, own: Loaded, row: CertificateRecord): DecisionDocument => {
  const run = itemRunOf(own.file, row.item_run_id)
  const facts = factsOfDocument(context, own.file, run, row, own.acts, own.reports, own.now)
  const cases = own.cases.filter((each) => each.certificate_id === row.id)
  const numberOf = (other: CertificateRecord | undefined): string | null => other?.document_number ?? null
  const report = (kind: 'start' | 'stop' | 'resume' | 'extension') => say(may.mayReport(own.actor, facts, kind))
  return {
    certificateId: row.id,
    itemRunId: row.item_run_id,
    itemId: run.item_id,
    itemName: run.item_name,
    department: run.department,
    departmentName: own.file.departments.name(run.department),
    documentName: row.facts.documentName,
    documentNumber: row.document_number,
    verificationCode: row.code,
    outcome: row.facts.outcome,
    itemKind: row.facts.itemKind ?? null,
    scope: [...(row.facts.scope ?? [])],
    refusal: row.facts.refusal ?? null,
    state: row.state,
    cause:
      row.cause === null
        ? null
        : { name: row.cause.name, basis: row.cause.basis, text: row.cause.text, on: row.cause.on },
    suspended: cases.some((each) => each.suspends && openRemedyStates.includes(each.state)),
    version: row.version,
    replaces: numberOf(own.documents.find((each) => each.id === row.replaces)),
    replacedBy: numberOf(own.documents.find((each) => each.replaces === row.id)),
    madeAt: row.created_at,
    publishAt: row.publish_at,
    published: facts.published,
    delivery:
      row.delivery === null
        ? null
        : {
            way: row.delivery.way,
            on: row.delivery.on,
            evidence: row.delivery.evidence,
            recordedBy: own.name(row.delivery.recordedBy),
          },
    remedies: windowsOf(context, row).map(({ term, kind, lastDay }) => ({
      name: term.name,
      kind,
      basis: term.basis,
      certainty: term.certainty,
      lastDay,
      over: lastDay !== null && lastDay < own.today,
    })),
    validUntil: row.valid_until,
    site: viewSite(context, own, row, run.item_id),
    conditions: own.conditions
      .filter((each) => each.certificate_id === row.id)
      .map((each) => viewCondition(own, facts, each)),
    acts: own.acts
      // A proposal is internal until it is decided, but for one on which the holder is heard.
      .filter(
        (each) =>
          each.certificate_id === row.id && (own.officer || each.answer_until !== null || each.state === 'done'),
      )
      .map((each) => viewAct(context, own, facts, each)),
    cases: cases.map((each) => viewCase(own, facts, each)),
    reports: own.reports
      .filter((each) => each.certificate_id === row.id)
      .map((each) => ({
        siteReportId: each.id,
        kind: each.kind,
        state: each.state,
        version: each.version,
        onDay: each.on_day,
        months: each.months,
        reason: each.reason,
        late: each.late,
        reportedAt: each.reported_at,
        reportedBy: own.name(each.reported_by),
        decidedAt: each.decided_at,
        decidedBy: each.decided_by === null ? null : own.name(each.decided_by),
        remark: each.remark,
        may: { 'decide-report': say(may.mayDecideReport(own.actor, facts, each)) },
      })),
    may: {
      'record-delivery': say(may.mayRecordDelivery(own.actor, facts)),
      'confirm-receipt': say(may.mayConfirmReceipt(own.actor, facts)),
      'propose-act': say(may.mayProposeAct(own.actor, facts)),
      'lodge-remedy': say(may.mayLodgeRemedy(own.actor, facts)),
      'report-start': report('start'),
      'report-stop': report('stop'),
      'report-resume': report('resume'),
      'report-extension': report('extension'),
    },
  }
}

const peopleOf = (
  parts: Pick<Loaded, 'documents' | 'conditions' | 'evidence' | 'acts' | 'cases' | 'reports'>,
  withdrawals: readonly { readonly requested_by: PersonId; readonly decided_by: PersonId | null }[],
): readonly PersonId[] => {
  const ids: (PersonId | null)[] = [
    ...parts.documents.map((row) => row.delivery?.recordedBy ?? null),
    ...parts.conditions.flatMap((row) => [row.waiver?.proposedBy ?? null, row.waiver?.decidedBy ?? null]),
    ...parts.evidence.flatMap((row) => [row.given_by, row.judged_by]),
    ...parts.acts.flatMap((row) => [row.proposed_by, row.decided_by]),
    ...parts.cases.flatMap((row) => row.steps.map((step) => step.by)),
    ...parts.reports.flatMap((row) => [row.reported_by, row.decided_by]),
    ...withdrawals.flatMap((row) => [row.requested_by, row.decided_by]),
  ]
  return [...new Set(ids.filter((id) => id !== null))]
}

export const readAfter = async (
  context: Context,
  db: Database,
  actor: Actor,
  id: ApplicationId,
  now: Instant,
): Promise<AfterView> => {
  const file = await readCase(context, db, id, now)
  const { application } = file
  await requireSight(context, db, actor, application, now)
  const officer = isOfficer(actor)
  const conditions = await conditionsOf(db, id)
  const parts = {
    documents: await documentsOfApplication(db, id),
    conditions,
    evidence: await evidenceOf(
      db,
      conditions.map((row) => row.id),
    ),
    acts: await actsOf(db, id),
    cases: await remediesOf(db, id),
    reports: await reportsOf(db, id),
    clocks: await clocksOf(db, [id]),
  }
  const withdrawals = await withdrawalsOf(db, id)
  const names = await context.people.personNames(db, peopleOf(parts, withdrawals))
  const own: Loaded = {
    ...parts,
    actor,
    now,
    today: localDateOf(now),
    officer,
    file,
    name: (person) => (person === null ? '系统' : (names.get(person) ?? '')),
  }
  const facts = factsOfWithdrawal(file)
  return {
    applicationId: id,
    documents: own.documents
      .filter((row) => officer || row.publish_at <= now)
      .map((row) => viewDocument(context, own, row)),
    withdrawals: withdrawals.map((row) => ({
      withdrawalId: row.id,
      state: row.state,
      version: row.version,
      reason: row.reason,
      requestedAt: row.requested_at,
      requestedBy: own.name(row.requested_by),
      decidedAt: row.decided_at,
      decidedBy: row.decided_by === null ? null : own.name(row.decided_by),
      remark: row.remark,
    })),
    refiledOf: await withdrawalBefore(db, {
      projectId: application.project_id,
      stage: application.stage,
      id,
      before: application.created_at,
    }),
    revocationGrounds: context.after.revocationGrounds.map((ground) => ({
      id: ground.id,
      name: ground.name,
      hearing: ground.hearing,
      basis: ground.source.basis,
      certainty: ground.source.certainty,
    })),
    may: {
      'request-withdrawal': say(may.mayRequestWithdrawal(actor, facts)),
      'decide-withdrawal': say(may.mayDecideWithdrawal(actor, facts)),
    },
  }
}
