-- What row-level security asks. The settings are local to a transaction and absent outside of one: then
-- nothing is reached.

create function jianyi_reaches(division text) returns boolean
    language sql stable parallel safe
    return division like any (string_to_array(current_setting('jianyi.reach', true), ','));

create function jianyi_sees_sealed() returns boolean
    language sql stable parallel safe
    return coalesce(current_setting('jianyi.sealed', true), '') = 'on';

create function jianyi_subject() returns text
    language sql stable parallel safe
    return coalesce(current_setting('jianyi.subject', true), '');

-- Answers are remembered for the caller they were given to; the service itself seals them with newer keys.
alter table idempotency enable row level security;
create policy own on idempotency
    using (caller = jianyi_subject() or starts_with(jianyi_subject(), 'service:'));

-- Nothing in these is anybody's: ids, codes and times, written beside each change and read by the service itself.
alter table outbox enable row level security;
create policy service on outbox using (true);
alter table inbox enable row level security;
create policy service on inbox using (true);
alter table dead_letter enable row level security;
create policy service on dead_letter using (true);
alter table audit enable row level security;
create policy service on audit using (true);
