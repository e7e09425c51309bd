/** The condition of a rule as a form, and as a sentence. */
import { Input } from 'antd'
import { type ReactElement, useId } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { useRead } from '../../../../desk/queries.ts'
import { NumberInput } from '../../../../desk/ui/number-input.tsx'
import { words } from '../../../../kernel/words.ts'
import { listLimits } from '../../contract/rules.ts'
import type { Condition } from '../../model/rules/definition.ts'
import { FENCE, zoneKinds, zoneKindWords } from '../../model/sites/words.ts'
import { knownMetrics, metricName, unitOf } from '../metrics.ts'
import { Basis, FieldSelect, FieldSelectMany } from '../parts.tsx'
import { type ConditionField, conditionFields } from './condition-fields.ts'

export type LooseCondition = Readonly<Record<string, unknown>>
export const fenceWords = words('工地围栏', 'Fence')

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const plain = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
const texts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : []

interface OneProps {
  readonly field: ConditionField
  readonly value: unknown
  readonly metric: string | null
  readonly fault: string | undefined
  readonly onChange: (value: unknown) => void
}
const LimitInput = ({ value, metric, fault, onChange }: Omit<OneProps, 'field'>): ReactElement => {
  const say = useSay()
  const id = useId()
  const limits = useRead(listLimits, { query: {} })
  const own = 'own'
  const ref = isRecord(value) ? value : {}
  const chosen = typeof ref['limitId'] === 'string' ? ref['limitId'] : own
  const offered = (limits.data?.rows ?? []).filter((limit) => metric === null || limit.metric === metric)
  const limit = offered.find((each) => each.id === chosen)
  return (
    <div style={{ gridColumn: '1 / -1' }}>
      <FieldSelect
        label={say('限值', 'Limit')}
        value={chosen}
        options={[
          { value: own, label: say('自定数值', 'a figure of one’s own') },
          ...offered.map((each) => ({
            value: each.id,
            label: `${say(each.name)}${each.unverified ? say('(待核)', ' (unverified)') : ''}`,
          })),
        ]}
        onChange={(next) => onChange(next === own ? { value: 0, window: 'all' } : { limitId: next })}
        fault={fault}
      />
      {limit !== undefined && (
        <ul className="small">
          {limit.current.map((row) => (
            <li key={`${row.window} ${row.value} ${row.source.basis}`}>
              {row.value} {limit.unit} ·{' '}
              {row.window === 'all'
                ? say('全天', 'all day')
                : row.window === 'day'
                  ? say('昼间', 'by day')
                  : say('夜间', 'by night')}
              {row.allowedPerDay !== null && ` · ${say('每日允许', 'allowed a day')} ${row.allowedPerDay}`}{' '}
              <Basis source={row.source} />
            </li>
          ))}
        </ul>
      )}
      {chosen === own && (
        <div className="form-grid">
          <div className="field">
            <label htmlFor={`${id}-value`}>
              {say('数值', 'Figure')} {metric === null ? '' : unitOf(metric)}
            </label>
            <NumberInput
              id={`${id}-value`}
              value={typeof ref['value'] === 'number' ? ref['value'] : null}
              onChange={(next) => onChange({ ...ref, value: next })}
            />
          </div>
          <FieldSelect
            label={say('适用时段', 'Part of the day')}
            value={ref['window'] === 'day' || ref['window'] === 'night' ? ref['window'] : 'all'}
            options={[
              { value: 'all', label: say('全天', 'all day') },
              { value: 'day', label: say('昼间', 'by day') },
              { value: 'night', label: say('夜间', 'by night') },
            ]}
            onChange={(window) => onChange({ ...ref, window })}
          />
        </div>
      )}
    </div>
  )
}
const MovingInput = ({ field, value, fault, onChange }: OneProps): ReactElement => {
  const say = useSay()
  const id = useId()
  const lines = Array.isArray(value) ? value.filter(isRecord) : []
  return (
    <fieldset className="field wide">
      <legend>{say(field.label)}</legend>
      {['slew', 'radius', 'height'].map((metric) => {
        const line = lines.find((each) => each['metric'] === metric)
        const others = lines.filter((each) => each['metric'] !== metric)
        return (
          <div className="row" key={metric} style={{ marginBottom: 6 }}>
            <label htmlFor={`${id}-${metric}`}>
              {say(metricName(metric))} {unitOf(metric)}/s ≥
            </label>
            <NumberInput
              id={`${id}-${metric}`}
              width={120}
              min={0}
              value={typeof line?.['perSecond'] === 'number' ? line['perSecond'] : null}
              onChange={(perSecond) => onChange(perSecond === null ? others : [...others, { metric, perSecond }])}
            />
          </div>
        )
      })}
      <p className="fault">{fault ?? ''}</p>
    </fieldset>
  )
}
const One = (props: OneProps): ReactElement => {
  const say = useSay()
  const id = useId()
  const limits = useRead(listLimits, { query: {} }, { enabled: props.field.type === 'codes' })
  const { field, value, fault, onChange } = props
  const label = say(field.label)
  const help = field.help === undefined ? {} : { help: say(field.help) }
  switch (field.type) {
    case 'limit':
      return <LimitInput {...props} />
    case 'moving':
      return <MovingInput {...props} />
    case 'metric':
      return (
        <FieldSelect
          label={label}
          value={typeof value === 'string' ? value : null}
          options={knownMetrics.map((metric) => ({ value: metric, label: say(metricName(metric)) }))}
          onChange={onChange}
          fault={fault}
        />
      )
    case 'metrics':
      return (
        <FieldSelectMany
          label={label}
          {...help}
          values={texts(value)}
          options={knownMetrics.map((metric) => ({ value: metric, label: say(metricName(metric)) }))}
          onChange={onChange}
          fault={fault}
        />
      )
    case 'zones':
      return (
        <FieldSelectMany
          label={label}
          values={texts(value)}
          options={[
            { value: FENCE, label: say(fenceWords) },
            ...zoneKinds.map((kind) => ({ value: kind as string, label: say(zoneKindWords[kind]) })),
          ]}
          onChange={onChange}
          fault={fault}
        />
      )
    case 'codes':
      return (
        <FieldSelect
          label={label}
          value={typeof value === 'string' && value !== '' ? value : null}
          options={(limits.data?.codeSets ?? []).map((set) => ({ value: set.id, label: say(set.name) }))}
          onChange={onChange}
          fault={fault}
        />
      )
    case 'choice':
      return (
        <FieldSelect
          label={label}
          value={value === undefined ? null : plain(value)}
          options={(field.choices ?? []).map((each) => ({ value: String(each.value), label: say(each.label) }))}
          onChange={(chosen) => onChange(field.choices?.find((each) => String(each.value) === chosen)?.value)}
          fault={fault}
        />
      )
    case 'numbers':
      return (
        <div className="field">
          <label htmlFor={id}>{label}</label>
          {field.help !== undefined && <p className="help">{say(field.help)}</p>}
          <Input
            id={id}
            defaultValue={Array.isArray(value) ? value.join(', ') : ''}
            onChange={(event) =>
              onChange(
                event.target.value
                  .split(/[,,\s]+/u)
                  .filter((part) => part !== '')
                  .map(Number)
                  .filter(Number.isFinite),
              )
            }
          />
          <p className="fault">{fault ?? ''}</p>
        </div>
      )
    case 'number':
    case 'seconds':
      return (
        <div className="field">
          <label htmlFor={id}>{label}</label>
          {field.help !== undefined && <p className="help">{say(field.help)}</p>}
          <NumberInput
            id={id}
            value={typeof value === 'number' ? value : null}
            whole={field.type === 'seconds'}
            onChange={(next) => onChange(next === null && field.optional === true ? undefined : next)}
          />
          <p className="fault">{fault ?? ''}</p>
        </div>
      )
  }
}
export const ConditionForm = ({
  condition,
  faults,
  onChange,
}: {
  readonly condition: LooseCondition
  /** By the name of the field. */
  readonly faults: Readonly<Record<string, string>>
  readonly onChange: (condition: LooseCondition) => void
}): ReactElement => {
  const kind = condition['kind'] as Condition['kind']
  const metric = typeof condition['metric'] === 'string' ? condition['metric'] : null
  return (
    <div className="form-grid">
      {conditionFields[kind].map((field) => (
        <One
          key={`${kind} ${field.key}`}
          field={field}
          value={condition[field.key]}
          metric={metric}
          fault={faults[field.key]}
          onChange={(value) => {
            const { [field.key]: _before, ...others } = condition
            onChange(value === undefined ? others : { ...others, [field.key]: value })
          }}
        />
      ))}
    </div>
  )
}

