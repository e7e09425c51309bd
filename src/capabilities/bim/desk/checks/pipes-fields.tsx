/** What a check of clearances compares: networks, tolerance, cover, what stands beside the pipes, what is left out. */
import { Button, Checkbox } from 'antd'
import type { ReactElement } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { useRead } from '../../../../desk/queries.ts'
import { NumberField } from '../../../../desk/ui/inputs.tsx'
import { groundZones } from '../../../../engines/pipes/rules/schema.ts'
import type { ProjectId } from '../../../../kernel/identity.ts'
import { readClasses } from '../../contract/checks.ts'
import type { PipesDefinition } from '../../model/definition.ts'
import { ManyField, SelectField } from '../parts.tsx'
import type { Selectable } from './definition-state.ts'
import { PlacesField } from './places/places-field.tsx'
import { zoneWords } from './places/state.ts'

export const PipesFields = ({
  projectId,
  value,
  models,
  onChange,
  onOpenDraft,
}: {
  readonly projectId: ProjectId
  readonly value: PipesDefinition
  readonly models: readonly Selectable[]
  readonly onChange: (value: PipesDefinition) => void
  readonly onOpenDraft: (open: boolean) => void
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
          options={groundZones.map((zone) => ({ value: zone, label: say(zoneWords[zone]) }))}
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
        <br />
        <Checkbox checked={value.chambers} onChange={(event) => onChange({ ...value, chambers: event.target.checked })}>
          {say('检查井外缘与相邻管线也检查(井须有外径)', 'Check chambers of known size too')}
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
      <PlacesField projectId={projectId} value={value} onChange={onChange} onOpenDraft={onOpenDraft} />
    </>
  )
}
