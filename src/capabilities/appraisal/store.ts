/** Periods, figures and objections. */
import { type RawBuilder, type Selectable, sql } from 'kysely'
import type { PersonId } from '../../kernel/identity.ts'
import type { Instant, LocalDate } from '../../kernel/time.ts'
import type { Database, DatabaseTransaction } from '../../platform/platform.ts'
import type { FigureId, ObjectionId, PeriodId } from './contract.ts'
import type { Exclusion, FigureFile } from './model/figures.ts'
import type { IndicatorCode, IndicatorRules } from './model/indicators.ts'
import type { Period } from './model/periods.ts'

interface PeriodTable extends Period {
  readonly id: PeriodId
  readonly edition: number
  readonly first_day: LocalDate
  readonly last_day: LocalDate
  readonly state: 'draft' | 'published'
  readonly rules: IndicatorRules
  readonly as_of: Instant
  readonly exclusions: readonly Exclusion[]
  readonly digest: string
  readonly computed_by: PersonId
  readonly published_at: Instant | null
  readonly published_by: PersonId | null
}
interface FigureTable {
  readonly id: FigureId
  readonly period_id: PeriodId
  readonly ordinal: number
  readonly scope: 'department' | 'person'
  readonly department: string
  readonly person_id: PersonId | null
  readonly indicator: IndicatorCode
  readonly numerator: number
  readonly denominator: number | null
  readonly files: readonly FigureFile[]
}
interface ObjectionTable {
  readonly id: ObjectionId
  readonly period_id: PeriodId
  readonly figure_id: FigureId
  readonly department: string
  readonly indicator: IndicatorCode
  readonly text: string
  readonly raised_at: Instant
  readonly raised_by: PersonId
  readonly state: 'open' | 'upheld' | 'rejected'
  readonly answer: string | null
  readonly answered_at: Instant | null
  readonly answered_by: PersonId | null
  readonly excluded: readonly { readonly key: string; readonly caseNumber: string }[]
}
type Tables = {
  'appraisal.period': PeriodTable
  'appraisal.figure': FigureTable
  'appraisal.objection': ObjectionTable
}
export type PeriodRecord = Selectable<PeriodTable>
export type FigureRecord = Selectable<FigureTable>
export type FigureHead = Omit<FigureRecord, 'files'> & { readonly count: number }
export type ObjectionRecord = Selectable<ObjectionTable>

const tables = (db: Database) => db.withTables<Tables>()
const json = <T>(value: T): RawBuilder<T> => sql<T>`${JSON.stringify(value)}::jsonb`

export const periods = (db: Database): Promise<readonly PeriodRecord[]> =>
  tables(db)
    .selectFrom('appraisal.period')
    .selectAll()
    .orderBy('last_day', 'desc')
    .orderBy('kind')
    .orderBy('edition', 'desc')
    .limit(200)
    .execute()
export const periodById = async (db: Database, id: PeriodId): Promise<PeriodRecord | null> =>
  (await tables(db).selectFrom('appraisal.period').selectAll().where('id', '=', id).executeTakeFirst()) ?? null
export const lockPeriod = async (db: DatabaseTransaction, id: PeriodId): Promise<PeriodRecord | null> =>
  (await tables(db).selectFrom('appraisal.period').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()) ??
  null
/** The newest edition of a period; locked, so that two people never compute it at once. */
export const lockLatest = async (db: DatabaseTransaction, period: Period): Promise<PeriodRecord | null> => {
  await sql`select pg_advisory_xact_lock(hashtext(${`appraisal ${period.kind} ${period.year} ${period.number}`}))`.execute(
    db,
  )
  return latestOf(db, period)
}
export const latestOf = async (db: Database, period: Period): Promise<PeriodRecord | null> =>
  (await tables(db)
    .selectFrom('appraisal.period')
    .selectAll()
    .where('kind', '=', period.kind)
    .where('year', '=', period.year)
    .where('number', '=', period.number)
    .orderBy('edition', 'desc')
    .limit(1)
    .executeTakeFirst()) ?? null

