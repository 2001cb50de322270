-- Gifts of money. Each has its journal entry from the moment it exists.

create table donations (
    id uuid primary key,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz,
    division text not null,
    donor_id uuid not null references donors (id),
    campaign_id uuid references campaigns (id),
    fund_id uuid not null references funds (id),
    amount_fen bigint not null check (amount_fen between 1 and 1000000000000),
    line_kind text not null check (line_kind in ('public', 'platform_match', 'enterprise_match', 'offline')),
    received_on date not null,
    settled_on date not null check (settled_on >= received_on),
    platform_order_no text check (platform_order_no <> ''),
    state text not null check (state in ('received', 'reversed')),
    -- Written in the same transaction, after this row.
    entry_id uuid not null unique references journal_entries (id) deferrable initially deferred,
    sources text[] not null,
    locations text[] not null
);
-- An order number counts once per campaign, and once among gifts outside any campaign (D04).
create unique index donations_order on donations (campaign_id, platform_order_no) where campaign_id is not null;
create unique index donations_order_alone on donations (platform_order_no) where campaign_id is null;
create index donations_page on donations (created_at, id);
create index donations_fund on donations (fund_id);
create index donations_received on donations (received_on);
