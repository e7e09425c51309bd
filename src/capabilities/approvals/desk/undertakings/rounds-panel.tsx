/** 补正逐点、再次补正、凭证 on the page of a case. */
import { type ReactElement, useState } from 'react'
import { addressOf } from '../../../../desk/call.ts'
import { useSay } from '../../../../desk/language.tsx'
import { holdsAny, useMe } from '../../../../desk/me.tsx'
import { useAct, useRead } from '../../../../desk/queries.ts'
import { ActButton } from '../../../../desk/ui/act-button.tsx'
import { FormDialog } from '../../../../desk/ui/form-dialog.tsx'
import { TextField } from '../../../../desk/ui/inputs.tsx'
import { Card } from '../../../../desk/ui/page.tsx'
import { RefusalNotice } from '../../../../desk/ui/refusal-notice.tsx'
import { wallClock } from '../../../../kernel/time.ts'
import {
  answerPoint,
  decideSecondList,
  judgePoint,
  proposeSecondList,
  type Rounds,
  readIssuedReceipt,
  readRounds,
} from '../../contract/rounds.ts'
import { type ApplicationFile, readDocument, readReceipt } from '../../contract.ts'
import type { CorrectionList } from '../file/correction-list.tsx'

type Point = Rounds['rounds'][number]['points'][number]

export const RoundsPanel = ({
  applicationId,
  list,
}: {
  readonly applicationId: ApplicationFile['application']['applicationId']
  /** Points gathered by the clerk for a list; null where none is gathered. */
  readonly list: CorrectionList | null
}): ReactElement | null => {
  const say = useSay()
  const { data } = useRead(readRounds, { params: { applicationId } })
  if (data === undefined) return null
  const { paper } = data
  if (data.rounds.length === 0 && data.receipts.length === 0 && paper === null) return null
  return (
    <Card title={say('补正与凭证', 'Corrections and receipts')} id="rounds">
      {paper !== null && (
        <p className="notice warn">
          <span className="tag">{say('后补录入', 'Entered afterwards')}</span>{' '}
          {say(
            `纸质收件 ${wallClock(paper.receivedAt)},录入 ${wallClock(paper.enteredAt)}(${paper.enteredBy})。`,
            `Received on paper ${wallClock(paper.receivedAt)}, entered ${wallClock(paper.enteredAt)} (${paper.enteredBy}). `,
          )}
          {say(paper.reasonName)}:{paper.reason} · {say('签字人', 'signed by')} {paper.signatory} ·{' '}
          <a href={addressOf(readDocument, { applicationId, documentId: paper.documentId })} download>
            {say('扫描件', 'Scan')}
          </a>
        </p>
      )}
      {data.rounds.map((round) => (
        <section key={round.round}>
          <h3>
            {say(`第${round.number}次补正告知`, `List ${round.number} of corrections`)}{' '}
            <span className="quiet small">
              {wallClock(round.issuedAt)} ·{' '}
              {round.answeredAt === null
                ? say('等待补正', 'waiting for the applicant')
                : `${say('已补正', 'answered')} ${wallClock(round.answeredAt)}`}
            </span>
          </h3>
          <ol>
            {round.points.map((point) => (
              <PointRow key={point.ordinal} data={data} round={round.round} point={point} />
            ))}
          </ol>
        </section>
      ))}
      <SecondList data={data} list={list} />
      {data.receipts.length > 0 && (
        <>
          <h3>{say('凭证', 'Receipts')}</h3>
          <ul>
            {data.receipts.map((receipt) => (
              <li key={receipt.receiptId}>
                <a
                  href={
                    receipt.kind === 'received'
                      ? addressOf(readReceipt, { applicationId, submissionId: receipt.receiptId as never })
                      : addressOf(readIssuedReceipt, { receiptId: receipt.receiptId as never })
                  }
                  target="_blank"
                  rel="noreferrer"
                >
                  {say(receipt.title)} {receipt.number} {say('(PDF,新窗口)', '(PDF, new window)')}
                </a>{' '}
                · {wallClock(receipt.issuedAt)}{' '}
                {receipt.bySilence && <span className="tag">{say('视为受理', 'By silence')}</span>}{' '}
                {receipt.late && <span className="tag">{say('补录/迟到', 'Late')}</span>}
              </li>
            ))}
          </ul>
        </>
      )}
    </Card>
  )
}

