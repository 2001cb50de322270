-- What replies took out of this county, to whom, under which rule (ADR 0025). Names of fields, counts and ids; no
-- value of anybody. What events took out stands in the outbox and in `outbox_said`.

create table egress_shapes (
    id uuid primary key,
    -- SHA-256 of the rest.
    digest bytea not null unique,
    -- Path of the method; its policy is the rule.
    method text not null,
    -- Paths of fields that were not empty.
    fields text[] not null,
    -- Those of them that are personal and went out unmasked.
    plain text[] not null check (plain <@ fields)
);
alter table egress_shapes enable row level security;
create policy record on egress_shapes using (true);

create table egress (
    id uuid primary key,
    created_at timestamptz not null,
    shape_id uuid not null references egress_shapes,
    -- Account, program or service.
    recipient text not null,
    -- Divisions of the grants by which it was admitted.
    reach text[] not null,
    records integer not null check (records >= 0),
    -- Whom it told of.
    people uuid[] not null
);
create index egress_at on egress (created_at);
create index egress_people on egress using gin (people);
alter table egress enable row level security;
-- What told of somebody whom the caller may not know of is not there for that caller, also when they were hidden later.
create policy record on egress using (
    jianyi_sees_sealed()
    or (select count(*) from people where people.id = any(egress.people)) = cardinality(people)
);
