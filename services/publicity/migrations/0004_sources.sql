-- Source documents, totals that sources state, and stories.

create table source_documents (
    id uuid primary key,
    version bigint not null default 1,
    title text not null check (title <> ''),
    published_on text not null,
    content_hash bytea not null unique check (length(content_hash) = 32),
    sealed_text bytea not null,
    lines integer not null check (lines >= 0),
    joins integer not null check (joins >= 0),
    paragraph_count integer not null check (paragraph_count <= lines),
    distinct_count integer not null check (distinct_count <= paragraph_count),
    paragraphs jsonb not null,
    division text not null,
    created_at timestamptz not null,
    updated_at timestamptz
);
create index source_documents_page on source_documents (created_at, id);

create table count_statements (
    id uuid primary key,
    version bigint not null default 1,
    subject text not null check (subject <> ''),
    count text not null,
    unit text not null,
    as_of text not null,
    as_of_key text not null,
    division text not null,
    sources text[] not null,
    -- The same sources in order, so that two spellings of one list are one key.
    source_key text[] not null,
    locations text[] not null,
    created_at timestamptz not null,
    updated_at timestamptz,
    unique (subject, division, as_of_key, source_key)
);
create index count_statements_page on count_statements (created_at, id);

create table stories (
    id uuid primary key,
    version bigint not null default 1,
    hero text,
    hero_version bigint,
    state text not null check (state in ('draft', 'withdrawn')),
    sealed_text bytea,
    division text not null,
    created_at timestamptz not null,
    updated_at timestamptz,
    check ((hero is null) = (hero_version is null)),
    -- A story without a hero is what is left of one about somebody who was sealed: no words either.
    check (hero is not null or (state = 'withdrawn' and sealed_text is null))
);
create unique index stories_one_draft_per_hero on stories (hero) where state = 'draft';
create index stories_page on stories (created_at, id);

-- Up to which version of a hero events may not open a story; 0 while nothing was ever silenced.
-- The name is kept as a keyed hash only: a sealed hero must not be found here.
create table silences (
    id uuid primary key,
    hero_hash bytea not null unique,
    version bigint not null,
    created_at timestamptz not null,
    updated_at timestamptz
);
