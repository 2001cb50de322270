-- Confirmed heroes. A row with a confidentiality is sealed: invisible without the right and the wish to see it.

create table heroes (
    id uuid primary key,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz,
    person_id uuid not null references people (id),
    standing text not null check (standing in ('confirmed', 'revoked', 'deceased')),
    confirmed_on text not null,
    document_no text not null check (document_no <> ''),
    authority text not null check (authority <> ''),
    honour_level text check (honour_level in (
        'national', 'province_hero', 'province_model', 'city_model', 'county_advanced', 'work_unit',
        'confirmed_only')),
    confidentiality text check (confidentiality in ('family_request', 'safety', 'state')),
    confidentiality_ground bytea,
    revoked_on date,
    revocation_document_no text,
    revocation_reason bytea,
    died_on text,
    sources text[] not null,
    locations text[] not null,
    check ((confidentiality is null) = (confidentiality_ground is null)),
    check ((standing = 'revoked') = (revoked_on is not null)),
    check ((revoked_on is null) = (revocation_document_no is null)),
    check ((revoked_on is null) = (revocation_reason is null)),
    check ((standing = 'deceased') = (died_on is not null))
);
create unique index heroes_natural on heroes (person_id, document_no);
create index heroes_page on heroes (created_at, id);