/** A condition as it was published: the same fields, read. */
export const ConditionFacts = ({ condition }: { readonly condition: Condition }): ReactElement => {
  const say = useSay()
  const loose: LooseCondition = { ...condition }
  const textOf = (field: ConditionField, value: unknown): string => {
    if (value === undefined) return '—'
    if (field.type === 'metric') return say(metricName(plain(value)))
    if (field.type === 'metrics')
      return (
        texts(value)
          .map((metric) => say(metricName(metric)))
          .join('、') || say('整台设备', 'the whole device')
      )
    if (field.type === 'zones')
      return texts(value)
        .map((kind) => (kind === FENCE ? say(fenceWords) : say(zoneKindWords[kind as keyof typeof zoneKindWords])))
        .join('、')
    if (field.type === 'choice') {
      const found = field.choices?.find((each) => each.value === value)
      return found === undefined ? plain(value) : say(found.label)
    }
    if (field.type === 'limit' && isRecord(value))
      return typeof value['limitId'] === 'string'
        ? say('按下列限值', 'as below')
        : `${plain(value['value'])} ${'metric' in condition && typeof condition.metric === 'string' ? unitOf(condition.metric) : ''}`
    if (field.type === 'moving' && Array.isArray(value))
      return value
        .filter(isRecord)
        .map(
          (each) =>
            `${say(metricName(plain(each['metric'])))} ≥ ${plain(each['perSecond'])} ${unitOf(plain(each['metric']))}/s`,
        )
        .join(';')
    if (Array.isArray(value)) return value.join('、') || '—'
    return plain(value)
  }
  return (
    <dl className="facts">
      {conditionFields[condition.kind].map((field) => (
        <div key={field.key}>
          <dt>{say(field.label)}</dt>
          <dd>{textOf(field, loose[field.key])}</dd>
        </div>
      ))}
    </dl>
  )
}
