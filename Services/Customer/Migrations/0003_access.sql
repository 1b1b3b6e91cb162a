-- What was done, by whom, from where: written with the change itself, on its way to statistics (see Messaging).
create table customer.audit (
  id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  principal text not null,
  origin text,
  operation text not null,
  subject_kind text not null,
  subject_id text,
  trace_id text not null,
  result text not null
);

-- API keys by the digest of the whole key, found by their prefix. A revoked one stays, so that its prefix is never
-- another's.
create table customer.api_key (
  id bigint generated always as identity primary key,
  prefix text collate "C" not null unique,
  digest bytea not null,
  name text not null,
  scopes text[] not null,
  created_by text not null,
  expires_at timestamptz,
  revoked_at timestamptz,
  last_used_at timestamptz,
  revision bigint not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

-- Programs that get tokens by OAuth 2 client credentials.
create table customer.client (
  id bigint generated always as identity primary key,
  client_id text collate "C" not null unique,
  secret_hash text not null,
  name text,
  scopes text[] not null,
  enabled boolean not null default true,
  created_by text not null,
  last_access_at timestamptz,
  revision bigint not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

-- The applications that customers may be mapped to.
create table customer.application (
  id bigint generated always as identity primary key,
  slug text collate "C" not null unique,
  name text not null,
  revision bigint not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
