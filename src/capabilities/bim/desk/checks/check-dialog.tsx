/** Defines a check: what is compared, what is left out, tolerance with what it means in one sentence. */
import { Button, Checkbox } from 'antd'
import { type ReactElement, useState } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { useAct, useRead } from '../../../../desk/queries.ts'
import { FormDialog } from '../../../../desk/ui/form-dialog.tsx'
import { ChoiceField, NumberField, TextField } from '../../../../desk/ui/inputs.tsx'
import { Loaded } from '../../../../desk/ui/loaded.tsx'
import type { ProjectId } from '../../../../kernel/identity.ts'
import { type CheckView, createCheck, editCheck, listSelectable, readClasses } from '../../contract/checks.ts'
import {
  type ClashDefinition,
  type Definition,
  definitionSchema,
  type PipesDefinition,
  type SelectorInput,
  toleranceSentence,
} from '../../model/definition.ts'
import { type CheckKind, checkKinds, checkKindWords } from '../../model/words.ts'
import { ManyField, SelectField } from '../parts.tsx'
import { emptyClash, emptyPipes, selectorOf } from './definition-state.ts'

interface Selectable {
  readonly modelId: string
  readonly name: string
  readonly kind: 'network' | 'ifc'
  readonly classes: readonly string[]
  readonly systems: readonly string[]
  readonly storeys: readonly string[]
}
const zoneOptions = [
  { value: 'carriageway', label: '机动车道' },
  { value: 'footway', label: '人行道、非机动车道' },
  { value: 'courtyard', label: '庭院、绿地' },
  { value: 'paddy', label: '水田' },
] as const satisfies readonly { readonly value: PipesDefinition['defaultZone']; readonly label: string }[]

export const CheckDialog = ({
  projectId,
  check,
  onClose,
}: {
  readonly projectId: ProjectId
  readonly check?: CheckView
  readonly onClose: () => void
}): ReactElement => {
  const say = useSay()
  const selectable = useRead(listSelectable, { params: { projectId } })
  const [name, setName] = useState(check?.name ?? '')
  const [gate, setGate] = useState(check?.gate ?? true)
  const [definition, setDefinition] = useState<Definition>(check?.definition ?? emptyPipes)
  const [tried, setTried] = useState(false)
  const create = useAct(createCheck, { onDone: onClose })
  const edit = useAct(editCheck, { onDone: onClose })
  const parsed = definitionSchema.safeParse(definition)
  const act = check === undefined ? create : edit
  const submit = () => {
    setTried(true)
    if (name.trim() === '' || !parsed.success) return
    const body = { name, definition: parsed.data, gate }
    if (check === undefined) create.mutate({ params: { projectId }, body })
    else edit.mutate({ params: { checkId: check.checkId }, body: { ...body, version: check.version } })
  }
  return (
    <FormDialog
      open
      width={860}
      title={check === undefined ? say('定义检查', 'Define a check') : say('修改检查', 'Edit the check')}
      onClose={onClose}
      onSubmit={submit}
      submitLabel={say('保存', 'Save')}
      busy={act.isPending}
      error={act.error}
    >
      <TextField
        label={say('名称', 'Name')}
        value={name}
        onChange={setName}
        maxLength={80}
        required
        fault={tried && name.trim() === '' ? say('请填写名称。', 'Give a name.') : undefined}
      />
      {check === undefined && (
        <ChoiceField
          label={say('种类', 'Kind')}
          value={definition.kind}
          onChange={(kind: CheckKind) => setDefinition(kind === 'pipes' ? emptyPipes : emptyClash)}
          options={checkKinds.map((value) => ({ value, label: say(checkKindWords[value]) }))}
        />
      )}
      <Loaded query={selectable}>
        {({ models }) =>
          definition.kind === 'pipes' ? (
            <Pipes value={definition} models={models} onChange={setDefinition} />
          ) : (
            <Clash value={definition} models={models} onChange={setDefinition} />
          )
        }
      </Loaded>
      <p className="notice">
        <strong>{say('允许误差的含义:', 'What the tolerance means: ')}</strong>
        {toleranceSentence(definition)}
      </p>
      <p>
        <Checkbox checked={gate} onChange={(event) => setGate(event.target.checked)}>
          {say('计入关口(审批事项要求“没有未解决的严重冲突”时)', 'Counts for the gate')}
        </Checkbox>
      </p>
      {tried && !parsed.success && (
        <div className="notice bad" role="alert">
          <ul>
            {parsed.error.issues.slice(0, 5).map((issue) => (
              <li key={`${issue.path.join('.')} ${issue.message}`}>
                {issue.path.at(-1) === 'models' ? say('请选择模型。', 'Choose models.') : issue.message}
              </li>
            ))}
          </ul>
        </div>
      )}
    </FormDialog>
  )
}

