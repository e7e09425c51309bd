/** 决定之后: every decision as a document with its dates, conditions, remedies, acts and the site, and the withdrawal of the file. */
import { type ReactElement, useState } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { useRead } from '../../../../desk/queries.ts'
import { Loaded } from '../../../../desk/ui/loaded.tsx'
import { Card } from '../../../../desk/ui/page.tsx'
import { wallClock } from '../../../../kernel/time.ts'
import { words } from '../../../../kernel/words.ts'
import { type AfterView, type DecisionDocument, readAfter, recordDelivery } from '../../contract/after.ts'
import type { ApplicationId } from '../../contract.ts'
import { certificateStateWords, deliveryWords } from '../../model/after-words.ts'
import { outcomeWordsOf } from '../../model/words.ts'
import { Acts } from './acts.tsx'
import { Conditions } from './conditions.tsx'
import { ConfirmReceiptButton, DeliveryDialog } from './delivery.tsx'
import { OwnAct } from './own-act.tsx'
import { Pending } from './pending.tsx'
import { Remedies } from './remedies.tsx'
import { Site } from './site.tsx'
import { Withdrawals } from './withdrawal.tsx'

export const AfterCard = ({ applicationId }: { readonly applicationId: ApplicationId }): ReactElement => {
  const say = useSay()
  const after = useRead(readAfter, { params: { applicationId } })
  return (
    <Card title={say('决定之后', 'After the decision')} id="after">
      <Loaded query={after}>{(view) => <AfterBody view={view} />}</Loaded>
    </Card>
  )
}

const AfterBody = ({ view }: { readonly view: AfterView }): ReactElement => {
  const say = useSay()
  return (
    <div className="stack">
      {view.refiledOf !== null && (
        <p className="notice" style={{ margin: 0 }}>
          {say('本件是撤回后重新提出的申请,原申请', 'Filed again after the withdrawal of')} {view.refiledOf.caseNumber}(
          {wallClock(view.refiledOf.withdrawnAt)})
        </p>
      )}
      <Withdrawals view={view} />
      {view.documents.length === 0 && (
        <p className="quiet">{say('尚无已公布的决定。', 'No decision has been published yet.')}</p>
      )}
      {view.documents.map((document) => (
        <Document key={document.certificateId} document={document} grounds={view.revocationGrounds} />
      ))}
    </div>
  )
}

const partWords = {
  granted: words('准予', 'granted'),
  refused: words('不予许可', 'refused'),
  open: words('另行决定', 'still open'),
} as const

const Document = ({
  document,
  grounds,
}: {
  readonly document: DecisionDocument
  readonly grounds: AfterView['revocationGrounds']
}): ReactElement => {
  const say = useSay()
  return (
    <section className="stack" aria-label={document.documentNumber}>
      <h3 style={{ marginBottom: 0 }}>
        {document.documentNumber} {say(document.itemName)}{' '}
        <span className="tag">{say(certificateStateWords[document.state])}</span>{' '}
        {document.suspended && <span className="tag">{say('停止执行', 'suspended')}</span>}{' '}
        {!document.published && <span className="tag">{say('待公布', 'not published yet')}</span>}
      </h3>
      <Facts document={document} />
      <Cascade document={document} />
      <Conditions document={document} />
      <Site document={document} />
      <Remedies document={document} />
      <Acts document={document} grounds={grounds} />
    </section>
  )
}

const Facts = ({ document }: { readonly document: DecisionDocument }): ReactElement => {
  const say = useSay()
  return (
    <>
      {document.cause !== null && (
        <p className="notice bad" style={{ margin: 0 }}>
          {document.cause.on} · {say(document.cause.name)}({document.cause.basis}) {document.cause.text}
        </p>
      )}
      <dl className="facts">
        <div>
          <dt>{say('决定', 'Decision')}</dt>
          <dd>{say(outcomeWordsOf(document.itemKind, document.outcome))}</dd>
        </div>
        {document.validUntil !== null && (
          <div>
            <dt>{say('有效期至', 'Valid until')}</dt>
            <dd>{document.validUntil}</dd>
          </div>
        )}
        {document.replaces !== null && (
          <div>
            <dt>{say('代替文书', 'Takes the place of')}</dt>
            <dd>{document.replaces}</dd>
          </div>
        )}
        {document.replacedBy !== null && (
          <div>
            <dt>{say('现行文书', 'Now in force')}</dt>
            <dd>{document.replacedBy}</dd>
          </div>
        )}
        {document.scope.length > 0 && (
          <div style={{ gridColumn: '1 / -1' }}>
            <dt>{say('决定范围', 'Scope')}</dt>
            <dd>
              <ul style={{ margin: 0 }}>
                {document.scope.map((part) => (
                  <li key={part.name}>
                    {part.name}:{say(partWords[part.decision])}
                    {part.reason === '' ? '' : `(${part.reason})`}
                  </li>
                ))}
              </ul>
            </dd>
          </div>
        )}
        {document.refusal !== null && (
          <div style={{ gridColumn: '1 / -1' }}>
            <dt>{say('不予许可的理由', 'Ground of the refusal')}</dt>
            <dd>
              {say(document.refusal.ground)}({document.refusal.basis})
              <Pending certainty={document.refusal.certainty} />
              <div style={{ whiteSpace: 'pre-wrap' }}>{document.refusal.facts}</div>
            </dd>
          </div>
        )}
      </dl>
    </>
  )
}

/** Made, published, delivered, end of each remedy: one line. */
const Cascade = ({ document }: { readonly document: DecisionDocument }): ReactElement => {
  const say = useSay()
  const [open, setOpen] = useState(false)
  const { delivery } = document
  return (
    <div>
      <ol className="stack" style={{ margin: 0, paddingInlineStart: 20 }}>
        <li>
          {say('作出', 'Made')} {wallClock(document.madeAt)}
        </li>
        <li>
          {document.published ? say('公布', 'Published') : say('定于公布', 'To be published')}{' '}
          {wallClock(document.publishAt)}
        </li>
        <li>
          {delivery === null
            ? say('尚未送达', 'Not delivered yet')
            : `${say('送达', 'Delivered')} ${delivery.on} · ${say(deliveryWords[delivery.way])} · ${delivery.evidence} · ${delivery.recordedBy}`}
        </li>
        {document.remedies.map((remedy) => (
          <li key={remedy.basis}>
            {say(remedy.name)}({remedy.basis}) <Pending certainty={remedy.certainty} />{' '}
            {remedy.lastDay === null
              ? remedy.kind === null
                ? ''
                : say('自送达之日起算', 'counted from the delivery')
              : `${remedy.over ? say('已于', 'ended on') : say('截止', 'until')} ${remedy.lastDay}`}
          </li>
        ))}
      </ol>
      {delivery === null && (
        <div className="row" style={{ marginTop: 8 }} role="group" aria-label={say('送达', 'Delivery')}>
          <ConfirmReceiptButton document={document} />
          <OwnAct of={recordDelivery} because={document.may['record-delivery']} onAct={() => setOpen(true)}>
            {say('登记送达', 'Record the delivery')}
          </OwnAct>
        </div>
      )}
      {open && <DeliveryDialog document={document} onClose={() => setOpen(false)} />}
    </div>
  )
}
