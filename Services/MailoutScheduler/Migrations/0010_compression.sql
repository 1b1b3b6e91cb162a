-- The bytes of a batch live for a second: a quick compression serves them better than a dense one.
alter table mailout.batch alter column body set compression lz4;
