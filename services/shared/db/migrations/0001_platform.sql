-- What every service needs around its own tables: outbox, inbox, idempotency, audit, dead letters.

create table outbox (
    seq bigint generated always as identity primary key,
    event_id uuid not null unique,
    type text not null,
    subject text not null,
    resource text not null,
    division text not null,
    version bigint not null,
    occurred_at timestamptz not null,
    traceparent text,
    data bytea not null,
    published_at timestamptz
);
create index outbox_unpublished on outbox (seq) where published_at is null;
create index outbox_published on outbox (published_at) where published_at is not null;

create table inbox (
    consumer text not null,
    event_id uuid not null,
    seen_at timestamptz not null,
    primary key (consumer, event_id)
);

-- The reply may hold personal data, so it is stored sealed.
create table idempotency (
    method text not null,
    caller text not null,
    request_id text not null,
    request_hash bytea not null,
    sealed_reply bytea,
    created_at timestamptz not null,
    primary key (method, caller, request_id)
);

create table audit (
    seq bigint generated always as identity primary key,
    at timestamptz not null,
    caller text not null,
    method text not null,
    request_id text,
    request_hash bytea not null
);
-- Even the owner of the table gives these up; only a migration can take them back.
revoke update, delete, truncate on audit from current_user;

create table dead_letter (
    consumer text not null,
    event_id uuid not null,
    type text not null,
    resource text not null,
    division text not null,
    version bigint not null,
    occurred_at timestamptz not null,
    stream_sequence bigint not null,
    data bytea not null,
    error text not null,
    set_aside_at timestamptz not null,
    primary key (consumer, event_id)
);
