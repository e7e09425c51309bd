-- The journal: entries, their order (seal), the Merkle tree over them, cursors of listeners, timers.
create schema if not exists journal;

create table journal.entry (
  ordinal bigint generated always as identity primary key,
  id uuid not null unique,
  kind text not null,
  version int not null,
  subject_kind text not null,
  subject_id text not null,
  project_id text,
  actor text not null,
  on_behalf_of text,
  -- Hides who acted in what the tree commits to: the leaf holds a digest of salt and person, not the person.
  actor_salt bytea check (octet_length(actor_salt) = 16),
  occurred_at timestamptz(3) not null,
  recorded_at timestamptz(3) not null,
  visibility text not null check (visibility in ('public', 'parties', 'internal')),
  payload jsonb not null,
  personal_digest bytea check (octet_length(personal_digest) = 32),
  -- For operators; not part of the leaf.
  trace_id text not null
);
create index entry_subject on journal.entry (subject_kind, subject_id, ordinal);
create index entry_project on journal.entry (project_id, ordinal) where project_id is not null;
create index entry_recorded on journal.entry (recorded_at);

-- Personal data of an entry. Erasure empties data and salt: the digest in the entry then says nothing.
create table journal.personal (
  entry_id uuid primary key references journal.entry (id),
  salt bytea check (octet_length(salt) = 16),
  data jsonb,
  erased_at timestamptz(3),
  check ((erased_at is null) = (data is not null and salt is not null))
);

-- Committed entries that wait for their seal: written by a trigger, emptied by the sealer. Never more than a moment's worth.
create table journal.unsealed (
  ordinal bigint primary key,
  entry_id uuid not null
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

create table journal.seal (
  seq bigint primary key check (seq > 0),
  entry_id uuid not null unique references journal.entry (id),
  kind text not null,
  leaf_hash bytea not null check (octet_length(leaf_hash) = 32),
  sealed_at timestamptz(3) not null
);
create index seal_kind on journal.seal (kind, seq);

-- Hashes of complete subtrees of 256^level leaves (level >= 1): the tiles above the leaves. Tiles of leaves are rows of seal.
create table journal.tree_node (
  level int not null check (level >= 1),
  index bigint not null check (index >= 0),
  hash bytea not null check (octet_length(hash) = 32),
  primary key (level, index)
);

-- The right edge of the tree: one row.
create table journal.tree (
  singleton boolean primary key default true check (singleton),
  size bigint not null default 0,
  root bytea not null,
  frontier bytea not null,
  -- Verifier key of the log (C2SP signed note), fixed by the first process that signs.
  verifier_key text
);
insert into journal.tree (size, root, frontier)
values (0, '\xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', '');

create table journal.checkpoint (
  size bigint primary key,
  root bytea not null check (octet_length(root) = 32),
  note text not null,
  signed_at timestamptz(3) not null
);

-- How far each listener has come; a failing one waits at its entry.
create table journal.cursor (
  listener text primary key,
  seq bigint not null default 0,
  failures int not null default 0,
  last_error text,
  retry_at timestamptz(3),
  updated_at timestamptz(3) not null
);
create table journal.skipped (
  listener text not null,
  seq bigint not null,
  reason text not null,
  error text,
  skipped_by text not null,
  skipped_at timestamptz(3) not null,
  primary key (listener, seq)
);

create table journal.timer (
  kind text not null,
  subject_id text not null,
  rung text not null,
  due_at timestamptz(3) not null,
  payload jsonb not null,
  fired_at timestamptz(3),
  late boolean,
  failures int not null default 0,
  last_error text,
  retry_at timestamptz(3),
  primary key (kind, subject_id, rung)
);
create index timer_due on journal.timer (due_at, kind, subject_id, rung) where fired_at is null;

-- What was said stays said.
create function journal.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'journal.% is append-only: % is refused', tg_table_name, tg_op using errcode = 'insufficient_privilege';
end
$$;
create trigger entry_append_only before update or delete or truncate on journal.entry
  for each statement execute function journal.refuse_change();
create trigger seal_append_only before update or delete or truncate on journal.seal
  for each statement execute function journal.refuse_change();
create trigger tree_node_append_only before update or delete or truncate on journal.tree_node
  for each statement execute function journal.refuse_change();
create trigger checkpoint_append_only before update or delete or truncate on journal.checkpoint
  for each statement execute function journal.refuse_change();
create trigger personal_erasable_only before delete or truncate on journal.personal
  for each statement execute function journal.refuse_change();
create trigger skipped_append_only before update or delete or truncate on journal.skipped
  for each statement execute function journal.refuse_change();
revoke update, delete, truncate on journal.entry, journal.seal, journal.tree_node, journal.checkpoint, journal.skipped
  from public;

create function journal.queue_entries() returns trigger language plpgsql as $$
begin
  insert into journal.unsealed (ordinal, entry_id) select ordinal, id from added;
  return null;
end
$$;
create trigger entry_queued after insert on journal.entry
  referencing new table as added for each statement execute function journal.queue_entries();
