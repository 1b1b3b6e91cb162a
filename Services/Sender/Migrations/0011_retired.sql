-- Queues of providers that were deleted: handed back message by message, then deleted.
create table sender.retired_queue (
  id bigint generated always as identity primary key,
  provider text not null unique,
  deleted_at timestamptz not null default now(),
  -- Seen empty: from then on nobody consumes from it, and a little later it goes.
  drained_at timestamptz
);

-- Claims are rewritten at every commit, their journals emptied with every batch: what that leaves behind is to be swept
-- before it is read again and again.
alter table sender.claim set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 2000,
  autovacuum_vacuum_cost_delay = 0);
alter table sender.claim_entry set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
  autovacuum_vacuum_cost_delay = 0);
alter table sender.rate_slot set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
