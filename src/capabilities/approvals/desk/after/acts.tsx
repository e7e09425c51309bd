/** Correction, replacement and revocation of a decision: proposal, the holder's answer, decision by another. */
import { type ReactElement, useState } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { holdsAny, useMe } from '../../../../desk/me.tsx'
import { useAct } from '../../../../desk/queries.ts'
import { FormDialog } from '../../../../desk/ui/form-dialog.tsx'
import { ChoiceField, TextField } from '../../../../desk/ui/inputs.tsx'
import { words } from '../../../../kernel/words.ts'
import {
  type ActKind,
  type AfterView,
  actKinds,
  answerAct,
  type DecisionDocument,
  decideAct,
  proposeAct,
} from '../../contract/after.ts'
import { actWords } from '../../model/after-words.ts'
import { OwnAct } from './own-act.tsx'
import { Pending } from './pending.tsx'
import { TextDialog } from './text-dialog.tsx'
import { VerdictDialog } from './verdict-dialog.tsx'

type Act = DecisionDocument['acts'][number]
interface Props {
  readonly document: DecisionDocument
  readonly grounds: AfterView['revocationGrounds']
}
const stateWords = {
  proposed: words('待决定', 'proposed'),
  done: words('已作出', 'done'),
  rejected: words('不同意', 'rejected'),
} as const
const changeWords: Readonly<Record<string, ReturnType<typeof words>>> = {
  holderName: words('持有单位', 'Holder'),
  projectName: words('项目名称', 'Project'),
  projectAddress: words('建设地点', 'Place'),
  text: words('决定内容', 'Text'),
}

export const Acts = ({ document, grounds }: Props): ReactElement | null => {
  const say = useSay()
  const me = useMe()
  const [proposing, setProposing] = useState(false)
  const [answering, setAnswering] = useState<Act | null>(null)
  const [deciding, setDeciding] = useState<Act | null>(null)
  const officer = holdsAny(me, 'reviewer', 'lead', 'approver')
  if (document.acts.length === 0 && !officer) return null
  return (
    <div>
      <h4>{say('更正、换发与撤销', 'Correction, replacement, revocation')}</h4>
      {document.acts.length > 0 && (
        <ul>
          {document.acts.map((act) => (
            <li key={act.actId}>
              {say(actWords[act.kind])} <span className="tag">{say(stateWords[act.state])}</span>{' '}
              {act.ground !== null && (
                <>
                  {say(act.ground.name)}({act.ground.basis}) <Pending certainty={act.ground.certainty} />
                </>
              )}
              <div className="small">
                {act.reason} · {act.proposedBy}
                {act.decidedBy !== null && ` · ${act.decidedBy} ${act.remark}`}
              </div>
              {Object.entries(act.changes).map(([field, value]) => (
                <div key={field} className="small">
                  {say(changeWords[field] ?? words(field, field))}:{value}
                </div>
              ))}
              {act.answerUntil !== null && (
                <div className="small">
                  {say('陈述申辩截止', 'Answer until')} {act.answerUntil}
                  {act.answer !== null && ` · ${say('陈述', 'answer')}:${act.answer}`}
                </div>
              )}
              {act.state === 'proposed' && (
                <div className="row">
                  {act.answerUntil !== null && (
                    <OwnAct
                      of={answerAct}
                      because={act.may['answer-act']}
                      look={{ size: 'small' }}
                      onAct={() => setAnswering(act)}
                    >
                      {say('陈述、申辩', 'Answer')}
                    </OwnAct>
                  )}
                  <OwnAct
                    of={decideAct}
                    because={act.may['decide-act']}
                    look={{ size: 'small' }}
                    onAct={() => setDeciding(act)}
                  >
                    {say('作出处理决定', 'Decide')}
                  </OwnAct>
                </div>
              )}
            </li>
          ))}
        </ul>
      )}
      {officer && document.state === 'in-force' && (
        <OwnAct
          of={proposeAct}
          because={document.may['propose-act']}
          look={{ size: 'small' }}
          onAct={() => setProposing(true)}
        >
          {say('提请更正、换发或撤销', 'Propose a correction, replacement or revocation')}
        </OwnAct>
      )}
      {proposing && <ProposeDialog document={document} grounds={grounds} onClose={() => setProposing(false)} />}
      {answering !== null && <AnswerDialog act={answering} onClose={() => setAnswering(null)} />}
      {deciding !== null && <DecideDialog act={deciding} onClose={() => setDeciding(null)} />}
    </div>
  )
}

