/** 特殊程序: hearing, survey, tender, test, expert review; with the steps of a hearing and the missing end. */
import { Checkbox, Select } from 'antd'
import { type ReactElement, useId, useState } from 'react'
import { addressOf } from '../../../../desk/call.ts'
import { useSay } from '../../../../desk/language.tsx'
import { useAct } from '../../../../desk/queries.ts'
import { ActButton } from '../../../../desk/ui/act-button.tsx'
import { FormDialog } from '../../../../desk/ui/form-dialog.tsx'
import { NumberField, TextField } from '../../../../desk/ui/inputs.tsx'
import { localDateSchema } from '../../../../kernel/time.ts'
import {
  type ConsultedRun,
  decideProcedure,
  endProcedure,
  type ProcedureKind,
  printProcedureNotice,
  procedureKinds,
  proposeProcedure,
  requestHearing,
  scheduleHearing,
} from '../../contract/consultation.ts'
import type { ItemRunView } from '../../contract.ts'
import { hearingStepWords, procedureKindWords, procedureStateWords } from '../../model/consultation/words.ts'
import { ApproveDialog, TextDialog } from './small-dialogs.tsx'

type Procedure = ConsultedRun['procedures'][number]
type Step = 'decide' | 'request' | 'schedule' | 'end'

export const ProcedureLine = ({ procedure }: { readonly procedure: Procedure }): ReactElement => {
  const say = useSay()
  const [dialog, setDialog] = useState<Step | null>(null)
  const close = () => setDialog(null)
  const decide = useAct(decideProcedure, { onDone: close })
  const request = useAct(requestHearing, { onDone: close })
  const end = useAct(endProcedure, { onDone: close })
  const params = { procedureId: procedure.procedureId }
  const { version, hearing } = procedure
  const steps: readonly { readonly step: Step; readonly label: string }[] = [
    { step: 'decide', label: say('审批', 'Decide') },
    { step: 'request', label: say('申请听证', 'Ask for the hearing') },
    { step: 'schedule', label: say('通知听证时间地点', 'Give notice') },
    { step: 'end', label: say('登记结果', 'Record the result') },
  ]
  return (
    <section className="stack" aria-label={say(procedure.name)}>
      <div className="row">
        <strong>{say(procedure.name)}</strong>
        <span className="tag">{say(procedureStateWords[procedure.state])}</span>
        <span>
          {procedure.days} {say('个工作日', 'working days')}
          {procedure.beganOn !== null && `(${procedure.beganOn} — ${procedure.until ?? ''})`}
        </span>
        <span className="quiet">
          {procedure.stopsClock ? say('停止计时', 'clock stopped') : say('期限照常计算', 'clock runs on')}
        </span>
        {steps
          .filter(({ step }) => (procedure.may[step] ?? null) === null)
          .map(({ step, label }) => (
            <ActButton
              key={step}
              because={null}
              look={{ size: 'small', type: 'primary' }}
              onAct={() => setDialog(step)}
            >
              {label}
            </ActButton>
          ))}
        {procedure.state !== 'proposed' && procedure.state !== 'rejected' && (
          <a href={addressOf(printProcedureNotice, params)} target="_blank" rel="noreferrer">
            {say('告知书(PDF,新窗口)', 'Notice (PDF, new window)')}
          </a>
        )}
      </div>
      {procedure.endMissing && (
        <p className="notice warn" style={{ margin: 0 }}>
          {say('告知的时间已届满,请登记结果。', 'The announced days are over: record the result.')}
        </p>
      )}
      <div className="quiet small">
        {procedure.reason} · {procedure.basis} · {procedure.proposedBy}
        {procedure.decidedBy !== null && ` → ${procedure.decidedBy}`}
      </div>
      {hearing !== null && hearing.steps.length > 0 && (
        <ol style={{ margin: 0 }}>
          {hearing.steps.map((each) => (
            <li key={each.step}>
              {say(hearingStepWords[each.step])}:{say('期限', 'due')} {each.due ?? '—'}
              {each.doneOn !== null && ` · ${say('完成', 'done')} ${each.doneOn}`}
              {each.late && <span className="fault"> {say('已超期', 'late')}</span>}
            </li>
          ))}
          {hearing.hearingOn !== null && (
            <li>
              {say('听证', 'Hearing')}:{hearing.hearingOn} {hearing.place}
            </li>
          )}
        </ol>
      )}
      {procedure.result !== null && (
        <div>
          {say('结果', 'Result')}:{procedure.result}
        </div>
      )}
      {dialog === 'decide' && (
        <ApproveDialog
          title={`${say('审批', 'Decide')}:${say(procedure.name)}`}
          busy={decide.isPending}
          error={decide.error}
          onClose={close}
          onSend={(approve, remark) => decide.mutate({ params, body: { version, approve, remark } })}
        >
          <p>
            {procedure.reason} · {procedure.days} {say('个工作日', 'working days')} · {procedure.basis}
          </p>
        </ApproveDialog>
      )}
      {dialog === 'request' && (
        <TextDialog
          title={say('申请听证', 'Ask for the hearing')}
          label={say('申请人', 'Asked by')}
          submitLabel={say('提出', 'Ask')}
          busy={request.isPending}
          error={request.error}
          onClose={close}
          onSend={(by) => request.mutate({ params, body: { version, by: by.slice(0, 100) } })}
        />
      )}
      {dialog === 'schedule' && <ScheduleDialog procedure={procedure} onClose={close} />}
      {dialog === 'end' && (
        <TextDialog
          title={say('登记结果', 'Record the result')}
          label={say('结果', 'Result')}
          submitLabel={say('登记', 'Record')}
          busy={end.isPending}
          error={end.error}
          onClose={close}
          onSend={(result) => end.mutate({ params, body: { version, result } })}
        />
      )}
    </section>
  )
}

