create schema monitoring;

create table monitoring.site (
  id uuid primary key,
  project_id uuid not null,
  name text not null,
  code text not null unique,
  -- GeoJSON polygon, WGS 84.
  fence jsonb,
  working_hours jsonb,
  state text not null default 'active' check (state in ('active', 'paused', 'ended')),
  -- Role code of the department that supervises it.
  department text,
  contractor_id uuid,
  supervision_id uuid,
  -- [longitude, latitude].
  point jsonb,
  created_at timestamptz(3) not null default now(),
  version integer not null default 1
);
create index site_of_project on monitoring.site (project_id);

-- What the places of a report's values mean. A version never changes: rows of telemetry name it for ever.
create table monitoring.metric_profile (
  id smallint primary key,
  model text not null,
  version integer not null,
  name text not null,
  kind text not null,
  metrics text[] not null,
  -- What the device says times this is the unit of the metric.
  factors double precision[] not null,
  note text not null default '',
  created_at timestamptz(3) not null,
  created_by uuid,
  unique (model, version),
  check (cardinality(metrics) = cardinality(factors))
);

create table monitoring.device (
  id uuid primary key,
  site_id uuid not null references monitoring.site,
  protocol text not null check (protocol in ('hj212', 'jt808', 'gb28181', 'mqtt', 'http')),
  external_id text not null,
  kind text not null
    check (kind in ('dust', 'noise', 'weather', 'crane', 'hoist', 'tracker', 'vehicle', 'gate', 'camera', 'other')),
  model text not null default '',
  name text not null,
  profile_id smallint not null references monitoring.metric_profile,
  -- The device through which it speaks: the recorder of a camera.
  parent_id uuid references monitoring.device,
  state text not null default 'active' check (state in ('active', 'disabled')),
  state_reason text not null default '',
  lon double precision,
  lat double precision,
  floor smallint,
  -- A random secret that only the device has: its digest. A secret that the protocol needs in clear: sealed by the vault.
  secret_hash text,
  secret_sealed text,
  secret_set_at timestamptz(3),
  -- The secret is short or well known: chosen by the maker of the device, not by us.
  secret_weak boolean not null default false,
  -- What the device said of itself when it was claimed (maker and terminal number); null: not bound yet.
  fingerprint text,
  -- Networks (CIDR) from which it may come; empty: any.
  networks text[] not null default '{}',
  created_at timestamptz(3) not null,
  created_by uuid,
  -- When the row last changed, by the clock of the database: gateways follow it.
  changed_at timestamptz not null default clock_timestamp(),
  version integer not null default 1,
  unique (protocol, external_id)
);
create index device_of_site on monitoring.device (site_id, kind, id);
create index device_changed on monitoring.device (changed_at);
create index device_children on monitoring.device (parent_id) where parent_id is not null;

-- Who knocked without being known. Nothing that they say is stored besides one sample without values or secrets.
create table monitoring.quarantine (
  id uuid primary key,
  protocol text not null,
  external_id text not null,
  state text not null default 'waiting' check (state in ('waiting', 'rejected')),
  address text not null,
  first_seen_at timestamptz(3) not null,
  last_seen_at timestamptz(3) not null,
  attempts bigint not null default 1,
  kind_hint text,
  model_hint text not null default '',
  name_hint text not null default '',
  fingerprint text,
  -- The known device through which it speaks.
  parent_id uuid references monitoring.device,
  sample text not null default '',
  reason text not null default '',
  decided_at timestamptz(3),
  decided_by uuid,
  unique (protocol, external_id)
);
create index quarantine_newest on monitoring.quarantine (state, last_seen_at desc, id desc);
create index quarantine_of_address on monitoring.quarantine (address) where state = 'waiting';

-- One row a device, renewed every few seconds while it speaks.
create table monitoring.device_health (
  site_id uuid not null,
  device_id uuid not null references monitoring.device,
  -- Null: it speaks without a connection.
  connected boolean,
  -- The process that holds the connection.
  node text,
  address text,
  connected_at timestamptz(3),
  disconnected_at timestamptz(3),
  last_seen_at timestamptz(3),
  -- What the device calls now minus what it is, in ms, at the last report that was not buffered.
  clock_skew_ms bigint,
  clock_skew_at timestamptz(3),
  reports bigint not null default 0,
  malformed bigint not null default 0,
  refused bigint not null default 0,
  -- What the device says is wrong with itself, by code.
  faults jsonb,
  primary key (site_id, device_id)
) with (fillfactor = 70);

-- Somebody used the name of a device without the right: counted by what was wrong, from where and on which day.
create table monitoring.device_refusal (
  site_id uuid not null,
  device_id uuid not null references monitoring.device,
  day date not null,
  kind text not null check (kind in ('wrong-secret', 'wrong-address', 'second-connection', 'other-terminal')),
  address text not null,
  first_at timestamptz(3) not null,
  last_at timestamptz(3) not null,
  count bigint not null,
  primary key (site_id, device_id, day, kind, address)
);

-- Connections that ended, and why.
create table monitoring.device_connection (
  site_id uuid not null,
  device_id uuid not null references monitoring.device,
  opened_at timestamptz(3) not null,
  closed_at timestamptz(3) not null,
  address text not null,
  node text not null,
  reason text not null,
  reports bigint not null default 0,
  primary key (site_id, device_id, opened_at, node)
);
create index device_connection_age on monitoring.device_connection (closed_at);

-- Numbers used once of signed pushes: a message that was overheard cannot be sent again.
create table monitoring.push_nonce (
  site_id uuid not null,
  device_id uuid not null references monitoring.device,
  nonce text not null,
  seen_at timestamptz(3) not null,
  primary key (site_id, device_id, nonce)
);
create index push_nonce_age on monitoring.push_nonce (seen_at);
