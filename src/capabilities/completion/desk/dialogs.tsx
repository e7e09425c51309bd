/** The dialogs of completion: each does one thing to one record. */
import { Button } from 'antd'
import { type ReactElement, useState } from 'react'
import { useSay } from '../../../desk/language.tsx'
import { FormDialog } from '../../../desk/ui/form-dialog.tsx'
import { ChoiceField, TextField } from '../../../desk/ui/inputs.tsx'
import type { Acting } from '../../../desk/ui/text-dialog.tsx'
import { UploadList } from '../../../desk/ui/upload-list.tsx'
import type { StoredUpload } from '../../../desk/upload.ts'
import { type LocalDate, localDateSchema } from '../../../kernel/time.ts'
import type { ResultInput } from '../contract.ts'
import { type Result, results, resultWords } from '../model/states.ts'

interface DayDialogProps extends Acting {
  readonly title: string
  readonly label: string
  readonly submitLabel: string
  readonly onSubmit: (day: LocalDate, note: string) => void
}
/** A day and a note. */
export const DayDialog = (props: DayDialogProps): ReactElement => {
  const say = useSay()
  const [day, setDay] = useState('')
  const [note, setNote] = useState('')
  const [tried, setTried] = useState(false)
  const parsed = localDateSchema.safeParse(day)
  return (
    <FormDialog
      open
      title={props.title}
      onClose={props.onClose}
      onSubmit={() => {
        setTried(true)
        if (parsed.success) props.onSubmit(parsed.data, note)
      }}
      submitLabel={props.submitLabel}
      busy={props.busy}
      error={props.error}
    >
      <TextField
        label={props.label}
        type="date"
        value={day}
        onChange={setDay}
        required
        fault={tried && !parsed.success ? say('请填写日期。', 'Give the day.') : undefined}
      />
      <TextField label={say('说明(可选)', 'Note (optional)')} value={note} onChange={setNote} maxLength={300} />
    </FormDialog>
  )
}
interface ResultDialogProps extends Acting {
  readonly title: string
  readonly onSubmit: (input: ResultInput) => void
}
/** What was found: the result, remarks with their days, photos. */
export const ResultDialog = (props: ResultDialogProps): ReactElement => {
  const say = useSay()
  const [result, setResult] = useState<Result>('pass')
  const [text, setText] = useState('')
  const [remarks, setRemarks] = useState<readonly { readonly text: string; readonly dueOn: string }[]>([])
  const [files, setFiles] = useState<readonly StoredUpload[]>([])
  const [tried, setTried] = useState(false)
  const shown = result === 'remarks' && remarks.length === 0 ? [{ text: '', dueOn: '' }] : remarks
  const change = (at: number, part: Partial<{ text: string; dueOn: string }>) =>
    setRemarks(shown.map((remark, index) => (index === at ? { ...remark, ...part } : remark)))
  const submit = () => {
    setTried(true)
    const parsed =
      result === 'remarks'
        ? shown.map((remark) => ({ text: remark.text.trim(), day: localDateSchema.safeParse(remark.dueOn) }))
        : []
    if (text.trim() === '' || parsed.some((remark) => remark.text === '' || !remark.day.success)) return
    props.onSubmit({
      result,
      text,
      remarks: parsed.flatMap((remark) => (remark.day.success ? [{ text: remark.text, dueOn: remark.day.data }] : [])),
      uploadIds: files.map((file) => file.uploadId),
    })
  }
  const empty = say('请填写。', 'Required.')
  return (
    <FormDialog
      open
      width={760}
      title={props.title}
      onClose={props.onClose}
      onSubmit={submit}
      submitLabel={say('记录结果', 'Record')}
      busy={props.busy}
      error={props.error}
    >
      <ChoiceField
        label={say('结论', 'Result')}
        value={result}
        onChange={setResult}
        options={results.map((value) => ({ value, label: say(resultWords[value]) }))}
      />
      <TextField
        label={say('检查情况', 'Findings')}
        rows={4}
        value={text}
        onChange={setText}
        maxLength={4000}
        required
        fault={tried && text.trim() === '' ? empty : undefined}
      />
      {result === 'remarks' && (
        <fieldset className="field">
          <legend>{say('问题及整改期限', 'Remarks with their days')}</legend>
          {shown.map((remark, index) => (
            // Remarks have no identity before they are recorded: their place in the list is it.
            // biome-ignore lint/suspicious/noArrayIndexKey: see above
            <div key={index}>
              <TextField
                label={`${say('问题', 'Remark')} ${index + 1}`}
                value={remark.text}
                onChange={(value) => change(index, { text: value })}
                maxLength={500}
                required
                fault={tried && remark.text.trim() === '' ? empty : undefined}
              />
              <TextField
                label={`${say('整改期限', 'To be put right by')} ${index + 1}`}
                type="date"
                value={remark.dueOn}
                onChange={(value) => change(index, { dueOn: value })}
                required
                fault={tried && !localDateSchema.safeParse(remark.dueOn).success ? empty : undefined}
              />
            </div>
          ))}
          <Button onClick={() => setRemarks([...shown, { text: '', dueOn: '' }])}>{say('增加一条', 'Add')}</Button>
        </fieldset>
      )}
      <UploadList label={say('现场照片或文件', 'Photos or files')} files={files} onChange={setFiles} />
    </FormDialog>
  )
}
