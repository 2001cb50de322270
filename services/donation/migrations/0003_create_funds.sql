-- Funds with their running balances. The row is locked for every movement, so the checks hold under concurrency.

create table funds (
    id uuid primary key,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz,
    division text not null,
    title text not null check (title <> ''),
    restricted boolean not null,
    purposes text[] not null,
    usable_from date,
    usable_until date,
    opened_on text not null,
    balance_fen bigint not null default 0,
    reserved_fen bigint not null default 0,
    sources text[] not null,
    locations text[] not null,
    unique (title, division),
    check (reserved_fen >= 0),
    check (balance_fen >= reserved_fen),
    check (usable_from <= usable_until),
    check (restricted or (cardinality(purposes) = 0 and usable_from is null and usable_until is null))
);
create index funds_page on funds (created_at, id);
