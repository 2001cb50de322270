-- Branches: what the city tells the identity services of county sites, and what such a service has been told.

-- === At the city ===

create table branches (
    id uuid primary key,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz,
    division text not null unique check (division ~ '^[0-9]{6}$' and division !~ '00$'),
    -- What copies are sealed to; the other half was shown once and is not here.
    public_key bytea not null check (octet_length(public_key) = 32),
    key_made_at timestamptz not null,
    ended_at timestamptz
);

-- What a branch was told last about an account. The version counts what it was told. Here and below no foreign key
-- leads to accounts and grants: its check would wait for whoever changes the account, and they for whoever makes a
-- branch. Neither is ever deleted.
create table branch_copies (
    id uuid primary key,
    version bigint not null,
    created_at timestamptz not null,
    updated_at timestamptz,
    branch_id uuid not null references branches (id),
    account_id uuid not null,
    valid_until timestamptz not null,
    retracted_at timestamptz,
    unique (branch_id, account_id)
);
create index branch_copies_due on branch_copies (valid_until) where retracted_at is null;
create index branch_copies_account on branch_copies (account_id);

-- Grants that a branch was told, and the last instant at which it may go by what it was told.
create table branch_grants (
    id uuid primary key,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz,
    branch_id uuid not null references branches (id),
    grant_id uuid not null,
    held_until timestamptz not null,
    unique (branch_id, grant_id)
);

-- The key by which branches know the city's word. One, for as long as the city is.
create table authority_keys (
    id uuid primary key,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz,
    public_key bytea not null check (octet_length(public_key) = 32),
    sealed_private_key bytea not null
);
create unique index authority_keys_one on authority_keys ((true));

-- When branches were last told a key.
alter table signing_keys add told_at timestamptz;

-- A hash of the code that another site can compute, too; codes made before this have none and count at the city only.
alter table recovery_codes add sealed_digest bytea;

-- === At a branch ===

-- Per account the version that is known here, by the account's id. Without an end the account was taken back.
create table account_copies (
    id uuid primary key,
    version bigint not null,
    created_at timestamptz not null,
    updated_at timestamptz,
    valid_until timestamptz
);

-- Public keys of the city.
create table city_keys (
    id uuid primary key,
    version bigint not null,
    created_at timestamptz not null,
    updated_at timestamptz,
    public_key text not null,
    retired_at timestamptz
);

-- Nobody's in particular: ids, times and public keys, needed whoever changes an account or asks for keys.
alter table branches enable row level security;
create policy service on branches using (true);
alter table branch_copies enable row level security;
create policy service on branch_copies using (true);
alter table branch_grants enable row level security;
create policy service on branch_grants using (true);
alter table authority_keys enable row level security;
create policy service on authority_keys using (true);
alter table account_copies enable row level security;
create policy service on account_copies using (true);
alter table city_keys enable row level security;
create policy service on city_keys using (true);
