-- The read model: one row per resource of every service, in generations so that a rebuild never
-- shows half of itself.

create table facts (
    id uuid primary key,
    generation integer not null,
    context text not null,
    resource text not null,
    created_at timestamptz not null,
    -- Empty until the event that opens the resource was seen: an end may overtake its beginning.
    kind text not null,
    division text not null,
    on_date text not null,
    first_day date,
    last_day date,
    ended_on text not null,
    state text not null check (state in ('planned', 'current', 'ended', 'cancelled', 'sealed')),
    sources text[] not null,
    occurrences integer not null,
    measures jsonb not null,
    -- Content and state are each kept from the event that is newest for it, by (version, sequence).
    content_version bigint not null,
    content_sequence bigint not null,
    state_version bigint not null,
    state_sequence bigint not null,
    unique (generation, context, resource)
);
create index facts_page on facts (generation, created_at, id);

create table watermarks (
    generation integer not null,
    division text not null,
    context text not null,
    sequence bigint not null,
    last_event_at timestamptz not null,
    primary key (generation, division, context)
);

-- One row: which generation serves, which one is being built beside it, and the highest number ever given
-- to one. While one is being built, live events go to both, so that nothing is missed at the change-over.
create table projection_state (
    only_row boolean primary key default true check (only_row),
    active_generation integer not null,
    building_generation integer,
    last_generation integer not null
);
insert into projection_state (active_generation, last_generation) values (1, 1);
