/** Withdrawal of the application: asked by the applicant, settled by the window. */
import { type ReactElement, useState } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { useAct } from '../../../../desk/queries.ts'
import { wallClock } from '../../../../kernel/time.ts'
import { words } from '../../../../kernel/words.ts'
import { type AfterView, decideWithdrawal, requestWithdrawal } from '../../contract/after.ts'
import { OwnAct } from './own-act.tsx'
import { TextDialog } from './text-dialog.tsx'
import { VerdictDialog } from './verdict-dialog.tsx'

const stateWords = {
  requested: words('等待窗口确认', 'waits for the window'),
  confirmed: words('已撤回', 'withdrawn'),
  refused: words('不同意撤回,已恢复原状', 'refused, all as before'),
} as const

export const Withdrawals = ({ view }: { readonly view: AfterView }): ReactElement | null => {
  const say = useSay()
  const [dialog, setDialog] = useState<'ask' | 'settle' | null>(null)
  const ask = useAct(requestWithdrawal, { onDone: () => setDialog(null) })
  const settle = useAct(decideWithdrawal, { onDone: () => setDialog(null) })
  const pending = view.withdrawals.find((each) => each.state === 'requested')
  const mayAsk = (view.may['request-withdrawal'] ?? null) === null
  if (view.withdrawals.length === 0 && !mayAsk) return null
  return (
    <div>
      {view.withdrawals.map((each) => (
        <p key={each.withdrawalId} className={each.state === 'requested' ? 'notice warn' : 'notice'}>
          {say('撤回申请', 'Withdrawal')} <span className="tag">{say(stateWords[each.state])}</span> {each.reason} ·{' '}
          {wallClock(each.requestedAt)} {each.requestedBy}
          {each.decidedAt !== null && ` · ${wallClock(each.decidedAt)} ${each.decidedBy ?? ''} ${each.remark}`}
        </p>
      ))}
      <div className="row">
        {mayAsk && (
          <OwnAct of={requestWithdrawal} because={null} look={{ danger: true }} onAct={() => setDialog('ask')}>
            {say('申请撤回', 'Ask to withdraw')}
          </OwnAct>
        )}
        {pending !== undefined && (
          <OwnAct of={decideWithdrawal} because={view.may['decide-withdrawal']} onAct={() => setDialog('settle')}>
            {say('确认或者不同意撤回', 'Settle the withdrawal')}
          </OwnAct>
        )}
      </div>
      {dialog === 'ask' && (
        <TextDialog
          title={say('申请撤回', 'Ask to withdraw')}
          label={say('撤回理由', 'Reason')}
          submitLabel={say('申请撤回', 'Ask to withdraw')}
          busy={ask.isPending}
          error={ask.error}
          onClose={() => setDialog(null)}
          onText={(reason) => ask.mutate({ params: { applicationId: view.applicationId }, body: { reason } })}
        >
          <p>
            {say(
              '窗口确认后办理终止;窗口不同意的,恢复到申请撤回前的状态。撤回后可以重新申请。',
              'Once the window confirms, the handling ends; if it refuses, all is as before. You may file again later.',
            )}
          </p>
        </TextDialog>
      )}
      {dialog === 'settle' && pending !== undefined && (
        <VerdictDialog
          title={say('撤回申请', 'Withdrawal')}
          yes={say('确认撤回,终止办理', 'Confirm: the handling ends')}
          no={say('不同意撤回,恢复原状', 'Refuse: all as before')}
          busy={settle.isPending}
          error={settle.error}
          onClose={() => setDialog(null)}
          onVerdict={(confirm, remark) =>
            settle.mutate({
              params: { applicationId: view.applicationId },
              body: { version: pending.version, confirm, remark },
            })
          }
        >
          <p className="notice">{pending.reason}</p>
        </VerdictDialog>
      )}
    </div>
  )
}
