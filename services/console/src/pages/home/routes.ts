// Routes of the area 「今日」.
import type { PageRoute } from '../route';

export const routes: PageRoute[] = [
  {
    path: '/',
    name: 'today',
    component: () => import('./TodayPage.vue'),
    meta: { title: '今日', menu: { group: '', order: 1 }, keys: 'g t' },
  },
];
