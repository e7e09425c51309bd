/** Consultation of a file as a page shows it, to this reader; in a fixed number of queries. */
import type { Actor } from '../../../../kernel/actor.ts'
import type { Decision } from '../../../../kernel/decision.ts'
import type { PersonId } from '../../../../kernel/identity.ts'
import { type Instant, type LocalDate, localDateOf } from '../../../../kernel/time.ts'
import type { Words } from '../../../../kernel/words.ts'
import type { Database } from '../../../../platform/platform.ts'
import type { Consultation, ConsultedRun } from '../../contract/consultation.ts'
import type { ApplicationId, ClockView } from '../../contract.ts'
import { hearingSteps } from '../../model/consultation/hearing.ts'
import type { Suggestion } from '../../model/consultation/rules.ts'
import * as may from '../../policy/consultation.ts'
import { isOfficer } from '../../policy.ts'
import { type ClockRecord, clocksOf } from '../../store/clocks.ts'
import {
  type PartRecord,
  type RevisionRecord,
  type RoundRecord,
  revisionsOf,
  roundsOf,
} from '../../store/consultation.ts'
import type { ItemRunRecord, OpinionTaskRecord } from '../../store/item-runs.ts'
import {
  type FindingRecord,
  findingsOf,
  type MeetingRecord,
  meetingsOf,
  type PhotoRecord,
  type ProcedureRecord,
  photosOf,
} from '../../store/meetings.ts'
import { type CaseFile, factsOfItemRun, factsOfTask, readCase } from '../case-file.ts'
import type { Context } from '../context.ts'
import { requireSight } from '../file-view.ts'
import { viewsOf } from '../item-run-view.ts'
import { anchorNames, anchorsOf } from './anchors.ts'
import { periodEnd } from './change.ts'
import { factsOfConflict } from './conflicts.ts'
import { factsOfInformation } from './information.ts'
import { changedSince, outdatedBy, supersededTasks } from './load.ts'
import { factsOfGathering, factsOfMeeting } from './meetings.ts'
import { dueOfPart, factsOfPart } from './parts.ts'
import { factsOfProcedure, hearingDays, hearingFacts, termsOfProcedure, untilOf } from './procedures.ts'

export interface ConsultationReading {
  readonly context: Context
  readonly file: CaseFile
  readonly actor: Actor
  readonly now: Instant
  readonly today: LocalDate
  readonly officer: boolean
  readonly clocks: readonly ClockRecord[]
  readonly rounds: readonly RoundRecord[]
  readonly revisions: readonly RevisionRecord[]
  readonly meetings: readonly MeetingRecord[]
  readonly findings: readonly FindingRecord[]
  readonly photos: readonly PhotoRecord[]
  readonly names: ReadonlyMap<PersonId, string>
}
const sentence = (decision: Decision): Words | null => (decision.allowed ? null : decision.because.refusal.sentence)
const nameOf = (reading: ConsultationReading, id: PersonId | null): string =>
  id === null ? '系统' : (reading.names.get(id) ?? '')
const clockView = (reading: ConsultationReading, id: string | null): ClockView | null =>
  id === null
    ? null
    : (viewsOf(
        reading.context,
        reading.clocks.filter((clock) => clock.id === id),
        reading.now,
      )[0] ?? null)

export const readReading = async (
  context: Context,
  db: Database,
  actor: Actor,
  id: ApplicationId,
  now: Instant,
): Promise<ConsultationReading> => {
  const file = await readCase(context, db, id, now)
  await requireSight(context, db, actor, file.application, now)
  const { consultation } = file
  const rounds = await roundsOf(db, id)
  const revisions = await revisionsOf(db, id)
  const meetings = await meetingsOf(db, id)
  const people: (PersonId | null)[] = [
    ...rounds.map((row) => row.asked_by),
    ...revisions.map((row) => row.given_by),
    ...meetings.map((row) => row.signed_by),
    ...file.tasks.map((row) => row.given_by),
    ...consultation.parts.map((row) => row.assignee_id),
    ...consultation.information.map((row) => row.answered_by),
    ...consultation.conflicts.map((row) => row.closed_by),
    ...consultation.procedures.flatMap((row) => [row.proposed_by, row.decided_by]),
  ]
  return {
    context,
    file,
    actor,
    now,
    today: localDateOf(now),
    officer: isOfficer(actor),
    clocks: await clocksOf(db, [id]),
    rounds,
    revisions,
    meetings,
    findings: await findingsOf(db, id),
    photos: await photosOf(db, id),
    names: await context.people.personNames(db, [...new Set(people.flatMap((each) => (each === null ? [] : [each])))]),
  }
}

