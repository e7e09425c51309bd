create schema supervision;

create table supervision.rectification_order (
  id uuid primary key,
  number text not null unique,
  site_id uuid not null,
  project_id uuid not null,
  -- Null: from what an officer saw.
  alarm_id uuid,
  alarm_text text,
  category text not null,
  title text not null,
  text text not null,
  files jsonb not null default '[]',
  department text not null,
  organisation_id uuid,
  state text not null check (state in ('issued', 'replied', 'closed', 'withdrawn')),
  round integer not null default 1,
  due_on date not null,
  overdue boolean not null default false,
  -- { round, dueOn, reply, recheck } of each round.
  rounds jsonb not null default '[]',
  raised_at timestamptz(3) not null,
  raised_by uuid not null,
  closed_at timestamptz(3),
  closed_by uuid,
  withdrawn_reason text not null default '',
  version integer not null default 1
);
-- One order for an alarm, however often the button is pressed; a withdrawn one makes room for another.
create unique index order_of_alarm on supervision.rectification_order (alarm_id)
  where alarm_id is not null and state <> 'withdrawn';
create index order_newest on supervision.rectification_order (raised_at desc, id desc);
create index order_of_site on supervision.rectification_order (site_id, raised_at desc, id desc);
create index order_of_project on supervision.rectification_order (project_id, raised_at desc, id desc);
create index order_open on supervision.rectification_order (department, due_on) where state in ('issued', 'replied');

create table supervision.number_series (
  year integer primary key,
  last integer not null
);
