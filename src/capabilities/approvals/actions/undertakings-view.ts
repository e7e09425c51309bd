/** Everything about promises on one application, as its page shows it. */
import type { Actor } from '../../../kernel/actor.ts'
import { cursorOf, keysAs } from '../../../kernel/page.ts'
import { type Instant, localDateOf } from '../../../kernel/time.ts'
import type { Database, FileReply } from '../../../platform/platform.ts'
import type { AfterCheckView, Undertakings } from '../contract/undertakings.ts'
import type { ApplicationId } from '../contract.ts'
import { commitmentPdf } from '../documents/commitment.ts'
import { actionWords, deferralRuleOf, deferralStateWords, limitWords } from '../model/deferral.ts'
import * as refuse from '../model/refusals/undertakings.ts'
import { afterCheckResultWords, afterCheckStateWords, variantOf } from '../model/undertakings.ts'
import {
  mayAnswerCheck,
  mayExtendDeferral,
  mayRecordCheck,
  mayReportEvent,
  maySettleCheck,
  maySupply,
} from '../policy/undertakings.ts'
import { isSupervisor, maySave, sentence } from '../policy.ts'
import { afterCheck, afterCheckPage, afterChecksOf } from '../store/after-checks.ts'
import { application, documentsOf } from '../store/applications.ts'
import { type ClockRecord, clocksOf } from '../store/clocks.ts'
import { commitment } from '../store/deferrals.ts'
import { itemRunsOf } from '../store/item-runs.ts'
import type { AfterCheckId, AfterCheckRecord, CommitmentId, DeferralRecord } from '../store/undertaking-tables.ts'
import { factsOfCheck } from './after-checks.ts'
import { type CaseFile, departmentNames, factsOfApplication, readCase } from './case-file.ts'
import type { Context } from './context.ts'
import { factsOfDeferral } from './deferral-facts.ts'
import { standingOf, verdictsOn } from './deferrals.ts'
import { requireSight } from './file-view.ts'
import { viewsOf } from './item-run-view.ts'
import { needsOf } from './needs.ts'
import { lawDayOf } from './reconcile.ts'
import { ownDeferrals } from './waivers.ts'

const clockOf = (context: Context, clocks: readonly ClockRecord[], id: string | null, now: Instant) =>
  id === null
    ? null
    : (viewsOf(
        context,
        clocks.filter((clock) => clock.id === id),
        now,
      )[0] ?? null)

const viewDeferral = (
  context: Context,
  file: CaseFile,
  actor: Actor,
  clocks: readonly ClockRecord[],
  row: DeferralRecord,
  now: Instant,
): Undertakings['deferrals'][number] => {
  const clock = clockOf(context, clocks, row.clock_id, now)
  const facts = factsOfDeferral(context, file, row)
  return {
    deferralId: row.id,
    version: row.version,
    materialId: row.material_id,
    materialName: row.material_name,
    itemIds: [...row.item_ids],
    state: row.state,
    stateName: deferralStateWords[row.state],
    limit: limitWords(row.rule),
    certainty: row.rule.limit.source.certainty,
    basis: row.rule.limit.source.basis,
    byEvent: row.rule.limit.kind === 'event',
    due: clock?.due ?? null,
    clock,
    consequences: row.rule.consequences.actions.map((action) => ({ action, name: actionWords[action] })),
    extensionDays: row.rule.limit.kind === 'days' ? (row.rule.extension?.days ?? null) : null,
    extended:
      row.extension === null ? null : { days: row.extension.days, at: row.extension.at, reason: row.extension.reason },
    event: row.event === null ? null : { occurredOn: row.event.occurredOn, basis: row.event.basis },
    startedAt: row.started_at,
    suppliedAt: row.supplied_at,
    documentId: row.document_id,
    defaultedAt: row.defaulted_at,
    barredUntil: row.barred_until,
    holdsOutput: row.holds_output,
    may: {
      supply: sentence(maySupply(actor, facts)),
      extend: sentence(mayExtendDeferral(actor, facts)),
      event: sentence(mayReportEvent(actor, facts)),
    },
  }
}

