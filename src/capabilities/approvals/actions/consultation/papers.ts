/** Papers of consultation for download, and pictures of visits. */
import type { Actor } from '../../../../kernel/actor.ts'
import { type Instant, wallClock } from '../../../../kernel/time.ts'
import type { Database, FileReply } from '../../../../platform/platform.ts'
import type { ConflictId, MeetingId, PhotoId, ProcedureId } from '../../contract/consultation.ts'
import type { ApplicationId } from '../../contract.ts'
import {
  conflictMinutePdf,
  meetingMinutePdf,
  opinionSummaryPdf,
  procedureNoticePdf,
  type SummaryItem,
} from '../../documents/consultation.ts'
import { conflictMissing, meetingMissing, photoMissing, procedureMissing } from '../../model/consultation/refusals.ts'
import {
  conflictStateWords,
  hearingStepWords,
  meetingKindWords,
  meetingStateWords,
} from '../../model/consultation/words.ts'
import { opinionCodeWords, opinionTaskStateWords } from '../../model/words.ts'
import { applicationOfConflict } from '../../store/consultation.ts'
import type { ItemRunRecord, OpinionTaskRecord } from '../../store/item-runs.ts'
import { applicationOfMeeting, applicationOfProcedure, photo as photoRow } from '../../store/meetings.ts'
import { itemRunOf } from '../case-file.ts'
import type { Context } from '../context.ts'
import { supersededTasks } from './load.ts'
import { type ConsultationReading, readReading, viewConsultation, viewProcedure } from './view.ts'

const caseFacts = ({ file }: ConsultationReading) => ({
  caseNumber: file.application.case_number,
  projectName: file.application.project_name,
  applicantName: file.application.applicant_name,
})
const opinionOf = (task: OpinionTaskRecord): string =>
  task.code === null ? opinionTaskStateWords[task.state].zh : opinionCodeWords[task.code].zh

export const printConflictMinute = async (
  context: Context,
  db: Database,
  actor: Actor,
  id: ConflictId,
  now: Instant,
): Promise<FileReply> => {
  const applicationId = await applicationOfConflict(db, id)
  if (applicationId === null) throw conflictMissing()
  const reading = await readReading(context, db, actor, applicationId, now)
  const { file } = reading
  const conflict = file.consultation.conflicts.find((each) => each.id === id)
  if (conflict === undefined || conflict.minute === null || conflict.closed_at === null || !reading.officer)
    throw conflictMissing()
  const content = await conflictMinutePdf({
    ...caseFacts(reading),
    ...conflict.minute,
    itemName: itemRunOf(file, conflict.item_run_id).item_name.zh,
    opinions: file.tasks
      .filter((task) => conflict.task_ids.includes(task.id))
      .map((task) => ({
        department: file.departments.name(task.department),
        code: opinionOf(task),
        text: [task.text ?? '', ...task.conditions].filter((text) => text !== '').join(';'),
      })),
    mediator: file.departments.name(conflict.mediator_department),
    signedBy: conflict.closed_by === null ? '' : (reading.names.get(conflict.closed_by) ?? ''),
    signedAt: conflict.closed_at,
  })
  return { fileName: `意见分歧协调纪要-${file.application.case_number}.pdf`, content, inline: true }
}

export const printMinute = async (
  context: Context,
  db: Database,
  actor: Actor,
  id: MeetingId,
  now: Instant,
): Promise<FileReply> => {
  const applicationId = await applicationOfMeeting(db, id)
  if (applicationId === null) throw meetingMissing()
  const reading = await readReading(context, db, actor, applicationId, now)
  const { file } = reading
  const meeting = reading.meetings.find((each) => each.id === id)
  if (meeting === undefined || meeting.minute === null || meeting.signed_at === null) throw meetingMissing()
  const content = await meetingMinutePdf({
    ...caseFacts(reading),
    kind: meetingKindWords[meeting.kind].zh,
    name: meeting.title,
    startsAt: meeting.starts_at,
    place: meeting.place,
    agenda: meeting.agenda,
    attendance: meeting.attendance,
    findings: reading.findings
      .filter((each) => each.meeting_id === id)
      .map((each) => ({
        department: file.departments.name(each.department),
        text: [each.text, ...each.conditions].join(';'),
        opinion: each.code === null ? '' : opinionCodeWords[each.code].zh,
      })),
    photos: reading.photos
      .filter((each) => each.meeting_id === id)
      .map((each) => ({ caption: each.caption, fileName: each.file_name, sha256: each.sha256 })),
    minute: meeting.minute,
    department: file.departments.name(file.application.lead_department),
    signedBy: meeting.signed_by === null ? '' : (reading.names.get(meeting.signed_by) ?? ''),
    signedAt: meeting.signed_at,
  })
  return {
    fileName: `${meetingKindWords[meeting.kind].zh}纪要-${file.application.case_number}.pdf`,
    content,
    inline: true,
  }
}

