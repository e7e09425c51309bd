/** What a check of solids compares: two sides with selectors, tolerance, what is left out. */
import { Button, Checkbox } from 'antd'
import type { ReactElement } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { NumberField } from '../../../../desk/ui/inputs.tsx'
import type { ClashDefinition, SelectorInput } from '../../model/definition.ts'
import { ManyField } from '../parts.tsx'
import { type Selectable, selectorOf } from './definition-state.ts'

export const ClashFields = ({
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
