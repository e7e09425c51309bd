/** The small dialogs of consultation: one text, or one yes and no with a text. */
import { type ReactElement, type ReactNode, useState } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { FormDialog } from '../../../../desk/ui/form-dialog.tsx'
import { ChoiceField, TextField } from '../../../../desk/ui/inputs.tsx'

interface Sending {
  readonly busy: boolean
  readonly error: unknown
  readonly onClose: () => void
}
/** Asks for one text and sends it. */
export const TextDialog = (
  props: Sending & {
    readonly title: string
    readonly label: string
    readonly submitLabel: string
    readonly start?: string
    readonly children?: ReactNode
    readonly onSend: (text: string) => void
  },
): ReactElement => {
  const say = useSay()
  const [text, setText] = useState(props.start ?? '')
  const [tried, setTried] = useState(false)
  return (
    <FormDialog
      open
      title={props.title}
      onClose={props.onClose}
      onSubmit={() => {
        setTried(true)
        if (text.trim() !== '') props.onSend(text.trim())
      }}
      submitLabel={props.submitLabel}
      busy={props.busy}
      error={props.error}
    >
      {props.children}
      <TextField
        label={props.label}
        value={text}
        onChange={setText}
        rows={4}
        maxLength={4000}
        required
        fault={tried && text.trim() === '' ? say('请填写内容。', 'Write something.') : undefined}
      />
    </FormDialog>
  )
}
/** Approves, or rejects with a reason. */
export const ApproveDialog = (
  props: Sending & {
    readonly title: string
    readonly children: ReactNode
    readonly onSend: (approve: boolean, remark: string) => void
  },
): ReactElement => {
  const say = useSay()
  const [choice, setChoice] = useState<'approve' | 'reject' | null>(null)
  const [remark, setRemark] = useState('')
  const [tried, setTried] = useState(false)
  const lacks = choice === 'reject' && remark.trim() === ''
  return (
    <FormDialog
      open
      title={props.title}
      onClose={props.onClose}
      onSubmit={() => {
        setTried(true)
        if (choice !== null && !lacks) props.onSend(choice === 'approve', remark.trim())
      }}
      submitLabel={say('确定', 'Confirm')}
      busy={props.busy}
      error={props.error}
    >
      {props.children}
      <ChoiceField
        label={say('决定', 'Decision')}
        value={choice}
        onChange={setChoice}
        options={[
          { value: 'approve', label: say('批准并书面告知申请人', 'Approve and notify') },
          { value: 'reject', label: say('不批准', 'Reject') },
        ]}
        fault={tried && choice === null ? say('请选择。', 'Choose one.') : undefined}
      />
      <TextField
        label={say('说明', 'Remark')}
        value={remark}
        onChange={setRemark}
        rows={3}
        maxLength={1000}
        fault={tried && lacks ? say('请写明不批准的理由。', 'Give the reason.') : undefined}
      />
    </FormDialog>
  )
}
