-- A site that has ended takes nothing of its devices any more; what they say is refused and counted.
alter table monitoring.device_refusal drop constraint device_refusal_kind_check;
alter table monitoring.device_refusal add constraint device_refusal_kind_check
  check (kind in ('wrong-secret', 'wrong-address', 'second-connection', 'other-terminal', 'site-ended'));

-- Who looked for a worker by the number of an identity card, and why. The number itself is kept nowhere.
create table monitoring.worker_search (
  id uuid primary key,
  at timestamptz(3) not null,
  by uuid not null,
  purpose text not null,
  -- Null: nobody has that number.
  worker_id uuid references monitoring.worker,
  found integer not null
);
create index worker_search_newest on monitoring.worker_search (at desc, id desc);
create index worker_search_of on monitoring.worker_search (worker_id, at desc) where worker_id is not null;

-- Pictures that terminals sent (JT/T 808 0801). The picture lies in the file store; where it was taken is not kept.
create table monitoring.device_picture (
  site_id uuid not null,
  device_id uuid not null references monitoring.device,
  at timestamptz(3) not null,
  sha256 text not null,
  received_at timestamptz(3) not null,
  -- 0 ordered by the platform, 1 timer, 2 robbery, 3 collision; others by model.
  event smallint not null,
  channel smallint not null,
  primary key (site_id, device_id, at, sha256)
);

-- What was ordered of devices that take orders (MQTT): given while they are connected, and what they answered.
create table monitoring.device_command (
  site_id uuid not null,
  id uuid not null,
  device_id uuid not null references monitoring.device,
  kind text not null check (kind in ('spray-on', 'spray-off', 'set-interval')),
  -- Minutes of spraying, seconds between reports.
  amount integer,
  reason text not null default '',
  asked_at timestamptz(3) not null,
  -- Null: by a link to an alarm.
  asked_by uuid,
  alarm_id uuid references monitoring.alarm,
  expires_at timestamptz(3) not null,
  state text not null default 'waiting' check (state in ('waiting', 'sent', 'received', 'done', 'failed', 'expired')),
  received_at timestamptz(3),
  ended_at timestamptz(3),
  answer text not null default '',
  primary key (site_id, id)
);
create index device_command_open on monitoring.device_command (device_id, asked_at)
  where state in ('waiting', 'sent', 'received');
create index device_command_of on monitoring.device_command (site_id, device_id, asked_at desc, id desc);
create index device_command_alarm on monitoring.device_command (alarm_id) where alarm_id is not null;

-- 联动: a device that sprays while an alarm of a rule lasts on its site.
create table monitoring.device_link (
  site_id uuid not null,
  device_id uuid not null references monitoring.device,
  rule_key text not null,
  minutes integer not null,
  primary key (site_id, device_id, rule_key)
);