/** What a check looks like to this reader. */
const viewCheck = (
  context: Context,
  file: Pick<CaseFile, 'application' | 'itemRuns' | 'departments'>,
  actor: Actor,
  clocks: readonly ClockRecord[],
  row: AfterCheckRecord,
  now: Instant,
): AfterCheckView => {
  const run = file.itemRuns.find((each) => each.id === row.item_run_id)
  const facts = factsOfCheck(file as CaseFile, row, localDateOf(now))
  return {
    afterCheckId: row.id,
    version: row.version,
    applicationId: row.application_id,
    caseNumber: file.application.case_number,
    projectName: file.application.project_name,
    applicantName: file.application.applicant_name,
    itemId: run?.item_id ?? '',
    itemName: run?.item_name ?? { zh: '', en: '' },
    itemRunId: row.item_run_id,
    department: row.department,
    departmentName: file.departments.name(row.department),
    state: row.state,
    stateName: afterCheckStateWords[row.state],
    openedAt: row.opened_at,
    clock: clockOf(context, clocks, row.clock_id, now),
    result: row.result,
    resultName: row.result === null ? null : afterCheckResultWords[row.result],
    finding: row.finding,
    measures: row.measures.filter(
      (each): each is 'correct' | 'revoke' | 'credit-mark' =>
        each === 'correct' || each === 'revoke' || each === 'credit-mark',
    ),
    checkedAt: row.checked_at,
    answerUntil: row.answer_until,
    answer: row.answer,
    answeredAt: row.answered_at,
    settlement: row.settlement,
    settledText: row.settled_text,
    settledAt: row.settled_at,
    may: {
      record: sentence(mayRecordCheck(actor, facts)),
      answer: sentence(mayAnswerCheck(actor, facts)),
      settle: sentence(maySettleCheck(actor, facts)),
    },
  }
}

export const readUndertakings = async (
  context: Context,
  db: Database,
  actor: Actor,
  id: ApplicationId,
  now: Instant,
): Promise<Undertakings> => {
  const file = await readCase(context, db, id, now)
  const { application: row } = file
  await requireSight(context, db, actor, row, now)
  const changing = row.state === 'draft' || row.state === 'correcting'
  const day = lawDayOf(context, row, localDateOf(now))
  const needs = needsOf(context, file, await documentsOf(db, id), day)
  const clocks = await clocksOf(db, [id])
  const standing = changing ? await standingOf(db, row.applicant_id, day) : { dishonest: null, barred: null }
  const missing = needs.filter(
    (need) => need.required && !need.present && need.form !== 'exempt' && need.waiver !== 'commitment',
  )
  const verdicts = verdictsOn(context, file, missing, standing, day)
  const checks = await afterChecksOf(db, [id])
  const names = await context.people.personNames(
    db,
    file.commitments.map((each) => each.signed_by),
  )
  const rules = context.undertakings
  const notDishonest =
    standing.dishonest === null
      ? null
      : refuse.commitmentDishonest({ basis: standing.dishonest.basis }).refusal.sentence
  return {
    applicationId: id,
    version: row.version,
    deferralText: { ...rules.deferral.text, paragraphs: [...rules.deferral.text.paragraphs] },
    commitmentText: { ...rules.commitments.text, paragraphs: [...rules.commitments.text.paragraphs] },
    verdicts: changing
      ? missing.flatMap((need) => {
          const verdict = verdicts.get(need.materialId)
          if (verdict === undefined) return []
          const rule = deferralRuleOf(rules.deferral, need.usedBy)
          return [
            {
              ...verdict,
              materialName: need.name,
              limit: limitWords(rule),
              certainty: rule.limit.source.certainty,
            },
          ]
        })
      : [],
    deferrals: ownDeferrals(file).map((each) => viewDeferral(context, file, actor, clocks, each, now)),
    offers: changing
      ? row.item_ids.flatMap((itemId) => {
          const variant = variantOf(rules.commitments, itemId)
          const item = context.law.item(itemId, day)
          if (variant === null || item === null) return []
          return [
            {
              itemId,
              itemName: item.name,
              materials: variant.replaces.flatMap((materialId) => {
                const need = needs.find((each) => each.materialId === materialId)
                return need === undefined ? [] : [{ materialId, name: need.name }]
              }),
              immediate: variant.immediate,
              conditions: [...variant.conditions],
              source: variant.source,
              checkDays: variant.afterCheck.days,
              checkCertainty: variant.afterCheck.source.certainty,
              signed: file.commitments.some((each) => each.kind === 'substitute' && each.item_id === itemId),
              because: notDishonest,
            },
          ]
        })
      : [],
    commitments: file.commitments.map((each) => ({
      commitmentId: each.id,
      kind: each.kind,
      itemId: each.item_id,
      materialIds: [...each.material_ids],
      textVersion: each.text_version,
      text: each.content,
      hash: each.hash,
      signatory: each.signatory,
      signedBy: names.get(each.signed_by) ?? '',
      signedAt: each.signed_at,
    })),
    afterChecks: checks.map((each) => viewCheck(context, file, actor, clocks, each, now)),
    may: { sign: sentence(maySave(actor, factsOfApplication(context, file))) },
  }
}

