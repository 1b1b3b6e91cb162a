-- One-time tokens by which customers get a new password, by their digests.
create table customer.password_reset (
  digest bytea primary key,
  customer_id bigint not null references customer.customer on delete cascade,
  -- Where it was sent, in lower case: whoever has another address by now asks again.
  address text collate "C" not null,
  expires_at timestamptz not null
);
create index password_reset_by_customer on customer.password_reset (customer_id);
create index password_reset_by_expiry on customer.password_reset (expires_at);

-- Addresses that are to get such a token, in lower case: every one that anybody has named, whether it is a customer's or
-- not, so that asking costs the same. Each once, until its mail is sent. The token is made when the mail is.
create table customer.reset_mail (
  id bigint generated always as identity primary key,
  address text collate "C" not null unique,
  attempts integer not null default 0,
  -- From when on somebody may send it (again).
  due_at timestamptz not null default now(),
  created_at timestamptz not null default now()
);
create index reset_mail_by_due on customer.reset_mail (due_at);
