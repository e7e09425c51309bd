/** Conflicts, their comments, groups and exceptions. */
import { type RawBuilder, sql } from 'kysely'
import type { PersonId } from '../../../kernel/identity.ts'
import type { LocalDate } from '../../../kernel/time.ts'
import type { Database, DatabaseTransaction } from '../../../platform/platform.ts'
import type { CheckId, ConflictId, ExceptionId, GroupId } from '../contract.ts'
import type { Known } from '../model/life.ts'
import type {
  ConflictKind,
  ConflictLife,
  ConflictOutcome,
  ConflictSeverity,
  ConflictStatus,
  Grouping,
} from '../model/words.ts'
import {
  type CommentRow,
  type ConflictRow,
  type ExceptionRow,
  type GroupRow,
  json,
  jsonText,
  tables,
  written,
} from './tables.ts'

export interface ConflictFilter {
  readonly severity?: readonly ConflictSeverity[] | undefined
  readonly kind?: readonly ConflictKind[] | undefined
  readonly outcome?: readonly ConflictOutcome[] | undefined
  readonly life?: readonly ConflictLife[] | undefined
  readonly status?: readonly ConflictStatus[] | undefined
  readonly assigneeId?: PersonId | undefined
  readonly groupId?: GroupId | undefined
  readonly pair?: string | undefined
  readonly run?: string | undefined
  readonly fromM?: number | undefined
  readonly toM?: number | undefined
  readonly excepted?: 'true' | 'false' | undefined
  readonly overdue?: 'true' | undefined
  readonly search?: string | undefined
}
const escaped = (text: string): string => `%${text.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`
const among = (column: string, values: readonly string[] | undefined): RawBuilder<unknown>[] =>
  values === undefined || values.length === 0 ? [] : [sql`${sql.ref(column)} = any(${[...values]}::text[])`]
const conditionsOf = (checkId: CheckId, filter: ConflictFilter, today: LocalDate): RawBuilder<unknown> => {
  const all: RawBuilder<unknown>[] = [
    sql`check_id = ${checkId}`,
    ...among('severity', filter.severity),
    ...among('kind', filter.kind),
    ...among('outcome', filter.outcome),
    ...among('life', filter.life),
    ...among('status', filter.status),
  ]
  if (filter.assigneeId !== undefined) all.push(sql`assignee_id = ${filter.assigneeId}`)
  if (filter.groupId !== undefined) all.push(sql`group_id = ${filter.groupId}`)
  if (filter.pair !== undefined) all.push(sql`pair = ${filter.pair}`)
  if (filter.run !== undefined) all.push(sql`run = ${filter.run}`)
  if (filter.fromM !== undefined) all.push(sql`station_m >= ${filter.fromM}`)
  if (filter.toM !== undefined) all.push(sql`station_m < ${filter.toM}`)
  if (filter.excepted !== undefined) all.push(sql`excepted = ${filter.excepted === 'true'}`)
  if (filter.overdue === 'true') all.push(sql`due_on < ${today} and life <> 'solved' and status <> 'closed'`)
  if (filter.search !== undefined && filter.search !== '') {
    const like = escaped(filter.search)
    const number = /^c?-?0*(\d{1,9})$/i.exec(filter.search)?.[1]
    all.push(
      sql`(title ilike ${like} or sentence ilike ${like} ${number === undefined ? sql`` : sql`or number = ${Number(number)}`})`,
    )
  }
  return sql.join(all, sql` and `)
}