/** What silence of an asked department means for an item (the rule is data of the catalogue; never for safety items). */
export const silenceOf = (context: Context, run: ItemRunRecord): ConsultedRun['silence'] => {
  const item = context.law.itemVersion(run.item_version_id)
  if (item?.safety === true) return 'safety'
  return item?.deemedOnSilence === true ? 'deemed' : 'none'
}
export const viewSuggestion = (file: CaseFile, suggestion: Suggestion) => ({
  ...suggestion,
  departmentName: file.departments.name(suggestion.department),
})

export const viewPart = (
  reading: Pick<ConsultationReading, 'context' | 'file' | 'actor' | 'clocks' | 'now' | 'names'>,
  part: PartRecord,
  task: OpinionTaskRecord,
): ConsultedRun['tasks'][number]['parts'][number] => {
  const { context, file, actor, now } = reading
  const clock = reading.clocks.find((each) => each.opinion_task_id === part.opinion_task_id)
  const due = dueOfPart(context, part, clock, now)
  const assignee = part.assignee_id === null ? null : (reading.names.get(part.assignee_id) ?? '')
  const facts = factsOfPart(file, part, task, assignee ?? '')
  return {
    partId: part.id,
    opinionTaskId: part.opinion_task_id,
    department: part.department,
    departmentName: file.departments.name(part.department),
    section: part.section,
    assignee,
    question: part.question,
    state: part.state,
    version: part.version,
    due,
    overdue: part.state === 'open' && localDateOf(now) > due,
    answer: part.answer,
    closedAt: part.closed_at,
    recallReason: part.recall_reason,
    may: {
      answer: sentence(may.mayAnswerPart(actor, facts)),
      recall: sentence(may.mayRecallPart(actor, facts)),
    },
  }
}

const viewTask = (
  reading: ConsultationReading,
  run: ItemRunRecord,
  task: OpinionTaskRecord,
): ConsultedRun['tasks'][number] => {
  const { context, file, actor } = reading
  const open = reading.officer || run.state === 'decided'
  const superseded = supersededTasks(file.tasks).has(task.id)
  const changed = superseded ? [] : changedSince(file.consultation, task)
  const runFacts = factsOfItemRun(context, file, run, null, reading.today)
  const taskFacts = factsOfTask(file, task)
  const until = task.state === 'given' ? periodEnd(context, reading.clocks, task.id, reading.now) : null
  return {
    opinionTaskId: task.id,
    departmentName: file.departments.name(task.department),
    redoOf: task.redo_of,
    superseded,
    round: file.consultation.seen.find((each) => each.opinion_task_id === task.id)?.round ?? null,
    changed: [...anchorNames(context, file.application, changed)],
    mustRedo: outdatedBy(context, file, run, task)?.reason ?? null,
    revisions: open
      ? reading.revisions
          .filter((row) => row.opinion_task_id === task.id)
          .map((row) => ({
            code: row.code,
            text: row.text,
            conditions: [...row.conditions],
            givenAt: row.given_at,
            givenBy: nameOf(reading, row.given_by),
          }))
      : [],
    changeableUntil: until,
    parts: reading.officer
      ? file.consultation.parts
          .filter((part) => part.opinion_task_id === task.id)
          .map((part) => viewPart(reading, part, task))
      : [],
    may: {
      delegate: sentence(may.mayDelegate(actor, taskFacts)),
      change: sentence(
        may.mayChangeOpinion(actor, {
          task: taskFacts,
          superseded,
          changeableUntil: until,
          today: reading.today,
          run: runFacts,
        }),
      ),
      redo: sentence(may.mayRedo(actor, { task: taskFacts, superseded, changed: changed.length > 0, run: runFacts })),
    },
  }
}

