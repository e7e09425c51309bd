/** Joint site visits and meetings: planned with the departments and the applicant, recorded, signed. */
import { require } from '../../../../kernel/decision.ts'
import { type Instant, wallClock } from '../../../../kernel/time.ts'
import type { Unit } from '../../../../platform/platform.ts'
import type { MeetingId, MeetingKind } from '../../contract/consultation.ts'
import {
  findingRecorded,
  meetingCancelled,
  meetingChanged,
  meetingHeld,
  meetingPlanned,
  minuteSigned,
  photoAdded,
} from '../../contract/events-consultation.ts'
import type { ApplicationId, OpinionCode, OpinionTaskId } from '../../contract.ts'
import { meetingInPast, meetingMissing, noOpenTaskHere, photoNotImage } from '../../model/consultation/refusals.ts'
import { meetingKindWords } from '../../model/consultation/words.ts'
import { openOpinionTaskStates } from '../../model/lifecycle.ts'
import * as refuse from '../../model/refusals.ts'
import {
  type GatheringFacts,
  type MeetingFacts,
  mayAddFinding,
  mayChangeMeeting,
  mayPlanMeeting,
  mayRecordAttendance,
  maySignMinute,
} from '../../policy/consultation.ts'
import type { Attendance } from '../../store/consultation-tables.ts'
import {
  applicationOfMeeting,
  changeMeetingRow,
  insertFinding,
  insertMeeting,
  insertPhoto,
  type MeetingRecord,
  meetingsOf,
} from '../../store/meetings.ts'
import { type CaseFile, type LockedCase, lockCase, requirePerson, requireVersion } from '../case-file.ts'
import type { Context } from '../context.ts'
import { aboutApplication, subjectOf } from '../event-facts.ts'
import { giveOpinion } from '../opinions.ts'

export const factsOfGathering = (file: CaseFile): GatheringFacts => {
  const hosts = [...new Set([file.application.lead_department, ...file.itemRuns.map((run) => run.department)])]
  return {
    applicantId: file.application.applicant_id,
    applicantName: file.application.applicant_name,
    applicationState: file.application.state,
    hosts,
    hostNames: hosts.map(file.departments.name).join('、'),
  }
}
export const factsOfMeeting = (file: CaseFile, meeting: MeetingRecord, now: Instant): MeetingFacts => ({
  ...factsOfGathering(file),
  state: meeting.state,
  begun: meeting.starts_at <= now,
  startsAt: wallClock(meeting.starts_at),
  invited: meeting.departments,
})
const about = (context: Context, file: CaseFile, meeting: Pick<MeetingRecord, 'id' | 'title' | 'kind'>) => ({
  ...aboutApplication(context, file.application),
  meetingId: meeting.id,
  title: meeting.title,
  kindName: meetingKindWords[meeting.kind].zh,
})

export interface MeetingInput {
  readonly kind: MeetingKind
  readonly title: string
  readonly place: string
  readonly startsAt: Instant
  readonly departments: readonly string[]
  readonly applicantInvited: boolean
  readonly agenda: string
}
const requireSound = (unit: Unit, file: CaseFile, input: MeetingInput): readonly string[] => {
  if (input.startsAt <= unit.now) throw meetingInPast({}, [{ path: 'startsAt', message: '请选择以后的时间。' }])
  const departments = [...new Set(input.departments)]
  const unknown = departments.filter((code) => !file.departments.known(code))
  if (unknown.length > 0) throw refuse.unknownDepartment({ departments: unknown.join('、') })
  return departments
}
export const planMeeting = async (
  context: Context,
  unit: Unit,
  id: ApplicationId,
  input: MeetingInput,
): Promise<void> => {
  const person = requirePerson(unit.actor)
  const file = await lockCase(context, unit, id)
  require(mayPlanMeeting(unit.actor, factsOfGathering(file)))
  const departments = requireSound(unit, file, input)
  const meetingId = unit.newId<'meeting'>()
  await insertMeeting(unit.db, {
    id: meetingId,
    application_id: id,
    project_id: file.application.project_id,
    kind: input.kind,
    title: input.title,
    place: input.place,
    starts_at: input.startsAt,
    departments,
    applicant_invited: input.applicantInvited,
    agenda: input.agenda,
    planned_at: unit.now,
    planned_by: person,
  })
  await unit.record(meetingPlanned, {
    ...subjectOf(file.application),
    payload: {
      ...about(context, file, { id: meetingId, title: input.title, kind: input.kind }),
      at: wallClock(input.startsAt),
      place: input.place,
      departments: [...departments],
      applicantInvited: input.applicantInvited,
    },
  })
}

