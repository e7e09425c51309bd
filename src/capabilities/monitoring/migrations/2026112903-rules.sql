-- Rules, what each device is about by them, and alarms.

create table monitoring.rule (
  key text not null,
  version integer not null,
  state text not null check (state in ('draft', 'published', 'retired')),
  definition jsonb not null,
  -- Counts edits of a draft.
  revision integer not null default 1,
  created_at timestamptz(3) not null,
  created_by uuid,
  published_at timestamptz(3),
  published_by uuid,
  note text not null default '',
  retired_at timestamptz(3),
  retired_by uuid,
  retire_reason text not null default '',
  primary key (key, version)
);
create unique index rule_one_published on monitoring.rule (key) where state = 'published';
create unique index rule_one_draft on monitoring.rule (key) where state = 'draft';

-- One row: goes up whenever what is in force changes, so that every process knows to read the rules again.
create table monitoring.rule_revision (
  one boolean primary key default true check (one),
  revision bigint not null
);
insert into monitoring.rule_revision (revision) values (1);

-- Where each device stands by its rules: what cannot be had from its telemetry. Written only when it changes.
create table monitoring.rule_state (
  site_id uuid not null,
  device_id uuid not null,
  version bigint not null,
  states text not null,
  primary key (site_id, device_id)
) with (fillfactor = 70);

-- What a station usually says at each hour of the week: median and median absolute deviation.
create table monitoring.rule_baseline (
  site_id uuid not null,
  device_id uuid not null,
  metric text not null,
  hour_of_week smallint not null check (hour_of_week between 0 and 167),
  median double precision not null,
  deviation double precision not null,
  hours integer not null,
  computed_at timestamptz(3) not null,
  primary key (site_id, device_id, metric, hour_of_week)
);

create table monitoring.alarm (
  id uuid primary key,
  site_id uuid not null references monitoring.site,
  -- Null: an incident of the whole site.
  device_id uuid references monitoring.device,
  rule_key text not null,
  rule_version integer not null,
  rule_name jsonb not null,
  advice jsonb not null,
  severity smallint not null check (severity between 1 and 4),
  state text not null check (state in ('open', 'acknowledged', 'disposing', 'closed')),
  occurred_at timestamptz(3) not null,
  opened_at timestamptz(3) not null,
  last_at timestamptz(3) not null,
  repeats integer not null default 0,
  acknowledged_at timestamptz(3),
  acknowledged_by uuid,
  disposing_at timestamptz(3),
  disposing_by uuid,
  ended_at timestamptz(3),
  closed_at timestamptz(3),
  closed_by uuid,
  reason text check (reason in ('handled', 'rectified', 'planned', 'device-fault', 'false-alarm', 'other')),
  reason_text text not null default '',
  evidence jsonb not null,
  unverified boolean not null default false,
  reopen_minutes integer not null default 0,
  deadline_at timestamptz(3),
  overdue boolean not null default false,
  -- Rung of the ladder: 0 site, 1 contractor, 2 supervision unit, 3 district.
  escalation smallint not null default 0 check (escalation between 0 and 3),
  snoozed_until timestamptz(3),
  snooze_reason text not null default '',
  incident_id uuid references monitoring.alarm,
  order_id uuid,
  order_number text,
  version integer not null default 1,
  check ((closed_at is null) = (state <> 'closed'))
);
-- Exactly one active alarm for a device and a rule, and one incident of a kind for a site.
create unique index alarm_one_active on monitoring.alarm (site_id, (coalesce(device_id, site_id)), rule_key)
  where closed_at is null and ended_at is null;
create index alarm_newest on monitoring.alarm (opened_at desc, id desc);
create index alarm_of_site on monitoring.alarm (site_id, opened_at desc, id desc);
create index alarm_of_device on monitoring.alarm (device_id, rule_key, opened_at desc);
create index alarm_active on monitoring.alarm (severity, opened_at desc, id desc)
  where closed_at is null and ended_at is null;
create index alarm_unclosed on monitoring.alarm (opened_at desc, id desc) where closed_at is null;
create index alarm_folded on monitoring.alarm (incident_id) where incident_id is not null;

create table monitoring.alarm_comment (
  id uuid primary key,
  alarm_id uuid not null references monitoring.alarm,
  at timestamptz(3) not null,
  by uuid not null,
  text text not null
);
create index alarm_comment_of on monitoring.alarm_comment (alarm_id, at);

-- Who was told when.
create table monitoring.alarm_told (
  alarm_id uuid not null references monitoring.alarm,
  at timestamptz(3) not null,
  rung smallint not null,
  repeat integer not null,
  organisation_id uuid,
  department text,
  late boolean not null default false,
  primary key (alarm_id, rung, repeat)
);

create table monitoring.backtest (
  id uuid primary key,
  rule_key text not null,
  rule_version integer not null,
  definition jsonb not null,
  from_at timestamptz(3) not null,
  to_at timestamptz(3) not null,
  site_ids jsonb not null,
  state text not null check (state in ('queued', 'running', 'done', 'failed')),
  done integer not null default 0,
  total integer not null default 0,
  asked_at timestamptz(3) not null,
  asked_by uuid,
  finished_at timestamptz(3),
  problem text,
  result jsonb
);
create index backtest_of_rule on monitoring.backtest (rule_key, asked_at desc);
