alter table mailout.provider
  -- The provider's own id: one that is created anew under an old name counts its revisions from the start.
  add column provider_id bigint not null default 0,
  add column deleted boolean not null default false;
