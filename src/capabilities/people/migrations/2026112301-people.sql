create schema if not exists people;

create table people.organisation (
  id uuid primary key,
  name text not null check (name <> ''),
  -- Unified social credit code, GB 32100; null where none is known.
  uscc text unique check (uscc ~ '^[0-9A-Z]{18}$'),
  kind text not null check (kind in ('enterprise', 'authority', 'institution', 'social')),
  address text,
  version integer not null default 1,
  created_at timestamptz(3) not null
);
create index organisation_by_name on people.organisation (name, id);

-- Every name an organisation bore; the current one is open.
create table people.organisation_name (
  organisation_id uuid not null references people.organisation (id),
  valid_from timestamptz(3) not null,
  valid_to timestamptz(3) check (valid_to >= valid_from),
  name text not null,
  primary key (organisation_id, valid_from)
);

create table people.jurisdiction (
  code text primary key,
  name text not null,
  short_name text not null,
  valid_from date,
  valid_to date,
  basis text not null,
  certainty text not null
);
create table people.department_role (
  code text primary key,
  zh text not null,
  en text not null,
  duty text not null
);
-- Which organisation fills a department role in which days; valid_to is the last day.
create table people.department (
  jurisdiction_code text not null references people.jurisdiction (code),
  role_code text not null references people.department_role (code),
  valid_from date not null,
  valid_to date check (valid_to >= valid_from),
  organisation_id uuid not null references people.organisation (id),
  name text not null,
  short_name text not null,
  basis text not null,
  certainty text not null,
  primary key (role_code, valid_from)
);

create table people.person (
  id uuid primary key,
  name text not null check (name <> ''),
  -- Sealed by the vault; found again by the keyed digest.
  phone_sealed text,
  phone_digest text unique,
  id_number_sealed text,
  id_number_digest text unique,
  active boolean not null default true,
  version integer not null default 1,
  created_at timestamptz(3) not null
);
create index person_by_name on people.person (name, id);

create table people.membership (
  person_id uuid not null references people.person (id),
  organisation_id uuid not null references people.organisation (id),
  title text not null default '',
  valid_from timestamptz(3) not null,
  valid_to timestamptz(3) check (valid_to >= valid_from),
  primary key (person_id, organisation_id, valid_from)
);
create unique index membership_open on people.membership (person_id, organisation_id) where valid_to is null;
create index membership_organisation on people.membership (organisation_id);

create table people.role_grant (
  id uuid primary key,
  person_id uuid not null references people.person (id),
  role text not null,
  department text references people.department_role (code),
  organisation_id uuid references people.organisation (id),
  valid_from timestamptz(3) not null,
  valid_to timestamptz(3) check (valid_to > valid_from),
  -- 'person:<id>' or 'system:<name>'.
  granted_by text not null,
  granted_at timestamptz(3) not null,
  confirmed_by text,
  -- Null while a second administrator has not confirmed.
  confirmed_at timestamptz(3),
  revoked_by text,
  revoked_at timestamptz(3),
  revoke_reason text,
  reason text not null
);
create index role_grant_person on people.role_grant (person_id);
create index role_grant_place on people.role_grant (role, department) where revoked_at is null;

create table people.delegation (
  id uuid primary key,
  from_person_id uuid not null references people.person (id),
  to_person_id uuid not null references people.person (id) check (to_person_id <> from_person_id),
  role text not null,
  department text references people.department_role (code),
  organisation_id uuid references people.organisation (id),
  valid_from timestamptz(3) not null,
  valid_to timestamptz(3) not null check (valid_to > valid_from),
  ended_at timestamptz(3),
  reason text not null,
  created_at timestamptz(3) not null
);
create index delegation_to on people.delegation (to_person_id);
create index delegation_from on people.delegation (from_person_id);
