-- What waits for one customer is found, to be shown or ended.
create index waiting_customer on mailout.waiting (customer_id);
create index single_customer on mailout.single (customer_id) where customer_id is not null;
