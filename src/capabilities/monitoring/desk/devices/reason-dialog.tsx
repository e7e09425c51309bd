/** A dialog that asks why, before something is done. */
import { type ReactElement, type ReactNode, useState } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { FormDialog } from '../../../../desk/ui/form-dialog.tsx'
import { TextField } from '../../../../desk/ui/inputs.tsx'

interface ReasonDialogProps {
  readonly title: string
  readonly label?: string
  readonly submitLabel: string
  readonly busy: boolean
  readonly error: unknown
  readonly danger?: boolean
  readonly onClose: () => void
  readonly onSubmit: (reason: string) => void
  readonly children?: ReactNode
}
export const ReasonDialog = (props: ReasonDialogProps): ReactElement => {
  const say = useSay()
  const [reason, setReason] = useState('')
  const [tried, setTried] = useState(false)
  const short = reason.trim().length < 2
  return (
    <FormDialog
      open
      title={props.title}
      onClose={props.onClose}
      onSubmit={() => {
        setTried(true)
        if (!short) props.onSubmit(reason.trim())
      }}
      submitLabel={props.submitLabel}
      busy={props.busy}
      error={props.error}
      danger={props.danger ?? false}
    >
      {props.children}
      <TextField
        label={props.label ?? say('理由', 'Because')}
        value={reason}
        onChange={setReason}
        maxLength={200}
        required
        fault={tried && short ? say('请填写理由,至少 2 个字。', 'Say why, in at least 2 characters.') : undefined}
      />
    </FormDialog>
  )
}
