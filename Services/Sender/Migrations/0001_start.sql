-- A sender's right to a batch. One row a batch, kept as a tombstone once settled: a late copy of the batch must find it.
create table sender.claim (
  batch_id bigint primary key,
  mailout_id bigint not null,
  owner text not null,
  -- Raised by every take-over; whoever writes under an older one has lost the batch.
  epoch integer not null default 1 check (epoch > 0),
  lease_until timestamptz not null,
  -- The batch's own: after it no call can start, so the tombstone may go.
  deadline timestamptz not null,
  settled_at timestamptz,
  created_at timestamptz not null default now()
) with (fillfactor = 60);

create index claim_settled on sender.claim (deadline) where settled_at is not null;

-- The claim's journal: results that are committed, a few dozen at a time. Emptied when the batch is settled.
create table sender.claim_entry (
  id bigint generated always as identity primary key,
  batch_id bigint not null,
  -- JSON array of results: {"outcome": …, "waiting": …}.
  results bytea not null
);

create index claim_entry_batch on sender.claim_entry (batch_id);
