/** 一次告知: the clerk gathers every point while reading, then sends the list once. */
import { Button, Select } from 'antd'
import { type ReactElement, useCallback, useId, useState } from 'react'
import { z } from 'zod'
import { readKept, tabStore } from '../../../../desk/browser.ts'
import { useSay } from '../../../../desk/language.tsx'
import { useAct } from '../../../../desk/queries.ts'
import { ActButton } from '../../../../desk/ui/act-button.tsx'
import { FormDialog } from '../../../../desk/ui/form-dialog.tsx'
import { TextField } from '../../../../desk/ui/inputs.tsx'
import { RefusalNotice } from '../../../../desk/ui/refusal-notice.tsx'
import { type ApplicationFile, requestCorrections } from '../../contract.ts'
import { correctionReasons } from '../words.ts'

const pointsSchema = z.array(
  z.object({ anchor: z.string(), label: z.string(), reasonCode: z.string(), text: z.string() }),
)
export type Point = z.infer<typeof pointsSchema>[number]
export interface CorrectionList {
  readonly points: readonly Point[]
  readonly add: (point: Point) => void
  readonly remove: (index: number) => void
  readonly clear: () => void
}

/** The list under preparation; it outlives a reload of the tab. */
export const useCorrectionList = (applicationId: string): CorrectionList => {
  const key = `mingzhu.corrections:${applicationId}`
  const [points, setPoints] = useState<readonly Point[]>(() => readKept(tabStore, key, pointsSchema) ?? [])
  const set = useCallback(
    (next: readonly Point[]) => {
      setPoints(next)
      if (next.length === 0) tabStore.remove(key)
      else tabStore.write(key, JSON.stringify(next))
    },
    [key],
  )
  return {
    points,
    add: (point) => set([...points, point]),
    remove: (index) => set(points.filter((_point, at) => at !== index)),
    clear: () => set([]),
  }
}

/** Says what is wrong at one field or material. */
export const PointDialog = ({
  anchor,
  label,
  onAdd,
  onClose,
}: {
  readonly anchor: string
  readonly label: string
  readonly onAdd: (point: Point) => void
  readonly onClose: () => void
}): ReactElement => {
  const say = useSay()
  const id = useId()
  const [reasonCode, setReasonCode] = useState('')
  const [text, setText] = useState('')
  const [tried, setTried] = useState(false)
  const choose = (code: string) => {
    const known = correctionReasons.map((reason) => reason.sentence.zh)
    // The prepared sentence fills an empty or still prepared text; typed words stay.
    if (text.trim() === '' || known.includes(text))
      setText(correctionReasons.find((reason) => reason.code === code)?.sentence.zh ?? '')
    setReasonCode(code)
  }
  return (
    <FormDialog
      open
      title={`${say('补正要求', 'To correct')}:${label}`}
      onClose={onClose}
      onSubmit={() => {
        setTried(true)
        if (reasonCode === '' || text.trim() === '') return
        onAdd({ anchor, label, reasonCode, text: text.trim() })
        onClose()
      }}
      submitLabel={say('加入清单', 'Add to the list')}
      busy={false}
      error={null}
    >
      <div className="field">
        <label htmlFor={id}>{say('原因', 'Reason')}</label>
        <Select
          id={id}
          style={{ width: '100%' }}
          value={reasonCode === '' ? null : reasonCode}
          placeholder={say('请选择', 'Choose')}
          onChange={choose}
          options={correctionReasons.map((reason) => ({ value: reason.code, label: say(reason.label) }))}
        />
        <p className="fault">{tried && reasonCode === '' ? say('请选择原因。', 'Choose a reason.') : ''}</p>
      </div>
      <TextField
        label={say('告知申请人的话(写明应如何补正)', 'Sentence for the applicant (say how to correct it)')}
        value={text}
        onChange={setText}
        rows={3}
        maxLength={1000}
        required
        fault={tried && text.trim() === '' ? say('请写明应如何补正。', 'Say how to correct it.') : undefined}
      />
    </FormDialog>
  )
}

export const CorrectionPanel = ({
  file,
  list,
}: {
  readonly file: ApplicationFile
  readonly list: CorrectionList
}): ReactElement => {
  const say = useSay()
  const send = useAct(requestCorrections, { onDone: list.clear })
  return (
    <section className="card" aria-label={say('补正清单', 'List of corrections')}>
      <h2>
        {say('补正清单', 'Corrections')} <span className="tag">{list.points.length}</span>
      </h2>
      <p className="quiet small">
        {say(
          '阅读时在字段或材料旁点“要求补正”加入。法律要求一次告知全部内容,清单只能发出一次。',
          'Choose “To correct” beside a field or material. The law asks for the whole list at once: it is sent once.',
        )}
      </p>
      <ol style={{ paddingInlineStart: 20 }} aria-live="polite">
        {list.points.map((point, index) => (
          <li key={`${point.anchor}${point.text}`}>
            <strong>{point.label}</strong>
            <div>{point.text}</div>
            <Button size="small" onClick={() => list.remove(index)}>
              {say('删除', 'Remove')}
              <span className="hidden">{point.label}</span>
            </Button>
          </li>
        ))}
      </ol>
      <RefusalNotice error={send.error} />
      {list.points.length > 0 && (
        <ActButton
          because={file.may['corrections']}
          busy={send.isPending}
          look={{ type: 'primary' }}
          onAct={() =>
            send.mutate({
              params: { applicationId: file.application.applicationId },
              body: {
                version: file.application.version,
                points: list.points.map(({ anchor, reasonCode, text }) => ({ anchor, reasonCode, text })),
              },
            })
          }
        >
          {say('一次性发出补正通知', 'Send the whole list')}
        </ActButton>
      )}
    </section>
  )
}
