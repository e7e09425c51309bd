/** Registering a project. What was typed stays on the page whatever the server answers. */
import { useNavigate } from '@tanstack/react-router'
import { Button } from 'antd'
import { type FormEvent, type ReactElement, useState } from 'react'
import { useSay } from '../../../desk/language.tsx'
import { holdsAny, useMe } from '../../../desk/me.tsx'
import { problemFrom } from '../../../desk/problem.ts'
import { useAct, useRead } from '../../../desk/queries.ts'
import { ChoiceField, NumberField, TextField } from '../../../desk/ui/inputs.tsx'
import { Card, Page } from '../../../desk/ui/page.tsx'
import { PointInput, type PointValue } from '../../../desk/ui/point-input.tsx'
import { RefusalNotice } from '../../../desk/ui/refusal-notice.tsx'
import type { OrganisationId } from '../../../kernel/identity.ts'
import { fenOfWan } from '../../../kernel/money.ts'
import type { Words } from '../../../kernel/words.ts'
import {
  checkCode,
  createProject,
  type InvestorKind,
  investorKinds,
  investorKindWords,
  type LandKind,
  landKinds,
  landKindWords,
  type ProjectType,
  type Purpose,
  projectTypes,
  projectTypeWords,
  purposes,
  purposeWords,
} from '../contract.ts'
import { OrganisationPicker } from './organisation-picker.tsx'

interface Fields {
  readonly name: string
  readonly projectCode: string
  readonly projectType: ProjectType | null
  readonly investor: InvestorKind | null
  readonly land: LandKind | null
  readonly purpose: Purpose | null
  readonly floorAreaM2: number | null
  readonly siteAreaM2: number | null
  readonly buildingHeightM: number | null
  readonly investmentWan: number | null
  readonly address: string
  readonly point: PointValue | null
  readonly description: string
  readonly owner: OrganisationId | null
}
const empty: Fields = {
  name: '',
  projectCode: '',
  projectType: null,
  investor: null,
  land: null,
  purpose: null,
  floorAreaM2: null,
  siteAreaM2: null,
  buildingHeightM: null,
  investmentWan: null,
  address: '',
  point: null,
  description: '',
  owner: null,
}

/** What the register thinks of a project code while it is typed. */
const CodeRemark = ({ code }: { readonly code: string }): ReactElement | null => {
  const say = useSay()
  const check = useRead(checkCode, { body: { code } }, { enabled: code.replace(/\D/g, '').length >= 18 })
  if (check.data === undefined) return null
  const { valid, form, warnings } = check.data
  return (
    <div role="status">
      {valid && warnings.length === 0 && (
        <p className="notice">
          {form === 'legacy'
            ? say('旧版代码,格式正确(旧版没有校验位)。', 'Old form, well-formed.')
            : say('代码格式和校验位正确。', 'The code and its check digit are right.')}
        </p>
      )}
      {warnings.map((warning) => (
        <p key={warning} className="notice warn">
          {warning}
        </p>
      ))}
      {!valid && warnings.length === 0 && (
        <p className="notice warn">
          {say(
            '格式不符,请与投资项目在线平台的通知核对;仍可先登记。',
            'The form is unusual: compare it with the notice.',
          )}
        </p>
      )}
    </div>
  )
}

