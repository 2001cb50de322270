-- Who holds which role where, from a day to a day (half-open).

create table roles (
    id uuid primary key,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz,
    person_id uuid not null references people (id),
    kind text not null check (kind in ('staff', 'liaison_officer', 'volunteer')),
    domain text check (domain in ('village_community', 'industry', 'enterprise')),
    tier text check (tier in ('patrol', 'rescue')),
    title text not null,
    org_unit_id uuid not null references org_units (id),
    -- Null: unknown since when.
    from_day date,
    -- First day on which it is no longer held; null: it still is.
    to_day date,
    sources text[] not null,
    locations text[] not null,
    check ((kind = 'liaison_officer') = (domain is not null)),
    check (tier is null or kind = 'volunteer'),
    check (from_day < to_day)
);
create unique index roles_natural on roles (person_id, kind, org_unit_id, coalesce(from_day, '-infinity'));
create index roles_org_unit on roles (org_unit_id);
create index roles_page on roles (created_at, id);
