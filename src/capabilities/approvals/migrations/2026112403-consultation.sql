-- Who was asked and why: the suggestion of the rules, and where the lead departed from it.
create table approvals.opinion_round (
  id uuid primary key,
  application_id uuid not null references approvals.application,
  item_run_id uuid not null references approvals.item_run,
  asked_at timestamptz(3) not null,
  asked_by uuid,
  -- Why it was asked: 'asked', 'answered', 'changed', 'withdrawn'.
  cause text not null,
  suggested jsonb not null default '[]',
  added jsonb not null default '[]',
  dropped jsonb not null default '[]'
);
create index opinion_round_of_application on approvals.opinion_round (application_id);

-- What the department saw when it was asked: anchor to digest, so that a later change shows.
create table approvals.consulted_facts (
  opinion_task_id uuid primary key references approvals.opinion_task,
  application_id uuid not null references approvals.application,
  round integer not null,
  facts jsonb not null
);
create index consulted_facts_of_application on approvals.consulted_facts (application_id);

-- Opinions as they were before their department changed them. Append-only.
create table approvals.opinion_revision (
  id uuid primary key,
  opinion_task_id uuid not null references approvals.opinion_task,
  application_id uuid not null references approvals.application,
  code text not null,
  text text,
  conditions jsonb not null,
  given_at timestamptz(3) not null,
  given_by uuid,
  replaced_at timestamptz(3) not null
);
create index opinion_revision_of_application on approvals.opinion_revision (application_id);

-- A question to a section or person of the asked department, or to another office.
create table approvals.opinion_part (
  id uuid primary key,
  opinion_task_id uuid not null references approvals.opinion_task,
  application_id uuid not null references approvals.application,
  department text not null,
  section text,
  assignee_id uuid,
  question text not null,
  -- Workdays; the due day is derived, and never later than that of the whole opinion.
  days integer not null check (days > 0),
  state text not null check (state in ('open', 'answered', 'recalled')),
  version integer not null default 0,
  answer text,
  created_at timestamptz(3) not null,
  created_by uuid not null,
  changed_at timestamptz(3) not null,
  changed_by uuid,
  closed_at timestamptz(3),
  recall_reason text
);
create index opinion_part_of_application on approvals.opinion_part (application_id);
create index opinion_part_work on approvals.opinion_part (department, created_at) where state = 'open';

-- What a department needs to know from the applicant; the lead sends it.
create table approvals.information_request (
  id uuid primary key,
  application_id uuid not null references approvals.application,
  item_run_id uuid not null references approvals.item_run,
  opinion_task_id uuid not null unique references approvals.opinion_task,
  state text not null check (state in ('proposed', 'sent', 'answered', 'withdrawn')),
  version integer not null default 0,
  question text not null,
  anchors jsonb not null default '[]',
  created_at timestamptz(3) not null,
  changed_at timestamptz(3) not null,
  changed_by uuid,
  sent_at timestamptz(3),
  sent_by uuid,
  days integer,
  clock_id uuid references approvals.clock,
  answered_at timestamptz(3),
  answered_by uuid,
  -- The answer as it came: text, changed fields (before and after), documents.
  answer jsonb,
  withdraw_reason text
);
create index information_request_of_application on approvals.information_request (application_id);

create table approvals.conflict (
  id uuid primary key,
  application_id uuid not null references approvals.application,
  item_run_id uuid not null references approvals.item_run,
  kind text not null check (kind in ('agree-disagree', 'conditions')),
  task_ids jsonb not null,
  remark text not null default '',
  state text not null check (state in ('open', 'resolved', 'settled')),
  version integer not null default 0,
  mediator_department text not null,
  clock_id uuid references approvals.clock,
  raised_at timestamptz(3) not null,
  raised_by uuid,
  escalated_at timestamptz(3),
  changed_at timestamptz(3) not null,
  changed_by uuid,
  closed_at timestamptz(3),
  closed_by uuid,
  -- 纪要: day, place, participants, what was said, the resolution.
  minute jsonb
);
create index conflict_of_application on approvals.conflict (application_id);
create unique index conflict_one_open on approvals.conflict (item_run_id, kind) where state = 'open' and kind = 'agree-disagree';

create table approvals.meeting (
  id uuid primary key,
  application_id uuid not null references approvals.application,
  project_id uuid not null,
  kind text not null check (kind in ('site-visit', 'meeting')),
  title text not null,
  place text not null,
  starts_at timestamptz(3) not null,
  departments jsonb not null,
  applicant_invited boolean not null,
  agenda text not null,
  state text not null check (state in ('planned', 'held', 'signed', 'cancelled')),
  version integer not null default 0,
  planned_at timestamptz(3) not null,
  planned_by uuid not null,
  changed_at timestamptz(3) not null,
  changed_by uuid,
  attendance jsonb not null default '[]',
  minute text,
  signed_at timestamptz(3),
  signed_by uuid,
  cancel_reason text
);
create index meeting_of_application on approvals.meeting (application_id);

create table approvals.meeting_finding (
  id uuid primary key,
  meeting_id uuid not null references approvals.meeting,
  application_id uuid not null references approvals.application,
  department text not null,
  text text not null,
  -- The opinion of the department that was given here, if it was.
  opinion_task_id uuid references approvals.opinion_task,
  code text,
  conditions jsonb not null default '[]',
  recorded_at timestamptz(3) not null,
  recorded_by uuid not null
);
create index meeting_finding_of_application on approvals.meeting_finding (application_id);

create table approvals.meeting_photo (
  id uuid primary key,
  meeting_id uuid not null references approvals.meeting,
  application_id uuid not null references approvals.application,
  department text not null,
  caption text not null,
  file_name text not null,
  size_bytes bigint not null,
  media_type text not null,
  sha256 text not null,
  added_at timestamptz(3) not null,
  added_by uuid not null
);
create index meeting_photo_of_application on approvals.meeting_photo (application_id);

create table approvals.special_procedure (
  id uuid primary key,
  application_id uuid not null references approvals.application,
  item_run_id uuid not null references approvals.item_run,
  kind text not null,
  state text not null check (state in ('proposed', 'rejected', 'running', 'ended', 'lapsed')),
  version integer not null default 0,
  reason text not null,
  -- Workdays that it takes, as told to the applicant.
  days integer not null check (days > 0),
  on_request boolean not null default false,
  proposed_at timestamptz(3) not null,
  proposed_by uuid not null,
  changed_at timestamptz(3) not null,
  changed_by uuid,
  decided_at timestamptz(3),
  decided_by uuid,
  remark text,
  -- The notice of the pause that it makes; null where the law lets the clock run.
  notice_id text,
  -- When its days began to run: the approval, or the request for a hearing.
  began_at timestamptz(3),
  ended_at timestamptz(3),
  ended_by uuid,
  result text,
  -- Steps of a hearing: who asked and when, when it is held, when notice was given.
  steps jsonb not null default '{}'
);
create index special_procedure_of_application on approvals.special_procedure (application_id);
create unique index special_procedure_one_open on approvals.special_procedure (item_run_id, kind)
  where state in ('proposed', 'running');
