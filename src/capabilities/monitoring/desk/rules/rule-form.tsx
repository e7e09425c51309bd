/** Writing a rule: name, condition by its kind, whom it applies to, severity, advice, ground. */
import { type ReactElement, useState } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { FormDialog } from '../../../../desk/ui/form-dialog.tsx'
import { NumberField, TextField } from '../../../../desk/ui/inputs.tsx'
import { type Certainty, certainties } from '../../../../kernel/sourced.ts'
import { type Words, words } from '../../../../kernel/words.ts'
import { severityWords } from '../../model/alarms/states.ts'
import { deviceKindWords } from '../../model/devices/words.ts'
import { type DeviceKind, deviceKinds } from '../../model/report.ts'
import {
  type Definition,
  definitionSchema,
  type RuleKind,
  ruleKeySchema,
  ruleKinds,
  type Severity,
} from '../../model/rules/definition.ts'
import { ruleKindWords } from '../../model/rules/states.ts'
import { FieldSelect, FieldSelectMany } from '../parts.tsx'
import { useSiteChoices } from '../sites/choices.ts'
import { startOf } from './condition-fields.ts'
import { ConditionForm, type LooseCondition } from './condition-form.tsx'

const certaintyWords: Readonly<Record<Certainty, Words>> = {
  A: words('A 已核对原文', 'A read in the original'),
  B: words('B 见于二手资料', 'B read second-hand'),
  C: words('C 自行测算', 'C measured by ourselves'),
  D: words('D 较有把握,待核', 'D from memory, unverified'),
  E: words('E 没有把握,待核', 'E unsure, unverified'),
  X: words('X 未找到依据,待核', 'X not found, unverified'),
}
const severities = ['1', '2', '3', '4'] as const

