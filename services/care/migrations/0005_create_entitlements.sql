-- Benefits as policy, and whom they were granted.

create table policies (
    id uuid primary key,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz,
    benefit text not null check (benefit in ('exam_bonus', 'free_bus')),
    authority text not null,
    valid_from text not null,
    valid_from_key text not null,
    valid_to text not null,
    points text not null,
    requires_title boolean not null,
    division text not null check (division ~ '^[0-9]+$'),
    sources text[] not null,
    locations text[] not null,
    unique (benefit, valid_from_key, division)
);

create table grants (
    id uuid primary key,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz,
    policy uuid not null references policies,
    benefit text not null check (benefit in ('exam_bonus', 'free_bus')),
    hero text not null references heroes (hero),
    beneficiary text not null check (beneficiary in ('hero', 'child')),
    from_day date not null,
    to_day date,
    credential bytea,
    credential_index bytea,
    title_document text not null,
    ended_on date,
    end_reason text,
    division text not null check (division ~ '^[0-9]+$'),
    sources text[] not null,
    locations text[] not null,
    check (to_day is null or to_day >= from_day),
    check ((credential is null) = (credential_index is null)),
    check ((ended_on is null) = (end_reason is null)),
    check (benefit <> 'exam_bonus' or credential is not null)
);
create unique index grants_natural
    on grants (policy, hero, beneficiary, from_day, coalesce(credential_index, ''::bytea));
-- The same student is granted the bonus once a year; the same card belongs to one person at a time.
create unique index grants_student on grants (credential_index, (extract(year from from_day)))
    where benefit = 'exam_bonus' and ended_on is null;
create unique index grants_card on grants (credential_index)
    where benefit = 'free_bus' and ended_on is null;
create index grants_hero on grants (hero);
create index grants_credential on grants (credential_index) where credential_index is not null;
