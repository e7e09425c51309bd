/** 征求意见与协调: everything around the opinions of a file on one card, for each reader what is theirs. */
import { Button } from 'antd'
import { type ReactElement, useState } from 'react'
import { addressOf } from '../../../../desk/call.ts'
import { useSay } from '../../../../desk/language.tsx'
import { useRead } from '../../../../desk/queries.ts'
import { Loaded } from '../../../../desk/ui/loaded.tsx'
import { Card } from '../../../../desk/ui/page.tsx'
import {
  type Consultation,
  type ConsultedRun,
  printOpinionSummary,
  readConsultation,
} from '../../contract/consultation.ts'
import type { ApplicationFile, ItemRunView } from '../../contract.ts'
import { opinionCodeWords, opinionTaskStateWords } from '../../model/words.ts'
import { ConflictLine, FlagConflict } from './conflicts-view.tsx'
import { InformationLine } from './information-view.tsx'
import { MeetingDialog, MeetingLine } from './meetings-view.tsx'
import { ProcedureLine, ProposeProcedureDialog } from './procedures-view.tsx'
import { TaskDetails } from './tasks-view.tsx'

export const ConsultationCard = ({ file }: { readonly file: ApplicationFile }): ReactElement => {
  const say = useSay()
  const { applicationId } = file.application
  const consultation = useRead(readConsultation, { params: { applicationId } })
  return (
    <Card
      title={say('征求意见与协调', 'Consultation')}
      id="consultation"
      beside={
        <a href={addressOf(printOpinionSummary, { applicationId })} target="_blank" rel="noreferrer">
          {say('各部门意见汇总(PDF,新窗口)', 'All opinions (PDF, new window)')}
        </a>
      }
    >
      <Loaded query={consultation}>{(data) => <Body file={file} data={data} />}</Loaded>
    </Card>
  )
}

const Body = ({ file, data }: { readonly file: ApplicationFile; readonly data: Consultation }): ReactElement => {
  const say = useSay()
  const [planning, setPlanning] = useState(false)
  return (
    <div className="stack">
      {file.itemRuns.map((run) => {
        const consulted = data.runs.find((each) => each.itemRunId === run.itemRunId)
        return consulted === undefined ? null : (
          <RunPart key={run.itemRunId} file={file} run={run} consulted={consulted} />
        )
      })}
      <section className="stack" aria-label={say('踏勘和会议', 'Visits and meetings')}>
        <div className="row">
          <h3 style={{ margin: 0 }}>{say('踏勘和会议', 'Visits and meetings')}</h3>
          {(data.may['plan-meeting'] ?? null) === null && (
            <Button size="small" onClick={() => setPlanning(true)}>
              {say('安排踏勘或会议', 'Plan')}
            </Button>
          )}
        </div>
        {data.meetings.length === 0 && <p className="quiet">{say('没有踏勘或会议。', 'None.')}</p>}
        {data.meetings.map((meeting) => (
          <MeetingLine key={meeting.meetingId} meeting={meeting} file={file} />
        ))}
        {planning && <MeetingDialog file={file} meeting={null} onClose={() => setPlanning(false)} />}
      </section>
    </div>
  )
}

/** Counts the standing answers: '同意 2、待答复 1'. */
const useTally = (run: ItemRunView, consulted: ConsultedRun): string => {
  const say = useSay()
  const counts = new Map<string, number>()
  for (const task of run.opinionTasks) {
    if (consulted.tasks.find((each) => each.opinionTaskId === task.opinionTaskId)?.superseded === true) continue
    const name = task.code === null ? say(opinionTaskStateWords[task.state]) : say(opinionCodeWords[task.code])
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return [...counts].map(([name, count]) => `${name} ${count}`).join('、')
}
const RunPart = ({
  file,
  run,
  consulted,
}: {
  readonly file: ApplicationFile
  readonly run: ItemRunView
  readonly consulted: ConsultedRun
}): ReactElement => {
  const say = useSay()
  const tally = useTally(run, consulted)
  const [proposing, setProposing] = useState(false)
  const given = run.opinionTasks.filter((task) => task.state === 'given')
  return (
    <section className="stack" aria-label={say(consulted.itemName)}>
      <div className="row">
        <h3 style={{ margin: 0 }}>{say(consulted.itemName)}</h3>
        <span className="quiet">{tally === '' ? say('没有征求意见', 'nobody asked') : tally}</span>
        {consulted.silence === 'safety' && (
          <span className="tag">{say('安全事项,逾期不视为同意', 'silence is no consent')}</span>
        )}
        {consulted.silence === 'deemed' && (
          <span className="tag">{say('逾期视为无异议', 'silence is no objection')}</span>
        )}
        {(consulted.may['propose-procedure'] ?? null) === null && (
          <Button size="small" onClick={() => setProposing(true)}>
            {say('提请特殊程序', 'Special procedure')}
          </Button>
        )}
        {(consulted.may['flag-conflict'] ?? null) === null && given.length >= 2 && <FlagConflict run={run} />}
      </div>
      {consulted.rounds
        .filter((round) => round.dropped.length > 0 || (round.suggested.length > 0 && round.added.length > 0))
        .map((round) => (
          <p className="quiet small" style={{ margin: 0 }} key={round.askedAt}>
            {round.dropped
              .map((each) => `${say('未征求', 'not asked')} ${each.departmentName}:${each.reason}`)
              .join(';')}{' '}
            {round.added
              .map(
                (each) =>
                  `${say('增加', 'added')} ${each.departmentName}${each.reason === '' ? '' : `:${each.reason}`}`,
              )
              .join(';')}{' '}
            · {round.askedBy}
          </p>
        ))}
      {consulted.conflicts.map((conflict) => (
        <ConflictLine key={conflict.conflictId} conflict={conflict} />
      ))}
      {consulted.information.map((request) => (
        <InformationLine key={request.informationId} file={file} request={request} />
      ))}
      {consulted.tasks.map((task) => {
        const asked = run.opinionTasks.find((each) => each.opinionTaskId === task.opinionTaskId)
        return asked === undefined ? null : <TaskDetails key={task.opinionTaskId} task={task} asked={asked} />
      })}
      {consulted.procedures.map((procedure) => (
        <ProcedureLine key={procedure.procedureId} procedure={procedure} />
      ))}
      {proposing && <ProposeProcedureDialog run={run} onClose={() => setProposing(false)} />}
    </section>
  )
}
