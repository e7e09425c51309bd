/** Answering what another department asked. */
import { Button } from 'antd'
import { type ReactElement, useState } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { useAct } from '../../../../desk/queries.ts'
import { FormDialog } from '../../../../desk/ui/form-dialog.tsx'
import { ChoiceField, SentencesField, TextField } from '../../../../desk/ui/inputs.tsx'
import { giveOpinion, type ItemRunView, type OpinionCode, openOpinionTask, opinionCodes } from '../../contract.ts'
import { opinionCodeWords } from '../../model/words.ts'

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
