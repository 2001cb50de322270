-- 六进 campaigns and sessions, events, exchanges.

create table six_enter_campaigns (
    id uuid primary key,
    version bigint not null default 1,
    title text not null check (title <> ''),
    title_key text not null check (title_key <> ''),
    period text not null,
    period_key text not null,
    division text not null,
    sources text[] not null,
    locations text[] not null,
    created_at timestamptz not null,
    updated_at timestamptz,
    unique (title_key, period_key, division)
);
create index six_enter_campaigns_page on six_enter_campaigns (created_at, id);

-- held_key is the campaign's period when the session's own date is unknown.
create table six_enter_sessions (
    id uuid primary key,
    version bigint not null default 1,
    campaign uuid not null references six_enter_campaigns (id),
    kind text not null check (kind in ('scenic_area', 'community', 'enterprise', 'campus', 'hospital', 'station')),
    held_on text not null,
    held_key text not null,
    place text not null,
    division text not null,
    sources text[] not null,
    locations text[] not null,
    created_at timestamptz not null,
    updated_at timestamptz,
    unique (campaign, kind, held_key)
);
create index six_enter_sessions_page on six_enter_sessions (created_at, id);

create table events (
    id uuid primary key,
    version bigint not null default 1,
    kind text not null check (kind in ('spring_gala', 'bus_launch', 'army_day_education', 'other')),
    title text not null check (title <> ''),
    title_key text not null check (title_key <> ''),
    held_on text not null,
    held_key text not null,
    first_day date,
    last_day date,
    place text not null,
    participants text not null,
    sites jsonb not null,
    organisers text not null,
    state text not null check (state in ('held', 'cancelled')),
    division text not null,
    sources text[] not null,
    locations text[] not null,
    created_at timestamptz not null,
    updated_at timestamptz,
    unique (kind, title_key, held_key, division)
);
create index events_page on events (created_at, id);

create table exchanges (
    id uuid primary key,
    version bigint not null default 1,
    kind text not null check (kind in ('study_tour', 'inbound_visit', 'field_survey')),
    title text not null check (title <> ''),
    title_key text not null check (title_key <> ''),
    held_on text not null,
    held_key text not null,
    first_day date,
    last_day date,
    partner text not null,
    partner_division text,
    place text not null,
    sealed_leader bytea,
    findings text not null,
    division text not null,
    sources text[] not null,
    locations text[] not null,
    created_at timestamptz not null,
    updated_at timestamptz,
    unique (kind, title_key, held_key)
);
create index exchanges_page on exchanges (created_at, id);
