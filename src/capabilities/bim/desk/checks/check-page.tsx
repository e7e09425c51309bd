/** One check: its conflicts, its runs, its definition, what leaves and enters. */
import { useParams } from '@tanstack/react-router'
import { Checkbox } from 'antd'
import { type ReactElement, useState } from 'react'
import { useFilters } from '../../../../desk/filters.ts'
import { useSay } from '../../../../desk/language.tsx'
import { useAct, useRead } from '../../../../desk/queries.ts'
import { ActButton } from '../../../../desk/ui/act-button.tsx'
import { CaseTable } from '../../../../desk/ui/case-table.tsx'
import { LinkButton } from '../../../../desk/ui/link-button.tsx'
import { Loaded } from '../../../../desk/ui/loaded.tsx'
import { Card, Page } from '../../../../desk/ui/page.tsx'
import { RefusalNotice } from '../../../../desk/ui/refusal-notice.tsx'
import { subjectNames } from '../../../../engines/pipes/checks/describe.ts'
import { wallClock } from '../../../../kernel/time.ts'
import { words } from '../../../../kernel/words.ts'
import {
  archiveCheck,
  type CheckView,
  cancelRun,
  listRuns,
  type RunView,
  readCheck,
  startRun,
} from '../../contract/checks.ts'
import { type CheckId, listModels } from '../../contract.ts'
import { checkKindWords, runWayWords, severities, severityWords } from '../../model/words.ts'
import { Exchange } from '../conflicts/exchange.tsx'
import { conflictSearch } from '../conflicts/search.ts'
import { ConflictsTab } from '../conflicts/tab/conflicts-tab.tsx'
import { RunMark, Tabs, Working } from '../parts.tsx'
import { CheckDialog } from './check-dialog.tsx'
import { selectorText } from './definition-state.ts'
import { zoneWords } from './places/state.ts'

const going = (run: RunView | null | undefined): boolean => run?.state === 'waiting' || run?.state === 'running'

export const CheckPage = (): ReactElement => {
  const say = useSay()
  const { checkId } = useParams({ strict: false }) as { readonly checkId: CheckId }
  const [{ tab }] = useFilters(conflictSearch)
  const [busy, setBusy] = useState(false)
  const query = useRead(readCheck, { params: { checkId } }, busy ? { everyMs: 1200 } : {})
  const now = going(query.data?.lastRun)
  if (now !== busy) setBusy(now)
  const chosen = tab ?? 'conflicts'
  return (
    <Loaded query={query}>
      {(check) => (
        <Page
          title={check.name}
          beside={
            <span className="row">
              <span className="tag">{say(checkKindWords[check.kind])}</span>
              {check.gate && <span className="tag">{say('计入关口', 'counts for the gate')}</span>}
              {check.archivedAt !== null && <span className="tag">{say('已归档', 'archived')}</span>}
            </span>
          }
          actions={
            <>
              <LinkButton
                to="/projects/$projectId/bim/view"
                params={{ projectId: check.projectId }}
                search={{ check: checkId } as never}
              >
                {say('三维查看', 'View in 3D')}
              </LinkButton>
              <LinkButton to="/projects/$projectId/bim" params={{ projectId: check.projectId }}>
                {say('返回项目模型', 'Models of the project')}
              </LinkButton>
            </>
          }
        >
          <Running check={check} />
          <Tabs
            label={say('检查内容', 'Parts of the check')}
            chosen={chosen}
            tabs={[
              { key: 'conflicts', label: words('冲突', 'Conflicts') },
              { key: 'runs', label: words('运行记录', 'Runs') },
              { key: 'definition', label: words('检查定义', 'Definition') },
              { key: 'exchange', label: words('报告与 BCF', 'Reports and BCF') },
            ]}
          />
          {chosen === 'conflicts' && <ConflictsTab check={check} />}
          {chosen === 'runs' && <Runs check={check} busy={busy} />}
          {chosen === 'definition' && <DefinitionView check={check} />}
          {chosen === 'exchange' && <Exchange check={check} />}
        </Page>
      )}
    </Loaded>
  )
}

