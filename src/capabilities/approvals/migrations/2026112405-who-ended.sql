-- Who entered an event of a ledger; null = the system, or before this was kept.
alter table approvals.clock_event add column by_person uuid;
-- What ended in a period is what an assessment looks at.
create index clock_event_stopped on approvals.clock_event (occurred_at) where kind = 'stop';
create index clock_created on approvals.clock (created_at);
