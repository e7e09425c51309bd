/** The time-limit calculator for everyone: a start, a number of days, pauses; each day is explained. */
import type { ReactElement } from 'react'
import { type Language, say, type Words, words } from '../../../kernel/words.ts'
import { ProvisionalMark } from '../../../site/parts.tsx'
import type { Simulation } from './reading.ts'

export interface CalculatorForm {
  readonly start: string
  readonly budget: string
  readonly unit: 'workday' | 'calendar-day'
  readonly extensionDays: string
  readonly pauses: readonly { readonly from: string; readonly to: string }[]
}
interface Parts {
  readonly form: CalculatorForm
  readonly result: Simulation | null
  readonly faults: readonly string[]
  readonly language: Language
}

const weekdays: readonly Words[] = [
  words('', ''),
  words('周一', 'Mon'),
  words('周二', 'Tue'),
  words('周三', 'Wed'),
  words('周四', 'Thu'),
  words('周五', 'Fri'),
  words('周六', 'Sat'),
  words('周日', 'Sun'),
]

const PauseRow = ({
  index,
  pause,
  language,
}: {
  readonly index: number
  readonly pause: { from: string; to: string } | undefined
  readonly language: Language
}): ReactElement => (
  <p>
    <label>
      {say(words('从', 'from'), language)}{' '}
      <input
        type="date"
        name="from"
        defaultValue={pause?.from ?? ''}
        aria-label={`${say(words('停止计时开始', 'Pause from'), language)} ${index + 1}`}
      />
    </label>{' '}
    <label>
      {say(words('到', 'to'), language)}{' '}
      <input
        type="date"
        name="to"
        defaultValue={pause?.to ?? ''}
        aria-label={`${say(words('停止计时结束', 'Pause until'), language)} ${index + 1}`}
      />
    </label>
  </p>
)

const Form = ({ form, language }: { readonly form: CalculatorForm; readonly language: Language }): ReactElement => (
  <form method="get" action="/clock" className="card no-print">
    <p>
      <label htmlFor="start">
        {say(words('开始日期(受理或收件当日)', 'Start (day of acceptance or receipt)'), language)}
      </label>
      <br />
      <input id="start" name="start" type="date" required defaultValue={form.start} />
    </p>
    <p>
      <label htmlFor="budget">{say(words('期限天数', 'Number of days'), language)}</label>
      <br />
      <input id="budget" name="budget" type="number" min="0" max="400" required defaultValue={form.budget} />
    </p>
    <fieldset>
      <legend>{say(words('单位', 'Unit'), language)}</legend>
      <label>
        <input type="radio" name="unit" value="workday" defaultChecked={form.unit === 'workday'} />{' '}
        {say(words('工作日', 'working days'), language)}
      </label>{' '}
      <label>
        <input type="radio" name="unit" value="calendar-day" defaultChecked={form.unit === 'calendar-day'} />{' '}
        {say(words('自然日(末日逢假顺延)', 'calendar days'), language)}
      </label>
    </fieldset>
    <p>
      <label htmlFor="extensionDays">{say(words('批准延长的天数', 'Days of extension'), language)}</label>
      <br />
      <input
        id="extensionDays"
        name="extensionDays"
        type="number"
        min="0"
        max="200"
        defaultValue={form.extensionDays}
      />
    </p>
    <fieldset>
      <legend>
        {say(
          words('停止计时(专家评审、检验、听证等,可不填)', 'Pauses (expert review, tests, hearing; optional)'),
          language,
        )}
      </legend>
      {[0, 1, 2].map((index) => (
        <PauseRow key={index} index={index} pause={form.pauses[index]} language={language} />
      ))}
    </fieldset>
    <button type="submit">{say(words('计算', 'Calculate'), language)}</button>
  </form>
)

const Result = ({ result, language }: { readonly result: Simulation; readonly language: Language }): ReactElement => (
  <section aria-live="polite">
    <h2>
      {say(words('到期日', 'Due'), language)}: {result.due ?? '—'}{' '}
      {result.provisional ? <ProvisionalMark language={language} /> : null}
    </h2>
    <p className="notice good">{say(result.summary, language)}</p>
    <div className="scroll" tabIndex={0} role="region" aria-label={say(words('逐日说明', 'Day by day'), language)}>
      <table>
        <caption>{say(words('逐日说明', 'Day by day'), language)}</caption>
        <thead>
          <tr>
            <th scope="col">{say(words('日期', 'Day'), language)}</th>
            <th scope="col">{say(words('星期', 'Weekday'), language)}</th>
            <th scope="col">{say(words('第几天', 'Number'), language)}</th>
            <th scope="col">{say(words('说明', 'Reason'), language)}</th>
          </tr>
        </thead>
        <tbody>
          {result.rows.map((row) => (
            <tr key={row.day}>
              <th scope="row">{row.day}</th>
              <td>{say(weekdays[row.weekday] ?? words('', ''), language)}</td>
              <td>{row.number ?? '—'}</td>
              <td>{say(row.reason, language)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  </section>
)

export const CalculatorPage = ({ form, result, faults, language }: Parts): ReactElement => (
  <>
    <h1>{say(words('期限计算', 'Time-limit calculator'), language)}</h1>
    <p className="lead">
      {say(
        words(
          '按国务院办公厅公布的放假和调休安排计算,逐日说明每一天算不算、为什么。',
          'Computed with the official holidays and make-up workdays; every day is explained.',
        ),
        language,
      )}
    </p>
    {faults.length === 0 ? null : (
      <div className="notice bad" role="alert">
        {faults.map((fault) => (
          <p key={fault} className="fault">
            {fault}
          </p>
        ))}
      </div>
    )}
    <Form form={form} language={language} />
    {result === null ? null : <Result result={result} language={language} />}
  </>
)
