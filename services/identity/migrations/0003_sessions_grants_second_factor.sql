-- Sessions and second factors, grants with a time and an author, duties kept apart, clients.

-- Duties that one account never holds together (G03): the three administrators, auditing, and the association's
-- work; and within the work the two sides of a voucher. An account is bound by its first grant, for good.
create function jianyi_duty(role text) returns text language sql immutable
    return case role
        when 'ROLE_SYSTEM_ADMINISTRATOR' then 'system'
        when 'ROLE_SECURITY_ADMINISTRATOR' then 'security'
        when 'ROLE_AUDIT_ADMINISTRATOR' then 'audit'
        when 'ROLE_AUDITOR' then 'auditor'
        else 'work' end;
create function jianyi_voucher_side(role text) returns text language sql immutable
    return case role
        when 'ROLE_FINANCE' then 'prepares'
        when 'ROLE_FINANCE_APPROVER' then 'approves' end;

delete from account_grants where role in ('ROLE_OPERATOR', 'ROLE_AGENCY');

alter table accounts
    add duty text,
    add voucher_side text,
    add must_change_password boolean not null default false,
    add sealed_totp bytea,
    add totp_confirmed_at timestamptz,
    -- The step of the last code that counted: a code counts once.
    add totp_step bigint not null default 0;
update accounts set duty = held.duty, voucher_side = held.side
    from (select account_id, min(jianyi_duty(role)) as duty, min(jianyi_voucher_side(role)) as side
          from account_grants group by account_id) held
    where held.account_id = accounts.id;
alter table accounts add unique (id, duty), add unique (id, voucher_side);

alter table account_grants
    drop constraint account_grants_account_id_role_division_key,
    drop constraint account_grants_role_check,
    add check (role ~ '^ROLE_[A-Z_]+$'
        and role not in ('ROLE_OPERATOR', 'ROLE_AGENCY', 'ROLE_SERVICE', 'ROLE_PUBLIC', 'ROLE_UNSPECIFIED')),
    add valid_from timestamptz,
    add valid_until timestamptz,
    add granted_by text not null default 'service:identity',
    add sealed_reason bytea,
    add may_break_glass boolean not null default false,
    add break_glass boolean not null default false,
    add ended_by text,
    add duty text not null generated always as (jianyi_duty(role)) stored,
    add voucher_side text generated always as (jianyi_voucher_side(role)) stored;
update account_grants set valid_from = created_at;
alter table account_grants
    alter valid_from set not null,
    alter granted_by drop default,
    -- A grant that is ended before it began never counted.
    add check (valid_until >= valid_from),
    -- Not retroactive.
    add check (valid_from >= created_at),
    add check (not break_glass or valid_until is not null),
    add foreign key (account_id, duty) references accounts (id, duty),
    add foreign key (account_id, voucher_side) references accounts (id, voucher_side);
create index account_grants_account on account_grants (account_id);

create table password_history (
    id uuid primary key,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz,
    account_id uuid not null references accounts (id),
    sealed_password bytea not null
);
create index password_history_account on password_history (account_id, created_at desc);

create table recovery_codes (
    id uuid primary key,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz,
    account_id uuid not null references accounts (id),
    code_index bytea not null unique,
    used_at timestamptz
);
create index recovery_codes_account on recovery_codes (account_id);

create table sessions (
    id uuid primary key,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz,
    account_id uuid not null references accounts (id),
    methods text[] not null,
    used_at timestamptz not null,
    expires_at timestamptz not null,
    ended_at timestamptz,
    ended_because text check (ended_because in ('logout', 'revoked', 'reused', 'password', 'disabled', 'second_factor')),
    check ((ended_at is null) = (ended_because is null))
);
create index sessions_account on sessions (account_id, created_at desc) where ended_at is null;

-- By a keyed hash: what a client keeps is not here.
create table refresh_tokens (
    id uuid primary key,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz,
    session_id uuid not null references sessions (id),
    token_index bytea not null unique,
    used_at timestamptz
);
create index refresh_tokens_session on refresh_tokens (session_id);

create table clients (
    id uuid primary key,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz,
    kind text not null check (kind ~ '^CLIENT_KIND_[A-Z_]+$'),
    label text not null,
    role text not null check (role in ('ROLE_AGENCY', 'ROLE_AUDITOR')),
    methods text[] not null check (cardinality(methods) > 0),
    divisions text[] not null check (cardinality(divisions) > 0),
    public_key text,
    certificate_sha256 text check (certificate_sha256 ~ '^[0-9a-f]{64}$'),
    valid_until timestamptz not null,
    registered_by text not null,
    disabled_at timestamptz,
    check (public_key is not null or certificate_sha256 is not null)
);

-- Ids of assertions that counted, until they could count no more.
create table assertions (
    id uuid primary key,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz,
    client text not null,
    nonce_index bytea not null,
    expires_at timestamptz not null,
    unique (client, nonce_index)
);
create index assertions_expires on assertions (expires_at);
