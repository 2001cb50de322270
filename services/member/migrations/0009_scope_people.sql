-- Where a person belongs, down to the township, and whether anybody without the right may know of them.

alter table people
    add column division text check (division ~ '^([0-9]{6}|[0-9]{9}|[0-9]{12})$'),
    add column sealed boolean not null default false;
update people set division = (select division from instance);
alter table people alter column division set not null;
update people set sealed = true
    where exists (select from heroes where heroes.person_id = people.id and heroes.confidentiality is not null);
create index people_division on people (division, created_at, id);
