/** Raising a rectification order: out of an alarm in one click, or out of what an officer saw. */
import { useNavigate } from '@tanstack/react-router'
import { Select } from 'antd'
import { type ReactElement, useId, useState } from 'react'
import { today } from '../../../desk/browser.ts'
import { useSay } from '../../../desk/language.tsx'
import { useAct, useRead } from '../../../desk/queries.ts'
import { FormDialog } from '../../../desk/ui/form-dialog.tsx'
import { TextField } from '../../../desk/ui/inputs.tsx'
import { UploadList } from '../../../desk/ui/upload-list.tsx'
import type { StoredUpload } from '../../../desk/upload.ts'
import { addDays, localDateSchema } from '../../../kernel/time.ts'
import type { AlarmView } from '../../monitoring/contract/alarms.ts'
import { listSites } from '../../monitoring/contract/sites.ts'
import { listOrders, raiseOrder, raiseOrderFromAlarm } from '../contract.ts'

const refresh = ['monitoring']
const USUAL_DAYS = 3

/** Everything comes from the alarm; day and words may be changed before it goes out. */
export const AlarmOrderDialog = ({
  alarm,
  onClose,
}: {
  readonly alarm: AlarmView
  readonly onClose: () => void
}): ReactElement => {
  const say = useSay()
  const act = useAct(raiseOrderFromAlarm, { onDone: onClose, refresh })
  const orders = useRead(listOrders, { query: { limit: 1 } })
  const days = orders.data?.defaultDays[String(alarm.severity)]
  const [dueOn, setDueOn] = useState<string | null>(null)
  const [text, setText] = useState('')
  const shown = dueOn ?? (days === undefined ? '' : addDays(today(), days))
  const due = localDateSchema.safeParse(shown)
  return (
    <FormDialog
      open
      title={say('下发整改单', 'Rectification order')}
      onClose={onClose}
      onSubmit={() =>
        act.mutate({
          params: { alarmId: alarm.alarmId },
          body: { text: text.trim(), ...(due.success ? { dueOn: due.data } : {}) },
        })
      }
      submitLabel={say('下发', 'Raise')}
      busy={act.isPending}
      error={act.error}
    >
      <p>
        {alarm.siteName} · {say(alarm.ruleName)}
        <br />
        {alarm.text}
      </p>
      <TextField label={say('整改期限', 'Due on')} type="date" value={shown} onChange={setDueOn} />
      <TextField
        label={say('整改要求(不填则按报警处置建议)', 'What to do (empty: as the rule advises)')}
        rows={3}
        value={text}
        onChange={setText}
        maxLength={4000}
      />
    </FormDialog>
  )
}

export const RaiseDialog = ({ onClose }: { readonly onClose: () => void }): ReactElement => {
  const say = useSay()
  const id = useId()
  const navigate = useNavigate()
  const sites = useRead(listSites, { query: { state: 'active', limit: 200 } })
  const orders = useRead(listOrders, { query: { limit: 1 } })
  const act = useAct(raiseOrder, {
    onDone: (order) => void navigate({ to: '/orders/$orderId', params: { orderId: order.orderId } }),
    refresh,
  })
  const [siteId, setSiteId] = useState<string | null>(null)
  const [category, setCategory] = useState<string | null>(null)
  const [title, setTitle] = useState('')
  const [text, setText] = useState('')
  const [dueOn, setDueOn] = useState<string>(addDays(today(), USUAL_DAYS))
  const [files, setFiles] = useState<readonly StoredUpload[]>([])
  const [tried, setTried] = useState(false)
  const due = localDateSchema.safeParse(dueOn)
  const site = sites.data?.rows.find((row) => row.siteId === siteId)
  const empty = (missing: boolean) => (tried && missing ? say('请填写。', 'Required.') : undefined)
  const submit = () => {
    setTried(true)
    if (site === undefined || category === null || title.trim().length < 2 || text.trim().length < 2 || !due.success)
      return
    act.mutate({
      body: {
        siteId: site.siteId,
        alarmId: null,
        category,
        title: title.trim(),
        text: text.trim(),
        dueOn: due.data,
        uploadIds: files.map((file) => file.uploadId),
      },
    })
  }
  return (
    <FormDialog
      open
      width={760}
      title={say('发出整改单', 'Raise an order')}
      onClose={onClose}
      onSubmit={submit}
      submitLabel={say('发出', 'Raise')}
      busy={act.isPending}
      error={act.error}
    >
      <div className="field">
        <label htmlFor={`${id}-site`}>{say('工地', 'Site')}</label>
        <Select<string>
          id={`${id}-site`}
          style={{ width: '100%' }}
          value={siteId}
          showSearch={{ optionFilterProp: 'label' }}
          onChange={setSiteId}
          options={(sites.data?.rows ?? []).map((row) => ({ value: row.siteId, label: row.name }))}
        />
        <p className="fault">{empty(siteId === null) ?? ''}</p>
      </div>
      <div className="field">
        <label htmlFor={`${id}-category`}>{say('类别', 'Category')}</label>
        <Select<string>
          id={`${id}-category`}
          style={{ width: '100%' }}
          value={category}
          onChange={setCategory}
          options={(orders.data?.categories ?? []).map((each) => ({ value: each.code, label: say(each.name) }))}
        />
        <p className="fault">{empty(category === null) ?? ''}</p>
      </div>
      <TextField
        label={say('标题', 'Title')}
        value={title}
        onChange={setTitle}
        maxLength={120}
        required
        fault={empty(title.trim().length < 2)}
      />
      <TextField
        label={say('问题和整改要求', 'What is wrong and what to do')}
        rows={4}
        value={text}
        onChange={setText}
        maxLength={4000}
        required
        fault={empty(text.trim().length < 2)}
      />
      <TextField
        label={say('整改期限', 'Due on')}
        type="date"
        value={dueOn}
        onChange={setDueOn}
        required
        fault={empty(!due.success)}
      />
      <UploadList label={say('现场照片', 'Photos')} accept="image/*" files={files} onChange={setFiles} most={30} />
    </FormDialog>
  )
}
