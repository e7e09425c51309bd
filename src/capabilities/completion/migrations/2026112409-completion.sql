create schema completion;

create table completion.building (
  id uuid primary key,
  project_id uuid not null,
  name text not null,
  floor_area_m2 numeric,
  registered_at timestamptz(3) not null,
  registered_by uuid not null,
  -- Set by the acceptance that covered it.
  acceptance_id uuid,
  accepted_on date,
  may_be_used boolean not null default false,
  unique (project_id, name)
);

create table completion.inspection (
  id uuid primary key,
  project_id uuid not null,
  -- Null: of the whole project.
  building_id uuid references completion.building,
  part text not null default '',
  kind text not null,
  name jsonb not null,
  department text not null,
  required boolean not null,
  source jsonb not null,
  state text not null check (state in ('planned', 'booked', 'remarks', 'passed', 'failed')),
  booked_for date,
  booked_by uuid,
  booking_note text not null default '',
  rounds jsonb not null default '[]',
  created_at timestamptz(3) not null,
  created_by uuid
);
create index inspection_of_project on completion.inspection (project_id, created_at, id);
create index inspection_to_do on completion.inspection (department, booked_for) where state = 'booked';

create table completion.acceptance (
  id uuid primary key,
  project_id uuid not null,
  number text not null unique,
  kind text not null check (kind in ('partial', 'final')),
  building_ids jsonb not null,
  state text not null check (state in ('examining', 'recheck', 'passed', 'concluded', 'withdrawn')),
  statement text not null,
  files jsonb not null default '[]',
  rules jsonb not null,
  applied_at timestamptz(3) not null,
  applied_by uuid not null,
  due_on date not null,
  site_day date,
  site_note text not null default '',
  opinion jsonb,
  code text unique,
  sha256 text,
  concluded_at timestamptz(3),
  concluded_by uuid
);
create index acceptance_of_project on completion.acceptance (project_id, applied_at);
-- One final acceptance at a time.
create unique index acceptance_one_final on completion.acceptance (project_id) where kind = 'final' and state <> 'withdrawn';

create table completion.acceptance_part (
  id uuid primary key,
  acceptance_id uuid not null references completion.acceptance,
  project_id uuid not null,
  matter text not null,
  name jsonb not null,
  department text not null,
  source jsonb not null,
  state text not null check (state in ('open', 'remarks', 'failed', 'passed', 'cancelled')),
  round integer not null default 1,
  due_on date not null,
  rounds jsonb not null default '[]',
  unique (acceptance_id, matter)
);
create index acceptance_part_to_do on completion.acceptance_part (department, due_on) where state = 'open';

create table completion.remark (
  id uuid primary key,
  project_id uuid not null,
  inspection_id uuid references completion.inspection,
  part_id uuid references completion.acceptance_part,
  department text not null,
  text text not null,
  due_on date not null,
  state text not null check (state in ('open', 'proved', 'closed')),
  proofs jsonb not null default '[]',
  created_at timestamptz(3) not null,
  created_by uuid not null,
  closed_at timestamptz(3),
  check ((inspection_id is null) <> (part_id is null))
);
create index remark_of_project on completion.remark (project_id, created_at, id);
create index remark_to_verify on completion.remark (department) where state = 'proved';

create table completion.filing (
  id uuid primary key,
  project_id uuid not null unique,
  acceptance_id uuid not null references completion.acceptance,
  accepted_on date not null,
  due_on date not null,
  source jsonb not null,
  state text not null check (state in ('open', 'submitted', 'filed')),
  files jsonb not null default '[]',
  submitted_at timestamptz(3),
  submitted_by uuid,
  returned jsonb,
  number text,
  filed_on date,
  filed_by uuid,
  basis text,
  late boolean
);

create table completion.dossier (
  id uuid primary key,
  project_id uuid not null,
  requested_at timestamptz(3) not null,
  requested_by uuid not null,
  -- Whether it holds personal data: for those alone who may see it.
  personal boolean not null,
  officer boolean not null,
  job_id uuid not null,
  zip_sha256 text,
  index_sha256 text,
  size_bytes bigint,
  files integer,
  ready_at timestamptz(3)
);
create index dossier_of_project on completion.dossier (project_id, requested_at desc);

create table completion.number_series (
  series text not null,
  year integer not null,
  last integer not null,
  primary key (series, year)
);
