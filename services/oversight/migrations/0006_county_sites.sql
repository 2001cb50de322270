-- The counties that have a site of their own, and how each was when it was last asked.

create table county_sites (
    id uuid primary key,
    version bigint not null default 1 check (version > 0),
    created_at timestamptz not null,
    division text not null unique check (division ~ '^[0-9]{6}$'),
    url text not null check (url = 'nats:' or url ~ '^https?://[^/@?#]+$'),
    on_city_broker boolean not null,
    certificate_until timestamptz,
    joined_at timestamptz not null,
    -- One that left stays, so that it is not a stranger when it comes back.
    left_at timestamptz check (left_at >= joined_at)
);
create index county_sites_page on county_sites (created_at, id);
alter table county_sites enable row level security;
create policy reach on county_sites using (jianyi_reaches(division));

-- What the watch knows. Not part of the facts: a rebuild leaves it alone. `silent_since` changes only together with
-- the event that tells of it, so that reports, which show it, are a function of the events.
create table county_watches (
    division text primary key,
    began_at timestamptz not null,
    reachable boolean not null default false,
    heard_at timestamptz,
    silent_since timestamptz,
    -- The county's stream as it was when it last answered.
    stream_sequence bigint,
    stream_at timestamptz,
    lag_events bigint,
    waiting_since timestamptz,
    gap_events bigint not null default 0,
    gap_sequences bigint[] not null default '{}',
    checked_at timestamptz,
    certificate_told_on date
);
alter table county_watches enable row level security;
create policy reach on county_watches using (jianyi_reaches(division));

-- Which of a county's own events have become part of the figures: how many, and how far in the stream they were
-- first written to. `origin` is empty for the city's own broker.
create table county_arrivals (
    division text not null,
    origin text not null,
    events bigint not null,
    sequence bigint not null,
    last_event_at timestamptz not null,
    primary key (division, origin)
);
alter table county_arrivals enable row level security;
create policy reach on county_arrivals using (jianyi_reaches(division));
