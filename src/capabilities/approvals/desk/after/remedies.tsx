/** Reconsideration and litigation against a decision: lodged, moved on, decided. */
import { Checkbox } from 'antd'
import { type ReactElement, useState } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { useAct } from '../../../../desk/queries.ts'
import { FormDialog } from '../../../../desk/ui/form-dialog.tsx'
import { ChoiceField, TextField } from '../../../../desk/ui/inputs.tsx'
import { type LocalDate, wallClock } from '../../../../kernel/time.ts'
import { type DecisionDocument, lodgeRemedy, moveRemedy } from '../../contract/after.ts'
import { remedyKindWords, remedyStateWords } from '../../model/after-words.ts'
import { openRemedyStates, type RemedyKind, type RemedyState } from '../../model/remedies.ts'
import { OwnAct } from './own-act.tsx'

type Case = DecisionDocument['cases'][number]

export const Remedies = ({ document }: { readonly document: DecisionDocument }): ReactElement | null => {
  const say = useSay()
  const [lodging, setLodging] = useState(false)
  const [moving, setMoving] = useState<Case | null>(null)
  const kinds = document.remedies.flatMap((remedy) => (remedy.kind === null ? [] : [remedy.kind]))
  if (kinds.length === 0) return null
  return (
    <div>
      <h4>{say('复议与诉讼', 'Reconsideration and litigation')}</h4>
      {document.cases.length > 0 && (
        <ul>
          {document.cases.map((one) => (
            <li key={one.remedyCaseId}>
              {say(remedyKindWords[one.kind])} · {one.body} {one.bodyNumber} · {one.lodgedOn}{' '}
              <span className="tag">{say(remedyStateWords[one.state])}</span>{' '}
              {one.late && <span className="tag">{say('超过期限提起', 'lodged late')}</span>}{' '}
              {one.suspends && <span className="tag">{say('停止执行', 'suspends the decision')}</span>}
              <div className="small" style={{ whiteSpace: 'pre-wrap' }}>
                {one.claim}
              </div>
              {one.steps.map((step) => (
                <div key={`${step.to}${step.at}`} className="quiet small">
                  {wallClock(step.at)} {say(remedyStateWords[step.to])} · {step.text} · {step.by}
                </div>
              ))}
              {openRemedyStates.includes(one.state) && (
                <OwnAct
                  of={moveRemedy}
                  because={one.may['move-remedy']}
                  look={{ size: 'small' }}
                  onAct={() => setMoving(one)}
                >
                  {say('登记进展', 'Record a step')}
                </OwnAct>
              )}
            </li>
          ))}
        </ul>
      )}
      <OwnAct
        of={lodgeRemedy}
        because={document.may['lodge-remedy']}
        look={{ size: 'small' }}
        onAct={() => setLodging(true)}
      >
        {say('登记复议或诉讼', 'Record a case')}
      </OwnAct>
      {lodging && <LodgeDialog document={document} kinds={kinds} onClose={() => setLodging(false)} />}
      {moving !== null && <MoveDialog one={moving} onClose={() => setMoving(null)} />}
    </div>
  )
}

const LodgeDialog = ({
  document,
  kinds,
  onClose,
}: {
  readonly document: DecisionDocument
  readonly kinds: readonly RemedyKind[]
  readonly onClose: () => void
}): ReactElement => {
  const say = useSay()
  const act = useAct(lodgeRemedy, { onDone: onClose })
  const [kind, setKind] = useState<RemedyKind | null>(null)
  const [day, setDay] = useState('')
  const [body, setBody] = useState('')
  const [number, setNumber] = useState('')
  const [claim, setClaim] = useState('')
  const [tried, setTried] = useState(false)
  const lacking = (text: string) => (tried && text.trim() === '' ? say('请填写。', 'Please fill this in.') : undefined)
  return (
    <FormDialog
      open
      title={`${say('登记复议或诉讼', 'Record a case')}:${document.documentNumber}`}
      onClose={onClose}
      onSubmit={() => {
        setTried(true)
        if (kind === null || day === '' || body.trim() === '' || claim.trim() === '') return
        act.mutate({
          params: { certificateId: document.certificateId },
          body: { kind, lodgedOn: day as LocalDate, body, bodyNumber: number, claim },
        })
      }}
      submitLabel={say('登记', 'Record')}
      busy={act.isPending}
      error={act.error}
    >
      <ChoiceField
        label={say('途径', 'Way')}
        value={kind}
        onChange={setKind}
        options={kinds.map((each) => ({ value: each, label: say(remedyKindWords[each]) }))}
        fault={tried && kind === null ? say('请选择途径。', 'Choose the way.') : undefined}
      />
      <TextField
        label={say('提起日期', 'Day')}
        type="date"
        value={day}
        onChange={setDay}
        required
        fault={lacking(day)}
      />
      <TextField
        label={say('复议机关或者法院', 'Authority or court')}
        value={body}
        onChange={setBody}
        maxLength={120}
        required
        fault={lacking(body)}
      />
      <TextField
        label={say('案号(可选)', 'Its number (optional)')}
        value={number}
        onChange={setNumber}
        maxLength={80}
      />
      <TextField
        label={say('请求和理由', 'Claim and reasons')}
        value={claim}
        onChange={setClaim}
        rows={4}
        maxLength={2000}
        required
        fault={lacking(claim)}
      />
    </FormDialog>
  )
}
const MoveDialog = ({ one, onClose }: { readonly one: Case; readonly onClose: () => void }): ReactElement => {
  const say = useSay()
  const act = useAct(moveRemedy, { onDone: onClose })
  const [to, setTo] = useState<RemedyState | null>(null)
  const [suspends, setSuspends] = useState(one.suspends)
  const [text, setText] = useState('')
  const [tried, setTried] = useState(false)
  const open = to !== null && openRemedyStates.includes(to)
  return (
    <FormDialog
      open
      title={`${say(remedyKindWords[one.kind])}:${say('登记进展', 'Record a step')}`}
      onClose={onClose}
      onSubmit={() => {
        setTried(true)
        if (to === null || text.trim() === '') return
        act.mutate({
          params: { remedyCaseId: one.remedyCaseId },
          body: { version: one.version, to, text, suspends: open && suspends },
        })
      }}
      submitLabel={say('登记', 'Record')}
      busy={act.isPending}
      error={act.error}
      danger={to === 'annulled'}
    >
      <ChoiceField
        label={say('进展', 'Step')}
        value={to}
        onChange={setTo}
        options={[one.state, ...one.next].map((state) => ({
          value: state,
          label:
            state === one.state
              ? say('仍处原阶段,仅调整停止执行', 'Same stage, only the suspension changes')
              : say(remedyStateWords[state]),
        }))}
        fault={tried && to === null ? say('请选择进展。', 'Choose the step.') : undefined}
      />
      {open && (
        <Checkbox checked={suspends} onChange={(event) => setSuspends(event.target.checked)}>
          {say('决定停止执行', 'The decision is suspended')}
        </Checkbox>
      )}
      {to === 'annulled' && (
        <p className="notice warn">
          {say(
            '登记后原决定失去效力,该事项重新办理并重新计时。',
            'The decision ends and the item is handled anew with a full period.',
          )}
        </p>
      )}
      <TextField
        label={say('内容', 'Content')}
        value={text}
        onChange={setText}
        rows={4}
        maxLength={2000}
        required
        fault={tried && text.trim() === '' ? say('请填写内容。', 'Please fill this in.') : undefined}
      />
    </FormDialog>
  )
}
