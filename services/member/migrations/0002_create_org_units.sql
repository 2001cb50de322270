-- The organisation tree. What a unit was called when is in org_unit_names.

create table org_units (
    id uuid primary key,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz,
    kind text not null check (kind in (
        'city_association', 'county_association', 'station', 'liaison_room', 'hero_studio', 'volunteer_team',
        'rescue_organisation', 'partner')),
    -- The name it was entered under, and the newest one: both are taken for its kind and place.
    registered_name text not null check (registered_name <> ''),
    newest_name text not null check (newest_name <> ''),
    parent_id uuid references org_units (id),
    -- A unit of the city's own instance, which is another database.
    city_parent_id uuid check (city_parent_id is null or kind = 'county_association'),
    division text not null,
    tier text check (tier in ('patrol', 'rescue')),
    pilot boolean not null,
    uscc text check (uscc ~ '^[0-9A-HJ-NP-RTUWXY]{18}$'),
    opened_on text not null,
    -- First day on which it may have existed; null when unknown.
    opened_from date,
    closed_on text,
    -- First day on which it no longer exists, at the latest.
    closed_by date,
    sources text[] not null,
    locations text[] not null,
    check (parent_id is null or city_parent_id is null),
    check ((closed_on is null) = (closed_by is null))
);
create unique index org_units_registered on org_units (kind, division, registered_name);
create unique index org_units_newest on org_units (kind, division, newest_name);
create unique index org_units_uscc on org_units (uscc);
create index org_units_parent on org_units (parent_id);
create index org_units_page on org_units (created_at, id);

create table org_unit_names (
    id uuid primary key,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz,
    org_unit_id uuid not null references org_units (id),
    display_name text not null check (display_name <> ''),
    -- First day of the name; null: since the unit exists.
    valid_from date
);
create unique index org_unit_names_natural on org_unit_names (org_unit_id, coalesce(valid_from, '-infinity'));
