-- Messages of no mailout. The driver, the batches and the pace know them under this row, which no list shows.
insert into mailout.mailout (
  id, name, text, start_at, end_at, filter, provider, providers, status, audience, started_at, created_by)
overriding system value values (
  0, 'single messages', '', '2000-01-01Z', '9999-01-01Z', '{"tags":[],"phone_codes":[]}', 'default', '{default}',
  'running', 0, '2000-01-01Z', 'service:mailout-scheduler');

-- One row a message, from its order to its end.
create table mailout.single (
  message_id bigint primary key,
  -- null for a test, which goes to a phone.
  customer_id bigint,
  phone text,
  -- With its placeholders.
  text text not null,
  end_at timestamptz not null,
  -- Raised by every change of what was ordered: what is issued is what was read.
  revision bigint not null default 1,
  -- The provider that was asked for; null for the default.
  provider text,
  -- Who alone may be called: the provider asked for, or one that may have the message already; '' for the default.
  bound text not null default '',
  -- While it waits: not before. null while a sender has it.
  due_at timestamptz,
  round integer not null default 0,
  -- Under which it was issued last.
  hop integer not null default 0,
  attempts integer not null default 0,
  reason text,
  -- The end of an earlier call is unknown: it is bound to the provider that may have it.
  unknown boolean not null default false,
  created_by text not null,
  created_at timestamptz not null default now(),
  check ((customer_id is null) <> (phone is null))
);

create index single_lane on mailout.single (bound, due_at) where due_at is not null;
create index single_end on mailout.single (end_at) where due_at is not null;

-- No call of the batch starts at or after it; null in batches of before.
alter table mailout.batch add column deadline timestamptz;