export interface NewFigure extends Omit<FigureRecord, 'period_id' | 'ordinal'> {}
/** Writes a draft: the period, and its figures in place of the ones before. */
export const writeDraft = async (
  db: DatabaseTransaction,
  row: Omit<PeriodRecord, 'state' | 'published_at' | 'published_by'>,
  figures: readonly NewFigure[],
): Promise<void> => {
  const values = { ...row, rules: json(row.rules), exclusions: json(row.exclusions) }
  await tables(db)
    .insertInto('appraisal.period')
    .values({ ...values, state: 'draft', published_at: null, published_by: null })
    .onConflict((conflict) =>
      conflict
        .column('id')
        .doUpdateSet({
          rules: values.rules,
          as_of: row.as_of,
          exclusions: values.exclusions,
          digest: row.digest,
          computed_by: row.computed_by,
        })
        .where('appraisal.period.state', '=', 'draft'),
    )
    .execute()
  await tables(db).deleteFrom('appraisal.figure').where('period_id', '=', row.id).execute()
  for (let start = 0; start < figures.length; start += 100)
    await tables(db)
      .insertInto('appraisal.figure')
      .values(
        figures.slice(start, start + 100).map((figure, index) => ({
          ...figure,
          period_id: row.id,
          ordinal: start + index,
          files: json(figure.files),
        })),
      )
      .execute()
}
export const markPublished = async (
  db: DatabaseTransaction,
  id: PeriodId,
  by: PersonId,
  at: Instant,
): Promise<void> => {
  await tables(db)
    .updateTable('appraisal.period')
    .set({ state: 'published', published_at: at, published_by: by })
    .where('id', '=', id)
    .execute()
}
/** Figures without their files: what a page shows. */
export const figureHeads = (db: Database, id: PeriodId): Promise<readonly FigureHead[]> =>
  tables(db)
    .selectFrom('appraisal.figure')
    .select(['id', 'period_id', 'ordinal', 'scope', 'department', 'person_id', 'indicator', 'numerator', 'denominator'])
    .select(sql<number>`jsonb_array_length(files)`.as('count'))
    .where('period_id', '=', id)
    .orderBy('ordinal')
    .execute()
export const figures = (db: Database, id: PeriodId): Promise<readonly FigureRecord[]> =>
  tables(db).selectFrom('appraisal.figure').selectAll().where('period_id', '=', id).orderBy('ordinal').execute()
export const figureById = async (db: Database, id: FigureId): Promise<FigureRecord | null> =>
  (await tables(db).selectFrom('appraisal.figure').selectAll().where('id', '=', id).executeTakeFirst()) ?? null
/** Published periods, newest first, each in its last edition. */
export const publishedPeriods = async (db: Database, limit: number): Promise<readonly PeriodRecord[]> =>
  tables(db)
    .selectFrom('appraisal.period')
    .distinctOn(['last_day', 'kind'])
    .selectAll()
    .where('state', '=', 'published')
    .orderBy('last_day', 'desc')
    .orderBy('kind')
    .orderBy('edition', 'desc')
    .limit(limit)
    .execute()

// ------------------------------------------------------------------------------------------ objections

export const objectionsOf = (db: Database, id: PeriodId): Promise<readonly ObjectionRecord[]> =>
  tables(db)
    .selectFrom('appraisal.objection')
    .selectAll()
    .where('period_id', '=', id)
    .orderBy('raised_at')
    .orderBy('id')
    .execute()
export const objectionById = async (db: Database, id: ObjectionId): Promise<ObjectionRecord | null> =>
  (await tables(db).selectFrom('appraisal.objection').selectAll().where('id', '=', id).executeTakeFirst()) ?? null
export const lockObjection = async (db: DatabaseTransaction, id: ObjectionId): Promise<ObjectionRecord | null> =>
  (await tables(db)
    .selectFrom('appraisal.objection')
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()) ?? null
export const insertObjection = async (
  db: DatabaseTransaction,
  row: Pick<
    ObjectionRecord,
    'id' | 'period_id' | 'figure_id' | 'department' | 'indicator' | 'text' | 'raised_at' | 'raised_by'
  >,
): Promise<boolean> => {
  const { numInsertedOrUpdatedRows } = await tables(db)
    .insertInto('appraisal.objection')
    .values({ ...row, state: 'open', answer: null, answered_at: null, answered_by: null, excluded: json([]) })
    .onConflict((conflict) => conflict.column('figure_id').where('state', '=', 'open').doNothing())
    .executeTakeFirst()
  return (numInsertedOrUpdatedRows ?? 0n) > 0n
}
export const saveAnswer = async (
  db: DatabaseTransaction,
  id: ObjectionId,
  answer: Pick<ObjectionRecord, 'state' | 'answer' | 'answered_at' | 'answered_by' | 'excluded'>,
): Promise<void> => {
  await tables(db)
    .updateTable('appraisal.objection')
    .set({ ...answer, excluded: json(answer.excluded) })
    .where('id', '=', id)
    .execute()
}
