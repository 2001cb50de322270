-- Programmes, activities, who takes part in them, and the days on which they do.

create table programmes (
    id uuid primary key,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz,
    year integer not null check (year between 1900 and 2200),
    title text not null,
    programme_group text not null
        check (programme_group in ('condolence', 'recuperation', 'children', 'health', 'benefit')),
    division text not null check (division ~ '^[0-9]+$'),
    sources text[] not null,
    locations text[] not null,
    unique (year, title, division)
);

create table activities (
    id uuid primary key,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz,
    kind text not null check (kind in ('recuperation', 'children_camp', 'health_check', 'free_clinic')),
    title text not null,
    programme uuid references programmes,
    held_on text not null,
    -- The date without words; part of the natural key.
    held_on_key text not null,
    first_day date,
    last_day date,
    batch_no integer check (batch_no > 0),
    destinations text[] not null,
    partner text not null,
    stated_days integer check (stated_days > 0),
    participants text not null,
    place text not null,
    state text not null check (state in ('planned', 'closed', 'cancelled')),
    division text not null check (division ~ '^[0-9]+$'),
    sources text[] not null,
    locations text[] not null,
    check ((first_day is null) = (last_day is null)),
    check (state <> 'closed' or first_day is not null)
);
-- A cancelled activity may be planned anew.
create unique index activities_natural on activities (kind, held_on_key, coalesce(batch_no, 0), division)
    where state <> 'cancelled';
create index activities_list on activities (created_at, id);

create table participants (
    id uuid primary key,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz,
    activity uuid not null references activities,
    hero text not null references heroes (hero),
    role text not null check (role in ('hero', 'child', 'escort')),
    -- Blind index of the person: the hero, or the hero's child by name and day of birth.
    person bytea not null,
    child_name bytea,
    child_birth_date bytea,
    guardian_consent boolean not null,
    sources text[] not null,
    locations text[] not null,
    unique (activity, person),
    check ((role = 'child') = (child_name is not null)),
    check ((role = 'child') = (child_birth_date is not null))
);

-- One person is in one activity a day; the key decides between concurrent requests.
create table person_days (
    person bytea not null,
    day date not null,
    participant uuid not null references participants,
    primary key (person, day)
);
create index person_days_participant on person_days (participant);
