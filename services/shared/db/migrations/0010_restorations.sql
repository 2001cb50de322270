-- When this database was restored from a backup (ADR 0024). Others may have seen later versions of its aggregates than
-- it remembers; what it says from then on counts as newer. Whoever restores makes the table where this migration has
-- not been yet.
create table if not exists restorations (
    restored_at timestamptz primary key,
    -- What was committed later is not in here.
    cut_at timestamptz not null,
    version_gap bigint not null
);
alter table restorations enable row level security;
drop policy if exists service on restorations;
create policy service on restorations using (true);
