// Who reads which part of 今日 (a test compares with the contract), and the words for events.
import type { RoleName } from '@/session/roles';

export const REPORT_READERS: readonly RoleName[] = ['LEADER', 'OVERSIGHT', 'AUDITOR'];
export const OBLIGATION_READERS: readonly RoleName[] = ['LEADER', 'FINANCE', 'FINANCE_APPROVER', 'OVERSIGHT', 'AUDITOR'];

/** Figures of the strip, by their keys in the report's catalogue. */
export const STRIP = ['volunteers_total', 'rescue_orgs', 'media_items', 'six_enter_sessions', 'bus_lines', 'study_tours_out', 'donation_amount'] as const;

const CONTEXTS: Record<string, string> = { member: '会员', care: '关爱', donation: '款物', publicity: '宣传', oversight: '督导' };
const WORDS: Record<string, string> = {
  CountySilent: '断开', CountyBack: '恢复', HeroConfirmed: '登记确认一件', PersonMoved: '办结移交', OrgUnitOpened: '新设组织',
  VisitRecorded: '登记慰问', DonationReceived: '收到捐赠', ReportSubmitted: '报送季报', MediaItemRegistered: '登记稿件', EventHeld: '举办活动',
};
/** An event in a few Chinese words; one without words of its own is named by its service. */
export function eventText(type: string): string {
  const [, context = '', , , name = ''] = type.split('.');
  return WORDS[name] ?? `${CONTEXTS[context] ?? ''}有更新`;
}
