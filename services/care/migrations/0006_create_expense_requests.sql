-- Money asked of the donation service, and its answer.

create table expense_requests (
    id uuid primary key,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz,
    activity uuid not null references activities,
    fund text not null check (fund like 'funds/%'),
    amount_fen bigint not null check (amount_fen > 0),
    purpose text not null,
    state text not null check (state in ('requested', 'funded', 'refused', 'cancelled')),
    refusal text check ((state = 'refused') = (refusal is not null)),
    -- Version of the answer that was taken; older ones that arrive later are not.
    answer_version bigint not null default 0,
    division text not null check (division ~ '^[0-9]+$'),
    sources text[] not null,
    locations text[] not null
);
create index expense_requests_activity on expense_requests (activity);
