/** One project: its facts, the three axes, its parties, and the ways to its applications and its public page. */
import { useParams } from '@tanstack/react-router'
import { Button } from 'antd'
import { type ReactElement, useState } from 'react'
import { useSay } from '../../../desk/language.tsx'
import { holdsAny, useMe } from '../../../desk/me.tsx'
import { problemFrom } from '../../../desk/problem.ts'
import { useAct, useRead } from '../../../desk/queries.ts'
import { ActButton } from '../../../desk/ui/act-button.tsx'
import { FormDialog } from '../../../desk/ui/form-dialog.tsx'
import { LinkButton } from '../../../desk/ui/link-button.tsx'
import { Loaded } from '../../../desk/ui/loaded.tsx'
import { Card, Page } from '../../../desk/ui/page.tsx'
import { PointInput } from '../../../desk/ui/point-input.tsx'
import type { ProjectId } from '../../../kernel/identity.ts'
import { wanOf } from '../../../kernel/money.ts'
import { wallClock } from '../../../kernel/time.ts'
import { type Words, words } from '../../../kernel/words.ts'
import {
  getProject,
  holdReasonWords,
  investorKindWords,
  landKindWords,
  type ProjectDetail,
  projectStateWords,
  projectTypeWords,
  purposeWords,
  readBaseMap,
  stageWords,
  updateProject,
} from '../contract.ts'
import { areaM2 } from '../model/place.ts'
import { coreFields, mayUpdate } from '../policy.ts'
import { reasonOf, useActor } from './actor.ts'
import { Axes } from './project-axes.tsx'
import { describingBody, fieldOfPath, fieldsOf, openFields, ProjectFields } from './project-fields.tsx'
import { Parties } from './project-parties.tsx'
import { SitePersonsCard } from './site-persons.tsx'

