/** A dialog that asks for one text, and for nothing else: a reason, an answer, a remark. */
import { type ReactElement, type ReactNode, useState } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { FormDialog } from '../../../../desk/ui/form-dialog.tsx'
import { TextField } from '../../../../desk/ui/inputs.tsx'

interface TextDialogProps {
  readonly title: string
  readonly label: string
  readonly submitLabel: string
  readonly busy: boolean
  readonly error: unknown
  readonly onClose: () => void
  readonly onText: (text: string) => void
  /** False: an empty text may be sent. */
  readonly required?: boolean
  readonly maxLength?: number
  readonly children?: ReactNode
}
export const TextDialog = (props: TextDialogProps): ReactElement => {
  const say = useSay()
  const [text, setText] = useState('')
  const [tried, setTried] = useState(false)
  const lacks = props.required !== false && text.trim() === ''
  return (
    <FormDialog
      open
      title={props.title}
      onClose={props.onClose}
      onSubmit={() => {
        setTried(true)
        if (!lacks) props.onText(text)
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
        maxLength={props.maxLength ?? 1000}
        required={props.required !== false}
        fault={tried && lacks ? say('请填写内容。', 'Please fill this in.') : undefined}
      />
    </FormDialog>
  )
}
