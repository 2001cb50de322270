-- Outlets, what they published, and the association's own WeChat posts.
-- `*_key` columns hold the normalised form that makes a natural key; fuzzy dates are text in the
-- kernel's notation, and `first_day`/`last_day` the days they may mean, for filters by year.

create table outlets (
    id uuid primary key,
    version bigint not null default 1,
    title text not null check (title <> ''),
    title_key text not null check (title_key <> ''),
    kind text not null check (kind in ('newspaper', 'tv', 'online', 'other')),
    counted boolean not null,
    columns text[] not null,
    division text not null,
    sources text[] not null,
    locations text[] not null,
    created_at timestamptz not null,
    updated_at timestamptz,
    unique (title_key, division)
);
create index outlets_page on outlets (created_at, id);

create table media_items (
    id uuid primary key,
    version bigint not null default 1,
    outlet uuid not null references outlets (id),
    title text not null check (title <> ''),
    title_key text not null check (title_key <> ''),
    kind text not null check (kind in ('article', 'video')),
    published_on text not null,
    published_key text not null,
    first_day date,
    last_day date,
    page_or_channel text not null,
    sealed_authors bytea not null,
    link text not null,
    reprint_of uuid references media_items (id),
    counted boolean not null,
    division text not null,
    sources text[] not null,
    locations text[] not null,
    created_at timestamptz not null,
    updated_at timestamptz,
    check (not counted or reprint_of is null),
    check ((first_day is null) = (last_day is null)),
    unique (title_key, published_key, outlet)
);
create index media_items_page on media_items (created_at, id);

create table we_chat_posts (
    id uuid primary key,
    version bigint not null default 1,
    title text not null check (title <> ''),
    title_key text not null check (title_key <> ''),
    category text not null check (category in ('regulation', 'activity', 'work')),
    published_on text not null,
    published_key text not null,
    first_day date,
    last_day date,
    reprint_of uuid references media_items (id),
    division text not null,
    sources text[] not null,
    locations text[] not null,
    created_at timestamptz not null,
    updated_at timestamptz,
    unique (title_key, published_key, division)
);
create index we_chat_posts_page on we_chat_posts (created_at, id);
