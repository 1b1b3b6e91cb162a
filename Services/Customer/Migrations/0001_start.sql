-- Customers, their tags, operators, and the tables of messaging. The schema "customer" exists and is ours.
-- Texts that are keys compare by their bytes (collate "C"): cheaper, and the same on every machine.

create table customer.customer (
  id bigint generated always as identity primary key,
  uuid uuid not null default gen_random_uuid() unique,
  phone text collate "C" unique,
  phone_code text collate "C",
  timezone text collate "C",
  email text,
  first_name text,
  last_name text,
  attributes jsonb not null default '{}',
  revision bigint not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint customer_phone_is_e164 check (phone ~ '^[1-9][0-9]{6,14}$'),
  constraint customer_phone_code_is_digits check (phone_code ~ '^[0-9]{3}$'),
  constraint customer_attributes_is_object check (jsonb_typeof(attributes) = 'object')
);

-- Audiences and lists walk these in the order of id: a page costs the same however many match.
create index customer_by_phone_code on customer.customer (phone_code, id) where phone_code is not null;
create index customer_by_timezone on customer.customer (timezone, id) where timezone is not null;
-- Not unique: members of a household share an address.
create index customer_by_email on customer.customer (lower(email collate "C"), id) where email is not null;

create table customer.tag (
  id bigint generated always as identity primary key,
  name text collate "C" not null unique,
  constraint customer_tag_name_length check (char_length(name) between 1 and 64)
);

-- The key's order serves audiences: the customers of a tag, by id.
create table customer.customer_tag (
  tag_id bigint not null references customer.tag on delete cascade,
  customer_id bigint not null references customer.customer on delete cascade,
  primary key (tag_id, customer_id)
);
create index customer_tag_by_customer on customer.customer_tag (customer_id);

-- Every attribute's name that any customer has ever had: what a mailout's text may ask for.
create table customer.attribute_name (
  name text collate "C" primary key
);

create table customer.operator (
  id bigint generated always as identity primary key,
  username text not null,
  password_hash text not null,
  role text not null,
  disabled_at timestamptz,
  created_at timestamptz not null default now(),
  last_login_at timestamptz,
  constraint operator_role_is_known check (role in ('viewer', 'operator', 'admin')),
  constraint operator_username_length check (char_length(username) between 1 and 200)
);
create unique index operator_by_username on customer.operator (lower(username));

-- Refresh tokens by the digest of their secret. A token is used once; `family` ties together all that came of one
-- log-in, so that the second use of one ends them all.
create table customer.refresh_token (
  digest bytea primary key,
  operator_id bigint not null references customer.operator on delete cascade,
  family uuid not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz
);
create index refresh_token_by_family on customer.refresh_token (family);
create index refresh_token_by_operator on customer.refresh_token (operator_id);
create index refresh_token_by_expiry on customer.refresh_token (expires_at);

-- Log-ins that failed, per account and per address, in windows of a few minutes.
create table customer.login_failure (
  subject text collate "C" primary key,
  window_started_at timestamptz not null default now(),
  failures integer not null
);
create index login_failure_by_window on customer.login_failure (window_started_at);

-- Answers already given, by the caller's key (see Messaging).
create table customer.idempotency (
  principal text not null,
  key text not null,
  operation text not null,
  hash bigint not null,
  body bytea,
  etag text,
  created_at timestamptz not null default now(),
  primary key (principal, key)
);

-- Public events on their way to the broker (see Messaging).
create table customer.event (
  id bigint generated always as identity primary key,
  type text not null,
  body bytea not null,
  created_at timestamptz not null default now()
);
