/** 办件全貌: the whole file on one page, for every role; each sees the actions that are theirs. */
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { Collapse } from 'antd'
import { type ReactElement, useState } from 'react'
import { addressOf } from '../../../../desk/call.ts'
import { useFilters } from '../../../../desk/filters.ts'
import { useSay } from '../../../../desk/language.tsx'
import { holdsAny, useMe } from '../../../../desk/me.tsx'
import { useAct, useRead } from '../../../../desk/queries.ts'
import { useShortcuts } from '../../../../desk/shortcuts.ts'
import { ActButton } from '../../../../desk/ui/act-button.tsx'
import { ClockBadge } from '../../../../desk/ui/clock-badge.tsx'
import { Loaded } from '../../../../desk/ui/loaded.tsx'
import { Card, Page } from '../../../../desk/ui/page.tsx'
import { RefusalNotice } from '../../../../desk/ui/refusal-notice.tsx'
import { Timeline } from '../../../../desk/ui/timeline.tsx'
import { wallClock } from '../../../../kernel/time.ts'
import { words } from '../../../../kernel/words.ts'
import { type ApplicationFile, discardDraft, readApplication, readReceipt } from '../../contract.ts'
import { applicationStateWords } from '../../model/words.ts'
import { AfterCard } from '../after/after-card.tsx'
import { ConsultationCard } from '../consultation/consultation-card.tsx'
import { ExplanationDialog } from '../explanation.tsx'
import { MilestonesLink } from '../milestones/link.tsx'
import { fileSearch } from '../search.ts'
import { PromisesPanel } from '../undertakings/promises-panel.tsx'
import { RoundsPanel } from '../undertakings/rounds-panel.tsx'
import { AccessCard } from './access-card.tsx'
import { AnswersView } from './answers-view.tsx'
import { StageBoard } from './board.tsx'
import { CorrectionPanel, PointDialog, useCorrectionList } from './correction-list.tsx'
import { DocumentsView } from './documents-view.tsx'
import { IntakeActions } from './intake-actions.tsx'
import { ItemRunPanel, RunHeadline } from './item-run-panel.tsx'

export const FilePage = (): ReactElement => {
  const say = useSay()
  const { applicationId = '' } = useParams({ strict: false }) as { applicationId?: string }
  const file = useRead(readApplication, { params: { applicationId: applicationId as never } })
  const { data } = file
  return (
    <Page
      title={data === undefined ? say('办件', 'File') : `${data.application.caseNumber} ${data.project.name}`}
      beside={
        data === undefined ? null : <span className="tag">{say(applicationStateWords[data.application.state])}</span>
      }
    >
      <Loaded query={file}>{(loaded) => <FileBody key={loaded.application.applicationId} file={loaded} />}</Loaded>
    </Page>
  )
}

