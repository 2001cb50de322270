-- How much was said, by day, kind and address, when the outbox forgets the events themselves: what a county answers
-- with when somebody asks what left it.
create table outbox_said (
    -- In Shanghai.
    day date not null,
    type_name text not null,
    -- The county it was addressed to, `all`, or nothing for everybody who listens.
    address text not null,
    events bigint not null check (events > 0),
    first_at timestamptz not null,
    last_at timestamptz not null check (last_at >= first_at),
    primary key (day, type_name, address)
);
alter table outbox_said enable row level security;
create policy service on outbox_said using (true);
