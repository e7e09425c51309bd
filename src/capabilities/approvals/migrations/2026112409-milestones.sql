-- Milestones of projects: appended; a correction or withdrawal supersedes the record before.
create table approvals.milestone (
  id uuid primary key,
  project_id uuid not null,
  milestone text not null,
  -- Null: the record before was withdrawn.
  reached_on date,
  note text not null,
  files jsonb not null default '[]',
  -- entered: by the owner or the window; system: by what another capability found.
  origin text not null check (origin in ('entered', 'system')),
  reason text,
  recorded_at timestamptz(3) not null,
  recorded_by uuid,
  superseded_at timestamptz(3)
);
create unique index milestone_in_force on approvals.milestone (project_id, milestone) where superseded_at is null;
create index milestone_history on approvals.milestone (project_id, recorded_at);
