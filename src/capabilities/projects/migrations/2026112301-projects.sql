create schema if not exists projects;

-- Last serial number given in a jurisdiction and year.
create table projects.case_number (
  jurisdiction_code text not null,
  year integer not null,
  last_serial integer not null,
  primary key (jurisdiction_code, year)
);

create table projects.project (
  id uuid primary key,
  case_number text not null unique,
  -- National code, written with hyphens; several works may share one.
  project_code text,
  jurisdiction_code text not null,
  name text not null,
  project_type text not null,
  investor text not null,
  land text not null,
  purpose text not null,
  floor_area_m2 double precision,
  site_area_m2 double precision,
  building_height_m double precision,
  total_investment_fen bigint,
  address text not null,
  street_code text,
  description text not null,
  -- Site boundary as GeoJSON; `place` and `site` are its searchable forms (longitude, latitude; CGCS2000).
  boundary jsonb,
  place point,
  site polygon,
  owner_organisation_id uuid not null,
  stage text not null,
  state text not null,
  hold_reason text,
  published boolean not null default false,
  registered_at timestamptz(3) not null,
  version integer not null default 1
);
create index project_code on projects.project (project_code) where project_code is not null;
create index project_place on projects.project using gist (place);
create index project_site on projects.project using gist (site);
create index project_owner on projects.project (owner_organisation_id);
create index project_stage on projects.project (stage, state, id);
create index project_published on projects.project (id) where published;

-- Rows are never deleted: a party leaves by its last day.
create table projects.party (
  id uuid primary key,
  project_id uuid not null references projects.project (id),
  role text not null,
  organisation_id uuid not null,
  responsible_person_id uuid,
  responsible_name text,
  valid_from date not null,
  valid_to date check (valid_to >= valid_from)
);
create unique index party_open on projects.party (project_id, role, organisation_id) where valid_to is null;
create index party_project on projects.party (project_id);
create index party_organisation on projects.party (organisation_id);
