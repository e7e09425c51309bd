/** 模型与检查 of one project: the gate, its models, its checks. */
import { Link, useParams } from '@tanstack/react-router'
import { type ReactElement, useState } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { useAct, useRead } from '../../../../desk/queries.ts'
import { ActButton } from '../../../../desk/ui/act-button.tsx'
import { CaseTable } from '../../../../desk/ui/case-table.tsx'
import { FormDialog } from '../../../../desk/ui/form-dialog.tsx'
import { ChoiceField, TextField } from '../../../../desk/ui/inputs.tsx'
import { LinkButton } from '../../../../desk/ui/link-button.tsx'
import { Loaded } from '../../../../desk/ui/loaded.tsx'
import { Card, Page } from '../../../../desk/ui/page.tsx'
import type { ProjectId } from '../../../../kernel/identity.ts'
import { wallClock } from '../../../../kernel/time.ts'
import { words } from '../../../../kernel/words.ts'
import { listChecks } from '../../contract/checks.ts'
import { readGate } from '../../contract/exchange.ts'
import { createModel, listModels, type ModelView } from '../../contract.ts'
import {
  checkKindWords,
  type ModelKind,
  type ModelPhase,
  modelKinds,
  modelKindWords,
  phases,
  phaseWords,
} from '../../model/words.ts'
import { CheckDialog } from '../checks/check-dialog.tsx'
import { RunMark, VersionMark, Working } from '../parts.tsx'

const working = (models: readonly ModelView[] | undefined): boolean =>
  models?.some((model) => model.newest?.state === 'importing') ?? false

export const ProjectBimPage = (): ReactElement => {
  const say = useSay()
  const { projectId } = useParams({ strict: false }) as { readonly projectId: ProjectId }
  const [busy, setBusy] = useState(false)
  const [creating, setCreating] = useState<'model' | 'check' | null>(null)
  const models = useRead(listModels, { params: { projectId } }, busy ? { everyMs: 1500 } : {})
  const checks = useRead(listChecks, { params: { projectId } })
  const now = working(models.data?.models)
  if (now !== busy) setBusy(now)
  return (
    <Page
      title={`${say('模型与碰撞检查', 'Models and checks')} ${models.data?.projectName ?? ''}`}
      actions={
        <>
          <LinkButton to="/projects/$projectId/bim/view" params={{ projectId }} type="primary">
            {say('三维查看', 'View in 3D')}
          </LinkButton>
          <LinkButton to="/bim/rules">{say('规则表', 'Rule table')}</LinkButton>
          <LinkButton to="/projects/$projectId" params={{ projectId }}>
            {say('返回项目', 'Project')}
          </LinkButton>
        </>
      }
    >
      <Gate projectId={projectId} />
      <Card
        title={say('模型', 'Models')}
        beside={
          <ActButton because={models.data?.may.create} onAct={() => setCreating('model')}>
            {say('新建模型', 'New model')}
          </ActButton>
        }
      >
        <Loaded query={models}>
          {(data) => (
            <CaseTable
              label={say('模型', 'Models')}
              rows={data.models}
              keyOf={(model) => model.modelId}
              keys
              empty={words(
                '还没有模型。先建一个“现状”管线模型并导入物探成果表,再建一个“设计”模型。',
                'No models yet: create one of what exists and one of the design.',
              )}
              columns={[
                {
                  title: words('模型', 'Model'),
                  heads: true,
                  show: (model) => (
                    <Link to="/bim/models/$modelId" params={{ modelId: model.modelId }}>
                      {model.name}
                    </Link>
                  ),
                },
                { title: words('种类', 'Kind'), whole: true, show: (model) => say(modelKindWords[model.kind]) },
                { title: words('阶段', 'Phase'), whole: true, show: (model) => say(phaseWords[model.phase]) },
                {
                  title: words('最新版本', 'Newest version'),
                  show: (model) =>
                    model.newest === null ? (
                      say('未导入', 'none')
                    ) : model.newest.state === 'importing' ? (
                      <Working
                        label={`v${model.newest.number} ${say('导入中', 'importing')}`}
                        progress={model.newest.progress}
                      />
                    ) : (
                      <span className="row" style={{ gap: 6 }}>
                        v{model.newest.number} <VersionMark state={model.newest.state} />
                      </span>
                    ),
                },
                { title: words('内容', 'Content'), show: (model) => <Content model={model} /> },
                {
                  title: words('质量', 'Quality'),
                  whole: true,
                  show: (model) =>
                    model.ready === null ? '—' : `${model.ready.issues.error} / ${model.ready.issues.warning}`,
                },
              ]}
            />
          )}
        </Loaded>
        <p className="small quiet">{say('质量:错误数 / 警告数。', 'Quality: errors / warnings.')}</p>
      </Card>
      <Card
        title={say('检查', 'Checks')}
        beside={
          <ActButton because={checks.data?.may.create} onAct={() => setCreating('check')}>
            {say('定义检查', 'Define a check')}
          </ActButton>
        }
      >
        <Loaded query={checks}>
          {(data) => (
            <CaseTable
              label={say('检查', 'Checks')}
              rows={data.checks}
              keyOf={(check) => check.checkId}
              empty={words('还没有检查。', 'No checks yet.')}
              columns={[
                {
                  title: words('检查', 'Check'),
                  heads: true,
                  show: (check) => (
                    <Link to="/bim/checks/$checkId" params={{ checkId: check.checkId }}>
                      {check.name}
                    </Link>
                  ),
                },
                { title: words('种类', 'Kind'), show: (check) => say(checkKindWords[check.kind]) },
                {
                  title: words('最近运行', 'Last run'),
                  show: (check) =>
                    check.lastRun === null ? (
                      say('未运行', 'never')
                    ) : (
                      <span className="row" style={{ gap: 6 }}>
                        #{check.lastRun.number} <RunMark state={check.lastRun.state} />{' '}
                        <span className="small">{wallClock(check.lastRun.startedAt)}</span>
                        {check.outdated && <span className="tag">{say('模型已更新,需重新运行', 'outdated')}</span>}
                      </span>
                    ),
                },
                {
                  title: words('严重 / 较重 / 一般', 'Critical / major / minor'),
                  whole: true,
                  show: (check) => `${check.open.critical} / ${check.open.major} / ${check.open.minor}`,
                },
                { title: words('未知', 'Unknown'), whole: true, show: (check) => check.open.unknown },
                {
                  title: words('关口', 'Gate'),
                  whole: true,
                  show: (check) => (check.gate ? say('计入', 'counts') : say('不计入', 'no')),
                },
              ]}
            />
          )}
        </Loaded>
      </Card>
      {creating === 'model' && <ModelDialog projectId={projectId} onClose={() => setCreating(null)} />}
      {creating === 'check' && <CheckDialog projectId={projectId} onClose={() => setCreating(null)} />}
    </Page>
  )
}

