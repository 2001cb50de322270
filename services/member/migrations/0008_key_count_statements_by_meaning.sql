-- The words of a source in brackets behind a date do not make another date: `2024 (目前)` is `2024`.

alter table count_statements add column as_of_key text;
update count_statements set as_of_key = regexp_replace(as_of, ' ?\(.*\)$', '');
alter table count_statements alter column as_of_key set not null;
drop index count_statements_natural;
create unique index count_statements_natural on count_statements (subject, division, as_of_key, sources_key);
