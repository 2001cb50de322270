-- The books: charts of accounts by validity, vouchers without gaps, entries that balance and never change.

create table charts (
    version text primary key,
    valid_from date not null unique,
    valid_until date,
    check (valid_from <= valid_until)
);

-- An account is (chart, code): 1701, 2401, 5201, 5301 and 5401 change meaning on 2026-01-01.
create table accounts (
    chart text not null references charts (version),
    code text not null check (code ~ '^[0-9]{4,8}$'),
    title text not null,
    primary key (chart, code)
);

-- A: 财会〔2004〕7号 with 财会〔2020〕9号. B: 财会〔2024〕25号; its codes are still to be checked against the annex.
insert into charts (version, valid_from, valid_until) values
    ('A', '2005-01-01', '2025-12-31'),
    ('B', '2026-01-01', null);

insert into accounts (chart, code, title) values
    ('A', '1001', '现金'),
    ('A', '1002', '银行存款'),
    ('A', '1009', '其他货币资金'),
    ('A', '1101', '短期投资'),
    ('A', '1102', '短期投资跌价准备'),
    ('A', '1111', '应收票据'),
    ('A', '1121', '应收账款'),
    ('A', '1122', '其他应收款'),
    ('A', '1131', '坏账准备'),
    ('A', '1141', '预付账款'),
    ('A', '1201', '存货'),
    ('A', '1202', '存货跌价准备'),
    ('A', '1301', '待摊费用'),
    ('A', '1401', '长期股权投资'),
    ('A', '1402', '长期债权投资'),
    ('A', '1421', '长期投资减值准备'),
    ('A', '1501', '固定资产'),
    ('A', '1502', '累计折旧'),
    ('A', '1505', '在建工程'),
    ('A', '1506', '文物文化资产'),
    ('A', '1509', '固定资产清理'),
    ('A', '1601', '无形资产'),
    ('A', '1701', '受托代理资产'),
    ('A', '2101', '短期借款'),
    ('A', '2201', '应付票据'),
    ('A', '2202', '应付账款'),
    ('A', '2203', '预收账款'),
    ('A', '2204', '应付工资'),
    ('A', '2206', '应交税金'),
    ('A', '2209', '其他应付款'),
    ('A', '2301', '预提费用'),
    ('A', '2401', '预计负债'),
    ('A', '2501', '长期借款'),
    ('A', '2502', '长期应付款'),
    ('A', '2601', '受托代理负债'),
    ('A', '3101', '非限定性净资产'),
    ('A', '3102', '限定性净资产'),
    ('A', '4101', '捐赠收入'),
    ('A', '410101', '捐赠收入—非限定性'),
    ('A', '410102', '捐赠收入—限定性'),
    ('A', '4201', '会费收入'),
    ('A', '4301', '提供服务收入'),
    ('A', '4401', '政府补助收入'),
    ('A', '4501', '商品销售收入'),
    ('A', '4601', '投资收益'),
    ('A', '4901', '其他收入'),
    ('A', '5101', '业务活动成本'),
    ('A', '5201', '管理费用'),
    ('A', '5301', '筹资费用'),
    ('A', '5401', '其他费用'),
    ('B', '1001', '现金'),
    ('B', '1002', '银行存款'),
    ('B', '1009', '其他货币资金'),
    ('B', '1101', '短期投资'),
    ('B', '1102', '短期投资跌价准备'),
    ('B', '1111', '应收票据'),
    ('B', '1121', '应收账款'),
    ('B', '1122', '其他应收款'),
    ('B', '1131', '坏账准备'),
    ('B', '1141', '预付账款'),
    ('B', '1201', '存货'),
    ('B', '1202', '存货跌价准备'),
    ('B', '1301', '待摊费用'),
    ('B', '1401', '长期股权投资'),
    ('B', '1402', '长期债权投资'),
    ('B', '1403', '其他长期投资'),
    ('B', '1421', '长期投资减值准备'),
    ('B', '1501', '固定资产'),
    ('B', '1502', '累计折旧'),
    ('B', '1505', '在建工程'),
    ('B', '1506', '文物资源'),
    ('B', '1509', '固定资产清理'),
    ('B', '1601', '无形资产'),
    ('B', '1602', '累计摊销'),
    ('B', '1701', '长期待摊费用'),
    ('B', '1801', '受托代理资产'),
    ('B', '2101', '短期借款'),
    ('B', '2201', '应付票据'),
    ('B', '2202', '应付账款'),
    ('B', '2203', '预收账款'),
    ('B', '2204', '应付职工薪酬'),
    ('B', '2206', '应交税费'),
    ('B', '2209', '其他应付款'),
    ('B', '2301', '预提费用'),
    ('B', '2501', '长期借款'),
    ('B', '2502', '长期应付款'),
    ('B', '2503', '预计负债'),
    ('B', '2601', '受托代理负债'),
    ('B', '3101', '非限定性净资产'),
    ('B', '3102', '限定性净资产'),
    ('B', '3201', '以前年度净资产调整'),
    ('B', '4101', '捐赠收入'),
    ('B', '410101', '捐赠收入—非限定性'),
    ('B', '410102', '捐赠收入—限定性'),
    ('B', '4201', '会费收入'),
    ('B', '4301', '提供服务收入'),
    ('B', '4401', '政府补助收入'),
    ('B', '4501', '商品销售收入'),
    ('B', '4601', '投资收益'),
    ('B', '4701', '总部拨款收入'),
    ('B', '4901', '其他收入'),
    ('B', '5101', '业务活动成本'),
    ('B', '5201', '税金及附加'),
    ('B', '5301', '管理费用'),
    ('B', '5401', '筹资费用'),
    ('B', '5501', '资产减值损失'),
    ('B', '5601', '所得税费用'),
    ('B', '5901', '其他费用');

