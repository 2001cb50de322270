-- Donors. Names are sealed; an organisation without USCC is found again by a blind index of its name.

create table donors (
    id uuid primary key,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz,
    division text not null,
    kind text not null check (kind in ('government', 'enterprise', 'society', 'individual')),
    sealed_name bytea not null,
    name_index bytea,
    anonymous boolean not null,
    uscc text unique check (length(uscc) = 18),
    uscc_absent_reason text not null,
    sources text[] not null,
    locations text[] not null,
    check (kind <> 'enterprise' or uscc is not null or uscc_absent_reason <> ''),
    check (kind <> 'individual' or (uscc is null and name_index is null))
);
create unique index donors_organisation on donors (kind, division, name_index)
    where uscc is null and name_index is not null;
create index donors_page on donors (created_at, id);
