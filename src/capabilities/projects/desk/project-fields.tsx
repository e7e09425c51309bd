/** The fields that describe a project: the same for registering and for changing. */
import { Select } from 'antd'
import { type ReactElement, useDeferredValue, useId } from 'react'
import { z } from 'zod'
import { useSay } from '../../../desk/language.tsx'
import { useRead } from '../../../desk/queries.ts'
import { ChoiceField, NumberField, TextField } from '../../../desk/ui/inputs.tsx'
import { Card } from '../../../desk/ui/page.tsx'
import { PointInput } from '../../../desk/ui/point-input.tsx'
import { fenOfWan, wanOf } from '../../../kernel/money.ts'
import type { FieldFault } from '../../../kernel/refusal.ts'
import { type Words, words } from '../../../kernel/words.ts'
import {
  checkCode,
  investorKinds,
  investorKindWords,
  landKinds,
  landKindWords,
  type ProjectDetail,
  projectTypes,
  projectTypeWords,
  purposes,
  purposeWords,
  readBaseMap,
} from '../contract.ts'
import { projectCodeHint } from '../model/code.ts'
import { boundaryOfCorners, cornersText } from './corners.ts'

/** What stands in the form. Investment is in 万元; corners are text as typed. */
export const fieldsSchema = z.object({
  name: z.string(),
  projectCode: z.string(),
  projectType: z.enum(projectTypes).nullable(),
  investor: z.enum(investorKinds).nullable(),
  land: z.enum(landKinds).nullable(),
  purpose: z.enum(purposes).nullable(),
  floorAreaM2: z.number().nullable(),
  siteAreaM2: z.number().nullable(),
  buildingHeightM: z.number().nullable(),
  investmentWan: z.number().nullable(),
  address: z.string(),
  streetCode: z.string().nullable(),
  point: z.object({ lon: z.number(), lat: z.number() }).nullable(),
  corners: z.string(),
  description: z.string(),
})
export type Fields = z.infer<typeof fieldsSchema>
export const emptyFields: Fields = {
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
  streetCode: null,
  point: null,
  corners: '',
  description: '',
}
export const fieldsOf = (project: ProjectDetail): Fields => ({
  name: project.name,
  projectCode: project.projectCode ?? '',
  projectType: project.projectType,
  investor: project.investor,
  land: project.land,
  purpose: project.purpose,
  floorAreaM2: project.floorAreaM2,
  siteAreaM2: project.siteAreaM2,
  buildingHeightM: project.buildingHeightM,
  investmentWan: project.totalInvestmentFen === null ? null : wanOf(project.totalInvestmentFen),
  address: project.address,
  streetCode: project.streetCode,
  point: project.point === null ? null : { lon: project.point[0], lat: project.point[1] },
  corners: cornersText(project.boundary),
  description: project.description,
})

/** Gives what the server takes, or null while something needed is missing or unreadable. */
export const describingBody = (fields: Fields) => {
  const { projectType, investor, land, purpose } = fields
  const boundary = boundaryOfCorners(fields.corners)
  if (fields.name.trim().length < 2 || boundary === 'unreadable') return null
  if (projectType === null || investor === null || land === null || purpose === null) return null
  return {
    name: fields.name,
    projectType,
    investor,
    land,
    purpose,
    floorAreaM2: fields.floorAreaM2,
    siteAreaM2: fields.siteAreaM2,
    buildingHeightM: fields.buildingHeightM,
    totalInvestmentFen: fields.investmentWan === null ? null : fenOfWan(fields.investmentWan),
    point: fields.point === null ? null : ([fields.point.lon, fields.point.lat] as [number, number]),
    boundary,
    address: fields.address,
    streetCode: fields.streetCode,
    description: fields.description,
    projectCode: fields.projectCode.trim() === '' ? null : fields.projectCode.trim(),
  }
}

/** What the register thinks of a project code while it is typed. */
const CodeRemark = ({ code }: { readonly code: string }): ReactElement => {
  const say = useSay()
  const asked = useDeferredValue(code)
  const hint = projectCodeHint(asked)
  const whole = asked !== '' && hint === null
  const check = useRead(checkCode, { body: { code: asked } }, { enabled: whole })
  const remark = whole ? check.data : undefined
  return (
    <div role="status">
      {hint !== null && <p className="notice warn">{say(hint)}</p>}
      {remark?.valid === true && remark.warnings.length === 0 && (
        <p className="notice">
          {remark.form === 'legacy'
            ? say('旧版代码,格式正确(旧版没有校验位)。', 'Old form, well-formed.')
            : say('代码格式和校验位正确。', 'The code and its check digit are right.')}
        </p>
      )}
      {remark?.warnings.map((warning) => (
        <p key={warning} className="notice warn">
          {warning}
        </p>
      ))}
      {remark?.valid === false && remark.warnings.length === 0 && (
        <p className="notice warn">
          {say('格式不符,请与投资项目在线平台的通知核对。', 'The form is unusual: compare it with the notice.')}
        </p>
      )}
    </div>
  )
}

