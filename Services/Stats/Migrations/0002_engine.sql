-- Every call that was not a plain success at the first attempt. Partitioned as messages are, and dropped with them.
create table stats.attempt (
  message_id bigint not null,
  round integer not null,
  hop integer not null,
  attempt integer not null,
  at timestamptz not null,
  latency_ms integer,
  provider text,
  status stats.message_status not null,
  reason text,
  answer text,
  primary key (message_id, round, hop, attempt)
) partition by range (message_id);

do $$
declare part record;
begin
  for part in
    select substr(c.relname, length('message_') + 1) as number, pg_get_expr(c.relpartbound, c.oid) as bounds
    from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 'stats.message'::regclass
  loop
    execute format('create table stats.%I partition of stats.attempt %s', 'attempt_' || part.number, part.bounds);
  end loop;
end $$;

-- Every list is read by an index that has its order: by status, by mailout (and status), by customer.
create index message_status on stats.message (status, id);
create index message_mailout_status on stats.message (mailout_id, status, id);
drop index stats.message_unusual;
drop index stats.message_mailout;

-- The totals read a row a mailout and status, not every minute's.
create index counter_status on stats.counter (key, mailout_id) where kind = 'status';

-- A letter's properties as it came, and its way back: ordered by an operator, then published to its queue.
alter table stats.dead_letter
  add column properties jsonb,
  add column replay_ordered_at timestamptz,
  add column replay_error text;
create index dead_letter_to_replay on stats.dead_letter (id) where replay_ordered_at is not null and replayed_at is null;

create table stats.idempotency (
  principal text not null,
  key text not null,
  operation text not null,
  hash bigint not null,
  body bytea,
  etag text,
  created_at timestamptz not null default now(),
  primary key (principal, key)
);

create index idempotency_age on stats.idempotency (created_at);
