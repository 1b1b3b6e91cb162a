-- Events go to the platform's own services first, then to the public: a row stays until both have it.
alter table customer.event add column relayed_at timestamptz;
create index event_unrelayed on customer.event (id) where relayed_at is null;
