-- Who sees which rows, whatever a query forgets to ask. See jianyi_reaches in the platform's migrations.

alter table lunar_festivals enable row level security;
create policy reference on lunar_festivals using (true);
alter table heroes enable row level security;
create policy reach on heroes using (jianyi_reaches(division));
alter table programmes enable row level security;
create policy reach on programmes using (jianyi_reaches(division));
alter table activities enable row level security;
create policy reach on activities using (jianyi_reaches(division));
alter table participants enable row level security;
create policy reach on participants using (exists (select from activities as parent where parent.id = participants.activity));
alter table person_days enable row level security;
create policy reach on person_days using (exists (select from participants as parent where parent.id = person_days.participant));
alter table festival_rounds enable row level security;
create policy reach on festival_rounds using (jianyi_reaches(division));
alter table visits enable row level security;
create policy reach on visits using (exists (select from festival_rounds as parent where parent.id = visits.round));
alter table policies enable row level security;
create policy reach on policies using (jianyi_reaches(division));
alter table grants enable row level security;
create policy reach on grants using (jianyi_reaches(division));
alter table expense_requests enable row level security;
create policy reach on expense_requests using (jianyi_reaches(division));
alter table count_statements enable row level security;
create policy reach on count_statements using (jianyi_reaches(division));
