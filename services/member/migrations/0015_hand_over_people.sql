-- People who move to another county: who writes about them, and what passes between the two services.

alter table people
    -- Counts up with every change of writer; whoever writes holds the newest.
    add column epoch bigint not null default 1 check (epoch > 0),
    -- The county that writes since, and from which day on the person is theirs. Null: this one.
    add column handed_to text check (handed_to ~ '^[0-9]{6}$'),
    add column handed_on date,
    -- Counties that wrote before this one.
    add column former_counties text[] not null default '{}',
    add check ((handed_to is null) = (handed_on is null));

-- A role stays where it was held. What somebody brings along is history and counts there, not here.
alter table roles
    drop constraint roles_org_unit_id_fkey,
    add column held_in text check (held_in ~ '^[0-9]{6}$'),
    add column own_unit_id uuid generated always as (case when held_in is null then org_unit_id end) stored
        references org_units (id),
    drop constraint roles_check2,
    -- An empty span is a role that was to begin after the move, and was never held.
    add check (from_day <= to_day);

create table handovers (
    id uuid primary key,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz,
    side text not null check (side in ('giving', 'receiving')),
    -- No reference: on the receiving side the person is not here yet.
    person_id uuid not null,
    -- The other county.
    county text not null check (county ~ '^[0-9]{6}$'),
    -- First day on which the person belongs to the receiving county.
    effective_on date not null,
    -- Of the giving county when it offered.
    epoch bigint not null check (epoch > 0),
    expires_at timestamptz not null,
    sealed boolean not null,
    state text not null check (state in (
        'offered', 'accepted', 'released', 'completed', 'returned', 'refused', 'withdrawn', 'expired')),
    -- Why it was returned, a code.
    reason text,
    -- The one key that opens what is released; gone as soon as it has served, or cannot any more.
    private_key bytea,
    check (private_key is null or (side = 'receiving' and state = 'accepted')),
    check (state <> 'accepted' or private_key is not null)
);
create unique index handovers_open on handovers (person_id)
    where side = 'giving' and state in ('offered', 'released');
create index handovers_page on handovers (created_at, id);
create index handovers_expiry on handovers (expires_at) where side = 'giving' and state = 'offered';
alter table handovers enable row level security;
-- Who is here is seen with the person; who is not, by the mark that came along.
create policy reach on handovers using (
    jianyi_reaches((select division from instance))
    and (not sealed or jianyi_sees_sealed())
    and (exists (select from people where people.id = handovers.person_id)
         or (side = 'receiving' and state <> 'completed'))
);

-- Whose the records were that left with somebody, so that their old names can say where they are now.
create table departed (
    id uuid primary key,
    person_id uuid not null references people (id)
);
create index departed_person on departed (person_id);
alter table departed enable row level security;
create policy reach on departed using (exists (select from people where people.id = departed.person_id));
