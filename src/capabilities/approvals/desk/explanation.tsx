/** 逐日说明: why this is the due date, as months and as a table; printable. */
import { Modal } from 'antd'
import type { ReactElement } from 'react'
import type { z } from 'zod'
import { addressOf } from '../../../desk/call.ts'
import { type Say, useSay } from '../../../desk/language.tsx'
import { useRead } from '../../../desk/queries.ts'
import { ClockBadge } from '../../../desk/ui/clock-badge.tsx'
import { Loaded } from '../../../desk/ui/loaded.tsx'
import { addDays, type LocalDate, weekdayOf } from '../../../kernel/time.ts'
import { type Words, words } from '../../../kernel/words.ts'
import { explainClockOf, type explanationSchema, type holderSchema, printExplanation } from '../contract.ts'

type Explanation = z.infer<typeof explanationSchema>
type Row = Explanation['rows'][number]

export const holderWords: Readonly<Record<z.infer<typeof holderSchema>, Words>> = {
  authority: words('审批部门', 'Authority'),
  applicant: words('申请人', 'Applicant'),
  'third-party': words('第三方', 'Third party'),
}
const weekdays: readonly Words[] = [
  words('一', 'Mo'),
  words('二', 'Tu'),
  words('三', 'We'),
  words('四', 'Th'),
  words('五', 'Fr'),
  words('六', 'Sa'),
  words('日', 'Su'),
]

/** Lays the days of one month out in weeks from Monday; null before its first and after its last day. */
export const weeksOf = (month: string): readonly (readonly (LocalDate | null)[])[] => {
  const first = `${month}-01` as LocalDate
  const cells: (LocalDate | null)[] = Array.from({ length: weekdayOf(first) - 1 }, () => null)
  for (let day = first; day.startsWith(month); day = addDays(day, 1)) cells.push(day)
  while (cells.length % 7 !== 0) cells.push(null)
  return Array.from({ length: cells.length / 7 }, (_row, week) => cells.slice(week * 7, week * 7 + 7))
}

const cellClass = (row: Row | undefined): string =>
  row === undefined ? '' : row.counted ? 'counted' : row.holder === 'authority' ? '' : 'held'

const Month = ({
  month,
  rows,
  say,
}: {
  readonly month: string
  readonly rows: ReadonlyMap<string, Row>
  readonly say: Say
}) => (
  <table className="month">
    <caption>{month}</caption>
    <thead>
      <tr>
        {weekdays.map((weekday) => (
          <th key={weekday.en} scope="col">
            {say(weekday)}
          </th>
        ))}
      </tr>
    </thead>
    <tbody>
      {weeksOf(month).map((week) => (
        <tr key={week.find((day) => day !== null) ?? month}>
          {week.map((day, index) => {
            const row = day === null ? undefined : rows.get(day)
            return (
              <td
                key={day ?? `${month}-${index}`}
                className={cellClass(row)}
                title={row === undefined ? '' : say(row.reason)}
              >
                {day === null ? '' : Number(day.slice(8))}
                {row !== undefined && row.number !== null && row.counted && (
                  <span className="number">{say(`第${row.number}日`, `day ${row.number}`)}</span>
                )}
              </td>
            )
          })}
        </tr>
      ))}
    </tbody>
  </table>
)

export const ExplanationView = ({ explanation }: { readonly explanation: Explanation }): ReactElement => {
  const say = useSay()
  const { clock, rows } = explanation
  const byDay = new Map(rows.map((row) => [row.day as string, row]))
  const months = [...new Set(rows.map((row) => row.day.slice(0, 7)))]
  return (
    <div className="stack">
      <p className="row">
        <ClockBadge clock={clock} withLabel />
      </p>
      <p style={{ margin: 0 }}>{say(explanation.summary)}</p>
      <dl className="facts">
        <div>
          <dt>{say('依据', 'Basis')}</dt>
          <dd>{clock.basis}</dd>
        </div>
        <div>
          <dt>{say('总历时', 'In all')}</dt>
          <dd>{clock.totals.gross}</dd>
        </div>
        <div>
          <dt>{say('审批部门用时', 'With the authority')}</dt>
          <dd>{clock.totals.authority}</dd>
        </div>
        <div>
          <dt>{say('申请人用时', 'With the applicant')}</dt>
          <dd>{clock.totals.applicant}</dd>
        </div>
        <div>
          <dt>{say('第三方用时', 'With third parties')}</dt>
          <dd>{clock.totals.thirdParty}</dd>
        </div>
      </dl>
      <p className="row small">
        <span className="tag" style={{ background: '#dcebf8' }}>
          {say('蓝底:计入期限', 'Blue: counted')}
        </span>
        <span className="tag" style={{ background: '#ece9f5' }}>
          {say('紫底:停止计时', 'Purple: clock stopped')}
        </span>
        <span>{say('无底色:休息日或未起算', 'Plain: day off, or not started')}</span>
      </p>
      <div className="row" style={{ alignItems: 'start', gap: 24 }}>
        {months.map((month) => (
          <Month key={month} month={month} rows={byDay} say={say} />
        ))}
      </div>
      <details open>
        <summary>{say('逐日列表', 'Day by day')}</summary>
        <table className="cases keep">
          <caption className="hidden">{say('逐日列表', 'Day by day')}</caption>
          <thead>
            <tr>
              <th scope="col">{say('日期', 'Day')}</th>
              <th scope="col">{say('计入', 'Counted')}</th>
              <th scope="col">{say('谁持球', 'With')}</th>
              <th scope="col">{say('说明', 'Reason')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.day}>
                <th scope="row">
                  {row.day} {say(weekdays[row.weekday - 1] ?? words('', ''))}
                </th>
                <td>
                  {row.counted ? (row.number === null ? '✓' : say(`第 ${row.number} 日`, `day ${row.number}`)) : '—'}
                </td>
                <td>{say(holderWords[row.holder])}</td>
                <td>{say(row.reason)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </div>
  )
}

/** The dialog; which clock it explains stands in the URL, so that it can be sent to somebody. */
export const ExplanationDialog = ({
  clockId,
  onClose,
}: {
  readonly clockId: string | undefined
  readonly onClose: () => void
}): ReactElement => {
  const say = useSay()
  const explanation = useRead(
    explainClockOf,
    { params: { clockId: (clockId ?? '') as never } },
    { enabled: clockId !== undefined },
  )
  return (
    <Modal
      open={clockId !== undefined}
      onCancel={onClose}
      width={860}
      title={say('逐日说明:为什么是这个到期日', 'Why this due date: day by day')}
      footer={
        clockId === undefined ? null : (
          <a href={addressOf(printExplanation, { clockId })} target="_blank" rel="noreferrer">
            {say('打印(PDF,在新窗口打开)', 'Print (PDF, opens a new window)')}
          </a>
        )
      }
    >
      <Loaded query={explanation}>{(data) => <ExplanationView explanation={data} />}</Loaded>
    </Modal>
  )
}
