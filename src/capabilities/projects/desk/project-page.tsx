/** One project: its facts, its parties, the three axes, and what may be done with it. */
import { Link, useParams } from '@tanstack/react-router'
import { type ReactElement, useState } from 'react'
import { useSay } from '../../../desk/language.tsx'
import { holdsAny, useMe } from '../../../desk/me.tsx'
import { useAct, useRead } from '../../../desk/queries.ts'
import { ActButton } from '../../../desk/ui/act-button.tsx'
import { CaseTable } from '../../../desk/ui/case-table.tsx'
import { FormDialog } from '../../../desk/ui/form-dialog.tsx'
import { ChoiceField, TextField } from '../../../desk/ui/inputs.tsx'
import { Loaded } from '../../../desk/ui/loaded.tsx'
import { Card, Page } from '../../../desk/ui/page.tsx'
import { PointInput } from '../../../desk/ui/point-input.tsx'
import type { Actor } from '../../../kernel/actor.ts'
import type { Decision } from '../../../kernel/decision.ts'
import type { OrganisationId, ProjectId } from '../../../kernel/identity.ts'
import { wanOf } from '../../../kernel/money.ts'
import { type Words, words } from '../../../kernel/words.ts'
import {
  addParty,
  getProject,
  type HoldReason,
  holdProject,
  holdReasons,
  holdReasonWords,
  investorKindWords,
  landKindWords,
  type PartyRole,
  type ProjectDetail,
  partyRoles,
  partyRoleWords,
  projectStateWords,
  projectTypeWords,
  publishProject,
  purposeWords,
  resumeProject,
  stageWords,
} from '../contract.ts'
import { mayChangeParties, mayHold, mayPublish } from '../policy.ts'
import { OrganisationPicker } from './organisation-picker.tsx'

const reasonOf = (decision: Decision): Words | null => (decision.allowed ? null : decision.because.refusal.sentence)
const useActor = (): Actor => {
  const me = useMe()
  return { kind: 'person', personId: me.personId, name: me.name, roles: me.roles }
}