const StreetField = ({
  value,
  onChange,
  fault,
}: {
  readonly value: string | null
  readonly onChange: (code: string | null) => void
  readonly fault: string | undefined
}): ReactElement => {
  const say = useSay()
  const id = useId()
  const base = useRead(readBaseMap, {})
  const streets = (base.data?.features ?? []).flatMap(({ properties }) =>
    properties.kind === 'street' && properties.code !== undefined
      ? [{ value: properties.code, label: say({ zh: properties.name, en: properties.nameEn }) }]
      : [],
  )
  const known = value === null || streets.some((street) => street.value === value)
  return (
    <div className="field">
      <label htmlFor={id}>{say('所在街道(镇)', 'Street or town')}</label>
      <Select
        id={id}
        style={{ width: '100%', maxWidth: 320 }}
        value={value}
        allowClear
        showSearch={{ optionFilterProp: 'label' }}
        placeholder={say('请选择', 'Choose')}
        options={known ? streets : [...streets, { value, label: value }]}
        onChange={(code: string | null | undefined) => onChange(code ?? null)}
        aria-describedby={`${id}-fault`}
      />
      <p className="fault" id={`${id}-fault`}>
        {fault ?? ''}
      </p>
    </div>
  )
}

/** The names of the fields, as the server's faults are given by their paths. */
export const fieldWords: Readonly<Record<string, Words>> = {
  name: words('项目名称', 'Name'),
  projectCode: words('投资项目代码', 'National project code'),
  ownerOrganisationId: words('建设单位', 'Owner'),
  projectType: words('审批流程类型', 'Type'),
  investor: words('投资类别', 'Funding'),
  land: words('土地取得方式', 'Land'),
  purpose: words('用途', 'Use'),
  floorAreaM2: words('总建筑面积', 'Floor area'),
  siteAreaM2: words('用地面积', 'Site area'),
  buildingHeightM: words('建筑高度', 'Height'),
  totalInvestmentFen: words('总投资', 'Investment'),
  address: words('建设地点', 'Address'),
  streetCode: words('所在街道(镇)', 'Street or town'),
  point: words('位置', 'Position'),
  boundary: words('用地范围', 'Site boundary'),
  description: words('建设内容', 'What is built'),
}
/** The field that a fault is about, by the first part of its path that is one. */
export const fieldOfPath = (path: string): Words | null => {
  const known = path.split('.').find((part) => Object.hasOwn(fieldWords, part))
  return known === undefined ? null : (fieldWords[known] ?? null)
}
/** What keeps a form from being sent, each field once. */
export const openFields = (fields: Fields): readonly Words[] =>
  [
    fields.name.trim().length < 2 ? 'name' : null,
    fields.projectType === null ? 'projectType' : null,
    fields.investor === null ? 'investor' : null,
    fields.land === null ? 'land' : null,
    fields.purpose === null ? 'purpose' : null,
    boundaryOfCorners(fields.corners) === 'unreadable' ? 'boundary' : null,
  ].flatMap((path) => (path === null ? [] : (fieldWords[path] ?? [])))

interface ProjectFieldsProps {
  readonly fields: Fields
  readonly onChange: (part: Partial<Fields>) => void
  readonly faults: readonly FieldFault[]
  /** True after the first try to send: then what is missing is marked. */
  readonly tried: boolean
  /** Why name, code, type, funding and land may not be changed; null = they may. */
  readonly coreClosed?: Words | null
  /** Further fields of the first card. */
  readonly children?: ReactElement
}
const choose = words('请选择一项。', 'Choose one.')

