create schema appraisal;

create table appraisal.period (
  id uuid primary key,
  kind text not null check (kind in ('month', 'quarter')),
  year integer not null,
  number integer not null,
  edition integer not null,
  first_day date not null,
  last_day date not null,
  state text not null check (state in ('draft', 'published')),
  -- The whole rules by which it is computed: it computes the same later.
  rules jsonb not null,
  -- Only what was recorded until then is seen.
  as_of timestamptz(3) not null,
  -- Files that upheld objections took out.
  exclusions jsonb not null,
  digest text not null,
  computed_by uuid not null,
  published_at timestamptz(3),
  published_by uuid,
  unique (kind, year, number, edition)
);
create index period_newest on appraisal.period (last_day desc, kind, edition desc);

create table appraisal.figure (
  id uuid primary key,
  period_id uuid not null references appraisal.period,
  ordinal integer not null,
  scope text not null check (scope in ('department', 'person')),
  department text not null,
  person_id uuid,
  indicator text not null,
  numerator integer not null,
  denominator integer,
  files jsonb not null,
  unique (period_id, ordinal)
);

create table appraisal.objection (
  id uuid primary key,
  period_id uuid not null references appraisal.period,
  figure_id uuid not null references appraisal.figure,
  department text not null,
  indicator text not null,
  text text not null,
  raised_at timestamptz(3) not null,
  raised_by uuid not null,
  state text not null check (state in ('open', 'upheld', 'rejected')),
  answer text,
  answered_at timestamptz(3),
  answered_by uuid,
  excluded jsonb not null default '[]'
);
create index objection_of_period on appraisal.objection (period_id, raised_at);
create unique index objection_one_open on appraisal.objection (figure_id) where state = 'open';

-- What is published stays as it is.
create function appraisal.refuse_change() returns trigger language plpgsql as $$
begin
  if exists (select 1 from appraisal.period p where p.id = old.period_id and p.state = 'published') then
    raise exception 'figures of a published period are frozen';
  end if;
  if tg_op = 'DELETE' then
    return old;
  end if;
  return new;
end $$;
create trigger figure_frozen before update or delete on appraisal.figure
  for each row execute function appraisal.refuse_change();
