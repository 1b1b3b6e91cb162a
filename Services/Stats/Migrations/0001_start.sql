create type stats.message_status as enum
  ('queued', 'retrying', 'deferred', 'cancelled', 'expired', 'failed', 'rejected', 'sent', 'delivered');

-- One row a message. Ids ascend with time, so partitions by id are partitions by age, and retention drops one.
create table stats.message (
  id bigint primary key,
  mailout_id bigint not null,
  customer_id bigint not null,
  status stats.message_status not null,
  -- (round, hop, rank) as one number: the greatest stands, in whatever order facts arrive.
  standing bigint not null,
  attempts integer not null,
  queued_at timestamptz,
  finished_at timestamptz,
  latency_ms integer,
  reason text,
  provider_message_id text
) partition by range (id);

create index message_mailout on stats.message (mailout_id, id);
create index message_customer on stats.message (customer_id, id);
-- The few that need attention are found without reading the many that do not.
create index message_unusual on stats.message (status, mailout_id, id)
  where status in ('retrying', 'deferred', 'cancelled', 'expired', 'failed', 'rejected');

-- What is counted of a mailout's messages, in the transaction that changes the rows; sharded by replica, summed on read.
-- kind 'status': key is the status; 'minute': "<unix minute> <status>"; 'reason': the reason of those that ended
-- unsent; 'latency': the bucket of a sent message's call.
create table stats.counter (
  mailout_id bigint not null,
  kind text not null check (kind in ('status', 'minute', 'reason', 'latency')),
  key text not null,
  shard smallint not null,
  n bigint not null,
  primary key (mailout_id, kind, key, shard)
) with (fillfactor = 50);

-- Mailouts as their events tell.
create table stats.mailout (
  id bigint primary key,
  revision bigint not null,
  name text not null,
  status text not null,
  audience bigint,
  issued bigint not null,
  not_reached bigint,
  start_at timestamptz not null,
  end_at timestamptz not null,
  started_at timestamptz,
  finished_at timestamptz
);

create table stats.dead_letter (
  id bigint generated always as identity primary key,
  queue text not null,
  reason text not null,
  service text,
  exchange text,
  routing_key text,
  type text,
  message_id text,
  body bytea not null,
  received_at timestamptz not null default now(),
  replayed_at timestamptz
);

create index dead_letter_queue on stats.dead_letter (queue, id);
