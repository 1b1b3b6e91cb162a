-- Customers without a zone, by id: one part of every mailout that keeps to local hours.
create index customer_without_timezone on customer.customer (id) where timezone is null;
