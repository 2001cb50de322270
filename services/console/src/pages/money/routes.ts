// Routes of the area 「款物」. A route exists only when its page does; see README.md for how to add one.
import type { PageRoute } from '../route';

const BOOKS = ['LEADER', 'FINANCE', 'FINANCE_APPROVER', 'OVERSIGHT', 'AUDITOR'] as const;
const FUNDS = [...BOOKS, 'CARE'] as const;
const D = 'jianyi.donation.v1.DonationService';

export const routes: PageRoute[] = [
  { path: '/donations', name: 'donations', component: () => import('./DonationsPage.vue'), meta: { title: '捐赠', menu: { group: '款物', order: 10 }, roles: BOOKS, calls: [`${D}/ListDonations`, `${D}/SumDonations`, `${D}/ListDonors`, `${D}/ListCampaigns`, `${D}/ListFunds`] } },
  { path: '/donors', name: 'donors', component: () => import('./DonorsPage.vue'), meta: { title: '捐赠人', menu: { group: '款物', order: 20 }, roles: BOOKS, calls: [`${D}/ListDonors`] } },
  { path: '/campaigns', name: 'campaigns', component: () => import('./CampaignsPage.vue'), meta: { title: '募捐活动', menu: { group: '款物', order: 30 }, roles: BOOKS, calls: [`${D}/ListCampaigns`, `${D}/ListCampaignPhases`, `${D}/SumDonations`] } },
  { path: '/funds', name: 'funds', component: () => import('./FundsPage.vue'), meta: { title: '限定资金', menu: { group: '款物', order: 40 }, roles: FUNDS, calls: [`${D}/ListFunds`], keys: 'g f' } },
  { path: '/funds/:id', name: 'fund', component: () => import('./FundPage.vue'), meta: { title: '资金台账', under: 'funds', roles: FUNDS, calls: [`${D}/GetFund`, `${D}/ListReservations`] } },
  { path: '/journal', name: 'journal', component: () => import('./JournalPage.vue'), meta: { title: '凭证与账簿', menu: { group: '款物', order: 50 }, roles: BOOKS, calls: [`${D}/ListJournalEntries`, `${D}/GetTrialBalance`, `${D}/ListFunds`, `${D}/ListAccounts`] } },
  { path: '/journal/new', name: 'journal-new', component: () => import('./EntryFormPage.vue'), meta: { title: '补记凭证', under: 'journal', roles: ['FINANCE'], calls: [`${D}/CreateJournalEntry`, `${D}/ListAccounts`] } },
  { path: '/expenses', name: 'expenses', component: () => import('./ExpensesPage.vue'), meta: { title: '支出申请', menu: { group: '款物', order: 60 }, roles: FUNDS, calls: ['jianyi.care.v1.CareService/ListExpenseRequests', `${D}/ListFunds`], keys: 'g e' } },
  { path: '/expenses/new', name: 'expense-new', component: () => import('./ExpenseFormPage.vue'), meta: { title: '提出支出申请', under: 'expenses', roles: ['CARE'], calls: ['jianyi.care.v1.CareService/CreateExpenseRequest', 'jianyi.care.v1.CareService/ListActivities', `${D}/ListFunds`] } },
  { path: '/expenses/:id', name: 'expense', component: () => import('./ExpensePage.vue'), meta: { title: '支出申请一件', under: 'expenses', roles: FUNDS, calls: ['jianyi.care.v1.CareService/GetExpenseRequest', `${D}/ListReservations`, `${D}/GetFund`] } },
  { path: '/quarterly', name: 'quarterly', component: () => import('./QuarterlyPage.vue'), meta: { title: '季报', menu: { group: '款物', order: 70 }, roles: BOOKS, calls: [`${D}/ListReportObligations`, `${D}/ListReportRules`, `${D}/GetTrialBalance`, `${D}/ListFunds`] } },
  { path: '/disclosures', name: 'disclosures', component: () => import('./DisclosuresPage.vue'), meta: { title: '公示日历', menu: { group: '款物', order: 80 }, roles: BOOKS, calls: [`${D}/ListDisclosureItems`, `${D}/ListReportObligations`, `${D}/ListReportRules`, `${D}/ListAudits`] } },
];
