-- Programs on our queues. The broker vouches for who they are (user "integration-<name>"); here is what they may.
create table customer.integration (
  name text primary key,
  scopes text[] not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
