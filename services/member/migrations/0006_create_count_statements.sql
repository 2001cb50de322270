-- Totals that sources state. The same source says one number about one thing.

create table count_statements (
    id uuid primary key,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz,
    subject text not null check (subject ~ '^[a-z][a-z0-9_]*$'),
    division text not null,
    as_of text not null,
    -- Its sources in alphabetical order, joined by commas.
    sources_key text not null,
    count text not null,
    unit text not null,
    sources text[] not null,
    locations text[] not null
);
create unique index count_statements_natural on count_statements (subject, division, as_of, sources_key);
create index count_statements_page on count_statements (created_at, id);