const Facts = ({ project }: { readonly project: ProjectDetail }): ReactElement => {
  const say = useSay()
  const number = (value: number | null, unit: string): string => (value === null ? '—' : `${value} ${unit}`)
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

const AddPartyDialog = ({
  project,
  onClose,
}: {
  readonly project: ProjectDetail
  readonly onClose: () => void
}): ReactElement => {
  const say = useSay()
  const add = useAct(addParty, { onDone: onClose })
  const [role, setRole] = useState<PartyRole | null>(null)
  const [organisation, setOrganisation] = useState<OrganisationId | null>(null)
  const [name, setName] = useState('')
  const [tried, setTried] = useState(false)
  const submit = () => {
    setTried(true)
    if (role === null || organisation === null) return
    add.mutate({
      params: { projectId: project.id },
      body: {
        role,
        organisationId: organisation,
        responsiblePersonId: null,
        responsibleName: name.trim() === '' ? null : name.trim(),
      },
    })
  }
  return (
    <FormDialog
      open
      title={say('增加参建单位', 'Add a party')}
      onClose={onClose}
      onSubmit={submit}
      submitLabel={say('增加', 'Add')}
      busy={add.isPending}
      error={add.error}
    >
      <ChoiceField
        label={say('角色', 'Role')}
        value={role}
        onChange={setRole}
        options={partyRoles
          .filter((each) => each !== 'owner')
          .map((value) => ({ value, label: say(partyRoleWords[value]) }))}
        fault={tried && role === null ? say('请选择一项。', 'Choose one.') : undefined}
      />
      <OrganisationPicker
        own={[]}
        canSearch
        label={say('单位', 'Organisation')}
        value={organisation}
        onChange={setOrganisation}
        fault={tried && organisation === null ? say('请选择单位。', 'Choose one.') : undefined}
      />
      <TextField
        label={say('项目负责人(可不填)', 'Person responsible (optional)')}
        value={name}
        onChange={setName}
        maxLength={60}
      />
    </FormDialog>
  )
}

type Act = 'hold' | 'resume' | 'publish'
/** Holding, resuming and publishing: each needs a reason. */
const ReasonDialog = ({
  act,
  project,
  onClose,
}: {
  readonly act: Act
  readonly project: ProjectDetail
  readonly onClose: () => void
}): ReactElement => {
  const say = useSay()
  const hold = useAct(holdProject, { onDone: onClose })
  const resume = useAct(resumeProject, { onDone: onClose })
  const publish = useAct(publishProject, { onDone: onClose })
  const [because, setBecause] = useState('')
  const [reason, setReason] = useState<HoldReason | null>(null)
  const [tried, setTried] = useState(false)
  const used = act === 'hold' ? hold : act === 'resume' ? resume : publish
  const titles: Readonly<Record<Act, Words>> = {
    hold: words('暂停项目', 'Hold the project'),
    resume: words('恢复项目', 'Resume the project'),
    publish: project.published ? words('收回公开', 'Withdraw from the public') : words('对社会公开', 'Publish'),
  }
  const submit = () => {
    setTried(true)
    if (because.trim().length < 2 || (act === 'hold' && reason === null)) return
    const params = { projectId: project.id }
    if (act === 'resume') resume.mutate({ params, body: { because } })
    else if (act === 'publish') publish.mutate({ params, body: { published: !project.published, because } })
    else if (reason !== null) hold.mutate({ params, body: { reason, because } })
  }
  return (
    <FormDialog
      open
      title={say(titles[act])}
      onClose={onClose}
      onSubmit={submit}
      submitLabel={say('确定', 'Confirm')}
      busy={used.isPending}
      error={used.error}
    >
      {act === 'hold' && (
        <ChoiceField
          label={say('原因', 'Reason')}
          value={reason}
          onChange={setReason}
          options={holdReasons.map((value) => ({ value, label: say(holdReasonWords[value]) }))}
          fault={tried && reason === null ? say('请选择一项。', 'Choose one.') : undefined}
        />
      )}
      <TextField
        label={say('理由', 'Because')}
        value={because}
        onChange={setBecause}
        rows={3}
        maxLength={400}
        required
        fault={tried && because.trim().length < 2 ? say('请填写理由,至少 2 个字。', 'Give a reason.') : undefined}
      />
    </FormDialog>
  )
}

const Shown = ({ project }: { readonly project: ProjectDetail }): ReactElement => {
  const say = useSay()
  const me = useMe()
  const actor = useActor()
  const [dialog, setDialog] = useState<Act | 'party' | null>(null)
  return (
    <Page
      title={project.name}
      beside={
        <span className="row">
          <span className="tag">{say(stageWords[project.stage])}</span>
          <span className="tag">{say(projectStateWords[project.state])}</span>
          {project.holdReason !== null && <span className="tag">{say(holdReasonWords[project.holdReason])}</span>}
        </span>
      }
      actions={
        <>
          {holdsAny(me, 'applicant', 'clerk') && (
            <Link
              to="/applications/new"
              search={{ projectId: project.id }}
              className="ant-btn ant-btn-primary"
              style={{ lineHeight: '36px' }}
            >
              {say('新建申请', 'New application')}
            </Link>
          )}
          <Link to="/applications" search={{ projectId: project.id }}>
            {say('本项目的申请', 'Its applications')}
          </Link>
          {project.published && (
            <a href={`/projects/${encodeURIComponent(project.caseNumber)}`}>{say('公开进度页', 'Public page')}</a>
          )}
        </>
      }
    >
      {project.warnings.map((warning) => (
        <p key={warning} className="notice warn">
          {warning}
        </p>
      ))}
      <Card title={say('项目信息', 'Facts')}>
        <Facts project={project} />
        {project.point !== null && (
          <PointInput value={{ lon: project.point[0], lat: project.point[1] }} onChange={() => undefined} readOnly />
        )}
      </Card>
      <Card
        title={say('参建单位', 'Parties')}
        beside={
          <ActButton because={reasonOf(mayChangeParties(actor, project))} onAct={() => setDialog('party')}>
            {say('增加参建单位', 'Add a party')}
          </ActButton>
        }
      >
        <CaseTable
          label={say('参建单位', 'Parties')}
          rows={project.parties}
          keyOf={(party) => party.partyId}
          columns={[
            { title: words('单位', 'Organisation'), heads: true, show: (party) => party.organisationName },
            { title: words('角色', 'Role'), show: (party) => say(partyRoleWords[party.role]) },
            { title: words('负责人', 'Responsible'), show: (party) => party.responsibleName ?? '—' },
            { title: words('起止', 'Period'), show: (party) => `${party.from} – ${party.to ?? say('至今', 'now')}` },
          ]}
        />
      </Card>
      {!holdsAny(me, 'applicant') && (
        <Card title={say('管理', 'Administration')}>
          <div className="row">
            {project.holdReason === null ? (
              <ActButton because={reasonOf(mayHold(actor, 'safety-stop'))} onAct={() => setDialog('hold')}>
                {say('暂停项目', 'Hold')}
              </ActButton>
            ) : (
              <ActButton because={reasonOf(mayHold(actor, project.holdReason))} onAct={() => setDialog('resume')}>
                {say('恢复项目', 'Resume')}
              </ActButton>
            )}
            <ActButton because={reasonOf(mayPublish(actor))} onAct={() => setDialog('publish')}>
              {project.published ? say('收回公开', 'Withdraw from the public') : say('对社会公开', 'Publish')}
            </ActButton>
          </div>
        </Card>
      )}
      {dialog === 'party' && <AddPartyDialog project={project} onClose={() => setDialog(null)} />}
      {dialog !== null && dialog !== 'party' && (
        <ReasonDialog act={dialog} project={project} onClose={() => setDialog(null)} />
      )}
    </Page>
  )
}

export const ProjectPage = (): ReactElement => {
  const { projectId } = useParams({ strict: false }) as { readonly projectId: ProjectId }
  const project = useRead(getProject, { params: { projectId } })
  return <Loaded query={project}>{(data) => <Shown project={data} />}</Loaded>
}
