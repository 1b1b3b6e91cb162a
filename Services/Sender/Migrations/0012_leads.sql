-- Buyers of leads: external APIs, each spoken to in its own words.
create table sender.buyer (
  id bigint generated always as identity primary key,
  -- Raised by every change; the version of ETag and of events.
  revision bigint not null default 1,
  name text not null unique check (name ~ '^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$'),
  enabled boolean not null default true,
  -- Everything an administrator sets but the passwords.
  settings jsonb not null,
  -- Stage to password; written here and never shown.
  passwords jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

-- What came of each lead. Written before a buyer is called, so that a copy that dies in mid-call is known to have called.
create table sender.lead_call (
  id bigint generated always as identity primary key,
  mode text not null check (mode in ('send', 'ping')),
  lead_id text not null,
  buyer text,
  -- The command it answers; a redelivered one finds its own call here and makes no second one.
  principal text,
  key text,
  hash bigint,
  started_at timestamptz not null default now(),
  -- A call without a result after this instant belongs to a copy that died; what became of it is not known.
  lease_until timestamptz not null,
  finished_at timestamptz,
  outcome text,
  answer bytea,
  check ((finished_at is null) = (outcome is null)),
  check ((finished_at is null) = (answer is null))
);

-- At most one call a lead at a time.
create unique index lead_call_open on sender.lead_call (lead_id) where finished_at is null;
create unique index lead_call_key on sender.lead_call (principal, key);
create index lead_call_lead on sender.lead_call (lead_id, mode, id desc);
create index lead_call_age on sender.lead_call (started_at);
