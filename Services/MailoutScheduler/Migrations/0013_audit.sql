-- What was done, by whom, from where: written with the change itself, on its way to statistics (see Messaging).
create table mailout.audit (
  id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  principal text not null,
  origin text,
  operation text not null,
  subject_kind text not null,
  subject_id text,
  trace_id text not null,
  result text not null
);
