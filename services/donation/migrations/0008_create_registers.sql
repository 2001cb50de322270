-- Registers: audits, disclosures, regulations, and totals that a source states.

create table audits (
    id uuid primary key,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz,
    division text not null,
    fiscal_year integer not null,
    firm text not null,
    performed_on text not null,
    opinion text check (opinion in ('unqualified', 'qualified', 'adverse', 'disclaimer')),
    report_reference text not null,
    sources text[] not null,
    locations text[] not null,
    unique (fiscal_year, division)
);
create index audits_page on audits (created_at, id);

create table disclosure_items (
    id uuid primary key,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz,
    division text not null,
    what text not null check (what <> ''),
    platform text not null check (platform <> ''),
    fiscal_year integer not null,
    period text not null,
    published_on text not null,
    proof_url text not null,
    proof_sha256 text not null check (proof_sha256 ~ '^([0-9a-f]{64})?$'),
    state text not null check (state in ('planned', 'published')),
    sources text[] not null,
    locations text[] not null,
    unique (what, platform, fiscal_year, division)
);
create index disclosure_items_page on disclosure_items (created_at, id);

create table regulations (
    id uuid primary key,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz,
    division text not null,
    title text not null check (title <> ''),
    issuer text not null,
    document_no text not null,
    edition text not null,
    in_force_from text not null,
    in_force_key text not null,
    repealed_on text not null,
    sources text[] not null,
    locations text[] not null,
    unique (title, in_force_key)
);
create index regulations_page on regulations (created_at, id);

create table count_statements (
    id uuid primary key,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz,
    division text not null,
    subject text not null check (subject <> ''),
    count text not null,
    unit text not null,
    as_of text not null,
    as_of_key text not null,
    sources text[] not null,
    -- The sources in order: another order is the same statement.
    sources_key text[] not null,
    locations text[] not null,
    unique (subject, division, as_of_key, sources_key)
);
create index count_statements_page on count_statements (created_at, id);
