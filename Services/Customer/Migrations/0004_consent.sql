-- Whom one must not write to any more, and how senders hear of it.

-- When the customer opted out of every mailout; null while they have not.
alter table customer.customer add column opted_out_at timestamptz;

-- The last change of each customer's consent, kept for a while after it: what a sender asks for when it starts. Outlives
-- the customer, and names nobody.
create table customer.consent_change (
  customer_id bigint primary key,
  revision bigint not null,
  state text not null,
  at timestamptz not null default now(),
  constraint consent_change_state_is_known check (state in ('opted_out', 'opted_in', 'deleted'))
);
create index consent_change_by_time on customer.consent_change (at);

-- News for senders on their way to the broker (see Messaging).
create table customer.control (
  id bigint generated always as identity primary key,
  type text not null,
  body bytea not null,
  created_at timestamptz not null default now()
);
