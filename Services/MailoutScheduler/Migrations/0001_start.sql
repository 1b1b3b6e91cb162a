-- Message ids ascend and are taken in blocks: one value of the sequence is the first id of a block.
create sequence mailout.message_block increment by 1000 minvalue 1 start 1;
create sequence mailout.batch_id;

create table mailout.mailout (
  id bigint generated always as identity primary key,
  -- Raised by every change; the version of ETag and of events.
  revision bigint not null default 1,
  name text not null,
  text text not null,
  start_at timestamptz not null,
  end_at timestamptz not null,
  filter jsonb not null,
  provider text not null,
  status text not null default 'scheduled'
    check (status in ('scheduled', 'running', 'paused', 'finished', 'cancelled')),
  -- The audience: customers with ids up to this one, fixed at the start.
  audience_through bigint,
  -- Its size, counted beside the sending.
  audience bigint,
  issued bigint not null default 0,
  not_reached bigint,
  started_at timestamptz,
  finished_at timestamptz,
  created_by text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  -- Which replica drives it.
  lease_owner text,
  lease_until timestamptz,
  check (start_at < end_at)
);

create index mailout_due on mailout.mailout (start_at) where status = 'scheduled';
create index mailout_live on mailout.mailout (id) where status in ('running', 'paused');

-- The part of a mailout that opens at one instant.
create table mailout.cohort (
  id bigint generated always as identity primary key,
  mailout_id bigint not null references mailout.mailout on delete cascade,
  -- Customers with ids up to here have been issued. Moved in the transaction that writes their batches, and only from
  -- the value that was read: that is why nobody gets a message twice.
  cursor bigint not null default 0,
  exhausted boolean not null default false
);

create index cohort_mailout on mailout.cohort (mailout_id);

-- Issued and not yet settled. `body` is the exact bytes, so that a repetition is the same message.
create table mailout.batch (
  id bigint primary key,
  mailout_id bigint not null references mailout.mailout on delete cascade,
  provider text not null,
  message_count integer not null check (message_count > 0),
  body bytea not null,
  published_at timestamptz,
  -- Until then its issuer publishes it; afterwards anybody may.
  publish_lease timestamptz not null,
  created_at timestamptz not null default now()
);

alter table mailout.batch alter column body set storage external;
create index batch_mailout on mailout.batch (mailout_id);
create index batch_provider on mailout.batch (provider);
create index batch_unpublished on mailout.batch (publish_lease) where published_at is null;

-- Messages settled so far, a row a provider: the pace of its senders.
create table mailout.pace (
  provider text primary key,
  settled bigint not null
);

-- Messages to be issued again, without personal data.
create table mailout.waiting (
  message_id bigint primary key,
  mailout_id bigint not null references mailout.mailout on delete cascade,
  customer_id bigint not null,
  due_at timestamptz not null,
  status text not null,
  round integer not null,
  hop integer not null,
  attempts integer not null,
  reason text
);

create index waiting_due on mailout.waiting (mailout_id, due_at);

create table mailout.idempotency (
  principal text not null,
  key text not null,
  operation text not null,
  hash bigint not null,
  body bytea,
  etag text,
  created_at timestamptz not null default now(),
  primary key (principal, key)
);

create index idempotency_age on mailout.idempotency (created_at);

-- Outboxes: what is to be published once the transaction that wrote it has committed.
create table mailout.event (
  id bigint generated always as identity primary key,
  type text not null,
  body bytea not null,
  created_at timestamptz not null default now()
);

create table mailout.outcome (
  id bigint generated always as identity primary key,
  type text not null,
  body bytea not null,
  created_at timestamptz not null default now()
);
