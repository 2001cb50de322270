-- What care knows of heroes, put together from the member service's events. Each kind of event keeps
-- the version it was last taken from, so that the row is the same in whatever order they arrive.

create table heroes (
    id uuid primary key,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz,
    hero text not null unique check (hero = 'counties/' || division || '/heroes/' || id),
    division text not null check (division ~ '^[0-9]{6}$'),
    -- 0: no confirmation has arrived yet. The day is null when the event does not carry one.
    confirmed_version bigint not null default 0,
    confirmed_on date,
    sealed boolean not null default false,
    ended_version bigint not null default 0,
    ended_on date,
    end_reason text check (end_reason in ('revoked', 'deceased')),
    check ((ended_version = 0) = (ended_on is null)),
    check ((ended_on is null) = (end_reason is null))
);
