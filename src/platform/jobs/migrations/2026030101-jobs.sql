-- The queue's own tables in this schema are made by the queue (pg-boss) when it is prepared.
create schema if not exists jobs;

-- What people see of a job: how far it is and how it ended. One row for each enqueued job, kept longer than the queue's.
create table jobs.progress (
  job_id           uuid           not null primary key,
  job              text           not null,
  -- 'person:<id>', 'system:<name>' or 'anonymous'.
  enqueued_by      text           not null,
  state            text           not null default 'queued'
    check (state in ('queued', 'running', 'done', 'failed', 'cancelled')),
  done             bigint         not null default 0,
  total            bigint         not null default 0,
  result           jsonb,
  -- A sentence for people.
  error            text,
  cancel_requested boolean        not null default false,
  -- Counts the runs; a worker whose number is no longer this one has lost the job.
  attempt          integer        not null default 0,
  heartbeat_at     timestamptz(3),
  created_at       timestamptz(3) not null default now(),
  updated_at       timestamptz(3) not null default now()
);
create index progress_running on jobs.progress (heartbeat_at) where state = 'running';
create index progress_by_age on jobs.progress (updated_at) where state in ('done', 'failed', 'cancelled');
