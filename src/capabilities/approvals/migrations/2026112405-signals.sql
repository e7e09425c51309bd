-- Who did how much in a short time is asked after every decision and every opinion.
create index item_run_decided_by on approvals.item_run (decided_by, decided_at) where decided_at is not null;
create index opinion_task_given_by on approvals.opinion_task (given_by, given_at) where given_at is not null;
