create schema if not exists monitoring;

-- One row a report. Days of Asia/Shanghai, made ahead and on demand by the program; there is no default partition: it would
-- have to be searched, under a lock, whenever a day is attached. No foreign key: a key that is looked up for every row
-- costs as much as the row.
create table monitoring.telemetry (
  site_id uuid not null,
  device_id uuid not null,
  at timestamptz not null,
  received_at timestamptz not null,
  -- Seconds that an aggregate of the device covers; 0 = a momentary value.
  span_s integer not null default 0,
  profile_id smallint not null,
  quality smallint not null,
  buffered boolean not null,
  -- In the order of the profile; NaN = not reported.
  "values" real[] not null,
  primary key (site_id, device_id, at, span_s)
) partition by range (at);
-- A few kB a day: all devices of some minutes are found without a second tree.
create index telemetry_at on monitoring.telemetry using brin (at);

-- Newest values of each device; the free space lets an update stay on its page.
create table monitoring.telemetry_last (
  site_id uuid not null,
  device_id uuid not null,
  at timestamptz not null,
  received_at timestamptz not null,
  span_s integer not null,
  profile_id smallint not null,
  quality smallint not null,
  "values" real[] not null,
  -- The process that took it.
  node text not null,
  primary key (site_id, device_id)
) with (fillfactor = 70);

-- Rows of days whose raw data were dropped: minutes that have no figures yet are made from them.
create table monitoring.telemetry_late (
  site_id uuid not null,
  device_id uuid not null,
  at timestamptz not null,
  received_at timestamptz not null,
  span_s integer not null default 0,
  profile_id smallint not null,
  quality smallint not null,
  buffered boolean not null,
  "values" real[] not null,
  primary key (site_id, device_id, at, span_s)
);

create table monitoring.position (
  site_id uuid not null,
  device_id uuid not null,
  at timestamptz not null,
  received_at timestamptz not null,
  -- WGS 84, degrees.
  lon double precision not null,
  lat double precision not null,
  floor smallint,
  speed_mps real,
  accuracy_m real,
  buffered boolean not null,
  primary key (site_id, device_id, at)
) partition by range (at);
create index position_at on monitoring.position using brin (at);

create table monitoring.position_last (
  site_id uuid not null,
  device_id uuid not null,
  at timestamptz not null,
  received_at timestamptz not null,
  lon double precision not null,
  lat double precision not null,
  floor smallint,
  speed_mps real,
  accuracy_m real,
  primary key (site_id, device_id)
) with (fillfactor = 70);

create table monitoring.attendance (
  site_id uuid not null,
  device_id uuid not null,
  event_id text not null,
  -- Null until the register knows whom the gate means.
  worker_id uuid,
  worker_ref text not null,
  at timestamptz not null,
  received_at timestamptz not null,
  direction text not null check (direction in ('in', 'out')),
  method text not null check (method in ('face', 'card', 'manual')),
  photo_ref text,
  buffered boolean not null,
  primary key (site_id, device_id, event_id)
);
create index attendance_of_site on monitoring.attendance (site_id, at);
create index attendance_of_worker on monitoring.attendance (site_id, worker_id, at) where worker_id is not null;

-- What devices raised themselves, as they said it; the beginning and the end of one event are two rows.
create table monitoring.device_event (
  site_id uuid not null,
  device_id uuid not null,
  event_id text not null,
  active boolean not null,
  at timestamptz not null,
  received_at timestamptz not null,
  code text not null,
  severity smallint not null check (severity between 1 and 4),
  text text not null,
  evidence jsonb not null,
  buffered boolean not null,
  primary key (site_id, device_id, event_id, active)
);
create index device_event_of_site on monitoring.device_event (site_id, at);

-- What was received and is not believed: dated in the future, too old, or not storable.
create table monitoring.telemetry_quarantine (
  site_id uuid not null,
  device_id uuid not null,
  kind text not null,
  -- As text: it may be no moment that the database can hold.
  at text not null,
  reason text not null check (reason in ('future', 'too-old', 'implausible', 'unstorable')),
  received_at timestamptz not null,
  note text not null default '',
  report jsonb not null,
  primary key (site_id, device_id, kind, at, reason)
);
create index telemetry_quarantine_age on monitoring.telemetry_quarantine (received_at);

-- Buckets whose figures are to be made again: one row a transaction, written with the reports that changed them, so that
-- whoever sees the mark sees the reports. Out of line and not compressed: it is written once and read once.
create table monitoring.telemetry_dirty (
  id bigint generated always as identity primary key,
  level text not null check (level in ('minute', 'hour', 'day')),
  due_at timestamptz not null,
  site_ids uuid[] not null,
  device_ids uuid[] not null,
  ats timestamptz[] not null
);
create index telemetry_dirty_next on monitoring.telemetry_dirty (level, due_at, id);
alter table monitoring.telemetry_dirty
  alter column site_ids set storage external,
  alter column device_ids set storage external,
  alter column ats set storage external;

-- Figures of a minute, an hour, a day (Asia/Shanghai): place i of each array is metric i of the profile.
create table monitoring.rollup_1m (
  site_id uuid not null,
  device_id uuid not null,
  at timestamptz not null,
  profile_id smallint not null,
  n integer[] not null,
  sum double precision[] not null,
  min real[] not null,
  max real[] not null,
  last real[] not null,
  -- Made from rows that came after the raw data of their day had been dropped.
  late boolean not null default false,
  primary key (site_id, device_id, at, profile_id)
) partition by range (at);
create table monitoring.rollup_1h (
  site_id uuid not null,
  device_id uuid not null,
  at timestamptz not null,
  profile_id smallint not null,
  n integer[] not null,
  sum double precision[] not null,
  min real[] not null,
  max real[] not null,
  last real[] not null,
  primary key (site_id, device_id, at, profile_id)
);
create table monitoring.rollup_1d (
  site_id uuid not null,
  device_id uuid not null,
  at timestamptz not null,
  profile_id smallint not null,
  n integer[] not null,
  sum double precision[] not null,
  min real[] not null,
  max real[] not null,
  last real[] not null,
  primary key (site_id, device_id, at, profile_id)
);