export const ProjectFields = (props: ProjectFieldsProps): ReactElement => {
  const say = useSay()
  const cornersId = useId()
  const { fields, onChange, faults, tried, coreClosed = null } = props
  const faultOf = (path: string, isMissing = false, sentence: Words = choose): string | undefined =>
    faults.find((fault) => fault.path.split('.').includes(path))?.message ??
    (tried && isMissing ? say(sentence) : undefined)
  return (
    <>
      <Card title={say('基本信息', 'The project')}>
        {coreClosed !== null && <p className="notice">{say(coreClosed)}</p>}
        {coreClosed === null && (
          <>
            <TextField
              label={say('项目名称', 'Name')}
              value={fields.name}
              onChange={(name) => onChange({ name })}
              maxLength={120}
              required
              fault={faultOf('name', fields.name.trim().length < 2, words('请填写项目名称。', 'Fill in the name.'))}
            />
            <TextField
              label={say('投资项目代码(可后补)', 'National project code (may follow)')}
              help={say('由投资项目在线平台生成,例如 2509-320193-89-01-544060。', 'Given by the national platform.')}
              value={fields.projectCode}
              onChange={(projectCode) => onChange({ projectCode })}
              maxLength={40}
              fault={faultOf('projectCode')}
            />
            <CodeRemark code={fields.projectCode.trim()} />
          </>
        )}
        {props.children}
        <div className="form-grid">
          {coreClosed === null && (
            <>
              <ChoiceField
                label={say('审批流程类型', 'Type')}
                value={fields.projectType}
                onChange={(projectType) => onChange({ projectType })}
                options={projectTypes.map((value) => ({ value, label: say(projectTypeWords[value]) }))}
                fault={faultOf('projectType', fields.projectType === null)}
                required
              />
              <div>
                <ChoiceField
                  label={say('投资类别', 'Funding')}
                  value={fields.investor}
                  onChange={(investor) => onChange({ investor })}
                  options={investorKinds.map((value) => ({ value, label: say(investorKindWords[value]) }))}
                  fault={faultOf('investor', fields.investor === null)}
                  required
                />
                <ChoiceField
                  label={say('土地取得方式', 'Land')}
                  value={fields.land}
                  onChange={(land) => onChange({ land })}
                  options={landKinds.map((value) => ({ value, label: say(landKindWords[value]) }))}
                  fault={faultOf('land', fields.land === null)}
                  required
                />
              </div>
            </>
          )}
          <ChoiceField
            label={say('用途', 'Use')}
            value={fields.purpose}
            onChange={(purpose) => onChange({ purpose })}
            options={purposes.map((value) => ({ value, label: say(purposeWords[value]) }))}
            fault={faultOf('purpose', fields.purpose === null)}
            required
          />
        </div>
      </Card>
      <Card title={say('规模与地点', 'Scale and place')}>
        <div className="form-grid">
          <NumberField
            label={say('总建筑面积(平方米)', 'Floor area (m²)')}
            value={fields.floorAreaM2}
            onChange={(floorAreaM2) => onChange({ floorAreaM2 })}
            min={0}
            max={100_000_000}
            fault={faultOf('floorAreaM2')}
          />
          <NumberField
            label={say('用地面积(平方米)', 'Site area (m²)')}
            value={fields.siteAreaM2}
            onChange={(siteAreaM2) => onChange({ siteAreaM2 })}
            min={0}
            max={100_000_000}
            fault={faultOf('siteAreaM2')}
          />
          <NumberField
            label={say('建筑高度(米)', 'Height (m)')}
            value={fields.buildingHeightM}
            onChange={(buildingHeightM) => onChange({ buildingHeightM })}
            min={0}
            max={1000}
            fault={faultOf('buildingHeightM')}
          />
          <NumberField
            label={say('总投资(万元)', 'Investment (10,000 yuan)')}
            value={fields.investmentWan}
            onChange={(investmentWan) => onChange({ investmentWan })}
            min={0}
            max={100_000_000}
            fault={faultOf('totalInvestmentFen')}
          />
        </div>
        <TextField
          label={say('建设地点', 'Address')}
          value={fields.address}
          onChange={(address) => onChange({ address })}
          maxLength={200}
          fault={faultOf('address')}
        />
        <StreetField
          value={fields.streetCode}
          onChange={(streetCode) => onChange({ streetCode })}
          fault={faultOf('streetCode')}
        />
        <fieldset className="field">
          <legend>{say('位置', 'Position')}</legend>
          <PointInput value={fields.point} onChange={(point) => onChange({ point })} />
          <p className="fault">{faultOf('point') ?? ''}</p>
        </fieldset>
        <details className="field" open={fields.corners !== '' || faultOf('boundary') !== undefined}>
          <summary id={cornersId}>{say('用地范围(可不填)', 'Site boundary (optional)')}</summary>
          <TextField
            label={say('拐点坐标', 'Corners')}
            help={say(
              '每行一个拐点:经度, 纬度(CGCS2000,单位为度),至少三个;首尾自动闭合。',
              'One corner a line: longitude, latitude in degrees (CGCS2000), three or more; the ring closes itself.',
            )}
            value={fields.corners}
            onChange={(corners) => onChange({ corners })}
            rows={5}
            fault={faultOf(
              'boundary',
              boundaryOfCorners(fields.corners) === 'unreadable',
              words('有一行读不出两个数,或少于三个拐点,请改正。', 'A line is not two numbers, or too few corners.'),
            )}
          />
        </details>
        <TextField
          label={say('建设内容(对社会公开,请勿填写个人信息)', 'What is built (public; no personal data)')}
          value={fields.description}
          onChange={(description) => onChange({ description })}
          rows={4}
          maxLength={2000}
          fault={faultOf('description')}
        />
      </Card>
    </>
  )
}