const Facts = ({ project }: { readonly project: ProjectDetail }): ReactElement => {
  const say = useSay()
  const base = useRead(readBaseMap, {}, { enabled: project.streetCode !== null })
  const street = base.data?.features.find((feature) => feature.properties.code === project.streetCode)?.properties
  const number = (value: number | null, unit: string): string =>
    value === null ? '—' : `${value.toLocaleString('zh-CN')} ${unit}`
  const corners = project.boundary === null ? 0 : project.boundary.coordinates[0].length - 1
  const rows: readonly (readonly [Words, string])[] = [
    [words('编号', 'Number'), project.caseNumber],
    [words('投资项目代码', 'Project code'), project.projectCode ?? say('尚未取得', 'not given yet')],
    [words('建设单位', 'Owner'), project.ownerName],
    [words('审批流程类型', 'Type'), say(projectTypeWords[project.projectType])],
    [words('投资类别', 'Funding'), say(investorKindWords[project.investor])],
    [words('土地取得方式', 'Land'), say(landKindWords[project.land])],
    [words('用途', 'Use'), say(purposeWords[project.purpose])],
    [words('总建筑面积', 'Floor area'), number(project.floorAreaM2, 'm²')],
    [words('用地面积', 'Site area'), number(project.siteAreaM2, 'm²')],
    [words('建筑高度', 'Height'), number(project.buildingHeightM, 'm')],
    [
      words('总投资', 'Investment'),
      project.totalInvestmentFen === null ? '—' : number(wanOf(project.totalInvestmentFen), say('万元', '10,000 yuan')),
    ],
    [words('建设地点', 'Address'), project.address === '' ? '—' : project.address],
    [
      words('所在街道(镇)', 'Street or town'),
      street === undefined ? (project.streetCode ?? '—') : say({ zh: street.name, en: street.nameEn }),
    ],
    [
      words('用地范围', 'Boundary'),
      project.boundary === null
        ? '—'
        : say(
            `${corners} 个拐点,约 ${Math.round(areaM2(project.boundary))} m²`,
            `${corners} corners, about ${Math.round(areaM2(project.boundary))} m²`,
          ),
    ],
    [words('登记时间', 'Registered'), wallClock(project.registeredAt)],
    [words('建设内容', 'What is built'), project.description === '' ? '—' : project.description],
  ]
  return (
    <dl className="facts">
      {rows.map(([label, value]) => (
        <div key={label.zh}>
          <dt>{say(label)}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

/** Changing the facts. Opened once with what was read; the version refuses what somebody else changed meanwhile. */
const EditDialog = ({ project, onClose }: { project: ProjectDetail; onClose: () => void }): ReactElement => {
  const say = useSay()
  const actor = useActor()
  const update = useAct(updateProject, { onDone: onClose })
  const [before] = useState(project)
  const [fields, setFields] = useState(() => fieldsOf(project))
  const [tried, setTried] = useState(false)
  const open = openFields(fields)
  const coreClosed = reasonOf(mayUpdate(actor, before, coreFields))
  const submit = () => {
    setTried(true)
    const body = describingBody(fields)
    if (body === null) return
    const kept = new Set<string>(coreClosed === null ? [] : coreFields)
    const changed = Object.fromEntries(Object.entries(body).filter(([name]) => !kept.has(name)))
    update.mutate({ params: { projectId: before.id }, body: { ...changed, version: before.version } })
  }
  return (
    <FormDialog
      open
      width={880}
      title={say('更改项目信息', 'Change the project')}
      onClose={onClose}
      onSubmit={submit}
      submitLabel={say('保存', 'Save')}
      busy={update.isPending}
      error={update.error}
      fieldOf={fieldOfPath}
    >
      <ProjectFields
        fields={fields}
        onChange={(part) => setFields((present) => ({ ...present, ...part }))}
        faults={update.error === null ? [] : problemFrom(update.error).fields}
        tried={tried}
        coreClosed={coreClosed}
      />
      {tried && open.length > 0 && (
        <p className="notice bad" role="alert">
          {say('请填写或改正:', 'Fill in or correct: ')}
          {open.map((field) => say(field)).join('、')}
        </p>
      )}
    </FormDialog>
  )
}

const Shown = ({ project }: { readonly project: ProjectDetail }): ReactElement => {
  const say = useSay()
  const me = useMe()
  const actor = useActor()
  const [editing, setEditing] = useState(false)
  return (
    <Page
      title={project.name}
      beside={
        <span className="row">
          <span className="tag">{say(stageWords[project.stage])}</span>
          <span className="tag">{say(projectStateWords[project.state])}</span>
          {project.holdReason !== null && (
            <span className="tag">
              {say('暂停', 'On hold')}:{say(holdReasonWords[project.holdReason])}
            </span>
          )}
        </span>
      }
      actions={
        <>
          {holdsAny(me, 'applicant', 'clerk') && (
            <LinkButton to="/applications/new" search={{ projectId: project.id }} color="primary" variant="solid">
              {say('新建申请', 'New application')}
            </LinkButton>
          )}
          <LinkButton to="/applications" search={{ projectId: project.id }}>
            {say('本项目的申请', 'Its applications')}
          </LinkButton>
          <LinkButton to="/projects/$projectId/milestones" params={{ projectId: project.id }}>
            {say('项目节点', 'Milestones')}
          </LinkButton>
          <LinkButton to="/projects/$projectId/completion" params={{ projectId: project.id }}>
            {say('竣工与归档', 'Completion')}
          </LinkButton>
          <LinkButton to="/projects/$projectId/bim" params={{ projectId: project.id }}>
            {say('模型与碰撞', 'Models and clashes')}
          </LinkButton>
          {project.published && (
            <Button href={`/projects/${encodeURIComponent(project.caseNumber)}`}>
              {say('公开进度页', 'Public page')}
            </Button>
          )}
        </>
      }
    >
      {project.warnings.map((warning) => (
        <p key={warning} className="notice warn">
          {warning}
        </p>
      ))}
      <Card
        title={say('项目信息', 'Facts')}
        beside={
          <ActButton because={reasonOf(mayUpdate(actor, project, []))} onAct={() => setEditing(true)}>
            {say('更改', 'Change')}
          </ActButton>
        }
      >
        <Facts project={project} />
        {project.point !== null && (
          <div style={{ marginTop: 12 }}>
            <PointInput value={{ lon: project.point[0], lat: project.point[1] }} onChange={() => undefined} readOnly />
          </div>
        )}
      </Card>
      <Axes project={project} />
      <Parties project={project} />
      <SitePersonsCard projectId={project.id} />
      {editing && <EditDialog project={project} onClose={() => setEditing(false)} />}
    </Page>
  )
}

export const ProjectPage = (): ReactElement => {
  const { projectId } = useParams({ strict: false }) as { readonly projectId: ProjectId }
  const project = useRead(getProject, { params: { projectId } })
  return <Loaded query={project}>{(data) => <Shown project={data} />}</Loaded>
}