const FileBody = ({ file }: { readonly file: ApplicationFile }): ReactElement => {
  const say = useSay()
  const me = useMe()
  const [search, change] = useFilters(fileSearch)
  const list = useCorrectionList(file.application.applicationId)
  const [marking, setMarking] = useState<{ anchor: string; label: string } | null>(null)
  const atIntake = holdsAny(me, 'clerk') && file.application.state === 'submitted'
  // After the first list, points are gathered for a second one, which a supervisor lets out.
  const mayMark = atIntake && ((file.may['corrections'] ?? null) === null || file.corrections.length > 0)
  const onMark = mayMark ? (anchor: string, label: string) => setMarking({ anchor, label }) : null
  const explain = (clockId: string) => change({ explain: clockId })
  const showsBoard = search.view === 'board'
  useShortcuts(
    file.itemRuns.length === 0
      ? []
      : [
          {
            key: 'b',
            what: words('阶段总览', 'Stage overview'),
            run: () => change({ view: showsBoard ? undefined : 'board' }),
          },
        ],
  )
  const main = (
    <>
      {file.itemRuns.length > 0 && (
        <Card
          title={say('事项办理', 'Items')}
          id="items"
          beside={
            <button
              type="button"
              className="anchor-pick"
              onClick={() => change({ view: showsBoard ? undefined : 'board' })}
            >
              {showsBoard ? say('逐项查看', 'One by one') : say('阶段总览', 'Stage overview')}
            </button>
          }
        >
          {showsBoard ? <StageBoard file={file} /> : <ItemRuns file={file} run={search.run} onExplain={explain} />}
        </Card>
      )}
      {file.itemRuns.length > 0 && <ConsultationCard file={file} />}
      {file.application.state !== 'draft' && <AfterCard applicationId={file.application.applicationId} />}
      <AnswersView file={file} onMark={onMark} />
      <DocumentsView file={file} onMark={onMark} />
      <PromisesPanel file={file} onExplain={explain} />
      <RoundsPanel applicationId={file.application.applicationId} list={atIntake ? list : null} />
      <History file={file} />
      <AccessCard applicationId={file.application.applicationId} />
    </>
  )
  return (
    <>
      <Summary file={file} onExplain={explain} gathered={list.points.length} atIntake={atIntake} />
      {atIntake ? (
        <div className="two">
          <div>{main}</div>
          <aside>
            <CorrectionPanel file={file} list={list} />
          </aside>
        </div>
      ) : (
        main
      )}
      {marking !== null && <PointDialog {...marking} onAdd={list.add} onClose={() => setMarking(null)} />}
      <ExplanationDialog clockId={search.explain} onClose={() => change({ explain: undefined })} />
    </>
  )
}

const Summary = ({
  file,
  onExplain,
  gathered,
  atIntake,
}: {
  readonly file: ApplicationFile
  readonly onExplain: (clockId: string) => void
  readonly gathered: number
  readonly atIntake: boolean
}): ReactElement => {
  const say = useSay()
  const me = useMe()
  const navigate = useNavigate()
  const { application, project, applicant } = file
  const discard = useAct(discardDraft, { onDone: () => void navigate({ to: '/applications' }) })
  const mayEdit =
    holdsAny(me, 'applicant', 'clerk') &&
    (file.may['save'] ?? null) === null &&
    (application.state === 'draft' || application.state === 'correcting')
  const [wasAtIntake, setWasAtIntake] = useState(atIntake)
  if (atIntake && !wasAtIntake) setWasAtIntake(true)
  const mayDiscard = application.state === 'draft' && (file.may['discard'] ?? null) === null && mayEdit
  return (
    <Card title={say('概况', 'Summary')}>
      <dl className="facts">
        <div>
          <dt>{say('阶段', 'Stage')}</dt>
          <dd>{say(application.stageName)}</dd>
        </div>
        <div>
          <dt>{say('牵头部门', 'Lead department')}</dt>
          <dd>{application.leadDepartmentName}</dd>
        </div>
        <div>
          <dt>{say('申请人', 'Applicant')}</dt>
          <dd>
            {applicant.name} <span className="quiet small">{applicant.uscc}</span>
          </dd>
        </div>
        <div>
          <dt>{say('项目', 'Project')}</dt>
          <dd>
            <Link to="/projects/$projectId" params={{ projectId: project.projectId }}>
              {project.name}
            </Link>{' '}
            <span className="quiet small">{project.number}</span> <MilestonesLink projectId={project.projectId} />
          </dd>
        </div>
        <div>
          <dt>{say('项目代码', 'Project code')}</dt>
          <dd>{project.code ?? say('尚未赋码', 'none yet')}</dd>
        </div>
        <div>
          <dt>{say('建设地点', 'Place')}</dt>
          <dd>{project.address}</dd>
        </div>
        <div>
          <dt>{say('适用清单日期', 'Catalogue of')}</dt>
          <dd>{application.catalogueDay}</dd>
        </div>
        {application.acceptedAt !== null && (
          <div>
            <dt>{say('受理时间', 'Accepted at')}</dt>
            <dd>{wallClock(application.acceptedAt)}</dd>
          </div>
        )}
      </dl>
      {application.refusal !== null && (
        <p className="notice bad">
          {say('不予受理', 'Not accepted')}:{application.refusal.text} {say('请向以下机关申请', 'Apply to')}:
          {application.refusal.competentAuthority}
        </p>
      )}
      {file.clocks.length > 0 && (
        <div className="row" style={{ marginTop: 12 }}>
          {file.clocks.map((clock) => (
            <ClockBadge key={clock.clockId} clock={clock} withLabel onExplain={() => onExplain(clock.clockId)} />
          ))}
        </div>
      )}
      <RefusalNotice error={discard.error} />
      {wasAtIntake && (
        <div className="row" style={{ marginTop: 16 }} role="group" aria-label={say('受理', 'Intake')}>
          <IntakeActions file={file} gathered={gathered} live={atIntake} />
        </div>
      )}
      {mayEdit && (
        <div className="row" style={{ marginTop: 16 }} role="group" aria-label={say('办理操作', 'Actions')}>
          {mayEdit && (
            <Link to="/applications/$applicationId/form" params={{ applicationId: application.applicationId }}>
              {application.state === 'correcting' ? say('去补正', 'Correct') : say('继续填报', 'Go on filling in')}
            </Link>
          )}
          {mayDiscard && (
            <ActButton
              because={null}
              busy={discard.isPending}
              look={{ danger: true }}
              onAct={() => discard.mutate({ params: { applicationId: application.applicationId } })}
            >
              {say('删除草稿', 'Discard the draft')}
            </ActButton>
          )}
        </div>
      )}
    </Card>
  )
}

