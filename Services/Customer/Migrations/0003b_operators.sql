-- Operators as administrators see them; and those who log in through an OpenID Connect provider, known by the issuer and
-- their subject there, without a password here.
alter table customer.operator
  add column revision bigint not null default 1,
  add column updated_at timestamptz not null default now(),
  add column issuer text,
  add column subject text,
  alter column password_hash drop not null,
  add constraint operator_logs_in_somehow check (password_hash is not null or (issuer is not null and subject is not null));
create unique index operator_by_subject on customer.operator (issuer, subject) where issuer is not null;
create index operator_by_role on customer.operator (role);

-- Log-ins under way at the provider, by the digest of their state: each is taken out by whoever comes back with it.
create table customer.external_login (
  state_digest bytea primary key,
  -- Of the cookie of the browser that began it.
  binding_digest bytea not null,
  nonce text not null,
  -- PKCE (RFC 7636).
  verifier text not null,
  expires_at timestamptz not null
);
create index external_login_by_expiry on customer.external_login (expires_at);
