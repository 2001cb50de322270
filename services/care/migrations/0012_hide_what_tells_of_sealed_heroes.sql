-- What names a hero exists for whoever the hero exists for: a visit or a grant of somebody hidden would tell of them.

drop policy reach on participants;
create policy reach on participants using (
    exists (select from activities as parent where parent.id = participants.activity)
    and exists (select from heroes where heroes.hero = participants.hero)
);
drop policy reach on visits;
create policy reach on visits using (
    exists (select from festival_rounds as parent where parent.id = visits.round)
    and exists (select from heroes where heroes.hero = visits.hero)
);
drop policy reach on grants;
create policy reach on grants using (
    jianyi_reaches(division) and exists (select from heroes where heroes.hero = grants.hero)
);
