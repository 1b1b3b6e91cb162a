-- How long batches were being called, each as often as it has messages, and when the youngest of those settled was issued.
alter table mailout.pace
  add column calling_ms bigint not null default 0,
  add column issued_at timestamptz;

alter table mailout.waiting
  -- The end of an earlier call is unknown: it is bound to the provider that may have it.
  add column unknown boolean not null default false;
