/** The dialog in which an exception is proposed. */
import { type ReactElement, useState } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { FormDialog } from '../../../../desk/ui/form-dialog.tsx'
import { TextField } from '../../../../desk/ui/inputs.tsx'
import type { Acting } from '../../../../desk/ui/text-dialog.tsx'
import { UploadList } from '../../../../desk/ui/upload-list.tsx'
import type { StoredUpload } from '../../../../desk/upload.ts'

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
