/** The joint acceptance and the filing that follows it. */
import { Checkbox } from 'antd'
import { type ReactElement, useState } from 'react'
import { addressOf } from '../../../desk/call.ts'
import { useSay } from '../../../desk/language.tsx'
import { useAct } from '../../../desk/queries.ts'
import { ActButton } from '../../../desk/ui/act-button.tsx'
import { ChoiceField } from '../../../desk/ui/inputs.tsx'
import { Card } from '../../../desk/ui/page.tsx'
import { TextDialog } from '../../../desk/ui/text-dialog.tsx'
import { wallClock } from '../../../kernel/time.ts'
import {
  type AcceptanceView,
  applyAcceptance,
  askRecheck,
  type BuildingId,
  type CompletionView,
  concludeAcceptance,
  decideFiling,
  giveResult,
  readOpinion,
  setSiteDay,
  submitFiling,
  withdrawAcceptance,
} from '../contract.ts'
import { acceptanceStateWords, partStateWords } from '../model/states.ts'
import { DayDialog, ResultDialog } from './dialogs.tsx'
import { Basis, Files, Remarks, Rounds } from './parts.tsx'

interface Viewed {
  readonly view: CompletionView
}
const Chosen = ({
  label,
  buildings,
  chosen,
  onChange,
}: {
  readonly label: string
  readonly buildings: readonly { readonly buildingId: BuildingId; readonly name: string }[]
  readonly chosen: readonly BuildingId[]
  readonly onChange: (chosen: readonly BuildingId[]) => void
}): ReactElement => (
  <fieldset className="field">
    <legend>{label}</legend>
    {buildings.map(({ buildingId, name }) => (
      <div key={buildingId}>
        <Checkbox
          checked={chosen.includes(buildingId)}
          onChange={(event) =>
            onChange(event.target.checked ? [...chosen, buildingId] : chosen.filter((each) => each !== buildingId))
          }
        >
          {name}
        </Checkbox>
      </div>
    ))}
  </fieldset>
)
export const Acceptances = ({ view }: Viewed): ReactElement => {
  const say = useSay()
  const [applying, setApplying] = useState(false)
  const [kind, setKind] = useState<'partial' | 'final'>('final')
  const [chosen, setChosen] = useState<readonly BuildingId[]>([])
  const act = useAct(applyAcceptance, { onDone: () => setApplying(false) })
  return (
    <Card
      title={say('联合验收', 'Joint acceptance')}
      beside={
        <ActButton because={view.may.apply} look={{ type: 'primary' }} onAct={() => setApplying(true)}>
          {say('申请联合验收', 'Apply')}
        </ActButton>
      }
    >
      {view.blocking.length > 0 && (
        <div className="notice warn">
          <strong>{say('最终联合验收之前还需:', 'Before the final acceptance:')}</strong>
          <ul style={{ margin: 0 }}>
            {view.blocking.map((each) => (
              <li key={each.zh}>{say(each)}</li>
            ))}
          </ul>
        </div>
      )}
      {view.acceptances.map((each) => (
        <Acceptance key={each.acceptanceId} view={view} acceptance={each} />
      ))}
      {applying && (
        <TextDialog
          title={say('申请联合验收', 'Apply for the joint acceptance')}
          label={say('申请说明', 'Statement')}
          files={say('竣工图、竣工验收报告等', 'Drawings, report, …')}
          submitLabel={say('一次申请,各部门同时办理', 'Apply once, to all departments')}
          busy={act.isPending}
          error={act.error}
          onClose={() => setApplying(false)}
          onSubmit={(statement, uploadIds) =>
            act.mutate({
              params: { projectId: view.projectId },
              body: { kind, buildingIds: kind === 'partial' ? [...chosen] : [], statement, uploadIds },
            })
          }
        >
          <ChoiceField
            label={say('验收范围', 'What')}
            value={kind}
            onChange={setKind}
            options={[
              { value: 'final', label: say('最终验收:其余全部单体', 'Final: all other buildings') },
              { value: 'partial', label: say('分期验收:所选单体', 'Partial: chosen buildings') },
            ]}
          />
          {kind === 'partial' && (
            <Chosen
              label={say('单体', 'Buildings')}
              buildings={view.buildings.filter((each) => each.acceptedOn === null)}
              chosen={chosen}
              onChange={setChosen}
            />
          )}
        </TextDialog>
      )}
    </Card>
  )
}
type Act = 'site' | 'recheck' | 'conclude' | 'withdraw' | AcceptanceView['parts'][number]
const Acceptance = ({ view, acceptance }: Viewed & { readonly acceptance: AcceptanceView }): ReactElement => {
  const say = useSay()
  const { acceptanceId, state, may, opinion } = acceptance
  const params = { acceptanceId }
  const [acting, setActing] = useState<Act | null>(null)
  const close = () => setActing(null)
  const site = useAct(setSiteDay, { onDone: close })
  const give = useAct(giveResult, { onDone: close })
  const recheck = useAct(askRecheck, { onDone: close })
  const conclude = useAct(concludeAcceptance, { onDone: close, refresh: ['approvals', 'projects'] })
  const withdraw = useAct(withdrawAcceptance, { onDone: close })
  const [usable, setUsable] = useState<readonly BuildingId[]>(acceptance.buildings.map((each) => each.buildingId))
  const running = state === 'examining' || state === 'recheck'
  return (
    <section style={{ marginBottom: 20 }} aria-label={acceptance.number}>
      <div className="row">
        <h3 style={{ margin: 0 }}>
          {acceptance.number} · {acceptance.kind === 'final' ? say('最终验收', 'Final') : say('分期验收', 'Partial')}
        </h3>
        <span className="tag">{say(acceptanceStateWords[state])}</span>
      </div>
      <p className="small">
        {acceptance.buildings.map((each) => each.name).join('、')} · {acceptance.appliedBy}{' '}
        {wallClock(acceptance.appliedAt)} · {say('期限', 'due')} {acceptance.dueOn}({acceptance.limit.days}
        {acceptance.limit.unit === 'workday' ? say('个工作日', ' working days') : say('日', ' days')}){' '}
        <Basis source={acceptance.limit.source} />
        {acceptance.siteDay !== null &&
          ` · ${say('联合踏勘日', 'site day')} ${acceptance.siteDay} ${acceptance.siteNote}`}
        <Files projectId={view.projectId} files={acceptance.files} />
      </p>
      <div className="row">
        {running && (
          <ActButton because={may.siteDay} onAct={() => setActing('site')}>
            {say('确定联合踏勘日', 'Set the site day')}
          </ActButton>
        )}
        {running && (
          <ActButton because={may.recheck} onAct={() => setActing('recheck')}>
            {say('申请复验', 'Ask for a recheck')}
          </ActButton>
        )}
        {state === 'passed' && (
          <ActButton because={may.conclude} look={{ type: 'primary' }} onAct={() => setActing('conclude')}>
            {say('批准联合验收意见', 'Approve the opinion')}
          </ActButton>
        )}
        {(running || state === 'passed') && (
          <ActButton because={may.withdraw} onAct={() => setActing('withdraw')}>
            {say('撤回申请', 'Withdraw')}
          </ActButton>
        )}
        {opinion !== null && (
          <a href={addressOf(readOpinion, params)} target="_blank" rel="noreferrer">
            {say('联合验收意见(PDF)', 'Opinion (PDF)')}
          </a>
        )}
      </div>
      {acceptance.parts.map((part) => (
        <div key={part.partId} style={{ marginTop: 8 }}>
          <div className="row">
            <strong>{say(part.name)}</strong> <span className="small">{part.departmentName}</span>
            <span className="tag">{say(partStateWords[part.state])}</span>
            {part.state === 'open' && (
              <span className={part.overdue ? 'fault' : 'small quiet'}>
                {say('期限', 'due')} {part.dueOn}
                {part.round > 1 && say(` 第${part.round}轮`, ` round ${part.round}`)}
              </span>
            )}
            {part.state === 'open' && running && (
              <ActButton because={part.may.give} look={{ size: 'small' }} onAct={() => setActing(part)}>
                {say('给出结果', 'Give the result')}
                <span className="hidden">{say(part.name)}</span>
              </ActButton>
            )}
          </div>
          <Rounds projectId={view.projectId} rounds={part.rounds} />
          <Remarks projectId={view.projectId} remarks={part.remarks} />
        </div>
      ))}
      {acting === 'site' && (
        <DayDialog
          title={say('确定联合踏勘日', 'Set the site day')}
          label={say('联合踏勘日', 'Day')}
          submitLabel={say('确定', 'Set')}
          busy={site.isPending}
          error={site.error}
          onClose={close}
          onSubmit={(day, note) => site.mutate({ params, body: { day, note } })}
        />
      )}
      {acting === 'recheck' && (
        <TextDialog
          title={say('申请复验', 'Ask for a recheck')}
          label={say('整改情况', 'What was done')}
          submitLabel={say('申请', 'Ask')}
          busy={recheck.isPending}
          error={recheck.error}
          onClose={close}
          onSubmit={(statement) => recheck.mutate({ params, body: { statement } })}
        />
      )}
      {acting === 'withdraw' && (
        <TextDialog
          danger
          title={say('撤回联合验收申请', 'Withdraw')}
          label={say('理由', 'Reason')}
          submitLabel={say('撤回', 'Withdraw')}
          busy={withdraw.isPending}
          error={withdraw.error}
          onClose={close}
          onSubmit={(reason) => withdraw.mutate({ params, body: { reason } })}
        />
      )}
      {acting === 'conclude' && (
        <TextDialog
          title={say('批准联合验收意见', 'Approve the opinion')}
          label={say('联合验收意见', 'Opinion')}
          submitLabel={say('批准并出具', 'Approve')}
          busy={conclude.isPending}
          error={conclude.error}
          onClose={close}
          onSubmit={(text) => conclude.mutate({ params, body: { text, usable: [...usable] } })}
        >
          <Chosen
            label={say('可以投入使用的单体', 'Buildings that may be used')}
            buildings={acceptance.buildings}
            chosen={usable}
            onChange={setUsable}
          />
        </TextDialog>
      )}
      {acting !== null && typeof acting === 'object' && (
        <ResultDialog
          title={`${say('验收结果', 'Result')}:${say(acting.name)}`}
          busy={give.isPending}
          error={give.error}
          onClose={close}
          onSubmit={(body) => give.mutate({ params: { partId: acting.partId }, body })}
        />
      )}
    </section>
  )
}
export const Filing = ({ view }: Viewed): ReactElement | null => {
  const say = useSay()
  const [acting, setActing] = useState<'submit' | 'accept' | 'return' | null>(null)
  const close = () => setActing(null)
  const submit = useAct(submitFiling, { onDone: close })
  const decide = useAct(decideFiling, { onDone: close })
  const { filing } = view
  const params = { projectId: view.projectId }
  if (filing === null) return null
  return (
    <Card title={say('竣工验收备案', 'Completion filing')}>
      <p>
        {say('竣工验收合格', 'Accepted')} {filing.acceptedOn} · {say('备案期限', 'due')} <strong>{filing.dueOn}</strong>{' '}
        {filing.overdue && <span className="fault">{say('已超期', 'overdue')}</span>}
        {filing.late === true && <span className="tag">{say('逾期报送', 'late')}</span>}{' '}
        <Basis source={filing.source} />
      </p>
      {filing.returned !== null && (
        <p className="notice warn">
          {say('退回补正', 'Returned')}:{filing.returned.reason}
        </p>
      )}
      {filing.number !== null && (
        <p className="notice good">
          {say('已备案', 'Filed')} {filing.number} · {filing.filedOn} · {filing.basis}
        </p>
      )}
      <Files projectId={view.projectId} files={filing.files} />
      <div className="row">
        {filing.state === 'open' && (
          <ActButton because={filing.may.submit} look={{ type: 'primary' }} onAct={() => setActing('submit')}>
            {say('报送备案材料', 'Hand it in')}
          </ActButton>
        )}
        {filing.state === 'submitted' && (
          <>
            <ActButton because={filing.may.file} look={{ type: 'primary' }} onAct={() => setActing('accept')}>
              {say('收讫备案', 'Keep it')}
            </ActButton>
            <ActButton because={filing.may.file} onAct={() => setActing('return')}>
              {say('退回补正', 'Return it')}
            </ActButton>
          </>
        )}
      </div>
      {acting === 'submit' && (
        <TextDialog
          optional
          title={say('报送竣工验收备案', 'Hand in the filing')}
          label={say('说明(可选)', 'Note (optional)')}
          files={say('竣工验收备案表、竣工验收报告、质量保修书等', 'Form, report, warranty, …')}
          submitLabel={say('报送', 'Hand in')}
          busy={submit.isPending}
          error={submit.error}
          onClose={close}
          onSubmit={(_note, uploadIds) => submit.mutate({ params, body: { uploadIds } })}
        />
      )}
      {(acting === 'accept' || acting === 'return') && (
        <TextDialog
          optional={acting === 'accept'}
          title={acting === 'accept' ? say('收讫备案', 'Keep it') : say('退回补正', 'Return it')}
          label={say('理由或说明', 'Reason')}
          submitLabel={say('确认', 'Confirm')}
          busy={decide.isPending}
          error={decide.error}
          onClose={close}
          onSubmit={(reason) => decide.mutate({ params, body: { accept: acting === 'accept', reason } })}
        />
      )}
    </Card>
  )
}
