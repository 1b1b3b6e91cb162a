-- Tags, phone codes and time zones as things of their own, with versions; and codes of countries other than 7.

alter table customer.tag
  add column revision bigint not null default 1,
  add column created_at timestamptz not null default now(),
  add column updated_at timestamptz not null default now();

-- A tag that was renamed is still found by what it was called, until another tag takes that name: mailouts that wait
-- name their tags.
create table customer.tag_former_name (
  name text collate "C" primary key,
  tag_id bigint not null references customer.tag on delete cascade
);
create index tag_former_name_by_tag on customer.tag_former_name (tag_id);

-- The codes and zones that customers have, or that somebody made beforehand. Customers hold them as texts: a reference
-- would have every new customer lock the same few rows.
create table customer.phone_code (
  id bigint generated always as identity primary key,
  name text collate "C" not null unique,
  revision bigint not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint phone_code_form check (name ~ '^([0-9]{3}|[1-9][0-9]{0,2}-[0-9]{1,8})$')
);

create table customer.timezone (
  id bigint generated always as identity primary key,
  name text collate "C" not null unique,
  revision bigint not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint timezone_name_length check (char_length(name) between 1 and 64)
);

insert into customer.phone_code (name)
  select distinct phone_code from customer.customer where phone_code is not null order by phone_code;
insert into customer.timezone (name)
  select distinct timezone from customer.customer where timezone is not null order by timezone;

alter table customer.customer
  drop constraint customer_phone_code_is_digits,
  add constraint customer_phone_code_form check (phone_code ~ '^([0-9]{3}|[1-9][0-9]{0,2}-[0-9]{1,8})$');
