-- Customers who were erased: news of their messages that come late are counted, and do not bring the person back.
create table stats.erased_customer (
  id bigint generated always as identity primary key,
  customer_id bigint not null unique,
  erased_at timestamptz not null default now()
);

create index erased_customer_by_time on stats.erased_customer (erased_at);
