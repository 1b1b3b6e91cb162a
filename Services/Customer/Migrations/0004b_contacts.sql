-- Contacts: customers with an e-mail address, and what other programs keep about them.

-- Whether programs keep it as a contact. Contacts have an address, each another one; customers of one household may share.
alter table customer.customer
  add column is_contact boolean not null default false,
  add constraint customer_contact_has_email check (not is_contact or email is not null);
create unique index customer_contact_email_key on customer.customer (lower(email collate "C")) where is_contact;
-- Contacts in the order of their last change.
create index customer_by_update on customer.customer (updated_at, uuid) where email is not null;

-- Groups of an admin's own: their fields, as data.
create table customer.contact_group (
  id bigint generated always as identity primary key,
  name text collate "C" not null unique,
  fields jsonb not null,
  revision bigint not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint contact_group_fields_is_array check (jsonb_typeof(fields) = 'array')
);

-- A contact's groups, each with all its fields; one that is as by default has no row. The names, the address and the
-- opt-out of the group "email" are the customer's own columns.
create table customer.contact_group_value (
  customer_id bigint not null references customer.customer on delete cascade,
  group_name text collate "C" not null,
  data jsonb not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (customer_id, group_name),
  constraint contact_group_value_is_object check (jsonb_typeof(data) = 'object')
);
create index contact_group_value_by_group on customer.contact_group_value (group_name, customer_id);
-- Audiences walk these in the order of id.
create index contact_by_country on customer.contact_group_value
  (lower((data ->> 'mailing_country') collate "C"), customer_id)
  where group_name = 'email' and data ->> 'mailing_country' is not null;
create index contact_by_language on customer.contact_group_value
  (lower((data ->> 'email_lang') collate "C"), customer_id)
  where group_name = 'email' and data ->> 'email_lang' is not null;

-- Values that contacts are found by, and those that no two of them share.
create table customer.contact_identifier (
  name text collate "C" not null,
  value text collate "C" not null,
  customer_id bigint not null references customer.customer on delete cascade,
  is_unique boolean not null,
  primary key (name, value, customer_id)
);
create unique index contact_identifier_unique on customer.contact_identifier (name, value) where is_unique;
create index contact_identifier_by_customer on customer.contact_identifier (customer_id);

-- Newsletters and waitlists.
create table customer.subscription (
  customer_id bigint not null references customer.customer on delete cascade,
  list text collate "C" not null,
  name text collate "C" not null,
  is_subscribed boolean not null,
  data jsonb not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (customer_id, list, name),
  constraint subscription_list_is_known check (list in ('newsletters', 'waitlists'))
);
-- Audiences walk it in the order of id.
create index subscription_by_name on customer.subscription (list, name, customer_id) where is_subscribed;