const Pipes = ({
  value,
  models,
  onChange,
}: {
  readonly value: PipesDefinition
  readonly models: readonly Selectable[]
  readonly onChange: (value: PipesDefinition) => void
}): ReactElement => {
  const say = useSay()
  const classes = useRead(readClasses, {})
  const kinds = [...new Map((classes.data?.classes ?? []).map((each) => [each.kind, each.name])).entries()]
  const kindOptions = kinds.map(([kind, name]) => ({ value: kind, label: name }))
  return (
    <>
      <ManyField
        label={say('管线模型', 'Networks')}
        help={say('各模型之间、以及模型内部的管线互相检查。', 'Checked against each other and within themselves.')}
        values={value.models as readonly string[]}
        options={models
          .filter((model) => model.kind === 'network')
          .map((model) => ({ value: model.modelId, label: model.name }))}
        onChange={(chosen) => onChange({ ...value, models: chosen as unknown as PipesDefinition['models'] })}
      />
      <div className="form-grid">
        <NumberField
          label={say('允许误差(m)', 'Tolerance (m)')}
          value={value.toleranceM}
          onChange={(toleranceM) => onChange({ ...value, toleranceM: toleranceM ?? 0 })}
          min={0}
          max={0.5}
        />
        <SelectField
          label={say('管线上方默认为', 'Above the pipes lies by default')}
          value={value.defaultZone}
          options={zoneOptions}
          onChange={(defaultZone) => onChange({ ...value, defaultZone })}
        />
      </div>
      <p>
        <Checkbox
          checked={value.existingAmongThemselves}
          onChange={(event) => onChange({ ...value, existingAmongThemselves: event.target.checked })}
        >
          {say('现状管线之间也检查(通常不改现状,不勾选)', 'Check existing pipes among themselves too')}
        </Checkbox>
      </p>
      <fieldset className="field">
        <legend>{say('排除的组合', 'Pairs left out')}</legend>
        {value.exclusions.map((exclusion, index) => (
          // Exclusions have no identity of their own: their place in the list is it.
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          <div key={index} className="form-grid">
            <SelectField
              label={say(`排除 ${index + 1}:一方`, `Left out ${index + 1}: one side`)}
              value={exclusion.a as string}
              options={kindOptions}
              onChange={(a) =>
                onChange({
                  ...value,
                  exclusions: value.exclusions.map((each, at) =>
                    at === index ? { ...each, a: a as (typeof each)['a'] } : each,
                  ),
                })
              }
            />
            <SelectField
              label={say(`排除 ${index + 1}:另一方`, `Left out ${index + 1}: other side`)}
              value={(exclusion.b ?? '') as string}
              options={[{ value: '', label: say('任何对象', 'anything') }, ...kindOptions]}
              onChange={(b) =>
                onChange({
                  ...value,
                  exclusions: value.exclusions.map((each, at) =>
                    at === index ? { ...each, b: (b === '' ? null : b) as (typeof each)['b'] } : each,
                  ),
                })
              }
            />
            <div className="wide">
              <Button
                size="small"
                onClick={() => onChange({ ...value, exclusions: value.exclusions.filter((_each, at) => at !== index) })}
              >
                {say('取消这条排除', 'Remove')}
                <span className="hidden">{index + 1}</span>
              </Button>
            </div>
          </div>
        ))}
        <Button
          disabled={kindOptions.length === 0 || value.exclusions.length >= 50}
          onClick={() =>
            onChange({
              ...value,
              exclusions: [
                ...value.exclusions,
                {
                  a: (kindOptions[0]?.value ?? 'water') as PipesDefinition['exclusions'][number]['a'],
                  b: null,
                  note: '',
                },
              ],
            })
          }
        >
          {say('增加排除', 'Leave out a pair')}
        </Button>
      </fieldset>
      {(value.zones.length > 0 || value.obstacles.length > 0) && (
        <p className="small quiet">
          {say(
            `另含 ${value.zones.length} 个覆土分区、${value.obstacles.length} 个建(构)筑物,保持不变。`,
            `${value.zones.length} zones and ${value.obstacles.length} obstacles stay as they are.`,
          )}
        </p>
      )}
    </>
  )
}

