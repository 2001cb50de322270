-- What people ask about their own data, and by when it must be answered.

-- Effective-dated: how many working days there are. [known] for 2024; an authority's or our own rule may shorten it.
create table subject_request_terms (
    id uuid primary key,
    working_days integer not null check (working_days between 1 and 60),
    valid_from date not null unique
);
insert into subject_request_terms (id, working_days, valid_from) values (gen_random_uuid(), 15, '2021-11-01');
alter table subject_request_terms enable row level security;
create policy reference on subject_request_terms using (true);

create table subject_requests (
    id uuid primary key,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz,
    person_id uuid not null references people (id),
    kind text not null check (kind in ('copy', 'correct', 'delete')),
    requester text not null check (requester in ('self', 'guardian', 'kin')),
    evidence bytea not null,
    received_on date not null,
    due_on date not null check (received_on < due_on),
    state text not null check (state in ('open', 'fulfilled', 'refused')),
    outcome text check (outcome in ('copied', 'corrected', 'erased', 'locked')),
    closed_on date,
    refusal_reason bytea,
    check ((state = 'open') = (closed_on is null)),
    check ((state = 'fulfilled') = (outcome is not null)),
    check ((state = 'refused') = (refusal_reason is not null))
);
create index subject_requests_due on subject_requests (state, due_on, id);
create index subject_requests_person on subject_requests (person_id);
alter table subject_requests enable row level security;
create policy reach on subject_requests using (exists (select from people where people.id = subject_requests.person_id));
