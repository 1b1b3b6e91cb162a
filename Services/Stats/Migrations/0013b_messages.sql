-- The text of a message that has one of its own.
create table stats.message_text (
  message_id bigint primary key,
  text text not null,
  end_at timestamptz not null,
  -- The greatest stands.
  revision bigint not null
);

-- Receipts may name a message as its provider does.
create index message_provider_id on stats.message (provider_message_id) where provider_message_id is not null;

-- What happened to a mailout, a customer or a message, besides what the messages' own rows tell.
create table stats.happening (
  id bigint generated always as identity primary key,
  -- Of the event that told it: the same is recorded once.
  event_id text not null unique,
  subject text not null check (subject in ('mailout', 'customer', 'message')),
  subject_id bigint not null,
  at timestamptz not null,
  type text not null,
  -- Who did it; null where it happened by itself.
  principal text,
  data jsonb
);

create index happening_subject on stats.happening (subject, subject_id, at, id);

-- Public events: messages that have settled.
create table stats.event (
  id bigint generated always as identity primary key,
  type text not null,
  body bytea not null,
  created_at timestamptz not null default now()
);
alter table stats.event alter column body set storage external;
