-- Whom nobody may or can write to: audiences are counted without a look at all the others.
create index customer_excluded on customer.customer (id) where phone is null or opted_out_at is not null;
