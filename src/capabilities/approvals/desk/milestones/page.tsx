/** 项目节点: what the project has reached, which items wait for what it has not, and the ways to register and correct. */
import { Link, useParams } from '@tanstack/react-router'
import { type ReactElement, useState } from 'react'
import { addressOf } from '../../../../desk/call.ts'
import { useSay } from '../../../../desk/language.tsx'
import { useAct, useRead } from '../../../../desk/queries.ts'
import { ActButton } from '../../../../desk/ui/act-button.tsx'
import { FormDialog } from '../../../../desk/ui/form-dialog.tsx'
import { ChoiceField, TextField } from '../../../../desk/ui/inputs.tsx'
import { Loaded } from '../../../../desk/ui/loaded.tsx'
import { Card, Page } from '../../../../desk/ui/page.tsx'
import { UploadList } from '../../../../desk/ui/upload-list.tsx'
import type { StoredUpload } from '../../../../desk/upload.ts'
import type { ProjectId } from '../../../../kernel/identity.ts'
import { localDateSchema, wallClock } from '../../../../kernel/time.ts'
import { type Words, words } from '../../../../kernel/words.ts'
import {
  correctMilestone,
  listMilestones,
  type MilestoneView,
  readMilestoneFile,
  registerMilestone,
} from '../../contract/milestones.ts'

const originWords: Readonly<Record<'entered' | 'system' | 'derived', Words>> = {
  entered: words('已登记', 'registered'),
  system: words('由验收结论登记', 'by the acceptance'),
  derived: words('由登记信息得出', 'from the registers'),
}
interface Acting {
  readonly act: 'register' | 'correct'
  readonly milestone: MilestoneView
}

export const MilestonesPage = (): ReactElement => {
  const say = useSay()
  const { projectId } = useParams({ strict: false }) as { readonly projectId: ProjectId }
  const query = useRead(listMilestones, { params: { projectId } })
  const [acting, setActing] = useState<Acting | null>(null)
  const close = () => setActing(null)
  return (
    <Page title={`${say('项目节点', 'Milestones')} ${query.data?.projectName ?? ''}`}>
      <p className="quiet">
        {say(
          '有的事项要等项目到了某个节点才能受理或决定。达到后由建设单位或窗口登记日期,等待的部门即时得知。',
          'Some items wait for a moment of the project. The owner or the window registers the day; the departments that wait are told at once.',
        )}{' '}
        <Link to="/projects/$projectId" params={{ projectId }}>
          {say('返回项目', 'Back to the project')}
        </Link>
      </p>
      <Loaded query={query}>
        {(data) => (
          <>
            {[...new Map(data.milestones.map((each) => [each.stage, each.stageName]))].map(([stage, name]) => (
              <Card key={stage} title={say(name)}>
                {data.milestones
                  .filter((each) => each.stage === stage)
                  .map((each) => (
                    <Milestone
                      key={each.milestone}
                      projectId={projectId}
                      milestone={each}
                      onAct={(act) => setActing({ act, milestone: each })}
                    />
                  ))}
              </Card>
            ))}
          </>
        )}
      </Loaded>
      {acting?.act === 'register' && (
        <RegisterDialog projectId={projectId} milestone={acting.milestone} onClose={close} />
      )}
      {acting?.act === 'correct' && (
        <CorrectDialog projectId={projectId} milestone={acting.milestone} onClose={close} />
      )}
    </Page>
  )
}

