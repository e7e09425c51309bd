/** Labelled inputs for small forms in dialogs and panels. */
import { Button, Input, Radio } from 'antd'
import { type ReactElement, type ReactNode, useId } from 'react'
import { useSay } from '../language.tsx'
import { NumberInput } from './number-input.tsx'

interface Labelled {
  readonly label: string
  readonly help?: string
  readonly fault?: string | undefined
  readonly required?: boolean
}
const Frame = ({
  id,
  label,
  help,
  fault,
  required = false,
  children,
}: Labelled & { readonly id: string; readonly children: ReactNode }): ReactElement => (
  <div className="field">
    <label htmlFor={id}>
      {label}
      {required && (
        <span className="need" aria-hidden="true">
          *
        </span>
      )}
    </label>
    {help !== undefined && (
      <p className="help" id={`${id}-help`}>
        {help}
      </p>
    )}
    {children}
    <p className="fault" id={`${id}-fault`}>
      {fault ?? ''}
    </p>
  </div>
)
const described = (id: string, help: string | undefined) => ({
  'aria-describedby': help === undefined ? `${id}-fault` : `${id}-help ${id}-fault`,
})

/** A text that grows too long is never cut: it is counted, and said how much too long it is. */
export const countOf = (max: number, value: string) => ({ max, show: value.length > max * 0.8 })
export const tooLong = (
  say: (zh: string, en: string) => string,
  value: string,
  max: number | undefined,
): string | undefined =>
  max === undefined || value.length <= max
    ? undefined
    : say(
        `最多 ${max} 字,现在多出 ${value.length - max} 字,请删减。`,
        `At most ${max} characters: ${value.length - max} too many.`,
      )

interface TextProps extends Labelled {
  readonly value: string
  readonly onChange: (value: string) => void
  readonly rows?: number
  readonly type?: string
  readonly maxLength?: number
  readonly autoComplete?: string
}
export const TextField = (props: TextProps): ReactElement => {
  const say = useSay()
  const id = useId()
  const common = {
    id,
    value: props.value,
    'aria-invalid': props.fault !== undefined,
    'aria-required': props.required ?? false,
    ...described(id, props.help),
    ...(props.maxLength === undefined ? {} : { count: countOf(props.maxLength, props.value) }),
  }
  return (
    <Frame id={id} {...props} fault={props.fault ?? tooLong(say, props.value, props.maxLength)}>
      {props.rows === undefined ? (
        <Input
          {...common}
          type={props.type ?? 'text'}
          {...(props.autoComplete === undefined ? {} : { autoComplete: props.autoComplete })}
          onChange={(event) => props.onChange(event.target.value)}
        />
      ) : (
        <Input.TextArea {...common} rows={props.rows} onChange={(event) => props.onChange(event.target.value)} />
      )}
    </Frame>
  )
}

interface NumberProps extends Labelled {
  readonly value: number | null
  readonly onChange: (value: number | null) => void
  readonly min?: number
  readonly max?: number
  readonly whole?: boolean
}
export const NumberField = (props: NumberProps): ReactElement => {
  const id = useId()
  return (
    <Frame id={id} {...props}>
      <NumberInput
        id={id}
        value={props.value}
        onChange={props.onChange}
        {...(props.min === undefined ? {} : { min: props.min })}
        {...(props.max === undefined ? {} : { max: props.max })}
        whole={props.whole ?? false}
        required={props.required ?? false}
        invalid={props.fault !== undefined}
        describedBy={described(id, props.help)['aria-describedby']}
      />
    </Frame>
  )
}

interface ChoiceProps<T extends string> {
  readonly label: string
  readonly value: T | null
  readonly onChange: (value: T) => void
  readonly options: readonly { readonly value: T; readonly label: ReactNode }[]
  readonly fault?: string | undefined
  readonly required?: boolean
}
export const ChoiceField = <T extends string>(props: ChoiceProps<T>): ReactElement => {
  const id = useId()
  return (
    <fieldset className="field">
      <legend>
        {props.label}
        {props.required === true && (
          <span className="need" aria-hidden="true">
            *
          </span>
        )}
      </legend>
      <Radio.Group
        name={id}
        value={props.value}
        onChange={(event) => {
          const chosen = props.options.find((option) => option.value === event.target.value)
          if (chosen !== undefined) props.onChange(chosen.value)
        }}
        style={{ display: 'grid', gap: 6 }}
      >
        {props.options.map((option) => (
          <Radio key={option.value} value={option.value}>
            {option.label}
          </Radio>
        ))}
      </Radio.Group>
      <p className="fault">{props.fault ?? ''}</p>
    </fieldset>
  )
}

/** A list of sentences, such as the conditions of an opinion. */
export const SentencesField = ({
  label,
  values,
  onChange,
  most = 30,
}: {
  readonly label: string
  readonly values: readonly string[]
  readonly onChange: (values: readonly string[]) => void
  readonly most?: number
}): ReactElement => {
  const say = useSay()
  const replace = (at: number, text: string) => onChange(values.map((value, index) => (index === at ? text : value)))
  return (
    <fieldset className="field">
      <legend>{label}</legend>
      {values.map((value, index) => (
        // Sentences have no identity of their own: their place in the list is it.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <div className="row" key={index} style={{ flexWrap: 'nowrap', marginBottom: 6 }}>
          <Input
            value={value}
            maxLength={500}
            aria-label={`${label} ${index + 1}`}
            onChange={(event) => replace(index, event.target.value)}
          />
          <Button onClick={() => onChange(values.filter((_value, at) => at !== index))}>
            {say('删除', 'Remove')}
            <span className="hidden">{index + 1}</span>
          </Button>
        </div>
      ))}
      <Button disabled={values.length >= most} onClick={() => onChange([...values, ''])}>
        {say('增加一条', 'Add')}
      </Button>
    </fieldset>
  )
}
