alter table stats.mailout
  -- Messages that retry-failed has taken up again, each as often as it was; null from a scheduler of before.
  add column resent bigint,
  -- Deleted before it ran: kept for some days, so that news of it that come late do not bring it back.
  add column deleted_at timestamptz;

create index mailout_deleted on stats.mailout (deleted_at) where deleted_at is not null;

-- kind 'rounds', key '': how often messages have been taken up again, all together.
alter table stats.counter
  drop constraint counter_kind_check,
  add constraint counter_kind_check check (kind in ('status', 'minute', 'reason', 'latency', 'rounds'));