const viewInformation = (reading: ConsultationReading, run: ItemRunRecord): ConsultedRun['information'] => {
  const { context, file, actor } = reading
  const names = anchorsOf(context, file.application)
  const runFacts = factsOfItemRun(context, file, run, null, reading.today)
  return file.consultation.information
    .filter((row) => row.item_run_id === run.id && (reading.officer || row.sent_at !== null))
    .map((row) => {
      const facts = factsOfInformation(file, row, runFacts)
      const task = file.tasks.find((each) => each.id === row.opinion_task_id)
      return {
        informationId: row.id,
        opinionTaskId: row.opinion_task_id,
        itemRunId: run.id,
        departmentName: file.departments.name(task?.department ?? ''),
        state: row.state,
        version: row.version,
        question: row.question,
        anchors: row.anchors.map((anchor) => ({ anchor, label: names.get(anchor) ?? anchor })),
        createdAt: row.created_at,
        sentAt: row.sent_at,
        clock: clockView(reading, row.clock_id),
        answer:
          row.answer === null || row.answered_at === null
            ? null
            : {
                text: row.answer.text,
                changed: Object.keys(row.answer.after).map((field) => names.get(`field:${field}`) ?? field),
                documents: row.answer.documents.map(({ fileName, sha256 }) => ({ fileName, sha256 })),
                at: row.answered_at,
                by: nameOf(reading, row.answered_by),
              },
        withdrawReason: row.withdraw_reason,
        may: {
          send: sentence(may.maySendInformation(actor, facts)),
          withdraw: sentence(may.mayWithdrawInformation(actor, facts)),
          answer: sentence(may.mayAnswerInformation(actor, facts)),
        },
      }
    })
}

const viewConflicts = (reading: ConsultationReading, run: ItemRunRecord): ConsultedRun['conflicts'] => {
  const { file, actor } = reading
  if (!reading.officer) return []
  return file.consultation.conflicts
    .filter((row) => row.item_run_id === run.id)
    .map((row) => ({
      conflictId: row.id,
      itemRunId: run.id,
      kind: row.kind,
      state: row.state,
      version: row.version,
      opinions: row.task_ids.flatMap((id) => {
        const task = file.tasks.find((each) => each.id === id)
        return task === undefined
          ? []
          : [
              {
                opinionTaskId: id,
                departmentName: file.departments.name(task.department),
                code: task.code,
                text: task.text,
              },
            ]
      }),
      remark: row.remark,
      mediatorName: file.departments.name(row.mediator_department),
      escalatedAt: row.escalated_at,
      raisedAt: row.raised_at,
      closedAt: row.closed_at,
      clock: clockView(reading, row.clock_id),
      minute:
        row.minute === null
          ? null
          : { ...row.minute, participants: row.minute.participants.map((each) => ({ ...each })) },
      closedBy: row.closed_by === null ? null : nameOf(reading, row.closed_by),
      may: { resolve: sentence(may.mayResolveConflict(actor, factsOfConflict(file, row))) },
    }))
}

export const viewProcedure = (
  reading: ConsultationReading,
  run: ItemRunRecord,
  row: ProcedureRecord,
): ConsultedRun['procedures'][number] => {
  const { context, file, actor, today } = reading
  const terms = termsOfProcedure(context, run, file.application.catalogue_day, row.kind)
  const until = untilOf(context, row)
  const hearing = hearingFacts(row)
  const facts = factsOfProcedure(file, row, factsOfItemRun(context, file, run, null, today))
  return {
    procedureId: row.id,
    itemRunId: run.id,
    kind: row.kind,
    name: terms.name,
    state: row.state,
    version: row.version,
    reason: row.reason,
    days: row.days,
    basis: terms.basis,
    certainty: terms.certainty,
    stopsClock: row.began_at === null ? terms.ground !== null : row.notice_id !== null,
    onRequest: row.on_request,
    proposedBy: reading.officer ? nameOf(reading, row.proposed_by) : '',
    decidedBy: row.decided_by === null ? null : nameOf(reading, row.decided_by),
    remark: reading.officer ? row.remark : null,
    beganOn: row.began_at === null ? null : localDateOf(row.began_at),
    until,
    endedOn: row.ended_at === null ? null : localDateOf(row.ended_at),
    result: row.result,
    endMissing: row.state === 'running' && until !== null && today > until,
    hearing:
      row.kind !== 'hearing'
        ? null
        : {
            requestedBy: row.steps.requestedBy ?? null,
            hearingOn: row.steps.hearingOn ?? null,
            place: row.steps.place ?? null,
            steps:
              hearing === null
                ? []
                : hearingSteps(context.calendars().current, hearing, hearingDays(context), today).map((step) => ({
                    ...step,
                  })),
          },
    may: {
      decide: sentence(may.mayDecideProcedure(actor, facts)),
      request: sentence(may.mayRequestHearing(actor, facts)),
      schedule: sentence(may.mayScheduleHearing(actor, facts)),
      end: sentence(may.mayEndProcedure(actor, facts)),
    },
  }
}
const visibleProcedures = (reading: ConsultationReading, run: ItemRunRecord): readonly ProcedureRecord[] =>
  reading.file.consultation.procedures.filter(
    (row) => row.item_run_id === run.id && (reading.officer || (row.state !== 'proposed' && row.state !== 'rejected')),
  )

