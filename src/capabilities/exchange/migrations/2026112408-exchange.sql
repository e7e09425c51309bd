create schema if not exists exchange;

create table exchange.message (
  id uuid primary key,
  -- Order of composing: rows of one key are laid in this order.
  position bigint generated always as identity unique,
  table_name text not null,
  local_key text not null,
  project_id uuid,
  row jsonb not null,
  state text not null check (state in ('waiting', 'sent', 'faulty', 'rejected', 'superseded')),
  faults jsonb not null default '[]',
  error text,
  attempts integer not null default 0,
  composed_at timestamptz not null,
  sent_at timestamptz
);
create index message_of_key on exchange.message (table_name, local_key, position desc);
create index message_of_state on exchange.message (state, position);
create index message_of_project on exchange.message (project_id, position);

create table exchange.code (
  code_set text not null,
  ours text not null,
  theirs text not null,
  name text not null,
  basis text not null,
  valid_from date not null,
  mapped_at timestamptz not null,
  mapped_by uuid not null,
  primary key (code_set, ours, mapped_at)
);
