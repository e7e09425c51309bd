/** A dialog for a yes with an optional remark, or a no with its reason. */
import { type ReactElement, type ReactNode, useState } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { FormDialog } from '../../../../desk/ui/form-dialog.tsx'
import { ChoiceField, TextField } from '../../../../desk/ui/inputs.tsx'

interface VerdictDialogProps {
  readonly title: string
  readonly yes: string
  readonly no: string
  readonly busy: boolean
  readonly error: unknown
  readonly onClose: () => void
  readonly onVerdict: (yes: boolean, remark: string) => void
  readonly children?: ReactNode
}
export const VerdictDialog = (props: VerdictDialogProps): ReactElement => {
  const say = useSay()
  const [choice, setChoice] = useState<'yes' | 'no' | null>(null)
  const [remark, setRemark] = useState('')
  const [tried, setTried] = useState(false)
  const lacks = choice === 'no' && remark.trim() === ''
  return (
    <FormDialog
      open
      title={props.title}
      onClose={props.onClose}
      onSubmit={() => {
        setTried(true)
        if (choice !== null && !lacks) props.onVerdict(choice === 'yes', remark)
      }}
      submitLabel={say('确定', 'Confirm')}
      busy={props.busy}
      error={props.error}
    >
      {props.children}
      <ChoiceField
        label={say('结果', 'Result')}
        value={choice}
        onChange={setChoice}
        options={[
          { value: 'yes', label: props.yes },
          { value: 'no', label: props.no },
        ]}
        fault={tried && choice === null ? say('请选择。', 'Choose one.') : undefined}
      />
      <TextField
        label={say('意见', 'Remark')}
        value={remark}
        onChange={setRemark}
        rows={3}
        maxLength={1000}
        fault={tried && lacks ? say('请写明理由。', 'Give the reason.') : undefined}
      />
    </FormDialog>
  )
}