const Running = ({ check }: { readonly check: CheckView }): ReactElement => {
  const say = useSay()
  const [anew, setAnew] = useState(false)
  const start = useAct(startRun)
  const cancel = useAct(cancelRun)
  const run = check.lastRun
  return (
    <Card title={say('运行', 'Run')}>
      <RefusalNotice error={start.error ?? cancel.error} />
      <div className="row">
        <ActButton
          because={check.may.run}
          busy={start.isPending}
          look={{ type: 'primary' }}
          onAct={() => start.mutate({ params: { checkId: check.checkId }, body: { anew } })}
        >
          {say('运行检查', 'Run the check')}
        </ActButton>
        <Checkbox checked={anew} onChange={(event) => setAnew(event.target.checked)}>
          {say('全部重算', 'Compute everything anew')}
        </Checkbox>
        {check.outdated && run !== null && !going(run) && (
          <span className="clock warning">{say('模型或定义已更新,结果可能过时', 'Outdated: run it again')}</span>
        )}
        {run !== null && going(run) && (
          <Working label={`#${run.number} ${say('检查中', 'checking')}`} progress={run.progress}>
            <ActButton
              because={run.may.cancel}
              busy={cancel.isPending}
              look={{ size: 'small' }}
              onAct={() => cancel.mutate({ params: { runId: run.runId } })}
            >
              {say('取消运行', 'Cancel')}
            </ActButton>
          </Working>
        )}
      </div>
      {run?.state === 'failed' && (
        <p className="notice bad" role="alert" style={{ marginTop: 12 }}>
          {run.failure}
        </p>
      )}
      {run !== null && !going(run) && <Result run={run} />}
      <div className="counts" style={{ margin: '12px 0 0' }}>
        {severities.map((severity) => (
          <span
            key={severity}
            className={`clock ${severity === 'critical' || severity === 'major' ? 'overdue' : severity === 'minor' ? 'warning' : 'paused'}`}
          >
            {say(severityWords[severity])} {check.open[severity]}
          </span>
        ))}
        <span className="clock done">
          {say('未知', 'Unknown')} {check.open.unknown}
        </span>
      </div>
      <p className="small quiet" style={{ margin: '8px 0 0' }}>
        {say('现存的不满足项。未知不等于通过:补测高程或管径后重新检查。', 'What stands now. Unknown is not passed.')}
      </p>
    </Card>
  )
}
const Result = ({ run }: { readonly run: RunView }): ReactElement => {
  const say = useSay()
  const { result, timings } = run
  return (
    <div style={{ marginTop: 8 }}>
      <span className="row small">
        #{run.number} <RunMark state={run.state} />
        {run.way !== null && <span className="tag">{say(runWayWords[run.way])}</span>}
        {wallClock(run.startedAt)} {run.startedBy}
        {timings !== null && (
          <span className="quiet">
            {say('用时', 'took')} {((timings.readMs + timings.checkMs + timings.mergeMs) / 1000).toFixed(1)} s(
            {say('读取', 'reading')} {(timings.readMs / 1000).toFixed(1)},{say('检查', 'checking')}{' '}
            {(timings.checkMs / 1000).toFixed(2)},{say('归并', 'merging')} {(timings.mergeMs / 1000).toFixed(1)})
          </span>
        )}
      </span>
      {result !== null && (
        <>
          <div className="small">
            {say(
              `检查 ${result.objects} 个对象,${result.findings} 项结果:新出现 ${result.life.new},仍存在 ${result.life.persisting},再次出现 ${result.life.reopened},已消除 ${result.life.solved}。`,
              `${result.objects} objects, ${result.findings} findings: ${result.life.new} new, ${result.life.persisting} persisting, ${result.life.reopened} reopened, ${result.life.solved} solved.`,
            )}
          </div>
          {result.remarks.map((remark) => (
            <p key={remark} className="notice warn" style={{ margin: '8px 0 0' }}>
              {remark}
            </p>
          ))}
        </>
      )}
    </div>
  )
}

const Runs = ({ check, busy }: { readonly check: CheckView; readonly busy: boolean }): ReactElement => {
  const say = useSay()
  const [{ after }] = useFilters(conflictSearch)
  const query = useRead(
    listRuns,
    { params: { checkId: check.checkId }, query: { after, limit: 30 } },
    { keep: true, ...(busy ? { everyMs: 2000 } : {}) },
  )
  return (
    <Loaded query={query}>
      {(data) => (
        <CaseTable
          label={say('运行记录,新的在前', 'Runs, newest first')}
          rows={data.rows}
          keyOf={(run) => run.runId}
          empty={words('还没有运行过。', 'Never run.')}
          next={data.next}
          isLaterPage={after !== undefined}
          columns={[
            { title: words('运行', 'Run'), heads: true, whole: true, show: (run) => `#${run.number}` },
            {
              title: words('状态', 'State'),
              show: (run) => (
                <>
                  <RunMark state={run.state} />
                  {run.failure !== null && <div className="fault small">{run.failure}</div>}
                </>
              ),
            },
            {
              title: words('模型版本', 'Versions'),
              show: (run) => run.versions.map((each) => `${each.modelName} v${each.number}`).join('、'),
            },
            { title: words('规则版本', 'Rules'), whole: true, show: (run) => run.rules ?? '—' },
            { title: words('结果', 'Result'), show: (run) => <Result run={run} /> },
          ]}
        />
      )}
    </Loaded>
  )
}

