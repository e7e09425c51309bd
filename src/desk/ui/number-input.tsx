/** A number to type. What cannot be read, or lies outside of its range, is kept in sight and named; nothing is replaced. */
import { InputNumber } from 'antd'
import { type ReactElement, useId, useState } from 'react'
import { useSay } from '../language.tsx'
import { plainNumber } from './number-text.ts'
import { useTellUnread } from './unread.ts'

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

export const NumberInput = (props: NumberInputProps): ReactElement => {
  const say = useSay()
  const id = useId()
  const { value, min, max, whole = false } = props
  // What was typed and is no number; it stays in the field, and the form around waits, until it is corrected.
  const [typed, setTyped] = useState('')
  const [before, setBefore] = useState(value)
  if (value !== before) {
    setBefore(value)
    setTyped('')
  }
  const unreadable = typed !== ''
  useTellUnread(id, unreadable)
  const outside =
    !unreadable && value !== null && ((min !== undefined && value < min) || (max !== undefined && value > max))
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
      <InputNumber<number | string>
        id={props.id}
        value={unreadable ? typed : value}
        parser={(text) => plainNumber(text ?? '') ?? text ?? ''}
        style={{ width: props.width ?? 200, maxWidth: '100%' }}
        readOnly={props.readOnly ?? false}
        {...(props.step === undefined ? {} : { step: props.step })}
        {...(fault !== null || props.invalid === true ? { status: 'error' as const } : {})}
        aria-invalid={fault !== null || props.invalid === true}
        aria-required={props.required ?? false}
        {...(described.length === 0 ? {} : { 'aria-describedby': described.join(' ') })}
        onInput={(text) => {
          const plain = plainNumber(text)
          setTyped(plain === null ? text : '')
          // From something unreadable to nothing is no change to the input.
          if (plain === '' && value !== null) props.onChange(null)
        }}
        {...(props.onDone === undefined ? {} : { onBlur: props.onDone, onPressEnter: props.onDone })}
        onChange={(next) => {
          setTyped('')
          props.onChange(typeof next === 'number' ? next : null)
        }}
      />
      {fault !== null && (
        <p className="fault" id={id} role="status">
          {fault}
        </p>
      )}
    </>
  )
}
