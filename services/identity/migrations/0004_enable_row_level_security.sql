-- Who sees which rows, whatever a query forgets to ask. See jianyi_reaches in the platform's migrations.

alter table accounts enable row level security;
create policy reach on accounts using (jianyi_reaches('410600') or 'accounts/' || id = jianyi_subject());
alter table account_grants enable row level security;
create policy reach on account_grants using (exists (select from accounts as parent where parent.id = account_grants.account_id));
alter table password_history enable row level security;
create policy reach on password_history using (exists (select from accounts as parent where parent.id = password_history.account_id));
alter table recovery_codes enable row level security;
create policy reach on recovery_codes using (exists (select from accounts as parent where parent.id = recovery_codes.account_id));
alter table sessions enable row level security;
create policy reach on sessions using (exists (select from accounts as parent where parent.id = sessions.account_id));
alter table refresh_tokens enable row level security;
create policy reach on refresh_tokens using (exists (select from sessions as parent where parent.id = refresh_tokens.session_id));
alter table clients enable row level security;
create policy reach on clients using (jianyi_reaches('410600'));
alter table minted_tokens enable row level security;
create policy reach on minted_tokens using (jianyi_reaches('410600'));

-- Nobody's in particular: keyed hashes and times, asked before it is known who calls.
alter table login_attempts enable row level security;
create policy service on login_attempts using (true);
alter table assertions enable row level security;
create policy service on assertions using (true);
alter table signing_keys enable row level security;
create policy service on signing_keys using (true);
