/** The conditions of a decision: what is to be done by whom until when, evidence, verification, waiver. */
import { type ReactElement, useState } from 'react'
import { addressOf } from '../../../../desk/call.ts'
import { useSay } from '../../../../desk/language.tsx'
import { useAct } from '../../../../desk/queries.ts'
import { FormDialog } from '../../../../desk/ui/form-dialog.tsx'
import { TextField } from '../../../../desk/ui/inputs.tsx'
import { uploadFile } from '../../../../desk/upload.ts'
import type { Access } from '../../../../kernel/endpoint.ts'
import { wallClock } from '../../../../kernel/time.ts'
import { words } from '../../../../kernel/words.ts'
import {
  type ConditionView,
  type DecisionDocument,
  decideWaiver,
  giveEvidence,
  judgeEvidence,
  proposeWaiver,
  readEvidence,
} from '../../contract/after.ts'
import { conditionStateWords, eventWords, gradeWords, responsibleWords } from '../../model/conditions.ts'
import { OwnAct } from './own-act.tsx'
import { TextDialog } from './text-dialog.tsx'
import { VerdictDialog } from './verdict-dialog.tsx'

const verdictWords = {
  pending: words('待核实', 'to be verified'),
  accepted: words('通过', 'accepted'),
  rejected: words('未通过', 'rejected'),
} as const

export const Conditions = ({ document }: { readonly document: DecisionDocument }): ReactElement | null => {
  const say = useSay()
  if (document.conditions.length === 0) return null
  return (
    <div>
      <h4>{say('条件', 'Conditions')}</h4>
      <ol className="stack" style={{ margin: 0 }}>
        {document.conditions.map((condition) => (
          <li key={condition.conditionId}>
            <Condition condition={condition} />
          </li>
        ))}
      </ol>
    </div>
  )
}

type DialogName = 'evidence' | 'judge' | 'waive' | 'decide-waiver'
const Condition = ({ condition }: { readonly condition: ConditionView }): ReactElement => {
  const say = useSay()
  const [dialog, setDialog] = useState<DialogName | null>(null)
  const close = () => setDialog(null)
  const done = ['discharged', 'waived', 'noticed', 'void'].includes(condition.state)
  const buttons: readonly { name: DialogName; may: string; of: { readonly access: Access }; label: string }[] = [
    { name: 'evidence', may: 'give-evidence', of: giveEvidence, label: say('提交证明', 'Give evidence') },
    { name: 'judge', may: 'judge-evidence', of: judgeEvidence, label: say('核实', 'Verify') },
    { name: 'waive', may: 'propose-waiver', of: proposeWaiver, label: say('提请免除', 'Propose a waiver') },
    { name: 'decide-waiver', may: 'decide-waiver', of: decideWaiver, label: say('审批免除', 'Decide the waiver') },
  ]
  return (
    <div>
      <div>
        {condition.text} <span className="tag">{say(gradeWords[condition.grade])}</span>{' '}
        <span className="tag">{say(conditionStateWords[condition.state])}</span>{' '}
        {condition.overdue && <span className="tag">{say('已逾期', 'overdue')}</span>}
      </div>
      <div className="quiet small">
        {say('责任单位', 'By')} {say(responsibleWords[condition.responsible])}
        {condition.dueOn !== null && ` · ${say('截止', 'until')} ${condition.dueOn}`}
        {condition.dueEvent !== null && ` · ${say(eventWords[condition.dueEvent])}${say('前', ': before')}`}
        {condition.blocks.length > 0 &&
          ` · ${say('未履行不得', 'blocks')} ${condition.blocks.map((event) => say(eventWords[event])).join('、')}`}
        {condition.source !== '' && ` · ${condition.source}`}
      </div>
      {condition.waiver !== null && (
        <div className="small">
          {condition.waiver.decidedBy === null ? say('提请免除', 'Waiver proposed') : say('已免除', 'Waived')}:
          {condition.waiver.reason} · {condition.waiver.proposedBy}
          {condition.waiver.decidedBy !== null && ` · ${condition.waiver.decidedBy}`}
        </div>
      )}
      {condition.evidence.map((evidence) => (
        <div key={evidence.evidenceId} className="small">
          {wallClock(evidence.givenAt)} {evidence.givenBy}:{evidence.note}{' '}
          {evidence.file !== null && (
            <a href={addressOf(readEvidence, { conditionId: condition.conditionId, evidenceId: evidence.evidenceId })}>
              {evidence.file.fileName}
            </a>
          )}{' '}
          <span className="tag">{say(verdictWords[evidence.verdict])}</span> {evidence.remark}
        </div>
      ))}
      {!done && (
        <div className="row" role="group" aria-label={`${say('条件', 'Condition')} ${condition.ordinal}`}>
          {buttons.map((button) => (
            <OwnAct
              key={button.name}
              of={button.of}
              because={condition.may[button.may]}
              onAct={() => setDialog(button.name)}
              look={{ size: 'small' }}
            >
              {button.label}
            </OwnAct>
          ))}
        </div>
      )}
      {dialog === 'evidence' && <EvidenceDialog condition={condition} onClose={close} />}
      {dialog === 'judge' && <JudgeDialog condition={condition} onClose={close} />}
      {dialog === 'waive' && <WaiveDialog condition={condition} onClose={close} />}
      {dialog === 'decide-waiver' && <DecideWaiverDialog condition={condition} onClose={close} />}
    </div>
  )
}

