// What waits for somebody: no service keeps tasks, so each is read from the list in which it stands open. A test compares the
// roles with the contract.
import { timestampDate } from '@bufbuild/protobuf/wkt';
import { ActivityState } from '@/gen/jianyi/care/v1/activity_pb';
import { CareService } from '@/gen/jianyi/care/v1/care_service_pb';
import { ExpenseRequestState } from '@/gen/jianyi/care/v1/expense_request_pb';
import { DisclosureState } from '@/gen/jianyi/donation/v1/disclosure_pb';
import { DonationService } from '@/gen/jianyi/donation/v1/donation_service_pb';
import { ReportObligationState } from '@/gen/jianyi/donation/v1/report_pb';
import { ReservationState } from '@/gen/jianyi/donation/v1/reservation_pb';
import { HandoverSide, HandoverState } from '@/gen/jianyi/member/v1/handover_pb';
import { MemberService } from '@/gen/jianyi/member/v1/member_service_pb';
import { SubjectRequestKind, SubjectRequestState } from '@/gen/jianyi/member/v1/subject_request_pb';
import { OversightService } from '@/gen/jianyi/oversight/v1/oversight_service_pb';
import { TaskState } from '@/gen/jianyi/oversight/v1/plan_pb';
import { PublicityService } from '@/gen/jianyi/publicity/v1/publicity_service_pb';
import { disclosedText } from '@/pages/money/words';
import { COUNTIES, countyName } from '@/parts/divisions';
import { day } from '@/parts/dates';
import { yuan } from '@/parts/money';
import { client } from '@/rpc/transport';
import type { RoleName } from '@/session/roles';

export interface Task {
  key: string;
  kind: string;
  title: string;
  note?: string;
  /** The last day, `2024-12-31`; absent when there is none. */
  due?: string;
  /** Where it is done. */
  to: string;
}
export interface Asker { cityWide: boolean; county: string; now: Date }
export interface Source {
  what: string;
  roles: readonly RoleName[];
  call: string;
  /** Only for those who work for the whole city. */
  city?: boolean;
  ask: (who: Asker) => Promise<Task[]>;
}

