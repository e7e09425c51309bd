create schema if not exists messages;

-- One message of one person. It is made by a reaction on an entry of the journal, once for each person and notice.
create table messages.message (
  id              uuid           not null primary key,
  person_id       uuid           not null,
  entry_id        uuid           not null,
  -- Which notice of the data it was made of ('approvals.decided/applicant').
  notice_id       text           not null,
  kind            text           not null,
  topic           text           not null,
  statutory       boolean        not null,
  title           jsonb          not null,
  body            jsonb          not null,
  -- Where it leads: { page, id }; null = nowhere.
  link            jsonb,
  -- In which role it was addressed: { role, department, organisationId }; null = in person.
  basis           jsonb,
  project_id      uuid,
  -- False: the person does not want this topic in the centre.
  shown           boolean        not null default true,
  occurred_at     timestamptz(3) not null,
  created_at      timestamptz(3) not null,
  read_at         timestamptz(3),
  unique (entry_id, person_id, notice_id)
);
create index message_of on messages.message (person_id, created_at desc, id desc) where shown;
create index message_unread on messages.message (person_id) where shown and read_at is null;

create table messages.setting (
  person_id   uuid           not null primary key,
  language    text           not null check (language in ('zh', 'en')),
  -- 'HH:MM' in Shanghai; both null = no quiet hours. May run over midnight.
  quiet_from  text           check (quiet_from ~ '^([01]\d|2[0-3]):[0-5]\d$'),
  quiet_to    text           check (quiet_to ~ '^([01]\d|2[0-3]):[0-5]\d$'),
  digest      boolean        not null default false,
  digest_at   text           not null default '08:30' check (digest_at ~ '^([01]\d|2[0-3]):[0-5]\d$'),
  -- { topic: { centre, email, sms, wechat } }; what is absent follows the defaults.
  wanted      jsonb          not null default '{}',
  version     integer        not null default 1,
  changed_at  timestamptz(3) not null,
  check ((quiet_from is null) = (quiet_to is null))
);

-- An address of a person for a channel; used only after a code that went there came back.
create table messages.contact (
  id              uuid           not null primary key,
  person_id       uuid           not null,
  channel         text           not null check (channel in ('email', 'sms', 'wechat')),
  address_sealed  text           not null,
  address_masked  text           not null,
  verified_at     timestamptz(3),
  code_digest     text,
  code_sent_at    timestamptz(3),
  -- Wrong answers to the present code, and codes sent on `code_day`.
  tries           integer        not null default 0,
  code_day        date,
  codes           integer        not null default 0,
  -- A removed address is forgotten, its throttle is not.
  removed_at      timestamptz(3),
  created_at      timestamptz(3) not null,
  unique (person_id, channel)
);

-- Another system that is told of public entries.
create table messages.webhook (
  id             uuid           not null primary key,
  name           text           not null,
  url            text           not null,
  kinds          text[]         not null check (cardinality(kinds) > 0),
  secret_sealed  text           not null,
  state          text           not null check (state in ('active', 'paused', 'removed')),
  -- Given up in a row; at the limit the webhook pauses itself.
  failures       integer        not null default 0,
  created_at     timestamptz(3) not null,
  created_by     uuid           not null,
  changed_at     timestamptz(3) not null,
  version        integer        not null default 1
);
create index webhook_active on messages.webhook (state) where state = 'active';
