-- Sites as people know them, and who works there.

alter table monitoring.site
  add column address text not null default '',
  -- [{ floor, name, elevationM }] from low to high.
  add column floors jsonb not null default '[]',
  add column state_reason text not null default '',
  add column ended_at timestamptz(3),
  -- When it last changed, by the clock of the database: fences and hours in memory follow it.
  add column changed_at timestamptz not null default clock_timestamp(),
  add constraint site_hours check (working_hours is null or jsonb_typeof(working_hours) = 'object');
create index site_newest on monitoring.site (state, id desc);
create index site_changed on monitoring.site (changed_at);

create table monitoring.site_zone (
  site_id uuid not null references monitoring.site,
  id uuid not null,
  kind text not null
    check (kind in ('danger', 'restricted', 'work', 'material', 'living', 'entrance', 'assembly')),
  name text not null,
  -- Null: on every floor.
  floor smallint,
  -- Rings of a polygon, WGS 84 [longitude, latitude].
  polygon jsonb not null,
  created_at timestamptz(3) not null,
  created_by uuid,
  version integer not null default 1,
  primary key (site_id, id)
);

-- A picture of a floor and where its corners lie; floor 0 is the plan of the whole site.
create table monitoring.site_plan (
  site_id uuid not null references monitoring.site,
  floor smallint not null,
  sha256 text not null,
  media_type text not null,
  file_name text not null,
  -- [west, south, east, north], degrees.
  bounds jsonb not null,
  -- Degrees by which it is turned clockwise about its middle.
  turned_deg real not null default 0,
  placed_at timestamptz(3) not null,
  placed_by uuid,
  primary key (site_id, floor)
);

-- Whom to ring on each rung of the ladder of alarms. Phones are sealed by the vault.
create table monitoring.site_contact (
  site_id uuid not null references monitoring.site,
  rung text not null check (rung in ('site', 'contractor', 'supervision', 'district')),
  place smallint not null,
  id uuid not null,
  name text not null,
  title text not null,
  phone_sealed text not null,
  primary key (site_id, rung, place)
);

-- A person on building sites. Numbers are sealed by the vault and found by keyed digest; they never leave it in clear.
create table monitoring.worker (
  id uuid primary key,
  name text not null,
  id_number_sealed text not null,
  id_number_digest text not null unique,
  id_number_masked text not null,
  phone_sealed text,
  phone_digest text,
  created_at timestamptz(3) not null,
  created_by uuid,
  version integer not null default 1
);
create index worker_phone on monitoring.worker (phone_digest) where phone_digest is not null;

-- 实名登记: one registration of a worker on a site; who comes back gets another.
create table monitoring.registration (
  site_id uuid not null references monitoring.site,
  id uuid not null,
  worker_id uuid not null references monitoring.worker,
  -- How gates and helmets know the worker: number of a card or of a person in the gate.
  worker_ref text not null,
  organisation_id uuid,
  team text not null,
  trade text not null,
  team_leader boolean not null default false,
  certificate text not null default '',
  -- Days, both included; null: until the worker leaves.
  valid_from date not null,
  valid_to date,
  left_on date,
  left_reason text not null default '',
  -- The worker was told what is kept, why and how long (个人信息保护法 第十七条).
  informed_on date not null,
  -- The tracker that the worker wears.
  device_id uuid references monitoring.device,
  device_since timestamptz(3),
  created_at timestamptz(3) not null,
  created_by uuid,
  version integer not null default 1,
  primary key (site_id, id),
  check (valid_to is null or valid_to >= valid_from)
);
create unique index registration_one on monitoring.registration (site_id, worker_id) where left_on is null;
create unique index registration_ref on monitoring.registration (site_id, worker_ref) where left_on is null;
create unique index registration_device on monitoring.registration (device_id) where left_on is null and device_id is not null;
create index registration_of_ref on monitoring.registration (site_id, worker_ref);
create index registration_of_worker on monitoring.registration (worker_id);

-- Which tracker a worker wore when.
create table monitoring.tracker_period (
  site_id uuid not null,
  device_id uuid not null references monitoring.device,
  registration_id uuid not null,
  from_at timestamptz(3) not null,
  to_at timestamptz(3),
  primary key (site_id, device_id, from_at),
  foreign key (site_id, registration_id) references monitoring.registration
);
create index tracker_period_of on monitoring.tracker_period (site_id, registration_id, from_at);

-- Who looked at where workers are or were, and why. A look without a worker was at everybody on the site.
create table monitoring.position_look (
  site_id uuid not null references monitoring.site,
  id uuid not null,
  worker_id uuid references monitoring.worker,
  looked_by uuid not null,
  purpose text not null,
  from_at timestamptz(3),
  to_at timestamptz(3),
  looked_at timestamptz(3) not null,
  until_at timestamptz(3) not null,
  last_at timestamptz(3) not null,
  -- How many positions it was shown.
  shown integer not null default 0,
  primary key (site_id, id)
);
create index position_look_of_site on monitoring.position_look (site_id, looked_at desc);
create index position_look_of_worker on monitoring.position_look (worker_id, looked_at desc) where worker_id is not null;
