/** One item in the hands of its department: clocks, hold, front conditions, opinions, draft, decision, and what may be done. */
import { type ReactElement, useState } from 'react'
import { addressOf } from '../../../../desk/call.ts'
import { useSay } from '../../../../desk/language.tsx'
import { holdsAny, useMe } from '../../../../desk/me.tsx'
import { useShortcuts } from '../../../../desk/shortcuts.ts'
import { ActButton } from '../../../../desk/ui/act-button.tsx'
import { ClockBadge } from '../../../../desk/ui/clock-badge.tsx'
import type { ProjectId } from '../../../../kernel/identity.ts'
import { wallClock } from '../../../../kernel/time.ts'
import { type Words, words } from '../../../../kernel/words.ts'
import { type ItemRunView, readCertificate } from '../../contract.ts'
import { itemRunStateWords, opinionCodeWords, opinionTaskStateWords, outcomeWordsOf } from '../../model/words.ts'
import { AskOpinionsDialog } from '../consultation/ask-dialog.tsx'
import { holderWords } from '../explanation.tsx'
import { MilestonesLink } from '../milestones/link.tsx'
import { DecisionDrawer, DraftDialog, DraftView, ReviewDialog } from './decision-dialogs.tsx'
import { GiveOpinion } from './opinion-dialogs.tsx'
import { DecidePauseDialog, ExtendDialog, ProposePauseDialog, ResumeDialog } from './pause-dialogs.tsx'

type DialogName = 'ask' | 'propose' | 'decide-pause' | 'resume' | 'extend' | 'draft' | 'review' | 'decide'

interface Action {
  readonly name: DialogName
  /** Key of `may`. */
  readonly may: string
  readonly label: Words
  readonly key: string
  readonly primary?: boolean
}
const actions: readonly Action[] = [
  { name: 'draft', may: 'draft', label: words('拟定决定', 'Draft decision'), key: 'd', primary: true },
  { name: 'review', may: 'review', label: words('审核', 'Review'), key: 'r', primary: true },
  { name: 'decide', may: 'decide', label: words('作出决定', 'Decide'), key: 'e', primary: true },
  { name: 'ask', may: 'ask-opinions', label: words('征求意见', 'Ask opinions'), key: 'a' },
  { name: 'propose', may: 'propose-pause', label: words('提请停止计时', 'Propose pause'), key: 'p' },
  { name: 'decide-pause', may: 'decide-pause', label: words('审批停止计时', 'Decide pause'), key: 's' },
  { name: 'resume', may: 'resume', label: words('恢复计时', 'Resume'), key: 'c' },
  { name: 'extend', may: 'extend', label: words('延长期限', 'Extend'), key: 'x' },
]

interface PanelProps {
  readonly run: ItemRunView
  readonly projectId: ProjectId
  readonly onExplain: (clockId: string) => void
}
export const ItemRunPanel = ({ run, projectId, onExplain }: PanelProps): ReactElement => {
  const say = useSay()
  const me = useMe()
  const [dialog, setDialog] = useState<DialogName | null>(null)
  const close = () => setDialog(null)
  const isOfficer = holdsAny(me, 'reviewer', 'lead', 'approver')
  const shown = run.state === 'decided' || run.state === 'cancelled' || !isOfficer ? [] : actions
  useShortcuts(
    shown
      .filter((action) => (run.may[action.may] ?? null) === null)
      .map((action) => ({ key: action.key, what: action.label, run: () => setDialog(action.name) })),
  )
  return (
    <div className="stack">
      <div className="row">
        {run.clocks.map((clock) => (
          <ClockBadge key={clock.clockId} clock={clock} withLabel onExplain={() => onExplain(clock.clockId)} />
        ))}
        {run.clocks.length === 0 && <span className="quiet">{say('本事项不计时', 'No clock for this item')}</span>}
      </div>
      {run.hold !== null && (
        <p className="notice warn" style={{ margin: 0 }}>
          {say('停止计时', 'Clock stopped')}:{say(run.hold.label)}({run.hold.basis}),
          {say('自', 'since')} {wallClock(run.hold.since)},{say('等待', 'waiting for')}{' '}
          {say(holderWords[run.hold.holder])}
        </p>
      )}
      {run.pauseProposal !== null && (
        <p className="notice" style={{ margin: 0 }}>
          {say('待批准的停止计时', 'Pause proposed')}:{say(run.pauseProposal.label)} · {run.pauseProposal.reason} ·{' '}
          {run.pauseProposal.expectedDays} {say('日', 'days')} · {run.pauseProposal.proposedBy}
        </p>
      )}
      {run.frontConditions.length > 0 && (
        <div className="notice warn" style={{ margin: 0 }}>
          <strong>{say('前置条件未满足', 'Front conditions not met')}</strong>
          <ul style={{ margin: 0 }}>
            {run.frontConditions.map((condition) => (
              <li key={`${condition.itemId}${condition.blocks}`}>
                {say(condition.sentence)}
                {condition.milestone !== undefined && <MilestonesLink projectId={projectId} />}
                {condition.path !== undefined && <a href={condition.path}>{say('去处理', 'See to it')}</a>}
              </li>
            ))}
          </ul>
        </div>
      )}
      {shown.length > 0 && (
        <div className="row" role="group" aria-label={say('办理操作', 'Actions')}>
          {shown.map((action) => (
            <ActButton
              key={action.name}
              because={run.may[action.may]}
              onAct={() => setDialog(action.name)}
              look={action.primary === true && (run.may[action.may] ?? null) === null ? { type: 'primary' } : {}}
            >
              {say(action.label)}
            </ActButton>
          ))}
        </div>
      )}
      <Opinions run={run} onExplain={onExplain} />
      {run.decision !== null && <DecisionView run={run} />}
      {run.state !== 'decided' && <DraftView run={run} />}
      {dialog === 'ask' && <AskOpinionsDialog run={run} onClose={close} />}
      {dialog === 'propose' && <ProposePauseDialog run={run} onClose={close} />}
      {dialog === 'decide-pause' && <DecidePauseDialog run={run} onClose={close} />}
      {dialog === 'resume' && <ResumeDialog run={run} onClose={close} />}
      {dialog === 'extend' && <ExtendDialog run={run} onClose={close} />}
      {dialog === 'draft' && <DraftDialog run={run} onClose={close} />}
      {dialog === 'review' && <ReviewDialog run={run} onClose={close} />}
      {dialog === 'decide' && <DecisionDrawer run={run} onClose={close} />}
    </div>
  )
}