/** So many days without an inspection are too many. */
const INSPECT_EVERY = 90;
const WARN_BEFORE = 30;
const SIZE = 500;
const id = (name: string) => name.split('/').pop() ?? '';
const parents = ({ cityWide, county }: Asker) => (cityWide ? COUNTIES.map((one) => one.code) : [county]).map((code) => `counties/${code}`);
const after = (iso: string, days: number) => new Date(Date.parse(`${iso}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
/** The last day of a fuzzy date, where it is known to the day. */
const lastDay = (on: string) => /(\d{4}-\d{2}-\d{2})$/.exec(on)?.[1];
const KINDS: Partial<Record<SubjectRequestKind, string>> = { [SubjectRequestKind.COPY]: '要求查阅复制', [SubjectRequestKind.CORRECT]: '要求更正', [SubjectRequestKind.DELETE]: '要求删除' };

export const SOURCES: readonly Source[] = [
  {
    what: '季报', roles: ['FINANCE', 'FINANCE_APPROVER', 'OVERSIGHT', 'LEADER'], city: true, call: 'jianyi.donation.v1.DonationService/ListReportObligations',
    ask: async () => (await client(DonationService).listReportObligations({ pageSize: SIZE })).reportObligations
      .filter((one) => one.state === ReportObligationState.DUE)
      .map((one) => ({ key: one.name, kind: '季报', title: `${one.year} 年第 ${one.quarter} 季度执行情况报告`, due: one.dueOn, to: `/quarterly?year=${one.year}` })),
  },
  {
    what: '公示', roles: ['FINANCE', 'FINANCE_APPROVER', 'OVERSIGHT'], city: true, call: 'jianyi.donation.v1.DonationService/ListDisclosureItems',
    ask: async () => (await client(DonationService).listDisclosureItems({ state: DisclosureState.PLANNED, pageSize: SIZE })).disclosureItems
      .map((one) => ({ key: one.name, kind: '公示', title: disclosedText(one.what), note: `${one.fiscalYear} 年，尚未公示`, to: `/disclosures?year=${one.fiscalYear}` })),
  },
  {
    what: '付款', roles: ['FINANCE', 'FINANCE_APPROVER'], city: true, call: 'jianyi.donation.v1.DonationService/ListReservations',
    ask: async () => (await client(DonationService).listReservations({ state: ReservationState.RESERVED, pageSize: SIZE })).reservations
      .map((one) => ({ key: one.name, kind: '付款', title: `支出 ${yuan(one.amountFen)} 元，资金已预留`, to: `/expenses/${id(one.request)}` })),
  },
  {
    what: '支出申请', roles: ['CARE', 'FINANCE', 'FINANCE_APPROVER'], city: true, call: 'jianyi.care.v1.CareService/ListExpenseRequests',
    ask: async () => (await client(CareService).listExpenseRequests({ pageSize: SIZE })).expenseRequests
      .filter((one) => one.state === ExpenseRequestState.REQUESTED)
      .map((one) => ({ key: one.name, kind: '支出申请', title: `支出 ${yuan(one.amountFen)} 元，等待资金预留`, note: one.purpose, to: `/expenses/${id(one.name)}` })),
  },
  {
    what: '关爱活动', roles: ['CARE'], city: true, call: 'jianyi.care.v1.CareService/ListActivities',
    ask: async ({ now }) => (await client(CareService).listActivities({ state: ActivityState.PLANNED, pageSize: SIZE })).activities.flatMap((one) => {
      const due = lastDay(one.heldOn);
      return due && due <= day(now) ? [{ key: one.name, kind: '关爱活动', title: one.title || '计划的活动', note: '日子已过，尚未办结', due, to: `/care/activities/${id(one.name)}` }] : [];
    }),
  },
  {
    what: '阵地巡查', roles: ['PUBLICITY', 'COUNTY_CLERK'], call: 'jianyi.publicity.v1.PublicityService/ListVenues',
    ask: async () => (await client(PublicityService).listVenues({ inspectionOverdueDays: INSPECT_EVERY, pageSize: SIZE })).venues
      .map((one) => ({ key: one.name, kind: '阵地巡查', title: one.title, ...inspected(one.lastInspectedOn), to: '/venues' })),
  },
  {
    what: '载体巡查', roles: ['PUBLICITY', 'COUNTY_CLERK'], call: 'jianyi.publicity.v1.PublicityService/ListCarriers',
    ask: async () => (await client(PublicityService).listCarriers({ inspectionOverdueDays: INSPECT_EVERY, pageSize: SIZE })).carriers
      .map((one) => ({ key: one.name, kind: '载体巡查', title: one.title, ...inspected(one.lastInspectedOn), to: '/venues' })),
  },
  {
    what: '人员移交', roles: ['MEMBER_AFFAIRS', 'COUNTY_CLERK'], call: 'jianyi.member.v1.MemberService/ListHandovers',
    ask: async (who) => (await perCounty(who, (parent) => client(MemberService).listHandovers({ parent, side: HandoverSide.RECEIVING, state: HandoverState.OFFERED, pageSize: SIZE })))
      .flatMap((reply) => reply.handovers)
      .map((one) => ({
        key: one.name, kind: '人员移交', title: `${countyName(id(one.fromCounty))}移交一人到${countyName(id(one.toCounty))}，等待接收`,
        ...(one.expireTime ? { due: day(timestampDate(one.expireTime)) } : {}), to: '/handovers',
      })),
  },
  {
    what: '本人请求', roles: ['MEMBER_AFFAIRS'], call: 'jianyi.member.v1.MemberService/ListSubjectRequests',
    ask: async (who) => (await perCounty(who, (parent) => client(MemberService).listSubjectRequests({ parent, state: SubjectRequestState.OPEN })))
      .flatMap((reply) => reply.subjectRequests)
      .map((one) => ({ key: one.name, kind: '本人请求', title: `${KINDS[one.kind] ?? '个人信息请求'}，${one.receivedOn} 收到`, due: one.dueOn, to: '/requests' })),
  },
  {
    what: '计划任务', roles: ['OVERSIGHT', 'LEADER'], city: true, call: 'jianyi.oversight.v1.OversightService/ListPlanTasks',
    ask: async ({ now }) => {
      const year = now.getFullYear();
      const { plans } = await client(OversightService).listPlans({ pageSize: SIZE });
      const near = plans.filter((one) => one.year <= year && one.year >= year - 1);
      const replies = await Promise.all(near.map(async (plan) => ({ plan, tasks: (await client(OversightService).listPlanTasks({ parent: plan.name, pageSize: SIZE })).planTasks })));
      return replies.flatMap(({ plan, tasks }) => tasks.filter((one) => one.state !== TaskState.DONE && one.state !== TaskState.DROPPED).map((one) => {
        const due = one.milestones.filter((step) => !step.reachedOn).flatMap((step) => lastDay(step.dueOn) ?? []).sort()[0];
        return { key: one.name, kind: '计划任务', title: one.title, note: `${plan.year} 年计划第 ${one.ordinal} 项`, due: due ?? `${plan.year}-12-31`, to: '/plans' };
      }));
    },
  },
  {
    what: '应急查看', roles: ['AUDIT_ADMINISTRATOR', 'OVERSIGHT', 'LEADER'], city: true, call: 'jianyi.oversight.v1.OversightService/ListBreakGlass',
    ask: async ({ now }) => (await client(OversightService).listBreakGlass({})).entries
      .filter((one) => one.date === day(now) || (!one.closeTime && one.until && timestampDate(one.until) > now))
      .map((one) => ({ key: one.grant, kind: '应急查看', title: '今日的应急查看，核对缘由', due: day(now), to: '/break-glass' })),
  },
  {
    what: '接入证书', roles: ['SYSTEM_ADMINISTRATOR', 'OVERSIGHT'], city: true, call: 'jianyi.oversight.v1.OversightService/ListCountySites',
    ask: async ({ now }) => (await client(OversightService).listCountySites({})).countySites.flatMap((one) => {
      const due = one.certificateExpireTime && !one.leaveTime ? day(timestampDate(one.certificateExpireTime)) : '';
      return due && due <= after(day(now), WARN_BEFORE) ? [{ key: one.name, kind: '接入证书', title: `${countyName(one.division)}的接入证书将到期`, due, to: '/counties' }] : [];
    }),
  },
];

function inspected(on: string): { note: string; due?: string } {
  const last = lastDay(on);
  return last ? { note: `${last} 巡查过`, due: after(last, INSPECT_EVERY) } : { note: '没有巡查记录' };
}
/** A county that is away holds up nobody else's; when none answers, that is the answer. */
async function perCounty<Reply>(who: Asker, ask: (parent: string) => Promise<Reply>): Promise<Reply[]> {
  const replies = await Promise.allSettled(parents(who).map(ask));
  const answered = replies.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const failed = replies.find((one) => one.status === 'rejected');
  if (failed && answered.length === 0) throw failed.reason;
  return answered;
}

export interface Caller extends Omit<Asker, 'now'> { hasRole: (...any: readonly RoleName[]) => boolean }
export function sourcesOf(caller: Caller): Source[] {
  return SOURCES.filter((one) => caller.hasRole(...one.roles) && (!one.city || caller.cityWide));
}
/** All that waits for the caller, and which lists could not be read. */
export async function tasksOf(caller: Caller, now: Date): Promise<{ found: Task[]; failed: { what: string; cause: unknown }[] }> {
  const who = { cityWide: caller.cityWide, county: caller.county, now };
  const failed: { what: string; cause: unknown }[] = [];
  const lists = await Promise.all(sourcesOf(caller).map((one) => one.ask(who).catch((cause: unknown) => {
    failed.push({ what: one.what, cause });
    return [];
  })));
  return { found: byDue(lists.flat()), failed };
}

/** What is due first stands first; what has no day comes last, in the order it came. */
export function byDue(tasks: readonly Task[]): Task[] {
  return [...tasks].sort((a, b) => (a.due ?? '9999').localeCompare(b.due ?? '9999'));
}

/** Where a draft is gone on with, and what it is called; records by the names that forms give them. */
export function draftPage(record: string): { title: string; to: string } {
  const round = /^festivalRounds\/([\w-]+) visit$/.exec(record);
  const expense = /^expense-decision expenseRequests\/([\w-]+)$/.exec(record);
  if (round) return { title: '登记慰问', to: `/care/rounds/${round[1]}` };
  if (expense) return { title: '支出审批意见', to: `/expenses/${expense[1]}` };
  if (record.startsWith('orgUnits/new/')) return { title: '新设组织', to: '/orgs' };
  if (/^stories\/[\w-]+\/text$/.test(record)) return { title: '英模故事的改稿', to: '/stories' };
  const known: Record<string, { title: string; to: string }> = {
    'expenseRequests/new': { title: '提出支出申请', to: '/expenses/new' }, 'journalEntries/new': { title: '补记凭证', to: '/journal/new' },
    'grants/new': { title: '发给优待', to: '/care/entitlements' }, 'media/new': { title: '登记稿件', to: '/media' },
  };
  return known[record] ?? { title: '未提交的表单', to: '' };
}
