/** Small pieces that the pages of monitoring share. */
import { Select } from 'antd'
import { type ReactElement, type ReactNode, useEffect, useId, useState } from 'react'
import { now } from '../../../desk/browser.ts'
import { useSay } from '../../../desk/language.tsx'
import { SearchInput } from '../../../desk/ui/search-input.tsx'
import { needsVerification, type Source } from '../../../kernel/sourced.ts'
import { type Instant, msOf, wallClock } from '../../../kernel/time.ts'
import type { Words } from '../../../kernel/words.ts'
import type { ChannelState, ConnectionState } from '../contract/devices.ts'
import { type AlarmState, alarmStateWords, severityWords } from '../model/alarms/states.ts'
import type { Severity } from '../model/rules/definition.ts'
import { agoOf, lengthOf } from './metrics.ts'
import { connectionWords } from './words.ts'

/** What a figure rests on; 待核 where nobody compared it with the original. */
export const Basis = ({ source }: { readonly source: Source }): ReactElement => {
  const say = useSay()
  return (
    <span className="small quiet" title={source.note}>
      {source.basis}
      {needsVerification(source.certainty) && (
        <>
          {' '}
          <span className="tag">{say('待核', 'unverified')}</span>
        </>
      )}
    </span>
  )
}

const severityLook: Readonly<Record<Severity, { readonly colour: string; readonly mark: string }>> = {
  1: { colour: 'overdue', mark: '‼' },
  2: { colour: 'overdue', mark: '!' },
  3: { colour: 'warning', mark: '!' },
  4: { colour: 'paused', mark: '·' },
}
export const SeverityMark = ({ severity }: { readonly severity: Severity }): ReactElement => {
  const say = useSay()
  const { colour, mark } = severityLook[severity]
  return (
    <span className={`clock ${colour}`} style={{ whiteSpace: 'nowrap' }}>
      <span className="mark" aria-hidden="true">
        {mark}
      </span>
      {say(severityWords[severity])}
    </span>
  )
}
const stateLook: Readonly<Record<AlarmState, string>> = {
  open: 'overdue',
  acknowledged: 'warning',
  disposing: 'paused',
  closed: 'done',
}
export const AlarmStateMark = ({
  state,
  endedAt,
}: {
  readonly state: AlarmState
  readonly endedAt: Instant | null
}): ReactElement => {
  const say = useSay()
  return (
    <span className="row" style={{ gap: 4 }}>
      <span className={`clock ${stateLook[state]}`}>{say(alarmStateWords[state])}</span>
      {endedAt !== null && <span className="tag">{say('已自行结束', 'over')}</span>}
    </span>
  )
}
const connectionLook: Readonly<Record<ConnectionState, string>> = {
  online: 'normal',
  silent: 'overdue',
  never: 'done',
}
export const ConnectionMark = ({ state }: { readonly state: ConnectionState }): ReactElement => {
  const say = useSay()
  return <span className={`clock ${connectionLook[state]}`}>{say(connectionWords[state])}</span>
}

/** What a catalogue said of a channel; nothing where it said nothing. */
export const ChannelMark = ({ channel }: { readonly channel: ChannelState | null }): ReactElement | null => {
  const say = useSay()
  if (channel === null) return null
  return channel === 'on' ? (
    <span className="clock normal">{say('通道在线', 'channel on')}</span>
  ) : (
    <span className="clock overdue">{say('通道离线', 'channel off')}</span>
  )
}

/** The present minute, so that ages move while the page is open. */
export const useMinute = (): Instant => {
  const [minute, setMinute] = useState(now)
  useEffect(() => {
    const timer = window.setInterval(() => setMinute(now()), 60_000)
    return () => window.clearInterval(timer)
  }, [])
  return minute
}
/** How long ago something was; the exact time as its title. */
export const Ago = ({ at, minute }: { readonly at: Instant; readonly minute: Instant }): ReactElement => {
  const say = useSay()
  return (
    <time dateTime={at} title={wallClock(at)} style={{ whiteSpace: 'nowrap' }}>
      {say(agoOf(msOf(minute) - msOf(at)))}
    </time>
  )
}
/** When something must be done, and how long until then or since. */
export const Deadline = ({
  at,
  overdue,
  minute,
}: {
  readonly at: Instant | null
  readonly overdue: boolean
  readonly minute: Instant
}): ReactElement => {
  const say = useSay()
  if (at === null) return <>—</>
  const left = msOf(at) - msOf(minute)
  const length = lengthOf(Math.abs(left))
  return (
    <span className={`clock ${overdue ? 'overdue' : left < 3_600_000 ? 'warning' : 'normal'}`}>
      <time dateTime={at} title={wallClock(at)} style={{ whiteSpace: 'nowrap' }}>
        {overdue
          ? say(`超期 ${length.zh}`, `${length.en} late`)
          : left < 0
            ? say(`到期 ${length.zh}`, `due ${length.en} ago`)
            : say(`还剩 ${length.zh}`, `${length.en} left`)}
      </time>
    </span>
  )
}

