-- What the machine saw in a file, by its content: found once, the same for ever. Rebuildable from the files.
create table approvals.file_inspection (
  sha256 text primary key,
  -- Null: the content was not looked into (not a PDF, or too large).
  pdf jsonb,
  inspected_at timestamptz(3) not null
);
