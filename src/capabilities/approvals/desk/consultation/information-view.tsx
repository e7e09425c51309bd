/** 补充信息: the department's question, sent by the lead, answered by the applicant. */
import { Button, Select } from 'antd'
import { type ReactElement, useId, useState } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { useAct } from '../../../../desk/queries.ts'
import { ClockBadge } from '../../../../desk/ui/clock-badge.tsx'
import { FieldEditor } from '../../../../desk/ui/field-editor.tsx'
import { FormDialog } from '../../../../desk/ui/form-dialog.tsx'
import { NumberField, TextField } from '../../../../desk/ui/inputs.tsx'
import { wallClock } from '../../../../kernel/time.ts'
import {
  answerInformation,
  type ConsultedRun,
  sendInformation,
  withdrawInformation,
} from '../../contract/consultation.ts'
import type { ApplicationFile } from '../../contract.ts'
import { informationStateWords } from '../../model/consultation/words.ts'
import { useFormDefinition } from '../form-definition.ts'
import { isHandedIn } from '../words.ts'
import { TextDialog } from './small-dialogs.tsx'
import { UploadInput } from './upload-button.tsx'

type Information = ConsultedRun['information'][number]
interface Props {
  readonly file: ApplicationFile
  readonly request: Information
}
export const InformationLine = ({ file, request }: Props): ReactElement => {
  const say = useSay()
  const [dialog, setDialog] = useState<'send' | 'withdraw' | 'answer' | null>(null)
  const close = () => setDialog(null)
  const withdraw = useAct(withdrawInformation, { onDone: close })
  const can = (key: string) => (request.may[key] ?? null) === null
  return (
    <section className="stack" aria-label={say('补充信息', 'Information')}>
      <div className="row">
        <strong>{request.departmentName}</strong>
        <span className="tag">{say(informationStateWords[request.state])}</span>
        {request.clock !== null && request.state === 'sent' && <ClockBadge clock={request.clock} withLabel />}
        {can('send') && (
          <Button type="primary" size="small" onClick={() => setDialog('send')}>
            {say('转申请人补充', 'Send to the applicant')}
          </Button>
        )}
        {can('withdraw') && (
          <Button size="small" onClick={() => setDialog('withdraw')}>
            {say('无需申请人补充', 'Not needed')}
          </Button>
        )}
        {can('answer') && (
          <Button type="primary" onClick={() => setDialog('answer')}>
            {say('补充信息', 'Answer')}
          </Button>
        )}
      </div>
      <div>{request.question}</div>
      {request.anchors.length > 0 && (
        <div className="quiet small">
          {say('涉及', 'About')}:{request.anchors.map((each) => each.label).join('、')}
        </div>
      )}
      {request.answer !== null && (
        <div>
          {request.answer.text}{' '}
          {request.answer.changed.length > 0 && `${say('修改', 'changed')}:${request.answer.changed.join('、')}`}{' '}
          {request.answer.documents.map((each) => each.fileName).join('、')}
          <span className="quiet small">
            {' '}
            {request.answer.by} · {wallClock(request.answer.at)}
          </span>
        </div>
      )}
      {request.withdrawReason !== null && <div className="quiet small">{request.withdrawReason}</div>}
      {dialog === 'send' && <SendDialog file={file} request={request} onClose={close} />}
      {dialog === 'answer' && <AnswerDialog file={file} request={request} onClose={close} />}
      {dialog === 'withdraw' && (
        <TextDialog
          title={say('退回部门继续出具意见', 'Back to the department')}
          label={say('向部门的说明', 'Explanation for the department')}
          submitLabel={say('退回部门', 'Send back')}
          busy={withdraw.isPending}
          error={withdraw.error}
          onClose={close}
          onSend={(reason) =>
            withdraw.mutate({
              params: { informationId: request.informationId },
              body: { version: request.version, reason },
            })
          }
        />
      )}
    </section>
  )
}

