// What the annual report's page reckons: words of a figure, which of the year's figures are known, how far each owner was counted.
import { timestampDate } from '@bufbuild/protobuf/wkt';
import type { AnnualReport, Figure, Watermark } from '@/gen/jianyi/oversight/v1/report_pb';
import { UNKNOWN } from '@/parts/counts';
import type { OwnerState } from '@/live/owners';

/** A figure's number as it stands in a sentence, and its unit apart: `20余人` has its own. A remark in brackets is left to the panel. */
export function inWords(figure: Pick<Figure, 'text' | 'unit' | 'value'>): { number: string; unit: string } {
  const number = figure.text.split(/[(（]/)[0] ?? figure.text;
  const own = figure.value === undefined || number.endsWith(figure.unit) || figure.unit.startsWith('分(');
  return { number: figure.value === undefined ? UNKNOWN : number, unit: own ? '' : figure.unit };
}

export interface Tally { known: number; unknown: number; differing: number }

export function tally(report: Pick<AnnualReport, 'figures'>): Tally {
  const figures = Object.values(report.figures);
  const known = figures.filter((one) => one.value !== undefined).length;
  return { known, unknown: figures.length - known, differing: figures.filter((one) => one.difference !== undefined && one.difference !== 0n).length };
}

/** How a division stood when the report was computed. */
export function ownerOf(code: string, mark: Watermark): OwnerState {
  const late = (mark.lagEvents ?? 0n) > 0n || (mark.gapEvents ?? 0n) > 0n;
  return {
    code,
    tick: mark.silentSince ? 'cut' : late ? 'late' : 'reached',
    ...(mark.silentSince ? { since: timestampDate(mark.silentSince) } : {}),
    ...(mark.asOf ? { asOf: timestampDate(mark.asOf) } : {}),
    ...(mark.lagEvents === undefined ? {} : { lag: Number(mark.lagEvents) }),
  };
}

export const ownersOf = (report: Pick<AnnualReport, 'watermarks'>): Record<string, OwnerState> =>
  Object.fromEntries(Object.entries(report.watermarks).map(([code, mark]) => [code, ownerOf(code, mark)]));

/** Events of a division that are part of the figures. */
export const counted = (mark: Watermark | undefined): bigint => Object.values(mark?.sequence ?? {}).reduce((sum, one) => sum + one, 0n);

const KINDS: [string, string][] = [
  ['care.activity.recuperation', '健康休养'], ['care.activity.children_camp', '子女夏令营'], ['care.activity.health_check', '健康体检'], ['care.activity.free_clinic', '义诊'],
  ['care.activity', '关爱活动'], ['care.festival_round', '慰问轮次'], ['care.policy', '优待政策'], ['care.entitlement', '优待名单'],
  ['donation.donation', '捐赠'], ['donation.campaign', '募捐活动'], ['donation.phase.mobilisation', '募捐动员会'], ['donation.phase.summary', '募捐总结表彰会'], ['donation.phase', '募捐会议'],
  ['donation.report_obligation', '季报义务'], ['donation.audit', '外部审计'], ['donation.disclosure', '公开事项'], ['donation.fund', '限定资金'],
  ['member.hero', '英模'], ['member.org_unit.hero_studio', '英模工作室'], ['member.org_unit.rescue_organisation', '社会救援组织'], ['member.org_unit', '组织'], ['member.role.volunteer', '志愿者'], ['member.role', '任职'],
  ['oversight.meeting', '会议'], ['oversight.resolution', '决议'], ['oversight.goal', '工作目标'], ['oversight.plan_task', '计划任务'], ['oversight.plan', '年度计划'], ['oversight.honour', '荣誉'],
  ['oversight.study_pair', '学习平台'], ['oversight.study_session', '学习'], ['oversight.rubric', '考评细则'], 
  ['publicity.media_item', '媒体稿件'], ['publicity.event', '宣传活动'], ['publicity.six_enter_session', '“六进”专场'], ['publicity.six_enter_campaign', '“六进”活动'], ['publicity.venue', '阵地'], ['publicity.carrier', '载体'],
  ['publicity.bus_line', '公交线路'], ['publicity.exchange', '交流考察'], ['publicity.wechat_post', '公众号推送'],
];
/** What a fact is. */
export const kindText = (kind: string): string => (/\.count_statement(\.|$)/.test(kind) ? '计数声明' : KINDS.find(([code]) => kind === code || kind.startsWith(`${code}.`))?.[1] ?? '记录');

const PAGES: [RegExp, string][] = [
  [/^festivalRounds\/([\w-]+)$/, '/care/rounds/'], [/^activities\/([\w-]+)$/, '/care/activities/'], [/^events\//, '/events'], [/^mediaItems\//, '/media'], [/^sixEnterCampaigns\//, '/six-enter'],
  [/^exchanges\//, '/exchanges'], [/^venues\//, '/venues'], [/^busLines\//, '/venues'], [/^meetings\//, '/meetings'], [/^resolutions\//, '/meetings'], [/^goals\//, '/plans'], [/^plans\//, '/plans'],
  [/^audits\//, '/disclosures'], [/^disclosureItems\//, '/disclosures'], [/^reportObligations\//, '/quarterly'], [/^campaigns\//, '/campaigns'],
];
/** Where a fact can be looked at; empty when no page shows it. */
export function pageOf(resource: string): string {
  const found = PAGES.find(([name]) => name.test(resource));
  if (!found) return '';
  const [name, page] = found;
  return page.endsWith('/') ? page + (name.exec(resource)?.[1] ?? '') : page;
}
