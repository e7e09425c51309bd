create schema approvals;

-- Gaps are allowed in case and receipt numbers; document numbers come from number_series without gaps.
create sequence approvals.case_number;
create sequence approvals.receipt_number;

create table approvals.application (
  id uuid primary key,
  case_number text not null unique,
  project_id uuid not null,
  -- Names as they were at the last submission: old files keep their old names, and lists need no other capability.
  project_number text not null,
  project_name text not null,
  project_address text not null,
  applicant_id uuid not null,
  applicant_name text not null,
  stage text not null,
  lead_department text not null,
  state text not null check (state in ('draft', 'submitted', 'correcting', 'accepted', 'refused', 'withdrawn', 'closed')),
  version integer not null default 0,
  round integer not null default 0,
  catalogue_day date not null,
  form_version text not null,
  guide_answers jsonb not null,
  answers jsonb not null,
  origins jsonb not null,
  item_ids text[] not null,
  created_at timestamptz(3) not null,
  created_by uuid not null,
  changed_at timestamptz(3) not null,
  changed_by uuid,
  submitted_at timestamptz(3),
  submitted_by uuid,
  accepted_at timestamptz(3),
  closed_at timestamptz(3),
  refusal jsonb,
  -- Hints for ordering: derived from the clock that presses most, rebuildable, never shown.
  due_hint date not null default '9999-12-31',
  warn_hint date not null default '9999-12-31',
  held boolean not null default false
);
create unique index application_one_open on approvals.application (project_id, stage)
  where state in ('draft', 'submitted', 'correcting', 'accepted');
create index application_of_project on approvals.application (project_id, created_at);
create index application_of_applicant on approvals.application (applicant_id, created_at desc, id desc);
create index application_newest on approvals.application (created_at desc, id desc);
create index application_newest_in_state on approvals.application (state, created_at desc, id desc);
create index application_intake on approvals.application (due_hint, id) where state = 'submitted';
create index application_of_project_number on approvals.application (project_number);

create table approvals.submission (
  id uuid primary key,
  application_id uuid not null references approvals.application,
  round integer not null,
  receipt_number text not null unique,
  hash text not null,
  -- The canonical text of which `hash` is the SHA-256.
  content text not null,
  submitted_at timestamptz(3) not null,
  submitted_by uuid not null,
  unique (application_id, round)
);

create table approvals.document (
  id uuid primary key,
  application_id uuid not null references approvals.application,
  material_id text not null,
  file_name text not null,
  size_bytes bigint not null,
  media_type text not null,
  sha256 text not null,
  scan text not null,
  added_at timestamptz(3) not null,
  added_by uuid not null,
  removed_at timestamptz(3)
);
create index document_of_application on approvals.document (application_id);

create table approvals.correction (
  application_id uuid not null references approvals.application,
  round integer not null,
  issued_at timestamptz(3) not null,
  issued_by uuid not null,
  answered_at timestamptz(3),
  points jsonb not null,
  primary key (application_id, round)
);

create table approvals.item_run (
  id uuid primary key,
  application_id uuid not null references approvals.application,
  project_id uuid not null,
  item_id text not null,
  item_version_id text not null,
  item_name jsonb not null,
  item_kind text not null,
  department text not null,
  state text not null check (state in ('handling', 'drafted', 'reviewed', 'decided', 'cancelled')),
  version integer not null default 0,
  changed_at timestamptz(3) not null,
  changed_by uuid,
  hold jsonb,
  draft jsonb,
  proposal jsonb,
  outcome text,
  decision_text text,
  decision_conditions jsonb,
  decided_at timestamptz(3),
  decided_by uuid,
  document_number text unique,
  certificate_id uuid,
  due_hint date not null default '9999-12-31',
  warn_hint date not null default '9999-12-31',
  held boolean not null default false,
  unique (application_id, item_id)
);
create index item_run_of_project on approvals.item_run (project_id, item_id);
create index item_run_work on approvals.item_run (department, due_hint, id)
  where state in ('handling', 'drafted', 'reviewed');

create table approvals.opinion_task (
  id uuid primary key,
  item_run_id uuid not null references approvals.item_run,
  application_id uuid not null references approvals.application,
  department text not null,
  question text not null,
  state text not null check (state in ('sent', 'opened', 'given', 'deemed', 'cancelled')),
  version integer not null default 0,
  code text,
  text text,
  conditions jsonb not null default '[]',
  sent_at timestamptz(3) not null,
  sent_by uuid,
  changed_at timestamptz(3) not null,
  changed_by uuid,
  given_at timestamptz(3),
  given_by uuid,
  redo_of uuid unique references approvals.opinion_task,
  due_hint date not null default '9999-12-31',
  warn_hint date not null default '9999-12-31',
  held boolean not null default false
);
create index opinion_task_of_application on approvals.opinion_task (application_id);
create index opinion_task_of_item_run on approvals.opinion_task (item_run_id);
create unique index opinion_task_one_open on approvals.opinion_task (item_run_id, department)
  where state in ('sent', 'opened');
create index opinion_task_work on approvals.opinion_task (department, due_hint, id) where state in ('sent', 'opened');

create table approvals.clock (
  id uuid primary key,
  application_id uuid not null references approvals.application,
  item_run_id uuid references approvals.item_run,
  opinion_task_id uuid references approvals.opinion_task,
  project_id uuid not null,
  -- 'intake', 'stage', 'item', 'promise', 'opinion', 'correction': what it measures.
  purpose text not null,
  department text not null,
  label jsonb not null,
  basis text not null,
  certainty text not null,
  -- Budget, unit, grounds, extension rule: the clock without its ledger.
  terms jsonb not null,
  created_at timestamptz(3) not null,
  open boolean not null,
  due_hint date not null default '9999-12-31',
  warn_hint date not null default '9999-12-31',
  held boolean not null default false,
  calendar_version text not null
);
create index clock_of_application on approvals.clock (application_id);
create index clock_of_item_run on approvals.clock (item_run_id) where item_run_id is not null;
create index clock_board on approvals.clock (due_hint, id) where open;
create index clock_board_of_department on approvals.clock (department, due_hint, id) where open;
create index clock_calendar on approvals.clock (calendar_version) where open;

-- Append-only.
create table approvals.clock_event (
  clock_id uuid not null references approvals.clock,
  ordinal integer not null,
  kind text not null,
  occurred_at timestamptz(3) not null,
  recorded_at timestamptz(3) not null,
  event jsonb not null,
  primary key (clock_id, ordinal)
);
create function approvals.refuse_ledger_change() returns trigger language plpgsql as $$
begin
  raise exception 'the ledger of a clock is append-only';
end $$;
create trigger clock_event_append_only before update or delete on approvals.clock_event
  for each row execute function approvals.refuse_ledger_change();

create table approvals.certificate (
  id uuid primary key,
  item_run_id uuid not null unique references approvals.item_run,
  application_id uuid not null references approvals.application,
  code text not null unique,
  document_number text not null unique,
  -- Everything that stands in the document: it can be printed again, to the byte.
  facts jsonb not null,
  state text not null default 'in-force' check (state in ('in-force', 'revoked', 'replaced', 'lapsed')),
  sha256 text,
  created_at timestamptz(3) not null
);

-- Document numbers: one row for each prefix and year, locked until the decision commits, so without gaps.
create table approvals.number_series (
  series text not null,
  year integer not null,
  last integer not null,
  primary key (series, year)
);