const lockMeeting = async (
  context: Context,
  unit: Unit,
  id: MeetingId,
): Promise<{ file: LockedCase; meeting: MeetingRecord; facts: MeetingFacts }> => {
  const applicationId = await applicationOfMeeting(unit.db, id)
  if (applicationId === null) throw meetingMissing()
  const file = await lockCase(context, unit, applicationId)
  const meeting = (await meetingsOf(unit.db, applicationId)).find((each) => each.id === id)
  if (meeting === undefined) throw meetingMissing()
  return { file, meeting, facts: factsOfMeeting(file, meeting, unit.now) }
}
export const changeMeeting = async (
  context: Context,
  unit: Unit,
  id: MeetingId,
  input: MeetingInput & { readonly version: number },
): Promise<void> => {
  const person = requirePerson(unit.actor)
  const { file, meeting, facts } = await lockMeeting(context, unit, id)
  require(mayChangeMeeting(unit.actor, facts))
  await requireVersion(context, unit, meeting, input.version)
  const departments = requireSound(unit, file, input)
  await changeMeetingRow(unit.db, id, person, unit.now, {
    kind: input.kind,
    title: input.title,
    place: input.place,
    starts_at: input.startsAt,
    departments,
    applicant_invited: input.applicantInvited,
    agenda: input.agenda,
  })
  await unit.record(meetingChanged, {
    ...subjectOf(file.application),
    payload: {
      ...about(context, file, { id, title: input.title, kind: input.kind }),
      at: wallClock(input.startsAt),
      place: input.place,
    },
  })
}
export const cancelMeeting = async (
  context: Context,
  unit: Unit,
  id: MeetingId,
  input: { readonly version: number; readonly reason: string },
): Promise<void> => {
  const person = requirePerson(unit.actor)
  const { file, meeting, facts } = await lockMeeting(context, unit, id)
  require(mayChangeMeeting(unit.actor, facts))
  await requireVersion(context, unit, meeting, input.version)
  await changeMeetingRow(unit.db, id, person, unit.now, { state: 'cancelled', cancel_reason: input.reason })
  await unit.record(meetingCancelled, { ...subjectOf(file.application), payload: about(context, file, meeting) })
}
export const recordAttendance = async (
  context: Context,
  unit: Unit,
  id: MeetingId,
  input: { readonly version: number; readonly attendance: readonly Attendance[] },
): Promise<void> => {
  const person = requirePerson(unit.actor)
  const { file, meeting, facts } = await lockMeeting(context, unit, id)
  require(mayRecordAttendance(unit.actor, facts))
  await requireVersion(context, unit, meeting, input.version)
  await changeMeetingRow(unit.db, id, person, unit.now, { state: 'held', attendance: input.attendance })
  await unit.record(meetingHeld, {
    ...subjectOf(file.application),
    payload: {
      ...about(context, file, meeting),
      present: input.attendance.filter((each) => each.present).length,
    },
    personal: { attendance: input.attendance.map((each) => `${each.organisation}:${each.names}`).join(';') },
  })
}

