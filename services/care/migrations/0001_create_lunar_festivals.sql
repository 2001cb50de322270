-- Days of lunar festivals by GB/T 33661, seeded once and never computed: calendars built into software
-- give a wrong day for Spring Festival in 2027 and 2030. Years outside the table are refused.

create table lunar_festivals (
    festival text not null check (festival in ('spring', 'dragon_boat', 'mid_autumn', 'double_ninth')),
    year integer not null,
    day date not null,
    primary key (festival, year),
    check (extract(year from day) = year)
);

insert into lunar_festivals (festival, year, day)
select festival.name, years.year, festival.day
from (values
    (2020, '2020-01-25', '2020-06-25', '2020-10-01', '2020-10-25'),
    (2021, '2021-02-12', '2021-06-14', '2021-09-21', '2021-10-14'),
    (2022, '2022-02-01', '2022-06-03', '2022-09-10', '2022-10-04'),
    (2023, '2023-01-22', '2023-06-22', '2023-09-29', '2023-10-23'),
    (2024, '2024-02-10', '2024-06-10', '2024-09-17', '2024-10-11'),
    (2025, '2025-01-29', '2025-05-31', '2025-10-06', '2025-10-29'),
    (2026, '2026-02-17', '2026-06-19', '2026-09-25', '2026-10-18'),
    (2027, '2027-02-06', '2027-06-09', '2027-09-15', '2027-10-08'),
    (2028, '2028-01-26', '2028-05-28', '2028-10-03', '2028-10-26'),
    (2029, '2029-02-13', '2029-06-16', '2029-09-22', '2029-10-16'),
    (2030, '2030-02-03', '2030-06-05', '2030-09-12', '2030-10-05'),
    (2031, '2031-01-23', '2031-06-24', '2031-10-01', '2031-10-24'),
    (2032, '2032-02-11', '2032-06-12', '2032-09-19', '2032-10-12'),
    (2033, '2033-01-31', '2033-06-01', '2033-09-08', '2033-10-01'),
    (2034, '2034-02-19', '2034-06-20', '2034-09-27', '2034-10-20'),
    (2035, '2035-02-08', '2035-06-10', '2035-09-16', '2035-10-09'),
    (2036, '2036-01-28', '2036-05-30', '2036-10-04', '2036-10-27'),
    (2037, '2037-02-15', '2037-06-18', '2037-09-24', '2037-10-17'),
    (2038, '2038-02-04', '2038-06-07', '2038-09-13', '2038-10-07'),
    (2039, '2039-01-24', '2039-05-27', '2039-10-02', '2039-10-26'),
    (2040, '2040-02-12', '2040-06-14', '2040-09-20', '2040-10-14')
) as years (year, spring, dragon_boat, mid_autumn, double_ninth)
cross join lateral (values
    ('spring', years.spring::date),
    ('dragon_boat', years.dragon_boat::date),
    ('mid_autumn', years.mid_autumn::date),
    ('double_ninth', years.double_ninth::date)
) as festival (name, day);
