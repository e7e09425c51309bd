create schema if not exists catalogue;

-- Every text that a version of an item ever had. A corrected text is a new revision; an old one is never changed, so that
-- a case can read the law under which it was received. The newest revision that was not withdrawn is in use.
create table catalogue.item_version (
  version_id text not null,
  revision integer not null check (revision >= 1),
  item_id text not null,
  valid_from date,
  valid_to date check (valid_to >= valid_from),
  content jsonb not null,
  -- SHA-256 over the canonical JSON of the content.
  hash text not null check (hash ~ '^[0-9a-f]{64}$'),
  loaded_at timestamptz(3) not null,
  -- Set when the reviewed data no longer holds this version, or holds it with another text.
  withdrawn_at timestamptz(3),
  primary key (version_id, revision)
);
create index item_version_item on catalogue.item_version (item_id, valid_from);
create unique index item_version_in_use on catalogue.item_version (version_id) where withdrawn_at is null;