const viewMeeting = (reading: ConsultationReading, row: MeetingRecord): Consultation['meetings'][number] => {
  const { file, actor } = reading
  const facts = factsOfMeeting(file, row, reading.now)
  // The parties see the plan at once, and what came of it when the minute is signed.
  const whole = reading.officer || row.state === 'signed'
  const own = actor.kind === 'person' ? actor.roles.flatMap((held) => held.department ?? []) : []
  const department = row.departments.find((code) => own.includes(code)) ?? ''
  return {
    meetingId: row.id,
    kind: row.kind,
    title: row.title,
    place: row.place,
    startsAt: row.starts_at,
    departments: row.departments.map((code) => ({ department: code, name: file.departments.name(code) })),
    applicantInvited: row.applicant_invited,
    agenda: row.agenda,
    state: row.state,
    version: row.version,
    attendance: whole ? row.attendance.map((each) => ({ ...each })) : [],
    findings: whole
      ? reading.findings
          .filter((each) => each.meeting_id === row.id)
          .map((each) => ({
            findingId: each.id,
            departmentName: file.departments.name(each.department),
            text: each.text,
            code: each.code,
            conditions: [...each.conditions],
            recordedAt: each.recorded_at,
          }))
      : [],
    photos: whole
      ? reading.photos
          .filter((each) => each.meeting_id === row.id)
          .map((each) => ({
            photoId: each.id,
            departmentName: file.departments.name(each.department),
            caption: each.caption,
            fileName: each.file_name,
            sha256: each.sha256,
          }))
      : [],
    minute: whole ? row.minute : null,
    signedAt: row.signed_at,
    signedBy: row.signed_by === null ? null : nameOf(reading, row.signed_by),
    cancelReason: row.cancel_reason,
    may: {
      change: sentence(may.mayChangeMeeting(actor, facts)),
      attend: sentence(may.mayRecordAttendance(actor, facts)),
      finding: sentence(
        may.mayAddFinding(actor, facts, {
          department,
          departmentName: file.departments.name(department) || '您所在部门',
        }),
      ),
      sign: sentence(may.maySignMinute(actor, facts)),
    },
  }
}

export const viewConsultation = (reading: ConsultationReading): Consultation => {
  const { context, file, actor } = reading
  return {
    applicationId: file.application.id,
    runs: file.itemRuns.map((run) => {
      const facts = factsOfItemRun(context, file, run, null, reading.today)
      return {
        itemRunId: run.id,
        itemName: run.item_name,
        department: run.department,
        state: run.state,
        silence: silenceOf(context, run),
        rounds: reading.officer
          ? reading.rounds
              .filter((row) => row.item_run_id === run.id)
              .map((row) => ({
                askedAt: row.asked_at,
                askedBy: nameOf(reading, row.asked_by),
                cause: row.cause,
                suggested: row.suggested.map((each) => viewSuggestion(file, each)),
                added: row.added.map((each) => ({ ...each, departmentName: file.departments.name(each.department) })),
                dropped: row.dropped.map((each) => ({
                  ...each,
                  departmentName: file.departments.name(each.department),
                })),
              }))
          : [],
        tasks: file.tasks.filter((task) => task.item_run_id === run.id).map((task) => viewTask(reading, run, task)),
        information: viewInformation(reading, run),
        conflicts: viewConflicts(reading, run),
        procedures: visibleProcedures(reading, run).map((row) => viewProcedure(reading, run, row)),
        may: {
          'flag-conflict': sentence(may.mayFlagConflict(actor, facts)),
          'propose-procedure': sentence(may.mayProposeProcedure(actor, facts)),
        },
      }
    }),
    meetings: reading.meetings.map((row) => viewMeeting(reading, row)),
    may: { 'plan-meeting': sentence(may.mayPlanMeeting(actor, factsOfGathering(file))) },
  }
}
export const readConsultation = async (
  context: Context,
  db: Database,
  actor: Actor,
  id: ApplicationId,
  now: Instant,
): Promise<Consultation> => viewConsultation(await readReading(context, db, actor, id, now))
