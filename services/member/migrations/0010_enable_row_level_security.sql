-- Who sees which rows, whatever a query forgets to ask. See jianyi_reaches in the platform's migrations.

alter table people enable row level security;
create policy reach on people using (jianyi_reaches(division) and (not sealed or jianyi_sees_sealed()));
-- What belongs to a person is seen with the person.
alter table roles enable row level security;
create policy reach on roles using (exists (select from people where people.id = roles.person_id));
alter table heroes enable row level security;
create policy reach on heroes using (
    (confidentiality is null or jianyi_sees_sealed())
    and exists (select from people where people.id = heroes.person_id)
);

alter table org_units enable row level security;
create policy reach on org_units using (jianyi_reaches(division));
alter table org_unit_names enable row level security;
create policy reach on org_unit_names
    using (exists (select from org_units where org_units.id = org_unit_names.org_unit_id));
alter table count_statements enable row level security;
create policy reach on count_statements using (jianyi_reaches(division));

-- Everybody's: the table of divisions, and whose database this is.
alter table divisions enable row level security;
create policy reference on divisions using (true);
alter table instance enable row level security;
create policy reference on instance using (true);