const PointRow = ({
  data,
  round,
  point,
}: {
  readonly data: Rounds
  readonly round: number
  readonly point: Point
}): ReactElement => {
  const say = useSay()
  const me = useMe()
  const [open, setOpen] = useState<'answer' | 'not-met' | null>(null)
  const [text, setText] = useState('')
  const [tried, setTried] = useState(false)
  const close = () => {
    setOpen(null)
    setText('')
    setTried(false)
  }
  const answer = useAct(answerPoint, { onDone: close })
  const judge = useAct(judgePoint, { onDone: close })
  const params = { applicationId: data.applicationId, round, ordinal: point.ordinal }
  const isLast = data.rounds.at(-1)?.round === round
  const mayAnswer = isLast && holdsAny(me, 'applicant', 'clerk') && (data.may['answer'] ?? null) === null
  const mayJudge = holdsAny(me, 'clerk') && (data.may['judge'] ?? null) === null
  const submit = () => {
    setTried(true)
    if (text.trim() === '') return
    if (open === 'answer') answer.mutate({ params, body: { version: data.version, answer: text } })
    else judge.mutate({ params, body: { version: data.version, met: false, remark: text } })
  }
  return (
    <li style={{ marginBottom: 8 }}>
      {point.text} <span className="tag">{say(point.stateName)}</span>
      {point.answer !== null && (
        <div className="small">
          {say('申请人说明', 'Applicant')}:{point.answer}
        </div>
      )}
      {point.remark !== null && (
        <div className="small">
          {say('窗口核对', 'Window')}:{point.remark}
        </div>
      )}
      {(mayAnswer || mayJudge) && (
        <div className="row">
          {mayAnswer && (
            <ActButton because={null} look={{ size: 'small' }} onAct={() => setOpen('answer')}>
              {say('逐点说明', 'Explain this point')}
            </ActButton>
          )}
          {mayJudge && (
            <>
              <ActButton
                because={null}
                look={{ size: 'small' }}
                busy={judge.isPending}
                onAct={() => judge.mutate({ params, body: { version: data.version, met: true, remark: '' } })}
              >
                {say('已符合', 'Met')}
              </ActButton>
              <ActButton because={null} look={{ size: 'small' }} onAct={() => setOpen('not-met')}>
                {say('仍不符合', 'Not met')}
              </ActButton>
            </>
          )}
        </div>
      )}
      {open === null && <RefusalNotice error={judge.error} />}
      {open !== null && (
        <FormDialog
          open
          title={open === 'answer' ? say('说明这一点', 'Explain this point') : say('仍不符合', 'Not met')}
          onClose={close}
          onSubmit={submit}
          submitLabel={say('保存', 'Save')}
          busy={answer.isPending || judge.isPending}
          error={answer.error ?? judge.error}
        >
          <p>{point.text}</p>
          <TextField
            label={say('说明', 'Words')}
            value={text}
            onChange={setText}
            rows={3}
            maxLength={1000}
            required
            fault={tried && text.trim() === '' ? say('请填写说明。', 'Fill this in.') : undefined}
          />
        </FormDialog>
      )}
    </li>
  )
}

