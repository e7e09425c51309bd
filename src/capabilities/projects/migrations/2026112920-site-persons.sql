-- Responsible persons on site. Rows are never deleted: a nomination is decided or withdrawn, a person leaves by the last day.
create table projects.site_person (
  id uuid primary key,
  project_id uuid not null references projects.project (id),
  post text not null,
  organisation_id uuid not null,
  person_name text not null,
  certificates jsonb not null,
  -- Numbers of the certificates without blanks, in capitals: to find the same person in other projects.
  certificate_numbers text[] not null,
  reason text not null,
  state text not null check (state in ('nominated', 'approved', 'rejected', 'withdrawn', 'ended')),
  replaces uuid references projects.site_person (id),
  valid_from date,
  valid_to date check (valid_to >= valid_from),
  nominated_at timestamptz(3) not null,
  -- Null = the system.
  nominated_by uuid,
  decided_at timestamptz(3),
  decided_by uuid,
  checked text not null default '',
  remark text not null default '',
  exception text,
  end_reason text not null default '',
  -- Of the posts as they were when it was nominated.
  rules_version text not null,
  version integer not null default 0
);
create index site_person_project on projects.site_person (project_id, id);
create index site_person_state on projects.site_person (state, id);
create index site_person_numbers on projects.site_person using gin (certificate_numbers) where state = 'approved';