export const NewProjectPage = (): ReactElement => {
  const say = useSay()
  const me = useMe()
  const navigate = useNavigate()
  const own = me.roles.flatMap((held) =>
    held.role === 'applicant' && held.organisationId !== undefined
      ? [{ organisationId: held.organisationId, name: held.organisationName ?? '' }]
      : [],
  )
  const [fields, setFields] = useState<Fields>({ ...empty, owner: own[0]?.organisationId ?? null })
  const [tried, setTried] = useState(false)
  const create = useAct(createProject, {
    onDone: (project) => void navigate({ to: '/projects/$projectId', params: { projectId: project.id } }),
  })
  const set = (part: Partial<Fields>) => setFields((before) => ({ ...before, ...part }))
  const serverFaults = create.error === null ? [] : problemFrom(create.error).fields
  const faultOf = (path: string, missing: boolean, sentence: Words): string | undefined =>
    serverFaults.find((fault) => fault.path === path || fault.path.endsWith(`.${path}`))?.message ??
    (tried && missing ? say(sentence) : undefined)
  const choose: Words = { zh: '请选择一项。', en: 'Choose one.' }

  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    const { name, projectType, investor, land, purpose, owner } = fields
    if (
      name.trim().length < 2 ||
      projectType === null ||
      investor === null ||
      land === null ||
      purpose === null ||
      owner === null
    )
      return
    create.mutate({
      body: {
        name,
        projectType,
        investor,
        land,
        purpose,
        floorAreaM2: fields.floorAreaM2,
        siteAreaM2: fields.siteAreaM2,
        buildingHeightM: fields.buildingHeightM,
        totalInvestmentFen: fields.investmentWan === null ? null : fenOfWan(fields.investmentWan),
        point: fields.point === null ? null : [fields.point.lon, fields.point.lat],
        boundary: null,
        address: fields.address,
        streetCode: null,
        description: fields.description,
        projectCode: fields.projectCode.trim() === '' ? null : fields.projectCode.trim(),
        ownerOrganisationId: owner,
      },
    })
  }
  return (
    <Page title={say('新建项目', 'New project')}>
      <form onSubmit={submit} noValidate>
        <RefusalNotice error={create.error} />
        <Card title={say('基本信息', 'The project')}>
          <TextField
            label={say('项目名称', 'Name')}
            value={fields.name}
            onChange={(name) => set({ name })}
            maxLength={120}
            required
            fault={faultOf('name', fields.name.trim().length < 2, { zh: '请填写项目名称。', en: 'Fill in the name.' })}
          />
          <TextField
            label={say('投资项目代码(可后补)', 'National project code (may follow)')}
            help={say('由投资项目在线平台生成,例如 2509-320193-89-01-544060。', 'Given by the national platform.')}
            value={fields.projectCode}
            onChange={(projectCode) => set({ projectCode })}
            maxLength={40}
            fault={faultOf('projectCode', false, choose)}
          />
          <CodeRemark code={fields.projectCode.trim()} />
          <OrganisationPicker
            own={own}
            canSearch={holdsAny(me, 'clerk', 'lead')}
            value={fields.owner}
            onChange={(owner) => set({ owner })}
            fault={faultOf('ownerOrganisationId', fields.owner === null, {
              zh: '请选择建设单位。',
              en: 'Choose the owner.',
            })}
          />
          <ChoiceField
            label={say('审批流程类型', 'Type')}
            value={fields.projectType}
            onChange={(projectType) => set({ projectType })}
            options={projectTypes.map((value) => ({ value, label: say(projectTypeWords[value]) }))}
            fault={faultOf('projectType', fields.projectType === null, choose)}
          />
          <ChoiceField
            label={say('投资类别', 'Funding')}
            value={fields.investor}
            onChange={(investor) => set({ investor })}
            options={investorKinds.map((value) => ({ value, label: say(investorKindWords[value]) }))}
            fault={faultOf('investor', fields.investor === null, choose)}
          />
          <ChoiceField
            label={say('土地取得方式', 'Land')}
            value={fields.land}
            onChange={(land) => set({ land })}
            options={landKinds.map((value) => ({ value, label: say(landKindWords[value]) }))}
            fault={faultOf('land', fields.land === null, choose)}
          />
          <ChoiceField
            label={say('用途', 'Use')}
            value={fields.purpose}
            onChange={(purpose) => set({ purpose })}
            options={purposes.map((value) => ({ value, label: say(purposeWords[value]) }))}
            fault={faultOf('purpose', fields.purpose === null, choose)}
          />
        </Card>
        <Card title={say('规模与地点', 'Scale and place')}>
          <NumberField
            label={say('总建筑面积(平方米)', 'Floor area (m²)')}
            value={fields.floorAreaM2}
            onChange={(floorAreaM2) => set({ floorAreaM2 })}
            min={0}
            fault={faultOf('floorAreaM2', false, choose)}
          />
          <NumberField
            label={say('用地面积(平方米)', 'Site area (m²)')}
            value={fields.siteAreaM2}
            onChange={(siteAreaM2) => set({ siteAreaM2 })}
            min={0}
            fault={faultOf('siteAreaM2', false, choose)}
          />
          <NumberField
            label={say('建筑高度(米)', 'Height (m)')}
            value={fields.buildingHeightM}
            onChange={(buildingHeightM) => set({ buildingHeightM })}
            min={0}
            fault={faultOf('buildingHeightM', false, choose)}
          />
          <NumberField
            label={say('总投资(万元)', 'Investment (10,000 yuan)')}
            value={fields.investmentWan}
            onChange={(investmentWan) => set({ investmentWan })}
            min={0}
            fault={faultOf('totalInvestmentFen', false, choose)}
          />
          <TextField
            label={say('建设地点', 'Address')}
            value={fields.address}
            onChange={(address) => set({ address })}
            maxLength={200}
            fault={faultOf('address', false, choose)}
          />
          <fieldset className="field">
            <legend>{say('位置', 'Position')}</legend>
            <PointInput value={fields.point} onChange={(point) => set({ point })} />
            <p className="fault">{faultOf('point', false, choose) ?? ''}</p>
          </fieldset>
          <TextField
            label={say('建设内容(对社会公开,请勿填写个人信息)', 'What is built (public; no personal data)')}
            value={fields.description}
            onChange={(description) => set({ description })}
            rows={4}
            maxLength={2000}
            fault={faultOf('description', false, choose)}
          />
        </Card>
        <div className="row">
          <Button type="primary" htmlType="submit" loading={create.isPending}>
            {say('登记项目', 'Register')}
          </Button>
        </div>
      </form>
    </Page>
  )
}
