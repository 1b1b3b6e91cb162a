alter table mailout.mailout
  -- Calls a second over all senders; null for no limit of its own.
  add column rate_limit integer check (rate_limit > 0),
  -- Why it was paused, where not a person did it.
  add column pause_reason text;

-- Everything a driver has to see to its end: a cancelled mailout until its last batch is settled.
drop index mailout.mailout_live;
create index mailout_live on mailout.mailout (id) where status <> 'scheduled' and finished_at is null;

-- What senders must know at once, published to all of them.
create table mailout.control (
  id bigint generated always as identity primary key,
  type text not null,
  body bytea not null,
  created_at timestamptz not null default now()
);
