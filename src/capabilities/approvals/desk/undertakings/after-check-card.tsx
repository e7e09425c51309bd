/** One check afterwards: the finding, the applicant's answer, the settlement; each with its button for whoever may. */
import { Checkbox } from 'antd'
import { type ReactElement, useState } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { holdsAny, useMe } from '../../../../desk/me.tsx'
import { useAct } from '../../../../desk/queries.ts'
import { ActButton } from '../../../../desk/ui/act-button.tsx'
import { ClockBadge } from '../../../../desk/ui/clock-badge.tsx'
import { FormDialog } from '../../../../desk/ui/form-dialog.tsx'
import { ChoiceField, TextField } from '../../../../desk/ui/inputs.tsx'
import {
  type AfterCheckView,
  afterCheckMeasures,
  answerAfterCheck,
  recordAfterCheck,
  settleAfterCheck,
} from '../../contract/undertakings.ts'
import { afterCheckResultWords, measureWords, settlementWords } from '../../model/undertakings.ts'

export const AfterCheckCard = ({
  check,
  onExplain,
}: {
  readonly check: AfterCheckView
  readonly onExplain: (clockId: string) => void
}): ReactElement => {
  const say = useSay()
  const me = useMe()
  const [open, setOpen] = useState<'record' | 'answer' | 'settle' | null>(null)
  const [result, setResult] = useState<'true' | 'false' | 'not-kept' | null>(null)
  const [measures, setMeasures] = useState<readonly (typeof afterCheckMeasures)[number][]>([])
  const [settlement, setSettlement] = useState<'closed' | 'correct' | 'revoke' | null>(null)
  const [text, setText] = useState('')
  const [tried, setTried] = useState(false)
  const close = () => {
    setOpen(null)
    setText('')
    setTried(false)
  }
  const record = useAct(recordAfterCheck, { onDone: close })
  const answer = useAct(answerAfterCheck, { onDone: close })
  const settle = useAct(settleAfterCheck, { onDone: close })
  const params = { afterCheckId: check.afterCheckId }
  const { version } = check
  const words = (label: string) => (
    <TextField
      label={label}
      value={text}
      onChange={setText}
      rows={4}
      maxLength={4000}
      required
      fault={tried && text.trim() === '' ? say('请填写内容。', 'Fill this in.') : undefined}
    />
  )
  return (
    <section aria-label={say('事后核查', 'Check afterwards')} style={{ marginTop: 12 }}>
      <div className="row">
        <h3 style={{ margin: 0 }}>
          {say('事后核查', 'Check afterwards')}:{say(check.itemName)}
        </h3>
        <span className="tag">{say(check.stateName)}</span>
        {check.clock !== null && (
          <ClockBadge clock={check.clock} onExplain={() => onExplain(check.clock?.clockId ?? '')} />
        )}
      </div>
      {check.resultName !== null && (
        <p>
          {say('结果', 'Result')}:<strong>{say(check.resultName)}</strong> {check.finding}
          {check.measures.length > 0 &&
            ` · ${say('拟采取', 'Proposed')}:${check.measures.map((one) => say(measureWords[one])).join('、')}`}
          {check.answerUntil !== null &&
            check.state === 'found' &&
            ` · ${say(`可在${check.answerUntil}前陈述、申辩`, `may be answered until ${check.answerUntil}`)}`}
        </p>
      )}
      {check.answer !== null && (
        <p>
          {say('申请人申辩', 'Answer')}:{check.answer}
        </p>
      )}
      {check.settlement !== null && (
        <p>
          {say('处理', 'Settled')}:{say(settlementWords[check.settlement])} {check.settledText}
        </p>
      )}
      {check.state !== 'settled' && (
        <div className="row">
          {holdsAny(me, 'reviewer', 'lead') && check.state === 'open' && (
            <ActButton because={check.may['record']} onAct={() => setOpen('record')}>
              {say('登记核查结果', 'Enter the result')}
            </ActButton>
          )}
          {holdsAny(me, 'applicant') && check.state === 'found' && (
            <ActButton because={check.may['answer']} onAct={() => setOpen('answer')}>
              {say('陈述、申辩', 'Answer')}
            </ActButton>
          )}
          {holdsAny(me, 'approver') && check.state !== 'open' && (
            <ActButton because={check.may['settle']} onAct={() => setOpen('settle')}>
              {say('作出处理', 'Settle')}
            </ActButton>
          )}
        </div>
      )}
      {open === 'record' && (
        <FormDialog
          open
          title={say('登记核查结果', 'Result of the check')}
          onClose={close}
          onSubmit={() => {
            setTried(true)
            if (result !== null && text.trim() !== '')
              record.mutate({
                params,
                body: { version, result, finding: text, measures: result === 'true' ? [] : [...measures] },
              })
          }}
          submitLabel={say('登记并告知申请人', 'Enter and tell the applicant')}
          busy={record.isPending}
          error={record.error}
        >
          <ChoiceField
            label={say('结果', 'Result')}
            value={result}
            onChange={setResult}
            options={(['true', 'false', 'not-kept'] as const).map((value) => ({
              value,
              label: say(afterCheckResultWords[value]),
            }))}
            required
            fault={tried && result === null ? say('请选择结果。', 'Choose the result.') : undefined}
          />
          {words(say('核查情况', 'What was found'))}
          {result !== null && result !== 'true' && (
            <fieldset className="field">
              <legend>{say('拟采取的措施', 'Measures proposed')}</legend>
              {afterCheckMeasures.map((one) => (
                <Checkbox
                  key={one}
                  checked={measures.includes(one)}
                  onChange={(event) =>
                    setMeasures(event.target.checked ? [...measures, one] : measures.filter((each) => each !== one))
                  }
                >
                  {say(measureWords[one])}
                </Checkbox>
              ))}
            </fieldset>
          )}
        </FormDialog>
      )}
      {open === 'answer' && (
        <FormDialog
          open
          title={say('陈述、申辩', 'Answer')}
          onClose={close}
          onSubmit={() => {
            setTried(true)
            if (text.trim() !== '') answer.mutate({ params, body: { version, text } })
          }}
          submitLabel={say('提交', 'Send')}
          busy={answer.isPending}
          error={answer.error}
        >
          {words(say('陈述、申辩的内容', 'Your answer'))}
        </FormDialog>
      )}
      {open === 'settle' && (
        <FormDialog
          open
          title={say('作出处理', 'Settle')}
          onClose={close}
          onSubmit={() => {
            setTried(true)
            if (settlement !== null && text.trim() !== '')
              settle.mutate({ params, body: { version, settlement, text } })
          }}
          submitLabel={say('作出处理', 'Settle')}
          busy={settle.isPending}
          error={settle.error}
        >
          <ChoiceField
            label={say('处理', 'Settlement')}
            value={settlement}
            onChange={setSettlement}
            options={(['closed', 'correct', 'revoke'] as const).map((value) => ({
              value,
              label: say(settlementWords[value]),
            }))}
            required
            fault={tried && settlement === null ? say('请选择处理方式。', 'Choose one.') : undefined}
          />
          {words(say('理由', 'Reason'))}
        </FormDialog>
      )}
    </section>
  )
}
