-- The audit log becomes a Merkle tree. Writers only insert, so they never wait for each other; a sealer
-- gives positions afterwards. What is evidence can be added to and nothing else.

alter table audit
    add column entry_id uuid unique,
    add column purpose text,
    add column resources text[] not null default '{}',
    add column outcome text not null default '',
    -- Keyed hash of the row, made by its writer: the row cannot be changed even before it is sealed.
    add column mac bytea check (octet_length(mac) = 32);
-- Almost free for writers, and enough to find a span of time in rows that are in order of time.
create index audit_at on audit using brin (at);

-- Rows that wait for a position. Only a queue: whoever empties it leaves rows without a leaf.
create table audit_unsealed (entry_seq bigint primary key);
insert into audit_unsealed select seq from audit;

create table audit_leaves (
    position bigint primary key check (position >= 0),
    entry_seq bigint not null unique,
    leaf_hash bytea not null check (octet_length(leaf_hash) = 32)
);

create table audit_keys (
    key_id uuid primary key,
    -- One log, one key: with a second one history could be signed anew beside it.
    only_one boolean not null default true unique check (only_one),
    hash text not null check (hash in ('sha256', 'sm3')),
    public_key bytea not null check (octet_length(public_key) = 32),
    created_at timestamptz not null
);

-- Apart from the public part, because field keys rotate and what they seal is then sealed anew. No foreign key:
-- checking one locks the row it points to, which takes the right to update it.
create table audit_secrets (
    key_id uuid primary key,
    sealed_signing_key bytea not null,
    sealed_leaf_key bytea not null
);

create table audit_heads (
    tree_size bigint primary key check (tree_size > 0),
    instance text not null,
    root bytea not null check (octet_length(root) = 32),
    frontier bytea not null,
    previous_size bigint not null,
    previous_root bytea not null check (octet_length(previous_root) = 32),
    signed_at timestamptz not null,
    key_id uuid not null,
    signature bytea not null check (octet_length(signature) = 64),
    check (previous_size < tree_size)
);

-- What other instances said about their logs, each copy with its signature: proof against a rewritten log.
create table witnessed_heads (
    seq bigint generated always as identity unique,
    instance text not null,
    tree_size bigint not null,
    root bytea not null,
    hash text not null,
    previous_size bigint not null,
    previous_root bytea not null,
    signed_at timestamptz not null,
    public_key bytea not null,
    signature bytea not null,
    received_at timestamptz not null,
    -- Why this copy cannot be true together with an earlier one.
    conflict text,
    primary key (instance, tree_size, root, signature)
);

create function jianyi_append_only() returns trigger language plpgsql as $$
begin
    raise exception '% can be added to and nothing else', tg_table_name using errcode = 'insufficient_privilege';
end
$$;

create trigger append_only before update or delete or truncate on audit
    for each statement execute function jianyi_append_only();
create trigger append_only before update or delete or truncate on audit_leaves
    for each statement execute function jianyi_append_only();
create trigger append_only before update or delete or truncate on audit_keys
    for each statement execute function jianyi_append_only();
create trigger append_only before update or delete or truncate on audit_heads
    for each statement execute function jianyi_append_only();
create trigger append_only before update or delete or truncate on witnessed_heads
    for each statement execute function jianyi_append_only();


-- Stored replies are forgotten after some days.
create index idempotency_created_at on idempotency (created_at);

-- Who did what when, and hashes of it: nobody's rows in particular.
alter table audit_unsealed enable row level security;
create policy service on audit_unsealed using (true);
alter table audit_leaves enable row level security;
create policy service on audit_leaves using (true);
alter table audit_keys enable row level security;
create policy service on audit_keys using (true);
alter table audit_secrets enable row level security;
create policy service on audit_secrets using (true);
alter table audit_heads enable row level security;
create policy service on audit_heads using (true);
alter table witnessed_heads enable row level security;
create policy service on witnessed_heads using (true);