const Clash = ({
  value,
  models,
  onChange,
}: {
  readonly value: ClashDefinition
  readonly models: readonly Selectable[]
  readonly onChange: (value: ClashDefinition) => void
}): ReactElement => {
  const say = useSay()
  return (
    <>
      <div className="form-grid">
        {(['a', 'b'] as const).map((side) => (
          <fieldset key={side} className="field">
            <legend>{side === 'a' ? say('甲方', 'Side A') : say('乙方', 'Side B')}</legend>
            <ManyField
              label={say(`${side === 'a' ? '甲' : '乙'}方模型`, `Models of side ${side.toUpperCase()}`)}
              values={value[side].models as readonly string[]}
              options={models.map((model) => ({ value: model.modelId, label: model.name }))}
              onChange={(chosen) =>
                onChange({
                  ...value,
                  [side]: { ...value[side], models: chosen as unknown as (typeof value)['a']['models'] },
                })
              }
            />
            <Selector
              label={side === 'a' ? say('甲方', 'A') : say('乙方', 'B')}
              value={value[side].selector}
              models={models.filter((model) => (value[side].models as readonly string[]).includes(model.modelId))}
              onChange={(selector) => onChange({ ...value, [side]: { ...value[side], selector } })}
            />
          </fieldset>
        ))}
        <NumberField
          label={say('允许重叠(m)', 'Tolerance of overlaps (m)')}
          value={value.toleranceM}
          onChange={(toleranceM) => onChange({ ...value, toleranceM: toleranceM ?? 0 })}
          min={0}
          max={0.5}
        />
        <NumberField
          label={say('最小间距(m,空:只查碰撞)', 'Clearance (m; empty: overlaps only)')}
          value={value.clearanceM}
          onChange={(clearanceM) => onChange({ ...value, clearanceM })}
          min={0}
          max={10}
        />
      </div>
      <p>
        <Checkbox checked={value.touches} onChange={(event) => onChange({ ...value, touches: event.target.checked })}>
          {say('报告接触', 'Report touches')}
        </Checkbox>
        <br />
        <Checkbox
          checked={value.connected}
          onChange={(event) => onChange({ ...value, connected: event.target.checked })}
        >
          {say('相互连接的构件也检查(通常不勾选)', 'Check connected elements too')}
        </Checkbox>
      </p>
      <fieldset className="field">
        <legend>{say('排除(甲方条件;乙方条件空:任何对象)', 'Left out (side A; side B empty: anything)')}</legend>
        {value.exclusions.map((exclusion, index) => (
          // Exclusions have no identity of their own: their place in the list is it.
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          <div key={index} className="form-grid">
            <Selector
              label={say(`排除 ${index + 1} 一方`, `Left out ${index + 1}, one side`)}
              value={exclusion.a}
              models={models}
              onChange={(a) =>
                onChange({
                  ...value,
                  exclusions: value.exclusions.map((each, at) => (at === index ? { ...each, a } : each)),
                })
              }
            />
            <Selector
              label={say(`排除 ${index + 1} 另一方`, `Left out ${index + 1}, other side`)}
              value={exclusion.b ?? {}}
              models={models}
              onChange={(b) =>
                onChange({
                  ...value,
                  exclusions: value.exclusions.map((each, at) =>
                    at === index ? { ...each, b: Object.keys(b).length === 0 ? null : b } : each,
                  ),
                })
              }
            />
            <div className="wide">
              <Button
                size="small"
                onClick={() => onChange({ ...value, exclusions: value.exclusions.filter((_each, at) => at !== index) })}
              >
                {say('取消这条排除', 'Remove')}
                <span className="hidden">{index + 1}</span>
              </Button>
            </div>
          </div>
        ))}
        <Button
          disabled={value.exclusions.length >= 50}
          onClick={() => onChange({ ...value, exclusions: [...value.exclusions, { a: {}, b: null, note: '' }] })}
        >
          {say('增加排除', 'Leave out')}
        </Button>
      </fieldset>
    </>
  )
}
const Selector = ({
  label,
  value,
  models,
  onChange,
}: {
  readonly label: string
  readonly value: SelectorInput
  readonly models: readonly Selectable[]
  readonly onChange: (value: SelectorInput) => void
}): ReactElement => {
  const say = useSay()
  const options = (of: (model: Selectable) => readonly string[]) =>
    [...new Set(models.flatMap(of))].sort().map((each) => ({ value: each, label: each }))
  return (
    <div>
      {(
        [
          ['classes', say('类别', 'classes'), (model: Selectable) => model.classes],
          ['systems', say('系统', 'systems'), (model: Selectable) => model.systems],
          ['storeys', say('楼层', 'storeys'), (model: Selectable) => model.storeys],
        ] as const
      ).map(([key, name, of]) => (
        <ManyField
          key={key}
          free
          label={`${label}${name}`}
          values={value[key] ?? []}
          options={options(of)}
          onChange={(chosen) => onChange(selectorOf({ ...value, [key]: chosen }))}
        />
      ))}
    </div>
  )
}
