// Routes of the area 「组织与志愿者」. A route exists only when its page does; see README.md for how to add one.
import type { PageRoute } from '../route';

const M = 'jianyi.member.v1.MemberService';
const READERS = ['MEMBER_AFFAIRS', 'COUNTY_CLERK', 'LEADER', 'OVERSIGHT', 'AUDITOR', 'TOWNSHIP_STATION', 'LIAISON_OFFICER'] as const;

export const routes: PageRoute[] = [
  { path: '/orgs', name: 'orgs', component: () => import('./OrgsPage.vue'), meta: { title: '组织与联络员', menu: { group: '人与案', order: 30 }, roles: READERS, calls: [`${M}/ListOrgUnits`, `${M}/ListDivisions`, `${M}/ListRoleAssignments`], keys: 'g o' } },
  { path: '/volunteers', name: 'volunteers', component: () => import('./VolunteersPage.vue'), meta: { title: '志愿者', menu: { group: '人与案', order: 40 }, roles: READERS, calls: [`${M}/ListRoleAssignments`, `${M}/CountVolunteers`, `${M}/ListOrgUnits`] } },
];
