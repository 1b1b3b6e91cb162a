// Postgres: to be written.
