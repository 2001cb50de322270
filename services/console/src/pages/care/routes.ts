// Routes of the area 「关爱」. A route exists only when its page does; see README.md for how to add one.
import type { PageRoute } from '../route';

const C = 'jianyi.care.v1.CareService';
const CITY = ['CARE', 'LEADER', 'OVERSIGHT', 'AUDITOR'] as const;
const ALL = [...CITY, 'COUNTY_CLERK'] as const;

export const routes: PageRoute[] = [
  { path: '/care/rounds', name: 'care-rounds', component: () => import('./RoundsPage.vue'), meta: { title: '慰问', menu: { group: '关爱', order: 10 }, roles: ALL, calls: [`${C}/ListFestivalRounds`, `${C}/GetRoundCoverage`] } },
  { path: '/care/rounds/:id', name: 'care-round', component: () => import('./RoundPage.vue'), meta: { title: '慰问一轮', under: 'care-rounds', roles: ALL, calls: [`${C}/GetFestivalRound`, `${C}/GetRoundCoverage`] } },
  { path: '/care/activities', name: 'care-activities', component: () => import('./ActivitiesPage.vue'), meta: { title: '休养·体检·夏令营', menu: { group: '关爱', order: 20 }, roles: ALL, calls: [`${C}/ListActivities`] } },
  { path: '/care/activities/:id', name: 'care-activity', component: () => import('./ActivityPage.vue'), meta: { title: '关爱活动', under: 'care-activities', roles: ALL, calls: [`${C}/GetActivity`] } },
  { path: '/care/entitlements', name: 'care-entitlements', component: () => import('./EntitlementsPage.vue'), meta: { title: '优待与凭证', menu: { group: '关爱', order: 30 }, roles: CITY, calls: [`${C}/ListEntitlementPolicies`] } },
];
