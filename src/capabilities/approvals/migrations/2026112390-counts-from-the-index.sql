-- The counts above a queue and above the board look at every open row: with the hints in the index they read no table.
drop index approvals.item_run_work;
create index item_run_work on approvals.item_run (department, due_hint, id) include (warn_hint, held)
  where state in ('handling', 'drafted', 'reviewed');
drop index approvals.opinion_task_work;
create index opinion_task_work on approvals.opinion_task (department, due_hint, id) include (warn_hint, held)
  where state in ('sent', 'opened');
drop index approvals.clock_board;
create index clock_board on approvals.clock (due_hint, id) include (warn_hint, held) where open;
drop index approvals.clock_board_of_department;
create index clock_board_of_department on approvals.clock (department, due_hint, id) include (warn_hint, held) where open;
