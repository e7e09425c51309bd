create schema if not exists http;

-- One row for every submission with an idempotency key: what was asked, and the reply once there is one.
create table http.idempotency (
  owner        text        not null,
  key          text        not null,
  endpoint     text        not null,
  request_hash text        not null,
  -- 'running': nothing has been committed yet; 'effective': the change is committed; 'done': the reply is stored too.
  state        text        not null check (state in ('running', 'effective', 'done')),
  lease        uuid        not null,
  leased_at    timestamptz(3) not null,
  -- Plain json keeps the order of names: a replay is the same text.
  reply        json,
  primary key (owner, key)
);
create index idempotency_by_age on http.idempotency (leased_at);
