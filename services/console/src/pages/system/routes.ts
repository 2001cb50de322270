// Routes of the area 「系统」. A route exists only when its page does; see README.md for how to add one.
import type { PageRoute } from '../route';

const I = 'jianyi.identity.v1.IdentityService';
const O = 'jianyi.ops.v1.OpsService';
const ADMINISTRATORS = ['SYSTEM_ADMINISTRATOR', 'SECURITY_ADMINISTRATOR', 'AUDIT_ADMINISTRATOR'] as const;

export const routes: PageRoute[] = [
  { path: '/accounts', name: 'accounts', component: () => import('./AccountsPage.vue'), meta: { title: '账号与角色', menu: { group: '系统', order: 10 }, roles: ADMINISTRATORS, calls: [`${I}/ListAccounts`] } },
  { path: '/programs', name: 'programs', component: () => import('./ProgramsPage.vue'), meta: { title: '外部程序与县区接入', menu: { group: '系统', order: 20 }, roles: ADMINISTRATORS, calls: [`${I}/ListClients`, `${I}/ListBranches`] } },
  { path: '/who-sees', name: 'who-sees', component: () => import('./WhoSeesPage.vue'), meta: { title: '谁能看到此人', menu: { group: '系统', order: 25 }, roles: ['SECURITY_ADMINISTRATOR'], calls: [`${I}/WhoCanSee`] } },
  { path: '/audit', name: 'audit', component: () => import('./AuditPage.vue'), meta: { title: '审计记录', menu: { group: '系统', order: 30 }, roles: ['AUDIT_ADMINISTRATOR'], calls: [`${O}/ListAuditEntries`] } },
  { path: '/audit-chain', name: 'audit-chain', component: () => import('./ChainPage.vue'), meta: { title: '审计链', menu: { group: '系统', order: 35 }, roles: ['AUDIT_ADMINISTRATOR'], calls: [`${O}/VerifyAudit`, `${O}/ListWitnessedHeads`] } },
  { path: '/health', name: 'health', component: () => import('./HealthPage.vue'), meta: { title: '自检', menu: { group: '系统', order: 40 }, roles: ['SYSTEM_ADMINISTRATOR', 'LEADER', 'OVERSIGHT'], calls: [`${O}/GetStatus`] } },
  // Everybody's: each may list their own sessions. Opened by the name in the header.
  { path: '/me', name: 'me', component: () => import('./MePage.vue'), meta: { title: '我的账号' } },
];
