-- Parts of the one form that the applicant gave to another party of the project, for a time.
create table approvals.block_delegation (
  id uuid primary key,
  application_id uuid not null references approvals.application on delete cascade,
  block text not null,
  organisation_id uuid not null,
  organisation_name text not null,
  -- First and last day, Asia/Shanghai. After the last day nobody of the party sees or changes anything.
  starts_on date not null,
  ends_on date not null check (ends_on >= starts_on),
  readiness text not null check (readiness in ('not-started', 'filling', 'ready')),
  version integer not null default 0,
  delegated_at timestamptz(3) not null,
  delegated_by uuid not null,
  changed_at timestamptz(3) not null,
  changed_by uuid,
  ready_at timestamptz(3),
  ready_by uuid,
  ended_at timestamptz(3),
  ending text check (ending in ('taken-back', 'expired', 'submitted'))
);
create unique index block_delegation_one_open on approvals.block_delegation (application_id, block)
  where ended_at is null;
create index block_delegation_of_party on approvals.block_delegation (organisation_id, ends_on) where ended_at is null;
