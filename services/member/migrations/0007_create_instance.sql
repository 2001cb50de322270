-- Whose database this is. Resource names carry the county, rows do not: an instance started for another
-- county on this database would answer under false names, so it is refused.

create table instance (
    id uuid primary key,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz,
    division text not null,
    single boolean not null default true unique check (single)
);
