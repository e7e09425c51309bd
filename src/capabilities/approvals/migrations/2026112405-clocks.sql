-- Every calendar that was ever in force, with the files it was built from: any old due day can be explained again.
create table approvals.calendar_version (
  version text primary key,
  ordinal integer generated always as identity,
  in_force_from timestamptz(3) not null,
  cause text not null,
  files jsonb not null,
  proposal_id uuid
);
-- A notice that was loaded: checked, previewed, published by a second person.
create table approvals.calendar_proposal (
  id uuid primary key,
  year integer not null,
  file jsonb not null,
  state text not null check (state in ('proposed', 'published', 'rejected')),
  proposed_at timestamptz(3) not null,
  proposed_by uuid not null,
  decided_at timestamptz(3),
  decided_by uuid,
  remark text,
  -- How many open clocks were put under it, once all of them were.
  moved integer,
  applied_at timestamptz(3)
);
create unique index calendar_proposal_one_open on approvals.calendar_proposal (year) where state = 'proposed';

-- The version of the ladder by which the timers of a clock were set; null: before there was one.
alter table approvals.clock add column ladder text;
create index clock_ladder on approvals.clock (ladder) where open;

create table approvals.escalation (
  clock_id uuid not null references approvals.clock,
  -- Rung and due day.
  key text not null,
  rung text not null,
  level text not null check (level in ('person', 'head', 'supervisor')),
  due date not null,
  application_id uuid not null references approvals.application,
  department text not null,
  -- Who had it in hand; null where nobody had touched it.
  person_id uuid,
  at timestamptz(3) not null,
  recorded_at timestamptz(3) not null,
  late boolean not null,
  rules_version text not null,
  primary key (clock_id, key)
);
create index escalation_newest on approvals.escalation (at desc, clock_id);
create index escalation_of_department on approvals.escalation (department, at desc);

create table approvals.signal (
  id uuid primary key,
  rule text not null,
  rules_version text not null,
  -- What it is about: the same fact never gives two signals.
  key text not null,
  department text not null,
  project_id uuid,
  application_id uuid references approvals.application,
  case_number text not null,
  occurred_at timestamptz(3) not null,
  raised_at timestamptz(3) not null,
  facts jsonb not null,
  evidence jsonb not null,
  state text not null check (state in ('new', 'looked-at', 'explained', 'confirmed')),
  note text,
  version integer not null default 0,
  changed_at timestamptz(3),
  changed_by uuid,
  unique (rule, key)
);
create index signal_newest on approvals.signal (raised_at desc, id desc);
create index signal_of_department on approvals.signal (department, raised_at desc, id desc);
