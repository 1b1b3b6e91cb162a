-- The latest end that a mailout had since it started, where it was later than end_at: a batch in a queue may say it
-- still. Whoever knows that batch alone would call after the end.
alter table mailout.mailout add column former_end timestamptz;

create function mailout.keep_former_end() returns trigger language plpgsql as $$
begin
  new.former_end = nullif(greatest(old.end_at, old.former_end, new.end_at), new.end_at);
  return new;
end $$;

create trigger former_end before update of end_at on mailout.mailout for each row
  when (old.status <> 'scheduled' and old.end_at <> new.end_at) execute function mailout.keep_former_end();

-- Such mailouts that were deleted before their former end.
create table mailout.deleted_early (
  mailout_id bigint primary key,
  revision bigint not null,
  end_at timestamptz not null,
  former_end timestamptz not null
);

create function mailout.keep_deleted_early() returns trigger language plpgsql as $$
begin
  insert into mailout.deleted_early values (old.id, old.revision, old.end_at, old.former_end);
  delete from mailout.deleted_early where former_end < now() - interval '1 hour';
  return null;
end $$;

create trigger deleted_early after delete on mailout.mailout for each row
  when (old.former_end is not null) execute function mailout.keep_deleted_early();

create index mailout_former_end on mailout.mailout (former_end) where former_end is not null;
