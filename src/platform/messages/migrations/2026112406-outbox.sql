create schema if not exists outbox;

-- What is on its way out of the house: one row for each message, address and channel. At least once, never lost: the row is
-- written in the transaction that causes it, and its id goes along in every try, so that receivers drop repetitions.
create table outbox.delivery (
  id             uuid           not null primary key,
  channel        text           not null check (channel in ('email', 'sms', 'wechat', 'webhook')),
  -- Sealed by the vault; the mask is what operators see ('z***@example.cn').
  address_sealed text           not null,
  address_masked text           not null,
  -- { title, text, html, data }; null once it was wiped.
  content        jsonb,
  -- Holds a code: wiped as soon as it is out.
  secret         boolean        not null default false,
  -- Who posted it, and what it belongs to there.
  owner          text           not null,
  reference      text           not null,
  -- What it is about, for lists ('approvals.decided').
  topic          text           not null,
  state          text           not null
    check (state in ('queued', 'sending', 'sent', 'delivered', 'stored', 'failed', 'given-up', 'cancelled')),
  -- The adapter of the last try.
  adapter        text,
  attempts       integer        not null default 0,
  tries_left     integer        not null,
  not_before     timestamptz(3),
  next_try_at    timestamptz(3),
  -- Until when the process that sends counts as alive.
  lease_until    timestamptz(3),
  reason         text,
  provider_id    text,
  created_at     timestamptz(3) not null,
  changed_at     timestamptz(3) not null,
  sent_at        timestamptz(3),
  delivered_at   timestamptz(3)
);
create index delivery_newest on outbox.delivery (created_at desc, id desc);
create index delivery_by_state on outbox.delivery (state, created_at desc, id desc);
create index delivery_of on outbox.delivery (owner, reference, created_at desc, id desc);
create index delivery_open on outbox.delivery (changed_at) where state in ('queued', 'sending', 'failed');

create table outbox.attempt (
  delivery_id uuid           not null references outbox.delivery (id) on delete cascade,
  number      integer        not null,
  channel     text           not null,
  adapter     text           not null,
  began_at    timestamptz(3) not null,
  ended_at    timestamptz(3),
  -- 'sent', 'delivered', 'stored' or 'failed'; null while it runs or when the process died.
  outcome     text,
  detail      text,
  primary key (delivery_id, number)
);
