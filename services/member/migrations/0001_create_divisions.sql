-- Administrative divisions as they were during a period. A division that changes gets another row.

create table divisions (
    id uuid primary key,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz,
    code text not null check (code ~ '^([0-9]{6}|[0-9]{9}|[0-9]{12})$'),
    display_name text not null check (display_name <> ''),
    kind text not null check (kind in ('gbt2260', 'statistical')),
    level text not null check (level in ('province', 'city', 'county', 'township')),
    parent_code text,
    -- Null: older than this table.
    valid_from date,
    -- First day on which it is no longer valid; null: it still is.
    valid_to date,
    successor_code text,
    check (valid_from < valid_to)
);
create unique index divisions_natural on divisions (code, coalesce(valid_from, '-infinity'));

-- The statistical table of 2024-11. GB/T 2260 ends at the county: townships, and the development zone
-- that overlaps 淇滨区, have statistical codes only. Ids follow the codes, so that pages come in their order.
insert into divisions (id, created_at, code, display_name, kind, level, parent_code)
select ('00000000-0000-7000-8000-' || rpad(code, 12, '0'))::uuid, timestamptz '2024-11-01 00:00:00+00',
       code, display_name, kind, level, parent_code
from (values
    ('410000', '河南省', 'gbt2260', 'province', null),
    ('410600', '鹤壁市', 'gbt2260', 'city', '410000'),
    ('410602', '鹤山区', 'gbt2260', 'county', '410600'),
    ('410603', '山城区', 'gbt2260', 'county', '410600'),
    ('410611', '淇滨区', 'gbt2260', 'county', '410600'),
    ('410621', '浚县', 'gbt2260', 'county', '410600'),
    ('410622', '淇县', 'gbt2260', 'county', '410600'),
    ('410671', '鹤壁经济技术开发区', 'statistical', 'county', '410600'),
    ('410602001', '中山北路街道', 'statistical', 'township', '410602'),
    ('410602002', '中山路街道', 'statistical', 'township', '410602'),
    ('410602003', '新华街街道', 'statistical', 'township', '410602'),
    ('410602004', '鹤山街街道', 'statistical', 'township', '410602'),
    ('410602005', '九矿广场街道', 'statistical', 'township', '410602'),
    ('410602100', '鹤壁集镇', 'statistical', 'township', '410602'),
    ('410602201', '姬家山乡', 'statistical', 'township', '410602'),
    ('410603001', '红旗街街道', 'statistical', 'township', '410603'),
    ('410603002', '长风中路街道', 'statistical', 'township', '410603'),
    ('410603003', '山城路街道', 'statistical', 'township', '410603'),
    ('410603004', '汤河桥街道', 'statistical', 'township', '410603'),
    ('410603005', '鹿楼街道', 'statistical', 'township', '410603'),
    ('410603006', '宝山街道', 'statistical', 'township', '410603'),
    ('410603007', '大胡街道', 'statistical', 'township', '410603'),
    ('410603100', '石林镇', 'statistical', 'township', '410603'),
    ('410611001', '金山街道', 'statistical', 'township', '410611'),
    ('410611002', '九州路街道', 'statistical', 'township', '410611'),
    ('410611003', '黎阳路街道', 'statistical', 'township', '410611'),
    ('410611004', '长江路街道', 'statistical', 'township', '410611'),
    ('410611005', '泰山路街道', 'statistical', 'township', '410611'),
    ('410611566', '天山路街道', 'statistical', 'township', '410611'),
    ('410611100', '大赉店镇', 'statistical', 'township', '410611'),
    ('410611101', '钜桥镇', 'statistical', 'township', '410611'),
    ('410611200', '上峪乡', 'statistical', 'township', '410611'),
    ('410611201', '大河涧乡', 'statistical', 'township', '410611'),
    ('410621001', '卫溪街道', 'statistical', 'township', '410621'),
    ('410621002', '浚州街道', 'statistical', 'township', '410621'),
    ('410621003', '黎阳街道', 'statistical', 'township', '410621'),
    ('410621004', '伾山街道', 'statistical', 'township', '410621'),
    ('410621101', '善堂镇', 'statistical', 'township', '410621'),
    ('410621102', '屯子镇', 'statistical', 'township', '410621'),
    ('410621104', '新镇镇', 'statistical', 'township', '410621'),
    ('410621105', '小河镇', 'statistical', 'township', '410621'),
    ('410621107', '卫贤镇', 'statistical', 'township', '410621'),
    ('410621108', '王庄镇', 'statistical', 'township', '410621'),
    ('410621109', '白寺镇', 'statistical', 'township', '410621'),
    ('410622001', '朝歌街道', 'statistical', 'township', '410622'),
    ('410622002', '桥盟街道', 'statistical', 'township', '410622'),
    ('410622003', '卫都街道', 'statistical', 'township', '410622'),
    ('410622004', '灵山街道', 'statistical', 'township', '410622'),
    ('410622101', '高村镇', 'statistical', 'township', '410622'),
    ('410622102', '北阳镇', 'statistical', 'township', '410622'),
    ('410622103', '西岗镇', 'statistical', 'township', '410622'),
    ('410622104', '庙口镇', 'statistical', 'township', '410622'),
    ('410622202', '黄洞乡', 'statistical', 'township', '410622'),
    ('410671400', '龙岗街道', 'statistical', 'township', '410671'),
    ('410671401', '渤海路街道', 'statistical', 'township', '410671'),
    ('410671402', '海河路街道', 'statistical', 'township', '410671')
) as seed (code, display_name, kind, level, parent_code);