export interface RuleDraft {
  readonly key: string
  readonly definition: Definition
}
interface RuleFormProps {
  readonly title: string
  /** Null: a rule of one's own. */
  readonly initial: Definition | null
  /** Null: it has its key already. */
  readonly initialKey: string | null
  readonly busy: boolean
  readonly error: unknown
  readonly submitLabel: string
  readonly onClose: () => void
  readonly onSubmit: (draft: RuleDraft) => void
}
export const RuleForm = (props: RuleFormProps): ReactElement => {
  const say = useSay()
  const sites = useSiteChoices()
  const { initial } = props
  const [key, setKey] = useState(props.initialKey ?? '')
  const [zh, setZh] = useState(initial?.name.zh ?? '')
  const [en, setEn] = useState(initial?.name.en ?? '')
  const [adviceZh, setAdviceZh] = useState(initial?.advice.zh ?? '')
  const [adviceEn, setAdviceEn] = useState(initial?.advice.en ?? '')
  const [condition, setCondition] = useState<LooseCondition>(initial?.condition ?? startOf('threshold'))
  const [kinds, setKinds] = useState<readonly DeviceKind[]>(initial?.appliesTo.deviceKinds ?? ['dust'])
  const [siteIds, setSiteIds] = useState<readonly string[]>(initial?.appliesTo.siteIds ?? [])
  const [severity, setSeverity] = useState<Severity>(initial?.severity ?? 3)
  const [reopen, setReopen] = useState<number | null>(initial?.reopenMinutes ?? 10)
  const [basis, setBasis] = useState(initial?.source.basis ?? '')
  const [certainty, setCertainty] = useState<Certainty>(initial?.source.certainty ?? 'X')
  const [tried, setTried] = useState(false)
  const parsed = definitionSchema.safeParse({
    name: { zh: zh.trim(), en: en.trim() === '' ? zh.trim() : en.trim() },
    advice: { zh: adviceZh.trim(), en: adviceEn.trim() === '' ? adviceZh.trim() : adviceEn.trim() },
    condition,
    appliesTo: { deviceKinds: kinds, siteIds },
    severity,
    reopenMinutes: reopen,
    source: { basis: basis.trim(), certainty },
  })
  const faults: Readonly<Record<string, string>> =
    tried && !parsed.success
      ? Object.fromEntries(
          parsed.error.issues.map((issue) => [
            issue.path[0] === 'condition' ? `condition.${String(issue.path[1] ?? '')}` : issue.path.join('.'),
            say('请检查这一项。', 'Look at this again.'),
          ]),
        )
      : {}
  const conditionFaults = Object.fromEntries(
    Object.entries(faults).flatMap(([path, text]) => (path.startsWith('condition.') ? [[path.slice(10), text]] : [])),
  )
  const keyGood = ruleKeySchema.safeParse(key).success
  const required = (text: string) => (tried && text.trim() === '' ? say('请填写。', 'Required.') : undefined)
  return (
    <FormDialog
      open
      width={860}
      title={props.title}
      onClose={props.onClose}
      onSubmit={() => {
        setTried(true)
        if (parsed.success && keyGood && zh.trim() !== '' && adviceZh.trim() !== '')
          props.onSubmit({ key, definition: parsed.data })
      }}
      submitLabel={props.submitLabel}
      busy={props.busy}
      error={props.error}
    >
      <div className="form-grid">
        {props.initialKey === null && (
          <TextField
            label={say('规则代码', 'Key')}
            help={say('小写字母、数字、点和连字符,如 dust.pm10-site', 'Lower-case letters, digits, dots, hyphens')}
            value={key}
            onChange={setKey}
            maxLength={60}
            required
            fault={tried && !keyGood ? say('规则代码不正确。', 'Not a key.') : undefined}
          />
        )}
        <TextField
          label={say('名称', 'Name')}
          value={zh}
          onChange={setZh}
          maxLength={80}
          required
          fault={required(zh)}
        />
        <TextField label={say('英文名称(可不填)', 'Name in English')} value={en} onChange={setEn} maxLength={120} />
        <FieldSelect<RuleKind>
          label={say('规则类型', 'Kind')}
          value={condition['kind'] as RuleKind}
          options={ruleKinds.map((kind) => ({ value: kind, label: say(ruleKindWords[kind]) }))}
          onChange={(kind) => setCondition(startOf(kind))}
        />
        <FieldSelect
          label={say('报警级别', 'Severity')}
          value={String(severity) as (typeof severities)[number]}
          options={severities.map((value) => ({ value, label: say(severityWords[Number(value) as Severity]) }))}
          onChange={(value) => setSeverity(Number(value) as Severity)}
        />
      </div>
      <fieldset className="field">
        <legend>{say('条件', 'Condition')}</legend>
        <ConditionForm condition={condition} faults={conditionFaults} onChange={setCondition} />
      </fieldset>
      <div className="form-grid">
        <FieldSelectMany
          label={say('适用设备', 'Devices')}
          values={kinds}
          options={deviceKinds.map((kind) => ({ value: kind, label: say(deviceKindWords[kind]) }))}
          onChange={setKinds}
          fault={tried && kinds.length === 0 ? say('请至少选择一类设备。', 'Choose one at least.') : undefined}
        />
        <FieldSelectMany
          label={say('适用工地(不选为全部)', 'Sites (none: all)')}
          values={siteIds}
          options={sites.map((site) => ({ value: site.value as string, label: site.label }))}
          onChange={setSiteIds}
        />
        <NumberField
          label={say('结束后多少分钟内再发生并入同一报警', 'The same alarm within (min)')}
          value={reopen}
          onChange={setReopen}
          min={0}
          max={1440}
          whole
        />
      </div>
      <TextField
        label={say('处置建议', 'Advice')}
        rows={2}
        value={adviceZh}
        onChange={setAdviceZh}
        maxLength={500}
        required
        fault={required(adviceZh)}
      />
      <TextField
        label={say('处置建议英文(可不填)', 'Advice in English')}
        rows={2}
        value={adviceEn}
        onChange={setAdviceEn}
        maxLength={800}
      />
      <div className="form-grid">
        <TextField
          label={say('依据', 'Ground')}
          help={say('标准、文件的名称和条款,或“内部管理要求”', 'Standard and article, or an own rule')}
          value={basis}
          onChange={setBasis}
          maxLength={300}
          required
          fault={required(basis)}
        />
        <FieldSelect
          label={say('可信程度', 'Certainty')}
          value={certainty}
          options={certainties.map((value) => ({ value, label: say(certaintyWords[value]) }))}
          onChange={setCertainty}
        />
      </div>
    </FormDialog>
  )
}
