/** Small pieces that the pages of models, checks and conflicts share. */
import { Link } from '@tanstack/react-router'
import { Progress, Select } from 'antd'
import { type ReactElement, type ReactNode, useId } from 'react'
import { useSay } from '../../../desk/language.tsx'
import { needsVerification, type Source } from '../../../kernel/sourced.ts'
import { type Words, words } from '../../../kernel/words.ts'
import type { SourceFile } from '../contract.ts'
import {
  type ConflictLife,
  type ConflictSeverity,
  type ConflictStatus,
  type IssueSeverity,
  issueSeverityWords,
  lifeWords,
  type RunState,
  runStateWords,
  severityWords,
  statusWords,
  type VersionState,
  versionStateWords,
} from '../model/words.ts'

const Mark = ({ look, sign, text }: { readonly look: string; readonly sign?: string; readonly text: Words }) => {
  const say = useSay()
  return (
    <span className={`clock ${look}`} style={{ whiteSpace: 'nowrap' }}>
      {sign !== undefined && (
        <span className="mark" aria-hidden="true">
          {sign}
        </span>
      )}
      {say(text)}
    </span>
  )
}
const severityLook: Readonly<Record<ConflictSeverity, readonly [string, string]>> = {
  critical: ['overdue', '‼'],
  major: ['overdue', '!'],
  minor: ['warning', '!'],
  notice: ['paused', '·'],
}
export const SeverityMark = ({ severity }: { readonly severity: ConflictSeverity }): ReactElement => (
  <Mark look={severityLook[severity][0]} sign={severityLook[severity][1]} text={severityWords[severity]} />
)
const issueLook: Readonly<Record<IssueSeverity, readonly [string, string]>> = {
  error: ['overdue', '!'],
  warning: ['warning', '!'],
  notice: ['paused', '·'],
}
export const IssueMark = ({ severity }: { readonly severity: IssueSeverity }): ReactElement => (
  <Mark look={issueLook[severity][0]} sign={issueLook[severity][1]} text={issueSeverityWords[severity]} />
)
const lifeLook: Readonly<Record<ConflictLife, string>> = {
  new: 'warning',
  persisting: 'paused',
  solved: 'normal',
  reopened: 'overdue',
}
export const LifeMark = ({ life }: { readonly life: ConflictLife }): ReactElement => (
  <Mark look={lifeLook[life]} text={lifeWords[life]} />
)
const statusLook: Readonly<Record<ConflictStatus, string>> = {
  open: 'warning',
  'in-progress': 'paused',
  answered: 'paused',
  closed: 'done',
}
export const StatusMark = ({ status }: { readonly status: ConflictStatus }): ReactElement => (
  <Mark look={statusLook[status]} text={statusWords[status]} />
)
const versionLook: Readonly<Record<VersionState, string>> = {
  importing: 'paused',
  'needs-mapping': 'warning',
  ready: 'normal',
  failed: 'overdue',
  cancelled: 'done',
}
export const VersionMark = ({ state }: { readonly state: VersionState }): ReactElement => (
  <Mark look={versionLook[state]} text={versionStateWords[state]} />
)
const runLook: Readonly<Record<RunState, string>> = {
  waiting: 'paused',
  running: 'paused',
  done: 'normal',
  failed: 'overdue',
  cancelled: 'done',
}
export const RunMark = ({ state }: { readonly state: RunState }): ReactElement => (
  <Mark look={runLook[state]} text={runStateWords[state]} />
)

/** A figure or clause that nobody compared with the original text. */
export const Unverified = (): ReactElement => {
  const say = useSay()
  return (
    <span className="tag" style={{ borderColor: '#d9a441', background: '#fff4dc', color: '#6b3f00' }}>
      {say('待核对原文', 'to be verified')}
    </span>
  )
}
export const Basis = ({ source }: { readonly source: Source }): ReactElement => (
  <span className="small quiet">
    {source.basis}
    {source.note !== undefined && ` (${source.note})`} {needsVerification(source.certainty) && <Unverified />}
  </span>
)

/** Metres for people; 未知 is never a number. */
export const metresText = (value: number | null, digits = 2): string =>
  value === null ? '未知' : `${value.toFixed(digits)} m`
/** A length; null is 未知, or nothing (`none`) where a rule asks for no length. */
export const Metres = ({
  value,
  digits,
  none = false,
}: {
  readonly value: number | null
  readonly digits?: number
  readonly none?: boolean
}): ReactElement => {
  const say = useSay()
  if (value !== null) return <span style={{ whiteSpace: 'nowrap' }}>{metresText(value, digits)}</span>
  return none ? <>—</> : <span className="tag">{say('未知', 'unknown')}</span>
}
/** One value that a filter of several asks for: lists travel as one text with commas. */
export const listed = <T extends string>(values: readonly T[] | undefined): T[] | undefined =>
  values === undefined || values.length === 0 ? undefined : ([values.join(',')] as unknown as T[])

