// Routes of the area 「大屏」.
import type { PageRoute } from '../route';

export const routes: PageRoute[] = [
  {
    path: '/wall',
    name: 'wall',
    component: () => import('./WallPage.vue'),
    meta: {
      title: '大屏', menu: { group: '展示', order: 10 }, roles: ['LEADER', 'OVERSIGHT', 'AUDITOR'], bare: true, keys: 'g s',
      calls: [
        'jianyi.oversight.v1.OversightService/GetAnnualReport', 'jianyi.gateway.v1.GatewayService/WatchEvents', 'jianyi.donation.v1.DonationService/ListReportObligations',
        'jianyi.member.v1.MemberService/ListOrgUnits', 'jianyi.member.v1.MemberService/ListDivisions', 'jianyi.care.v1.CareService/GetFestivalDay',
      ],
    },
  },
];
