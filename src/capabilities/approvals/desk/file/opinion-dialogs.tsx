/** Asking other departments, and answering them. */
import { Button, Checkbox } from 'antd'
import { type ReactElement, useState } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { useAct, useRead } from '../../../../desk/queries.ts'
import { FormDialog } from '../../../../desk/ui/form-dialog.tsx'
import { ChoiceField, NumberField, SentencesField, TextField } from '../../../../desk/ui/inputs.tsx'
import { Loaded } from '../../../../desk/ui/loaded.tsx'
import { listDepartments } from '../../../people/contract.ts'
import {
  askOpinions,
  giveOpinion,
  type ItemRunView,
  type OpinionCode,
  openOpinionTask,
  opinionCodes,
} from '../../contract.ts'
import { opinionCodeWords } from '../../model/words.ts'

interface RunDialogProps {
  readonly run: ItemRunView
  readonly onClose: () => void
}

export const AskOpinionsDialog = ({ run, onClose }: RunDialogProps): ReactElement => {
  const say = useSay()
  const departments = useRead(listDepartments, {})
  const ask = useAct(askOpinions, { onDone: onClose })
  const [chosen, setChosen] = useState<readonly string[]>([])
  const [question, setQuestion] = useState('')
  const [days, setDays] = useState<number | null>(3)
  const [tried, setTried] = useState(false)
  const submit = () => {
    setTried(true)
    if (chosen.length === 0 || question.trim() === '' || days === null) return
    ask.mutate({ params: { itemRunId: run.itemRunId }, body: { departments: [...chosen], question, days } })
  }
  return (
    <FormDialog
      open
      title={say('向其他部门征求意见', 'Ask other departments')}
      onClose={onClose}
      onSubmit={submit}
      submitLabel={say('发出', 'Send')}
      busy={ask.isPending}
      error={ask.error}
    >
      <fieldset className="field">
        <legend>{say('征求哪些部门', 'Departments')}</legend>
        <Loaded query={departments}>
          {(data) => (
            <Checkbox.Group
              value={[...chosen]}
              onChange={(values) => setChosen(values)}
              options={data.rows
                .filter((department) => department.code !== run.department)
                .map((department) => ({ value: department.code, label: department.shortName }))}
            />
          )}
        </Loaded>
        <p className="fault">
          {tried && chosen.length === 0 ? say('请至少选择一个部门。', 'Choose at least one.') : ''}
        </p>
      </fieldset>
      <TextField
        label={say('需要对方回答的问题', 'Question')}
        value={question}
        onChange={setQuestion}
        rows={4}
        maxLength={1000}
        required
        fault={
          tried && question.trim() === '' ? say('请写明需要对方回答什么。', 'Say what is to be answered.') : undefined
        }
      />
      <NumberField
        label={say('答复期限(工作日)', 'Answer within (working days)')}
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

const needsText: readonly OpinionCode[] = ['disagree', 'need-information']

/** The button and its dialog: giving the opinion is the asked department's whole task. */
export const GiveOpinion = ({ task }: { readonly task: ItemRunView['opinionTasks'][number] }): ReactElement => {
  const say = useSay()
  const [isOpen, setOpen] = useState(false)
  const opened = useAct(openOpinionTask)
  const start = () => {
    setOpen(true)
    // The asking department sees that somebody has begun; nothing depends on it.
    if (task.state === 'sent')
      opened.mutate({ params: { opinionTaskId: task.opinionTaskId }, body: { version: task.version } })
  }
  return (
    <>
      <Button type="primary" onClick={start}>
        {say('出具意见', 'Give the opinion')}
      </Button>
      {isOpen && <OpinionDialog task={task} onClose={() => setOpen(false)} />}
    </>
  )
}

const OpinionDialog = ({
  task,
  onClose,
}: {
  readonly task: ItemRunView['opinionTasks'][number]
  readonly onClose: () => void
}): ReactElement => {
  const say = useSay()
  const give = useAct(giveOpinion, { onDone: onClose })
  const [code, setCode] = useState<OpinionCode | null>(null)
  const [text, setText] = useState('')
  const [conditions, setConditions] = useState<readonly string[]>([''])
  const [tried, setTried] = useState(false)
  const filled = conditions.filter((one) => one.trim() !== '')
  const lacksText = code !== null && needsText.includes(code) && text.trim() === ''
  const lacksConditions = code === 'agree-with-conditions' && filled.length === 0
  const submit = () => {
    setTried(true)
    if (code === null || lacksText || lacksConditions) return
    give.mutate({
      params: { opinionTaskId: task.opinionTaskId },
      body: { version: task.version, code, text, conditions: code === 'agree-with-conditions' ? filled : [] },
    })
  }
  return (
    <FormDialog
      open
      title={say('出具意见', 'Give the opinion')}
      onClose={onClose}
      onSubmit={submit}
      submitLabel={say('提交意见', 'Send the opinion')}
      busy={give.isPending}
      error={give.error}
    >
      <p className="notice">
        {say('征求意见的问题', 'Question')}:{task.question}
      </p>
      <ChoiceField
        label={say('意见', 'Opinion')}
        value={code}
        onChange={setCode}
        options={opinionCodes.map((one) => ({ value: one, label: say(opinionCodeWords[one]) }))}
        fault={tried && code === null ? say('请选择意见。', 'Choose an opinion.') : undefined}
      />
      <TextField
        label={say('理由和说明', 'Reasons')}
        value={text}
        onChange={setText}
        rows={3}
        maxLength={4000}
        fault={
          tried && lacksText ? say('请写明理由或需要补充的信息。', 'Give the reasons or what is needed.') : undefined
        }
      />
      {code === 'agree-with-conditions' && (
        <>
          <SentencesField label={say('条件', 'Conditions')} values={conditions} onChange={setConditions} />
          {tried && lacksConditions && (
            <p className="fault">{say('请至少写一条条件。', 'Give at least one condition.')}</p>
          )}
        </>
      )}
    </FormDialog>
  )
}