const ScheduleDialog = ({
  procedure,
  onClose,
}: {
  readonly procedure: Procedure
  readonly onClose: () => void
}): ReactElement => {
  const say = useSay()
  const schedule = useAct(scheduleHearing, { onDone: onClose })
  const [day, setDay] = useState('')
  const [place, setPlace] = useState('')
  const parsed = localDateSchema.safeParse(day)
  return (
    <FormDialog
      open
      title={say('通知听证的时间和地点', 'Notice of the hearing')}
      onClose={onClose}
      onSubmit={() => {
        if (!parsed.success || place.trim() === '') return
        schedule.mutate({
          params: { procedureId: procedure.procedureId },
          body: { version: procedure.version, hearingOn: parsed.data, place },
        })
      }}
      submitLabel={say('发出通知', 'Send the notice')}
      busy={schedule.isPending}
      error={schedule.error}
    >
      <TextField label={say('听证日期', 'Day')} type="date" value={day} onChange={setDay} required />
      <TextField label={say('地点', 'Place')} value={place} onChange={setPlace} maxLength={200} required />
    </FormDialog>
  )
}

export const ProposeProcedureDialog = ({
  run,
  onClose,
}: {
  readonly run: ItemRunView
  readonly onClose: () => void
}): ReactElement => {
  const say = useSay()
  const id = useId()
  const propose = useAct(proposeProcedure, { onDone: onClose })
  const [kind, setKind] = useState<ProcedureKind>('expert-review')
  const [reason, setReason] = useState('')
  const [days, setDays] = useState<number | null>(null)
  const [onRequest, setOnRequest] = useState(true)
  const [tried, setTried] = useState(false)
  return (
    <FormDialog
      open
      title={say('提请特殊程序', 'Propose a special procedure')}
      onClose={onClose}
      onSubmit={() => {
        setTried(true)
        if (reason.trim() === '' || days === null) return
        propose.mutate({
          params: { itemRunId: run.itemRunId },
          body: { kind, reason, days, onRequest: kind === 'hearing' && onRequest },
        })
      }}
      submitLabel={say('提请', 'Propose')}
      busy={propose.isPending}
      error={propose.error}
    >
      <div className="field">
        <label htmlFor={id}>{say('程序', 'Procedure')}</label>
        <Select
          id={id}
          style={{ width: '100%' }}
          value={kind}
          onChange={(value: ProcedureKind) => setKind(value)}
          options={procedureKinds.map((one) => ({ value: one, label: say(procedureKindWords[one]) }))}
        />
      </div>
      {kind === 'hearing' && (
        <Checkbox checked={onRequest} onChange={(event) => setOnRequest(event.target.checked)}>
          {say('告知听证权利,有人申请才组织(第四十七条)', 'Only when somebody asks (article 47)')}
        </Checkbox>
      )}
      {kind === 'survey' && (
        <p className="notice">
          {say('勘验不是停止计时的法定事由,期限照常计算。', 'A survey does not stop the clock.')}
        </p>
      )}
      <TextField
        label={say('原因', 'Reason')}
        value={reason}
        onChange={setReason}
        rows={3}
        maxLength={1000}
        required
        fault={tried && reason.trim() === '' ? say('请写明原因。', 'Give the reason.') : undefined}
      />
      <NumberField
        label={say('所需时间(工作日)', 'Working days')}
        value={days}
        onChange={setDays}
        min={1}
        max={365}
        whole
        required
        fault={tried && days === null ? say('请填写天数。', 'Give the days.') : undefined}
      />
    </FormDialog>
  )
}
