-- Campaigns of a year, and the meetings and periods they consist of.

create table campaigns (
    id uuid primary key,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz,
    division text not null,
    year integer not null check (year between 1949 and 2200),
    title text not null check (title <> ''),
    platform text not null,
    fundraiser text not null,
    window_on text not null,
    sub_windows text[] not null,
    sources text[] not null,
    locations text[] not null,
    unique (year, title, division)
);
create index campaigns_page on campaigns (created_at, id);

create table campaign_phases (
    id uuid primary key,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz,
    campaign_id uuid not null references campaigns (id),
    division text not null,
    kind text not null check (kind in ('mobilisation', 'collection', 'summary')),
    held_on text not null,
    -- The date without words: two wordings of one date are one phase.
    held_on_key text not null,
    place text not null,
    sources text[] not null,
    locations text[] not null,
    unique (campaign_id, kind, held_on_key)
);
create index campaign_phases_page on campaign_phases (created_at, id);
