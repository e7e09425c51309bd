/** Stopping the clock on a ground of the law, deciding about it, going on, and extending. */
import { Radio } from 'antd'
import { type ReactElement, useId, useState } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { useAct, useRead } from '../../../../desk/queries.ts'
import { FormDialog } from '../../../../desk/ui/form-dialog.tsx'
import { ChoiceField, NumberField, TextField } from '../../../../desk/ui/inputs.tsx'
import { Loaded } from '../../../../desk/ui/loaded.tsx'
import { certaintySchema, needsVerification } from '../../../../kernel/sourced.ts'
import {
  decidePause,
  extendItemRun,
  type ItemRunView,
  proposePause,
  readLegalGrounds,
  resumeItemRun,
} from '../../contract.ts'

interface RunDialogProps {
  readonly run: ItemRunView
  readonly onClose: () => void
}
const isUnsure = (certainty: string): boolean => {
  const parsed = certaintySchema.safeParse(certainty)
  return !parsed.success || needsVerification(parsed.data)
}

export const ProposePauseDialog = ({ run, onClose }: RunDialogProps): ReactElement => {
  const say = useSay()
  const id = useId()
  const grounds = useRead(readLegalGrounds, { params: { itemRunId: run.itemRunId } })
  const propose = useAct(proposePause, { onDone: onClose })
  const [ground, setGround] = useState('')
  const [reason, setReason] = useState('')
  const [days, setDays] = useState<number | null>(null)
  const [tried, setTried] = useState(false)
  const submit = () => {
    setTried(true)
    if (ground === '' || reason.trim() === '' || days === null) return
    propose.mutate({
      params: { itemRunId: run.itemRunId },
      body: { version: run.version, ground, reason, expectedDays: days },
    })
  }
  return (
    <FormDialog
      open
      title={say('提请停止计时', 'Propose to stop the clock')}
      onClose={onClose}
      onSubmit={submit}
      submitLabel={say('提请', 'Propose')}
      busy={propose.isPending}
      error={propose.error}
    >
      <p>
        {say(
          '停止计时须有法定事由,由审批决定人批准,并书面告知申请人。',
          'The clock stops only on a ground of the law, approved by the approver, with written notice to the applicant.',
        )}
      </p>
      <fieldset className="field">
        <legend>{say('法定事由', 'Ground')}</legend>
        <Loaded query={grounds}>
          {(data) => (
            <Radio.Group
              name={id}
              value={ground}
              onChange={(event) => setGround(String(event.target.value))}
              style={{ display: 'grid', gap: 8 }}
            >
              {data.grounds.map((one) => (
                <Radio key={one.code} value={one.code}>
                  {say(one.label)}
                  {one.maxDays !== null && `(${say('最长', 'at most')} ${one.maxDays} ${say('日', 'days')})`}{' '}
                  {isUnsure(one.certainty) && <span className="tag">{say('待核', 'to be verified')}</span>}
                  <span className="quiet small" style={{ display: 'block' }}>
                    {one.basis}
                  </span>
                </Radio>
              ))}
            </Radio.Group>
          )}
        </Loaded>
        <p className="fault">{tried && ground === '' ? say('请选择法定事由。', 'Choose a ground.') : ''}</p>
      </fieldset>
      <TextField
        label={say('具体原因', 'Reason')}
        value={reason}
        onChange={setReason}
        rows={3}
        maxLength={1000}
        required
        fault={tried && reason.trim() === '' ? say('请写明具体原因。', 'Give the reason.') : undefined}
      />
      <NumberField
        label={say('预计天数', 'Expected days')}
        value={days}
        onChange={setDays}
        min={1}
        max={365}
        whole
        required
        fault={tried && days === null ? say('请填写预计天数。', 'Give the number of days.') : undefined}
      />
    </FormDialog>
  )
}