const Milestone = ({
  projectId,
  milestone,
  onAct,
}: {
  readonly projectId: ProjectId
  readonly milestone: MilestoneView
  readonly onAct: (act: Acting['act']) => void
}): ReactElement => {
  const say = useSay()
  const { reachedOn, origin } = milestone
  return (
    <section style={{ marginBottom: 16 }} aria-label={say(milestone.name)}>
      <div className="row">
        <h3 style={{ margin: 0 }}>{say(milestone.name)}</h3>
        {reachedOn === null ? (
          <span className="tag">{say('尚未登记', 'not registered')}</span>
        ) : (
          <span className="tag">
            {reachedOn} · {origin === null ? '' : say(originWords[origin])}
          </span>
        )}
        {reachedOn === null ? (
          <ActButton because={milestone.may.register} onAct={() => onAct('register')}>
            {say('登记', 'Register')}
            <span className="hidden">{say(milestone.name)}</span>
          </ActButton>
        ) : (
          origin === 'entered' && (
            <ActButton because={milestone.may.correct} onAct={() => onAct('correct')}>
              {say('更正', 'Correct')}
              <span className="hidden">{say(milestone.name)}</span>
            </ActButton>
          )
        )}
      </div>
      {milestone.basis !== null && <p className="small quiet">{say(milestone.basis)}</p>}
      {reachedOn === null && milestone.needs.length > 0 && (
        <ul className="small">
          {milestone.needs.map((need) => (
            <li key={need.zh}>{say(need)}</li>
          ))}
        </ul>
      )}
      {reachedOn === null && milestone.awaitedBy.length > 0 && (
        <p className="small">
          {say('等待此节点的事项', 'Items that wait')}:{milestone.awaitedBy.map((name) => say(name)).join('、')}
        </p>
      )}
      {milestone.records.length > 0 && (
        <ul className="small">
          {milestone.records.map((record) => (
            <li key={record.recordId}>
              {record.reachedOn ?? say('撤销登记', 'withdrawn')} · {record.recordedBy} {wallClock(record.recordedAt)}
              {record.note !== '' && ` · ${record.note}`}
              {record.reason !== null && ` · ${say('更正理由', 'reason')}:${record.reason}`}
              {record.files.map((file) => (
                <span key={file.sha256}>
                  {' '}
                  <a
                    href={addressOf(readMilestoneFile, { projectId, recordId: record.recordId, sha256: file.sha256 })}
                    download
                  >
                    {file.fileName}
                  </a>
                </span>
              ))}
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

interface DialogProps {
  readonly projectId: ProjectId
  readonly milestone: MilestoneView
  readonly onClose: () => void
}
const RegisterDialog = ({ projectId, milestone, onClose }: DialogProps): ReactElement => {
  const say = useSay()
  const [day, setDay] = useState('')
  const [note, setNote] = useState('')
  const [files, setFiles] = useState<readonly StoredUpload[]>([])
  const [tried, setTried] = useState(false)
  const act = useAct(registerMilestone, { onDone: onClose, refresh: ['projects', 'completion'] })
  const parsed = localDateSchema.safeParse(day)
  const submit = () => {
    setTried(true)
    if (parsed.success)
      act.mutate({
        params: { projectId, milestone: milestone.milestone },
        body: { reachedOn: parsed.data, note, uploadIds: files.map((file) => file.uploadId) },
      })
  }
  return (
    <FormDialog
      open
      title={`${say('登记节点', 'Register')}:${say(milestone.name)}`}
      onClose={onClose}
      onSubmit={submit}
      submitLabel={say('登记', 'Register')}
      busy={act.isPending}
      error={act.error}
    >
      <TextField
        label={say('达到日期', 'Day reached')}
        type="date"
        value={day}
        onChange={setDay}
        required
        fault={tried && !parsed.success ? say('请填写日期。', 'Give the day.') : undefined}
      />
      <TextField label={say('说明', 'Note')} rows={3} value={note} onChange={setNote} maxLength={1000} />
      <UploadList label={say('凭证(可选)', 'Evidence (optional)')} files={files} onChange={setFiles} most={10} />
    </FormDialog>
  )
}
const CorrectDialog = ({ projectId, milestone, onClose }: DialogProps): ReactElement => {
  const say = useSay()
  const [how, setHow] = useState<'day' | 'withdraw'>('day')
  const [day, setDay] = useState<string>(milestone.reachedOn ?? '')
  const [reason, setReason] = useState('')
  const [files, setFiles] = useState<readonly StoredUpload[]>([])
  const [tried, setTried] = useState(false)
  const act = useAct(correctMilestone, { onDone: onClose, refresh: ['projects', 'completion'] })
  const parsed = localDateSchema.safeParse(day)
  const submit = () => {
    setTried(true)
    if (reason.trim() === '' || (how === 'day' && !parsed.success)) return
    act.mutate({
      params: { projectId, milestone: milestone.milestone },
      body: {
        reachedOn: how === 'day' && parsed.success ? parsed.data : null,
        reason,
        uploadIds: files.map((file) => file.uploadId),
      },
    })
  }
  return (
    <FormDialog
      open
      title={`${say('更正登记', 'Correct')}:${say(milestone.name)}`}
      onClose={onClose}
      onSubmit={submit}
      submitLabel={say('更正', 'Correct')}
      busy={act.isPending}
      error={act.error}
    >
      <ChoiceField
        label={say('更正方式', 'How')}
        value={how}
        onChange={setHow}
        options={[
          { value: 'day', label: say('改为正确的日期', 'Another day') },
          { value: 'withdraw', label: say('尚未达到,撤销登记', 'Not reached: withdraw it') },
        ]}
      />
      {how === 'day' && (
        <TextField
          label={say('达到日期', 'Day reached')}
          type="date"
          value={day}
          onChange={setDay}
          required
          fault={tried && !parsed.success ? say('请填写日期。', 'Give the day.') : undefined}
        />
      )}
      <TextField
        label={say('更正理由', 'Reason')}
        rows={3}
        value={reason}
        onChange={setReason}
        maxLength={500}
        required
        fault={tried && reason.trim() === '' ? say('请写明理由。', 'Give the reason.') : undefined}
      />
      <UploadList label={say('凭证(可选)', 'Evidence (optional)')} files={files} onChange={setFiles} most={10} />
    </FormDialog>
  )
}