const ItemRuns = ({
  file,
  run,
  onExplain,
}: {
  readonly file: ApplicationFile
  readonly run: string | undefined
  readonly onExplain: (clockId: string) => void
}): ReactElement => {
  const me = useMe()
  const navigate = useNavigate()
  const own = file.itemRuns.find(
    (one) => me.roles.some((held) => held.department === one.department) && one.state !== 'decided',
  )
  const open = run ?? own?.itemRunId ?? (file.itemRuns.length === 1 ? file.itemRuns[0]?.itemRunId : undefined)
  return (
    <Collapse
      destroyOnHidden
      activeKey={open === undefined ? [] : [open]}
      onChange={(keys) => {
        // One panel at a time: the one that was just opened.
        const key = (Array.isArray(keys) ? keys : [keys]).find((each) => each !== open)
        void navigate({
          to: '.',
          search: (before: object) => ({ ...before, run: key ?? 'none' }),
          replace: true,
          resetScroll: false,
        } as never)
      }}
      items={file.itemRuns.map((one) => ({
        key: one.itemRunId,
        label: <RunHeadline run={one} />,
        children: <ItemRunPanel run={one} projectId={file.project.projectId} onExplain={onExplain} />,
      }))}
    />
  )
}

const History = ({ file }: { readonly file: ApplicationFile }): ReactElement => {
  const say = useSay()
  return (
    <Card title={say('提交、补正与经过', 'Submissions, corrections, history')} id="history">
      {file.submissions.length > 0 && (
        <>
          <h3>{say('提交', 'Submissions')}</h3>
          <ul>
            {file.submissions.map((submission) => (
              <li key={submission.submissionId}>
                {say(`第 ${submission.round} 次`, `No. ${submission.round}`)} · {wallClock(submission.submittedAt)} ·{' '}
                {submission.submittedBy} · {submission.receiptNumber} ·{' '}
                <a
                  href={addressOf(readReceipt, {
                    applicationId: file.application.applicationId,
                    submissionId: submission.submissionId,
                  })}
                  target="_blank"
                  rel="noreferrer"
                >
                  {say('收件凭证(PDF,新窗口)', 'Receipt (PDF, new window)')}
                </a>{' '}
                <span className="quiet small">
                  {say('内容摘要', 'digest')} <code title={submission.hash}>{submission.hash.slice(0, 16)}…</code>
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
      <h3>{say('经过', 'History')}</h3>
      <Timeline rows={file.timeline} />
    </Card>
  )
}
