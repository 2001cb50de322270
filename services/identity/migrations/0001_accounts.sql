-- Who may log in, what they may do, and the keys that say so.

create table accounts (
    id uuid primary key,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz,
    login text not null unique check (login ~ '^[a-z][a-z0-9._-]{2,63}$'),
    sealed_label bytea not null,
    -- An argon2id hash, sealed once more: a stolen dump alone cannot even be guessed at.
    sealed_password bytea not null,
    password_changed_at timestamptz not null,
    disabled_at timestamptz
);
create index accounts_order on accounts (created_at, id);

create table account_grants (
    id uuid primary key,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz,
    account_id uuid not null references accounts (id),
    role text not null check (role in (
        'ROLE_ADMINISTRATOR', 'ROLE_LEADER', 'ROLE_MEMBER_AFFAIRS', 'ROLE_CARE', 'ROLE_FINANCE', 'ROLE_PUBLICITY',
        'ROLE_OVERSIGHT', 'ROLE_COUNTY_CLERK', 'ROLE_TOWNSHIP_STATION', 'ROLE_LIAISON_OFFICER', 'ROLE_AUDITOR',
        'ROLE_AGENCY'
    )),
    division text not null check (division ~ '^([0-9]{6}|[0-9]{9}|[0-9]{12})$'),
    unique (account_id, role, division)
);

-- By a keyed hash of what was typed, known or not: people type passwords into the login field, too.
create table login_attempts (
    id uuid primary key,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz,
    login_index bytea not null unique,
    failures bigint not null default 0 check (failures >= 0),
    failed_at timestamptz,
    locked_until timestamptz
);
create index login_attempts_failed on login_attempts (failed_at);

create table signing_keys (
    id uuid primary key,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz,
    public_key text not null,
    sealed_private_key bytea not null,
    retired_at timestamptz
);
-- One key signs at a time; two processes that start together make one.
create unique index signing_keys_active on signing_keys ((true)) where retired_at is null;

-- What the subject `tokens/{id}` of a minted token stands for, long after the token is gone.
create table minted_tokens (
    id uuid primary key,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz,
    minted_by text not null,
    role text not null,
    division text not null,
    expires_at timestamptz not null
);
