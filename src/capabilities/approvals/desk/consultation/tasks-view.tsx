/** Around each request for an opinion: parts, changes, what has changed since, and asking again. */
import { Button, Select } from 'antd'
import { type ReactElement, useId, useState } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { useAct, useRead } from '../../../../desk/queries.ts'
import { FormDialog } from '../../../../desk/ui/form-dialog.tsx'
import { ChoiceField, NumberField, SentencesField, TextField } from '../../../../desk/ui/inputs.tsx'
import { RefusalNotice } from '../../../../desk/ui/refusal-notice.tsx'
import { wallClock } from '../../../../kernel/time.ts'
import {
  answerPart,
  type ConsultedRun,
  changeOpinion,
  delegateParts,
  readColleagues,
  recallPart,
  redoOpinion,
} from '../../contract/consultation.ts'
import { type ItemRunView, type OpinionCode, opinionCodes } from '../../contract.ts'
import { partStateWords } from '../../model/consultation/words.ts'
import { opinionCodeWords } from '../../model/words.ts'
import { TextDialog } from './small-dialogs.tsx'

type Task = ConsultedRun['tasks'][number]
type Part = Task['parts'][number]
type Asked = ItemRunView['opinionTasks'][number]

export const TaskDetails = ({ task, asked }: { readonly task: Task; readonly asked: Asked }): ReactElement | null => {
  const say = useSay()
  const [dialog, setDialog] = useState<'delegate' | 'change' | 'redo' | null>(null)
  const close = () => setDialog(null)
  const mayDelegate = (task.may['delegate'] ?? null) === null
  const mayChange = (task.may['change'] ?? null) === null
  const mayRedo = (task.may['redo'] ?? null) === null
  const nothing =
    task.parts.length === 0 && task.changed.length === 0 && task.revisions.length === 0 && !task.superseded
  if (nothing && !mayDelegate && !mayChange && !mayRedo) return null
  return (
    <section className="stack" aria-label={task.departmentName}>
      <div className="row">
        <strong>{task.departmentName}</strong>
        {task.superseded && <span className="tag">{say('已重新征求,此意见作废', 'superseded')}</span>}
        {mayDelegate && (
          <Button size="small" onClick={() => setDialog('delegate')}>
            {say('分解交办', 'Divide')}
            <span className="hidden">{task.departmentName}</span>
          </Button>
        )}
        {mayChange && (
          <Button size="small" onClick={() => setDialog('change')}>
            {say(`修改意见(${task.changeableUntil ?? ''}前)`, `Change (until ${task.changeableUntil ?? ''})`)}
          </Button>
        )}
        {mayRedo && (
          <Button size="small" onClick={() => setDialog('redo')}>
            {say('重新征求', 'Ask again')}
            <span className="hidden">{task.departmentName}</span>
          </Button>
        )}
      </div>
      {task.changed.length > 0 && (
        <p className={task.mustRedo === null ? 'notice' : 'notice warn'} style={{ margin: 0 }}>
          {say('征求意见后已变化', 'Changed since it was asked')}:{task.changed.join('、')}。
          {task.mustRedo !== null && say(task.mustRedo)}
        </p>
      )}
      {task.revisions.map((revision) => (
        <p className="quiet small" key={revision.givenAt} style={{ margin: 0 }}>
          {say('修改前', 'Before')}:{say(opinionCodeWords[revision.code])} {revision.text} · {revision.givenBy} ·{' '}
          {wallClock(revision.givenAt)}
        </p>
      ))}
      {task.parts.length > 0 && (
        <ul style={{ margin: 0 }}>
          {task.parts.map((part) => (
            <li key={part.partId}>
              <PartLine part={part} />
            </li>
          ))}
        </ul>
      )}
      {dialog === 'delegate' && <DelegateDialog asked={asked} onClose={close} />}
      {dialog === 'change' && <ChangeDialog asked={asked} onClose={close} />}
      {dialog === 'redo' && <RedoDialog asked={asked} onClose={close} />}
    </section>
  )
}

export const PartLine = ({ part }: { readonly part: Part }): ReactElement => {
  const say = useSay()
  const [dialog, setDialog] = useState<'answer' | 'recall' | null>(null)
  const close = () => setDialog(null)
  const answer = useAct(answerPart, { onDone: close })
  const recall = useAct(recallPart, { onDone: close })
  const params = { partId: part.partId }
  return (
    <>
      <span className="row">
        <span>
          {part.departmentName}
          {part.section ?? ''} {part.assignee ?? ''}:{part.question}
        </span>
        <span className="tag">{say(partStateWords[part.state])}</span>
        {part.state === 'open' && (
          <span className={part.overdue ? 'fault' : 'quiet small'}>
            {say('到期', 'due')} {part.due}
            {part.overdue && say('(已超期)', ' (overdue)')}
          </span>
        )}
        {(part.may['answer'] ?? null) === null && (
          <Button size="small" type="primary" onClick={() => setDialog('answer')}>
            {say('答复', 'Answer')}
            <span className="hidden">{part.question}</span>
          </Button>
        )}
        {(part.may['recall'] ?? null) === null && (
          <Button size="small" onClick={() => setDialog('recall')}>
            {say('收回', 'Recall')}
            <span className="hidden">{part.question}</span>
          </Button>
        )}
      </span>
      {part.answer !== null && <div>{part.answer}</div>}
      {part.recallReason !== null && <div className="quiet small">{part.recallReason}</div>}
      {dialog === 'answer' && (
        <TextDialog
          title={say('答复交办', 'Answer')}
          label={part.question}
          submitLabel={say('答复', 'Answer')}
          busy={answer.isPending}
          error={answer.error}
          onClose={close}
          onSend={(text) => answer.mutate({ params, body: { version: part.version, answer: text } })}
        />
      )}
      {dialog === 'recall' && (
        <TextDialog
          title={say('收回交办', 'Recall')}
          label={say('收回的理由', 'Reason')}
          submitLabel={say('收回', 'Recall')}
          busy={recall.isPending}
          error={recall.error}
          onClose={close}
          onSend={(text) => recall.mutate({ params, body: { version: part.version, reason: text } })}
        />
      )}
    </>
  )
}