/** How far work in the background is. */
export const Working = ({
  label,
  progress,
  children,
}: {
  readonly label: string
  readonly progress: { readonly done: number; readonly total: number }
  readonly children?: ReactNode
}): ReactElement => {
  const percent = progress.total === 0 ? 0 : Math.round((progress.done / progress.total) * 100)
  return (
    <div className="row" role="status">
      <span>{label}</span>
      <Progress percent={percent} style={{ width: 260, maxWidth: '60vw' }} aria-label={label} />
      {children}
    </div>
  )
}

interface SelectProps<T extends string> {
  readonly label: string
  readonly options: readonly { readonly value: T; readonly label: string }[]
  readonly width?: number
}
/** A filter: one of some values, or all. */
export const FilterSelect = <T extends string>({
  label,
  options,
  width = 160,
  value,
  onChange,
  required = false,
}: SelectProps<T> & {
  readonly value: T | undefined
  readonly onChange: (value: T | undefined) => void
  readonly required?: boolean
}): ReactElement => {
  const say = useSay()
  const id = useId()
  return (
    <span className="row pair">
      <label htmlFor={id}>{label}</label>
      <Select
        id={id}
        value={(value ?? '') as T}
        style={{ width, maxWidth: '100%' }}
        showSearch={options.length > 12 ? { optionFilterProp: 'label' } : false}
        onChange={(next: string) => onChange(next === '' ? undefined : (next as T))}
        options={[...(required ? [] : [{ value: '', label: say('全部', 'All') }]), ...options]}
      />
    </span>
  )
}
/** A filter of several values. */
export const FilterMany = <T extends string>({
  label,
  options,
  width = 220,
  values,
  onChange,
}: SelectProps<T> & {
  readonly values: readonly T[]
  readonly onChange: (values: readonly T[]) => void
}): ReactElement => {
  const say = useSay()
  const id = useId()
  return (
    <span className="row pair">
      <label htmlFor={id}>{label}</label>
      <Select
        id={id}
        mode="multiple"
        value={[...values]}
        style={{ minWidth: width, maxWidth: '100%' }}
        placeholder={say('全部', 'All')}
        maxTagCount={2}
        onChange={(next: T[]) => onChange(next)}
        options={[...options]}
      />
    </span>
  )
}
/** A labelled choice inside a form. */
export const SelectField = <T extends string>({
  label,
  help,
  options,
  value,
  onChange,
}: Omit<SelectProps<T>, 'width'> & {
  readonly help?: string
  readonly value: T
  readonly onChange: (value: T) => void
}): ReactElement => {
  const id = useId()
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {help !== undefined && <p className="help">{help}</p>}
      <Select
        id={id}
        value={value}
        style={{ width: '100%' }}
        showSearch={options.length > 10 ? { optionFilterProp: 'label' } : false}
        onChange={onChange}
        options={[...options]}
      />
    </div>
  )
}
export const ManyField = <T extends string>({
  label,
  help,
  options,
  values,
  onChange,
  free = false,
}: Omit<SelectProps<T>, 'width'> & {
  readonly help?: string
  readonly values: readonly T[]
  readonly onChange: (values: T[]) => void
  /** Values of one's own may be typed. */
  readonly free?: boolean
}): ReactElement => {
  const id = useId()
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {help !== undefined && <p className="help">{help}</p>}
      <Select
        id={id}
        mode={free ? 'tags' : 'multiple'}
        value={[...values]}
        style={{ width: '100%' }}
        onChange={(next: T[]) => onChange(next)}
        options={[...options]}
      />
    </div>
  )
}

export interface Tab {
  readonly key: string
  readonly label: Words
  readonly count?: number
}
/** Parts of a page, chosen by `tab` in the address. */
export const Tabs = ({
  tabs,
  chosen,
  label,
}: {
  readonly tabs: readonly Tab[]
  readonly chosen: string
  readonly label: string
}): ReactElement => {
  const say = useSay()
  return (
    <nav className="tabs" aria-label={label}>
      {tabs.map((tab) => (
        <Link
          key={tab.key}
          to="."
          search={(before: object) => ({ ...before, tab: tab.key, after: undefined })}
          resetScroll={false}
          {...(tab.key === chosen ? { 'aria-current': 'page' as const } : { 'aria-current': false as const })}
          activeProps={{}}
        >
          {say(tab.label)}
          {tab.count !== undefined && ` ${tab.count}`}
        </Link>
      ))}
    </nav>
  )
}
export const sizeText = (bytes: number): string =>
  bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`
export const Files = ({
  files,
  address,
}: {
  readonly files: readonly SourceFile[]
  readonly address: (sha256: string) => string
}): ReactElement => (
  <>
    {files.map((file) => (
      <span key={file.sha256} style={{ marginInlineEnd: 8 }}>
        <a href={address(file.sha256)} target="_blank" rel="noreferrer">
          {file.fileName}
        </a>{' '}
        <span className="quiet small">{sizeText(file.sizeBytes)}</span>
      </span>
    ))}
  </>
)
export const nothingYet = words('还没有。', 'None yet.')
