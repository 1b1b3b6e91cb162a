-- External send APIs. The bearer is written here and never shown.
create table sender.provider (
  id bigint generated always as identity primary key,
  -- Raised by every change of the provider or of its circuit; the version of ETag and of events.
  revision bigint not null default 1,
  name text not null unique check (name ~ '^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$'),
  base_url text not null,
  token text not null,
  enabled boolean not null default true,
  -- Timeouts, concurrency, rate, breaker and retry policy.
  settings jsonb not null,
  -- The environment's settings as last taken over; null for providers of the API.
  environment jsonb,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

-- The state of a provider's circuit, shared by all senders.
create table sender.circuit (
  provider_id bigint primary key references sender.provider on delete cascade,
  mode text not null default 'auto' check (mode in ('auto', 'open', 'closed')),
  state text not null default 'closed' check (state in ('closed', 'open', 'half_open')),
  reopens_at timestamptz,
  -- Which sender tries the provider, and until when it surely lives.
  probe_owner text,
  probe_until timestamptz,
  reason text
);

-- Tokens taken of named slots of 100 ms. Unlogged: a slot is over before a database is up again.
create unlogged table sender.rate_slot (
  -- Tenths of a second since 1970, on the database's clock.
  slot bigint not null,
  -- "mailout:<id>", "provider:<id>"
  scope text not null,
  -- Tokens 0..<taken are given away; the last taker got before..<taken.
  before integer not null,
  taken integer not null,
  capacity integer not null,
  primary key (slot, scope)
);

-- Whose work a claim is, to know when a provider may go.
alter table sender.claim add column provider text;
create index claim_open on sender.claim (provider) where settled_at is null;

create table sender.idempotency (
  principal text not null,
  key text not null,
  operation text not null,
  hash bigint not null,
  body bytea,
  etag text,
  created_at timestamptz not null default now(),
  primary key (principal, key)
);

create index idempotency_age on sender.idempotency (created_at);

-- Outbox of public facts: to the platform's own services first, then to the public.
create table sender.event (
  id bigint generated always as identity primary key,
  type text not null,
  body bytea not null,
  created_at timestamptz not null default now(),
  relayed_at timestamptz
);

create index event_unrelayed on sender.event (id) where relayed_at is null;

comment on column sender.claim_entry.results is 'results in the form of JournalCodec';
