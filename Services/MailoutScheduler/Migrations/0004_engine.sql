alter table mailout.mailout
  -- The customers' local hours, in seconds after midnight; null for any hour.
  add column local_from integer,
  add column local_to integer,
  -- For customers without a zone; null for UTC.
  add column default_timezone text,
  -- In the order of falling over; `provider` is the first.
  add column providers text[] not null default '{}',
  add constraint mailout_local_window check ((local_from is null) = (local_to is null) and local_from <> local_to);

-- A mailout with local hours has a cohort for each zone, one for the rest, and one that closes: it looks for whoever
-- the others missed.
alter table mailout.cohort
  add column kind text not null default 'all' check (kind in ('all', 'zone', 'rest', 'closing')),
  add column timezone text;

-- Whom a mailout with local hours has reached: a customer may change zone meanwhile, and is still reached once. Written
-- in the transaction that issues. Purged when the mailout is over; without a reference, which would make its deletion slow.
create table mailout.reached (
  mailout_id bigint not null,
  customer_id bigint not null,
  primary key (mailout_id, customer_id)
);

alter table mailout.waiting
  -- Who was called last.
  add column provider text,
  -- Who alone may be called again, since they may have the message already; '' for anybody.
  add column bound text not null default '';

drop index mailout.waiting_due;
create index waiting_lane on mailout.waiting (mailout_id, bound, due_at);

-- What senders have said of their providers: the greatest revision.
create table mailout.provider (
  name text primary key,
  revision bigint not null,
  enabled boolean not null,
  rate_limit integer,
  circuit text not null,
  reopens_at timestamptz
);

-- An operator's order to send failed messages again: how far it has been carried out.
create table mailout.retry_order (
  id bigint generated always as identity primary key,
  mailout_id bigint not null references mailout.mailout on delete cascade,
  reasons text[] not null,
  -- Messages that ended by then.
  cutoff timestamptz not null,
  -- Whether the mailout was over: then statistics must know every message's end before they can say which failed.
  awaits_all boolean not null,
  cursor bigint not null default 0,
  taken bigint not null default 0,
  created_at timestamptz not null default now(),
  finished_at timestamptz
);

create index retry_order_open on mailout.retry_order (mailout_id) where finished_at is null;

-- Batch ids are taken in blocks, as message ids are.
alter sequence mailout.batch_id increment by 100;
