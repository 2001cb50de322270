// The words of this area for what the contracts number.
import { CarrierKind, EventKind, ExchangeKind, MediaKind, SixEnter, WeChatCategory } from '@/gen/jianyi/publicity/events/v1/events_pb';
import { OutletKind } from '@/gen/jianyi/publicity/v1/outlet_pb';

export const MEDIA_KIND: Record<number, string> = { [MediaKind.ARTICLE]: '稿件', [MediaKind.VIDEO]: '视频' };
export const OUTLET_KIND: Record<number, string> = { [OutletKind.NEWSPAPER]: '报纸', [OutletKind.TV]: '电视', [OutletKind.ONLINE]: '网络', [OutletKind.OTHER]: '其他' };
export const WE_CHAT: Record<number, string> = { [WeChatCategory.REGULATION]: '政策法规', [WeChatCategory.ACTIVITY]: '活动信息', [WeChatCategory.WORK]: '工作动态' };
export const EVENT_KIND: Record<number, string> = {
  [EventKind.SPRING_GALA]: '迎春联欢会',
  [EventKind.BUS_LAUNCH]: '公交车首发仪式',
  [EventKind.ARMY_DAY_EDUCATION]: '庆“八一”励志教育',
  [EventKind.OTHER]: '其他活动',
};
export const CARRIER_KIND: Record<number, string> = { [CarrierKind.SCREEN]: '电子屏', [CarrierKind.BUS_STOP_BOARD]: '公交站宣传栏' };
export const EXCHANGE_KIND: Record<number, string> = { [ExchangeKind.STUDY_TOUR]: '赴外考察学习', [ExchangeKind.INBOUND_VISIT]: '来访交流', [ExchangeKind.FIELD_SURVEY]: '调研' };
/** The six places of 六进, in their fixed order. */
export const SIX_ENTER: readonly (readonly [SixEnter, string])[] = [
  [SixEnter.SCENIC_AREA, '景区'],
  [SixEnter.COMMUNITY, '社区'],
  [SixEnter.ENTERPRISE, '企业'],
  [SixEnter.CAMPUS, '校园'],
  [SixEnter.HOSPITAL, '医院'],
  [SixEnter.STATION, '车站'],
];

export function wordOf(words: Record<number, string>, value: number): string {
  return words[value] ?? '—';
}
