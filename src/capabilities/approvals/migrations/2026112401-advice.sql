-- Advice before submission: not binding, a frozen copy of the draft as it was asked about, remarks at fields and materials.
create table approvals.advice (
  id uuid primary key,
  application_id uuid not null references approvals.application,
  round integer not null,
  question text not null,
  content jsonb not null,
  -- SHA-256 over the canonical content, hex.
  hash text not null,
  department text not null,
  state text not null check (state in ('asked', 'answered', 'withdrawn')),
  version integer not null default 0,
  asked_at timestamptz(3) not null,
  asked_by uuid not null,
  ended_at timestamptz(3),
  answered_by uuid,
  summary text,
  remarks jsonb not null default '[]',
  due_hint date not null default '9999-12-31',
  unique (application_id, round)
);
create unique index advice_one_open on approvals.advice (application_id) where state = 'asked';
create index advice_work on approvals.advice (due_hint, id) where state = 'asked';
create index advice_newest on approvals.advice (asked_at desc, id desc);

-- Drafts that began as a question: they are no application until the applicant turns them into one.
create table approvals.advice_draft (
  application_id uuid primary key references approvals.application on delete cascade,
  created_at timestamptz(3) not null,
  created_by uuid not null,
  converted_at timestamptz(3),
  converted_by uuid
);
