-- The administrator became the program at the machine; people hold roles of their own.

alter table account_grants drop constraint account_grants_role_check;
update account_grants set role = 'ROLE_OPERATOR' where role = 'ROLE_ADMINISTRATOR';
alter table account_grants add check (role ~ '^ROLE_[A-Z_]+$' and role not in ('ROLE_SERVICE', 'ROLE_PUBLIC'));
