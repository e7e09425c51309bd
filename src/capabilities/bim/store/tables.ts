/** The tables of bim, and what every part of the store needs. */
import { type RawBuilder, type Selectable, sql } from 'kysely'
import type { PersonId, ProjectId } from '../../../kernel/identity.ts'
import type { Source } from '../../../kernel/sourced.ts'
import type { Instant, LocalDate } from '../../../kernel/time.ts'
import type { Database } from '../../../platform/platform.ts'
import type {
  CheckId,
  ConflictId,
  ExceptionId,
  GroupId,
  ModelId,
  RunId,
  SourceFile,
  Statistics,
  VersionId,
} from '../contract.ts'
import type { Definition } from '../model/definition.ts'
import type { Mapping, Suggestion } from '../model/mapping.ts'
import type { ConflictRecord, Side } from '../model/record.ts'
import type {
  ConflictKind,
  ConflictLife,
  ConflictOutcome,
  ConflictSeverity,
  ConflictStatus,
  ExceptionState,
  ModelKind,
  ModelPhase,
  RunState,
  RunWay,
  VersionState,
} from '../model/words.ts'
import type { IssueCounts } from '../model/work/import-network.ts'
import type { Selectable as SelectableNames } from '../model/work/network-parts.ts'

type ProjectTable = { project_id: ProjectId; conflicts: number }
type ModelTable = {
  id: ModelId
  project_id: ProjectId
  name: string
  kind: ModelKind
  phase: ModelPhase
  created_at: Instant
  created_by: PersonId
  archived_at: Instant | null
}
type VersionTable = {
  id: VersionId
  model_id: ModelId
  project_id: ProjectId
  number: number
  state: VersionState
  note: string
  files: readonly SourceFile[]
  same_mapping: boolean
  suggestion: Suggestion | null
  mapping: Mapping | null
  attempts: number
  done: number
  total: number
  failure: string | null
  issues: IssueCounts
  statistics: Statistics | null
  selectable: SelectableNames | null
  content_sha256: string | null
  geometry_sha256: string | null
  report_sha256: string | null
  from_cache: boolean
  created_at: Instant
  created_by: PersonId
  ready_at: Instant | null
}
type CacheTable = { key: string; value: unknown; made_at: Instant }
type CheckTable = {
  id: CheckId
  project_id: ProjectId
  name: string
  definition: Definition
  gate: boolean
  version: number
  created_at: Instant
  created_by: PersonId
  archived_at: Instant | null
}
/** The version of each model that a run took. */
export interface RunVersion {
  readonly modelId: ModelId
  readonly modelName: string
  readonly kind: ModelKind
  readonly versionId: VersionId
  readonly number: number
  readonly sha256: string
}
export interface RunOutcome {
  readonly life: {
    readonly new: number
    readonly persisting: number
    readonly reopened: number
    readonly solved: number
  }
  readonly findings: number
  readonly breaches: number
  readonly unknown: number
  readonly serious: number
  readonly objects: number
  readonly looked: number
  readonly remarks: string[]
}
type RunTable = {
  id: RunId
  check_id: CheckId
  project_id: ProjectId
  number: number
  state: RunState
  way: RunWay | null
  anew: boolean
  definition: Definition
  definition_version: number
  versions: readonly RunVersion[]
  rules: string | null
  attempts: number
  done: number
  total: number
  failure: string | null
  result: RunOutcome | null
  result_sha256: string | null
  timings: { readonly readMs: number; readonly checkMs: number; readonly mergeMs: number } | null
  started_at: Instant
  started_by: PersonId
  ended_at: Instant | null
}
type GroupTable = {
  id: GroupId
  check_id: CheckId
  project_id: ProjectId
  name: string
  note: string
  created_at: Instant
  created_by: PersonId
}
export interface HistoryLine {
  readonly at: Instant
  /** Null: a run. */
  readonly by: PersonId | null
  readonly text: string
}
export interface Snapshot extends SourceFile {
  readonly at: Instant
  readonly camera: {
    readonly position: readonly [number, number, number]
    readonly direction: readonly [number, number, number]
    readonly up: readonly [number, number, number]
    readonly fieldOfView: number
    readonly aspectRatio: number
  } | null
}
type ConflictTable = {
  id: ConflictId
  check_id: CheckId
  project_id: ProjectId
  number: number
  key: string
  members: readonly string[]
  kind: ConflictKind
  outcome: ConflictOutcome
  severity: ConflictSeverity
  severity_rank: number
  life: ConflictLife
  title: string
  sentence: string
  pair: string
  a: Side
  b: Side | null
  at: ConflictRecord['at']
  run: string | null
  station_m: number | null
  stretch: ConflictRecord['stretch']
  required_m: number | null
  actual_m: number | null
  shortfall_m: number | null
  rule_id: string | null
  clause: string
  source: Source | null
  verified: boolean
  formula: string
  doubts: readonly string[]
  abandoned: boolean
  yielding: ConflictRecord['yielding']
  first_run: RunId | null
  last_run: RunId | null
  merged_into: ConflictId | null
  split_from: ConflictId | null
  status: ConflictStatus
  assignee_id: PersonId | null
  assigned_by: PersonId | null
  due_on: LocalDate | null
  group_id: GroupId | null
  excepted: boolean
  snapshots: readonly Snapshot[]
  history: readonly HistoryLine[]
  created_at: Instant
  created_by: PersonId | null
  changed_at: Instant
}
type CommentTable = {
  id: string
  conflict_id: ConflictId
  text: string
  files: readonly SourceFile[]
  at: Instant
  by_person: PersonId | null
  imported_by: string | null
  bcf_guid: string | null
}
type ExceptionTable = {
  id: ExceptionId
  conflict_id: ConflictId
  state: ExceptionState
  reason: string
  measures: string
  files: readonly SourceFile[]
  department: string
  required_m: number | null
  actual_m: number | null
  outcome: ConflictOutcome
  clause: string
  proposed_at: Instant
  proposed_by: PersonId
  decided_at: Instant | null
  decided_by: PersonId | null
  decision: string | null
}
type TopicTable = { check_id: CheckId; guid: string; conflict_id: ConflictId }
type Tables = {
  'bim.project': ProjectTable
  'bim.model': ModelTable
  'bim.version': VersionTable
  'bim.cache': CacheTable
  'bim.check_definition': CheckTable
  'bim.run': RunTable
  'bim.hand_group': GroupTable
  'bim.conflict': ConflictTable
  'bim.comment': CommentTable
  'bim.exception': ExceptionTable
  'bim.bcf_topic': TopicTable
}
export type ModelRow = Selectable<ModelTable>
export type VersionRow = Selectable<VersionTable>
export type CheckRow = Selectable<CheckTable>
export type RunRow = Selectable<RunTable>
export type GroupRow = Selectable<GroupTable>
export type ConflictRow = Selectable<ConflictTable>
export type CommentRow = Selectable<CommentTable>
export type ExceptionRow = Selectable<ExceptionTable>