/** The worst first; keys of the page: rank and number. */
export const listConflicts = async (
  db: Database,
  checkId: CheckId,
  filter: ConflictFilter,
  today: LocalDate,
  page: { readonly after: readonly [number, number] | null; readonly limit: number },
): Promise<readonly ConflictRow[]> => {
  const { rows } = await sql<ConflictRow>`
    select * from bim.conflict where ${conditionsOf(checkId, filter, today)}
    ${page.after === null ? sql`` : sql`and (severity_rank, number) > (${page.after[0]}, ${page.after[1]})`}
    order by severity_rank, number limit ${page.limit}`.execute(db)
  return rows
}
export const countConflicts = async (
  db: Database,
  checkId: CheckId,
  filter: ConflictFilter,
  today: LocalDate,
): Promise<number> => {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from bim.conflict where ${conditionsOf(checkId, filter, today)}`.execute(db)
  return rows[0]?.count ?? 0
}
export interface GroupCount {
  readonly key: string | null
  readonly from_m: number | null
  readonly count: number
  readonly worst: number
  readonly serious: number
}
export const groupConflicts = async (
  db: Database,
  checkId: CheckId,
  filter: ConflictFilter,
  today: LocalDate,
  by: Grouping,
  intervalM: number,
  serious: readonly ConflictSeverity[],
): Promise<readonly GroupCount[]> => {
  const keys: Readonly<Record<Grouping, RawBuilder<unknown>>> = {
    none: sql`null::text`,
    run: sql`run`,
    station: sql`run`,
    pair: sql`pair`,
    hand: sql`group_id::text`,
    kind: sql`kind`,
    assignee: sql`assignee_id::text`,
  }
  const from = by === 'station' ? sql`floor(station_m / ${intervalM}) * ${intervalM}` : sql`null::float8`
  const { rows } = await sql<GroupCount>`
    select key, from_m, count(*)::int as count, min(severity_rank)::int as worst,
      count(*) filter (where outcome = 'breach' and life <> 'solved' and not excepted
        and severity = any(${[...serious]}::text[]))::int as serious
    from (select ${keys[by]} as key, ${from} as from_m, severity_rank, severity, outcome, life, excepted
      from bim.conflict where ${conditionsOf(checkId, filter, today)}) as each
    group by key, from_m order by worst, count desc, key nulls last, from_m nulls last limit 1000`.execute(db)
  return rows
}
export const conflictsOfPerson = async (
  db: Database,
  personId: PersonId,
  page: { readonly after: readonly [string, string] | null; readonly limit: number },
): Promise<readonly ConflictRow[]> => {
  // Without a due day comes last.
  const { rows } = await sql<ConflictRow>`
    select * from bim.conflict
    where assignee_id = ${personId} and life <> 'solved' and status <> 'closed'
    ${page.after === null ? sql`` : sql`and (coalesce(due_on, 'infinity'), id) > (${page.after[0]}::date, ${page.after[1]}::uuid)`}
    order by coalesce(due_on, 'infinity'), id limit ${page.limit}`.execute(db)
  return rows
}

export const conflictById = async (db: Database, id: ConflictId): Promise<ConflictRow | null> =>
  (await tables(db).selectFrom('bim.conflict').selectAll().where('id', '=', id).executeTakeFirst()) ?? null
export const conflictsById = async (db: Database, ids: readonly ConflictId[]): Promise<readonly ConflictRow[]> =>
  ids.length === 0 ? [] : tables(db).selectFrom('bim.conflict').selectAll().where('id', 'in', ids).execute()
export const numbersOf = async (db: Database, ids: readonly ConflictId[]): Promise<ReadonlyMap<ConflictId, number>> =>
  ids.length === 0
    ? new Map()
    : new Map(
        (await tables(db).selectFrom('bim.conflict').select(['id', 'number']).where('id', 'in', ids).execute()).map(
          ({ id, number }) => [id, number],
        ),
      )

// ------------------------------------------------------------------------------------------ merging a run

export interface KnownConflict extends Known {
  readonly id: ConflictId
  readonly number: number
  readonly title: string
  readonly actual_m: number | null
  readonly excepted: boolean
  readonly assignee_id: PersonId | null
  readonly assigned_by: PersonId | null
  readonly due_on: LocalDate | null
  readonly group_id: GroupId | null
}
/** What a run is merged into; raised by hand has no life of its own and stays out. */
export const knownConflicts = async (db: Database, checkId: CheckId): Promise<readonly KnownConflict[]> => {
  const { rows } = await sql<KnownConflict>`
    select id, number, key, members, outcome, life, title, actual_m, excepted, assignee_id, assigned_by, due_on, group_id
    from bim.conflict where check_id = ${checkId} and kind <> 'raised'`.execute(db)
  return rows
}
const CHUNK = 200
export const insertConflicts = async (db: DatabaseTransaction, rows: readonly ConflictRow[]): Promise<void> => {
  for (let at = 0; at < rows.length; at += CHUNK)
    await tables(db)
      .insertInto('bim.conflict')
      .values(rows.slice(at, at + CHUNK).map((row) => written(row)))
      .execute()
}
/** Facts that a run states anew; what people decide is not among them. */
export type ConflictFactsRow = Pick<
  ConflictRow,
  | 'id'
  | 'key'
  | 'members'
  | 'kind'
  | 'outcome'
  | 'severity'
  | 'severity_rank'
  | 'life'
  | 'title'
  | 'sentence'
  | 'pair'
  | 'a'
  | 'b'
  | 'at'
  | 'run'
  | 'station_m'
  | 'stretch'
  | 'required_m'
  | 'actual_m'
  | 'shortfall_m'
  | 'rule_id'
  | 'clause'
  | 'source'
  | 'verified'
  | 'formula'
  | 'doubts'
  | 'abandoned'
  | 'yielding'
  | 'last_run'
  | 'merged_into'
  | 'excepted'
  | 'changed_at'
>
/** `history`: lines to add. */
export const restateConflicts = async (
  db: DatabaseTransaction,
  rows: readonly (ConflictFactsRow & { readonly history: ConflictRow['history'] })[],
): Promise<void> => {
  for (let at = 0; at < rows.length; at += 1000)
    await sql`
      update bim.conflict as c set
        key = r.key, members = r.members, kind = r.kind, outcome = r.outcome, severity = r.severity,
        severity_rank = r.severity_rank, life = r.life, title = r.title, sentence = r.sentence, pair = r.pair,
        a = r.a, b = nullif(r.b, 'null'), at = r.at, run = r.run, station_m = r.station_m,
        stretch = nullif(r.stretch, 'null'), required_m = r.required_m, actual_m = r.actual_m,
        shortfall_m = r.shortfall_m, rule_id = r.rule_id, clause = r.clause, source = nullif(r.source, 'null'),
        verified = r.verified, formula = r.formula, doubts = r.doubts, abandoned = r.abandoned,
        yielding = nullif(r.yielding, 'null'), last_run = r.last_run, merged_into = r.merged_into,
        excepted = r.excepted, changed_at = r.changed_at, history = c.history || r.history,
        -- What was closed and comes again is to be looked at again.
        status = case when r.life = 'reopened' and c.status = 'closed' then 'open' else c.status end
      from jsonb_to_recordset(${jsonText(rows.slice(at, at + 1000))}::jsonb) as r(
        id uuid, key text, members jsonb, kind text, outcome text, severity text, severity_rank smallint, life text,
        title text, sentence text, pair text, a jsonb, b jsonb, at jsonb, run text, station_m float8, stretch jsonb,
        required_m float8, actual_m float8, shortfall_m float8, rule_id text, clause text, source jsonb,
        verified boolean, formula text, doubts jsonb, abandoned boolean, yielding jsonb, last_run uuid,
        merged_into uuid, excepted boolean, changed_at timestamptz, history jsonb)
      where c.id = r.id`.execute(db)
}
export const solveConflicts = async (
  db: DatabaseTransaction,
  rows: readonly {
    readonly id: ConflictId
    readonly merged_into: ConflictId | null
    readonly last_run: string
    readonly changed_at: string
    readonly history: ConflictRow['history']
  }[],
): Promise<void> => {
  if (rows.length === 0) return
  await sql`
    update bim.conflict as c set life = 'solved', merged_into = r.merged_into, last_run = r.last_run,
      changed_at = r.changed_at, history = c.history || r.history
    from jsonb_to_recordset(${jsonText(rows)}::jsonb) as r(
      id uuid, merged_into uuid, last_run uuid, changed_at timestamptz, history jsonb)
    where c.id = r.id`.execute(db)
}
export type PeoplesFields = Partial<
  Pick<ConflictRow, 'status' | 'assignee_id' | 'assigned_by' | 'due_on' | 'group_id' | 'excepted' | 'snapshots'>
>
/** Changes what people decide; `line` is added to the history. */
export const changeConflict = async (
  db: DatabaseTransaction,
  id: ConflictId,
  { snapshots, ...change }: PeoplesFields,
  line: ConflictRow['history'][number] | null,
  at: string,
): Promise<void> => {
  await tables(db)
    .updateTable('bim.conflict')
    .set({
      ...change,
      ...(snapshots === undefined ? {} : { snapshots: json(snapshots) }),
      ...(line === null ? {} : { history: sql<ConflictRow['history']>`history || ${jsonText([line])}::jsonb` }),
      changed_at: at as ConflictRow['changed_at'],
    })
    .where('id', '=', id)
    .execute()
}

// ------------------------------------------------------------------------------------------ comments

export const insertComment = async (db: DatabaseTransaction, row: CommentRow): Promise<void> => {
  await tables(db)
    .insertInto('bim.comment')
    .values(written(row, ['at']))
    .execute()
}
export const commentsOf = async (db: Database, ids: readonly ConflictId[]): Promise<readonly CommentRow[]> =>
  ids.length === 0
    ? []
    : tables(db)
        .selectFrom('bim.comment')
        .selectAll()
        .where('conflict_id', 'in', ids)
        .orderBy('at')
        .orderBy('id')
        .execute()
export const commentCounts = async (
  db: Database,
  ids: readonly ConflictId[],
): Promise<ReadonlyMap<ConflictId, number>> => {
  const { rows } = await sql<{ conflict_id: ConflictId; count: number }>`
    select conflict_id, count(*)::int as count from bim.comment
    where conflict_id = any(${[...ids]}::uuid[]) group by conflict_id`.execute(db)
  return new Map(rows.map((row) => [row.conflict_id, row.count]))
}

// ------------------------------------------------------------------------------------------ groups by hand

export const groupsOfCheck = async (
  db: Database,
  checkId: CheckId,
): Promise<readonly (GroupRow & { readonly conflicts: number })[]> => {
  const { rows } = await sql<GroupRow & { conflicts: number }>`
    select g.*, (select count(*)::int from bim.conflict c where c.group_id = g.id) as conflicts
    from bim.hand_group g where g.check_id = ${checkId} order by g.name, g.id`.execute(db)
  return rows
}
export const groupById = async (db: Database, id: GroupId): Promise<GroupRow | null> =>
  (await tables(db).selectFrom('bim.hand_group').selectAll().where('id', '=', id).executeTakeFirst()) ?? null
export const insertGroup = async (db: DatabaseTransaction, row: GroupRow): Promise<void> => {
  await tables(db).insertInto('bim.hand_group').values(row).execute()
}
export const changeGroup = async (
  db: DatabaseTransaction,
  id: GroupId,
  change: Pick<GroupRow, 'name' | 'note'>,
): Promise<void> => {
  await tables(db).updateTable('bim.hand_group').set(change).where('id', '=', id).execute()
}
export const deleteGroup = async (db: DatabaseTransaction, id: GroupId): Promise<void> => {
  await tables(db).deleteFrom('bim.hand_group').where('id', '=', id).execute()
}
export const moveToGroup = async (
  db: DatabaseTransaction,
  checkId: CheckId,
  ids: readonly ConflictId[],
  groupId: GroupId,
): Promise<void> => {
  if (ids.length === 0) return
  await tables(db)
    .updateTable('bim.conflict')
    .set({ group_id: groupId })
    .where('check_id', '=', checkId)
    .where('id', 'in', ids)
    .execute()
}

// ------------------------------------------------------------------------------------------ exceptions

export const exceptionsOf = async (db: Database, ids: readonly ConflictId[]): Promise<readonly ExceptionRow[]> =>
  ids.length === 0
    ? []
    : tables(db)
        .selectFrom('bim.exception')
        .selectAll()
        .where('conflict_id', 'in', ids)
        .orderBy('proposed_at', 'desc')
        .orderBy('id', 'desc')
        .execute()
export const exceptionById = async (db: Database, id: ExceptionId): Promise<ExceptionRow | null> =>
  (await tables(db).selectFrom('bim.exception').selectAll().where('id', '=', id).executeTakeFirst()) ?? null
export const approvedExceptions = (db: Database, checkId: CheckId): Promise<ExceptionRow[]> =>
  tables(db)
    .selectFrom('bim.exception')
    .selectAll()
    .where('state', '=', 'approved')
    .where('conflict_id', 'in', (query) =>
      query.selectFrom('bim.conflict').select('bim.conflict.id').where('check_id', '=', checkId),
    )
    .execute()
export const insertException = async (db: DatabaseTransaction, row: ExceptionRow): Promise<void> => {
  await tables(db).insertInto('bim.exception').values(written(row)).execute()
}
export const changeException = async (
  db: DatabaseTransaction,
  id: ExceptionId,
  change: Partial<Pick<ExceptionRow, 'state' | 'decided_at' | 'decided_by' | 'decision'>>,
): Promise<void> => {
  await tables(db).updateTable('bim.exception').set(change).where('id', '=', id).execute()
}

// ------------------------------------------------------------------------------------------ BCF

export const topicsOfCheck = async (db: Database, checkId: CheckId): Promise<ReadonlyMap<string, ConflictId>> =>
  new Map(
    (
      await tables(db)
        .selectFrom('bim.bcf_topic')
        .select(['guid', 'conflict_id'])
        .where('check_id', '=', checkId)
        .execute()
    ).map(({ guid, conflict_id }) => [guid, conflict_id]),
  )
export const insertTopic = async (
  db: DatabaseTransaction,
  checkId: CheckId,
  guid: string,
  conflictId: ConflictId,
): Promise<void> => {
  await tables(db)
    .insertInto('bim.bcf_topic')
    .values({ check_id: checkId, guid, conflict_id: conflictId })
    .onConflict((conflict) => conflict.columns(['check_id', 'guid']).doNothing())
    .execute()
}
/** All conflicts of a check with their keys: topics are found again by guid. */
export const keysOfCheck = async (
  db: Database,
  checkId: CheckId,
): Promise<readonly { readonly id: ConflictId; readonly key: string; readonly group_id: GroupId | null }[]> =>
  tables(db).selectFrom('bim.conflict').select(['id', 'key', 'group_id']).where('check_id', '=', checkId).execute()
