/** 预审: ask for advice, read the answers, turn the question into an application; remarks beside the fields. */
import { type ReactElement, type ReactNode, useState } from 'react'
import { type Say, useSay } from '../../../../desk/language.tsx'
import { useAct, useRead } from '../../../../desk/queries.ts'
import { ActButton } from '../../../../desk/ui/act-button.tsx'
import { ClockBadge } from '../../../../desk/ui/clock-badge.tsx'
import { FormDialog } from '../../../../desk/ui/form-dialog.tsx'
import { TextField } from '../../../../desk/ui/inputs.tsx'
import { Card } from '../../../../desk/ui/page.tsx'
import { RefusalNotice } from '../../../../desk/ui/refusal-notice.tsx'
import { wallClock } from '../../../../kernel/time.ts'
import {
  type AdviceHistory,
  adviceStateWords,
  askAdvice,
  convertAdvice,
  notBinding,
  readAdviceHistory,
  withdrawAdvice,
} from '../../contract/advice.ts'
import type { ApplicationFile } from '../../contract.ts'
import type { Draft } from '../form/use-draft.ts'
import { placeOf } from './anchors.ts'

export const useAdvice = (file: ApplicationFile): AdviceHistory | undefined =>
  useRead(
    readAdviceHistory,
    { params: { applicationId: file.application.applicationId } },
    { enabled: file.application.state === 'draft' },
  ).data

/** The remarks of the newest answer at one place. */
export const AdviceRemarks = ({
  history,
  anchor,
  say,
}: {
  readonly history: AdviceHistory | undefined
  readonly anchor: string
  readonly say: Say
}): ReactNode => {
  const round = history?.rounds.find((one) => one.state === 'answered')
  const remarks = round?.remarks.filter((remark) => remark.anchor === anchor) ?? []
  return remarks.length === 0 ? null : (
    <div className="notice">
      <strong>{say('预审意见', 'Advice')}</strong> <span className="tag">{say('非正式', 'Not binding')}</span>
      {remarks.map((remark) => (
        <div key={remark.text}>
          {remark.text} {remark.changed && <span className="tag">{say('送审后已修改', 'Changed since')}</span>}
        </div>
      ))}
    </div>
  )
}

export const AdvicePanel = ({
  file,
  draft,
  history,
}: {
  readonly file: ApplicationFile
  readonly draft: Draft
  readonly history: AdviceHistory | undefined
}): ReactElement | null => {
  const say = useSay()
  const [asking, setAsking] = useState(false)
  const [question, setQuestion] = useState('')
  const { applicationId } = file.application
  const [tried, setTried] = useState(false)
  const close = () => {
    setAsking(false)
    setQuestion('')
    setTried(false)
  }
  const ask = useAct(askAdvice, { onDone: close })
  const convert = useAct(convertAdvice)
  const withdraw = useAct(withdrawAdvice)
  if (history === undefined) return null
  const open = history.rounds.find((round) => round.state === 'asked')
  const send = async () => {
    setTried(true)
    if (question.trim() === '') return
    const version = await draft.flush()
    if (version !== null) ask.mutate({ params: { applicationId }, body: { version, question: question.trim() } })
  }
  return (
    <Card title={say('预审咨询', 'Advice before submission')} id="advice">
      <p className="notice">{say(notBinding)}</p>
      {history.adviceOnly && (
        <div className="notice warn">
          <p style={{ marginTop: 0 }}>
            {say(
              '这是预审咨询,还不是申请。准备好后一键转为申请,已填内容和材料全部沿用。',
              'This is a question, not an application yet. One press turns it into one; nothing is entered twice.',
            )}
          </p>
          <RefusalNotice error={convert.error} />
          <ActButton
            because={history.may['convert']}
            busy={convert.isPending}
            look={{ type: 'primary' }}
            onAct={() => convert.mutate({ params: { applicationId }, body: {} })}
          >
            {say('转为申请', 'Turn into an application')}
          </ActButton>
        </div>
      )}
      <div className="row">
        <ActButton because={history.may['ask']} onAct={() => setAsking(true)}>
          {say('送预审', 'Ask for advice')}
        </ActButton>
        {open !== undefined && (
          <ActButton
            because={history.may['withdraw']}
            busy={withdraw.isPending}
            onAct={() => withdraw.mutate({ params: { adviceId: open.adviceId }, body: {} })}
          >
            {say('撤回', 'Withdraw')}
          </ActButton>
        )}
      </div>
      <RefusalNotice error={withdraw.error} />
      <ol style={{ paddingInlineStart: 20 }}>
        {history.rounds.map((round) => (
          <li key={round.adviceId} value={round.round}>
            <strong>{say(adviceStateWords[round.state])}</strong> · {wallClock(round.askedAt)} · {round.askedBy}{' '}
            {round.clock !== null && <ClockBadge clock={round.clock} />}
            <div>
              {say('问', 'Question')}:{round.question}
            </div>
            {round.summary !== null && (
              <div>
                {say('答', 'Answer')}({round.answeredBy}):{round.summary}
              </div>
            )}
            {round.remarks.length > 0 && (
              <ul>
                {round.remarks.map((remark) => (
                  <li key={remark.anchor + remark.text}>
                    <a href={`#${placeOf(remark.anchor)}`}>{say(remark.label)}</a>:{remark.text}{' '}
                    {remark.changed && <span className="tag">{say('送审后已修改', 'Changed since')}</span>}
                  </li>
                ))}
              </ul>
            )}
          </li>
        ))}
      </ol>
      <FormDialog
        open={asking}
        title={say('送预审(非正式)', 'Ask for advice (not binding)')}
        onClose={close}
        onSubmit={() => void send()}
        submitLabel={say('送出', 'Send')}
        busy={ask.isPending}
        error={ask.error}
      >
        <p className="help">
          {say(
            '草稿现在的内容会冻结一份送给窗口和有关部门;材料未齐也可以送。',
            'A frozen copy of the draft goes to the window and the departments; it need not be complete.',
          )}
        </p>
        <TextField
          label={say('想咨询的问题', 'Your question')}
          value={question}
          onChange={setQuestion}
          rows={4}
          maxLength={2000}
          required
          fault={tried && question.trim() === '' ? say('请填写想咨询的问题。', 'Write your question.') : undefined}
        />
      </FormDialog>
    </Card>
  )
}