const ProposeDialog = ({ document, grounds, onClose }: Props & { readonly onClose: () => void }): ReactElement => {
  const say = useSay()
  const act = useAct(proposeAct, { onDone: onClose })
  const [kind, setKind] = useState<ActKind | null>(null)
  const [ground, setGround] = useState<string | null>(null)
  const [reason, setReason] = useState('')
  const [changes, setChanges] = useState<Readonly<Record<string, string>>>({})
  const [tried, setTried] = useState(false)
  const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value.trim() !== ''))
  const chosen = grounds.find((each) => each.id === ground)
  const lacksGround = kind === 'revocation' && ground === null
  return (
    <FormDialog
      open
      title={`${say('提请处理', 'Propose')}:${document.documentNumber}`}
      onClose={onClose}
      onSubmit={() => {
        setTried(true)
        if (kind === null || reason.trim() === '' || lacksGround) return
        act.mutate({
          params: { certificateId: document.certificateId },
          body: {
            version: document.version,
            kind,
            reason,
            ground: kind === 'revocation' ? (ground ?? undefined) : undefined,
            changes: kind === 'revocation' ? {} : given,
          },
        })
      }}
      submitLabel={say('提请', 'Propose')}
      busy={act.isPending}
      error={act.error}
      width={760}
    >
      <ChoiceField
        label={say('处理种类', 'Kind')}
        value={kind}
        onChange={setKind}
        options={actKinds.map((each) => ({ value: each, label: say(actWords[each]) }))}
        fault={tried && kind === null ? say('请选择种类。', 'Choose the kind.') : undefined}
      />
      {kind === 'revocation' && (
        <ChoiceField
          label={say('法定理由', 'Ground in law')}
          value={ground}
          onChange={setGround}
          options={grounds.map((each) => ({
            value: each.id,
            label: (
              <>
                {say(each.name)}({each.basis}) <Pending certainty={each.certainty} />
              </>
            ),
          }))}
          fault={tried && lacksGround ? say('请选择法定理由。', 'Choose the ground.') : undefined}
        />
      )}
      {chosen?.hearing === true && (
        <p className="notice">
          {say(
            '提请后即书面告知持证人,期满或者收到陈述申辩后方可决定。',
            'The holder is told at once and may answer before it is decided.',
          )}
        </p>
      )}
      {kind !== null &&
        kind !== 'revocation' &&
        Object.entries(changeWords).map(([field, label]) => (
          <TextField
            key={field}
            label={`${say(label)}(${say('改为,不改的留空', 'new text; leave empty to keep')})`}
            value={changes[field] ?? ''}
            onChange={(value) => setChanges((before) => ({ ...before, [field]: value }))}
            {...(field === 'text' ? { rows: 4, maxLength: 4000 } : { maxLength: 200 })}
          />
        ))}
      <TextField
        label={say('理由和事实', 'Reasons and facts')}
        value={reason}
        onChange={setReason}
        rows={4}
        maxLength={2000}
        required
        fault={tried && reason.trim() === '' ? say('请写明理由。', 'Give the reason.') : undefined}
      />
    </FormDialog>
  )
}
const AnswerDialog = ({ act: one, onClose }: { readonly act: Act; readonly onClose: () => void }): ReactElement => {
  const say = useSay()
  const act = useAct(answerAct, { onDone: onClose })
  return (
    <TextDialog
      title={say('陈述、申辩', 'Answer')}
      label={say('内容', 'Content')}
      submitLabel={say('提交', 'Send')}
      maxLength={4000}
      busy={act.isPending}
      error={act.error}
      onClose={onClose}
      onText={(answer) => act.mutate({ params: { actId: one.actId }, body: { version: one.version, answer } })}
    >
      <p className="notice">{one.reason}</p>
    </TextDialog>
  )
}
const DecideDialog = ({ act: one, onClose }: { readonly act: Act; readonly onClose: () => void }): ReactElement => {
  const say = useSay()
  const act = useAct(decideAct, { onDone: onClose })
  return (
    <VerdictDialog
      title={say(actWords[one.kind])}
      yes={say('同意', 'Agree')}
      no={say('不同意', 'Reject')}
      busy={act.isPending}
      error={act.error}
      onClose={onClose}
      onVerdict={(approve, remark) =>
        act.mutate({ params: { actId: one.actId }, body: { version: one.version, approve, remark } })
      }
    >
      <p className="notice">{one.reason}</p>
      {one.answer !== null && (
        <p>
          {say('持证人陈述', 'Answer of the holder')}:{one.answer}
        </p>
      )}
    </VerdictDialog>
  )
}
