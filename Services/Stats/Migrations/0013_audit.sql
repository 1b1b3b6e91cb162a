-- Statistics' own commands, on their way to the log as those of the other services are.
create table stats.audit (
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

-- The audit log of the platform: every service's records, each once.
create table stats.audit_log (
  id bigint generated always as identity primary key,
  service text collate "C" not null,
  source_id bigint not null,
  at timestamptz not null,
  principal text collate "C" not null,
  origin text,
  operation text collate "C" not null,
  subject_kind text collate "C" not null,
  subject_id text collate "C",
  trace_id text not null,
  result text not null,
  constraint audit_log_source unique (service, source_id)
);

-- Lists walk these from the newest on: whatever the filter, a page costs the same.
create index audit_log_by_time on stats.audit_log (at, id);
create index audit_log_by_principal on stats.audit_log (principal, at, id);
create index audit_log_by_operation on stats.audit_log (operation, at, id);
create index audit_log_by_subject on stats.audit_log (subject_kind, subject_id, at, id);
create index audit_log_by_kind on stats.audit_log (subject_kind, at, id);