export const tables = (db: Database) => db.withTables<Tables>()
/** Neither text nor jsonb of PostgreSQL can hold NUL, and jsonb no half of a pair of surrogates. */
const storable = (text: string): string =>
  // oxlint-disable-next-line no-control-regex -- this is what is taken out
  text.replace(/\u0000|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '')
/** JSON that PostgreSQL takes, whatever stood in the files. */
export const jsonText = (value: unknown): string => {
  const text = JSON.stringify(value)
  return /\\u(0000|d[89a-f])/i.test(text)
    ? JSON.stringify(value, (_name, each: unknown) => (typeof each === 'string' ? storable(each) : each))
    : text
}
export const json = <T>(value: T): RawBuilder<T> => sql<T>`${jsonText(value)}::jsonb`
/** Columns of jsonb: their values are written as JSON, for lists would else become arrays of PostgreSQL. */
const jsonColumns: ReadonlySet<string> = new Set([
  'files',
  'suggestion',
  'mapping',
  'issues',
  'statistics',
  'selectable',
  'value',
  'definition',
  'versions',
  'result',
  'timings',
  'members',
  'a',
  'b',
  'at',
  'stretch',
  'source',
  'doubts',
  'yielding',
  'snapshots',
  'history',
])
/** Ready to be written. `at` of comments is a moment, not JSON. */
export const written = <T extends object>(row: T, plain: readonly string[] = []): T =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      jsonColumns.has(name) && !plain.includes(name) && value !== null && value !== undefined
        ? json(value)
        : typeof value === 'string'
          ? storable(value)
          : value,
    ]),
  ) as T