const Content = ({ model }: { readonly model: ModelView }): ReactElement => {
  const say = useSay()
  const { network, ifc } = model.ready?.statistics ?? { network: null, ifc: null }
  if (network !== null)
    return (
      <>
        {say(
          `${network.lines} 段 ${(network.lengthM / 1000).toFixed(2)} km`,
          `${network.lines} lines, ${(network.lengthM / 1000).toFixed(2)} km`,
        )}
        {network.withoutHeight > 0 && (
          <span className="tag" style={{ marginInlineStart: 6 }}>
            {say(`高程未知 ${network.withoutHeight}`, `${network.withoutHeight} without height`)}
          </span>
        )}
      </>
    )
  if (ifc !== null)
    return (
      <>
        {say(`${ifc.elements} 个构件`, `${ifc.elements} elements`)}
        {ifc.missing > 0 && (
          <span className="tag" style={{ marginInlineStart: 6 }}>
            {say(`缺几何 ${ifc.missing}`, `${ifc.missing} without geometry`)}
          </span>
        )}
      </>
    )
  return <>—</>
}

export const Gate = ({ projectId }: { readonly projectId: ProjectId }): ReactElement => {
  const say = useSay()
  const query = useRead(readGate, { params: { projectId } })
  return (
    <Card title={say('关口:没有未解决的严重冲突', 'Gate: no open serious conflict')}>
      <Loaded query={query}>
        {(gate) => (
          <>
            <p className={`notice ${gate.open ? '' : 'warn'}`}>
              <strong>{gate.open ? say('已通过', 'Passed') : say('未通过', 'Not passed')}</strong>
              {gate.sentence !== null && ` ${say(gate.sentence)}`}
            </p>
            {gate.reasons.length > 1 && (
              <ul>
                {gate.reasons.map((reason) => (
                  <li key={reason.zh}>{say(reason)}</li>
                ))}
              </ul>
            )}
            <p className="small quiet" style={{ margin: 0 }}>
              {gate.askedBy.length === 0
                ? say('目前没有审批事项要求本关口。', 'No item of the one window asks for it now.')
                : `${say('要求本关口的事项:', 'Asked by: ')}${gate.askedBy.map((item) => say(item)).join('、')}`}
            </p>
          </>
        )}
      </Loaded>
    </Card>
  )
}

const ModelDialog = ({
  projectId,
  onClose,
}: {
  readonly projectId: ProjectId
  readonly onClose: () => void
}): ReactElement => {
  const say = useSay()
  const [name, setName] = useState('')
  const [kind, setKind] = useState<ModelKind>('network')
  const [phase, setPhase] = useState<ModelPhase>('existing')
  const [tried, setTried] = useState(false)
  const act = useAct(createModel, { onDone: onClose })
  return (
    <FormDialog
      open
      title={say('新建模型', 'New model')}
      onClose={onClose}
      onSubmit={() => {
        setTried(true)
        if (name.trim() !== '') act.mutate({ params: { projectId }, body: { name, kind, phase } })
      }}
      submitLabel={say('新建', 'Create')}
      busy={act.isPending}
      error={act.error}
    >
      <TextField
        label={say('名称', 'Name')}
        help={say('例如“现状综合管线”“道路改造设计”。', 'For example “existing pipes”.')}
        value={name}
        onChange={setName}
        maxLength={80}
        required
        fault={tried && name.trim() === '' ? say('请填写名称。', 'Give a name.') : undefined}
      />
      <ChoiceField
        label={say('种类', 'Kind')}
        value={kind}
        onChange={setKind}
        options={modelKinds.map((value) => ({
          value,
          label:
            value === 'network'
              ? say('管线表(CSV、Excel、GeoJSON、Shapefile)', 'Pipe tables (CSV, Excel, GeoJSON, Shapefile)')
              : `${say(modelKindWords[value])} (IFC2x3, IFC4, IFC4.3)`,
        }))}
      />
      <ChoiceField
        label={say('阶段', 'Phase')}
        value={phase}
        onChange={setPhase}
        options={phases.map((value) => ({ value, label: say(phaseWords[value]) }))}
      />
    </FormDialog>
  )
}