export const DecidePauseDialog = ({ run, onClose }: RunDialogProps): ReactElement => {
  const say = useSay()
  const decide = useAct(decidePause, { onDone: onClose })
  const [choice, setChoice] = useState<'approve' | 'reject' | null>(null)
  const [remark, setRemark] = useState('')
  const [tried, setTried] = useState(false)
  const lacksRemark = choice === 'reject' && remark.trim() === ''
  const submit = () => {
    setTried(true)
    if (choice === null || lacksRemark) return
    decide.mutate({
      params: { itemRunId: run.itemRunId },
      body: { version: run.version, approve: choice === 'approve', remark },
    })
  }
  const proposal = run.pauseProposal
  return (
    <FormDialog
      open
      title={say('批准或驳回停止计时', 'Decide about stopping the clock')}
      onClose={onClose}
      onSubmit={submit}
      submitLabel={say('确定', 'Confirm')}
      busy={decide.isPending}
      error={decide.error}
    >
      {proposal !== null && (
        <dl className="facts" style={{ marginBottom: 16 }}>
          <div>
            <dt>{say('法定事由', 'Ground')}</dt>
            <dd>{say(proposal.label)}</dd>
          </div>
          <div>
            <dt>{say('原因', 'Reason')}</dt>
            <dd>{proposal.reason}</dd>
          </div>
          <div>
            <dt>{say('预计天数', 'Expected days')}</dt>
            <dd>{proposal.expectedDays}</dd>
          </div>
          <div>
            <dt>{say('提请人', 'Proposed by')}</dt>
            <dd>{proposal.proposedBy}</dd>
          </div>
        </dl>
      )}
      <ChoiceField
        label={say('决定', 'Decision')}
        value={choice}
        onChange={setChoice}
        options={[
          { value: 'approve', label: say('批准停止计时', 'Approve') },
          { value: 'reject', label: say('驳回', 'Reject') },
        ]}
        fault={tried && choice === null ? say('请选择批准或驳回。', 'Choose one.') : undefined}
      />
      <TextField
        label={say('说明', 'Remark')}
        value={remark}
        onChange={setRemark}
        rows={3}
        maxLength={1000}
        fault={tried && lacksRemark ? say('驳回请写明理由。', 'Give the reason for rejecting.') : undefined}
      />
    </FormDialog>
  )
}

export const ResumeDialog = ({ run, onClose }: RunDialogProps): ReactElement => {
  const say = useSay()
  const resume = useAct(resumeItemRun, { onDone: onClose })
  const [reason, setReason] = useState('')
  const [tried, setTried] = useState(false)
  return (
    <FormDialog
      open
      title={say('恢复计时', 'Let the clock run again')}
      onClose={onClose}
      onSubmit={() => {
        setTried(true)
        if (reason.trim() !== '')
          resume.mutate({ params: { itemRunId: run.itemRunId }, body: { version: run.version, reason } })
      }}
      submitLabel={say('恢复计时', 'Resume')}
      busy={resume.isPending}
      error={resume.error}
    >
      <TextField
        label={say('恢复的原因', 'Reason')}
        value={reason}
        onChange={setReason}
        rows={3}
        maxLength={1000}
        required
        fault={
          tried && reason.trim() === ''
            ? say('请写明停止计时的事由为何已消失。', 'Say why the ground is gone.')
            : undefined
        }
      />
    </FormDialog>
  )
}

export const ExtendDialog = ({ run, onClose }: RunDialogProps): ReactElement => {
  const say = useSay()
  const extend = useAct(extendItemRun, { onDone: onClose })
  const [days, setDays] = useState<number | null>(null)
  const [reason, setReason] = useState('')
  const [tried, setTried] = useState(false)
  return (
    <FormDialog
      open
      title={say('延长期限', 'Extend the time limit')}
      onClose={onClose}
      onSubmit={() => {
        setTried(true)
        if (days !== null && reason.trim() !== '')
          extend.mutate({ params: { itemRunId: run.itemRunId }, body: { version: run.version, days, reason } })
      }}
      submitLabel={say('批准延长并告知', 'Extend and notify')}
      busy={extend.isPending}
      error={extend.error}
    >
      <NumberField
        label={say('延长天数', 'Days')}
        value={days}
        onChange={setDays}
        min={1}
        max={60}
        whole
        required
        fault={tried && days === null ? say('请填写天数。', 'Give the days.') : undefined}
      />
      <TextField
        label={say('理由(将告知申请人)', 'Reason (told to the applicant)')}
        value={reason}
        onChange={setReason}
        rows={3}
        maxLength={1000}
        required
        fault={tried && reason.trim() === '' ? say('请写明理由。', 'Give the reason.') : undefined}
      />
    </FormDialog>
  )
}
