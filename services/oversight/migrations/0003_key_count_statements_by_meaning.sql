-- The same sources in another order, or the words of a source in brackets behind a date, do not make
-- another statement.

alter table count_statements add column as_of_key text, add column sources_key text[];
update count_statements
set as_of_key = regexp_replace(as_of, ' ?\(.*\)$', ''),
    sources_key = array(select distinct source collate "C" from unnest(sources) source order by 1);
alter table count_statements
    alter column as_of_key set not null,
    alter column sources_key set not null,
    drop constraint count_statements_subject_division_as_of_sources_key,
    add unique (subject, division, as_of_key, sources_key);
