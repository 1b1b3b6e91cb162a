-- An import is one happening of many customers: a narrow row tells each of them, hundreds of thousands at a time.
alter table stats.happening drop constraint happening_subject_check;
alter table stats.happening
  add constraint happening_subject_check check (subject in ('mailout', 'customer', 'message', 'import'));

create table stats.imported (
  customer_id bigint not null,
  happening_id bigint not null,
  -- Whether the import made the customer, or changed them.
  is_new boolean not null,
  primary key (customer_id, happening_id)
);

create view stats.customer_happening as
select subject_id as customer_id, id, at, type, principal, data from stats.happening where subject = 'customer'
union all
select i.customer_id, h.id, h.at, case when i.is_new then 'customer.created.v1' else 'customer.updated.v1' end,
  h.principal, jsonb_build_object('id', i.customer_id, 'by_import', true)
from stats.imported i join stats.happening h on h.id = i.happening_id;
