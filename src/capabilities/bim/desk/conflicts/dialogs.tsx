/** The small dialogs of conflicts. */
import { type ReactElement, type ReactNode, useState } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { FormDialog } from '../../../../desk/ui/form-dialog.tsx'
import { TextField } from '../../../../desk/ui/inputs.tsx'
import { UploadList } from '../../../../desk/ui/upload-list.tsx'
import type { StoredUpload } from '../../../../desk/upload.ts'

interface Acting {
  readonly busy: boolean
  readonly error: unknown
  readonly onClose: () => void
}
interface TextDialogProps extends Acting {
  readonly title: string
  readonly label: string
  readonly submitLabel: string
  readonly children?: ReactNode
  /** The label of files to upload; absent: none. */
  readonly files?: string
  readonly danger?: boolean
  readonly onSubmit: (text: string, uploadIds: string[]) => void
}
/** One text, with files where wanted. */
export const TextDialog = (props: TextDialogProps): ReactElement => {
  const say = useSay()
  const [text, setText] = useState('')
  const [files, setFiles] = useState<readonly StoredUpload[]>([])
  const [tried, setTried] = useState(false)
  const missing = text.trim() === ''
  return (
    <FormDialog
      open
      title={props.title}
      onClose={props.onClose}
      onSubmit={() => {
        setTried(true)
        if (!missing)
          props.onSubmit(
            text,
            files.map((file) => file.uploadId),
          )
      }}
      submitLabel={props.submitLabel}
      busy={props.busy}
      error={props.error}
      danger={props.danger ?? false}
    >
      {props.children}
      <TextField
        label={props.label}
        rows={4}
        value={text}
        onChange={setText}
        maxLength={2000}
        required
        fault={tried && missing ? say('请填写。', 'Required.') : undefined}
      />
      {props.files !== undefined && <UploadList label={props.files} files={files} onChange={setFiles} most={10} />}
    </FormDialog>
  )
}

interface ProposalProps extends Acting {
  readonly number: string
  readonly onSubmit: (reason: string, measures: string, uploadIds: string[]) => void
}
/** Why the figure cannot be met, and what protects instead. */
export const ProposalDialog = (props: ProposalProps): ReactElement => {
  const say = useSay()
  const [reason, setReason] = useState('')
  const [measures, setMeasures] = useState('')
  const [files, setFiles] = useState<readonly StoredUpload[]>([])
  const [tried, setTried] = useState(false)
  const short = say('至少4个字。', 'At least four characters.')
  const fits = (text: string): boolean => text.trim().length >= 4
  return (
    <FormDialog
      open
      title={`${say('申请例外', 'Propose an exception')} ${props.number}`}
      onClose={props.onClose}
      onSubmit={() => {
        setTried(true)
        if (fits(reason) && fits(measures))
          props.onSubmit(
            reason,
            measures,
            files.map((file) => file.uploadId),
          )
      }}
      submitLabel={say('提交申请', 'Propose')}
      busy={props.busy}
      error={props.error}
    >
      <TextField
        label={say('为什么不能满足要求', 'Why it cannot be met')}
        value={reason}
        onChange={setReason}
        rows={3}
        maxLength={2000}
        required
        fault={tried && !fits(reason) ? short : undefined}
      />
      <TextField
        label={say('采取的保护措施', 'Measures')}
        help={say('例如套管、包封、盖板。', 'For example casing, encasement, plates.')}
        value={measures}
        onChange={setMeasures}
        rows={3}
        maxLength={2000}
        required
        fault={tried && !fits(measures) ? short : undefined}
      />
      <UploadList label={say('附件', 'Files')} files={files} onChange={setFiles} most={10} />
    </FormDialog>
  )
}