const Opinions = ({ run, onExplain }: Omit<PanelProps, 'projectId'>): ReactElement | null => {
  const say = useSay()
  const me = useMe()
  if (run.opinionTasks.length === 0) return null
  const isMine = (department: string) =>
    me.roles.some((held) => held.department === department && ['reviewer', 'lead', 'approver'].includes(held.role))
  return (
    <table className="cases">
      <caption style={{ textAlign: 'left', fontWeight: 600, paddingBottom: 6 }}>{say('部门意见', 'Opinions')}</caption>
      <thead>
        <tr>
          <th scope="col">{say('部门', 'Department')}</th>
          <th scope="col">{say('问题', 'Question')}</th>
          <th scope="col">{say('意见', 'Opinion')}</th>
          <th scope="col">{say('时限', 'Clock')}</th>
        </tr>
      </thead>
      <tbody>
        {run.opinionTasks.map((task) => {
          const open = task.state === 'sent' || task.state === 'opened'
          return (
            <tr key={task.opinionTaskId}>
              <th scope="row">{task.departmentName}</th>
              <td data-label={say('问题', 'Question')}>{task.question}</td>
              <td data-label={say('意见', 'Opinion')}>
                <strong>
                  {task.code === null ? say(opinionTaskStateWords[task.state]) : say(opinionCodeWords[task.code])}
                </strong>
                {task.state === 'deemed' && <span className="tag">{say('逾期默认', 'by silence')}</span>}
                {task.text !== null && task.text !== '' && <div>{task.text}</div>}
                {task.conditions.length > 0 && (
                  <ol style={{ margin: 0, paddingInlineStart: 20 }}>
                    {task.conditions.map((condition) => (
                      <li key={condition}>{condition}</li>
                    ))}
                  </ol>
                )}
                {task.givenAt !== null && (
                  <div className="quiet small">
                    {task.givenBy} · {wallClock(task.givenAt)}
                  </div>
                )}
                {open && isMine(task.department) && <GiveOpinion task={task} />}
              </td>
              <td data-label={say('时限', 'Clock')}>
                {task.clock === null ? (
                  '—'
                ) : (
                  <ClockBadge clock={task.clock} onExplain={() => onExplain(task.clock?.clockId ?? '')} />
                )}
              </td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}

const DecisionView = ({ run }: { readonly run: ItemRunView }): ReactElement | null => {
  const say = useSay()
  const { decision } = run
  if (decision === null) return null
  return (
    <div>
      <dl className="facts">
        <div>
          <dt>{say('决定', 'Decision')}</dt>
          <dd>
            <strong>{say(outcomeWordsOf(run.itemKind, decision.outcome))}</strong>
          </dd>
        </div>
        <div>
          <dt>{say('文号', 'Document number')}</dt>
          <dd>{decision.documentNumber}</dd>
        </div>
        <div>
          <dt>{say('决定时间', 'Decided at')}</dt>
          <dd>
            {wallClock(decision.decidedAt)} · {decision.decidedBy}
          </dd>
        </div>
        {decision.verificationCode !== null && (
          <div>
            <dt>{say('验真码', 'Verification code')}</dt>
            <dd>
              <code>{decision.verificationCode}</code>
            </dd>
          </div>
        )}
        <div style={{ gridColumn: '1 / -1' }}>
          <dt>{say('理由和依据', 'Reasons and basis')}</dt>
          <dd style={{ whiteSpace: 'pre-wrap' }}>{decision.text}</dd>
        </div>
      </dl>
      {decision.conditions.length > 0 && (
        <ol>
          {decision.conditions.map((condition) => (
            <li key={condition}>{condition}</li>
          ))}
        </ol>
      )}
      {decision.certificateId !== null && (
        <a
          href={addressOf(readCertificate, { certificateId: decision.certificateId })}
          target="_blank"
          rel="noreferrer"
        >
          {say('查看证件或批复(PDF,在新窗口打开)', 'Certificate or reply (PDF, opens a new window)')}
        </a>
      )}
    </div>
  )
}

/** The line above a panel: what, who, how it stands. */
export const RunHeadline = ({ run }: { readonly run: ItemRunView }): ReactElement => {
  const say = useSay()
  const pressing = run.clocks.find((clock) => clock.state === 'running' || clock.state === 'paused') ?? run.clocks[0]
  return (
    <span className="row">
      <strong>{say(run.itemName)}</strong>
      <span className="quiet">{run.departmentName}</span>
      <span className="tag">{say(itemRunStateWords[run.state])}</span>
      {run.hold !== null && <span className="tag">{say('停止计时', 'Clock stopped')}</span>}
      {pressing !== undefined && <ClockBadge clock={pressing} withLabel={run.decision !== null} />}
    </span>
  )
}
