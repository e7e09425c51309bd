create schema if not exists files;

-- One row for each stored content; its address is the SHA-256 of its bytes.
create table files.blob (
  sha256      text           not null primary key check (sha256 ~ '^[0-9a-f]{64}$'),
  size_bytes  bigint         not null check (size_bytes >= 0),
  media_type  text           not null,
  stored_at   timestamptz(3) not null
);

-- The latest answer of the virus scanner for a content. No row: not scanned yet.
create table files.scan (
  sha256      text           not null primary key references files.blob (sha256),
  state       text           not null check (state in ('clean', 'infected')),
  threat      text,
  scanned_at  timestamptz(3) not null
);

create table files.upload (
  upload_id       uuid           not null primary key,
  file_name       text           not null,
  size_bytes      bigint         not null check (size_bytes > 0),
  purpose         text,
  expected_sha256 text,
  -- The person; null for somebody who has not signed in.
  uploaded_by     text,
  -- Bytes that are durably here.
  received_bytes  bigint         not null default 0 check (received_bytes between 0 and size_bytes),
  state           text           not null default 'open' check (state in ('open', 'complete')),
  sha256          text           references files.blob (sha256),
  media_type      text,
  started_at      timestamptz(3) not null,
  -- An open upload is thrown away after this moment; each received part moves it.
  expires_at      timestamptz(3) not null,
  check ((state = 'complete') = (sha256 is not null and media_type is not null))
);
create index upload_by_expiry on files.upload (expires_at) where state = 'open';
create index upload_by_person on files.upload (uploaded_by) where state = 'open';

-- What was received of an open upload, piece by piece.
create table files.part (
  upload_id   uuid   not null references files.upload (upload_id) on delete cascade,
  start_byte  bigint not null,
  size_bytes  bigint not null check (size_bytes > 0),
  part_key    text   not null,
  primary key (upload_id, start_byte)
);