interface FilterSelectProps<T extends string> {
  readonly label: string
  readonly value: T | undefined
  readonly options: readonly { readonly value: T; readonly label: string }[]
  readonly onChange: (value: T | undefined) => void
  /** Name of the choice that filters nothing; null: there is none, because something else holds by default. */
  readonly all?: string | null
  readonly width?: number
  readonly search?: boolean
}
/** A filter of a list: one of some values, or all. */
export const FilterSelect = <T extends string>(props: FilterSelectProps<T>): ReactElement => {
  const say = useSay()
  const id = useId()
  return (
    <span className="row pair">
      <label htmlFor={id}>{props.label}</label>
      <Select<string>
        id={id}
        style={{ width: props.width ?? 150 }}
        value={props.value ?? ''}
        {...(props.search === true ? { showSearch: { optionFilterProp: 'label' } } : {})}
        onChange={(value) => props.onChange(props.options.find((option) => option.value === value)?.value)}
        options={[
          ...(props.all === null ? [] : [{ value: '', label: props.all ?? say('全部', 'All') }]),
          ...props.options,
        ]}
      />
    </span>
  )
}
export const FilterText = ({
  label,
  value,
  placeholder,
  onChange,
}: {
  readonly label: string
  readonly value: string | undefined
  readonly placeholder?: string
  readonly onChange: (value: string | undefined) => void
}): ReactElement => {
  const id = useId()
  return (
    <span className="row pair">
      <label htmlFor={id}>{label}</label>
      <SearchInput
        key={value ?? ''}
        id={id}
        width={220}
        value={value}
        {...(placeholder === undefined ? {} : { placeholder })}
        onSearch={onChange}
      />
    </span>
  )
}
interface FieldSelectProps<T extends string> {
  readonly label: string
  readonly value: T | null
  readonly options: readonly { readonly value: T; readonly label: string }[]
  readonly onChange: (value: T) => void
  readonly help?: string
  readonly fault?: string | undefined
  readonly required?: boolean
}
/** A labelled choice in a form. */
export const FieldSelect = <T extends string>(props: FieldSelectProps<T>): ReactElement => {
  const id = useId()
  return (
    <div className="field">
      <label htmlFor={id}>
        {props.label}
        {props.required === true && (
          <span className="need" aria-hidden="true">
            *
          </span>
        )}
      </label>
      {props.help !== undefined && <p className="help">{props.help}</p>}
      <Select<string>
        id={id}
        style={{ width: '100%' }}
        value={props.value}
        showSearch={{ optionFilterProp: 'label' }}
        aria-required={props.required ?? false}
        onChange={(value) => {
          const chosen = props.options.find((option) => option.value === value)
          if (chosen !== undefined) props.onChange(chosen.value)
        }}
        options={[...props.options]}
      />
      <p className="fault">{props.fault ?? ''}</p>
    </div>
  )
}
export const FieldSelectMany = <T extends string>(props: {
  readonly label: string
  readonly values: readonly T[]
  readonly options: readonly { readonly value: T; readonly label: string }[]
  readonly onChange: (values: readonly T[]) => void
  readonly help?: string
  readonly fault?: string | undefined
}): ReactElement => {
  const id = useId()
  return (
    <div className="field">
      <label htmlFor={id}>{props.label}</label>
      {props.help !== undefined && <p className="help">{props.help}</p>}
      <Select<string[]>
        id={id}
        mode="multiple"
        style={{ width: '100%' }}
        value={[...props.values]}
        showSearch={{ optionFilterProp: 'label' }}
        onChange={(values) =>
          props.onChange(props.options.filter((option) => values.includes(option.value)).map((option) => option.value))
        }
        options={[...props.options]}
      />
      <p className="fault">{props.fault ?? ''}</p>
    </div>
  )
}

/** A fact of a list of facts; nothing where there is nothing to say. */
export const Fact = ({ name, children }: { readonly name: Words; readonly children: ReactNode }): ReactElement => {
  const say = useSay()
  return (
    <div>
      <dt>{say(name)}</dt>
      <dd>{children}</dd>
    </div>
  )
}
