-- Customers who log in themselves. Whoever has an account is a contact, so that their address is nobody else's.
create table customer.account (
  customer_id bigint primary key references customer.customer on delete cascade,
  -- Argon2id.
  password_hash text not null,
  password_set_at timestamptz not null default now(),
  last_login_at timestamptz,
  created_at timestamptz not null default now()
);

-- What began with a log-in. Ended, it is gone, and its tokens with it.
create table customer.session (
  id uuid primary key,
  customer_id bigint not null references customer.account on delete cascade,
  created_at timestamptz not null default now(),
  -- Of the youngest of its refresh tokens.
  expires_at timestamptz not null
);
create index session_by_customer on customer.session (customer_id);
create index session_by_expiry on customer.session (expires_at);

-- Refresh tokens by their digests, each good for one use; the second use of one ends its session.
create table customer.session_token (
  digest bytea primary key,
  session_id uuid not null references customer.session on delete cascade,
  expires_at timestamptz not null,
  used_at timestamptz
);
create index session_token_by_session on customer.session_token (session_id);
create index session_token_by_expiry on customer.session_token (expires_at);
