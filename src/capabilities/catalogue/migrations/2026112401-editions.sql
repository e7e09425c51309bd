-- New versions that an administrator brings in, beside the reviewed files (version zero). A published text is never changed:
-- another edition with a later first day takes its place, or it is withdrawn before that day.
create table catalogue.edition (
  id uuid primary key,
  kind text not null check (kind in ('item', 'form', 'retirement')),
  -- The item, or 'form'.
  subject text not null,
  source text not null check (source in ('file', 'desk')),
  state text not null check (state in ('draft', 'published', 'withdrawn')),
  -- First day, Asia/Shanghai. Null: since ever (the form of the files at the first start).
  valid_from date,
  -- Null for a retirement: from its first day the item is in the catalogue no more.
  content jsonb,
  -- SHA-256 over the canonical JSON of the content, hex.
  hash text,
  -- The id by which a case keeps the version; set on publication.
  served_id text unique,
  note text not null,
  version integer not null default 0,
  -- Null: the files.
  author uuid,
  created_at timestamptz(3) not null,
  changed_at timestamptz(3) not null,
  publisher uuid,
  published_at timestamptz(3),
  ended_by uuid,
  ended_reason text,
  -- Moves on with every publication and withdrawal: servers compare it with what they hold in memory.
  stamp bigint not null default 0
);
create unique index edition_one_start on catalogue.edition (subject, valid_from)
  where state = 'published' and source = 'desk';
create index edition_newest on catalogue.edition (changed_at desc, id desc);
create index edition_by_stamp on catalogue.edition (stamp desc);
create sequence catalogue.edition_stamp;
