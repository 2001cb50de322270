// Routes of the area 「今日」.
import type { PageRoute } from '../route';

export const routes: PageRoute[] = [
  {
    path: '/',
    name: 'today',
    component: () => import('./TodayPage.vue'),
    meta: { title: '今日', menu: { group: '', order: 1 }, keys: 'g t' },
  },
  {
    path: '/todo',
    name: 'todo',
    component: () => import('./TodoPage.vue'),
    meta: { title: '我的待办', menu: { group: '', order: 2 }, keys: 'g w' },
  },
];
