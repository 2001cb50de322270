-- Keys of fields, all of them wrapped: data keys by the field key, subjects' keys by a data key.

-- Versions count up from 1. The greatest one that is due seals; all of them open, so none is ever deleted.
-- Instants are the database's: it is the one clock that all processes of a service share.
create table data_keys (
    version integer primary key check (version > 0),
    algorithm text not null,
    provider_key_id text not null,
    wrapped bytea not null,
    created_at timestamptz not null default now(),
    active_from timestamptz not null,
    -- When everything sealed before it was sealed again with it.
    settled_at timestamptz
);

-- Destroying a key leaves the row, so that nobody makes a second key for the same subject.
create table subject_keys (
    subject text primary key,
    wrapped bytea,
    created_at timestamptz not null,
    destroyed_at timestamptz,
    check ((wrapped is null) = (destroyed_at is not null))
);

-- Keys are wrapped, and nobody's rows.
alter table data_keys enable row level security;
create policy service on data_keys using (true);
alter table subject_keys enable row level security;
create policy service on subject_keys using (true);
