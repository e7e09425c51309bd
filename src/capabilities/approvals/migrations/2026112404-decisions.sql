-- A decision is a document with a life of its own: an item run may have several, and none is ever overwritten.
alter table approvals.certificate drop constraint certificate_item_run_id_key;
create index certificate_of_item_run on approvals.certificate (item_run_id, created_at);
create index certificate_of_application on approvals.certificate (application_id);
alter table approvals.certificate
  add column version integer not null default 0,
  add column changed_at timestamptz(3),
  add column changed_by uuid,
  -- The document that this one corrects or replaces.
  add column replaces uuid unique references approvals.certificate,
  -- Why it is no longer in force: ground, basis, text, day.
  add column cause jsonb,
  -- From this instant it is public and open to the parties.
  add column publish_at timestamptz(3),
  add column published_at timestamptz(3),
  add column delivered_at timestamptz(3),
  add column delivery jsonb,
  add column valid_until date,
  -- The site under a permit whose item has a start rule; null for all others.
  add column site_state text check (site_state in ('waiting', 'started', 'stopped')),
  add column started_on date,
  add column stopped_on date;
update approvals.certificate set publish_at = created_at, published_at = created_at, changed_at = created_at;
alter table approvals.certificate alter column publish_at set not null, alter column changed_at set not null;
create index certificate_to_deliver on approvals.certificate (created_at) where delivered_at is null and state = 'in-force';

-- The document for which a clock runs after the decision.
alter table approvals.clock add column certificate_id uuid
  references approvals.certificate deferrable initially deferred;
create index clock_of_certificate on approvals.clock (certificate_id) where certificate_id is not null;

create table approvals.condition (
  id uuid primary key,
  certificate_id uuid not null references approvals.certificate deferrable initially deferred,
  item_run_id uuid not null references approvals.item_run,
  application_id uuid not null references approvals.application,
  project_id uuid not null,
  department text not null,
  ordinal integer not null,
  library_id text,
  text text not null,
  grade text not null check (grade in ('lock', 'hold', 'required', 'notice')),
  responsible text not null,
  due_on date,
  due_event text,
  blocks text[] not null,
  source text not null,
  state text not null check (state in ('open', 'evidence-given', 'rejected', 'discharged', 'waived', 'noticed', 'void')),
  version integer not null default 0,
  changed_at timestamptz(3) not null,
  changed_by uuid,
  waiver jsonb,
  clock_id uuid references approvals.clock,
  unique (certificate_id, ordinal)
);
create index condition_of_application on approvals.condition (application_id);
create index condition_open on approvals.condition (project_id) where state in ('open', 'evidence-given', 'rejected');
create index condition_to_verify on approvals.condition (department, changed_at) where state = 'evidence-given';

-- Every piece of evidence and what was said about it stays.
create table approvals.condition_evidence (
  id uuid primary key,
  condition_id uuid not null references approvals.condition,
  note text not null,
  file jsonb,
  given_at timestamptz(3) not null,
  given_by uuid not null,
  verdict text not null default 'pending' check (verdict in ('pending', 'accepted', 'rejected')),
  remark text not null default '',
  judged_at timestamptz(3),
  judged_by uuid
);
create index evidence_of_condition on approvals.condition_evidence (condition_id, given_at);

create table approvals.certificate_act (
  id uuid primary key,
  certificate_id uuid not null references approvals.certificate,
  application_id uuid not null references approvals.application,
  department text not null,
  kind text not null check (kind in ('correction', 'replacement', 'revocation')),
  ground text,
  reason text not null,
  changes jsonb not null,
  -- Last day on which the holder may answer; null where no hearing is due.
  answer_until date,
  answer text,
  answered_at timestamptz(3),
  answered_by uuid,
  state text not null check (state in ('proposed', 'done', 'rejected')),
  version integer not null default 0,
  proposed_at timestamptz(3) not null,
  proposed_by uuid not null,
  decided_at timestamptz(3),
  decided_by uuid,
  remark text not null default '',
  successor uuid references approvals.certificate
);
create index act_of_application on approvals.certificate_act (application_id);
create unique index act_one_open on approvals.certificate_act (certificate_id) where state = 'proposed';

create table approvals.remedy_case (
  id uuid primary key,
  certificate_id uuid not null references approvals.certificate,
  application_id uuid not null references approvals.application,
  department text not null,
  kind text not null check (kind in ('reconsideration', 'litigation')),
  state text not null check (state in ('lodged', 'admitted', 'heard', 'upheld', 'changed', 'annulled', 'withdrawn')),
  version integer not null default 0,
  lodged_on date not null,
  -- Lodged after the last day of the window; the body that hears it decides whether it still counts.
  late boolean not null,
  body text not null,
  body_number text not null,
  claim text not null,
  suspends boolean not null default false,
  steps jsonb not null,
  changed_at timestamptz(3) not null,
  changed_by uuid
);
create index remedy_of_application on approvals.remedy_case (application_id);
create index remedy_of_certificate on approvals.remedy_case (certificate_id);
create unique index remedy_one_open on approvals.remedy_case (certificate_id, kind)
  where state in ('lodged', 'admitted', 'heard');

create table approvals.withdrawal (
  id uuid primary key,
  application_id uuid not null references approvals.application,
  project_id uuid not null,
  stage text not null,
  state text not null check (state in ('requested', 'confirmed', 'refused')),
  version integer not null default 0,
  reason text not null,
  requested_at timestamptz(3) not null,
  requested_by uuid not null,
  -- Clocks that this request itself has paused: exactly these go on when it is refused.
  paused_clocks uuid[] not null,
  decided_at timestamptz(3),
  decided_by uuid,
  remark text not null default ''
);
create index withdrawal_of_application on approvals.withdrawal (application_id);
create index withdrawal_of_stage on approvals.withdrawal (project_id, stage) where state = 'confirmed';
create unique index withdrawal_one_open on approvals.withdrawal (application_id) where state = 'requested';
create index withdrawal_waiting on approvals.withdrawal (requested_at) where state = 'requested';

create table approvals.site_report (
  id uuid primary key,
  certificate_id uuid not null references approvals.certificate,
  application_id uuid not null references approvals.application,
  department text not null,
  kind text not null check (kind in ('start', 'stop', 'resume', 'extension')),
  state text not null check (state in ('reported', 'confirmed', 'rejected')),
  version integer not null default 0,
  on_day date not null,
  months integer,
  reason text not null,
  file jsonb,
  late boolean not null default false,
  reported_at timestamptz(3) not null,
  reported_by uuid not null,
  decided_at timestamptz(3),
  decided_by uuid,
  remark text not null default ''
);
create index site_report_of_application on approvals.site_report (application_id);
create unique index site_report_one_open on approvals.site_report (certificate_id, kind) where state = 'reported';
create index site_report_waiting on approvals.site_report (department, reported_at) where state = 'reported';
