-- Orders to forget a person: by when each service has done it. They name nobody once they are complete.
create table customer.erasure (
  id bigint generated always as identity primary key,
  customer_id bigint not null unique,
  requested_by text not null,
  requested_at timestamptz not null default now(),
  completed_at timestamptz,
  -- What the other services find the person by; until all of them are done.
  person jsonb,
  check ((person is null) = (completed_at is not null))
);

create index erasure_open on customer.erasure (id) where completed_at is null;

-- What each service has to do of it.
create table customer.erasure_part (
  erasure_id bigint not null references customer.erasure on delete cascade,
  service text not null,
  -- When it is asked, or asked again.
  due_at timestamptz not null default now(),
  tries integer not null default 0,
  done_at timestamptz,
  -- What is left, or why the service has not done it yet.
  detail text,
  -- Rows that lost the person, by what they are.
  erased jsonb not null default '{}',
  primary key (erasure_id, service)
);

create index erasure_part_due on customer.erasure_part (due_at) where done_at is null;
