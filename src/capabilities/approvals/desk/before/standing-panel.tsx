/** The draft and the version in force: what changed, what is asked again, what was set aside. */
import type { ReactElement } from 'react'
import { useLanguage, useSay } from '../../../../desk/language.tsx'
import { useAct, useRead } from '../../../../desk/queries.ts'
import { ActButton } from '../../../../desk/ui/act-button.tsx'
import { answerAsGiven, answerText } from '../../../../desk/ui/field-types.ts'
import { RefusalNotice } from '../../../../desk/ui/refusal-notice.tsx'
import { wallClock } from '../../../../kernel/time.ts'
import { type DraftStanding, readDraftStanding, reconcileDraft } from '../../contract/reconcile.ts'
import type { ApplicationFile } from '../../contract.ts'
import type { Draft } from '../form/use-draft.ts'
import type { FormField } from '../form-definition.ts'
import { placeOf } from './anchors.ts'

type Point = DraftStanding['history'][number]['points'][number]

export const StandingPanel = ({
  file,
  draft,
  fields,
}: {
  readonly file: ApplicationFile
  readonly draft: Draft
  readonly fields: ReadonlyMap<string, FormField>
}): ReactElement | null => {
  const say = useSay()
  const { applicationId } = file.application
  const standing = useRead(readDraftStanding, { params: { applicationId } })
  const act = useAct(reconcileDraft, { onDone: (reply) => draft.adopt(reply.file) })
  if (standing.data === undefined) return null
  const { current, points, history, inForce } = standing.data
  const open = history.flatMap((one) => one.points).filter((point) => point.open)
  const reconcile = async () => {
    const version = await draft.flush()
    if (version !== null) act.mutate({ params: { applicationId }, body: { version } })
  }
  if (!current)
    return (
      <section className="notice warn" role="alert" aria-label={say('版本更新', 'New version')}>
        <p>
          {say(
            `服务清单或表单已更新,自 ${inForce.day} 起按新版本受理。未受影响的内容全部保留,以下 ${points.length} 处会受影响:`,
            `The catalogue or the form changed; from ${inForce.day} on the new version applies. Everything else is kept; ${points.length} entries are affected:`,
          )}
        </p>
        <ul>
          {points.map((point) => (
            <li key={point.anchor + point.reason}>{say(point.text)}</li>
          ))}
        </ul>
        <RefusalNotice error={act.error} />
        <ActButton because={null} busy={act.isPending} look={{ type: 'primary' }} onAct={() => void reconcile()}>
          {say('按现行版本核对', 'Reconcile with the version in force')}
        </ActButton>
      </section>
    )
  if (history.length === 0) return null
  return (
    <section className="notice" aria-label={say('版本核对', 'Reconciliation')}>
      {open.length > 0 && (
        <>
          <p style={{ marginTop: 0 }}>{say('版本更新后需要重新填写:', 'To answer again after the change:')}</p>
          <ul>
            {open.map((point) => (
              <li key={point.anchor}>
                <a href={`#${placeOf(point.anchor)}`}>{say(point.text)}</a>
                <SetAside point={point} fields={fields} draft={draft} />
              </li>
            ))}
          </ul>
        </>
      )}
      <details>
        <summary>{say(`版本核对记录 ${history.length} 次`, `Reconciled ${history.length} times`)}</summary>
        <ul>
          {history.map((one) => (
            <li key={one.at}>
              {wallClock(one.at)} · {one.by} · {one.fromDay} → {one.toDay}
              <ul>
                {one.points.map((point) => (
                  <li key={point.anchor + point.reason}>
                    {say(point.text)} <SetAside point={point} fields={fields} draft={null} />
                  </li>
                ))}
              </ul>
            </li>
          ))}
        </ul>
      </details>
    </section>
  )
}

/** The former answer; one press takes it over where the question is still asked. */
const SetAside = ({
  point,
  fields,
  draft,
}: {
  readonly point: Point
  readonly fields: ReadonlyMap<string, FormField>
  readonly draft: Draft | null
}): ReactElement | null => {
  const say = useSay()
  const { language } = useLanguage()
  if (point.setAside === null) return null
  const id = point.anchor.replace(/^field:/, '')
  const field = fields.get(id)
  const text =
    field === undefined ? answerAsGiven(point.setAside, language) : answerText(field, point.setAside, language)
  return (
    <span className="small">
      {' '}
      {say('原答案', 'Former answer')}:{text}{' '}
      {draft !== null && field !== undefined && (
        <ActButton because={null} look={{ size: 'small' }} onAct={() => draft.change(id, point.setAside)}>
          {say('沿用', 'Use it again')}
          <span className="hidden">{say(point.label)}</span>
        </ActButton>
      )}
    </span>
  )
}
