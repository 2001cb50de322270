// From address to page. Who may not open a page is told the same as for one that is not there.
import { type RouteRecordRaw, createRouter, createWebHistory } from 'vue-router';
import { useSession } from '@/session/store';
import { pages } from './routes';

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    ...(pages as unknown as RouteRecordRaw[]),
    { path: '/nothing', name: 'nothing', component: () => import('./NothingPage.vue'), meta: { title: '没有内容' } },
    { path: '/:rest(.*)*', name: 'unknown', component: () => import('./NothingPage.vue'), meta: { title: '没有内容' } },
  ],
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
});

/** Whether the caller may open what a page's meta describes. */
export function mayOpen(meta: { roles?: readonly import('@/session/roles').RoleName[] }): boolean {
  return !meta.roles || useSession().hasRole(...meta.roles);
}

router.beforeEach((to) => {
  const session = useSession();
  // Before sign-in nothing of a page is shown, so nothing is to be refused.
  if (session.stage !== 'in' || mayOpen(to.meta)) return true;
  return { name: 'unknown', params: { rest: to.path.split('/').filter(Boolean) }, replace: true };
});
router.afterEach((to) => {
  document.title = `${to.meta.title} · 见义`;
});
