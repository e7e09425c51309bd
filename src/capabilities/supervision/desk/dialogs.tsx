/** The dialogs of rectification orders: each does one thing to one order. */
import { type ReactElement, useState } from 'react'
import { today } from '../../../desk/browser.ts'
import { useSay } from '../../../desk/language.tsx'
import { useAct } from '../../../desk/queries.ts'
import { FormDialog } from '../../../desk/ui/form-dialog.tsx'
import { ChoiceField, TextField } from '../../../desk/ui/inputs.tsx'
import { UploadList } from '../../../desk/ui/upload-list.tsx'
import type { StoredUpload } from '../../../desk/upload.ts'
import { addDays, localDateSchema } from '../../../kernel/time.ts'
import { extendOrder, type OrderView, recheckOrder, replyOrder, withdrawOrder } from '../contract.ts'

export interface OrderDialogProps {
  readonly order: OrderView
  readonly onClose: () => void
}
const refresh = ['monitoring']
const AGAIN_DAYS = 3

export const ReplyDialog = ({ order, onClose }: OrderDialogProps): ReactElement => {
  const say = useSay()
  const act = useAct(replyOrder, { onDone: onClose, refresh })
  const [text, setText] = useState('')
  const [files, setFiles] = useState<readonly StoredUpload[]>([])
  const [tried, setTried] = useState(false)
  const short = text.trim().length < 2
  return (
    <FormDialog
      open
      title={`${say('回复整改情况', 'Reply')} ${order.number}`}
      onClose={onClose}
      onSubmit={() => {
        setTried(true)
        if (!short)
          act.mutate({
            params: { orderId: order.orderId },
            body: { version: order.version, text: text.trim(), uploadIds: files.map((file) => file.uploadId) },
          })
      }}
      submitLabel={say('提交回复', 'Reply')}
      busy={act.isPending}
      error={act.error}
    >
      <p>{order.text}</p>
      <TextField
        label={say('整改情况', 'What was done')}
        rows={4}
        value={text}
        onChange={setText}
        maxLength={4000}
        required
        fault={tried && short ? say('请写明整改情况。', 'Say what was done.') : undefined}
      />
      <UploadList
        label={say('整改后照片', 'Photos afterwards')}
        help={say('手机上可以直接拍照', 'On a phone the camera opens')}
        accept="image/*"
        files={files}
        onChange={setFiles}
        most={30}
      />
    </FormDialog>
  )
}

export const RecheckDialog = ({ order, onClose }: OrderDialogProps): ReactElement => {
  const say = useSay()
  const act = useAct(recheckOrder, { onDone: onClose, refresh })
  const [result, setResult] = useState<'pass' | 'fail'>('pass')
  const [text, setText] = useState('')
  const [dueOn, setDueOn] = useState<string>(addDays(today(), AGAIN_DAYS))
  const [files, setFiles] = useState<readonly StoredUpload[]>([])
  const [tried, setTried] = useState(false)
  const short = text.trim().length < 2
  const due = localDateSchema.safeParse(dueOn)
  return (
    <FormDialog
      open
      title={`${say('复查', 'Recheck')} ${order.number}`}
      onClose={onClose}
      onSubmit={() => {
        setTried(true)
        if (short || (result === 'fail' && !due.success)) return
        act.mutate({
          params: { orderId: order.orderId },
          body: {
            version: order.version,
            pass: result === 'pass',
            text: text.trim(),
            uploadIds: files.map((file) => file.uploadId),
            ...(result === 'fail' && due.success ? { dueOn: due.data } : {}),
          },
        })
      }}
      submitLabel={say('提交复查结论', 'Record')}
      busy={act.isPending}
      error={act.error}
    >
      <ChoiceField
        label={say('复查结论', 'Result')}
        value={result}
        onChange={setResult}
        required
        options={[
          { value: 'pass', label: say('整改到位,销号', 'Put right: close it') },
          { value: 'fail', label: say('未整改到位,退回再整改', 'Not put right: another round') },
        ]}
      />
      <TextField
        label={say('复查意见', 'Remark')}
        rows={3}
        value={text}
        onChange={setText}
        maxLength={4000}
        required
        fault={tried && short ? say('请写明复查意见。', 'Say what was found.') : undefined}
      />
      {result === 'fail' && (
        <TextField
          label={say('再整改期限', 'Due again')}
          type="date"
          value={dueOn}
          onChange={setDueOn}
          required
          fault={tried && !due.success ? say('请填写日期。', 'Give the day.') : undefined}
        />
      )}
      <UploadList label={say('复查照片', 'Photos')} accept="image/*" files={files} onChange={setFiles} most={30} />
    </FormDialog>
  )
}

export const ExtendDialog = ({ order, onClose }: OrderDialogProps): ReactElement => {
  const say = useSay()
  const act = useAct(extendOrder, { onDone: onClose })
  const [dueOn, setDueOn] = useState<string>(addDays(order.dueOn, AGAIN_DAYS))
  const [reason, setReason] = useState('')
  const [tried, setTried] = useState(false)
  const due = localDateSchema.safeParse(dueOn)
  const short = reason.trim().length < 2
  return (
    <FormDialog
      open
      title={`${say('延长期限', 'Extend')} ${order.number}`}
      onClose={onClose}
      onSubmit={() => {
        setTried(true)
        if (due.success && !short)
          act.mutate({
            params: { orderId: order.orderId },
            body: { version: order.version, dueOn: due.data, reason: reason.trim() },
          })
      }}
      submitLabel={say('延长', 'Extend')}
      busy={act.isPending}
      error={act.error}
    >
      <TextField
        label={say('新期限', 'Due on')}
        type="date"
        value={dueOn}
        onChange={setDueOn}
        required
        fault={tried && !due.success ? say('请填写日期。', 'Give the day.') : undefined}
      />
      <TextField
        label={say('理由', 'Because')}
        rows={2}
        value={reason}
        onChange={setReason}
        maxLength={500}
        required
        fault={tried && short ? say('请填写理由。', 'Say why.') : undefined}
      />
    </FormDialog>
  )
}

export const WithdrawDialog = ({ order, onClose }: OrderDialogProps): ReactElement => {
  const say = useSay()
  const act = useAct(withdrawOrder, { onDone: onClose, refresh })
  const [reason, setReason] = useState('')
  const [tried, setTried] = useState(false)
  const short = reason.trim().length < 2
  return (
    <FormDialog
      open
      danger
      title={`${say('撤回整改单', 'Withdraw')} ${order.number}`}
      onClose={onClose}
      onSubmit={() => {
        setTried(true)
        if (!short)
          act.mutate({ params: { orderId: order.orderId }, body: { version: order.version, reason: reason.trim() } })
      }}
      submitLabel={say('撤回', 'Withdraw')}
      busy={act.isPending}
      error={act.error}
    >
      <TextField
        label={say('理由', 'Because')}
        rows={2}
        value={reason}
        onChange={setReason}
        maxLength={500}
        required
        fault={tried && short ? say('请填写理由。', 'Say why.') : undefined}
      />
    </FormDialog>
  )
}