-- One row per division and month, locked by whoever takes a number until it commits or gives it back.
create table voucher_counters (
    division text not null,
    month text not null check (month ~ '^[0-9]{4}-[0-9]{2}$'),
    last integer not null check (last > 0),
    primary key (division, month)
);

create table journal_entries (
    id uuid primary key,
    created_at timestamptz not null,
    created_by text not null,
    division text not null,
    month text not null,
    voucher_no integer not null check (voucher_no > 0),
    booked_on date not null,
    chart text not null references charts (version),
    template text not null
        check (template in ('unrestricted_gift', 'restricted_gift', 'programme_expense', 'manual', 'reversal')),
    reference text not null,
    reverses uuid unique references journal_entries (id),
    unique (division, month, voucher_no),
    check ((template = 'reversal') = (reverses is not null))
);
create index journal_entries_page on journal_entries (created_at, id);

create table journal_lines (
    entry_id uuid not null references journal_entries (id),
    line_no integer not null,
    chart text not null,
    code text not null,
    debit_fen bigint not null,
    credit_fen bigint not null,
    -- What the line is about besides its account; the books do not ask what kind of thing that is.
    aux uuid,
    primary key (entry_id, line_no),
    foreign key (chart, code) references accounts (chart, code),
    check (debit_fen >= 0 and credit_fen >= 0 and (debit_fen = 0) <> (credit_fen = 0))
);
create index journal_lines_aux on journal_lines (aux) where aux is not null;

-- An entry is corrected by another entry. The lines' rights are given up even by the owner; foreign keys
-- to entries need the right to lock them, so there a trigger refuses what the revocation cannot.
create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'journal entries never change; reverse them' using errcode = 'restrict_violation';
end
$$;
create trigger journal_entries_immutable before update or delete on journal_entries
    for each row execute function refuse_change();
create trigger journal_entries_kept before truncate on journal_entries
    for each statement execute function refuse_change();
create trigger journal_lines_immutable before update or delete on journal_lines
    for each row execute function refuse_change();
create trigger journal_lines_kept before truncate on journal_lines
    for each statement execute function refuse_change();
revoke delete, truncate on journal_entries from current_user;
revoke update, delete, truncate on journal_lines from current_user;

-- The domain builds balanced entries only; the database is inside the trust boundary because it checks too.
create function check_entry_balance() returns trigger language plpgsql as $$
declare
    entry uuid;
    lines bigint;
    debit numeric;
    credit numeric;
    charts bigint;
begin
    if tg_table_name = 'journal_entries' then
        entry := new.id;
    else
        entry := new.entry_id;
    end if;
    select count(*), coalesce(sum(l.debit_fen), 0), coalesce(sum(l.credit_fen), 0), count(distinct l.chart)
        into lines, debit, credit, charts from journal_lines l where l.entry_id = entry;
    if lines < 2 or debit <> credit or debit = 0 or charts <> 1 then
        raise exception 'a journal entry does not balance' using errcode = 'check_violation';
    end if;
    return null;
end
$$;
create constraint trigger journal_entries_balance after insert on journal_entries
    deferrable initially deferred for each row execute function check_entry_balance();
create constraint trigger journal_lines_balance after insert on journal_lines
    deferrable initially deferred for each row execute function check_entry_balance();
