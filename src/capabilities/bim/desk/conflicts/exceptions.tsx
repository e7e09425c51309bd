/** 例外: proposed by the own side with measures, decided by an approver, never by the one who proposed it. */
import { type ReactElement, useState } from 'react'
import { addressOf } from '../../../../desk/call.ts'
import { useSay } from '../../../../desk/language.tsx'
import { useAct } from '../../../../desk/queries.ts'
import { ActButton } from '../../../../desk/ui/act-button.tsx'
import { TextDialog } from '../../../../desk/ui/text-dialog.tsx'
import { wallClock } from '../../../../kernel/time.ts'
import {
  type ConflictView,
  decideException,
  proposeException,
  readConflictFile,
  withdrawException,
} from '../../contract/conflicts.ts'
import { exceptionStateWords } from '../../model/words.ts'
import { Files, Metres } from '../parts.tsx'
import { ProposalDialog } from './proposal-dialog.tsx'

type Exception = ConflictView['exceptions'][number]
type Acting =
  | { readonly act: 'propose' }
  | { readonly act: 'approve' | 'reject' | 'withdraw'; readonly exception: Exception }

export const Exceptions = ({ conflict }: { readonly conflict: ConflictView }): ReactElement => {
  const say = useSay()
  const [acting, setActing] = useState<Acting | null>(null)
  const close = () => setActing(null)
  const propose = useAct(proposeException, { onDone: close })
  const decide = useAct(decideException, { onDone: close })
  const withdraw = useAct(withdrawException, { onDone: close })
  const { conflictId } = conflict
  const titles = {
    approve: say('批准例外', 'Approve'),
    reject: say('不予批准', 'Reject'),
    withdraw: say('撤回例外', 'Withdraw'),
  }
  return (
    <section aria-label={say('例外', 'Exceptions')}>
      <div className="row">
        <h3 style={{ margin: 0 }}>{say('例外', 'Exceptions')}</h3>
        <ActButton because={conflict.may.propose} look={{ size: 'small' }} onAct={() => setActing({ act: 'propose' })}>
          {say('申请例外', 'Propose an exception')}
        </ActButton>
      </div>
      {conflict.exceptions.map((exception) => (
        <article key={exception.exceptionId} className="notice" style={{ marginTop: 8 }}>
          <div className="row">
            <span className="tag">{say(exceptionStateWords[exception.state])}</span>
            <span className="small">
              {exception.proposedBy} {wallClock(exception.proposedAt)}
            </span>
            <span className="small">
              {say('要求', 'required')} <Metres value={exception.requiredM} /> · {say('实际', 'actual')}{' '}
              <Metres value={exception.actualM} />
            </span>
          </div>
          <p style={{ margin: '4px 0' }}>
            {say('理由:', 'Reason: ')}
            {exception.reason}
            <br />
            {say('措施:', 'Measures: ')}
            {exception.measures}
            {exception.decision !== null && (
              <>
                <br />
                {say('意见:', 'Decision: ')}
                {exception.decision} <span className="small quiet">{exception.decidedBy}</span>
              </>
            )}
          </p>
          <Files files={exception.files} address={(sha256) => addressOf(readConflictFile, { conflictId, sha256 })} />
          {exception.state === 'proposed' && (
            <span className="row">
              <ActButton
                because={exception.may.decide}
                look={{ size: 'small', type: 'primary' }}
                onAct={() => setActing({ act: 'approve', exception })}
              >
                {titles.approve}
              </ActButton>
              <ActButton
                because={exception.may.decide}
                look={{ size: 'small' }}
                onAct={() => setActing({ act: 'reject', exception })}
              >
                {titles.reject}
              </ActButton>
            </span>
          )}
          {(exception.state === 'proposed' || exception.state === 'approved') && (
            <ActButton
              because={exception.may.withdraw}
              look={{ size: 'small' }}
              onAct={() => setActing({ act: 'withdraw', exception })}
            >
              {titles.withdraw}
            </ActButton>
          )}
        </article>
      ))}
      {acting?.act === 'propose' && (
        <ProposalDialog
          number={conflict.number}
          busy={propose.isPending}
          error={propose.error}
          onClose={close}
          onSubmit={(reason, measures, uploadIds) =>
            propose.mutate({ params: { conflictId }, body: { reason, measures, uploadIds } })
          }
        />
      )}
      {acting !== null && acting.act !== 'propose' && (
        <TextDialog
          title={`${titles[acting.act]} ${conflict.number}`}
          label={say('理由', 'Reason')}
          submitLabel={say('确认', 'Confirm')}
          danger={acting.act !== 'approve'}
          busy={decide.isPending || withdraw.isPending}
          error={decide.error ?? withdraw.error}
          onClose={close}
          onSubmit={(text) => {
            const params = { exceptionId: acting.exception.exceptionId }
            if (acting.act === 'withdraw') withdraw.mutate({ params, body: { text } })
            else decide.mutate({ params, body: { approve: acting.act === 'approve', text } })
          }}
        >
          <p>
            {say('措施:', 'Measures: ')}
            {acting.exception.measures}
          </p>
        </TextDialog>
      )}
    </section>
  )
}
