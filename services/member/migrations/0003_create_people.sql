-- The register of people. Whatever is personal is sealed; the indexes are keyed hashes.

create table people (
    id uuid primary key,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz,
    document_kind text not null check (document_kind in (
        'citizen_id', 'legacy', 'birth_certificate', 'passport', 'military', 'foreign_residence', 'none')),
    full_name bytea not null,
    citizen_id bytea,
    document_number bytea,
    phone bytea,
    birth_date bytea,
    sex text check (sex in ('male', 'female')),
    veteran boolean not null,
    citizen_index bytea,
    phone_index bytea,
    -- For people without a number of their own: the same words from the same source are the same person.
    stated_index bytea,
    sources text[] not null,
    locations text[] not null,
    check ((document_kind in ('citizen_id', 'legacy')) = (citizen_id is not null)),
    check ((citizen_id is null) = (citizen_index is null)),
    check ((phone is null) = (phone_index is null)),
    check (document_number is null or document_kind not in ('citizen_id', 'legacy', 'none'))
);
-- Numbers of the first generation are not unique and tell nobody apart.
create unique index people_citizen on people (citizen_index) where document_kind = 'citizen_id';
create index people_legacy on people (citizen_index) where document_kind = 'legacy';
create unique index people_stated on people (stated_index);
create index people_phone on people (phone_index);
create index people_page on people (created_at, id);