export const readAfterCheck = async (
  context: Context,
  db: Database,
  actor: Actor,
  id: AfterCheckId,
  now: Instant,
): Promise<AfterCheckView> => {
  const row = await afterCheck(db, id)
  if (row === null) throw refuse.afterCheckMissing()
  const file = await readCase(context, db, row.application_id, now)
  await requireSight(context, db, actor, file.application, now)
  return viewCheck(context, file, actor, await clocksOf(db, [row.application_id]), row, now)
}

/** The checks of a person's departments; supervisors see all. Oldest first; settled ones only when asked for. */
export const listAfterChecks = async (
  context: Context,
  db: Database,
  actor: Actor,
  query: {
    readonly state?: AfterCheckRecord['state'] | undefined
    readonly after?: string | undefined
    readonly limit: number
  },
  now: Instant,
): Promise<{ rows: AfterCheckView[]; next: string | null }> => {
  if (actor.kind !== 'person') return { rows: [], next: null }
  const after = keysAs(query.after, 'instant', 'id')
  const found = await afterCheckPage(db, {
    departments: isSupervisor(actor)
      ? null
      : actor.roles.flatMap((held) =>
          (held.role === 'reviewer' || held.role === 'lead' || held.role === 'approver') &&
          held.department !== undefined
            ? [held.department]
            : [],
        ),
    state: query.state,
    after: after === null ? undefined : { at: after[0], id: after[1] },
    limit: query.limit + 1,
  })
  const page = found.slice(0, query.limit)
  const ids = [...new Set(page.map((row) => row.application_id))]
  const clocks = await clocksOf(db, ids)
  const itemRuns = await itemRunsOf(db, ids)
  const departments = await departmentNames(context, db, localDateOf(now))
  const rows: AfterCheckView[] = []
  for (const row of page) {
    const owner = await application(db, row.application_id)
    if (owner !== null)
      rows.push(viewCheck(context, { application: owner, itemRuns, departments }, actor, clocks, row, now))
  }
  const last = page.at(-1)
  return { rows, next: found.length > query.limit && last !== undefined ? cursorOf(last.opened_at, last.id) : null }
}

export const readCommitmentDocument = async (
  context: Context,
  db: Database,
  actor: Actor,
  id: CommitmentId,
  now: Instant,
): Promise<FileReply> => {
  const row = await commitment(db, id)
  const owner = row === null ? null : await application(db, row.application_id)
  if (row === null || owner === null) throw refuse.commitmentMissing()
  await requireSight(context, db, actor, owner, now)
  const [title = '承诺书', ...lines] = row.content.split('\n')
  const content = await commitmentPdf({
    title,
    lines,
    hash: row.hash,
    signatory: row.signatory,
    signedAt: row.signed_at,
    applicantName: owner.applicant_name,
    caseNumber: owner.case_number,
  })
  return { fileName: `${title}-${owner.case_number}.pdf`, content, inline: true }
}
