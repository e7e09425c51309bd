-- By which journal entries a role was given and taken.
alter table people.role_grant
  add column given_entry uuid,
  add column taken_entry uuid;
alter table people.delegation
  add column given_entry uuid,
  add column taken_entry uuid;

-- Who looked at whose personal data, why, and at what: shown to the person.
create table people.look (
  look_id uuid primary key,
  person_id uuid not null references people.person (id),
  -- 'person:<id>' or 'system:<name>'.
  looked_by text not null,
  purpose text not null,
  fields jsonb not null,
  looked_at timestamptz(3) not null,
  entry_id uuid not null
);
create index look_by_person on people.look (person_id, looked_at desc);

alter table people.person
  add column inactive_since timestamptz(3),
  -- Personal data were erased: nothing is left but the identity that other rows point at.
  add column erased_at timestamptz(3);
update people.person set inactive_since = created_at where not active;

create table people.erasure_request (
  request_id uuid primary key,
  person_id uuid not null references people.person (id),
  reason text not null,
  requested_at timestamptz(3) not null,
  -- Day until which it is to be answered.
  answer_by date not null,
  state text not null check (state in ('open', 'granted', 'refused', 'withdrawn')),
  decided_by text,
  decided_at timestamptz(3),
  decision text,
  -- What was erased and what the law keeps.
  outcome jsonb
);
create unique index erasure_request_open on people.erasure_request (person_id) where state = 'open';