interface DialogProps {
  readonly condition: ConditionView
  readonly onClose: () => void
}
const EvidenceDialog = ({ condition, onClose }: DialogProps): ReactElement => {
  const say = useSay()
  const act = useAct(giveEvidence, { onDone: onClose })
  const [note, setNote] = useState('')
  const [file, setFile] = useState<File | null>(null)
  const [sending, setSending] = useState(false)
  const [failed, setFailed] = useState<unknown>(null)
  const [tried, setTried] = useState(false)
  const submit = async () => {
    setTried(true)
    if (note.trim() === '') return
    setFailed(null)
    setSending(true)
    try {
      const stored =
        file === null
          ? null
          : await uploadFile(file, { signal: new AbortController().signal, onProgress: () => undefined })
      await act.mutateAsync({
        params: { conditionId: condition.conditionId },
        body: { version: condition.version, note, uploadId: stored?.uploadId },
      })
    } catch (error) {
      setFailed(error)
    } finally {
      setSending(false)
    }
  }
  return (
    <FormDialog
      open
      title={say('提交履行证明', 'Give evidence')}
      onClose={onClose}
      onSubmit={() => void submit()}
      submitLabel={say('提交', 'Send')}
      busy={sending}
      error={failed}
    >
      <p>{condition.text}</p>
      <TextField
        label={say('履行情况', 'What was done')}
        value={note}
        onChange={setNote}
        rows={3}
        maxLength={1000}
        required
        fault={tried && note.trim() === '' ? say('请写明履行情况。', 'Say what was done.') : undefined}
      />
      <label className="field">
        {say('证明文件(可选)', 'File (optional)')}{' '}
        <input type="file" disabled={sending} onChange={(event) => setFile(event.target.files?.[0] ?? null)} />
      </label>
    </FormDialog>
  )
}
const JudgeDialog = ({ condition, onClose }: DialogProps): ReactElement => {
  const say = useSay()
  const act = useAct(judgeEvidence, { onDone: onClose })
  return (
    <VerdictDialog
      title={say('核实条件', 'Verify the condition')}
      yes={say('已履行', 'Discharged')}
      no={say('证明未通过,退回', 'Not accepted')}
      busy={act.isPending}
      error={act.error}
      onClose={onClose}
      onVerdict={(accept, remark) =>
        act.mutate({
          params: { conditionId: condition.conditionId },
          body: { version: condition.version, accept, remark },
        })
      }
    >
      <p>{condition.text}</p>
    </VerdictDialog>
  )
}
const WaiveDialog = ({ condition, onClose }: DialogProps): ReactElement => {
  const say = useSay()
  const act = useAct(proposeWaiver, { onDone: onClose })
  return (
    <TextDialog
      title={say('提请免除条件', 'Propose a waiver')}
      label={say('理由', 'Reason')}
      submitLabel={say('提请', 'Propose')}
      busy={act.isPending}
      error={act.error}
      onClose={onClose}
      onText={(reason) =>
        act.mutate({ params: { conditionId: condition.conditionId }, body: { version: condition.version, reason } })
      }
    >
      <p>{condition.text}</p>
    </TextDialog>
  )
}
const DecideWaiverDialog = ({ condition, onClose }: DialogProps): ReactElement => {
  const say = useSay()
  const act = useAct(decideWaiver, { onDone: onClose })
  return (
    <VerdictDialog
      title={say('审批免除条件', 'Decide the waiver')}
      yes={say('同意免除', 'Waive it')}
      no={say('不同意', 'Keep it')}
      busy={act.isPending}
      error={act.error}
      onClose={onClose}
      onVerdict={(approve) =>
        act.mutate({ params: { conditionId: condition.conditionId }, body: { version: condition.version, approve } })
      }
    >
      <p>{condition.text}</p>
      <p className="notice">{condition.waiver?.reason}</p>
    </VerdictDialog>
  )
}
