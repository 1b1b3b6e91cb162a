-- Finding customers by the beginnings of words. Made of what every PostgreSQL has: our role may create no extension.
-- A phone is found by its beginning, in the index that keeps phones unique.

-- The words of a customer's names and e-mail address.
create function customer.words(first_name text, last_name text, email text) returns tsvector
  language sql immutable parallel safe
  return to_tsvector('pg_catalog.simple'::regconfig, translate(
    coalesce(first_name, '') || ' ' || coalesce(last_name, '') || ' ' || coalesce(email, ''),
    '@.,_-+/:''"\', '           '));

-- What finds customers who have, for each word of a text, a word that begins with it. Null for a text without words.
create function customer.word_query(search text) returns tsquery
  language sql immutable parallel safe
  return (
    select string_agg('''' || lexeme || ''':*', ' & ')::tsquery
    from unnest(to_tsvector('pg_catalog.simple'::regconfig, translate(search, '@.,_-+/:''"\', '           '))));

create index customer_by_word on customer.customer using gin (customer.words(first_name, last_name, email));
