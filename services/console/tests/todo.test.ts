import { describe, expect, it } from 'vitest';
import { SOURCES, type Task, byDue, draftPage, sourcesOf } from '@/pages/home/todo';
import { router } from '@/pages/router';
import type { RoleName } from '@/session/roles';

const task = (key: string, due?: string): Task => ({ key, kind: '', title: '', to: '', ...(due ? { due } : {}) });
const caller = (cityWide: boolean, ...roles: RoleName[]) => ({ cityWide, county: cityWide ? '' : '410611', hasRole: (...any: readonly RoleName[]) => any.some((role) => roles.includes(role)) });

describe('我的待办', () => {
  it('puts first what is due first, and last what has no day', () => {
    expect(byDue([task('a'), task('b', '2025-01-10'), task('c', '2024-04-10'), task('d')]).map((one) => one.key)).toEqual(['c', 'b', 'a', 'd']);
  });
  it('asks each role for its own lists alone', () => {
    const what = (...given: Parameters<typeof caller>) => sourcesOf(caller(...given)).map((one) => one.what);
    expect(what(true, 'FINANCE_APPROVER')).toEqual(['季报', '公示', '付款', '支出申请']);
    expect(what(false, 'COUNTY_CLERK')).toEqual(['阵地巡查', '载体巡查', '人员移交']);
    expect(what(true, 'AUDIT_ADMINISTRATOR')).toEqual(['应急查看']);
    expect(what(false, 'LIAISON_OFFICER')).toEqual([]);
    expect(SOURCES.flatMap((one) => one.roles)).not.toContain('AUDITOR');
  });
  it('goes on with a draft on a page that there is', () => {
    for (const record of ['expenseRequests/new', 'journalEntries/new', 'grants/new', 'media/new', 'festivalRounds/abc visit', 'expense-decision expenseRequests/abc', 'orgUnits/new/410611', 'stories/abc/text']) {
      expect(router.resolve(draftPage(record).to).name, record).not.toBe('unknown');
    }
    expect(draftPage('something else').to).toBe('');
  });
});
