// The contract's codes of care in the words that people use.
import { ActivityKind, BenefitKind, Festival } from '@/gen/jianyi/care/events/v1/events_pb';
import { ActivityState } from '@/gen/jianyi/care/v1/activity_pb';
import { ParticipantRole } from '@/gen/jianyi/care/v1/activity_participant_pb';
import { Beneficiary } from '@/gen/jianyi/care/v1/entitlement_grant_pb';
import { VisitMode, VisitOutcome } from '@/gen/jianyi/care/v1/visit_pb';

export const UNSAID = '未载明';
export const KIND: Record<ActivityKind, string> = {
  [ActivityKind.UNSPECIFIED]: UNSAID, [ActivityKind.RECUPERATION]: '休养', [ActivityKind.CHILDREN_CAMP]: '子女夏令营', [ActivityKind.HEALTH_CHECK]: '体检', [ActivityKind.FREE_CLINIC]: '义诊',
};
export const KINDS = [ActivityKind.RECUPERATION, ActivityKind.CHILDREN_CAMP, ActivityKind.HEALTH_CHECK, ActivityKind.FREE_CLINIC] as const;
export const STATE: Record<ActivityState, string> = { [ActivityState.UNSPECIFIED]: UNSAID, [ActivityState.PLANNED]: '筹备中', [ActivityState.CLOSED]: '已办结', [ActivityState.CANCELLED]: '已取消' };
export const ROLE: Record<ParticipantRole, string> = { [ParticipantRole.UNSPECIFIED]: UNSAID, [ParticipantRole.HERO]: '英模本人', [ParticipantRole.CHILD]: '子女', [ParticipantRole.ESCORT]: '陪同' };
export const FESTIVAL: Record<Festival, string> = { [Festival.UNSPECIFIED]: UNSAID, [Festival.SPRING]: '春节', [Festival.DRAGON_BOAT]: '端午', [Festival.MID_AUTUMN]: '中秋', [Festival.DOUBLE_NINTH]: '重阳' };
export const BENEFIT: Record<BenefitKind, string> = { [BenefitKind.UNSPECIFIED]: UNSAID, [BenefitKind.EXAM_BONUS]: '中招加分', [BenefitKind.FREE_BUS]: '免费乘公交' };
export const BENEFITS = [BenefitKind.EXAM_BONUS, BenefitKind.FREE_BUS] as const;
export const BENEFICIARY: Record<Beneficiary, string> = { [Beneficiary.UNSPECIFIED]: UNSAID, [Beneficiary.HERO]: '本人', [Beneficiary.CHILD]: '子女' };
export const MODE: Record<VisitMode, string> = { [VisitMode.UNSPECIFIED]: UNSAID, [VisitMode.HOME]: '家庭', [VisitMode.WORK_UNIT]: '工作单位', [VisitMode.SCHOOL]: '学校', [VisitMode.VILLAGE_COMMITTEE]: '村（社区）委员会' };
export const OUTCOME: Record<VisitOutcome, string> = { [VisitOutcome.UNSPECIFIED]: '已慰问', [VisitOutcome.VISITED]: '已慰问', [VisitOutcome.OPTED_OUT]: '谢绝', [VisitOutcome.UNREACHABLE]: '未找到' };

const WARNINGS: Record<string, string> = { STATED_DAYS_DIFFER: '来源写的天数与起止日期不符', DATE_NOT_TO_THE_DAY: '日期没有写到日' };
export const warningText = (code: string) => WARNINGS[code] ?? code;
const ENDED: Record<string, string> = { GRADUATED: '已毕业', HERO_REVOKED: '确认被撤销', HERO_DECEASED: '本人已故', CARD_LOST: '证卡遗失', MOVED_AWAY: '迁出' };
export const END_REASONS = ['GRADUATED', 'CARD_LOST', 'MOVED_AWAY'] as const;
export const endedText = (code: string) => ENDED[code] ?? code;
/** The cities that the association goes to; another code is shown as it is. */
const CITIES: Record<string, string> = { '210200': '大连', '370600': '烟台', '411300': '南阳', '410600': '鹤壁', '410100': '郑州', '410300': '洛阳', '110100': '北京', '370200': '青岛', '371000': '威海' };
export const cityName = (code: string) => CITIES[code] ?? code;
export const idOf = (name: string) => name.slice(name.lastIndexOf('/') + 1);
/** The first year in a fuzzy date, or undefined. */
export const yearOf = (fuzzy: string) => (/^\d{4}/.test(fuzzy) ? Number(fuzzy.slice(0, 4)) : undefined);

/** Whether a grant or a policy is in force on a day; bounds may be fuzzy and count as wide as they may be. */
export function inForce(one: { from: string; to: string; endedOn?: string }, on: string): boolean {
  const last = (text: string) => (text.includes('/') ? (text.split('/')[1] ?? '') : text);
  if (one.from && one.from.slice(0, 10) > on.slice(0, one.from.slice(0, 10).length)) return false;
  if (one.to && last(one.to) < on.slice(0, last(one.to).length)) return false;
  return !one.endedOn || on < one.endedOn;
}
