-- Duties to report: the rule, and the reports it makes due.

create table report_rules (
    id uuid primary key,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz,
    division text not null,
    title text not null check (title <> ''),
    recipient text not null check (recipient <> ''),
    period text not null check (period in ('quarterly')),
    due_day integer not null check (due_day between 1 and 28),
    from_year integer not null,
    to_year integer check (to_year >= from_year),
    sources text[] not null,
    locations text[] not null,
    unique (title, recipient, division)
);
create index report_rules_page on report_rules (created_at, id);

create table report_obligations (
    id uuid primary key,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz,
    division text not null,
    rule_id uuid not null references report_rules (id),
    year integer not null,
    quarter integer not null check (quarter between 1 and 4),
    due_on date not null,
    state text not null check (state in ('due', 'submitted')),
    submitted_on date,
    receipt_no text not null,
    sources text[] not null,
    locations text[] not null,
    unique (rule_id, year, quarter),
    check ((state = 'submitted') = (submitted_on is not null))
);
create index report_obligations_page on report_obligations (created_at, id);
