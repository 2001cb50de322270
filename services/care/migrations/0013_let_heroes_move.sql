-- A hero who moves to another county keeps everything that hangs from them, under the new name; which county they
-- belonged to until when is kept, so that a festival before the move stays the former county's.

alter table heroes
    -- 0 when they never moved.
    add column moved_version bigint not null default 0,
    -- Counties they belonged to, each until the day of the same place in the other list.
    add column former_divisions text[] not null default '{}',
    add column moved_on date[] not null default '{}',
    add check (cardinality(former_divisions) = cardinality(moved_on));
alter table participants drop constraint participants_hero_fkey,
    add foreign key (hero) references heroes (hero) on update cascade;
alter table visits drop constraint visits_hero_fkey,
    add foreign key (hero) references heroes (hero) on update cascade;
alter table grants drop constraint grants_hero_fkey,
    add foreign key (hero) references heroes (hero) on update cascade;

-- A former county still sees whom its own rounds were for.
drop policy reach on heroes;
create policy reach on heroes using (
    (jianyi_reaches(division) or exists (select from unnest(former_divisions) as former where jianyi_reaches(former)))
    and (not sealed or jianyi_sees_sealed())
);
