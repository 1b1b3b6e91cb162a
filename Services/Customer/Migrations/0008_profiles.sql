-- Customers by e-mail address: what another system calls each of them.
alter table customer.customer add column external_id text collate "C",
  add constraint customer_external_id_length check (char_length(external_id) between 1 and 255);
create unique index customer_by_external_id on customer.customer (external_id) where external_id is not null;
