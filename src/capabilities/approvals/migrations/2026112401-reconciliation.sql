-- Each time that a draft was brought to a newer form and catalogue: what was kept out of it and why, so that nothing is lost.
create table approvals.draft_reconciliation (
  application_id uuid not null references approvals.application on delete cascade,
  ordinal integer not null,
  from_day date not null,
  to_day date not null,
  from_form text not null,
  to_form text not null,
  reconciled_at timestamptz(3) not null,
  reconciled_by uuid not null,
  points jsonb not null,
  primary key (application_id, ordinal)
);
