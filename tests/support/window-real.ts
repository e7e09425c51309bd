/** The real window beside the model: who acts in it, what its database holds now, and a digest of everything. */
import type {
  ApplicationId,
  ApplicationState,
  CertificateId,
  ItemRunId,
  ItemRunState,
  OpinionCode,
  OpinionTaskId,
  OpinionTaskState,
  Outcome,
} from '../../src/capabilities/approvals/contract.ts'
import type { Person } from '../../src/kernel/actor.ts'
import type { Id, ProjectId } from '../../src/kernel/identity.ts'
import { type Instant, type LocalDate, localDateOf } from '../../src/kernel/time.ts'
import { openWindow, type Window } from './window.ts'
import type { ItemFacts, Somebody } from './window-model.ts'

export interface Acting extends Somebody {
  readonly actor: Person
}
export interface TaskRow {
  readonly id: OpinionTaskId
  readonly department: string
  readonly state: OpinionTaskState
  readonly code: OpinionCode | null
  readonly version: number
}
export interface RunRow {
  readonly id: ItemRunId
  readonly itemId: string
  readonly department: string
  readonly state: ItemRunState
  readonly outcome: Outcome | null
  readonly version: number
  readonly hold: { readonly ground: string; readonly until: string } | null
  readonly proposed: boolean
  readonly certificates: readonly CertificateId[]
  readonly tasks: readonly TaskRow[]
  readonly conflict: { readonly id: Id<'conflict'>; readonly version: number; readonly tasks: readonly string[] } | null
}
export interface ApplicationRow {
  readonly id: ApplicationId
  readonly projectId: ProjectId
  readonly stage: string
  readonly state: ApplicationState
  readonly round: number
  readonly version: number
  readonly items: readonly string[]
  /** Version of the withdrawal that waits. */
  readonly withdrawal: number | null
  readonly secondList: boolean
  readonly runs: readonly RunRow[]
}

const SNAPSHOT = `
  select a.id, a.project_id as "projectId", a.stage, a.state, a.round, a.version, a.item_ids as items,
    (select w.version from approvals.withdrawal w where w.application_id = a.id and w.state = 'requested') as withdrawal,
    exists (select from approvals.correction_request q where q.application_id = a.id and q.state = 'proposed') as "secondList",
    coalesce((select jsonb_agg(jsonb_build_object(
      'id', r.id, 'itemId', r.item_id, 'department', r.department, 'state', r.state, 'outcome', r.outcome,
      'version', r.version, 'proposed', r.proposal is not null and r.proposal <> 'null'::jsonb,
      'hold', case when r.hold is null or r.hold = 'null'::jsonb then null
        else jsonb_build_object('ground', r.hold->'ground', 'until', r.hold->'until') end,
      'certificates', coalesce((select jsonb_agg(c.id order by c.created_at, c.id)
        from approvals.certificate c where c.item_run_id = r.id), '[]'),
      'tasks', coalesce((select jsonb_agg(jsonb_build_object('id', t.id, 'department', t.department, 'state', t.state,
        'code', t.code, 'version', t.version) order by t.sent_at, t.department)
        from approvals.opinion_task t where t.item_run_id = r.id), '[]'),
      'conflict', (select jsonb_build_object('id', k.id, 'version', k.version, 'tasks', k.task_ids)
        from approvals.conflict k where k.item_run_id = r.id and k.state = 'open')
    ) order by r.item_id) from approvals.item_run r where r.application_id = a.id), '[]') as runs
  from approvals.application a order by a.created_at, a.id`

const departments = ['ecology', 'housing', 'planning-resources', 'water'] as const
/** Departments that are asked for opinions: those that handle items, and one that handles none here. */
export const askedDepartments: readonly string[] = departments
/** What is applied for: items with and without a clock, with and without a rule of silence, alone and together. */
export const bundles = [
  { stage: 'ST1', items: ['I-106'] },
  { stage: 'ST1', items: ['I-109'] },
  { stage: 'ST1', items: ['I-106', 'I-109', 'I-111'] },
  { stage: 'ST1', items: ['I-110', 'I-112'] },
  { stage: 'ST1', items: ['I-109', 'I-111'] },
] as const
export const PROJECTS = 8

/** Tables that only grow, by triggers: their number of rows says enough, and they are large. */
const growing = new Set(['journal.entry', 'journal.seal', 'journal.tree_node', 'journal.personal'])

