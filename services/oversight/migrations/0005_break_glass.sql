-- Roles taken in an emergency (G06), as identity tells of them. Not part of the facts: a rebuild leaves it alone.

create table break_glass (
    "grant" text primary key,
    account text not null,
    role text not null,
    division text not null,
    business_date date not null,
    opened_at timestamptz not null,
    until timestamptz not null,
    closed_at timestamptz,
    closed_by text
);
create index break_glass_order on break_glass (opened_at desc);
alter table break_glass enable row level security;
create policy city on break_glass using (jianyi_reaches('410600'));
