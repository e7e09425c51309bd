/** One request for advice: the frozen copy, remarks at fields and materials, the answer. */
import { useParams } from '@tanstack/react-router'
import { Input } from 'antd'
import { type ReactElement, useState } from 'react'
import { addressOf } from '../../../../desk/call.ts'
import { useLanguage, useSay } from '../../../../desk/language.tsx'
import { useAct, useRead } from '../../../../desk/queries.ts'
import { ActButton } from '../../../../desk/ui/act-button.tsx'
import { ClockBadge } from '../../../../desk/ui/clock-badge.tsx'
import { answerText } from '../../../../desk/ui/field-types.ts'
import { TextField } from '../../../../desk/ui/inputs.tsx'
import { Loaded } from '../../../../desk/ui/loaded.tsx'
import { Card, Page } from '../../../../desk/ui/page.tsx'
import { RefusalNotice } from '../../../../desk/ui/refusal-notice.tsx'
import { wallClock } from '../../../../kernel/time.ts'
import { words } from '../../../../kernel/words.ts'
import {
  type AdviceView,
  adviceStateWords,
  answerAdvice,
  notBinding,
  readAdvice,
  readAdviceDocument,
} from '../../contract/advice.ts'
import { fileSize } from '../words.ts'

export const AdvicePage = (): ReactElement => {
  const { adviceId = '' } = useParams({ strict: false }) as { adviceId?: string }
  const say = useSay()
  const advice = useRead(readAdvice, { params: { adviceId: adviceId as never } })
  return (
    <Page
      title={advice.data === undefined ? say('预审', 'Advice') : `${say('预审', 'Advice')} ${advice.data.caseNumber}`}
      beside={<span className="tag">{say('非正式', 'Not binding')}</span>}
    >
      <p className="notice">{say(notBinding)}</p>
      <Loaded query={advice}>{(data) => <Advice key={data.adviceId} view={data} />}</Loaded>
    </Page>
  )
}

const Advice = ({ view }: { readonly view: AdviceView }): ReactElement => {
  const say = useSay()
  const { language } = useLanguage()
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>({})
  const [summary, setSummary] = useState('')
  const [tried, setTried] = useState(false)
  const answer = useAct(answerAdvice)
  const editable = view.may['answer'] === null
  const remark = (anchor: string, label: string) => {
    const given = view.remarks.filter((one) => one.anchor === anchor)
    return editable ? (
      <Input.TextArea
        aria-label={`${say('对此项的意见', 'Remark on')}:${label}`}
        autoSize
        maxLength={1000}
        placeholder={say('意见(可不填)', 'Remark (optional)')}
        value={texts[anchor] ?? ''}
        onChange={(event) => setTexts({ ...texts, [anchor]: event.target.value })}
      />
    ) : (
      given.map((one) => (
        <div key={one.text} className="notice">
          {one.text}
        </div>
      ))
    )
  }
  const remarks = Object.entries(texts).flatMap(([anchor, text]) =>
    text.trim() === '' ? [] : [{ anchor, text: text.trim() }],
  )
  const send = () => {
    setTried(true)
    if (summary.trim() === '') return
    answer.mutate({
      params: { adviceId: view.adviceId },
      body: { version: view.version, summary: summary.trim(), remarks },
    })
  }
  return (
    <>
      <Card title={say('问题', 'Question')} beside={view.clock === null ? null : <ClockBadge clock={view.clock} />}>
        <p>
          {view.projectName} · {view.applicantName} · {say(view.stageName)} · {say(adviceStateWords[view.state])}
        </p>
        <p>
          {wallClock(view.askedAt)} {view.askedBy}:<strong>{view.question}</strong>
        </p>
        <p className="quiet">
          {say('拟申请事项', 'Items')}:{view.items.map((item) => say(item.name)).join('、')}
        </p>
        {view.summary !== null && (
          <p>
            {say('答复', 'Answer')}({view.answeredBy}):{view.summary}
          </p>
        )}
      </Card>
      {view.sections.map((section) => (
        <Card key={section.id} title={say(section.name)}>
          {section.fields.map((field) => (
            <div key={field.id} className="field">
              <span className="label">{say(field.label)}</span>
              <div>{answerText(field, view.answers[field.id], language) || say('(未填写)', '(empty)')}</div>
              {remark(`field:${field.id}`, say(field.label))}
            </div>
          ))}
        </Card>
      ))}
      <Card title={say('材料', 'Materials')}>
        {view.materials.map((material) => (
          <div key={material.materialId} className="field">
            <span className="label">{say(material.name)}</span>
            {material.documents.length === 0 ? (
              <div className="quiet">{say('(还没有)', '(nothing yet)')}</div>
            ) : (
              <ul>
                {material.documents.map((document) => (
                  <li key={document.documentId}>
                    <a
                      href={addressOf(readAdviceDocument, {
                        adviceId: view.adviceId,
                        documentId: document.documentId,
                      })}
                      download
                    >
                      {document.fileName}
                    </a>{' '}
                    <span className="quiet small">{fileSize(document.sizeBytes)}</span>
                  </li>
                ))}
              </ul>
            )}
            {remark(`material:${material.materialId}`, say(material.name))}
          </div>
        ))}
      </Card>
      {view.state === 'asked' && (
        <Card title={say('答复', 'Answer')}>
          <TextField
            label={say('总体答复', 'Answer as a whole')}
            value={summary}
            onChange={setSummary}
            rows={4}
            maxLength={4000}
            required
            fault={tried && summary.trim() === '' ? say('请填写总体答复。', 'Write the answer.') : undefined}
          />
          <RefusalNotice error={answer.error} />
          <ActButton
            because={
              view.may['answer'] ??
              (summary.trim() === '' ? words('请先填写总体答复。', 'Write the answer first.') : null)
            }
            busy={answer.isPending}
            look={{ type: 'primary' }}
            onAct={send}
          >
            {say(`答复(意见 ${remarks.length} 条)`, `Answer (${remarks.length} remarks)`)}
          </ActButton>
        </Card>
      )}
    </>
  )
}
