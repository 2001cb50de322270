-- Decisions on expense requests: one per request, whatever is delivered how often.

create table reservations (
    id uuid primary key,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz,
    created_by text not null,
    division text not null,
    request text not null unique,
    activity text not null,
    fund_asked text not null,
    fund_id uuid references funds (id),
    amount_fen bigint not null check (amount_fen between 1 and 1000000000000),
    state text not null check (state in ('reserved', 'paid', 'released', 'refused')),
    refusal text check (refusal in ('exhausted', 'unknown', 'period_mismatch')),
    paid_on date,
    sealed_note bytea,
    entry_id uuid unique references journal_entries (id) deferrable initially deferred,
    check ((state = 'refused') = (refusal is not null)),
    check ((state = 'paid') = (paid_on is not null and entry_id is not null)),
    check (fund_id is not null or state = 'refused')
);
create index reservations_page on reservations (created_at, id);
create index reservations_fund on reservations (fund_id);
