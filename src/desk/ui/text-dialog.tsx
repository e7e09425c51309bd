/** A dialog that asks for one text, with files where wanted. */
import { type ReactElement, type ReactNode, useState } from 'react'
import { useSay } from '../language.tsx'
import type { StoredUpload } from '../upload.ts'
import { FormDialog } from './form-dialog.tsx'
import { TextField } from './inputs.tsx'
import { UploadList } from './upload-list.tsx'

/** What every small dialog of one act is told. */
export interface Acting {
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
  readonly accept?: string
  readonly mostFiles?: number
  /** The text may stay empty. */
  readonly optional?: boolean
  readonly danger?: boolean
  readonly onSubmit: (text: string, uploadIds: string[]) => void
}
export const TextDialog = (props: TextDialogProps): ReactElement => {
  const say = useSay()
  const [text, setText] = useState('')
  const [files, setFiles] = useState<readonly StoredUpload[]>([])
  const [tried, setTried] = useState(false)
  const missing = props.optional !== true && text.trim() === ''
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
        required={props.optional !== true}
        fault={tried && missing ? say('请填写。', 'Required.') : undefined}
      />
      {props.files !== undefined && (
        <UploadList
          label={props.files}
          files={files}
          onChange={setFiles}
          {...(props.accept === undefined ? {} : { accept: props.accept })}
          {...(props.mostFiles === undefined ? {} : { most: props.mostFiles })}
        />
      )}
    </FormDialog>
  )
}
