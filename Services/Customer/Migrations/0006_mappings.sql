-- Customers as other applications know them: by a domain, and by an id of the application's own.

alter table customer.customer add column domain text collate "C",
  add constraint customer_domain_length check (char_length(domain) between 1 and 253);
create unique index customer_by_domain on customer.customer (domain) where domain is not null;

create table customer.mapping (
  id bigint generated always as identity primary key,
  customer_id bigint not null references customer.customer on delete cascade,
  application_id bigint not null references customer.application,
  customer_app_id text collate "C" not null,
  created_at timestamptz not null default now(),
  -- A customer is one thing in an application, and an application's id is one customer.
  constraint mapping_of_customer unique (customer_id, application_id),
  constraint mapping_of_app_id unique (application_id, customer_app_id),
  constraint mapping_app_id_length check (char_length(customer_app_id) between 1 and 255)
);
