/** 踏勘和会议: planned, attended, with the findings and pictures of each department, and the signed minute. */
import { Button, Checkbox } from 'antd'
import { type ReactElement, useState } from 'react'
import { addressOf } from '../../../../desk/call.ts'
import { useSay } from '../../../../desk/language.tsx'
import { useMe } from '../../../../desk/me.tsx'
import { useAct, useRead } from '../../../../desk/queries.ts'
import { FormDialog } from '../../../../desk/ui/form-dialog.tsx'
import { ChoiceField, SentencesField, TextField } from '../../../../desk/ui/inputs.tsx'
import { Loaded } from '../../../../desk/ui/loaded.tsx'
import { instantSchema, wallClock } from '../../../../kernel/time.ts'
import { listDepartments } from '../../../people/contract.ts'
import {
  addFinding,
  addPhoto,
  type Consultation,
  cancelMeeting,
  changeMeeting,
  type MeetingKind,
  planMeeting,
  printMinute,
  readPhoto,
  recordAttendance,
  signMinute,
} from '../../contract/consultation.ts'
import { type ApplicationFile, type OpinionCode, opinionCodes } from '../../contract.ts'
import { meetingKindWords, meetingStateWords } from '../../model/consultation/words.ts'
import { opinionCodeWords } from '../../model/words.ts'
import { TextDialog } from './small-dialogs.tsx'
import { UploadInput } from './upload-button.tsx'

type Meeting = Consultation['meetings'][number]
type Dialog = 'change' | 'cancel' | 'attend' | 'finding' | 'photo' | 'sign'

