-- Deferrable materials (容缺受理), signed commitments (告知承诺), corrections point by point (补正), paper intake, receipts.

-- A decision may be in favour while a document is still owed; an item may be applied for on paper.
alter table approvals.application add column paper jsonb;
alter table approvals.submission add column entered_at timestamptz(3);

-- Whatever an applicant signed in the window: the words, their version and their digest.
create table approvals.commitment (
  id uuid primary key,
  application_id uuid not null references approvals.application on delete cascade,
  kind text not null check (kind in ('deferral', 'substitute')),
  -- The item, for a commitment that stands in for its evidence.
  item_id text,
  material_ids text[] not null,
  text_version text not null,
  content text not null,
  hash text not null,
  signatory text not null,
  signed_by uuid not null,
  signed_at timestamptz(3) not null,
  -- Taken back or signed anew before the submission.
  superseded_at timestamptz(3)
);
create index commitment_of_application on approvals.commitment (application_id);

create table approvals.deferral (
  id uuid primary key,
  application_id uuid not null references approvals.application on delete cascade,
  project_id uuid not null,
  applicant_id uuid not null,
  commitment_id uuid not null references approvals.commitment on delete cascade,
  material_id text not null,
  material_name jsonb not null,
  item_ids text[] not null,
  state text not null check (state in ('declared', 'running', 'completed', 'defaulted', 'dropped')),
  version integer not null default 0,
  changed_at timestamptz(3) not null,
  changed_by uuid,
  -- Limit, extension and consequences as they held when it was declared.
  rule jsonb not null,
  clock_id uuid,
  declared_at timestamptz(3) not null,
  started_at timestamptz(3),
  supplied_at timestamptz(3),
  supplied_by uuid,
  document_id uuid,
  extension jsonb,
  event jsonb,
  defaulted_at timestamptz(3),
  barred_until date,
  -- The output is kept back until the document is there.
  holds_output boolean not null default false
);
create unique index deferral_one_for_material on approvals.deferral (application_id, material_id)
  where state <> 'dropped';
create index deferral_of_project on approvals.deferral (project_id);
create index deferral_bars on approvals.deferral (applicant_id, barred_until) where barred_until is not null;
create index deferral_of_clock on approvals.deferral (clock_id) where clock_id is not null;

-- Records on the credit of an organisation that the window itself goes by; never published from here.
create table approvals.credit_record (
  id uuid primary key,
  organisation_id uuid not null,
  organisation_name text not null,
  kind text not null check (kind in ('dishonest', 'deferral-default', 'false-commitment')),
  state text not null check (state in ('proposed', 'in-force', 'dismissed', 'lifted')),
  version integer not null default 0,
  basis text not null,
  source text not null check (source in ('entered', 'deferral', 'after-check')),
  application_id uuid,
  source_id uuid,
  valid_from date not null,
  valid_to date,
  entered_at timestamptz(3) not null,
  entered_by uuid,
  settled_at timestamptz(3),
  settled_by uuid,
  settled_basis text,
  answer text,
  answered_at timestamptz(3),
  answered_by uuid
);
create index credit_of_organisation on approvals.credit_record (organisation_id, state);
create index credit_newest on approvals.credit_record (entered_at desc, id desc);
create unique index credit_one_for_source on approvals.credit_record (source_id) where source_id is not null;

-- What was promised is looked at after the decision.
create table approvals.after_check (
  id uuid primary key,
  application_id uuid not null references approvals.application on delete cascade,
  item_run_id uuid not null unique references approvals.item_run,
  project_id uuid not null,
  commitment_id uuid not null references approvals.commitment,
  department text not null,
  state text not null check (state in ('open', 'found', 'answered', 'settled')),
  version integer not null default 0,
  changed_at timestamptz(3) not null,
  changed_by uuid,
  opened_at timestamptz(3) not null,
  clock_id uuid,
  rule jsonb not null,
  result text check (result in ('true', 'false', 'not-kept')),
  finding text,
  measures text[] not null default '{}',
  checked_at timestamptz(3),
  checked_by uuid,
  answer_until date,
  answer text,
  answered_at timestamptz(3),
  answered_by uuid,
  settlement text check (settlement in ('closed', 'correct', 'revoke')),
  settled_text text,
  settled_at timestamptz(3),
  settled_by uuid
);
create index after_check_work on approvals.after_check (department, opened_at, id) where state <> 'settled';
create index after_check_of_application on approvals.after_check (application_id);

-- Receipts other than that of a submission; the facts are frozen, so each can be printed again to the byte.
create table approvals.receipt (
  id uuid primary key,
  application_id uuid not null references approvals.application on delete cascade,
  kind text not null check (kind in ('accepted', 'refused', 'corrections', 'delivery')),
  number text not null unique,
  issued_at timestamptz(3) not null,
  issued_by uuid,
  by_silence boolean not null default false,
  late boolean not null default false,
  facts jsonb not null
);
create index receipt_of_application on approvals.receipt (application_id, issued_at);

-- The applicant's answer to one point of a list, and what the window thinks of it.
create table approvals.correction_point (
  application_id uuid not null references approvals.application on delete cascade,
  round integer not null,
  ordinal integer not null,
  state text not null check (state in ('answered', 'met', 'not-met')),
  answer text,
  answered_at timestamptz(3),
  answered_by uuid,
  verdict_remark text,
  judged_at timestamptz(3),
  judged_by uuid,
  primary key (application_id, round, ordinal)
);
-- A second list: only for new facts, on a reason that a supervisor accepts.
create table approvals.correction_request (
  id uuid primary key,
  application_id uuid not null references approvals.application on delete cascade,
  after_round integer not null,
  points jsonb not null,
  reason text not null,
  state text not null check (state in ('proposed', 'approved', 'rejected')),
  proposed_at timestamptz(3) not null,
  proposed_by uuid not null,
  decided_at timestamptz(3),
  decided_by uuid,
  remark text
);
create unique index correction_request_one_open on approvals.correction_request (application_id)
  where state = 'proposed';
create index correction_request_waiting on approvals.correction_request (proposed_at) where state = 'proposed';
