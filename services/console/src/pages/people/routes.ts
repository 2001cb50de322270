// Routes of the area 「人与案」. A route exists only when its page does; see README.md for how to add one.
import type { PageRoute } from '../route';

const M = 'jianyi.member.v1.MemberService';
const HEROES = ['MEMBER_AFFAIRS', 'COUNTY_CLERK', 'CARE', 'PUBLICITY', 'LEADER', 'OVERSIGHT', 'AUDITOR', 'TOWNSHIP_STATION', 'COMMITTEE_OFFICE'] as const;
const PEOPLE = ['MEMBER_AFFAIRS', 'COUNTY_CLERK', 'CARE', 'LEADER', 'OVERSIGHT', 'AUDITOR', 'TOWNSHIP_STATION', 'LIAISON_OFFICER'] as const;
const SEARCHERS = ['MEMBER_AFFAIRS', 'COUNTY_CLERK', 'CARE', 'TOWNSHIP_STATION'] as const;
/** One page for a hero's file, a person's, and one that is sealed. */
const record = () => import('./RecordPage.vue');

export const routes: PageRoute[] = [
  { path: '/heroes', name: 'heroes', component: () => import('./HeroesPage.vue'), meta: { title: '英模检索', menu: { group: '人与案', order: 10 }, roles: HEROES, calls: [`${M}/ListHeroes`], keys: 'g h' } },
  { path: '/heroes/:county(\\d{6})/:id', name: 'hero', component: record, props: { kind: 'heroes' }, meta: { title: '一人一档', under: 'heroes', roles: HEROES, calls: [`${M}/GetHero`] } },
  { path: '/people', name: 'search', component: () => import('./SearchPage.vue'), meta: { title: '人员检索', menu: { group: '人与案', order: 20 }, roles: SEARCHERS, calls: [`${M}/SearchPeople`, `${M}/ListPeople`] } },
  { path: '/people/:county(\\d{6})/:id', name: 'person', component: record, props: { kind: 'people' }, meta: { title: '人员档案', under: 'search', roles: PEOPLE, calls: [`${M}/GetPerson`] } },
  { path: '/handovers', name: 'handovers', component: () => import('./HandoversPage.vue'), meta: { title: '县区间转移', menu: { group: '人与案', order: 50 }, roles: ['MEMBER_AFFAIRS', 'COUNTY_CLERK'], calls: [`${M}/ListHandovers`] } },
  { path: '/requests', name: 'requests', component: () => import('./RequestsPage.vue'), meta: { title: '本人申请', menu: { group: '人与案', order: 55 }, roles: ['MEMBER_AFFAIRS'], calls: [`${M}/ListSubjectRequests`] } },
  { path: '/sealed', name: 'sealed', component: () => import('./SealedPage.vue'), meta: { title: '保密英模', menu: { group: '人与案', order: 60 }, roles: ['MEMBER_AFFAIRS'], calls: [`${M}/ListSealedHeroes`] } },
  { path: '/sealed/:county(\\d{6})/:id', name: 'sealed-hero', component: record, props: { kind: 'sealed' }, meta: { title: '保密档案', under: 'sealed', roles: ['MEMBER_AFFAIRS'], calls: [`${M}/GetSealedHero`] } },
];