export const MeetingLine = ({
  meeting,
  file,
}: {
  readonly meeting: Meeting
  readonly file: ApplicationFile
}): ReactElement => {
  const say = useSay()
  const [dialog, setDialog] = useState<Dialog | null>(null)
  const close = () => setDialog(null)
  const cancel = useAct(cancelMeeting, { onDone: close })
  const sign = useAct(signMinute, { onDone: close })
  const params = { meetingId: meeting.meetingId }
  const buttons: readonly { readonly name: Dialog; readonly may: string; readonly label: string }[] = [
    { name: 'change', may: 'change', label: say('调整', 'Change') },
    { name: 'cancel', may: 'change', label: say('取消', 'Cancel') },
    { name: 'attend', may: 'attend', label: say('登记到会', 'Attendance') },
    { name: 'finding', may: 'finding', label: say('登记现场情况', 'Finding') },
    { name: 'photo', may: 'finding', label: say('上传照片', 'Picture') },
    { name: 'sign', may: 'sign', label: say('签发纪要', 'Sign the minute') },
  ]
  return (
    <section className="stack" aria-label={meeting.title}>
      <div className="row">
        <strong>
          {say(meetingKindWords[meeting.kind])}:{meeting.title}
        </strong>
        <span className="tag">{say(meetingStateWords[meeting.state])}</span>
        <span>
          {wallClock(meeting.startsAt)} · {meeting.place}
        </span>
        {buttons
          .filter((button) => (meeting.may[button.may] ?? null) === null)
          .map((button) => (
            <Button key={button.name} size="small" onClick={() => setDialog(button.name)}>
              {button.label}
              <span className="hidden">{meeting.title}</span>
            </Button>
          ))}
        {meeting.state === 'signed' && (
          <a href={addressOf(printMinute, params)} target="_blank" rel="noreferrer">
            {say('纪要(PDF,新窗口)', 'Minute (PDF, new window)')}
          </a>
        )}
      </div>
      <div className="quiet small">
        {meeting.departments.map((each) => each.name).join('、')}
        {meeting.applicantInvited && say('、申请人', ', the applicant')} · {meeting.agenda}
        {meeting.cancelReason !== null && ` · ${meeting.cancelReason}`}
      </div>
      {meeting.attendance.length > 0 && (
        <div>
          {meeting.attendance
            .map((each) => `${each.organisation} ${each.names}${each.present ? '' : say('(缺席)', ' (absent)')}`)
            .join('、')}
        </div>
      )}
      {meeting.findings.length > 0 && (
        <ul style={{ margin: 0 }}>
          {meeting.findings.map((finding) => (
            <li key={finding.findingId}>
              {finding.departmentName}:{finding.text}
              {finding.code !== null && (
                <span className="tag">
                  {say('作为意见', 'as opinion')}:{say(opinionCodeWords[finding.code])}
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
      {meeting.photos.length > 0 && (
        <div className="row">
          {meeting.photos.map((photo) => {
            const address = addressOf(readPhoto, { meetingId: meeting.meetingId, photoId: photo.photoId })
            return (
              <a key={photo.photoId} href={address} target="_blank" rel="noreferrer">
                <img src={address} alt={`${photo.departmentName}:${photo.caption}`} style={{ height: 96 }} />
              </a>
            )
          })}
        </div>
      )}
      {meeting.minute !== null && <div style={{ whiteSpace: 'pre-wrap' }}>{meeting.minute}</div>}
      {dialog === 'change' && <MeetingDialog file={file} meeting={meeting} onClose={close} />}
      {dialog === 'attend' && <AttendanceDialog meeting={meeting} applicant={file.applicant.name} onClose={close} />}
      {dialog === 'finding' && <FindingDialog meeting={meeting} file={file} onClose={close} />}
      {dialog === 'photo' && <PhotoDialog meeting={meeting} onClose={close} />}
      {dialog === 'cancel' && (
        <TextDialog
          title={say('取消踏勘或会议', 'Cancel')}
          label={say('取消的理由', 'Reason')}
          submitLabel={say('取消踏勘或会议', 'Cancel the meeting')}
          busy={cancel.isPending}
          error={cancel.error}
          onClose={close}
          onSend={(reason) => cancel.mutate({ params, body: { version: meeting.version, reason } })}
        />
      )}
      {dialog === 'sign' && (
        <TextDialog
          title={say('签发纪要', 'Sign the minute')}
          label={say('纪要', 'Minute')}
          submitLabel={say('签发', 'Sign')}
          busy={sign.isPending}
          error={sign.error}
          onClose={close}
          onSend={(minute) => sign.mutate({ params, body: { version: meeting.version, minute } })}
        />
      )}
    </section>
  )
}

const SHANGHAI = '+08:00'
const localText = (meeting: Meeting | null): string =>
  meeting === null ? '' : wallClock(meeting.startsAt).replace(' ', 'T')

/** Plans a visit or meeting, or changes its plan. */
export const MeetingDialog = ({
  file,
  meeting,
  onClose,
}: {
  readonly file: ApplicationFile
  readonly meeting: Meeting | null
  readonly onClose: () => void
}): ReactElement => {
  const say = useSay()
  const departments = useRead(listDepartments, {})
  const plan = useAct(planMeeting, { onDone: onClose })
  const change = useAct(changeMeeting, { onDone: onClose })
  const [kind, setKind] = useState<MeetingKind>(meeting?.kind ?? 'site-visit')
  const [title, setTitle] = useState(meeting?.title ?? '')
  const [place, setPlace] = useState(meeting?.place ?? file.project.address)
  const [at, setAt] = useState(localText(meeting))
  const [chosen, setChosen] = useState<readonly string[]>(
    meeting?.departments.map((each) => each.department) ?? file.itemRuns.map((run) => run.department),
  )
  const [invited, setInvited] = useState(meeting?.applicantInvited ?? true)
  const [agenda, setAgenda] = useState(meeting?.agenda ?? '')
  const [tried, setTried] = useState(false)
  const startsAt = instantSchema.safeParse(`${at}:00${SHANGHAI}`)
  const blank = [title, place, agenda].some((each) => each.trim() === '') || chosen.length === 0
  const submit = () => {
    setTried(true)
    if (!startsAt.success || blank) return
    const body = {
      kind,
      title,
      place,
      startsAt: startsAt.data,
      departments: [...new Set(chosen)],
      applicantInvited: invited,
      agenda,
    }
    if (meeting === null) plan.mutate({ params: { applicationId: file.application.applicationId }, body })
    else change.mutate({ params: { meetingId: meeting.meetingId }, body: { ...body, version: meeting.version } })
  }
  return (
    <FormDialog
      open
      title={say('安排联合踏勘或会议', 'Plan a visit or meeting')}
      onClose={onClose}
      onSubmit={submit}
      submitLabel={say('发出通知', 'Send')}
      busy={plan.isPending || change.isPending}
      error={plan.error ?? change.error}
    >
      <ChoiceField
        label={say('类型', 'Kind')}
        value={kind}
        onChange={setKind}
        options={(['site-visit', 'meeting'] as const).map((one) => ({ value: one, label: say(meetingKindWords[one]) }))}
      />
      <TextField label={say('名称', 'Title')} value={title} onChange={setTitle} maxLength={120} required />
      <TextField
        label={say('时间', 'Time')}
        type="datetime-local"
        value={at}
        onChange={setAt}
        required
        fault={tried && !startsAt.success ? say('请选择时间。', 'Choose the time.') : undefined}
      />
      <TextField label={say('地点', 'Place')} value={place} onChange={setPlace} maxLength={200} required />
      <fieldset className="field">
        <legend>{say('参加部门', 'Departments')}</legend>
        <Loaded query={departments}>
          {(data) => (
            <Checkbox.Group
              value={[...chosen]}
              onChange={(values) => setChosen(values)}
              options={data.rows.map((each) => ({ value: each.code, label: each.shortName }))}
            />
          )}
        </Loaded>
      </fieldset>
      <Checkbox checked={invited} onChange={(event) => setInvited(event.target.checked)}>
        {say('邀请申请人参加', 'Invite the applicant')}
      </Checkbox>
      <TextField label={say('事由', 'Agenda')} value={agenda} onChange={setAgenda} rows={3} maxLength={2000} required />
      {tried && blank && (
        <p className="fault">
          {say('请填写名称、地点、事由并选择部门。', 'Fill in title, place, agenda, departments.')}
        </p>
      )}
    </FormDialog>
  )
}

const AttendanceDialog = ({
  meeting,
  applicant,
  onClose,
}: {
  readonly meeting: Meeting
  readonly applicant: string
  readonly onClose: () => void
}): ReactElement => {
  const say = useSay()
  const record = useAct(recordAttendance, { onDone: onClose })
  const invited = [
    ...meeting.departments.map((each) => ({ side: 'department' as const, organisation: each.name })),
    ...(meeting.applicantInvited ? [{ side: 'applicant' as const, organisation: applicant }] : []),
  ]
  const [rows, setRows] = useState(
    invited.map((each) => ({
      ...each,
      names: meeting.attendance.find((known) => known.organisation === each.organisation)?.names ?? '',
      present: meeting.attendance.find((known) => known.organisation === each.organisation)?.present ?? true,
    })),
  )
  const set = (at: number, change: { names?: string; present?: boolean }) =>
    setRows(rows.map((row, index) => (index === at ? { ...row, ...change } : row)))
  return (
    <FormDialog
      open
      title={say('登记到会情况', 'Attendance')}
      onClose={onClose}
      onSubmit={() =>
        record.mutate({
          params: { meetingId: meeting.meetingId },
          body: { version: meeting.version, attendance: rows },
        })
      }
      submitLabel={say('登记', 'Record')}
      busy={record.isPending}
      error={record.error}
    >
      {rows.map((row, index) => (
        <div key={row.organisation}>
          <TextField
            label={`${row.organisation} ${say('人员', 'people')}`}
            value={row.names}
            onChange={(names) => set(index, { names })}
            maxLength={200}
          />
          <Checkbox checked={row.present} onChange={(event) => set(index, { present: event.target.checked })}>
            {say('到会', 'present')}
            <span className="hidden">{row.organisation}</span>
          </Checkbox>
        </div>
      ))}
    </FormDialog>
  )
}

/** The department of mine that was invited. */
const useOwnDepartment = (meeting: Meeting): string | null => {
  const me = useMe()
  return (
    meeting.departments.find((each) => me.roles.some((held) => held.department === each.department))?.department ?? null
  )
}
const FindingDialog = ({
  meeting,
  file,
  onClose,
}: {
  readonly meeting: Meeting
  readonly file: ApplicationFile
  readonly onClose: () => void
}): ReactElement => {
  const say = useSay()
  const department = useOwnDepartment(meeting)
  const add = useAct(addFinding, { onDone: onClose })
  const [text, setText] = useState('')
  const [asOpinion, setAsOpinion] = useState(false)
  const [code, setCode] = useState<OpinionCode | null>(null)
  const [conditions, setConditions] = useState<readonly string[]>([''])
  const task = file.itemRuns
    .flatMap((run) => run.opinionTasks)
    .find((each) => each.department === department && (each.state === 'sent' || each.state === 'opened'))
  const opinion =
    asOpinion && task !== undefined && code !== null
      ? {
          opinionTaskId: task.opinionTaskId,
          version: task.version,
          code,
          conditions: code === 'agree-with-conditions' ? conditions.filter((each) => each.trim() !== '') : [],
        }
      : undefined
  return (
    <FormDialog
      open
      title={say('登记现场情况', 'Finding')}
      onClose={onClose}
      onSubmit={() => {
        if (text.trim() === '' || department === null || (asOpinion && opinion === undefined)) return
        add.mutate({
          params: { meetingId: meeting.meetingId },
          body: { department, text, ...(opinion === undefined ? {} : { opinion }) },
        })
      }}
      submitLabel={say('登记', 'Record')}
      busy={add.isPending}
      error={add.error}
    >
      <TextField label={say('情况', 'Finding')} value={text} onChange={setText} rows={4} maxLength={4000} required />
      {task !== undefined && (
        <Checkbox checked={asOpinion} onChange={(event) => setAsOpinion(event.target.checked)}>
          {say('同时作为本部门对征求意见的答复', 'This is also the opinion of the department')}
        </Checkbox>
      )}
      {asOpinion && (
        <ChoiceField
          label={say('意见', 'Opinion')}
          value={code}
          onChange={setCode}
          options={opinionCodes.map((one) => ({ value: one, label: say(opinionCodeWords[one]) }))}
        />
      )}
      {asOpinion && code === 'agree-with-conditions' && (
        <SentencesField label={say('条件', 'Conditions')} values={conditions} onChange={setConditions} />
      )}
    </FormDialog>
  )
}
const PhotoDialog = ({
  meeting,
  onClose,
}: {
  readonly meeting: Meeting
  readonly onClose: () => void
}): ReactElement => {
  const say = useSay()
  const department = useOwnDepartment(meeting)
  const add = useAct(addPhoto, { onDone: onClose })
  const [caption, setCaption] = useState('')
  const [upload, setUpload] = useState<{ uploadId: string; fileName: string } | null>(null)
  return (
    <FormDialog
      open
      title={say('上传现场照片', 'Picture')}
      onClose={onClose}
      onSubmit={() => {
        if (upload === null || department === null || caption.trim() === '') return
        add.mutate({
          params: { meetingId: meeting.meetingId },
          body: { department, uploadId: upload.uploadId, caption },
        })
      }}
      submitLabel={say('上传', 'Upload')}
      busy={add.isPending}
      error={add.error}
    >
      <UploadInput
        label={say('照片(JPEG、PNG)', 'Picture (JPEG, PNG)')}
        accept="image/jpeg,image/png,image/webp"
        onUploaded={setUpload}
      />
      {upload !== null && <p>{upload.fileName}</p>}
      <TextField label={say('说明', 'Caption')} value={caption} onChange={setCaption} maxLength={200} required />
    </FormDialog>
  )
}
