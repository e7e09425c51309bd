/** The dialogs of an alarm: each does one thing to it. */
import { type ReactElement, useState } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { useAct } from '../../../../desk/queries.ts'
import { FormDialog } from '../../../../desk/ui/form-dialog.tsx'
import { ChoiceField, TextField } from '../../../../desk/ui/inputs.tsx'
import { words } from '../../../../kernel/words.ts'
import { type AlarmView, closeAlarm, disposeAlarm, snoozeAlarm } from '../../contract/alarms.ts'
import { type CloseReason, closeReasons, closeReasonWords } from '../../model/alarms/states.ts'

interface AlarmDialogProps {
  readonly alarm: AlarmView
  readonly onClose: () => void
}
export const DisposeDialog = ({ alarm, onClose }: AlarmDialogProps): ReactElement => {
  const say = useSay()
  const act = useAct(disposeAlarm, { onDone: onClose })
  const [note, setNote] = useState('')
  return (
    <FormDialog
      open
      title={say('开始处置', 'Begin to dispose')}
      onClose={onClose}
      onSubmit={() =>
        act.mutate({ params: { alarmId: alarm.alarmId }, body: { version: alarm.version, note: note.trim() } })
      }
      submitLabel={say('开始处置', 'Begin')}
      busy={act.isPending}
      error={act.error}
    >
      <p>{alarm.text}</p>
      <TextField
        label={say('处置措施(可不填)', 'What is done (optional)')}
        rows={3}
        value={note}
        onChange={setNote}
        maxLength={500}
      />
    </FormDialog>
  )
}
export const CloseDialog = ({ alarm, onClose }: AlarmDialogProps): ReactElement => {
  const say = useSay()
  const act = useAct(closeAlarm, { onDone: onClose })
  const [reason, setReason] = useState<CloseReason>('handled')
  const [text, setText] = useState('')
  const [tried, setTried] = useState(false)
  const short = text.trim().length < 2
  return (
    <FormDialog
      open
      title={say('关闭报警', 'Close the alarm')}
      onClose={onClose}
      onSubmit={() => {
        setTried(true)
        if (!short)
          act.mutate({
            params: { alarmId: alarm.alarmId },
            body: { version: alarm.version, reason, text: text.trim() },
          })
      }}
      submitLabel={say('关闭', 'Close')}
      busy={act.isPending}
      error={act.error}
    >
      <p>{alarm.text}</p>
      <ChoiceField
        label={say('关闭原因', 'Why')}
        value={reason}
        onChange={setReason}
        options={closeReasons.map((value) => ({ value, label: say(closeReasonWords[value]) }))}
        required
      />
      <TextField
        label={say('处置情况', 'What was done')}
        rows={3}
        value={text}
        onChange={setText}
        maxLength={1000}
        required
        fault={tried && short ? say('请写明处置情况。', 'Say what was done.') : undefined}
      />
    </FormDialog>
  )
}
const lengths = ['15', '60', '240', '720', '0'] as const
const lengthWords = {
  '15': words('15 分钟', '15 minutes'),
  '60': words('1 小时', '1 hour'),
  '240': words('4 小时', '4 hours'),
  '720': words('12 小时', '12 hours'),
  '0': words('取消暂缓,恢复提醒', 'Remind again'),
} as const
export const SnoozeDialog = ({ alarm, onClose }: AlarmDialogProps): ReactElement => {
  const say = useSay()
  const act = useAct(snoozeAlarm, { onDone: onClose })
  const [minutes, setMinutes] = useState<(typeof lengths)[number]>('15')
  const [reason, setReason] = useState('')
  const [tried, setTried] = useState(false)
  const short = reason.trim().length < 2
  return (
    <FormDialog
      open
      title={say('暂缓提醒', 'Snooze')}
      onClose={onClose}
      onSubmit={() => {
        setTried(true)
        if (!short)
          act.mutate({
            params: { alarmId: alarm.alarmId },
            body: { version: alarm.version, minutes: Number(minutes), reason: reason.trim() },
          })
      }}
      submitLabel={say('确定', 'Confirm')}
      busy={act.isPending}
      error={act.error}
    >
      <p className="quiet">
        {say(
          '暂缓期间不再提醒,也不逐级上报;处置期限不变。',
          'Nobody is told and nothing climbs meanwhile; the deadline stays.',
        )}
      </p>
      <ChoiceField
        label={say('时长', 'For')}
        value={minutes}
        onChange={setMinutes}
        options={lengths
          .filter((value) => value !== '0' || alarm.snoozedUntil !== null)
          .map((value) => ({ value, label: say(lengthWords[value]) }))}
      />
      <TextField
        label={say('暂缓原因', 'Because')}
        value={reason}
        onChange={setReason}
        maxLength={300}
        required
        fault={tried && short ? say('请写明暂缓原因。', 'Say why.') : undefined}
      />
    </FormDialog>
  )
}
