// Routes of the area 「督导」. A route exists only when its page does; see README.md for how to add one.
import type { PageRoute } from '../route';

const SERVICE = 'jianyi.oversight.v1.OversightService';

export const routes: PageRoute[] = [
  {
    path: '/plans',
    name: 'plans',
    component: () => import('./PlansPage.vue'),
    meta: {
      title: '计划与任务',
      menu: { group: '督导', order: 10 },
      roles: ['LEADER', 'OVERSIGHT', 'AUDITOR'],
      calls: [`${SERVICE}/ListGoals`, `${SERVICE}/ListPlans`, `${SERVICE}/ListPlanTasks`],
      keys: 'g p',
    },
  },
  {
    path: '/assessment',
    name: 'assessment',
    component: () => import('./AssessmentPage.vue'),
    meta: {
      title: '县区考评',
      menu: { group: '督导', order: 20 },
      roles: ['LEADER', 'OVERSIGHT', 'AUDITOR'],
      calls: [`${SERVICE}/ListRubrics`, `${SERVICE}/ListScores`],
    },
  },
  {
    path: '/study',
    name: 'study',
    component: () => import('./StudyPage.vue'),
    meta: {
      title: '学习与荣誉',
      menu: { group: '督导', order: 35 },
      roles: ['LEADER', 'OVERSIGHT', 'AUDITOR'],
      calls: [`${SERVICE}/ListStudyPairs`, `${SERVICE}/ListStudySessions`, `${SERVICE}/ListHonours`],
    },
  },
  {
    path: '/meetings',
    name: 'meetings',
    component: () => import('./MeetingsPage.vue'),
    meta: {
      title: '会议与决议',
      menu: { group: '督导', order: 30 },
      roles: ['LEADER', 'OVERSIGHT', 'AUDITOR'],
      calls: [`${SERVICE}/ListGovernanceBodies`, `${SERVICE}/ListMeetings`, `${SERVICE}/ListResolutions`, `${SERVICE}/ListDocuments`],
    },
  },
  {
    path: '/chronicle',
    name: 'chronicle',
    component: () => import('./ChroniclePage.vue'),
    meta: {
      title: '见义勇为志',
      menu: { group: '督导', order: 50 },
      roles: ['LEADER', 'OVERSIGHT', 'AUDITOR'],
      calls: [`${SERVICE}/ListChronicleProjects`, `${SERVICE}/ListChronicleEntries`],
    },
  },
  {
    path: '/counties',
    name: 'counties',
    component: () => import('./CountiesPage.vue'),
    meta: {
      title: '县区水位',
      menu: { group: '督导', order: 60 },
      roles: ['LEADER', 'OVERSIGHT', 'AUDITOR', 'SYSTEM_ADMINISTRATOR'],
      calls: [`${SERVICE}/ListCountyStatus`],
    },
  },
  {
    path: '/break-glass',
    name: 'break-glass',
    component: () => import('./BreakGlassPage.vue'),
    meta: {
      title: '应急查看记录',
      menu: { group: '督导', order: 70 },
      roles: ['LEADER', 'OVERSIGHT', 'AUDIT_ADMINISTRATOR'],
      calls: [`${SERVICE}/ListBreakGlass`],
    },
  },
];