export const readPhoto = async (
  context: Context,
  db: Database,
  actor: Actor,
  meetingId: MeetingId,
  id: PhotoId,
  now: Instant,
): Promise<FileReply> => {
  const applicationId = await applicationOfMeeting(db, meetingId)
  if (applicationId === null) throw meetingMissing()
  const reading = await readReading(context, db, actor, applicationId, now)
  const meeting = reading.meetings.find((each) => each.id === meetingId)
  const row = await photoRow(db, meetingId, id)
  // The parties see pictures with the signed minute.
  if (row === null || meeting === undefined || !(reading.officer || meeting.state === 'signed')) throw photoMissing()
  return { fileName: row.file_name, content: await context.platform.files.open(row.sha256), inline: true }
}

export const printProcedureNotice = async (
  context: Context,
  db: Database,
  actor: Actor,
  id: ProcedureId,
  now: Instant,
): Promise<FileReply> => {
  const applicationId = await applicationOfProcedure(db, id)
  if (applicationId === null) throw procedureMissing()
  const reading = await readReading(context, db, actor, applicationId, now)
  const { file } = reading
  const row = file.consultation.procedures.find((each) => each.id === id)
  if (row === undefined || row.decided_at === null || row.state === 'rejected') throw procedureMissing()
  const run = itemRunOf(file, row.item_run_id)
  const view = viewProcedure(reading, run, row)
  const content = await procedureNoticePdf({
    ...caseFacts(reading),
    procedure: view.name.zh,
    itemName: run.item_name.zh,
    reason: row.reason,
    days: row.days,
    from: view.beganOn,
    until: view.until,
    basis: view.basis,
    effect: view.stopsClock ? '上述时间不计入办理期限' : '办理期限照常计算',
    department: file.departments.name(run.department),
    decidedAt: row.decided_at,
    steps: (view.hearing?.steps ?? []).map((step) => ({
      name: hearingStepWords[step.step].zh,
      due: step.due ?? '—',
      done: step.doneOn ?? '—',
    })),
    hearing: view.hearing === null ? null : { on: view.hearing.hearingOn, place: view.hearing.place ?? '' },
  })
  return { fileName: `${view.name.zh}告知书-${file.application.case_number}.pdf`, content, inline: true }
}

/** What the standing opinions on an item say together, in one sentence. */
export const conclusionOf = (tasks: readonly OpinionTaskRecord[], openConflicts: number): string => {
  const names: Record<string, number> = {}
  for (const task of tasks) names[opinionOf(task)] = (names[opinionOf(task)] ?? 0) + 1
  const counts = Object.entries(names).map(([name, count]) => `${name}${count}个`)
  if (counts.length === 0) return '本部门独立审查'
  return `${counts.join('、')}${openConflicts > 0 ? ';意见分歧尚待协调' : ''}`
}
const summaryOf = (reading: ConsultationReading, run: ItemRunRecord): SummaryItem => {
  const { file } = reading
  const replaced = supersededTasks(file.tasks)
  const own = file.tasks.filter((task) => task.item_run_id === run.id && task.state !== 'cancelled')
  const standing = own.filter((task) => !replaced.has(task.id))
  const conflicts = file.consultation.conflicts.filter((each) => each.item_run_id === run.id)
  // Opinions are for the authorities until the item is decided; then the parties may read them.
  const open = reading.officer || run.state === 'decided'
  return {
    name: run.item_name.zh,
    department: file.departments.name(run.department),
    opinions: own.map((task) => ({
      department: file.departments.name(task.department),
      code: `${open ? opinionOf(task) : opinionTaskStateWords[task.state].zh}${replaced.has(task.id) ? '(已重新征求)' : ''}`,
      text: open ? [task.text ?? '', ...task.conditions].filter((text) => text !== '').join(';') : '',
      at: task.given_at === null ? '' : wallClock(task.given_at),
    })),
    conditions: open
      ? standing.flatMap((task) =>
          task.conditions.map((text) => ({ department: file.departments.name(task.department), text })),
        )
      : [],
    conflicts: reading.officer
      ? conflicts.map((each) => ({
          departments: file.tasks
            .filter((task) => each.task_ids.includes(task.id))
            .map((task) => file.departments.name(task.department))
            .join('、'),
          state: conflictStateWords[each.state].zh,
          resolution: each.minute?.resolution ?? '',
        }))
      : [],
    conclusion: open
      ? conclusionOf(standing, conflicts.filter((each) => each.state === 'open').length)
      : '作出决定后公开意见内容',
  }
}
/** One consolidated reply: what every department said on every item, with conditions merged and conflicts resolved. */
export const printOpinionSummary = async (
  context: Context,
  db: Database,
  actor: Actor,
  id: ApplicationId,
  now: Instant,
): Promise<FileReply> => {
  const reading = await readReading(context, db, actor, id, now)
  const { file } = reading
  const { application } = file
  const content = await opinionSummaryPdf({
    ...caseFacts(reading),
    stageName: context.law.stage(application.stage, application.catalogue_day)?.name.zh ?? application.stage,
    leadDepartment: file.departments.name(application.lead_department),
    asOf: now,
    items: file.itemRuns.map((run) => summaryOf(reading, run)),
    meetings: viewConsultation(reading).meetings.map((meeting) => ({
      name: meeting.title,
      at: wallClock(meeting.startsAt),
      state: meetingStateWords[meeting.state].zh,
    })),
  })
  return { fileName: `各部门意见汇总-${application.case_number}.pdf`, content, inline: true }
}