export interface Real {
  readonly window: Window
  readonly people: readonly Acting[]
  readonly projects: readonly { readonly id: ProjectId; readonly number: string }[]
  readonly intakeDays: number
  readonly factsOf: (itemId: string) => ItemFacts
  readonly lawOf: (items: readonly string[]) => string
  readonly today: () => LocalDate
  /** Where a row was written, changed or deleted for good since the last question, whatever stands in it. */
  readonly written: () => Promise<readonly string[]>
  /** Table to digest of its rows: says the same more slowly, and does not rest on triggers. */
  readonly digest: () => Promise<Readonly<Record<string, string>>>
  readonly look: () => Promise<readonly ApplicationRow[]>
  /** The last look. */
  rows: readonly ApplicationRow[]
  steps: number
  /** Tries so far that must change nothing. */
  watches: number
}

/** What is remembered of the content of files, whoever asks: no state of anything. */
const CACHE = 'approvals.file_inspection'

/** Notes every row that is written, in the transaction that writes it: what is rolled back leaves no note. */
const WATCH = `
  create schema model;
  create table model.written (n bigserial primary key, place text not null);
  create function model.note() returns trigger language plpgsql as $$
  begin
    insert into model.written (place) values (tg_table_schema || '.' || tg_table_name || ' ' || tg_op);
    return null;
  end $$;
  do $$
  declare t record;
  begin
    for t in
      select c.oid::regclass as place from pg_class c join pg_namespace s on s.oid = c.relnamespace
      where c.relkind in ('r', 'p') and not c.relispartition
        and s.nspname not in ('pg_catalog', 'information_schema', 'model')
        and c.oid::regclass::text <> '${CACHE}'
    loop
      execute format('create trigger model_note after insert or update or delete on %s
        for each row execute function model.note()', t.place);
    end loop;
  end $$;`

/** Opens a window with its people and projects for one run of commands. */
export const openReal = async (startAt: Instant): Promise<Real> => {
  const window = await openWindow({ startAt })
  const people: Acting[] = [
    { key: 'applicant', side: 'applicant', department: '', actor: window.applicant },
    { key: 'stranger', side: 'stranger', department: '', actor: window.stranger },
    { key: 'clerk', side: 'clerk', department: '', actor: window.clerk },
    { key: 'other-clerk', side: 'clerk', department: '', actor: window.otherClerk },
    { key: 'supervisor', side: 'supervisor', department: '', actor: window.supervisor },
  ]
  for (const department of departments) {
    const team = await window.officers(department)
    for (const side of ['reviewer', 'lead', 'approver'] as const)
      people.push({ key: `${department} ${side}`, side, department, actor: team[side] })
  }
  const projects: { id: ProjectId; number: string }[] = []
  for (let index = 0; index < PROJECTS; index += 1) {
    const id = await window.project({ name: `示例工程${index + 1}号` })
    const project = await window.projects.reader.project(window.platform.db, id)
    projects.push({ id, number: project?.caseNumber ?? '' })
  }
  const { pool } = window.test
  const { rows: tables } = await pool.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
     where schemaname not in ('pg_catalog', 'information_schema')
       and schemaname || '.' || tablename <> '${CACHE}' order by 1`,
  )
  const digestQuery = tables
    .map(({ name }) =>
      growing.has(name)
        ? `select '${name}' as t, count(*)::text as d from ${name}`
        : `select '${name}', count(*) || ':' || coalesce(sum(hashtextextended(x::text, 0)), 0) from ${name} x`,
    )
    .join(' union all ')
  await pool.query(WATCH)
  let noted = 0
  const today = () => localDateOf(window.platform.clock())
  const item = (itemId: string) => window.catalogue.reader.item(itemId, today())
  const real: Real = {
    window,
    people,
    projects,
    intakeDays: window.rules.intake.days,
    factsOf: (itemId) => {
      const found = item(itemId)
      if (found === null) throw new Error(`no item ${itemId}`)
      return {
        department: found.department,
        deems: found.deemedOnSilence && !found.safety,
        // An item to be decided at once has a clock too: of no day.
        clocked: found.limit.days !== null,
      }
    },
    lawOf: (items) => items.map((each) => item(each)?.versionId ?? '').join(' '),
    today,
    written: async () => {
      const { rows } = await pool.query<{ last: string; places: string[] }>({
        name: 'model-written',
        text: `select coalesce(max(n), $1)::text as last, coalesce(array_agg(distinct place), '{}') as places
          from model.written where n > $1`,
        values: [noted],
      })
      noted = Number(rows[0]?.last ?? noted)
      return rows[0]?.places ?? []
    },
    digest: async () => {
      const { rows } = await pool.query<{ t: string; d: string }>({ name: 'model-digest', text: digestQuery })
      return Object.fromEntries(rows.map(({ t, d }) => [t, d]))
    },
    look: async () => {
      real.rows = (await pool.query<ApplicationRow>({ name: 'model-look', text: SNAPSHOT })).rows
      return real.rows
    },
    rows: [],
    steps: 0,
    watches: 0,
  }
  return real
}