export interface FindingInput {
  readonly department: string
  readonly text: string
  readonly opinion?:
    | {
        readonly opinionTaskId: OpinionTaskId
        readonly version: number
        readonly code: OpinionCode
        readonly conditions: readonly string[]
      }
    | undefined
}
/** What a department found; where it says so, this is its opinion, and the request to it is answered at once. */
export const addFinding = async (context: Context, unit: Unit, id: MeetingId, input: FindingInput): Promise<void> => {
  const person = requirePerson(unit.actor)
  const { file, meeting, facts } = await lockMeeting(context, unit, id)
  const departmentName = file.departments.name(input.department)
  require(mayAddFinding(unit.actor, facts, { department: input.department, departmentName }))
  const { opinion } = input
  if (opinion !== undefined) {
    const task = file.tasks.find((each) => each.id === opinion.opinionTaskId)
    if (task === undefined || task.department !== input.department || !openOpinionTaskStates.includes(task.state))
      throw noOpenTaskHere({ department: departmentName })
    await giveOpinion(context, unit, opinion.opinionTaskId, {
      version: opinion.version,
      code: opinion.code,
      text: input.text,
      conditions: opinion.conditions,
    })
  }
  await insertFinding(unit.db, {
    id: unit.newId<'meeting-finding'>(),
    meeting_id: id,
    application_id: file.application.id,
    department: input.department,
    text: input.text,
    opinion_task_id: opinion?.opinionTaskId ?? null,
    code: opinion?.code ?? null,
    conditions: opinion?.conditions ?? [],
    recorded_at: unit.now,
    recorded_by: person,
  })
  await unit.record(findingRecorded, {
    ...subjectOf(file.application),
    payload: {
      ...about(context, file, meeting),
      department: input.department,
      departmentName,
      asOpinion: opinion !== undefined,
    },
  })
}
const pictures = ['image/jpeg', 'image/png', 'image/webp']
export const addPhoto = async (
  context: Context,
  unit: Unit,
  id: MeetingId,
  input: { readonly department: string; readonly uploadId: string; readonly caption: string },
): Promise<void> => {
  const person = requirePerson(unit.actor)
  const { file, meeting, facts } = await lockMeeting(context, unit, id)
  const departmentName = file.departments.name(input.department)
  require(mayAddFinding(unit.actor, facts, { department: input.department, departmentName }))
  const upload = await context.platform.files.upload(unit.db, input.uploadId)
  if (upload === null) throw refuse.uploadMissing()
  if (upload.uploadedBy !== null && upload.uploadedBy !== person) throw refuse.foreignUpload()
  if (upload.scan === 'infected') throw refuse.infectedUpload({ file: upload.fileName })
  if (!pictures.includes(upload.mediaType)) throw photoNotImage({ file: upload.fileName })
  await insertPhoto(unit.db, {
    id: unit.newId<'meeting-photo'>(),
    meeting_id: id,
    application_id: file.application.id,
    department: input.department,
    caption: input.caption,
    file_name: upload.fileName,
    size_bytes: upload.sizeBytes,
    media_type: upload.mediaType,
    sha256: upload.sha256,
    added_at: unit.now,
    added_by: person,
  })
  await unit.record(photoAdded, {
    ...subjectOf(file.application),
    payload: { ...about(context, file, meeting), departmentName, sha256: upload.sha256 },
  })
}
/** Signs the minute: from here on it is frozen, and the parties may read it. */
export const signMinute = async (
  context: Context,
  unit: Unit,
  id: MeetingId,
  input: { readonly version: number; readonly minute: string },
): Promise<void> => {
  const person = requirePerson(unit.actor)
  const { file, meeting, facts } = await lockMeeting(context, unit, id)
  require(maySignMinute(unit.actor, facts))
  await requireVersion(context, unit, meeting, input.version)
  await changeMeetingRow(unit.db, id, person, unit.now, {
    state: 'signed',
    minute: input.minute,
    signed_at: unit.now,
    signed_by: person,
  })
  await unit.record(minuteSigned, { ...subjectOf(file.application), payload: about(context, file, meeting) })
}
