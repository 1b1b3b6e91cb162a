-- Batches settled so far: with `settled` and `calling_ms`, how fast one is called.
alter table mailout.pace add column batches bigint not null default 0;
