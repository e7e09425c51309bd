/** An item run as a page shows it, to this reader. */
import type { Actor } from '../../../kernel/actor.ts'
import type { PersonId } from '../../../kernel/identity.ts'
import { type Instant, localDateOf } from '../../../kernel/time.ts'
import type { CertificateId, ClockView, ItemRunId, ItemRunView, OpinionTaskId } from '../contract.ts'
import { leadingAmong, viewClock } from '../model/clock-view.ts'
import { isOfficer, itemRunMay } from '../policy.ts'
import type { ClockRecord } from '../store/clocks.ts'
import type { ItemRunRecord, OpinionTaskRecord } from '../store/item-runs.ts'
import { type CaseFile, factsOfItemRun, holdOf, openConditionsOf, orNull } from './case-file.ts'
import type { Context } from './context.ts'

export interface Reading {
  readonly actor: Actor
  readonly now: Instant
  readonly names: ReadonlyMap<PersonId, string>
  readonly clocks: readonly ClockRecord[]
  readonly certificates: ReadonlyMap<
    ItemRunId,
    { readonly id: CertificateId; readonly code: string; readonly publishAt: Instant }
  >
}

/** Views of clocks; one whose calendar is gone is left out rather than hiding the whole page. */
export const viewsOf = (context: Context, clocks: readonly ClockRecord[], now: Instant): readonly ClockView[] => {
  const calendars = context.calendars()
  return clocks.flatMap((clock) => {
    const view = orNull(() => viewClock(clock, calendars, now))
    return view === null ? [] : [view]
  })
}
const nameOf = (reading: Reading, id: PersonId | null): string => (id === null ? '系统' : (reading.names.get(id) ?? ''))

const clockOfTask = (context: Context, reading: Reading, id: OpinionTaskId): ClockView | null =>
  viewsOf(
    context,
    reading.clocks.filter((clock) => clock.opinion_task_id === id),
    reading.now,
  )[0] ?? null

const viewTask = (
  context: Context,
  file: CaseFile,
  reading: Reading,
  task: OpinionTaskRecord,
  open: boolean,
): ItemRunView['opinionTasks'][number] => ({
  opinionTaskId: task.id,
  itemRunId: task.item_run_id,
  department: task.department,
  departmentName: file.departments.name(task.department),
  question: task.question,
  state: task.state,
  version: task.version,
  // Opinions are for the authorities until the item is decided; then the parties may read them.
  code: open ? task.code : null,
  text: open ? task.text : null,
  conditions: open ? [...task.conditions] : [],
  sentAt: task.sent_at,
  givenAt: task.given_at,
  givenBy: task.given_by === null ? null : nameOf(reading, task.given_by),
  clock: clockOfTask(context, reading, task.id),
})

/** A decision that is to be published later is not there yet for anybody but the authorities. */
export const isHidden = (reading: Pick<Reading, 'actor' | 'now' | 'certificates'>, run: ItemRunRecord): boolean =>
  !isOfficer(reading.actor) && (reading.certificates.get(run.id)?.publishAt ?? reading.now) > reading.now

export const viewItemRun = (context: Context, file: CaseFile, reading: Reading, run: ItemRunRecord): ItemRunView => {
  const officer = isOfficer(reading.actor)
  const hidden = isHidden(reading, run)
  const state = hidden && run.state === 'decided' ? 'reviewed' : run.state
  const today = localDateOf(reading.now)
  const own = reading.clocks.filter((clock) => clock.item_run_id === run.id && clock.opinion_task_id === null)
  const views = viewsOf(context, own, reading.now)
  const leading = leadingAmong(own)
  const running = views.some((view) => view.state === 'running' || view.state === 'paused')
  const certificate = reading.certificates.get(run.id)
  const hold = holdOf(run, today)
  const facts = factsOfItemRun(
    context,
    file,
    run,
    leading === undefined || !running
      ? null
      : {
          times: leading.terms.extension?.maxCount ?? 0,
          used: leading.ledger.filter((event) => event.kind === 'extend').length,
        },
    today,
  )
  return {
    itemRunId: run.id,
    applicationId: run.application_id,
    itemId: run.item_id,
    itemVersionId: run.item_version_id,
    itemName: run.item_name,
    itemKind: run.item_kind,
    department: run.department,
    departmentName: file.departments.name(run.department),
    state,
    hold:
      hold === null
        ? null
        : { ground: hold.ground, label: hold.label, basis: hold.basis, since: hold.since, holder: hold.holder },
    frontConditions: openConditionsOf(context, file, run).map((condition) => ({ ...condition })),
    version: run.version,
    opinionTasks: file.tasks
      .filter((task) => task.item_run_id === run.id)
      .map((task) => viewTask(context, file, reading, task, officer || state === 'decided')),
    clocks: [...views],
    draft:
      run.draft === null || !officer
        ? null
        : {
            outcome: run.draft.outcome,
            text: run.draft.text,
            conditions: [...run.draft.conditions],
            draftedBy: nameOf(reading, run.draft.draftedBy),
            draftedAt: run.draft.draftedAt,
            reviewedBy: run.draft.reviewedBy === null ? null : nameOf(reading, run.draft.reviewedBy),
            reviewRemark: run.draft.reviewRemark,
            ...(run.draft.extras === undefined ? {} : { extras: run.draft.extras }),
          },
    pauseProposal:
      run.proposal === null || !officer
        ? null
        : {
            proposalId: run.proposal.proposalId,
            ground: run.proposal.ground,
            label: run.proposal.label,
            reason: run.proposal.reason,
            expectedDays: run.proposal.expectedDays,
            proposedBy: nameOf(reading, run.proposal.proposedBy),
          },
    decision:
      hidden || run.decided_at === null || run.outcome === null || run.document_number === null
        ? null
        : {
            outcome: run.outcome,
            text: run.decision_text ?? '',
            conditions: [...(run.decision_conditions ?? [])],
            decidedAt: run.decided_at,
            decidedBy: nameOf(reading, run.decided_by),
            documentNumber: run.document_number,
            certificateId: certificate?.id ?? null,
            verificationCode: certificate?.code ?? null,
          },
    may: itemRunMay(reading.actor, facts),
  }
}
