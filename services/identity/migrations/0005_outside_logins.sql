-- Logins through an outside provider (OpenID Connect), and who of its people is whom here.

-- Begun and not come back yet. What is used is deleted.
create table oidc_logins (
    id uuid primary key,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz,
    state_index bytea not null unique,
    sealed_verifier bytea not null,
    sealed_nonce bytea not null,
    expires_at timestamptz not null
);
create index oidc_logins_expires on oidc_logins (expires_at);
-- Nobody's in particular: asked before it is known who calls.
alter table oidc_logins enable row level security;
create policy service on oidc_logins using (true);

create table oidc_links (
    id uuid primary key,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz,
    account_id uuid not null references accounts (id),
    issuer text not null,
    -- A keyed hash of issuer and subject.
    subject_index bytea not null,
    sealed_subject bytea not null,
    linked_by text not null,
    unique (issuer, subject_index),
    unique (account_id, issuer)
);
alter table oidc_links enable row level security;
create policy reach on oidc_links using (exists (select from accounts as parent where parent.id = oidc_links.account_id));