const DefinitionView = ({ check }: { readonly check: CheckView }): ReactElement => {
  const say = useSay()
  const [editing, setEditing] = useState(false)
  const archive = useAct(archiveCheck)
  const models = useRead(listModels, { params: { projectId: check.projectId }, query: { archived: 'true' } })
  const { definition } = check
  const names = (ids: readonly string[]): string =>
    ids.map((id) => models.data?.models.find((model) => model.modelId === id)?.name ?? '…').join('、')
  const facts: readonly (readonly [string, string])[] =
    definition.kind === 'pipes'
      ? [
          [say('管线模型', 'Networks'), names(definition.models)],
          [say('规则表', 'Rule table'), definition.rules ?? say('最新版本', 'the newest')],
          [
            say('现状管线之间', 'Existing among themselves'),
            definition.existingAmongThemselves ? say('检查', 'checked') : say('不检查', 'left out'),
          ],
          [
            say('排除', 'Left out'),
            definition.exclusions.length === 0
              ? say('无', 'nothing')
              : definition.exclusions
                  .map(
                    (each) =>
                      `${subjectNames[each.a]} × ${each.b === null ? say('任何', 'any') : subjectNames[each.b]}`,
                  )
                  .join('、'),
          ],
          [say('管线上方默认为', 'Above the pipes'), say(zoneWords[definition.defaultZone])],
          [
            say('分区、建(构)筑物、道路', 'Zones, obstacles, roads'),
            say(
              `覆土分区 ${definition.zones.length} 个,建(构)筑物等 ${definition.obstacles.length} 个,道路 ${definition.roads.length} 条`,
              `${definition.zones.length}, ${definition.obstacles.length}, ${definition.roads.length}`,
            ),
          ],
          [
            say('检查井外缘', 'Chambers'),
            definition.chambers ? say('检查(有外径的井)', 'checked') : say('不检查', 'left out'),
          ],
        ]
      : [
          [say('甲方', 'Side A'), `${names(definition.a.models)}(${selectorText(definition.a.selector)})`],
          [say('乙方', 'Side B'), `${names(definition.b.models)}(${selectorText(definition.b.selector)})`],
          [
            say('排除', 'Left out'),
            definition.exclusions.length === 0
              ? say('无', 'nothing')
              : definition.exclusions
                  .map(
                    (each) =>
                      `${selectorText(each.a)} × ${each.b === null ? say('任何', 'any') : selectorText(each.b)}`,
                  )
                  .join(';'),
          ],
        ]
  return (
    <Card
      title={say('检查定义', 'Definition')}
      beside={
        <span className="row">
          <ActButton because={check.may.edit} onAct={() => setEditing(true)}>
            {say('修改', 'Edit')}
          </ActButton>
          <ActButton
            because={check.may.archive}
            busy={archive.isPending}
            onAct={() =>
              archive.mutate({ params: { checkId: check.checkId }, body: { archived: check.archivedAt === null } })
            }
          >
            {check.archivedAt === null ? say('归档', 'Archive') : say('恢复', 'Restore')}
          </ActButton>
        </span>
      }
    >
      <RefusalNotice error={archive.error} />
      <dl className="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p className="notice" style={{ marginTop: 12 }}>
        <strong>{say('允许误差:', 'Tolerance: ')}</strong>
        {check.toleranceSentence}
      </p>
      <p className="quiet small">
        {say(
          '相互连接的管段、管段与自己的检查井不互相判为冲突;高程或管径未知的只报“未知”,不算通过。',
          'Connected pipes and their own chambers never conflict; unknown is reported, never passed.',
        )}
      </p>
      <LinkButton to="/bim/rules">{say('查看规则表', 'Rule table')}</LinkButton>
      {editing && <CheckDialog projectId={check.projectId} check={check} onClose={() => setEditing(false)} />}
    </Card>
  )
}
