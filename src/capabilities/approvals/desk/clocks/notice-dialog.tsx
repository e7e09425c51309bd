/** Loads a yearly notice: typed line by line or read from a file, checked, its effect seen before it goes to a colleague. */
import { Button, Select } from 'antd'
import { type ChangeEvent, type ReactElement, useId, useState } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { useAct } from '../../../../desk/queries.ts'
import { FormDialog } from '../../../../desk/ui/form-dialog.tsx'
import { NumberField, TextField } from '../../../../desk/ui/inputs.tsx'
import { RefusalNotice } from '../../../../desk/ui/refusal-notice.tsx'
import { type Certainty, certainties } from '../../../../kernel/sourced.ts'
import { localDateSchema } from '../../../../kernel/time.ts'
import { type Notice, previewCalendar, proposeCalendar } from '../../contract/clocks.ts'
import {
  holidayLines,
  type LineFault,
  makeupLines,
  noticeOfFile,
  readHolidays,
  readMakeups,
} from '../../model/notice-text.ts'
import { EffectView } from './effect-view.tsx'

const faultText = (faults: readonly LineFault[]): string | undefined =>
  faults.length === 0 ? undefined : faults.map((fault) => `第${fault.line}行:${fault.text}`).join(';')

export const NoticeDialog = ({
  year: first,
  onClose,
}: {
  readonly year: number
  readonly onClose: () => void
}): ReactElement => {
  const say = useSay()
  const id = useId()
  const [year, setYear] = useState<number | null>(first)
  const [publishedOn, setPublishedOn] = useState('')
  const [basis, setBasis] = useState('')
  const [certainty, setCertainty] = useState<Certainty>('A')
  const [holidays, setHolidays] = useState('')
  const [makeups, setMakeups] = useState('')
  const [fileFault, setFileFault] = useState('')
  const [tried, setTried] = useState(false)
  const preview = useAct(previewCalendar)
  const propose = useAct(proposeCalendar, { onDone: onClose })

  const free = readHolidays(holidays)
  const worked = readMakeups(makeups)
  const day = localDateSchema.safeParse(publishedOn)
  const notice: Notice | null =
    year === null ||
    !day.success ||
    basis.trim() === '' ||
    free.rows.length === 0 ||
    free.faults.length + worked.faults.length > 0
      ? null
      : {
          year,
          provisional: false,
          publishedOn: day.data,
          basis: basis.trim(),
          certainty,
          holidays: free.rows,
          makeupWorkdays: worked.rows,
        }
  const take = async (event: ChangeEvent<HTMLInputElement>) => {
    const [file] = event.target.files ?? []
    if (file === undefined) return
    const read = noticeOfFile(await file.text())
    setFileFault(read === null ? say('不是日历文件(JSON),请改为逐行填写。', 'Not a calendar file (JSON).') : '')
    if (read === null) return
    setYear(read.year)
    setPublishedOn(read.publishedOn)
    setBasis(read.basis)
    setCertainty(read.certainty)
    setHolidays(holidayLines(read.holidays))
    setMakeups(makeupLines(read.makeupWorkdays))
  }
  const run = (work: (body: Notice) => void) => {
    setTried(true)
    if (notice !== null) work(notice)
  }
  const needed = (missing: boolean) => (tried && missing ? say('请填写。', 'Required.') : undefined)
  return (
    <FormDialog
      open
      width={820}
      title={say('载入放假通知', 'Load a notice')}
      onClose={onClose}
      onSubmit={() => run((body) => propose.mutate({ body }))}
      submitLabel={say('提交另一人核对', 'Hand to a colleague')}
      busy={propose.isPending}
      error={propose.error}
    >
      <p className="quiet">
        {say(
          '依据国务院办公厅每年的通知填写。提交后由另一名系统管理员或效能监督人员核对发布,发布前不影响任何期限。',
          'Enter the yearly notice. Another administrator or a supervisor publishes it; nothing moves before.',
        )}
      </p>
      <div className="field">
        <label htmlFor={`${id}-file`}>{say('从日历文件读入(可选)', 'Read from a calendar file (optional)')}</label>
        <input id={`${id}-file`} type="file" accept=".json,application/json" onChange={(event) => void take(event)} />
        <p className="fault">{fileFault}</p>
      </div>
      <NumberField
        label={say('年份', 'Year')}
        value={year}
        onChange={setYear}
        min={2000}
        max={2200}
        whole
        required
        fault={needed(year === null)}
      />
      <TextField
        label={say('通知发布日期', 'Published on')}
        type="date"
        value={publishedOn}
        onChange={setPublishedOn}
        required
        fault={needed(!day.success)}
      />
      <TextField
        label={say('通知名称和文号', 'Title and number of the notice')}
        value={basis}
        onChange={setBasis}
        maxLength={400}
        required
        fault={needed(basis.trim() === '')}
      />
      <div className="field">
        <label htmlFor={`${id}-certainty`}>{say('核实程度', 'Certainty')}</label>
        <Select
          id={`${id}-certainty`}
          style={{ width: 320, maxWidth: '100%' }}
          value={certainty}
          onChange={(value: Certainty) => setCertainty(value)}
          options={certainties.map((value) => ({
            value,
            label: `${value} ${value === 'A' ? say('已读通知原文', 'read in the original') : value === 'B' ? say('见于转载', 'read second-hand') : ''}`,
          }))}
        />
      </div>
      <TextField
        label={say('放假(每行一个:名称 起始日 截止日)', 'Holidays (one a line: name, first day, last day)')}
        rows={8}
        value={holidays}
        onChange={setHolidays}
        required
        help={say('例:春节 2027-02-05 2027-02-12', 'For example: 春节 2027-02-05 2027-02-12')}
        fault={faultText(free.faults) ?? needed(free.rows.length === 0)}
      />
      <TextField
        label={say('调休上班(每行一个:日期 名称)', 'Make-up workdays (one a line: day, name)')}
        rows={6}
        value={makeups}
        onChange={setMakeups}
        help={say('例:2027-01-30 春节调休', 'For example: 2027-01-30 春节调休')}
        fault={faultText(worked.faults)}
      />
      <div className="row" style={{ marginBottom: 12 }}>
        <Button loading={preview.isPending} onClick={() => run((body) => preview.mutate({ body }))}>
          {say('核对并预览影响', 'Check and preview')}
        </Button>
      </div>
      <RefusalNotice error={preview.error} />
      {preview.data !== undefined && preview.error === null && <EffectView effect={preview.data} />}
    </FormDialog>
  )
}
