// Routes of the area 「年度报告」. A route exists only when its page does; see README.md for how to add one.
import type { PageRoute } from '../route';

const SERVICE = 'jianyi.oversight.v1.OversightService';

export const routes: PageRoute[] = [
  {
    path: '/reports/annual',
    name: 'annual-report',
    component: () => import('./AnnualReportPage.vue'),
    meta: {
      title: '年度报告',
      menu: { group: '督导', order: 40 },
      roles: ['LEADER', 'OVERSIGHT', 'AUDITOR'],
      calls: [`${SERVICE}/GetAnnualReport`, `${SERVICE}/RenderAnnualReport`, `${SERVICE}/ListFacts`],
      keys: 'g r',
    },
  },
];
