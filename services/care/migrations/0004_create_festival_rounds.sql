-- Condolence rounds and the visits paid in them.

create table festival_rounds (
    id uuid primary key,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz,
    festival text not null,
    year integer not null,
    festival_day date not null,
    stated_coverage_percent text not null,
    division text not null check (division ~ '^[0-9]+$'),
    sources text[] not null,
    locations text[] not null,
    foreign key (festival, year) references lunar_festivals (festival, year),
    unique (festival, year, division)
);

create table visits (
    id uuid primary key,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz,
    round uuid not null references festival_rounds,
    hero text not null references heroes (hero),
    mode text not null check (mode in ('home', 'work_unit', 'school', 'village_committee')),
    visited_on text not null,
    visited_on_key text not null,
    visitor_org text not null,
    outcome text not null check (outcome in ('visited', 'opted_out', 'unreachable')),
    with_media boolean not null,
    sources text[] not null,
    locations text[] not null,
    unique (round, hero, visited_on_key, visitor_org)
);
