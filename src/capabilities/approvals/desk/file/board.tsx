/** 阶段总览: every item run of the application in one board, by how far it is. */
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { ClockBadge } from '../../../../desk/ui/clock-badge.tsx'
import { type Words, words } from '../../../../kernel/words.ts'
import type { ApplicationFile, ItemRunView } from '../../contract.ts'
import { outcomeWordsOf } from '../../model/words.ts'

interface Lane {
  readonly title: Words
  readonly holds: (run: ItemRunView) => boolean
}
const lanes: readonly Lane[] = [
  { title: words('审查中', 'In review'), holds: (run) => run.state === 'handling' },
  { title: words('待审核', 'To be reviewed'), holds: (run) => run.state === 'drafted' },
  { title: words('待决定', 'To be decided'), holds: (run) => run.state === 'reviewed' },
  {
    title: words('已决定或终止', 'Decided or cancelled'),
    holds: (run) => run.state === 'decided' || run.state === 'cancelled',
  },
]

export const StageBoard = ({ file }: { readonly file: ApplicationFile }): ReactElement => {
  const say = useSay()
  return (
    // A region that scrolls sideways on narrow screens must be reachable by keyboard.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
    <div className="board" role="region" aria-label={say('阶段总览', 'Stage overview')} tabIndex={0}>
      {lanes.map((lane) => {
        const runs = file.itemRuns.filter(lane.holds)
        return (
          <section key={lane.title.en} aria-label={say(lane.title)}>
            <h3>
              {say(lane.title)} <span className="quiet">{runs.length}</span>
            </h3>
            {runs.map((run) => {
              const pressing = run.clocks.find((clock) => clock.state === 'running' || clock.state === 'paused')
              const open = run.opinionTasks.filter((task) => task.state === 'sent' || task.state === 'opened')
              return (
                <div className="tile" key={run.itemRunId}>
                  <Link
                    to="/applications/$applicationId"
                    params={{ applicationId: run.applicationId }}
                    search={{ run: run.itemRunId }}
                  >
                    {say(run.itemName)}
                  </Link>
                  <div className="quiet small">{run.departmentName}</div>
                  {pressing !== undefined && <ClockBadge clock={pressing} withLabel={run.decision !== null} />}
                  {run.decision !== null && <div>{say(outcomeWordsOf(run.itemKind, run.decision.outcome))}</div>}
                  {run.hold !== null && <div className="small">{say(run.hold.label)}</div>}
                  {run.frontConditions.length > 0 && (
                    <div className="small">
                      {say(
                        `等待 ${run.frontConditions.length} 个前置条件`,
                        `waits for ${run.frontConditions.length} front conditions`,
                      )}
                    </div>
                  )}
                  {open.length > 0 && (
                    <div className="small">
                      {say('等待意见', 'Waiting for')}:{open.map((task) => task.departmentName).join('、')}
                    </div>
                  )}
                </div>
              )
            })}
            {runs.length === 0 && <p className="quiet small">{say('无', 'None')}</p>}
          </section>
        )
      })}
    </div>
  )
}
