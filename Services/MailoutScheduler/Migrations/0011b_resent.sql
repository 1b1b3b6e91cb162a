-- Messages that retry-failed has taken up again, each as often as it was.
alter table mailout.mailout add column resent bigint not null default 0;

-- Messages that had ended when the order was given: statistics must know as many before it is carried out.
alter table mailout.retry_order add column awaits bigint;

-- Rows come and go all the time: what they leave behind is to be swept before it is read again and again.
alter table mailout.batch set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000,
  autovacuum_vacuum_cost_delay = 0, toast.autovacuum_vacuum_scale_factor = 0, toast.autovacuum_vacuum_threshold = 20000);
alter table mailout.waiting set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 2000);
alter table mailout.pace set (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);
