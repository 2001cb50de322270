-- Totals that a source states without the records behind them.

create table count_statements (
    id uuid primary key,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz,
    subject text not null check (subject ~ '^[a-z][a-z0-9_]*$'),
    division text not null check (division ~ '^[0-9]+$'),
    count text not null,
    unit text not null,
    as_of text not null,
    as_of_key text not null,
    sources text[] not null,
    -- The sources sorted and joined: naming them in another order is the same statement.
    sources_key text not null,
    locations text[] not null,
    unique (subject, division, as_of_key, sources_key)
);
