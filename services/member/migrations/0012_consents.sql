-- What personal data is processed for, and who agreed to it (PIPL 13, 14, 17, 23, 25, 29, 31).

create table consent_purposes (
    id uuid primary key,
    code text not null check (code ~ '^[a-z][a-z0-9_]*$'),
    display_name text not null,
    basis text not null,
    -- A consent of its own (单独同意), not one among others.
    separate boolean not null,
    valid_from date not null,
    valid_to date,
    unique (code, valid_from),
    check (valid_from < valid_to)
);
-- [known] as of 2024; a change of law is a new row and an end of the old one.
insert into consent_purposes (id, code, display_name, basis, separate, valid_from) values
    (gen_random_uuid(), 'publish_story', '公开宣传事迹', '个人信息保护法 第二十五条', true, '2021-11-01'),
    (gen_random_uuid(), 'release_confidentiality', '解除保密', '见义勇为人员奖励和保障条例;个人信息保护法 第二十五条', true, '2021-11-01'),
    (gen_random_uuid(), 'share_bus', '向公交公司提供信息', '个人信息保护法 第二十三条', true, '2021-11-01'),
    (gen_random_uuid(), 'share_hospital', '向医院提供信息', '个人信息保护法 第二十三条', true, '2021-11-01'),
    (gen_random_uuid(), 'share_education', '向教育部门提供信息', '个人信息保护法 第二十三条', true, '2021-11-01'),
    (gen_random_uuid(), 'health_data', '处理医疗健康信息', '个人信息保护法 第二十九条', true, '2021-11-01'),
    (gen_random_uuid(), 'bank_account', '处理银行账户信息', '个人信息保护法 第二十九条', true, '2021-11-01'),
    (gen_random_uuid(), 'camp_minor', '未成年人参加研学活动', '个人信息保护法 第三十一条', true, '2021-11-01'),
    (gen_random_uuid(), 'volunteer_enrolment', '志愿者注册', '个人信息保护法 第十三条', false, '2021-11-01');
alter table consent_purposes enable row level security;
create policy reference on consent_purposes using (true);

create table consents (
    id uuid primary key,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz,
    person_id uuid not null references people (id),
    purpose text not null,
    notice_version text not null check (notice_version <> ''),
    given_on date not null,
    given_by text not null check (given_by in ('self', 'guardian', 'kin')),
    evidence bytea not null,
    -- First day on which it no longer counts.
    withdrawn_on date,
    check (given_on <= withdrawn_on)
);
create index consents_person on consents (person_id, created_at, id);
alter table consents enable row level security;
create policy reach on consents using (exists (select from people where people.id = consents.person_id));
