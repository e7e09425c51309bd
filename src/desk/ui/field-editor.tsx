/** The input for one field of the form, by its type; label, help, fault and origin belong together. */
import { Input, Radio, Select } from 'antd'
import type { ReactElement, ReactNode } from 'react'
import { useLanguage, useSay } from '../language.tsx'
import { type Answer, answerText, type FormFieldView } from './field-types.ts'
import { countOf, tooLong } from './inputs.tsx'
import { NumberInput } from './number-input.tsx'
import { PointInput, type PointValue } from './point-input.tsx'

interface FieldEditorProps {
  readonly field: FormFieldView
  readonly value: Answer | undefined
  readonly onChange: (value: Answer) => void
  readonly readOnly?: boolean
  readonly faults?: readonly string[]
  /** Origin tag, users of the field, the clerk's sentence. */
  readonly beside?: ReactNode
}

export const fieldDomId = (fieldId: string): string => `field-${fieldId}`
const wideTypes = new Set(['long-text', 'point', 'choice', 'boolean'])
const groupTypes = new Set(['point', 'boolean', 'person-contact'])
const fewChoices = 5
/** Characters at most where the field itself names no number. */
const longest: Readonly<Record<string, number>> = { 'long-text': 4000, text: 400 }

export const FieldEditor = (props: FieldEditorProps): ReactElement => {
  const { field, readOnly = false, faults = [], beside } = props
  const say = useSay()
  const { language } = useLanguage()
  const id = fieldDomId(field.id)
  const describedBy = `${id}-help ${id}-fault`
  const isGroup = groupTypes.has(field.type) || (field.type === 'choice' && field.choices.length <= fewChoices)
  const label = (
    <>
      {say(field.label)}
      {field.unit === null ? '' : `(${say(field.unit)})`}
      {field.required && (
        <span className="need" title={say('必填', 'required')}>
          *<span className="hidden">{say('必填', 'required')}</span>
        </span>
      )}
    </>
  )
  const long =
    typeof props.value === 'string' && longest[field.type] !== undefined
      ? tooLong(say, props.value, field.maxLength ?? longest[field.type])
      : undefined
  const body = (
    <>
      <p className="help" id={`${id}-help`}>
        {field.help === null ? '' : say(field.help)}
      </p>
      {readOnly ? (
        <output id={id} style={{ display: 'block' }}>
          {answerText(field, props.value, language) || say('(未填写)', '(empty)')}
        </output>
      ) : (
        <FieldInput {...props} id={id} describedBy={describedBy} invalid={faults.length > 0} />
      )}
      <p className="fault" id={`${id}-fault`}>
        {[...faults, ...(long === undefined ? [] : [long])].join(' ')}
      </p>
      {beside}
    </>
  )
  const wide = wideTypes.has(field.type) ? ' wide' : ''
  return isGroup && !readOnly ? (
    <fieldset className={`field${wide}`} id={`${id}-box`} aria-describedby={describedBy}>
      <legend>{label}</legend>
      {body}
    </fieldset>
  ) : (
    <div className={`field${wide}`} id={`${id}-box`}>
      {readOnly ? <span className="label">{label}</span> : <label htmlFor={id}>{label}</label>}
      {body}
    </div>
  )
}

interface FieldInputProps extends FieldEditorProps {
  readonly id: string
  readonly describedBy: string
  readonly invalid: boolean
}
const pointOf = (value: Answer | undefined): PointValue | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null

const FieldInput = ({ field, value, onChange, id, describedBy, invalid }: FieldInputProps): ReactElement => {
  const say = useSay()
  const common = {
    id,
    'aria-describedby': describedBy,
    'aria-invalid': invalid,
    'aria-required': field.required,
    ...(invalid ? { status: 'error' as const } : {}),
  }
  const text = typeof value === 'string' ? value : ''
  switch (field.type) {
    case 'long-text':
      return (
        <Input.TextArea
          {...common}
          value={text}
          rows={4}
          count={countOf(field.maxLength ?? 4000, text)}
          onChange={(event) => onChange(event.target.value)}
        />
      )
    case 'number':
    case 'money':
    case 'area':
      return (
        <NumberInput
          id={id}
          describedBy={describedBy}
          invalid={invalid}
          required={field.required}
          value={typeof value === 'number' ? value : null}
          width={320}
          whole={field.whole}
          onChange={onChange}
        />
      )
    case 'date':
      return (
        <Input
          {...common}
          type="date"
          value={text}
          style={{ maxWidth: 220 }}
          onChange={(event) => onChange(event.target.value === '' ? null : event.target.value)}
        />
      )
    case 'boolean':
      return (
        <Radio.Group
          id={id}
          name={id}
          {...(typeof value === 'boolean' ? { value } : {})}
          onChange={(event) => onChange(event.target.value === true)}
          options={[
            { value: true, label: say('是', 'Yes') },
            { value: false, label: say('否', 'No') },
          ]}
        />
      )
    case 'choice': {
      const options = field.choices.map((choice) => ({ value: choice.value, label: say(choice.label) }))
      return options.length <= fewChoices ? (
        <Radio.Group
          id={id}
          name={id}
          value={text}
          onChange={(event) => onChange(String(event.target.value))}
          options={options}
        />
      ) : (
        <Select
          {...common}
          style={{ width: '100%', maxWidth: 480 }}
          value={text === '' ? null : text}
          placeholder={say('请选择', 'Choose')}
          allowClear
          showSearch={{ optionFilterProp: 'label' }}
          options={options}
          onChange={(chosen: string | null | undefined) => onChange(chosen ?? null)}
        />
      )
    }
    case 'person-contact': {
      const [name = '', phone = ''] = Array.isArray(value) ? value : []
      return (
        <div className="row">
          <span className="row pair">
            <label htmlFor={id}>{say('姓名', 'Name')}</label>
            <Input
              {...common}
              value={name}
              style={{ width: 160 }}
              maxLength={60}
              onChange={(event) => onChange([event.target.value, phone])}
            />
          </span>
          <span className="row pair">
            <label htmlFor={`${id}-phone`}>{say('电话', 'Phone')}</label>
            <Input
              id={`${id}-phone`}
              type="tel"
              value={phone}
              style={{ width: 160 }}
              maxLength={30}
              onChange={(event) => onChange([name, event.target.value])}
            />
          </span>
        </div>
      )
    }
    case 'point':
      return <PointInput value={pointOf(value)} onChange={onChange} />
    default:
      return (
        <Input
          {...common}
          value={text}
          count={countOf(field.maxLength ?? 400, text)}
          onChange={(event) => onChange(event.target.value)}
        />
      )
  }
}