const DelegateDialog = ({ asked, onClose }: { readonly asked: Asked; readonly onClose: () => void }): ReactElement => {
  const say = useSay()
  const id = useId()
  const colleagues = useRead(readColleagues, { params: { opinionTaskId: asked.opinionTaskId } })
  const delegate = useAct(delegateParts, { onDone: onClose })
  const [section, setSection] = useState('')
  const [person, setPerson] = useState<string | null>(null)
  const [question, setQuestion] = useState('')
  const [days, setDays] = useState<number | null>(1)
  const [tried, setTried] = useState(false)
  const remaining = asked.clock?.remaining ?? null
  return (
    <FormDialog
      open
      title={say('把征求意见分解交办', 'Divide the opinion')}
      onClose={onClose}
      onSubmit={() => {
        setTried(true)
        if (question.trim() === '' || days === null) return
        const assignee = colleagues.data?.rows.find((each) => each.personId === person)
        delegate.mutate({
          params: { opinionTaskId: asked.opinionTaskId },
          body: {
            version: asked.version,
            parts: [
              {
                question,
                days,
                ...(section.trim() === '' ? {} : { section }),
                ...(assignee === undefined ? {} : { assigneeId: assignee.personId }),
              },
            ],
          },
        })
      }}
      submitLabel={say('交办', 'Hand on')}
      busy={delegate.isPending}
      error={delegate.error}
    >
      <TextField
        label={say('科室(可不填)', 'Section (optional)')}
        value={section}
        onChange={setSection}
        maxLength={60}
      />
      <div className="field">
        <label htmlFor={id}>{say('人员(可不填)', 'Person (optional)')}</label>
        <Select
          id={id}
          allowClear
          style={{ width: '100%' }}
          value={person}
          onChange={(value: string | undefined) => setPerson(value ?? null)}
          options={(colleagues.data?.rows ?? []).map((each) => ({ value: each.personId, label: each.name }))}
        />
      </div>
      <RefusalNotice error={colleagues.error} />
      <TextField
        label={say('交办的问题', 'Question')}
        value={question}
        onChange={setQuestion}
        rows={3}
        maxLength={1000}
        required
        fault={tried && question.trim() === '' ? say('请写明问题。', 'Write the question.') : undefined}
      />
      <NumberField
        label={
          remaining === null
            ? say('期限(工作日)', 'Days')
            : say(`期限(工作日,最多${remaining})`, `Days (at most ${remaining})`)
        }
        value={days}
        onChange={setDays}
        min={1}
        max={20}
        whole
        required
      />
    </FormDialog>
  )
}

const ChangeDialog = ({ asked, onClose }: { readonly asked: Asked; readonly onClose: () => void }): ReactElement => {
  const say = useSay()
  const change = useAct(changeOpinion, { onDone: onClose })
  const [code, setCode] = useState<OpinionCode | null>(asked.code)
  const [text, setText] = useState(asked.text ?? '')
  const [conditions, setConditions] = useState<readonly string[]>(asked.conditions.length > 0 ? asked.conditions : [''])
  return (
    <FormDialog
      open
      title={say('修改意见', 'Change the opinion')}
      onClose={onClose}
      onSubmit={() => {
        if (code === null) return
        change.mutate({
          params: { opinionTaskId: asked.opinionTaskId },
          body: {
            version: asked.version,
            code,
            text,
            conditions: code === 'agree-with-conditions' ? conditions.filter((each) => each.trim() !== '') : [],
          },
        })
      }}
      submitLabel={say('修改', 'Change')}
      busy={change.isPending}
      error={change.error}
    >
      <ChoiceField
        label={say('意见', 'Opinion')}
        value={code}
        onChange={setCode}
        options={opinionCodes.map((one) => ({ value: one, label: say(opinionCodeWords[one]) }))}
      />
      <TextField label={say('理由和说明', 'Reasons')} value={text} onChange={setText} rows={3} maxLength={4000} />
      {code === 'agree-with-conditions' && (
        <SentencesField label={say('条件', 'Conditions')} values={conditions} onChange={setConditions} />
      )}
    </FormDialog>
  )
}
const RedoDialog = ({ asked, onClose }: { readonly asked: Asked; readonly onClose: () => void }): ReactElement => {
  const say = useSay()
  const redo = useAct(redoOpinion, { onDone: onClose })
  const [question, setQuestion] = useState(asked.question)
  const [days, setDays] = useState<number | null>(3)
  return (
    <FormDialog
      open
      title={say('重新征求意见', 'Ask again')}
      onClose={onClose}
      onSubmit={() => {
        if (question.trim() === '' || days === null) return
        redo.mutate({
          params: { opinionTaskId: asked.opinionTaskId },
          body: { version: asked.version, question, days },
        })
      }}
      submitLabel={say('发出', 'Send')}
      busy={redo.isPending}
      error={redo.error}
    >
      <TextField
        label={say('问题', 'Question')}
        value={question}
        onChange={setQuestion}
        rows={4}
        maxLength={1000}
        required
      />
      <NumberField
        label={say('答复期限(工作日)', 'Days')}
        value={days}
        onChange={setDays}
        min={1}
        max={20}
        whole
        required
      />
    </FormDialog>
  )
}