const SendDialog = ({ file, request, onClose }: Props & { readonly onClose: () => void }): ReactElement => {
  const say = useSay()
  const id = useId()
  const definition = useFormDefinition(file)
  const send = useAct(sendInformation, { onDone: onClose })
  const [question, setQuestion] = useState(request.question)
  const [anchors, setAnchors] = useState<readonly string[]>(request.anchors.map((each) => each.anchor))
  const [days, setDays] = useState<number | null>(5)
  const options = [
    ...(definition.data?.sections ?? []).flatMap((section) =>
      section.fields.map((field) => ({ value: `field:${field.id}`, label: say(field.label) })),
    ),
    ...file.materials
      .filter((need) => isHandedIn(need.form))
      .map((need) => ({ value: `material:${need.materialId}`, label: say(need.name) })),
  ]
  return (
    <FormDialog
      open
      title={say('请申请人补充信息', 'Ask the applicant')}
      onClose={onClose}
      onSubmit={() => {
        if (question.trim() === '' || days === null) return
        send.mutate({
          params: { informationId: request.informationId },
          body: { version: request.version, question, anchors: [...anchors], days },
        })
      }}
      submitLabel={say('发送', 'Send')}
      busy={send.isPending}
      error={send.error}
    >
      <p className="notice">
        {say(
          '等待补充不是停止计时的法定事由,事项期限照常计算;确需检测、评审的,请另行提请特殊程序。',
          'Waiting for the applicant is no legal ground: the time limit runs on.',
        )}
      </p>
      <TextField
        label={say('问题', 'Question')}
        value={question}
        onChange={setQuestion}
        rows={4}
        maxLength={2000}
        required
      />
      <div className="field">
        <label htmlFor={id}>{say('允许修改的字段和补交的材料', 'Fields and materials that may change')}</label>
        <Select
          id={id}
          mode="multiple"
          style={{ width: '100%' }}
          value={[...anchors]}
          onChange={(values: string[]) => setAnchors(values)}
          options={options}
          optionFilterProp="label"
        />
      </div>
      <NumberField
        label={say('期限(工作日)', 'Days')}
        value={days}
        onChange={setDays}
        min={1}
        max={30}
        whole
        required
      />
    </FormDialog>
  )
}

type Answers = ApplicationFile['application']['answers']
const AnswerDialog = ({ file, request, onClose }: Props & { readonly onClose: () => void }): ReactElement => {
  const say = useSay()
  const definition = useFormDefinition(file)
  const answer = useAct(answerInformation, { onDone: onClose })
  const [text, setText] = useState('')
  const [answers, setAnswers] = useState<Answers>({})
  const [documents, setDocuments] = useState<readonly { materialId: string; uploadId: string; fileName: string }[]>([])
  const wanted = new Set(request.anchors.map((each) => each.anchor))
  const fields = (definition.data?.sections ?? []).flatMap((section) =>
    section.fields.filter((field) => wanted.has(`field:${field.id}`)),
  )
  const materials = request.anchors.filter((each) => each.anchor.startsWith('material:'))
  return (
    <FormDialog
      open
      title={say('补充信息', 'Supply information')}
      onClose={onClose}
      onSubmit={() =>
        answer.mutate({
          params: { informationId: request.informationId },
          body: {
            version: request.version,
            text,
            answers,
            documents: documents.map(({ materialId, uploadId }) => ({ materialId, uploadId })),
          },
        })
      }
      submitLabel={say('提交补充', 'Send')}
      busy={answer.isPending}
      error={answer.error}
    >
      <p className="notice">{request.question}</p>
      {fields.map((field) => (
        <FieldEditor
          key={field.id}
          field={field}
          value={answers[field.id] ?? file.application.answers[field.id]}
          onChange={(value) => setAnswers({ ...answers, [field.id]: value })}
        />
      ))}
      {materials.map((each) => {
        const materialId = each.anchor.slice('material:'.length)
        return (
          <div key={each.anchor}>
            <UploadInput
              label={each.label}
              onUploaded={(upload) => setDocuments([...documents, { materialId, ...upload }])}
            />
            {documents
              .filter((document) => document.materialId === materialId)
              .map((document) => (
                <div key={document.uploadId}>{document.fileName}</div>
              ))}
          </div>
        )
      })}
      <TextField label={say('说明', 'Explanation')} value={text} onChange={setText} rows={4} maxLength={4000} />
    </FormDialog>
  )
}
