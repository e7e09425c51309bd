/**
 * Multiplies the projects of a small district inside the database: every row that belongs to a project once more, with
 * identities and numbers of its own and its references kept. Columns are read from the catalogue, so new ones come along.
 *
 * The copy k of an identity has the eight digits of k in front and the rest of the original behind: identities of a copy
 * lie together, as the time-ordered ones of a living system do.
 */
import type { Pool } from 'pg'
import type { Pattern, Standing } from './district.ts'

/** Tables in the order of their references, and which rows of them belong to the project $1. */
const applications = 'select id from approvals.application where project_id = $1'
const ofApplication = `application_id in (${applications})`
const clocks = 'select id from approvals.clock where project_id = $1'
const owned: readonly (readonly [table: string, condition: string])[] = [
  ['projects.project', 'id = $1'],
  ['projects.party', 'project_id = $1'],
  ['approvals.application', 'project_id = $1'],
  ['approvals.submission', ofApplication],
  ['approvals.document', ofApplication],
  ['approvals.correction', ofApplication],
  ['approvals.item_run', 'project_id = $1'],
  ['approvals.opinion_task', ofApplication],
  ['approvals.certificate', ofApplication],
  ['approvals.clock', 'project_id = $1'],
  ['approvals.clock_event', `clock_id in (${clocks})`],
  ['journal.entry', 'project_id = ($1::uuid)::text'],
  ['journal.personal', 'entry_id in (select id from journal.entry where project_id = ($1::uuid)::text)'],
  ['journal.timer', `fired_at is null and subject_id in (select id::text from (${clocks}) own)`],
]
/** Of closed projects only what the public sees is copied: the wanted number of entries is for the wanted applications. */
const publicEntries = `project_id = ($1::uuid)::text and visibility = 'public'`
const ofClosed: ReadonlyMap<string, string> = new Map([
  ['journal.entry', publicEntries],
  ['journal.personal', `entry_id in (select id from journal.entry where ${publicEntries})`],
])
/** Identities of things that belong to a project; persons and organisations stay who they are. */
const ownIdentities = new Set([
  'id',
  'project_id',
  'application_id',
  'item_run_id',
  'opinion_task_id',
  'clock_id',
  'certificate_id',
  'redo_of',
  'entry_id',
  'subject_id',
])
const ownNumbers = new Set(['case_number', 'project_number', 'receipt_number', 'document_number', 'code'])
const payloads = new Set(['payload', 'facts'])
const identitiesInside = ['applicationId', 'itemRunId', 'certificateId', 'clockId', 'subjectId', 'opinionTaskId']
const numbersInside = ['caseNumber', 'projectNumber', 'receiptNumber', 'documentNumber', 'verificationCode', 'code']

export const copyPrefix = (k: number): string => k.toString(16).padStart(8, '0')
const PREFIX = "lpad(to_hex(k), 8, '0')"
const movedText = (text: string): string => `(${PREFIX} || substr(${text}, 9))`
const movedNumber = (text: string): string => `(${text} || '-' || k)`

const expressionOf = (column: string, type: string): string => {
  const source = `t."${column}"`
  if (ownIdentities.has(column)) return type === 'uuid' ? `${movedText(`${source}::text`)}::uuid` : movedText(source)
  if (ownNumbers.has(column)) return movedNumber(source)
  if (!payloads.has(column) || type !== 'jsonb') return source
  const parts = [
    ...identitiesInside.map((name) => `'${name}', ${movedText(`${source}->>'${name}'`)}`),
    ...numbersInside.map((name) => `'${name}', ${movedNumber(`${source}->>'${name}'`)}`),
  ]
  return `${source} || jsonb_strip_nulls(jsonb_build_object(${parts.join(', ')}))`
}

const columnsOf = async (pool: Pool, table: string): Promise<readonly { name: string; type: string }[]> => {
  const [schema, name] = table.split('.')
  const { rows } = await pool.query<{ name: string; type: string }>(
    `select column_name as name, data_type as type from information_schema.columns
     where table_schema = $1 and table_name = $2 and is_identity = 'NO' and is_generated = 'NEVER'
     order by ordinal_position`,
    [schema, name],
  )
  return rows
}
/** The statement that copies the rows of one table; its values are the project, the first and the last copy. */
const statementOf = async (pool: Pool, table: string, condition: string): Promise<string> => {
  const columns = await columnsOf(pool, table)
  return `insert into ${table} (${columns.map(({ name }) => `"${name}"`).join(', ')})
    select ${columns.map(({ name, type }) => expressionOf(name, type)).join(', ')}
    from (select * from ${table} where ${condition}) t cross join generate_series($2::int, $3::int) k
    order by k`
}

export interface Wanted {
  readonly applications: number
  readonly entries: number
  /** Shares of the applications by how their project stands; they add up to 1. */
  readonly shares: Readonly<Record<Standing, number>>
}
export interface Multiplied {
  readonly applications: number
  readonly entries: number
}
const COPIES_AT_ONCE = 500

const countOf = async (pool: Pool, table: string): Promise<number> => {
  const { rows } = await pool.query<{ count: number }>(`select count(*)::int as count from ${table}`)
  return rows[0]?.count ?? 0
}

/** Copies until there are as many applications as wanted, then lets drafts go back and forth until there are enough entries. */
export const multiply = async (pool: Pool, patterns: readonly Pattern[], wanted: Wanted): Promise<Multiplied> => {
  const statementsFor = (standing: Standing): Promise<readonly string[]> =>
    Promise.all(
      owned.map(([table, condition]) =>
        statementOf(pool, table, standing === 'closed' ? (ofClosed.get(table) ?? condition) : condition),
      ),
    )
  let k = 1
  let closed: { readonly projectId: string; readonly first: number; readonly last: number } | null = null
  for (const { projectId, standing } of patterns) {
    const own = await countOf(pool, `approvals.application where project_id = '${projectId}'`)
    const statements = await statementsFor(standing)
    const first = k
    const last = first + Math.ceil((wanted.applications * wanted.shares[standing]) / own) - 1
    for (let from = first; from <= last; from += COPIES_AT_ONCE)
      for (const statement of statements)
        await pool.query(statement, [projectId, from, Math.min(last, from + COPIES_AT_ONCE - 1)])
    if (standing === 'closed') closed = { projectId, first, last }
    k = last + 1
  }
  const missing = wanted.entries - (await countOf(pool, 'journal.entry'))
  if (closed !== null && missing > 0) {
    const columns = await columnsOf(pool, 'journal.entry')
    await pool.query(
      `insert into journal.entry (${columns.map(({ name }) => `"${name}"`).join(', ')})
       select ${columns.map(({ name, type }) => (name === 'id' ? 'gen_random_uuid()' : expressionOf(name, type))).join(', ')}
       from generate_series(1, 20) again
       cross join generate_series($2::int, $3::int) k
       cross join (select * from journal.entry where project_id = $1
         and kind in ('approvals.drafted', 'approvals.reviewed')) t
       limit $4`,
      [closed.projectId, closed.first, closed.last, missing],
    )
  }
  return {
    applications: await countOf(pool, 'approvals.application'),
    entries: await countOf(pool, 'journal.entry'),
  }
}
