-- People whose data was locked or erased on request, and the words by which the others are found.

alter table people
    -- Kept because the law demands it, and no longer used.
    add column locked_at timestamptz,
    -- Nothing personal is left: the person's key is destroyed, and the columns are emptied as well.
    add column erased_at timestamptz,
    -- Which generation of words the index holds; 0 when none, as for everybody from before the index.
    add column words_version integer not null default 0,
    add check (erased_at is null or (document_kind = 'none' and full_name = '' and birth_date is null and sex is null
        and citizen_index is null and phone_index is null and stated_index is null));
create index people_unindexed on people (words_version, id) where erased_at is null;

-- Keyed words, by which a person is found without a readable letter in the table.
create table people_words (
    word bytea not null,
    person_id uuid not null references people (id),
    primary key (word, person_id)
);
create index people_words_person on people_words (person_id);
-- Ids and keyed hashes, which mean nothing without the row in `people`; there the reach decides. A policy here would
-- look at `people` once for every word.
alter table people_words enable row level security;
create policy words on people_words using (true);

-- How confidentiality ended: what was on record when a hero became visible again.
create table seal_releases (
    id uuid primary key,
    created_at timestamptz not null,
    hero_id uuid not null references heroes (id),
    level text not null check (level in ('family_request', 'safety', 'state')),
    consent_id uuid,
    authority text,
    document_no text,
    check ((consent_id is null) = (authority is not null)),
    check ((authority is null) = (document_no is null))
);
alter table seal_releases enable row level security;
create policy reach on seal_releases
    using (jianyi_sees_sealed() and exists (select from heroes where heroes.id = seal_releases.hero_id));