/** The second list: asked for by the clerk with the points gathered, let out by a supervisor. */
const SecondList = ({
  data,
  list,
}: {
  readonly data: Rounds
  readonly list: CorrectionList | null
}): ReactElement | null => {
  const say = useSay()
  const me = useMe()
  const [open, setOpen] = useState<'propose' | 'approve' | 'reject' | null>(null)
  const [text, setText] = useState('')
  const [tried, setTried] = useState(false)
  const close = () => {
    setOpen(null)
    setText('')
    setTried(false)
  }
  const propose = useAct(proposeSecondList, {
    onDone: () => {
      list?.clear()
      close()
    },
  })
  const decide = useAct(decideSecondList, { onDone: close })
  const waiting = data.requests.find((one) => one.state === 'proposed')
  const mayPropose = holdsAny(me, 'clerk') && list !== null && (data.may['second-list'] ?? null) === null
  if (data.requests.length === 0 && !mayPropose) return null
  const params = { applicationId: data.applicationId }
  const least = open === 'propose' ? 8 : 1
  const tooShort = text.trim().length < least
  const submit = () => {
    setTried(true)
    if (tooShort) return
    if (open === 'propose')
      propose.mutate({
        params,
        body: {
          version: data.version,
          reason: text,
          points: (list?.points ?? []).map((point) => ({
            anchor: point.anchor,
            reasonCode: point.reasonCode,
            text: point.text,
          })),
        },
      })
    else decide.mutate({ params, body: { version: data.version, approve: open === 'approve', remark: text } })
  }
  return (
    <section>
      <h3>{say('再次补正', 'Second list')}</h3>
      {data.requests.map((request) => (
        <div key={request.requestId} className="notice">
          <strong>
            {request.state === 'proposed'
              ? say('等待效能监督批准', 'Waiting for a supervisor')
              : request.state === 'approved'
                ? say('已批准', 'Approved')
                : say('不同意', 'Rejected')}
          </strong>{' '}
          · {request.proposedBy} · {wallClock(request.proposedAt)}
          <div>
            {say('新的情况', 'New facts')}:{request.reason}
          </div>
          <ol>
            {request.points.map((point) => (
              <li key={`${point.anchor}${point.text}`}>{point.text}</li>
            ))}
          </ol>
          {request.remark !== null && <div>{request.remark}</div>}
        </div>
      ))}
      {mayPropose && (
        <ActButton
          because={
            (list?.points.length ?? 0) === 0
              ? { zh: '请先在字段或材料旁标出需补正的内容。', en: 'Mark the points beside fields or materials first.' }
              : null
          }
          onAct={() => setOpen('propose')}
        >
          {say('因新的情况提请再次补正', 'Ask for a second list (new facts only)')}
        </ActButton>
      )}
      {holdsAny(me, 'supervisor') && waiting !== undefined && (
        <div className="row">
          <ActButton
            because={data.may['decide-second-list']}
            look={{ type: 'primary' }}
            onAct={() => setOpen('approve')}
          >
            {say('批准再次补正', 'Approve')}
          </ActButton>
          <ActButton because={data.may['decide-second-list']} onAct={() => setOpen('reject')}>
            {say('不同意', 'Reject')}
          </ActButton>
        </div>
      )}
      {open !== null && (
        <FormDialog
          open
          title={
            open === 'propose'
              ? say('提请再次补正', 'Ask for a second list')
              : open === 'approve'
                ? say('批准再次补正', 'Approve the second list')
                : say('不同意再次补正', 'Reject the second list')
          }
          onClose={close}
          onSubmit={submit}
          submitLabel={say('确定', 'Confirm')}
          busy={propose.isPending || decide.isPending}
          error={propose.error ?? decide.error}
        >
          <p>
            {say(
              '补正原则上只告知一次;只有首次告知后出现新的情况,经效能监督另一人批准,才可再次告知。次数对外公开。',
              'Corrections are told once. Only new facts, approved by another person who is a supervisor, allow a second list; the count is public.',
            )}
          </p>
          <TextField
            label={open === 'propose' ? say('新的情况', 'New facts') : say('理由', 'Reason')}
            value={text}
            onChange={setText}
            rows={3}
            maxLength={1000}
            required
            fault={
              tried && tooShort
                ? open === 'propose'
                  ? say(`请写明新的情况(至少${least}个字)。`, `State the new facts (${least} characters at least).`)
                  : say('请填写理由。', 'Give the reason.')
                : undefined
            }
          />
        </FormDialog>
      )}
    </section>
  )
}
