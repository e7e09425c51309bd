create schema bim;

-- Commands of a project take this row first; it also counts the conflicts.
create table bim.project (
  project_id uuid primary key,
  conflicts integer not null default 0
);

create table bim.model (
  id uuid primary key,
  project_id uuid not null references bim.project,
  name text not null,
  kind text not null check (kind in ('network', 'ifc')),
  phase text not null check (phase in ('existing', 'design')),
  created_at timestamptz(3) not null,
  created_by uuid not null,
  archived_at timestamptz(3)
);
create unique index model_name on bim.model (project_id, name) where archived_at is null;

create table bim.version (
  id uuid primary key,
  model_id uuid not null references bim.model,
  project_id uuid not null references bim.project,
  number integer not null,
  state text not null check (state in ('importing', 'needs-mapping', 'ready', 'failed', 'cancelled')),
  note text not null default '',
  files jsonb not null,
  same_mapping boolean not null,
  -- Columns and what they mean: as the reader suggests, and as a person confirmed.
  suggestion jsonb,
  mapping jsonb,
  -- Runs of the job that began: a file that ends the process is not tried for ever.
  attempts integer not null default 0,
  done integer not null default 0,
  total integer not null default 0,
  failure text,
  issues jsonb not null default '{"error": 0, "warning": 0, "notice": 0}',
  statistics jsonb,
  selectable jsonb,
  -- Addresses of what was made of the files: content for checks, geometry for the viewer, the report.
  content_sha256 text,
  geometry_sha256 text,
  report_sha256 text,
  from_cache boolean not null default false,
  created_at timestamptz(3) not null,
  created_by uuid not null,
  ready_at timestamptz(3),
  unique (model_id, number)
);
create index version_of_project on bim.version (project_id, created_at);

-- What was computed before from the same input by the same engine.
create table bim.cache (
  key text primary key,
  value jsonb not null,
  made_at timestamptz(3) not null
);

create table bim.check_definition (
  id uuid primary key,
  project_id uuid not null references bim.project,
  name text not null,
  definition jsonb not null,
  gate boolean not null,
  version integer not null default 1,
  created_at timestamptz(3) not null,
  created_by uuid not null,
  archived_at timestamptz(3)
);
create unique index check_name on bim.check_definition (project_id, name) where archived_at is null;

create table bim.run (
  id uuid primary key,
  check_id uuid not null references bim.check_definition,
  project_id uuid not null references bim.project,
  number integer not null,
  state text not null check (state in ('waiting', 'running', 'done', 'failed', 'cancelled')),
  way text check (way in ('full', 'incremental', 'cached')),
  anew boolean not null,
  -- The definition and the versions as they were.
  definition jsonb not null,
  definition_version integer not null,
  versions jsonb not null,
  rules text,
  attempts integer not null default 0,
  done integer not null default 0,
  total integer not null default 0,
  failure text,
  result jsonb,
  result_sha256 text,
  timings jsonb,
  started_at timestamptz(3) not null,
  started_by uuid not null,
  ended_at timestamptz(3),
  unique (check_id, number)
);
-- One run of a check at a time.
create unique index run_open on bim.run (check_id) where state in ('waiting', 'running');

create table bim.hand_group (
  id uuid primary key,
  check_id uuid not null references bim.check_definition,
  project_id uuid not null references bim.project,
  name text not null,
  note text not null default '',
  created_at timestamptz(3) not null,
  created_by uuid not null,
  unique (check_id, name)
);

create table bim.conflict (
  id uuid primary key,
  check_id uuid not null references bim.check_definition,
  project_id uuid not null references bim.project,
  number integer not null,
  -- Stable over runs and versions: kind and ids of the objects.
  key text not null,
  members jsonb not null,
  kind text not null,
  outcome text not null check (outcome in ('breach', 'unknown', 'outside')),
  severity text not null check (severity in ('critical', 'major', 'minor', 'notice')),
  severity_rank smallint not null,
  life text not null check (life in ('new', 'persisting', 'solved', 'reopened')),
  title text not null,
  sentence text not null,
  pair text not null,
  a jsonb not null,
  b jsonb,
  at jsonb not null,
  run text,
  station_m double precision,
  stretch jsonb,
  required_m double precision,
  actual_m double precision,
  shortfall_m double precision,
  rule_id text,
  clause text not null,
  source jsonb,
  verified boolean not null,
  formula text not null,
  doubts jsonb not null,
  abandoned boolean not null,
  yielding jsonb,
  first_run uuid references bim.run,
  last_run uuid references bim.run,
  merged_into uuid references bim.conflict,
  split_from uuid references bim.conflict,
  -- What people decide; no run touches it.
  status text not null default 'open' check (status in ('open', 'in-progress', 'answered', 'closed')),
  assignee_id uuid,
  assigned_by uuid,
  due_on date,
  group_id uuid references bim.hand_group on delete set null,
  -- An approved exception covers it as it stands.
  excepted boolean not null default false,
  snapshots jsonb not null default '[]',
  history jsonb not null default '[]',
  created_at timestamptz(3) not null,
  created_by uuid,
  changed_at timestamptz(3) not null,
  unique (project_id, number)
);
create index conflict_of_check on bim.conflict (check_id, severity_rank, number);
create index conflict_key on bim.conflict (check_id, key);
create index conflict_of_assignee on bim.conflict (assignee_id, due_on) where assignee_id is not null;
create index conflict_of_group on bim.conflict (group_id) where group_id is not null;
create index conflict_open on bim.conflict (project_id) where life <> 'solved';

create table bim.comment (
  id uuid primary key,
  conflict_id uuid not null references bim.conflict,
  text text not null,
  files jsonb not null default '[]',
  at timestamptz(3) not null,
  by_person uuid,
  -- Of an imported BCF file: the author as written there, and the guid, so that it comes in once.
  imported_by text,
  bcf_guid uuid,
  unique (conflict_id, bcf_guid)
);
create index comment_of_conflict on bim.comment (conflict_id, at, id);

create table bim.exception (
  id uuid primary key,
  conflict_id uuid not null references bim.conflict,
  state text not null check (state in ('proposed', 'approved', 'rejected', 'withdrawn', 'overtaken')),
  reason text not null,
  measures text not null,
  files jsonb not null default '[]',
  department text not null,
  required_m double precision,
  actual_m double precision,
  outcome text not null,
  clause text not null,
  proposed_at timestamptz(3) not null,
  proposed_by uuid not null,
  decided_at timestamptz(3),
  decided_by uuid,
  decision text
);
create index exception_of_conflict on bim.exception (conflict_id, proposed_at);
-- One at a time.
create unique index exception_open on bim.exception (conflict_id) where state in ('proposed', 'approved');

-- Topics of imported BCF files that became conflicts, and the parts of topics that we do not know but give back.
create table bim.bcf_topic (
  check_id uuid not null references bim.check_definition,
  guid uuid not null,
  conflict_id uuid not null references bim.conflict,
  primary key (check_id, guid)
);
