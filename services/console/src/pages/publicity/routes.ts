// Routes of the area 「宣传」. A route exists only when its page does; see README.md for how to add one.
import type { PageRoute } from '../route';

const P = 'jianyi.publicity.v1.PublicityService';
const CITY = ['PUBLICITY', 'LEADER', 'OVERSIGHT', 'AUDITOR'] as const;
const WITH_COUNTIES = [...CITY, 'COUNTY_CLERK'] as const;

export const routes: PageRoute[] = [
  { path: '/media', name: 'media', component: () => import('./MediaPage.vue'), meta: { title: '媒体稿件', menu: { group: '宣传', order: 10 }, roles: WITH_COUNTIES, calls: [`${P}/ListMediaItems`], keys: 'g m' } },
  { path: '/wechat', name: 'wechat', component: () => import('./WeChatPage.vue'), meta: { title: '公众号', menu: { group: '宣传', order: 20 }, roles: CITY, calls: [`${P}/ListWeChatPosts`] } },
  { path: '/six-enter', name: 'six-enter', component: () => import('./SixEnterPage.vue'), meta: { title: '六进', menu: { group: '宣传', order: 30 }, roles: CITY, calls: [`${P}/ListSixEnterCampaigns`, `${P}/ListSixEnterSessions`] } },
  { path: '/events', name: 'events', component: () => import('./EventsPage.vue'), meta: { title: '宣传活动', menu: { group: '宣传', order: 40 }, roles: WITH_COUNTIES, calls: [`${P}/ListEvents`] } },
  { path: '/venues', name: 'venues', component: () => import('./VenuesPage.vue'), meta: { title: '阵地与载体', menu: { group: '宣传', order: 50 }, roles: WITH_COUNTIES, calls: [`${P}/ListVenues`, `${P}/ListCarriers`] } },
  { path: '/exchanges', name: 'exchanges', component: () => import('./ExchangesPage.vue'), meta: { title: '来访与考察', menu: { group: '宣传', order: 60 }, roles: CITY, calls: [`${P}/ListExchanges`] } },
  { path: '/stories', name: 'stories', component: () => import('./StoriesPage.vue'), meta: { title: '英模故事', menu: { group: '宣传', order: 70 }, roles: ['PUBLICITY', 'LEADER'], calls: [`${P}/ListStories`, `${P}/GetStory`] } },
  { path: '/sources', name: 'sources', component: () => import('./SourcesPage.vue'), meta: { title: '来源文件', menu: { group: '宣传', order: 80 }, roles: CITY, calls: [`${P}/ListSourceDocuments`] } },
];
