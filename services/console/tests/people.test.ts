// A person's timeline and the tree of units: what is drawn is what was recorded, in its order.
import { describe, expect, it } from 'vitest';
import { OrgUnitKind, RoleKind } from '@/gen/jianyi/member/events/v1/events_pb';
import { Giver } from '@/gen/jianyi/member/v1/consent_pb';
import { HeroStatus, HonourLevel } from '@/gen/jianyi/member/v1/hero_pb';
import { coverage, tree, unfolded } from '@/pages/orgs/tree';
import { byYear, moments } from '@/pages/people/timeline';
import { pathOf } from '@/pages/people/words';
import { inWords, pageOf, tally } from '@/pages/reports/report';

const nobody = { heroes: [], roles: [], consents: [], grants: [], units: new Map<string, string>(), purposes: new Map<string, string>(), benefitText: () => '优待' };

describe('a timeline', () => {
  const known = {
    ...nobody,
    heroes: [{ name: 'h', confirmedOn: '2019-08', endedOn: '2024-03-01', status: HeroStatus.REVOKED, authority: '甲委员会', documentNo: '〔2019〕2号', honourLevel: HonourLevel.CITY_MODEL, revocationDocumentNo: '〔2024〕9号' }],
    roles: [{ name: 'r', kind: RoleKind.LIAISON_OFFICER, tier: 0, title: '', orgUnit: 'u', fromDay: '', toDay: '' }],
    consents: [{ name: 'c', purpose: 'publish_story', givenOn: '2020-01-05', givenBy: Giver.SELF, withdrawnOn: '2020-02-01' }],
    units: new Map([['u', '某站']]),
    purposes: new Map([['publish_story', '公开宣传事迹']]),
  };
  it('tells beginnings and ends, newest first, what has no date last', () => {
    expect(moments(known).map((one) => [one.on, one.title])).toEqual([
      ['2024-03-01', '确认被撤销'],
      ['2020-02-01', '撤回同意：公开宣传事迹'],
      ['2020-01-05', '同意：公开宣传事迹'],
      ['2019-08', '确认为见义勇为人员'],
      ['', '担任联络员'],
    ]);
  });
  it('leaves out what began after a day, as far as its date says', () => {
    expect(byYear(moments(known), '2020-01-31').map((one) => [one.year, one.moments.length])).toEqual([['2020', 1], ['2019', 1], ['', 1]]);
    // August of 2019 may have begun by the tenth.
    expect(byYear(moments(known), '2019-08-10').map((one) => one.year)).toEqual(['2019', '']);
    expect(byYear(moments(known), '2019-07-31').map((one) => one.year)).toEqual(['']);
  });
  it('is empty for whom nothing is known', () => {
    expect(moments(nobody)).toEqual([]);
  });
});

describe('the tree of units', () => {
  const unit = (name: string, kind: OrgUnitKind, parentUnit: string, division: string) => ({ name, kind, displayName: name, parentUnit, division });
  const units = [
    unit('站', OrgUnitKind.STATION, '浚县协会', '410621101'),
    unit('浚县协会', OrgUnitKind.COUNTY_ASSOCIATION, '市协会', '410621'),
    unit('淇滨协会', OrgUnitKind.COUNTY_ASSOCIATION, '市协会', '410611'),
    unit('市协会', OrgUnitKind.CITY_ASSOCIATION, '', '410600'),
    unit('孤队', OrgUnitKind.VOLUNTEER_TEAM, '不在表里', '410622'),
  ];
  it('stands each below the one above it, counties in their fixed order', () => {
    expect(tree(units).map((node) => [node.unit.name, node.depth])).toEqual([['市协会', 0], ['淇滨协会', 1], ['浚县协会', 1], ['站', 2], ['孤队', 0]]);
  });
  it('hides all that is below what is folded', () => {
    expect(unfolded(tree(units), new Set(['市协会'])).map((node) => node.unit.name)).toEqual(['市协会', '孤队']);
    expect(unfolded(tree(units), new Set(['浚县协会'])).map((node) => node.unit.name)).toEqual(['市协会', '淇滨协会', '浚县协会', '孤队']);
  });
  it('has a square for each township, hollow without a station', () => {
    const townships = [{ code: '410621101', displayName: '善堂镇' }, { code: '410621102', displayName: '屯子镇' }, { code: '410611001', displayName: '金山街道' }];
    expect(coverage('410621', townships, units)).toEqual([{ id: '410621101', name: '善堂镇', state: 'full' }, { id: '410621102', name: '屯子镇', state: 'gap' }]);
  });
});

describe('names in addresses', () => {
  it('have their county, and nothing else becomes one', () => {
    expect(pathOf('counties/410611/heroes/01-ab')).toBe('/heroes/410611/01-ab');
    expect(pathOf('counties/410611/people/x')).toBe('/people/410611/x');
    expect([pathOf('counties/410611/roles/x'), pathOf('people/x'), pathOf('')]).toEqual(['', '', '']);
  });
  it('of facts lead to the page that shows them', () => {
    expect([pageOf('festivalRounds/1-a'), pageOf('meetings/1'), pageOf('campaigns/1/phases/2'), pageOf('honours/1')]).toEqual(['/care/rounds/1-a', '/meetings', '/campaigns', '']);
  });
});

describe('a figure in a sentence', () => {
  it('has its unit once, no remark, and a dash when unknown', () => {
    const of = (text: string, unit: string, value: bigint | undefined) => inWords({ text, unit, ...(value === undefined ? {} : { value }) });
    expect(of('3628', '人', 3628n)).toEqual({ number: '3628', unit: '人' });
    expect(of('20余人', '人', 20n)).toEqual({ number: '20余人', unit: '' });
    expect(of('14(系统逐条登记 3,差 11)', '家', 14n)).toEqual({ number: '14', unit: '家' });
    expect(of('1.00元', '分(人民币)', 100n)).toEqual({ number: '1.00元', unit: '' });
    expect(of('—', '人', undefined)).toEqual({ number: '—', unit: '' });
  });
  it('is counted as known, unknown, or differing from what is stated', () => {
    const figure = (value?: bigint, difference?: bigint) => ({ ...(value === undefined ? {} : { value }), ...(difference === undefined ? {} : { difference }) });
    expect(tally({ figures: { a: figure(1n), b: figure(), c: figure(2n, 0n), d: figure(3n, -1n) } as never })).toEqual({ known: 3, unknown: 1, differing: 1 });
  });
});
