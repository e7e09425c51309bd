/** A number to type. What cannot be read, or lies outside of its range, is kept in sight and named; nothing is replaced. */
import { InputNumber } from 'antd'
import { type ReactElement, useId, useState } from 'react'
import { useSay } from '../language.tsx'

interface NumberInputProps {
  readonly id: string
  readonly value: number | null
  readonly onChange: (value: number | null) => void
  readonly min?: number
  readonly max?: number
  readonly whole?: boolean
  readonly step?: number
  readonly width?: number | string
  readonly readOnly?: boolean
  readonly required?: boolean
  readonly invalid?: boolean
  readonly describedBy?: string
  /** Left, or confirmed by Enter. */
  readonly onDone?: () => void
}

const readable = (text: string): boolean => /^[-+]?\d[\d,]*(\.\d*)?$|^$/.test(text.trim())

export const NumberInput = (props: NumberInputProps): ReactElement => {
  const say = useSay()
  const id = useId()
  const [typed, setTyped] = useState('')
  const { value, min, max, whole = false } = props
  const unreadable = value === null && !readable(typed)
  const outside = value !== null && ((min !== undefined && value < min) || (max !== undefined && value > max))
  const broken = value !== null && whole && !Number.isInteger(value)
  const fault = unreadable
    ? say(`“${typed}”不是数字,请用阿拉伯数字填写。`, `“${typed}” is not a number: use digits.`)
    : outside
      ? say(`请填写 ${min ?? '…'} 到 ${max ?? '…'} 之间的数。`, `Between ${min ?? '…'} and ${max ?? '…'}.`)
      : broken
        ? say('请填写整数。', 'A whole number, please.')
        : null
  const described = [props.describedBy, fault === null ? undefined : id].filter((part) => part !== undefined)
  return (
    <>
      <InputNumber
        id={props.id}
        value={value}
        style={{ width: props.width ?? 200, maxWidth: '100%' }}
        readOnly={props.readOnly ?? false}
        {...(props.step === undefined ? {} : { step: props.step })}
        {...(fault !== null || props.invalid === true ? { status: 'error' as const } : {})}
        aria-invalid={fault !== null || props.invalid === true}
        aria-required={props.required ?? false}
        {...(described.length === 0 ? {} : { 'aria-describedby': described.join(' ') })}
        onInput={setTyped}
        {...(props.onDone === undefined ? {} : { onBlur: props.onDone, onPressEnter: props.onDone })}
        onChange={(next) => props.onChange(typeof next === 'number' ? next : null)}
      />
      {fault !== null && (
        <p className="fault" id={id} role="status">
          {fault}
        </p>
      )}
    </>
  )
}
