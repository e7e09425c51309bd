-- When the process that holds the connection (node) heard of the device last; last_seen_at is by whichever process.
alter table monitoring.device_health add column heard_at timestamptz(3);
